"""Rows of a consolidated workbook are known by what stands in them, or told of; never guessed."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.remarks import CONFIRMED, DIRECTION, HEADING_ROW, VIEW, column_of, lines_of, row_of, write
from tests.support.returns import REAL, filled, package_of
from tracker.dates import Calendar, Period
from tracker.forms.office_copy import may_be_copy, read_copy
from tracker.model import OfficeCopy
from tracker.reports.merge import MonthInput
from tracker.reports.month import build_month
from tracker.reports.workbook import write_workbook
from tracker.texts import say

MARCH = Period(2025, 3)
ROW = ("27TB-2.1", "Sở KH&CN")
OTHER = ("27TB-2.2", "Sở KH&CN")
Change = Callable[[Workbook], object]


@lru_cache
def made() -> bytes:
    return write_workbook(build_month(MonthInput(REAL, MARCH, Calendar(), (), (), ())), 3)


def day(period: Period) -> date:
    return period.effective_day(Calendar())


def saved(*changes: Change) -> bytes:
    book = load_workbook(io.BytesIO(made()))
    for change in changes:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(*changes: Change) -> OfficeCopy:
    package = package_of(saved(*changes))
    assert may_be_copy(package)
    copy = read_copy(package, REAL, day)
    assert copy is not None
    return copy


def put(heading: str, value: Any, row: tuple[str, str] = ROW) -> Change:
    """Something else in a cell of a row."""

    def change(book: Workbook) -> None:
        sheet = lines_of(book)
        sheet.cell(row_of(sheet, *row), column_of(sheet, heading)).value = value

    return change


def on_sheet(work: Callable[[Worksheet], object]) -> Change:
    return lambda book: work(lines_of(book))


def said(copy: OfficeCopy) -> dict[tuple[str, str, str], str]:
    return {tuple(cell.key): cell.text for cell in copy.cells}  # type: ignore[misc]


def strays(copy: OfficeCopy) -> list[tuple[str, str]]:
    return [(each.why, each.text) for each in copy.strays]


def test_as_it_was_written() -> None:
    copy = read()
    assert copy.stamp is not None
    assert (copy.stamp.period, copy.stamp.version, copy.stamp.seen, copy.period) == ("2025-03", 3, 0, "2025-03")
    assert (len(copy.rows), copy.cells, copy.strays, len(copy.columns)) == (
        len(REAL.assignments(day(MARCH))),
        (),
        (),
        3,
    )


def test_a_return_is_no_copy() -> None:
    package = package_of(filled())
    assert not may_be_copy(package)
    assert read_copy(package, REAL, day) is None


def test_filled_cells_with_their_places() -> None:
    copy = read(write(*ROW, VIEW, "  Tốt \n lắm "), write(*OTHER, CONFIRMED, "Tạm dừng"))
    assert said(copy) == {
        ("27TB-2.1", "skhcn", "office_view"): "Tốt\nlắm",
        ("27TB-2.2", "skhcn", "office_status"): "Tạm dừng",
    }
    assert [each.cell for each in copy.cells] == [f"{copy.columns[VIEW]}5", f"{copy.columns[CONFIRMED]}6"]


@pytest.mark.parametrize(
    ("heading", "value", "why"),
    [
        ("task", "27TB-999", "unknown_task"),
        ("task", None, "unknown_task"),
        ("agency", "Sở Không Có", "unknown_agency"),
        ("agency", None, "unknown_agency"),
        ("agency", "Kho bạc Nhà nước tỉnh", "not_assigned"),
        ("task", "27TB-4.l", "other_text"),
    ],
)
def test_an_altered_row_is_told_and_laid_to_no_task(heading: str, value: str | None, why: str) -> None:
    copy = read(write(*ROW, VIEW, "Của dòng nào"), put(say(f"workbook.{heading}"), value))
    assert strays(copy) == [(why, "Của dòng nào")]
    assert said(copy) == {}


def test_an_altered_row_without_a_remark_is_nobodys_business() -> None:
    copy = read(put(say("workbook.task"), "27TB-999"))
    assert copy.strays == ()
    assert ("27TB-2.1", "skhcn") not in copy.rows


def test_a_part_that_was_sorted_by_itself_is_told() -> None:
    """Codes were moved, texts were not: nobody can tell which row is meant."""

    def swap(sheet: Worksheet) -> None:
        code = column_of(sheet, say("workbook.task"))
        one, two = sheet.cell(5, code), sheet.cell(6, code)
        one.value, two.value = two.value, one.value

    copy = read(write(*ROW, VIEW, "A"), write(*OTHER, VIEW, "B"), on_sheet(swap))
    assert strays(copy) == [("other_text", "A"), ("other_text", "B")]


def test_a_row_twice() -> None:
    def again(sheet: Worksheet, text: str | None) -> None:
        last = sheet.max_row + 1
        for place in range(1, sheet.max_column + 1):
            sheet.cell(last, place).value = sheet.cell(5, place).value
        sheet.cell(last, column_of(sheet, say("workbook.office_view"))).value = text

    assert strays(read(write(*ROW, VIEW, "A"), on_sheet(lambda s: again(s, "A")))) == []
    assert strays(read(write(*ROW, VIEW, "A"), on_sheet(lambda s: again(s, None)))) == []
    copy = read(write(*ROW, VIEW, "A"), on_sheet(lambda s: again(s, "B")))
    assert strays(copy) == [("twice", "A"), ("twice", "B")]
    assert {key.task for key in copy.unclear} == {"27TB-2.1"}


def test_a_second_table_says_nothing_unheard() -> None:
    def second(book: Workbook) -> None:
        sheet = book.copy_worksheet(lines_of(book))
        sheet.cell(5, column_of(sheet, say("workbook.office_view"))).value = "Chỉ ở đây"

    copy = read(write(*ROW, VIEW, "Ở trang chính"), second)
    assert list(said(copy).values()) == ["Ở trang chính"]
    assert strays(copy) == [("other_sheet", "Chỉ ở đây")]


def test_formulas_and_errors_are_told_and_empty_nothing() -> None:
    copy = read(write(*ROW, VIEW, '="a"&"b"'), write(*OTHER, VIEW, "#N/A"))
    assert [each.why for each in copy.strays] == ["unreadable", "unreadable"]
    assert len(copy.unclear) == 2


def test_merged_cells_speak_for_all_their_rows() -> None:
    def merge(sheet: Worksheet) -> None:
        place = column_of(sheet, say("workbook.office_direction"))
        sheet.merge_cells(start_row=5, end_row=7, start_column=place, end_column=place)

    copy = read(write(*ROW, DIRECTION, "Cả ba dòng"), on_sheet(merge))
    assert sorted(said(copy).values()) == ["Cả ba dòng"] * 3


def test_a_heading_with_a_word_more_and_one_that_is_gone() -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.cell(HEADING_ROW, column_of(sheet, say("workbook.office_direction"))).value = "Ý kiến chỉ đạo (đ/c Hùng)"
        sheet.cell(HEADING_ROW, column_of(sheet, say("workbook.office_view"))).value = "Nhận xét"

    copy = read(write(*ROW, DIRECTION, "Đồng ý"), write(*ROW, VIEW, "Tốt"), on_sheet(rename))
    assert set(copy.columns) == {DIRECTION, CONFIRMED}
    assert list(said(copy).values()) == ["Đồng ý"]


def test_a_sheet_copied_into_another_workbook_still_tells_its_version() -> None:
    source = lines_of(load_workbook(io.BytesIO(saved(write(*ROW, VIEW, "Tốt")))))
    book = Workbook()
    for row in source.iter_rows(values_only=True):
        book.active.append(row)  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    package = package_of(buffer.getvalue())
    copy = read_copy(package, REAL, day) if may_be_copy(package) else None
    assert copy and copy.stamp and (copy.stamp.version, list(said(copy).values())) == (3, ["Tốt"])


def test_without_any_stamp_the_heading_tells_the_period() -> None:
    def strip(book: Workbook) -> None:
        for name in list(book.custom_doc_props.names):  # type: ignore[attr-defined]
            del book.custom_doc_props[name]  # type: ignore[attr-defined]
        for row in lines_of(book).iter_rows(max_row=HEADING_ROW - 1):
            for cell in row:
                if "TDTH1" in str(cell.value):
                    cell.value = None

    copy = read(strip, write(*ROW, VIEW, "Tốt"))
    assert (copy.stamp, copy.period) == (None, "2025-03")


def test_who_saved_it() -> None:
    def sign(book: Workbook) -> None:
        book.properties.lastModifiedBy = "Trần Văn Hùng"

    assert (read().saved_by, read(sign).saved_by) == ("", "Trần Văn Hùng")
