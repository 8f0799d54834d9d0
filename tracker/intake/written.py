"""Consolidated workbooks where they were written: the office writes into them there, and there they stay.

One that still is as it was written brings nothing: its sha-256 stands in a list beside it, put there before the file
itself. Whatever is named like one is looked at, also what the office saved beside it or under another ending.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tracker.intake.archive import mark_of, put_whole, sha256
from tracker.intake.channel import ChannelPlace, Incoming, WrittenPlace
from tracker.intake.folder import Folder
from tracker.model import REMARKS_CHANNEL

LIST = ".tracker-written.json"
"""Beside the outputs of a period: the sha-256 of each that has a version, as it was written."""
_ENDS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LEFT = ("litter", "link", "pipe", "copying")
_LOOKED_AT = 1 << 30
"""Bytes: whether a file is ours is asked of any that could be."""


def as_written(folder: Path) -> frozenset[str]:
    """The sha-256 of outputs of a period as they were written; none where the list is gone or damaged."""
    try:
        told = json.loads((folder / LIST).read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(map(str, told["sha256"])) if isinstance(told, dict) and "sha256" in told else frozenset()


def remember_written(folder: Path, digest: str) -> None:
    """Call it before the file itself is written."""
    known = as_written(folder)
    if digest not in known:
        put_whole(folder / LIST, json.dumps({"sha256": sorted({*known, digest})}, indent=1).encode())


def is_as_written(path: Path) -> bool:
    """Whether nobody has changed an output since it was written."""
    return sha256(path.read_bytes()) in as_written(path.parent)


class Written:
    """Workbooks in which somebody may have written since they were made or last read."""

    name = REMARKS_CHANNEL

    def __init__(self, place: ChannelPlace, written: WrittenPlace) -> None:
        self._written = written
        self._max_bytes = place.max_bytes
        self._folder = Folder(replace(place, inbox=written.outputs, max_bytes=_LOOKED_AT), written.pattern)

    def fetch(self) -> Iterator[Incoming]:
        """Workbooks by modification time, then name; what is being written right now waits for the next run."""
        for incoming in self._folder.fetch():
            if incoming.why in _LEFT or not incoming.name.casefold().endswith(_ENDS):
                continue
            if incoming.data is None:
                yield incoming
                continue
            digest = sha256(incoming.data)
            folder = self._written.outputs / Path(incoming.key).parent
            if digest in as_written(folder) or self._written.is_known(digest):
                continue
            if incoming.size > self._max_bytes:
                incoming = replace(incoming, data=None, why="too_large")
                if self._written.is_known(mark_of(incoming)):
                    continue
            yield incoming

    def done(self, incoming: Incoming) -> None:
        """It is the office's, and stays."""

    def close(self) -> None:
        """Nothing is open."""
