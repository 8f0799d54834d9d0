"""Indicators over the province: sums of numerators over sums of denominators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.model import Agency, Indicator, IndicatorLine
from tracker.reports.merge import Merged, MonthInput


def indicator_lines(given: MonthInput, merged: Merged) -> Iterable[IndicatorLine]:
    holders: defaultdict[str, list[Agency]] = defaultdict(list)
    for agency in given.plan.reporting_agencies(given.effective_day):
        for each in given.plan.indicators_of(agency.code, given.effective_day):
            holders[each.code].append(agency)
    tasks_of = {
        code: tuple(task.code for task in given.plan.tasks if code in task.indicators)
        for code in given.plan.indicator_by_code
    }
    for indicator in given.plan.indicators:
        if agencies := holders.get(indicator.code):
            yield _indicator_line(indicator, tasks_of[indicator.code], agencies, merged)


def _indicator_line(
    indicator: Indicator, tasks: tuple[str, ...], agencies: Sequence[Agency], merged: Merged
) -> IndicatorLine:
    taken = [(agency, merged.newest.get(("indicator", agency.code, indicator.code))) for agency in agencies]
    before = [merged.before.get(("indicator", agency.code, indicator.code)) for agency in agencies]
    total = _total(indicator, [answer.values for _, answer in taken if answer])
    return IndicatorLine(
        indicator,
        tasks,
        total.value,
        total.numerator,
        total.denominator,
        None if total.value is None else indicator.is_met(total.value),
        sum(answer is not None for _, answer in taken),
        len(agencies),
        _total(indicator, [answer.values for answer in before if answer]).value,
        tuple((agency, answer.values if answer else {}, answer.source if answer else None) for agency, answer in taken),
    )


@dataclass(frozen=True, slots=True)
class _Total:
    value: float | None
    numerator: float | None = None
    denominator: float | None = None


def _total(indicator: Indicator, parts: Sequence[Mapping[str, object]]) -> _Total:
    """Province's value: sum of numerators over sum of denominators; never a mean of percentages.

    A value without numerator and denominator stands only where it is the single one.
    """
    whole = [ratio for values in parts if (ratio := _ratio(values))]
    if whole:
        numerator, denominator = sum(n for n, _ in whole), sum(d for _, d in whole)
        scale = 100 if indicator.unit == "%" else 1
        return _Total(round(scale * numerator / denominator, 2), numerator, denominator)
    found = [value for value in (_figure(values, "value") for values in parts) if value is not None]
    return _Total(found[0]) if len(found) == 1 else _Total(None)


def is_counted(line: IndicatorLine, values: Mapping[str, object]) -> bool:
    """Whether what an agency gave is part of the province's figure."""
    if line.denominator is not None:
        return _ratio(values) is not None
    return line.value is not None and _figure(values, "value") is not None


def has_figures(values: Mapping[str, object]) -> bool:
    """Whether an agency gave any figure at all."""
    return any(_figure(values, key) is not None for key in ("numerator", "denominator", "value"))


def _ratio(values: Mapping[str, object]) -> tuple[float, float] | None:
    """Numerator and denominator, where both can be counted."""
    numerator, denominator = _figure(values, "numerator"), _figure(values, "denominator")
    return (numerator, denominator) if numerator is not None and denominator else None


def _figure(values: Mapping[str, object], key: str) -> float | None:
    value = values.get(key)
    return float(value) if isinstance(value, (int, float)) else None
