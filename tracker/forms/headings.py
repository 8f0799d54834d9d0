"""Headings of a table: by name and synonym, wherever they stand, and where they stand once more.

Every short text of a return might be a heading; most are told apart by their first word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tracker.cells import is_blank
from tracker.columns import TableKind
from tracker.vietnamese import fold, fold_start

Grid = list[list[Any]]
Place = tuple[str, int]
"""Column key and 0-based column of a heading."""

_HEADING_ROWS = 60
_LEAST_HEADINGS = 4
_LONGEST_HEADING = 99
_FIRST_TEXTS = 8
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")
_OBLIGATION = " bat buoc"


@dataclass(frozen=True, slots=True)
class Line:
    """A line below the headings: row number (1-based), values, and its headings where it is a heading row once more."""

    number: int
    values: list[Any]
    again: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Headings:
    """What to look for in the sheets of a return."""

    kind: TableKind

    @cached_property
    def _keys(self) -> dict[str, str]:
        return self.kind.heading_keys()

    @cached_property
    def _starts(self) -> frozenset[str]:
        return frozenset({"", *(name.partition(" ")[0] for name in self._keys)})

    def key(self, text: str) -> str | None:
        """The column a text heads; a mark of obligation ("*", "(bắt buộc)") is no part of its name."""
        if len(text) > _LONGEST_HEADING or fold_start(text) not in self._starts:
            return None
        return self._keys.get(fold(text).removesuffix(_OBLIGATION))

    def places(self, line: Iterable[Any]) -> tuple[Place, ...]:
        """The headings among the values of a line."""
        texts = ((index, raw) for index, raw in enumerate(line) if raw and isinstance(raw, str))
        return tuple((key, index) for index, text in texts if (key := self.key(text)))

    def find(self, grid: Grid) -> tuple[int, tuple[Place, ...]] | None:
        """The line (0-based) with most of the headings, and where they stand; None: the sheet has no such table."""
        best: tuple[Place, ...] = ()
        found: set[str] = set()
        place = -1
        for number, line in enumerate(grid[:_HEADING_ROWS]):
            places = self.places(line)
            keys = {key for key, _ in places}
            if len(keys) > len(found):
                best, found, place = places, keys, number
            if len(found) == len(self.kind.columns):
                break
        is_table = len(found) >= _LEAST_HEADINGS and not found.isdisjoint(("task", "content"))
        return (place, best) if is_table else None

    def below(self, grid: Grid, heading_row: int) -> Iterator[Line]:
        """Lines below the headings that hold something; rows of (1) (2) (3) are passed."""
        for number, values in enumerate(grid[heading_row + 1 :], heading_row + 2):
            if not any(values):
                continue
            filled = (raw for raw in values if isinstance(raw, (str, float)) and raw != "")
            texts = [raw if isinstance(raw, str) else f"{raw:g}" for raw in filled]
            if len(texts) >= _LEAST_HEADINGS and all(_NUMBERING.fullmatch(text.strip()) for text in texts):
                continue
            known = sum(self.key(text) is not None for text in texts[:_FIRST_TEXTS])
            yield Line(number, values, self.places(values) if known >= _LEAST_HEADINGS else ())

    def choose(self, headings: Iterable[Place], below: Grid) -> tuple[dict[str, int], tuple[str, ...]]:
        """Column of each key; where a heading stands twice the filled one counts, and two filled ones are doubled.

        Of columns the form fills itself the first counts: what stands in another is not used. Codes must stand once.
        """
        places: dict[str, int] = {}
        doubled = []
        for key, index in headings:
            if key not in places:
                places[key] = index
            elif (not self.kind.by_key[key].is_locked or key == "task") and _holds(below, index):
                if _holds(below, places[key]):
                    doubled.append(key)
                places[key] = index
        return places, tuple(doubled)


def _holds(below: Grid, index: int) -> bool:
    return any(index < len(line) and not is_blank(line[index]) for line in below)
