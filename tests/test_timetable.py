"""Two simulated years: every job falls on its day, whatever hours the machine was off, and each report is made once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from tracker.config import Schedule
from tracker.dates import Calendar, Period, local_day, parse_instant
from tracker.ledger import jobs
from tracker.ledger.schema import metadata
from tracker.plan.data import packaged_plan
from tracker.timetable import JOBS, MADE_UP_FOR, Due, Entry, JobState, Timetable, next_try

CALENDAR = Calendar({each.day: each.is_working for each in packaged_plan().days}).spelt_out((2024, 2025, 2026, 2027))
SCHEDULE = Schedule()
TIMETABLE = Timetable(CALENDAR, SCHEDULE)
HOUR = timedelta(hours=1)


@dataclass
class Machine:
    """Ticks, and remembers what it did; `fails` tells which runs fail."""

    fails: Callable[[Due, datetime], bool] = lambda due, now: False
    timetable: Timetable = TIMETABLE
    known: dict[tuple[str, datetime], Entry] = field(default_factory=dict)
    ran: list[tuple[datetime, Due]] = field(default_factory=list)

    def tick(self, now: datetime) -> None:
        self.forget()
        while step := self.timetable.next_step(self.known.values(), now):
            for due in step.passed:
                self.known[due.name, due.at] = Entry(due, JobState.SKIPPED)
            if step.due:
                self.run(step.due, now)

    def forget(self) -> None:
        """As the ledger does, which tells the last season only."""
        newest = max((at for _, at in self.known), default=None)
        if newest:
            self.known = {
                (name, at): entry
                for (name, at), entry in self.known.items()
                if at >= newest - MADE_UP_FOR or entry.state is JobState.FAILED
            }

    def run(self, due: Due, now: datetime) -> None:
        tries = self.known[due.name, due.at].tries + 1 if (due.name, due.at) in self.known else 1
        if self.fails(due, now):
            self.known[due.name, due.at] = Entry(due, JobState.FAILED, tries, next_try(tries, now))
            return
        self.known[due.name, due.at] = Entry(due, JobState.DONE, tries)
        self.ran.append((now, due))

    def done(self, name: str) -> list[Period]:
        return [due.period for _, due in self.ran if due.name == name]


def hours(first: str, last: str) -> Iterator[datetime]:
    now = parse_instant(first)
    while now <= parse_instant(last):
        yield now
        now += HOUR


def days_of(name: str, year: int) -> dict[str, list[str]]:
    """Local days by period, of a job, in a year of periods."""
    job = next(job for job in JOBS if job.name == name)
    periods = (Period(year, month) for month in range(1, 13))
    return {str(p): [f"{local_day(at):%d/%m}" for at in job.times(p, CALENDAR, SCHEDULE)] for p in periods}


def test_everything_waits_for_a_period_that_could_not_be_opened() -> None:
    """Its returns would be refused; a later tick, or the next try, goes on in order."""
    now = Period(2025, 3).deadline(CALENDAR, 20)
    table = TIMETABLE
    opening = next(due for due in table.of(Period(2025, 3)) if due.name == "open")
    failed = Entry(opening, JobState.FAILED, 1, now + timedelta(minutes=5))
    step = table.next_step([failed], now)
    assert step is None or step.due is None
    again = table.next_step([failed], now + timedelta(minutes=6))
    assert again is not None
    assert again.due == opening


def test_the_days_of_2025() -> None:
    """Written down from a calendar of 2025: Tết 25/01–02/02, 30/4–02/05, 2/9 (01/09 off too)."""
    opens, reports = days_of("open", 2025), days_of("report", 2025)
    assert opens["2025-01"] == ["02/01"]
    assert opens["2025-02"] == ["03/02"]
    assert opens["2025-03"] == ["03/03"]
    assert opens["2025-05"] == ["05/05"]
    assert opens["2025-09"] == ["03/09"]
    assert [reports[f"2025-{month:02d}"][0] for month in range(1, 13)] == [
        "20/01", "20/02", "20/03", "21/04", "20/05", "20/06", "21/07", "20/08", "22/09", "20/10", "20/11", "22/12",
    ]  # fmt: skip


def test_the_days_of_2026() -> None:
    """Tết 2026 is 14/02–22/02: the report of February falls on Monday 23/02; 02/01 is off, Saturday 10/01 is worked."""
    opens, reports = days_of("open", 2026), days_of("report", 2026)
    assert opens["2026-01"] == ["05/01"]
    assert opens["2026-02"] == ["02/02"]
    assert [reports[f"2026-{month:02d}"][0] for month in range(1, 13)] == [
        "20/01", "23/02", "20/03", "20/04", "20/05", "22/06", "20/07", "20/08", "21/09", "20/10", "20/11", "21/12",
    ]  # fmt: skip
    collected = {f"{local_day(at):%d/%m}" for at in next(j for j in JOBS if j.name == "collect").times(
        Period(2026, 1), CALENDAR, SCHEDULE)}  # fmt: skip
    assert "10/01" in collected
    assert not {"01/01", "02/01", "11/01"} & collected


def test_reminders_count_working_days() -> None:
    """February 2026: three and one working days before 23/02 lie before Tết; five after it end on 02/03."""
    assert days_of("remind", 2026)["2026-02"] == [
        "11/02", "13/02", "23/02", "24/02", "25/02", "26/02", "27/02", "02/03",
    ]  # fmt: skip
    assert days_of("remind", 2025)["2025-03"] == [
        "17/03",
        "19/03",
        "20/03",
        "21/03",
        "24/03",
        "25/03",
        "26/03",
        "27/03",
    ]


def test_collecting_is_hourly_on_the_last_days() -> None:
    every = next(job for job in JOBS if job.name == "collect").times(Period(2025, 3), CALENDAR, SCHEDULE)
    count = Counter(f"{local_day(at):%d/%m}" for at in every)
    assert (count["03/03"], count["14/03"], count["15/03"]) == (3, 3, 0)
    assert [count[day] for day in ("17/03", "18/03", "19/03", "20/03", "21/03")] == [12, 12, 12, 12, 3]


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_machine_that_is_never_off_does_everything_at_its_hour(year: int) -> None:
    machine = Machine()
    for now in hours(f"{year}-01-01T00:00", f"{year}-12-31T23:00"):
        machine.tick(now)
    for name in ("open", "report"):
        assert machine.done(name) == [Period(year, month) for month in range(1, 13)]
    assert all(now == due.at for now, due in machine.ran)
    wanted = TIMETABLE.dues(parse_instant(f"{year}-01-01T00:00"), parse_instant(f"{year}-12-31T23:00"))
    assert [due for _, due in machine.ran] == wanted


@pytest.mark.parametrize("seed", range(2))
def test_a_machine_that_is_off_half_of_the_time_makes_each_report_once(seed: int) -> None:
    """Off for a random half of all hours of two years, in stretches of up to a week."""
    chance = random.Random(seed)
    machine = Machine()
    is_on, until = True, parse_instant("2025-01-02T06:00")
    for now in hours("2025-01-02T06:00", "2027-01-15T12:00"):
        if now >= until:
            is_on, until = not is_on, now + HOUR * chance.randint(1, 168)
        if is_on or now == parse_instant("2027-01-15T12:00"):
            machine.tick(now)
    months = [Period(year, month) for year in (2025, 2026) for month in range(1, 13)]
    assert machine.done("report") == months
    assert machine.done("open") == [*months, Period(2027, 1)]
    for now, due in machine.ran:
        assert now >= due.at
    for name in ("collect", "remind"):  # only the newest of what was missed
        ran = [now for now, due in machine.ran if due.name == name]
        assert len(ran) == len(set(ran))


def test_off_on_the_20th_until_the_23rd() -> None:
    machine = Machine()
    machine.tick(parse_instant("2025-03-19T18:30"))
    machine.ran.clear()
    machine.tick(parse_instant("2025-03-23T10:00"))
    assert [(due.name, f"{local_day(due.at):%d/%m}") for _, due in machine.ran] == [
        ("report", "20/03"), ("remind", "21/03"), ("collect", "21/03"),
    ]  # fmt: skip


def test_started_thirty_times_in_one_hour() -> None:
    machine = Machine()
    for minute in range(30):
        machine.tick(parse_instant(f"2025-03-20T17:{minute:02d}"))
    assert Counter(due.name for _, due in machine.ran) == {"open": 1, "collect": 1, "remind": 1, "report": 1}


def test_the_clock_set_back_does_nothing_again() -> None:
    machine = Machine()
    machine.tick(parse_instant("2025-03-20T17:30"))
    before = list(machine.ran)
    machine.tick(parse_instant("2025-03-02T10:00"))
    machine.tick(parse_instant("2025-03-20T17:45"))
    assert machine.ran == before


def test_a_clock_that_jumps_years_ahead_is_not_made_up_for_month_by_month() -> None:
    machine = Machine()
    machine.tick(parse_instant("2025-03-20T17:30"))
    machine.tick(parse_instant("2026-12-21T17:30"))
    assert machine.done("report")[1:] == [Period(2026, month) for month in (9, 10, 11, 12)]


def test_a_failing_report_is_tried_again_less_and_less_often() -> None:
    tried: list[datetime] = []

    def fails(due: Due, now: datetime) -> bool:
        if due.name == "report":
            tried.append(now)
        return due.name == "report" and len(tried) < 6

    machine = Machine(fails)
    now = parse_instant("2025-03-20T16:00")
    while now < parse_instant("2025-03-21T16:00"):
        machine.tick(now)
        now += timedelta(minutes=1)
    waits = [later - sooner for sooner, later in pairwise(tried)]
    assert waits == [timedelta(minutes=each) for each in (5, 15, 45, 135, 360)]
    assert machine.done("report") == [Period(2025, 3)]
    assert machine.done("collect")  # the others went on


def test_reports_wait_for_the_one_before() -> None:
    machine = Machine(lambda due, now: due == Due(due.at, "report", Period(2025, 2)) and now.month < 4)
    for now in hours("2025-02-03T08:00", "2025-04-02T12:00"):
        machine.tick(now)
    assert machine.done("report") == [Period(2025, 2), Period(2025, 3)]
    assert machine.done("open") == [Period(2025, month) for month in (2, 3, 4)]


def test_another_hour_in_the_settings_repeats_nothing() -> None:
    machine = Machine()
    machine.tick(parse_instant("2025-03-20T17:30"))
    machine.timetable = Timetable(CALENDAR, Schedule(report_hour=19))
    machine.tick(parse_instant("2025-03-20T20:00"))
    assert machine.done("report") == [Period(2025, 3)]


def test_a_new_workspace_starts_with_the_current_period() -> None:
    """On the 10th its forms go out at once; after the effective day it waits for the next month."""
    middle, after = Machine(), Machine()
    middle.tick(parse_instant("2025-03-10T12:00"))
    after.tick(parse_instant("2025-03-22T12:00"))
    assert middle.done("open") == [Period(2025, 3)]
    assert after.ran == []
    after.tick(parse_instant("2025-04-22T12:00"))  # off for a month since
    assert after.done("open") == after.done("report") == [Period(2025, 4)]


def test_next_due() -> None:
    found = {due.name: due.at for due in TIMETABLE.coming(parse_instant("2025-03-20T17:00"))}
    assert found == {
        "collect": parse_instant("2025-03-20T18:00"),
        "remind": parse_instant("2025-03-21T08:00"),
        "open": parse_instant("2025-04-01T08:00"),
        "report": parse_instant("2025-04-21T17:00"),
    }


@given(st.lists(st.integers(0, 24 * 120), min_size=1, max_size=40, unique=True))
def test_whatever_the_hours_of_ticking_nothing_is_run_twice(offsets: list[int]) -> None:
    machine = Machine()
    for offset in sorted(offsets):
        machine.tick(parse_instant("2025-01-02T08:00") + HOUR * offset)
    ran = [(due.name, due.at) for _, due in machine.ran]
    assert len(ran) == len(set(ran))
    assert machine.done("report") == sorted(set(machine.done("report")))


def test_the_ledger_keeps_what_it_was_told() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    now = datetime(2025, 3, 20, 10, tzinfo=UTC)
    due = Due(now, "report", Period(2025, 3))
    assert jobs.settle(engine, due, JobState.FAILED, now, next_try(1, now), "disk full").tries == 1
    assert jobs.settle(engine, due, JobState.FAILED, now, next_try(2, now)).tries == 2
    assert jobs.entries(engine) == (Entry(due, JobState.FAILED, 2, now + timedelta(minutes=15)),)
    assert jobs.settle(engine, due, JobState.DONE, now).state is JobState.DONE
    assert jobs.settle(engine, due, JobState.FAILED, now).state is JobState.DONE
    assert jobs.entries(engine) == (Entry(due, JobState.DONE, 3),)
    other = Due(now, "open", Period(2025, 3))
    jobs.skip(engine, [other, due], now)
    assert [entry.due.name for entry in jobs.entries(engine)] == ["open", "report"]
    long_after = Due(now + timedelta(days=200), "report", Period(2025, 10))
    jobs.settle(engine, long_after, JobState.DONE, now)
    assert [entry.due for entry in jobs.entries(engine)] == [long_after]


def test_without_reminders_nobody_is_reminded() -> None:
    quiet = Timetable(CALENDAR, Schedule(remind_before=(), remind_after=0))
    found = quiet.dues(parse_instant("2025-01-01"), parse_instant("2026-01-01"))
    assert not [due for due in found if due.name == "remind"]
    assert local_day(found[0].at) == date(2025, 1, 2)
