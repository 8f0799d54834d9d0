"""Columns of ours that were split in two below their heading ("Tháng trước" | "Trong kỳ"): which is meant?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tracker.cells import is_blank
from tracker.columns import TableKind
from tracker.forms.headings import Grid, Line


def split_columns(
    kind: TableKind, places: Mapping[str, int], grid: Grid, row: int, below: Sequence[Line]
) -> Iterator[str]:
    """Keys whose heading, in line `row` (0-based), stands over two titles in the next line, the second filled too."""
    if not below or below[0].number != row + 2 or below[0].again:
        return
    titles, rows, upper = below[0].values, below[1:], grid[row]
    if any(not is_blank(_at(titles, places[key])) for key in ("task", "content") if key in places):
        return  # a row of the table
    for column in kind.answered:
        index = places.get(column.key)
        if index is None or index + 1 in places.values() or not is_blank(_at(upper, index + 1)):
            continue
        is_titled = isinstance(_at(titles, index), str) and isinstance(_at(titles, index + 1), str)
        if is_titled and _at(titles, index + 1) and any(not is_blank(_at(line.values, index + 1)) for line in rows):
            yield column.key


def _at(line: Sequence[object], index: int) -> object:
    return line[index] if index < len(line) else None
