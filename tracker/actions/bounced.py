"""Letters that came back: matched to what was sent, and written anew once the address is corrected.

Nothing of this is recorded: the mails are in the ledger, their bytes in the archive, and what they say is read whenever
somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from tracker.actions.office import Office
from tracker.addresses import bare_address
from tracker.config import Mail
from tracker.dates import show_instant
from tracker.intake import archive
from tracker.intake.bounce import Lost, Report, read_report
from tracker.ledger import mails, outbox
from tracker.model import Letter, LetterState, MailKind, MailRecord, Plan, QueuedLetter

_REMEMBERED = timedelta(days=60)
_ARRIVED_AFTER = timedelta(days=1)
"""A letter that has not come back by then has arrived."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """An address that a letter did not reach ("": the report names none); `letter` None: the report names none of
    ours. `why`: the server's words; `subject` of the letter, else of the report."""

    address: str
    at: datetime
    why: str
    subject: str
    letter: QueuedLetter | None = None

    @property
    def agency(self) -> str:
        """Code of the agency that the letter was for; "": none."""
        return self.letter.agency if self.letter else ""

    def as_json(self, name_of: Callable[[str], str]) -> dict[str, Any]:
        return {
            "agency": self.agency or None,
            "name": name_of(self.agency) or None,
            "to": self.address or None,
            "subject": self.subject,
            "at": show_instant(self.at),
            "why": self.why or None,
            "message_id": self.letter.message_id if self.letter else None,
        }


def bounced(engine: Engine, root: Path, now: datetime, after: int = 0) -> list[Bounced]:
    """What came back, oldest first; of mails recorded `after` that number only."""
    reports = mails.mails_since(engine, now - _REMEMBERED, MailKind.BOUNCE, after)
    sent = outbox.tried_since(engine, now - 2 * _REMEMBERED) if reports else ()
    return [each for mail in reports for each in _of_mail(mail, _read(root, mail), sent)]


def standing(engine: Engine, root: Path, now: datetime, in_use: Collection[str]) -> list[Bounced]:
    """Those that still are to be looked at: the last one of each address `in_use` that no letter has reached since,
    and those of which nobody knows whom they are about."""
    newest = {each.address or each.at: each for each in bounced(engine, root, now)}
    sent = outbox.tried_since(engine, now - 2 * _REMEMBERED) if newest else ()
    return [each for each in newest.values() if _stands(each, in_use) and not _has_arrived(each, sent, now)]


def addresses_in_use(plan: Plan, mail: Mail) -> frozenset[str]:
    """Every address that the office writes to by itself."""
    of_agencies = (address for agency in plan.agencies for address in agency.emails)
    return frozenset(map(bare_address, (*of_agencies, *mail.report_to, *mail.alarm_to)))


def _stands(each: Bounced, in_use: Collection[str]) -> bool:
    return each.address in in_use or not each.letter


def _has_arrived(bounce: Bounced, sent: Iterable[QueuedLetter], now: datetime) -> bool:
    return any(
        each.sent_at and each.sent_at > bounce.at and now - each.sent_at >= _ARRIVED_AFTER
        for each in sent
        if bounce.address in map(bare_address, each.receivers)
    )


def _read(root: Path, mail: MailRecord) -> Report:
    """A mail above the size cap is not in the archive; then its head alone speaks."""
    try:
        return read_report(archive.load(root, mail.path)) if mail.path else Report()
    except OSError:
        return Report()


def _of_mail(mail: MailRecord, report: Report, sent: Iterable[QueuedLetter]) -> Iterator[Bounced]:
    if not report.is_of_loss:
        return
    named = {*report.message_ids, *mail.references}
    letter = next((each for each in sent if each.message_id in named), None)
    for lost in report.lost or (Lost((), report.why),):
        mine = letter or _newest_to(lost.addresses, mail.received_at, sent)
        subject = mine.subject if mine else mail.subject
        yield Bounced(_address(lost, mine), mail.received_at, lost.why or report.why, subject, mine)


def _newest_to(addresses: Iterable[str], before: datetime, sent: Iterable[QueuedLetter]) -> QueuedLetter | None:
    """The last letter to an address before a report on it that does not tell which one it is about."""
    wanted = set(addresses)
    mine = (each for each in sent if each.sent_at and each.sent_at <= before)
    return max(
        (each for each in mine if wanted & set(map(bare_address, each.receivers))), key=lambda e: e.id, default=None
    )


def _address(lost: Lost, letter: QueuedLetter | None) -> str:
    """As we wrote to it, also where the report names what it was passed on to."""
    ours = tuple(map(bare_address, letter.receivers)) if letter else ()
    known = next((each for each in lost.addresses if each in ours), "")
    return known or (ours[0] if len(ours) == 1 else next(iter(lost.addresses), ""))


def readdressed(office: Office, letters: Iterable[Letter]) -> list[Letter]:
    """Of reasons that have their letter: what goes to addresses that took the place of one that was not reached.

    Each address once: its key names them, and what was written to an address is not written to it again.
    """
    wanted = {letter.key: letter for letter in letters}
    came_back = cache(lambda: _came_back(office))  # archived mails are read: once, and only where it matters
    found = []
    for key, family in outbox.families(office.engine, wanted).items():
        reached = {address for each in family for address in _counting(each, wanted[key])}
        new = tuple(each for each in wanted[key].receivers if bare_address(each) not in reached)
        if new and any(each.state is LetterState.FAILED or each.id in came_back() for each in family):
            found.append(replace(wanted[key], key=f"{key}{outbox.READDRESSED}{','.join(new)}", receivers=new))
    return found


def _counting(each: QueuedLetter, wanted: Letter) -> Iterator[str]:
    """Addresses that need no other letter. One given up will not go to any of its own unless all of them still stand
    (then `revive` lines it up again)."""
    old, present = map(bare_address, each.receivers), set(map(bare_address, wanted.receivers))
    addresses = set(old)
    if each.state is not LetterState.FAILED or addresses <= present:
        yield from addresses


def _came_back(office: Office) -> frozenset[int]:
    """Numbers of the letters that came back."""
    found = bounced(office.engine, office.workspace.archive, office.now)
    return frozenset(each.letter.id for each in found if each.letter)
