"""Sheets renamed, copied, added; the table elsewhere; what stands around the cells."""

from __future__ import annotations

import io
from functools import lru_cache

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests.perturbations.rows import insert
from tests.perturbations.work import Kind, Phase, TooShortError, Work, kind, on_book
from tests.support.forms import KEY, order_of, saved
from tests.support.returns import REAL, package_of, sheet_of, table_in, tables_in
from tracker.columns import MONTHLY, REPORT_TABLE
from tracker.dates import Period
from tracker.demo.officer import Form, Officer
from tracker.forms import stamp
from tracker.forms.build import build_form
from tracker.forms.mark import ResultLine, ResultPage, mark_return
from tracker.forms.order import FormOrder
from tracker.forms.read import read_return
from tracker.model import Mark, Severity


def rename_sheets(book: Workbook) -> None:
    """As after a copy: blanks at the end, another case."""
    for number, (each, table) in enumerate(tuple(tables_in(book))):
        table.sheet.title = (str.lower, str.upper)[number](each.title) + " "


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
    for sheet in [table.sheet for _, table in tables_in(book)]:
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


def our_own_marks(work: Work) -> None:
    """What she got back last time, corrected and sent again."""
    work.book = load_workbook(io.BytesIO(mark(saved(work.book))))


def other_copy(work: Work) -> None:
    """A draft left in the workbook, in which one answer is another."""
    copied = work.book.copy_worksheet(work.table().sheet)
    copied.title = "Bản nháp"
    table = work.table()
    (code,) = work.take()
    copied.cell(table.rows[code], table.columns["result"]).value = "Đang chờ số liệu của các xã."


def rename_strangely(book: Workbook) -> None:
    for number, (_, table) in enumerate(tuple(tables_in(book)), 1):
        table.sheet.title = f"Sheet{number} (2) "


def unprotect(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.protection.sheet = False


def protect_with_password(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.protection.set_password("bí mật")
        sheet.protection.enable()


def comment(book: Workbook) -> None:
    """Colleagues' remarks at cells, colours."""
    for _, table in tables_in(book):
        lines = [table.sheet[row] for row in list(table.rows.values())[:3]]
        for each in (each for line in lines for each in line if isinstance(each, Cell)):
            each.comment = Comment("Đề nghị xem lại: 27TB-4.a, 100%.", "Hoa")
            each.fill = PatternFill("solid", fgColor="FFFF00")


def freeze(book: Workbook) -> None:
    """Panes, zoom, print area and title rows."""
    for _, table in tables_in(book):
        table.sheet.freeze_panes = f"D{table.heading_row + 1}"
        table.sheet.sheet_view.zoomScale = 70
        table.sheet.print_title_rows = f"1:{table.heading_row}"
        table.sheet.print_area = f"A1:H{table.sheet.max_row}"


def letterhead(book: Workbook) -> None:
    """The head of a printed report above all."""
    sheet = table_in(book).sheet
    lines = (
        ("ỦY BAN NHÂN DÂN TỈNH HẢI DƯƠNG", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("CƠ QUAN BÁO CÁO", "Độc lập - Tự do - Hạnh phúc"),
        ("Số: 112/BC", "Hải Dương, ngày 18 tháng 3 năm 2025"),
        ("BÁO CÁO", "Kết quả thực hiện nhiệm vụ"),
        ("Kính gửi: Văn phòng UBND tỉnh", None),
    )
    for number, (left, right) in enumerate(lines, 1):
        insert(sheet, number, 0)
        sheet.cell(number, 1).value, sheet.cell(number, 8).value = left, right


def move_table(book: Workbook) -> None:
    """Everything three columns to the right and twelve rows down."""
    for _, table in tables_in(book):
        for _ in range(12):
            insert(table.sheet, 1, 0)
        for _ in range(3):
            insert(table.sheet, 0, 1)


def into_new_workbook(work: Work) -> None:
    """The tables with their heads copied into a workbook of her own; nothing of ours comes along but what shows."""
    _rehouse(work)


def into_new_workbook_without_line(work: Work) -> None:
    """As before, and the small line with our stamp is gone too."""
    _rehouse(work)
    for line in work.table().sheet.iter_rows(max_row=30):
        for cell in line:
            if isinstance(cell.value, str) and stamp.LINE_LABEL in cell.value:
                cell.value = None


def table_alone(work: Work) -> None:
    """Only headings and rows, in a new workbook: neither agency nor period stand there."""
    _rehouse(work)
    for _, table in tuple(tables_in(work.book)):
        for area in tuple(table.sheet.merged_cells.ranges):
            if area.min_row < table.heading_row:
                table.sheet.unmerge_cells(area.coord)
        for row in range(1, table.heading_row):
            for cell in table.sheet[row]:
                cell.value = None


def _rehouse(work: Work) -> None:
    target = Workbook()
    target.remove(target.worksheets[0])
    for each, table in tables_in(work.book):
        _copy_sheet(table.sheet, target.create_sheet(each.title))
    target.custom_doc_props = CustomPropertyList()  # type: ignore[attr-defined]
    work.book = target


def _copy_sheet(source: Worksheet, target: Worksheet) -> None:
    for line in source.iter_rows():
        for cell in line:
            if cell.value is not None:
                new = target.cell(cell.row, cell.column)
                new.value, new.number_format, new.font = cell.value, cell.number_format, Font(name=cell.font.name)
    for area in source.merged_cells.ranges:
        target.merge_cells(area.coord)


@lru_cache
def _february(agency: str) -> bytes:
    order = order_of(agency, REAL)
    period = Period(2025, 2)
    form = Form(build_form(FormOrder(REAL, order.agency, period, order.effective_day, "24 giờ ngày 20/2/2025"), KEY))
    Officer(REAL, order.agency, 99).fill(form)
    return form.save()


def two_months(work: Work) -> None:
    """Last month's sheet before this month's, in one workbook, as sent then."""
    source = load_workbook(io.BytesIO(_february(work.agency)))
    target = work.book.create_sheet("Báo cáo tháng 2", 0)
    _copy_sheet(sheet_of(source), target)


def drop_figures(work: Work) -> None:
    """The sheet of indicators is deleted."""
    each, table = list(tables_in(work.book))[-1]
    if each is REPORT_TABLE:
        raise TooShortError("no indicators")
    work.book.remove(table.sheet)
    for place in [place for place in work.said if place[0] == each.key]:
        work.lose(place[1], each)


SHEET_KINDS: tuple[Kind, ...] = (
    on_book(rename_sheets, Phase.BOOK),
    on_book(reorder_sheets, Phase.BOOK),
    on_book(add_sheets, Phase.BOOK, "P02"),
    on_book(unprotect, Phase.BOOK),
    on_book(protect_with_password, Phase.BOOK),
    on_book(comment, Phase.BOOK),
    on_book(freeze, Phase.BOOK),
    on_book(letterhead, Phase.BOOK),
    on_book(move_table, Phase.BOOK),
    kind(our_own_marks, Phase.COPIES),
    kind(into_new_workbook, Phase.BOOK),
    kind(into_new_workbook_without_line, Phase.BOOK, "F06"),
    kind(table_alone, Phase.BOOK, "F05", "F06", "F10"),
    kind(two_months, Phase.COPIES, "F17"),
    kind(drop_figures, Phase.BOOK, "P01"),
    on_book(blank_copy, Phase.COPIES),
    on_book(copy_sheets, Phase.COPIES),
    kind(other_copy, Phase.COPIES, "F17"),
    on_book(rename_strangely, Phase.LAST),
)
