"""Zip files as people and their enemies make them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

_MARCH = (2025, 3, 18, 9, 0, 0)


def packed(files: Mapping[Any, bytes], time: tuple[int, ...] = _MARCH) -> bytes:
    """A zip of these files, in this order; a name in bytes is written as it is, without the UTF-8 mark."""
    stream = io.BytesIO()
    plain: dict[bytes, bytes] = {}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(files.items()):
            if isinstance(name, bytes):
                plain[b"@%0*d" % (len(name) - 1, number)] = name
                name = f"@{number:0{len(name) - 1}d}"
            entry = zipfile.ZipInfo(name, time)  # type: ignore[arg-type]
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    made = stream.getvalue()
    for stand_in, name in plain.items():
        made = made.replace(stand_in, name)
    return made


def timed(*files: tuple[str, bytes, tuple[int, ...]]) -> bytes:
    """A zip whose files have times of their own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data, time in files:
            archive.writestr(zipfile.ZipInfo(name, time), data)  # type: ignore[arg-type]
    return stream.getvalue()


def patched(data: bytes, offset: int, value: int, which: int = 0, size: str = "<H") -> bytes:
    """Another value in the directory entry number `which`, at this offset."""
    place = -1
    for _ in range(which + 1):
        place = data.index(b"PK\x01\x02", place + 1)
    changed = bytearray(data)
    struct.pack_into(size, changed, place + offset, value)
    return bytes(changed)


def with_password(data: bytes) -> bytes:
    """The zip as if its first file were enciphered."""
    return patched(data, 8, 1)


def overlapping(count: int = 5) -> bytes:
    """Directory entries that all lead to the same bytes, each under another name."""
    data = packed({f"a{n}.xlsx": b"x" * 3000 for n in range(count)})
    for n in range(count):
        data = patched(data, 42, 0, n, "<I")
    return data


def broken_part(data: bytes, content: bytes) -> bytes:
    """The zip with one stored part's contents damaged, so that its checksum is wrong."""
    assert content in data
    return data.replace(content, bytes(len(content)))
