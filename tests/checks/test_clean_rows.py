"""Whatever an officer fills in properly is never an error nor a warning."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.cases import ALL_LED, HELPED, ISSUED_ON, RECEIVED_ON, all_of, clean_case, fill
from tracker.checks import RULES, answers_of, check
from tracker.model import Severity

ONE, TWO, THREE, FOUR, SEVEN = ALL_LED

_WORK = ("Đã khảo sát", "Đã họp với", "Đã nghiệm thu tại", "Đã tập huấn cho", "Hoàn thành khảo sát tại")
_texts = st.builds("{} {} đơn vị, có báo cáo kèm theo.".format, st.sampled_from(_WORK), st.integers(2, 400))
_names = st.builds(
    "{}, {}".format, st.sampled_from(("Lê Văn C", "Phạm Thị D")), st.sampled_from(("chuyên viên", "PGĐ"))
)
_days = st.dates(ISSUED_ON, RECEIVED_ON)


def _as_typed(day: date) -> st.SearchStrategy[Any]:
    return st.sampled_from(
        (day, datetime(day.year, day.month, day.day), f"{day:%d/%m/%Y}", f"{day.day}-{day.month}-2025")
    )


def _percent(number: int) -> st.SearchStrategy[Any]:
    return st.sampled_from((number, float(number), f"{number}%", f"{number},0", f" {number} % "))


@st.composite
def _rows(draw: st.DrawFn, has_deadline: bool) -> dict[str, Any]:
    """Contents of a row that a task with or without a deadline may have."""
    status = draw(
        st.sampled_from(("Chưa thực hiện", "Đang thực hiện", "HOÀN THÀNH") if has_deadline else ("Thường xuyên",))
    )
    row: dict[str, Any] = {"status": status, "percent": None, "result": draw(_texts), "obstacles": draw(_texts)}
    row |= {"product": None, "completed_on": None, "person": draw(_names), "accountable": draw(_names)}
    if status == "Chưa thực hiện":
        return row | {"percent": draw(_percent(0)), "result": draw(st.sampled_from((None, "Chưa có hướng dẫn")))}
    if status == "HOÀN THÀNH":
        row |= {"product": draw(_texts), "completed_on": draw(_days.flatmap(_as_typed))}
        return row | {"percent": draw(_percent(100))}
    return row | {"percent": draw(st.integers(1, 99).flatmap(_percent))}


@given(_rows(True), _rows(True), _rows(False), _rows(True), _rows(True), _texts)
def test_properly_filled_rows_are_clean(
    one: dict[str, Any],
    two: dict[str, Any],
    three: dict[str, Any],
    four: dict[str, Any],
    seven: dict[str, Any],
    helped: str,
) -> None:
    rows = zip(ALL_LED, (one, two, three, four, seven), strict=True)
    case = all_of(*(fill(task, **raw) for task, raw in rows), fill(HELPED, result=helped))(clean_case())
    found = check(case, RULES)
    assert [f for f in found if f.severity is not Severity.INFO] == []
    answers = {answer.task: answer for answer in answers_of(case, found)}
    assert all(answers[task].is_whole for task in ALL_LED)


@given(
    st.dictionaries(st.sampled_from(("status", "percent", "result", "product", "completed_on", "person")), st.text())
)
def test_whatever_is_typed_rules_never_raise(raw: dict[str, str]) -> None:
    case = all_of(fill(ONE, **raw), fill(FOUR, **raw), fill(HELPED, **raw))(clean_case())
    found = check(case, RULES)
    assert all(finding.sheet == "Báo cáo" and finding.task for finding in found)
