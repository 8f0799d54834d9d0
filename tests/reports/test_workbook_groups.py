"""Sheets of groups: every line once under its task and once under its agency, folded, each agency on its own pages."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from tests.support.months import make_month
from tracker.model import Month
from tracker.reports import sheets_grouped
from tracker.reports.sheets_lines import status_text
from tracker.reports.workbook import write_workbook

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
        assert head[3] == f"{task.done_leads}/{len(task.leads)} cơ quan chủ trì hoàn thành"
        mine = [line for line in month.lines if line.task.code == task.task.code]
        assert [row[2] for row in rows] == [line.agency.name for line in mine]
        assert [row[6] for row in rows] == [line.values.get("percent") for line in mine]


def test_an_agency_has_all_its_tasks_and_pages_of_its_own(month: Month, book: Any) -> None:
    sheet = book["Chi tiết theo cơ quan"]
    groups = groups_of(sheet)
    assert [head[2] for head, _ in groups] == [each.agency.name for each in month.agencies]
    for (_, rows), figures in zip(groups, month.agencies, strict=True):
        mine = [line for line in month.lines if line.agency.code == figures.agency.code]
        assert [row[1] for row in rows] == [line.task.code for line in mine]
    heads = [row for row in range(HEADING_ROW + 1, sheet.max_row + 1) if not sheet.row_dimensions[row].outlineLevel]
    assert [each.id for each in sheet.row_breaks.brk] == [row - 1 for row in heads[1:]]
    assert sheet.sheet_properties.outlinePr.summaryBelow is False


def test_codes_lead_to_their_rows_of_the_summary(book: Any) -> None:
    lines, links = book["Tổng hợp"], 0
    for name in ("Theo nhiệm vụ", "Chi tiết theo cơ quan"):
        for (cell,) in book[name].iter_rows(min_row=HEADING_ROW + 1, min_col=2, max_col=2):
            if cell.hyperlink:
                links += 1
                assert lines[cell.hyperlink.location.rpartition("!")[2]].value == cell.value
    assert links > 20


def test_too_many_lines_are_not_grouped(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_grouped, "TABLE_ROWS_MAX", len(month.lines) - 1)
    made = openpyxl.load_workbook(io.BytesIO(write_workbook(month, 2)))
    for name in ("Theo nhiệm vụ", "Chi tiết theo cơ quan"):
        assert f"Kỳ này có {len(month.lines)} lượt nhiệm vụ" in str(made[name].cell(HEADING_ROW + 1, 1).value)
        assert made[name].max_row == HEADING_ROW + 1
