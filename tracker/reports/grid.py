"""Sheets of the workbook: cells that stay what they are, cached formats, print set-up, tables of anything.

Text is only ever written as text, quoted where it begins like a formula; every return code of XlsxWriter is looked at
(it tells of cut text and full sheets by code only). Widths are in Excel's characters, heights in points. Rows get
explicit heights, because LibreOffice does not grow wrapped ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tracker.errors import ReportError
from tracker.palette import RULE, Shade
from tracker.reports.looks import LINKED, LOOKS
from tracker.reports.worksheet import Sheet
from tracker.texts import say
from tracker.vietnamese import clean_text, fold, has_control

T = TypeVar("T")

FONT = "Times New Roman"
A3, A4 = 8, 9  # as Excel counts papers
TABLE_ROWS_MAX = 50_000
"""Above this a sheet has an autofilter instead of a table, no links, and its rows wait on the disk, not in memory: they
can only be written from above."""
_LINKS_MAX = 65_000
"""Excel takes 65,530 links in a sheet."""
_CELL_UNITS_MAX = 32_767  # of UTF-16
_ROW_HEIGHT_MAX_PT = 409.0
_LINE_PT, _PADDING_PT = 12.6, 4.0
_LINES_MAX = int((_ROW_HEIGHT_MAX_PT - _PADDING_PT) / _LINE_PT)
_WIDEST = 60
"""To so many characters a column grows for a text that the highest row does not hold."""
_LETTER, _SPACE = 0.83, 0.5
"""Widths in columns' unit (a digit of the Normal style, Times New Roman 11) of the 10 points of cells."""
_LOST = 4.0  # of a line's width, by wrapping whole words and by the margins of the cell
_LIKE_FORMULA = frozenset("=+-@\t\r")
_EPOCH = datetime(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Link:
    """A jump to `cell` of another sheet of the workbook, shown as `text`."""

    sheet: str
    cell: str
    text: str

    @property
    def target(self) -> str:
        return f"'{self.sheet}'!{self.cell}"


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file beside the workbook: its `path` from there on, with "/" between folders; shown as `text`."""

    path: str
    text: str

    @property
    def target(self) -> str:
        """Letters of any language stand as they are, as Excel writes them; what means something in a link does not."""
        return f"external:{_NOT_PLAIN.sub(lambda found: quote(found[0]), self.path)}"


_NOT_PLAIN = re.compile(r"[^\w./-]")

_LINKS = (Link, FileLink)
Value = str | int | float | date | Link | FileLink | None


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
        return _column_of(self.first, max(self.first, self.last), col)


@lru_cache  # every agency's formulas name the same few columns
def _column_of(first: int, last: int, col: int) -> str:
    return ":".join(xl_rowcol_to_cell(row, col, row_abs=True, col_abs=True) for row in (first, last))


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
            self._styles[key] = self.workbook.add_format({**size, **LOOKS[look], **colours})
            if is_quoted:
                self._styles[key].set_quote_prefix()
        return self._styles[key]

    def sheet(self, key: str, *, rows: int = 0, links: int = 0, paper: int = A4, pages_high: int = 0) -> Any:
        """A new sheet for so many rows and links, named by the catalogue; it prints in landscape, one page wide and
        `pages_high` (0: as many as it takes), with the page number below."""
        self.workbook.constant_memory = rows > TABLE_ROWS_MAX  # XlsxWriter asks once a sheet
        sheet = self.workbook.add_worksheet(sheet_name(key), Sheet)
        self.workbook.constant_memory = False
        sheet.has_links = rows <= TABLE_ROWS_MAX and links <= _LINKS_MAX
        sheet.table_name = _table_name(key)
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
            outcome = sheet.put_text(row, col, text, self.style(look, shade, text[:1] in _LIKE_FORMULA))
        elif isinstance(value, _LINKS):
            if not sheet.has_links:
                self.put(sheet, row, col, value.text, look, shade)
                return
            outcome = self._put_link(sheet, row, col, value, LINKED.get(look, look), shade)
        else:
            number = value if isinstance(value, (int, float)) else _serial(value)
            outcome = sheet.write_number(row, col, number, self.style(look, shade))
        _assert_written(outcome, sheet, row, col)

    def _put_link(self, sheet: Any, row: int, col: int, link: Link | FileLink, look: str, shade: Shade | None) -> int:
        text = fit_text(link.text)
        style = self.style(look, shade, text[:1] in _LIKE_FORMULA)
        if isinstance(link, FileLink):
            outcome: int = sheet.write_url(row, col, link.target, style, text)
        else:
            outcome = sheet.write_jump(row, col, link.target, text, style)
        return outcome

    def formula(self, sheet: Any, row: int, col: int, formula: str, value: float | str, look: str = "number") -> None:
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
            self._put_link(sheet, 2, col, Link(home, "A1", say("workbook.back")), "jump", None)


def sheet_name(key: str) -> str:
    """Name of a sheet, at most 31 characters."""
    return say(f"workbook.sheet_{key}")


def _table_name(key: str) -> str:
    """The sheet's name as formulas can say it: TongHop."""
    return "".join(word.capitalize() for word in fold(sheet_name(key)).split())


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


def fit_row(book: Book, sheet: Any, col: int, text: str, share: float = 1.0) -> tuple[str, int]:
    """A text as column `col` takes it, of whose width it has `share`, and its lines.

    For what the highest row does not hold the column grows; what is too long even then ends in a mark.
    """
    lines = lines_of(text, sheet.widths[col] * share)
    if lines <= _LINES_MAX:
        return text, lines
    text = fit_text(text)
    wider = (width for width in range(int(sheet.widths[col]) + 1, _WIDEST) if _is_low(text, width * share))
    width = max(sheet.widths[col], next(wider, _WIDEST))
    sheet.widths[col] = width
    sheet.set_column(col, col, width, book.style("typed"))
    if not sheet.keeps_whole and not _is_low(text, width * share):
        text = _cut(text, width * share)
    return text, min(_LINES_MAX, lines_of(text, width * share))


def _is_low(text: str, width_chars: float) -> bool:
    return lines_of(text, width_chars) <= _LINES_MAX


@lru_cache(maxsize=256)
def _cut(text: str, width_chars: float) -> str:
    """As much of a text as the highest row holds, whole words and a mark."""
    mark = say("workbook.cut_view")
    length = bisect_left(range(len(text)), True, key=lambda end: not _is_low(text[:end] + mark, width_chars)) - 1
    return (text[:length].rsplit(None, 1) or [""])[0] + mark


def write_headings(book: Book, sheet: Any, row: int, fields: Sequence[Field[T]]) -> None:
    """Column widths and the heading row, repeated on every printed page."""
    sheet.widths = [field.width_chars for field in fields]
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
                if isinstance(value, _LINKS) and len(value.text) > field.width_chars:
                    lines = max(lines, lines_of(value.text, field.width_chars))
                continue
            if len(value) > field.width_chars or "\n" in value:
                needed = lines_of(value, sheet.widths[col])
                if needed > _LINES_MAX:
                    value, needed = fit_row(book, sheet, col, value)
                lines = max(lines, needed)
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
    outcome = sheet.put_text(row, col, text, book.style(look, shade) if shade else style)
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
        outcome = sheet.add_table(
            top, 0, area.last, last, {"name": sheet.table_name, "columns": columns, "style": None}
        )
        _assert_written(outcome, sheet, top, 0)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(max(top, area.last), last)}"})
    return area


def _serial(value: date) -> float:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment - _EPOCH).total_seconds() / 86_400


def _assert_written(outcome: int, sheet: Any, row: int, col: int) -> None:
    if outcome:
        raise ReportError("cell_not_written", sheet=sheet.name, cell=xl_rowcol_to_cell(row, col), code=outcome)
