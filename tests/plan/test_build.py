"""The master workbook as people meet it: sheets, headings, drop-downs, dates, print set-up, harmless text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.plan.small import SMALL, small_master
from tracker.errors import ReportError
from tracker.plan.build import build_master
from tracker.plan.data import empty_plan, packaged_plan
from tracker.plan.ink import height_pt, lines_of

SHEETS = ["Nhiệm vụ", "Cơ quan", "Nhóm cơ quan", "Chỉ tiêu", "Lãnh đạo", "Ngày nghỉ", "Ngoại lệ kiểm tra dữ liệu"]
TASK_HEADINGS = (
    "TT · Mã nhiệm vụ · Văn bản giao (số, ngày) · Mục/điểm · Nội dung nhiệm vụ · Nhóm nhiệm vụ · Cơ quan chủ trì · "
    "Cơ quan phối hợp · Cơ quan báo cáo thay · Cơ quan nhận báo cáo · Lãnh đạo phụ trách · Sản phẩm đầu ra · "
    "Thời hạn (nguyên văn) · Ngày đến hạn · Loại thời hạn · Gia hạn đến · Văn bản gia hạn · Chỉ tiêu liên quan · "
    "Tình trạng nhiệm vụ · Ghi chú"
)
AGENCY_HEADINGS = (
    "TT · Mã cơ quan · Tên chính thức · Tên ngắn · Tên gọi khác · Loại · E-mail · Cán bộ đầu mối · Điện thoại · "
    "Hiệu lực từ · Hiệu lực đến · Cơ quan kế thừa · Ghi chú"
)


@lru_cache
def real_book() -> Workbook:
    return load_workbook(io.BytesIO(build_master(packaged_plan())))


def page(title: str) -> Worksheet:
    sheet = real_book()[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def validation_of(sheet: Worksheet, ref: str) -> DataValidation:
    found = [each for each in sheet.data_validations.dataValidation if ref in each.cells]
    assert len(found) == 1
    assert isinstance(found[0], DataValidation)
    return found[0]


def test_sheets_and_headings_in_their_order() -> None:
    assert real_book().sheetnames == [*SHEETS, "Hướng dẫn"]
    assert " · ".join(str(cell.value) for cell in page("Nhiệm vụ")[1]) == TASK_HEADINGS
    assert " · ".join(str(cell.value) for cell in page("Cơ quan")[1]) == AGENCY_HEADINGS


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert build_master(SMALL) == build_master(SMALL)
    assert build_master(SMALL) != build_master(replace(SMALL, leaders=()))


def test_dates_are_real_dates_day_first() -> None:
    cell = page("Nhiệm vụ")["N12"]
    assert (cell.value, cell.number_format) == (datetime(2025, 3, 31), "dd/mm/yyyy")
    assert page("Cơ quan")["K4"].value == datetime(2025, 2, 28)
    assert page("Nhiệm vụ").column_dimensions["N"].number_format == "dd/mm/yyyy"  # rows still to be filled


def test_a_row_is_the_task(title: str = "Nhiệm vụ") -> None:
    values = [cell.value for cell in page(title)[23]]
    assert values[:3] == [22, "27TB-4.n", "27/TB-UBND ngày 21/02/2025"]
    assert values[6] == "Đài Phát thanh và Truyền hình tỉnh; Báo Hải Dương; Cổng thông tin điện tử tỉnh"
    assert (values[14], values[18]) == ("Không xác định", "Còn hiệu lực")


@pytest.mark.parametrize(
    ("title", "ref", "source"),
    [
        ("Nhiệm vụ", "G2", "DS_CoQuan"),
        ("Nhiệm vụ", "F150", "DS_NhomNhiemVu"),
        ("Nhiệm vụ", "K2", "DS_LanhDao"),
        ("Nhiệm vụ", "R2", "DS_ChiTieu"),
        ("Nhiệm vụ", "O2", '"Ngày cố định,Trong kỳ,Định kỳ,Thường xuyên,Theo sự kiện,Không xác định"'),
        ("Nhiệm vụ", "S2", '"Còn hiệu lực,Đã kết thúc,Tạm dừng,Bãi bỏ"'),
        ("Cơ quan", "F2", "DS_LoaiCoQuan"),
        ("Cơ quan", "L2", "DS_CoQuan"),
        ("Chỉ tiêu", "E2", '"≥,>,=,≤,<"'),
        ("Ngày nghỉ", "C2", '"Nghỉ,Làm việc"'),
        ("Ngoại lệ kiểm tra dữ liệu", "D2", "DS_NhiemVu"),
    ],
)
def test_cells_of_lists_have_their_drop_down(title: str, ref: str, source: str) -> None:
    found = validation_of(page(title), ref)
    assert (found.type, found.formula1) == ("list", source)
    assert found.prompt


def test_every_list_is_named_and_starts_at_its_first_cell() -> None:
    names = real_book().defined_names
    assert set(names) == {"DS_CoQuan", "DS_LanhDao", "DS_ChiTieu", "DS_NhiemVu", "DS_NhomNhiemVu", "DS_LoaiCoQuan"}
    assert names["DS_CoQuan"].value.startswith("'Cơ quan'!$C$2:INDEX(")
    for name, first in (("DS_NhomNhiemVu", "Chỉ đạo, kiểm tra, giám sát"), ("DS_LoaiCoQuan", "Cơ quan chuyên môn")):
        start = names[name].value.split(":")[0].split("!")[1].replace("$", "")
        assert page("Hướng dẫn")[start].value == first


@pytest.mark.parametrize("title", SHEETS)
def test_sheets_are_frozen_filtered_and_print_on_a4_landscape(title: str) -> None:
    sheet = page(title)
    assert sheet.freeze_panes is not None
    assert sheet.freeze_panes[1:] == "2"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A1:")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$1"


def test_the_guide_explains_every_column() -> None:
    told = {(row[0].value, row[1].value) for row in page("Hướng dẫn").iter_rows()}
    for title in SHEETS:
        for cell in page(title)[1][1:]:
            assert (title, cell.value) in told


def test_text_that_looks_like_a_formula_stays_text() -> None:
    risky = tuple(f"{sign}cmd|'/c calc'!A1" for sign in "=+-@")
    tasks = tuple(replace(SMALL.tasks[0], code=f"X-{number}", content=text) for number, text in enumerate(risky))
    sheet = load_workbook(io.BytesIO(build_master(replace(SMALL, tasks=tasks)))).worksheets[0]
    cells = [sheet.cell(row, 5) for row in range(2, 6)]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(text, "s", True) for text in risky]


def test_links_in_text_are_not_made() -> None:
    task = replace(SMALL.tasks[0], product="https://example.vn/ket-qua", note=r"\\may-chu\thu-muc")
    sheet = load_workbook(io.BytesIO(build_master(replace(SMALL, tasks=(task,))))).worksheets[0]
    assert [cell.hyperlink for cell in sheet[2]] == [None] * 20


def test_a_text_excel_would_cut_is_refused_by_cell() -> None:
    plan = replace(SMALL, tasks=(replace(SMALL.tasks[0], content="x" * 32_768),))
    with pytest.raises(ReportError) as caught:
        build_master(plan)
    assert (caught.value.key, caught.value.facts["cell"]) == ("master_cell", "E2")


def test_codes_stay_text_when_people_type_them() -> None:
    for letter in "BD":
        assert page("Nhiệm vụ")[f"{letter}2"].number_format == "@"
        assert page("Nhiệm vụ").column_dimensions[letter].number_format == "@"


def test_rows_are_high_enough_for_their_text() -> None:
    dimensions = page("Nhiệm vụ").row_dimensions
    heights = [dimensions[row].height for row in range(2, 27)]
    assert all(height is not None and 30 < height <= 400 for height in heights)
    assert lines_of("một hai ba", 5) == 2
    assert lines_of("a\nb\n\nc", 20) == 4
    assert lines_of("x" * 50, 10) == 5
    assert height_pt([]) == height_pt([("ngắn", 20)])


def test_an_empty_plan_is_a_workbook_to_fill() -> None:
    book = load_workbook(io.BytesIO(build_master(empty_plan())))
    assert book.sheetnames == [*SHEETS, "Hướng dẫn"]
    assert book["Nhiệm vụ"].max_row == 1


def test_the_small_master_tells_the_day_of_the_waiver() -> None:
    sheet = load_workbook(io.BytesIO(small_master()))["Ngoại lệ kiểm tra dữ liệu"]
    assert [cell.value for cell in sheet[2]] == [
        1,
        "R09",
        "Sở Y tế",
        "T-2",
        "Chánh Văn phòng",
        "Chờ văn bản",
        datetime(2025, 6, 30),
    ]
    assert isinstance(SMALL.waivers[0].until, date)
