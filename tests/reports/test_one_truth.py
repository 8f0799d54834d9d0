"""Workbook, report and board say the same, and what a plain recount of the lines says, whatever the month."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.support.decree import Report, layout_problems
from tests.support.decree_elements import element_problems
from tests.support.extremes import EXTREMES, LONG
from tests.support.months import EFFECTIVE_DAY, make_month
from tests.support.sheets import sheet_problems
from tracker.config import Office
from tracker.model import Line, Month
from tracker.reports.board import write_board
from tracker.reports.word import write_report
from tracker.reports.workbook import write_workbook

WORDS = (
    "Hoàn thành đúng hạn",
    "Hoàn thành quá hạn",
    "Đang thực hiện trong hạn",
    "Đang thực hiện quá hạn",
    "Thường xuyên, không xác định thời hạn",
    "Đề nghị giao lại",
    "Tạm dừng",
)
ON_TIME, LATE, IN_TIME, OVERDUE, NO_DEADLINE, HANDED_BACK, SUSPENDED = WORDS
Figures = dict[str, tuple[int, int]]
"""By word: tasks, lead assignments; and "Tổng cộng"."""
FILES = ("a.xlsx", "b.docx")


def recounted(month: Month) -> Figures:
    """From status, completion date and deadline of each line alone."""
    by_task: defaultdict[str, list[str]] = defaultdict(list)
    for line in month.lines:
        if line.assignment.role.value == "lead":
            by_task[line.task.code].append(status_word(line))
    of_lines = Counter(word for words in by_task.values() for word in words)
    of_tasks = Counter(_of_task(words) for words in by_task.values())
    found = {word: (of_tasks[word], of_lines[word]) for word in WORDS}
    return found | {"Tổng cộng": (len(by_task), sum(map(len, by_task.values())))}


def status_word(line: Line) -> str:
    said, due = line.values.get("status"), line.task.extended_to or line.task.due_on
    done_on: date | None = line.values.get("completed_on")
    if line.task.state.value == "suspended":
        return SUSPENDED
    if said == "done":
        return LATE if due and done_on and done_on > due else ON_TIME
    if said == "hand_back":
        return HANDED_BACK
    if due is None:
        return NO_DEADLINE
    return OVERDUE if due < EFFECTIVE_DAY else IN_TIME


def _of_task(words: list[str]) -> str:
    return min(words, key=(OVERDUE, IN_TIME, NO_DEADLINE, HANDED_BACK, SUSPENDED, LATE, ON_TIME).index)


def of_workbook(data: bytes) -> Figures:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Tổng quan"]
    found = {}
    for row in sheet.iter_rows(min_row=10, max_row=17, max_col=4, values_only=True):
        label = re.sub(r"^\W ", "", str(row[0]))
        found[label] = (int(str(row[1])), int(str(row[3])))
    return found


def of_report(data: bytes) -> Figures:
    made = Report(data)
    for table in made.tables:
        rows = made.rows(table)
        if rows[0][1] == "Trạng thái":
            return {row[1]: (_number(row[2]), _number(row[4])) for row in rows[1:9]}
    return {}


def of_board(data: bytes) -> Figures:
    page: Any = html.document_fromstring(data.decode())
    found = {}
    for row in page.xpath('//table[caption/@id="status-table-c"]//tr[th[@scope="row"]]')[:8]:
        label = re.sub(r"^\W ", "", " ".join(row.xpath("string(th)").split()))
        cells = [cell.text_content().strip() for cell in row.xpath("td")]
        found[label] = (_number(cells[0]), _number(cells[2]))
    return found


def _number(text: str) -> int:
    return int(text.replace(".", ""))


def outputs(month: Month) -> tuple[bytes, bytes, bytes]:
    return write_workbook(month, 1), write_report(month, Office()), write_board(month, FILES)


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 12), st.integers(1, 16), st.integers(0, 10_000))
def test_three_outputs_and_a_recount_agree(agencies: int, tasks: int, seed: int) -> None:
    month = make_month(agencies, tasks, seed)
    workbook, report, board = outputs(month)
    assert of_workbook(workbook) == of_report(report) == of_board(board) == recounted(month)


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_right_in_every_output(name: str) -> None:
    month = EXTREMES[name]()
    workbook, report, board = outputs(month)
    assert sheet_problems(workbook) == []
    assert layout_problems(report) + element_problems(report) == []
    assert of_workbook(workbook) == of_board(board) == recounted(month)
    assert of_report(report) in ({}, recounted(month)) and bool(of_report(report)) is bool(month.tasks)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", board.decode())


def test_long_texts_are_whole_where_they_can_be() -> None:
    """Two thousand letters: whole in the workbook, cut with a mark in the report."""
    month = EXTREMES["two thousand letters"]()
    workbook, report, _ = outputs(month)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["Tổng hợp"]
    assert sheet["C5"].value == LONG.strip() or sheet["C5"].value == LONG
    assert (sheet.row_dimensions[5].height or 0) > 400
    made = Report(report)
    cells = [cell for table in made.tables for row in made.rows(table) for cell in row if cell.startswith(LONG[:40])]
    assert cells and all(len(cell) < 900 and cell.endswith("…") for cell in cells)
