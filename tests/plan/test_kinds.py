"""Kinds of cell of the master sheet: what is typed, and that parse(show(x)) = x."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.model import DeadlineKind, TaskState
from tracker.plan.kinds import Document, Emails, Names, Sign
from tracker.plan.sheet_columns import AGENCY_CODE, DAY_KIND, DEADLINE_KIND, RULE_CODE, SHEETS, TASK_CODE, TASK_STATE

ISSUED = date(2025, 2, 21)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("27/TB-UBND ngày 21/02/2025", ("27/TB-UBND", ISSUED)),
        ("27/TB-UBND, ngày 21/2/2025.", ("27/TB-UBND", ISSUED)),
        ("27/TB-UBND 21-02-2025", ("27/TB-UBND", ISSUED)),
        ("Thông báo số 27/TB-UBND\nNGÀY 21 tháng 02 năm 2025", ("Thông báo số 27/TB-UBND", ISSUED)),
        ("Nghị quyết 57-NQ/TW ngày 22/12/2024", ("Nghị quyết 57-NQ/TW", date(2024, 12, 22))),
    ],
)
def test_a_document_is_its_number_and_its_date(typed: str, expected: tuple[str, date]) -> None:
    assert Document().parse(typed) == (expected, None)


@pytest.mark.parametrize("typed", ["27/TB-UBND", "21/02/2025", "ngày 21/02/2025", "27/TB ngày 31/02/2025", ISSUED])
def test_a_document_lacks_its_number_or_its_date(typed: Any) -> None:
    assert Document().parse(typed) == (None, "document_unclear")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Sở Văn hóa, Thể thao và Du lịch", ("Sở Văn hóa, Thể thao và Du lịch",)),
        ("Sở A;Sở B", ("Sở A", "Sở B")),
        ("- Sở A;\r\n+ Sở B\n\n• Sở C.", ("Sở A", "Sở B", "Sở C.")),
        ("Sở Lao động - Thương binh và Xã hội", ("Sở Lao động - Thương binh và Xã hội",)),
        (";;", ()),
    ],
)
def test_names_are_divided_by_semicolons_and_lines_only(typed: str, expected: tuple[str, ...]) -> None:
    assert Names().parse(typed) == (expected, None)


@pytest.mark.parametrize(("typed", "sign"), [("≥", ">="), ("=>", ">="), (" <", "<"), ("≤", "<="), ("=", "=")])
def test_signs(typed: str, sign: str) -> None:
    assert Sign().parse(typed) == (sign, None)


@pytest.mark.parametrize("typed", ["a@b", "a b@c.vn d", "@c.vn", "a@@c.vn", "a@c..vn", "<a@c.vn>"])
def test_addresses_that_cannot_be(typed: str) -> None:
    assert Emails().parse(typed) == (None, "email_malformed")


def test_codes_forgive_case_only_where_it_cannot_matter() -> None:
    assert AGENCY_CODE.parse("SKHCN") == ("skhcn", None)
    assert RULE_CODE.parse("r09") == ("R09", None)
    assert TASK_CODE.parse("27TB-4.đ") == ("27TB-4.đ", None)
    assert TASK_CODE.parse(4.1) == ("4.1", None)
    assert TASK_CODE.parse("x" * 41) == (None, "code_malformed")


@given(st.sampled_from([*((DEADLINE_KIND, k) for k in DeadlineKind), *((TASK_STATE, s) for s in TaskState)]))
def test_labels_are_read_as_they_are_shown(pair: tuple[Any, Any]) -> None:
    kind, value = pair
    assert kind.parse(kind.show(value)) == (value, None)
    assert kind.parse(kind.show(value).upper()) == (value, None)


def test_the_kind_of_day_is_read_as_shown() -> None:
    assert [DAY_KIND.parse(label) for label in DAY_KIND.labels] == [(False, None), (True, None)]


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999), st.sampled_from(["TB-UBND", "QĐ-TTg"]))
def test_documents_are_read_as_they_are_shown(day: date, number: int, symbol: str) -> None:
    value = (f"{number}/{symbol}", day)
    assert Document().parse(Document().show(value)) == (value, None)


def test_every_column_has_a_heading_a_guide_and_a_name_of_its_own() -> None:
    for sheet in SHEETS:
        headings = [name for column in sheet.columns for name in sheet.names(column)]
        assert len(set(headings)) == len(headings)
        assert all(len(sheet.heading(column)) <= 32 for column in sheet.columns)
        assert all(0 < len(sheet.guide(column)) <= 255 for column in sheet.columns)
        assert len(sheet.title) <= 31
