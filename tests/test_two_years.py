"""The whole program through simulated months, on a machine that is off for a random half of all hours: each period is
opened once, reported once, and nobody is written to on a wrong day or twice."""

from __future__ import annotations

import email
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.plan.small import SMALL
from tests.test_timetable import SCHEDULE
from tracker.actions import Office, init, open_office, tick
from tracker.dates import Period, local_day, parse_instant
from tracker.ledger import jobs, outbox, queries
from tracker.model import LetterKind, LetterState, QueuedLetter
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan
from tracker.timetable import JOBS, JobState

_SETTINGS = """
[limits]
settle_seconds = 0
[mail]
address = "theodoi@haiduong.example"
smtp_host = "127.0.0.1"
per_minute = 60000
report_to = ["chutich@haiduong.example"]
alarm_to = ["it@haiduong.example"]
"""


@dataclass
class Server:
    """Remembers Message-IDs."""

    ids: list[str] = field(default_factory=list)

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        self.ids.append(str(email.message_from_bytes(message)["Message-ID"]))


def laid_out(home: Path) -> None:
    """Few agencies and tasks, and the days off of the real plan."""
    init(home)
    (home / "tracker.toml").write_text(_SETTINGS, "utf-8")
    agencies = tuple(replace(each, emails=(f"{each.code}@haiduong.example",)) for each in SMALL.agencies)
    plan = replace(SMALL, agencies=agencies, days=packaged_plan().days)
    (home / "workbooks/master.xlsx").write_bytes(build_master(plan))


def hours_on(first: str, last: str, step: int, seed: int) -> Iterator[datetime]:
    """A random half of the hours, and the last one."""
    chance = random.Random(seed)
    now, end = parse_instant(first), parse_instant(last)
    while now < end:
        if chance.random() < 0.5:
            yield now
        now += timedelta(hours=step)
    yield end


def lived(home: Path, moments: Iterator[datetime]) -> tuple[Office, Server]:
    server = Server()
    for now in moments:
        assert tick(home, now, server).is_well
    return open_office(home, now), server


def days_of(office: Office, name: str, period: Period) -> list[str]:
    job = next(job for job in JOBS if job.name == name)
    return [str(local_day(at)) for at in job.times(period, office.calendar, SCHEDULE)]


def due_day(office: Office, reminder: QueuedLetter) -> str:
    """The day it was due: its own, or the last before it, when the machine was off."""
    day = reminder.key.rpartition(":")[2]
    return max(due for due in days_of(office, "remind", Period.parse(reminder.period)) if due <= day)


def assert_each_once(office: Office, server: Server, periods: list[Period]) -> None:
    letters = outbox.letters_of(office.engine)
    of_kind = {kind: [each for each in letters if each.kind is kind] for kind in LetterKind}
    assert {each.state for each in letters} == {LetterState.SENT}
    assert Counter(server.ids) == Counter(each.message_id for each in letters)
    assert [each.key for each in of_kind[LetterKind.REPORT]] == [f"report:{period}:1" for period in periods]
    assert of_kind[LetterKind.ALARM] == []
    asked = Counter((each.period, each.agency) for each in of_kind[LetterKind.FORM])
    assert set(asked.values()) == {1}
    reminded = Counter((each.period, each.agency, due_day(office, each)) for each in of_kind[LetterKind.REMINDER])
    assert set(reminded.values()) == {1}
    for period in periods:
        newest = queries.newest_output(office.engine, str(period))
        assert newest is not None
        assert newest.version == 1
        assert str(local_day(newest.made_at)) >= days_of(office, "report", period)[0]


def test_new_year_and_tet_2026(tmp_path: Path) -> None:
    """02/01 is off and Saturday 10/01 worked; Tết is 14/02 to 22/02, so that February's report falls on the 23rd."""
    laid_out(tmp_path)
    office, server = lived(tmp_path, hours_on("2025-12-31T06:00", "2026-03-04T09:00", 8, seed=1))
    assert_each_once(office, server, [Period(2026, 1), Period(2026, 2)])
    reported = {
        str(entry.due.period): str(local_day(entry.due.at))
        for entry in jobs.entries(office.engine)
        if entry.due.name == "report" and entry.state is JobState.DONE
    }
    assert reported == {"2026-01": "2026-01-20", "2026-02": "2026-02-23"}


@pytest.mark.long
def test_two_years(tmp_path: Path) -> None:
    laid_out(tmp_path)
    office, server = lived(tmp_path, hours_on("2025-01-02T06:00", "2027-01-04T12:00", 1, seed=2))
    assert_each_once(office, server, [Period(year, month) for year in (2025, 2026) for month in range(1, 13)])
