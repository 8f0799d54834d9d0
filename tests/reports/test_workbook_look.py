"""The workbook as people meet it: `tests.support.sheets` finds nothing, and finds what is spoilt on purpose."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook import Workbook

from tests.support.months import make_month
from tests.support.sheets import APART_MIN, CONTRAST_MIN, sheet_problems
from tests.support.sight import SIGHTS, contrast, distance
from tracker.model import Earlier, Month
from tracker.reports.workbook import write_workbook


def with_past(month: Month) -> Month:
    before = Earlier("2025-02", "tháng 02/2025", month.by_task, month.by_assignment, 4, 8)
    return replace(month, earlier=(before,))


@pytest.fixture(scope="module")
def data() -> bytes:
    return write_workbook(with_past(make_month()), 2)


@pytest.mark.parametrize(("size", "seed"), [((0, 0), 1), ((1, 1), 2), ((8, 12), 3), ((40, 25), 4), ((12, 40), 5)])
def test_nothing_to_object_to(size: tuple[int, int], seed: int) -> None:
    month = make_month(*size, seed)
    assert sheet_problems(write_workbook(month, 1)) == []
    assert sheet_problems(write_workbook(with_past(month), 2)) == []


def _pale(book: Workbook) -> None:
    book["Tổng hợp"]["C5"].font = Font(color="FFBBBBBB")


def _like_another(book: Workbook) -> None:
    """Green and orange of Excel's own palette differ by little for a deuteranope."""
    for ref, colour in (("I5", "FFC6EFCE"), ("I6", "FFFFEB9C"), ("I7", "FFFCE4D6")):
        book["Tổng hợp"][ref].fill = PatternFill("solid", fgColor=colour)


def _bare(book: Workbook) -> None:
    sheet = book["Tổng quan"]
    sheet["B10"].fill = PatternFill("solid", fgColor="FFB9F2C6")


def _broken(book: Workbook) -> None:
    book["Theo cơ quan"]["C5"] = "=SUM(#REF!)"


def _leftover(book: Workbook) -> None:
    book["Quá hạn"]["I5"] = "None"


def _portrait(book: Workbook) -> None:
    book["Chỉ tiêu"].page_setup.paperSize = "1"


def _dead_link(book: Workbook) -> None:
    cell = next(cell for cell in book["Tổng hợp"]["B"] if cell.hyperlink)
    cell.hyperlink.location = "'Lỗi dữ liệu'!A999"


def _anonymous(book: Workbook) -> None:
    book.properties.title = ""


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (_pale, "contrast"),
        (_like_another, "apart"),
        (_bare, "word"),
        (_broken, "errors"),
        (_leftover, "leftovers"),
        (_portrait, "print"),
        (_dead_link, "links"),
        (_anonymous, "described"),
    ],
)
def test_the_checker_notices(data: bytes, spoil: Callable[[Workbook], None], rule: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    spoil(book)
    spoilt = io.BytesIO()
    book.save(spoilt)
    assert rule in {problem.partition(":")[0] for problem in sheet_problems(spoilt.getvalue())}


def test_sight_is_simulated_as_published() -> None:
    """Black on white is the most there is; red and green of one lightness fall together for a deuteranope only."""
    assert contrast("FFFFFF", "000000") == pytest.approx(21)
    assert distance("FFFFFF", "000000") == pytest.approx(100, abs=0.1)
    stock = {sight: distance("C6EFCE", "FCE4D6", sight) for sight in SIGHTS}
    assert stock["deutan"] < APART_MIN < stock["normal"]
    assert CONTRAST_MIN == 4.5
