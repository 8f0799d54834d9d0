"""The month: DESIGN section 7 from returns to statuses, who wins row by row, and sums that hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.cases import (
    ALL_LED,
    EFFECTIVE_DAY,
    FINANCE,
    PLAN,
    SCIENCE,
    Change,
    empty,
    figures,
    fill,
    known,
    nil,
    suspended,
    without,
)
from tests.support.sendings import Sent, at, month_of, sent, values_of
from tracker.errors import ReportError
from tracker.model import (
    Answer,
    Counts,
    DeadlineKind,
    Finding,
    Line,
    Month,
    Plan,
    Register,
    Role,
    Severity,
    TaskLine,
    TaskState,
    Verdict,
)
from tracker.reports.figures import assert_sums
from tracker.reports.register import with_findings
from tracker.status import Status

OVERDUE_TASK = "27TB-2"  # due 10/3
STANDING_TASK = "27TB-3"  # no deadline
LATER_TASK = "27TB-4"  # due 30/4
SHARED_TASK = "27TB-5"  # led by Finance, helped by Science
DONE: Mapping[str, Any] = {
    "status": "Hoàn thành",
    "percent": 100,
    "result": "Đã ban hành kế hoạch số 812.",
    "product": "Kế hoạch số 812/KH-UBND ngày 3/3/2025",
    "completed_on": datetime(2025, 3, 7),
    "obstacles": None,
}
GOING: Mapping[str, Any] = {
    "status": "Đang thực hiện",
    "percent": 60,
    "result": "Đã làm xong 3 trong 5 phần việc.",
    "product": None,
    "completed_on": None,
    "obstacles": "Thiếu kinh phí.",
}


def line_of(month: Month, task: str, agency: str = SCIENCE.code) -> Line:
    return next(line for line in month.lines if (line.task.code, line.agency.code) == (task, agency))


def task_of(month: Month, task: str) -> TaskLine:
    return next(line for line in month.tasks if line.task.code == task)


def register_of(month: Month, agency: str = SCIENCE.code) -> Register:
    return next(entry for entry in month.register if entry.agency.code == agency)


def codes(month: Month) -> list[str]:
    return [finding.code for finding, _ in month.findings]


def plan_with(task: str, **fields: Any) -> Plan:
    tasks = tuple(replace(each, **fields) if each.code == task else each for each in PLAN.tasks)
    return replace(PLAN, tasks=tasks)


# --- what a row says, and what follows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "row", "status", "days_late"),
    [
        (OVERDUE_TASK, DONE, Status.DONE_ON_TIME, 0),
        (OVERDUE_TASK, {**DONE, "completed_on": datetime(2025, 3, 10)}, Status.DONE_ON_TIME, 0),
        (OVERDUE_TASK, {**DONE, "completed_on": datetime(2025, 3, 11)}, Status.DONE_LATE, 1),
        (OVERDUE_TASK, {**DONE, "completed_on": None}, Status.DONE_LATE, 9),
        (OVERDUE_TASK, {**DONE, "completed_on": "31/02/2025"}, Status.DONE_LATE, 9),
        (OVERDUE_TASK, {**DONE, "completed_on": datetime(2025, 5, 20)}, Status.DONE_LATE, 9),
        (LATER_TASK, {**DONE, "completed_on": None}, Status.DONE_ON_TIME, 0),
        (OVERDUE_TASK, GOING, Status.OVERDUE, 10),
        (OVERDUE_TASK, {**GOING, "percent": 100}, Status.OVERDUE, 10),
        (OVERDUE_TASK, {**GOING, "status": "Chưa thực hiện", "percent": 0}, Status.OVERDUE, 10),
        (OVERDUE_TASK, {**GOING, "status": "Thường xuyên"}, Status.OVERDUE, 10),
        (OVERDUE_TASK, {**GOING, "status": "Đề nghị giao lại"}, Status.HANDED_BACK, 0),
        (LATER_TASK, GOING, Status.IN_TIME, 0),
        (LATER_TASK, {**GOING, "status": "Thường xuyên"}, Status.IN_TIME, 0),
        (STANDING_TASK, GOING, Status.NO_DEADLINE, 0),
        (STANDING_TASK, {**GOING, "status": "Chưa thực hiện", "percent": None}, Status.NO_DEADLINE, 0),
        (STANDING_TASK, DONE, Status.DONE_ON_TIME, 0),
    ],
)
def test_what_a_row_says(task: str, row: Mapping[str, Any], status: Status, days_late: int) -> None:
    line = line_of(month_of(sent(fill(task, **row))), task)
    assert (line.status, line.days_late, line.is_reported) == (status, days_late, True)


@pytest.mark.parametrize(("due_in_days", "is_due_soon"), [(0, True), (7, True), (8, False), (-1, False)])
def test_due_soon(due_in_days: int, is_due_soon: bool) -> None:
    plan = plan_with(LATER_TASK, due_on=EFFECTIVE_DAY + timedelta(days=due_in_days))
    month = month_of(sent(fill(LATER_TASK, **GOING)), plan=plan)
    assert line_of(month, LATER_TASK).is_due_soon is is_due_soon
    assert task_of(month, LATER_TASK).is_due_soon is is_due_soon
    assert line_of(month, LATER_TASK).status is (Status.OVERDUE if due_in_days < 0 else Status.IN_TIME)


def test_done_without_proof_waits_for_confirmation() -> None:
    month = month_of(sent(fill(OVERDUE_TASK, **{**DONE, "product": None})))
    assert (line_of(month, OVERDUE_TASK).awaits_confirmation, month.by_assignment.awaiting) == (True, 1)
    assert "R09" in codes(month)


def test_before_a_strict_day() -> None:
    """ "Trước ngày 10/3" leaves the tenth out only where the office is strict, and only of such deadlines."""
    row = fill(OVERDUE_TASK, **{**DONE, "completed_on": datetime(2025, 3, 10)})
    for text, strict, status in (
        ("trước ngày 10/3/2025", True, Status.DONE_LATE),
        ("trước ngày 10/3/2025", False, Status.DONE_ON_TIME),
        ("chậm nhất ngày 10/3/2025", True, Status.DONE_ON_TIME),
    ):
        plan = plan_with(OVERDUE_TASK, deadline_text=text)
        month = month_of(sent(row), plan=plan, deadline_is_strict=strict)
        assert line_of(month, OVERDUE_TASK).status is status


def test_an_extension_counts_a_wish_does_not() -> None:
    row = fill(OVERDUE_TASK, **GOING, extension_to=datetime(2025, 5, 1))
    assert line_of(month_of(sent(row)), OVERDUE_TASK).status is Status.OVERDUE
    plan = plan_with(OVERDUE_TASK, extended_to=date(2025, 5, 1))
    assert line_of(month_of(sent(row), plan=plan), OVERDUE_TASK).status is Status.IN_TIME


def test_a_suspended_task() -> None:
    plan = plan_with(OVERDUE_TASK, state=TaskState.SUSPENDED)
    month = month_of(sent(suspended(OVERDUE_TASK), without(OVERDUE_TASK)), plan=plan)
    line = line_of(month, OVERDUE_TASK)
    assert (line.status, line.is_reported, month.by_task.of(Status.SUSPENDED)) == (Status.SUSPENDED, True, 1)


@pytest.mark.parametrize("state", [TaskState.ENDED, TaskState.REPEALED])
def test_tasks_that_are_over_are_in_no_count(state: TaskState) -> None:
    month = month_of(plan=plan_with(OVERDUE_TASK, state=state))
    assert OVERDUE_TASK not in {line.task.code for line in month.lines}
    assert month.by_task.total == len(PLAN.tasks) - 1


def test_the_monthly_report_itself_is_in_no_count() -> None:
    month = month_of(plan=plan_with(STANDING_TASK, deadline_kind=DeadlineKind.RECURRING))
    assert month.by_task.total == len(PLAN.tasks) - 1


# --- when a row says nothing usable -----------------------------------------------------------------------------------


def february(*changes: Change) -> Sent:
    return sent(*changes, period="2025-02", received_at=at("2025-02-19"))


def test_nothing_was_ever_sent() -> None:
    month = month_of()
    line = line_of(month, OVERDUE_TASK)
    assert (line.status, line.is_reported, line.source, dict(line.values)) == (Status.OVERDUE, False, None, {})
    assert month.by_task.not_reported == month.by_task.total == 7
    assert {entry.state for entry in month.register} == {"missing"}


def test_last_months_answer_stands_and_is_told_apart() -> None:
    month = month_of(february(fill(OVERDUE_TASK, **GOING)))
    line = line_of(month, OVERDUE_TASK)
    assert (line.status, line.is_reported, line.values["percent"]) == (Status.OVERDUE, False, 60)
    assert line.source is not None
    assert line.source.period == "2025-02"
    assert line.previous is not None
    assert line.previous.values["percent"] == 60


def test_a_row_left_empty() -> None:
    month = month_of(february(fill(LATER_TASK, **GOING)), sent(empty(LATER_TASK)))
    line = line_of(month, LATER_TASK)
    assert (line.is_reported, line.values["percent"], line.status) == (False, 60, Status.IN_TIME)
    assert [(f.code, f.task) for f, _ in month.findings] == [("R01", LATER_TASK)]


@pytest.mark.parametrize(
    ("before", "status"),
    [(GOING, Status.OVERDUE), ({**DONE, "completed_on": datetime(2025, 2, 25)}, Status.DONE_ON_TIME)],
)
def test_a_row_that_contradicts_itself_leaves_the_last_accepted_answer(
    before: Mapping[str, Any], status: Status
) -> None:
    """Hoàn thành with 80 %: its text is used, its status not."""
    first = sent(fill(OVERDUE_TASK, **before), period="2025-02", received_at=at("2025-02-27"))
    month = month_of(first, sent(fill(OVERDUE_TASK, **{**DONE, "percent": 80})))
    line = line_of(month, OVERDUE_TASK)
    assert (line.status, line.is_reported) == (status, True)
    assert line.values["result"] == DONE["result"]
    assert line.values["percent"] == before["percent"]
    assert line.source is not None
    assert line.source.period == "2025-03"


def test_a_row_that_contradicts_itself_and_nothing_before() -> None:
    line = line_of(month_of(sent(fill(LATER_TASK, **{**DONE, "percent": 80}))), LATER_TASK)
    assert (line.status, line.reported, line.is_reported) == (Status.IN_TIME, None, True)


def test_a_status_that_is_not_listed() -> None:
    month = month_of(february(fill(OVERDUE_TASK, **DONE)), sent(fill(OVERDUE_TASK, **{**GOING, "status": "Sắp xong"})))
    assert line_of(month, OVERDUE_TASK).status is Status.DONE_ON_TIME


def test_done_again_without_a_date_makes_nothing_later() -> None:
    """First called done on 5 March in the March return; April and May repeat it, without a date."""
    undated = fill(OVERDUE_TASK, **{**DONE, "completed_on": None})
    march = sent(undated, received_at=at("2025-03-05"))
    april = sent(undated, period="2025-04", received_at=at("2025-04-15"))
    may = sent(undated, period="2025-05", received_at=at("2025-05-15"))
    for sendings, period in (((march,), "2025-03"), ((march, april), "2025-04"), ((march, april, may), "2025-05")):
        assert line_of(month_of(*sendings, period=period), OVERDUE_TASK).status is Status.DONE_ON_TIME
    going = sent(fill(OVERDUE_TASK, **GOING), period="2025-04", received_at=at("2025-04-15"))
    assert line_of(month_of(march, going, may, period="2025-05"), OVERDUE_TASK).status is Status.DONE_LATE


def test_what_was_done_needs_no_further_report() -> None:
    finished = fill(OVERDUE_TASK, **{**DONE, "completed_on": datetime(2025, 2, 25)})
    month = month_of(sent(finished, fill(LATER_TASK, **GOING), period="2025-02", received_at=at("2025-02-27")))
    assert line_of(month, OVERDUE_TASK).is_reported
    assert not line_of(month, LATER_TASK).is_reported


def test_a_nil_return_counts_as_a_report() -> None:
    month = month_of(february(fill(LATER_TASK, **GOING)), sent(nil, empty(*ALL_LED, SHARED_TASK)))
    assert all(line.is_reported for line in month.lines if line.agency == SCIENCE)
    assert register_of(month).is_nil
    assert line_of(month, LATER_TASK).values["percent"] == 60, "nothing changed: last month's answer stands"


# --- several returns --------------------------------------------------------------------------------------------------


def test_a_correction_wins_row_by_row() -> None:
    first = sent(fill(OVERDUE_TASK, **GOING), fill(LATER_TASK, **GOING), received_at=at("2025-03-17"))
    second = sent(fill(OVERDUE_TASK, **DONE), empty(LATER_TASK), received_at=at("2025-03-18"))
    month = month_of(first, second)
    assert line_of(month, OVERDUE_TASK).status is Status.DONE_ON_TIME
    assert values_of(month, LATER_TASK)["percent"] == 60, "left blank: the earlier answer stays"
    sources = {line.task.code: line.source.submission for line in month.lines if line.source}
    assert (sources[OVERDUE_TASK], sources[LATER_TASK]) == (2, 1)


def test_within_a_row_the_newer_one_counts_whole() -> None:
    """A cell emptied on purpose is empty: rows win, not cells."""
    first = sent(fill(LATER_TASK, **GOING, proposal="Đề nghị bố trí kinh phí."), received_at=at("2025-03-17"))
    month = month_of(first, sent(fill(LATER_TASK, **GOING, proposal=None)))
    assert "proposal" not in values_of(month, LATER_TASK)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_time_of_receipt_decides_not_the_order_of_recording(order: tuple[int, int]) -> None:
    both = (
        sent(fill(LATER_TASK, **GOING), received_at=at("2025-03-17")),
        sent(fill(LATER_TASK, **{**GOING, "percent": 70}), received_at=at("2025-03-18")),
    )
    assert values_of(month_of(*(both[n] for n in order)), LATER_TASK)["percent"] == 70


@pytest.mark.parametrize("verdict", [Verdict.HELD, Verdict.REFUSED, Verdict.DUPLICATE])
def test_what_is_not_accepted_changes_nothing(verdict: Verdict) -> None:
    first = sent(fill(LATER_TASK, **GOING), received_at=at("2025-03-17"))
    month = month_of(first, sent(fill(LATER_TASK, **DONE), verdict=verdict))
    assert values_of(month, LATER_TASK)["percent"] == 60


def test_a_return_of_another_period_is_not_this_months() -> None:
    april = sent(fill(LATER_TASK, **DONE), period="2025-04", received_at=at("2025-03-19"))
    assert line_of(month_of(april), LATER_TASK).reported is None


def test_a_task_with_two_leads() -> None:
    plan = plan_with(SHARED_TASK, leads=(FINANCE.name, SCIENCE.name), coordinators=())
    mine = Answer("report", SHARED_TASK, Role.LEAD, "Báo cáo", 9, _answered("done"), {})
    theirs = replace(mine, values=_answered("in_progress"))
    first, second = Sent((mine,)), Sent((theirs,), agency=FINANCE.code)
    half = task_of(month_of(first, plan=plan), SHARED_TASK)
    assert (half.status, half.is_reported, half.reported_leads, half.done_leads) == (Status.IN_TIME, False, 1, 1)
    both = month_of(first, second, plan=plan)
    assert (task_of(both, SHARED_TASK).status, task_of(both, SHARED_TASK).is_reported) == (Status.IN_TIME, True)
    finished = replace(second, answers=(replace(mine, values={**_answered("done"), "completed_on": date(2025, 4, 2)}),))
    assert task_of(month_of(first, finished, plan=plan), SHARED_TASK).status is Status.DONE_LATE
    assert month_of(first, second, plan=plan).by_assignment.total == 8
    assert month_of(first, second, plan=plan).by_task.total == 7


def _answered(status: str) -> dict[str, Any]:
    return {"status": status, "percent": 50.0, "completed_on": date(2025, 3, 7)}


def test_a_coordinating_agency_has_no_status_of_its_own() -> None:
    month = month_of(sent())
    line = line_of(month, SHARED_TASK)
    assert (line.status, line.is_lead, line.is_reported) == (None, False, True)
    assert task_of(month, SHARED_TASK).coordinating == (line,)
    counts = next(each for each in month.agencies if each.agency == SCIENCE)
    assert (counts.counts.total, counts.coordinating, counts.coordinating_reported) == (5, 1, 1)


def test_a_successor_goes_on_where_its_predecessor_stopped() -> None:
    """Sở TT&TT sent the February return; Sở KH&CN answers for it from March on."""
    before = replace(february(fill(LATER_TASK, **GOING)), agency="stttt")
    month = month_of(before)
    line = line_of(month, LATER_TASK)
    assert (line.agency, line.values["percent"], line.is_reported) == (SCIENCE, 60, False)
    assert "stttt" not in {entry.agency.code for entry in month.register}
    mixed = month_of(before, replace(sent(fill(LATER_TASK, **DONE)), agency="stttt"))
    assert line_of(mixed, LATER_TASK).status is Status.DONE_ON_TIME
    assert register_of(mixed).state == "on_time"


# --- register and findings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("instant", "state"), [("16:59:59", "on_time"), ("17:00:00", "late")])
def test_late_begins_at_midnight_local_time(instant: str, state: str) -> None:
    received = datetime.fromisoformat(f"2025-03-20T{instant}").replace(tzinfo=UTC)
    entry = register_of(month_of(sent(received_at=received)))
    assert (entry.state, entry.received_at) == (state, received)


def test_a_late_correction_makes_nobody_late() -> None:
    entry = register_of(month_of(sent(received_at=at("2025-03-18")), sent(received_at=at("2025-03-25"))))
    assert (entry.state, len(entry.files), entry.received_at) == ("on_time", 2, at("2025-03-18"))


def test_a_refused_return_in_time_and_a_good_one_late() -> None:
    refused = sent(received_at=at("2025-03-18"), verdict=Verdict.REFUSED, answers=())
    entry = register_of(month_of(refused, sent(received_at=at("2025-03-25"))))
    assert (entry.state, len(entry.files)) == ("late", 2)


@pytest.mark.parametrize(
    ("verdicts", "state"),
    [
        ((Verdict.REFUSED,), "refused"),
        ((Verdict.HELD,), "held"),
        ((Verdict.HELD, Verdict.REFUSED), "held"),
        ((Verdict.REFUSED, Verdict.ACCEPTED), "on_time"),
        ((Verdict.ACCEPTED, Verdict.REFUSED), "on_time"),
        ((Verdict.DUPLICATE,), "missing"),
    ],
)
def test_the_state_of_the_register(verdicts: tuple[Verdict, ...], state: str) -> None:
    sendings = [sent(verdict=each, received_at=at("2025-03-17", 8 + n)) for n, each in enumerate(verdicts)]
    assert register_of(month_of(*sendings)).state == state


def test_the_register_counts_what_still_has_to_be_looked_at() -> None:
    entry = register_of(month_of(sent(fill(OVERDUE_TASK, **{**DONE, "percent": 80}), empty(LATER_TASK))))
    assert (entry.errors, entry.warnings) == (2, 0)


def test_the_register_counts_a_problem_of_many_cells_once_and_what_shows_across_returns() -> None:
    vague = {**GOING, "result": "Đang triển khai"}
    month = month_of(sent(fill(OVERDUE_TASK, **vague), fill(LATER_TASK, **vague)))
    assert codes(month) == ["R16", "R16"]
    assert register_of(month).warnings == 1
    across = Finding("R01", Severity.WARNING, SCIENCE.code, OVERDUE_TASK, "Báo cáo", "G12")
    waived = replace(across, cell="G13", waived_by="Chánh Văn phòng")
    told = with_findings(month, ((across, ""), (waived, "")))
    assert codes(told) == ["R16", "R16", "R01", "R01"]
    assert register_of(told).warnings == 2


@pytest.mark.parametrize(
    ("day", "until"), [("2025-03-17", None), ("2025-03-20", None), ("2025-03-24", date(2025, 3, 24))]
)
def test_figures_count_what_came_after_the_day_of_the_report_and_say_so(day: str, until: date | None) -> None:
    month = month_of(sent(fill(OVERDUE_TASK, **DONE), received_at=at(day)))
    assert month.counted_until == until
    assert month.as_of == (until or month.effective_day)
    refused = sent(known(period_state="closed"), received_at=at("2025-03-28"))
    assert month_of(sent(fill(OVERDUE_TASK, **DONE), received_at=at(day)), refused).counted_until == until


def test_a_later_return_clears_the_findings_of_an_earlier_one_row_by_row() -> None:
    bad = sent(
        fill(OVERDUE_TASK, **{**DONE, "percent": 80}),
        fill(LATER_TASK, **{**GOING, "result": "Đang triển khai"}),
        received_at=at("2025-03-17"),
    )
    assert set(codes(month_of(bad))) == {"R06", "R16"}
    mended = month_of(bad, sent(fill(OVERDUE_TASK, **DONE), empty(LATER_TASK)))
    assert [(f.code, f.task) for f, _ in mended.findings] == [("R16", LATER_TASK)], "left out, but answered before"
    assert codes(month_of(bad, sent())) == []
    assert line_of(mended, LATER_TASK).finding_count == 1


def test_findings_of_a_refused_correction_stand_beside_those_of_what_counts() -> None:
    first = sent(fill(LATER_TASK, **{**GOING, "result": "Đang triển khai"}), received_at=at("2025-03-17"))
    refused = sent(known(period_state="closed"))
    assert refused.verdict is Verdict.REFUSED
    assert set(codes(month_of(first, refused))) == {"R16", "F10"}
    later = sent(received_at=at("2025-03-20"))
    assert codes(month_of(first, refused, later)) == []


def test_findings_of_a_file_of_nobody_stand() -> None:
    stray = replace(sent(known(gate_problem="damaged", gate_facts={"why": "x"})), agency="")
    assert codes(month_of(stray, sent())) == ["F02"]


# --- indicators -------------------------------------------------------------------------------------------------------


def test_an_indicator_is_the_sum_of_its_parts() -> None:
    (first, *_) = month_of(sent()).indicators
    assert (first.value, first.numerator, first.denominator, first.is_met) == (92.0, 1840, 2000, True)
    assert (first.reported, first.expected, first.tasks) == (1, 1, ("27TB-1",))


def test_several_parts_are_weighed() -> None:
    plan = plan_with(SHARED_TASK, indicators=("27TB-1.CT1",))
    part = Answer("indicator", "27TB-1.CT1", Role.LEAD, "Chỉ tiêu", 5, {"numerator": 10.0, "denominator": 1000.0}, {})
    month = month_of(sent(), Sent((part,), agency=FINANCE.code), plan=plan)
    assert month.indicators[0].value == round(100 * 1850 / 3000, 2), "never the mean of 92 and 1"
    assert month.indicators[0].is_met is False
    lone = month_of(sent(), Sent((replace(part, values={"value": 50.0}),), agency=FINANCE.code), plan=plan)
    assert lone.indicators[0].value == 92.0, "a value without figures is no part of the sum"


def test_two_values_without_figures_give_none() -> None:
    plan = plan_with(SHARED_TASK, indicators=("27TB-1.CT1",))
    part = Answer("indicator", "27TB-1.CT1", Role.LEAD, "Chỉ tiêu", 5, {"value": 50.0}, {})
    mine = sent(figures("27TB-1.CT1", numerator=None, denominator=None))
    month = month_of(mine, Sent((part,), agency=FINANCE.code), plan=plan)
    assert (month.indicators[0].value, month.indicators[0].is_met, month.indicators[0].reported) == (None, None, 2)


def test_an_indicator_is_not_carried_over() -> None:
    month = month_of(february())
    assert (month.indicators[0].value, month.indicators[0].previous, month.indicators[0].reported) == (None, 92.0, 0)


# --- sums -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["by_task", "by_assignment", "agencies", "tasks", "lines"])
def test_sums_that_do_not_hold_stop_everything(field: str) -> None:
    month = month_of(sent())
    assert_sums(month)
    doctored: Any = {
        "by_task": Counts({**month.by_task.by_status, Status.OVERDUE: 99}),
        "by_assignment": Counts({**month.by_assignment.by_status, Status.OVERDUE: 99}),
        "agencies": month.agencies[1:],
        "tasks": month.tasks[1:],
        "lines": month.lines[1:],
    }[field]
    with pytest.raises(ReportError) as refused:
        assert_sums(replace(month, **{field: doctored}))
    assert refused.value.key == "sums_differ"


def test_a_status_moved_from_one_agency_to_another_is_seen() -> None:
    """Totals agree, parts do not."""
    month = month_of(sent())
    wrong = Counts({**month.by_assignment.by_status, Status.OVERDUE: month.by_assignment.of(Status.OVERDUE) + 1,
                    Status.IN_TIME: month.by_assignment.of(Status.IN_TIME) - 1})  # fmt: skip
    with pytest.raises(ReportError):
        assert_sums(replace(month, by_assignment=wrong))


# --- any month --------------------------------------------------------------------------------------------------------

PERIODS = ("2025-01", "2025-02", "2025-03")
LED = {SCIENCE.code: ALL_LED, FINANCE.code: (SHARED_TASK, "27TB-6")}

rows = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, "not_started", "in_progress", "done", "ongoing", "hand_back"]),
        "completed_on": st.none() | st.dates(date(2025, 2, 21), date(2025, 3, 20)),
        "product": st.sampled_from([None, "Văn bản số 1"]),
    }
)


@st.composite
def sendings(draw: st.DrawFn) -> Sent:
    agency = draw(st.sampled_from(["skhcn", "stc", "stttt"]))
    led = LED.get(agency, ALL_LED)
    period = draw(st.sampled_from(PERIODS))
    day = draw(st.integers(1, 28))
    said = draw(st.dictionaries(st.sampled_from(led), rows, max_size=len(led)))
    answers = tuple(
        Answer(
            "report", task, Role.LEAD, "Báo cáo", 9, {k: v for k, v in row.items() if v}, {}, row["status"] is not None
        )
        for task, row in said.items()
    )
    return Sent(
        answers,
        verdict=draw(st.sampled_from(list(Verdict)[:5])),
        agency=agency,
        period=period,
        received_at=at(f"{period}-{day:02d}"),
        is_nil=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(sendings(), max_size=10))
def test_any_month_counted_again_by_hand(sent_in: list[Sent]) -> None:
    month = month_of(*sent_in)
    by_hand = Recount(sent_in)
    assert {(line.agency.code, line.task.code): line.status for line in month.lines if line.is_lead} == by_hand.status
    assert {(line.agency.code, line.task.code) for line in month.lines if line.is_lead and line.is_reported} == (
        by_hand.reported
    )
    assert +Counter(dict(month.by_assignment.by_status)) == Counter(by_hand.status.values())
    assert month.by_assignment.not_reported == 7 - len(by_hand.reported)
    assert sum(month.by_task.by_status.values()) == 7


class Recount:
    """Statuses and reports of March, from the sendings alone, without pandas and without the tracker's merge."""

    def __init__(self, sent_in: list[Sent]) -> None:
        order = sorted(enumerate(sent_in), key=lambda pair: (pair[1].period, pair[1].received_at, pair[0]))
        accepted = [each for _, each in order if each.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS)]
        said: defaultdict[tuple[str, str], list[tuple[Sent, Answer]]] = defaultdict(list)
        self.reported: set[tuple[str, str]] = set()
        leads = {(agency, task) for agency, tasks in LED.items() for task in tasks}
        for each in accepted:
            agency = "skhcn" if each.agency == "stttt" else each.agency
            if each.is_nil and each.period == "2025-03":
                self.reported |= {lead for lead in leads if lead[0] == agency}
            for answer in each.answers:
                said[agency, answer.task].append((each, answer))
                if each.period == "2025-03":
                    self.reported.add((agency, answer.task))
        self.status: dict[tuple[str, str], Status] = {}
        for lead in leads:
            whole = [(each, answer.values) for each, answer in said[lead] if answer.is_whole]
            earlier = [values for each, values in whole if each.period < "2025-03"]
            if earlier and earlier[-1]["status"] == "done":
                self.reported.add(lead)
            self.status[lead] = self._status(lead[1], whole)

    def _status(self, task: str, whole: list[tuple[Sent, Mapping[str, Any]]]) -> Status:
        deadline = PLAN.task_by_code[task].extended_to or PLAN.task_by_code[task].due_on
        last = whole[-1][1]["status"] if whole else "not_started"
        if last == "done":
            completed = self._completed(whole)
            return Status.DONE_LATE if deadline and completed > deadline else Status.DONE_ON_TIME
        if last == "hand_back":
            return Status.HANDED_BACK
        if deadline is None:
            return Status.NO_DEADLINE
        return Status.OVERDUE if deadline < EFFECTIVE_DAY else Status.IN_TIME

    def _completed(self, whole: list[tuple[Sent, Mapping[str, Any]]]) -> date:
        """The day last stated since it was last not done, else the day of the first receipt."""
        run: list[tuple[Sent, Mapping[str, Any]]] = []
        for each, values in whole:
            run = [*run, (each, values)] if values["status"] == "done" else []
        stated = [values["completed_on"] for _, values in run if values.get("completed_on")]
        first: date = stated[-1] if stated else (run[0][0].received_at + timedelta(hours=7)).date()
        return first
