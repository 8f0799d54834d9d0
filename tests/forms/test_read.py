"""What the reader must not overlook: doubled tables and headings, odd cells, damaged codes, rows it may not pass."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from tests.support.forms import KEY, order_of
from tests.support.office import needs_libreoffice, soffice_convert
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
from tracker.model import Examined, Returned, Row, Severity, Verdict
from tracker.wording import sentence

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
        found = table_in(book, table)
        twin = book.copy_worksheet(found.sheet)
        twin.title = "Bản nháp"
        key, task = ("result", TASK) if table is REPORT_TABLE else ("value", INDICATOR)
        twin.cell(found.rows[task], found.columns[key]).value = "15"
        if is_first:
            book.move_sheet(twin, -book.index(twin))

    examined = look(changed(copy))
    assert refused_with(examined, "F17") == [("Bản nháp" if is_first else table.title, "")]
    text = sentence(examined.findings[0], "")
    assert "“Bản nháp”" in text
    assert f"“{table.title}”" in text


def test_a_copy_with_another_head() -> None:
    """Nil in one, filled in both: whose head counts nobody can tell."""

    def copy(book: Workbook) -> None:
        twin = book.copy_worksheet(sheet_of(book))
        label = next(cell for line in twin.iter_rows(max_row=6) for cell in line if cell.value == "Không phát sinh")
        label.value = "Không phát sinh: Có"

    assert refused_with(look(changed(copy)), "F17") == [("Báo cáo", "")]


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


def test_without_codes_the_text_is_pointed_at() -> None:
    examined = look(changed(heading_gone("task")))
    found = [finding for finding in examined.findings if finding.code == "P07" and finding.sheet == "Báo cáo"]
    assert len(found) == 11
    assert {(finding.cell[0], finding.column, finding.value) for finding in found} == {("C", "content", "")}


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


@pytest.mark.parametrize("written", ["27TB-4.?", "27TB-4", " 27tb-4 ."])
def test_a_damaged_code_that_looks_like_another(written: str) -> None:
    """The text of 4.b stands beside it: task 4 keeps its row. To the letter it is another's code, and told of."""
    examined = look(changed(put("27TB-4.b", task=written)))
    if written == "27TB-4":
        assert {"P03", "P05"} <= set(codes(examined))
        return
    assert codes(examined) == ["P07"]
    assert said(examined) == said(look(filled()))


def swap_codes(one: str, other: str, table: TableKind) -> Change:
    def change(book: Workbook) -> None:
        found = table_in(book, table)
        cells = [found.sheet.cell(found.rows[code], found.columns["task"]) for code in (one, other)]
        cells[0].value, cells[1].value = cells[1].value, cells[0].value

    return change


@pytest.mark.parametrize(
    ("table", "one", "other"),
    [(REPORT_TABLE, "27TB-4.b", "27TB-4.c"), (INDICATOR_TABLE, INDICATOR, "27TB-4.b-CT2")],
    ids=["report", "indicator"],
)
def test_swapped_codes(table: TableKind, one: str, other: str) -> None:
    """The codes of one row stand beside the texts of the other: neither is used, and both are told of."""
    examined = look(changed(swap_codes(one, other, table)))
    found = [finding for finding in examined.findings if finding.code == "P05"]
    assert {(f.task, f.severity, f.facts["other"]) for f in found} == {
        (one, Severity.ERROR, other),
        (other, Severity.ERROR, one),
    }
    untouched = said(look(filled()))
    assert said(examined) == {k: v for k, v in untouched.items() if k not in {(table.key, one), (table.key, other)}}
    assert all("Dòng " in sentence(finding, "") for finding in found)


def test_the_name_of_an_indicator_is_altered() -> None:
    examined = look(changed(put(INDICATOR, INDICATOR_TABLE, content="Tỷ lệ gì đó")))
    assert [(f.code, f.severity, f.task) for f in examined.findings] == [("P05", Severity.WARNING, INDICATOR)]
    assert said(examined) == said(look(filled()))


def test_the_code_of_an_indicator_is_damaged() -> None:
    examined = look(changed(put(INDICATOR, INDICATOR_TABLE, task="CT-một")))
    assert [(f.code, f.task) for f in examined.findings] == [("P07", INDICATOR)]
    assert said(examined) == said(look(filled()))


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


def below(*lines: dict[str, Any]) -> Change:
    """Lines below the table, by column key."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        for number, line in enumerate(lines, table.sheet.max_row + 2):
            for key, value in line.items():
                table.sheet.cell(number, table.columns[key]).value = value

    return change


@pytest.mark.parametrize(
    "line",
    [
        {"status": "Hoàn thành"},
        {"percent": 50},
        {"percent": "60%"},
        {"percent": "80-90%"},
        {"percent": 120},
        {"completed_on": datetime(2025, 3, 14)},
        {"result": "Đã xong", "status": "Đang thực hiện", "person": "A"},
        {"content": "Việc khác", "result": "Đã làm xong phần 1"},
    ],
)
def test_an_answer_below_the_table_is_told_of(line: dict[str, Any]) -> None:
    assert codes(look(changed(below(line)))) == ["P02"]


@pytest.mark.parametrize("line", [{"status": "Đang thực hiện"}, {"no": 12, "content": "Việc khác", "percent": 50}])
def test_an_answer_below_the_signature_is_told_of(line: dict[str, Any]) -> None:
    assert codes(look(changed(below({"result": "THỦ TRƯỞNG CƠ QUAN"}, line)))) == ["P02"]


def test_words_without_code_between_tasks_are_told_of() -> None:
    def write(book: Workbook) -> None:
        table = table_in(book)
        row = table.rows[TASK]
        for key in ("task", "content", "percent", "status", "completed_on"):
            table.sheet.cell(row, table.columns[key]).value = None

    assert {"P01", "P02"} <= set(codes(look(changed(write))))


# --- merged cells -----------------------------------------------------------------------------------------------------


def merge_rows(key: str, first: int, last: int, value: Any, table: TableKind = REPORT_TABLE) -> Change:
    """One cell over the first to the last row of tasks (0-based), with one value."""

    def change(book: Workbook) -> None:
        found = table_in(book, table)
        rows, column = sorted(found.rows.values()), found.columns[key]
        for row in rows[first : last + 1]:
            found.sheet.cell(row, column).value = None
        found.sheet.cell(rows[first], column).value = value
        found.sheet.merge_cells(start_row=rows[first], end_row=rows[last], start_column=column, end_column=column)

    return change


def test_a_merged_cell_answers_for_every_row() -> None:
    returned = read(changed(merge_rows("person", 0, 10, "Phòng Tổng hợp"), merge_rows("percent", 1, 2, 0.5)))
    assert [row.value("person") for row in returned.rows] == ["Phòng Tổng hợp"] * 11
    assert len({row.cells["person"].ref for row in returned.rows}) == 1
    two = returned.rows[1:3]
    assert [(row.cells["percent"].ref, row.cells["percent"].raw) for row in two] == [
        (two[0].cells["percent"].ref, 0.5)
    ] * 2


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_merged_cells_saved_by_libreoffice(ending: str, tmp_path: Path) -> None:
    before = tmp_path / "bao cao.xlsx"
    before.write_bytes(changed(merge_rows("person", 0, 10, "Phòng Tổng hợp"), merge_rows("proposal", 3, 5, "Xin máy")))
    rows = read(soffice_convert(before, ending, tmp_path / ending).read_bytes()).rows
    assert [row.value("person") for row in rows] == ["Phòng Tổng hợp"] * 11
    assert [number for number, row in enumerate(rows) if row.value("proposal") == "Xin máy"] == [3, 4, 5]


def test_a_merged_cell_of_the_indicators() -> None:
    data = changed(merge_rows("basis", 0, 3, "Hệ thống một cửa", INDICATOR_TABLE))
    assert [row.value("basis") for row in read(data).indicator_rows] == ["Hệ thống một cửa"] * 4


def test_what_is_found_in_a_merged_cell_blocks_the_row_it_is_found_for() -> None:
    """Done with 90 %: R06 for the second row only, though the cell stands in the first."""
    tasks = [row.task for row in read(filled()).rows if row.task]
    one, other = tasks[:2]
    examined = look(
        changed(
            put(one, status="Đang thực hiện", completed_on=None),
            put(other, status="Hoàn thành", product="Quyết định số 12/QĐ-UBND", completed_on="14/3/2025"),
            merge_rows("percent", 0, 1, 90),
        )
    )
    assert [finding.task for finding in examined.findings if finding.code == "R06"] == [other]
    answers = said(examined)
    assert (answers["report", one]["status"], answers["report", one]["percent"]) == ("in_progress", 90)
    assert not {"status", "percent", "completed_on"} & answers["report", other].keys()


def test_a_row_below_a_task_merged_with_it_is_no_row_of_its_own() -> None:
    def grow(book: Workbook) -> None:
        table = table_in(book)
        last = table.sheet.max_row
        for column in table.columns.values():
            table.sheet.merge_cells(start_row=last, end_row=last + 1, start_column=column, end_column=column)

    assert codes(look(changed(grow))) == []
    assert said(look(changed(grow))) == said(look(filled()))


@pytest.mark.parametrize("ref", ["A1048576", "ZZ1048576", "XFD1048576"])
def test_a_coloured_cell_at_the_end_of_the_sheet(ref: str) -> None:
    def colour(book: Workbook) -> None:
        sheet_of(book)[ref].fill = PatternFill("solid", fgColor="FFFF00")

    examined = look(changed(colour))
    assert codes(examined) == []
    assert said(examined) == said(look(filled()))


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


@pytest.mark.parametrize(
    ("key", "code"), [("status", "R02"), ("percent", "R03"), ("completed_on", "R04"), ("extension_to", "R04")]
)
@pytest.mark.parametrize("symbols", ["∞", "½", "✓", "?", "...", "…", "--%", "< >", "東"])
def test_symbols_are_something_that_cannot_be_used(symbols: str, key: str, code: str) -> None:
    examined = look(changed(put(TASK, **{key: symbols})))
    assert (code, key, symbols) in [(f.code, f.column, f.value) for f in examined.findings]


@pytest.mark.parametrize("symbols", ["∞", "✓", "?", "..."])
def test_symbols_are_text_where_text_is_asked_for(symbols: str) -> None:
    examined = look(changed(put(TASK, result=symbols, proposal=symbols)))
    assert codes(examined) == ["R16"]
    assert said(examined)["report", TASK]["proposal"] == symbols
    figures = look(changed(put(INDICATOR, INDICATOR_TABLE, value=symbols)))
    assert [(f.code, f.column) for f in figures.findings] == [("I01", "value")]


@pytest.mark.parametrize(
    "nothing", ["-", "–", "—", " - ", "---", "", " ", "\u00a0", "\u200b", "\n", "< Chọn >", "Chọn"]
)
@pytest.mark.parametrize("key", ["percent", "result", "completed_on", "proposal"])
def test_dashes_and_blanks_are_nothing(nothing: str, key: str) -> None:
    assert row_of(changed(put(TASK, **{key: nothing}))).cells[key].is_blank


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
    ("key", "problem"),
    [("percent", None), ("status", "formula_empty"), ("result", "formula_empty"), ("completed_on", "formula_empty")],
)
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{ref}"><f>T(A1)</f><v>0</v></c>',
        "<c r='{ref}'><f>T(A1)</f><v>0</v></c>",
        '<x:c r="{ref}" xmlns:x="{space}"><x:f>T(A1)</x:f><x:v>0</x:v></x:c>',
    ],
)
def test_a_formula_that_gives_zero_where_no_figure_is_asked_for(cell: str, key: str, problem: str | None) -> None:
    """Programs that do not calculate write 0, whatever the formula gives; a 0 that is typed is one."""
    column = get_column_letter(table_in(load_workbook(io.BytesIO(filled()))).columns[key])
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = cell.replace("{space}", space)
    found = row_of(raw_value(column, PERCENT_ROW, xml)).cells[key]
    assert (found.problem, found.value) == (problem, None if problem else 0)
    assert row_of(changed(put(TASK, result=0))).cells["result"].value == "0"


def test_a_column_of_formulas_without_value_is_not_blank() -> None:
    """Another column under the same heading must not be taken in its stead."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        end = table.sheet.max_column + 1
        table.sheet.cell(table.heading_row, end).value = REPORT_TABLE.by_key["result"].heading
        for row in table.rows.values():
            table.sheet.cell(row, table.columns["result"]).value = '="a"'
            table.sheet.cell(row, end).value = "Của tháng trước"

    examined = look(changed(change))
    assert {"F17"} <= set(codes(examined))
    assert not any("result" in values for values in said(examined).values())


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "share"),
    [
        (0.53, 53, 10_000, 0.53),
        ("0,5", 53, 10_000, 0.5),
        (0.53, 53, 100, None),
        (0.53, None, None, None),
        (0.53, 53, 0, None),
        (0.53, "khoảng 53", 10_000, None),
    ],
)
def test_a_share_below_one_is_clear_by_its_figures(
    value: Any, numerator: Any, denominator: Any, share: float | None
) -> None:
    figures = {"numerator": numerator, "denominator": denominator, "value": value}
    cell = row_of(changed(put(INDICATOR, INDICATOR_TABLE, **figures)), INDICATOR).cells["value"]
    assert (cell.value, cell.problem) == (share, None if share else "unclear_share")


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
