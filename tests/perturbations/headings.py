"""Headings in other words, other letters, other rows; the head above them."""

from __future__ import annotations

import unicodedata
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import MergedCell

from tests.perturbations.work import Kind, Phase, on_book
from tests.support.returns import Change, table_in, tables_in

_MOST_SYNONYMS = 6


def _reword(book: Workbook, change: Any) -> None:
    for kind, table in tables_in(book):
        for key, column in table.columns.items():
            table.sheet.cell(table.heading_row, column).value = change(kind.by_key[key].heading)


def shout_headings(book: Workbook) -> None:
    _reword(book, lambda text: f" {text.upper()} \n(BẮT BUỘC)")


def whisper_headings(book: Workbook) -> None:
    _reword(book, lambda text: f"{text.lower()}*")


def decompose(book: Workbook) -> None:
    """Headings and the words of the list as a Mac writes them."""
    _reword(book, lambda text: unicodedata.normalize("NFD", text + " (bắt buộc)"))
    for _, table in tables_in(book):
        for line in table.sheet.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = unicodedata.normalize("NFD", cell.value)


def use_synonyms(book: Workbook) -> None:
    for kind, table in tables_in(book):
        for column in kind.columns:
            if column.synonyms and column.key in table.columns:
                table.sheet.cell(table.heading_row, table.columns[column.key]).value = column.synonyms[-1]


def merge_in_head(book: Workbook) -> None:
    """Title and labels merged over more columns; the bands split."""
    sheet = table_in(book).sheet
    top = table_in(book).heading_row
    for area in tuple(sheet.merged_cells.ranges):
        if area.min_row == top - 1:
            sheet.unmerge_cells(str(area))
    first = next(cell for line in sheet.iter_rows(max_row=2) for cell in line if cell.value)
    sheet.merge_cells(start_row=first.row, end_row=first.row, start_column=first.column, end_column=first.column + 3)


def nth_synonym(number: int) -> Change:
    """Every heading by its n-th other name (the last, where it has fewer)."""

    def change(book: Workbook) -> None:
        for each, table in tables_in(book):
            for key, column in table.columns.items():
                names = each.by_key[key].names
                table.sheet.cell(table.heading_row, column).value = names[min(number, len(names) - 1)]

    change.__name__ = f"synonym_{number}"
    return change


def break_headings(book: Workbook) -> None:
    """Words of a heading one below the other, as narrow columns have them."""
    _reword(book, lambda text: text.replace(" ", "\n"))


def strip_headings_of_marks(book: Workbook) -> None:
    """Typed without diacritics."""
    table = str.maketrans("đĐ", "dD")
    _reword(book, lambda text: _bare(text).translate(table))


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def two_row_headings(book: Workbook) -> None:
    """Our headings stand one row higher, merged downwards; hers below a heading of their group."""
    for each, table in tuple(tables_in(book)):
        sheet, top = table.sheet, table.heading_row
        for area in tuple(sheet.merged_cells.ranges):
            if area.min_row == area.max_row == top - 1:
                sheet.unmerge_cells(area.coord)
        for key, column in table.columns.items():
            upper, lower = sheet.cell(top - 1, column), sheet.cell(top, column)
            if each.by_key[key].is_locked and not isinstance(upper, MergedCell):
                upper.value, lower.value = lower.value, None
                sheet.merge_cells(start_row=top - 1, end_row=top, start_column=column, end_column=column)


HEADING_KINDS: tuple[Kind, ...] = (
    *(on_book(nth_synonym(number), Phase.HEADINGS) for number in range(1, _MOST_SYNONYMS + 1)),
    on_book(shout_headings, Phase.HEADINGS),
    on_book(whisper_headings, Phase.HEADINGS),
    on_book(break_headings, Phase.HEADINGS),
    on_book(strip_headings_of_marks, Phase.HEADINGS),
    on_book(decompose, Phase.HEADINGS),
    on_book(use_synonyms, Phase.HEADINGS),
    on_book(merge_in_head, Phase.HEADINGS),
    on_book(two_row_headings, Phase.LAST),
)
