"""The archive: every file received, under its sha-256, with a JSON beside it that tells how it came.

Written aside, synced, renamed: a file is there whole or not at all. Names of senders are text in the JSON, never paths.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker.intake.channel import Incoming

_PRIVATE = 0o600
_UMASK = os.umask(0)  # the only way to ask is to set it
os.umask(_UMASK)
_PAUSES = (0.05, 0.2, 0.5)
_ASIDE = re.compile(r"\.[a-z0-9_]{8}\.part")
"""Names of files that are being written."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Where a file lies: `path` relative to the archive's root."""

    sha256: str
    path: str


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def store(root: Path, period: str, data: bytes, receipt: Mapping[str, Any], received_at: datetime) -> Archived:
    """Puts a file in safety before anything else happens to it; `settle` before it may leave its channel.

    The same bytes are kept once; each arrival has its own JSON, which a later attempt at the same arrival overwrites.
    """
    archived = keep(root, period, data)
    how = {"size": len(data), "received_at": received_at.isoformat(), **receipt}
    put_note(root, period, archived.sha256, how)
    return archived


def put_note(root: Path, period: str, digest: str, how: Mapping[str, Any]) -> None:
    """The JSON of an arrival, also of one whose file is not in the archive. The folder is there."""
    text = json.dumps({**how, "sha256": digest}, ensure_ascii=False, indent=1, sort_keys=True).encode()
    name = note_name(digest, how["channel"], how["key"], how["name"], instant(how["modified_at"]))
    note = root / period / f"{name}.json"
    if not note.exists() or note.read_bytes() != text:
        put_whole(note, text)


def note_name(digest: str, channel: str, key: str, name: str, modified_at: datetime) -> str:
    """What the JSON of an arrival is called, without its ending: `<sha256>.<the file's time>-<hash of its place>`."""
    mark = sha256(f"{channel}|{key}|{name}|{modified_at.isoformat()}".encode())[:8]
    return f"{digest}.{modified_at:%Y%m%dT%H%M%S}-{mark}"


def keep(root: Path, period: str, data: bytes) -> Archived:
    """Only the bytes, where it takes a look into them to tell how they came (`store` then writes that beside them)."""
    digest = sha256(data)
    folder = root / period
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / digest
    if not target.exists():
        put_whole(target, data)
    return Archived(digest, f"{period}/{digest}")


def how_it_came(incoming: Incoming, channel: str) -> dict[str, Any]:
    """What the JSON tells of an arrival: name, place, sender and grade, time; of a container how many parts it
    `holds`, of a part what it came in, of a mail all that its row in the ledger says."""
    how: dict[str, Any] = {
        "name": incoming.name,
        "channel": channel,
        "key": incoming.key,
        "sender": incoming.sender,
        "modified_at": incoming.modified_at.isoformat(),
    }
    if incoming.container:
        outer = incoming.container
        how["container"] = {"sha256": outer.sha256, "key": outer.key, "name": outer.inner_name}
    if incoming.holds:
        how["holds"] = incoming.holds
    if incoming.why:
        how["why"] = incoming.why
    if incoming.received_at:
        how["is_servers_time"] = True
    if incoming.grade:
        how["grade"] = incoming.grade.value
    if incoming.mail:
        told: dict[str, Any] = {"kind": incoming.mail.kind.value, "message_id": incoming.mail.message_id}
        told |= {"subject": incoming.mail.subject, "references": list(incoming.mail.references)}
        how |= {**told, "parts": list(incoming.mail.parts)}
    if incoming.renumbers:
        old = incoming.renumbers
        how["renumbers"] = f"{old.folder};{old.uidvalidity};{old.uid}"
    return how


def mark_of(incoming: Incoming) -> str:
    """What stands for the sha-256 of a file that was not read: the same for the same file, however often it is met."""
    place = incoming.container.sha256 if incoming.container else "oversize"
    return sha256(f"{place}|{incoming.key}|{incoming.size}".encode())


def load(root: Path, archived: str) -> bytes:
    """The bytes of an archived file by its relative path."""
    return (root / archived).read_bytes()


def instant(text: str) -> datetime:
    """A time as notes in the archive tell it."""
    return datetime.fromisoformat(text)


def settle(root: Path, period: str) -> None:
    """Makes the names of what was stored survive a power cut; once for many files."""
    for folder in (root / period, root):
        if folder.exists():
            sync_folder(folder)


def write_whole(target: Path, data: bytes) -> None:
    """Writes aside in the same folder, syncs, renames: the final name never shows half a file, and stays.

    A file for people: whoever could open the one it replaces still can, a new one is as the umask says.
    """
    put_whole(target, data, _mode_of(target))
    sync_folder(target.parent)


def _mode_of(target: Path) -> int:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        return 0o666 & ~_UMASK


def put_whole(target: Path, data: bytes, mode: int = _PRIVATE) -> None:
    """`write_whole` for one of many files, the owner's alone: its name is not safe before the folder is synced.

    PermissionError with `filename2` set: somebody holds the file of that name open (Windows), also after some waiting.
    """
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if mode != _PRIVATE and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        _rename(aside, target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _rename(aside: Path, target: Path) -> None:
    """A virus scanner holds a new file for a moment, too: a refusal is met with patience."""
    for pause in _PAUSES:
        try:
            aside.replace(target)
            return
        except PermissionError:
            time.sleep(pause)
    aside.replace(target)


def clear_asides(folder: Path) -> int:
    """Removes what runs that died had written aside below a folder; returns how many. Call it under the lock."""
    count = 0
    for root, _, names in os.walk(folder):
        for name in filter(_ASIDE.fullmatch, names):
            Path(root, name).unlink(missing_ok=True)
            count += 1
    return count


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder survive a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
