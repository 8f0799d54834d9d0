"""How much room a text needs in a cell: LibreOffice does not grow wrapped rows, so heights are given.

Estimated for the font of the cells (Times New Roman 12) from column widths in Excel's unit (a digit of the Normal
style, Times New Roman 11), a little on the safe side.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

LINE_PT = 16.0
_PADDING_PT = 3.0
_MAX_PT = 409.0  # Excel's limit
_LETTER, _SPACE, _CAPITAL_EXTRA = 0.98, 0.6, 0.5  # widths in columns' unit


def _width(word: str) -> float:
    return _LETTER * len(word) + _CAPITAL_EXTRA * sum(map(str.isupper, word))


@lru_cache(maxsize=8192)
def line_count(text: str, width_chars: float) -> int:
    """Lines that `text` takes when wrapped at words in a column of that width."""
    return sum(_wrapped(paragraph, width_chars - 1) for paragraph in text.split("\n"))


def _wrapped(paragraph: str, room: float) -> int:
    lines, used = 1, 0.0
    for word in paragraph.split():
        width = _width(word)
        if used and used + _SPACE + width > room:
            lines, used = lines + 1, 0.0
        while width > room:  # a link or a long symbol is broken inside
            lines, width = lines + 1, width - room
        used += width + (_SPACE if used else 0)
    return lines


def row_height_pt(cells: Iterable[tuple[str, float]], at_least_lines: int = 1) -> float:
    """Height in points for texts, each with the width in characters of its column."""
    lines = max((line_count(text, width) for text, width in cells if text), default=1)
    return min(_MAX_PT, max(lines, at_least_lines) * LINE_PT + _PADDING_PT)
