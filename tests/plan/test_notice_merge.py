"""The draft as a clerk's workbook, and what its merge does to the plan and to the master sheet people made theirs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.notices.figures import HERE
from tests.support.command import tracker
from tracker.errors import NoticeError, PlanError
from tracker.model import DeadlineKind, Plan
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan
from tracker.plan.edit import edited
from tracker.plan.merge import Merge, conflict_text, merge
from tracker.plan.notice.draft import draft_notice
from tracker.plan.notice.model import Draft, Target
from tracker.plan.notice.review import Reviewed, ReviewedTask, build_review, deadline_kind, known_flags, read_review
from tracker.plan.sheet import read_plan

PLAN = packaged_plan()
LATER = date(2025, 4, 2)


def draft_of(name: str) -> Draft:
    return draft_notice((HERE / name).read_text("utf-8").splitlines(), PLAN)


def reviewed(*tasks: ReviewedTask) -> Reviewed:
    return Reviewed("61/TB-UBND", LATER, tasks)


def new_task(item: str = "1", **others: object) -> ReviewedTask:
    made = ReviewedTask(item, f"Lập danh mục dữ liệu mở số {item} của ngành.", ("Sở Tài chính",))
    return replace(made, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["real/27-TB-UBND.txt", "seen/bang-khanh-hoa.txt", "real/27-TB-UBND-scan.txt"])
def test_the_review_workbook_gives_the_draft_again(tmp_path: Path, name: str) -> None:
    draft, path = draft_of(name), tmp_path / "du-thao.xlsx"
    path.write_bytes(build_review(draft))
    read = read_review(path)
    assert (read.symbol, read.date) == (draft.document.symbol, draft.document.date)
    for task, given in zip(read.tasks, draft.tasks, strict=True):
        assert (task.item, task.content, task.leads, task.coordinators) == (
            given.item,
            given.content,
            given.leads,
            given.coordinators,
        )
        assert (task.due_on, task.deadline_kind) == (given.deadline.due_on, deadline_kind(given.deadline))
        assert [(t.name, t.op, t.value, t.unit) for t in task.targets] == [
            (t.name, t.op, t.value, t.unit) for t in given.targets
        ]


def test_every_flag_has_its_words() -> None:
    drafts = [draft_of(path.relative_to(HERE).as_posix()) for path in sorted(HERE.glob("*/*.txt"))]
    flags = {flag for draft in drafts for task in draft.tasks for flag in task.flags}
    assert len(flags) > 5 and flags <= known_flags()


def test_rows_the_clerk_declines_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "du-thao.xlsx"
    book = load_workbook(io.BytesIO(build_review(draft_of("real/27-TB-UBND.txt"))))
    book["Dự thảo"]["B2"] = "Không"
    book["Dự thảo"].delete_rows(4)
    book.save(path)
    assert [task.item for task in read_review(path).tasks][:3] == ["1.2", "2.2", "3.1"]


def test_what_is_no_draft_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "khac.xlsx"
    Workbook().save(path)
    with pytest.raises(NoticeError):
        read_review(path)
    book = load_workbook(io.BytesIO(build_review(draft_of("real/27-TB-UBND.txt"))))
    book["Dự thảo"]["K2"] = "ngày mai"
    book.save(path)
    with pytest.raises(PlanError):
        read_review(path)


# --- what a merge does ------------------------------------------------------------------------------------------------


def applied(plan: Plan, folder: Path, found: Merge) -> Plan:
    path = folder / "master.xlsx"
    path.write_bytes(edited(build_master(plan), found.edits))
    return read_plan(path)


def test_new_tasks_get_codes_and_a_second_run_adds_nothing(tmp_path: Path) -> None:
    given = reviewed(
        new_task("1", due_on=date(2025, 6, 30), deadline_kind=DeadlineKind.FIXED, deadline_text="trước ngày 30/6/2025"),
        new_task("2.a", coordinators=("các doanh nghiệp",), targets=(Target("Tỷ lệ hồ sơ", ">=", 90.0, "%"),)),
    )
    found = merge(PLAN, given)
    assert [task.code for task in found.added] == ["61TB-1", "61TB-2.a"]
    after = applied(PLAN, tmp_path, found)
    assert after.task_by_code["61TB-1"].due_on == date(2025, 6, 30)
    assert after.task_by_code["61TB-2.a"].indicators == ("61TB-2.a.CT1",)
    assert after.tasks[: len(PLAN.tasks)] == PLAN.tasks
    again = merge(after, given)
    assert not again.changes_something and again.matched == ("61TB-1", "61TB-2.a")


def test_the_packaged_notice_adds_nothing_to_its_own_plan(tmp_path: Path) -> None:
    path = tmp_path / "du-thao.xlsx"
    path.write_bytes(build_review(draft_of("real/27-TB-UBND.txt")))
    found = merge(PLAN, read_review(path))
    assert not found.changes_something and not found.conflicts
    assert len(found.matched) == len(PLAN.tasks)


def test_a_later_day_in_another_document_extends(tmp_path: Path) -> None:
    known = PLAN.task_by_code["27TB-4.l"]
    again = new_task("3", content=known.content, leads=known.leads, due_on=date(2025, 8, 31))
    found = merge(PLAN, reviewed(again))
    after = applied(PLAN, tmp_path, found).task_by_code["27TB-4.l"]
    assert (after.due_on, after.extended_to) == (known.due_on, date(2025, 8, 31))
    assert after.extension_document == "61/TB-UBND ngày 02/04/2025"
    assert not merge(read_plan(tmp_path / "master.xlsx"), reviewed(again)).changes_something


@pytest.mark.parametrize(
    ("task", "key"),
    [
        (new_task(leads=("Sở Vũ trụ",)), "unknown_agency"),
        (new_task(leads=("các cơ quan, đơn vị liên quan",)), "names_nobody"),
        (new_task(deadline_kind=DeadlineKind.FIXED, deadline_text="sớm"), "no_day"),
        (new_task(content=PLAN.task_by_code["27TB-4.l"].content, leads=("Sở Nội vụ",)), "same_content"),
        (
            new_task(
                content=PLAN.task_by_code["27TB-4.l"].content,
                leads=PLAN.task_by_code["27TB-4.l"].leads,
                due_on=date(2025, 4, 1),
            ),
            "day_earlier",
        ),
    ],
)
def test_what_a_person_must_settle_changes_nothing(task: ReviewedTask, key: str) -> None:
    found = merge(PLAN, reviewed(task))
    assert [conflict.key for conflict in found.conflicts] == [key]
    assert not found.changes_something
    assert f"Mục {task.item}" in conflict_text(found.conflicts[0])


def test_another_day_or_lead_for_the_same_item_is_shown() -> None:
    own = PLAN.task_by_code["27TB-3.1"]
    same = Reviewed(own.document, own.document_date, ())
    other_day = new_task(own.item, leads=own.leads, due_on=date(2025, 9, 9))
    assert [c.key for c in merge(PLAN, replace(same, tasks=(other_day,))).conflicts] == ["day_differs"]
    other_lead = new_task(own.item, leads=("Sở Y tế",))
    assert [c.key for c in merge(PLAN, replace(same, tasks=(other_lead,))).conflicts] == ["leads_differ"]


def test_a_person_somebody_reports_for_is_taken(tmp_path: Path) -> None:
    led = new_task(leads=("đồng chí Phó Chủ tịch Thường trực UBND tỉnh",), reporters=("Văn phòng UBND tỉnh",))
    found = merge(PLAN, reviewed(led))
    assert [task.code for task in found.added] == ["61TB-1"] and not found.conflicts
    assert applied(PLAN, tmp_path, found).task_by_code["61TB-1"].reporters == ("Văn phòng UBND tỉnh",)


def test_a_number_of_another_year_gets_the_year_too() -> None:
    given = Reviewed("27/TB-UBND", date(2026, 2, 3), (new_task(),))
    assert [task.code for task in merge(PLAN, given).added] == ["27TB26-1"]


def test_what_people_formatted_stays(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(build_master(PLAN)))
    page = book["Nhiệm vụ"]
    page["E3"].fill = PatternFill("solid", fgColor="FFFF00")
    page["E3"].comment = Comment("hỏi lại Sở", "vp")
    page.insert_cols(3)
    page["C1"], page["C5"] = "Ghi riêng", "=1+1"
    page.column_dimensions["F"].width = 77
    kept = io.BytesIO()
    book.save(kept)
    known = PLAN.task_by_code["27TB-4.l"]
    again = new_task("3", content=known.content, leads=known.leads, due_on=date(2025, 8, 31))
    made = load_workbook(io.BytesIO(edited(kept.getvalue(), merge(PLAN, reviewed(new_task(), again)).edits)))
    after, before = made["Nhiệm vụ"], book["Nhiệm vụ"]
    for row in before.iter_rows(max_row=len(PLAN.tasks) + 1):
        for cell in row:
            there = after[cell.coordinate]
            is_extension = (cell.column or 0) >= 16 and cell.row == 2 + PLAN.tasks.index(known)
            assert there.value == cell.value or is_extension, cell.coordinate
            assert there.fill.fgColor.rgb == cell.fill.fgColor.rgb and there.font.name == cell.font.name
    assert after["F3"].fill.fgColor.rgb == "00FFFF00" and after.column_dimensions["F"].width == 77
    assert len(after.data_validations.dataValidation) == len(before.data_validations.dataValidation)
    added = len(PLAN.tasks) + 2
    assert after.cell(added, 2).font.name == "Times New Roman"
    assert after.cell(added, 1).value == len(PLAN.tasks) + 1 and (after.row_dimensions[added].height or 0) > 20


def test_from_notice_to_master_by_commands(tmp_path: Path) -> None:
    home, notice = tmp_path / "ws", HERE / "seen" / "chung-han.txt"
    assert tracker("init", home, "--plan", "27-TB-UBND").status == 0
    path = home / "workbooks" / "notices" / "du-thao-199-TB-UBND.xlsx"
    would = tracker("notice", notice, "--home", home, "--dry-run")
    assert "Nếu chạy thật" in would.err and path.name in would.err.replace("\n", "") and not path.exists()
    drafted = tracker("notice", notice, "--home", home, "--json")
    assert drafted.status == 0
    assert set(drafted.json) == {"document", "tasks"} and len(drafted.json["tasks"]) == 6
    first = path.read_bytes()
    unsaid = tracker("notice", path, "--home", home)
    assert unsaid.status == 2 and "--into-master" in unsaid.err
    assert tracker("notice", notice, "--home", home).status == 0 and path.read_bytes() == first
    before = (home / "workbooks" / "master.xlsx").read_bytes()
    tried = tracker("notice", path, "--into-master", "--home", home, "--json", "--dry-run")
    assert len(tried.json["added"]) == 4 and (home / "workbooks" / "master.xlsx").read_bytes() == before
    merged = tracker("notice", path, "--into-master", "--home", home, "--json", "--now", "2025-06-05")
    assert merged.json["added"] == ["199TB-II.1.a", "199TB-II.1.b", "199TB-II.1.c", "199TB-II.3"]
    assert [each["key"] for each in merged.json["conflicts"]] == ["unknown_agency", "unknown_agency"]
    assert (home / "workbooks" / "notices" / "master-20250605-080000.xlsx").read_bytes() == before
    again = tracker("notice", path, "--into-master", "--home", home, "--json")
    assert again.json["added"] == [] and len(again.json["matched"]) == 4


def test_a_notice_nobody_reviewed_is_not_merged(tmp_path: Path) -> None:
    home, notice = tmp_path / "ws", HERE / "seen" / "chung-han.txt"
    tracker("init", home, "--plan", "27-TB-UBND")
    before = (home / "workbooks" / "master.xlsx").read_bytes()
    assert tracker("notice", notice, "--into-master", "--home", home).status == 2
    assert (home / "workbooks" / "master.xlsx").read_bytes() == before
    assert (home / "workbooks" / "notices" / "du-thao-199-TB-UBND.xlsx").exists()
    assert tracker("notice", notice, "--into-master", "--home", home).status == 0


def test_a_draft_needs_no_workspace(tmp_path: Path) -> None:
    ran = tracker("notice", HERE / "real" / "27-TB-UBND.txt", "--home", tmp_path, "--json")
    assert ran.status == 0 and len(ran.json["tasks"]) == 25
    assert list(tmp_path.iterdir()) == []
    first = ran.json["tasks"][0]
    assert (first["deadline"], first["deadline_bound"], first["deadline_time"]) == ("2025-02-20", "before", "10:00")
