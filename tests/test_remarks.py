"""The office's remarks from workbook to ledger and into later versions and periods: kept, carried, never lost."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.support.command import tracker
from tests.support.remarks import (
    CONFIRMED,
    DIRECTION,
    HEADING_ROW,
    VIEW,
    Desk,
    cell,
    column_of,
    edited,
    lines_of,
    remark,
    row_of,
    write,
)
from tests.support.workspace import PERIOD, Place, Post, with_addresses
from tracker import actions
from tracker.actions.copies import standing_remarks
from tracker.dates import Period, parse_instant
from tracker.intake.channel import Incoming
from tracker.ledger import copies
from tracker.ledger.store import dump_text
from tracker.model import RemarkColumn, RemarkKey
from tracker.remarks import heading_of
from tracker.status import Status
from tracker.texts import say

APRIL = Period(2025, 4)
ROW = ("27TB-2.1", "Sở KH&CN")
OTHER = ("27TB-2.2", "Sở KH&CN")
HELPER = ("27TB-2.2", "VP UBND tỉnh")
DONE = say("status.done_on_time")


@pytest.fixture
def desk(place: Place) -> Desk:
    """Version 1 of the month lies ready."""
    made = Desk(place)
    made.report()
    return made


def said(desk: Desk, row: tuple[str, str] = ROW, column: RemarkColumn = VIEW, period: Period = PERIOD) -> Any:
    """The values that stand in a cell of the office, by the ledger; None: nothing was ever said."""
    office = desk.place.office("2025-04-22T08:00")
    agency = next(each.code for each in office.plan.agencies if each.short == row[1])
    known = standing_remarks(office, period).get(RemarkKey(row[0], agency, column))
    return known.values if known else None


def codes(collected: list[dict[str, Any]]) -> list[list[str]]:
    return [each["codes"] for each in collected]


# --- read back, kept, carried -----------------------------------------------------------------------------------------


def test_what_the_office_writes_into_a_version_stands_in_the_next(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh tiến độ"), write(*OTHER, DIRECTION, "Báo cáo trước 25/3"))
    made = desk.report(now="2025-03-21T08:00")
    assert (made.version, made.is_new) == (2, True)
    assert [each.as_json()["remarks"] for each in made.read_back] == [2]
    assert remark(desk.book(2), *ROW, VIEW) == "Cần đẩy nhanh tiến độ"
    assert remark(desk.book(2), *OTHER, DIRECTION) == "Báo cáo trước 25/3"
    assert remark(desk.book(1), *ROW, VIEW) == "Cần đẩy nhanh tiến độ", "the office's own file stays"
    assert not desk.report(now="2025-03-21T09:00").is_new


def test_who_wrote_what_where_and_when_is_in_the_ledger(desk: Desk) -> None:
    def sign(book: Workbook) -> None:
        book.properties.lastModifiedBy = "Nguyễn Thị Lan"

    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"), sign)
    (taken,) = desk.collect("2025-03-21T09:30")
    (kept,) = copies.remarks_of(desk.place.office().engine)
    assert (kept.by, kept.file, kept.sha256) == ("Nguyễn Thị Lan", "tong-hop-2025-03-v1.xlsx", taken["sha256"])
    sheet = lines_of(load_workbook(io.BytesIO(desk.book(1))))
    place = sheet.cell(row_of(sheet, *ROW), column_of(sheet, heading_of(VIEW))).coordinate
    assert (kept.change.sheet, kept.change.cell) == ("Tổng hợp", place)
    assert kept.received_at == parse_instant("2025-03-21T09:30")


def test_it_is_archived_the_moment_it_is_read(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"))
    (taken,) = desk.collect()
    data = desk.book(1)
    assert desk.place.archived()[taken["sha256"]] == data
    assert list((desk.place.home / "workbooks/archive").rglob(f"{taken['sha256']}.*.json"))


def test_a_run_without_anything_new_leaves_no_trace(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"))
    desk.report(now="2025-03-21T08:00")
    before, archived = dump_text(desk.place.office().engine), desk.place.archived()
    assert actions.collect(desk.place.office("2025-03-21T10:00")) == []
    assert dump_text(desk.place.office().engine) == before
    assert desk.place.archived() == archived


def test_it_is_carried_into_the_next_period(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Theo dõi sát"), write(*ROW, CONFIRMED, DONE))
    made = desk.report(APRIL, "2025-04-21T17:00")
    assert made.version == 1
    data = desk.book(1, APRIL)
    assert (remark(data, *ROW, VIEW), remark(data, *ROW, CONFIRMED)) == ("Theo dõi sát", DONE)
    assert "O08" in [code for code, _ in desk.findings(APRIL, "2025-04-21T18:00")]
    desk.write(1, write(*ROW, VIEW, "Đã ổn"), period=APRIL)
    desk.collect("2025-04-22T08:00")
    assert said(desk, period=APRIL) == ("Đã ổn",)
    assert said(desk, period=PERIOD) == ("Theo dõi sát",), "what was said in March stays what March says"


# --- a confirmed status -----------------------------------------------------------------------------------------------


def test_a_confirmed_status_wins_and_both_are_shown(desk: Desk) -> None:
    before = actions.month_of(desk.place.office(), PERIOD)
    line = next(x for x in before.lines if x.task.code == ROW[0] and x.is_lead)
    assert line.status is not Status.DONE_ON_TIME and line.status is not None
    desk.write(1, write(*ROW, CONFIRMED, DONE))
    made = desk.report(now="2025-03-21T08:00")
    after = actions.month_of(desk.place.office(), PERIOD)
    assert after.by_task.of(Status.DONE_ON_TIME) == before.by_task.of(Status.DONE_ON_TIME) + 1
    data = desk.book(2)
    assert str(cell(data, *ROW, say("workbook.status"))).endswith(DONE)
    assert say(f"status.{line.status}") in str(cell(data, *ROW, say("workbook.flags")))
    board = (desk.place.home / made.files[-1]).read_text("utf-8")
    assert f"({ROW[0]})" in board and "Văn phòng xác nhận" in board
    with zipfile.ZipFile(desk.place.home / made.files[1]) as report:
        text = report.read("word/document.xml").decode()
    assert f"theo báo cáo: {say(f'status.{line.status}')}" in text
    (row,) = (
        each
        for each in actions.export(desk.place.office(), PERIOD)["assignments"]
        if (each["task"], each["agency_name"]) == (ROW[0], line.agency.name)
    )
    assert (row["status"], row["status_by_report"]) == ("done_on_time", line.status.value)
    assert row["office_status"] == "done_on_time"
    (traced,) = actions.trace(desk.place.office(), PERIOD, ROW[0], line.agency.code)
    assert (traced["status"], traced["status_by_report"]) == ("done_on_time", line.status.value)
    assert [(each["value"], each["file"]) for each in traced["office"]] == [
        ("done_on_time", "tong-hop-2025-03-v1.xlsx")
    ]


def test_a_status_on_a_helping_row_changes_nothing_and_is_told(desk: Desk) -> None:
    before = actions.month_of(desk.place.office(), PERIOD).by_task
    desk.write(1, write(*HELPER, CONFIRMED, DONE))
    desk.collect()
    assert actions.month_of(desk.place.office(), PERIOD).by_task == before
    assert [code for code, _ in desk.findings()] == ["O08"]


def test_a_status_that_is_none_is_told_and_not_used(desk: Desk) -> None:
    desk.write(1, write(*ROW, CONFIRMED, "Xong rồi"), write(*OTHER, CONFIRMED, f"✔ {DONE.upper()}"))
    assert codes(desk.collect()) == [["O04"]]
    assert said(desk, ROW, CONFIRMED) is None
    assert said(desk, OTHER, CONFIRMED) == ("done_on_time",)


# --- copies -----------------------------------------------------------------------------------------------------------


def test_a_copy_in_the_inbox_counts_whatever_it_is_called(desk: Desk) -> None:
    copy = edited(desk.book(1), write(*ROW, VIEW, "Ghi trong bản sao"))
    desk.place.drop("bản của chị Lan.xlsx", copy)
    (taken,) = desk.collect()
    assert (taken["agency"], taken["verdict"], taken["remarks"], taken["codes"]) == (None, "accepted", 1, [])
    assert desk.place.waiting() == set()
    assert said(desk) == ("Ghi trong bản sao",)
    status = actions.status(desk.place.office(), PERIOD)
    assert status["unidentified"] == [], "it is no return of anybody"
    assert {each["state"] for each in status["agencies"]} == {"missing"}


def test_the_same_copy_twice_changes_nothing(desk: Desk) -> None:
    copy = edited(desk.book(1), write(*ROW, VIEW, "Một lần"))
    desk.place.drop("a.xlsx", copy)
    desk.collect()
    desk.place.drop("b.xlsx", copy)
    desk.place.drop("c.xlsx", edited(copy), "2025-03-21T08:30")
    assert [each["verdict"] for each in desk.collect("2025-03-21T10:00")] == ["duplicate", "duplicate"]
    assert said(desk) == ("Một lần",)


def test_two_copies_that_differ_are_told_and_both_kept(desk: Desk) -> None:
    first, second = (edited(desk.book(1), write(*ROW, VIEW, text)) for text in ("Đồng ý", "Không đồng ý"))
    desk.place.drop("lan.xlsx", first, "2025-03-21T07:00")
    desk.place.drop("hung.xlsx", second, "2025-03-21T08:00")
    assert codes(desk.collect()) == [[], ["O05"]]
    assert said(desk) == ("Đồng ý", "Không đồng ý")
    (found,) = [row for row in actions.findings(desk.place.office(), PERIOD) if row["code"] == "O05"]
    assert (found["file"], found["task"], found["value"]) == ("hung.xlsx", ROW[0], "Không đồng ý")
    assert "lan.xlsx" in found["message"] and "Đồng ý" in found["message"]
    desk.report(now="2025-03-21T11:00")
    shown = str(remark(desk.book(2), *ROW, VIEW))
    assert shown.startswith("Đồng ý") and "Không đồng ý" in shown
    (disputed,) = actions.status(desk.place.office(), PERIOD)["remarks"]["disputed"]
    assert (disputed["task"], disputed["values"]) == (ROW[0], ["Đồng ý", "Không đồng ý"])
    told = tracker("status", "--period", str(PERIOD), "--home", desk.place.home)
    assert "Ý kiến Văn phòng chưa thống nhất: nhiệm vụ 27TB-2.1" in told.err
    traced = tracker("trace", ROW[0], "--period", str(PERIOD), "--home", desk.place.home)
    assert "hung.xlsx" in traced.out
    assert "Ý kiến chưa thống nhất" in str(cell(desk.book(2), *ROW, say("workbook.flags")))
    workbook = load_workbook(desk.path(2), data_only=True)
    assert any("O05" in row for row in workbook["Lỗi dữ liệu"].iter_rows(values_only=True))


@pytest.mark.parametrize("choice", ["Đồng ý", "Không đồng ý", "Để họp bàn", None])
def test_a_version_that_shows_both_settles_it(desk: Desk, choice: str | None) -> None:
    for text in ("Đồng ý", "Không đồng ý"):
        desk.place.drop(f"{text}.xlsx", edited(desk.book(1), write(*ROW, VIEW, text)))
    desk.collect()
    desk.report(now="2025-03-21T11:00")
    desk.write(2, write(*ROW, VIEW, choice))
    assert codes(desk.collect("2025-03-21T12:00")) == [[]]
    assert said(desk) == (choice or "",)
    assert desk.findings() == []


def test_two_confirmed_statuses_that_differ(desk: Desk) -> None:
    for status in (DONE, say("status.overdue")):
        desk.place.drop(f"{status}.xlsx", edited(desk.book(1), write(*ROW, CONFIRMED, status)))
    desk.collect()
    first, second = said(desk, ROW, CONFIRMED)
    assert {first, second} == {"done_on_time", "overdue"}
    desk.report(now="2025-03-21T11:00")
    shown = str(remark(desk.book(2), *ROW, CONFIRMED))
    assert say(f"status.{first}") in shown and say(f"status.{second}") in shown
    assert str(cell(desk.book(2), *ROW, say("workbook.status"))).endswith(say(f"status.{first}"))
    desk.write(2, write(*ROW, CONFIRMED, say(f"status.{first}")))
    desk.collect("2025-03-21T12:00")
    assert said(desk, ROW, CONFIRMED) == (first,)


def test_writing_on_in_the_same_workbook_contradicts_nobody(desk: Desk) -> None:
    for number, text in enumerate(("Một", "Hai", "Một", "Hai", None), 9):
        desk.write(1, write(*ROW, VIEW, text))
        assert codes(desk.collect(f"2025-03-21T{number:02}:00")) == [[]]
        assert said(desk) == (text or "",)


def test_an_old_copy_brings_back_nothing_that_was_settled(desk: Desk) -> None:
    old = edited(desk.book(1), write(*ROW, VIEW, "Ý cũ"))
    desk.place.drop("cu.xlsx", old)
    desk.collect()
    desk.report(now="2025-03-21T10:00")
    desk.write(2, write(*ROW, VIEW, None))
    desk.collect("2025-03-21T11:00")
    assert said(desk) == ("",)
    desk.place.drop("lại bản cũ.xlsx", edited(old))
    assert [each["verdict"] for each in desk.collect("2025-03-21T12:00")] == ["duplicate"]
    assert said(desk) == ("",)


# --- deletion ---------------------------------------------------------------------------------------------------------


def test_emptying_a_cell_of_the_version_that_shows_it_removes_it(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Tạm thời"), write(*ROW, CONFIRMED, DONE))
    desk.report(now="2025-03-21T08:00")
    desk.write(2, write(*ROW, VIEW, None), write(*ROW, CONFIRMED, None))
    desk.report(now="2025-03-21T10:00")
    assert (said(desk), said(desk, ROW, CONFIRMED)) == (("",), ("",))
    assert remark(desk.book(3), *ROW, VIEW) is None
    assert not str(cell(desk.book(3), *ROW, say("workbook.status"))).endswith(DONE)
    kept = [each.change.value for each in copies.remarks_of(desk.place.office().engine)]
    assert sorted(kept) == ["", "", "Tạm thời", "done_on_time"], "what was said before is on record"


def test_an_empty_cell_of_a_version_that_never_showed_it_removes_nothing(desk: Desk) -> None:
    empty = desk.book(1)
    desk.write(1, write(*ROW, VIEW, "Quan trọng"))
    desk.report(now="2025-03-21T08:00")
    desk.place.drop("bản trống.xlsx", edited(empty, write(*OTHER, VIEW, "Ý khác")))
    assert codes(desk.collect("2025-03-21T10:00")) == [[]]
    assert (said(desk), said(desk, OTHER)) == (("Quan trọng",), ("Ý khác",))


def test_emptied_by_one_and_changed_by_another(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Ban đầu"))
    desk.report(now="2025-03-21T08:00")
    for name, text in (("a.xlsx", "Sửa lại"), ("b.xlsx", None)):
        desk.place.drop(name, edited(desk.book(2), write(*ROW, VIEW, text)))
    assert codes(desk.collect("2025-03-21T10:00")) == [[], ["O05"]]
    assert said(desk) == ("Sửa lại", "")


def _without_stamp(book: Workbook) -> None:
    for name in list(book.custom_doc_props.names):  # type: ignore[attr-defined]
        del book.custom_doc_props[name]  # type: ignore[attr-defined]
    for row in lines_of(book).iter_rows(max_row=HEADING_ROW - 1):
        for each in row:
            if isinstance(each.value, str) and "TDTH1" in each.value:
                each.value = None


def test_a_copy_that_does_not_tell_its_version_adds_and_removes_nothing(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Đã ghi"))
    desk.report(now="2025-03-21T08:00")
    copy = edited(desk.book(2), write(*ROW, VIEW, None), write(*OTHER, VIEW, "Mới"), _without_stamp)
    desk.place.drop("chép tay.xlsx", copy)
    assert codes(desk.collect("2025-03-21T10:00")) == [["O06"]]
    assert (said(desk), said(desk, OTHER)) == (("Đã ghi",), ("Mới",))
    again = edited(desk.book(2), write(*ROW, VIEW, "Khác hẳn"), _without_stamp)
    desk.place.drop("chép tay 2.xlsx", again)
    assert codes(desk.collect("2025-03-21T11:00")) == [["O05", "O06"]]
    assert said(desk) == ("Đã ghi", "Khác hẳn")


# --- files that were written, and files that are not ------------------------------------------------------------------


def test_what_the_office_wrote_in_is_never_written_over(desk: Desk) -> None:
    """Not by the same version, one of whose files is gone; not by one whose number a dead run had taken."""
    desk.write(1, lambda book: book.create_sheet("Riêng của tôi"))
    mine = desk.book(1)
    desk.collect()
    (desk.place.home / f"outputs/{PERIOD}/bang-theo-doi.html").unlink()
    assert desk.report(now="2025-03-21T08:00").version == 1
    assert desk.book(1) == mine
    desk.path(2).write_bytes(edited(mine, write(*ROW, VIEW, "Ghi vào bản mồ côi")))
    made = desk.report(now="2025-03-21T09:00")
    assert (made.version, made.held_open) == (3, ("tong-hop-2025-03-v2.xlsx",))
    assert remark(desk.book(3), *ROW, VIEW) == "Ghi vào bản mồ côi"


def test_a_damaged_workbook_among_the_outputs_is_told_once(desk: Desk) -> None:
    desk.path(1).write_bytes(desk.book(1)[:2000])
    assert codes(desk.collect()) == [["F02"]]
    assert desk.collect("2025-03-21T10:00") == []
    rows = [row for row in actions.findings(desk.place.office(), PERIOD) if row["file"]]
    assert [(row["code"], row["file"]) for row in rows] == [("F02", "tong-hop-2025-03-v1.xlsx")]
    assert actions.status(desk.place.office(), PERIOD)["unidentified"] == []


def test_a_return_among_the_outputs_is_no_return(desk: Desk) -> None:
    path = desk.path(1).with_name("tong-hop-nham.xlsx")
    path.write_bytes(desk.place.filled("stc"))
    (taken,) = desk.collect()
    assert (taken["verdict"], taken["codes"], taken["agency"]) == ("refused", ["O02"], None)
    assert path.exists()
    assert {each["state"] for each in actions.status(desk.place.office(), PERIOD)["agencies"]} == {"missing"}


def test_a_hostile_copy_is_stopped_by_the_guard(guarded: Place) -> None:
    desk = Desk(guarded)
    desk.report()
    with zipfile.ZipFile(desk.path(1)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["docProps/custom.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["docProps/custom.xml"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    guarded.drop("bom.xlsx", buffer.getvalue())
    guarded.drop("tốt.xlsx", edited(desk.book(1), write(*ROW, VIEW, "Vẫn đọc được")))
    assert sorted(codes(desk.collect())) == [[], ["F04"]]
    assert said(desk) == ("Vẫn đọc được",)


def test_returns_are_collected_beside_it(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"))
    desk.place.drop("stc.xlsx", desk.place.filled("stc"))
    taken = {each["file"]: (each["agency"], each["answers"]) for each in desk.collect()}
    assert taken["tong-hop-2025-03-v1.xlsx"] == (None, 0)
    assert taken["stc.xlsx"][0] == "stc" and taken["stc.xlsx"][1] > 0


# --- rebuilt, rehearsed, asked ----------------------------------------------------------------------------------------


def test_rebuild_restores_remarks_conflicts_and_findings(desk: Desk) -> None:
    place = desk.place
    desk.write(1, write(*ROW, VIEW, "Một"), write(*ROW, CONFIRMED, DONE), write(*OTHER, CONFIRMED, "Sai"))
    desk.collect("2025-03-21T08:00")
    place.drop("x.xlsx", edited(desk.book(1), write(*OTHER, VIEW, "Hai")))
    desk.report(now="2025-03-21T09:00")
    desk.write(2, write(*ROW, VIEW, None))
    place.drop("y.xlsx", edited(desk.book(2), write(*ROW, VIEW, "Ba")))
    desk.collect("2025-03-21T10:00")
    desk.report(now="2025-03-21T11:00")
    before = dump_text(place.office().engine)
    found = actions.rebuild(place.home, parse_instant("2025-05-01T08:00"), dry_run=True)
    assert (found.troubles, found.differences, found.is_same) == ((), (), True)
    assert '"remark": [' in before and len(copies.remarks_of(place.office().engine)) >= 5


def test_a_rehearsal_reads_it_and_leaves_everything(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"))
    before, ledger = desk.place.tree(), dump_text(desk.place.office().engine)
    tried = tracker("report", "--period", str(PERIOD), "--home", desk.place.home, "--dry-run", "--json")
    assert (tried.json["version"], len(tried.json["read_back"])) == (2, 1)
    assert dump_text(desk.place.office().engine) == ledger
    assert {k: v for k, v in desk.place.tree().items() if "/logs/" not in k and "ledger" not in k} == {
        k: v for k, v in before.items() if "/logs/" not in k and "ledger" not in k
    }


def test_the_command_line_tells_of_it(desk: Desk) -> None:
    desk.write(1, write(*ROW, VIEW, "Cần đẩy nhanh"))
    ran = tracker("collect", "--home", desk.place.home, "--now", "2025-03-21T08:00", "--lang", "en")
    assert ran.status == 0
    assert "tong-hop-2025-03-v1.xlsx" in ran.err and "1 remarks of the office" in ran.err


def test_a_month_of_office_files_needs_no_libreoffice(desk: Desk, tmp_path: Path) -> None:
    """As openpyxl saves them: sorted, filtered, columns moved, sheets added and renamed."""

    def work(book: Workbook) -> None:
        sheet = lines_of(book)
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=HEADING_ROW + 1)]
        rows.sort(key=lambda row: str(row[2]), reverse=True)
        for number, row in enumerate(rows, HEADING_ROW + 1):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value
        sheet.auto_filter.ref = None
        sheet.row_dimensions[HEADING_ROW + 2].hidden = True
        sheet.insert_cols(1)
        sheet.cell(HEADING_ROW, 1).value = "Cột riêng"
        sheet.insert_rows(2)
        sheet.title = "Bản làm việc"
        book.create_sheet("Ghi chú", 0)

    copy = edited(desk.book(1), write(*ROW, VIEW, "Dòng này"), write(*HELPER, DIRECTION, "Dòng kia"), work)
    desk.place.drop("lam viec.xlsx", copy)
    assert codes(desk.collect()) == [[]]
    assert (said(desk), said(desk, HELPER, DIRECTION)) == (("Dòng này",), ("Dòng kia",))
    assert len(copies.remarks_of(desk.place.office().engine)) == 2


# --- by mail ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("Chánh Văn phòng <cvp@haiduong.example>", []),
        ("vanphong@haiduong.example", []),
        ("ai.do@gmail.com", ["O01"]),
        ("vp@skhcn.example", ["O01"]),
    ],
)
def test_by_mail_only_the_office_is_heard(desk: Desk, post: Post, sender: str, found: list[str]) -> None:
    """An address that gets the report, or one of the agency that bears the office's name."""
    with (desk.place.home / "tracker.toml").open("a") as file:
        file.write('[mail]\nreport_to = ["cvp@haiduong.example"]\n')
    office = desk.place.office("2025-03-21T09:00")
    office = with_addresses(office, vp="vanphong@haiduong.example", skhcn="vp@skhcn.example")
    post.bring(edited(desk.book(1), write(*ROW, VIEW, "Qua thư")), sender, "tong-hop.xlsx")
    (taken,) = actions.collect(office)
    assert taken.as_json()["codes"] == found
    assert said(desk) == (None if found else ("Qua thư",))


def test_what_a_stranger_mailed_counts_once_the_office_drops_it(desk: Desk, post: Post) -> None:
    copy = edited(desk.book(1), write(*ROW, VIEW, "Qua thư riêng"))
    post.bring(copy, "lan.nguyen@gmail.com")
    assert [each.examined.verdict.value for each in desk.place.collect("2025-03-21T09:00")] == ["refused"]
    post.waiting.append(Incoming("tha.xlsx", "tha.xlsx", copy, parse_instant("2025-03-21"), None, len(copy)))
    assert [each.examined.verdict.value for each in desk.place.collect("2025-03-21T10:00")] == ["accepted"]
    assert said(desk) == ("Qua thư riêng",)
    assert desk.findings() == []
