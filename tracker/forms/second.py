"""Second engines: openpyxl for .xlsx and .xlsm, xlrd for .xls, a small reader of our own for .ods.

They read what the first engine (python-calamine) cannot or what is suspect, never an ordinary return: they are ten to
thirty times slower. Values come as calamine gives them: "" for nothing, floats, dates; error cells are "" and named.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from lxml import etree

from tracker.forms.headings import Grid
from tracker.forms.places import ref_of
from tracker.forms.scan_ods import Spot, attribute, spots, tables_of, text_of
from tracker.model import Package
from tracker.openxml import is_strict, packed, parsed, transitional, usual

MOST_CELLS = 2_000_000
"""As the guard allows; boxes are made full here too."""
_SHARED = re.compile(rb"<(?:\w+:)?si[ />]")
_SHARED_CELL = re.compile(rb"""(<(?:\w+:)?c\s[^<>]*?)\bt=["']s["']([^<>]*>\s*<(?:\w+:)?v>)(?P<index>[^<]*)""")
_Cells = Mapping[tuple[int, int], Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Grids by sheet name, and the error cells the engine met."""

    engine: str
    grids: Mapping[str, Grid] = field(default_factory=dict)
    errors: Mapping[str, frozenset[str]] = field(default_factory=dict)


def second_reading(package: Package) -> Reading | None:
    """What the second engine of the format reads; None for a format without one. Any exception of it is raised."""
    if package.format in ("xlsx", "xlsm"):
        return _by_openpyxl(package)
    if package.format == "xls":
        return _by_xlrd(package)
    return _by_ourselves(package) if package.format == "ods" else None


def _grid(cells: _Cells) -> Grid:
    """The box around cells, from A1; ValueError where it is too large to fill."""
    height = max((row for row, _ in cells), default=-1) + 1
    width = max((column for _, column in cells), default=-1) + 1
    if height * width > MOST_CELLS:
        raise ValueError(f"{height} x {width} cells")
    grid: Grid = [[""] * width for _ in range(height)]
    for (row, column), value in cells.items():
        grid[row][column] = value
    return grid


def _like_calamine(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


# --- Open XML ---------------------------------------------------------------------------------------------------------


def _by_openpyxl(package: Package) -> Reading:
    """Only the parts that hold values are read, and not the size a sheet claims; Strict is rewritten first."""
    import openpyxl  # a worker seldom needs it

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl reads without defusedxml")
    parts = _with_known_strings(usual(package.parts))
    _leave_out_if_broken(parts, "xl/styles.xml")
    data = packed(transitional(parts) if is_strict(parts) else parts)
    grids, errors = {}, {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of extensions it drops
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            cells, broken = {}, set()
            for cell in (cell for line in sheet.iter_rows() for cell in line if cell.value is not None):
                if cell.data_type == "e":
                    broken.add(cell.coordinate)
                cells[cell.row - 1, cell.column - 1] = "" if cell.data_type == "e" else _like_calamine(cell.value)
            grids[sheet.title], errors[sheet.title] = _grid(cells), frozenset(broken)
    return Reading("openpyxl", grids, errors)


def _with_known_strings(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Cells whose shared string is not there, as error cells: what they said is lost, the others are not."""
    count = len(_SHARED.findall(parts.get("xl/sharedStrings.xml", b"")))

    def told(cell: re.Match[bytes]) -> bytes:
        is_known = cell["index"].strip().isdigit() and int(cell["index"]) < count
        return cell[0] if is_known else cell[1] + b't="e"' + cell[2] + b"#REF!"

    sheets = {name: xml for name, xml in parts.items() if name.startswith("xl/worksheets/")}
    return {**parts, **{name: _SHARED_CELL.sub(told, xml) for name, xml in sheets.items()}}


def _leave_out_if_broken(parts: dict[str, bytes], name: str) -> None:
    """Without styles dates are read as numbers, which a column of dates understands."""
    try:
        parsed(parts.get(name, b"<none/>"))
    except etree.XMLSyntaxError:
        del parts[name]


# --- .xls -------------------------------------------------------------------------------------------------------------


def _by_xlrd(package: Package) -> Reading:
    import xlrd

    book = xlrd.open_workbook(file_contents=package.data, logfile=io.StringIO())
    grids, errors = {}, {}
    for sheet in book.sheets():
        cells, broken = {}, set()
        for row in range(sheet.nrows):
            for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
                if kind == xlrd.XL_CELL_ERROR:
                    broken.add(ref_of(row, column))
                elif kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                    cells[row, column] = _of_xlrd(xlrd, kind, value, book.datemode)
        grids[sheet.name], errors[sheet.name] = _grid(cells), frozenset(broken)
    return Reading("xlrd", grids, errors)


def _of_xlrd(xlrd: Any, kind: int, value: Any, datemode: int) -> Any:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_DATE:
        try:
            return _like_calamine(xlrd.xldate_as_datetime(value, datemode))
        except (xlrd.XLDateError, OverflowError, ValueError):
            return value
    return value


# --- .ods -------------------------------------------------------------------------------------------------------------


def _by_ourselves(package: Package) -> Reading:
    grids = {name: _grid(_ods_cells(spots(table))) for name, table in tables_of(package.parts.get("content.xml", b""))}
    return Reading("ods", grids)


def _ods_cells(found: Iterable[Spot]) -> dict[tuple[int, int], Any]:
    cells: dict[tuple[int, int], Any] = {}
    for spot in found:
        value = _of_ods(spot.cell)
        if value == "":
            continue
        if len(cells) + spot.down * spot.across > MOST_CELLS:
            raise ValueError(f"{spot.down} x {spot.across} cells")
        cells.update(dict.fromkeys(_places(spot), value))
    return cells


def _places(spot: Spot) -> Iterator[tuple[int, int]]:
    return (
        (row, column)
        for row in range(spot.row, spot.row + spot.down)
        for column in range(spot.column, spot.column + spot.across)
    )


def _of_ods(cell: etree._Element) -> Any:
    """The value by its type; a text is what its paragraphs say."""
    kind, text = attribute(cell, "value-type"), text_of(cell)
    if kind in ("float", "percentage", "currency"):
        return _number(attribute(cell, "value"), text)
    if kind == "boolean":
        return attribute(cell, "boolean-value") == "true"
    if kind == "date":
        return _day(attribute(cell, "date-value"), text)
    return attribute(cell, "string-value") or text


def _number(written: str, text: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return text


def _day(written: str, text: str) -> date | str:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return text
