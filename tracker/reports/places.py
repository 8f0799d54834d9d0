"""Where links lead: in which rows (1-based) tasks, agencies and indicators stand, on the sheets that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.model import IndicatorLine, Line
from tracker.reports.grid import Link, Value, sheet_name
from tracker.texts import say


@dataclass(frozen=True, slots=True)
class Places:
    """`lines` of Tổng hợp and `figures` of Số liệu chỉ tiêu are by (agency, task or indicator), the first rows of
    `tasks` and of `indicators` there by code; `agencies` are blocks of Chi tiết theo cơ quan. What has no row is shown
    without a link."""

    lines: Mapping[tuple[str, str], int]
    tasks: Mapping[str, int]
    agencies: Mapping[str, int]
    figures: Mapping[tuple[str, str], int]
    indicators: Mapping[str, int]

    def line(self, line: Line) -> Value:
        """The code of an assignment's task, leading to its row."""
        code = line.task.code
        return _link("lines", "B", self.lines.get((line.agency.code, code)), code)

    def task(self, code: str, text: str) -> Value:
        """To the first row of a task."""
        return _link("lines", "B", self.tasks.get(code), text)

    def indicator(self, line: IndicatorLine) -> Value:
        """The code of an indicator, leading to the first of its agencies' figures."""
        code = line.indicator.code
        return _link("figures", "A", self.indicators.get(code), code)

    def agency(self, code: str, text: str) -> Value:
        return _link("by_agency", "C", self.agencies.get(code), text)

    def subjects(self, agency: str, codes: Iterable[str]) -> Value:
        """Codes of tasks and indicators, leading to the first of them that has a row; the agency's own, if it has."""
        codes = tuple(codes)
        text = ", ".join(codes)
        for code in codes:
            if row := self.lines.get((agency, code)) or self.tasks.get(code):
                return _link("lines", "B", row, text)
            if row := self.figures.get((agency, code)) or self.indicators.get(code):
                return _link("figures", "A", row, text)
        return text


def first_rows(rows: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Of rows by (agency, code) the first of each code."""
    found: dict[str, int] = {}
    for (_, code), row in rows.items():
        found.setdefault(code, row)
    return found


def to_source(row: int | None) -> Value:
    """A jump to a row of Nguồn số liệu; None: nothing came from anywhere."""
    if row is None:
        return say("workbook.no_source")
    return Link(sheet_name("sources"), f"A{row}", say("workbook.to_source", row=row))


def _link(key: str, col: str, row: int | None, text: str) -> Value:
    return Link(sheet_name(key), f"{col}{row}", text) if row else text
