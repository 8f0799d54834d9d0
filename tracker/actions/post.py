"""The post: letters go into the outbox and out of it, and every step is filed in the archive beside the letter.

A letter's bytes are written once, when it is queued; what is sent is what lies in the archive.
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tracker.actions.bounced import readdressed
from tracker.actions.bundle import named
from tracker.actions.journal import as_json, instant_or_none, note, read_json, stamp
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.errors import DeliveryError
from tracker.intake import archive
from tracker.ledger import outbox
from tracker.mail.compose import compose, message_id
from tracker.mail.smtp import Secrets, Sender, SmtpSender
from tracker.model import Letter, LetterState, QueuedLetter

log = logging.getLogger("tracker")

_FOLDER = "letters"
_BATCH = 50
"""Letters filed and recorded together."""
_FILED_AT_ONCE = 8
_LOOKED_AFTER = timedelta(days=45)
_NOT_LET_IN = ("smtp_login", "smtp_login_missing", "smtp_in_clear")
_STOPPING = (*_NOT_LET_IN, "smtp_unreachable")
_DENIED = "letter_denied"
_DENIED_IN_A_ROW = 3
"""So many letters that the server may not pass on, and none that it took: it is not about their receivers."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a run did with the outbox; `left` still wait, `why` is what stopped the run ("": nothing did)."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    left: int = 0
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"sent": self.sent, "put_off": self.put_off, "failed": self.failed, "left": self.left, "why": self.why}


def is_on(office: Office) -> bool:
    """Whether the office has a mail address and a server to send by."""
    return bool(office.settings.mail.address and office.settings.mail.smtp_host)


def queue(office: Office, letters: Iterable[Letter]) -> list[Letter]:
    """Puts letters into the outbox; those whose reason was answered before, or that have no receiver, are left out.

    Without mail nothing is queued. Returns what was.
    """
    waiting, queued = iter(letters if is_on(office) else ()), list[Letter]()
    while batch := list(islice(waiting, _BATCH)):
        queued += _queue_together(office, batch)
    return queued


def owed(office: Office, letters: Iterable[Letter]) -> list[Letter]:
    """Those that go: to somebody, and for a reason that has no letter yet, or none that reached the present address."""
    wanted = {letter.key: letter for letter in letters if letter.receivers}
    known = outbox.known_keys(office.engine, wanted)
    again = readdressed(office, [wanted[key] for key in known])
    return [*(letter for key, letter in wanted.items() if key not in known), *again]


def given_up(office: Office, period: Period) -> tuple[QueuedLetter, ...]:
    """Letters of a period that no server took and that wait no more."""
    return outbox.given_up(office.engine, str(period))


def revive(office: Office, letters: Iterable[Letter], dry_run: bool = False) -> list[QueuedLetter]:
    """Lines up again what was given up of these, under its Message-ID; for whoever asks for them once more. Those that
    went to other addresses than the present ones are left. Returns what was given up."""
    wanted = {letter.key: set(letter.receivers) for letter in (letters if is_on(office) else ())}
    revived = [
        each
        for key, family in outbox.families(office.engine, wanted).items()
        for each in family
        if each.state is LetterState.FAILED and wanted[key].issuperset(each.receivers)
    ]
    for each in revived if not dry_run else ():
        _become(office, outbox.revived(each, office.now))
    return revived


def _queue_together(office: Office, letters: Iterable[Letter]) -> list[Letter]:
    """Filed side by side, for a disk syncs several files in the time of one; then recorded in one transaction."""
    filed = [each for letter in owed(office, letters) if (each := _composed(office, letter))]
    with ThreadPoolExecutor(_FILED_AT_ONCE, "letters") as clerks:
        for writing in [clerks.submit(_file, office, each) for each in filed]:
            writing.result()
    for folder in {(office.workspace.archive / each.path).parent for each in filed}:
        archive.sync_folder(folder)
    outbox.queue(office.engine, ((each.letter, each.message_id, each.path) for each in filed), office.now)
    return [each.letter for each in filed]


@dataclass(frozen=True, slots=True)
class _Composed:
    """A letter as bytes, its path in the archive, and the note that will lie beside it."""

    letter: Letter
    message_id: str
    path: str
    data: bytes
    note: bytes


def _composed(office: Office, letter: Letter) -> _Composed | None:
    """None: one of its addresses is none, which costs this letter only."""
    mail = office.settings.mail
    try:
        data = compose(letter, (mail.name, mail.address), office.key, office.now)
    except ValueError as error:
        log.error("letter %s cannot be written: %s", letter.key, error)
        return None
    identity = message_id(letter.key, office.key, mail.address)
    path = f"{letter.period or office.current_period}/{_FOLDER}/{_mark(letter.key)}.eml"
    story = {
        "event": "letter",
        "key": letter.key,
        "message_id": identity,
        "kind": letter.kind.value,
        "period": letter.period,
        "agency": letter.agency,
        "receivers": list(letter.receivers),
        "subject": letter.subject,
        "queued_at": office.now.isoformat(),
        "path": path,
        "at": stamp(office),
    }
    return _Composed(letter, identity, path, data, as_json(story))


def _file(office: Office, each: _Composed) -> None:
    """Writes a letter, then the note on it; their names are safe once the folder is synced."""
    target = office.workspace.archive / each.path
    target.parent.mkdir(parents=True, exist_ok=True)
    archive.put_whole(target, each.data)
    archive.put_whole(target.with_suffix(".json"), each.note)


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def smtp(office: Office) -> SmtpSender:
    """The office's server, with its secrets from the environment."""
    return SmtpSender(office.settings.mail, Secrets.for_smtp(os.environ))


def send(office: Office, sender: Sender | None = None, pause: Callable[[float], object] = time.sleep) -> Posted:
    """Sends what waits, at the set rate and up to the set number; a server that is away ends the run."""
    if not is_on(office) or office.is_rehearsal:
        return Posted()
    _look_after_doubtful(office)
    waiting = outbox.due(office.engine, office.now, office.settings.mail.per_run)
    if not waiting:
        return Posted()
    way_out = sender or smtp(office)
    posted = Posted()
    try:
        for number, letter in enumerate(waiting):
            if number:
                pause(60 / office.settings.mail.per_minute)
            posted = _send_one(office, way_out, letter, posted)
            if posted.why:
                break
    finally:
        if isinstance(way_out, SmtpSender):
            way_out.close()
    return replace(posted, left=outbox.count_due(office.engine, office.now))


def _look_after_doubtful(office: Office) -> None:
    """Letters a crash left between the server's answer and our note: what the archive knows as sent is, the rest is
    sent again under its Message-ID."""
    for letter in outbox.in_sending(office.engine):
        told = _told(office, letter)
        if told and told.state is LetterState.SENT and told.tries == letter.tries:
            outbox.update_state(office.engine, told)
            continue
        log.warning("letter %s is doubtful; it is sent again under the same Message-ID", letter.key)
        _become(office, outbox.doubtful(letter, office.now))


def tell_archive(office: Office) -> None:
    """What became of letters while the archive could not be told; for a run after one that ended badly."""
    for letter in outbox.tried_since(office.engine, office.now - _LOOKED_AFTER):
        if _told(office, letter) != letter:
            _become(office, letter)


def _send_one(office: Office, sender: Sender, waiting: QueuedLetter, posted: Posted) -> Posted:
    letter = outbox.claimed(waiting)
    try:
        message = archive.load(office.workspace.archive, letter.path)
    except OSError as error:  # costs this letter its turn, not those behind it
        return _put_off(office, letter, DeliveryError("letter_unreadable", is_final=False, why=str(error)), posted)
    _become(office, letter)
    try:
        sender.send(message, office.settings.mail.address, letter.receivers)
    except DeliveryError as error:
        return _put_off(office, letter, error, posted)
    _become(office, outbox.sent(letter, office.now))
    log.info("sent %s to %s", letter.key, ", ".join(letter.receivers))
    return replace(posted, sent=posted.sent + 1)


def _put_off(office: Office, claimed: QueuedLetter, error: DeliveryError, posted: Posted) -> Posted:
    """What the server refuses for good is given up; what it cannot do now waits; a server that is away ends the run."""
    why = named(error)
    log.warning("letter %s: %s", claimed.key, why)
    letter = _become(office, _after(office, claimed, error, why))
    if letter.state is LetterState.FAILED:
        return replace(posted, failed=posted.failed + 1)
    posted = replace(posted, put_off=posted.put_off + 1)
    is_shut = error.key == _DENIED and not posted.sent and posted.put_off >= _DENIED_IN_A_ROW
    return replace(posted, why=why if is_shut or error.key in _STOPPING else "")


def _after(office: Office, claimed: QueuedLetter, error: DeliveryError, why: str) -> QueuedLetter:
    """What becomes of it. That we are not let in is no letter's fault: for that none is ever given up."""
    if error.key in _NOT_LET_IN:
        return outbox.kept(claimed, why, office.now)
    is_shut = error.key == _DENIED and not outbox.was_sent_since(office.engine, claimed.queued_at)
    most_tries = math.inf if is_shut else outbox.MAX_TRIES
    return outbox.put_off(claimed, why, bool(error.facts.get("is_final")), office.now, most_tries)


def _become(office: Office, letter: QueuedLetter) -> QueuedLetter:
    """What a letter is from now on, in the archive first, then in the ledger.

    OSError: the archive cannot be told; the ledger then knows what a server answered all the same.
    """
    story = {
        "event": "letter_state",
        "state": letter.state.value,
        "tries": letter.tries,
        "next_try_at": _iso(letter.next_try_at),
        "sent_at": _iso(letter.sent_at),
        "error": letter.error,
    }
    try:
        note(office, state_name(letter.path), story)
    except OSError:
        if letter.state is not LetterState.SENDING:
            outbox.update_state(office.engine, letter)
        raise
    outbox.update_state(office.engine, letter)
    return letter


def state_name(path: str) -> str:
    """The note on what became of the letter that lies at `path`."""
    return f"{path.removesuffix('.eml')}.state.json"


def _told(office: Office, letter: QueuedLetter) -> QueuedLetter | None:
    path = office.workspace.archive / state_name(letter.path)
    return with_state(letter, read_json(path)) if path.exists() else None


def with_state(letter: QueuedLetter, told: Mapping[str, Any]) -> QueuedLetter:
    """The letter as the note on it tells."""
    return replace(
        letter,
        state=LetterState(told["state"]),
        tries=told["tries"],
        next_try_at=instant_or_none(told["next_try_at"]),
        sent_at=instant_or_none(told["sent_at"]),
        error=told["error"],
    )


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
