"""Rows and cells put into a master workbook that people formatted: only what is put changes, all else stays as it was.

The sheet's XML is changed in place (`page`), because a library that reads and writes workbooks drops what it does not
know (drawings, extensions of newer Excels). New rows stand below the last one and look like it; filters, tables, lists,
colour rules and the print area that ended there reach down to them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.cells import is_blank
from tracker.openxml import parsed, relation_targets
from tracker.plan.ink import height_pt
from tracker.plan.page import Page, reached_names, reached_table
from tracker.plan.sheet_columns import MasterSheet
from tracker.plan.table import find_columns, read_table
from tracker.texts import say
from tracker.vietnamese import fold

_BOOK = "xl/workbook.xml"
_STANDARD_WIDTH, _NARROWEST = 10.0, 5.0


@dataclass(frozen=True)
class SheetEdit:
    """What one sheet gets. `fills` are (first column's value of a row that is there, column key, value)."""

    sheet: MasterSheet
    fills: tuple[tuple[str, str, Any], ...] = ()
    additions: tuple[Mapping[str, Any], ...] = ()
    """New rows by column key; a key that is not there is a blank cell."""


def edited(content: bytes, edits: Iterable[SheetEdit]) -> bytes:
    """The workbook with the edits, which name only sheets and rows of it; it must be one `read_plan` takes."""
    book, values = load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entries = {entry: package.read(entry) for entry in package.infolist()}
    parts = {entry.filename: data for entry, data in entries.items()}
    for edit in edits:
        if edit.fills or edit.additions:
            parts |= _changed(parts, book, values, edit)
    return _packed(entries, parts)


def _changed(parts: Mapping[str, bytes], book: Workbook, values: Workbook, edit: SheetEdit) -> dict[str, bytes]:
    """The parts that one edit changes."""
    sheet = next(each for each in book.worksheets if fold(each.title) == fold(edit.sheet.title))
    heading_row, columns = find_columns(edit.sheet, values[sheet.title])
    records = read_table(edit.sheet, values[sheet.title], sheet).records
    rows = {record[edit.sheet.columns[0].key]: record.row for record in records}
    last = max(rows.values(), default=heading_row)
    name = _part_of(parts, sheet.title)
    page = Page(parsed(parts[name]), book, sheet, model_row=last if rows else 0)
    for identity, key, value in edit.fills:
        page.put(rows[identity], columns[key], edit.sheet.column(key).kind, value)
    _append(page, sheet, edit, heading_row, last, columns)
    now = last + len(edit.additions)
    changed = {name: page.reached(last, now)}
    changed |= {table: reached_table(parts[table], last, now) for table in _tables_of(parts, name)}
    return changed | {_BOOK: reached_names(parts[_BOOK], book.index(sheet), last, now)}


def _append(
    page: Page, sheet: Worksheet, edit: SheetEdit, heading_row: int, last: int, columns: Mapping[str, int]
) -> None:
    numbered = _numbers(sheet, heading_row, last)
    for number, values in enumerate(edit.additions, start=1):
        page.begin(last + number)
        for key, at in columns.items():
            page.put(last + number, at, edit.sheet.column(key).kind, values.get(key))
        if numbered:
            page.put_number(last + number, numbered[0], numbered[1] + number)
        page.set_height(last + number, _height_pt(sheet, edit.sheet, columns, values))


def _height_pt(sheet: Worksheet, table: MasterSheet, columns: Mapping[str, int], values: Mapping[str, Any]) -> float:
    given = [column for column in table.columns if not is_blank(values.get(column.key))]
    return height_pt((column.kind.show(values[column.key]), _width(sheet, columns[column.key])) for column in given)


def _width(sheet: Worksheet, at: int) -> float:
    """Width of a column in characters; openpyxl keeps columns of one width together, under the first of them."""
    for found in sheet.column_dimensions.values():
        if found.min and found.max and found.min <= at <= found.max:
            return max(float(found.width), _NARROWEST)
    return _STANDARD_WIDTH


def _numbers(sheet: Worksheet, heading_row: int, last: int) -> tuple[int, int] | None:
    """The column that numbers the rows and the last number in it; None where there is none."""
    names = {fold(name) for name in say("master.no").split("|")}
    for cell in sheet[heading_row]:
        if isinstance(cell.value, str) and fold(cell.value) in names:
            number = sheet.cell(last, cell.column).value
            is_first = last == heading_row
            return (cell.column, number) if isinstance(number, int) else (cell.column, 0) if is_first else None
    return None


# --- the package ------------------------------------------------------------------------------------------------------


def _part_of(parts: Mapping[str, bytes], title: str) -> str:
    targets = relation_targets(parts, _BOOK)
    sheet = next(each for each in parsed(parts[_BOOK]).iter("{*}sheet") if each.get("name") == title)
    return next(targets[str(value)] for key, value in sheet.attrib.items() if str(key).endswith("}id"))


def _tables_of(parts: Mapping[str, bytes], sheet: str) -> list[str]:
    """Tables that people made of the sheet's rows."""
    return [name for name in relation_targets(parts, sheet).values() if name.startswith("xl/tables/") and name in parts]


def _packed(entries: Mapping[zipfile.ZipInfo, bytes], parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in entries:
            package.writestr(entry, parts[entry.filename], zipfile.ZIP_DEFLATED)
    return target.getvalue()
