"""Mail: what came, with how far its sender is to be believed, and what is to be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Grade(StrEnum):
    """How sure the sender is. VERIFIED: the office's own server vouches for the address (Authentication-Results);
    LISTED: the address is registered, nobody vouches for it; UNKNOWN: registered for nobody; FORGED: the office's own
    server says that the address did not send this."""

    VERIFIED = "verified"
    LISTED = "listed"
    UNKNOWN = "unknown"
    FORGED = "forged"


class MailKind(StrEnum):
    """RETURN: a person's mail; AUTOMATIC: an absence note or other robot (RFC 3834); BOUNCE: a delivery report;
    OWN: written by us; BROKEN: it cannot be taken apart. Only a person's mail is ever answered."""

    RETURN = "return"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    OWN = "own"
    BROKEN = "broken"


class LetterKind(StrEnum):
    """Why a letter is written."""

    FORM = "form"
    RECEIPT = "receipt"
    REMINDER = "reminder"
    REPORT = "report"
    ALARM = "alarm"


class LetterState(StrEnum):
    """PENDING: waits (also between tries); SENDING: handed to the server, no answer noted yet — after a crash that is
    doubtful, and it is sent again under the same Message-ID; SENT; FAILED: given up."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a letter; `name` is what the receiver sees."""

    name: str
    data: bytes
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is to go out. `key` names its reason: there is one letter a key, for ever. `in_reply_to` and
    `references` are Message-IDs of the mail it answers ("" and (): none)."""

    key: str
    kind: LetterKind
    receivers: tuple[str, ...]
    subject: str
    text: str
    html: str
    period: str = ""
    agency: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A letter in the outbox. `path` is where its bytes lie, relative to the archive; times are aware UTC."""

    id: int
    key: str
    message_id: str
    kind: LetterKind
    period: str
    agency: str
    receivers: tuple[str, ...]
    subject: str
    path: str
    state: LetterState
    tries: int
    queued_at: datetime
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A mail as recorded: its place on the server, who sent it, what it is. `parts` are sha-256 of its files, in their
    order; `references` the Message-IDs it answers, oldest first. `path` in the archive; "" where it was too large."""

    folder: str
    uidvalidity: int
    uid: int
    message_id: str
    sha256: str
    sender: str
    subject: str
    kind: MailKind
    grade: Grade
    received_at: datetime
    parts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    path: str = ""
    size: int = 0
