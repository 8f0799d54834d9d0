"""Sheets of groups: a task with its agencies under it (Theo nhiệm vụ), an agency with its tasks under it, each on pages
of its own (Chi tiết theo cơ quan). The rows of a group fold away under its first one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.columns import REPORT_TABLE
from tracker.model import AgencyCounts, Line, Month
from tracker.palette import BAND, REGISTER, STATUS, Shade
from tracker.reports.counted import Tasks
from tracker.reports.grid import (
    TABLE_ROWS_MAX,
    Area,
    Book,
    Field,
    Link,
    Value,
    fit_row,
    height_of,
    rule_blanks,
    sheet_name,
    write_headings,
    write_rows,
)
from tracker.reports.places import Places
from tracker.reports.sentences import leads_sentence
from tracker.reports.sheets_agencies import AgencyRow, register_text
from tracker.reports.sheets_lines import TOP, Entry, deadline_text, flags_of, shade_of_line, status_of_line, status_text
from tracker.texts import say

_BREAKS_MAX, _SCALE_MAX_PERCENT, _PAGE_CHARS, _MARGINS_CHARS = 1023, 62, 135, 0.72
"""Page breaks that Excel takes in a sheet; it heeds them where pages are scaled, not where they are fitted: so that all
columns stand on a page, which takes so many characters of full size. Each column has margins beside its characters."""
_NUMBER, _STATE = 0, 5
"""Columns of Theo nhiệm vụ that formulas name."""
_BOLD = 0.92
"""Of a column's width, for letters that are bold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of such a sheet: the first of a group, or one under it, which repeats what its group is of: whoever
    filters by that has the whole group."""

    number: int | None
    code: Value
    text: str
    state: str
    shade: Shade | None
    agency: str = ""
    role: str = ""
    deadline: str = ""
    percent: Any = None
    result: str | None = None
    obstacles: str | None = None
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A first row and those under it."""

    head: Row
    rows: tuple[Row, ...]


def write_by_task(book: Book, items: Sequence[Entry], month: Month, places: Places, subtitle: str) -> Tasks | None:
    """Theo nhiệm vụ: each task once, with its own status, and the agencies it is given to under it; where they stand,
    None where they are too many or none."""
    sheet = book.sheet("by_task", links=len(month.tasks) + len(items))
    area, _ = _write(book, sheet, "by_task", _by_task(items, month, places), len(items), subtitle)
    return Tasks(area, _NUMBER, _STATE) if area.first <= area.last else None


def write_by_agency(
    book: Book, items: Sequence[Entry], agencies: Sequence[AgencyRow], places: Places, subtitle: str
) -> None:
    """Chi tiết theo cơ quan: the tasks of each agency, for its own page."""
    sheet = book.sheet("by_agency", links=len(items))
    _, breaks = _write(book, sheet, "by_agency", _by_agency(items, agencies, places), len(items), subtitle)
    chars = sum(width + _MARGINS_CHARS for width in sheet.widths)
    sheet.set_print_scale(min(_SCALE_MAX_PERCENT, int(100 * _PAGE_CHARS / chars)))
    sheet.set_h_pagebreaks(breaks[1 : _BREAKS_MAX + 1])


def agency_blocks(items: Sequence[Entry], agencies: Sequence[AgencyRow]) -> dict[str, int]:
    """The row (1-based) of Chi tiết theo cơ quan where each agency's block starts; none where lines are too many."""
    if len(items) > TABLE_ROWS_MAX:
        return {}
    sizes, found, row = Counter(each.line.agency.code for each in items), dict[str, int](), TOP + 2
    for each in agencies:
        found[each.figures.agency.code] = row
        row += 1 + sizes[each.figures.agency.code]
    return found


def _by_task(items: Sequence[Entry], month: Month, places: Places) -> Iterator[Group]:
    entries = _gathered(items, lambda line: line.task.code)
    for number, task in enumerate(month.tasks, 1):
        code = task.task.code
        deadline = deadline_text(task.leads[0]) if task.leads else ""
        state, shade = status_text(task.status), STATUS[task.status]
        result = leads_sentence(task) if task.leads else None
        link = places.task(code, code)
        head = Row(number, link, task.task.content, state, shade, deadline=deadline, result=result)
        yield Group(head, tuple(_member(each.line, each.line.agency.name, places) for each in entries[code]))


def _by_agency(items: Sequence[Entry], agencies: Sequence[AgencyRow], places: Places) -> Iterator[Group]:
    entries = _gathered(items, lambda line: line.agency.code)
    for row in agencies:
        agency = row.figures.agency
        state, shade = (register_text(row.state), REGISTER[row.state]) if row.state else ("", None)
        name = agency.label
        head = Row(row.number, None, agency.name, state, shade, name, result=_roles(row.figures))
        mine = entries[agency.code]
        yield Group(
            head, tuple(_member(e.line, e.line.task.content, places, name, deadline_text(e.line)) for e in mine)
        )


def _roles(figures: AgencyCounts) -> str:
    """What an agency leads, with what is done of it, and what it helps with; not what there is none of."""
    parts = {
        "roles_lead": figures.counts.total,
        "roles_coordinating": figures.coordinating,
    }
    return "\n".join(say(f"workbook.{key}", number=n, done=figures.counts.done) for key, n in parts.items() if n)


def _gathered(items: Iterable[Entry], code_of: Callable[[Line], str]) -> defaultdict[str, list[Entry]]:
    """Entries by code, in their order."""
    found = defaultdict[str, list[Entry]](list)
    for each in items:
        found[code_of(each.line)].append(each)
    return found


def _member(line: Line, text: str, places: Places, agency: str = "", deadline: str = "") -> Row:
    return Row(
        None,
        places.line(line),
        text,
        status_of_line(line),
        shade_of_line(line),
        agency,
        say(f"role.{line.assignment.role}"),
        deadline,
        line.values.get("percent"),
        line.values.get("result"),
        line.values.get("obstacles"),
        flags_of(line),
    )


# --- how they are written ---------------------------------------------------------------------------------------------


def _fields(key: str) -> tuple[Field[Row], ...]:
    """Of a task the code is repeated under it, of an agency the short name."""
    answered = REPORT_TABLE.by_key
    agency: Field[Row] = Field(say("workbook.agency"), 15, lambda r: r.agency, "repeated")
    return (
        Field(say("workbook.no"), 5, lambda r: r.number, "number"),
        Field(say("workbook.task"), 11, lambda r: r.code, "repeated" if key == "by_task" else "centre"),
        Field(say(f"workbook.group_{key}"), 42, lambda r: r.text),
        *((agency,) if key == "by_agency" else ()),
        Field(say("workbook.role"), 10, lambda r: r.role, "centre"),
        Field(say("workbook.deadline"), 20, lambda r: r.deadline, "centre"),
        Field(say("workbook.status"), 22, lambda r: r.state, "text", lambda r: r.shade),
        Field(say("workbook.percent"), 10, lambda r: r.percent, "percent"),
        Field(answered["result"].heading, 36, lambda r: r.result),
        Field(answered["obstacles"].heading, 26, lambda r: r.obstacles),
        Field(say("workbook.flags"), 17, lambda r: r.flags),
    )


def _write(
    book: Book, sheet: Any, key: str, groups: Iterable[Group], count: int, subtitle: str
) -> tuple[Area, list[int]]:
    """All rows, and those (0-based) where groups start."""
    fields = _fields(key)
    book.head(sheet, key, subtitle, home=sheet_name("overview"))
    write_headings(book, sheet, TOP, fields)
    sheet.freeze_panes(TOP + 1, 3)
    sheet.outline_settings(True, False, True, False)
    if not count or count > TABLE_ROWS_MAX:
        text = say("workbook.see_lines", count=count) if count else say("workbook.nothing")
        book.across(sheet, TOP + 1, (0, len(fields) - 1), text, "text", height_of(1))
        return Area(sheet.name, TOP + 1, TOP), []
    row, starts = TOP + 1, list[int]()
    for group in groups:
        starts.append(row)
        _write_head(book, sheet, row, fields, group.head)
        row = write_rows(book, sheet, row + 1, fields, group.rows, level=1, is_ruled=False).last + 1
    rule_blanks(book, sheet, TOP + 1, row - 1, len(fields) - 1)
    sheet.autofilter(TOP, 0, row - 1, len(fields) - 1)
    return Area(sheet.name, TOP + 1, row - 1), starts


def _write_head(book: Book, sheet: Any, row: int, fields: Sequence[Field[Row]], head: Row) -> None:
    """The first row of a group, in the colour of totals but for its state."""
    lines = 1
    for col, field in enumerate(fields):
        value = field.get(head)
        shade = field.shade(head) if field.shade else None
        look = "band" if field.look == "text" else "total"
        if isinstance(value, str):
            value, needed = fit_row(book, sheet, col, value, _BOLD)
            lines = max(lines, needed)
        book.put(sheet, row, col, value, "centre" if isinstance(value, Link) else look, shade or BAND)
    sheet.set_row(row, height_of(lines))
