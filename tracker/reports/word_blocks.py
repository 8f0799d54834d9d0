"""What the Word report says, as values: blocks that `word_sections` and `word_annexes` compute and `word` sets.

They know nothing of Word, so that a test can read a section as text and figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.status import Status


class Align(StrEnum):
    """Alignment of a column; the values are those of `w:jc`."""

    LEFT = "left"
    CENTRE = "center"
    BOTH = "both"


class RowKind(StrEnum):
    """A plain row, a total (bold), a group heading (bold) or a note under the row above it."""

    PLAIN = "plain"
    TOTAL = "total"
    GROUP = "group"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is a mục ("I. ..."), level 2 a khoản with a title ("1. ...")."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `is_note` is the small italic line under a table."""

    text: str
    is_note: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table on paper."""

    heading: str
    width_mm: float
    align: Align = Align.CENTRE


@dataclass(frozen=True, slots=True)
class Row:
    """Texts of a row; where they are fewer than the columns, the last one spans those left.

    `keeps_next`: stays on one page with the row below.
    """

    cells: tuple[str, ...]
    kind: RowKind = RowKind.PLAIN
    keeps_next: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` stands above the table ("": none, then `title` names it for screen readers only).

    `is_numbered` adds the row (1) (2) (3) that annexes carry under their headings.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    title: str = ""
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart, made of figures by status from the left; those of 0 are left out."""

    label: str
    parts: tuple[tuple[Status, int], ...]

    @property
    def total(self) -> int:
        return sum(number for _, number in self.parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures that a table under it tells; `description` is read out in its place."""

    caption: str
    description: str
    bars: tuple[Bar, ...]


Block = Heading | Paragraph | Table | Chart


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex, in a section of its own; `number` is the Roman numeral."""

    number: str
    title: str
    blocks: tuple[Block, ...]
