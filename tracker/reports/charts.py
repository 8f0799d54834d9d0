"""Native charts of the workbook; colours are those of the statuses, every bar has its number and its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracker.palette import HEADING, STATUS
from tracker.reports.figures import BAR_ORDER
from tracker.reports.grid import FONT, Book, sheet_name
from tracker.reports.sheets_agencies import AgencyRow
from tracker.status import Status
from tracker.texts import say

_AGENCIES_MAX = 20


Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Series:
    """Where the names and the figures of a chart stand: columns of the same rows (0-based, both included).

    `most` is the greatest figure, where the chart needs to know it.
    """

    sheet: str
    rows: tuple[int, int]
    names: int
    figures: int
    most: float = 0.0

    @property
    def count(self) -> int:
        return self.rows[1] - self.rows[0] + 1

    def options(self) -> dict[str, Any]:
        """What XlsxWriter draws."""
        names, figures = ([self.sheet, self.rows[0], col, self.rows[1], col] for col in (self.names, self.figures))
        return {"categories": names, "values": figures}


def insert_status_chart(book: Book, sheet: Any, series: Series, at: tuple[int, int], size: Size) -> None:
    """Tasks by status, in the order of `Status`."""
    chart = book.workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": say("workbook.head_by_task"),
            **series.options(),
            "points": [_fill(status) for status in Status],
            "gap": 40,
            "data_labels": {"value": True, "font": _font(9)},
        }
    )
    chart.set_legend({"none": True})
    _place(chart, sheet, "status", at, size)


def insert_agency_chart(
    book: Book, sheet: Any, rows: Sequence[AgencyRow], col: int, at: tuple[int, int], size: Size
) -> None:
    """Lead assignments of the agencies, of many those with most of them overdue; its figures stand from column `col`
    on."""
    leading = [row for row in rows if row.figures.counts.total]
    leading.sort(key=lambda r: (-r.figures.counts.of(Status.OVERDUE), -r.figures.counts.total, r.number))
    chosen = leading[:_AGENCIES_MAX]
    if not chosen:
        return
    _write_data(book, sheet, chosen, col)
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    name = sheet_name("overview")
    for place, status in enumerate(BAR_ORDER, 1):
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
    key = "agency" if len(chosen) == len(leading) else "agency_most"
    _place(chart, sheet, "agency", at, size, say(f"workbook.chart_{key}", shown=len(chosen), number=len(leading)))


def _write_data(book: Book, sheet: Any, chosen: Sequence[AgencyRow], col: int) -> None:
    """A figure of 0 is left empty: a bar of no length needs no number."""
    book.put(sheet, 0, col, say("workbook.chart_data"), "section")
    book.put(sheet, 1, col, say("workbook.agency"), "heading")
    for place, status in enumerate(BAR_ORDER, 1):
        book.put(sheet, 1, col + place, say(f"status.{status}"), "heading")
        for row, each in enumerate(chosen, 2):
            book.put(sheet, row, col + place, each.figures.counts.of(status) or None, "number")
    for row, each in enumerate(chosen, 2):
        book.put(sheet, row, col, each.figures.agency.label)


def _fill(status: Status) -> dict[str, Any]:
    shade = STATUS[status]
    return {"fill": {"color": shade.fill}, "border": {"color": shade.ink, "width": 0.75}}


def _font(size: int) -> dict[str, Any]:
    return {"name": FONT, "size": size}


def progress_height_px(count: int) -> int:
    """Of a chart of so many indicators, whose names may take four lines each."""
    return 100 + 62 * count


def insert_progress_chart(book: Book, sheet: Any, series: Series, at: tuple[int, int], size: Size) -> None:
    """What is reached of each indicator's target, which frames every bar: 100 %."""
    chart = book.workbook.add_chart({"type": "bar"})
    labels = {"value": True, "num_format": "0.0%", "position": "inside_base", "font": _font(9)}
    look = {**_fill(Status.IN_TIME), "gap": 40, "overlap": 100, "data_labels": labels}
    chart.add_series({"name": say("workbook.of_target"), **series.options(), **look})
    targets = replace(series, figures=series.names + 1)
    mark = {
        "fill": {"none": True},
        "border": {"color": STATUS[Status.NO_DEADLINE].ink, "width": 1.5, "dash_type": "dash"},
    }
    chart.add_series({"name": say("workbook.whole_target"), **targets.options(), **mark})
    chart.set_legend({"position": "bottom", "font": _font(8)})
    _place(chart, sheet, "indicators", at, size, most=1.1 * max(1.0, series.most))


def insert_trend_chart(book: Book, sheet: Any, series: Series, at: tuple[int, int], size: Size) -> None:
    """The share of tasks done, period by period."""
    chart = book.workbook.add_chart({"type": "line"})
    labels = {"value": True, "num_format": "0.0%", "position": "above", "font": _font(9)}
    colour = HEADING.fill
    marker = {"type": "circle", "size": 7, "fill": {"color": colour}, "border": {"color": colour}}
    look = {"line": {"color": colour, "width": 2}, "marker": marker, "data_labels": labels}
    chart.add_series({"name": say("workbook.col_rate"), **series.options(), **look})
    chart.set_legend({"none": True})
    _title(chart, say("workbook.chart_trend"))
    chart.set_x_axis({"num_font": _font(9)})
    chart.set_y_axis({"min": 0, "max": 1, "num_format": "0%", "num_font": _font(9)})
    _insert(chart, sheet, "trend", at, size)


def _place(
    chart: Any, sheet: Any, key: str, at: tuple[int, int], size: Size, title: str = "", most: float | None = None
) -> None:
    """A chart of bars, the first on top; `most` is where the axis ends (None: as the program likes)."""
    _title(chart, title or say(f"workbook.chart_{key}"))
    chart.set_y_axis({"reverse": True, "num_font": _font(9), "line": {"none": True}, "interval_unit": 1})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": most})
    _insert(chart, sheet, key, at, size)


def _title(chart: Any, text: str) -> None:
    font = {**_font(11), "bold": True, "color": HEADING.fill}
    chart.set_title({"name": text, "name_font": font, "overlay": False})


def _insert(chart: Any, sheet: Any, key: str, at: tuple[int, int], size: Size) -> None:
    chart.set_size({"width": size[0], "height": size[1]})
    options = {"object_position": 2, "description": say(f"workbook.chart_{key}_alt")}
    sheet.insert_chart(at[0], at[1], chart, options)
