"""Bars of the board as geometry, which the template draws as inline SVG.

Lengths are units of the drawing's view box, which is as wide as a phone. A chart repeats a table that stands below it;
every bar carries its label and its figure in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.model import Month, Register
from tracker.palette import HEADING, REGISTER, STATUS, Shade
from tracker.reports.figures import BAR_ORDER
from tracker.reports.sentences import REGISTER_STATES
from tracker.reports.sheets_agencies import AgencyRow
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import show_number, show_share

WIDTH = 360
ROW = 36
_BAR_TOP, _ROOM = 17, WIDTH - 4
AGENCIES_MAX = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """A rectangle of a bar."""

    x: float
    width: float
    shade: Shade


@dataclass(frozen=True, slots=True)
class Bar:
    """`label` stands above the bar on the left, `figure` on the right; `y` is the top of its row."""

    y: int
    label: str
    figure: str
    pieces: tuple[Piece, ...]

    @property
    def text_y(self) -> int:
        return self.y + 12

    @property
    def bar_y(self) -> int:
        return self.y + _BAR_TOP


@dataclass(frozen=True, slots=True)
class Chart:
    """`key` makes its ids; `title` and `description` are read out in its place."""

    key: str
    title: str
    description: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        return ROW * len(self.bars)


def status_chart(month: Month) -> Chart:
    """Tasks by status."""
    counts = month.by_task
    rows = [
        (_label(STATUS[each], f"status.{each}"), counts.of(each), counts.total, STATUS[each])
        for each in Status
        if counts.of(each)
    ]
    return _chart("status", rows)


def register_chart(register: Sequence[Register]) -> Chart:
    """Agencies by what came of their return."""
    numbers = {state: sum(entry.state == state for entry in register) for state in REGISTER_STATES}
    rows = [
        (_label(REGISTER[state], f"register.{state}"), number, len(register), REGISTER[state])
        for state, number in numbers.items()
        if number
    ]
    return _chart("register", rows)


def agency_chart(rows: Sequence[AgencyRow]) -> Chart:
    """Lead assignments of the agencies with most of them overdue; empty where none is."""
    late = [row for row in rows if row.figures.counts.of(Status.OVERDUE)]
    chosen = sorted(late, key=lambda r: (-r.figures.counts.of(Status.OVERDUE), -r.figures.counts.total, r.number))
    chosen = chosen[:AGENCIES_MAX]
    most = max((row.figures.counts.total for row in chosen), default=1)
    key = "agency_most" if len(chosen) < len(late) else "agency"
    title = say(f"board.chart_{key}", shown=len(chosen), late=len(late), number=_leading(rows))
    bars = tuple(_agency_bar(place, row, most) for place, row in enumerate(chosen))
    return Chart("agency", title, say("board.chart_agency_alt"), bars)


def _leading(rows: Sequence[AgencyRow]) -> int:
    return sum(row.figures.counts.total > 0 for row in rows)


def _agency_bar(place: int, row: AgencyRow, most: int) -> Bar:
    found = [(STATUS[status], row.figures.counts.of(status)) for status in BAR_ORDER]
    found = [(shade, number) for shade, number in found if number]
    pieces, x = [], 2.0
    for shade, number in found:
        width = _ROOM * number / most
        pieces.append(Piece(round(x, 1), round(width, 1), shade))
        x += width
    figure = " · ".join(f"{shade.symbol} {show_number(number)}" for shade, number in found)
    return Bar(place * ROW, row.figures.agency.label, figure, tuple(pieces))


def trend_chart(month: Month) -> Chart:
    """Share of tasks that are done, period by period; one period alone is no trend."""
    points = [(each.label, each.by_task) for each in month.earlier] + [(month.label, month.by_task)]
    rows = [(label, counts.done, counts.total, HEADING) for label, counts in points]
    return _chart("trend", rows if len(rows) > 1 else [], is_share=True)


def _chart(key: str, rows: Sequence[tuple[str, int, int, Shade]], *, is_share: bool = False) -> Chart:
    """Rows as (label, number, of how many, colour); lengths are of the largest, or of the whole where shares differ."""
    most = max((number for _, number, _, _ in rows), default=1) or 1
    bars = []
    for place, (label, number, whole, shade) in enumerate(rows):
        part = (number / whole if whole else 0.0) if is_share else number / most
        figure = say("board.figure", number=number, share=show_share(number, whole))
        bars.append(Bar(place * ROW, label, figure, (Piece(2, round(max(1.0, _ROOM * part), 1), shade),)))
    return _made(key, bars)


def _made(key: str, bars: Iterable[Bar]) -> Chart:
    return Chart(key, say(f"board.chart_{key}"), say(f"board.chart_{key}_alt"), tuple(bars))


def _label(shade: Shade, key: str) -> str:
    return f"{shade.symbol} {say(key)}"
