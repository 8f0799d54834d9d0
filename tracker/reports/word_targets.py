"""Section II.3 of the report as blocks: indicators of the whole province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tracker.model import IndicatorLine
from tracker.reports.sentences import extent
from tracker.reports.word_blocks import Align, Block, Column, Heading, Paragraph, Row, Table
from tracker.reports.word_sentences import CONTENT_CHARS, shorten
from tracker.texts import say
from tracker.vietnamese import show_number

_ALL_UP_TO = 15
"""Indicators: a table of all of them up to this number."""


def targets(indicators: Sequence[IndicatorLine]) -> Iterable[Block]:
    """II.3. Indicators of the whole province; where there are many, those not met."""
    yield Heading(say("report.section_2_3"), 2)
    if not indicators:
        yield Paragraph(say("report.indicators_none"))
        return
    yield Paragraph(_judged(indicators))
    shown = [i for i in indicators if i.is_met is False] if len(indicators) > _ALL_UP_TO else list(indicators)
    if shown:
        yield _indicator_table(shown[:_ALL_UP_TO])
    yield Paragraph(say("report.see_annex", annex="III"))


def _judged(indicators: Sequence[IndicatorLine]) -> str:
    """How many are met, not met and unknown, in words of their own where all are alike."""
    judgements = Counter(met_key(line).removeprefix("report.") for line in indicators)
    parts = {say(f"report.judged_{key}"): judgements[key] for key in ("met", "unmet", "unknown") if judgements[key]}
    named = [say("report.indicators_part", number=number, judgement=word) for word, number in parts.items()]
    key = extent(max(parts.values()), len(indicators))
    return say(f"report.indicators_{key}", number=len(indicators), parts=named, judgement=next(iter(parts)))


def _indicator_table(indicators: Sequence[IndicatorLine]) -> Table:
    columns = (
        Column(say("report.col_no"), 10),
        Column(say("report.col_indicator"), 64, Align.LEFT),
        Column(say("report.col_unit"), 16),
        Column(say("report.col_target"), 18),
        Column(say("report.col_previous"), 16),
        Column(say("report.col_value"), 16),
        Column(say("report.col_met"), 20),
    )
    rows = tuple(
        Row(
            (
                str(number),
                shorten(line.indicator.name, CONTENT_CHARS),
                line.indicator.unit,
                show_target(line),
                show_figure(line.previous),
                show_figure(line.value),
                say(met_key(line)),
            )
        )
        for number, line in enumerate(indicators, 1)
    )
    return Table(columns, rows, say("report.table_indicators"))


def show_target(line: IndicatorLine) -> str:
    """ "≥ 90" in the indicator's unit."""
    sign = {">=": "≥ ", "<=": "≤ ", "=": ""}.get(line.indicator.op, f"{line.indicator.op} ")
    return sign + show_number(line.indicator.target)


def show_figure(value: float | None) -> str:
    return "-" if value is None else show_number(value)


def met_key(line: IndicatorLine) -> str:
    return {True: "report.met", False: "report.unmet", None: "report.unknown"}[line.is_met]
