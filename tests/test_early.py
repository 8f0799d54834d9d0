"""Which period is reported now, and the look ahead that closes nothing and goes to nobody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command import Ran, tracker
from tests.support.smtp_server import free_port
from tests.support.workspace import PERIOD, Place
from tracker.actions import tick, write_forms
from tracker.dates import Period, parse_instant
from tracker.ledger import outbox, queries

APRIL = Period(2025, 4)
_MAIL = """
[mail]
address = "theodoi@haiduong.example"
smtp_host = "127.0.0.1"
report_to = ["chutich@haiduong.example"]
"""


@pytest.fixture
def opened(place: Place) -> Place:
    """March and April are open."""
    write_forms(place.office("2025-04-01T08:00"), APRIL)
    return place


@pytest.fixture
def mailing(opened: Place) -> Place:
    """The office writes to its leaders; the server is away, so that letters stay in the outbox."""
    config = opened.home / "tracker.toml"
    config.write_text(f"{config.read_text('utf-8')}{_MAIL}smtp_port = {free_port()}\n", "utf-8")
    return opened


def said(place: Place, now: str, *words: str) -> Ran:
    return tracker(*words, "--home", place.home, "--now", now)


def versions(place: Place) -> dict[str, int]:
    engine = place.office().engine
    made = {name: queries.newest_output(engine, name) for name in queries.last_made(engine)}
    return {name: newest.version for name, newest in made.items() if newest}


def letters(place: Place) -> list[str]:
    return [each.kind.value for each in outbox.letters_of(place.office().engine)]


@pytest.mark.parametrize("verb", ["run", "report"])
def test_the_day_after_it_is_still_the_month_just_reported(opened: Place, verb: str) -> None:
    """The clerk wrote remarks and runs it again on the 21st: the next version of March, nothing of April."""
    assert said(opened, "2025-03-20T17:00", "report").status == 0
    opened.drop("muon.xlsx", opened.filled("stc"))
    opened.collect("2025-03-21T08:00")
    assert said(opened, "2025-03-21T09:00", verb).status == 0
    assert versions(opened) == {"2025-03": 2}
    assert said(opened, "2025-04-21T17:00", verb).status == 0
    assert versions(opened) == {"2025-03": 2, "2025-04": 1}
    assert said(opened, "2025-05-19T17:00", verb).status == 0
    assert versions(opened) == {"2025-03": 2, "2025-04": 1}


@pytest.mark.parametrize("verb", ["run", "report"])
def test_before_the_day_nothing_is_made_and_it_is_said_what_to_give(opened: Place, verb: str) -> None:
    assert said(opened, "2025-03-20T17:00", "report").status == 0
    ran = said(opened, "2025-03-24T09:00", verb, "--period", "2025-04")
    assert ran.status == 2
    assert all(text in ran.err for text in ("21/04/2025", "--period 2025-03", "--period 2025-04 --early"))
    assert versions(opened) == {"2025-03": 1}


def test_before_the_first_day_of_all_only_a_look_ahead_is_offered(place: Place) -> None:
    place.drop("BC.xlsx", place.filled("stc"))
    ran = said(place, "2025-03-18T09:00", "run")
    assert ran.status == 2
    assert "--period 2025-03 --early" in ran.err
    assert (versions(place), place.submissions()) == ({}, ())


def test_a_look_ahead_closes_nothing_and_is_mailed_to_nobody(mailing: Place) -> None:
    assert said(mailing, "2025-03-20T17:00", "report").status == 0
    ran = said(mailing, "2025-03-24T09:00", "run", "--period", "2025-04", "--early")
    assert "21/04/2025" in ran.err
    assert versions(mailing) == {"2025-03": 1, "2025-04": 1}
    assert (mailing.office().closed_periods(), letters(mailing)) == ((), [])
    mailing.drop("muon.xlsx", mailing.filled("stc"))
    (late,) = mailing.collect("2025-03-25T09:00")
    assert late.examined.verdict.is_accepted


def board(place: Place) -> str:
    return (place.home / "outputs/2025-04/bang-theo-doi.html").read_text("utf-8")


def test_on_the_day_the_report_follows_the_look_ahead_and_is_delivered(
    mailing: Place,
) -> None:
    """Nothing has changed since: it is a version all the same, for it closes March and goes to the leaders."""
    assert said(mailing, "2025-04-18T09:00", "report", "--period", "2025-04", "--early").status == 0
    assert said(mailing, "2025-04-18T10:00", "report", "--period", "2025-04", "--early").status == 0
    assert versions(mailing) == {"2025-04": 1}
    assert "bản xem trước, số liệu tính đến ngày 18/4/2025" in board(mailing)
    said(mailing, "2025-04-21T17:00", "run")
    assert versions(mailing) == {"2025-04": 2}
    assert "bản xem trước" not in board(mailing) and "tính đến ngày 21/4/2025" in board(mailing)
    assert (mailing.office().closed_periods(), letters(mailing)) == (("2025-03",), ["report"])


def test_the_timetable_goes_on_with_the_reported_month(opened: Place) -> None:
    """Late returns of March make its next version, not one of the month that was looked at ahead."""
    assert said(opened, "2025-03-20T17:00", "report").status == 0
    assert said(opened, "2025-04-02T09:00", "report", "--period", "2025-04", "--early").status == 0
    opened.drop("muon.xlsx", opened.filled("stc"))
    tick(opened.home, parse_instant("2025-04-02T10:05"))
    assert versions(opened) == {"2025-03": 2, "2025-04": 1}


@pytest.mark.parametrize(
    "words", [("--early",), ("--early", "--period", "2025-03"), ("--period", "2025-05")], ids=" ".join
)
def test_what_is_asked_by_mistake_is_refused(opened: Place, words: tuple[str, ...]) -> None:
    before = opened.tree()
    ran = said(opened, "2025-03-20T17:00", "report", *words)
    assert (ran.status, bool(ran.err)) == (2, True)
    assert versions(opened) == {}
    assert all("logs" in Path(name).parts for name in opened.tree().keys() - before.keys())


def test_a_period_that_was_never_opened_is_reported_on_its_day(place: Place) -> None:
    """As long as nothing older was opened: there the turn is the older one's."""
    office = place.office("2025-04-21T09:00")
    assert office.period_to_report(None) == PERIOD
    with office.engine.begin() as connection:
        connection.exec_driver_sql("delete from period")
    assert replace(office).period_to_report(None) == APRIL
