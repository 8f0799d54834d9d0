"""One table of a form on its sheet: bands, headings, rows, lists, prompts, shading of what is still to be filled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from tracker.cells import Choice, Kind
from tracker.columns import Band, Column, Need, TableKind
from tracker.forms import style
from tracker.forms.book import Book, must, validate
from tracker.forms.fit import row_height_pt
from tracker.forms.needs import NeedFormulas, code_lists
from tracker.forms.order import FormRow
from tracker.model import Role
from tracker.texts import say

TITLE_CHARS, PROMPT_CHARS, ERROR_CHARS = 32, 255, 224
"""Excel's limits of a validation's titles, prompt and error message."""
_BAND_PT, _LEAST_LINES = 18.0, 3
_CENTRED_CHARS = 16  # locked columns up to this width are centred
_GIVEN_BANDS = (Band.TASK, Band.TARGET)


@dataclass(frozen=True)
class Table:
    """A table and where it stands; rows and columns 0-based. `top` is the row of the bands, headings are below it."""

    kind: TableKind
    rows: tuple[FormRow, ...]
    top: int
    is_blank_form: bool = False

    @property
    def heading_row(self) -> int:
        return self.top + 1

    @property
    def first(self) -> int:
        return self.top + 2

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def last_column(self) -> int:
        return len(self.kind.columns) - 1

    def index(self, key: str) -> int:
        return next(index for index, column in enumerate(self.kind.columns) if column.key == key)

    @property
    def open_column(self) -> int:
        """The first column the agency fills."""
        return next(index for index, column in enumerate(self.kind.columns) if not column.is_locked)

    def all_rows(self, key: str) -> str:
        """Reference of a column's cells: "$G$8:$G$20"; the empty text where the table has no such column."""
        letters = self._letters(key)
        return f"${letters}${self.first + 1}:${letters}${self.last + 1}" if letters else '""'

    def first_cell(self, key: str) -> str:
        """Reference of a column in the first row, row relative: "$G8"."""
        letters = self._letters(key)
        return f"${letters}{self.first + 1}" if letters else '""'

    def _letters(self, key: str) -> str:
        return xl_col_to_name(self.index(key)) if key in self.kind.by_key else ""

    def cells(self) -> Iterator[tuple[str, str, str]]:
        """(code, column key, cell) of every cell of the table."""
        for number, row in enumerate(self.rows, self.first):
            for index, column in enumerate(self.kind.columns):
                yield row.code, column.key, xl_rowcol_to_cell(number, index)


def write_table(book: Book, sheet: Worksheet, table: Table) -> None:
    """The table with its lists and prompts; its columns set the widths of the sheet."""
    for index, column in enumerate(table.kind.columns):
        must(sheet.set_column(index, index, column.width_chars), sheet.get_name())
    _write_bands(book, sheet, table)
    for index, column in enumerate(table.kind.columns):
        book.write(sheet, table.heading_row, index, column.heading, style.HEADING)
    must(sheet.set_row(table.heading_row, _heading_pt(table)), sheet.get_name())
    for number, row in enumerate(table.rows, table.first):
        _write_row(book, sheet, table, number, row)
    for index, column in enumerate(table.kind.columns):
        _validate_column(sheet, table, index, column)
    must(sheet.autofilter(table.heading_row, 0, table.last, table.last_column), sheet.get_name())
    sheet.freeze_panes(table.first, table.index("content") + 1)
    sheet.set_selection(table.first, table.open_column, table.first, table.open_column)


def _heading_pt(table: Table) -> float:
    # headings are bold, and the filter button takes room
    return row_height_pt((column.heading, column.width_chars * 0.85) for column in table.kind.columns)


def _write_bands(book: Book, sheet: Worksheet, table: Table) -> None:
    must(sheet.set_row(table.top, _BAND_PT), sheet.get_name())
    first = 0
    for band, columns in groupby(table.kind.columns, key=lambda column: column.band):
        last = first + len(tuple(columns)) - 1
        is_given = table.is_blank_form and band in _GIVEN_BANDS
        label = say("form.blank_band") if is_given else say(f"band.{band}")
        book.merge(sheet, table.top, first, last, label, style.BAND)
        first = last + 1


def _write_row(book: Book, sheet: Worksheet, table: Table, number: int, row: FormRow) -> None:
    shown = [(column, *_shown(table, column, row)) for column in table.kind.columns]
    for index, (_, value, look) in enumerate(shown):
        book.write(sheet, number, index, value, look)
    texts = ((value, column.width_chars) for column, value, _ in shown if isinstance(value, str))
    must(sheet.set_row(number, row_height_pt(texts, _LEAST_LINES)), sheet.get_name())
    for key, text in row.hints.items():
        area = (number, table.index(key), number, table.index(key))
        title = short_title(table.kind.by_key[key])
        validate(sheet, area, {"validate": "any", "input_title": title, "input_message": _cut(text)})


def _shown(table: Table, column: Column, row: FormRow) -> tuple[Any, style.Style]:
    if table.is_blank_form or not column.is_locked:
        is_optional = row.role is Role.COORDINATING and column.need is not Need.NEVER and not column.for_coordinators
        return as_written(column.kind, row.answers.get(column.key)), style.answer_cell(column.kind, is_optional)
    value = row.locked.get(column.key)
    look = style.locked_cell(column.width_chars <= _CENTRED_CHARS)
    return (value if isinstance(value, int) else column.kind.show(value)), look


def as_written(kind: Kind, value: Any) -> Any:
    """A value as it stands in a cell: keys of a list by their label, all else as it is (raw text stays raw)."""
    return kind.show(value) or value if isinstance(kind, Choice) else value


def short_title(column: Column) -> str:
    """The first name of the column that fits as a prompt's title."""
    fitting = (name for name in column.names if len(name) <= TITLE_CHARS)
    return next(fitting, column.heading[: TITLE_CHARS - 1] + "…")


def _cut(text: str) -> str:
    return text if len(text) <= PROMPT_CHARS else text[: PROMPT_CHARS - 1] + "…"


def _validate_column(sheet: Worksheet, table: Table, index: int, column: Column) -> None:
    if table.is_blank_form or not column.is_locked:
        validate_cells(sheet, (table.first, index, table.last, index), column.kind, short_title(column), column.prompt)


def validate_cells(sheet: Worksheet, area: tuple[int, int, int, int], kind: Kind, title: str, prompt: str) -> None:
    """The kind's own validation with a prompt and an error message; nothing where it has neither."""
    rule = kind.validation()
    if rule is None and not prompt:
        return
    options: dict[str, Any] = dict(rule or {"validate": "any"})
    if prompt:
        options |= {"input_title": title, "input_message": prompt}
    if rule:
        message = say(f"form.error_{rule['validate']}")
        options |= {"error_title": say("form.error_title"), "error_message": message[:ERROR_CHARS]}
    validate(sheet, area, options)


def write_needs(book: Book, sheet: Worksheet, table: Table, nil: str) -> str:
    """Shades the cells still to be filled, and returns the formula of the counter.

    The lists of codes it needs stand in hidden columns right of the table, on the first row: no field of the head is
    there, whose value a reader would look for to its right.
    """
    lists = {}
    for hidden, (name, codes) in enumerate(code_lists(table.rows).items(), table.last_column + 1):
        book.write(sheet, 0, hidden, codes, style.IDENTITY)
        must(sheet.set_column(hidden, hidden, 2, None, {"hidden": True}), sheet.get_name())
        lists[name] = xl_rowcol_to_cell(0, hidden, row_abs=True, col_abs=True)
    formulas = NeedFormulas(table.kind.columns, nil, lists)
    for index, column in enumerate(table.kind.columns):
        if column.need is not Need.NEVER:
            _shade(book, sheet, table, index, formulas.shading(column, table.first_cell))
    return formulas.counter(table.all_rows)


def _shade(book: Book, sheet: Worksheet, table: Table, index: int, formula: str) -> None:
    options: Mapping[str, Any] = {"type": "formula", "criteria": formula, "format": book.format(style.NEEDED)}
    must(sheet.conditional_format(table.first, index, table.last, index, options), sheet.get_name())
