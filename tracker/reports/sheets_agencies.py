"""Sheets of agencies: Theo cơ quan (annex I of the report), Tình hình gửi báo cáo."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from tracker.config import MARKED_FOLDER
from tracker.dates import local_clock
from tracker.model import AgencyCounts, Counts, Month, Register, TaskState
from tracker.palette import REGISTER
from tracker.reports.grid import (
    Area,
    Book,
    Field,
    FileLink,
    Value,
    height_of,
    sheet_name,
    write_headings,
    write_rows,
    write_table,
)
from tracker.reports.places import Places
from tracker.reports.sheets_lines import TOP
from tracker.status import Status
from tracker.texts import say


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """One agency with its number, the lines it owed in the period (none of suspended tasks), those of them that it
    reported, and its state in the register."""

    number: int
    figures: AgencyCounts
    expected: int
    reported: int
    state: str


def agency_rows(month: Month) -> tuple[AgencyRow, ...]:
    """Agencies in the order of the month."""
    owed = [line for line in month.lines if line.task.state is not TaskState.SUSPENDED]
    expected = Counter(line.agency.code for line in owed)
    reported = Counter(line.agency.code for line in owed if line.is_reported)
    states = {entry.agency.code: entry.state for entry in month.register}
    return tuple(
        AgencyRow(
            number, each, expected[each.agency.code], reported[each.agency.code], states.get(each.agency.code, "")
        )
        for number, each in enumerate(month.agencies, 1)
    )


_TOTAL, _FIRST_PART, _LAST_PART, _RATE, _NOT_REPORTED, _EXPECTED, _REPORTED, _UPDATED, _RANK = (
    *(2, 3, 8, 9, 10, 11, 12, 13, 15),
)
"""Columns that formulas name."""


def write_agencies(book: Book, rows: Sequence[AgencyRow], subtitle: str) -> None:
    """Theo cơ quan: lead assignments by status, update rate and the rank by it; totals are formulas."""
    fields = _agency_fields()
    sheet = book.sheet("agencies")
    book.head(sheet, "agencies", subtitle, home=sheet_name("overview"))
    write_headings(book, sheet, TOP, fields)
    sheet.freeze_panes(TOP + 1, 2)
    area = write_rows(book, sheet, TOP + 1, fields, rows)
    rates = sorted(share(each.reported, each.expected) for each in rows)
    for row, each in enumerate(rows, area.first):
        _write_formulas(book, sheet, row, each)
        rank = 1 + len(rates) - bisect_right(rates, share(each.reported, each.expected))
        book.formula(sheet, row, _RANK, f"=RANK({_cell(_UPDATED, row)},{area.cells(_UPDATED)})", rank)
    _write_totals(book, sheet, area, rows)
    if rows:
        sheet.autofilter(TOP, 0, area.last, len(fields) - 1)


PART_HEADINGS = ("on_time", "late", "in_time", "overdue", "no_deadline", "set_aside")
"""Keys of the headings of `parts_of`."""


def parts_of(counts: Counts) -> tuple[int, ...]:
    """The six columns that add up to a total."""
    plain = (Status.DONE_ON_TIME, Status.DONE_LATE, Status.IN_TIME, Status.OVERDUE, Status.NO_DEADLINE)
    return (*map(counts.of, plain), counts.of(Status.HANDED_BACK) + counts.of(Status.SUSPENDED))


def _agency_fields() -> tuple[Field[AgencyRow], ...]:
    parts = tuple(_part_field(number, heading) for number, heading in enumerate(PART_HEADINGS))
    return (
        Field(say("workbook.no"), 5, lambda r: r.number, "number"),
        Field(say("workbook.agency_name"), 34, lambda r: r.figures.agency.name),
        Field(say("workbook.col_total"), 9, lambda r: r.figures.counts.total, "number"),
        *parts,
        Field(say("workbook.col_rate"), 10, lambda r: None, "share"),
        Field(say("workbook.col_not_reported"), 10, lambda r: r.figures.counts.not_reported, "number"),
        Field(say("workbook.col_expected"), 10, lambda r: r.expected, "number"),
        Field(say("workbook.col_reported"), 10, lambda r: r.reported, "number"),
        Field(say("workbook.col_updated"), 10, lambda r: None, "share"),
        Field(say("workbook.col_in_time_rate"), 10, _in_time_rate, "share"),
        Field(say("workbook.col_rank"), 8, lambda r: None, "number"),
        Field(say("workbook.remark"), 18, lambda r: say(f"register.{r.state}") if r.state else ""),
    )


def _in_time_rate(row: AgencyRow) -> float | None:
    """Done in time of those that fell due; None where none did."""
    counts = row.figures.counts
    return counts.due_done_on_time / counts.due if counts.due else None


def _part_field(number: int, heading: str) -> Field[AgencyRow]:
    return Field(say(f"workbook.col_{heading}"), 10, lambda r: parts_of(r.figures.counts)[number], "number")


def _write_formulas(book: Book, sheet: Any, row: int, each: AgencyRow) -> None:
    counts = each.figures.counts
    total = f"SUM({_cell(_FIRST_PART, row)}:{_cell(_LAST_PART, row)})"
    book.formula(sheet, row, _TOTAL, f"={total}", counts.total)
    _write_rates(book, sheet, row, (counts.done, counts.total), (each.reported, each.expected), "share")


def _write_rates(book: Book, sheet: Any, row: int, done: tuple[int, int], updated: tuple[int, int], look: str) -> None:
    part = f"({_cell(_FIRST_PART, row)}+{_cell(_FIRST_PART + 1, row)})"
    book.formula(sheet, row, _RATE, ratio(part, _cell(_TOTAL, row)), share(*done), look)
    formula = ratio(_cell(_REPORTED, row), _cell(_EXPECTED, row))
    book.formula(sheet, row, _UPDATED, formula, share(*updated), look)


def _write_totals(book: Book, sheet: Any, area: Area, rows: Sequence[AgencyRow]) -> None:
    """The row Tổng cộng, right below the agencies."""
    row = area.last + 1
    for col in range(len(_agency_fields())):
        book.put(sheet, row, col, say("workbook.total") if col == 1 else None, "total")
    sums = {_NOT_REPORTED: sum(r.figures.counts.not_reported for r in rows)}
    parts = [parts_of(r.figures.counts) for r in rows]
    sums |= {_FIRST_PART + n: sum(each[n] for each in parts) for n in range(len(PART_HEADINGS))}
    sums |= {_EXPECTED: sum(r.expected for r in rows), _REPORTED: sum(r.reported for r in rows)}
    sums[_TOTAL] = sum(r.figures.counts.total for r in rows)
    for col, number in sums.items():
        if rows:
            book.formula(sheet, row, col, f"=SUM({area.cells(col)})", number, "total")
        else:
            book.put(sheet, row, col, number, "total")
    done = sums[_FIRST_PART] + sums[_FIRST_PART + 1]
    _write_rates(book, sheet, row, (done, sums[_TOTAL]), (sums[_REPORTED], sums[_EXPECTED]), "total_share")
    sheet.set_row(row, height_of(1))


def ratio(part: str, whole: str) -> str:
    """Formula of a share that is 0 where there is nothing to count."""
    return f"=IF({whole}=0,0,{part}/{whole})"


def share(part: int, whole: int) -> float:
    """The value of `ratio`."""
    return part / whole if whole else 0.0


def _cell(col: int, row: int) -> str:
    return f"{xl_col_to_name(col)}{row + 1}"


def write_register(book: Book, month: Month, places: Places, subtitle: str) -> None:
    """Tình hình gửi báo cáo: what each agency sent in the period, and what became of it."""
    numbers = {entry.agency.code: number for number, entry in enumerate(month.register, 1)}
    fields: tuple[Field[Register], ...] = (
        Field(say("workbook.no"), 5, lambda e: numbers[e.agency.code], "number"),
        Field(say("workbook.agency_name"), 34, lambda e: places.agency(e.agency.code, e.agency.name)),
        Field(say("workbook.state"), 18, lambda e: register_text(e.state), "word", lambda e: REGISTER[e.state]),
        Field(
            say("workbook.received_at"),
            16,
            lambda e: local_clock(e.received_at) if e.received_at else None,
            "instant",
        ),
        Field(say("workbook.nil"), 10, lambda e: say("workbook.nil_mark") if e.is_nil else "", "centre"),
        Field(say("workbook.files"), 40, lambda e: "\n".join(e.files)),
        Field(say("workbook.verdict"), 22, lambda e: say(f"verdict.{e.verdict}") if e.verdict else ""),
        Field(say("workbook.errors"), 8, lambda e: e.errors, "number"),
        Field(say("workbook.warnings"), 9, lambda e: e.warnings, "number"),
        Field(say("workbook.marked"), 30, _marked),
    )
    sheet = book.sheet("register", links=2 * len(month.register))
    book.head(sheet, "register", subtitle, home=sheet_name("overview"))
    write_table(book, sheet, TOP, fields, month.register, frozen_cols=2)


def _marked(entry: Register) -> Value:
    """The marked return, in its folder beside the workbook."""
    name = entry.marked_return
    return FileLink(f"{MARKED_FOLDER}/{name}", name) if name else ""


def register_text(state: str) -> str:
    """Symbol and word of the state of a return."""
    return f"{REGISTER[state].symbol} {say(f'register.{state}')}"
