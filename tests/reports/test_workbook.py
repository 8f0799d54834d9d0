"""The consolidated workbook, as another program reads it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.months import make_month
from tests.support.office import needs_libreoffice, soffice_convert, values_in
from tests.support.sheets import is_one_page_wide
from tracker.columns import ANSWERED
from tracker.errors import ReportError
from tracker.model import Counts, Month
from tracker.palette import NOT_REPORTED, STATUS
from tracker.reports.sentences import key_sentence
from tracker.reports.workbook import write_workbook
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import fold

HEADING_ROW = 4
OFFICE = ["Đánh giá của Văn phòng", "Ý kiến chỉ đạo", "Trạng thái xác nhận"]
SHEETS = [
    "Tổng quan",
    "Tổng hợp",
    "Theo cơ quan",
    "Theo nhiệm vụ",
    "Chi tiết theo cơ quan",
    "Theo lãnh đạo",
    "Theo văn bản",
    "Quá hạn",
    "Sắp đến hạn",
    "Chỉ tiêu",
    "Số liệu chỉ tiêu",
    "Khó khăn, kiến nghị",
    "So với kỳ trước",
    "Tình hình gửi báo cáo",
    "Lỗi dữ liệu",
    "Nguồn số liệu",
    "Chú giải",
]


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month()


@pytest.fixture(scope="module")
def data(month: Month) -> bytes:
    return write_workbook(month, 2)


@pytest.fixture(scope="module")
def formulas(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def values(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=True)


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows below the headings, by heading; up to the first row that is empty."""
    rows = sheet.iter_rows(min_row=HEADING_ROW, values_only=True)
    headings = [str(heading) for heading in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows if any(value is not None for value in row)]


def cells(book: Workbook) -> Iterator[tuple[Worksheet, Cell]]:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and cell.value is not None:
                    yield sheet, cell


def beside(sheet: Worksheet, label: str) -> tuple[Any, ...]:
    """What stands right of a label in column A."""
    for row in sheet.iter_rows(max_col=5, values_only=True):
        if row[0] == label:
            return row[1:]
    raise AssertionError(label)


def test_sheets_in_order(values: Workbook) -> None:
    assert values.sheetnames == SHEETS


def test_overview_shows_figures_of_the_month(values: Workbook, month: Month) -> None:
    sheet = values["Tổng quan"]
    for status in Status:
        by_task, task_share, by_assignment, share = beside(sheet, f"{STATUS[status].symbol} {say(f'status.{status}')}")
        assert (by_task, by_assignment) == (month.by_task.of(status), month.by_assignment.of(status))
        assert task_share == pytest.approx(month.by_task.of(status) / month.by_task.total)
        assert share == pytest.approx(month.by_assignment.of(status) / month.by_assignment.total)
    assert beside(sheet, "Tổng cộng") == (month.by_task.total, 1, month.by_assignment.total, 1)
    awaiting = beside(sheet, "Trong đó: … Chờ xác nhận")
    assert (awaiting[0], awaiting[2]) == (month.by_task.awaiting, month.by_assignment.awaiting)


def test_overview_says_the_key_sentence_and_who_is_missing(values: Workbook, month: Month) -> None:
    texts = [cell.value for cell in values["Tổng quan"]["A"]]
    assert key_sentence(month.by_task, "task") in texts
    assert any(str(text).startswith("Cơ quan chưa gửi báo cáo: Sở Y tế. Có báo cáo không được") for text in texts)
    assert beside(values["Tổng quan"], "○ Chưa gửi")[0] == 1


def test_every_assignment_has_its_row(values: Workbook, month: Month) -> None:
    rows = table(values["Tổng hợp"])
    assert [row["TT"] for row in rows] == list(range(1, len(month.lines) + 1))
    for row, line in zip(rows, month.lines, strict=True):
        assert (row["Mã nhiệm vụ"], row["Cơ quan"]) == (line.task.code, line.agency.short)
        word = say(f"status.{line.status}") if line.status else "Tính theo cơ quan chủ trì"
        assert str(row["Trạng thái"]).endswith(word)
        assert (row["Số ngày quá hạn"] or 0) == line.days_late


def test_every_answered_column_is_there(values: Workbook, month: Month) -> None:
    rows = table(values["Tổng hợp"])
    assert ANSWERED[0].key == "status"
    for row, line in zip(rows, month.lines, strict=True):
        for column in ANSWERED[1:]:
            shown = row[column.heading]
            expected = line.values.get(column.key)
            assert (shown.date() if isinstance(shown, datetime) else shown) == expected


def test_flags_and_office_columns(values: Workbook, month: Month) -> None:
    rows = table(values["Tổng hợp"])
    for row, line in zip(rows, month.lines, strict=True):
        flags = str(row["Cờ"] or "")
        assert ("Sắp đến hạn" in flags, "Chờ xác nhận" in flags) == (line.is_due_soon, line.awaits_confirmation)
        assert [row[name] for name in OFFICE] == [None, None, None]


def test_the_printed_page_ends_with_the_columns_of_the_office(formulas: Workbook) -> None:
    """What is only for the screen stands right of it."""
    sheet = formulas["Tổng hợp"]
    first, last = sheet.print_area.split("!")[1].replace("$", "").split(":")
    printed = [cell.value for cell in sheet[HEADING_ROW][: sheet[last].column]]
    assert (first, printed[-3:]) == ("A1", OFFICE)
    assert {"Nguồn", "Kỳ trước", "Người thực hiện"}.isdisjoint(printed)
    letters = [cell.coordinate.rstrip("0123456789") for cell in sheet[HEADING_ROW][: len(printed)]]
    widths = sum(float(sheet.column_dimensions[letter].width) for letter in letters)
    assert 10 * 400 / (widths * 1.93) >= 6  # points of its letters on A3, 400 mm of it used


def test_confirmed_status_is_chosen_from_the_seven_words(formulas: Workbook, values: Workbook) -> None:
    (rule,) = formulas["Tổng hợp"].data_validations.dataValidation
    found = re.fullmatch(r"'Chú giải'!(\$C\$\d+:\$C\$\d+)", rule.formula1)
    assert found
    listed = [row[0].value for row in values["Chú giải"][found[1].replace("$", "")]]
    assert listed == [say(f"status.{status}") for status in Status]


def test_links_lead_to_the_row_of_the_source(formulas: Workbook, month: Month) -> None:
    sheet, sources = formulas["Tổng hợp"], formulas["Nguồn số liệu"]
    column = [cell.value for cell in sheet[HEADING_ROW]].index("Nguồn")
    for row, line in enumerate(month.lines, HEADING_ROW + 1):
        cell = sheet.cell(row, column + 1)
        if line.source is None:
            assert cell.hyperlink is None
            continue
        assert cell.hyperlink and cell.hyperlink.location
        target = int(cell.hyperlink.location.rpartition("A")[2])
        shown = [sources.cell(target, col).value for col in (1, 2, 3, 10)]
        assert shown == [line.task.code, line.agency.short, line.source.file, line.source.sha256]


def test_agencies_add_up(values: Workbook, month: Month) -> None:
    *rows, total = table(values["Theo cơ quan"])
    assert [row["Tên cơ quan"] for row in rows] == [each.agency.name for each in month.agencies]
    assert [row["Tổng số"] for row in rows] == [each.counts.total for each in month.agencies]
    assert total["Tổng số"] == month.by_assignment.total
    assert total["Đang thực hiện quá hạn"] == month.by_assignment.of(Status.OVERDUE)
    assert total["Tỷ lệ hoàn thành"] == pytest.approx(month.by_assignment.done / month.by_assignment.total)


def test_overdue_lists_the_latest_first_with_a_cause(values: Workbook, month: Month) -> None:
    rows = table(values["Quá hạn"])
    days = [row["Số ngày quá hạn"] for row in rows]
    assert days == sorted((line.days_late for line in month.lines if line.status is Status.OVERDUE), reverse=True)
    assert all(row["Khó khăn, vướng mắc, nguyên nhân"] for row in rows)


def test_register_and_findings(values: Workbook, month: Month) -> None:
    register = table(values["Tình hình gửi báo cáo"])
    assert [str(row["Tình trạng"])[2:] for row in register] == [say(f"register.{e.state}") for e in month.register]
    found = table(values["Lỗi dữ liệu"])
    assert sorted(str(row["Mã"]) for row in found) == sorted(finding.code for finding, _ in month.findings)
    assert all(row["Nội dung cần xem lại"] for row in found)
    waived = [bool(row["Người cho phép bỏ qua"]) for row in found]
    assert waived == sorted(waived) and any(waived)


def test_text_like_a_formula_stays_text(formulas: Workbook) -> None:
    ours = re.compile(r"=(SUM|COUNTIFS|IF)\(|='Theo cơ quan'!\w+$")
    quoted = 0
    for _, cell in cells(formulas):
        if cell.data_type == "f":
            assert ours.match(str(cell.value)), cell.coordinate
        elif isinstance(cell.value, str) and cell.value[0] in "=+-@":
            assert cell.data_type == "s" and cell.quotePrefix
            quoted += 1
    assert quoted > 10


@pytest.mark.parametrize("payload", ["=cmd|' /C calc'!A1", "@SUM(A1)", "+1", "-2+3", "\\\\host\\share", "http://a.b"])
def test_payloads_make_no_formulas_and_no_links(month: Month, payload: str) -> None:
    line = replace(month.lines[0], values={**month.lines[0].values, "result": payload})
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(replace(month, lines=(line, *month.lines[1:])), 1)))
    found = [cell for _, cell in cells(book) if cell.value == payload]
    assert len(found) == 3, "Tổng hợp, and the two sheets of groups"
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in found)


def test_text_that_xml_or_a_cell_cannot_hold(month: Month) -> None:
    awkward = {"result": "a\x00\x0b\ud800b\ufffe", "obstacles": "dài " * 12_000}
    line = replace(month.lines[0], values={**month.lines[0].values, **awkward})
    data = write_workbook(replace(month, lines=(line, *month.lines[1:])), 1)
    row = table(openpyxl.load_workbook(io.BytesIO(data))["Tổng hợp"])[0]
    assert row["Kết quả thực hiện trong kỳ"] == "ab"
    assert len(row["Khó khăn, vướng mắc, nguyên nhân"]) <= 32_767
    assert row["Khó khăn, vướng mắc, nguyên nhân"].endswith(say("workbook.cut"))


def test_texts_that_the_highest_row_does_not_hold(month: Month) -> None:
    """Columns grow for two thousand letters; longer ones are whole in Tổng hợp, and cut with a mark elsewhere."""
    result, mark = "Kết quả thực hiện trong kỳ", say("workbook.cut_view")
    for text, is_whole in (("Đã xây dựng kế hoạch. " * 90, True), ("Đã xây dựng kế hoạch. " * 400, False)):
        line = replace(month.lines[0], values={**month.lines[0].values, "result": text})
        book = openpyxl.load_workbook(io.BytesIO(write_workbook(replace(month, lines=(line, *month.lines[1:])), 1)))
        assert table(book["Tổng hợp"])[0][result] == text
        sheet = book["Theo nhiệm vụ"]
        said = str(sheet.cell(6, 8).value)
        width, height = sheet.column_dimensions["H"].width, sheet.row_dimensions[6].height
        assert 36 < width < 62 and 380 < (height or 0) <= 409
        assert said == text if is_whole else said.endswith(mark) and text.startswith(said.removesuffix(mark))
        assert len(said) > 1500
        assert is_one_page_wide(book["Chi tiết theo cơ quan"])


def test_a_colour_never_stands_without_symbol_and_word(formulas: Workbook) -> None:
    fills = {f"FF{shade.fill[1:]}" for shade in STATUS.values()}
    coloured = [cell for _, cell in cells(formulas) if cell.fill.fill_type and cell.fill.fgColor.rgb in fills]
    assert len(coloured) > 50
    for cell in coloured:
        symbol, _, word = str(cell.value).partition(" ")
        assert len(symbol) == 1 and len(word) >= 3


def test_not_reported_is_red_on_white_with_its_word(formulas: Workbook, month: Month) -> None:
    red = f"FF{NOT_REPORTED.ink[1:]}"
    sheet = formulas["Tổng hợp"]
    marked = [
        c for row in sheet.iter_rows() for c in row if isinstance(c, Cell) and c.font.color and c.font.color.rgb == red
    ]
    assert marked
    assert all("Chưa báo cáo" in str(cell.value) for cell in marked)


def test_every_sheet_is_ready_to_print(formulas: Workbook) -> None:
    for sheet in formulas.worksheets:
        orientation = "portrait" if sheet.title == "Tổng quan" else "landscape"
        paper = "8" if sheet.title == "Tổng hợp" else "9"
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == (orientation, paper)
        assert is_one_page_wide(sheet), sheet.title
        assert sheet.oddFooter is not None and "&P" in str(sheet.oddFooter.right.text)
        assert not sheet.protection.sheet
        if sheet.title != "Tổng quan":
            assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"


def test_tables_are_filterable_and_frozen(formulas: Workbook) -> None:
    for name in SHEETS[1:-1]:
        sheet = formulas[name]
        assert sheet.freeze_panes and str(sheet.freeze_panes).endswith(str(HEADING_ROW + 1))
        assert sheet.tables or sheet.auto_filter.ref


def test_tables_have_names_that_formulas_can_say(formulas: Workbook) -> None:
    names = {sheet.title: list(sheet.tables) for sheet in formulas.worksheets if sheet.tables}
    assert names["Tổng hợp"] == ["TongHop"] and names["Khó khăn, kiến nghị"] == ["KhoKhanKienNghi"]
    assert len(names) > 8
    for title, (name,) in names.items():
        assert name.isascii() and name.isalpha() and fold(name) == fold(title).replace(" ", "")
        (made,) = formulas[title].tables.values()
        assert made.ref.endswith(str(formulas[title].max_row)) or title in ("Chỉ tiêu",)
        assert made.autoFilter.ref == made.ref


def test_rows_are_high_enough_for_their_longest_text(formulas: Workbook, month: Month) -> None:
    sheet = formulas["Tổng hợp"]
    longest = max(range(len(month.lines)), key=lambda n: len(str(month.lines[n].values.get("result", ""))))
    assert (sheet.row_dimensions[HEADING_ROW + 1 + longest].height or 0) > 100


def test_rows_grow_while_the_office_types(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        assert sheets and not any(b"customHeight" in package.read(name) for name in sheets)


def test_properties_and_charts(formulas: Workbook) -> None:
    assert formulas.properties.title == "Tổng hợp tình hình thực hiện nhiệm vụ tháng 3/2025"
    assert formulas.properties.created == datetime(2025, 3, 20)
    properties = formulas.custom_doc_props  # type: ignore[attr-defined]
    stamps = {"tracker-period": "2025-03", "tracker-version": "2", "tracker-stamp": "TDTH1/2025-03/v2/s0"}
    assert {p.name: p.value for p in properties.props} == stamps
    assert len(formulas["Tổng quan"]._charts) == 3  # type: ignore[attr-defined]


def test_same_month_same_bytes(month: Month, data: bytes) -> None:
    assert write_workbook(make_month(), 2) == data
    assert write_workbook(month, 3) != data


@pytest.mark.parametrize("size", [(0, 0), (3, 0), (1, 1), (40, 25)])
def test_months_of_any_size(size: tuple[int, int]) -> None:
    month = make_month(*size)
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 1)), data_only=True)
    assert beside(book["Tổng quan"], "Tổng cộng")[2] == month.by_assignment.total
    if not month.lines:
        assert [next(iter(row.values())) for row in table(book["Tổng hợp"])] == ["Không có nội dung."]


def test_a_month_without_returns() -> None:
    month = make_month()
    silent = replace(
        month,
        register=tuple(replace(entry, state="missing", verdict=None, files=()) for entry in month.register),
        findings=(),
        lines=tuple(replace(line, source=None, values={}, reported=None) for line in month.lines),
        indicators=(),
    )
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(silent, 1)), data_only=True)
    assert beside(book["Tổng quan"], "○ Chưa gửi")[0] == len(month.register)
    assert table(book["Nguồn số liệu"])[0]["Mã nhiệm vụ, chỉ tiêu"] == "Không có nội dung."


@pytest.mark.parametrize("part", ["by_task", "by_assignment", "agencies"])
def test_figures_that_do_not_add_up_are_not_written(month: Month, part: str) -> None:
    wrong: Any = Counts({Status.OVERDUE: 1})
    if part == "agencies":
        wrong = month.agencies[1:]
    with pytest.raises(ReportError):
        write_workbook(replace(month, **{part: wrong}), 1)


@pytest.mark.libreoffice
@needs_libreoffice
def test_formulas_recalculate_to_the_values_we_wrote(formulas: Workbook, values: Workbook, tmp_path: Path) -> None:
    bare = tmp_path / "bare.xlsx"
    formulas.save(bare)  # openpyxl keeps the formulas and drops their values, so LibreOffice must work them out
    recalculated = values_in(soffice_convert(bare, "xlsx", tmp_path / "out"))
    ours = [(sheet.title, cell.coordinate) for sheet, cell in cells(formulas) if cell.data_type == "f"]
    assert len(ours) > 60
    for sheet, ref in ours:
        assert recalculated[sheet][ref].value == pytest.approx(values[sheet][ref].value), (sheet, ref)
