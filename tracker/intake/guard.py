"""What may be opened: type by content, limits counted and not believed. Runs inside the worker, before any reader.

Limits are those of RELIABILITY practice: 2,000 entries, 256 MiB a part, 512 MiB a file, 2 M cells, no encryption, no
doubled names, no entity declarations in the parts readers parse.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tracker.model import Package
from tracker.texts import say

MAX_ENTRIES = 2_000
MAX_PART = 256 * 1024**2
MAX_TOTAL = 512 * 1024**2
MAX_CELLS = 2_000_000
MAX_RATIO = 400
_SMALL = 10 * 1024**2
_CHUNK = 1024**2

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"GIF8", "GIF"),
)
_MAIN_PARTS = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
}
_CELL_REF = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,4})([0-9]{1,9})["'][^>]*(?<!/)>(?!</)""")
"""A cell that holds something; people colour empty ones down to the last row."""
_FAR_REF = re.compile(rb"""r\s*=\s*["'][A-Za-z](?:[A-Za-z]{1,3}[0-9]|[0-9]{4})""")
_NEAR = (999, 26)
"""(rows, columns) of a sheet without far references: all forms, and most sheets that anybody sends."""
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
_MACROS = "xl/vbaProject.bin"
_EXTERNAL = "xl/externalLinks/"
_ODF_ENCRYPTION = b"encryption-data"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a file may not be opened: not_spreadsheet, damaged, password, too_large; facts for the sentence."""

    problem: str
    facts: dict[str, object]


def open_package(data: bytes, max_bytes: int) -> Package | Stopped:
    """The file by its content, its XML parts inflated once and counted; or why not."""
    if len(data) > max_bytes:
        return Stopped("too_large", {"size": len(data), "limit": max_bytes})
    if data.startswith(b"PK"):
        return _open_zip(data)
    if data.startswith(_OLE):
        return _open_ole(data)
    return Stopped("not_spreadsheet", {"kind": _kind_of(data)})


def _kind_of(data: bytes) -> str:
    """What a file that is no spreadsheet seems to be."""
    for magic, name in _KNOWN:
        if data.startswith(magic):
            return name
    start = data[:2048].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return "HTML"
    if start.startswith(b"<"):
        return "XML"
    if not data.strip():
        return say("file_kind.empty")
    return say("file_kind.unknown" if b"\x00" in data[:4096] else "file_kind.text")


def _open_ole(data: bytes) -> Package | Stopped:
    """An OLE file: an .xls workbook, an encrypted Open XML package, or something else of Office."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Stopped("password", {})
    if "WordDocument".encode("utf-16-le") in data:
        return Stopped("not_spreadsheet", {"kind": "Word"})
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        if _has_filepass(data):
            return Stopped("password", {})
        return Package("xls", data, has_macros="_VBA_PROJECT".encode("utf-16-le") in data)
    return Stopped("not_spreadsheet", {"kind": "OLE"})


def _has_filepass(data: bytes) -> bool:
    """Whether a FILEPASS record follows the first BOF of the workbook stream (BIFF8)."""
    start = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    return start >= 0 and data[start + 20 : start + 22] == b"\x2f\x00"


def _open_zip(data: bytes) -> Package | Stopped:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _check_entries(archive) or _inflate(archive, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        return Stopped("damaged", {"why": type(error).__name__})


def _check_entries(archive: zipfile.ZipFile) -> Stopped | None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        return Stopped("too_large", {"entries": len(entries), "limit": MAX_ENTRIES})
    if any(entry.flag_bits & 1 for entry in entries):
        return Stopped("password", {})
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names) or any(".." in name.split("/") or ":" in name for name in names):
        return Stopped("damaged", {"why": "entries"})
    return None


def _inflate(archive: zipfile.ZipFile, data: bytes) -> Package | Stopped:
    """Inflates what readers will parse, counting real bytes; other parts are counted too but not kept."""
    file_format = _format(archive)
    if file_format not in ("xlsx", "xlsm", "xlsb", "ods"):
        return Stopped("not_spreadsheet", {"kind": file_format})
    parts: dict[str, bytes] = {}
    total = 0
    for entry in archive.infolist():
        content = _read_counted(archive, entry, MAX_TOTAL - total)
        if content is None:
            return Stopped("too_large", {"part": entry.filename, "limit": MAX_PART})
        total += len(content)
        if entry.filename.endswith((".xml", ".rels")):
            parts[entry.filename.lstrip("/")] = content
    if _ODF_ENCRYPTION in parts.get("META-INF/manifest.xml", b""):
        return Stopped("password", {})
    if stopped := _check_xml(parts) or _check_cells(parts):
        return stopped
    names = archive.namelist()
    has_macros = _MACROS in names or any(
        name.startswith("Basic/") and name.endswith(".xml") and "script" not in name for name in names
    )
    return Package(file_format, data, parts, has_macros, any(name.startswith(_EXTERNAL) for name in names))


def _format(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    for part, name in _MAIN_PARTS.items():
        if part in names:
            return "xlsm" if name == "xlsx" and _MACROS in names else name
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        kind = archive.read("mimetype").decode("ascii", "replace")
        return "ods" if kind.startswith("application/vnd.oasis.opendocument.spreadsheet") else kind
    return "ZIP"


def _read_counted(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes | None:
    """The part's bytes; None as soon as it outgrows its limit, whatever its header claims.

    BadZipFile where header and contents differ: `zipfile` would stop at the claimed size, other readers would not.
    """
    limit = min(MAX_PART, budget, max(_SMALL, entry.compress_size * MAX_RATIO))
    claimed, entry.file_size = entry.file_size, limit + 2 * _CHUNK
    chunks, size = [], 0
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                return None
            chunks.append(chunk)
    if size != claimed:
        raise zipfile.BadZipFile(entry.filename)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _check_xml(parts: dict[str, bytes]) -> Stopped | None:
    """Entity declarations are refused in every part a reader parses (an old .ods has a harmless one in META-INF)."""
    for name, xml in parts.items():
        if name.startswith(("xl/", "content", "styles", "[Content", "_rels", "docProps")):
            text = xml if not xml.startswith((b"\xff\xfe", b"\xfe\xff")) else xml.replace(b"\x00", b"")
            if b"!" in text and (b"<!ENTITY" in text or b"<!DOCTYPE" in text):
                return Stopped("too_large", {"part": name, "why": "DTD"})
    return None


def _check_cells(parts: dict[str, bytes]) -> Stopped | None:
    """A reader makes the box around all cells dense: two cells at A1 and XFD1048576 would end the process.

    Boxes are first taken larger than they are, which is quick; only what that would stop is measured.
    """
    return _count_cells(parts, _rough_box) and _count_cells(parts, _box)


def _count_cells(parts: dict[str, bytes], box: Callable[[bytes], tuple[int, int]]) -> Stopped | None:
    """A sheet that the workbook names again and again is read as often."""
    total = largest = 0
    for name, xml in parts.items():
        if not name.startswith("xl/") or b"sheetData" not in xml:
            continue
        rows, columns = box(xml)
        if rows > 1_048_576 or columns > 16_384:
            return Stopped("damaged", {"why": "cell reference"})
        total, largest = total + rows * columns, max(largest, rows * columns)
        if total > MAX_CELLS:
            return Stopped("too_large", {"part": name, "cells": total, "limit": MAX_CELLS})
    named = len(_SHEET.findall(parts.get("xl/workbook.xml", b"")))
    named_again = max(0, named - sum(_is_sheet(name) for name in parts))
    if total + named_again * largest > MAX_CELLS:
        return Stopped("too_large", {"part": "xl/workbook.xml", "sheets": named, "limit": MAX_CELLS})
    return None


def _is_sheet(name: str) -> bool:
    """Worksheets and chart sheets; not their relationships."""
    return "sheets/" in name and name.endswith(".xml")


def _rough_box(xml: bytes) -> tuple[int, int]:
    return _box(xml) if _FAR_REF.search(xml) else _NEAR


def _box(xml: bytes) -> tuple[int, int]:
    """(last row, last column) of the cells of a sheet."""
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
