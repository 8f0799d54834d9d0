"""Statuses of tasks (DESIGN section 7): four of decision 42/2014/QĐ-TTg, and three beside them.

D = current deadline, C = completion date, R = the period's effective day (never today: figures do not drift).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

DUE_SOON_DAYS = 7


class Status(StrEnum):
    """Exclusive; they add up to all tasks. Order is that of the office's tables."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    IN_TIME = "in_time"
    OVERDUE = "overdue"
    NO_DEADLINE = "no_deadline"
    HANDED_BACK = "handed_back"
    SUSPENDED = "suspended"

    @property
    def is_done(self) -> bool:
        return self in (Status.DONE_ON_TIME, Status.DONE_LATE)


def is_past(day: date, deadline: date, bound_is_strict: bool = False) -> bool:
    """Whether `day` lies after the deadline; strict: "trước ngày X" does not include X (default: it does)."""
    return day >= deadline if bound_is_strict else day > deadline


def status_of(
    reported: str | None,
    completed_on: date | None,
    deadline: date | None,
    on: date,
    *,
    is_suspended: bool = False,
    bound_is_strict: bool = False,
) -> Status:
    """Status of one assignment on day R (`on`); `reported` None: nothing was ever accepted, so not started.

    A done answer must bring its completion date (the day of receipt where the agency gave none).
    """
    if is_suspended:
        return Status.SUSPENDED
    if reported == "done":
        late = deadline is not None and completed_on is not None and is_past(completed_on, deadline, bound_is_strict)
        return Status.DONE_LATE if late else Status.DONE_ON_TIME
    if reported == "hand_back":
        return Status.HANDED_BACK
    if deadline is None:
        return Status.NO_DEADLINE
    return Status.OVERDUE if is_past(on, deadline, bound_is_strict) else Status.IN_TIME


def decided(confirmed: Status | None, by_report: Status) -> Status:
    """The status that counts: the one the office confirmed, else what follows from the answers."""
    return confirmed or by_report


def is_due_soon(status: Status, deadline: date | None, on: date) -> bool:
    """Sub-flag Sắp đến hạn of a task in time: at most 7 days are left; past the deadline it is not soon any more, also
    where the office confirms that it is in time."""
    return status is Status.IN_TIME and deadline is not None and 0 <= (deadline - on).days <= DUE_SOON_DAYS


_PRECEDENCE = (Status.OVERDUE, Status.IN_TIME, Status.NO_DEADLINE, Status.HANDED_BACK, Status.SUSPENDED)


def combine(statuses: Iterable[Status]) -> Status:
    """Status of a task from those of its leads: done when all are, late when one was late; else the worst open one."""
    found = set(statuses)
    for status in _PRECEDENCE:
        if status in found:
            return status
    return Status.DONE_LATE if Status.DONE_LATE in found else Status.DONE_ON_TIME
