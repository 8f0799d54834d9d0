"""Rows inserted, sorted, deleted, doubled, blanked, pasted; totals, groups, notes and signatures around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from tests.perturbations.work import Kind, Phase, Work, kind, on_book, work_on
from tests.support.returns import REAL, table_in, tables_in
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.demo.officer import Sheet


def sort_rows(book: Workbook) -> None:
    """Sorted by their result, as a filter menu does; locked columns go along."""
    for _, table in tables_in(book):
        rows = _task_rows(table)
        lines = [[cell.value for cell in table.sheet[row]] for row in rows]
        lines.sort(key=lambda line: str(line[6:]))
        for row, line in zip(rows, lines, strict=True):
            for cell, value in zip(table.sheet[row], line, strict=True):
                cell.value = value


def insert_rows(book: Workbook) -> None:
    """A title above all, an empty row inside the table."""
    for _, table in tables_in(book):
        insert(table.sheet, table.heading_row + 3, 0)
        insert(table.sheet, 1, 0)
        table.sheet["A1"] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def blank_rows(book: Workbook) -> None:
    for _, table in tables_in(book):
        for step in (2, 4, 5):
            insert(table.sheet, table.heading_row + step, 0)


def number_the_columns(book: Workbook) -> None:
    """(1) (2) (3) … below the headings, as tables of decrees have it."""
    for _, table in tables_in(book):
        insert(table.sheet, table.heading_row + 1, 0)
        for number, column in enumerate(sorted(table.columns.values()), 1):
            table.sheet.cell(table.heading_row + 1, column).value = f"({number})"


def number_the_columns_by_figures(book: Workbook) -> None:
    table = table_in(book)
    insert(table.sheet, table.heading_row + 1, 0)
    for number, column in enumerate(sorted(table.columns.values()), 1):
        table.sheet.cell(table.heading_row + 1, column).value = number


def repeat_headings(book: Workbook) -> None:
    """Once more in the middle, as on a printed page."""
    for _, table in tables_in(book):
        middle = table.heading_row + 3
        headings = [cell.value for cell in table.sheet[table.heading_row]]
        insert(table.sheet, middle, 0)
        for cell, value in zip(table.sheet[middle], headings, strict=False):
            cell.value = value


def total_below(book: Workbook) -> None:
    table = table_in(book)
    last = table.sheet.max_row + 1
    table.sheet.cell(last, table.columns["content"]).value = "Tổng cộng: 11 nhiệm vụ"
    table.sheet.cell(last, table.columns["percent"]).value = 77
    for figures in _figures_of(book):
        last = figures.sheet.max_row + 1
        figures.sheet.cell(last, 1).value = "TỔNG SỐ"
        figures.sheet.cell(last, figures.columns["numerator"]).value = 123456


def group_rows(book: Workbook) -> None:
    """Rows that only divide: I. Nhiệm vụ có thời hạn."""
    table = table_in(book)
    for offset, label in ((1, "I"), (5, "II")):
        insert(table.sheet, table.heading_row + offset, 0)
        table.sheet.cell(table.heading_row + offset, 1).value = label
        table.sheet.cell(table.heading_row + offset, table.columns["content"]).value = f"Nhóm nhiệm vụ {label}"


def notes_below(book: Workbook) -> None:
    sheet = table_in(book).sheet
    last = sheet.max_row
    sheet.cell(last + 2, 1).value = "Ghi chú: số liệu tính đến ngày 18/3/2025, theo 27TB-4.a."
    sheet.cell(last + 4, 3).value = "Người lập biểu"
    sheet.cell(last + 5, 3).value = "(Ký, ghi rõ họ tên)"


def sign_below(book: Workbook) -> None:
    """The block of a printed report: date, recipients, signatures, in whatever columns."""
    table = table_in(book)
    block: tuple[dict[str, str], ...] = (
        {"result": "Hải Dương, ngày 20 tháng 3 năm 2025"},
        {"completed_on": "Ngày 20 tháng 3 năm 2025"},
        {"content": "Người lập biểu", "result": "THỦ TRƯỞNG CƠ QUAN", "percent": "KT. GIÁM ĐỐC"},
        {"content": "(Ký, ghi rõ họ tên)", "status": "PHÓ GIÁM ĐỐC", "obstacles": "(Ký, đóng dấu)"},
        {"content": "Lê Thị Hoa", "status": "Nguyễn Văn An", "completed_on": "Trần Văn Bình"},
        {"no": "Nơi nhận:", "person": "Người lập biểu"},
        {"no": "- Như trên;", "percent": "- Lưu: VT, TH."},
    )
    for number, line in enumerate(block, table.sheet.max_row + 2):
        for key, value in line.items():
            table.sheet.cell(number, table.columns.get(key, 1)).value = value
    for figures in _figures_of(book):
        figures.sheet.cell(figures.sheet.max_row + 2, figures.columns["value"]).value = "Người lập biểu"


def hide_rows(book: Workbook) -> None:
    for _, table in tables_in(book):
        for row in range(table.heading_row + 1, table.heading_row + 4):
            table.sheet.row_dimensions[row].hidden = True


def _figures_of(book: Workbook) -> list[Sheet]:
    return [table for kind, table in tables_in(book) if kind is not REPORT_TABLE]


def insert(sheet: Worksheet, row: int, column: int) -> None:
    """A row above `row`, or a column left of `column`; merged areas move with their cells."""
    if row:
        sheet.insert_rows(row)
    else:
        sheet.insert_cols(column)

    def move(area: CellRange) -> None:
        if (row and area.min_row >= row) or (column and area.min_col >= column):
            area.shift(row_shift=1 if row else 0, col_shift=0 if row else 1)

    move_areas(sheet, move)


def move_areas(sheet: Worksheet, move: Callable[[CellRange], None]) -> None:
    """Merged areas follow their cells; what is one cell by then is none."""
    areas = list(sheet.merged_cells.ranges)
    sheet.merged_cells.ranges.clear()
    for area in areas:
        move(area)
        if area.size["rows"] * area.size["columns"] > 1:
            sheet.merged_cells.ranges.add(area)


def _task_rows(table: Sheet) -> list[int]:
    return [row for code, row in table.rows.items() if code in REAL.task_by_code or code in REAL.indicator_by_code]


def reverse_rows(book: Workbook) -> None:
    """From last to first, as a sort by TT downwards does."""
    for _, table in tables_in(book):
        rows = _task_rows(table)
        lines = [_line(table.sheet, row) for row in rows]
        for row, line in zip(rows, reversed(lines), strict=True):
            _write(table.sheet, row, line)


def swap_rows(work: Work) -> None:
    """Two whole rows change places."""
    one, other = work.take(2)
    table = work.table()
    first, second = table.rows[one], table.rows[other]
    lines = _line(table.sheet, first), _line(table.sheet, second)
    _write(table.sheet, first, lines[1])
    _write(table.sheet, second, lines[0])


def row_to_the_end(work: Work) -> None:
    """Cut, and pasted below the table; its old place stays blank."""
    (code,) = work.take()
    table = work.table()
    row = table.rows[code]
    line = _line(table.sheet, row)
    _write(table.sheet, row, [(None, "General")] * len(line))
    _write(table.sheet, table.sheet.max_row + 1, line)


def delete_row(work: Work) -> None:
    (code,) = work.take()
    table = work.table()
    delete(table.sheet, table.rows[code])
    work.lose(code)


def blank_row(work: Work) -> None:
    """All that was answered in a row is taken out again."""
    (code,) = work.take()
    for key, cell in work.cells(code).items():
        if not REPORT_TABLE.by_key[key].is_locked:
            cell.value = None
    work.lose(code)


def blank_line(work: Work) -> None:
    """A row is emptied from end to end."""
    (code,) = work.take()
    for cell in work.cells(code).values():
        cell.value = None
    work.lose(code)


def double_row(work: Work) -> None:
    """A row copied with all it holds, and one figure in the copy changed: which is meant cannot be told."""
    (code,) = work.take()
    table = work.table()
    line = _line(table.sheet, table.rows[code])
    last = table.sheet.max_row + 1
    _write(table.sheet, last, line)
    table.sheet.cell(last, table.columns["result"]).value = "Nội dung khác."
    work.lose(code)


def repeat_tasks(work: Work) -> None:
    """Code and text of a task once more below, with nothing filled: a row to write on by hand."""
    (code,) = work.take()
    table = work.table()
    last = table.sheet.max_row + 1
    for key in ("task", "content"):
        table.sheet.cell(last, table.columns[key]).value = table.cell(code, key).value


def paste_foreign_row(work: Work) -> None:
    """A filled row out of the form of another agency."""
    other = work_on("cct5" if work.agency != "cct5" else "cat")
    theirs = other.table()
    mine = {code for _, code in (*work.said, *work.gone)}
    code = next(code for code in theirs.rows if code not in mine)
    table = work.table()
    _write(table.sheet, table.sheet.max_row + 1, _line(theirs.sheet, theirs.rows[code]))


def own_row(work: Work) -> None:
    """A task of her own below the others."""
    table = work.table()
    last = table.sheet.max_row + 1
    for key, value in {"task": "TX-01", "content": "Trực đường dây nóng", "result": "Đã trực 30 ngày."}.items():
        table.sheet.cell(last, table.columns[key]).value = value


def delete_indicator(work: Work) -> None:
    (code,) = work.take(1, INDICATOR_TABLE)
    table = work.table(INDICATOR_TABLE)
    delete(table.sheet, table.rows[code])
    work.lose(code, INDICATOR_TABLE)


def delete(sheet: Worksheet, row: int) -> None:
    """The row goes, what is below moves up with its merged areas."""
    sheet.delete_rows(row)
    move_areas(sheet, lambda area: area.shift(row_shift=-1) if area.min_row > row else None)


def _line(sheet: Worksheet, row: int) -> list[tuple[Any, str]]:
    """Value and number format of each cell of a row."""
    return [(cell.value, cell.number_format) for cell in sheet[row]]


def _write(sheet: Worksheet, row: int, line: list[tuple[Any, str]]) -> None:
    for column, (value, shape) in enumerate(line, 1):
        cell = sheet.cell(row, column)
        cell.value, cell.number_format = value, shape


ROW_KINDS: tuple[Kind, ...] = (
    on_book(sort_rows, Phase.ROWS),
    on_book(reverse_rows, Phase.ROWS),
    on_book(insert_rows, Phase.ROWS),
    on_book(blank_rows, Phase.ROWS),
    on_book(number_the_columns, Phase.ROWS),
    on_book(number_the_columns_by_figures, Phase.ROWS),
    on_book(repeat_headings, Phase.ROWS),
    on_book(total_below, Phase.ROWS),
    on_book(group_rows, Phase.ROWS),
    on_book(notes_below, Phase.ROWS),
    on_book(sign_below, Phase.ROWS),
    on_book(hide_rows, Phase.ROWS),
    kind(swap_rows, Phase.ROWS),
    kind(row_to_the_end, Phase.ROWS),
    kind(repeat_tasks, Phase.ROWS),
    kind(delete_row, Phase.ROWS, "P01"),
    kind(blank_row, Phase.ROWS, "R01"),
    kind(blank_line, Phase.ROWS, "P01"),
    kind(double_row, Phase.ROWS, "P03"),
    kind(paste_foreign_row, Phase.ROWS, "P04"),
    kind(own_row, Phase.ROWS, "P02"),
    kind(delete_indicator, Phase.ROWS, "P01"),
)
