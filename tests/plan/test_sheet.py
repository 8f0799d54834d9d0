"""The master workbook read back: what people may do to it without harm, and that nothing is lost on the way."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.plan.small import SMALL, Edit, edited, plan_after, put, small_master
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.model import DeadlineKind, Plan, TaskState
from tracker.plan.build import build_master
from tracker.plan.data import empty_plan, packaged_plan
from tracker.plan.sheet import read_plan

TASKS, AGENCIES = "Nhiệm vụ", "Cơ quan"
PLANS = pytest.mark.parametrize("plan", [packaged_plan(), SMALL, empty_plan()], ids=["27-TB-UBND", "small", "empty"])


def saved(folder: Path, plan: Plan) -> Path:
    path = folder / "master.xlsx"
    path.write_bytes(build_master(plan))
    return path


def sheet_of(book: Workbook, title: str) -> Worksheet:
    sheet = book[title]
    assert isinstance(sheet, Worksheet)
    return sheet


@PLANS
def test_a_plan_comes_back_from_its_workbook(tmp_path: Path, plan: Plan) -> None:
    path = saved(tmp_path, plan)
    read = read_plan(path)
    assert replace(read, sha256="") == plan
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@PLANS
def test_a_plan_comes_back_after_openpyxl_saved_it(tmp_path: Path, plan: Plan) -> None:
    book = load_workbook(io.BytesIO(build_master(plan)))
    path = tmp_path / "master.xlsx"
    book.save(path)
    assert replace(read_plan(path), sha256="") == plan


@pytest.mark.libreoffice
@needs_libreoffice
def test_a_plan_comes_back_after_libreoffice_saved_it(tmp_path: Path) -> None:
    for name, plan in (("real", packaged_plan()), ("small", SMALL)):
        folder = tmp_path / name
        folder.mkdir()
        path = soffice_convert(saved(folder, plan), "xlsx", folder / "office")
        assert replace(read_plan(path), sha256="") == plan
        assert "DS_CoQuan" in load_workbook(path).defined_names


def _move_lead_to_the_end(book: Workbook) -> None:
    sheet = sheet_of(book, TASKS)
    for row in range(1, 5):
        sheet.cell(row, 25).value = sheet.cell(row, 7).value
    sheet.delete_cols(7)


def _insert_rows(book: Workbook) -> None:
    sheet = sheet_of(book, TASKS)
    sheet.insert_rows(3, 2)
    sheet.insert_rows(1, 3)
    sheet["A1"] = "KẾ HOẠCH NĂM 2025"
    sheet["B2"] = "Nội dung nhiệm vụ"  # a lone heading above is not the row of headings


def _number_the_columns(book: Workbook) -> None:
    sheet = sheet_of(book, TASKS)
    sheet.insert_rows(2)
    for column in range(1, 21):
        sheet.cell(2, column).value = f"({column})"


def _own_columns(book: Workbook) -> None:
    sheet = sheet_of(book, AGENCIES)
    sheet.insert_cols(3)
    sheet["C1"], sheet["C2"], sheet["O1"], sheet["O2"] = "Trụ sở", "nhà B", "Fax", "=1/0"


def _rename(book: Workbook) -> None:
    sheet_of(book, TASKS).title = "NHIỆM VỤ "
    sheet_of(book, AGENCIES).title = "Cơ  quan"


def _reorder(book: Workbook) -> None:
    book.move_sheet(TASKS, 5)
    book.move_sheet("Hướng dẫn", -7)


def _drop_the_guide(book: Workbook) -> None:
    del book["Hướng dẫn"]


@pytest.mark.parametrize(
    "edit",
    [_move_lead_to_the_end, _insert_rows, _number_the_columns, _own_columns, _rename, _reorder, _drop_the_guide],
)
def test_what_people_do_to_the_shape_is_harmless(tmp_path: Path, edit: Edit) -> None:
    assert plan_after(tmp_path, edit) == SMALL


@pytest.mark.parametrize(
    "edit",
    [
        put(TASKS, B1=" mã  nhiệm vụ ", G1="CƠ QUAN CHỦ TRÌ:", E1="Nội dung", S1="Tình trạng"),
        put(TASKS, G3="- Sở Thông tin và Truyền thông\n- Sở  Y tế ;\n"),
        put(TASKS, C2="27/TB-UBND, 21/2/2025", C3="27/TB-UBND ngày 21 tháng 02 năm 2025."),
        put(TASKS, N3="31/3/2025", P3="ngày 30-4-2025"),
        put(TASKS, N3=45747, O3="NGÀY CỐ ĐỊNH", S2=None, O2=None),
        put(TASKS, O3=None),
        put(TASKS, A2=None, A3="x", A900="50"),
        put(TASKS, K3="đồng chí phó chủ tịch"),
        put(AGENCIES, B2="VP", F3="sở", L4="sở KH&CN"),
        put(AGENCIES, G2="vp@example.vn,"),
        put("Nhóm cơ quan", D2="hth", C2="SỞ"),
        put("Chỉ tiêu", E2=">=", F2="92,5%"),
        put("Ngày nghỉ", B2="2/1/2026", C3="làm việc"),
        put("Ngoại lệ kiểm tra dữ liệu", B2="r09", C2="Sở YT"),
    ],
)
def test_other_ways_to_write_the_same(tmp_path: Path, edit: Edit) -> None:
    assert plan_after(tmp_path, edit) == SMALL


def test_a_percent_cell_gives_the_target_in_percent(tmp_path: Path) -> None:
    def edit(book: Workbook) -> None:
        cell = sheet_of(book, "Chỉ tiêu")["F2"]
        cell.value, cell.number_format = 0.925, "0.0%"

    assert plan_after(tmp_path, edit) == SMALL


def test_blank_cells_take_their_defaults(tmp_path: Path) -> None:
    edit = put(TASKS, B5="T-4", C5="9/TB ngày 01/3/2025", E5="Việc mới", G5="Sở Y tế", N5=date(2025, 5, 1))
    task = plan_after(tmp_path, edit).tasks[3]
    assert (task.deadline_kind, task.state, task.item) == (DeadlineKind.FIXED, TaskState.IN_FORCE, "")
    assert (task.document, task.document_date, task.coordinators) == ("9/TB", date(2025, 3, 1), ())
    agency = plan_after(tmp_path, put(AGENCIES, B7="stp", C7="Sở Tư pháp")).agencies[5]
    assert (agency.short, agency.kind, agency.successor) == ("Sở Tư pháp", "", None)


def test_d_with_and_without_stroke_are_two_codes(tmp_path: Path) -> None:
    plan = plan_after(tmp_path, _codes)
    assert [task.code for task in plan.tasks] == ["T-1", "4.d", "4.đ"]


def _codes(book: Workbook) -> None:
    put(TASKS, B3="4.d", B4="4.đ")(book)
    put("Ngoại lệ kiểm tra dữ liệu", D2="4.d")(book)


def test_a_formula_with_its_result_is_a_value(tmp_path: Path) -> None:
    path = edited(tmp_path, put(TASKS, L3="=1+1"))
    path.write_bytes(_calculated(path.read_bytes(), b"1+1", b"2"))
    assert read_plan(path).tasks[1].product == "2"


def _calculated(content: bytes, formula: bytes, result: bytes) -> bytes:
    """A workbook of openpyxl as Excel would save it: with the formula's result beside it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            cell = b"<f>" + formula + b"</f>"
            empty = re.escape(cell) + rb"<v\s*(?:/>|></v>)"
            copy.writestr(name, re.sub(empty, cell + b"<v>" + result + b"</v>", source.read(name)))
    return target.getvalue()


def test_reading_is_the_same_twice(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    path.write_bytes(small_master())
    assert read_plan(path) == read_plan(path)
