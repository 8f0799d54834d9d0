"""Months at the edge of what can happen: nothing returned, everything late, texts and names nobody expects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.support.months import EFFECTIVE_DAY, make_month, with_lines
from tracker.model import Agency, Line, Month, Reported, Role
from tracker.status import Status

ODD_NAME = "Sở “Nội vụ” & 'Dân tộc' <1> 😀 \x00\x0b=1+1"
LONG = "Xây dựng, trình Ủy ban nhân dân tỉnh ban hành kế hoạch triển khai; " * 30  # 2,010 letters


def silent() -> Month:
    """Nobody has returned anything, ever."""
    month = make_month()
    lines = [_silent(line) for line in month.lines]
    register = tuple(
        replace(entry, state="missing", verdict=None, received_at=None, files=(), is_nil=False, errors=0, warnings=0)
        for entry in month.register
    )
    indicators = tuple(
        replace(i, value=None, numerator=None, denominator=None, is_met=None, reported=0, previous=None, parts=())
        for i in month.indicators
    )
    return replace(with_lines(month, lines), register=register, indicators=indicators, findings=())


def _silent(line: Line) -> Line:
    status = line.status
    if status and status is not Status.SUSPENDED:
        day = line.task.deadline
        status = Status.NO_DEADLINE if day is None else Status.OVERDUE if day < EFFECTIVE_DAY else Status.IN_TIME
    return replace(
        line,
        status=status,
        reported=None,
        values={},
        source=None,
        is_reported=False,
        is_due_soon=status is Status.IN_TIME and line.is_due_soon,
        awaits_confirmation=False,
        days_late=(EFFECTIVE_DAY - line.task.deadline).days if status is Status.OVERDUE and line.task.deadline else 0,
        previous=None,
    )


def all_overdue() -> Month:
    """Every task fell due a month ago, none is done."""
    return with_lines(month := make_month(12, 14), [_overdue(line) for line in month.lines if line.status])


def _overdue(line: Line) -> Line:
    due_on = EFFECTIVE_DAY - timedelta(days=30)
    task = replace(line.task, due_on=due_on, extended_to=None, deadline_text="trước ngày 18/02/2025")
    return replace(
        line,
        task=replace(task, state=type(task.state).IN_FORCE),
        status=Status.OVERDUE,
        reported=Reported.IN_PROGRESS,
        values={"status": "in_progress", "percent": 10.0, "result": "Đang làm."},
        is_due_soon=False,
        awaits_confirmation=False,
        days_late=30,
    )


def long_texts() -> Month:
    """A task of two thousand letters, answered at the same length."""
    month = make_month()
    values = dict.fromkeys(("result", "obstacles", "proposal", "next_plan", "product"), LONG)
    lines = [
        replace(line, task=replace(line.task, content=LONG), values={**line.values, **values} if line.values else {})
        for line in month.lines
    ]
    return with_lines(month, lines)


def odd_names() -> Month:
    """Quotes, an emoji, control characters and what looks like a formula or a tag, in every name and text."""
    month = make_month()
    people = {entry.agency.code: _odd(entry.agency) for entry in month.register}
    lines = [
        replace(
            line,
            agency=people[line.agency.code],
            assignment=replace(line.assignment, named_as=people[line.agency.code].name),
            task=replace(line.task, content=f'=HYPERLINK("x") {ODD_NAME}', leader=ODD_NAME),
            values={**line.values, "result": f"@{ODD_NAME}", "person": ODD_NAME} if line.values else {},
        )
        for line in month.lines
    ]
    register = tuple(replace(entry, agency=people[entry.agency.code]) for entry in month.register)
    return with_lines(replace(month, register=register), lines)


def _odd(agency: Agency) -> Agency:
    return replace(agency, name=f"{ODD_NAME} {agency.name}", short=f"{agency.short} “😀”")


def only_coordinating() -> Month:
    """Agencies that lead nothing are on the sheets, too."""
    month = make_month(9, 3)
    return with_lines(month, [line for line in month.lines if line.assignment.role is Role.LEAD][:1])


EXTREMES: dict[str, Callable[[], Month]] = {
    "no returns": silent,
    "everything overdue": all_overdue,
    "two thousand letters": long_texts,
    "three hundred agencies": lambda: make_month(300, 4),
    "one task": lambda: make_month(5, 1),
    "one line": only_coordinating,
    "odd names": odd_names,
    "nothing at all": lambda: make_month(0, 0),
}
