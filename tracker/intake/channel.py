"""Where returns come from. A new channel is one module with a `Channel`, and a line in `channels`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from tracker.model import Grade, MailRecord


@dataclass(frozen=True, slots=True)
class Container:
    """What a part came in: the container's key in its channel, its sha-256, and the part's name inside."""

    key: str
    sha256: str
    inner_name: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing received. `data` None: left where it is, `why` says: litter, copying, too_large, unreadable, link,
    pipe; of a part of a container also damaged.

    `key` identifies this arrival within its channel, however often it is looked at; `modified_at` orders a folder.
    `holds` > 0: a container, only to be archived; so many parts follow, each with `container` set.
    `received_at`: when the mail server took it; None: the channel has no such time, the run's clock counts.
    `grade`: how far the sender of a mail is believed; `mail`: this is the mail itself, recorded with what it brought;
    `renumbers`: it is recorded already under that other number, and brings nothing new.
    """

    name: str
    key: str
    data: bytes | None
    modified_at: datetime
    sender: str | None = None
    size: int = 0
    why: str = ""
    container: Container | None = None
    holds: int = 0
    received_at: datetime | None = None
    grade: Grade | None = None
    mail: MailRecord | None = None
    renumbers: MailRecord | None = None

    @property
    def is_container(self) -> bool:
        """Whether parts follow, or could: a mail may bring none."""
        return self.holds > 0 or (self.mail is not None and not self.why)


Known = Callable[[str, int], Mapping[int, bool]]
"""(folder, UIDVALIDITY) -> recorded UIDs, each with whether its mail is archived (an oversize one is not)."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where the mailbox is, and how to get in: a password, or an OAuth bearer token which then wins."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    timeout: float = 60


@dataclass(frozen=True, slots=True)
class MailPlace:
    """What the mailbox needs: the way in, folders ("" for done mails: they stay), the size cap of a whole mail, what is
    known of it; how often a failing command is tried, and the first pause in seconds."""

    login: Login
    folder: str
    done_folder: str
    max_bytes: int
    known: Known
    tries: int = 6
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """Where outputs are written, what workbooks are called there (a pattern), and whether bytes are on record."""

    outputs: Path
    pattern: str
    is_known: Callable[[str], bool]


class Channel(Protocol):
    """A source of returns. Nothing is taken away before `done` is called, after the record is safe."""

    name: str

    def fetch(self) -> Iterator[Incoming]:
        """What is waiting, oldest first."""

    def done(self, incoming: Incoming) -> None:
        """The file, or the container with all its parts, is archived and recorded: it may leave the channel. May be
        repeated."""

    def close(self) -> None:
        """Nothing more will be asked: what is open may be closed. May be repeated."""


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """What a channel may need to start: the drop folder, the size cap, how long a file must have been still, the
    mailbox (None: mail is off), and the written workbooks (None: nobody asks for them)."""

    inbox: Path
    max_bytes: int
    settle_seconds: float
    mail: MailPlace | None = None
    written: WrittenPlace | None = None
