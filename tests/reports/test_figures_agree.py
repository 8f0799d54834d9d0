"""What workbook, report and board say of agencies, returns, findings and indicators is the same, table by table.

(`test_one_truth` does it for the statuses, against a plain recount.)
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from tests.reports.test_one_truth import IN_TIME, LATE, NO_DEADLINE, ON_TIME, OVERDUE, outputs, status_word
from tests.support.decree import Report
from tests.support.months import make_month
from tracker.model import Month

PARTS = {
    "Hoàn thành đúng hạn": (ON_TIME,),
    "Hoàn thành quá hạn": (LATE,),
    "Đang thực hiện trong hạn": (IN_TIME,),
    "Đang thực hiện quá hạn": (OVERDUE,),
    "Không thời hạn": (NO_DEADLINE,),
    "Giao lại, tạm dừng": ("Đề nghị giao lại", "Tạm dừng"),
}
Rows = list[dict[str, str]]
"""Texts by heading."""


@dataclass(frozen=True)
class Told:
    """The three outputs of a month, as tables of texts."""

    month: Month
    workbook: bytes
    report: bytes
    board: bytes

    @cached_property
    def sheets(self) -> Any:
        return openpyxl.load_workbook(io.BytesIO(self.workbook), data_only=True)

    def sheet(self, name: str) -> Rows:
        rows = [list(row) for row in self.sheets[name].iter_rows(values_only=True)]
        top = next(number for number, row in enumerate(rows) if row[0] in ("TT", "Mã"))
        headings = [str(each) for each in rows[top]]
        found = [
            {h: "" if v is None else str(v) for h, v in zip(headings, row, strict=True)} for row in rows[top + 1 :]
        ]
        return [row for row in found if row.get("TT", "1").isdigit() and any(row.values())]

    def annex(self, number: int) -> Rows:
        made = Report(self.report)
        rows = made.rows(made.tables[number - 5])
        return [
            dict(zip(rows[0], row, strict=True)) for row in rows[2:] if len(row) == len(rows[0]) and row[0].isdigit()
        ]

    @cached_property
    def sentences(self) -> str:
        made = Report(self.report)
        return "\n".join(made.lines(made.first_section))

    @cached_property
    def of_board(self) -> dict[str, int]:
        """Numbers behind the headings: ✖ Lỗi (5 nội dung)."""
        page: Any = html.document_fromstring(self.board.decode())
        heads = (" ".join(each.text_content().split()) for each in page.xpath("//h3 | //summary"))
        found = (re.search(r"^\W*(.+?) \((\d+) (?:nội dung|cơ quan)\)", head) for head in heads)
        return {match[1]: int(match[2]) for match in found if match}


def months() -> st.SearchStrategy[Month]:
    return st.builds(make_month, st.integers(1, 10), st.integers(1, 14), st.integers(0, 10_000))


def told(month: Month) -> Told:
    return Told(month, *outputs(month))


def bare(text: str) -> str:
    """Without the symbol before it."""
    return re.sub(r"^[^\w]+", "", text)


@settings(max_examples=8, deadline=None)
@given(months())
def test_findings_are_counted_alike(month: Month) -> None:
    given = told(month)
    names = {entry.agency.short or entry.agency.name: entry.agency.name for entry in month.register}
    rows = [row for row in given.sheet("Lỗi dữ liệu") if not row["Người cho phép bỏ qua"]]
    rows = [row for row in rows if row["Mã"] and bare(row["Mức độ"])]
    by_severity = Counter(bare(row["Mức độ"]) for row in rows)
    assert {word: number for word, number in given.of_board.items() if word in by_severity} == by_severity
    counted: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        column = {"Lỗi": 0, "Chờ Văn phòng xem xét": 0, "Cảnh báo": 1}.get(bare(row["Mức độ"]))
        if column is not None:
            counted[names.get(row["Cơ quan"], row["Cơ quan"])][column] += 1
    for table in (given.sheet("Tình hình gửi báo cáo"), given.annex(4)):
        assert {r["Tên cơ quan"]: [int(r["Số lỗi"]), int(r["Số cảnh báo"])] for r in table} == {
            name: counted[name] for name in names.values()
        }
    errors, warnings = (sum(each[column] for each in counted.values()) for column in (0, 1))
    assert (f"{errors} lỗi phải sửa" in given.sentences) is bool(errors)
    assert (f"{warnings} nội dung cần xem lại" in given.sentences) is bool(warnings)


@settings(max_examples=8, deadline=None)
@given(months())
def test_returns_are_counted_alike(month: Month) -> None:
    given = told(month)
    sheet = {row["Tên cơ quan"]: bare(row["Tình trạng"]) for row in given.sheet("Tình hình gửi báo cáo")}
    assert sheet == {row["Tên cơ quan"]: row["Tình hình gửi"] for row in given.annex(4)}
    states = Counter(sheet.values())
    assert {word: number for word, number in given.of_board.items() if word in states} == states
    taken = states["Gửi đúng hạn"] + states["Gửi chậm"]
    assert not taken or f"{taken}/{len(sheet)} cơ quan đã gửi" in given.sentences


@settings(max_examples=8, deadline=None)
@given(months())
def test_agencies_have_the_figures_of_a_recount(month: Month) -> None:
    given = told(month)
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line in month.lines:
        if line.assignment.role.value == "lead":
            words[line.agency.name][status_word(line)] += 1
    expected = {
        entry.agency.name: {part: sum(words[entry.agency.name][word] for word in of) for part, of in PARTS.items()}
        for entry in month.register
    }
    for table in (given.sheet("Theo cơ quan"), given.annex(1)):
        assert {named(row): {part: int(row[part]) for part in PARTS} for row in table} == expected
        assert all(int(row["Tổng số"]) == sum(expected[named(row)].values()) for row in table)


def named(row: dict[str, str]) -> str:
    """The agency's name, without a short form in brackets."""
    return row["Tên cơ quan"].split(" (")[0]


@settings(max_examples=8, deadline=None)
@given(months())
def test_indicators_have_the_same_values(month: Month) -> None:
    given = told(month)
    report = {row["Mã chỉ tiêu"]: (row["Thực hiện"], row["Đánh giá"]) for row in given.annex(3)}
    sheet = {row["Mã chỉ tiêu"]: (shown(row["Thực hiện"]), bare(row["Đánh giá"])) for row in given.sheet("Chỉ tiêu")}
    assert sheet == report
    assert set(report) == {line.indicator.code for line in month.indicators}


def shown(value: str) -> str:
    """A figure as the report writes it: two decimals at most, with a comma, thousands by dots."""
    if not value:
        return "-"
    whole, _, part = f"{float(value):,.2f}".partition(".")
    part = part.rstrip("0")
    return whole.replace(",", ".") + (f",{part}" if part else "")


def test_the_reader_of_boards_would_notice() -> None:
    assert list(_headings()) == [("Lỗi", 5), ("Chưa gửi", 1)]


def _headings() -> Iterator[tuple[str, int]]:
    board = "<html><h3>✖ Lỗi (5 nội dung)</h3><summary>○ Chưa gửi (1 cơ quan)</summary></html>".encode()
    yield from Told(make_month(1, 1), b"", b"", board).of_board.items()
