"""Views of the month in the workbook: their figures, what changed, what leads where; a plan of two documents."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.months import make_month
from tracker.model import Earlier, Month, Past, TaskLine
from tracker.reports.documents import document_counts
from tracker.reports.sheets_agencies import agency_rows
from tracker.reports.sheets_changes import change_of
from tracker.reports.sheets_lines import entries
from tracker.reports.sheets_views import by_document, by_leader
from tracker.reports.workbook import write_workbook
from tracker.status import Status
from tracker.texts import say

HEADING_ROW = 4
CELLS = "Ô của từng giá trị"
OTHER = ("726/KH-UBND", date(2025, 2, 20))


def two_documents(month: Month) -> Month:
    """Every third task is of another document."""

    def moved(task: TaskLine) -> TaskLine:
        other = replace(task.task, document=OTHER[0], document_date=OTHER[1])
        return replace(task, task=other, leads=tuple(replace(line, task=other) for line in task.leads))

    tasks = tuple(moved(task) if number % 3 == 0 else task for number, task in enumerate(month.tasks))
    by_code = {task.task.code: task.task for task in tasks}
    lines = tuple(replace(line, task=by_code[line.task.code]) for line in month.lines)
    documents = tuple(dict.fromkeys((task.task.document, task.task.document_date) for task in tasks))
    return replace(month, tasks=tasks, lines=lines, documents=documents)


def opened(month: Month, *, as_calculated: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)), data_only=as_calculated)


def table(sheet: Any) -> list[dict[str, Any]]:
    rows = sheet.iter_rows(min_row=HEADING_ROW, values_only=True)
    headings = next(rows)
    return [dict(zip(headings, row, strict=True)) for row in rows if any(value is not None for value in row)]


@settings(max_examples=8)
@given(st.integers(1, 9), st.integers(1, 14), st.integers(0, 10_000))
def test_groups_add_up_to_the_month(agencies: int, tasks: int, seed: int) -> None:
    month = two_documents(make_month(agencies, tasks, seed))
    for groups in (by_leader(month), by_document(month)):
        for status in Status:
            assert sum(group.counts.of(status) for group in groups) == month.by_task.of(status)
        assert sum(group.counts.due for group in groups) == month.by_task.due
    assignments = sum(each.by_assignment.total for each in document_counts(month))
    assert assignments == month.by_assignment.total


@pytest.mark.parametrize("name", ["Theo lãnh đạo", "Theo văn bản"])
def test_totals_are_formulas_with_their_values(name: str) -> None:
    month = two_documents(make_month())
    *groups, total = table(opened(month)[name])
    assert (total["Tổng số"], total["Đang thực hiện quá hạn"]) == (
        month.by_task.total,
        month.by_task.of(Status.OVERDUE),
    )
    assert total["Tỷ lệ hoàn thành"] == pytest.approx(month.by_task.done / month.by_task.total)
    assert len(groups) >= 2
    last = table(opened(month, as_calculated=False)[name])[-1]
    assert str(last["Đang thực hiện quá hạn"]).startswith("=SUM(")


def test_lines_can_be_filtered_by_document_and_leader() -> None:
    month = two_documents(make_month())
    rows = table(opened(month)["Tổng hợp"])
    assert [row["Văn bản giao"] for row in rows] == [line.task.document for line in month.lines]
    assert [row["Lãnh đạo phụ trách"] for row in rows] == [line.task.leader or "Chưa phân công" for line in month.lines]
    assert {"27/TB-UBND", "726/KH-UBND"} == {row["Văn bản giao"] for row in rows}


def test_codes_lead_to_their_findings() -> None:
    month = make_month()
    book = opened(month)
    sheet, findings = book["Tổng hợp"], book["Lỗi dữ liệu"]
    links = {cell.row: cell.hyperlink.location for cell in sheet["B"] if cell.hyperlink}
    noted = {(f.agency, f.task) for f, _ in month.findings if f.task}
    wanted = [line for line in month.lines if (line.agency.code, line.task.code) in noted]
    assert len(links) == len(wanted) > 3
    for row, location in links.items():
        target = findings[location.partition("!")[2].replace("$", "")].row
        assert sheet.cell(row, 2).value in str(findings.cell(target, 4).value)


def test_due_soon_and_obstacles_are_those_of_the_lines() -> None:
    month = make_month()
    book = opened(month)
    soon = table(book["Sắp đến hạn"])
    assert len(soon) == sum(line.is_due_soon for line in month.lines) > 0
    left = [re.fullmatch(r"⚠ ([0-7]) ngày", row["Số ngày còn lại"]) for row in soon]
    days = [int(each[1]) for each in left if each]
    assert days == sorted(days) and len(days) == len(soon)
    keys = ("obstacles", "proposal", "extension_to")
    voiced = [line for line in month.lines if any(line.values.get(key) for key in keys)]
    assert len(table(book["Khó khăn, kiến nghị"])) == len(voiced) > 0


def test_indicators_stand_against_their_targets() -> None:
    month = make_month()
    rows = [row for row in table(opened(month)["Chỉ tiêu"]) if row["Mã chỉ tiêu"]]
    assert [row["Thực hiện"] for row in rows] == pytest.approx([i.value for i in month.indicators])
    assert [str(row["Đánh giá"])[0] for row in rows] == [
        {True: "✔", False: "✖", None: "○"}[i.is_met] for i in month.indicators
    ]


def test_figures_of_agencies_add_up_to_the_province() -> None:
    """Those that count; the sources of all stand below those of the lines, with file, sheet and cells."""
    month = make_month()
    rows = table(opened(month)["Số liệu chỉ tiêu"])
    for line in month.indicators:
        mine = [row for row in rows if row["Mã chỉ tiêu"] == line.indicator.code]
        counted = [row for row in mine if row["Tính vào toàn tỉnh"] == "Có"]
        assert len(mine) == len(line.parts)
        assert sum(row["Tử số"] for row in counted) == (line.numerator or 0)
        assert sum(row["Mẫu số"] for row in counted) == (line.denominator or 0)
        assert all(row["Tính vào toàn tỉnh"] == "○ Chưa có số liệu" for row in mine if row["Tử số"] is None)
        assert all(row["Tệp"] and row["Trang tính"] == "Chỉ tiêu" and "Tử số G" in row[CELLS] for row in counted)
    sources = [row["Mã nhiệm vụ, chỉ tiêu"] for row in table(opened(month)["Nguồn số liệu"])]
    wanted = [line.indicator.code for line in month.indicators for *_, source in line.parts if source]
    assert sources[-len(wanted) :] == wanted != []


def test_a_value_without_its_figures_does_not_count() -> None:
    month = make_month()
    first, *others = month.indicators
    agency, _, source = first.parts[0]
    lone = replace(first, parts=((agency, {"value": 91.0}, source), *first.parts[1:]))
    single = replace(first, parts=((agency, {"value": 91.0}, source),), numerator=None, denominator=None, value=91.0)
    said = []
    for line in (lone, single):
        row = table(opened(replace(month, indicators=(line, *others)))["Số liệu chỉ tiêu"])[0]
        said.append((row["Giá trị"], row["Tính vào toàn tỉnh"]))
    assert said == [(91, "Không (thiếu tử số hoặc mẫu số)"), (91, "Có")]


def test_agencies_are_ranked_by_their_update_rate() -> None:
    month = make_month(11, 9, 4)
    ranked = [(row["Tỷ lệ cập nhật"], row["Xếp hạng cập nhật"]) for row in table(opened(month)["Theo cơ quan"])[:-1]]
    assert len(ranked) == len(agency_rows(month))
    for rate, rank in ranked:
        assert rank == 1 + sum(other > rate for other, _ in ranked)


@pytest.mark.parametrize(
    ("before", "now", "key", "told"),
    [
        ({"status": "in_progress", "percent": 60.0}, {"status": "done", "percent": 100.0}, "up", "Hoàn thành"),
        ({"status": "in_progress", "percent": 60.0}, {"status": "in_progress", "percent": 40.0}, "down", "60% → 40%"),
        ({"status": "done", "percent": 100.0}, {"status": "in_progress", "percent": 100.0}, "down", "Hoàn thành →"),
        ({"status": "in_progress", "percent": 60.0}, {"status": "in_progress", "percent": 60.0}, "same", ""),
        (None, {"status": "in_progress", "percent": 60.0}, "new", ""),
    ],
)
def test_what_changed(before: dict[str, Any] | None, now: dict[str, Any], key: str, told: str) -> None:
    entry = next(e for e in entries(make_month()) if e.line.is_lead and e.line.is_reported)
    past = Past("2025-02", before) if before else None
    change = change_of(replace(entry, line=replace(entry.line, previous=past, values=now)))
    assert change.key == key
    assert told in change.what
    silent = change_of(replace(entry, line=replace(entry.line, is_reported=False)))
    assert silent.key == "silent"


def test_what_stayed_the_same_is_not_listed_and_a_first_month_lists_nothing() -> None:
    month = make_month()
    keys = [change_of(entry).key for entry in entries(month)]
    assert len(table(opened(month)["So với kỳ trước"])) == len(keys) - keys.count("same")
    first = replace(month, lines=tuple(replace(line, previous=None) for line in month.lines))
    assert opened(first)["So với kỳ trước"]["A5"].value == "Không có nội dung."


def test_the_trend_stands_beside_the_changes() -> None:
    month = make_month()
    before = Earlier("2025-02", "tháng 02/2025", month.by_task, month.by_assignment, 4, 8)
    sheet = opened(replace(month, earlier=(before,)))["So với kỳ trước"]
    assert [sheet.cell(row, 9).value for row in (5, 6, 7)] == ["tháng 02/2025", "tháng 3/2025", None]
    assert sheet.cell(6, 11).value == month.by_task.done


def test_charts_of_the_overview_draw_the_figures_of_their_sheets() -> None:
    """Status, agencies, the periods and the targets, on the one page that is printed."""
    month = make_month()
    before = Earlier("2025-02", "tháng 02/2025", month.by_task, month.by_assignment, 4, 8)
    book = opened(replace(month, earlier=(before,)))
    sheet = book["Tổng quan"]
    charts = sheet._charts
    drawn = [chart.series[0].val.numRef.f for chart in charts]
    assert drawn == [
        "'Tổng quan'!$B$10:$B$16",
        "'Tổng quan'!$P$3:$P$10",
        "'So với kỳ trước'!$M$5:$M$6",
        "'Chỉ tiêu'!$J$5:$J$8",
    ]
    shares = [book["So với kỳ trước"].cell(row, 13).value for row in (5, 6)]
    assert shares == [pytest.approx(month.by_task.done / month.by_task.total)] * 2
    _, last = sheet.print_area.split("!")[1].replace("$", "").split(":")
    assert all(
        chart.anchor._from.row < sheet[last].row and chart.anchor._from.col < sheet[last].column for chart in charts
    )


def test_without_a_past_or_targets_the_overview_says_so() -> None:
    sheet = opened(replace(make_month(), indicators=()))["Tổng quan"]
    assert len(sheet._charts) == 2
    said = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert {say("workbook.no_trend"), say("workbook.no_progress")} <= set(said)
