"""Sentences computed from figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.months import make_month
from tracker.model import Counts, Register, Role
from tracker.model.office import Remark, RemarkChange, RemarkColumn, RemarkKey, Standing
from tracker.reports.sentences import (
    agencies_in,
    extent,
    first_of,
    key_sentence,
    leads_sentence,
    overruled_sentence,
    rates_sentence,
    register_sentence,
)
from tracker.status import Status
from tracker.vietnamese import show_share


def test_every_part_with_its_share() -> None:
    counts = Counts(
        {
            Status.DONE_ON_TIME: 1200,
            Status.DONE_LATE: 34,
            Status.IN_TIME: 300,
            Status.OVERDUE: 40,
            Status.NO_DEADLINE: 20,
            Status.HANDED_BACK: 5,
            Status.SUSPENDED: 3,
        },
        not_reported=7,
        due=1000,
        due_done_on_time=900,
    )
    assert key_sentence(counts, "task") == (
        "Tổng số nhiệm vụ được giao: 1.602 nhiệm vụ; đã hoàn thành 1.234 nhiệm vụ, đạt 77,0% (đúng hạn 1.200, "
        "quá hạn 34); đang thực hiện 340 nhiệm vụ, chiếm 21,2% (trong hạn 300, quá hạn 40); thường xuyên, "
        "không xác định thời hạn "
        "20 nhiệm vụ; đề nghị giao lại 5 nhiệm vụ; tạm dừng 3 nhiệm vụ; trong đó 7 nhiệm vụ chưa có báo cáo trong kỳ."
    )
    assert rates_sentence(counts, "assignment") == (
        "Tỷ lệ hoàn thành trên tổng số lượt nhiệm vụ: 1.234/1.602, đạt 77,0%. "
        "Tỷ lệ hoàn thành đúng hạn trên số lượt nhiệm vụ đã đến hạn: 900/1.000, đạt 90,0%."
    )


def test_parts_that_are_0_are_left_out() -> None:
    counts = Counts({Status.OVERDUE: 3, Status.DONE_ON_TIME: 0})
    assert key_sentence(counts, "task") == (
        "Tổng số nhiệm vụ được giao: 3 nhiệm vụ; đang thực hiện 3 nhiệm vụ, chiếm 100,0% (quá hạn 3)."
    )
    assert rates_sentence(counts, "task").endswith("Trong kỳ chưa có nhiệm vụ nào đến hạn.")


def test_nothing_to_count() -> None:
    assert key_sentence(Counts({}), "task") == "Trong kỳ không có nhiệm vụ nào phải theo dõi."
    assert rates_sentence(Counts({}), "task") == ""


def test_register() -> None:
    register = make_month().register
    assert register_sentence(register).startswith(
        "5/8 cơ quan đã gửi báo cáo được tiếp nhận, đạt 62,5%; gửi đúng hạn 4;"
    )
    assert agencies_in(register, "missing") == ("Sở Y tế",)


def in_states(states: Iterable[str]) -> tuple[Register, ...]:
    agencies = (entry.agency for entry in make_month(12, 1).register)
    return tuple(Register(agency, state) for agency, state in zip(agencies, states, strict=False))


@pytest.mark.parametrize(
    ("states", "sentence"),
    [
        ((), "Trong kỳ không có cơ quan, đơn vị, địa phương nào phải gửi báo cáo."),
        (("missing",), "Có 1 cơ quan phải gửi báo cáo, đến nay chưa có cơ quan nào gửi."),
        (("missing",) * 8, "Có 8 cơ quan phải gửi báo cáo, đến nay chưa có cơ quan nào gửi."),
        (
            ("refused",) * 3,
            "Có 3 cơ quan phải gửi báo cáo, đến nay chưa có báo cáo nào được tiếp nhận; không tiếp nhận 3.",
        ),
        (
            ("held", "missing"),
            "Có 2 cơ quan phải gửi báo cáo, đến nay chưa có báo cáo nào được tiếp nhận; chờ Văn phòng xem xét 1; "
            "chưa gửi 1.",
        ),
        (("on_time",), "1/1 cơ quan đã gửi báo cáo được tiếp nhận, đạt 100,0%; gửi đúng hạn 1."),
    ],
)
def test_nothing_taken_is_not_a_share_of_0(states: tuple[str, ...], sentence: str) -> None:
    assert register_sentence(in_states(states)) == sentence


@pytest.mark.parametrize(
    ("silent", "total", "end"),
    [
        (1, 1, "nhiệm vụ này chưa có báo cáo trong kỳ."),
        (1, 3, "trong đó 1 nhiệm vụ chưa có báo cáo trong kỳ."),
        (3, 3, "tất cả nhiệm vụ đều chưa có báo cáo trong kỳ."),
        (0, 3, "đang thực hiện 3 nhiệm vụ, chiếm 100,0% (trong hạn 3)."),
    ],
)
def test_tasks_without_a_report_are_part_all_or_the_only_one(silent: int, total: int, end: str) -> None:
    assert key_sentence(Counts({Status.IN_TIME: total}, not_reported=silent), "task").endswith(f"; {end}")


def test_a_list_never_hides_a_single_item() -> None:
    assert [len(first_of(range(size), 3)) for size in (0, 3, 4, 5, 50)] == [0, 3, 4, 3, 3]
    assert [extent(*pair) for pair in ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2))] == [
        "none",
        "none",
        "one",
        "some",
        "all",
    ]


def test_tasks_with_another_status_are_named_up_to_the_one_left() -> None:
    month = make_month(2, 14)
    key = RemarkKey("", Role.LEAD, RemarkColumn.CONFIRMED)
    change = RemarkChange(key, Status.SUSPENDED.value, None, 0, "Tổng hợp", "Y5")
    said = Remark(change, 1, "2025-03", "tong-hop.xlsx", "0" * 64, "", datetime(2025, 3, 21, tzinfo=UTC))
    confirmed = {RemarkColumn.CONFIRMED: Standing(said)}
    leads = {line.task.code: line for line in month.lines if line.is_lead}
    for number, end in ((11, "27TB-3.3)."), (12, "27TB-3.2 và 2 nhiệm vụ khác).")):
        chosen = list(leads.values())[:number]
        lines = tuple(replace(line, remarks=confirmed, by_report=Status.OVERDUE) for line in chosen)
        assert overruled_sentence(replace(month, lines=lines)).endswith(end)


def test_leads_of_a_standing_task_report_and_are_not_counted_as_done() -> None:
    tasks = {task.status: task for task in make_month().tasks if len(task.leads) > 3}
    for status, task in tasks.items():
        total = len(task.leads)
        reported, done = f"{task.reported_leads}/{total} cơ quan chủ trì có báo cáo", f"{task.done_leads}/{total}"
        expected = reported if status is Status.NO_DEADLINE else f"{done} cơ quan chủ trì hoàn thành"
        assert leads_sentence(task) == expected
    assert {Status.NO_DEADLINE, Status.OVERDUE} <= tasks.keys()


@given(whole=st.integers(1, 50_000), data=st.data())
def test_shares_round_half_up_as_spreadsheets_do(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert show_share(part, whole) == f"{exact}%".replace(".", ",")
