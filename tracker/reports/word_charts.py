"""Charts of the Word report as pictures: bars that read in black and white too, by hatching, figure and word.

A chart repeats the table under it, in letters like those of the text where the machine has them. The same chart gives
the same bytes on one machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.patches import Patch

from tracker.palette import STATUS
from tracker.reports.word_blocks import Bar, Chart
from tracker.reports.word_styles import FONT
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import show_number

WIDTH_MM = 155.0
_DPI = 200
_MM = 1 / 25.4
_BAR_MM, _LEGEND_ROW_MM, _EDGE_MM = 7.5, 5.5, 3.0
_LEGEND_COLUMNS = 2
_LABEL_CHARS, _LABEL_LINES = 26, 2
_FONTS = (FONT, "Liberation Serif", "Tinos")
"""All of one width, with every Vietnamese letter; else the serif that comes with matplotlib, which has them too."""
_HATCHES = {
    Status.DONE_ON_TIME: "",
    Status.DONE_LATE: "///",
    Status.IN_TIME: "...",
    Status.OVERDUE: "xxx",
    Status.NO_DEADLINE: "---",
    Status.HANDED_BACK: "\\\\\\",
    Status.SUSPENDED: "|||",
}
_FILLS = {status: shade.fill for status, shade in STATUS.items()} | {Status.OVERDUE: "#F0A7A2"}
"""The palette's red is too dark for a black figure on it."""


def draw(chart: Chart) -> tuple[bytes, float]:
    """The chart as PNG, and its height in mm; it is `WIDTH_MM` wide."""
    kinds = _kinds(chart.bars)
    is_split = any(len(bar.parts) > 1 for bar in chart.bars)
    legend_mm = _LEGEND_ROW_MM * -(-len(kinds) // _LEGEND_COLUMNS) + _EDGE_MM if is_split else 0.0
    height = _BAR_MM * len(chart.bars) + legend_mm + 2 * _EDGE_MM
    with mpl.rc_context(dict(mpl.rcParamsDefault) | {"hatch.linewidth": 0.6}):
        figure = Figure(figsize=(WIDTH_MM * _MM, height * _MM), dpi=_DPI)
        axes = figure.add_axes((0.42, (legend_mm + _EDGE_MM) / height, 0.54, _BAR_MM * len(chart.bars) / height))
        _draw_bars(axes, chart.bars)
        if is_split:
            patches = [Patch(label=say(f"status.{kind}"), **_look(kind)) for kind in kinds]
            figure.legend(
                handles=patches, loc="lower center", ncols=_LEGEND_COLUMNS, frameon=False, prop=_font(8), borderpad=0
            )
        data = BytesIO()
        canvas: Any = FigureCanvasAgg(figure)
        canvas.print_png(data, metadata={"Software": None})
    return data.getvalue(), height


def _draw_bars(axes: Axes, bars: Sequence[Bar]) -> None:
    most = max((bar.total for bar in bars), default=1) or 1
    for place, bar in enumerate(bars):
        left = 0
        for status, number in bar.parts:
            axes.barh(place, number, left=left, height=0.7, **_look(status))
            if len(bar.parts) > 1 and number >= most * 0.04:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
                axes.text(left + number / 2, place, show_number(number), ha="center", va="center", bbox=box,
                          fontproperties=_font(8))  # fmt: skip
            left += number
        axes.text(left + most * 0.012, place, show_number(bar.total), va="center", fontproperties=_font(9))
    labels = [_label(bar.label) for bar in bars]
    axes.set_yticks(range(len(bars)), labels, fontproperties=_font(8), parse_math=False)
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.set_xlim(0, most * 1.08)
    axes.tick_params(left=False, bottom=False, labelbottom=False)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)


def _kinds(bars: Iterable[Bar]) -> tuple[Status, ...]:
    found = {status for bar in bars for status, _ in bar.parts}
    return tuple(status for status in Status if status in found)


def _look(status: Status) -> dict[str, Any]:
    return {"facecolor": _FILLS[status], "edgecolor": "#222222", "linewidth": 0.8, "hatch": _HATCHES[status]}


def _font(size: float) -> FontProperties:
    return FontProperties(fname=font_file(), size=size)


@cache
def font_file(families: tuple[str, ...] = _FONTS) -> str:
    """The first of these fonts in the list that matplotlib keeps of the machine: nothing is searched for again."""
    for family in families:
        try:
            return findfont(FontProperties(family=family), fallback_to_default=False)
        except ValueError:
            continue
    return findfont(FontProperties(family="DejaVu Serif"))


def _label(name: str) -> str:
    return fill(_drawable(name), _LABEL_CHARS, max_lines=_LABEL_LINES, placeholder="…")


def _drawable(text: str) -> str:
    """The text without what the font has no letter for (an emoji); the table below has the whole name."""
    return "".join(char for char in text if ord(char) in _letters()).strip()


@cache
def _letters() -> frozenset[int]:
    return frozenset(FT2Font(font_file()).get_charmap())
