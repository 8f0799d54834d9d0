"""What one form shall hold, before any cell is written: its rows, what they carry over, what they still need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.cells import is_blank
from tracker.columns import INDICATOR_TABLE, MONTHLY, REPORT_TABLE, STATUS, Column, FormKind, TableKind
from tracker.dates import Period
from tracker.model import Agency, Assignment, Indicator, Past, Plan, Role
from tracker.status import is_past
from tracker.texts import say
from tracker.vietnamese import fold, show_number

_OPS = {">=": "≥", "<=": "≤"}
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class FormOrder:
    """One form: whose, for which period, and what is already known.

    `deadline_label` is the wording of Hạn gửi. `past` and `past_indicators` are the last accepted answers by task and
    indicator code; `filled` and `filled_indicators` answers to write into the agency's cells, by code and column key
    (values as parsed, or raw text), `head` likewise by head key: a fresh form that holds what was sent.
    """

    plan: Plan
    agency: Agency
    period: Period
    effective_day: date
    deadline_label: str
    past: Mapping[str, Past] = field(default_factory=dict)
    past_indicators: Mapping[str, Past] = field(default_factory=dict)
    kind: FormKind = MONTHLY
    filled: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    filled_indicators: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    head: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_nil(self) -> bool:
        return self.head.get("nil") == "yes"


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a table: `locked` and `answers` by column key, `hints` (shown on selecting a cell) likewise.

    `role` None: an indicator, or a row of the blank form.
    """

    code: str = ""
    role: Role | None = None
    locked: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    has_deadline: bool = False
    is_overdue: bool = False
    was_done: bool = False

    @property
    def reported(self) -> str | None:
        """Key of the status that stands in the row; None: none, or not in the list."""
        value = self.answers.get("status")
        if value is None or any(value == key for key, _ in STATUS.options):
            return value
        key: str | None = STATUS.parse(value)[0]
        return key


def target_label(indicator: Indicator) -> str:
    """Mục tiêu as the form shows it: "≥ 90"."""
    return f"{_OPS.get(indicator.op, indicator.op)} {show_number(indicator.target)}"


def last_label(past: Past | None, table: TableKind) -> str:
    """Kỳ trước of a task: status and percentage last accepted, or that there was a report, or none."""
    if past is None:
        return say("form.last_none")
    shown = (table.by_key[key].kind.show(past.values.get(key)) for key in ("status", "percent") if key in table.by_key)
    return ", ".join(filter(None, shown)) or say("form.last_reported")


def report_rows(order: FormOrder, table: TableKind = REPORT_TABLE) -> tuple[FormRow, ...]:
    """One row an assignment of the agency, in the order of the plan."""
    assignments = order.plan.of_agency(order.agency.code, order.effective_day)
    return tuple(_report_row(order, table, number, each) for number, each in enumerate(assignments, 1))


def _report_row(order: FormOrder, table: TableKind, number: int, assignment: Assignment) -> FormRow:
    task, past = order.plan.task_by_code[assignment.task], order.past.get(assignment.task)
    deadline = task.deadline
    return FormRow(
        task.code,
        assignment.role,
        locked={
            "no": number,
            "task": task.code,
            "content": task.content,
            "role": assignment.role,
            "deadline": task.deadline_label,
            "last": last_label(past, table),
        },
        answers={**_carried(past, table), **order.filled.get(task.code, _NOTHING)},
        hints=dict(_hints(order, assignment, past)),
        has_deadline=deadline is not None,
        is_overdue=deadline is not None and is_past(order.effective_day, deadline),
        was_done=past is not None and past.values.get("status") == "done",
    )


def _carried(past: Past | None, table: TableKind) -> dict[str, Any]:
    values = past.values if past else _NOTHING
    return {column.key: values[column.key] for column in table.answered if column.is_carried and column.key in values}


def _hints(order: FormOrder, assignment: Assignment, past: Past | None) -> Iterable[tuple[str, str]]:
    if past and past.values.get("result"):
        yield "last", say("form.hint_last", period=past.period, result=past.values["result"])
    if fold(assignment.named_as) not in {fold(name) for name in order.agency.names}:
        yield "role", say("form.hint_named", name=assignment.named_as)


def indicator_rows(order: FormOrder, table: TableKind = INDICATOR_TABLE) -> tuple[FormRow, ...]:
    """One row an indicator of the tasks the agency leads; none: the form has no such sheet."""
    indicators = dict.fromkeys(order.plan.indicators_of(order.agency.code, order.effective_day))
    return tuple(_indicator_row(order, table, number, each) for number, each in enumerate(indicators, 1))


def _indicator_row(order: FormOrder, table: TableKind, number: int, indicator: Indicator) -> FormRow:
    past = order.past_indicators.get(indicator.code)
    value = past.values.get("value") if past else None
    return FormRow(
        indicator.code,
        locked={
            "no": number,
            "task": indicator.code,
            "content": indicator.name,
            "unit": indicator.unit,
            "target": target_label(indicator),
            "last": say("form.last_none") if value is None else table.by_key["value"].kind.show(value),
        },
        answers={**_carried(past, table), **order.filled_indicators.get(indicator.code, _NOTHING)},
    )


_ROWS: dict[str, Callable[[FormOrder, TableKind], tuple[FormRow, ...]]] = {
    REPORT_TABLE.key: report_rows,
    INDICATOR_TABLE.key: indicator_rows,
}


def rows_of(order: FormOrder, table: TableKind) -> tuple[FormRow, ...]:
    return _ROWS[table.key](order, table)


def needed_keys(row: FormRow, columns: Iterable[Column]) -> tuple[str, ...]:
    """Columns the row must still fill; a task accepted as done earlier needs nothing while its row stays blank."""
    if row.role is None or (row.was_done and _is_untouched(row, columns)):
        return ()
    return tuple(
        column.key
        for column in columns
        if is_blank(row.answers.get(column.key))
        and column.is_needed(row.role, row.reported, row.has_deadline, row.is_overdue, row.was_done)
    )


def _is_untouched(row: FormRow, columns: Iterable[Column]) -> bool:
    return all(is_blank(row.answers.get(c.key)) for c in columns if not c.is_carried and not c.is_locked)


def count_needed(rows: Iterable[FormRow], table: TableKind, is_nil: bool) -> int:
    """N of "Còn N ô cần điền"; nothing is needed in a nil return."""
    return 0 if is_nil else sum(len(needed_keys(row, table.answered)) for row in rows)
