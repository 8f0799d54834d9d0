"""Formulas that count the rows of other sheets: what the office corrects there, the figures follow.

They stand only where the sheets say what the month counts; a figure that they cannot give stays a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_rowcol_to_cell

from tracker.model import Agency, Role
from tracker.reports.grid import TABLE_ROWS_MAX, Area
from tracker.texts import say
from tracker.vietnamese import has_control

_CRITERION_CHARS_MAX = 255


@dataclass(frozen=True, slots=True)
class Lines:
    """Where Tổng hợp has the lines of the month, and the columns to count them by."""

    area: Area
    agency: int
    role: int
    status: int
    flags: int

    @classmethod
    def under(cls, area: Area, headings: Sequence[str]) -> Lines:
        """By the headings of the sheet, from its first column on."""
        return cls(area, *(headings.index(say(f"workbook.{key}")) for key in ("agency", "role", "status", "flags")))

    def heading(self, col: int) -> str:
        """The cell with the heading of a column, which is where people filter by it."""
        return str(xl_rowcol_to_cell(self.area.first - 1, col))

    def with_status(self, text: str, agency: str = "") -> str:
        """How many leads have a status, as its text stands there; only a lead has one."""
        return self._count((self.status, text), (self.agency, agency))

    def with_flag(self, text: str, agency: str = "") -> str:
        """How many leads have a flag, which is one of the lines of its cell."""
        lead = (self.role, say(f"role.{Role.LEAD}"))
        return self._count(lead, (self.flags, f"*{text}*"), (self.agency, agency))

    def _count(self, *wanted: tuple[int, str]) -> str:
        pairs = (f"{self.area.column(col)},{quoted(text)}" for col, text in wanted if text)
        return f"COUNTIFS({','.join(pairs)})"

    def countable(self, agencies: Iterable[Agency]) -> frozenset[str]:
        """Codes of the agencies that a criterion finds by their names there: no other name differs in case alone, and
        nothing in them means more than itself. None where the lines are too many to count again and again."""
        if self.area.last - self.area.first >= TABLE_ROWS_MAX:
            return frozenset()
        names = {agency.code: agency.label for agency in agencies}
        found = Counter(name.casefold() for name in names.values())
        return frozenset(code for code, name in names.items() if found[name.casefold()] == 1 and _is_plain(name))


@dataclass(frozen=True, slots=True)
class Tasks:
    """Where Theo nhiệm vụ has its rows: the column of numbers, which only tasks have, and that of the status."""

    area: Area
    number: int
    status: int

    def heading(self) -> str:
        """The cell with the heading of the status."""
        return str(xl_rowcol_to_cell(self.area.first - 1, self.status))

    def with_status(self, text: str) -> str:
        """How many tasks have a status."""
        return f'COUNTIFS({self.area.column(self.status)},{quoted(text)},{self.area.column(self.number)},">0")'


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def _is_plain(name: str) -> bool:
    """Whether a criterion takes a name by its letters: not as a number, a comparison or a pattern."""
    has_meaning = not name[:1].isalpha() or any(char in name for char in "*?~")
    return not has_meaning and len(name) <= _CRITERION_CHARS_MAX and not has_control(name)
