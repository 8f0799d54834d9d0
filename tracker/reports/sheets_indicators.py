"""Chỉ tiêu: each against its target; Số liệu chỉ tiêu: what agencies gave, of which the province's figure is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from tracker.columns import INDICATOR_TABLE
from tracker.model import Agency, IndicatorLine, Month, Source
from tracker.palette import NOT_REPORTED, STATUS, Shade
from tracker.reports.charts import Series, insert_progress_chart, progress_height_px
from tracker.reports.grid import Book, Field
from tracker.reports.indicators import has_figures, is_counted
from tracker.reports.places import Places, to_source
from tracker.reports.sheets_lines import TOP
from tracker.reports.sheets_sources import cells_of
from tracker.reports.sheets_views import write_view
from tracker.reports.word_targets import met_key, show_target
from tracker.status import Status
from tracker.texts import say

_OF_TARGET, _LABEL_CHARS, _ROW_PX = 9, 36, 20
"""Of the table of indicators: the column that charts draw, how long their labels are, how high a row without text."""


def write_indicators(book: Book, month: Month, places: Places, subtitle: str) -> Series | None:
    """Chỉ tiêu: each against its target, as a table and as bars; where the bars' figures stand, None without any."""
    numbers = {line.indicator.code: number for number, line in enumerate(month.indicators, 1)}
    fields: tuple[Field[IndicatorLine], ...] = (
        Field(say("workbook.no"), 5, lambda i: numbers[i.indicator.code], "number"),
        Field(say("workbook.indicator_code"), 18, places.indicator, "centre"),
        Field(say("workbook.indicator"), 44, lambda i: i.indicator.name),
        Field(say("workbook.unit"), 10, lambda i: i.indicator.unit, "centre"),
        Field(say("workbook.target"), 11, show_target, "centre"),
        Field(say("workbook.previous"), 11, lambda i: i.previous, "figure"),
        Field(say("workbook.numerator"), 12, lambda i: i.numerator, "figure"),
        Field(say("workbook.denominator"), 12, lambda i: i.denominator, "figure"),
        Field(say("workbook.reached"), 11, lambda i: i.value, "figure"),
        Field(say("workbook.of_target"), 11, _of_target, "share"),
        Field(say("workbook.met"), 20, _met_text, "word", _met_shade),
        Field(say("workbook.indicator_reported"), 11, lambda i: f"{i.reported}/{i.expected}", "centre"),
        Field(say("workbook.task"), 20, lambda i: places.subjects("", i.tasks), "centre"),
    )
    sheet = write_view(book, "indicators", fields, month.indicators, subtitle, frozen_cols=3)
    reached = [part for line in month.indicators if (part := _of_target(line)) is not None]
    if not reached:
        return None
    _write_labels(book, sheet, month.indicators, len(fields) + 1)
    progress = Series(sheet.name, (TOP + 1, TOP + len(month.indicators)), len(fields) + 1, _OF_TARGET, max(reached))
    below, height_px = progress.rows[1] + 2, progress_height_px(progress.count)
    insert_progress_chart(book, sheet, progress, (below, 1), (900, height_px))
    sheet.print_area(0, 0, below + height_px // _ROW_PX + 1, len(fields) - 1)
    return progress


def _write_labels(book: Book, sheet: Any, items: Sequence[IndicatorLine], col: int) -> None:
    """For the chart, in column `col` the names with what came of them, right of it the whole target."""
    sheet.set_column(col, col, _LABEL_CHARS + 2)
    book.put(sheet, TOP, col, say("workbook.chart_data"), "heading")
    book.put(sheet, TOP, col + 1, say("workbook.whole_target"), "heading")
    for row, line in enumerate(items, TOP + 1):
        book.put(sheet, row, col, _label(line))
        book.put(sheet, row, col + 1, 1, "share")


def _label(line: IndicatorLine) -> str:
    """Broken into lines, because LibreOffice lets long ones run over the edge; without a value it says so, and which
    target is not to be passed."""
    name = wrap(line.indicator.name, _LABEL_CHARS, max_lines=3, placeholder="…")
    key = "no_value" if line.value is None else "met_ceiling" if line.indicator.op in ("<", "<=") else "met_floor"
    return "\n".join((*name, say(f"workbook.{key}", met=_met_text(line), target=show_target(line))))


def _of_target(line: IndicatorLine) -> float | None:
    """Value as a share of the target: above 100 % a floor is reached, and a ceiling passed. None without a value, and
    where the target is 0."""
    if line.value is None or not line.indicator.target:
        return None
    return line.value / line.indicator.target


_MET = {True: STATUS[Status.DONE_ON_TIME], False: STATUS[Status.OVERDUE], None: NOT_REPORTED}


def _met_text(line: IndicatorLine) -> str:
    return f"{_MET[line.is_met].symbol} {say(met_key(line))}"


def _met_shade(line: IndicatorLine) -> Shade:
    return _MET[line.is_met]


# --- what the agencies gave -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What one agency gave for an indicator, and the row (1-based) of Nguồn số liệu that tells where (None: none)."""

    line: IndicatorLine
    agency: Agency
    values: Mapping[str, Any]
    source: Source | None
    source_row: int | None


def parts(month: Month, lines_with_source: int) -> tuple[Part, ...]:
    """Agencies by indicator, joined to their rows of Nguồn số liệu, below those of the lines."""
    found, row = [], TOP + 1 + lines_with_source
    for line in month.indicators:
        for agency, values, source in line.parts:
            row += source is not None
            found.append(Part(line, agency, values, source, row if source else None))
    return tuple(found)


def part_rows(found: Sequence[Part]) -> dict[tuple[str, str], int]:
    """The row (1-based) of Số liệu chỉ tiêu of each (agency, indicator)."""
    return {(each.agency.code, each.line.indicator.code): row for row, each in enumerate(found, TOP + 2)}


def write_parts(book: Book, found: Sequence[Part], places: Places, subtitle: str) -> None:
    """Số liệu chỉ tiêu: a row an agency, whether it counts for the province, and where it stands in her return."""
    fields: tuple[Field[Part], ...] = (
        Field(say("workbook.indicator_code"), 16, lambda p: p.line.indicator.code, "centre"),
        Field(say("workbook.indicator"), 30, lambda p: p.line.indicator.name),
        Field(say("workbook.agency"), 20, lambda p: places.agency(p.agency.code, p.agency.label)),
        *(_answer(key, 11, "figure") for key in ("numerator", "denominator", "value")),
        Field(say("workbook.counted"), 18, _counted_text, "text", _counted_shade),
        *(_answer(key, 18) for key in ("basis", "remark")),
        Field(say("workbook.file"), 22, lambda p: p.source.file if p.source else ""),
        Field(say("workbook.sheet"), 10, lambda p: p.source.sheet if p.source else "", "centre"),
        Field(say("workbook.cells"), 22, lambda p: cells_of(p.source) if p.source else ""),
        Field(say("workbook.source"), 9, lambda p: to_source(p.source_row), "centre"),
    )
    write_view(book, "figures", fields, found, subtitle, frozen_cols=3)


def _answer(key: str, width_chars: float, look: str = "text") -> Field[Part]:
    return Field(INDICATOR_TABLE.by_key[key].heading, width_chars, lambda p: p.values.get(key), look)


def _counted_text(part: Part) -> str:
    if not has_figures(part.values):
        return f"{NOT_REPORTED.symbol} {say('workbook.counted_none')}"
    return say("workbook.counted_yes" if is_counted(part.line, part.values) else "workbook.counted_no")


def _counted_shade(part: Part) -> Shade | None:
    return None if has_figures(part.values) else NOT_REPORTED
