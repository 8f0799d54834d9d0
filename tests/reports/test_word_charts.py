"""Charts of the Word report: what they draw, that nothing is cut, that they read without colour and without eyes."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font

from tests.support.decree import Report, text_of, w
from tests.support.months import make_month
from tracker.config import Office
from tracker.reports.word import write_report
from tracker.reports.word_blocks import Bar, Chart, Table
from tracker.reports.word_charts import WIDTH_MM, draw, font_file
from tracker.reports.word_results import by_agency, overall
from tracker.status import Status
from tracker.texts import say

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def pixels(chart: Chart) -> Any:
    return matplotlib.image.imread(io.BytesIO(draw(chart)[0]))


def one_of(blocks: Any, kind: type) -> Any:
    return next(block for block in blocks if isinstance(block, kind))


def test_figures_are_those_of_the_table_below() -> None:
    blocks = list(overall(make_month(11, 14, 3)))
    chart, table = one_of(blocks, Chart), one_of(blocks, Table)
    told = {row.cells[1]: row.cells[2] for row in table.rows}
    assert {bar.label: str(bar.total) for bar in chart.bars} == {
        label: number for label, number in told.items() if label in {bar.label for bar in chart.bars}
    }
    assert sum(bar.total for bar in chart.bars) == int(told["Tổng cộng"])


def test_bars_of_agencies_add_up_to_their_totals() -> None:
    blocks = list(by_agency(make_month(11, 14, 3)))
    chart, table = one_of(blocks, Chart), one_of(blocks, Table)
    assert [str(bar.total) for bar in chart.bars] == [row.cells[2] for row in table.rows]
    assert [str(dict(bar.parts).get(Status.OVERDUE, 0)) for bar in chart.bars] == [row.cells[5] for row in table.rows]


def test_names_are_drawn_as_they_are_without_what_the_font_lacks() -> None:
    """No letter of the name is taken for a formula; an emoji leaves no empty box."""
    plain, odd = (draw(Chart("", "", (Bar(name, ((Status.IN_TIME, 5),)),)))[0] for name in ("Sở A", "Sở A 😀\x00"))
    assert odd == plain
    assert draw(Chart("", "", (Bar(r"$\nothing$", ((Status.IN_TIME, 5),)),)))[0] != plain  # as a formula it fails


@pytest.mark.parametrize("label", ["Sở A", say("status.no_deadline"), "Ư" * 28, "Ủy ban nhân dân huyện rất dài tên"])
def test_nothing_is_cut(label: str) -> None:
    """The outermost pixels are white: no label or figure runs over the edge."""
    bars = tuple(Bar(label, tuple((status, 1234) for status in Status)) for _ in range(3))
    drawn = pixels(Chart("", "", bars))
    edges = (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1])
    assert all((edge[:, :3] == 1).all() for edge in edges)
    assert (drawn[:, :, :3] < 0.5).any()


@pytest.mark.parametrize(("first", "second"), list(combinations(Status, 2)))
def test_statuses_stay_apart_without_colour(first: Status, second: Status) -> None:
    """Two bars of different statuses, printed in grey, are not the same picture."""
    grey = [pixels(Chart("", "", (Bar("x", ((status, 5),)),)))[:, :, :3].mean(axis=2) for status in (first, second)]
    assert np.abs(grey[0] - grey[1]).max() > 0.2


def test_letters_are_those_of_the_text_where_the_machine_has_them() -> None:
    installed = {each.name for each in fontManager.ttflist}
    wanted = next(
        (name for name in ("Times New Roman", "Liberation Serif", "Tinos") if name in installed), "DejaVu Serif"
    )
    assert FT2Font(font_file()).family_name == wanted


def test_a_machine_without_them_gets_those_of_the_library() -> None:
    assert FT2Font(font_file(("No Such Font",))).family_name == "DejaVu Serif"


def test_same_figures_give_the_same_bytes() -> None:
    chart = one_of(overall(make_month()), Chart)
    assert draw(chart) == draw(chart)
    assert draw(chart)[0] != draw(replace(chart, bars=chart.bars[1:]))[0]


def test_pictures_have_alternative_text_and_a_caption_and_fit_the_page() -> None:
    report = Report(write_report(make_month(), Office()))
    described = list(report.body.iter(f"{_DRAWING}docPr"))
    assert [len(each.get("descr") or "") > 60 for each in described] == [True, True]
    assert "Đang thực hiện quá hạn: 2" in (described[0].get("descr") or "")
    assert len({each.get("id") for each in described}) == 2
    for extent in report.body.iter(f"{_DRAWING}extent"):
        assert int(extent.get("cx", 0)) == pytest.approx(WIDTH_MM * 36_000, rel=1e-3)
    captions = [text_of(p) for p in report.body.iter(w("p")) if text_of(p).startswith("Biểu đồ ")]
    assert [caption[:10] for caption in captions] == ["Biểu đồ 1.", "Biểu đồ 2."]


def test_a_month_without_tasks_has_no_picture() -> None:
    assert not [n for n in Report(write_report(make_month(0, 0), Office())).names() if n.startswith("word/media")]


def test_only_a_report_loads_the_library_of_charts() -> None:
    """Every other verb would start half a second later."""
    code = (
        "import sys, tracker.cli, tracker.actions.report, tracker.reports.workbook; print('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "False\n"
