"""What the timetable's jobs do, and one tick of it: everything that is due, oldest first, each noted when it is done.

A job that fails costs nobody else his turn: it is noted, the IT officer is told once a day, and it is tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.actions import job_notes, letters, post
from tracker.actions.bundle import named
from tracker.actions.collect import Collected, collect
from tracker.actions.forms import write_forms
from tracker.actions.marks import write_marked
from tracker.actions.office import Office, bare_office, open_office
from tracker.actions.post import Posted
from tracker.actions.receipts import receipts
from tracker.actions.rehearsal import rehearsed
from tracker.actions.report import Made, report
from tracker.actions.running import recorded
from tracker.dates import Period, show_instant
from tracker.errors import IntakeError, TrackerError
from tracker.ledger import jobs
from tracker.mail.letters import Failure
from tracker.mail.smtp import Sender
from tracker.texts import say
from tracker.timetable import START, Due, Entry, JobState, Timetable, next_try

log = logging.getLogger("tracker")


Did = tuple[tuple[str, Mapping[str, object]], ...]
"""What a job did: keys of words (`job.<key>`), each with its facts."""


def worded(did: Did, language: str = "vi") -> str:
    """What a job did, for people."""
    return ", ".join(say(f"job.{key}", language, **facts) for key, facts in did)


@dataclass(frozen=True, slots=True)
class Ran:
    """One job of a tick, with how it ended: what it `did`, or why it failed."""

    due: Due
    state: JobState
    did: Did = ()
    why: str = ""

    @property
    def detail(self) -> str:
        return self.why or worded(self.did)

    def as_json(self) -> dict[str, Any]:
        return {
            "job": self.due.name,
            "period": str(self.due.period),
            "due_at": self.due.at.isoformat(),
            "state": self.state.value,
            "detail": self.detail,
        }


def _open(office: Office, period: Period) -> Did:
    made = write_forms(office, period)
    queued = post.queue(office, letters.form_letters(office, period))
    return ("forms", {"count": len(made)}), ("letters", {"count": len(queued)})


def _collect(office: Office, period: Period) -> Did:
    collected = collect(office)
    write_marked(office)
    post.queue(office, receipts(office))
    _require_whole(collected)
    return ("files", {"count": len(collected)}), *_renewed(office)


def _require_whole(collected: Sequence[Collected]) -> None:
    """IntakeError: not everything that waits could be taken."""
    failed = [each for each in collected if each.failure]
    why = "; ".join(dict.fromkeys(each.failure for each in failed))
    if files := [each.file for each in failed if not each.is_channel]:
        raise IntakeError("files_failed", files=files, why=why)
    if failed:
        raise IntakeError("mailbox_failed", why=why)


def _renewed(office: Office) -> Did:
    """A period that was reported and still takes late returns gets its next version as soon as something changed; it
    is mailed by hand (`run`), so that leaders do not get a letter for every late return."""
    reported = office.reported_periods()
    if not reported:
        return ()
    made = report(office, Period.parse(reported[-1]))
    return _version(made) if made.is_new else ()


def _version(made: Made) -> Did:
    return (("version", {"version": made.version, "period": made.period}),)


def _remind(office: Office, period: Period) -> Did:
    """Whatever has come in is taken first: nobody is reminded of what lies in the mailbox already."""
    taken = _collect(office, period)
    if not office.is_open(period):
        return *taken, ("not_open", {"period": str(period)})
    queued = post.queue(office, letters.reminders(office, period))
    return *taken, ("reminders", {"count": len(queued)})


def _report(office: Office, period: Period) -> Did:
    taken = _collect(office, period)
    made = report(office, period)
    queued = post.queue(office, letters.report_letters(office, period, made))
    held: Did = (("held_open", {"files": made.held_open}),) if made.held_open else ()
    unused: Did = (("base_unused", {}),) if made.base_unused else ()
    return *taken, *_version(made), ("letters", {"count": len(queued)}), *held, *unused


WORK: Mapping[str, Callable[[Office, Period], Did]] = {
    "open": _open,
    "collect": _collect,
    "remind": _remind,
    "report": _report,
}


def timetable_of(office: Office) -> Timetable:
    return Timetable(office.calendar, office.settings.schedule)


_NOTHING_POSTED = Posted()


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a tick did; `waiting`: jobs that failed before and whose next try lies ahead."""

    ran: tuple[Ran, ...]
    waiting: tuple[Entry, ...] = ()
    posted: Posted = _NOTHING_POSTED

    @property
    def is_well(self) -> bool:
        """Nothing of ours failed, or still waits to be done after it failed."""
        return not (self.waiting or self.posted.why or any(each.state is JobState.FAILED for each in self.ran))


def tick(home: Path, now: datetime, sender: Sender | None = None) -> Ticked:
    """Everything that is due now; then the letters that wait are sent. Call it under the workspace's lock.

    A workspace that cannot be opened (a mistake in the master sheet) is told of by mail too, then raised.
    """
    try:
        office = open_office(home, now)
    except TrackerError as error:
        _tell_of_start(home, now, error, sender)
        raise
    try:
        with recorded(office, "schedule") as at_work:
            ran = run_due(at_work)
            return Ticked(tuple(ran), _waiting(at_work, ran), post.send(at_work, sender))
    finally:
        office.engine.dispose()


def would_run(home: Path, now: datetime) -> Ticked:
    """What a tick would do, tried out; nothing comes of it."""
    office = open_office(home, now)
    try:
        with rehearsed(office) as tried:
            ran = run_due(tried)
            return Ticked(tuple(ran), _waiting(tried, ran))
    finally:
        office.engine.dispose()


def _waiting(office: Office, ran: Iterable[Ran]) -> tuple[Entry, ...]:
    tried = {each.due for each in ran}
    failed = (entry for entry in jobs.entries(office.engine) if entry.state is JobState.FAILED)
    return tuple(entry for entry in failed if entry.due not in tried)


def _tell_of_start(home: Path, now: datetime, error: TrackerError, sender: Sender | None) -> None:
    log.error("the workspace cannot be opened: %s", error)
    office = bare_office(home, now)
    try:
        with recorded(office, "schedule") as at_work:
            letters.alarm(at_work, Failure(START, named(error), now, 1))
            post.send(at_work, sender)
    finally:
        office.engine.dispose()


def run_due(office: Office) -> list[Ran]:
    """Runs what is due by the ledger, one job after the other."""
    timetable = timetable_of(office)
    ran: list[Ran] = []
    while step := timetable.next_step(jobs.entries(office.engine), office.now):
        if step.passed:
            job_notes.skip(office, step.passed)
        if step.due:
            ran.append(_run(office, step.due))
    return ran


def _run(office: Office, due: Due) -> Ran:
    log.info("job %s of %s, due %s", due.name, due.period, show_instant(due.at))
    try:
        did = WORK[due.name](office, due.period)
    except Exception as error:  # one failing job never stops the others
        log.exception("job %s failed", due.name)
        return _failed(office, due, error)
    job_notes.settle(office, due, JobState.DONE, None, worded(did))
    return Ran(due, JobState.DONE, did)


def _failed(office: Office, due: Due, error: Exception) -> Ran:
    why = named(error)
    tries = next((e.tries for e in jobs.entries(office.engine) if e.due == due), 0) + 1
    again = next_try(tries, office.now)
    job_notes.settle(office, due, JobState.FAILED, again, why)
    letters.alarm(office, Failure(due.name, why, office.now, tries, again))
    return Ran(due, JobState.FAILED, why=why)


def _is_awaited(office: Office, due: Due) -> bool:
    """Nobody will be reminded of a period whose day passed before it was opened."""
    return due.name != "remind" or due.period >= office.current_period or office.is_open(due.period)


def agenda(office: Office) -> dict[str, Any]:
    """What the timetable knows: jobs that failed and wait, and what comes next."""
    entries = jobs.entries(office.engine)
    failed = [entry for entry in entries if entry.state is JobState.FAILED]
    return {
        "failed": [
            {
                "job": entry.due.name,
                "period": str(entry.due.period),
                "due_at": entry.due.at.isoformat(),
                "tries": entry.tries,
                "next_try_at": entry.next_try_at.isoformat() if entry.next_try_at else None,
            }
            for entry in failed
        ],
        "next": [
            {"job": due.name, "period": str(due.period), "due_at": due.at.isoformat()}
            for due in timetable_of(office).coming(office.now, lambda due: _is_awaited(office, due))
        ],
    }
