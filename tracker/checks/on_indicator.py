"""The sheet Chỉ tiêu: figures that are no figures, do not fit each other, or do not fit what is said of them.

A row that is out of range or does not add up is said to be so, and no more: what follows from it is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracker.checks.case import Case, is_blank_row, problems_of
from tracker.checks.rule import Hit, cell_hit, rule
from tracker.columns import INDICATOR_TABLE
from tracker.model import Indicator, Row, Severity
from tracker.vietnamese import claims_success

_OF_ANY_CELL = frozenset({"error_value", "formula_empty", "ditto", "ditto_past"})
_TOLERANCE = 0.5
"""In percentage points: agencies round."""


def _at(row: Row, key: str, blocks: tuple[str, ...] = (), **facts: Any) -> Hit:
    return cell_hit(row, key, table=INDICATOR_TABLE, blocks=blocks, **facts)


def _rows(case: Case) -> Iterator[tuple[Row, Indicator]]:
    return ((row, case.indicators[row.task]) for row in case.indicator_rows if row.task)


@rule("I01", Severity.ERROR)
def is_not_a_number(case: Case) -> Iterator[Hit]:
    """Nor a clear one ("khoảng 80", "1,602"), nor in its unit; "chưa có số liệu" is no figure, and only warned of."""
    for row, indicator in _rows(case):
        for key, problem in problems_of(row):
            if problem == "no_answer":
                yield _at(row, key, severity=Severity.WARNING, variant=problem, unit=indicator.unit)
            elif problem not in _OF_ANY_CELL:
                yield _at(row, key, (key,), variant=problem, unit=indicator.unit)


@rule("I02", Severity.WARNING)
def figures_do_not_give_value(case: Case) -> Iterator[Hit]:
    """Of a percentage: numerator / denominator is more than half a point off; the province sums the figures."""
    for row, indicator in _rows(case):
        if not _out_of_range(row, indicator) and (share := _other_share(row, indicator)) is not None:
            yield _at(row, "value", found=row.value("value"), expected=share)


@rule("I03", Severity.WARNING)
def is_out_of_range(case: Case) -> Iterator[Hit]:
    """Below 0; of a percentage also above 100, or a numerator above its denominator."""
    for row, indicator in _rows(case):
        if key := _out_of_range(row, indicator):
            yield _at(row, key, found=row.value(key), unit=indicator.unit)


@rule("I04", Severity.WARNING)
def is_falling(case: Case) -> Iterator[Hit]:
    """Further from its target than in the last accepted return: lower, or higher where less is better."""
    for row, indicator in _coherent(case):
        past = case.past_indicators.get(indicator.code)
        before = past.values.get("value") if past else None
        now = row.value("value")
        if before is not None and (now > before if indicator.op.startswith("<") else now < before):
            yield _at(row, "value", now=now, before=before, unit=indicator.unit)


@rule("I05", Severity.WARNING)
def claims_what_is_not(case: Case) -> Iterator[Hit]:
    """The remark says the target is met; the value says it is not."""
    for row, indicator in _coherent(case):
        remark = row.value("remark")
        if remark and not indicator.is_met(row.value("value")) and claims_success(remark):
            yield _at(row, "remark", now=row.value("value"), target=indicator.target, unit=indicator.unit)


@rule("I06", Severity.WARNING)
def has_no_figure(case: Case) -> Iterator[Hit]:
    """An indicator of the form without any figure, and no word about it; not in a nil return."""
    filled = {row.task for row in case.indicator_rows if not is_blank_row(row)}
    for row, indicator in _rows(case):
        is_silent = all(_is_open(row, key) for key in ("numerator", "denominator", "value")) and not row.value("remark")
        if is_silent and not case.is_nil and (row.task not in filled or not is_blank_row(row)):
            yield _at(row, "value", unit=indicator.unit)


def _is_open(row: Row, key: str) -> bool:
    cell = row.cell(key)
    return cell is None or cell.is_blank


def _coherent(case: Case) -> Iterator[tuple[Row, Indicator]]:
    """Rows with a value that nothing in the row contradicts."""
    for row, indicator in _rows(case):
        if row.value("value") is None or _out_of_range(row, indicator):
            continue
        if _other_share(row, indicator) is None:
            yield row, indicator


def _is_share(indicator: Indicator) -> bool:
    return indicator.unit == "%"


def _out_of_range(row: Row, indicator: Indicator) -> str:
    """The column whose figure cannot be ("": all can)."""
    numerator, denominator, value = (row.value(key) for key in ("numerator", "denominator", "value"))
    if value is not None and (value < 0 or (_is_share(indicator) and value > 100)):
        return "value"
    if numerator is not None and numerator < 0:
        return "numerator"
    if denominator is not None and denominator < 0:
        return "denominator"
    both = numerator is not None and denominator is not None and _is_share(indicator)
    return "numerator" if both and numerator > denominator else ""


def _other_share(row: Row, indicator: Indicator) -> float | None:
    """What numerator and denominator give, where that is not the value; None: it is, or cannot be told."""
    numerator, denominator, value = (row.value(key) for key in ("numerator", "denominator", "value"))
    if not _is_share(indicator) or value is None or numerator is None or not denominator:
        return None
    share: float = 100 * numerator / denominator
    return share if abs(share - value) > _TOLERANCE else None
