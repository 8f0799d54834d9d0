"""Everything an agency wrote into its return, usable or not: for a fresh form that holds it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.cells import as_text
from tracker.columns import HEAD, INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.forms.rows import is_filled
from tracker.model import Cell, Returned, Row

Filled = Mapping[str, Mapping[str, Any]]
"""Values by task or indicator code and column key; None where she left a cell blank."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Values as parsed, or as text where they cannot be; `head` by head key.

    `left` are (sheet, row) of filled rows that have no place on her form: unknown tasks, a task's second row.
    """

    report: Filled = field(default_factory=dict)
    indicators: Filled = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)
    left: tuple[tuple[str, int], ...] = ()


def typed(returned: Returned) -> Typed:
    """What stands in the cells agencies fill."""
    open_fields = {each.key for each in HEAD if not each.is_locked}
    head = {key: _typed(cell) for key, cell in returned.head.items() if key in open_fields and not cell.is_blank}
    report, left = _rows(returned.rows, REPORT_TABLE)
    indicators, more_left = _rows(returned.indicator_rows, INDICATOR_TABLE)
    return Typed(report, indicators, head, (*left, *more_left))


def _rows(rows: Iterable[Row], kind: TableKind) -> tuple[Filled, list[tuple[str, int]]]:
    """A task's first filled row; the places of filled rows beside it."""
    found: dict[str, dict[str, Any]] = {}
    left = []
    for row in rows:
        if not is_filled(row, kind, with_carried=True):
            continue
        if row.task is None or row.task in found:
            left.append((row.sheet, row.number))
            continue
        found[row.task] = {each.key: _typed(row.cells[each.key]) for each in kind.answered if each.key in row.cells}
    return found, left


def _typed(cell: Cell) -> Any:
    """The value, or its text; a formula's error has neither."""
    return as_text(cell.raw) if cell.problem else cell.value
