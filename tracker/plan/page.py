"""The XML of one sheet of the master workbook, changed cell by cell; what is not put stays as it is."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.cells import Kind
from tracker.openxml import parsed
from tracker.texts import word

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REFERENCE = re.compile(r"(\$?[A-Z]+\$?)(\d+)$")
_RANGED = ("dimension", "autoFilter", "dataValidation", "conditionalFormatting")
_ROW_NAMES = ("_xlnm.Print_Area", "_xlnm._FilterDatabase")


class Page:
    """Cells put take the style of the model row (0: none), unless they have one."""

    def __init__(self, root: etree._Element, book: Workbook, sheet: Worksheet, model_row: int) -> None:
        self._root, self._book, self._sheet, self._model = root, book, sheet, model_row
        self._data = next(root.iter(f"{_MAIN}sheetData"))
        self._rows = {int(row.get("r", 0)): row for row in self._data}

    def begin(self, row: int) -> None:
        """A row that looks like the model in every column, also those that people added."""
        model = self._rows.get(self._model)
        for cell in () if model is None else model:
            self._cell(row, _column(cell))

    def put(self, row: int, at: int, kind: Kind, value: Any) -> None:
        """A value as its kind is written; text stays text, whatever it begins with."""
        cell = self._emptied(row, at)
        if value in (None, "", ()):
            return
        number = self._number(row, at, value)
        if number is not None:
            etree.SubElement(cell, f"{_MAIN}v").text = f"{number:g}" if isinstance(number, float) else str(number)
            return
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{_MAIN}is"), f"{_MAIN}t")
        text.text = word(value) if isinstance(value, date) else kind.show(value)
        text.set(_SPACE, "preserve")

    def put_number(self, row: int, at: int, number: int) -> None:
        etree.SubElement(self._emptied(row, at), f"{_MAIN}v").text = str(number)

    def set_height(self, row: int, height_pt: float) -> None:
        line = self._rows[row]
        line.set("ht", f"{height_pt:g}")
        line.set("customHeight", "1")

    def reached(self, last: int, now: int) -> bytes:
        """The sheet as bytes, what ended with row `last` reaching down to row `now`."""
        for element in self._root.iter(*(f"{_MAIN}{name}" for name in _RANGED)):
            for attribute in ("ref", "sqref"):
                if reference := element.get(attribute):
                    element.set(attribute, " ".join(_reaching(each, last, now) for each in reference.split()))
        return _as_bytes(self._root)

    def _emptied(self, row: int, at: int) -> etree._Element:
        cell = self._cell(row, at)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        return cell

    def _number(self, row: int, at: int, value: Any) -> int | float | None:
        """Numbers, and days where the cell shows days: elsewhere a day is written as people do."""
        if isinstance(value, date):
            own = self._sheet.cell(row, at)
            shown = own if own.has_style or not self._model else self._sheet.cell(self._model, at)
            return (value - self._book.epoch.date()).days if is_date_format(shown.number_format) else None
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _cell(self, row: int, at: int) -> etree._Element:
        """The cell, made where it is not there, in the model's looks unless it has its own."""
        line = self._line(row)
        cell = _find(line, at)
        if cell is None:
            cell = etree.Element(f"{_MAIN}c", {"r": f"{get_column_letter(at)}{row}"})
            line.insert(sum(_column(each) < at for each in line), cell)
        model = _find(self._rows.get(self._model), at)
        if cell.get("s") is None and model is not None and model.get("s"):
            cell.set("s", str(model.get("s")))
        return cell

    def _line(self, row: int) -> etree._Element:
        line = self._rows.get(row)
        if line is None:
            line = etree.Element(f"{_MAIN}row", {"r": str(row)})
            self._data.insert(sum(number < row for number in self._rows), line)
            self._rows[row] = line
        return line


def reached_table(table: bytes, last: int, now: int) -> bytes:
    """A table part that people made of the rows, reaching down to the new last row."""
    root = parsed(table)
    for element in (root, *root.iter(f"{_MAIN}autoFilter")):
        element.set("ref", _reaching(element.get("ref", ""), last, now))
    return _as_bytes(root)


def reached_names(book: bytes, index: int, last: int, now: int) -> bytes:
    """The workbook part, with print area and filter of the sheet number `index` reaching down; else as it was."""
    root, is_changed = parsed(book), False
    for name in root.iter(f"{_MAIN}definedName"):
        if name.get("name") in _ROW_NAMES and name.get("localSheetId") == str(index) and name.text:
            before, name.text = name.text, _reaching(name.text, last, now)
            is_changed = is_changed or name.text != before
    return _as_bytes(root) if is_changed else book


def _find(line: etree._Element | None, at: int) -> etree._Element | None:
    return None if line is None else next((cell for cell in line if _column(cell) == at), None)


def _column(cell: etree._Element) -> int:
    return column_index_from_string(re.sub(r"\d", "", cell.get("r", "A1")))


def _reaching(reference: str, last: int, now: int) -> str:
    """A range that ended with the last row ends with the new one; any other stays."""
    found = _REFERENCE.search(reference)
    if not found or int(found[2]) != last or ":" not in reference:
        return reference
    return f"{reference[: found.start()]}{found[1]}{now}"


def _as_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
