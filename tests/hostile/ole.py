"""An OLE file (compound document) around a stream, and what may be wrong with its sectors."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAM_LEAST = 4096


@dataclass(frozen=True)
class Ole:
    """A compound document of some streams. `patches` overwrite (offset, bytes) of the header at the end of all;
    `links` overwrite entries of the sector table; `siblings` the tree of names."""

    streams: Mapping[str, bytes]
    patches: Sequence[tuple[int, bytes]] = ()
    links: Sequence[tuple[int, int]] = ()
    siblings: Sequence[tuple[int, tuple[int, int, int]]] = ()
    sizes: Mapping[str, int] | None = None

    def data(self) -> bytes:
        names = ["Root Entry", *self.streams]
        directory_sectors = -(-len(names) * 128 // SECTOR)
        contents = [_filled(content, max(_STREAM_LEAST, len(content))) for content in self.streams.values()]
        counts = [len(content) // SECTOR for content in contents]
        body = directory_sectors + sum(counts)
        fat_count = next(n for n in range(1, 999) if n * (SECTOR // 4) >= body + n)
        chains, starts = _chains([directory_sectors, *counts])
        table = [*chains, *[FAT_SECTOR] * fat_count]
        for place, target in self.links:
            table[place] = target
        table += [FREE] * (fat_count * (SECTOR // 4) - len(table))
        fat_at = list(range(body, body + fat_count))
        whole = bytearray(self._header(fat_at) + self._directory(names, starts[1:], contents, directory_sectors))
        whole += b"".join(contents) + struct.pack(f"<{len(table)}L", *table)
        for place, piece in self.patches:
            whole[place : place + len(piece)] = piece
        return bytes(whole)

    def _header(self, fat_at: list[int]) -> bytes:
        head = _SIGNATURE + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
        head += struct.pack("<9L", 0, len(fat_at), 0, 0, _STREAM_LEAST, END, 0, END, 0)
        return head + struct.pack("<109L", *fat_at, *[FREE] * (109 - len(fat_at)))

    def _directory(self, names: list[str], starts: list[int], contents: list[bytes], sectors: int) -> bytes:
        trees = {0: (FREE, FREE, 1)} | {
            n: (FREE, n + 1 if n + 1 < len(names) else FREE, FREE) for n in range(1, len(names))
        }
        trees |= dict(self.siblings)
        entries = b""
        for number, name in enumerate(names):
            text = name.encode("utf-16-le") + b"\0\0"
            start, size = (END, 0) if not number else (starts[number - 1], len(contents[number - 1]))
            size = (self.sizes or {}).get(name, size)
            kind = 5 if not number else 2
            entries += _filled(text, 64, 64) + struct.pack("<HBB3L", len(text), kind, 1, *trees[number])
            entries += bytes(36) + struct.pack("<LQ", start, size)
        return _filled(entries, sectors * SECTOR)


def _filled(content: bytes, least: int, step: int = SECTOR) -> bytes:
    size = -(-max(least, len(content)) // step) * step
    return content + bytes(size - len(content))


def _chains(counts: list[int]) -> tuple[list[int], list[int]]:
    """The sector table of chains that lie one behind the other, and where each starts."""
    table: list[int] = []
    starts = []
    for count in counts:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), END]
    return table, starts
