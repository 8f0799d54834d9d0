"""The drop folder: whatever lies in `workbooks/inbox/`. A file leaves it once archived and recorded.

Office litter (lock files, thumbnails) and files still being copied are left alone, and so are files above the size cap.
Links and pipes are told of and never opened: nobody knows what stands behind them.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tracker.intake.channel import ChannelPlace, Incoming
from tracker.intake.litter import is_litter
from tracker.vietnamese import safe_name

_COPYING_ENDS = (".part", ".partial", ".crdownload", ".tmp", ".download")
_LOOK_AGAIN_SECONDS = 0.4

Look = tuple[int, int]
"""(modification time in ns, size) of a file."""


class Folder:
    """A drop folder and the folders below it; of another folder only what a pattern names."""

    name = "folder"

    def __init__(self, place: ChannelPlace, pattern: str = "**/*") -> None:
        self._place = place
        self._pattern = pattern
        self._seen: dict[str, tuple[Path, Look]] = {}

    def fetch(self) -> Iterator[Incoming]:
        """Files by modification time, then name. A file that changes between two looks is still being copied."""
        paths = list(self._place.inbox.glob(self._pattern))
        first = {path: look for path in paths if (look := _look(path))}
        if any(self._is_young(look) for look in first.values()):
            time.sleep(min(_LOOK_AGAIN_SECONDS, self._place.settle_seconds))
        for path, look in sorted(first.items(), key=lambda each: (each[1][0], each[0].name)):
            if incoming := self._incoming(path, look):
                yield incoming
        yield from (found for path in sorted(set(paths) - first.keys()) if (found := self._no_file(path)))

    def done(self, incoming: Incoming) -> None:
        """Takes the file away; one that was written anew in the meantime stays, for nobody has read that."""
        path, look = self._seen.get(incoming.key, (None, None))
        if path and _look(path) == look:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""

    def _is_young(self, look: Look) -> bool:
        return time.time() - look[0] / 1e9 < self._place.settle_seconds

    def _incoming(self, path: Path, before: Look) -> Incoming | None:
        now = _look(path)
        if now is None:
            return None
        key = self._key(path)
        self._seen[key] = path, now
        why = _why_left(path, now[1], self._place.max_bytes) or ("" if now == before else "copying")
        modified = datetime.fromtimestamp(now[0] / 1e9, UTC)
        data = None if why else _read(path)
        why = why or ("" if data is not None else "unreadable")
        return Incoming(safe_name(_text(path.name)), key, data, modified, size=now[1], why=why)

    def _no_file(self, path: Path) -> Incoming | None:
        """A link, a pipe or the like, left where it is; None for a folder, or what has gone."""
        try:
            seen = path.lstat()
        except OSError:
            return None
        if stat.S_ISDIR(seen.st_mode) or stat.S_ISREG(seen.st_mode):
            return None
        modified = datetime.fromtimestamp(seen.st_mtime, UTC)
        why = "link" if stat.S_ISLNK(seen.st_mode) else "pipe"
        return Incoming(safe_name(_text(path.name)), self._key(path), None, modified, why=why)

    def _key(self, path: Path) -> str:
        return _text(path.relative_to(self._place.inbox).as_posix())


def _text(name: str) -> str:
    """A file's name as text: bytes that are no UTF-8 (names zipped under Windows) are spelt out, like `\\xe1`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _look(path: Path) -> Look | None:
    """None where the file has gone, cannot be looked at, or is no file of its own (a folder, a link, a pipe)."""
    try:
        seen = path.lstat()
    except OSError:
        return None
    return (seen.st_mtime_ns, seen.st_size) if stat.S_ISREG(seen.st_mode) else None


def _why_left(path: Path, size: int, max_bytes: int) -> str:
    if is_litter(path.name):
        return "litter"
    if path.name.casefold().endswith(_COPYING_ENDS):
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
