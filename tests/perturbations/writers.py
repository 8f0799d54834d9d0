"""Saves a work as the programs of offices do: openpyxl, xlsxwriter (every value written again), LibreOffice."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.perturbations.work import Work
from tests.support.forms import saved
from tests.support.office import soffice_convert_all

LIBRE = ("xlsx", "xls", "ods")


def by_openpyxl(work: Work) -> bytes:
    return saved(work.book)


def by_xlsxwriter(work: Work) -> bytes:
    """Values, number formats, fonts, merged areas and what is hidden, in a new file; formulas with what they show."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as target:
        for prop in work.book.custom_doc_props.props:  # type: ignore[attr-defined]
            target.set_custom_property(prop.name, prop.value)
        for sheet in work.book.worksheets:
            _copy(sheet, target.add_worksheet(sheet.title), target, work.shown)
    return stream.getvalue()


def by_libreoffice(works: Sequence[Work], folder: Path) -> dict[str, list[bytes]]:
    """Each work by format, converted in one go each."""
    source = folder / "source"
    source.mkdir(parents=True)
    paths = [source / f"{number:04d}.xlsx" for number in range(len(works))]
    for path, work in zip(paths, works, strict=True):
        path.write_bytes(by_xlsxwriter(work) if work.shown else saved(work.book))  # it computes nothing on its way
    return {
        ending: [path.read_bytes() for path in soffice_convert_all(paths, ending, folder / ending)] for ending in LIBRE
    }


def _copy(sheet: Worksheet, target: Any, book: Any, shown: Mapping[str, Any]) -> None:
    if sheet.sheet_state == "hidden":
        target.hide()
    elif sheet.sheet_state == "veryHidden":
        target.very_hidden()
    for area in sheet.merged_cells.ranges:
        target.merge_range(area.coord, "")
    for line in sheet.iter_rows():
        for cell in line:
            if isinstance(cell, Cell) and cell.value is not None:
                _write(cell, target, book, shown.get(str(cell.value), 0))
    for row, shape in sheet.row_dimensions.items():
        if shape.hidden:
            target.set_row(row - 1, None, None, {"hidden": True})
    for width in sheet.column_dimensions.values():
        if width.hidden and width.min and width.max:
            target.set_column(width.min - 1, width.max - 1, None, None, {"hidden": True})


def _write(cell: Cell, target: Any, book: Any, shown: Any) -> None:
    look = book.add_format({"num_format": cell.number_format, "font_name": cell.font.name or "Calibri"})
    place, value = cell.coordinate, cell.value
    if cell.data_type == "f":
        target.write_formula(place, str(value), look, shown)
    elif isinstance(value, date):
        target.write_datetime(place, value, look)
    elif isinstance(value, (bool, int, float)):
        target.write_number(place, value, look)
    else:
        target.write_string(place, str(value), look)
