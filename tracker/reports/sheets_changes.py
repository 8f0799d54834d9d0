"""So với kỳ trước: what became of each line, and the figures of the periods beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from tracker.columns import REPORT_TABLE
from tracker.model import Month
from tracker.palette import NOT_REPORTED, STATUS
from tracker.reports.charts import Series, insert_trend_chart
from tracker.reports.grid import TABLE_ROWS_MAX, Book, Field
from tracker.reports.places import Places
from tracker.reports.sheets_agencies import ratio, share
from tracker.reports.sheets_lines import TOP, Entry, shade_of_line, status_of_line
from tracker.reports.sheets_views import write_view
from tracker.status import Status
from tracker.texts import say

_FAR_RIGHT = 26
"""Column of Tổng quan, beyond all it prints, where the figures of the periods stand if this sheet is too long."""
_REPORTED_ORDER = ("not_started", "in_progress", "done")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line since the last period; `key` is up, down, same, new or silent."""

    entry: Entry
    key: str
    what: str


_CHANGE = {
    "down": STATUS[Status.OVERDUE],
    "silent": NOT_REPORTED,
    "same": STATUS[Status.NO_DEADLINE],
    "new": STATUS[Status.IN_TIME],
    "up": STATUS[Status.DONE_ON_TIME],
}
"""In the order of the sheet: what went back first."""


def change_of(entry: Entry) -> Change:
    """Status and percentage now against the last period's."""
    line = entry.line
    if not line.is_reported:
        return Change(entry, "silent", "")
    if line.previous is None:
        return Change(entry, "new", "")
    before, now = line.previous.values, line.values
    steps = [_step(before, now, "status"), _step(before, now, "percent")]
    told = "; ".join(text for _, text in steps if text)
    signs = [sign for sign, _ in steps if sign]
    return Change(entry, "same" if not signs else "down" if min(signs) < 0 else "up", told)


def _step(before: Any, now: Any, key: str) -> tuple[int, str]:
    """Whether a value rose (1), fell (-1) or neither (0), and from what to what."""
    was, is_now = before.get(key), now.get(key)
    if was == is_now or is_now is None:
        return 0, ""
    column = REPORT_TABLE.by_key[key]
    old = column.kind.show(was) if was is not None else say("workbook.nothing_before")
    text = say("workbook.from_to", what=column.heading.partition(" (")[0], old=old, new=column.kind.show(is_now))
    places = [_REPORTED_ORDER.index(v) if v in _REPORTED_ORDER else None for v in (was, is_now)]
    pair = places if key == "status" else [was, is_now]
    if pair[0] is None or pair[1] is None:
        return (1 if was is None else 0), text
    return (1 if pair[1] > pair[0] else -1), text


def write_changes(
    book: Book, items: Sequence[Entry], month: Month, places: Places, subtitle: str, overview: Any
) -> Series | None:
    """So với kỳ trước: the lines that changed, or of which nothing was heard; beside it the figures of the periods.

    Where no line has a past all would be new: none is listed then. Returns where the share done of each period
    stands, None where this period is the first; beside a table that is too long for it, that is on `overview`.
    """
    has_past = any(entry.line.previous for entry in items)
    order = list(_CHANGE)
    found = (change_of(entry) for entry in items if has_past)
    changes = sorted((c for c in found if c.key != "same"), key=lambda c: (order.index(c.key), c.entry.number))
    numbers = {id(change): number for number, change in enumerate(changes, 1)}
    fields: tuple[Field[Change], ...] = (
        Field(say("workbook.no"), 5, lambda c: numbers[id(c)], "number"),
        Field(say("workbook.task"), 11, lambda c: places.line(c.entry.line), "centre"),
        Field(say("workbook.content"), 42, lambda c: c.entry.line.task.content),
        Field(say("workbook.agency"), 18, lambda c: c.entry.line.agency.label),
        Field(say("workbook.change"), 18, lambda c: say(f"workbook.change_{c.key}"), "word", lambda c: _CHANGE[c.key]),
        Field(say("workbook.what_changed"), 48, lambda c: c.what),
        Field(say("workbook.status"), 22, _status, "text", lambda c: shade_of_line(c.entry.line)),
    )
    sheet = write_view(book, "changes", fields, changes, subtitle, frozen_cols=3)
    if not month.earlier:
        return None
    if len(changes) > TABLE_ROWS_MAX:
        return _write_figures(book, overview, month, _FAR_RIGHT)
    trend = _write_figures(book, sheet, month, len(fields) + 1)
    insert_trend_chart(book, sheet, trend, (trend.rows[1] + 2, trend.names), (560, 280))
    sheet.print_area(0, 0, TOP + max(1, len(changes)), len(fields) - 1)
    return trend


def _status(change: Change) -> str:
    return status_of_line(change.entry.line)


def _write_figures(book: Book, sheet: Any, month: Month, left: int) -> Series:
    """From column `left` on: tasks, done and overdue of each period, and the share done."""
    points = [(each.label, each.by_task) for each in month.earlier] + [(month.label, month.by_task)]
    headings = ("period", "col_total", "trend_done", "trend_overdue", "col_rate")
    for place, heading in enumerate(headings):
        sheet.set_column(left + place, left + place, 14)
        book.put(sheet, TOP, left + place, say(f"workbook.{heading}"), "heading")
    for row, (label, counts) in enumerate(points, TOP + 1):
        book.put(sheet, row, left, label, "centre")
        for place, number in enumerate((counts.total, counts.done, counts.of(Status.OVERDUE)), 1):
            book.put(sheet, row, left + place, number, "number")
        cells = [f"{xl_col_to_name(left + place)}{row + 1}" for place in (2, 1)]
        book.formula(sheet, row, left + 4, ratio(*cells), share(counts.done, counts.total), "share")
    return Series(sheet.name, (TOP + 1, TOP + len(points)), left, left + 4)
