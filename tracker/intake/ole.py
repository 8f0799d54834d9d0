"""The directory of an OLE file (.xls, .doc, .msg …) and single streams of it, read in bounded steps.

Enough to tell what a file is and where its cells stand: readers of the format follow chains of sectors wherever they
lead, and a chain that bites its tail never ends.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_REAL = 0xFFFFFFFA
_END = 0xFFFFFFFE
_ENTRY_SIZE = 128
_HEADER_DIFAT = 109
_MAX_SECTORS = 1 << 20


class BrokenOleError(ValueError):
    """No OLE file after all, cut off, or its sectors run in a circle."""


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    start: int
    size: int


class Ole:
    """An OLE file opened: names of its streams and storages; `stream` reads one. Raises BrokenOleError."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(SIGNATURE):
            raise BrokenOleError("header")
        self._data = data
        self._shift, self._mini_shift = struct.unpack_from("<HH", data, 30)
        if self._shift not in (9, 12) or self._mini_shift > self._shift:
            raise BrokenOleError("sector size")
        head = struct.unpack_from("<6I", data, 48)
        self._cutoff = head[2]
        self._next = self._table()
        self._mini_next = _numbers(b"".join(self._sectors(head[3])))
        self._entries = self._directory(head[0])

    @property
    def names(self) -> frozenset[str]:
        """Names of streams and storages, wherever in the tree they stand."""
        return frozenset(self._entries)

    def stream(self, name: str) -> bytes:
        entry = self._entries[name]
        if entry.size >= self._cutoff:
            return b"".join(self._sectors(entry.start))[: entry.size]
        root = next((each for each in self._entries.values() if each.kind == 5), None)
        if root is None:
            raise BrokenOleError("no root")
        small = b"".join(self._sectors(root.start))
        size = 1 << self._mini_shift
        chain = _chain(entry.start, self._mini_next)
        return b"".join(small[number * size : (number + 1) * size] for number in chain)[: entry.size]

    def _table(self) -> tuple[int, ...]:
        """The sector that follows each sector."""
        numbers = [n for n in struct.unpack_from(f"<{_HEADER_DIFAT}I", self._data, 76) if n < _LAST_REAL]
        per_sector = (1 << self._shift) // 4
        more, seen = struct.unpack_from("<I", self._data, 68)[0], 0
        while more < _LAST_REAL:
            listed = _numbers(self._sector(more))
            numbers += [n for n in listed[:-1] if n < _LAST_REAL]
            more, seen = listed[-1], seen + 1
            if seen * per_sector > _MAX_SECTORS:
                raise BrokenOleError("circle")
        if len(numbers) * per_sector > 2 * _MAX_SECTORS or len(set(numbers)) != len(numbers):
            raise BrokenOleError("circle")
        return _numbers(b"".join(self._sector(number) for number in numbers))

    def _sector(self, number: int) -> bytes:
        """One sector; the last of a file may be short."""
        place = (number + 1) << self._shift
        if place >= len(self._data):
            raise BrokenOleError("cut off")
        found = self._data[place : place + (1 << self._shift)]
        return found + bytes((1 << self._shift) - len(found))

    def _sectors(self, start: int) -> Iterator[bytes]:
        return map(self._sector, _chain(start, self._next))

    def _directory(self, start: int) -> dict[str, _Entry]:
        entries: dict[str, _Entry] = {}
        listed = b"".join(self._sectors(start))
        for place in range(0, len(listed) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
            length, kind = struct.unpack_from("<HB", listed, place + 64)
            if kind in (1, 2, 5):
                name = listed[place : place + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                first, size = struct.unpack_from("<II", listed, place + 116)
                entries.setdefault(name, _Entry(kind, first, size))
        return entries


def _chain(start: int, following: tuple[int, ...]) -> Iterator[int]:
    """Sectors from the first to the last. BrokenOleError: it leaves the table, or comes back to where it was."""
    number, steps = start, 0
    while number < _LAST_REAL:
        if number >= len(following) or steps > len(following):
            raise BrokenOleError("circle" if number < len(following) else "cut off")
        yield number
        number, steps = following[number], steps + 1


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data)
