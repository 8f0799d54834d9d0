"""How the master workbook is written: cells that cannot turn into formulas, formats, row heights, named lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tracker import palette
from tracker.errors import ReportError

_FONT = "Times New Roman"
_LINE_PT = 15.75
_CHARS_PER_WIDTH = 1.2  # Times New Roman 12 in units of width, with room to spare
_TALLEST_PT = 400.0
_RISKY = tuple("=+-@\t\r")  # what a spreadsheet may take for a formula

LIST_NAMES: Mapping[str, str] = {
    "agencies": "DS_CoQuan",
    "leaders": "DS_LanhDao",
    "indicators": "DS_ChiTieu",
    "tasks": "DS_NhiemVu",
    "categories": "DS_NhomNhiemVu",
    "kinds": "DS_LoaiCoQuan",
}
"""Defined names of the lists that drop-downs offer."""

_BASE: Mapping[str, Any] = {"font_name": _FONT, "font_size": 12, "valign": "vcenter", "text_wrap": True}
_STYLES: Mapping[str, Mapping[str, Any]] = {
    "text": {"border": 1},
    "identifier": {"border": 1, "num_format": "@"},
    "centred": {"border": 1, "align": "center"},
    "look": {"border": 1, "align": "center"} | {"bg_color": palette.DUE_SOON.fill, "font_color": palette.DUE_SOON.ink},
    "day": {"border": 1, "num_format": "dd/mm/yyyy", "align": "center"},
    "number": {"border": 1, "num_format": "General", "align": "right"},
    "needed": {"border": 1, "bold": True, "align": "center"}
    | {"bg_color": palette.HEADING.fill, "font_color": palette.HEADING.ink},
    "optional": {"border": 1, "bold": True, "align": "center"}
    | {"bg_color": palette.BAND.fill, "font_color": palette.BAND.ink},
    "title": {"bold": True, "font_size": 14, "text_wrap": False, "font_color": palette.BAND.ink},
    "bold": {"bold": True, "text_wrap": False},
    "plain": {},
}
_DEFAULTS = {"blank_" + name: {**style, "border": 0} for name, style in _STYLES.items()}


@dataclass
class Ink:
    """A workbook being written; formats are made once."""

    book: xlsxwriter.Workbook
    _formats: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def style(self, name: str, *, quoted: bool = False) -> Any:
        """A format by name; "blank_<name>" is the same without border, for rows still to be filled."""
        if (name, quoted) not in self._formats:
            options = {**_BASE, **{**_STYLES, **_DEFAULTS}[name]}
            made = self.book.add_format(options)
            if quoted:
                made.set_quote_prefix()
            self._formats[name, quoted] = made
        return self._formats[name, quoted]

    def put(self, sheet: Any, row: int, column: int, value: Any, style: str = "text") -> None:
        """Writes one cell; text stays text whatever it begins with. ReportError where it does not fit."""
        if value is None or value == "":
            code = sheet.write_blank(row, column, None, self.style(style))
        elif isinstance(value, str):
            risky = value.startswith(_RISKY)
            code = sheet.write_string(row, column, value, self.style(style, quoted=risky))
        elif isinstance(value, date):
            code = sheet.write_datetime(row, column, value, self.style(style))
        else:
            code = sheet.write_number(row, column, value, self.style(style))
        if code:
            raise ReportError("master_cell", sheet=sheet.get_name(), cell=xl_rowcol_to_cell(row, column), code=code)


def height_pt(cells: Iterable[tuple[str, float]], least_lines: int = 1) -> float:
    """Height of a row that shows its wrapped texts, each given with the width of its column in characters."""
    lines = max((lines_of(text, width) for text, width in cells), default=1)
    return min(max(lines, least_lines) * _LINE_PT + 2, _TALLEST_PT)


def lines_of(text: str, width_chars: float) -> int:
    """Lines of a wrapped text: words are not cut unless one is wider than the column."""
    return sum(_lines(paragraph.split(), width_chars * _CHARS_PER_WIDTH) for paragraph in text.split("\n"))


def _lines(words: Iterable[str], room: float) -> int:
    lines, used = 1, 0.0
    for length in map(len, words):
        needed = used + 1 + length if used else length
        if used and needed > room:
            lines, needed = lines + 1, length
        lines += math.ceil(needed / room) - 1 if needed else 0
        used = min(needed, room)
    return lines


def growing_range(title: str, letter: str, first_row: int) -> str:
    """Formula of the filled cells of a column from `first_row` down, at least one: what people add is offered too."""
    start, whole = f"'{title}'!${letter}${first_row}", f"'{title}'!${letter}${first_row}:${letter}$2000"
    return f"={start}:INDEX({whole},MAX(1,COUNTA({whole})))"
