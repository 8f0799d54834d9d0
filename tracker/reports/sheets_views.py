"""Views of the same month: by leader and by document, overdue, soon due, obstacles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from tracker.columns import REPORT_TABLE
from tracker.dates import short_date
from tracker.model import Counts, Line, Month
from tracker.palette import DUE_SOON
from tracker.reports.documents import document_counts
from tracker.reports.figures import count_tasks
from tracker.reports.grid import Book, Field, height_of, sheet_name, write_headings, write_rows, write_table
from tracker.reports.places import Places
from tracker.reports.sheets_agencies import PART_HEADINGS, parts_of, ratio, share
from tracker.reports.sheets_lines import TOP, Entry, deadline_text, shade_of_line, status_of_line
from tracker.status import Status
from tracker.texts import say

_TOTAL, _FIRST_PART, _LAST_PART, _RATE, _NOT_REPORTED = 2, 3, 8, 9, 10
"""Columns of a table of groups that formulas name."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks that belong together, with their figures by task; `first` is the code of the first of them."""

    number: int
    name: str
    counts: Counts
    first: str


def by_leader(month: Month) -> tuple[Group, ...]:
    """Tasks by the leader in charge, in the order of the plan; those of nobody come last."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for task in month.tasks:
        found[task.task.leader].append(task)
    names = sorted(found, key=lambda name: not name)
    return tuple(
        Group(
            number,
            name or say("workbook.no_leader"),
            count_tasks(found[name], month.effective_day),
            found[name][0].task.code,
        )
        for number, name in enumerate(names, 1)
    )


def by_document(month: Month) -> tuple[Group, ...]:
    """Tasks by the document that assigns them."""
    firsts = {(t.task.document, t.task.document_date): t.task.code for t in reversed(month.tasks)}
    return tuple(
        Group(
            number,
            say("workbook.document", number=each.number, day=short_date(each.day)),
            each.by_task,
            firsts[each.number, each.day],
        )
        for number, each in enumerate(document_counts(month), 1)
    )


def write_groups(book: Book, key: str, groups: Sequence[Group], places: Places, subtitle: str) -> None:
    """A table of groups by status whose totals are formulas; groups add up to the month."""
    sheet = book.sheet(key)
    fields = _group_fields(key, places)
    book.head(sheet, key, subtitle, home=sheet_name("overview"))
    write_headings(book, sheet, TOP, fields)
    sheet.freeze_panes(TOP + 1, 2)
    area = write_rows(book, sheet, TOP + 1, fields, groups)
    for row, group in enumerate(groups, area.first):
        _write_sums(book, sheet, row, group.counts.total, group.counts.done, "number", "share")
    total = area.last + 1
    for col in range(len(fields)):
        book.put(sheet, total, col, say("workbook.total") if col == 1 else None, "total")
    sums = [sum(parts_of(group.counts)[n] for group in groups) for n in range(_LAST_PART - _FIRST_PART + 1)]
    sums.append(sum(group.counts.not_reported for group in groups))
    for col, number in zip((*range(_FIRST_PART, _LAST_PART + 1), _NOT_REPORTED), sums, strict=True):
        if groups:
            book.formula(sheet, total, col, f"=SUM({area.cells(col)})", number, "total")
        else:
            book.put(sheet, total, col, number, "total")
    _write_sums(book, sheet, total, sum(sums[:-1]), sums[0] + sums[1], "total", "total_share")
    sheet.set_row(total, height_of(1))
    if groups:
        sheet.autofilter(TOP, 0, area.last, len(fields) - 1)


def _group_fields(key: str, places: Places) -> tuple[Field[Group], ...]:
    return (
        Field(say("workbook.no"), 5, lambda g: g.number, "number"),
        Field(say(f"workbook.group_{key}"), 44, lambda g: places.task(g.first, g.name)),
        Field(say("workbook.col_total"), 10, lambda g: None, "number"),
        *(_part_field(number, heading) for number, heading in enumerate(PART_HEADINGS)),
        Field(say("workbook.col_rate"), 11, lambda g: None, "share"),
        Field(say("workbook.col_not_reported"), 11, lambda g: g.counts.not_reported, "number"),
    )


def _part_field(number: int, heading: str) -> Field[Group]:
    return Field(say(f"workbook.col_{heading}"), 11, lambda g: parts_of(g.counts)[number], "number")


def _write_sums(book: Book, sheet: Any, row: int, total: int, done: int, look: str, share_look: str) -> None:
    first, last, whole = (f"{xl_col_to_name(col)}{row + 1}" for col in (_FIRST_PART, _LAST_PART, _TOTAL))
    second = f"{xl_col_to_name(_FIRST_PART + 1)}{row + 1}"
    book.formula(sheet, row, _TOTAL, f"=SUM({first}:{last})", total, look)
    book.formula(sheet, row, _RATE, ratio(f"({first}+{second})", whole), share(done, total), share_look)


def write_overdue(book: Book, items: Sequence[Entry], places: Places, subtitle: str) -> None:
    """Quá hạn: the lead lines that are past their deadline, the latest first, with the cause the agency gives."""
    late = sorted((e for e in items if e.line.status is Status.OVERDUE), key=lambda e: (-e.line.days_late, e.number))
    fields: tuple[Field[Entry], ...] = (
        *_task_fields(places),
        Field(say("workbook.leader"), 18, lambda e: e.line.task.leader or say("workbook.no_leader")),
        Field(say("workbook.deadline"), 20, lambda e: deadline_text(e.line), "centre"),
        Field(say("workbook.days_late"), 9, lambda e: e.line.days_late, "number"),
        Field(say("workbook.percent"), 10, lambda e: e.line.values.get("percent"), "percent"),
        Field(say("workbook.cause"), 38, lambda e: _cause(e.line)),
        Field(REPORT_TABLE.by_key["proposal"].heading, 26, lambda e: e.line.values.get("proposal")),
        Field(REPORT_TABLE.by_key["extension_to"].heading, 12, lambda e: e.line.values.get("extension_to"), "day"),
    )
    write_view(book, "overdue", fields, _ranked(late), subtitle, frozen_cols=3)


def _cause(line: Line) -> str:
    """The cause as the agency gives it, else why there is none."""
    cause = str(line.values.get("obstacles") or "")
    if cause:
        return cause
    return say("workbook.cause_missing" if line.is_reported else "workbook.cause_not_reported")


def write_soon(book: Book, items: Sequence[Entry], month: Month, places: Places, subtitle: str) -> None:
    """Sắp đến hạn: lead lines with at most 7 days left, the nearest first."""
    soon = sorted((e for e in items if e.line.is_due_soon), key=lambda e: (_days_left(e.line, month), e.number))
    ranked = _ranked(soon)
    fields: tuple[Field[Entry], ...] = (
        *_task_fields(places),
        Field(say("workbook.leader"), 18, lambda e: e.line.task.leader or say("workbook.no_leader")),
        Field(say("workbook.deadline"), 20, lambda e: deadline_text(e.line), "centre"),
        Field(say("workbook.days_left"), 10, lambda e: _days_left_text(e.line, month), "centre", lambda e: DUE_SOON),
        Field(say("workbook.percent"), 11, lambda e: e.line.values.get("percent"), "percent"),
        Field(REPORT_TABLE.by_key["result"].heading, 40, lambda e: e.line.values.get("result")),
        Field(REPORT_TABLE.by_key["obstacles"].heading, 30, lambda e: e.line.values.get("obstacles")),
    )
    write_view(book, "soon", fields, ranked, subtitle, frozen_cols=3)


def _days_left(line: Line, month: Month) -> int:
    return (line.task.deadline - month.effective_day).days if line.task.deadline else 0


def _days_left_text(line: Line, month: Month) -> str:
    """Symbol, figure and word; of one figure (7 days are the most), so that it sorts as text too."""
    return f"{DUE_SOON.symbol} {say('workbook.days', number=_days_left(line, month))}"


def _task_fields(places: Places) -> tuple[Field[Entry], ...]:
    return (
        Field(say("workbook.no"), 5, lambda e: e.number, "number"),
        Field(say("workbook.task"), 11, lambda e: places.line(e.line), "centre"),
        Field(say("workbook.content"), 42, lambda e: e.line.task.content),
        Field(say("workbook.agency"), 18, lambda e: e.line.agency.label),
    )


def _ranked(items: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(Entry(number, each.line, each.source_row) for number, each in enumerate(items, 1))


def write_view(
    book: Book, key: str, fields: Sequence[Field[Any]], items: Sequence[Any], subtitle: str, *, frozen_cols: int
) -> Any:
    """A sheet with one table, of whose cells two a row may lead elsewhere; the sheet."""
    sheet = book.sheet(key, rows=len(items), links=2 * len(items))
    book.head(sheet, key, subtitle, home=sheet_name("overview"))
    write_table(book, sheet, TOP, fields, items, frozen_cols=frozen_cols)
    return sheet


def write_obstacles(book: Book, items: Sequence[Entry], places: Places, subtitle: str) -> None:
    """Khó khăn, kiến nghị: whoever names an obstacle, proposes something or asks for more time; overdue ones first."""
    keys = ("obstacles", "proposal", "extension_to")
    voices = [e for e in items if any(e.line.values.get(key) for key in keys)]
    voices.sort(key=lambda e: (-e.line.days_late, e.number))
    fields: tuple[Field[Entry], ...] = (
        *_task_fields(places),
        Field(say("workbook.status"), 22, lambda e: status_of_line(e.line), "text", lambda e: shade_of_line(e.line)),
        Field(say("workbook.days_late"), 9, lambda e: e.line.days_late or None, "number"),
        Field(REPORT_TABLE.by_key["obstacles"].heading, 44, lambda e: e.line.values.get("obstacles")),
        Field(REPORT_TABLE.by_key["proposal"].heading, 40, lambda e: e.line.values.get("proposal")),
        Field(REPORT_TABLE.by_key["extension_to"].heading, 12, lambda e: e.line.values.get("extension_to"), "day"),
    )
    write_view(book, "obstacles", fields, _ranked(voices), subtitle, frozen_cols=3)
