"""What a rule is, what it may look at, and what it yields.

A rule is a small function with a code, a severity and the columns it needs. It yields `Hit`s (a cell and facts),
never raises, never words anything, never changes anything. Gates: file, row, plan, indicator, history, across.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import ModuleType
from typing import Any

from tracker.cells import as_text
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.dates import Period
from tracker.model import Agency, Arrival, Assignment, Cell, Indicator, Past, Plan, Returned, Role, Row, Severity, Task
from tracker.status import is_past


class Gate(StrEnum):
    """Order of checking; an error at FILE stops there."""

    FILE = "file"
    ROW = "row"
    PLAN = "plan"
    INDICATOR = "indicator"
    HISTORY = "history"
    ACROSS = "across"


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


@dataclass(frozen=True, slots=True)
class Case:
    """One return with everything checks may know. Whoever joins the stages fills it; checks only read.

    `agency` is whose answers these are now (successors followed), `named_agency` what the form calls itself;
    `sender_agency` whose registered address sent it (None: unknown, or dropped in the folder: then `arrival.sender`
    is None). `period_state`: open, coming, closed, unknown. `seen`: "bytes" or "cells" where the same came before;
    `is_older`: a newer return of agency and period is already taken. `expected` by task code.
    """

    returned: Returned
    arrival: Arrival
    plan: Plan
    received_on: date
    agency: Agency | None = None
    named_agency: Agency | None = None
    sender_agency: Agency | None = None
    period: Period | None = None
    period_state: str = "open"
    effective_day: date = date.min
    is_late: bool = False
    expected: Mapping[str, Assignment] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    past: Mapping[str, Past] = field(default_factory=dict)
    past_indicators: Mapping[str, Past] = field(default_factory=dict)
    seen: str = ""
    is_older: bool = False
    deadline_is_strict: bool = False

    @property
    def is_nil(self) -> bool:
        cell = self.returned.head.get("nil")
        return cell is not None and cell.value == "yes"

    def head_hit(self, key: str, **facts: Any) -> Hit:
        """A hit on a field of the form's head (on the sheet alone where the field is not there)."""
        cell = self.returned.head.get(key)
        sheet = self.returned.head_sheet or self.returned.sheet
        return Hit(sheet, cell.ref if cell else "", as_text(cell.raw) if cell else "", facts=facts)

    def row_cases(self) -> tuple[RowCase, ...]:
        """The rows that belong to this agency's tasks, each with what is known of its task."""
        return tuple(
            RowCase(self, row, REPORT_TABLE, self.expected[row.task], self.plan.task_by_code[row.task])
            for row in self.returned.rows
            if row.task is not None and row.task in self.expected
        )


_CARRIED = frozenset(column.key for column in REPORT_TABLE.columns if column.is_carried)
_FILLED = tuple(c.key for t in (REPORT_TABLE, INDICATOR_TABLE) for c in t.answered if not c.is_carried)


@dataclass(frozen=True)
class RowCase:
    """One recognised row of Báo cáo with its assignment, task and last accepted answer."""

    case: Case
    row: Row
    table: TableKind
    assignment: Assignment
    task: Task

    @cached_property
    def past(self) -> Past | None:
        return self.case.past.get(self.assignment.task)

    @cached_property
    def was_done(self) -> bool:
        return self.past is not None and self.past.values.get("status") == "done"

    @property
    def is_lead(self) -> bool:
        return self.assignment.role is Role.LEAD

    @cached_property
    def is_overdue(self) -> bool:
        """Whether the task is past its deadline on the effective day R."""
        deadline = self.task.deadline
        return deadline is not None and is_past(self.case.effective_day, deadline)

    @cached_property
    def reported(self) -> str | None:
        """Key of the status the row gives; None: none, or not in the list."""
        status: str | None = self.value("status")
        return status

    @cached_property
    def is_blank(self) -> bool:
        """Nothing filled but what the form carried over."""
        return is_blank_row(self.row)

    def value(self, key: str) -> Any:
        return self.row.value(key)

    def cell(self, key: str) -> Cell | None:
        return self.row.cells.get(key)

    def at(self, key: str, *, blocks: tuple[str, ...] = (), severity: Severity | None = None, **facts: Any) -> Hit:
        """A hit on the row's cell of column `key`; blocks nothing unless told."""
        cell = self.row.cells.get(key)
        return Hit(
            sheet=self.row.sheet,
            cell=cell.ref if cell else f"A{self.row.number}",
            value=as_text(cell.raw) if cell else "",
            task=self.row.task or "",
            column=key,
            facts=facts,
            blocks=blocks,
            severity=severity,
        )


def is_blank_row(row: Row) -> bool:
    """Whether the agency filled nothing in the row (carried-over names do not count)."""
    return all(cell is None or cell.is_blank for cell in map(row.cells.get, _FILLED))


Check = Callable[..., Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its code and severity; `needs` are the columns without which it cannot be asked.

    ROW rules take a `RowCase`, ACROSS rules a `Month`, all others a `Case`.
    """

    code: str
    severity: Severity
    gate: Gate
    needs: tuple[str, ...]
    check: Check


def rule(code: str, severity: Severity, *, needs: tuple[str, ...] = ()) -> Callable[[Check], Rule]:
    """Makes a rule of a function; its gate follows from the code's letter."""
    gates = {"F": Gate.FILE, "R": Gate.ROW, "P": Gate.PLAN, "I": Gate.INDICATOR, "H": Gate.HISTORY, "A": Gate.ACROSS}

    def make(check: Check) -> Rule:
        return Rule(code, severity, gates[code[0]], needs, check)

    return make


def rules_of(module: ModuleType) -> tuple[Rule, ...]:
    """The rules a module defines, in the order of its text."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


def cell_hit(row: Row, key: str, **facts: Any) -> Hit:
    """A hit on a row's cell where there is no `RowCase` (unknown rows, indicators)."""
    cell = row.cells.get(key)
    return Hit(
        row.sheet, cell.ref if cell else f"A{row.number}", as_text(cell.raw) if cell else "", row.task or "", key, facts
    )
