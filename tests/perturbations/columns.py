"""Columns inserted, moved, hidden, deleted, doubled, headings and all."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from tests.perturbations.rows import hide_rows, insert, move_areas
from tests.perturbations.work import Kind, Phase, TooShortError, Work, kind, on_book
from tests.support.returns import table_in, tables_in
from tracker.columns import REPORT_TABLE


def insert_columns(book: Workbook) -> None:
    """Columns of her own between ours, one at the very left; one has a heading and contents."""
    for each, table in tables_in(book):
        place = table.columns["result" if each is REPORT_TABLE else "value"]
        insert(table.sheet, 0, place)
        table.sheet.cell(table.heading_row, place).value = "Phòng phụ trách"
        for row in table.rows.values():
            table.sheet.cell(row, place).value = "Phòng Tổng hợp"
        insert(table.sheet, 0, 1)


def reorder_columns(book: Workbook) -> None:
    """The columns of the table from last to first, headings and all."""
    for _, table in tables_in(book):
        places = sorted(table.columns.values())
        for row in range(table.heading_row, table.sheet.max_row + 1):
            cells = [(c.value, c.number_format) for c in (table.sheet.cell(row, place) for place in reversed(places))]
            for place, (value, shape) in zip(places, cells, strict=True):
                cell = table.sheet.cell(row, place)
                cell.value, cell.number_format = value, shape


def hide_columns(book: Workbook) -> None:
    sheet = table_in(book).sheet
    for column in (3, 4, 8, 9):
        sheet.column_dimensions[get_column_letter(column)].hidden = True


def filter_rows(book: Workbook) -> None:
    table = table_in(book)
    last = get_column_letter(max(table.columns.values()))
    table.sheet.auto_filter.ref = f"A{table.heading_row}:{last}{table.sheet.max_row}"
    table.sheet.auto_filter.add_filter_column(6, ["Hoàn thành"])
    hide_rows(book)


def drop_numbers(book: Workbook) -> None:
    """The column TT is cleared with its heading."""
    table = table_in(book)
    for row in range(table.heading_row, table.sheet.max_row + 1):
        table.sheet.cell(row, table.columns["no"]).value = None


def number_again(book: Workbook) -> None:
    """A second column of numbers at the right end."""
    table = table_in(book)
    place = table.sheet.max_column + 1
    table.sheet.cell(table.heading_row, place).value = "STT"
    for number, row in enumerate(table.rows.values(), 1):
        table.sheet.cell(row, place).value = number


def delete_locked_columns(book: Workbook) -> None:
    """What she does not fill and the reader can do without: TT, Vai trò, Thời hạn, Kỳ trước …"""
    for each, table in tables_in(book):
        locked = {c.key for c in each.columns if c.is_locked} - {"task", "content"}
        for place in sorted((column for key, column in table.columns.items() if key in locked), reverse=True):
            delete_column(table.sheet, place)


def cut_and_paste_column(book: Workbook) -> None:
    """One column cut with its heading and pasted at the right end; its place stays empty."""
    for each, table in tables_in(book):
        place = table.columns["result" if each is REPORT_TABLE else "value"]
        end = table.sheet.max_column + 1
        for row in range(table.heading_row, table.sheet.max_row + 1):
            source, target = table.sheet.cell(row, place), table.sheet.cell(row, end)
            target.value, target.number_format, source.value = source.value, source.number_format, None


def delete_optional_column(work: Work) -> None:
    _drop_column(work, "proposal")


def delete_needed_column(work: Work) -> None:
    _drop_column(work, "result")


def _drop_column(work: Work, key: str) -> None:
    table = work.table()
    delete_column(table.sheet, table.columns[key])
    for (each, _), values in work.said.items():
        if each == "report":
            values.pop(key, None)


def delete_code_column(work: Work) -> None:
    work.take_all()
    table = work.table()
    delete_column(table.sheet, table.columns["task"])


def clear_text_column(work: Work) -> None:
    """All texts are gone, heading and all; the codes tell."""
    work.take_all()
    table = work.table()
    for row in range(table.heading_row, table.sheet.max_row + 1):
        table.sheet.cell(row, table.columns["content"]).value = None


def clear_heading(work: Work) -> None:
    """The heading of a filled column is gone, its cells are there."""
    table = work.table()
    table.sheet.cell(table.heading_row, table.columns["obstacles"]).value = None


def double_column(work: Work) -> None:
    """A column of last month's answers kept beside this month's, under the same heading."""
    table = work.table()
    if work.said and not any("result" in values for (each, _), values in work.said.items() if each == "report"):
        raise TooShortError("nothing to double: alone it would be this month's")
    end = table.sheet.max_column + 1
    table.sheet.cell(table.heading_row, end).value = REPORT_TABLE.by_key["result"].heading
    for number, row in enumerate(table.rows.values()):
        table.sheet.cell(row, end).value = f"Tháng trước đã làm {number} việc."


def delete_column(sheet: Worksheet, column: int) -> None:
    """The column goes, what is right of it moves up with its merged areas."""
    for area in [area for area in sheet.merged_cells.ranges if area.min_col == area.max_col == column]:
        sheet.unmerge_cells(area.coord)
    sheet.delete_cols(column)

    def move(area: CellRange) -> None:
        if area.min_col > column:
            area.shift(col_shift=-1)
        elif area.min_col <= column <= area.max_col and area.max_col > area.min_col:
            area.shrink(right=1)

    move_areas(sheet, move)


COLUMN_KINDS: tuple[Kind, ...] = (
    on_book(insert_columns, Phase.COLUMNS),
    on_book(reorder_columns, Phase.COLUMNS),
    on_book(hide_columns, Phase.COLUMNS),
    on_book(filter_rows, Phase.COLUMNS),
    on_book(drop_numbers, Phase.COLUMNS),
    on_book(number_again, Phase.COLUMNS),
    on_book(delete_locked_columns, Phase.BOOK),
    on_book(cut_and_paste_column, Phase.COLUMNS),
    kind(clear_text_column, Phase.CODES),
    kind(delete_optional_column, Phase.COLUMNS, "F17"),
    kind(delete_needed_column, Phase.COLUMNS, "F17"),
    kind(delete_code_column, Phase.LAST, "P07"),
    kind(clear_heading, Phase.LAST, "F17"),
    kind(double_column, Phase.BOOK, "F17"),
)
