"""Sheets of groups: every line once under its task and once under its agency, folded, each agency on its own pages."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from tests.support.extremes import only_coordinating
from tests.support.months import make_month
from tracker.model import Counts, Month
from tracker.reports import sheets_grouped
from tracker.reports.sentences import leads_sentence
from tracker.reports.sheets_grouped import _roles
from tracker.reports.sheets_lines import status_text
from tracker.reports.workbook import write_workbook
from tracker.status import Status
from tracker.texts import say

HEADING_ROW = 4


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month()


@pytest.fixture(scope="module")
def book(month: Month) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))


def groups_of(sheet: Any) -> list[tuple[list[Any], list[list[Any]]]]:
    """(values of the first row, values of those that fold under it)."""
    found: list[tuple[list[Any], list[list[Any]]]] = []
    for row in range(HEADING_ROW + 1, sheet.max_row + 1):
        values = [cell.value for cell in sheet[row]]
        if sheet.row_dimensions[row].outlineLevel:
            found[-1][1].append(values)
        else:
            found.append((values, []))
    return found


def test_a_task_stands_once_with_its_agencies_under_it(month: Month, book: Any) -> None:
    groups = groups_of(book["Theo nhiệm vụ"])
    assert [head[1] for head, _ in groups] == [task.task.code for task in month.tasks]
    assert [head[5] for head, _ in groups] == [status_text(task.status) for task in month.tasks]
    for (head, rows), task in zip(groups, month.tasks, strict=True):
        assert (head[3], head[7]) == (None, leads_sentence(task))
        assert [row[1] for row in rows] == [task.task.code] * len(rows), "so that a filter keeps them"
        mine = [line for line in month.lines if line.task.code == task.task.code]
        assert [row[2] for row in rows] == [line.agency.name for line in mine]
        assert [row[3] for row in rows] == [say(f"role.{line.assignment.role}") for line in mine]
        assert [row[6] for row in rows] == [line.values.get("percent") for line in mine]


def test_an_agency_has_all_its_tasks_and_pages_of_its_own(month: Month, book: Any) -> None:
    sheet = book["Chi tiết theo cơ quan"]
    groups = groups_of(sheet)
    assert [head[2] for head, _ in groups] == [each.agency.name for each in month.agencies]
    for (head, rows), figures in zip(groups, month.agencies, strict=True):
        assert {row[3] for row in (head, *rows)} == {figures.agency.short}, "so that a filter keeps them"
        mine = [line for line in month.lines if line.agency.code == figures.agency.code]
        assert [row[1] for row in rows] == [line.task.code for line in mine]
    heads = [row for row in range(HEADING_ROW + 1, sheet.max_row + 1) if not sheet.row_dimensions[row].outlineLevel]
    assert [each.id for each in sheet.row_breaks.brk] == [row - 1 for row in heads[1:]]
    assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_of_standing_tasks_it_says_who_reported(month: Month, book: Any) -> None:
    standing = {task.task.code: task for task in month.tasks if task.status is Status.NO_DEADLINE}
    said = {head[1]: head[7] for head, _ in groups_of(book["Theo nhiệm vụ"]) if head[1] in standing}
    assert said == {
        code: f"{task.reported_leads}/{len(task.leads)} cơ quan chủ trì có báo cáo" for code, task in standing.items()
    }
    assert said


def test_roles_of_an_agency_leave_out_what_there_is_none_of() -> None:
    month = only_coordinating()
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 1)))["Chi tiết theo cơ quan"]
    figures = next(each for each in month.agencies if each.counts.total)
    said = {head[3]: head[8] for head, _ in groups_of(sheet)}
    assert said[figures.agency.short] == f"Chủ trì 1 lượt nhiệm vụ, hoàn thành {figures.counts.done}"
    both = next(each for each in make_month().agencies if each.coordinating and each.counts.total)
    told = _roles(both)
    assert told.splitlines()[1] == f"Phối hợp {both.coordinating} lượt nhiệm vụ"
    assert _roles(replace(both, counts=Counts({}))) == told.splitlines()[1]


def test_what_a_group_repeats_is_grey(book: Any) -> None:
    for name, col in (("Theo nhiệm vụ", 2), ("Chi tiết theo cơ quan", 4)):
        sheet = book[name]
        colours = {
            bool(sheet.row_dimensions[row].outlineLevel): sheet.cell(row, col).font.color.rgb
            for row in range(HEADING_ROW + 1, sheet.max_row + 1)
        }
        assert colours[True] == "FF595959" != colours[False]


def test_too_many_lines_are_not_grouped(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_grouped, "TABLE_ROWS_MAX", len(month.lines) - 1)
    made = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))
    for name in ("Theo nhiệm vụ", "Chi tiết theo cơ quan"):
        assert f"Kỳ này có {len(month.lines)} lượt nhiệm vụ" in str(made[name].cell(HEADING_ROW + 1, 1).value)
        assert made[name].max_row == HEADING_ROW + 1
    register = made["Tình hình gửi báo cáo"]
    assert not [c for (c,) in register.iter_rows(min_row=HEADING_ROW + 1, min_col=2, max_col=2) if c.hyperlink]
