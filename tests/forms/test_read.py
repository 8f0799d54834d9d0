"""What the reader must not overlook: doubled tables and headings, odd cells, damaged codes, rows it may not pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from tests.support.forms import KEY, order_of
from tests.support.packages import SHEET1, rezipped
from tests.support.returns import (
    DESK,
    REAL,
    Change,
    changed,
    codes,
    desk_of,
    filled,
    look,
    package_of,
    put,
    said,
    sheet_of,
    table_in,
)
from tracker.columns import INDICATOR_TABLE, MONTHLY, REPORT_TABLE, TableKind
from tracker.demo.officer import Form
from tracker.forms.build import build_blank, build_form
from tracker.forms.read import read_return
from tracker.model import Examined, Returned, Row, Verdict

TASK = "27TB-4"
INDICATOR = "27TB-4.b-CT1"


def read(data: bytes) -> Returned:
    return read_return(package_of(data), REAL, MONTHLY, KEY)


def row_of(data: bytes, task: str = TASK) -> Row:
    returned = read(data)
    return next(row for row in (*returned.rows, *returned.indicator_rows) if row.task == task)


def refused_with(examined: Examined, code: str) -> list[tuple[str, str]]:
    """(sheet, column) of the findings of a code that refuses the return."""
    assert examined.verdict is Verdict.REFUSED
    assert examined.answers == ()
    return [(f.sheet, f.column) for f in examined.findings if f.code == code]


# --- tables and headings that cannot be told apart --------------------------------------------------------------------


@pytest.mark.parametrize("table", [REPORT_TABLE, INDICATOR_TABLE], ids=lambda table: table.key)
@pytest.mark.parametrize("is_first", [False, True])
def test_two_answered_copies_of_a_table(table: TableKind, is_first: bool) -> None:
    """Which one is meant nobody can tell: refused, and nothing is lost in silence."""

    def copy(book: Workbook) -> None:
        twin = book.copy_worksheet(sheet_of(book, table))
        twin.title = "Bản nháp"
        if is_first:
            book.move_sheet(twin, -book.index(twin))

    places = refused_with(look(changed(copy)), "F17")
    assert [column for _, column in places] == [table.title if is_first else "Bản nháp"]


def heading_gone(*keys: str, table: TableKind = REPORT_TABLE) -> Change:
    def change(book: Workbook) -> None:
        found = table_in(book, table)
        for key in keys:
            found.sheet.cell(found.heading_row, found.columns[key]).value = None

    return change


@pytest.mark.parametrize("key", [column.key for column in REPORT_TABLE.answered])
def test_a_heading_is_gone(key: str) -> None:
    assert refused_with(look(changed(heading_gone(key))), "F17") == [("Báo cáo", key)]


@pytest.mark.parametrize("key", [column.key for column in INDICATOR_TABLE.answered])
def test_a_heading_of_the_indicators_is_gone(key: str) -> None:
    assert refused_with(look(changed(heading_gone(key, table=INDICATOR_TABLE))), "F17") == [("Chỉ tiêu", key)]


@pytest.mark.parametrize("key", [column.key for column in REPORT_TABLE.columns if column.is_locked])
def test_a_heading_of_ours_is_gone(key: str) -> None:
    """Only what the agency fills can be lost; rows are still known by code or by text."""
    examined = look(changed(heading_gone(key)))
    assert said(examined) == said(look(filled()))
    assert set(codes(examined)) <= {"P07"}


def test_neither_code_nor_text_is_there() -> None:
    examined = look(changed(heading_gone("task", "content")))
    assert examined.verdict is Verdict.REFUSED


def heading_twice(key: str, value: Any, table: TableKind = REPORT_TABLE) -> Change:
    """The heading once more at the right end, with `value` under it in every row (None: empty)."""

    def change(book: Workbook) -> None:
        found = table_in(book, table)
        place = found.sheet.max_column + 1
        found.sheet.cell(found.heading_row, place).value = table.by_key[key].heading
        for row in found.rows.values():
            found.sheet.cell(row, place).value = value

    return change


@pytest.mark.parametrize("table", [REPORT_TABLE, INDICATOR_TABLE], ids=lambda table: table.key)
def test_a_heading_twice_both_filled(table: TableKind) -> None:
    key = "result" if table is REPORT_TABLE else "value"
    assert refused_with(look(changed(heading_twice(key, "12", table))), "F17") == [(table.title, key)]


def test_a_heading_twice_one_empty() -> None:
    assert said(look(changed(heading_twice("result", None)))) == said(look(filled()))


def test_a_heading_twice_and_the_later_is_the_filled_one() -> None:
    def move(book: Workbook) -> None:
        table = table_in(book)
        for row in table.rows.values():
            cell = table.sheet.cell(row, table.columns["proposal"])
            cell.value = None

    examined = look(changed(move, heading_twice("proposal", "Đề nghị bố trí kinh phí.")))
    assert {values["proposal"] for (table, _), values in said(examined).items() if table == "report"} == {
        "Đề nghị bố trí kinh phí."
    }


def test_a_second_table_below_in_another_order() -> None:
    """Pasted from an older form: read with the headings above it, values would land in wrong columns."""

    def paste(book: Workbook) -> None:
        table = table_in(book)
        last = table.sheet.max_row
        swapped = {"result": "proposal", "proposal": "result"}
        for offset, row in enumerate((table.heading_row, table.rows[TASK]), 2):
            for key, place in table.columns.items():
                value = table.sheet.cell(row, table.columns[swapped.get(key, key)]).value
                table.sheet.cell(last + offset, place).value = value
        for key in ("status", "percent", "result", "product", "completed_on"):
            table.sheet.cell(table.rows[TASK], table.columns[key]).value = None

    places = refused_with(look(changed(paste)), "F17")
    assert {column for _, column in places} == {"result", "proposal"}


# --- rows -------------------------------------------------------------------------------------------------------------


def extra_row(content: str, **values: Any) -> Change:
    """A row of her own below the table, without a code."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        last = table.sheet.max_row + 1
        for key, value in {"content": content, **values}.items():
            table.sheet.cell(last, table.columns[key]).value = value

    return change


@pytest.mark.parametrize(
    "content",
    [
        "Công bố danh mục dịch vụ công",
        "Tổng hợp số liệu toàn tỉnh",
        "Công tác tuyên truyền",
        "Tổng kết năm",
        "Cộng đồng",
    ],
)
def test_an_own_task_that_begins_like_a_total_is_told_of(content: str) -> None:
    """It is no total: dropping it in silence would lose what was written there."""
    examined = look(changed(extra_row(content, result="Đã làm xong phần 1.")))
    assert codes(examined) == ["P02"]


@pytest.mark.parametrize(
    "content", ["Tổng cộng", "TỔNG SỐ", "Cộng", "Tổng:", "Tổng số nhiệm vụ: 11", "Tổng cộng 11 nhiệm vụ"]
)
def test_a_total_is_passed(content: str) -> None:
    assert codes(look(changed(extra_row(content, percent=80, result="11")))) == []


def test_a_row_with_nothing_but_names_is_passed() -> None:
    assert codes(look(changed(extra_row("", person="Nguyễn Văn An")))) == []


@pytest.mark.parametrize(
    ("written", "codes_found"),
    [
        ("27tb-4.D.1", []),
        (" 27TB-4.d.1 ", []),
        ("27TB 4.d.1", []),
        ("27TB-4đ1", ["P07"]),
        ("", ["P07"]),
        (4.1, ["P07"]),
    ],
)
def test_a_damaged_code(written: Any, codes_found: list[str]) -> None:
    examined = look(changed(put("27TB-4.d.1", task=written)))
    assert codes(examined) == codes_found
    assert said(examined) == said(look(filled()))


def test_a_row_of_another_task_by_its_text_is_not_taken_for_its_code() -> None:
    """The code of one task beside the text of another: which is meant cannot be told."""
    text = REAL.task_by_code["27TB-4.c"].content
    examined = look(changed(put("27TB-4.b", content=text)))
    assert ("report", "27TB-4.b") not in said(examined)
    assert "P05" in codes(examined)


def test_codes_that_fold_alike_are_told_apart() -> None:
    """ "4.d" and "4.đ" are two letters of the Vietnamese list."""
    tasks = tuple(
        replace(task, code={"27TB-4.a": "27TB-4.d", "27TB-4.b": "27TB-4.đ"}.get(task.code, task.code))
        for task in REAL.tasks
    )
    plan = replace(REAL, tasks=tasks)
    form = Form(build_form(order_of("stc", plan), KEY))
    for task in form.report.rows:
        for key, value in (
            ("status", "Thường xuyên"),
            ("result", f"Kết quả của {task}"),
            ("person", "A"),
            ("accountable", "B"),
        ):
            form.report.put(task, key, value)
    form.report.put("27TB-4.đ", "task", "27TB-4.Đ")
    answers = said(look(form.save(), desk_of(plan=plan)))
    assert answers["report", "27TB-4.d"]["result"] == "Kết quả của 27TB-4.d"
    assert answers["report", "27TB-4.đ"]["result"] == "Kết quả của 27TB-4.đ"


# --- cells ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [time(12, 30), timedelta(days=2, hours=3), True, "x" * 40_000, 1e300, -1e-300, "=", "\u200b", "﷽", "12:30"],
    ids=lambda value: repr(value)[:20],
)
@pytest.mark.parametrize("key", ["status", "percent", "result", "completed_on", "person"])
def test_an_odd_cell_costs_that_cell_only(odd: Any, key: str) -> None:
    value = odd if not isinstance(odd, str) else odd[:32_767]
    examined = look(changed(put(TASK, **{key: value})))
    assert not {"F01", "F02", "F04"} & set(codes(examined))
    others = {place: values for place, values in said(examined).items() if place != ("report", TASK)}
    assert others == {place: values for place, values in said(look(filled())).items() if place != ("report", TASK)}


@pytest.mark.parametrize("key", ["numerator", "denominator", "value"])
@pytest.mark.parametrize("odd", [time(0, 30), timedelta(days=1), "không rõ", True])
def test_an_odd_figure_is_no_number(odd: Any, key: str) -> None:
    examined = look(changed(put(INDICATOR, INDICATOR_TABLE, **{key: odd})))
    assert [(f.code, f.column) for f in examined.findings] == [("I01", key)]


def raw_value(column: str, row: int, xml: str, data: bytes | None = None) -> bytes:
    """The form with one cell of Báo cáo written as given, as no program of ours would."""
    return rezipped(
        data or filled(),
        lambda name, old: _replaced(old.decode(), f"{column}{row}", xml).encode() if name == SHEET1 else old,
    )


def _replaced(sheet: str, ref: str, xml: str) -> str:
    start = sheet.index(f'<c r="{ref}"')
    end = min(place for place in (sheet.find("/>", start) + 2, sheet.find("</c>", start) + 4) if place > start + 4)
    if "</c>" in sheet[start:end]:
        end = start + sheet[start:].index("</c>") + 4
    return sheet[:start] + xml.format(ref=ref) + sheet[end:]


PERCENT_ROW = next(answer.row for answer in look(filled()).answers if answer.task == TASK)


@pytest.mark.parametrize("number", ["NaN", "inf", "1e999", "-0", "99999999999999999999"])
@pytest.mark.parametrize("column", ["H", "K"])
def test_numbers_that_are_none(number: str, column: str) -> None:
    examined = look(raw_value(column, PERCENT_ROW, f'<c r="{{ref}}"><v>{number}</v></c>'))
    assert not {"F01", "F02", "F04"} & set(codes(examined))
    assert len(said(examined)) == len(said(look(filled())))


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ('<c r="{ref}" t="e"><v>#REF!</v></c>', "error_value"),
        ('<c r="{ref}" t="e"><f>A1/0</f><v>#DIV/0!</v></c>', "error_value"),
        ('<c r="{ref}"><f>1+1</f></c>', "formula_empty"),
        ('<c r="{ref}"><f>1+1</f><v></v></c>', "formula_empty"),
        ('<c r="{ref}"><f>1+1</f><v/></c>', "formula_empty"),
        ('<c r="{ref}" t="str"><f>""</f><v></v></c>', None),
        ('<c r="{ref}" t="str"><f>"60"</f><v>60</v></c>', None),
        ('<c r="{ref}"><f>40+20</f><v>60</v></c>', None),
        ('<c r="{ref}"/>', None),
    ],
)
def test_errors_and_formulas(xml: str, problem: str | None) -> None:
    cell = row_of(raw_value("H", PERCENT_ROW, xml)).cells["percent"]
    assert cell.problem == problem
    if problem is None:
        assert cell.value == (60 if "60" in xml else None)


@pytest.mark.parametrize(
    ("value", "number_format", "percent"),
    [
        (0.6, "0%", 60),
        (0.605, "0.0%", 60.5),
        (0.6, '[Red]0%;"-"0%', 60),
        (60, '0"%"', 60),
        (60, "0\\%", 60),
        (60, "General", 60),
        (0.6, "General", None),
        (60, "0%", None),
        ("60%", "0%", 60),
        ("60 %", "General", 60),
        (1, "0%", 100),
        (1, "General", 1),
    ],
)
def test_percent_by_number_format(value: Any, number_format: str, percent: float | None) -> None:
    def change(book: Workbook) -> None:
        cell = table_in(book).cell(TASK, "percent")
        cell.value, cell.number_format = value, number_format

    assert row_of(changed(change)).value("percent") == percent


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (datetime(2025, 3, 14), date(2025, 3, 14)),
        (datetime(2025, 3, 14, 16, 45), date(2025, 3, 14)),
        ("14/3/2025", date(2025, 3, 14)),
        ("ngày 14 tháng 3 năm 2025", date(2025, 3, 14)),
        (45730, date(2025, 3, 14)),
        ("31/02/2025", None),
        ("tháng 3", None),
    ],
)
def test_days(written: Any, day: date | None) -> None:
    assert row_of(changed(put(TASK, completed_on=written))).value("completed_on") == day


def test_error_cells_beside_a_sheet_name_with_blanks_and_entities() -> None:
    """Flags are found by the sheet's name; it may need escaping in the file."""

    def rename(book: Workbook) -> None:
        sheet_of(book).title = 'Báo cáo & "kết quả" '

    data = raw_value("H", PERCENT_ROW, '<c r="{ref}" t="e"><v>#N/A</v></c>', changed(rename))
    assert row_of(data).cells["percent"].problem == "error_value"


# --- head and blanks --------------------------------------------------------------------------------------------------


def test_head_after_a_colon() -> None:
    def write(book: Workbook) -> None:
        for line in sheet_of(book).iter_rows(max_row=6):
            for cell in line:
                if cell.value == "Người lập biểu":
                    cell.value = "Người lập biểu: Lê Thị Hoa"
                elif cell.value == "Không phát sinh":
                    cell.value = "Không phát sinh : Có"

    head = read(changed(write)).head
    assert (head["prepared_by"].value, head["nil"].value) == ("Lê Thị Hoa", "yes")


def test_an_empty_field_does_not_take_its_neighbours_label() -> None:
    form = Form(filled())
    for key in ("document", "phone"):
        form.head(key).value = None
    head = read(form.save()).head
    assert head["document"].is_blank
    assert head["phone"].is_blank


@pytest.mark.parametrize("make", [lambda: build_form(order_of("skhcn", REAL), KEY), build_blank], ids=["form", "blank"])
def test_a_form_that_nobody_filled(make: Callable[[], bytes]) -> None:
    examined = look(make())
    assert examined.answers == ()
    assert examined.verdict in (Verdict.ACCEPTED_WITH_FINDINGS, Verdict.REFUSED)


def test_every_agency_reads_back_what_it_filled() -> None:
    for agency in ("stc", "snv", "hth", "vp", "cat", "tphd"):
        form = Form(filled(agency))
        for task in form.report.rows:
            row = row_of(filled(agency), task)
            for key in ("result", "product", "person"):
                assert row.value(key) == form.report.cell(task, key).value
        assert codes(look(filled(agency), DESK)) == []
