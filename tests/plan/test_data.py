"""The real plan: what notice 27/TB-UBND says, read by hand, and who reports on it when."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tracker.dates import Calendar, Period
from tracker.errors import ConfigError
from tracker.model import DeadlineKind, Plan, Role, TaskState
from tracker.plan.data import empty_plan, packaged_names, packaged_plan
from tracker.vietnamese import clean_text, fold

FEBRUARY, MARCH, JULY = date(2025, 2, 25), date(2025, 3, 20), date(2025, 7, 1)

# item: leads, coordinators, deadline
NOTICE: dict[str, tuple[list[str], list[str], date | None]] = {
    "1.1": (["các sở, ngành, địa phương"], [], date(2025, 2, 20)),
    "1.2": (["Văn phòng UBND tỉnh"], ["Sở Khoa học và Công nghệ"], date(2025, 2, 20)),
    "2.1": (["Sở Khoa học và Công nghệ"], [], None),
    "2.2": (["Sở Khoa học và Công nghệ"], ["Văn phòng UBND tỉnh"], None),
    "3.1": (["Sở Thông tin và Truyền thông"], ["các sở, ngành, cơ quan, đơn vị liên quan"], date(2025, 2, 25)),
    "3.2": (["Sở Thông tin và Truyền thông"], ["Văn phòng UBND tỉnh"], date(2025, 3, 10)),
    "4": (["các sở, ban, ngành, địa phương"], [], date(2025, 2, 26)),
    "4.a": (["các sở, ngành, địa phương"], [], None),
    "4.b": (["các sở, ngành, địa phương"], [], None),
    "4.c": (["các sở, ngành, địa phương"], [], None),
    "4.d.1": (["Sở Thông tin và Truyền thông"], [], date(2025, 3, 31)),
    "4.d.2": (["Sở Thông tin và Truyền thông"], [], date(2025, 4, 30)),
    "4.d.3": (["Sở Thông tin và Truyền thông"], [], None),
    "4.e": (["Sở Tài nguyên và Môi trường"], [], date(2025, 12, 31)),
    "4.f": (["Công an tỉnh"], ["các ngân hàng"], None),
    "4.g": (["Ngân hàng Nhà nước Việt Nam chi nhánh tỉnh Hải Dương"], [], None),
    "4.h": (["Cục Thuế tỉnh"], [], date(2025, 3, 31)),
    "4.i": (["Sở Tài chính"], [], date(2025, 6, 30)),
    "4.k": (["Sở Giao thông vận tải"], ["các cơ quan, đơn vị liên quan"], date(2025, 3, 30)),
    "4.l": (["Sở Y tế"], ["các cơ quan, đơn vị liên quan"], date(2025, 4, 30)),
    "4.m": (["Thanh tra tỉnh"], ["Văn phòng UBND tỉnh", "Sở Nội vụ"], None),
    "4.n": (["Đài Phát thanh và Truyền hình tỉnh", "Báo Hải Dương", "Cổng thông tin điện tử tỉnh"], [], None),
    "5": (["các đồng chí Phó Chủ tịch UBND tỉnh"], [], None),
    "6": (["Tổ Giúp việc Ban Chỉ đạo"], [], date(2025, 3, 10)),
    "7": (["các sở, ngành, địa phương"], [], None),
}
PHRASES = {
    "1.1": "trước 10 giờ ngày 20/02/2025",
    "1.2": "trong ngày 20/02/2025",
    "2.1": "khẩn trương",
    "3.1": "trước ngày 25/02/2025",
    "3.2": "hoàn thành trước ngày 10/3/2025",
    "4": "chậm nhất vào ngày 26/02/2025",
    "4.a": "Kịp thời",
    "4.d.1": "hoàn thành trước ngày 31/3/2025",
    "4.d.2": "hoàn thành trước ngày 30/4/2025",
    "4.d.3": "Khẩn trương",
    "4.e": "hoàn thành trong quý IV năm 2025",
    "4.h": "hoàn thành trong quý I năm 2025",
    "4.i": "hoàn thành trước ngày 30/6/2025",
    "4.k": "hoàn thành trước ngày 30/3/2025",
    "4.l": "hoàn thành trước ngày 30/4/2025",
    "4.m": "thường xuyên",
    "6": "trước ngày 10/3/2025",
    "7": "Định kỳ vào ngày 20 hàng tháng",
}
TASK_INDICATORS = {
    "4.b": (("27TB-4.b-CT1", ">=", 90), ("27TB-4.b-CT2", ">", 80)),
    "4.c": (("27TB-4.c-CT1", ">=", 100),),
    "4.d.2": (("27TB-4.d.2-CT1", ">=", 100),),
    "4.f": (("27TB-4.f-CT1", ">=", 100),),
}
DISTRICTS = {"tphd", "tpcl", "txkm", "hbg", "hcg", "hgl", "hkt", "hns", "hng", "hth", "htm", "htk"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return packaged_plan()


def leads_on(plan: Plan, item: str, day: date) -> list[str]:
    return [a.agency for a in plan.assignments(day) if a.task == f"27TB-{item}" and a.role is Role.LEAD]


def test_tasks_are_those_of_the_notice(plan: Plan) -> None:
    found = {task.item: (list(task.leads), list(task.coordinators), task.due_on) for task in plan.tasks}
    assert found == NOTICE
    assert [task.code for task in plan.tasks] == [f"27TB-{item}" for item in NOTICE]
    assert {(task.document, task.document_date) for task in plan.tasks} == {("27/TB-UBND", date(2025, 2, 21))}
    assert (len(plan.tasks), sum(task.due_on is not None for task in plan.tasks)) == (25, 13)


def test_deadline_phrases_are_the_notice_s_own(plan: Plan) -> None:
    assert {task.item: task.deadline_text for task in plan.tasks if task.deadline_text} == PHRASES


def test_kinds_of_deadline(plan: Plan) -> None:
    kinds = {kind: {t.item for t in plan.tasks if t.deadline_kind is kind} for kind in DeadlineKind}
    assert kinds[DeadlineKind.WITHIN] == {"1.2", "4.e", "4.h"}
    assert kinds[DeadlineKind.RECURRING] == {"7"}
    assert kinds[DeadlineKind.STANDING] == {"4.m", "5"}
    assert kinds[DeadlineKind.EVENT] == set()
    assert all(task.due_on is not None for task in plan.tasks if task.deadline_kind is DeadlineKind.FIXED)
    assert all(task.due_on is None for task in plan.tasks if task.deadline_kind is DeadlineKind.NONE)


def test_indicators_are_those_of_the_notice(plan: Plan) -> None:
    by_code = plan.indicator_by_code
    found = {t.item: tuple((c, by_code[c].op, by_code[c].target) for c in t.indicators) for t in plan.tasks}
    assert {item: given for item, given in found.items() if given} == TASK_INDICATORS
    assert len(plan.indicators) == 5
    assert {indicator.unit for indicator in plan.indicators} == {"%"}


def test_rulings_of_the_office(plan: Plan) -> None:
    assert {t.item for t in plan.tasks if t.state is not TaskState.IN_FORCE} == {"1.1", "1.2"}
    assert {t.item: t.reporters for t in plan.tasks if t.reporters} == dict.fromkeys("56", ("Văn phòng UBND tỉnh",))
    assert "Công an tỉnh" in plan.task_by_code["27TB-4.d.1"].note
    assert {t.leader for t in plan.tasks} == {""}


def test_contents_are_short_distinct_and_clean(plan: Plan) -> None:
    assert all(80 <= len(task.content) <= 250 for task in plan.tasks)
    assert None not in plan.task_by_text.values()
    assert all(task.content == clean_text(task.content) for task in plan.tasks)
    assert 5 <= len({task.category for task in plan.tasks}) <= 6


def test_names_mean_one_agency_each(plan: Plan) -> None:
    owners = Counter(
        key for a in plan.agencies for key in {fold(a.code), *map(fold, a.names)} | {a.code + " code"} if key
    )
    assert [name for name, count in owners.items() if count > 1] == []
    assert not {fold(group.name) for group in plan.groups} & set(plan.agency_by_name)
    assert len(plan.agencies) == 48


def test_nobody_is_invented(plan: Plan) -> None:
    assert {(a.emails, a.officer, a.phone) for a in plan.agencies} == {((), "", "")}
    assert (plan.leaders, plan.waivers) == ((), ())


def test_departments_of_the_notice_lead_until_they_merge(plan: Plan) -> None:
    assert leads_on(plan, "3.1", FEBRUARY) == ["stttt"]
    assert leads_on(plan, "4.e", FEBRUARY) == ["stnmt"]
    assert leads_on(plan, "4.k", FEBRUARY) == ["sgtvt"]


@pytest.mark.parametrize(
    ("item", "agency"),
    [
        ("3.1", "skhcn"),
        ("3.2", "skhcn"),
        ("4.d.1", "skhcn"),
        ("4.d.2", "skhcn"),
        ("4.d.3", "skhcn"),
        ("4.e", "snnmt"),
        ("4.g", "nhnnkv"),
        ("4.h", "cct5"),
        ("4.i", "stc"),
        ("4.k", "sxd"),
        ("4.l", "syt"),
        ("4.m", "ttt"),
        ("5", "vp"),
        ("6", "vp"),
    ],
)
def test_in_march_successors_answer(plan: Plan, item: str, agency: str) -> None:
    assert leads_on(plan, item, MARCH) == [agency]


def test_a_successor_reports_under_the_name_of_the_document(plan: Plan) -> None:
    (assignment,) = [a for a in plan.assignments(MARCH) if a.task == "27TB-4.e"]
    assert assignment.named_as == "Sở Tài nguyên và Môi trường"


def test_groups_expand_to_who_exists(plan: Plan) -> None:
    february, march, july = (set(leads_on(plan, "4.a", day)) for day in (FEBRUARY, MARCH, JULY))
    assert march - february == {"snnmt", "cct5", "nhnnkv"}
    assert february - march == {"stttt", "skhdt", "sgtvt", "stnmt", "snnptnt", "sldtbxh", "cucthue", "nhnn"}
    assert march - july == DISTRICTS
    assert july <= march


def test_joint_leads_and_groups_that_name_nobody(plan: Plan) -> None:
    assert leads_on(plan, "4.n", MARCH) == ["dai", "bao", "cttdt"]
    coordinating = {(a.task, a.agency) for a in plan.assignments(MARCH) if a.role is Role.COORDINATING}
    assert coordinating == {("27TB-2.2", "vp"), ("27TB-3.2", "vp"), ("27TB-4.m", "vp"), ("27TB-4.m", "snv")}


def test_ended_tasks_and_the_monthly_report_have_no_row(plan: Plan) -> None:
    assert {a.task for a in plan.assignments(MARCH)} == {f"27TB-{item}" for item in NOTICE} - {
        "27TB-1.1",
        "27TB-1.2",
        "27TB-7",
    }


@pytest.mark.parametrize(("day", "assignments", "agencies"), [(FEBRUARY, 176, 41), (MARCH, 156, 36), (JULY, 108, 24)])
def test_size_of_the_round(plan: Plan, day: date, assignments: int, agencies: int) -> None:
    assert len(plan.assignments(day)) == assignments
    assert len(plan.reporting_agencies(day)) == agencies


def test_days_off_of_2025_and_2026(plan: Plan) -> None:
    calendar = Calendar({day.day: day.is_working for day in plan.days})
    off = ["2025-01-01", "2025-01-27", "2025-01-31", "2025-04-07", "2025-04-30", "2025-05-01", "2025-05-02"]
    off += ["2025-09-01", "2025-09-02", "2026-01-01", "2026-01-02", "2026-02-16", "2026-02-20", "2026-04-27"]
    off += ["2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02"]
    assert [day for day in off if calendar.is_working(date.fromisoformat(day))] == []
    worked = ["2025-04-26", "2026-01-10", "2026-08-22"]
    assert [day for day in worked if not calendar.is_working(date.fromisoformat(day))] == []
    assert Period(2026, 2).effective_day(calendar) == date(2026, 2, 23)


def test_packaged_plans_are_named() -> None:
    assert packaged_names() == ("27-TB-UBND",)
    with pytest.raises(ConfigError) as caught:
        packaged_plan("hai-duong")
    assert (caught.value.key, caught.value.facts["known"]) == ("plan_unknown", ("27-TB-UBND",))


def test_the_empty_plan_is_empty() -> None:
    plan = empty_plan()
    assert (plan.tasks, plan.agencies, plan.groups, plan.indicators, plan.days) == ((), (), (), (), ())
