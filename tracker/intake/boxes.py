"""How large the sheets of a workbook are: readers make the box around all cells dense, whatever stands in it.

Two cells, at A1 and XFD1048576, would end the process that reads them. Counted before any reader sees the file, in
every format; what a file claims of its own size is not believed. Cells that only carry a format count for nothing:
people format down to the last row.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping

from tracker.intake.ole import Ole
from tracker.intake.zips import Stopped

MAX_CELLS = 2_000_000
_LARGE = 16 * 1024**2
_MAX_SMALL_PART = 32 * 1024**2
"""For parts that are parsed as a whole: styles, the workbook, relationships. 64,000 styles need 10 MiB."""
_MAX_BINARY_STRINGS = 64 * 1024**2
_ROWS, _COLUMNS = 1_048_576, 16_384

Box = tuple[int, int]
"""(last row, last column) of the cells of a sheet that hold something; (0, 0): none."""


def check_open_xml(parts: Mapping[str, bytes]) -> Stopped | None:
    """Sheets and styles of .xlsx and .xlsm.

    Boxes are first taken larger than they are, which is quick; only what that would stop is measured.
    """
    return _check_parts(parts) or (_count_cells(parts, _rough_box) and _count_cells(parts, _box))


def _check_parts(parts: Mapping[str, bytes]) -> Stopped | None:
    for name, xml in parts.items():
        is_whole = name.startswith(("xl/styles", "xl/workbook", "[Content", "docProps")) or name.endswith(".rels")
        if len(xml) > _MAX_SMALL_PART and is_whole:
            return _too_large(name, _MAX_SMALL_PART)
    return None


def _too_large(part: str, limit: int) -> Stopped:
    return Stopped("too_large", {"part": part, "limit": limit})


_CELL_REF = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["'][^<>]*(?<!/)>(?!</)""")
"""A cell that holds something; people colour empty ones down to the last row."""
_FAR_REF = re.compile(rb"""r\s*=\s*["'][A-Za-z](?:[A-Za-z]{1,3}[0-9]|[0-9]{4})""")
_NEAR = (999, 26)
"""(rows, columns) of a sheet without far references: all forms, and most sheets that anybody sends."""
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")


def _count_cells(parts: Mapping[str, bytes], box: Callable[[bytes], Box]) -> Stopped | None:
    sheets = {name: xml for name, xml in parts.items() if name.startswith("xl/") and b"sheetData" in xml}
    named = len(_SHEET.findall(parts.get("xl/workbook.xml", b"")))
    return _count(((name, box(xml)) for name, xml in sheets.items()), named, sum(map(_is_sheet, parts)))


def _count(boxes: Iterable[tuple[str, Box]], named: int, there: int, limits: Box = (_ROWS, _COLUMNS)) -> Stopped | None:
    """A sheet that the workbook names again and again is read as often."""
    total = largest = 0
    for name, (rows, columns) in boxes:
        if rows > limits[0] or columns > limits[1]:
            return Stopped("damaged", {"why": "cell reference"})
        total, largest = total + rows * columns, max(largest, rows * columns)
        if total > MAX_CELLS:
            return Stopped("too_large", {"part": name, "cells": total, "limit": MAX_CELLS, **_far(rows, columns)})
    if total + max(0, named - there) * largest > MAX_CELLS:
        return Stopped("too_large", {"part": "workbook", "sheets": named, "limit": MAX_CELLS})
    return None


def _far(rows: int, columns: int) -> dict[str, object]:
    """Facts for the sentence where one sheet is too much by itself: mostly a stray cell that nobody sees."""
    is_alone = rows * columns > MAX_CELLS
    return {"variant": "far", "rows": rows, "columns": columns} if is_alone else {}


def _is_sheet(name: str) -> bool:
    """Worksheets and chart sheets; not their relationships."""
    return "sheets/" in name and name.endswith((".xml", ".bin"))


def _rough_box(xml: bytes) -> Box:
    return _box(xml) if _FAR_REF.search(xml) else _NEAR


def _box(xml: bytes) -> Box:
    found = _CELL_REF.findall(xml)
    if not found:
        return 0, 0
    columns = {letters.upper() for letters, _ in found}
    return max(map(int, {row for _, row in found})), max(map(_column, columns))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- .ods -------------------------------------------------------------------------------------------------------------

_ODS_FAR = re.compile(rb'number-(?:rows|columns)-repeated\s*=\s*["\'][0-9]{3}')
_ODS_TAG = re.compile(
    rb"<table:(?P<what>table|table-row|table-cell|covered-table-cell)(?P<attributes>(?:\s[^>]*?)?)(?P<empty>/?)>(?P<next></)?"
)
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated\s*=\s*["\']([0-9]{1,9})')


def check_ods(content: bytes) -> Stopped | None:
    """Sheets of .ods: rows and cells that say how often they are repeated."""
    if len(content) < _LARGE and not _ODS_FAR.search(content):
        return None
    return _count(_ods_boxes(content), 0, 0)


def _ods_boxes(content: bytes) -> Iterator[tuple[str, Box]]:
    row = column = height = 0
    last_row = last_column = 0
    for tag in _ODS_TAG.finditer(content):
        what = tag["what"]
        times = _REPEATED.search(tag["attributes"])
        count = int(times[1]) if times else 1
        if what == b"table":
            yield "content.xml", (last_row, last_column)
            row = height = last_row = last_column = 0
        elif what == b"table-row":
            row, height, column = row + height, count, 0
        else:
            column += count
            is_filled = not (tag["empty"] or tag["next"]) or b"office:value-type" in tag["attributes"]
            if is_filled:
                last_row, last_column = max(last_row, row + height), max(last_column, column)
    yield "content.xml", (last_row, last_column)


# --- .xlsb ------------------------------------------------------------------------------------------------------------

_ROW_HEADER, _SHEET_NAMED = 0, 156
_XLSB_CELLS = frozenset(range(2, 12))
_NUMBER = struct.Struct("<I").unpack_from


def check_xlsb(parts: Mapping[str, bytes]) -> Stopped | None:
    """Sheets of .xlsb; `parts` its binary ones."""
    strings = parts.get("xl/sharedStrings.bin", b"")
    if len(strings) > _MAX_BINARY_STRINGS:
        return _too_large("xl/sharedStrings.bin", _MAX_BINARY_STRINGS)
    sheets = {name: data for name, data in parts.items() if _is_sheet(name)}
    named = sum(kind == _SHEET_NAMED for kind, _ in _xlsb_records(parts.get("xl/workbook.bin", b"")))
    return _count(((name, _xlsb_box(data)) for name, data in sheets.items()), named, len(sheets))


def _xlsb_box(data: bytes) -> Box:
    row = last_row = last_column = 0
    for kind, place in _xlsb_records(data):
        if kind == _ROW_HEADER:
            row = _NUMBER(data, place)[0] + 1
        elif kind in _XLSB_CELLS:
            last_row = max(last_row, row)
            last_column = max(last_column, _NUMBER(data, place)[0] + 1)
    return last_row, last_column


def _xlsb_records(data: bytes) -> Iterator[tuple[int, int]]:
    """(kind, where its contents start) of every record; both numbers are written 7 bits a byte."""
    place, end = 0, len(data) - 5
    while place < end:
        kind, place = data[place], place + 1
        if kind & 0x80:
            kind, place = (kind & 0x7F) | (data[place] << 7), place + 1
        size = shift = 0
        for _ in range(4):
            byte, place = data[place], place + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if place >= end:
                return
        if place + 4 <= len(data):
            yield kind, place
        place += size


# --- .xls -------------------------------------------------------------------------------------------------------------

_BOF, _FILEPASS, _BOUNDSHEET, _MULRK = 0x0809, 0x2F, 0x85, 0xBD
_XLS_CELLS = frozenset({0x203, 0x204, 0x205, 0x06, 0x206, 0x406, 0x27E, 0xFD, 0xD6, _MULRK})
_DIMENSIONS = 0x200
_MOST_OF_XLS = 65_536 * 256
_PAIR = struct.Struct("<HH").unpack_from


def check_xls(ole: Ole) -> Stopped | None:
    """The workbook of an .xls: a password, and where its cells stand. BrokenOleError where it cannot be followed."""
    book = ole.stream("Workbook" if "Workbook" in ole.names else "Book")
    named = 0
    boxes: list[list[int]] = []
    for kind, place, size in _xls_records(book):
        if kind == _BOF:
            boxes.append([0, 0])
        elif kind == _FILEPASS:
            return Stopped("password", {"variant": "xls"})
        elif kind == _BOUNDSHEET:
            named += 1
        elif kind == _DIMENSIONS and _claimed(book[place : place + size]) > _MOST_OF_XLS:
            return Stopped("damaged", {"why": "dimensions"})  # readers set so much memory aside
        elif kind in _XLS_CELLS and boxes and size >= 6:
            row, column = _PAIR(book, place)
            if kind == _MULRK:
                column = _PAIR(book, place + size - 4)[1]
            box = boxes[-1]
            box[0], box[1] = max(box[0], row + 1), max(box[1], column + 1)
    found = (("Workbook", (rows, columns)) for rows, columns in boxes)
    return _count(found, named, max(0, len(boxes) - 1), (65_536, 65_536))


def _claimed(dimensions: bytes) -> int:
    """How many cells a sheet says it has; the record is longer from Excel 97 on."""
    if len(dimensions) < 14:
        return 0
    first_row, last_row, first, last = struct.unpack_from("<IIHH", dimensions)
    return int(max(0, last_row - first_row) * max(0, last - first))


def _xls_records(book: bytes) -> Iterator[tuple[int, int, int]]:
    """(kind, where its contents start, their size) of every whole record."""
    place, end = 0, len(book) - 4
    while place <= end:
        kind, size = _PAIR(book, place)
        place += 4
        if place + size > len(book):
            return
        yield kind, place, size
        place += size
