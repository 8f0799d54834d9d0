"""What goes to other systems and comes from them: a period by task code; a list of tasks into the plan."""

from __future__ import annotations

import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

from tracker.actions.office import Office
from tracker.actions.report import month_of
from tracker.actions.show import answers, findings, plain
from tracker.columns import INDICATOR_TABLE
from tracker.dates import Period
from tracker.errors import ConfigError, PlanError
from tracker.intake.archive import write_whole
from tracker.model import IndicatorLine, Line, Register, RemarkColumn, Task, TaskLine
from tracker.plan.arrivals import Arrivals, compare
from tracker.plan.edit import SheetEdit, edited
from tracker.plan.sheet import read_plan
from tracker.plan.sheet_columns import TASKS
from tracker.plan.task_list import read_task_list

EXPORT_VERSION = 1
Rows = list[dict[str, Any]]
TABLES = ("tasks", "assignments", "answers", "indicators", "findings", "register")
"""Names of the tables of an export, in order."""
_TASK = tuple(field.name for field in fields(Task))
COLUMNS: dict[str, tuple[str, ...]] = {
    "tasks": (*_TASK, "status", "is_due_soon", "is_reported", "days_late", "agencies_leading", "agencies_done"),
    "assignments": (
        *("period", "task", "agency", "agency_name", "role", "named_as", "status", "reported", "is_reported"),
        *("is_due_soon", "awaits_confirmation", "days_late", "previous_period", "file", "sheet", "row"),
        *("status_by_report", *RemarkColumn),
    ),
    "answers": ("period", "agency", "task", "role", "file", "sheet", "key", "cell", "value"),
    "indicators": (
        *("code", "name", "unit", "op", "target", "value", "numerator", "denominator", "is_met"),
        *("previous", "reported", "expected", "tasks"),
    ),
    "findings": ("code", "severity", "agency", "task", "file", "sheet", "cell", "value", "message", "waived_by"),
    "register": ("agency", "agency_name", "state", "verdict", "received_at", "files", "is_nil", "errors", "warnings"),
}
"""Keys of each table; they stay what they are from version to version, new ones come last."""


def export(office: Office, period: Period) -> dict[str, Any]:
    """Everything of a period: its head, then a table a key; tasks that no longer count have no status."""
    month = month_of(office, period)
    lines = {line.task.code: line for line in month.tasks}
    return {
        "format": "tracker-export",
        "version": EXPORT_VERSION,
        "period": month.period,
        "effective_day": month.effective_day.isoformat(),
        "tasks": [_task(task, lines.get(task.code)) for task in office.plan.tasks],
        "assignments": [_assignment(line, month.period) for line in month.lines],
        "answers": _answers(office, period),
        "indicators": [_indicator(each) for each in month.indicators],
        "findings": findings(office, period),
        "register": [_register(each) for each in month.register],
    }


def _task(task: Task, line: TaskLine | None) -> dict[str, Any]:
    row = {name: _listed(getattr(task, name)) for name in _TASK}
    counted = {
        "status": line.status.value if line else None,
        "is_due_soon": line.is_due_soon if line else None,
        "is_reported": line.is_reported if line else None,
        "days_late": line.days_late if line else None,
        "agencies_leading": [each.agency.code for each in line.leads] if line else [],
        "agencies_done": line.done_leads if line else None,
    }
    return {**row, **counted}


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else plain(value)


def _assignment(line: Line, period: str) -> dict[str, Any]:
    source = line.source
    return {
        "period": period,
        "task": line.task.code,
        "agency": line.agency.code,
        "agency_name": line.agency.name,
        "role": line.assignment.role.value,
        "named_as": line.assignment.named_as,
        "status": line.status.value if line.status else None,
        "reported": line.reported.value if line.reported else None,
        "is_reported": line.is_reported,
        "is_due_soon": line.is_due_soon,
        "awaits_confirmation": line.awaits_confirmation,
        "days_late": line.days_late,
        "previous_period": line.previous.period if line.previous else None,
        "file": source.file if source else None,
        "sheet": source.sheet if source else None,
        "row": source.row if source else None,
        "status_by_report": line.by_report.value if line.by_report else None,
        **{column.value: _remark(line, column) for column in RemarkColumn},
    }


def _remark(line: Line, column: RemarkColumn) -> str | None:
    """What the office wrote, a status by its key; of copies that contradict each other what stands."""
    known = line.remarks.get(column)
    return known.value or None if known else None


def _answers(office: Office, period: Period) -> Rows:
    """One row a value: what `answers` lists, of both tables of the form."""
    rows = [*answers(office, period), *answers(office, period, INDICATOR_TABLE.key)]
    head = ("period", "agency", "task", "role", "file", "sheet")
    return [
        {**{name: row[name] for name in head}, "key": key, "cell": row["cells"].get(key), "value": value}
        for row in rows
        for key, value in row["values"].items()
    ]


def _indicator(line: IndicatorLine) -> dict[str, Any]:
    of_line = ("value", "numerator", "denominator", "is_met", "previous", "reported", "expected")
    return {
        **{name: getattr(line.indicator, name) for name in ("code", "name", "unit", "op", "target")},
        **{name: getattr(line, name) for name in of_line},
        "tasks": list(line.tasks),
    }


def _register(entry: Register) -> dict[str, Any]:
    return {
        "agency": entry.agency.code,
        "agency_name": entry.agency.name,
        "state": entry.state,
        "verdict": entry.verdict.value if entry.verdict else None,
        "received_at": entry.received_at.isoformat() if entry.received_at else None,
        "files": list(entry.files),
        "is_nil": entry.is_nil,
        "errors": entry.errors,
        "warnings": entry.warnings,
    }


def import_tasks(office: Office, path: Path, dry_run: bool = False) -> Arrivals:
    """Takes a list of tasks into the master sheet, all of it or nothing; the former sheet is kept in the archive.

    PlanError: the list has mistakes, or the sheet would have one with it. ConfigError: somebody holds the sheet open.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError("list_missing", path=str(path)) from error
    arrivals = compare(office.plan, read_task_list(path.name, content), path.name)
    if arrivals.changes_nothing:
        return arrivals
    master = office.workspace.master
    before = master.read_bytes()
    fills = tuple((each.task, each.key, each.value) for each in arrivals.fills)
    after = edited(before, [SheetEdit(TASKS, fills, arrivals.additions)])
    _assert_readable(after, path.name)
    if not dry_run:
        kept = office.workspace.archive / "master" / f"{office.plan.sha256}.xlsx"
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_whole(kept, before)
        try:
            write_whole(master, after)
        except PermissionError as error:
            raise ConfigError("master_held_open", path=str(master)) from error
    return arrivals


def _assert_readable(content: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder) / "master.xlsx"
        tried.write_bytes(content)
        try:
            read_plan(tried)
        except PlanError as error:
            raise PlanError(name, error.problems) from error
