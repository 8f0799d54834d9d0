"""What stands of the office's remarks after any number of copies: nothing said is ever lost, order decides nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tracker.model import CopyStamp, Remark, RemarkChange, RemarkColumn, RemarkKey
from tracker.remarks import (
    confirmed_status,
    fold_remarks,
    is_shown,
    read_stamp,
    shown,
    stamp_text,
    value_text,
    values_of,
)
from tracker.status import Status

KEY = RemarkKey("27TB-1", "stc", RemarkColumn.VIEW)
NOW = datetime(2025, 3, 21, tzinfo=UTC)
texts = st.sampled_from(["", "một", "hai", "ba"])


def remark(number: int, value: str, before: tuple[str, ...] | None, seen: int = 0) -> Remark:
    change = RemarkChange(KEY, value, before, seen, "Tổng hợp", "X5")
    return Remark(change, number, "2025-03", f"{number}.xlsx", "0" * 64, "", NOW)


def stands(*said: Remark) -> tuple[str, ...]:
    return values_of(fold_remarks(said), KEY)


def test_one_after_the_other_each_of_the_version_before() -> None:
    assert stands() == ("",)
    assert stands(remark(1, "một", ("",))) == ("một",)
    assert stands(remark(1, "một", ("",)), remark(2, "hai", ("một",), 1)) == ("hai",)
    assert stands(remark(1, "một", ("",)), remark(2, "", ("một",), 1)) == ("",)


def test_two_of_the_same_version_stand_beside_each_other() -> None:
    both = remark(1, "một", ("",)), remark(2, "hai", ("",))
    assert stands(*both) == ("một", "hai")
    assert stands(*both, remark(3, "ba", ("",))) == ("một", "hai", "ba")
    assert stands(*both, remark(3, "hai", ("",), 1)) == ("một", "hai")
    assert stands(*both, remark(3, "hai", ("một", "hai"), 2)) == ("hai",)
    assert stands(*both, remark(3, "", ("một", "hai"), 2)) == ("",)


def test_of_an_unknown_version_only_what_was_open_is_filled() -> None:
    assert stands(remark(1, "một", None, -1)) == ("một",)
    assert stands(remark(1, "một", ("",)), remark(2, "hai", None, -1)) == ("một", "hai")


def test_what_was_said_and_settled_before_is_not_said_again() -> None:
    settled = remark(1, "một", ("",)), remark(2, "", ("một",), 1)
    assert stands(*settled, remark(3, "một", ("",))) == ("",)
    assert stands(*settled, remark(3, "một", ("",), 2)) == ("một",)


@given(st.lists(st.tuples(texts, texts), max_size=6))
def test_nothing_said_is_lost_unless_somebody_saw_it(said: list[tuple[str, str]]) -> None:
    """A value that does not stand any more was before the eyes of whoever changed it."""
    told = [remark(n, value, (before,), n) for n, (before, value) in enumerate(said)]
    for n, each in enumerate(told):
        before, after = stands(*told[:n]), stands(*told[: n + 1])
        assert each.change.value in after
        assert not n or set(before) <= set(after) or each.change.before == before


@given(st.lists(texts, min_size=1, max_size=4, unique=True))
def test_what_is_shown_is_known_again(values: list[str]) -> None:
    cell = shown(RemarkColumn.VIEW, tuple(values))
    assert all(value in cell for value in values)
    assert is_shown(RemarkColumn.VIEW, tuple(values), cell.replace("\n", "\r\n"))
    assert is_shown(RemarkColumn.VIEW, tuple(values), f" {cell} ")
    assert not is_shown(RemarkColumn.VIEW, tuple(values), f"{cell} thêm")


def test_a_text_that_a_cell_cut_is_known_again() -> None:
    long = "rất dài " * 5000
    assert is_shown(RemarkColumn.VIEW, (long.strip(),), long[:32_000] + "[…]")


def test_statuses_by_their_words() -> None:
    for status in Status:
        words = value_text(RemarkColumn.CONFIRMED, status.value)
        assert confirmed_status(words) is confirmed_status(f"✔ {words.upper()}") is status
    assert confirmed_status("Hoàn thành") is None
    assert shown(RemarkColumn.CONFIRMED, ("done_late",)) == "Hoàn thành quá hạn"


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 999), st.integers(0, 10**9))
def test_stamps_come_back(day: date, version: int, seen: int) -> None:
    stamp = CopyStamp(f"{day:%Y-%m}", version, seen)
    assert read_stamp(f"Mã bản: {stamp_text(stamp)} (bản in)") == stamp
    assert read_stamp("TDTH1/2025-13/v1/s0") is None
