"""Rows and cells put into a master workbook that people formatted: only what is put changes, all else stays as it was.

The sheet's XML is changed in place, because a library that reads and writes workbooks drops what it does not know
(drawings, extensions of newer Excels). New rows stand below the last one and look like it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.openxml import parsed, relation_targets
from tracker.plan.sheet_columns import TASKS
from tracker.plan.table import find_headings, read_table
from tracker.texts import say, word
from tracker.vietnamese import fold

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REFERENCE = re.compile(r"(\$?[A-Z]+\$?)(\d+)$")
_BOOK = "xl/workbook.xml"


def put_tasks(content: bytes, fills: Iterable[tuple[str, str, Any]], additions: Sequence[Mapping[str, Any]]) -> bytes:
    """The workbook with values in cells of known tasks, as (code, column key, value), and with new rows."""
    book, values = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True)
    sheet = next(each for each in book.worksheets if fold(each.title) == fold(TASKS.title))
    heading_row, found = find_headings(TASKS, values[sheet.title])
    columns = {key: places[0] for key, places in found.items()}
    rows = {record["code"]: record.row for record in read_table(TASKS, values[sheet.title], sheet).records}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = {entry: package.read(entry) for entry in package.infolist()}
    parts = {entry.filename: data for entry, data in entries.items()}
    name = _part_of(parts, sheet.title)
    last = max(rows.values(), default=heading_row)
    page = _Page(parsed(parts[name]), book, sheet, last if rows else 0)
    for code, key, value in fills:
        page.put(rows[code], columns[key], value)
    numbered = _numbers(sheet, heading_row, last)
    for number, task in enumerate(additions, start=1):
        row = last + number
        for key, at in columns.items():
            page.put(row, at, TASKS.column(key).kind.show(task[key]) if key == "document" else task.get(key))
        if numbered:
            page.put(row, numbered[0], numbered[1] + number)
    changed = {name: page.grown(last, last + len(additions))}
    changed |= {table: _grown(parts[table], last, last + len(additions)) for table in _tables_of(parts, name)}
    return _packed(entries, changed)


class _Page:
    """The XML of a sheet; cells take the style of the last row, unless they have one."""

    def __init__(self, root: etree._Element, book: Workbook, sheet: Worksheet, model_row: int) -> None:
        data = next(root.iter(f"{_MAIN}sheetData"))
        self._root, self._data, self._book, self._sheet, self._model = root, data, book, sheet, model_row
        self._rows = {int(row.get("r", 0)): row for row in data}

    def put(self, row: int, at: int, value: Any) -> None:
        cell = self._cell(row, at)
        model = self._find(self._model, at)
        if cell.get("s") is None and model is not None and model.get("s"):
            cell.set("s", str(model.get("s")))
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        if value in (None, "", ()):
            return
        number = self._number(row, at, value)
        if number is None:
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{_MAIN}is"), f"{_MAIN}t")
            text.text = self._text(at, value)
            text.set(_SPACE, "preserve")
        else:
            etree.SubElement(cell, f"{_MAIN}v").text = f"{number:g}" if isinstance(number, float) else str(number)

    def _text(self, at: int, value: Any) -> str:
        if isinstance(value, date):
            return word(value)
        return "; ".join(value) if isinstance(value, tuple) else _label(value)

    def _number(self, row: int, at: int, value: Any) -> int | float | None:
        """Numbers, and days where the cell shows days: elsewhere a day is written as people do."""
        if isinstance(value, date):
            places = [self._sheet.cell(number, at).number_format for number in (row, self._model) if number]
            return (value - self._book.epoch.date()).days if any(map(is_date_format, places)) else None
        return value if isinstance(value, (int, float)) else None

    def _cell(self, row: int, at: int) -> etree._Element:
        found = self._find(row, at)
        if found is not None:
            return found
        line = self._rows.get(row)
        if line is None:
            line = etree.Element(f"{_MAIN}row", {"r": str(row)})
            before = sum(number < row for number in self._rows)
            self._data.insert(before, line)
            self._rows[row] = line
        cell = etree.Element(f"{_MAIN}c", {"r": f"{get_column_letter(at)}{row}"})
        line.insert(sum(_column(each) < at for each in line), cell)
        return cell

    def _find(self, row: int, at: int) -> etree._Element | None:
        line = self._rows.get(row)
        return None if line is None else next((cell for cell in line if _column(cell) == at), None)

    def grown(self, last: int, now: int) -> bytes:
        """The sheet as bytes, its filter and dimension reaching down to the new last row."""
        for element in self._root.iter(f"{_MAIN}dimension", f"{_MAIN}autoFilter"):
            element.set("ref", _reaching(element.get("ref", ""), last, now))
        return etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _label(value: Any) -> str:
    """A choice as its word, anything else as it is."""
    for column in TASKS.columns:
        options = getattr(column.kind, "options", ())
        if any(value is option for option, _ in options):
            return column.kind.show(value)
    return str(value)


def _column(cell: etree._Element) -> int:
    return column_index_from_string(re.sub(r"\d", "", cell.get("r", "A1")))


def _numbers(sheet: Worksheet, heading_row: int, last: int) -> tuple[int, int] | None:
    """The column that numbers the rows and the last number in it; None where there is none."""
    names = {fold(name) for name in say("master.no").split("|")}
    for cell in sheet[heading_row]:
        if isinstance(cell.value, str) and fold(cell.value) in names:
            number = sheet.cell(last, cell.column).value
            return (
                (cell.column, number)
                if isinstance(number, int)
                else ((cell.column, 0) if last == heading_row else None)
            )
    return None


def _part_of(parts: Mapping[str, bytes], title: str) -> str:
    targets = relation_targets(parts, _BOOK)
    sheet = next(each for each in parsed(parts[_BOOK]).iter("{*}sheet") if each.get("name") == title)
    return next(targets[str(value)] for key, value in sheet.attrib.items() if str(key).endswith("}id"))


def _tables_of(parts: Mapping[str, bytes], sheet: str) -> list[str]:
    """Tables that people made of the sheet's rows."""
    return [name for name in relation_targets(parts, sheet).values() if name.startswith("xl/tables/") and name in parts]


def _grown(table: bytes, last: int, now: int) -> bytes:
    root = parsed(table)
    for element in (root, *root.iter(f"{_MAIN}autoFilter")):
        element.set("ref", _reaching(element.get("ref", ""), last, now))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _reaching(reference: str, last: int, now: int) -> str:
    """A range that ended with the last row ends with the new one; any other stays."""
    found = _REFERENCE.search(reference)
    if not found or int(found[2]) != last or ":" not in reference:
        return reference
    return f"{reference[: found.start()]}{found[1]}{now}"


def _packed(entries: Mapping[zipfile.ZipInfo, bytes], changed: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for entry, data in entries.items():
            package.writestr(entry, changed.get(entry.filename, data), zipfile.ZIP_DEFLATED)
    return target.getvalue()
