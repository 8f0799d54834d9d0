"""Order of gates, waivers, trial mode, verdicts, and which answers may be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.support.cases import (
    ALL_LED,
    HELPED,
    PLAN,
    RECEIVED_ON,
    Change,
    again,
    all_of,
    before,
    clean_case,
    empty,
    figures,
    fill,
    identity,
    known,
    nil,
    report_row,
    returned,
)
from tracker.checks import RULES, Case, answers_of, check, verdict_of
from tracker.columns import ANSWERED
from tracker.model import Answer, Beside, Finding, Role, Severity, Verdict, Waiver

ONE, TWO, _, FOUR, SEVEN = ALL_LED
CT = "27TB-1.CT1"


def _check(*changes: Change, trial: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    return check(all_of(*changes)(clean_case()), RULES, trial)


def _codes(*changes: Change) -> list[str]:
    return [finding.code for finding in _check(*changes)]


def _answers(*changes: Change, trial: tuple[str, ...] = ()) -> dict[str, Answer]:
    case = all_of(*changes)(clean_case())
    return {answer.task: answer for answer in answers_of(case, check(case, RULES, trial))}


def _waived(rule: str, agency: str = "", task: str = "", until: date = RECEIVED_ON) -> Change:
    waiver = Waiver(rule, agency, task, "Chánh Văn phòng", "Chưa có số liệu", until)
    return known(plan=replace(PLAN, waivers=(waiver,)))


# --- gates ------------------------------------------------------------------------------------------------------------


def test_file_error_stops_there() -> None:
    assert _codes(known(period_state="closed"), fill(ONE, percent="?!x")) == ["F10"]


def test_file_gate_reports_everything_in_it() -> None:
    late_copy = (identity(state="missing"), known(is_late=True, sender_agency=None), returned(missing=("status",)))
    assert _codes(*late_copy) == ["F06", "F08", "F15", "F17"]


def test_unreadable_file_says_nothing_else() -> None:
    blank = known(gate_problem="damaged", agency=None, period=None, sender_agency=None)
    assert _codes(blank, returned(rows=(), missing=("status",))) == ["F02"]


def test_hold_does_not_stop() -> None:
    assert _codes(identity(state="altered"), fill(ONE, percent="x y")) == ["F07", "R03"]


def test_findings_come_in_the_order_of_gates() -> None:
    several = (known(is_late=True), figures(CT, value="?x"), fill(ONE, status="Đề nghị giao lại", person=None))
    assert _codes(*several, before(TWO, status="in_progress", percent=90.0)) == ["F15", "R19", "P08", "I01", "H01"]


def test_rule_that_lacks_its_column_is_not_asked() -> None:
    changes = (_waived("F17"), returned(missing=("percent",)), fill(FOUR, percent=90))
    assert _codes(*changes) == ["F17"]


# --- waivers and trial ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiver", "is_waived"),
    [
        (_waived("R02"), True),
        (_waived("R02", agency="skhcn", task=ONE), True),
        (_waived("R03"), False),
        (_waived("R02", agency="stc"), False),
        (_waived("R02", task=TWO), False),
        (_waived("R02", until=RECEIVED_ON - timedelta(days=1)), False),
    ],
)
def test_waiver_holds_for_its_rule_agency_task_and_time(waiver: Change, is_waived: bool) -> None:
    (finding,) = _check(fill(ONE, status="Gần xong"), waiver)
    assert bool(finding.waived_by) is is_waived
    assert finding.counts is not is_waived
    assert finding.blocks == (() if is_waived else ("status",))


def test_waived_finding_stays_with_the_name() -> None:
    (finding,) = _check(fill(FOUR, completed_on="25/03/2025"), _waived("R10"))
    assert (finding.code, finding.waived_by) == ("R10", "Chánh Văn phòng")
    assert _answers(fill(FOUR, completed_on="25/03/2025"), _waived("R10"))[FOUR].values["completed_on"].day == 25


def test_waived_hold_is_accepted() -> None:
    assert verdict_of(_check(identity(state="altered"), _waived("F07"))) is Verdict.ACCEPTED


def test_trial_rule_warns_and_blocks_nothing() -> None:
    late = fill(FOUR, completed_on="25/03/2025")
    (finding,) = _check(late, trial=("R10",))
    assert (finding.severity, finding.blocks) == (Severity.WARNING, ())
    assert "completed_on" in _answers(late, trial=("R10",))[FOUR].values
    assert "completed_on" not in _answers(late)[FOUR].values


def test_trial_leaves_information_alone() -> None:
    (finding,) = _check(fill(ONE, extension_to="30/06/2025"), trial=("R20",))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize("code", ["F05", "F10"])
def test_what_leaves_nothing_to_use_cannot_be_set_aside(code: str) -> None:
    bad = {"F05": returned(rows=()), "F10": known(period=None, period_state="unknown")}[code]
    (finding,) = _check(bad, _waived(code), trial=(code,))
    assert (finding.severity, finding.waived_by) == (Severity.ERROR, "")


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (known(), Verdict.ACCEPTED),
        (fill(ONE, extension_to="30/06/2025"), Verdict.ACCEPTED),
        (known(is_late=True), Verdict.ACCEPTED_WITH_FINDINGS),
        (fill(ONE, status=None), Verdict.ACCEPTED_WITH_FINDINGS),
        (identity(state="altered"), Verdict.HELD),
        (known(gate_problem="password"), Verdict.REFUSED),
        (all_of(identity(state="altered"), returned(missing=("status",))), Verdict.REFUSED),
        (known(beside=Beside("cells", "BC.xlsx")), Verdict.DUPLICATE),
        (all_of(known(beside=Beside("cells", "BC.xlsx")), identity(state="altered")), Verdict.HELD),
        (nil, Verdict.ACCEPTED_WITH_FINDINGS),
        (all_of(nil, empty(*ALL_LED, HELPED)), Verdict.ACCEPTED),
    ],
)
def test_verdict(change: Change, verdict: Verdict) -> None:
    assert verdict_of(_check(change)) is verdict


# --- answers ----------------------------------------------------------------------------------------------------------


def test_clean_return_gives_all_answers() -> None:
    answers = _answers()
    assert set(answers) == {*ALL_LED, HELPED, CT}
    assert all(answer.is_whole for answer in answers.values())
    one = answers[ONE]
    assert (one.values["status"], one.values["percent"], one.cells["percent"]) == ("in_progress", 60, "H12")
    assert (one.role, answers[HELPED].role, answers[CT].table) == (Role.LEAD, Role.COORDINATING, "indicator")
    assert answers[FOUR].values["completed_on"] == date(2025, 3, 14)


@pytest.mark.parametrize(
    ("change", "task", "blocked"),
    [
        (fill(ONE, status="Gần xong"), ONE, {"status"}),
        (fill(ONE, percent="60-70"), ONE, {"percent"}),
        (fill(ONE, extension_to="cuối năm"), ONE, {"extension_to"}),
        (fill(FOUR, percent=90), FOUR, {"status", "percent", "completed_on"}),
        (fill(FOUR, completed_on="25/03/2025"), FOUR, {"completed_on"}),
        (fill(FOUR, completed_on=date(2025, 5, 3)), FOUR, {"completed_on"}),
        (fill(FOUR, completed_on=date(2025, 1, 3)), FOUR, set()),
        (fill(FOUR, completed_on="15/02/2025"), FOUR, set()),
        (fill(ONE, percent=100), ONE, set()),
        (figures(CT, value="khoảng 92"), CT, {"value"}),
        (figures(CT, value=120, numerator=None), CT, {"numerator"}),
    ],
)
def test_what_an_error_blocks_is_not_used(change: Change, task: str, blocked: set[str]) -> None:
    kept = set(_answers()[task].values) - blocked
    assert set(_answers(change)[task].values) - {"extension_to"} == kept


def test_contradicting_row_keeps_its_text_and_is_not_whole() -> None:
    answer = _answers(fill(FOUR, percent=90))[FOUR]
    assert not answer.is_whole
    assert answer.values["result"] == "Đã trình UBND tỉnh ban hành kế hoạch."


@pytest.mark.parametrize(
    "change",
    [
        again(ONE, 30, percent=65),
        fill(ONE, content=PLAN.task_by_code[TWO].content),
        empty(ONE),
    ],
)
def test_rows_that_cannot_be_told_give_no_answer(change: Change) -> None:
    assert set(_answers(change)) == {*ALL_LED, HELPED, CT} - {ONE}


def test_altered_text_of_no_other_task_is_used() -> None:
    assert ONE in _answers(fill(ONE, content="Số hóa hồ sơ"))


def test_answers_of_others_are_never_used() -> None:
    foreign = report_row(PLAN.task_by_code["27TB-6"], 40, {"status": "Hoàn thành", "percent": 100})
    case = clean_case()
    changed = returned(rows=(*case.returned.rows, foreign))(case)
    assert "27TB-6" not in {answer.task for answer in answers_of(changed, check(changed, RULES))}


def test_every_error_below_the_file_gate_blocks_what_it_found() -> None:
    """R01 and P01 find nothing, so there is nothing to block."""
    from tests.checks.examples import EXAMPLES

    def errors(case: Case) -> list[Finding]:
        return [f for f in check(case, RULES) if f.severity is Severity.ERROR and f.code[0] != "F"]

    found = [each for example in EXAMPLES for each in errors(example.bad(clean_case()))]
    assert {each.code for each in found} >= {"R02", "R03", "R04", "R06", "R10", "R14", "R15", "P03", "P05", "I01"}
    assert {each.code for each in found if not each.blocks} == {"R01", "P01"}


def test_whole_row_blocks_cover_every_column_an_agency_fills() -> None:
    finding = next(f for f in _check(again(ONE, 30)) if f.code == "P03")
    assert {column.key for column in ANSWERED} <= set(finding.blocks)


def test_checking_changes_nothing() -> None:
    case = all_of(fill(ONE, status="x"), again(TWO, 30))(clean_case())
    assert check(case, RULES) == check(case, RULES) == check(replace(case), RULES)


def test_extension_decides_what_is_overdue() -> None:
    """Between the document's date, 30 June, and the extension to 15 July."""
    july = all_of(known(effective_day=date(2025, 7, 10)), fill(ONE, obstacles="Thiếu máy quét."))
    working = fill(SEVEN, status="Đang thực hiện", percent=50, result="Đã tập huấn tại 4 xã.")
    assert _codes(july, working) == []
    assert _codes(july, working, known(effective_day=date(2025, 7, 16))) == ["R12"]
