"""The form of an agency as a file: own tasks, identity, headings, lists, prompts, locks, print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.cases import EFFECTIVE_DAY, PLAN
from tests.support.forms import COUNTER_CELL, KEY, PAST, PEOPLE, grids, opened, order_of, table_of
from tracker import palette
from tracker.cells import Text
from tracker.columns import (
    FORM_VERSION,
    HEAD,
    INDICATOR_TABLE,
    MONTHLY,
    REPORT,
    REPORT_TABLE,
    Band,
    Column,
    Need,
    TableKind,
)
from tracker.errors import FormError
from tracker.forms import stamp
from tracker.forms.build import BLANK_ROWS, build_blank, build_form, form_cells
from tracker.model import Identity
from tracker.plan.data import packaged_plan

REAL = packaged_plan()
AGENCIES = [agency.code for agency in REAL.reporting_agencies(EFFECTIVE_DAY)]
REPORT_SHEET, INDICATOR_SHEET, GUIDE_SHEET = "Báo cáo", "Chỉ tiêu", "Hướng dẫn"


def column_letters(key: str, table: TableKind = REPORT_TABLE) -> str:
    return chr(65 + [column.key for column in table.columns].index(key))


def validations(sheet: Worksheet) -> Iterator[DataValidation]:
    yield from sheet.data_validations.dataValidation


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


@pytest.mark.parametrize("agency", AGENCIES)
def test_own_tasks_only(agency: str) -> None:
    found = grids(build_form(order_of(agency, REAL), KEY))
    headings, rows = table_of(found[REPORT_SHEET])
    wanted = REAL.of_agency(agency, EFFECTIVE_DAY)
    assert [heading for heading in headings if heading] == [column.heading for column in REPORT]
    assert [row[1] for row in rows] == [each.task for each in wanted]
    assert [row[2] for row in rows] == [REAL.task_by_code[each.task].content for each in wanted]
    indicators = REAL.indicators_of(agency, EFFECTIVE_DAY)
    assert (INDICATOR_SHEET in found) == bool(indicators)
    if indicators:
        codes = [row[1] for row in table_of(found[INDICATOR_SHEET], "Mã chỉ tiêu")[1]]
        assert codes == list(dict.fromkeys(indicator.code for indicator in indicators))


@pytest.mark.parametrize("agency", AGENCIES)
def test_identity_in_three_places(agency: str) -> None:
    data = build_form(order_of(agency, REAL), KEY)
    found = grids(data)
    tasks = tuple(each.task for each in REAL.of_agency(agency, EFFECTIVE_DAY))
    token = stamp.read_token(found[stamp.SHEET][0][0], KEY)
    shown = [REAL.task_by_code[task] for task in tasks]
    labels = stamp.labels_hash(tuple(stamp.label_of(task.content, task.deadline_label) for task in shown))
    assert token == Identity("sealed", agency, "2025-03", "BC", FORM_VERSION, tasks, labels=labels)
    short = Identity("sealed", agency, "2025-03", "BC", FORM_VERSION)
    visible = [text for line in found[REPORT_SHEET] for text in line if stamp.LINE_LABEL in str(text)]
    assert [stamp.read_line(text, KEY) for text in visible] == [short]
    assert stamp.read_line(parts(data)["docProps/custom.xml"], KEY) == short
    assert opened(data)[stamp.SHEET].sheet_state == "veryHidden"


def test_same_order_same_bytes() -> None:
    assert build_form(order_of(past=PAST), KEY) == build_form(order_of(past=PAST), KEY)


def test_head_says_whose_form_it_is() -> None:
    sheet = opened(build_form(order_of(head={"prepared_by": "Lê Thị C", "phone": "0912345678", "nil": "no"}), KEY))[
        REPORT_SHEET
    ]
    shown = {cell.value: sheet.cell(cell.row, cell.column + 1) for row in sheet["A3:J5"] for cell in row if cell.value}
    assert [field.label for field in HEAD] == [label for label in (f.label for f in HEAD) if label in shown]
    values = {field.key: shown[field.label].value for field in HEAD}
    assert values == {
        "agency": "Sở Khoa học và Công nghệ",
        "period": "tháng 3/2025 (2025-03)",
        "due": "24 giờ ngày 20/3/2025",
        "document": None,
        "prepared_by": "Lê Thị C",
        "phone": "0912345678",
        "approved_by": None,
        "nil": "Không",
    }
    assert {field.key: shown[field.label].protection.locked for field in HEAD} == {f.key: f.is_locked for f in HEAD}


def test_past_answers_are_shown_and_people_carried() -> None:
    _, rows = table_of(grids(build_form(order_of(past=PAST), KEY))[REPORT_SHEET])
    index = [column.key for column in REPORT].index
    last = {row[1]: row[index("last")] for row in rows}
    assert last == {
        "27TB-1": "Đang thực hiện, 40%",
        "27TB-2": "–",
        "27TB-3": "–",
        "27TB-4": "Hoàn thành, 100%",
        "27TB-5": "Đã có báo cáo",
        "27TB-7": "–",
    }
    carried = [column.key for column in REPORT if column.is_carried]
    first = {column.key: value for column, value in zip(REPORT, rows[0], strict=False) if not column.is_locked}
    assert {key: value for key, value in first.items() if value != ""} == {key: PEOPLE[key] for key in carried}


def test_locked_texts_of_a_row() -> None:
    _, rows = table_of(grids(build_form(order_of(), KEY))[REPORT_SHEET])
    deadline = [column.key for column in REPORT].index("deadline")
    assert {row[1]: (row[3], row[deadline]) for row in rows} == {
        "27TB-1": ("Chủ trì", "Trước ngày 31/3/2025"),
        "27TB-2": ("Chủ trì", "10/03/2025"),
        "27TB-3": ("Chủ trì", "Thường xuyên"),
        "27TB-4": ("Chủ trì", "30/04/2025"),
        "27TB-5": ("Phối hợp", "31/03/2025"),
        "27TB-7": ("Chủ trì", "15/07/2025 (gia hạn)"),
    }


def test_hints_tell_the_last_result_and_the_name_in_the_document() -> None:
    order = order_of("skhcn", REAL, past={"27TB-3.1": replace(PAST["27TB-1"], values={"result": "kết quả " * 60})})
    sheet = opened(build_form(order, KEY))[REPORT_SHEET]
    cells = form_cells(order)
    prompts = {str(each.sqref): each.prompt or "" for each in validations(sheet)}
    assert "Sở Thông tin và Truyền thông" in prompts[cells["27TB-3.1", "role"][1]]
    assert prompts[cells["27TB-3.1", "last"][1]].startswith("Kết quả đã báo cáo kỳ 2025-02: kết quả")
    assert len(prompts[cells["27TB-3.1", "last"][1]]) == 255


def test_target_of_an_indicator() -> None:
    found = grids(
        build_form(order_of(past_indicators={"27TB-1.CT1": replace(PAST["27TB-1"], values={"value": 62.5})}), KEY)
    )
    _, rows = table_of(found[INDICATOR_SHEET], "Mã chỉ tiêu")
    assert rows[0][1:6] == ["27TB-1.CT1", "Tỷ lệ hồ sơ được số hóa", "%", "≥ 90", "62,5"]


ANSWERS: dict[str, Any] = {
    "status": "done",
    "percent": 70.5,
    "result": '=HYPERLINK("http://example.org")',
    "product": "@SUM(A1)",
    "completed_on": date(2025, 3, 14),
    "obstacles": "-2+3",
    "extension_to": "31/4/2025",
}


def test_answers_are_written_by_their_kind_and_text_stays_text() -> None:
    order = order_of(filled={"27TB-2": ANSWERS}, filled_indicators={"27TB-1.CT1": {"value": 92.5, "remark": "+1"}})
    data = build_form(order, KEY)
    cells, book = form_cells(order), opened(data)
    shown = {key: book[REPORT_SHEET][cells["27TB-2", key][1]] for key in ANSWERS}
    assert {key: cell.value for key, cell in shown.items()} == {
        **ANSWERS,
        "status": "Hoàn thành",
        "completed_on": datetime(2025, 3, 14),
    }
    assert {key for key, cell in shown.items() if cell.data_type == "f"} == set()
    assert {key for key, cell in shown.items() if cell.quotePrefix} == {"result", "product", "obstacles"}
    assert book[INDICATOR_SHEET][cells["27TB-1.CT1", "value"][1]].value == 92.5
    sheets = [xml for name, xml in parts(data).items() if name.startswith("xl/worksheets/sheet")]
    assert sum(xml.count("<f>") for xml in sheets) == 1  # the counter alone
    assert all("<hyperlink" not in xml for xml in sheets)


def test_cells_of_the_form_are_where_form_cells_says() -> None:
    order = order_of()
    book = opened(build_form(order, KEY))
    for (code, key), (sheet, cell) in form_cells(order).items():
        if key == "task":
            assert book[sheet][cell].value == code
        if not code:
            left = book[sheet][cell].offset(0, -1).value
            assert left == next(field.label for field in HEAD if field.key == key)


@pytest.mark.parametrize("data", [build_form(order_of(past=PAST), KEY), build_blank()], ids=["form", "blank"])
def test_limits_of_excel_hold(data: bytes) -> None:
    for sheet in opened(data).worksheets:
        for each in validations(sheet):
            assert len(each.promptTitle or "") <= 32
            assert len(each.prompt or "") <= 255
            assert len(each.errorTitle or "") <= 32
            assert len(each.error or "") <= 224
            assert len(each.formula1 or "") <= 257
        for area in sheet.conditional_formatting:
            assert all(len(rule.formula[0]) <= 255 for rule in area.rules)


def test_lists_and_prompts_of_every_answered_column() -> None:
    sheet = opened(build_form(order_of(), KEY))[REPORT_SHEET]
    by_area = {str(each.sqref): each for each in validations(sheet)}
    for column in REPORT_TABLE.answered:
        letters = column_letters(column.key)
        found = by_area[f"{letters}8:{letters}13"]
        assert found.prompt == column.prompt
        assert found.promptTitle in column.names
        wanted = column.kind.validation() or {"validate": None}
        assert found.type == wanted["validate"]
        if wanted["validate"]:
            assert found.error and found.errorTitle and found.errorStyle in (None, "stop")
    assert by_area["K4"].formula1 == '"Có,Không"'


def test_protection_lets_people_filter_and_widen_but_not_sort_answers_away() -> None:
    book = opened(build_form(order_of(), KEY))
    for name in (REPORT_SHEET, INDICATOR_SHEET):
        rules = book[name].protection
        assert rules.sheet and not rules.password
        assert not any((rules.autoFilter, rules.formatColumns, rules.formatRows))
        assert rules.sort, "forbidden: only unlocked cells would move"
        assert rules.formatCells and rules.insertRows and rules.deleteRows
    table = book[REPORT_SHEET]
    for number in range(8, 14):
        locks = [table.cell(number, index).protection.locked for index in range(1, len(REPORT) + 1)]
        assert locks == [column.is_locked for column in REPORT]
    assert all(table.cell(7, index).protection.locked for index in range(1, len(REPORT) + 1))


def test_normal_style_is_open_because_pasting_brings_it() -> None:
    styles = parts(build_form(order_of(), KEY))["xl/styles.xml"]
    first = re.search(r"<cellXfs[^>]*><xf [^>]*?applyProtection=\"1\"[^>]*><protection locked=\"0\"/></xf>", styles)
    assert first and 'xfId="0"' in first[0]


def test_print_set_up_and_view() -> None:
    for sheet in opened(build_form(order_of(), KEY)).worksheets[:2]:
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, None, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage  # type: ignore[union-attr]
        assert sheet.auto_filter.ref
        heading_row = int(re.sub(r"\D", "", str(sheet.freeze_panes))) - 1
        assert sheet.print_title_rows == f"${heading_row - 1}:${heading_row}"
        assert sheet.cell(heading_row, 1).value == "TT"
        assert "&P/&N" in str(sheet.oddFooter.center.text)  # type: ignore[union-attr]


def test_rows_have_room_for_their_text_and_may_grow() -> None:
    long = replace(PLAN.tasks[0], content="Nội dung dài của nhiệm vụ được giao " * 20)
    data = build_form(order_of(plan=replace(PLAN, tasks=(long, *PLAN.tasks[1:]))), KEY)
    sheet = opened(data)[REPORT_SHEET]
    assert sheet.row_dimensions[8].height > 15 * len(long.content) / 30
    assert sheet.row_dimensions[9].height < 80
    assert "customHeight" not in parts(data)["xl/worksheets/sheet1.xml"]


def test_coordinating_rows_grey_what_they_may_leave() -> None:
    order = order_of()
    sheet, cells = opened(build_form(order, KEY))[REPORT_SHEET], form_cells(order)
    grey = f"FF{palette.LOCKED.fill[1:]}"
    fills = {c.key: sheet[cells["27TB-5", c.key][1]].fill.fgColor.rgb == grey for c in REPORT_TABLE.answered}
    assert {key for key, is_grey in fills.items() if is_grey} == {
        "status",
        "percent",
        "product",
        "completed_on",
        "obstacles",
        "person",
        "accountable",
    }


def test_new_column_appears_by_itself() -> None:
    risk = Column("risk", "Mức rủi ro", Text(), 12, Band.ISSUES, need=Need.ALWAYS, prompt="Ghi mức rủi ro.")
    columns = (*REPORT[:8], risk, *REPORT[8:])
    kind = replace(MONTHLY, tables=(replace(REPORT_TABLE, columns=columns), INDICATOR_TABLE))
    before = opened(build_form(order_of(), KEY))[REPORT_SHEET]
    sheet = opened(build_form(order_of(kind=kind), KEY))[REPORT_SHEET]
    assert [cell.value for cell in sheet[7]][: len(columns)] == [column.heading for column in columns]
    leads = 5
    counts = [int(re.findall(r"\d+", cached(build_form(order_of(kind=k), KEY)))[0]) for k in (MONTHLY, kind)]
    assert counts[1] - counts[0] == leads
    assert len(str(sheet[COUNTER_CELL].value)) > len(str(before[COUNTER_CELL].value))


def cached(data: bytes) -> str:
    """What the counter shows before anything recalculates."""
    return str(grids(data)[REPORT_SHEET][0][9])


def test_text_that_no_cell_can_hold_is_our_error() -> None:
    broken = replace(PLAN.tasks[0], content="a" * 40_000)
    with pytest.raises(FormError) as caught:
        build_form(order_of(plan=replace(PLAN, tasks=(broken,))), KEY)
    assert caught.value.facts["place"] == f"{REPORT_SHEET}!C8"


def test_blank_form_has_no_identity_and_open_rows() -> None:
    data = build_blank()
    book, found = opened(data), grids(data)
    assert book.sheetnames == [REPORT_SHEET, INDICATOR_SHEET, GUIDE_SHEET]
    assert "docProps/custom.xml" not in parts(data)
    assert all(stamp.LINE_LABEL not in str(text) for line in found[REPORT_SHEET] for text in line)
    headings, rows = table_of(found[REPORT_SHEET])
    assert [heading for heading in headings if heading] == [column.heading for column in REPORT]
    assert rows == []
    sheet = book[REPORT_SHEET]
    for number in range(8, 8 + BLANK_ROWS):
        assert not any(sheet.cell(number, index).protection.locked for index in range(1, len(REPORT) + 1))
    assert not sheet.protection.insertRows and not sheet.protection.deleteRows
    assert build_blank() == data


def test_guide_repeats_no_heading_a_reader_would_take_for_a_table() -> None:
    names = {name for column in REPORT for name in column.names} | {field.label for field in HEAD}
    guide = grids(build_blank())[GUIDE_SHEET]
    assert names.isdisjoint(text for line in guide for text in line)
