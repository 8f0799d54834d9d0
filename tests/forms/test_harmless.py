"""What people do to a sheet without meaning anything by it: the answers read are those of the untouched form."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.forms import KEY
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.returns import (
    AGENCY,
    REAL,
    Change,
    changed,
    codes,
    filled,
    look,
    package_of,
    said,
    sheet_of,
    table_in,
)
from tracker.columns import INDICATOR_TABLE, MONTHLY, REPORT_TABLE
from tracker.forms.mark import ResultLine, ResultPage, mark_return
from tracker.forms.read import read_return
from tracker.model import Mark, Severity

UNTOUCHED = look(filled())
OWN_ROWS = frozenset({"P02"})
"""Rows of a table of her own that looks like ours are told of; they go nowhere."""
TABLES = (REPORT_TABLE, INDICATOR_TABLE)


# --- rows -------------------------------------------------------------------------------------------------------------


def sort_rows(book: Workbook) -> None:
    """Sorted by their result, as a filter menu does; locked columns go along."""
    for kind in TABLES:
        table = table_in(book, kind)
        rows = [row for code, row in table.rows.items() if code in REAL.task_by_code or code in REAL.indicator_by_code]
        lines = [[cell.value for cell in table.sheet[row]] for row in rows]
        lines.sort(key=lambda line: str(line[6:]))
        for row, line in zip(rows, lines, strict=True):
            for cell, value in zip(table.sheet[row], line, strict=True):
                cell.value = value


def insert_rows(book: Workbook) -> None:
    """A title above all, an empty row inside the table."""
    for kind in TABLES:
        sheet = sheet_of(book, kind)
        _insert(sheet, table_in(book, kind).heading_row + 3, 0)
        _insert(sheet, 1, 0)
        sheet["A1"] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def blank_rows(book: Workbook) -> None:
    for kind in TABLES:
        top = table_in(book, kind).heading_row
        for step in (2, 4, 5):
            _insert(sheet_of(book, kind), top + step, 0)


def number_the_columns(book: Workbook) -> None:
    """(1) (2) (3) … below the headings, as tables of decrees have it."""
    for kind in TABLES:
        table = table_in(book, kind)
        _insert(table.sheet, table.heading_row + 1, 0)
        for number, column in enumerate(sorted(table.columns.values()), 1):
            table.sheet.cell(table.heading_row + 1, column).value = f"({number})"


def number_the_columns_by_figures(book: Workbook) -> None:
    table = table_in(book)
    _insert(table.sheet, table.heading_row + 1, 0)
    for number, column in enumerate(sorted(table.columns.values()), 1):
        table.sheet.cell(table.heading_row + 1, column).value = number


def repeat_headings(book: Workbook) -> None:
    """Once more in the middle, as on a printed page."""
    for kind in TABLES:
        table = table_in(book, kind)
        middle = table.heading_row + 3
        headings = [cell.value for cell in table.sheet[table.heading_row]]
        _insert(table.sheet, middle, 0)
        for cell, value in zip(table.sheet[middle], headings, strict=False):
            cell.value = value


def total_below(book: Workbook) -> None:
    table = table_in(book)
    last = table.sheet.max_row + 1
    table.sheet.cell(last, table.columns["content"]).value = "Tổng cộng: 11 nhiệm vụ"
    table.sheet.cell(last, table.columns["percent"]).value = 77
    figures = table_in(book, INDICATOR_TABLE)
    last = figures.sheet.max_row + 1
    figures.sheet.cell(last, 1).value = "TỔNG SỐ"
    figures.sheet.cell(last, figures.columns["numerator"]).value = 123456


def group_rows(book: Workbook) -> None:
    """Rows that only divide: I. Nhiệm vụ có thời hạn."""
    table = table_in(book)
    for offset, label in ((1, "I"), (5, "II")):
        _insert(table.sheet, table.heading_row + offset, 0)
        table.sheet.cell(table.heading_row + offset, 1).value = label
        table.sheet.cell(table.heading_row + offset, table.columns["content"]).value = f"Nhóm nhiệm vụ {label}"


def notes_below(book: Workbook) -> None:
    sheet = sheet_of(book)
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
    figures = table_in(book, INDICATOR_TABLE)
    figures.sheet.cell(figures.sheet.max_row + 2, figures.columns["value"]).value = "Người lập biểu"


def hide_rows(book: Workbook) -> None:
    for kind in TABLES:
        table = table_in(book, kind)
        for row in range(table.heading_row + 1, table.heading_row + 4):
            table.sheet.row_dimensions[row].hidden = True


def _insert(sheet: Worksheet, row: int, column: int) -> None:
    """A row above `row`, or a column left of `column`; merged areas move with their cells."""
    if row:
        sheet.insert_rows(row)
    else:
        sheet.insert_cols(column)
    for area in tuple(sheet.merged_cells.ranges):
        if (row and area.min_row >= row) or (column and area.min_col >= column):
            sheet.merged_cells.ranges.discard(area)  # a set: its members must not change in it
            area.shift(row_shift=1 if row else 0, col_shift=0 if row else 1)
            sheet.merged_cells.ranges.add(area)


# --- columns ----------------------------------------------------------------------------------------------------------


def insert_columns(book: Workbook) -> None:
    """Columns of her own between ours, one at the very left; one has a heading and contents."""
    for kind, key in ((REPORT_TABLE, "result"), (INDICATOR_TABLE, "value")):
        table = table_in(book, kind)
        place = table.columns[key]
        _insert(table.sheet, 0, place)
        table.sheet.cell(table.heading_row, place).value = "Phòng phụ trách"
        for row in table.rows.values():
            table.sheet.cell(row, place).value = "Phòng Tổng hợp"
        _insert(table.sheet, 0, 1)


def reorder_columns(book: Workbook) -> None:
    """The columns of the table from last to first, headings and all."""
    for kind in TABLES:
        table = table_in(book, kind)
        places = sorted(table.columns.values())
        for row in range(table.heading_row, table.sheet.max_row + 1):
            cells = [(c.value, c.number_format) for c in (table.sheet.cell(row, place) for place in reversed(places))]
            for place, (value, shape) in zip(places, cells, strict=True):
                cell = table.sheet.cell(row, place)
                cell.value, cell.number_format = value, shape


def hide_columns(book: Workbook) -> None:
    sheet = sheet_of(book)
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


# --- headings and head ------------------------------------------------------------------------------------------------


def _reword(book: Workbook, change: Any) -> None:
    for kind in TABLES:
        table = table_in(book, kind)
        for key, column in table.columns.items():
            table.sheet.cell(table.heading_row, column).value = change(kind.by_key[key].heading)


def shout_headings(book: Workbook) -> None:
    _reword(book, lambda text: f" {text.upper()} \n(BẮT BUỘC)")


def whisper_headings(book: Workbook) -> None:
    _reword(book, lambda text: f"{text.lower()}*")


def decompose(book: Workbook) -> None:
    """Headings and the words of the list as a Mac writes them."""
    _reword(book, lambda text: unicodedata.normalize("NFD", text + " (bắt buộc)"))
    for kind in TABLES:
        for line in sheet_of(book, kind).iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = unicodedata.normalize("NFD", cell.value)


def use_synonyms(book: Workbook) -> None:
    for kind in TABLES:
        table = table_in(book, kind)
        for column in kind.columns:
            if column.synonyms and column.key in table.columns:
                table.sheet.cell(table.heading_row, table.columns[column.key]).value = column.synonyms[-1]


def merge_in_head(book: Workbook) -> None:
    """Title and labels merged over more columns; the bands split."""
    sheet = sheet_of(book)
    top = table_in(book).heading_row
    for area in tuple(sheet.merged_cells.ranges):
        if area.min_row == top - 1:
            sheet.unmerge_cells(str(area))
    first = next(cell for line in sheet.iter_rows(max_row=2) for cell in line if cell.value)
    sheet.merge_cells(start_row=first.row, end_row=first.row, start_column=first.column, end_column=first.column + 3)


# --- sheets -----------------------------------------------------------------------------------------------------------


def rename_sheets(book: Workbook) -> None:
    """As after a copy: blanks at the end, another case."""
    sheet_of(book, INDICATOR_TABLE).title = "CHỈ TIÊU "
    sheet_of(book).title = "báo cáo "


def reorder_sheets(book: Workbook) -> None:
    for sheet in tuple(book.worksheets):
        book.move_sheet(sheet, -book.index(sheet))


def add_sheets(book: Workbook) -> None:
    """Her own sheets before and after: an annex that looks a little like ours, a chart's numbers, an empty one."""
    annex = book.create_sheet("Phụ lục", 0)
    annex.append(["PHỤ LỤC KẾT QUẢ"])
    annex.append(["STT", "Nhiệm vụ", "Thời hạn hoàn thành", "Kết quả", "Kiến nghị"])
    annex.append([1, "Họp giao ban tuần", "hằng tuần", "Đã họp 4 cuộc", "Không"])
    figures = book.create_sheet("Biểu 2")
    figures.append(["STT", "Chỉ tiêu", "ĐVT", "Tổng số", "Thực hiện", "Ghi chú"])
    figures.append([1, "Số máy tính", "chiếc", 40, 38, "đã kiểm kê"])
    book.create_sheet("Sheet1", 1)


def blank_copy(book: Workbook) -> None:
    """The form once more as it was sent out, in front; names are carried over in it."""
    copy = book.copy_worksheet(sheet_of(book))
    copy.title = "Mẫu"
    table = table_in(book)
    for row in table.rows.values():
        for key, column in table.columns.items():
            if not REPORT_TABLE.by_key[key].is_locked and key not in ("person", "accountable"):
                copy.cell(row, column).value = None
    book.move_sheet(copy, -book.index(copy))


def copy_sheets(book: Workbook) -> None:
    """Both tables once more with the same contents, as "Move or Copy" leaves them."""
    for kind in TABLES:
        sheet = sheet_of(book, kind)
        book.copy_worksheet(sheet).title = f"{sheet.title.strip()} (2)"


def mark(data: bytes) -> bytes:
    """The return as we send it back: two cells marked, the result sheet in front."""
    found = read_return(package_of(data), REAL, MONTHLY, KEY)
    marks = tuple(
        Mark(row.sheet, row.cells["result"].ref, Severity.WARNING, ("Nội dung chung chung.",)) for row in found.rows[:2]
    )
    line = ResultLine(Severity.WARNING, "R16", "Kết quả chung chung", "Đề nghị bổ sung", marks[0].sheet, marks[0].cell)
    page = ResultPage("Sở Khoa học và Công nghệ", "tháng 3/2025", "a.xlsx", "09:00 18/03/2025", "Đã tiếp nhận", (line,))
    return mark_return(data, marks, page)


HARMLESS: dict[str, Change] = {
    each.__name__: each
    for each in (
        sort_rows,
        insert_rows,
        blank_rows,
        number_the_columns,
        number_the_columns_by_figures,
        repeat_headings,
        total_below,
        group_rows,
        notes_below,
        sign_below,
        hide_rows,
        insert_columns,
        reorder_columns,
        hide_columns,
        filter_rows,
        drop_numbers,
        number_again,
        shout_headings,
        whisper_headings,
        use_synonyms,
        decompose,
        merge_in_head,
        rename_sheets,
        reorder_sheets,
        add_sheets,
        blank_copy,
        copy_sheets,
    )
}
ASKED_FOR = (sort_rows, insert_rows, insert_columns, rename_sheets, shout_headings)
"""Those that must hold together, on top of our own marks."""


def test_the_untouched_form_is_clean_and_whole() -> None:
    assert codes(UNTOUCHED) == []
    assert (UNTOUCHED.agency, UNTOUCHED.period) == (AGENCY, "2025-03")
    assert len(said(UNTOUCHED)) == 11 + 4
    assert all(
        said(UNTOUCHED)["report", code]["result"] for code in REAL.task_by_code if ("report", code) in said(UNTOUCHED)
    )


def assert_same(data: bytes, allowed: frozenset[str] = frozenset()) -> None:
    """Answers, agency, period and head are those of the untouched form; nothing is found but `allowed`."""
    examined = look(data)
    assert said(examined) == said(UNTOUCHED)
    assert set(codes(examined)) <= allowed
    assert (examined.agency, examined.period, examined.head) == (AGENCY, "2025-03", UNTOUCHED.head)


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_each_alone(change: Change) -> None:
    assert_same(changed(change), OWN_ROWS if change is add_sheets else frozenset())


def test_our_own_marks() -> None:
    assert_same(mark(filled()))
    assert_same(mark(mark(filled())))


def test_all_of_the_requirement_together() -> None:
    assert_same(changed(*ASKED_FOR, data=mark(filled())))
    assert_same(mark(changed(*ASKED_FOR)))


def test_everything_together() -> None:
    gentle = [change for change in HARMLESS.values() if change is not number_the_columns_by_figures]
    assert_same(changed(*gentle, data=mark(filled())), OWN_ROWS)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(sorted(HARMLESS)), min_size=2, max_size=6, unique=True), st.booleans())
def test_any_of_them_in_any_order(names: list[str], is_marked: bool) -> None:
    data = mark(filled()) if is_marked else filled()
    assert_same(changed(*(HARMLESS[name] for name in names), data=data), OWN_ROWS)


@pytest.mark.long
@settings(max_examples=3000, deadline=None)
@given(st.lists(st.sampled_from(sorted(HARMLESS)), min_size=2, max_size=8, unique=True), st.booleans())
def test_any_of_them_in_any_order_for_long(names: list[str], is_marked: bool) -> None:
    data = mark(filled()) if is_marked else filled()
    assert_same(changed(*(HARMLESS[name] for name in names), data=data), OWN_ROWS)


def test_a_moved_cell_is_known_by_where_it_stands_now() -> None:
    moved = look(changed(reorder_columns, insert_rows))
    before = {answer.task: answer.cells["result"] for answer in UNTOUCHED.answers if answer.table == "report"}
    after = {answer.task: answer.cells["result"] for answer in moved.answers if answer.table == "report"}
    assert before.keys() == after.keys()
    assert all(before[task] != after[task] for task in before)
    book = load_workbook(io.BytesIO(changed(reorder_columns, insert_rows)))
    for task, cell in after.items():
        assert sheet_of(book)[cell].value == said(UNTOUCHED)["report", task]["result"]


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_saved_by_libreoffice(ending: str, tmp_path: Path) -> None:
    before = tmp_path / "bao cao.xlsx"
    before.write_bytes(changed(*ASKED_FOR, data=mark(filled())))
    assert_same(soffice_convert(before, ending, tmp_path / ending).read_bytes())
