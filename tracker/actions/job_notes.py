"""How due jobs ended: in the archive first, then in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tracker.actions.journal import as_json, read_json, stamp
from tracker.actions.office import Office
from tracker.intake import archive
from tracker.ledger import jobs
from tracker.timetable import Due, Entry, JobState


def skip(office: Office, dues: Iterable[Due]) -> None:
    """Jobs whose work a newer one does."""
    noted = [due for due in dues if _note(office, due, JobState.SKIPPED, None, "")]
    for folder in {(office.workspace.archive / _name(due)).parent for due in noted}:
        archive.sync_folder(folder)
    jobs.skip(office.engine, noted, office.now)


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
