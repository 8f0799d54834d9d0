"""Sheets of agencies: Theo cơ quan (annex I of the report), Tình hình gửi báo cáo."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from tracker.config import MARKED_FOLDER
from tracker.dates import local_clock
from tracker.model import AgencyCounts, Counts, Month, Register, TaskState
from tracker.palette import REGISTER
from tracker.reports.counted import Lines
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
from tracker.reports.sheets_lines import TOP, status_text
from tracker.status import Status
from tracker.texts import say

Pair = tuple[int, int]
"""A part, and of how many."""


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


_TOTAL, _FIRST_PART, _LAST_PART, _RATE, _NOT_REPORTED = 2, 3, 8, 9, 10
_EXPECTED, _REPORTED, _UPDATED, _UPDATED_RANK, _DUE, _DUE_ON_TIME, _ON_TIME, _ON_TIME_RANK = range(11, 19)
"""Columns that formulas name."""
_NO_RATE = "–"
"""In place of a rate of nothing, which has no rank."""


def write_agencies(
    book: Book, rows: Sequence[AgencyRow], lines: Lines, places: Places, subtitle: str
) -> dict[str, str]:
    """Theo cơ quan: lead assignments by status, update rate, on-time rate and the ranks by them.

    Figures count `lines` where those say enough; names lead to their blocks of Chi tiết theo cơ quan. Returns where
    the on-time rate of each agency stands, by its code.
    """
    fields = _agency_fields(places)
    sheet = book.sheet("agencies", links=len(rows))
    book.head(sheet, "agencies", subtitle, home=sheet_name("overview"))
    write_headings(book, sheet, TOP, fields)
    sheet.freeze_panes(TOP + 1, 2)
    area = write_rows(book, sheet, TOP + 1, fields, rows)
    countable = lines.countable(each.figures.agency for each in rows)
    for row, each in enumerate(rows, area.first):
        if each.figures.agency.code in countable:
            _write_counts(book, sheet, row, each, lines)
        _write_formulas(book, sheet, row, each)
    _write_ranks(book, sheet, area, _UPDATED, [(each.reported, each.expected) for each in rows])
    _write_ranks(book, sheet, area, _ON_TIME, [_on_time(each) for each in rows])
    _write_totals(book, sheet, area, rows, len(fields))
    if rows:
        sheet.autofilter(TOP, 0, area.last, len(fields) - 1)
    at = enumerate((each.figures.agency.code for each in rows), area.first)
    return {code: f"'{sheet.name}'!{xl_rowcol_to_cell(row, _ON_TIME)}" for row, code in at}


_PARTS: dict[str, tuple[Status, ...]] = {
    "on_time": (Status.DONE_ON_TIME,),
    "late": (Status.DONE_LATE,),
    "in_time": (Status.IN_TIME,),
    "overdue": (Status.OVERDUE,),
    "no_deadline": (Status.NO_DEADLINE,),
    "set_aside": (Status.HANDED_BACK, Status.SUSPENDED),
}
PART_HEADINGS = tuple(_PARTS)
"""Keys of the headings of `parts_of`."""


def parts_of(counts: Counts) -> tuple[int, ...]:
    """The six columns that add up to a total."""
    return tuple(sum(map(counts.of, statuses)) for statuses in _PARTS.values())


def _agency_fields(places: Places) -> tuple[Field[AgencyRow], ...]:
    parts = tuple(_part_field(number, heading) for number, heading in enumerate(PART_HEADINGS))
    return (
        Field(say("workbook.no"), 5, lambda r: r.number, "number"),
        Field(
            say("workbook.agency_name"),
            32,
            lambda r: places.agency(r.figures.agency.code, r.figures.agency.name),
        ),
        _number("total", lambda r: r.figures.counts.total),
        *parts,
        Field(say("workbook.col_rate"), 9, lambda r: None, "share"),
        _number("not_reported", lambda r: r.figures.counts.not_reported),
        _number("expected", lambda r: r.expected),
        _number("reported", lambda r: r.reported),
        Field(say("workbook.col_updated"), 9, lambda r: None, "share"),
        _number("rank", lambda r: None),
        _number("due", lambda r: r.figures.counts.due),
        _number("due_on_time", lambda r: r.figures.counts.due_done_on_time),
        Field(say("workbook.col_in_time_rate"), 9, lambda r: None, "share"),
        _number("in_time_rank", lambda r: None),
        Field(say("workbook.remark"), 14, lambda r: say(f"register.{r.state}") if r.state else ""),
    )


def _number(heading: str, get: Callable[[AgencyRow], int | None]) -> Field[AgencyRow]:
    return Field(say(f"workbook.col_{heading}"), 9, get, "number")


def _part_field(number: int, heading: str) -> Field[AgencyRow]:
    return _number(heading, lambda r: parts_of(r.figures.counts)[number])


def _on_time(row: AgencyRow) -> tuple[int, int]:
    """Done in time, of those that fell due."""
    return row.figures.counts.due_done_on_time, row.figures.counts.due


def on_time_rate(row: AgencyRow) -> float | str:
    """Done in time of those that fell due; a dash where none did."""
    part, whole = _on_time(row)
    return share(part, whole) if whole else _NO_RATE


def _write_counts(book: Book, sheet: Any, row: int, each: AgencyRow, lines: Lines) -> None:
    """The figures that Tổng hợp has, as formulas over it."""
    name = each.figures.agency.label
    parts = zip(_PARTS.values(), parts_of(each.figures.counts), strict=True)
    for col, (statuses, number) in enumerate(parts, _FIRST_PART):
        formula = "+".join(lines.with_status(status_text(status), name) for status in statuses)
        book.formula(sheet, row, col, f"={formula}", number)
    silent = f"={lines.with_flag(say('status.not_reported'), name)}"
    book.formula(sheet, row, _NOT_REPORTED, silent, each.figures.counts.not_reported)


def _write_formulas(book: Book, sheet: Any, row: int, each: AgencyRow) -> None:
    counts = each.figures.counts
    total = f"SUM({_cell(_FIRST_PART, row)}:{_cell(_LAST_PART, row)})"
    book.formula(sheet, row, _TOTAL, f"={total}", counts.total)
    done = (counts.done, counts.total)
    _write_rates(book, sheet, row, done, (each.reported, each.expected), _on_time(each), "share")


def _write_rates(book: Book, sheet: Any, row: int, done: Pair, updated: Pair, on_time: Pair, look: str) -> None:
    part = f"({_cell(_FIRST_PART, row)}+{_cell(_FIRST_PART + 1, row)})"
    book.formula(sheet, row, _RATE, ratio(part, _cell(_TOTAL, row)), share(*done), look)
    for col, pair in ((_UPDATED, updated), (_ON_TIME, on_time)):
        part, whole = (_cell(place, row) for place in _PARTS_OF_RATE[col])
        formula = f'=IF({whole}=0,"{_NO_RATE}",{part}/{whole})'
        book.formula(sheet, row, col, formula, share(*pair) if pair[1] else _NO_RATE, look)


_PARTS_OF_RATE = {_UPDATED: (_REPORTED, _EXPECTED), _ON_TIME: (_DUE_ON_TIME, _DUE)}


def _write_ranks(book: Book, sheet: Any, area: Area, col: int, pairs: Sequence[Pair]) -> None:
    """Right of the rates of column `col`, the greatest first; who has no rate has no rank."""
    rates = sorted(share(*pair) for pair in pairs if pair[1])
    for row, pair in enumerate(pairs, area.first):
        rank = 1 + len(rates) - bisect_right(rates, share(*pair)) if pair[1] else _NO_RATE
        formula = f'=IF({_cell(_PARTS_OF_RATE[col][1], row)}=0,"{_NO_RATE}",RANK({_cell(col, row)},{area.cells(col)}))'
        book.formula(sheet, row, col + 1, formula, rank)


def _write_totals(book: Book, sheet: Any, area: Area, rows: Sequence[AgencyRow], cols: int) -> None:
    """The row Tổng cộng, right below the agencies."""
    row = area.last + 1
    for col in range(cols):
        book.put(sheet, row, col, say("workbook.total") if col == 1 else None, "total")
    counts = [each.figures.counts for each in rows]
    parts = [parts_of(each) for each in counts]
    sums = {_FIRST_PART + n: sum(each[n] for each in parts) for n in range(len(PART_HEADINGS))}
    sums |= {_TOTAL: sum(each.total for each in counts), _NOT_REPORTED: sum(each.not_reported for each in counts)}
    sums |= {_EXPECTED: sum(r.expected for r in rows), _REPORTED: sum(r.reported for r in rows)}
    sums |= {_DUE: sum(each.due for each in counts), _DUE_ON_TIME: sum(each.due_done_on_time for each in counts)}
    for col, number in sums.items():
        if rows:
            book.formula(sheet, row, col, f"=SUM({area.cells(col)})", number, "total")
        else:
            book.put(sheet, row, col, number, "total")
    done = (sums[_FIRST_PART] + sums[_FIRST_PART + 1], sums[_TOTAL])
    pairs = (sums[_REPORTED], sums[_EXPECTED]), (sums[_DUE_ON_TIME], sums[_DUE])
    _write_rates(book, sheet, row, done, *pairs, "total_share")
    sheet.set_row(row, height_of(1))


def ratio(part: str, whole: str) -> str:
    """Formula of a share that is 0 where there is nothing to count."""
    return f"=IF({whole}=0,0,{part}/{whole})"


def share(part: int, whole: int) -> float:
    """The value of `ratio`."""
    return part / whole if whole else 0.0


def _cell(col: int, row: int) -> str:
    return f"{xl_col_to_name(col)}{row + 1}"


REGISTER_STATE_CELL = f"C{TOP + 1}"
"""Of Tình hình gửi báo cáo: the heading of the states, which is where people filter by them."""


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
