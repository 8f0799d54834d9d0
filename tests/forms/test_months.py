"""Several tables in one return: of two months, or of one month in parts."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.forms import KEY, order_of
from tests.support.returns import (
    AGENCY,
    REAL,
    Change,
    changed,
    codes,
    desk_of,
    filled,
    look,
    said,
    sheet_of,
    table_in,
)
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.dates import Period
from tracker.demo.officer import Form, Officer
from tracker.forms import stamp
from tracker.forms.build import build_form
from tracker.forms.order import FormOrder
from tracker.model import Severity, Verdict
from tracker.wording import sentence

UNTOUCHED = look(filled())
BOTH_OPEN = desk_of(opened=frozenset({"2025-02", "2025-03"}))
FEBRUARY_CLOSED = desk_of(opened=frozenset({"2025-02", "2025-03"}), closed=frozenset({"2025-02"}))


@lru_cache
def february(agency: str = AGENCY) -> bytes:
    """The form of the month before, filled otherwise."""
    order = order_of(agency, REAL)
    form = Form(
        build_form(FormOrder(REAL, order.agency, Period(2025, 2), order.effective_day, order.deadline_label), KEY)
    )
    Officer(REAL, REAL.agency_by_code[agency], 5).fill(form)
    return form.save()


def sheets_of(
    target: Workbook, source: bytes, *tables: TableKind, suffix: str = " T2", with_seal: bool = False
) -> None:
    """Sheets of another form put beside those of this one, as "Move or copy" does."""
    other = load_workbook(io.BytesIO(source))
    titles = [sheet_of(other, table).title for table in tables] + ([stamp.SHEET] if with_seal else [])
    for title in titles:
        copy = target.create_sheet(f"{title} (2)" if title == stamp.SHEET else f"{title}{suffix}")
        for line in other[title].iter_rows():
            for cell in line:
                if cell.value is not None:
                    copy.cell(cell.row, cell.column).value = cell.value


@pytest.mark.parametrize("desk", [BOTH_OPEN, FEBRUARY_CLOSED], ids=["both open", "february closed"])
@pytest.mark.parametrize("with_seal", [False, True])
@pytest.mark.parametrize("is_first", [False, True])
def test_last_months_sheets_kept_beside(desk: Any, with_seal: bool, is_first: bool) -> None:
    def keep(book: Workbook) -> None:
        sheets_of(book, february(), REPORT_TABLE, INDICATOR_TABLE, with_seal=with_seal)
        if is_first:
            for title in ("Báo cáo T2", "Chỉ tiêu T2"):
                book.move_sheet(title, -len(book.sheetnames))

    examined = look(changed(keep), desk)
    assert (examined.agency, examined.period) == (AGENCY, "2025-03")
    assert said(examined) == said(UNTOUCHED)
    assert [(f.code, f.severity) for f in examined.findings] == [("F17", Severity.WARNING)] * 2
    assert [f.sheet for f in examined.findings] == ["Báo cáo T2", "Chỉ tiêu T2"]
    assert "tháng 02/2025" in sentence(examined.findings[0], "")


@pytest.mark.parametrize("desk", [BOTH_OPEN, FEBRUARY_CLOSED], ids=["both open", "february closed"])
def test_this_months_form_copied_into_last_months_workbook(desk: Any) -> None:
    def copy(book: Workbook) -> None:
        sheets_of(book, filled(), REPORT_TABLE, INDICATOR_TABLE, suffix=" T3")

    examined = look(changed(copy, data=february()), desk)
    assert (examined.agency, examined.period) == (AGENCY, "2025-03")
    assert said(examined) == said(UNTOUCHED)
    assert {f.code for f in examined.findings} == {"F17"}
    assert {f.sheet for f in examined.findings} == {"Báo cáo", "Chỉ tiêu"}
    assert examined.verdict is Verdict.ACCEPTED_WITH_FINDINGS


def test_last_months_sheet_that_nobody_filled_is_no_finding() -> None:
    order = order_of(AGENCY, REAL)
    blank = build_form(FormOrder(REAL, order.agency, Period(2025, 2), order.effective_day, order.deadline_label), KEY)

    def keep(book: Workbook) -> None:
        sheets_of(book, blank, REPORT_TABLE, with_seal=True)

    examined = look(changed(keep), BOTH_OPEN)
    assert (examined.period, codes(examined), said(examined)) == ("2025-03", [], said(UNTOUCHED))


def test_a_nil_return_beside_last_months_answers() -> None:
    """Nothing is filled this month, and she says so: last month's answers are not this month's."""
    form = Form(build_form(order_of(AGENCY, REAL), KEY))
    form.head("nil").value = "Có"
    sheets_of(form.book, february(), REPORT_TABLE, INDICATOR_TABLE)
    examined = look(form.save(), BOTH_OPEN)
    assert (examined.period, examined.is_nil, examined.answers) == ("2025-03", True, ())
    assert {f.code for f in examined.findings} == {"F17"}


def test_the_seal_of_another_agency_still_contradicts() -> None:
    def keep(book: Workbook) -> None:
        sheets_of(book, february("stc"), with_seal=True)

    assert "F07" in codes(look(changed(keep), BOTH_OPEN))


# --- parts ------------------------------------------------------------------------------------------------------------


def part(start: int, blank_only: bool = False) -> Change:
    """The rows from `start` on stand on a second sheet with the same headings, and no more (or blank) on the first."""

    def change(book: Workbook) -> None:
        table = table_in(book)
        twin: Worksheet = book.copy_worksheet(table.sheet)
        twin.title = "Phần 2"
        for place, row in enumerate(table.rows.values()):
            empty = table.sheet if place >= start else twin
            for column in table.columns.values():
                if not blank_only or column > table.columns["last"]:
                    empty.cell(row, column).value = None

    return change


@pytest.mark.parametrize("blank_only", [False, True])
@pytest.mark.parametrize("start", [1, 5, 10])
def test_a_table_in_two_parts(start: int, blank_only: bool) -> None:
    examined = look(changed(part(start, blank_only)))
    assert codes(examined) == []
    assert said(examined) == said(UNTOUCHED)
    assert len({answer.sheet for answer in examined.answers if answer.table == "report"}) == 2


def test_parts_without_a_head_of_their_own() -> None:
    def behead(book: Workbook) -> None:
        book["Phần 2"].delete_rows(1, table_in(book).heading_row - 2)

    examined = look(changed(part(5), behead))
    assert (codes(examined), said(examined)) == ([], said(UNTOUCHED))


def test_parts_that_contradict_each_other() -> None:
    def contradict(book: Workbook) -> None:
        table = table_in(book)
        first = next(iter(table.rows.values()))
        twin = book["Phần 2"]
        for column in table.columns.values():
            twin.cell(first, column).value = table.sheet.cell(first, column).value
        twin.cell(first, table.columns["result"]).value = "Khác hẳn."

    examined = look(changed(part(5), contradict))
    assert (examined.verdict, codes(examined), examined.answers) == (Verdict.REFUSED, ["F17"], ())


def test_a_row_in_both_parts_that_says_the_same() -> None:
    def repeat(book: Workbook) -> None:
        table = table_in(book)
        first = next(iter(table.rows.values()))
        for column in table.columns.values():
            book["Phần 2"].cell(first, column).value = table.sheet.cell(first, column).value

    examined = look(changed(part(5), repeat))
    assert (codes(examined), said(examined)) == ([], said(UNTOUCHED))


def test_a_part_that_lacks_a_heading() -> None:
    def lose(book: Workbook) -> None:
        table = table_in(book)
        book["Phần 2"].cell(table.heading_row, table.columns["result"]).value = None

    assert codes(look(changed(part(5), lose))) == ["F17"]


def test_indicators_in_two_parts() -> None:
    def split(book: Workbook) -> None:
        table = table_in(book, INDICATOR_TABLE)
        twin = book.copy_worksheet(table.sheet)
        twin.title = "Chỉ tiêu tiếp"
        for place, row in enumerate(table.rows.values()):
            for column in table.columns.values():
                (table.sheet if place % 2 else twin).cell(row, column).value = None

    examined = look(changed(split))
    assert (codes(examined), said(examined)) == ([], said(UNTOUCHED))


def test_hidden_and_filtered_rows_of_a_part_count() -> None:
    def hide(book: Workbook) -> None:
        sheet = book["Phần 2"]
        sheet.auto_filter.ref = sheet.dimensions
        for row in range(8, sheet.max_row + 1):
            sheet.row_dimensions[row].hidden = True

    examined = look(changed(part(5), hide))
    assert said(examined) == said(UNTOUCHED)


def test_the_first_part_alone_lacks_rows() -> None:
    """What the tests above rely on: without its second part a return lacks tasks."""

    def drop(book: Workbook) -> None:
        del book["Phần 2"]

    assert set(codes(look(changed(part(5), drop)))) == {"P01"}
