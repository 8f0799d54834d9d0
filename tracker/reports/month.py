"""Makes the month out of what was accepted: one value that feeds the workbook, the report and the board.

The newest accepted return that fills a row wins that row; a row left blank in a correction keeps the earlier answer;
where a row's status is missing or in error, the status of the last whole answer stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.columns import STATUS_KEYS
from tracker.dates import local_day
from tracker.model import (
    Agency,
    Assignment,
    Finding,
    Line,
    Month,
    Past,
    RemarkColumn,
    RemarkKey,
    Remarks,
    Reported,
    Role,
    Standing,
    TakenAnswer,
    Task,
    TaskLine,
    TaskState,
    confirmed_in,
)
from tracker.reports.figures import assert_sums, count_agencies, count_lines, count_tasks
from tracker.reports.indicators import indicator_lines
from tracker.reports.merge import Merged, MonthInput, merge
from tracker.reports.register import register, standing, with_findings
from tracker.status import Status, combine, decided, is_due_soon, status_of


def build_month(given: MonthInput) -> Month:
    """The month as it stands. ReportError where figures do not add up: nothing is written then."""
    merged = merge(given)
    nil = frozenset(given.follow(s.agency) for s in given.submissions if s.verdict.is_accepted and s.is_nil)
    standing_findings = standing(given, merged)
    per_row = Counter(
        (finding.agency, finding.task) for finding, _ in standing_findings if finding.counts and finding.task
    )
    lines = tuple(_lines(given, merged, nil, per_row))
    tasks = tuple(_task_lines(lines))
    day = given.effective_day
    month = Month(
        str(given.period),
        given.period.label,
        day,
        given.period.next().effective_day(given.calendar, given.report_day),
        tuple(dict.fromkeys((line.task.document, line.task.document_date) for line in tasks)),
        lines,
        tasks,
        count_tasks(tasks, day),
        count_lines([line for line in lines if line.is_lead], day),
        tuple(count_agencies(given.plan, lines, day)),
        tuple(register(given)),
        tuple(indicator_lines(given, merged)),
        counted_until=_counted_until(given, lines),
    )
    assert_sums(month)
    told = ((_followed(finding, given), submission.file) for finding, submission in standing_findings)
    return with_findings(month, told)


def _counted_until(given: MonthInput, lines: Iterable[Line]) -> date | None:
    """The day on which the last return or word of the office came in that counts, where that is after R."""
    returns = (each.received_at for each in given.submissions if each.verdict.is_accepted)
    words = (known.said.received_at for line in lines for known in line.remarks.values())
    last = max(map(local_day, (*returns, *words)), default=given.effective_day)
    return last if last > given.effective_day else None


def _followed(finding: Finding, given: MonthInput) -> Finding:
    """A finding of an agency that was merged is its successor's."""
    code = given.follow(finding.agency)
    return finding if code == finding.agency else replace(finding, agency=code)


def _lines(
    given: MonthInput, merged: Merged, nil: frozenset[str], finding_counts: Mapping[tuple[str, str], int]
) -> Iterable[Line]:
    plan = given.plan
    for assignment in plan.assignments(given.effective_day):
        key = ("report", assignment.agency, assignment.task)
        yield _line(
            given,
            assignment,
            plan.task_by_code[assignment.task],
            plan.agency_by_code[assignment.agency],
            merged.newest.get(key),
            merged.whole.get(key),
            merged.before.get(key),
            merged.done_on.get(key),
            assignment.agency in nil,
            finding_counts.get((assignment.agency, assignment.task), 0),
            remarks_on(given.remarks, assignment) if given.remarks else {},
        )


def remarks_on(remarks: Remarks, assignment: Assignment) -> dict[RemarkColumn, Standing]:
    """What stands of the office's remarks on an assignment; what was emptied is none."""
    keys = (RemarkKey(assignment.task, assignment.agency, column) for column in RemarkColumn)
    found = {key.column: remarks[key] for key in keys if key in remarks}
    return {column: known for column, known in found.items() if known.values != ("",)}


def _line(
    given: MonthInput,
    assignment: Assignment,
    task: Task,
    agency: Agency,
    newest: TakenAnswer | None,
    whole: TakenAnswer | None,
    before: TakenAnswer | None,
    completed: date | None,
    is_nil: bool,
    finding_count: int,
    remarks: Mapping[RemarkColumn, Standing],
) -> Line:
    values = _values(newest, whole)
    reported = Reported(str(values["status"])) if values.get("status") else None
    was_done = before is not None and before.values.get("status") == "done"
    day = given.effective_day
    is_suspended = task.state is TaskState.SUSPENDED
    status = by_report = None
    if assignment.role is Role.LEAD:
        strict = given.deadline_is_strict and task.is_before_bound
        known = status_of(reported, completed, task.deadline, day, is_suspended=is_suspended, bound_is_strict=strict)
        status, by_report = decided(confirmed_in(remarks), known), known
    stands = newest or whole
    return Line(
        assignment,
        task,
        agency,
        status,
        reported,
        values,
        stands.source if stands else None,
        is_reported=newest is not None or is_nil or was_done or is_suspended,
        is_due_soon=status is not None and is_due_soon(status, task.deadline, day),
        awaits_confirmation=bool(status and status.is_done and not values.get("product") and not confirmed_in(remarks)),
        days_late=_days_late(status, completed, task.deadline, day),
        previous=Past(before.source.period, before.values) if before else None,
        finding_count=finding_count,
        by_report=by_report,
        remarks=remarks,
    )


def _values(newest: TakenAnswer | None, whole: TakenAnswer | None) -> dict[str, Any]:
    """The newest row's values; without a usable status of its own, that part of the last whole answer stands."""
    if newest is None:
        return dict(whole.values) if whole else {}
    if newest.is_whole:
        return dict(newest.values)
    kept = {key: value for key, value in newest.values.items() if key not in STATUS_KEYS}
    return kept | {key: whole.values[key] for key in STATUS_KEYS if whole and key in whole.values}


def _days_late(status: Status | None, completed: date | None, deadline: date | None, day: date) -> int:
    if deadline is None:
        return 0
    if status is Status.OVERDUE:  # which the office may confirm before its day
        return max(0, (day - deadline).days)
    return max(0, (completed - deadline).days) if status is Status.DONE_LATE and completed else 0


def _task_lines(lines: Iterable[Line]) -> Iterable[TaskLine]:
    by_task: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_task[line.task.code].append(line)
    for group in by_task.values():
        leads = tuple(line for line in group if line.is_lead)
        if not leads:
            continue
        status = combine(line.status for line in leads if line.status)
        yield TaskLine(
            leads[0].task,
            status,
            leads,
            tuple(line for line in group if not line.is_lead),
            is_due_soon=status is Status.IN_TIME and any(line.is_due_soon for line in leads),
            days_late=max(line.days_late for line in leads),
        )
