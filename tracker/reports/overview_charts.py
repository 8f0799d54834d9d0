"""Native charts of Tổng quan; colours are those of the statuses, every bar has its number and its word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.palette import HEADING, STATUS
from tracker.reports.grid import FONT, Book, sheet_name
from tracker.reports.sheets_agencies import AgencyRow
from tracker.status import Status
from tracker.texts import say

_AGENCIES_MAX = 15
_SIZE_PX = {"status": (540, 290), "agency": (540, 390)}
_SERIES = (Status.OVERDUE, Status.IN_TIME, Status.DONE_LATE, Status.DONE_ON_TIME, Status.NO_DEADLINE)
"""What the bars of an agency are made of, from the left; the rest is set aside and too small to see."""


def insert_status_chart(book: Book, sheet: Any, rows: tuple[int, int], at: tuple[int, int]) -> None:
    """Tasks by status; `rows` (0-based, both included) are those of the table whose columns A and B it draws."""
    chart = book.workbook.add_chart({"type": "bar"})
    name = sheet_name("overview")
    points = [_fill(status) for status in Status]
    chart.add_series(
        {
            "name": say("workbook.head_by_task"),
            "categories": [name, rows[0], 0, rows[1], 0],
            "values": [name, rows[0], 1, rows[1], 1],
            "points": points,
            "gap": 40,
            "data_labels": {"value": True, "font": _font(9)},
        }
    )
    chart.set_legend({"none": True})
    _place(chart, sheet, "status", at)


def insert_agency_chart(book: Book, sheet: Any, rows: Sequence[AgencyRow], col: int, at: tuple[int, int]) -> None:
    """Lead assignments of the agencies with most of them overdue; its figures stand from column `col` on."""
    chosen = sorted(rows, key=lambda r: (-r.figures.counts.of(Status.OVERDUE), -r.figures.counts.total, r.number))
    chosen = [row for row in chosen if row.figures.counts.total][:_AGENCIES_MAX]
    if not chosen:
        return
    _write_data(book, sheet, chosen, col)
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    name = sheet_name("overview")
    for place, status in enumerate(_SERIES, 1):
        chart.add_series(
            {
                "name": [name, 1, col + place],
                "categories": [name, 2, col, 1 + len(chosen), col],
                "values": [name, 2, col + place, 1 + len(chosen), col + place],
                **_fill(status),
                "gap": 40,
                "data_labels": {"value": True, "font": {**_font(8), "color": STATUS[status].ink}},
            }
        )
    chart.set_legend({"position": "bottom", "font": _font(8)})
    _place(chart, sheet, "agency", at)


def _write_data(book: Book, sheet: Any, chosen: Sequence[AgencyRow], col: int) -> None:
    """A figure of 0 is left empty: a bar of no length needs no number."""
    book.put(sheet, 0, col, say("workbook.chart_data"), "section")
    book.put(sheet, 1, col, say("workbook.agency"), "heading")
    for place, status in enumerate(_SERIES, 1):
        book.put(sheet, 1, col + place, say(f"status.{status}"), "heading")
        for row, each in enumerate(chosen, 2):
            book.put(sheet, row, col + place, each.figures.counts.of(status) or None, "number")
    for row, each in enumerate(chosen, 2):
        book.put(sheet, row, col, each.figures.agency.short or each.figures.agency.name)


def _fill(status: Status) -> dict[str, Any]:
    shade = STATUS[status]
    return {"fill": {"color": shade.fill}, "border": {"color": shade.ink, "width": 0.75}}


def _font(size: int) -> dict[str, Any]:
    return {"name": FONT, "size": size}


def _place(chart: Any, sheet: Any, key: str, at: tuple[int, int]) -> None:
    width, height = _SIZE_PX[key]
    font = {**_font(11), "bold": True, "color": HEADING.fill}
    chart.set_title({"name": say(f"workbook.chart_{key}"), "name_font": font, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": _font(9), "line": {"none": True}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    chart.set_size({"width": width, "height": height})
    options = {"object_position": 2, "description": say(f"workbook.chart_{key}_alt")}
    sheet.insert_chart(at[0], at[1], chart, options)
