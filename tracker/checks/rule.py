"""What a rule is and what it yields; what it may look at is in `tracker.checks.case`.

A rule is a small function with a code, a severity and the columns it needs. It yields `Hit`s (a cell and facts),
never raises, never words anything, never changes anything. Gates: open, file, row, plan, indicator, history,
across; office.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import ModuleType
from typing import Any

from tracker.cells import as_text
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.model import Row, Severity


class Gate(StrEnum):
    """Order of checking; an error at OPEN or FILE stops there. Codes F belong to both: OPEN asks whether there is a
    form to check at all, and can neither be waived nor tried out."""

    OPEN = "open"
    FILE = "file"
    ROW = "row"
    PLAN = "plan"
    INDICATOR = "indicator"
    HISTORY = "history"
    ACROSS = "across"
    OFFICE = "office"


_GATE_OF_LETTER = {
    "F": Gate.FILE,
    "R": Gate.ROW,
    "P": Gate.PLAN,
    "I": Gate.INDICATOR,
    "H": Gate.HISTORY,
    "A": Gate.ACROSS,
    "O": Gate.OFFICE,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule bites. `severity` None: the rule's own. `blocks`: columns whose values are not used."""

    sheet: str = ""
    cell: str = ""
    value: str = ""
    task: str = ""
    column: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    blocks: tuple[str, ...] = ()
    severity: Severity | None = None


_SHOWN_CHARS = 100
_HEADINGS = {table.key: {c.key: c.heading for c in table.columns} for table in (REPORT_TABLE, INDICATOR_TABLE)}


def shorten(text: str) -> str:
    """A text as a fact: what would burst a sentence is cut."""
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"


Check = Callable[..., Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its code and severity; `needs` are the columns without which it cannot be asked.

    `per_row` rules take a `RowCase`, ACROSS rules a `Month`, OFFICE rules a `CopyCase`, all others a `Case`. One that
    cannot be waived is an error because there is nothing to use: no office can set that aside.
    """

    code: str
    severity: Severity
    gate: Gate
    needs: tuple[str, ...]
    check: Check
    per_row: bool = False
    can_be_waived: bool = True


def rule(
    code: str,
    severity: Severity,
    *,
    needs: tuple[str, ...] = (),
    gate: Gate | None = None,
    per_row: bool | None = None,
    can_be_waived: bool = True,
) -> Callable[[Check], Rule]:
    """Makes a rule of a function; gate and `per_row` (gates row and history) follow from the code's letter."""
    of_gate = gate or _GATE_OF_LETTER[code[0]]
    of_row = of_gate in (Gate.ROW, Gate.HISTORY) if per_row is None else per_row

    def make(check: Check) -> Rule:
        return Rule(code, severity, of_gate, needs, check, of_row, can_be_waived)

    return make


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """The rules a module defines, in the order of its text."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


def cell_hit(
    row: Row,
    key: str,
    *,
    blocks: tuple[str, ...] = (),
    severity: Severity | None = None,
    table: TableKind = REPORT_TABLE,
    **facts: Any,
) -> Hit:
    """A hit on a row's cell; its facts name the column. Where the sheet lacks the column, column A of the row."""
    cell = row.cells.get(key)
    return Hit(
        sheet=row.sheet,
        cell=cell.ref if cell else f"A{row.number}",
        value=as_text(cell.raw) if cell else "",
        task=row.task or "",
        column=key,
        facts={"column": _HEADINGS[table.key].get(key, key), **facts},
        blocks=blocks,
        severity=severity,
    )
