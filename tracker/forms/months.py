"""Several tables of a kind in one return: of two months, of one month in parts, or against each other.

Of two months one is read, and the other named; parts that hold different tasks are read together; tables that
contradict each other are for the checks to refuse (`Returned.doubled_sheets`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.columns import TableKind
from tracker.forms.headings import Grid
from tracker.forms.rows import is_filled
from tracker.model import Cell, Identity, Row

_PERIOD = re.compile(r"(?P<year>20\d\d)-(?P<month>\d\d)\b")
_MONTH = re.compile(r"(?<![\d/])(?P<month>\d{1,2})\s*[/-]\s*(?P<year>20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Table:
    """Where a table's headings stand, column index by key, its rows, and the fields above it (`head`, by key).

    `doubled` as in `Returned`.
    """

    kind: TableKind
    sheet: str
    grid: Grid
    heading_row: int
    places: Mapping[str, int]
    rows: tuple[Row, ...]
    head: Mapping[str, Cell]
    doubled: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether any row is one of the plan; other tables with such headings are somebody's own."""
        return any(row.task for row in self.rows)

    @property
    def is_answered(self) -> bool:
        """Whether anything is filled, or the head says that there is nothing to fill."""
        nil = self.head.get("nil")
        is_nil = nil is not None and nil.value == "yes" and self.is_known
        return is_nil or any(row.task and is_filled(row, self.kind) for row in self.rows)

    @property
    def period(self) -> str:
        """The month named in the head, or else above the headings ("YYYY-MM"); "" for none."""
        shown = self.head.get("period")
        lines = self.grid[: self.heading_row]
        texts = [str(shown.value) if shown else "", *(raw for line in lines for raw in line if isinstance(raw, str))]
        return next((period for text in texts if (period := _period_in(text))), "")


def _period_in(text: str) -> str:
    found = _PERIOD.search(text) or _MONTH.search(text)
    if not found or not 1 <= int(found["month"]) <= 12:
        return ""
    return f"{found['year']}-{int(found['month']):02d}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is read of the tables of a kind: the first with the rows of its other parts (None: there is none).

    `other_months`: answered sheets of another month, with it; `rivals`: sheets that contradict the first.
    """

    table: Table | None = None
    other_months: tuple[tuple[str, str], ...] = ()
    rivals: tuple[tuple[str, str], ...] = ()


def month_of(tables: Iterable[Table], claims: Iterable[Identity], is_open: Callable[[str], bool]) -> str:
    """The month that is read, of those that answered tables are of; "" where none is told.

    One that is open rather than one that is not, one that is sealed rather than one that only says so, the latest.
    """
    periods = {table.period for table in tables if table.is_answered} - {""}
    sealed = {claim.period for claim in claims if claim.state == "sealed"}
    return max(periods, key=lambda period: (is_open(period), period in sealed, period), default="")


def choose(tables: Sequence[Table], month: str) -> Chosen:
    """`tables` of one kind, the likeliest first; `month` "" leaves out none."""
    if len(tables) < 2:
        return Chosen(tables[0] if tables else None)
    ours = [table for table in tables if not month or table.period in ("", month)]
    others = tuple((t.sheet, t.period) for t in tables if t not in ours and t.is_answered)
    if not ours:
        return Chosen(other_months=others)
    first, rivals = ours[0], []
    for other in ours[1:]:
        if other.is_answered and first.is_answered and _contradicts(first, other):
            rivals.append((first.sheet, other.sheet))
        elif other.is_known:
            first = replace(first, rows=(*first.rows, *_more_rows(first, other)))
    return Chosen(first, others, tuple(rivals))


def _contradicts(first: Table, other: Table) -> bool:
    """Whether a table says of a task what the first says otherwise, or more in its head; a part has all headings."""
    mine = _answered(first)
    if any(mine.get(task, said) != said for task, said in _answered(other).items()):
        return True
    lacks = {column.key for column in first.kind.answered} & first.places.keys() - other.places.keys()
    is_more = any(task not in mine for task in _answered(other))
    return (is_more and bool(lacks or other.doubled)) or not _fields(other) <= _fields(first)


def _more_rows(first: Table, other: Table) -> Iterator[Row]:
    """Rows that the first does not have: of tasks it does not answer, blank ones of tasks it does not name."""
    answered, known = _answered(first).keys(), {row.task for row in first.rows}
    unknown = {_said(row, first.kind) for row in first.rows if not row.task}
    for row in other.rows:
        if not row.task:
            is_more = _said(row, other.kind) not in unknown
        else:
            is_more = row.task not in (answered if is_filled(row, other.kind) else known)
        if is_more:
            yield row


def _answered(table: Table) -> dict[str, frozenset[tuple[str, str]]]:
    return {row.task: _said(row, table.kind) for row in table.rows if row.task and is_filled(row, table.kind)}


def _fields(table: Table) -> frozenset[tuple[str, object]]:
    return frozenset((key, cell.value) for key, cell in table.head.items() if not cell.is_blank)


def _said(row: Row, kind: TableKind) -> frozenset[tuple[str, str]]:
    """What a row says in the columns agencies fill; of what cannot be used, how it was written."""
    cells = ((column.key, row.cells.get(column.key)) for column in kind.answered)
    return frozenset(
        (key, f"{cell.value}|{cell.problem and cell.raw}") for key, cell in cells if cell and not cell.is_blank
    )
