"""Headings of a table: by name and synonym, wherever they stand, and where they stand once more.

Every short text of a return might be a heading; most are told apart by their first word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from tracker.cells import is_blank
from tracker.columns import FormKind, TableKind
from tracker.vietnamese import fold, fold_start

Grid = list[list[Any]]
Place = tuple[str, int]
"""Column key and 0-based column of a heading."""

_HEADING_ROWS = 60
_LEAST_HEADINGS = 4
_TOO_LONG = 100
_FIRST_VALUES = 8
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")
_OBLIGATION = " bat buoc"


Likely = tuple[int, str]
"""0-based column and fold of a text that begins like a heading."""
Area = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged area, (row, column) from 0."""


def first_words(kind: FormKind) -> frozenset[str]:
    """How the headings of a form's tables begin; "" for texts whose first word tells nothing."""
    return frozenset({""}).union(*(table.heading_starts for table in kind.tables))


def likely_headings(line: Iterable[Any], starts: Set[str]) -> list[Likely]:
    """The texts of a line that begin like a heading; a mark of obligation ("*", "(bắt buộc)") is no part of one."""
    return [
        (index, without_obligation(fold(raw)))
        for index, raw in enumerate(line)
        if isinstance(raw, str) and 0 < len(raw) < _TOO_LONG and _first_word(raw) in starts
    ]


def without_obligation(name: str) -> str:
    """The fold of a heading less its mark of obligation."""
    return name.removesuffix(_OBLIGATION)


_first_word = lru_cache(maxsize=16_384)(fold_start)
"""Most short texts of a form stand in every form."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that may hold tables; `lines`: what begins like a heading in each line of the grid."""

    name: str
    grid: Grid
    lines: Sequence[Sequence[Likely]]
    merged: Sequence[Area] = ()


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

    def places(self, texts: Sequence[Likely]) -> tuple[Place, ...]:
        """The headings of a line, where they may be enough for a table."""
        if len(texts) < _LEAST_HEADINGS:
            return ()
        keys = self.kind.heading_keys()
        return tuple((key, index) for index, name in texts if (key := keys.get(name)))

    def find(self, lines: Sequence[Sequence[Likely]]) -> tuple[int, tuple[Place, ...]] | None:
        """The line (0-based) with most of the headings, and where they stand; None: the sheet has no such table."""
        best: tuple[Place, ...] = ()
        found: set[str] = set()
        place = -1
        for number, texts in enumerate(lines):
            if number >= _HEADING_ROWS and len(found) >= _LEAST_HEADINGS:
                break
            places = self.places(texts)
            if len(places) > len(found) and len(keys := {key for key, _ in places}) > len(found):
                best, found, place = places, keys, number
        is_table = len(found) >= _LEAST_HEADINGS and not found.isdisjoint(("task", "content"))
        return (place, best) if is_table else None

    def below(self, grid: Grid, lines: Sequence[Sequence[Likely]], heading_row: int) -> Iterator[Line]:
        """Lines below the headings that hold something; rows of (1) (2) (3) are passed."""
        start = heading_row + 1
        for number, (values, texts) in enumerate(zip(grid[start:], lines[start:], strict=True), start + 1):
            if any(values) and not _is_numbering(values):
                places = self.places(texts)
                yield Line(number, values, places if _is_heading(values, places) else ())

    def choose(
        self, headings: Iterable[Place], below: Grid, broken: Container[int] = ()
    ) -> tuple[dict[str, int], tuple[str, ...]]:
        """Column of each key; where a heading stands twice the filled one counts, and two filled ones are doubled.

        Of columns the form fills itself the first counts: what stands in another is not used. Codes must stand once.
        `broken` columns hold what cannot be read, though they look empty.
        """
        places: dict[str, int] = {}
        doubled = []
        for key, index in headings:
            if key not in places:
                places[key] = index
            elif (not self.kind.by_key[key].is_locked or key == "task") and (_holds(below, index) or index in broken):
                if _holds(below, places[key]) or places[key] in broken:
                    doubled.append(key)
                places[key] = index
        return places, tuple(doubled)


def _holds(below: Grid, index: int) -> bool:
    return any(index < len(line) and not is_blank(line[index]) for line in below)


def _is_heading(values: list[Any], places: tuple[Place, ...]) -> bool:
    """Whether enough of a line's first values are headings."""
    if len(places) < _LEAST_HEADINGS:
        return False
    first = {index for index, _ in islice(_filled(values), _FIRST_VALUES)}
    return sum(index in first for _, index in places) >= _LEAST_HEADINGS


def _is_numbering(values: list[Any]) -> bool:
    """Whether a line holds nothing but (1) (2) (3) …"""
    count = 0
    for _, raw in _filled(values):
        text = raw if isinstance(raw, str) else f"{raw:g}"
        if not _NUMBERING.fullmatch(text.strip()):
            return False
        count += 1
    return count >= _LEAST_HEADINGS


def _filled(values: list[Any]) -> Iterator[tuple[int, str | float]]:
    """Texts and numbers of a line, with their columns."""
    return ((index, raw) for index, raw in enumerate(values) if isinstance(raw, (str, float)) and raw != "")
