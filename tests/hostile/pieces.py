"""Pieces of packages: parts changed as bytes, and parts far larger than what they are compressed to."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from tests.hostile.rawzip import Entry, entries_of, written
from tests.support.packages import SHEET1, rezipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORKBOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
BOOK_RELS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
BLOCK = 1024**2


def with_part(form: bytes, name: str, content: bytes) -> bytes:
    """The form with one part replaced, or added."""
    return edited(form, name, lambda old: content)


def edited(form: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The form with one part changed; a part it does not have is added, made from nothing."""
    seen = []

    def turn(part: str, old: bytes) -> bytes:
        if part != name:
            return old
        seen.append(part)
        return change(old)

    changed = rezipped(form, turn)
    return changed if seen else rezipped(form, more={name: change(b"")})


def put_before(form: bytes, name: str, place: bytes, piece: bytes) -> bytes:
    """A piece of XML set before the first `place` of a part."""

    def insert(old: bytes) -> bytes:
        if place not in old:
            raise LookupError(place)
        return old.replace(place, piece + place, 1)

    return edited(form, name, insert)


def after_cells(form: bytes, piece: bytes) -> bytes:
    """A piece of XML right after the cells of the report."""
    return edited(form, SHEET1, lambda old: old.replace(b"</sheetData>", b"</sheetData>" + piece, 1))


def more_rows(form: bytes, rows: bytes) -> bytes:
    """Rows below those of the report."""
    return put_before(form, SHEET1, b"</sheetData>", rows)


def substituted(form: bytes, name: str, pattern: bytes, by: bytes, count: int = 0) -> bytes:
    return edited(form, name, lambda old: re.sub(pattern, by, old, count=count))


def swollen(form: bytes, name: str, head: bytes, block: bytes, times: int, tail: bytes) -> bytes:
    """The form with a part of `head`, `block` again and again, `tail`; the block is compressed once only.

    Header, size and checksum are true: only the bytes that come out tell.
    """
    per = max(1, BLOCK // len(block))
    piece = block * per
    rounds = -(-times // per)
    squeezed = _flushed(piece)
    data = _flushed(head) + squeezed * rounds + _ended(tail)
    crc = zlib.crc32(head)
    for _ in range(rounds):
        crc = zlib.crc32(piece, crc)
    size = len(head) + len(piece) * rounds + len(tail)
    entry = Entry(name.encode(), data, size=size, crc=zlib.crc32(tail, crc))
    return written([each for each in entries_of(form) if each.name != entry.name] + [entry])


def _flushed(piece: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(piece) + squeeze.flush(zlib.Z_FULL_FLUSH)


def _ended(piece: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeeze.compress(piece) + squeeze.flush(zlib.Z_FINISH)


def sheet_xml(rows: str, before: str = "", after: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


_INLINE = re.compile(rb'<c ([^>]*)t="inlineStr"([^>]*)><is>(.*?)</is></c>', re.DOTALL)
_STRINGS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_STRINGS_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"


def with_shared_strings(form: bytes) -> bytes:
    """The form with its texts in a table of strings, as Excel writes them."""
    texts: dict[bytes, int] = {}

    def numbered(cell: re.Match[bytes]) -> bytes:
        return b'<c %st="s"%s><v>%d</v></c>' % (cell[1], cell[2], texts.setdefault(cell[3], len(texts)))

    def share(name: str, old: bytes) -> bytes:
        if name == BOOK_RELS:
            link = f'<Relationship Type="{_STRINGS_LINK}" Target="sharedStrings.xml" Id="rIdS"/></Relationships>'
            return old.replace(b"</Relationships>", link.encode())
        if name == TYPES:
            kind = f'<Override PartName="/{STRINGS}" ContentType="{_STRINGS_TYPE}"/></Types>'
            return old.replace(b"</Types>", kind.encode())
        return _INLINE.sub(numbered, old)

    changed = rezipped(form, share)
    items = b"".join(b"<si>%s</si>" % text for text in texts)
    head = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">'
    return rezipped(changed, more={STRINGS: head.encode() + items + b"</sst>"})


def steady(data: bytes) -> bytes:
    """A package that openpyxl saved, without the time of saving."""
    moment = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    return edited(data, "docProps/core.xml", lambda old: moment.sub(b"2025-03-17T01:00:00Z", old))
