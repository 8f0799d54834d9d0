"""Tổng quan: one printed page with the key sentence, the figures, who has returned, and four charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tracker.model import Month
from tracker.palette import DUE_SOON, NOT_REPORTED, REGISTER, STATUS, Shade
from tracker.reports.charts import (
    Series,
    insert_agency_chart,
    insert_progress_chart,
    insert_status_chart,
    insert_trend_chart,
)
from tracker.reports.grid import Book, Link, height_of, lines_of, sheet_name
from tracker.reports.sentences import REGISTER_STATES, agencies_in, key_sentence, rates_sentence, register_sentence
from tracker.reports.sheets_agencies import AgencyRow, ratio, register_text, share
from tracker.reports.sheets_lines import status_text
from tracker.status import Status
from tracker.texts import say

SHEETS = (
    *("lines", "agencies", "by_task", "by_agency", "leaders", "documents", "overdue", "soon", "indicators"),
    *("figures", "obstacles", "changes"),
    *("register", "findings", "sources", "legend"),
)
"""In the order of the workbook, after this one."""

_WIDTHS = (36, 11, 11, 11, 11, 3, 12, 12, 12, 12, 12)
_LAST = len(_WIDTHS) - 1
_CHART_COL, _INDEX_COL, _DATA_COL = 6, _LAST + 2, _LAST + 4
_TABLE, _RETURNS, _SLOWEST = 9, 23, 32
"""First rows (0-based) of the three tables on the left."""
_NAMES_MAX, _SLOWEST_MAX = 40, 10
_TRENDS, _TRENDS_ROWS = _SLOWEST + _SLOWEST_MAX + 2, 16
"""The two charts at the foot of the page: over the periods on the left, against the targets on the right."""
_LEFT_PX, _RIGHT_PX = 580, 445


def open_overview(book: Book) -> Any:
    """The sheet, first in the workbook; it is filled last, when it is known where the lines stand."""
    sheet = book.sheet("overview", pages_high=1)
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.set_column(_INDEX_COL, _INDEX_COL, 26)
    sheet.set_column(_DATA_COL, _DATA_COL, 30)
    sheet.set_portrait()
    sheet.print_area(0, 0, _TRENDS + _TRENDS_ROWS, _LAST)
    sheet.center_horizontally()
    return sheet


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the page takes from other sheets: the reference to the column of statuses on Tổng hợp, which the figures by
    assignment count, and where the figures of the charts at its foot stand (None: there are none)."""

    statuses: str
    trend: Series | None
    progress: Series | None


def fill_overview(
    book: Book, sheet: Any, month: Month, rows: Sequence[AgencyRow], elsewhere: Elsewhere, subtitle: str
) -> None:
    """Everything on the page."""
    book.head(sheet, "overview", subtitle)
    _write_sentences(book, sheet, month)
    _write_figures(book, sheet, month, elsewhere.statuses)
    _write_returns(book, sheet, month)
    _write_slowest(book, sheet, rows)
    _write_index(book, sheet)
    by_status = Series(sheet.name, (_TABLE, _TABLE + len(Status) - 1), 0, 1)
    insert_status_chart(book, sheet, by_status, (_TABLE - 2, _CHART_COL), (_RIGHT_PX, 300))
    insert_agency_chart(book, sheet, rows, _DATA_COL, (_RETURNS - 2, _CHART_COL), (_RIGHT_PX, 460))
    _insert_trends(book, sheet, elsewhere)


def _insert_trends(book: Book, sheet: Any, elsewhere: Elsewhere) -> None:
    """Both charts, or why there is none."""
    height_px = 20 * (_TRENDS_ROWS - 1)
    if elsewhere.trend:
        insert_trend_chart(book, sheet, elsewhere.trend, (_TRENDS, 0), (_LEFT_PX, height_px))
    else:
        book.put(sheet, _TRENDS, 0, say("workbook.no_trend"), "note")
    if elsewhere.progress:
        insert_progress_chart(book, sheet, elsewhere.progress, (_TRENDS, _CHART_COL), (_RIGHT_PX, height_px))
    else:
        book.put(sheet, _TRENDS, _CHART_COL, say("workbook.no_progress"), "note")


def missing_sentence(month: Month) -> str:
    """Agencies that sent nothing, by name; where they are many, how many more there are."""
    missing = agencies_in(month.register, "missing")
    if not missing:
        return say("workbook.none_missing")
    more = len(missing) - _NAMES_MAX
    tail = f" {say('workbook.more', number=more)}" if more > 0 else ""
    return f"{say('workbook.missing', names=missing[:_NAMES_MAX])}{tail}."


def _write_sentences(book: Book, sheet: Any, month: Month) -> None:
    texts = (
        key_sentence(month.by_task, "task"),
        rates_sentence(month.by_task, "task"),
        rates_sentence(month.by_assignment, "assignment"),
        register_sentence(month.register),
        missing_sentence(month),
    )
    for row, text in enumerate(texts, 2):
        book.across(sheet, row, (0, _LAST), text, "sentence", 4 + 14.5 * max(1, lines_of(text, sum(_WIDTHS) * 0.85)))


def _write_figures(book: Book, sheet: Any, month: Month, statuses: str) -> None:
    """Figures by task and by assignment side by side, each labelled; those by assignment count the lines."""
    book.put(sheet, _TABLE - 2, 0, say("workbook.figures"), "section")
    headings = ("result", "by_task", "share", "by_assignment", "share")
    _write_heading(book, sheet, _TABLE - 1, tuple(say(f"workbook.head_{key}") for key in headings), 44)
    total = _TABLE + len(Status)
    for row, status in enumerate(Status, _TABLE):
        book.put(sheet, row, 0, status_text(status), "word", STATUS[status])
        book.put(sheet, row, 1, month.by_task.of(status), "number")
        book.formula(sheet, row, 3, f"=COUNTIF({statuses},$A{row + 1})", month.by_assignment.of(status))
        for col, counts in ((1, month.by_task), (3, month.by_assignment)):
            _write_share(book, sheet, row, col, total, share(counts.of(status), counts.total), "share")
        sheet.set_row(row, height_of(1))
    book.put(sheet, total, 0, say("workbook.total"), "total")
    for col, counts in ((1, month.by_task), (3, month.by_assignment)):
        letter = "ABCD"[col]
        book.formula(sheet, total, col, f"=SUM({letter}{_TABLE + 1}:{letter}{total})", counts.total, "total")
        _write_share(book, sheet, total, col, total, share(counts.total, counts.total), "total_share")
    flags: tuple[tuple[str, Shade | None, str], ...] = (
        (f"{NOT_REPORTED.symbol} {say('status.not_reported')}", NOT_REPORTED, "not_reported"),
        (f"{DUE_SOON.symbol} {say('status.due_soon')}", DUE_SOON, "due_soon"),
        (f"… {say('status.awaiting')}", None, "awaiting"),
    )
    for row, (label, shade, name) in enumerate(flags, total + 1):
        book.put(sheet, row, 0, f"{say('workbook.of_which')} {label}", "word", shade)
        for col, counts in ((1, month.by_task), (3, month.by_assignment)):
            number = int(getattr(counts, name))
            book.put(sheet, row, col, number, "number")
            _write_share(book, sheet, row, col, total, share(number, counts.total), "share")


def _write_share(book: Book, sheet: Any, row: int, col: int, total: int, value: float, look: str) -> None:
    letter = "ABCDE"[col]
    book.formula(sheet, row, col + 1, ratio(f"{letter}{row + 1}", f"{letter}${total + 1}"), value, look)


def _write_heading(book: Book, sheet: Any, row: int, texts: Sequence[str], height_pt: float) -> None:
    for col, text in enumerate(texts):
        book.put(sheet, row, col, text, "heading")
    sheet.set_row(row, height_pt)


def _write_returns(book: Book, sheet: Any, month: Month) -> None:
    """How many agencies sent in time, late, not at all; then the names of those that did not."""
    book.put(sheet, _RETURNS - 2, 0, say("workbook.title_register"), "section")
    _write_heading(
        book,
        sheet,
        _RETURNS - 1,
        tuple(say(f"workbook.head_{k}") for k in ("state", "agencies", "share")),
        height_of(1),
    )
    found = Counter(entry.state for entry in month.register)
    total = _RETURNS + len(REGISTER_STATES)
    for row, state in enumerate(REGISTER_STATES, _RETURNS):
        book.put(sheet, row, 0, register_text(state), "word", REGISTER[state])
        book.put(sheet, row, 1, found[state], "number")
        _write_share(book, sheet, row, 1, total, share(found[state], len(month.register)), "share")
    book.put(sheet, total, 0, say("workbook.total"), "total")
    book.formula(sheet, total, 1, f"=SUM(B{_RETURNS + 1}:B{total})", len(month.register), "total")
    every = share(len(month.register), len(month.register))
    _write_share(book, sheet, total, 1, total, every, "total_share")


def _write_slowest(book: Book, sheet: Any, rows: Sequence[AgencyRow]) -> None:
    """The agencies that brought the smallest share of what they owed up to date."""
    owing = sorted((r for r in rows if r.expected), key=lambda r: (r.reported / r.expected, -r.expected, r.number))
    book.put(sheet, _SLOWEST - 2, 0, say("workbook.slowest"), "section")
    headings = tuple(say(f"workbook.head_{key}") for key in ("agency", "reported", "expected", "updated"))
    _write_heading(book, sheet, _SLOWEST - 1, headings, height_of(2))
    for row, each in enumerate(owing[:_SLOWEST_MAX], _SLOWEST):
        book.put(sheet, row, 0, each.figures.agency.short or each.figures.agency.name)
        book.put(sheet, row, 1, each.reported, "number")
        book.put(sheet, row, 2, each.expected, "number")
        formula = ratio(f"B{row + 1}", f"C{row + 1}")
        book.formula(sheet, row, 3, formula, share(each.reported, each.expected), "share")


def _write_index(book: Book, sheet: Any) -> None:
    """Jumps to the other sheets, beside the printed page."""
    book.put(sheet, 0, _INDEX_COL, say("workbook.index"), "section")
    for row, key in enumerate(SHEETS, 1):
        book.put(sheet, row, _INDEX_COL, Link(sheet_name(key), "A1", sheet_name(key)), "jump")
