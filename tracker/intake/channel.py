"""Where returns come from. A new channel is one module with a `Channel`, and a line in `channels`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Container:
    """What a part came in: the container's key in its channel, its sha-256, and the part's name inside."""

    key: str
    sha256: str
    inner_name: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing received. `data` None: left where it is, `why` says: litter, copying, too_large, unreadable; of a
    part of a container also damaged.

    `key` identifies this arrival within its channel, however often it is looked at; `modified_at` orders a folder.
    `holds` > 0: a container, only to be archived; so many parts follow, each with `container` set.
    `received_at`: when the mail server took it; None: the channel has no such time, the run's clock counts.
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


class Channel(Protocol):
    """A source of returns. Nothing is taken away before `done` is called, after the record is safe."""

    name: str

    def fetch(self) -> Iterator[Incoming]:
        """What is waiting, oldest first."""

    def done(self, incoming: Incoming) -> None:
        """The file is archived and recorded: it may leave the channel. May be repeated."""


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """What a channel may need to start: the drop folder, the size cap, how long a file must have been still."""

    inbox: Path
    max_bytes: int
    settle_seconds: float
