"""What checks may know: a return as a whole (`Case`) and one of its rows with everything known of it (`RowCase`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import islice
from typing import Any

from tracker.cells import as_text
from tracker.checks.rule import Hit, cell_hit
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, Column, Need
from tracker.dates import Period
from tracker.model import (
    Agency,
    Arrival,
    Assignment,
    Beside,
    Cell,
    Indicator,
    Past,
    Plan,
    Returned,
    Role,
    Row,
    Severity,
    Task,
    TaskState,
)
from tracker.status import is_past

_FILLED = tuple(dict.fromkeys(c.key for t in (REPORT_TABLE, INDICATOR_TABLE) for c in t.answered if not c.is_carried))
_BY_STATUS: frozenset[Need] = frozenset({Need.UNLESS_NOT_STARTED, Need.WHEN_DONE, Need.WHEN_OVERDUE})
ANSWERED_KEYS = frozenset(column.key for table in (REPORT_TABLE, INDICATOR_TABLE) for column in table.answered)
"""Everything an agency may fill, on either sheet: to block a whole row, block these."""


@cache
def _needed(*row: Any) -> tuple[Column, ...]:
    """The columns a row must fill, by what `Column.is_needed` asks of it: there are few kinds of rows."""
    return tuple(column for column in REPORT_TABLE.answered if column.is_needed(*row))


@dataclass(frozen=True)
class Case:
    """One return with everything checks may know. Whoever joins the stages fills it; checks only read.

    `agency` is whose answers these are now (successors followed), `named_agency` what the form calls itself;
    `sender_agency` whose registered address sent it (None: unknown, or dropped in the folder: then `arrival.sender`
    is None). `period_state`: open, coming, closed, unknown. `beside`: what other accepted returns tell of it.
    `expected` by task code. `gate_problem`: why the
    guard did not let the file be read (not_spreadsheet, damaged, password, too_large; "": it was read).
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
    beside: Beside = field(default_factory=Beside)
    deadline_is_strict: bool = False
    gate_problem: str = ""
    gate_facts: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def is_nil(self) -> bool:
        """Không phát sinh: the agency says nothing changed."""
        cell = self.returned.head.get("nil")
        return cell is not None and cell.value == "yes"

    @cached_property
    def recognised_count(self) -> int:
        """How many rows are tasks of the plan, whoever's they are."""
        known = self.plan.task_by_code
        return sum(row.task in known for row in self.returned.rows)

    @cached_property
    def rows_by_task(self) -> Mapping[str, tuple[Row, ...]]:
        """All recognised rows of Báo cáo by task code."""
        return rows_by_code(self.returned.rows)

    @cached_property
    def filled_rows(self) -> Mapping[str, tuple[Row, ...]]:
        """Rows of Báo cáo in which something is filled, by task code."""
        return rows_by_code(row for row in self.returned.rows if not is_blank_row(row))

    @cached_property
    def _row_cases(self) -> tuple[RowCase, ...]:
        return tuple(
            RowCase(self, row, self.expected[row.task], self.plan.task_by_code[row.task])
            for row in self.returned.rows
            if row.task is not None and row.task in self.expected
        )

    def row_cases(self) -> tuple[RowCase, ...]:
        """The rows that belong to this agency's tasks, each with what is known of its task."""
        return self._row_cases

    @cached_property
    def indicator_rows(self) -> tuple[Row, ...]:
        """The rows of Chỉ tiêu that belong to this agency's indicators."""
        return tuple(row for row in self.returned.indicator_rows if row.task in self.indicators)

    def was_sent(self, task: str) -> bool:
        """Whether the form that went out held the task; taken for granted where nothing sealed tells."""
        tasks = self.returned.identity.tasks
        return not tasks or task in tasks

    def head_hit(self, key: str, **facts: Any) -> Hit:
        """A hit on a field of the form's head (on the sheet alone where the field is not there)."""
        cell = self.returned.head.get(key)
        sheet = self.returned.head_sheet or self.returned.sheet
        return Hit(sheet, cell.ref if cell else "", as_text(cell.raw) if cell else "", facts=facts)


@dataclass(frozen=True)
class RowCase:
    """One recognised row of Báo cáo with its assignment, task and last accepted answer."""

    case: Case
    row: Row
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
        strict = self.case.deadline_is_strict and self.task.is_before_bound
        return deadline is not None and is_past(self.case.effective_day, deadline, strict)

    @cached_property
    def reported(self) -> str | None:
        """Key of the status the row gives; None: none, or not in the list."""
        status: str | None = self.value("status")
        return status

    @cached_property
    def is_blank(self) -> bool:
        """Nothing filled but what the form carried over."""
        return is_blank_row(self.row)

    @cached_property
    def contradicts_itself(self) -> bool:
        """Done with less than 100 %: neither can be believed, nor a completion date beside them."""
        percent = self.value("percent")
        return self.reported == "done" and percent is not None and percent < 100

    @cached_property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """Filled cells that could not be read, as (column key, problem)."""
        return tuple(problems_of(self.row))

    @cached_property
    def lacking(self) -> tuple[Column, ...]:
        """Columns the row must fill and does not; of a blank row only the first, if it must report at all."""
        if self.is_blank:
            return tuple(islice(self._gaps(), 1)) if self._must_report else ()
        return tuple(self._gaps())

    def _gaps(self) -> Iterator[Column]:
        """`Column.is_needed`, less what hangs on a status that cannot be used (that is its own finding)."""
        skipped = _BY_STATUS if self.is_lead and self._has_unusable_status else frozenset()
        for column in self._needed_columns():
            cell = self.row.cells.get(column.key)
            if cell is not None and (cell.is_blank or cell.problem == "no_answer") and column.need not in skipped:
                yield column

    def _needed_columns(self) -> Iterable[Column]:
        reported = self.reported or ("not_started" if self.value("percent") == 0 else None)
        is_overdue = self.is_overdue and self.reported is not None
        has_deadline = self.task.deadline is not None
        return _needed(self.assignment.role, reported, has_deadline, is_overdue, self.was_done)

    def needs(self, key: str) -> bool:
        """Whether the row must fill a column, filled or not."""
        return any(column.key == key for column in self._needed_columns())

    @property
    def _has_unusable_status(self) -> bool:
        cell = self.row.cells.get("status")
        return self.contradicts_itself or (cell is not None and cell.problem is not None)

    @property
    def _must_report(self) -> bool:
        """Whether a blank row is a gap: not in a nil return, nor once done, nor beside another row of its task."""
        if self.case.is_nil or self.was_done or self.task.state is TaskState.SUSPENDED:
            return False
        if self.task.code in self.case.filled_rows:
            return False
        return self.row is self.case.rows_by_task[self.task.code][0]

    def value(self, key: str) -> Any:
        cell = self.row.cells.get(key)
        return cell.value if cell else None

    def cell(self, key: str) -> Cell | None:
        return self.row.cells.get(key)

    def at(self, key: str, *, blocks: tuple[str, ...] = (), severity: Severity | None = None, **facts: Any) -> Hit:
        """A hit on the row's cell of column `key`; blocks nothing unless told."""
        return cell_hit(self.row, key, blocks=blocks, severity=severity, **facts)


def is_blank_row(row: Row) -> bool:
    """Whether the agency filled nothing in the row (carried-over names do not count)."""
    cells = row.cells
    for key in _FILLED:
        cell = cells.get(key)
        if cell is not None and (cell.value is not None or cell.problem is not None):
            return False
    return True


def problems_of(row: Row) -> list[tuple[str, str]]:
    """Filled cells of a row that could not be read, as (column key, problem); only cells the agency may fill."""
    return [(key, cell.problem) for key, cell in row.cells.items() if cell.problem and key in ANSWERED_KEYS]


def rows_by_code(rows: Iterable[Row]) -> Mapping[str, tuple[Row, ...]]:
    """Recognised rows by task or indicator code, each in the order of the sheet."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.task is not None:
            found[row.task].append(row)
    return {code: tuple(same) for code, same in found.items()}
