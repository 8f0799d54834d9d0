"""The drop folder: whatever lies in `workbooks/inbox/`. A file leaves it once archived and recorded.

Office litter (lock files, thumbnails) and files still being copied are left alone, and so are files above the size cap.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tracker.intake.channel import ChannelPlace, Incoming
from tracker.vietnamese import safe_name

_LITTER_NAMES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", ".gitkeep"})
_LITTER_STARTS = ("~$", ".~lock.", "._", "~")
_COPYING_ENDS = (".part", ".partial", ".crdownload", ".tmp", ".download")
_LOOK_AGAIN_SECONDS = 0.4


class Folder:
    """A drop folder and the folders below it."""

    name = "folder"

    def __init__(self, place: ChannelPlace) -> None:
        self._place = place

    def fetch(self) -> Iterator[Incoming]:
        """Files by modification time, then name. A file that changes between two looks is still being copied."""
        files = [path for path in self._place.inbox.rglob("*") if path.is_file() and not path.is_symlink()]
        first = {path: _look(path) for path in files}
        if any(self._is_young(path) for path in files):
            time.sleep(min(_LOOK_AGAIN_SECONDS, self._place.settle_seconds))
        for path in sorted(files, key=lambda p: (first[p], p.name)):
            if incoming := self._incoming(path, first[path]):
                yield incoming

    def done(self, incoming: Incoming) -> None:
        self._path(incoming).unlink(missing_ok=True)

    def _path(self, incoming: Incoming) -> Path:
        return self._place.inbox / incoming.key

    def _is_young(self, path: Path) -> bool:
        looked = _look(path)
        return looked is not None and time.time() - looked[0] / 1e9 < self._place.settle_seconds

    def _incoming(self, path: Path, before: tuple[int, int] | None) -> Incoming | None:
        now = _look(path)
        if now is None:
            return None
        key = path.relative_to(self._place.inbox).as_posix()
        why = _why_left(path, now[1], self._place.max_bytes) or ("" if now == before else "copying")
        modified = datetime.fromtimestamp(now[0] / 1e9, UTC)
        name = safe_name(path.name.encode("utf-8", "replace").decode())
        data = None if why else _read(path)
        return Incoming(name, key, data, modified, size=now[1], why=why or ("" if data is not None else "unreadable"))


def _look(path: Path) -> tuple[int, int] | None:
    """(modification time in ns, size), or None where the file has gone."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size


def _why_left(path: Path, size: int, max_bytes: int) -> str:
    name = path.name.casefold()
    if name in _LITTER_NAMES or name.startswith(_LITTER_STARTS):
        return "litter"
    if name.endswith(_COPYING_ENDS):
        return "copying"
    return "too_large" if size > max_bytes else ""


def _read(path: Path) -> bytes | None:
    """The bytes; None where another program keeps the file for itself (Windows) or rights are missing."""
    try:
        with path.open("rb") as file:
            data = file.read()
            return data if os.fstat(file.fileno()).st_size == len(data) else None
    except OSError:
        return None
