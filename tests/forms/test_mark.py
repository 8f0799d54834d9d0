"""The marked return: colours, comments, links; everything of the sender's kept; marking again replaces the marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.forms import COUNTER_CELL, KEY, PEOPLE, grids, opened, order_of, saved
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.packages import rezipped
from tracker import palette
from tracker.columns import REPORT_TABLE
from tracker.errors import FormError
from tracker.forms.build import build_form, form_cells
from tracker.forms.mark import RESULT_SHEET, ResultLine, ResultPage, mark_return
from tracker.forms.result import grouped
from tracker.model import Mark, Severity
from tracker.texts import say

SHEET = REPORT_TABLE.title
ORDER = order_of(filled={"27TB-2": {"status": "done", "percent": 60, "result": "Xong.", **PEOPLE}})
CELLS = form_cells(ORDER)
PERCENT, PRODUCT, STATUS = (CELLS["27TB-2", "percent"], CELLS["27TB-2", "product"], CELLS["27TB-1", "status"])
SENTENCE = "Trạng thái là “Hoàn thành” nhưng tỷ lệ là 60."
MARKS = (
    Mark(*PERCENT, Severity.ERROR, (SENTENCE, "=1+1")),
    Mark(*PRODUCT, Severity.WARNING, ("Chưa nêu sản phẩm.",)),
    Mark(*STATUS, Severity.ERROR, ("Ô còn trống.",)),
    Mark("Không có trang này", "A1", Severity.ERROR, ("Không dùng.",)),
    Mark(SHEET, "", Severity.INFO, ("Cả trang.",)),
)
LINES = (
    ResultLine(Severity.WARNING, "R09", "Chưa nêu sản phẩm.", "Ghi số, ký hiệu.", *PRODUCT, "27TB-2"),
    ResultLine(Severity.ERROR, "R06", "=1+1", "@Ghi 100.", *PERCENT, "27TB-2"),
    ResultLine(Severity.INFO, "F15", "Gửi sau hạn.", "Gửi đúng hạn."),
)
PAGE = ResultPage("Sở KH&CN", "tháng 3/2025", "a.xlsx", "09:05 21/03/2025", "Tiếp nhận", LINES)


@pytest.fixture(scope="module")
def form() -> bytes:
    return build_form(ORDER, KEY)


@pytest.fixture(scope="module")
def marked(form: bytes) -> bytes:
    return mark_return(form, MARKS, PAGE)


def colour(sheet: Worksheet, cell: str) -> str:
    fill = sheet[cell].fill
    return f"#{str(fill.fgColor.rgb)[-6:]}" if fill.fill_type == "solid" else ""


def test_cells_are_coloured_and_commented(marked: bytes) -> None:
    sheet = opened(marked)[SHEET]
    for mark in MARKS[:3]:
        cell = sheet[mark.cell]
        assert colour(sheet, mark.cell) == palette.SEVERITY[mark.severity].fill
        assert cell.comment and cell.comment.author == "Phần mềm theo dõi"
        assert all(sentence in cell.comment.text for sentence in mark.sentences)
        assert say(f"severity.{mark.severity}") in cell.comment.text
        assert not cell.protection.locked
    commented = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert commented == {mark.cell for mark in MARKS[:3]}


def test_colour_stays_above_the_shading_of_empty_cells(marked: bytes) -> None:
    rules = [
        (r.priority, str(a.sqref), r.formula[0]) for a in opened(marked)[SHEET].conditional_formatting for r in a.rules
    ]
    ours = [priority for priority, _, formula in rules if formula.startswith("N(")]
    assert ours and max(ours) < min(priority for priority, _, formula in rules if not formula.startswith("N("))
    places = [formula.startswith("N(") for _, _, formula in rules]
    assert places == sorted(places, reverse=True), "LibreOffice goes by the place in the file"
    covered = " ".join(area for _, area, formula in rules if formula.startswith("N(")).split()
    assert sorted(covered) == sorted(mark.cell for mark in MARKS[:3])


def test_nothing_of_the_senders_is_lost(form: bytes, marked: bytes) -> None:
    before, after = opened(form), opened(marked)
    assert after.sheetnames == [RESULT_SHEET, *before.sheetnames]
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert new.protection.__dict__ == old.protection.__dict__
        assert describe_validations(new) == describe_validations(old)
        assert new.print_title_rows == old.print_title_rows and new.auto_filter.ref == old.auto_filter.ref
        assert {str(area) for area in new.merged_cells.ranges} == {str(area) for area in old.merged_cells.ranges}
        assert new.sheet_state == old.sheet_state
        values = {cell.coordinate: cell.value for row in old.iter_rows() for cell in row}
        assert {ref: new[ref].value for ref in values} == values
        locks = {cell.coordinate: cell.protection.locked for row in old.iter_rows() for cell in row if cell.has_style}
        assert {ref: new[ref].protection.locked for ref in locks} == locks


def describe_validations(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [
        (str(v.sqref), v.type, v.formula1, v.formula2, v.prompt, v.promptTitle, v.error, v.errorTitle, v.operator)
        for v in sheet.data_validations.dataValidation
    ]


def test_formulas_keep_their_values(form: bytes, marked: bytes) -> None:
    assert grids(marked)[SHEET] == grids(form)[SHEET]
    assert "ô cần điền" in str(grids(marked)[SHEET][0][9])


def test_values_of_the_senders_own_formulas(form: bytes) -> None:
    """As a program leaves them that writes formulas and values: text, number, truth value, date, error."""
    book = opened(form)
    for cell, formula in {"H8": "=50+10", "I8": '="a<b"', "J8": "=1=1", "H9": "=1/0", "K8": "=DATE(2025,3,14)"}.items():
        book[SHEET][cell] = formula
    data = saved(book)
    values = {"H8": ("", "60"), "I8": ("str", "a&lt;b"), "J8": ("b", "1"), "H9": ("e", "#DIV/0!"), "K8": ("", "45730")}
    for cell, (kind, value) in values.items():
        data = rezipped(data, _with_value(cell, kind, value))
    again = mark_return(data, MARKS, PAGE)
    assert grids(again)[SHEET][7][7:11] == [60.0, "a<b", True, datetime(2025, 3, 14).date()]
    assert grids(again)[SHEET] == grids(data)[SHEET]
    assert opened(again)[SHEET]["I8"].value == '="a<b"'


def _with_value(cell: str, kind: str, value: str) -> Callable[[str, bytes], bytes]:
    """A formula of openpyxl's with the value that it does not write."""
    formula = re.compile(rf'(<c r="{cell}" s="[0-9]+")[^>]*>(<f>[^<]*</f>)(?:<v ?/>|<v></v>)'.encode())
    typed = f' t="{kind}"'.encode() if kind else b""
    return lambda _, part: formula.sub(rb"\1" + typed + rb">\2<v>" + value.encode() + b"</v>", part)


def test_marking_again_is_marking_once(marked: bytes) -> None:
    assert mark_return(marked, MARKS, PAGE) == marked


def test_earlier_marks_go_and_colours_come_back(form: bytes, marked: bytes) -> None:
    clean = opened(mark_return(marked, (), replace(PAGE, lines=())))
    for name in opened(form).sheetnames:
        before, after = opened(form)[name], clean[name]
        assert not any(cell.comment for row in after.iter_rows() for cell in row)
        for row in before.iter_rows():
            for cell in row:
                assert colour(after, cell.coordinate) == colour(before, cell.coordinate)
        rules = [rule.formula[0] for area in after.conditional_formatting for rule in area.rules]
        assert rules == [rule.formula[0] for area in before.conditional_formatting for rule in area.rules]


def test_coloured_cells_of_the_sender_get_their_colour_back(form: bytes) -> None:
    book = opened(form)
    book[SHEET][PERCENT[1]].fill = PatternFill("solid", fgColor="00FF00")
    book[SHEET]["C8"].fill = PatternFill("solid", fgColor="F2F2F2")
    marks = (*MARKS, Mark(SHEET, "C8", Severity.WARNING, ("Nội dung đã sửa.",)))
    data = mark_return(mark_return(saved(book), marks, PAGE), (), PAGE)
    sheet = opened(data)[SHEET]
    assert [colour(sheet, ref) for ref in (PERCENT[1], "C8", PRODUCT[1])] == ["#00FF00", "#F2F2F2", ""]


def test_marks_left_without_their_tags_are_neutralised(marked: bytes) -> None:
    """Someone deleted the first sheet, the conditional formats and one comment; the colours remained."""
    book = opened(marked)
    del book[RESULT_SHEET]
    sheet = book[SHEET]
    sheet.conditional_formatting = type(sheet.conditional_formatting)()
    sheet[PRODUCT[1]].comment = None
    after = opened(mark_return(saved(book), (), PAGE))[SHEET]
    assert [colour(after, mark.cell) for mark in MARKS[:3]] == ["", "", ""]


def test_comment_of_the_sender_is_kept(form: bytes) -> None:
    book = opened(form)
    book[SHEET][PERCENT[1]].comment = Comment("Số liệu tạm tính.", "An")
    once = mark_return(saved(book), MARKS, PAGE)
    both = opened(once)[SHEET][PERCENT[1]].comment
    assert both and SENTENCE in both.text and both.text.endswith("Số liệu tạm tính.")
    again = opened(mark_return(mark_return(once, MARKS, PAGE), (), PAGE))[SHEET][PERCENT[1]].comment
    assert again and again.text == "Số liệu tạm tính."


def test_two_marks_on_a_cell_and_merged_cells(form: bytes) -> None:
    marks = (
        Mark(SHEET, "H3", Severity.WARNING, ("Một.",)),  # inside G3:I3
        Mark(SHEET, "G3", Severity.ERROR, ("Hai.",)),
    )
    sheet = opened(mark_return(form, marks, PAGE))[SHEET]
    comment = sheet["G3"].comment
    assert comment and "Một." in comment.text and "Hai." in comment.text
    assert colour(sheet, "G3") == palette.SEVERITY[Severity.ERROR].fill


def test_mark_outside_the_table_leaves_the_cell_open(form: bytes) -> None:
    sheet = opened(mark_return(form, (Mark(SHEET, "X40", Severity.WARNING, ("Ngoài bảng.",)),), PAGE))[SHEET]
    assert not sheet["X40"].protection.locked


def test_first_sheet_lists_the_worst_first_with_links(marked: bytes) -> None:
    book = opened(marked)
    sheet = book[RESULT_SHEET]
    assert book.active is sheet
    assert [other.title for other in book.worksheets if other.sheet_view.tabSelected] == [RESULT_SHEET]
    heading = next(cell.row for cell in sheet["A"] if cell.value == say("mark.column_severity"))
    assert sheet.max_column == 5, "no problem has further cells, so there is no column for them"
    rows = list(sheet.iter_rows(min_row=heading + 1, max_col=5, values_only=True))
    assert rows == [
        ("✖ Lỗi (R06)", f"Báo cáo, ô {PERCENT[1]}", "27TB-2", "=1+1", "@Ghi 100."),
        ("⚠ Cảnh báo (R09)", f"Báo cáo, ô {PRODUCT[1]}", "27TB-2", "Chưa nêu sản phẩm.", "Ghi số, ký hiệu."),
        ("ℹ Thông tin (F15)", None, None, "Gửi sau hạn.", "Gửi đúng hạn."),
    ]
    link = sheet.cell(heading + 1, 2).hyperlink
    assert link and link.location == f"'{SHEET}'!{PERCENT[1]}" and not link.target
    assert sheet.cell(heading + 1, 4).data_type == "s"
    facts = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2, max_row=7, max_col=2)}
    assert facts == {
        "Cơ quan": "Sở KH&CN",
        "Báo cáo của": "tháng 3/2025",
        "Tệp đã nhận": "a.xlsx",
        "Nhận lúc": "09:05 21/03/2025",
        "Kết quả": "Tiếp nhận",
        "Số nội dung": "1 lỗi; 1 cảnh báo; 1 thông tin",
    }


def test_same_problem_in_many_cells_is_one_line(form: bytes) -> None:
    lines = tuple(
        ResultLine(Severity.ERROR, "R01", "Ô còn trống.", "Điền ô này.", SHEET, f"G{n}", f"27TB-{n}")
        for n in range(8, 18)
    )
    (group,) = grouped(lines)
    assert len(group.places) == 10
    sheet = opened(mark_return(form, (), replace(PAGE, lines=lines)))[RESULT_SHEET]
    last = list(sheet[sheet.max_row])
    assert last[1].value == "Báo cáo, ô G8 (và 9 ô khác)"
    assert last[2].value == "27TB-8, 27TB-9, 27TB-10 và 7 nhiệm vụ khác"
    assert [cell.value for cell in last[5:]] == ["G9", "G10", "G11", "G12", "G13", "+4 ô"]
    assert [cell.hyperlink.location for cell in last[5:10] if cell.hyperlink] == [
        f"'{SHEET}'!G{n}" for n in range(9, 14)
    ]


def test_sheet_names_with_quotes_and_missing_sheets() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Báo cáo 'tháng 3'"
    lines = (
        ResultLine(Severity.ERROR, "R01", "a", "b", sheet.title, "A1"),
        ResultLine(Severity.ERROR, "R02", "a", "b", "Đã xóa", "A1"),
    )
    first = opened(mark_return(saved(book), (), replace(PAGE, lines=lines)))[RESULT_SHEET]
    links = [cell.hyperlink.location for cell in first["B"] if cell.hyperlink]
    assert links == ["'Báo cáo ''tháng 3'''!A1"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls"])
def test_what_cannot_be_loaded_is_our_error(data: bytes) -> None:
    with pytest.raises(FormError) as caught:
        mark_return(data, MARKS, PAGE)
    assert caught.value.key == "form_unmarkable"


def test_far_cells_do_not_make_it_walk_the_whole_sheet(form: bytes) -> None:
    book = opened(form)
    book[SHEET]["XFD1048576"] = "xa"
    again = opened(mark_return(saved(book), MARKS, PAGE))[SHEET]
    assert again[PERCENT[1]].comment


@pytest.mark.libreoffice
@needs_libreoffice
def test_marked_return_through_libreoffice_and_marked_again(form: bytes, marked: bytes, tmp_path: Path) -> None:
    source = tmp_path / "marked.xlsx"
    source.write_bytes(marked)
    office = soffice_convert(source, "xlsx", tmp_path / "out").read_bytes()
    sheet = opened(office)[SHEET]
    assert [colour(sheet, mark.cell) for mark in MARKS[:3]] == [palette.SEVERITY[m.severity].fill for m in MARKS[:3]]
    assert all(sheet[mark.cell].comment for mark in MARKS[:3])
    link = opened(office)[RESULT_SHEET].cell(10, 2).hyperlink
    assert link and PERCENT[1] in str(link.location)
    clean = opened(mark_return(office, (), PAGE))
    assert clean.sheetnames.count(RESULT_SHEET) == 1
    assert [colour(clean[SHEET], mark.cell) for mark in MARKS[:3]] in (["", "", ""], ["#FFFFFF"] * 3)
    assert not any(clean[SHEET][mark.cell].comment for mark in MARKS[:3])
    assert str(opened(office)[SHEET][COUNTER_CELL].value).startswith("=")
