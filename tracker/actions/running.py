"""A recorded run, which begins by looking after one that died before it: what that noted in the archive and could not
record any more is no part of the record.

Nothing leaves its channel before it is recorded, and what is owed is found anew: so notes on arrivals, letters and the
rest are set aside, and the next run does that work. Only a job that was done stays done.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine

from tracker.actions import post
from tracker.actions.job_notes import passed_in
from tracker.actions.journal import Journal, instant_or_none
from tracker.actions.notes import Note, read_notes
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.intake import archive
from tracker.ledger import jobs, mails, outbox, queries
from tracker.ledger.store import run_recorded
from tracker.timetable import Due, Entry, JobState

log = logging.getLogger("tracker")

_ASIDE = ".unrecorded"


@contextmanager
def recorded(office: Office, verb: str) -> Iterator[Office]:
    """The office at work on a run of its own, noted in the ledger; its notes in the archive tell the run."""
    with run_recorded(office.engine, verb, office.now) as run:
        at_work = replace(office, journal=Journal.of_run(run, verb))
        sweep(at_work)
        yield at_work


def sweep(office: Office) -> None:
    """Call it at the start of a recorded run; it costs nothing unless the run before ended badly."""
    died = queries.runs_gone_wrong(office.engine, office.journal.run)
    if not died:
        return
    post.tell_archive(office)
    for note in read_notes(office.workspace.archive).notes:
        if note.event == "job":
            _settle(office.engine, note, died)
        elif note.event == "passed":
            _pass(office.engine, note, died)
        elif note.place[0] in died and not IS_RECORDED[note.event](office.engine, note):
            path = office.workspace.archive / note.name
            log.warning("%s was never recorded; the note is set aside", note.name)
            path.replace(path.with_name(f"{path.name}{_ASIDE}"))
            archive.sync_folder(path.parent)


def _settle(engine: Engine, note: Note, died: frozenset[int]) -> None:
    """A job that was done, by a run that died before the ledger knew."""
    told = note.told
    if told["ended_in"]["run"] not in died:
        return
    entry = entry_of(note)
    if jobs.entry(engine, entry.due) != entry:
        jobs.restore(engine, entry, archive.instant(told["ended_at"]), told["detail"])


def _pass(engine: Engine, note: Note, died: frozenset[int]) -> None:
    """The same for jobs that it passed over."""
    unknown = (entry for entry in passed_in(note.told) if jobs.entry(engine, entry.due) is None)
    for entry in unknown if note.place[0] in died else ():
        jobs.restore(engine, entry, archive.instant(note.told["ended_at"]), "")


def entry_of(note: Note) -> Entry:
    """The job's entry as a note tells it."""
    told = note.told
    due = Due(archive.instant(told["due_at"]), told["name"], Period.parse(told["period"]))
    return Entry(due, JobState(told["state"]), told["tries"], instant_or_none(told["next_try_at"]))


def _arrival(engine: Engine, note: Note) -> bool:
    told = note.told
    if "parts" in told:
        folder, uidvalidity, uid = told["key"].rsplit(";", 2)
        return int(uid) in mails.known_uids(engine, folder, int(uidvalidity))
    if "holds" in told:
        return True  # a zip leaves no trace of its own in the ledger
    modified_at = archive.instant(told["modified_at"])
    with engine.connect() as connection:
        return queries.arrival_exists(connection, told["channel"], told["key"], told["sha256"], modified_at)


def _opened(engine: Engine, note: Note) -> bool:
    return note.told["period"] in queries.opened_periods(engine)


def _output(engine: Engine, note: Note) -> bool:
    newest = queries.newest_output(engine, note.told["period"])
    return newest is not None and newest.version >= note.told["version"]


def _decision(engine: Engine, note: Note) -> bool:
    submission = queries.known_files(engine).get(note.told["sha256"])
    decided = {each["submission_id"] for each in queries.decisions_of(engine)}
    return submission is not None and submission.id in decided


def _letter(engine: Engine, note: Note) -> bool:
    return bool(outbox.known_keys(engine, [note.told["key"]]))


IS_RECORDED: Mapping[str, Callable[[Engine, Note], bool]] = {
    "arrival": _arrival,
    "opened": _opened,
    "output": _output,
    "decision": _decision,
    "letter": _letter,
}
