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
    """Where a table's headings stand, column index by key, its rows and the fields above it (`head` by key).

    `doubled` and `missing` as in `Returned`.
    """

    kind: TableKind
    sheet: str
    grid: Grid
    heading_row: int
    places: Mapping[str, int]
    rows: tuple[Row, ...]
    doubled: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether any row is one of the plan; other tables with such headings are somebody's own."""
        return any(row.task for row in self.rows)

    @property
    def is_answered(self) -> bool:
        return any(row.task and is_filled(row, self.kind) for row in self.rows)

    @property
    def period(self) -> str:
        """The month named above the headings ("YYYY-MM"); "" for none."""
        texts = [raw for line in self.grid[: self.heading_row] for raw in line if isinstance(raw, str)]
        found = next((hit for text in texts if (hit := _PERIOD.search(text))), None)
        found = found or next((hit for text in texts if (hit := _MONTH.search(text))), None)
        is_month = found is not None and 1 <= int(found["month"]) <= 12
        return f"{found['year']}-{int(found['month']):02d}" if found and is_month else ""


Head = Callable[[Table], Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is read of the tables of a kind: the first with the rows of its other parts (None: there is none).

    `other_months`: answered sheets of another month, with it; `rivals`: sheets that contradict the first.
    """

    table: Table | None = None
    parts: tuple[Table, ...] = ()
    other_months: tuple[tuple[str, str], ...] = ()
    rivals: tuple[tuple[str, str], ...] = ()


def month_of(tables: Sequence[Table], claims: Iterable[Identity], is_open: Callable[[str], bool]) -> str:
    """The month that is read where answered tables are of several; "" where they are not.

    One that is open rather than one that is not, one that is sealed rather than one that only says so, the latest.
    """
    answered = [table for table in tables if table.is_answered] if len(tables) > 1 else []
    periods = {table.period for table in answered} - {""}
    if len(periods) < 2:
        return periods.pop() if periods else ""
    sealed = {claim.period for claim in claims if claim.state == "sealed"}
    return max(periods, key=lambda period: (is_open(period), period in sealed, period))


def choose(tables: Sequence[Table], month: str, head: Head) -> Chosen:
    """`tables` of one kind, the likeliest first; `month` "" leaves out none."""
    if len(tables) < 2:
        return Chosen(tables[0] if tables else None)
    ours = [table for table in tables if not month or table.period in ("", month)]
    others = tuple((t.sheet, t.period) for t in tables if t not in ours and t.is_answered)
    if not ours:
        return Chosen(None, other_months=others)
    first, parts, rivals = ours[0], [], []
    for other in ours[1:]:
        if not other.is_known:
            continue
        if _contradicts(first, other, head):
            rivals.append((first.sheet, other.sheet))
        elif rows := tuple(_more_rows(first, other)):
            parts.append(other)
            first = replace(first, rows=(*first.rows, *rows))
    return Chosen(first, tuple(parts), others, tuple(rivals))


def _contradicts(first: Table, other: Table, head: Head) -> bool:
    """Whether an answered table says anything of a task that the first says otherwise, or more in its head."""
    if not (first.is_answered and other.is_answered):
        return False
    mine = _answered(first)
    if any(mine.get(task, said) != said for task, said in _answered(other).items()):
        return True
    return not _fields(head(other)) <= _fields(head(first))


def _more_rows(first: Table, other: Table) -> Iterator[Row]:
    """Rows of tasks that the first does not answer; blank ones only of tasks that it does not even have."""
    answered, known = _answered(first).keys(), {row.task for row in first.rows}
    for row in other.rows:
        is_more = row.task not in (answered if is_filled(row, other.kind) else known)
        if row.task and is_more:
            yield row


def _answered(table: Table) -> dict[str, frozenset[tuple[str, str]]]:
    return {row.task: _said(row, table.kind) for row in table.rows if row.task and is_filled(row, table.kind)}


def _fields(head: Mapping[str, Cell]) -> frozenset[tuple[str, object]]:
    return frozenset((key, cell.value) for key, cell in head.items() if not cell.is_blank)


def _said(row: Row, kind: TableKind) -> frozenset[tuple[str, str]]:
    """What a row says in the columns agencies fill; of what cannot be used, how it was written."""
    cells = ((column.key, row.cells.get(column.key)) for column in kind.answered)
    return frozenset(
        (key, f"{cell.value}|{cell.problem and cell.raw}") for key, cell in cells if cell and not cell.is_blank
    )
