"""Figures of a month: counts by task, by assignment and by agency, and the sums that must hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.errors import ReportError
from tracker.model import AgencyCounts, Counts, Line, Month, Plan, Task, TaskLine
from tracker.status import Status

BAR_ORDER = (
    *(Status.OVERDUE, Status.IN_TIME, Status.DONE_LATE, Status.DONE_ON_TIME),
    *(Status.NO_DEADLINE, Status.HANDED_BACK, Status.SUSPENDED),
)
"""What the bar of an agency is made of, from the left: all that adds up to its total."""


def count_lines(lines: Sequence[Line], day: date) -> Counts:
    """Figures of lead assignments as of `day`."""
    due = [line for line in lines if line.status is not Status.SUSPENDED and _is_due(line.task, day)]
    return Counts(
        _by_status(line.status for line in lines if line.status),
        not_reported=sum(not line.is_reported for line in lines),
        due_soon=sum(line.is_due_soon for line in lines),
        due=len(due),
        due_done_on_time=sum(line.status is Status.DONE_ON_TIME for line in due),
        awaiting=sum(line.awaits_confirmation for line in lines),
    )


def count_tasks(tasks: Sequence[TaskLine], day: date) -> Counts:
    due = [line for line in tasks if line.status is not Status.SUSPENDED and _is_due(line.task, day)]
    return Counts(
        _by_status(line.status for line in tasks),
        not_reported=sum(line.reported_leads == 0 for line in tasks),
        due_soon=sum(line.is_due_soon for line in tasks),
        due=len(due),
        due_done_on_time=sum(line.status is Status.DONE_ON_TIME for line in due),
        awaiting=sum(line.status.is_done and any(e.awaits_confirmation for e in line.leads) for line in tasks),
    )


def _is_due(task: Task, day: date) -> bool:
    return task.deadline is not None and task.deadline <= day


def _by_status(statuses: Iterable[Status]) -> dict[Status, int]:
    found = Counter(statuses)
    return {status: found[status] for status in Status}


def count_agencies(plan: Plan, lines: Sequence[Line], day: date) -> Iterable[AgencyCounts]:
    by_agency: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_agency[line.agency.code].append(line)
    for agency in plan.agencies:
        if mine := by_agency.get(agency.code):
            helping = [line for line in mine if not line.is_lead]
            counts = count_lines([line for line in mine if line.is_lead], day)
            yield AgencyCounts(agency, counts, len(helping), sum(line.is_reported for line in helping))


def assert_sums(month: Month) -> None:
    """Figures equal a count of their lines, and agencies add up to the whole; ReportError names what differs.

    Nothing is written then.
    """
    coordinating = sum(not line.is_lead for line in month.lines)
    checks = {"coordinating": (sum(each.coordinating for each in month.agencies), coordinating)}
    by_task = Counter(task.status for task in month.tasks)
    by_lead = Counter(line.status for line in month.lines if line.is_lead)
    for status in Status:
        of_agencies = sum(each.counts.of(status) for each in month.agencies)
        checks |= {
            f"tasks {status}": (month.by_task.of(status), by_task[status]),
            f"assignments {status}": (month.by_assignment.of(status), by_lead[status]),
            f"agencies {status}": (of_agencies, by_lead[status]),
        }
    if wrong := {name: pair for name, pair in checks.items() if pair[0] != pair[1]}:
        raise ReportError("sums_differ", sums=str(wrong))
