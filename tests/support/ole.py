"""OLE files and the workbook streams of .xls, made byte by byte: what is in them no spreadsheet program would write."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from tracker.intake.ole import SIGNATURE

_SECTOR = 512
_END, _FAT, _FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_LEAST = 4096
"""Streams below this would go into the mini stream."""


def ole_of(streams: Mapping[str, bytes], storages: tuple[str, ...] = (), *, circle: str = "") -> bytes:
    """An OLE file of these streams; `circle`: the sectors of this stream (or of the "directory") have no end."""
    entries = [("Root Entry", 5, b"")] + [(name, 1, b"") for name in storages]
    entries += [(name, 2, data.ljust(_LEAST, b"\0")) for name, data in streams.items()]
    directory_size = -(-len(entries) * 128 // _SECTOR)
    sizes = [directory_size] + [-(-len(data) // _SECTOR) for _, _, data in entries]
    tables = 1
    while tables * (_SECTOR // 4) < tables + sum(sizes):
        tables += 1
    fat = [_FAT] * tables
    starts = []
    for size in sizes:
        starts.append(len(fat) if size else _END)
        fat += [*range(len(fat) + 1, len(fat) + size), _END] if size else []
    looped = ["directory", *[name for name, _, _ in entries]].index(circle) if circle else -1
    if looped >= 0:
        fat[starts[looped] + sizes[looped] - 1] = starts[looped]
    directory = b"".join(_entry(*each, start) for each, start in zip(entries, starts[1:], strict=True))
    body = b"".join(data.ljust(-(-len(data) // _SECTOR) * _SECTOR, b"\0") for _, _, data in entries)
    fat += [_FREE] * (tables * (_SECTOR // 4) - len(fat))
    return (
        _header(tables, starts[0])
        + struct.pack(f"<{len(fat)}I", *fat)
        + directory.ljust(directory_size * _SECTOR, b"\0")
        + body
    )


def _header(tables: int, directory: int) -> bytes:
    head = SIGNATURE + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, tables, directory, 0, _LEAST, _END, 0, _END, 0)
    return head + struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))


def _entry(name: str, kind: int, data: bytes, start: int) -> bytes:
    text = name.encode("utf-16-le")
    links = struct.pack("<BB3I", kind, 1, _FREE, _FREE, 1 if kind == 5 else _FREE)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<H", len(text) + 2)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, len(data))
    )


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of a workbook stream."""
    return struct.pack("<HH", kind, len(content)) + content


def cell(row: int, column: int) -> bytes:
    """A number in a cell."""
    return record(0x203, struct.pack("<HHHd", row, column, 0, 7.0))


def biff8(*sheets: bytes, dimensions: tuple[int, int] = (1, 1), after_bof: bytes = b"", version: int = 0x600) -> bytes:
    """A workbook stream with one sheet for each argument; `dimensions` is what all of them claim."""
    size = 16 if version == 0x600 else 8
    bof = [record(0x809, struct.pack("<HHHH", version, kind, 0, 0).ljust(size, b"\0")) for kind in (5, 0x10)]
    names = [_sheet_name(f"S{n}", version) for n in range(len(sheets))]
    claimed = record(0x200, struct.pack("<IIHHH", 0, dimensions[0], 0, dimensions[1], 0))
    if version != 0x600:
        claimed = record(0x200, struct.pack("<5H", 0, dimensions[0], 0, dimensions[1], 0))
    bodies = [bof[1] + claimed + sheet + record(0x0A) for sheet in sheets]
    start = len(bof[0]) + len(after_bof) + sum(len(name) + 10 for name in names) + 4
    heads = []
    for name, body in zip(names, bodies, strict=True):
        heads.append(record(0x85, struct.pack("<IH", start, 0) + name))
        start += len(body)
    return bof[0] + after_bof + b"".join(heads) + record(0x0A) + b"".join(bodies)


def _sheet_name(name: str, version: int) -> bytes:
    text = name.encode("latin-1")
    return bytes([len(text), 0]) + text if version == 0x600 else bytes([len(text)]) + text
