"""Ditto marks: "như trên" in a cell takes the name from the row above, where that is certain.

Certain it is for names, which run down a column, and while the rows still stand in the order of the plan: after a sort
the row above is another's. Whatever is taken is told (R22); everything else is left for the officer to write out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from tracker.columns import TableKind
from tracker.model import Cell, Plan, Row


def with_dittos(rows: tuple[Row, ...], kind: TableKind, plan: Plan) -> tuple[Row, ...]:
    """The rows with names in place of the ditto marks that can be followed."""
    keys = tuple(column.key for column in kind.columns if column.is_carried)
    is_marked = any((cell := row.cells.get(key)) and cell.problem == "ditto" for row in rows for key in keys)
    if not keys or not is_marked or not _is_in_order(rows, plan):
        return rows
    return tuple(_followed(rows, keys))


def _is_in_order(rows: Iterable[Row], plan: Plan) -> bool:
    order = {task.code: number for number, task in enumerate(plan.tasks)}
    places = [order[row.task] for row in rows if row.task in order]
    return all(one < other for one, other in pairwise(places))


def _followed(rows: Iterable[Row], keys: tuple[str, ...]) -> Iterator[Row]:
    above: Row | None = None
    for row in rows:
        taken = {key: _taken(row, above, key) for key in keys if _is_ditto(row, key)}
        above = replace(row, cells={**row.cells, **taken}) if taken else row
        yield above


def _is_ditto(row: Row, key: str) -> bool:
    cell = row.cells.get(key)
    return cell is not None and cell.problem == "ditto"


def _taken(row: Row, above: Row | None, key: str) -> Cell:
    """The cell with the value above it; where no task with a name stands there, as it was."""
    cells: Mapping[str, Cell] = above.cells if above and above.task else {}
    return row.cells[key]._replace(value=cells[key].value) if key in cells else row.cells[key]
