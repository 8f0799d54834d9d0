"""Values of formulas in a workbook that openpyxl saved: it keeps formulas and forgets their values.

A marked return may come back as it is; a formula without a value would then look like a missing answer.
The package is made stable on the way: the same contents give the same bytes, whatever the clock says.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

Values = Mapping[str, Mapping[str, Any]]
"""Cached values of formulas, by sheet title and cell."""

_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*?(?:/>|>[^<]*</f>))<v\s*(?:/>|></v>)</c>')
_TYPE = re.compile(r'\st="\w+"')
_MODIFIED = re.compile(r"(<dcterms:modified[^>]*>)[^<]*(?=<)")
_CREATED = re.compile(r"<dcterms:created[^>]*>([^<]*)<")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def cached_values(book: Workbook, data: bytes) -> Values:
    """What each formula of the workbook showed when it was last saved; `data` is the file it was loaded from."""
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as shown:
        return {
            sheet.title: dict(_values(sheet, shown.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)))
            for sheet in book.worksheets
        }


def _values(sheet: Worksheet, grid: list[list[Any]]) -> Iterator[tuple[str, Any]]:
    for cells, line in zip(sheet.iter_rows(), grid, strict=False):
        for cell, value in zip(cells, line, strict=False):
            if cell.data_type == "f":
                yield cell.coordinate, value


def with_values(data: bytes, titles: tuple[str, ...], values: Values) -> bytes:
    """The saved workbook with values beside its formulas; `titles` are its worksheets in order."""
    parts = {f"xl/worksheets/sheet{n}.xml": values.get(title, {}) for n, title in enumerate(titles, 1)}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info)
            if known := parts.get(info.filename):
                content = _filled(content.decode(), known).encode()
            elif info.filename == "docProps/core.xml":
                content = _undated(content.decode()).encode()
            target.writestr(zipfile.ZipInfo(info.filename, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _filled(xml: str, values: Mapping[str, Any]) -> str:
    def fill(found: re.Match[str]) -> str:
        ref, attributes, formula = found.groups()
        kind, text = _stored(values.get(ref))
        if not text:
            return found[0]
        return f'<c r="{ref}"{_TYPE.sub("", attributes)}{kind}>{formula}<v>{escape(text)}</v></c>'

    return _FORMULA.sub(fill, xml)


def _stored(value: Any) -> tuple[str, str]:
    """Type attribute and text of a cached value; no text: there is none to keep."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, (int, float)):
        return "", repr(value)
    if isinstance(value, (datetime, date, time, timedelta)):
        return "", repr(to_excel(value))  # type: ignore[no-untyped-call]
    return ' t="str"', value or ""


def _undated(xml: str) -> str:
    created = _CREATED.search(xml)
    return _MODIFIED.sub(lambda found: found[1] + (created[1] if created else ""), xml)
