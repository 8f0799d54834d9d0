"""Tổng quan and Theo cơ quan: what they say of months without agencies, what leads where, what counts what."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.extremes import EXTREMES
from tests.support.months import make_month, with_lines
from tests.support.office import needs_libreoffice, soffice_convert, values_in
from tests.support.sheets import is_one_page_wide, sheet_problems
from tracker.model import Agency, IndicatorLine, Month
from tracker.reports import counted
from tracker.reports.counted import Lines
from tracker.reports.grid import Area
from tracker.reports.sentences import register_sentence
from tracker.reports.sheets_agencies import agency_rows
from tracker.reports.sheets_lines import status_text
from tracker.reports.workbook import write_workbook
from tracker.status import Status
from tracker.texts import say

HEADING_ROW = 4
TABLE, FLAGS, RETURNS, SLOWEST = 10, 18, 24, 33
"""First rows (1-based) of the tables of Tổng quan."""


def opened(month: Month, *, as_calculated: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(month, 1)), data_only=as_calculated)


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(36, 12)


@pytest.fixture(scope="module")
def book(month: Month) -> Any:
    return opened(month)


@pytest.fixture(scope="module")
def formulas(month: Month) -> Any:
    return opened(month, as_calculated=False)


def sentences(book: Any) -> list[str]:
    return [str(row[0]) for row in book["Tổng quan"].iter_rows(3, 7, max_col=1, values_only=True) if row[0]]


def with_states(month: Month, state: str) -> Month:
    return replace(month, register=tuple(replace(entry, state=state) for entry in month.register))


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    headings = [cell.value for cell in sheet[HEADING_ROW]]
    rows = sheet.iter_rows(min_row=HEADING_ROW + 1, values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows if row[1]]


# --- sentences --------------------------------------------------------------------------------------------------------


def test_a_month_of_nobody_says_so_without_empty_rows() -> None:
    book = opened(make_month(0, 0))
    told = sentences(book)
    assert told == ["Trong kỳ không có nhiệm vụ nào phải theo dõi.", say("report.nobody_owes")]
    hidden = [book["Tổng quan"].row_dimensions[row].hidden for row in range(3, 8)]
    assert hidden == [False, False, True, True, True]
    assert book["Tổng quan"].cell(SLOWEST - 1, 1).value == say("report.nobody_owes")


@pytest.mark.parametrize("state", ["refused", "held", "late", "on_time"])
def test_nobody_is_missing(month: Month, state: str) -> None:
    told = " ".join(sentences(opened(with_states(month, state))))
    assert "Cơ quan chưa gửi báo cáo:" not in told
    assert (say("report.all_taken") in told) is (state in ("late", "on_time"))
    assert ("phải gửi lại (36 cơ quan): " in told) is (state == "refused")
    assert register_sentence(with_states(month, state).register) in told


def test_many_that_are_missing_are_named_in_part() -> None:
    told = sentences(opened(with_states(make_month(60, 2), "missing")))[-1]
    assert told.startswith("Cơ quan chưa gửi báo cáo: ") and told.endswith(" và 20 cơ quan khác.")


# --- who is behind ----------------------------------------------------------------------------------------------------


def test_only_those_behind_are_listed_with_both_rates(month: Month, book: Any) -> None:
    sheet = book["Tổng quan"]
    rates = {each.figures.agency.short: each for each in agency_rows(month)}
    listed = list(sheet.iter_rows(SLOWEST, SLOWEST + 9, max_col=5, values_only=True))
    behind = sum(each.reported < each.expected for each in rates.values())
    assert f"(10/{behind} cơ quan chưa cập nhật đủ)" in sheet.cell(SLOWEST - 2, 1).value
    for name, reported, expected, updated, on_time in listed:
        counts = rates[name].figures.counts
        assert (reported, expected) == (rates[name].reported, rates[name].expected)
        assert updated == pytest.approx(reported / expected) and updated < 1
        assert on_time == (pytest.approx(counts.due_done_on_time / counts.due) if counts.due else "–")


def test_when_all_is_up_to_date_nobody_is_listed(month: Month) -> None:
    whole = with_lines(month, [replace(line, is_reported=True) for line in month.lines])
    sheet = opened(whole)["Tổng quan"]
    assert sheet.cell(SLOWEST - 1, 1).value == "Tất cả cơ quan đã cập nhật đủ."
    assert sheet.cell(SLOWEST, 1).value is None


# --- links ------------------------------------------------------------------------------------------------------------


def target(cell: Any) -> tuple[str, str]:
    sheet, _, ref = cell.hyperlink.location.rpartition("!")
    return sheet.strip("'"), ref


def test_figures_lead_to_their_sheets(book: Any) -> None:
    sheet = book["Tổng quan"]
    for row, status in enumerate(Status, TABLE):
        assert target(sheet.cell(row, 2))[0] == "Theo nhiệm vụ"
        assert target(sheet.cell(row, 4))[0] == ("Quá hạn" if status is Status.OVERDUE else "Tổng hợp")
    to = {"Tổng hợp": "Trạng thái", "Theo nhiệm vụ": "Trạng thái"}
    for name, ref in (target(sheet.cell(TABLE, col)) for col in (2, 4)):
        assert book[name][ref].value == to[name]
    assert [target(sheet.cell(row, 4))[0] for row in range(FLAGS, FLAGS + 3)] == ["Tổng hợp", "Sắp đến hạn", "Tổng hợp"]
    name, ref = target(sheet.cell(FLAGS, 4))
    assert book[name][ref].value == "Cờ"
    for row in range(RETURNS, RETURNS + 5):
        name, ref = target(sheet.cell(row, 2))
        assert (name, book[name][ref].value) == ("Tình hình gửi báo cáo", "Tình trạng")


def test_agencies_lead_to_their_blocks(month: Month, book: Any) -> None:
    names = {each.agency.short: each.agency.name for each in month.agencies}
    listed = [book["Tổng quan"].cell(row, 1) for row in range(SLOWEST, SLOWEST + 10)]
    every = [book["Theo cơ quan"].cell(row, 2) for row in range(HEADING_ROW + 1, HEADING_ROW + 37)]
    for cell in (*listed, *every):
        sheet, ref = target(cell)
        assert sheet == "Chi tiết theo cơ quan"
        assert book[sheet][ref].value == names.get(cell.value, cell.value)


# --- rates and counts -------------------------------------------------------------------------------------------------


def test_on_time_is_told_with_its_counts_its_total_and_its_rank(month: Month, book: Any, formulas: Any) -> None:
    *rows, total = rows_of(book["Theo cơ quan"])
    rates = [row["Tỷ lệ đúng hạn"] for row in rows if row["Đã đến hạn"]]
    for row, each in zip(rows, month.agencies, strict=True):
        assert (row["Đã đến hạn"], row["Trong đó đúng hạn"]) == (each.counts.due, each.counts.due_done_on_time)
        if not each.counts.due:
            assert (row["Tỷ lệ đúng hạn"], row["Xếp hạng đúng hạn"]) == ("–", "–")
            continue
        assert row["Tỷ lệ đúng hạn"] == pytest.approx(each.counts.due_done_on_time / each.counts.due)
        assert row["Xếp hạng đúng hạn"] == 1 + sum(other > row["Tỷ lệ đúng hạn"] for other in rates)
    whole = month.by_assignment
    assert total["Tỷ lệ đúng hạn"] == pytest.approx(whole.due_done_on_time / whole.due)
    assert str(rows_of(formulas["Theo cơ quan"])[-1]["Tỷ lệ đúng hạn"]).startswith("=IF(")
    assert is_one_page_wide(formulas["Theo cơ quan"])


def test_who_owes_nothing_has_no_rate_and_no_rank(month: Month) -> None:
    idle = month.agencies[0].agency.code
    lines = [line for line in month.lines if line.agency.code != idle or line.status is Status.SUSPENDED]
    first = rows_of(opened(with_lines(month, lines))["Theo cơ quan"])[0]
    assert first["Số dòng phải báo cáo"] == 0
    assert (first["Tỷ lệ cập nhật"], first["Xếp hạng cập nhật"], first["Tỷ lệ đúng hạn"]) == ("–", "–", "–")


def test_counts_are_formulas_over_the_lines(formulas: Any) -> None:
    overview, agencies = formulas["Tổng quan"], formulas["Theo cơ quan"]
    for row in range(TABLE, TABLE + 7):
        assert "'Theo nhiệm vụ'!" in overview.cell(row, 2).value and "COUNTIFS" in overview.cell(row, 2).value
        assert "'Tổng hợp'!" in overview.cell(row, 4).value
    assert all("'Tổng hợp'!" in overview.cell(row, 4).value for row in range(FLAGS, FLAGS + 3))
    for col in (*range(4, 10), 11):
        assert str(agencies.cell(HEADING_ROW + 1, col).value).startswith("=COUNTIFS('Tổng hợp'!")


def test_where_too_many_lines_stand_nothing_is_counted_again(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "TABLE_ROWS_MAX", len(month.lines) - 1)
    sheet = opened(month, as_calculated=False)["Theo cơ quan"]
    assert all(isinstance(sheet.cell(HEADING_ROW + 1, col).value, int) for col in range(4, 10))


LINES = Lines(Area("Tổng hợp", 4, 9), 5, 6, 7, 8)


@pytest.mark.parametrize(
    ("name", "is_countable"),
    [("Sở Y tế", True), ('Sở "A"', True), ("Xã *", False), ("<5", False), ("12", False), ("a" * 256, False),
     ("Sở\x0bA", False)],
)  # fmt: skip
def test_names_that_mean_more_than_themselves_are_not_counted_by(name: str, *, is_countable: bool) -> None:
    assert (LINES.countable([Agency("A", "Tên", name)]) == {"A"}) is is_countable


def test_names_that_differ_in_case_alone_are_not_counted_by() -> None:
    agencies = [Agency("A", "", "Sở Y tế"), Agency("B", "", "SỞ Y TẾ"), Agency("C", "", "Sở Y te")]
    assert LINES.countable(agencies) == {"C"}


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("name", ["odd names", "everything overdue", "one line", "no returns"])
def test_formulas_of_extremes_recalculate_to_what_we_wrote(name: str, tmp_path: Path) -> None:
    month = EXTREMES[name]()
    formulas, ours = opened(month, as_calculated=False), opened(month)
    formulas.save(tmp_path / "bare.xlsx")  # openpyxl drops the values: LibreOffice must work them out
    theirs = values_in(soffice_convert(tmp_path / "bare.xlsx", "xlsx", tmp_path / "out"))
    for sheet in formulas.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
            found, wanted = (book[sheet.title][cell.coordinate].value for book in (theirs, ours))
            assert found == pytest.approx(wanted), (sheet.title, cell.coordinate)


# --- charts -----------------------------------------------------------------------------------------------------------


def titles(sheet: Any) -> list[str]:
    return ["".join(run.t for part in chart.title.tx.rich.p for run in part.r) for chart in sheet._charts]


def test_bars_of_agencies_add_up_to_their_totals(month: Month, book: Any) -> None:
    sheet = book["Tổng quan"]
    drawn = sheet._charts[1]
    assert len(drawn.series) == len(Status)
    totals = {each.agency.short: each.counts.total for each in month.agencies}
    for row in sheet.iter_rows(3, 22, min_col=15, max_col=22, values_only=True):
        assert sum(number or 0 for number in row[1:]) == totals[str(row[0])]


def test_the_chart_of_agencies_says_how_many_it_shows(month: Month, book: Any) -> None:
    leading = sum(each.counts.total > 0 for each in month.agencies)
    assert f"20/{leading} cơ quan có nhiều nhiệm vụ quá hạn nhất (số lượt nhiệm vụ)" in titles(book["Tổng quan"])
    few = opened(make_month())["Tổng quan"]
    assert any(title.startswith("Cả 8 cơ quan chủ trì") for title in titles(few))


def ceiling(line: IndicatorLine, value: float, target_value: float) -> IndicatorLine:
    indicator = replace(line.indicator, op="<=", target=target_value)
    return replace(line, indicator=indicator, value=value, is_met=indicator.is_met(value))


def test_indicators_are_drawn_against_their_targets(month: Month) -> None:
    first, second, *_ = month.indicators
    silent = next(line for line in month.indicators if line.value is None)
    lines = (first, silent, ceiling(first, 3.0, 5.0), ceiling(second, 6.0, 5.0), ceiling(first, 1.0, 0.0))
    book = opened(replace(month, indicators=lines))
    drawn, sheet = book["Tổng quan"]._charts[-1], book["Chỉ tiêu"]
    reached, targets = (series.val.numRef.f.replace("$", "").rpartition("!")[2] for series in drawn.series)
    assert [row[0].value for row in sheet[targets]] == [1] * 5
    assert drawn.overlap == 100
    shares = [row[0].value for row in sheet[reached]]
    assert shares[1] is None and shares[4] is None
    assert [shares[0], shares[2], shares[3]] == pytest.approx([(first.value or 0) / first.indicator.target, 0.6, 1.2])
    labels = sheet[drawn.series[0].cat.strRef.f.replace("$", "").rpartition("!")[2]]
    told = [str(row[0].value).rpartition("\n")[2] for row in labels]
    assert told[1].startswith("(chưa có số liệu;")
    assert told[2:] == [
        "✔ Đạt (mục tiêu ≤ 5: không quá 100%)",
        "✖ Chưa đạt (mục tiêu ≤ 5: không quá 100%)",
        "✖ Chưa đạt (mục tiêu ≤ 0: không quá 100%)",
    ]
    assert "chỉ tiêu có dấu ≤ đạt khi không quá 100%" in say("workbook.counting_indicators")


def test_many_indicators_are_drawn_on_their_own_sheet(month: Month) -> None:
    lines = tuple(
        replace(month.indicators[0], indicator=replace(month.indicators[0].indicator, code=f"C{n}")) for n in range(11)
    )
    data = write_workbook(replace(month, indicators=lines), 1)
    book: Any = openpyxl.load_workbook(io.BytesIO(data))
    said = [cell for row in book["Tổng quan"].iter_rows(min_row=SLOWEST + 10) for cell in row if cell.hyperlink]
    assert [(cell.value, target(cell)[0]) for cell in said] == [
        ("Có 11 chỉ tiêu; xem biểu đồ ở trang Chỉ tiêu.", "Chỉ tiêu")
    ]
    assert len(book["Chỉ tiêu"]._charts) == 1 and len(book["Tổng quan"]._charts) == 2
    assert sheet_problems(data) == []


def test_due_soon_says_how_soon(book: Any) -> None:
    assert book["Tổng quan"].cell(FLAGS + 1, 1).value == "Trong đó: ⚠ Sắp đến hạn (≤ 7 ngày)"
    assert status_text(Status.OVERDUE) == book["Tổng quan"].cell(TABLE + 3, 1).value
