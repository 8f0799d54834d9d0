"""How due jobs ended: in the archive first, then in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.actions.journal import as_json, note, read_json, stamp
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.intake import archive
from tracker.ledger import jobs
from tracker.timetable import Due, Entry, JobState


def skip(office: Office, dues: Iterable[Due]) -> None:
    """Jobs whose work a newer one does: one note for all that were never tried; one that failed keeps its own."""
    passed = list(dues)
    for due in passed:
        if jobs.entry(office.engine, due) and _note(office, due, JobState.SKIPPED, None, ""):
            archive.sync_folder((office.workspace.archive / _name(due)).parent)
    untried = [due for due in passed if jobs.entry(office.engine, due) is None]
    if untried:
        first = untried[0]
        told = [{"name": due.name, "period": str(due.period), "due_at": due.at.isoformat()} for due in untried]
        story = {"due_at": first.at.isoformat(), "dues": told, "ended_at": office.now.isoformat()}
        note(office, _name(replace(first, name=f"{first.name}-passed")), {"event": "passed", **story})
    jobs.skip(office.engine, passed, office.now)


def passed_in(told: Mapping[str, Any]) -> list[Entry]:
    """The jobs that a note on such tells of, in their order."""
    dues = (Due(archive.instant(d["due_at"]), d["name"], Period.parse(d["period"])) for d in told["dues"])
    return [Entry(due, JobState.SKIPPED) for due in dues]


def settle(office: Office, due: Due, state: JobState, next_try_at: datetime | None, detail: str) -> None:
    """How one ended; a job that is done stays done."""
    if _note(office, due, state, next_try_at, detail):
        archive.sync_folder((office.workspace.archive / _name(due)).parent)
        jobs.settle(office.engine, due, state, office.now, next_try_at, detail)


def _note(office: Office, due: Due, state: JobState, next_try_at: datetime | None, detail: str) -> bool:
    """Whether that is news. A later attempt overwrites the note of the first one, but keeps its place in the order."""
    before: Entry | None = jobs.entry(office.engine, due)
    if before and before.state is not JobState.FAILED:
        return False
    path = office.workspace.archive / _name(due)
    at = stamp(office)
    story: dict[str, Any] = {
        "event": "job",
        "name": due.name,
        "period": str(due.period),
        "due_at": due.at.isoformat(),
        "state": state.value,
        "tries": before.tries + 1 if before else 1,
        "next_try_at": next_try_at.isoformat() if next_try_at else None,
        "ended_at": office.now.isoformat(),
        "detail": detail[: jobs.LONGEST_DETAIL],
        "at": read_json(path)["at"] if before and path.exists() else at,
        "ended_in": at,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    archive.put_whole(path, as_json(story))
    return True


def _name(due: Due) -> str:
    return f"{due.period}/jobs/{due.at:%Y%m%dT%H%M%S}-{due.name}.json"
