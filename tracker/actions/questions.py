"""Mails of people that brought no file: what stands in them only a person can read and answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.actions.office import Office
from tracker.addresses import held_by
from tracker.dates import show_instant
from tracker.ledger import mails
from tracker.model import Grade, MailKind

_WAITS_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Question:
    """A mail without a form; `agencies` are codes of those that its sender may write for."""

    sender: str
    subject: str
    at: datetime
    agencies: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "sender": self.sender,
            "subject": self.subject,
            "at": show_instant(self.at),
            "agencies": list(self.agencies),
        }


def questions(office: Office, after: int = 0) -> list[Question]:
    """Those of the last weeks, oldest first, but for what the office answered with a copy to its own mailbox; of mails
    recorded `after` that number only. Forged ones are left out."""
    since = office.now - _WAITS_FOR
    ours = mails.mails_since(office.engine, since, MailKind.OWN)
    answered = {each for mail in ours for each in mail.references}
    known = office.senders()
    return [
        Question(mail.sender, mail.subject, mail.received_at, held_by(mail.sender, known))
        for mail in mails.mails_since(office.engine, since, MailKind.RETURN, after)
        if not mail.parts and mail.grade is not Grade.FORGED and mail.message_id not in answered
    ]
