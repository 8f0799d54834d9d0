"""A closer look for headings that no single line of a sheet gives as they should be.

Headings in two lines (groups over sub-headings, names broken over two cells), with numbers or hints, typed in a font
from before Unicode, statuses as columns to tick, and "Tiến độ", which is a deadline in one form and a percentage in
another: what stands below decides. Only sheets that the ordinary look found no whole table in come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from tracker.cells import Choice, fold_date, is_blank
from tracker.columns import TableKind
from tracker.forms.headings import Grid, Line, Place, without_obligation
from tracker.legacy import decode
from tracker.vietnamese import clean_text, fold

_LEAST_TEXTS = 3
_LEAST_KEYS = 4
_LEAST_REPEATED = 2
_MOST_LINES = 400
_TOO_LONG = 200
_SAMPLE = 50
_LEAST_TICKED = 2
_HINT = re.compile(r"\([^()]*\)")
_NUMBER = re.compile(r"^\(?(?:\d{1,2}|[IVX]{1,4})\s*[.):-]+\s*|\s*\(\d{1,2}\)$")
_PROGRESS = frozenset({"tien do", "tien do thuc hien", "tien do hoan thanh"})
"""A deadline, a percentage or a word, by what stands below."""
_DATE_LIKE = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,4}|\b(?:thang|qui|nam) [0-9ivx]+|thuong xuyen|dinh ki|hang thang")


@dataclass(frozen=True, slots=True)
class Found:
    """Where headings stand: the last line (0-based) they take, columns by key, and status by column to tick.

    `is_plain`: they stand in one line, under the names everybody knows.
    """

    line: int
    places: tuple[Place, ...]
    ticks: Mapping[int, str]
    is_plain: bool = False

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _ in self.places)


def look_closer(kind: TableKind, grid: Grid) -> Found | None:
    """The headings in one or two lines that tell most; None: there is no such table."""
    if max(map(len, grid), default=0) < _LEAST_KEYS:
        return None
    best: Found | None = None
    seen = 0
    for number, line in enumerate(grid):
        below = grid[number + 1] if number + 1 < len(grid) else []
        if not _may_head(line, below):
            continue
        seen += 1
        if seen > _MOST_LINES:
            break
        single = Found(number, tuple(_places(kind, line)), {})
        for found in (_ticked(kind, single, line, line), _of_two_lines(kind, number, line, below)):
            if best is None or len(found.keys) > len(best.keys):
                best = found
    if best is None:
        return None
    best = Found(best.line, tuple(_by_content(best.places, grid[best.line + 1 :])), best.ticks)
    return best if len(best.keys) >= _LEAST_KEYS and not best.keys.isdisjoint(("task", "content")) else None


def _may_head(line: Sequence[Any], below: Sequence[Any]) -> bool:
    """Whether a line may hold headings, or the few that are merged down into the line below."""
    count = sum(map(_is_text, line))
    return count >= _LEAST_TEXTS or (count > 0 and sum(map(_is_text, below)) >= _LEAST_TEXTS)


def without_repeats(found: Found, grid: Grid, below: Iterable[Line]) -> Iterator[Line]:
    """The lines below, as headings where they say again what the one or two lines of the headings say."""
    heads = {_said(line) for line in grid[max(0, found.line - 1) : found.line + 1]}
    for line in below:
        is_again = len(said := _said(line.values)) >= _LEAST_REPEATED and said in heads
        yield replace(line, again=found.places) if is_again else line


def _said(line: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    return tuple((index, fold(raw)) for index, raw in enumerate(line) if _is_text(raw))


def _is_text(raw: Any) -> bool:
    return isinstance(raw, str) and 0 < len(raw) < _TOO_LONG and not raw.isspace()


@lru_cache(maxsize=4096)
def _names(text: str) -> tuple[str, ...]:
    """What a heading may be called: as it stands, without its number and without hints in brackets, in any font.

    Short words tell no font; here they need not, for only the name of a column is taken.
    """
    fonts = () if text.isascii() else tuple(decode(text, font) for font in ("tcvn3", "vni"))
    readings = (reading for each in (text, *fonts) for reading in _readings(clean_text(each)))
    return tuple(dict.fromkeys(without_obligation(fold(reading)) for reading in readings))


def _readings(clean: str) -> tuple[str, ...]:
    unhinted = _HINT.sub(" ", clean).strip()
    return clean, _NUMBER.sub("", clean), unhinted, _NUMBER.sub("", unhinted)


def _key(kind: TableKind, raw: Any, above: str = "") -> str:
    """The column a heading names, below the text of the line above; "" for none, "progress" for one still unclear."""
    if not _is_text(raw):
        return ""
    keys = kind.heading_keys()
    names = _names(f"{above} {raw}" if above else raw)
    found = next((key for name in names if (key := keys.get(name))), "")
    return found or ("progress" if not _PROGRESS.isdisjoint(names) else "")


def _places(kind: TableKind, line: Sequence[Any]) -> Iterator[Place]:
    return ((key, index) for index, raw in enumerate(line) if (key := _key(kind, raw)))


def _of_two_lines(kind: TableKind, number: int, upper: Sequence[Any], lower: Sequence[Any]) -> Found:
    """Groups in one line, what they consist of in the next; headings over both lines stand in the upper."""
    single = tuple(_places(kind, upper))
    rows = {index for key, index in single if key in ("task", "content")}
    if not any(map(_is_text, lower)) or any(_is_data(kind, lower, index) for index in rows):
        return Found(number, (), {})
    places = tuple(_merged_places(kind, upper, lower))
    return _ticked(kind, Found(number + 1, places, {}), upper, lower)


def _is_data(kind: TableKind, line: Sequence[Any], index: int) -> bool:
    """Whether a line says something below a heading that needs nothing below: it is a row, not a heading."""
    raw = _at(line, index)
    return not is_blank(raw) and not _key(kind, raw) and not (_is_text(raw) and _HINT.fullmatch(raw.strip()))


def _merged_places(kind: TableKind, upper: Sequence[Any], lower: Sequence[Any]) -> Iterator[Place]:
    group = ""
    for index in range(max(len(upper), len(lower))):
        above, below = _at(upper, index), _at(lower, index)
        group = above if _is_text(above) else group
        key = _key(kind, below) or (_key(kind, below, group) if group else "")
        if not key and not _heads_several(upper, lower, index):
            key = _key(kind, above)
        if key:
            yield key, index


def _heads_several(upper: Sequence[Any], lower: Sequence[Any], index: int) -> bool:
    """Whether a text of the upper line is the name of a group: it and the next column have headings below it."""
    has_own = not is_blank(_at(lower, index))
    return has_own and is_blank(_at(upper, index + 1)) and not is_blank(_at(lower, index + 1))


def _at(line: Sequence[Any], index: int) -> Any:
    return line[index] if index < len(line) else None


def _ticked(kind: TableKind, found: Found, upper: Sequence[Any], line: Sequence[Any]) -> Found:
    """With the columns named like a status, where a tick tells it; the heading of them all stands above or nowhere."""
    status = next((column for column in kind.answered if isinstance(column.kind, Choice)), None)
    if status is None or not isinstance(status.kind, Choice):
        return found
    labels = {index: _status(status.kind, raw) for index, raw in enumerate(line) if _is_text(raw)}
    ticks = {index: key for index, key in labels.items() if key}
    named = {index for key, index in found.places if key == status.key}
    if len(set(ticks.values())) < _LEAST_TICKED or not named <= ticks.keys():
        return found
    others = tuple(place for place in found.places if place[1] not in ticks)
    return Found(found.line, (*others, (status.key, min(ticks))), ticks)


def _status(kind: Choice, raw: str) -> str | None:
    return next((value for name in _names(raw) if (value := kind.parse(name, None)[0])), None)


def _by_content(places: Sequence[Place], below: Grid) -> Iterator[Place]:
    """Headings with "Tiến độ" as what it is here: days, percentages, or (words) nothing that could be told."""
    for key, index in places:
        kind = key if key != "progress" else _progress(below, index)
        if kind:
            yield kind, index


def _progress(below: Grid, index: int) -> str:
    values = [raw for line in below if not is_blank(raw := _at(line, index))][:_SAMPLE]
    if values and all(map(_is_share, values)):
        return "percent"
    return "deadline" if values and all(map(_is_day, values)) else ""


def _is_share(raw: Any) -> bool:
    if isinstance(raw, str):
        return re.fullmatch(r"\D{0,12}\d{1,3}(?:[.,]\d+)?\s*%?", clean_text(raw)) is not None
    return isinstance(raw, (int, float)) and not isinstance(raw, bool) and 0 <= raw <= 100


def _is_day(raw: Any) -> bool:
    return isinstance(raw, date) or (isinstance(raw, str) and _DATE_LIKE.search(fold_date(raw)) is not None)
