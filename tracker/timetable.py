"""The timetable: jobs as data, when each is due, and what of it is still to be done.

Pure: the ledger's entries and the clock come in, what to run and what to pass over goes out. A job is due from its hour
on until the ledger says that it is settled, so a machine that was off catches up, oldest first. What is done once a
period is done for every period; of what is done again and again (collecting, reminding) only the newest is made up for.
Local hours of Asia/Ho_Chi_Minh; days are working days of the office's calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from tracker.config import Schedule
from tracker.dates import ZONE, Calendar, Period, local_day

_FIRST_RETRY = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MADE_UP_FOR = timedelta(days=100)
"""What was due longer ago is passed over: the machine was away for a season, or its clock is wrong."""
START = "start"
"""Notes the first look at the timetable; no job."""
_BUSY_HOURS = range(7, 19)


class JobState(StrEnum):
    """DONE; SKIPPED: a newer one did its work; FAILED: to be tried again at its next hour."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """A job at its hour (aware UTC), for a period."""

    at: datetime
    name: str
    period: Period


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of a due job."""

    due: Due
    state: JobState
    tries: int = 1
    next_try_at: datetime | None = None


Times = Callable[[Period, Calendar, Schedule], Iterable[datetime]]


@dataclass(frozen=True, slots=True)
class Job:
    """`is_once`: once for each period, whatever its hour; otherwise at every hour it is due."""

    name: str
    times: Times
    is_once: bool


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def _opening(period: Period, calendar: Calendar, schedule: Schedule) -> Iterator[datetime]:
    yield _local(period.opening_day(calendar), schedule.open_hour)


def _reporting(period: Period, calendar: Calendar, schedule: Schedule) -> Iterator[datetime]:
    yield _local(period.effective_day(calendar, schedule.report_day), schedule.report_hour)


def _reminding(period: Period, calendar: Calendar, schedule: Schedule) -> Iterator[datetime]:
    """Before the effective day as configured, then every working day up to the set number; never before the forms."""
    effective, opening = period.effective_day(calendar, schedule.report_day), period.opening_day(calendar)
    steps = (*(-days for days in sorted(schedule.remind_before, reverse=True)), *range(1, schedule.remind_after + 1))
    days = (calendar.shift(effective, step) for step in steps)
    yield from (_local(day, schedule.remind_hour) for day in days if day > opening)


def _collecting(period: Period, calendar: Calendar, schedule: Schedule) -> Iterator[datetime]:
    """Every working day of the month; every hour on the last days up to the effective one."""
    effective = period.effective_day(calendar, schedule.report_day)
    busy_from = calendar.shift(effective, -schedule.busy_days)
    day = date(period.year, period.month, 1)
    while day.month == period.month:
        if calendar.is_working(day):
            hours = _BUSY_HOURS if busy_from <= day <= effective else schedule.collect_hours
            yield from (_local(day, hour) for hour in sorted(hours))
        day += timedelta(days=1)


JOBS = (
    Job("open", _opening, is_once=True),
    Job("collect", _collecting, is_once=False),
    Job("remind", _reminding, is_once=False),
    Job("report", _reporting, is_once=True),
)
"""Every job. What each does is in `tracker.actions.schedule`."""

_ONCE = frozenset(job.name for job in JOBS if job.is_once)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: `passed` are to be noted as skipped, together, before `due` is run (None: nothing is to run)."""

    due: Due | None
    passed: tuple[Due, ...] = ()


@dataclass(frozen=True)
class Timetable:
    """All jobs on an office's calendar, under its settings."""

    calendar: Calendar
    schedule: Schedule
    _known: dict[Period, tuple[Due, ...]] = field(default_factory=dict, compare=False)

    def of(self, period: Period) -> tuple[Due, ...]:
        """All dues of a period, oldest first."""
        if period not in self._known:
            at = ((job.name, job.times(period, self.calendar, self.schedule)) for job in JOBS)
            self._known[period] = tuple(sorted(Due(instant, name, period) for name, times in at for instant in times))
        return self._known[period]

    def dues(self, since: datetime, until: datetime) -> list[Due]:
        """All that is due from `since` up to `until`, oldest first."""
        period, last = _month(since).previous(), _month(until)  # reminders reach into the month after theirs
        found: list[Due] = []
        while period <= last:
            found += (due for due in self.of(period) if since <= due.at <= until)
            period = period.next()
        return sorted(found)

    def next_step(self, known: Iterable[Entry], now: datetime) -> Step | None:
        """The oldest thing to do at `now`, given what the ledger knows; None: nothing is.

        Steps are taken and noted one by one in this order; the first look of all is noted even if nothing is due yet,
        so that a machine that is off from then on knows what it missed. A failed job waits for its next try; a later
        period's job of the same name waits with it, so that reports are made in their order. Everything waits for a
        period that could not be opened: its returns would be refused.
        """
        entries = tuple(known)
        unsettled = self._unsettled(entries, now)
        newest = {due.name: due for due in unsettled if due.name not in _ONCE}
        waiting = {entry.due for entry in entries if _must_wait(entry, now)}
        passed: list[Due] = []
        held_back: set[str] = set()
        for due in unsettled:
            if now - due.at > MADE_UP_FOR or newest.get(due.name, due) != due:
                passed.append(due)
            elif due not in waiting and held_back.isdisjoint((due.name, "open")):
                return Step(due, tuple(passed))
            else:
                held_back.add(due.name)
        if not entries and not passed:
            passed.append(Due(now, START, _month(now)))
        return Step(None, tuple(passed)) if passed else None

    def _unsettled(self, entries: tuple[Entry, ...], now: datetime) -> list[Due]:
        settled = {entry.due for entry in entries}
        once = {(due.name, due.period) for due in settled if due.name in _ONCE}
        failed = {entry.due for entry in entries if entry.state is JobState.FAILED}
        new = (due for due in self.dues(self._since(entries, now), now) if due not in settled)
        return sorted({*failed, *(due for due in new if (due.name, due.period) not in once)})

    def _since(self, entries: tuple[Entry, ...], now: datetime) -> datetime:
        """From when on dues count: the first that was ever noted, or the opening of the current period; not from so
        long before the last one noted that it was surely settled."""
        if entries:
            instants = [entry.due.at for entry in entries]
            return max(min(instants), max(instants) - MADE_UP_FOR)
        period = Period.containing(local_day(now), self.calendar, self.schedule.report_day)
        return _local(period.opening_day(self.calendar), self.schedule.open_hour)

    def coming(self, now: datetime, is_awaited: Callable[[Due], bool] = lambda due: True) -> tuple[Due, ...]:
        """The next awaited of each job after `now`, earliest first."""
        first: dict[str, Due] = {}
        for due in filter(is_awaited, self.dues(now + timedelta(microseconds=1), now + timedelta(days=75))):
            first.setdefault(due.name, due)
        return tuple(sorted(first.values()))


def _month(instant: datetime) -> Period:
    day = local_day(instant)
    return Period(day.year, day.month)


def _must_wait(entry: Entry, now: datetime) -> bool:
    """Whether a failed job's next try lies ahead; one that lies further than any wait was set by a wrong clock."""
    if entry.state is not JobState.FAILED or entry.next_try_at is None:
        return False
    return now < entry.next_try_at <= now + LONGEST_WAIT


def next_try(tries: int, now: datetime) -> datetime:
    """When to try again after `tries` failures: after 5 minutes, then three times as long each time, up to 6 hours."""
    factor: int = 3 ** min(tries - 1, 5)
    return now + min(_FIRST_RETRY * factor, LONGEST_WAIT)
