"""How much room a text needs in a cell: LibreOffice does not grow wrapped rows, so heights are given.

Estimated for the form's font (Times New Roman 11) from column widths in Excel's unit, on the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

LINE_PT = 15.0
_PADDING_PT = 3.0
_MAX_PT = 409.0  # Excel's limit
_CAPITAL_EXTRA = 0.45


def _width(word: str) -> float:
    return len(word) + _CAPITAL_EXTRA * sum(map(str.isupper, word))


@lru_cache(maxsize=8192)
def line_count(text: str, width_chars: float) -> int:
    """Lines that `text` takes when wrapped at words in a column of that width."""
    return sum(_wrapped(paragraph, width_chars - 1) for paragraph in text.split("\n"))


def _wrapped(paragraph: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in paragraph.split():
        width = _width(word)
        if used and used + 1 + width > room:
            lines, used = lines + 1, 0.0
        while width > room:  # a link or a long symbol is broken inside
            lines, width = lines + 1, width - room
        used += width + (1 if used else 0)
    return lines


def row_height_pt(cells: Iterable[tuple[str, float]], at_least_lines: int = 1) -> float:
    """Height in points for texts, each with the width in characters of its column."""
    lines = max((line_count(text, width) for text, width in cells if text), default=1)
    return min(_MAX_PT, max(lines, at_least_lines) * LINE_PT + _PADDING_PT)
