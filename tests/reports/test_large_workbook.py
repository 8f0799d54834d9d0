"""More rows than a table takes: an autofilter, no links, rows that wait on the disk; everything else as ever."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.support.months import make_month
from tracker.model import Earlier, Month
from tracker.reports import grid, sheets_changes
from tracker.reports.workbook import write_workbook

_FEW = 20


@pytest.fixture(scope="module")
def month() -> Month:
    made = make_month()
    before = Earlier("2025-02", "tháng 02/2025", made.by_task, made.by_assignment, 4, 8)
    return replace(made, earlier=(before,))


@pytest.fixture(scope="module")
def small(month: Month) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_workbook(month, 1)), data_only=True)


@pytest.fixture(scope="module")
def large(month: Month) -> Iterator[Workbook]:
    """The same month, as if a table took no more than a few rows."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (grid, sheets_changes):
            patch.setattr(module, "TABLE_ROWS_MAX", _FEW)
        yield openpyxl.load_workbook(io.BytesIO(write_workbook(month, 1)), data_only=True)


def test_long_sheets_say_what_short_ones_say(small: Workbook, large: Workbook) -> None:
    for name in ("Tổng hợp", "Quá hạn", "Nguồn số liệu", "Lỗi dữ liệu", "Theo cơ quan", "Chỉ tiêu"):
        rows = [list(sheet.iter_rows(values_only=True)) for sheet in (small[name], large[name])]
        assert rows[0] == rows[1], name


def test_long_sheets_have_a_filter_and_no_table_and_no_links(large: Workbook) -> None:
    for name in ("Tổng hợp", "Nguồn số liệu", "Số liệu chỉ tiêu", "So với kỳ trước"):
        sheet = large[name]
        assert sheet.auto_filter.ref and not sheet.tables
        assert not [cell for row in sheet.iter_rows(min_row=5) for cell in row if cell.hyperlink]
        assert sheet["A3"].hyperlink


def test_heights_and_print_set_up_are_kept(small: Workbook, large: Workbook) -> None:
    ours, theirs = small["Tổng hợp"], large["Tổng hợp"]
    heights = [[sheet.row_dimensions[row].height for row in range(1, 60)] for sheet in (ours, theirs)]
    assert heights[0] == heights[1]
    assert theirs.print_title_rows == ours.print_title_rows


def test_the_trend_of_a_long_sheet_stands_on_the_overview(large: Workbook, month: Month) -> None:
    drawn = [chart.series[0].val.numRef.f for chart in large["Tổng quan"]._charts]  # type: ignore[attr-defined]
    assert "'Tổng quan'!$AE$5:$AE$6" in drawn
    assert large["Tổng quan"]["AE6"].value == pytest.approx(month.by_task.done / month.by_task.total)


def test_nothing_is_left_on_the_disk(month: Month, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(grid, "TABLE_ROWS_MAX", _FEW)
    first = write_workbook(month, 1)
    assert list(tmp_path.iterdir()) == []
    assert write_workbook(month, 1) == first
