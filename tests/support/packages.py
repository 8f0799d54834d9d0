"""Workbooks taken apart and put together again, for what no spreadsheet program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

from openpyxl import Workbook

from tests.support.forms import saved

SHEET1 = "xl/worksheets/sheet1.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rezipped(
    data: bytes,
    change: Callable[[str, bytes], bytes] = lambda name, content: content,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """The package with parts changed and parts added; the same package for the same arguments."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            archive.writestr(_entry(name), change(name, source.read(name)))
        for name, content in (more or {}).items():
            archive.writestr(_entry(name), content)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (2001, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def zip_of(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts only."""
    return rezipped(b"PK\x05\x06" + bytes(18), more=parts)


def book_with(rows: str) -> bytes:
    """A workbook of one sheet with this XML inside sheetData."""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    return rezipped(saved(Workbook()), lambda name, old: sheet if name == SHEET1 else old)


def poison() -> bytes:
    """A small workbook that passes the guard and ends the process that reads it: a row without cell references."""
    return book_with('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>')
