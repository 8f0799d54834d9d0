"""Sheets of the workbook: cells that stay what they are, cached formats, print set-up, tables of anything.

Text is only ever written as text, quoted where it begins like a formula; every return code of XlsxWriter is looked at
(it tells of cut text and full sheets by code only). Widths are in Excel's characters, heights in points. Rows get
explicit heights, because LibreOffice does not grow wrapped ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import Any, Generic, TypeVar

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

from tracker.errors import ReportError
from tracker.palette import BAND, HEADING, RULE, Shade
from tracker.texts import say
from tracker.vietnamese import clean_text, has_control

T = TypeVar("T")

FONT = "Times New Roman"
A3, A4 = 8, 9  # as Excel counts papers
TABLE_ROWS_MAX = 50_000
"""Above this a sheet has an autofilter instead of a table, no links (Excel takes 65,530 of them), and its rows wait on
the disk, not in memory: they can only be written from above."""
_CELL_UNITS_MAX = 32_767  # of UTF-16
_ROW_HEIGHT_MAX_PT = 409.0
_LINE_PT, _PADDING_PT = 12.6, 4.0
_LETTER, _SPACE = 0.83, 0.5
"""Widths in columns' unit (a digit of the Normal style, Times New Roman 11) of the 10 points of cells."""
_LOST = 4.0  # of a line's width, by wrapping whole words and by the margins of the cell
_LIKE_FORMULA = frozenset("=+-@\t\r")
_PLAIN = (CellStringTuple, CellNumberTuple)
_letters = lru_cache(xl_col_to_name)
_EPOCH = datetime(1899, 12, 30)

_FRAME: dict[str, Any] = {"border": 1, "border_color": RULE, "valign": "top", "text_wrap": True}
_CENTRED: dict[str, Any] = {**_FRAME, "align": "center"}
_LOOKS: dict[str, dict[str, Any]] = {
    "text": _FRAME,
    "centre": _CENTRED,
    "number": {**_CENTRED, "num_format": "#,##0"},
    "percent": {**_CENTRED, "num_format": 'General"%"'},
    "figure": {**_CENTRED, "num_format": "#,##0.##"},
    "share": {**_CENTRED, "num_format": "0.0%"},
    "day": {**_CENTRED, "num_format": "dd/mm/yyyy"},
    "instant": {**_CENTRED, "num_format": "hh:mm dd/mm/yyyy"},
    "link": {**_CENTRED, "underline": 1, "font_color": HEADING.fill},
    "word": {**_FRAME, "bold": True},
    "typed": {"valign": "top", "text_wrap": True},
    "heading": {**_CENTRED, "bold": True, "valign": "vcenter", "bg_color": HEADING.fill, "font_color": HEADING.ink},
    "total": {**_CENTRED, "bold": True, "num_format": "#,##0", "bg_color": BAND.fill, "font_color": BAND.ink},
    "band": {**_FRAME, "bold": True},
    "total_share": {**_CENTRED, "bold": True, "num_format": "0.0%", "bg_color": BAND.fill, "font_color": BAND.ink},
    "title": {"bold": True, "font_size": 14, "font_color": HEADING.fill},
    "section": {"bold": True, "font_size": 11, "font_color": HEADING.fill},
    "note": {"italic": True},
    "mark": {"font_size": 8, "font_color": BAND.ink},
    "sentence": {"text_wrap": True, "valign": "top", "font_size": 11},
    "jump": {"underline": 1, "font_color": HEADING.fill},
}


@dataclass(frozen=True, slots=True)
class Link:
    """A jump to `cell` of another sheet of the workbook, shown as `text`."""

    sheet: str
    cell: str
    text: str


Value = str | int | float | date | Link | None


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """A column of a table: its heading, how a cell is got from an item, how it looks and what colours it."""

    heading: str
    width_chars: float
    get: Callable[[T], Value]
    look: str = "text"
    shade: Callable[[T], Shade | None] | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Where the rows of a table stand: 0-based, both ends included; empty where `last` is before `first`."""

    sheet: str
    first: int
    last: int

    def column(self, col: int) -> str:
        """Absolute reference to one column of the rows, for formulas of other sheets."""
        return f"'{self.sheet}'!{self.cells(col)}"

    def cells(self, col: int) -> str:
        top = xl_rowcol_to_cell(self.first, col, row_abs=True, col_abs=True)
        return f"{top}:{xl_rowcol_to_cell(max(self.first, self.last), col, row_abs=True, col_abs=True)}"


class _Sheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's sheet, with rows that grow: they start at the given height, and Excel fits those without
    `customHeight` as the office types. Cells of text and numbers are written in one go (a test holds them to what the
    library writes)."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell)
        if cell.format is None or kind not in _PLAIN or (kind is CellStringTuple and self.constant_memory):
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{_letters(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
        if kind is CellStringTuple:
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")

    def add_table(self, *args: Any, **options: Any) -> int:
        """Of which cells it consists, the library remembers to find overlaps: a sheet of ours has one table."""
        outcome: int = super().add_table(*args, **options)
        self.table_cells.clear()
        return outcome

    def _write_single_row(self, current_row_num: int = 0) -> None:
        """A row that is on the disk is forgotten with its height: the library keeps those of all rows."""
        written = self.previous_row
        super()._write_single_row(current_row_num)
        self.row_info.pop(written, None)

    def _calculate_spans(self) -> None:
        """None: they only help a reader that wants them, and take a look at every cell."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]]) -> None:
        if tag == "row":
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)


class Book:
    """An XlsxWriter workbook with its cache of formats."""

    def __init__(self, created: date, rows: int = 0) -> None:
        """`created` is written into the file in place of the clock: the same month gives the same bytes.

        `rows` of the longest sheet; where they are many, the parts of the file are put together on the disk.
        """
        self._buffer = BytesIO()
        options = {"in_memory": rows <= TABLE_ROWS_MAX}
        look = {"font_name": FONT, "font_size": 11}
        self.workbook = xlsxwriter.Workbook(self._buffer, {**options, "default_format_properties": look})
        self._created = datetime(created.year, created.month, created.day)
        self._styles: dict[tuple[str, Shade | None, bool], Any] = {}

    def describe(self, **properties: str) -> None:
        """Document properties (title, subject, author …)."""
        self.workbook.set_properties({**properties, "created": self._created})

    def finish(self) -> bytes:
        self.workbook.close()
        return self._buffer.getvalue()

    def style(self, look: str, shade: Shade | None = None, is_quoted: bool = False) -> Any:
        """The format of a look, coloured by `shade`; `is_quoted` marks text that begins like a formula."""
        key = (look, shade, is_quoted)
        if key not in self._styles:
            colours = {"bg_color": shade.fill, "font_color": shade.ink} if shade else {}
            size = {"font_name": FONT, "font_size": 10}
            self._styles[key] = self.workbook.add_format({**size, **_LOOKS[look], **colours})
            if is_quoted:
                self._styles[key].set_quote_prefix()
        return self._styles[key]

    def sheet(self, key: str, *, rows: int = 0, paper: int = A4, pages_high: int = 0) -> Any:
        """A new sheet for so many rows, named by the catalogue; it prints in landscape, one page wide and `pages_high`
        (0: as many as it takes), with the page number below."""
        self.workbook.constant_memory = rows > TABLE_ROWS_MAX  # XlsxWriter asks once a sheet
        sheet = self.workbook.add_worksheet(sheet_name(key), _Sheet)
        self.workbook.constant_memory = False
        sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, pages_high)
        sheet.set_footer(f"&L&10{sheet_name(key)}&R&10{say('workbook.page')}")
        sheet.hide_gridlines(2)
        return sheet

    def put(self, sheet: Any, row: int, col: int, value: Value, look: str = "text", shade: Shade | None = None) -> None:
        """Writes one cell as what it is; ReportError where XlsxWriter did not take it."""
        if value is None or value == "":
            outcome = sheet.write_blank(row, col, None, self.style(look, shade))
        elif isinstance(value, str):
            text = fit_text(value)
            outcome = sheet.write_string(row, col, text, self.style(look, shade, text[:1] in _LIKE_FORMULA))
        elif isinstance(value, Link):
            target = f"internal:'{value.sheet}'!{value.cell}"
            outcome = sheet.write_url(
                row, col, target, self.style("link" if look == "centre" else look, shade), value.text
            )
        else:
            number = value if isinstance(value, (int, float)) else _serial(value)
            outcome = sheet.write_number(row, col, number, self.style(look, shade))
        _assert_written(outcome, sheet, row, col)

    def formula(self, sheet: Any, row: int, col: int, formula: str, value: float, look: str = "number") -> None:
        """Writes a formula of ours together with its value."""
        _assert_written(sheet.write_formula(row, col, formula, self.style(look), value), sheet, row, col)

    def across(self, sheet: Any, row: int, cols: tuple[int, int], text: str, look: str, height_pt: float) -> None:
        """A text over several columns of one row."""
        quoted = text[:1] in _LIKE_FORMULA
        outcome = sheet.merge_range(row, cols[0], row, cols[1], "", self.style(look, None, quoted))
        _assert_written(outcome or 0, sheet, row, cols[0])
        _assert_written(sheet.write_string(row, cols[0], fit_text(text), self.style(look, None, quoted)), sheet, row, 0)
        sheet.set_row(row, height_pt)

    def head(self, sheet: Any, key: str, subtitle: str, *, col: int = 0, home: str = "") -> None:
        """Title and subtitle of a sheet from column `col` on, and a jump back to sheet `home`."""
        self.put(sheet, 0, col, say(f"workbook.title_{key}"), "title")
        sheet.set_row(0, 21)
        self.put(sheet, 1, col, subtitle, "note")
        if home:
            self.put(sheet, 2, col, Link(home, "A1", say("workbook.back")), "jump")


def sheet_name(key: str) -> str:
    """Name of a sheet, at most 31 characters."""
    return say(f"workbook.sheet_{key}")


def fit_text(text: str) -> str:
    """Text that a cell can hold: no characters XML forbids; what is too long ends in a visible mark."""
    if has_control(text):
        text = clean_text(text)
    if len(text) <= _CELL_UNITS_MAX // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _CELL_UNITS_MAX:
        return text
    mark = say("workbook.cut")
    return units[: 2 * (_CELL_UNITS_MAX - len(mark))].decode("utf-16-le", "ignore") + mark


@lru_cache(maxsize=4096)  # a task's text stands in the row of each agency
def lines_of(text: str, width_chars: float) -> int:
    """How many lines a wrapped text takes in a column, cautiously."""
    room = max(3.0, width_chars - _LOST)
    return sum(max(1, ceil(_width(part) / room)) for part in text.split("\n"))


def _width(text: str) -> float:
    spaces = text.count(" ")
    return _LETTER * (len(text) - spaces) + _SPACE * spaces


def height_of(lines: int) -> float:
    """Height of a row of so many lines, in points."""
    return min(_ROW_HEIGHT_MAX_PT, lines * _LINE_PT + _PADDING_PT)


def write_headings(book: Book, sheet: Any, row: int, fields: Sequence[Field[T]]) -> None:
    """Column widths and the heading row, repeated on every printed page."""
    for col, field in enumerate(fields):
        sheet.set_column(col, col, field.width_chars, book.style("typed"))
        book.put(sheet, row, col, field.heading, "heading")
    lines = max(-(-len(field.heading) // int(field.width_chars)) for field in fields)  # bold letters are wider
    sheet.set_row(row, height_of(lines) + 6)
    sheet.repeat_rows(row)


def write_rows(
    book: Book,
    sheet: Any,
    top: int,
    fields: Sequence[Field[T]],
    items: Sequence[T],
    *,
    level: int = 0,
    is_ruled: bool = True,
) -> Area:
    """One row an item from row `top` on; returns where they stand. Rows of a `level` above 0 fold away under the one
    before them; those not `is_ruled` here are by `rule_blanks`."""
    options = {"level": level} if level else None
    columns = [(col, field, book.style(field.look)) for col, field in enumerate(fields)]
    for row, item in enumerate(items, top):
        lines = 1
        for col, field, style in columns:
            value = field.get(item)
            if value is None or value == "":
                continue
            shade = field.shade(item) if field.shade else None
            if type(value) is not str:
                book.put(sheet, row, col, value, field.look, shade)
                continue
            if len(value) > field.width_chars or "\n" in value:
                lines = max(lines, lines_of(value, field.width_chars))
            _put_text(book, sheet, row, col, value, field.look, shade, style)
        sheet.set_row(row, height_of(lines), None, options)
    if items and is_ruled:
        rule_blanks(book, sheet, top, top + len(items) - 1, len(fields) - 1)
    return Area(sheet.name, top, top + len(items) - 1)


def rule_blanks(book: Book, sheet: Any, first: int, last: int, last_col: int) -> None:
    """Lines around blank cells, which are not written: a third of all; one rule draws them."""
    rule = {"type": "blanks", "format": book.workbook.add_format({"border": 1, "border_color": RULE})}
    _assert_written(sheet.conditional_format(first, 0, last, last_col, rule), sheet, first, 0)


def _put_text(
    book: Book, sheet: Any, row: int, col: int, text: str, look: str, shade: Shade | None, style: Any
) -> None:
    """What `Book.put` does, for the nine texts of ten that need nothing special."""
    if len(text) > _CELL_UNITS_MAX // 2 or text[0] in _LIKE_FORMULA or has_control(text):
        book.put(sheet, row, col, text, look, shade)
        return
    outcome = sheet.write_string(row, col, text, book.style(look, shade) if shade else style)
    if outcome:
        _assert_written(outcome, sheet, row, col)


def write_table(
    book: Book, sheet: Any, top: int, fields: Sequence[Field[T]], items: Sequence[T], *, frozen_cols: int
) -> Area:
    """Headings at `top`, rows below, filter and frozen panes; where there is nothing it says so."""
    write_headings(book, sheet, top, fields)
    sheet.freeze_panes(top + 1, frozen_cols)
    area = write_rows(book, sheet, top + 1, fields, items)
    last = len(fields) - 1
    if not items:
        book.across(sheet, top + 1, (0, last), say("workbook.nothing"), "text", height_of(1))
    elif len(items) > TABLE_ROWS_MAX:
        sheet.autofilter(top, 0, area.last, last)
    else:
        heading = book.style("heading")
        columns = [{"header": field.heading, "header_format": heading} for field in fields]
        outcome = sheet.add_table(top, 0, area.last, last, {"columns": columns, "style": None})
        _assert_written(outcome, sheet, top, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(max(top, area.last), last)}"})
    return area


def _serial(value: date) -> float:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment - _EPOCH).total_seconds() / 86_400


def _assert_written(outcome: int, sheet: Any, row: int, col: int) -> None:
    if outcome:
        raise ReportError("cell_not_written", sheet=sheet.name, cell=xl_rowcol_to_cell(row, col), code=outcome)
