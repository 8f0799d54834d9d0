"""Containers: files that hold files. Each part becomes an `Incoming` of its own, named `goi.zip/bao cao.xlsx`.

The container is archived whole first; it leaves its channel once all its parts are recorded. What cannot be unpacked
goes on as it is, and the guard names the reason. Another kind of container is one `Opener` and a line in `OPENERS`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from tracker.intake.archive import sha256
from tracker.intake.channel import Channel, Container, Incoming
from tracker.intake.litter import is_litter
from tracker.intake.mime import MailPart, open_mail
from tracker.intake.trust import Trust
from tracker.intake.wrapped import looks_like_mail
from tracker.intake.zips import BROKEN, MAX_TOTAL, Stopped, name_of, opened, read_counted
from tracker.model import MailKind
from tracker.vietnamese import safe_name

MAX_DEPTH = 3
MAX_PARTS = 50
_MAX_NESTED = 64 * 1024**2
"""Bytes of containers inside a container that are held while their parts are taken."""
_HEAD = 64
_HEAD_OF_PART = 1024
_OFFICE_STARTS = (b"[Content_Types].xml", b"mimetype", b"_rels/", b"docProps/", b"xl/", b"customXml/")
MAIN_PARTS = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "Index/Document.iwa": "Apple iWork",
    "Index.zip": "Apple iWork",
}
"""What tells a document of some office program, by the part that all of its kind have."""
_OFFICE_NAMES = frozenset({"[content_types].xml", "mimetype"})
_NAME_AT = 30
_LONGEST_KEY = 400


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a container. `read` gives its bytes, or why it cannot be read; `time` orders parts ("" last);
    `head` are its first bytes."""

    name: str
    time: tuple[int, ...]
    head: bytes
    read: Callable[[int], bytes | Stopped]


class Opener(Protocol):
    """One kind of container."""

    def knows(self, data: bytes) -> bool:
        """Whether these are the bytes, or the first bytes, of such a container. Never raises."""

    def parts(self, data: bytes) -> tuple[Part, ...] | Stopped:
        """What it holds, none of it read; why not, or no parts where it is not such a container after all."""


class ZipOpener:
    """Zip archives that are no Office document."""

    def knows(self, data: bytes) -> bool:
        return data.startswith(b"PK\x03\x04") and not data[_NAME_AT:_HEAD].startswith(_OFFICE_STARTS)

    def parts(self, data: bytes) -> tuple[Part, ...] | Stopped:
        try:
            archive = opened(data)
            if isinstance(archive, Stopped):
                return archive
            if is_office(archive):
                return ()
            return tuple(_zipped(archive, entry) for entry in archive.infolist() if not _is_folder(entry))
        except BROKEN as error:
            return Stopped("damaged", {"why": type(error).__name__})


class MailOpener:
    """Whole mails somebody saved (.eml): their files as files of the folder, for nobody vouches for whose they are."""

    def knows(self, data: bytes) -> bool:
        return looks_like_mail(data)

    def parts(self, data: bytes) -> tuple[Part, ...] | Stopped:
        mail = open_mail(data, Trust())
        if mail.kind is MailKind.BROKEN:
            return Stopped("damaged", {"why": "mail"})
        return tuple(map(_attached, mail.parts))


def _attached(part: MailPart) -> Part:
    def read(limit: int) -> bytes | Stopped:
        if part.problem:
            return Stopped(part.problem)
        too_large = Stopped("too_large", {"size": len(part.data), "limit": limit})
        return part.data if len(part.data) <= limit else too_large

    return Part(part.name, (), part.data[:_HEAD_OF_PART], read)


OPENERS: tuple[Opener, ...] = (ZipOpener(), MailOpener())


def is_office(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a document of some office program, whichever."""
    return any(name in MAIN_PARTS or name.casefold() in _OFFICE_NAMES for name in archive.namelist())


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(("/", "\\"))


def _zipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Part:
    def read(limit: int) -> bytes | Stopped:
        try:
            content = read_counted(archive, entry, limit)
        except BROKEN as error:
            return Stopped("damaged", {"why": type(error).__name__})
        if isinstance(content, int):
            return Stopped("too_large", {"size": entry.file_size, "limit": limit})
        return content

    return Part(name_of(entry), entry.date_time, _head_of(archive, entry), read)


def _head_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """First bytes; none of an entry that cannot be read, which is told when it is to be read."""
    try:
        with archive.open(entry) as stream:
            return stream.read(_HEAD_OF_PART)
    except BROKEN:
        return b""


def contents(data: bytes, depth: int = 1) -> tuple[Part, ...] | Stopped:
    """All files in a container and in those inside it, by their own time, then name; empty: it is no container.

    Stopped: locked, damaged, or too much of anything. A container inside that cannot be opened is a file like others.
    """
    parts = _opened(data)
    if isinstance(parts, Stopped):
        return parts
    found: list[Part] = []
    held = 0
    for part in parts:
        inner = _inner(part, depth)
        held += inner[0]
        found += inner[1]
        if held > _MAX_NESTED or sum(not is_litter(each.name) for each in found) > MAX_PARTS:
            return Stopped("too_large", {"entries": len(found), "limit": MAX_PARTS, "variant": "zip"})
    return tuple(sorted(found, key=lambda part: (part.time, part.name)))


def _opened(data: bytes) -> tuple[Part, ...] | Stopped:
    opener = next((each for each in OPENERS if each.knows(data)), None)
    return opener.parts(data) if opener else ()


def _inner(part: Part, depth: int) -> tuple[int, tuple[Part, ...]]:
    """(bytes to be held, parts) of what a part holds; where it is no container, itself."""
    if depth >= MAX_DEPTH or is_litter(part.name) or not any(each.knows(part.head) for each in OPENERS):
        return 0, (part,)
    data = part.read(_MAX_NESTED)
    parts = contents(data, depth + 1) if isinstance(data, bytes) else ()
    if not isinstance(data, bytes) or isinstance(parts, Stopped) or _is_bare(parts):
        return 0, (part,)
    return len(data), tuple(replace(each, name=f"{part.name}/{each.name}") for each in parts)


def _is_bare(parts: tuple[Part, ...]) -> bool:
    """Whether there is nothing but litter."""
    return all(is_litter(part.name) for part in parts)


class Unpacking:
    """A channel whose containers come with their parts: first the container (`holds` tells how many), then each.

    The parts have the container's time, a microsecond apart: what stands later in it is the newer of two.
    """

    def __init__(self, channel: Channel, max_bytes: int) -> None:
        self.name = channel.name
        self._channel = channel
        self._max_bytes = max_bytes

    def fetch(self) -> Iterator[Incoming]:
        for incoming in self._channel.fetch():
            parts = contents(incoming.data) if incoming.data else ()
            if isinstance(parts, Stopped) or _is_bare(parts):
                yield incoming
            else:
                yield from self._unpacked(incoming, parts)

    def done(self, incoming: Incoming) -> None:
        """A container leaves as what came by itself does; whoever records its parts knows when."""
        self._channel.done(incoming)

    def close(self) -> None:
        self._channel.close()

    def _unpacked(self, incoming: Incoming, parts: tuple[Part, ...]) -> Iterator[Incoming]:
        keys = _keys(incoming.key, parts)
        outer = Container(incoming.key, sha256(incoming.data or b""), "")
        yield replace(incoming, holds=len(parts))
        left = MAX_TOTAL
        for place, (key, part) in enumerate(zip(keys, parts, strict=True)):
            each = self._part(incoming, key, part, left, replace(outer, inner_name=safe_name(part.name)))
            each = replace(each, modified_at=incoming.modified_at + timedelta(microseconds=place))
            left -= each.size
            yield each

    def _part(self, incoming: Incoming, key: str, part: Part, left: int, container: Container) -> Incoming:
        known = replace(
            incoming,
            name=safe_name(f"{incoming.name}/{container.inner_name}"),
            key=key,
            data=None,
            size=0,
            container=container,
        )
        if is_litter(part.name):
            return replace(known, why="litter")
        content = part.read(min(self._max_bytes, left))
        if isinstance(content, Stopped):
            return replace(known, why=content.problem, size=int(str(content.facts.get("size", 0))))
        return replace(known, data=content, size=len(content))


def _keys(outer: str, parts: tuple[Part, ...]) -> list[str]:
    """One key each, always the same for the same container; names that read alike are numbered."""
    keys: list[str] = []
    for number, part in enumerate(parts):
        key = f"{outer}!{safe_name(part.name)}"[:_LONGEST_KEY]
        keys.append(key if key not in keys else f"{key}#{number}")
    return keys
