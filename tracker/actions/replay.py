"""The past once more, from the notes of the archive into an empty ledger, by the code that recorded it at first.

Nothing is fetched, sent or written but the ledger: files come out of the archive, each judged with the master sheet,
the rules and the clock of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from sqlalchemy import Engine

from tracker.actions import journal, post
from tracker.actions.collect import Collecting, make_desk
from tracker.actions.held import settle
from tracker.actions.job_notes import passed_in
from tracker.actions.journal import Journal
from tracker.actions.known import Known
from tracker.actions.notes import Note, sittings
from tracker.actions.office import Office
from tracker.actions.running import entry_of
from tracker.config import Settings, Workspace
from tracker.errors import PlanError, TrackerError
from tracker.intake import archive
from tracker.intake.archive import Archived
from tracker.intake.channel import Container, Incoming
from tracker.intake.pool import Died
from tracker.ledger import jobs, outbox, queries, store
from tracker.ledger.store import Receipt
from tracker.model import Examined, Grade, LetterKind, LetterState, MailKind, MailRecord, Plan, QueuedLetter, Verdict
from tracker.plan.data import empty_plan
from tracker.plan.sheet import read_plan


@dataclass
class Replay:
    """Plays notes into `engine`, which must be empty. `workspace` is only read."""

    workspace: Workspace
    settings: Settings
    key: bytes
    engine: Engine
    troubles: list[str] = field(default_factory=list)
    _plans: dict[str, Plan] = field(default_factory=dict)

    def play(self, notes: Sequence[Note]) -> None:
        for group in sittings(notes):
            try:
                EVENTS[group[0].event](self, group)
            except (TrackerError, OSError, KeyError, ValueError) as error:
                self.troubles.append(f"{group[0].event} {group[0].at['now']}: {type(error).__name__}: {error}")

    def office(self, note: Note) -> Office:
        """The office as it was at that moment."""
        settings = journal.under_rules(self.settings, note.at["rules"])
        plan = self._plan(note.at["plan"])
        silent = Journal(is_silent=True)
        return Office(self.workspace, settings, plan, self.key, self.engine, note.now, journal=silent)

    def _plan(self, sha256: str) -> Plan:
        if sha256 not in self._plans:
            self._plans[sha256] = self._read_plan(sha256) if sha256 else empty_plan()
        return self._plans[sha256]

    def _read_plan(self, sha256: str) -> Plan:
        path = journal.master_path(self.workspace.archive, sha256)
        try:
            return read_plan(path)
        except PlanError:
            self.troubles.append(f"{path.name}: {PlanError.__name__}")
            raise


# --- files ------------------------------------------------------------------------------------------------------------


def _arrivals(replay: Replay, group: list[Note]) -> None:
    """One sitting of the collector, channel by channel, as it was."""
    office = replay.office(group[0])
    desk, known = make_desk(office), Known(office)
    for name, notes in groupby(group, key=lambda each: str(each.told["channel"])):
        files = _Files(name, office.workspace.archive, list(notes))
        for collected in Collecting(office, files, desk, known, files).run():
            if collected.failure:
                replay.troubles.append(f"{collected.file}: {collected.failure}")


class _Files:
    """The archive as a channel that brings what once came by another, and as the place where it lies already."""

    def __init__(self, name: str, root: Path, notes: list[Note]) -> None:
        self.name = name
        self._root = root
        self._notes = notes
        self._by_place = {
            (each.told["key"], each.told["name"], archive.instant(each.told["modified_at"])): each for each in notes
        }

    def fetch(self) -> Iterator[Incoming]:
        """In the order of then; parts follow their container, whose own note may be of a later attempt."""
        outer = ""
        parts = [note.told.get("container", {}).get("key") for note in self._notes]
        for note in self._notes:
            if note.told.get("holds") and "parts" not in note.told:
                continue  # a zip leaves no trace of its own in the ledger
            incoming = self._incoming(note)
            if incoming.container and incoming.container.key != outer:
                outer = incoming.container.key
                yield replace(incoming, key=outer, data=None, why="", container=None, holds=parts.count(outer))
            if incoming.mail and not incoming.why:
                outer = incoming.key
                incoming = replace(incoming, holds=parts.count(outer))
            yield incoming

    def _incoming(self, note: Note) -> Incoming:
        told = note.told
        container = told.get("container")
        why = str(told.get("why", ""))
        received_at = archive.instant(told["received_at"]) if told.get("is_servers_time") else None
        incoming = Incoming(
            told["name"],
            told["key"],
            None if why else self._data(note),
            archive.instant(told["modified_at"]),
            told["sender"],
            told["size"],
            why,
            Container(container["key"], container["sha256"], container["name"]) if container else None,
            received_at=received_at,
            grade=Grade(told["grade"]) if "grade" in told else None,
        )
        if "parts" not in told:
            return incoming
        mail = _mail(note, incoming)
        return replace(incoming, mail=mail, renumbers=_renumbered(mail, told.get("renumbers", "")))

    def _data(self, note: Note) -> bytes:
        """The bytes; none where they need not be looked at: of mails, and of what killed its worker."""
        if "parts" in note.told or self._death(note):
            return b""
        return archive.load(self._root, f"{note.folder}/{note.told['sha256']}")

    def _death(self, note: Note) -> Died | None:
        died = note.beside
        if died is None or died["at"]["run"] != note.at["run"]:
            return None
        return Died(died["why"], died["detail"])

    def done(self, incoming: Incoming) -> None:
        """It left long ago."""

    def close(self) -> None:
        """Nothing is open."""

    def place(self) -> int:
        return 0

    def store(self, incoming: Incoming, place: int) -> Archived | None:
        if incoming.data is None:
            return None
        note = self._by_place[incoming.key, incoming.name, incoming.modified_at]
        return Archived(note.told["sha256"], f"{note.folder}/{note.told['sha256']}")

    def outcome(self, receipt: Receipt, outcome: Examined | Died) -> Examined | Died:
        note = self._by_place[receipt.key, receipt.name, receipt.modified_at]
        return self._death(note) or outcome

    def settle(self) -> None:
        """It lies there already."""


def _mail(note: Note, incoming: Incoming) -> MailRecord:
    """A mail's own record, as `opening` made it."""
    told = note.told
    folder, uidvalidity, uid = incoming.key.rsplit(";", 2)
    return MailRecord(
        folder,
        int(uidvalidity),
        int(uid),
        told["message_id"],
        told["sha256"],
        told["sender"],
        told["subject"],
        MailKind(told["kind"]),
        Grade(told["grade"]),
        incoming.received_at or incoming.modified_at,
        tuple(told["parts"]),
        tuple(told["references"]),
        "" if incoming.why else f"{note.folder}/{told['sha256']}",
        incoming.size,
    )


def _renumbered(mail: MailRecord, key: str) -> MailRecord | None:
    if not key:
        return None
    folder, uidvalidity, uid = key.rsplit(";", 2)
    return replace(mail, folder=folder, uidvalidity=int(uidvalidity), uid=int(uid))


# --- everything else --------------------------------------------------------------------------------------------------


def _opened(replay: Replay, group: list[Note]) -> None:
    store.open_period(replay.engine, group[0].told["period"], group[0].now)


def _decision(replay: Replay, group: list[Note]) -> None:
    told = group[0].told
    waiting = queries.known_files(replay.engine)[told["sha256"]]
    decided = settle(replay.office(group[0]), waiting, Verdict(told["asked"]), told["why"])
    if decided.verdict.value != told["verdict"]:
        replay.troubles.append(f"{waiting.file}: {told['verdict']} was decided, now {decided.verdict.value}")


def _output(replay: Replay, group: list[Note]) -> None:
    told = group[0].told
    version = told["version"], told["fingerprint"], tuple(told["names"])
    store.record_output(replay.engine, told["period"], *version, group[0].now)


def _letter(replay: Replay, group: list[Note]) -> None:
    told = group[0].told
    queued_at = archive.instant(told["queued_at"])
    letter = QueuedLetter(
        0,
        told["key"],
        told["message_id"],
        LetterKind(told["kind"]),
        told["period"],
        told["agency"],
        tuple(told["receivers"]),
        told["subject"],
        told["path"],
        LetterState.PENDING,
        0,
        queued_at,
        queued_at,
    )
    outbox.restore(replay.engine, post.with_state(letter, group[0].beside) if group[0].beside else letter)


def _job(replay: Replay, group: list[Note]) -> None:
    told = group[0].told
    jobs.restore(replay.engine, entry_of(group[0]), archive.instant(told["ended_at"]), told["detail"])


def _passed(replay: Replay, group: list[Note]) -> None:
    for entry in passed_in(group[0].told):
        jobs.restore(replay.engine, entry, archive.instant(group[0].told["ended_at"]), "")


EVENTS: Mapping[str, Callable[[Replay, list[Note]], None]] = {
    "arrival": _arrivals,
    "opened": _opened,
    "decision": _decision,
    "output": _output,
    "letter": _letter,
    "job": _job,
    "passed": _passed,
}
