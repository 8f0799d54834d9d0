"""The merged state of a period. One `Month` feeds the workbook, the report and the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.model.office import RemarkColumn, Standing
from tracker.model.plan import Agency, Assignment, Indicator, Role, Task
from tracker.model.returned import Finding, Past, Reported, Source, Verdict
from tracker.status import Status


@dataclass(frozen=True, slots=True)
class Line:
    """One assignment in the period.

    `status` is None for a coordinating agency (the lead's counts); `reported` and `values` are what stands now,
    from this period or an earlier one (`source` tells; None: nothing was ever accepted). `is_reported` says whether
    this period brought an answer; `days_late` is R - D, or C - D where done late; `previous` the last period's answer.
    `remarks` are the office's own; the status it confirms is `status`, and `by_report` that which follows from answers
    alone.
    """

    assignment: Assignment
    task: Task
    agency: Agency
    status: Status | None
    reported: Reported | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None
    is_reported: bool = False
    is_due_soon: bool = False
    awaits_confirmation: bool = False
    days_late: int = 0
    previous: Past | None = None
    finding_count: int = 0
    by_report: Status | None = None
    remarks: Mapping[RemarkColumn, Standing] = field(default_factory=dict)

    @property
    def is_lead(self) -> bool:
        return self.assignment.role is Role.LEAD

    @property
    def confirmed(self) -> Status | None:
        """The status that the office confirms; None: it confirms none."""
        return confirmed_in(self.remarks)

    @property
    def is_overruled(self) -> bool:
        """Whether the office confirms another status than the answers give."""
        return self.is_lead and self.confirmed is not None and self.confirmed is not self.by_report


def confirmed_in(remarks: Mapping[RemarkColumn, Standing]) -> Status | None:
    """The status that the office's remarks on a line confirm; None: they confirm none."""
    known = remarks.get(RemarkColumn.CONFIRMED)
    return Status(known.value) if known and known.value else None


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task with its lead lines and coordinating lines; done when all leads are."""

    task: Task
    status: Status
    leads: tuple[Line, ...]
    coordinating: tuple[Line, ...] = ()
    is_due_soon: bool = False
    days_late: int = 0

    @property
    def reported_leads(self) -> int:
        return sum(line.is_reported for line in self.leads)

    @property
    def is_reported(self) -> bool:
        """Whether every lead reported in the period."""
        return self.reported_leads == len(self.leads)

    @property
    def done_leads(self) -> int:
        return sum(line.status is not None and line.status.is_done for line in self.leads)


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of a set of tasks or of lead assignments; the seven statuses add up to `total` (asserted on making).

    `due` counts those whose deadline is on or before R; `due_done_on_time` those of them done in time.
    """

    by_status: Mapping[Status, int]
    not_reported: int = 0
    due_soon: int = 0
    due: int = 0
    due_done_on_time: int = 0
    awaiting: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def done(self) -> int:
        return self.of(Status.DONE_ON_TIME) + self.of(Status.DONE_LATE)

    @property
    def in_progress(self) -> int:
        return self.of(Status.IN_TIME) + self.of(Status.OVERDUE)

    def of(self, status: Status) -> int:
        return self.by_status.get(status, 0)


@dataclass(frozen=True, slots=True)
class AgencyCounts:
    """Figures of one agency: lead assignments by status, and its coordinating ones (number, reported)."""

    agency: Agency
    counts: Counts
    coordinating: int = 0
    coordinating_reported: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """Tình hình gửi báo cáo of one agency: what it sent in the period.

    `state` is on_time, late, refused, held or missing; `is_nil` a return that says nothing arose; `files` the names
    received, in order; `verdict` that of the newest file that counts.
    """

    agency: Agency
    state: str
    verdict: Verdict | None = None
    received_at: datetime | None = None
    files: tuple[str, ...] = ()
    is_nil: bool = False
    errors: int = 0
    warnings: int = 0
    marked_return: str = ""


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator over the province: value = sum of numerators / sum of denominators, never a mean of percentages.

    `value` None: no usable figures; `is_met` None likewise; `parts` is (agency, values, source) of each return.
    """

    indicator: Indicator
    tasks: tuple[str, ...]
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    is_met: bool | None = None
    reported: int = 0
    expected: int = 0
    previous: float | None = None
    parts: tuple[tuple[Agency, Mapping[str, Any], Source | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Figures of an earlier period, for the trend: counts, and how many of `agencies` had a return taken."""

    period: str
    label: str
    by_task: Counts
    by_assignment: Counts
    taken: int
    agencies: int


@dataclass(frozen=True)
class Month:
    """Everything the outputs of a period say. `effective_day` is R, at which deadlines are judged; figures never depend
    on "today".

    `counted_until`: the day of the last return, or word of the office, that counts; None where nothing came after R.
    `previewed_on`: the day on which it was looked at before R; None for a report.
    """

    period: str
    label: str
    effective_day: date
    next_effective_day: date
    documents: tuple[tuple[str, date], ...]
    lines: tuple[Line, ...]
    tasks: tuple[TaskLine, ...]
    by_task: Counts
    by_assignment: Counts
    agencies: tuple[AgencyCounts, ...]
    register: tuple[Register, ...]
    indicators: tuple[IndicatorLine, ...] = ()
    findings: tuple[tuple[Finding, str], ...] = ()
    """Findings of the period's returns that still stand, each with the name of its file."""
    earlier: tuple[Earlier, ...] = ()
    """Up to five periods before this one, the oldest first."""
    copies_seen: int = 0
    """Number of the last copy of a consolidated workbook that was read: stamped into the next."""
    counted_until: date | None = None
    previewed_on: date | None = None

    @property
    def as_of(self) -> date:
        """The day up to which the figures count what came in: R, a later one, or that of an early look."""
        return self.previewed_on or self.counted_until or self.effective_day
