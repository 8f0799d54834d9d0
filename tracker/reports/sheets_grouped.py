"""Sheets of groups: a task with its agencies under it (Theo nhiệm vụ), an agency with its tasks under it, each on pages
of its own (Chi tiết theo cơ quan). The rows of a group fold away under its first one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.columns import REPORT_TABLE
from tracker.model import Line, Month
from tracker.palette import BAND, REGISTER, STATUS, Shade
from tracker.reports.grid import (
    TABLE_ROWS_MAX,
    Book,
    Field,
    Link,
    Value,
    height_of,
    lines_of,
    rule_blanks,
    sheet_name,
    write_headings,
    write_rows,
)
from tracker.reports.sheets_agencies import AgencyRow, register_text
from tracker.reports.sheets_lines import TOP, Entry, deadline_text, flags_of, shade_of_line, status_of_line, status_text
from tracker.texts import say

_BREAKS_MAX, _SCALE_PERCENT = 1023, 62
"""Page breaks that Excel takes in a sheet; it heeds them where pages are scaled, not where they are fitted."""
_BOLD = 0.92
"""Of a column's width, for letters that are bold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of such a sheet: the first of a group, or one under it."""

    number: int | None
    code: Value
    text: str
    role: str
    deadline: str
    state: str
    shade: Shade | None
    percent: Any = None
    result: str | None = None
    obstacles: str | None = None
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A first row and those under it."""

    head: Row
    rows: tuple[Row, ...]


def write_by_task(book: Book, items: Sequence[Entry], month: Month, subtitle: str) -> None:
    """Theo nhiệm vụ: each task once, with its own status, and the agencies it is given to under it."""
    _write(book, "by_task", _by_task(items, month), len(items), subtitle)


def write_by_agency(book: Book, items: Sequence[Entry], agencies: Sequence[AgencyRow], subtitle: str) -> None:
    """Chi tiết theo cơ quan: the tasks of each agency, for its own page."""
    _write(book, "by_agency", _by_agency(items, agencies), len(items), subtitle, is_paged=True)


def _by_task(items: Sequence[Entry], month: Month) -> Iterator[Group]:
    entries = _gathered(items, lambda line: line.task.code)
    for number, task in enumerate(month.tasks, 1):
        done = say("workbook.leads_done", done=task.done_leads, total=len(task.leads))
        deadline = deadline_text(task.leads[0]) if task.leads else ""
        state, shade = status_text(task.status), STATUS[task.status]
        mine = entries[task.task.code]
        code = _to_line(mine[0]) if mine else task.task.code
        head = Row(number, code, task.task.content, done, deadline, state, shade)
        yield Group(head, tuple(_member(each.line, None, each.line.agency.name) for each in mine))


def _by_agency(items: Sequence[Entry], agencies: Sequence[AgencyRow]) -> Iterator[Group]:
    entries = _gathered(items, lambda line: line.agency.code)
    for row in agencies:
        figures = row.figures
        roles = say("workbook.roles", lead=figures.counts.total, coordinating=figures.coordinating)
        done = say("workbook.done_of", done=figures.counts.done, total=figures.counts.total)
        state, shade = (register_text(row.state), REGISTER[row.state]) if row.state else ("", None)
        head = Row(row.number, None, figures.agency.name, roles, "", state, shade, result=done)
        mine = entries[figures.agency.code]
        yield Group(head, tuple(_member(each.line, _to_line(each), each.line.task.content) for each in mine))


def _gathered(items: Iterable[Entry], code_of: Callable[[Line], str]) -> defaultdict[str, list[Entry]]:
    """Entries by code, in their order."""
    found = defaultdict[str, list[Entry]](list)
    for each in items:
        found[code_of(each.line)].append(each)
    return found


def _to_line(entry: Entry) -> Link:
    """A jump to the row of Tổng hợp."""
    return Link(sheet_name("lines"), f"B{TOP + 1 + entry.number}", entry.line.task.code)


def _member(line: Line, code: Value, text: str) -> Row:
    return Row(
        None,
        code,
        text,
        say(f"role.{line.assignment.role}"),
        deadline_text(line) if code else "",
        status_of_line(line),
        shade_of_line(line),
        line.values.get("percent"),
        line.values.get("result"),
        line.values.get("obstacles"),
        flags_of(line),
    )


# --- how they are written ---------------------------------------------------------------------------------------------


def _fields(key: str) -> tuple[Field[Row], ...]:
    answered = REPORT_TABLE.by_key
    return (
        Field(say("workbook.no"), 5, lambda r: r.number, "number"),
        Field(say("workbook.task"), 11, lambda r: r.code, "centre"),
        Field(say(f"workbook.group_{key}"), 46, lambda r: r.text),
        Field(say("workbook.role"), 19, lambda r: r.role, "centre"),
        Field(say("workbook.deadline"), 20, lambda r: r.deadline, "centre"),
        Field(say("workbook.status"), 22, lambda r: r.state, "text", lambda r: r.shade),
        Field(say("workbook.percent"), 10, lambda r: r.percent, "percent"),
        Field(answered["result"].heading, 36, lambda r: r.result),
        Field(answered["obstacles"].heading, 26, lambda r: r.obstacles),
        Field(say("workbook.flags"), 17, lambda r: r.flags),
    )


def _write(book: Book, key: str, groups: Iterable[Group], count: int, subtitle: str, *, is_paged: bool = False) -> None:
    fields = _fields(key)
    sheet = book.sheet(key)
    book.head(sheet, key, subtitle, home=sheet_name("overview"))
    write_headings(book, sheet, TOP, fields)
    sheet.freeze_panes(TOP + 1, 3)
    sheet.outline_settings(True, False, True, False)
    if is_paged:
        sheet.set_print_scale(_SCALE_PERCENT)
    if not count or count > TABLE_ROWS_MAX:
        text = say("workbook.see_lines", count=count) if count else say("workbook.nothing")
        book.across(sheet, TOP + 1, (0, len(fields) - 1), text, "text", height_of(1))
        return
    row, breaks = TOP + 1, list[int]()
    for group in groups:
        breaks.append(row)
        _write_head(book, sheet, row, fields, group.head)
        row = write_rows(book, sheet, row + 1, fields, group.rows, level=1, is_ruled=False).last + 1
    rule_blanks(book, sheet, TOP + 1, row - 1, len(fields) - 1)
    sheet.autofilter(TOP, 0, row - 1, len(fields) - 1)
    if is_paged:
        sheet.set_h_pagebreaks(breaks[1 : _BREAKS_MAX + 1])


def _write_head(book: Book, sheet: Any, row: int, fields: Sequence[Field[Row]], head: Row) -> None:
    """The first row of a group, in the colour of totals but for its state."""
    lines = 1
    for col, field in enumerate(fields):
        value = field.get(head)
        shade = field.shade(head) if field.shade else None
        look = "band" if field.look == "text" else "total"
        book.put(sheet, row, col, value, "centre" if isinstance(value, Link) else look, shade or BAND)
        if isinstance(value, str):
            lines = max(lines, lines_of(value, field.width_chars * _BOLD))
    sheet.set_row(row, height_of(lines))
