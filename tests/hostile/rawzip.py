"""Zip archives written field by field, so that each may lie."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
UTF8, ENCRYPTED, DESCRIPTOR = 0x800, 1, 8


@dataclass(frozen=True)
class Entry:
    """One entry: `packed` as it lies in the file. Fields that are None follow from the others."""

    name: bytes
    packed: bytes
    size: int = 0
    crc: int = 0
    method: int = DEFLATED
    flags: int = 0
    claimed_packed: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    offset: int | None = None
    attributes: int = 0
    is_only_listed: bool = False
    """Listed in the directory, with nothing of its own in the file."""

    @property
    def packed_size(self) -> int:
        return len(self.packed) if self.claimed_packed is None else self.claimed_packed

    def local(self) -> bytes:
        name = self.name if self.local_name is None else self.local_name
        told = (0, 0, 0) if self.flags & DESCRIPTOR else (self.crc, self.packed_size, self.size)
        fields = (20, self.flags, self.method, 0, 0x21, *map(_long, told), len(name), len(self.local_extra))
        whole = struct.pack("<4s5H3L2H", b"PK\3\4", *fields) + name + self.local_extra + self.packed
        if self.flags & DESCRIPTOR:
            whole += struct.pack("<4s3L", b"PK\7\x08", self.crc, len(self.packed), self.size)
        return whole

    def listed(self, offset: int) -> bytes:
        place = offset if self.offset is None else self.offset
        fields = (45, 20, self.flags, self.method, 0, 0x21, self.crc, _long(self.packed_size), _long(self.size))
        lengths = (len(self.name), len(self.extra), 0, 0, 0, self.attributes, _long(place))
        return struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields, *lengths) + self.name + self.extra


def _long(number: int) -> int:
    return number & 0xFFFFFFFF


def deflated(name: str, content: bytes, flags: int = 0) -> Entry:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(content) + squeeze.flush()
    return Entry(name.encode(), packed, len(content), zlib.crc32(content), flags=flags)


def stored(name: str, content: bytes) -> Entry:
    return Entry(name.encode(), content, len(content), zlib.crc32(content), STORED)


def entries_of(data: bytes) -> list[Entry]:
    """The entries of an honest archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [deflated(name, archive.read(name)) for name in archive.namelist()]


def written(
    entries: Sequence[Entry],
    before: bytes = b"",
    after: bytes = b"",
    comment: bytes = b"",
    count: int | None = None,
    shift: int = 0,
    disk: int = 0,
    zip64: bytes = b"",
) -> bytes:
    """The archive; `shift` is added to where its end says the directory begins."""
    body, places = io.BytesIO(), []
    body.write(before)
    for entry in entries:
        places.append(body.tell())
        body.write(b"" if entry.is_only_listed else entry.local())
    start = body.tell()
    listing = b"".join(entry.listed(place) for entry, place in zip(entries, places, strict=True))
    number = (len(entries) if count is None else count) & 0xFFFF
    end = struct.pack(
        "<4s4H2LH", b"PK\5\6", disk, disk, number, number, _long(len(listing)), _long(start + shift), len(comment)
    )
    return body.getvalue() + listing + zip64 + end + comment + after


def renamed(entries: Iterable[Entry], old: str, **fields: object) -> list[Entry]:
    """The entries, one of them with other fields."""
    return [replace(each, **fields) if each.name == old.encode() else each for each in entries]  # type: ignore[arg-type]
