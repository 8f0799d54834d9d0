"""Sentences that workbook, report and board share: pure functions of figures.

Parts that are 0 are left out. `scope` is "task" (a task is done when all its leads are) or "assignment" (one task for
one lead agency); figures of the two never mix in one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tracker.dates import short_date
from tracker.model import Counts, Line, Month, Register, TaskLine
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import show_share

REGISTER_STATES = ("on_time", "late", "held", "refused", "missing")
"""In the order of the tables; the first two are returns that were taken."""
_TASKS_MAX = 10
_Item = TypeVar("_Item")


def first_of(items: Sequence[_Item], limit: int) -> Sequence[_Item]:
    """What a list of at most `limit` shows; one more is shown too, for "and 1 other" hides a name and saves nothing."""
    return items if len(items) <= limit + 1 else items[:limit]


def extent(part: int, whole: int) -> str:
    """Which wording fits `part` of `whole`: "none", "one" (the only one there is), "all" or "some"."""
    if not part:
        return "none"
    if part < whole:
        return "some"
    return "one" if whole == 1 else "all"


def key_sentence(counts: Counts, scope: str) -> str:
    """The overall result in one sentence (DOMAIN 2.2), shares with one decimal."""
    unit = say(f"sentence.unit_{scope}")
    if not counts.total:
        return say("sentence.none", unit=unit)
    parts = [
        say("sentence.total", number=counts.total, unit=unit),
        _split(
            "sentence.done",
            counts.done,
            counts.total,
            unit,
            on_time=counts.of(Status.DONE_ON_TIME),
            late=counts.of(Status.DONE_LATE),
        ),
        _split(
            "sentence.in_progress",
            counts.in_progress,
            counts.total,
            unit,
            in_time=counts.of(Status.IN_TIME),
            overdue=counts.of(Status.OVERDUE),
        ),
        _part("sentence.no_deadline", counts.of(Status.NO_DEADLINE), unit),
        _part("sentence.handed_back", counts.of(Status.HANDED_BACK), unit),
        _part("sentence.suspended", counts.of(Status.SUSPENDED), unit),
        _part(f"sentence.not_reported_{extent(counts.not_reported, counts.total)}", counts.not_reported, unit),
    ]
    return "; ".join(part for part in parts if part) + "."


def rates_sentence(counts: Counts, scope: str) -> str:
    """Both completion rates, each labelled with what it is a share of: of all, and in time of those that fell due.

    "" where there is nothing to count.
    """
    if not counts.total:
        return ""
    unit = say(f"sentence.unit_{scope}")
    of_all = say(
        "sentence.rate_of_all",
        unit=unit,
        done=counts.done,
        total=counts.total,
        share=show_share(counts.done, counts.total),
    )
    if not counts.due:
        return f"{of_all} {say('sentence.none_due', unit=unit)}"
    in_time = say(
        "sentence.rate_in_time",
        unit=unit,
        done=counts.due_done_on_time,
        due=counts.due,
        share=show_share(counts.due_done_on_time, counts.due),
    )
    return f"{of_all} {in_time}"


def register_sentence(register: Sequence[Register]) -> str:
    """How many agencies sent a return that was taken, how many in time and late, and what came of the others; where
    nobody has to send one, that."""
    if not register:
        return say("report.nobody_owes")
    taken = sum(entry.state in REGISTER_STATES[:2] for entry in register)
    if all(entry.state == "missing" for entry in register):
        return say("sentence.returns_none", agencies=len(register))
    key = "sentence.returns" if taken else "sentence.returns_none_taken"
    head = say(key, taken=taken, agencies=len(register), share=show_share(taken, len(register)))
    parts = (
        say(f"sentence.returns_{state}", number=len(agencies_in(register, state)))
        for state in REGISTER_STATES
        if agencies_in(register, state)
    )
    return "; ".join((head, *parts)) + "."


def agencies_in(register: Iterable[Register], state: str) -> tuple[str, ...]:
    """Short names of the agencies whose return is in `state`, in the order of the register."""
    return tuple(entry.agency.label for entry in register if entry.state == state)


def leads_sentence(task: TaskLine) -> str:
    """How many leads of a joint task are done; of one without a deadline, which nobody ends, how many reported."""
    total = len(task.leads)
    if task.status is Status.NO_DEADLINE:
        return say("sentence.leads_reported", reported=task.reported_leads, total=total)
    return say("sentence.leads_done", done=task.done_leads, total=total)


def _part(key: str, number: int, unit: str) -> str:
    return say(key, number=number, unit=unit) if number else ""


def _split(key: str, number: int, total: int, unit: str, **parts: int) -> str:
    """A figure with its share and, in brackets, those of its parts that are not 0."""
    if not number:
        return ""
    inner = ", ".join(say(f"sentence.{name}", number=part) for name, part in parts.items() if part)
    return say(key, number=number, unit=unit, share=show_share(number, total), parts=inner)


def as_of_phrase(month: Month) -> str:
    """Up to which day the figures count what came in; where that is after the report's day, also the latter."""
    later = "sentence.as_of_later" if month.counted_until else "sentence.as_of"
    key = "sentence.as_of_early" if month.previewed_on else later
    return say(key, day=short_date(month.as_of), report_day=short_date(month.effective_day))


def confirmed_note(line: Line) -> str:
    """That the office confirmed the status of a lead line, with the status by the report where that is another."""
    if not line.is_lead or line.confirmed is None:
        return ""
    if not line.is_overruled or line.by_report is None:
        return say("remark.confirmed")
    return say("remark.confirmed_against", status=say(f"status.{line.by_report}"))


def overruled_sentence(month: Month) -> str:
    """How many lead assignments the office gives another status than the reports do, and of which tasks; "": none."""
    lines = [line for line in month.lines if line.is_overruled]
    tasks = tuple(dict.fromkeys(line.task.code for line in lines))
    if not lines:
        return ""
    shown = first_of(tasks, _TASKS_MAX)
    named = ", ".join(shown)
    if len(tasks) > len(shown):
        named += f" {say('sentence.overruled_more', number=len(tasks) - len(shown))}"
    return say("sentence.overruled", number=len(lines), tasks=named)
