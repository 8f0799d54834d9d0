"""Binary workbooks that no library here writes: .xlsb from a workbook of openpyxl, .xls records in an OLE file."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.support.packages import zip_of

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_FORMATS = ("General", "0%", "dd/mm/yyyy")


# --- .xlsb ------------------------------------------------------------------------------------------------------------


def xlsb_of(data: bytes) -> bytes:
    """An .xlsx workbook as .xlsb: values, merged cells, percentages, dates; errors and empty formulas.

    A text that begins with "#" and ends with "!", "?" or "A" becomes an error cell, "=" a formula without a value.
    """
    book = load_workbook(io.BytesIO(data))
    sheets = {f"rId{number}": sheet for number, sheet in enumerate(book.worksheets, 1)}
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    types += '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    links = {link: ("worksheet", f"worksheets/{link}.bin") for link in sheets} | {"rId999": ("styles", "styles.bin")}
    return zip_of(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.bin")}),
            "xl/workbook.bin": b"".join(_workbook(book, sheets)),
            "xl/_rels/workbook.bin.rels": _relations(links),
            "xl/styles.bin": b"".join(_styles()),
            **{f"xl/worksheets/{link}.bin": b"".join(_sheet(sheet, book)) for link, sheet in sheets.items()},
        }
    )


def _relations(links: dict[str, tuple[str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="{link}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for link, (kind, target) in links.items()
    )
    return f'<Relationships xmlns="{_LINKS}">{items}</Relationships>'.encode()


def record(kind: int, contents: bytes = b"") -> bytes:
    """A BIFF12 record: type in one or two bytes, size seven bits a byte."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, left = b"", len(contents)
    while True:
        size += bytes([left & 0x7F | (0x80 if left > 0x7F else 0)])
        left >>= 7
        if not left:
            return head + size + contents


def _wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded


def _workbook(book: Workbook, sheets: Mapping[str, Any]) -> Iterator[bytes]:
    yield record(131) + record(153, struct.pack("<II", book.epoch == CALENDAR_MAC_1904, 0) + _wide(""))
    yield record(143)
    for number, (link, sheet) in enumerate(sheets.items(), 1):
        yield record(156, struct.pack("<II", 0, number) + _wide(link) + _wide(sheet.title))
    yield record(144) + record(132)


def _styles() -> Iterator[bytes]:
    """Cell formats 0 to 2: general, percentage, date."""
    yield record(278) + record(615, struct.pack("<I", 1))
    yield record(44, struct.pack("<H", 164) + _wide("dd/mm/yyyy")) + record(616)
    yield record(617, struct.pack("<I", 3))
    for number in (0, 9, 164):
        yield record(47, struct.pack("<HHHHHBBBBH", 0, number, 0, 0, 0, 0, 0, 0, 0, 0))
    yield record(618) + record(279)


def _sheet(sheet: Any, book: Workbook) -> Iterator[bytes]:
    yield record(129) + record(148, struct.pack("<IIII", 0, sheet.max_row - 1, 0, sheet.max_column - 1)) + record(145)
    for number, line in enumerate(sheet.iter_rows()):
        yield record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for cell in line:
            if cell.value is not None and not isinstance(cell, MergedCell):
                style = _FORMATS.index(cell.number_format) if cell.number_format in _FORMATS else 0
                yield _cell(cell.column - 1, cell.value, style, book)
    yield record(146)
    for area in sheet.merged_cells.ranges:
        yield record(176, struct.pack("<IIII", area.min_row - 1, area.max_row - 1, area.min_col - 1, area.max_col - 1))
    yield record(130)


def _cell(column: int, value: Any, style: int, book: Workbook) -> bytes:
    if isinstance(value, datetime):
        value, style = (value - book.epoch).days, 2
    place = struct.pack("<II", column, style)
    if isinstance(value, (int, float)):
        return record(5, place + struct.pack("<d", value))
    if value.startswith("#") and value[-1] in "!?A":
        return record(11, place + b"\x2a" + bytes(10))
    if value == "=":
        return record(8, place + _wide("") + bytes(10))
    if value == "=0":
        return record(9, place + struct.pack("<d", 0) + bytes(10))
    return record(6, place + _wide(value))


# --- .xls -------------------------------------------------------------------------------------------------------------


def biff(kind: int, form: str = "", *values: Any, more: bytes = b"") -> bytes:
    """A BIFF8 record of packed values."""
    contents = struct.pack(f"<{form}", *values) + more
    return struct.pack("<HH", kind, len(contents)) + contents


def xls_of(*cells: bytes, is_1904: bool = False, fonts: Iterable[str] = ("Arial",) * 5, name: str = "S") -> bytes:
    """An .xls file of one sheet with these records of cells; cell format n uses font n, format 1 is a percentage."""
    names = tuple(fonts)
    start = biff(0x809, "HHHHII", 0x600, 5, 0, 0, 0, 0) + biff(0x22, "H", is_1904)
    for font in names:
        start += biff(0x31, "HHHHHBBBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0, len(font), 0, more=font.encode("latin-1"))
    for number in range(len(names) + 1):
        start += biff(0xE0, "HH", number + (number > 3), 9 if number == 1 else 0, more=bytes(16))
    sheet = biff(0x809, "HHHHII", 0x600, 0x10, 0, 0, 0, 0) + b"".join(cells) + biff(0x0A)
    label = struct.pack("<BB", len(name), 0) + name.encode("latin-1")
    offset = len(start) + 4 + 6 + len(label) + 4
    return ole_of("Workbook", start + biff(0x85, "IH", offset, 0, more=label) + biff(0x0A) + sheet)


def ole_of(name: str, stream: bytes) -> bytes:
    """An OLE file with one stream, as short as the format allows."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // 512)
    fats = -(-(count + 2) // 126)
    ends = [0xFFFFFFFD] * fats + [0xFFFFFFFE] + [*range(fats + 2, fats + 1 + count), 0xFFFFFFFE]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, fats, fats, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *range(fats), *[0xFFFFFFFF] * (109 - fats))
    fat = struct.pack(f"<{len(ends)}I", *ends).ljust(512 * fats, b"\xff")
    folder = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry(name, 2, fats + 1, len(stream), 0xFFFFFFFF)
    return head + fat + folder.ljust(512, b"\0") + stream.ljust(512 * count, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    nothing = 0xFFFFFFFF
    links = struct.pack("<HBBIII", len(text), kind, 1, nothing, nothing, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IIxxxx", start, size)
