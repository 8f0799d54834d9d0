"""Tổng quan: one printed page with the key sentence, the figures, who has returned, and four charts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.model import Month
from tracker.palette import DUE_SOON, NOT_REPORTED, REGISTER, STATUS, Shade
from tracker.reports.charts import (
    Series,
    insert_agency_chart,
    insert_progress_chart,
    insert_status_chart,
    insert_trend_chart,
    progress_height_px,
)
from tracker.reports.counted import Lines, Tasks
from tracker.reports.grid import Book, Link, height_of, lines_of, sheet_name
from tracker.reports.places import Places
from tracker.reports.sentences import REGISTER_STATES, agencies_in, key_sentence, rates_sentence, register_sentence
from tracker.reports.sheets_agencies import (
    REGISTER_STATE_CELL,
    AgencyRow,
    on_time_rate,
    ratio,
    register_text,
    share,
)
from tracker.reports.sheets_lines import status_text
from tracker.status import Status
from tracker.texts import say, word

SHEETS = (
    *("lines", "agencies", "by_task", "by_agency", "leaders", "documents", "overdue", "soon", "indicators"),
    *("figures", "obstacles", "changes"),
    *("register", "findings", "sources", "legend"),
)
"""In the order of the workbook, after this one."""

_WIDTHS = (36, 11, 11, 11, 11, 3, 12, 12, 12, 12, 12)
_LAST = len(_WIDTHS) - 1
_CHART_COL, _INDEX_COL, _DATA_COL = 6, _LAST + 2, _LAST + 4
_TABLE, _RETURNS, _SLOWEST = 9, 23, 32
"""First rows (0-based) of the three tables on the left."""
_TOTAL = _TABLE + len(Status)
_NAMES_MAX, _SLOWEST_MAX = 40, 10
_TRENDS, _TRENDS_ROWS = _SLOWEST + _SLOWEST_MAX + 2, 16
"""The two charts at the foot of the page: over the periods on the left, against the targets on the right."""
_LEFT_PX, _RIGHT_PX, _ROW_PX = 580, 445, 20
_INDICATORS_MAX = 10
"""More of them have no room on the page."""


def open_overview(book: Book) -> Any:
    """The sheet, first in the workbook; it is filled last, when it is known where the lines stand."""
    sheet = book.sheet("overview", pages_high=1)
    for col, width in enumerate(_WIDTHS):
        sheet.set_column(col, col, width)
    sheet.set_column(_INDEX_COL, _INDEX_COL, 26)
    sheet.set_column(_DATA_COL, _DATA_COL, 30)
    sheet.set_portrait()
    sheet.center_horizontally()
    return sheet


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the page takes from other sheets: the lines and the tasks that its figures count (None: these stand
    nowhere), where agencies have their blocks, by code the cell with an agency's on-time rate (Theo cơ quan),
    and where the figures of the charts at the foot stand (None: there are none)."""

    lines: Lines
    tasks: Tasks | None
    places: Places
    on_time: Mapping[str, str]
    trend: Series | None
    progress: Series | None


def fill_overview(
    book: Book, sheet: Any, month: Month, rows: Sequence[AgencyRow], elsewhere: Elsewhere, subtitle: str
) -> None:
    """Everything on the page."""
    book.head(sheet, "overview", subtitle)
    _write_sentences(book, sheet, month)
    _write_figures(book, sheet, month, elsewhere)
    _write_flags(book, sheet, month, elsewhere)
    _write_returns(book, sheet, month)
    _write_slowest(book, sheet, rows, elsewhere)
    _write_index(book, sheet)
    by_status = Series(sheet.name, (_TABLE, _TABLE + len(Status) - 1), 0, 1)
    insert_status_chart(book, sheet, by_status, (_TABLE - 2, _CHART_COL), (_RIGHT_PX, 300))
    insert_agency_chart(book, sheet, rows, _DATA_COL, (_RETURNS - 2, _CHART_COL), (_RIGHT_PX, 460))
    _insert_trends(book, sheet, elsewhere)


def _insert_trends(book: Book, sheet: Any, elsewhere: Elsewhere) -> None:
    """Both charts, or why there is none; the page ends below them."""
    height_px = _ROW_PX * (_TRENDS_ROWS - 1)
    progress = elsewhere.progress
    if elsewhere.trend:
        insert_trend_chart(book, sheet, elsewhere.trend, (_TRENDS, 0), (_LEFT_PX, height_px))
    else:
        book.put(sheet, _TRENDS, 0, say("workbook.no_trend"), "note")
    if progress and progress.count <= _INDICATORS_MAX:
        height_px = max(height_px, progress_height_px(progress.count))
        insert_progress_chart(book, sheet, progress, (_TRENDS, _CHART_COL), (_RIGHT_PX, height_px))
    elif progress:
        text = say("workbook.many_indicators", number=progress.count)
        book.put(sheet, _TRENDS, _CHART_COL, Link(sheet_name("indicators"), "A1", text), "jump")
    else:
        book.put(sheet, _TRENDS, _CHART_COL, say("workbook.no_progress"), "note")
    sheet.print_area(0, 0, _TRENDS + height_px // _ROW_PX + 1, _LAST)


def missing_sentence(month: Month) -> str:
    """Agencies that sent nothing and those that have to send again, by name; where they are many, how many more there
    are. Of several that all were taken, that; "" where there is nothing to say."""
    by_state = {state: agencies_in(month.register, state) for state in REGISTER_STATES}
    missing, refused = by_state["missing"], by_state["refused"]
    said = []
    if missing:
        said.append(say("workbook.missing", names=_named(missing)))
    if refused:
        said.append(say("report.returns_refused", number=len(refused), names=_named(refused)))
    if 1 < len(month.register) == len(by_state["on_time"]) + len(by_state["late"]):
        said.append(say("report.all_taken"))
    return " ".join(f"{text}." for text in said)


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMES_MAX
    tail = f" {say('workbook.more', number=more)}" if more > 0 else ""
    return f"{word(tuple(names[:_NAMES_MAX]))}{tail}"


def _write_sentences(book: Book, sheet: Any, month: Month) -> None:
    """Those that there is something to say in; rows that are left over take no room."""
    texts = (
        key_sentence(month.by_task, "task"),
        rates_sentence(month.by_task, "task"),
        rates_sentence(month.by_assignment, "assignment"),
        register_sentence(month.register),
        missing_sentence(month),
    )
    said = [text for text in texts if text]
    for row, text in enumerate(said, 2):
        book.across(sheet, row, (0, _LAST), text, "sentence", 4 + 14.5 * max(1, lines_of(text, sum(_WIDTHS) * 0.85)))
    for row in range(2 + len(said), 2 + len(texts)):
        sheet.set_row(row, None, None, {"hidden": True})


def _write_figures(book: Book, sheet: Any, month: Month, elsewhere: Elsewhere) -> None:
    """Figures by task and by assignment side by side, each labelled; they count the rows of their sheets."""
    book.put(sheet, _TABLE - 2, 0, say("workbook.figures"), "section")
    headings = ("result", "by_task", "share", "by_assignment", "share")
    _write_heading(book, sheet, _TABLE - 1, tuple(say(f"workbook.head_{key}") for key in headings), 44)
    lines, tasks = elsewhere.lines, elsewhere.tasks
    for row, status in enumerate(Status, _TABLE):
        text = status_text(status)
        book.put(sheet, row, 0, text, "word", STATUS[status])
        to_lines = ("overdue", "A1") if status is Status.OVERDUE else ("lines", lines.heading(lines.status))
        by_task = f"={tasks.with_status(text)}" if tasks else ""
        to_tasks = ("by_task", tasks.heading() if tasks else "A1")
        _write_linked(book, sheet, (row, 1), month.by_task.of(status), by_task, to_tasks)
        _write_linked(book, sheet, (row, 3), month.by_assignment.of(status), f"={lines.with_status(text)}", to_lines)
        _write_shares(book, sheet, row, month, (month.by_task.of(status), month.by_assignment.of(status)))
        sheet.set_row(row, height_of(1))
    book.put(sheet, _TOTAL, 0, say("workbook.total"), "total")
    for col, counts in ((1, month.by_task), (3, month.by_assignment)):
        letter = "ABCD"[col]
        book.formula(sheet, _TOTAL, col, f"=SUM({letter}{_TABLE + 1}:{letter}{_TOTAL})", counts.total, "total")
    _write_shares(book, sheet, _TOTAL, month, (month.by_task.total, month.by_assignment.total), "total_share")


_FLAGS = (("not_reported", NOT_REPORTED), ("due_soon", DUE_SOON), ("awaiting", Shade("", "", "…")))


def _write_flags(book: Book, sheet: Any, month: Month, elsewhere: Elsewhere) -> None:
    """What cuts across the statuses; how many tasks, with all their leads, no sheet can count."""
    lines = elsewhere.lines
    for row, (name, shade) in enumerate(_FLAGS, _TOTAL + 1):
        label = say("workbook.due_soon") if name == "due_soon" else say(f"status.{name}")
        text = f"{say('workbook.of_which')} {shade.symbol} {label}"
        book.put(sheet, row, 0, text, "word", shade if shade.fill else None)
        to_lines = ("soon", "A1") if name == "due_soon" else ("lines", lines.heading(lines.flags))
        tasks, assignments = (int(getattr(counts, name)) for counts in (month.by_task, month.by_assignment))
        book.put(sheet, row, 1, tasks, "number")
        formula = f"={lines.with_flag(say(f'status.{name}'))}"
        _write_linked(book, sheet, (row, 3), assignments, formula, to_lines)
        _write_shares(book, sheet, row, month, (tasks, assignments))


def _write_linked(book: Book, sheet: Any, at: tuple[int, int], value: int, formula: str, to: tuple[str, str]) -> None:
    """A figure, counted by a formula ("": as it is), that leads to a cell of another sheet."""
    book.put(sheet, *at, Link(sheet_name(to[0]), to[1], str(value)), "number")
    if formula:
        book.formula(sheet, *at, formula, value, "number_link")
    else:
        book.put(sheet, *at, value, "number_link")


def _write_shares(
    book: Book, sheet: Any, row: int, month: Month, numbers: tuple[int, int], look: str = "share"
) -> None:
    """Right of the figures by task and by assignment, what they are of all."""
    for col, number, counts in ((1, numbers[0], month.by_task), (3, numbers[1], month.by_assignment)):
        _write_share(book, sheet, row, col, _TOTAL, share(number, counts.total), look)


def _write_share(book: Book, sheet: Any, row: int, col: int, total: int, value: float, look: str) -> None:
    letter = "ABCDE"[col]
    book.formula(sheet, row, col + 1, ratio(f"{letter}{row + 1}", f"{letter}${total + 1}"), value, look)


def _write_heading(book: Book, sheet: Any, row: int, texts: Sequence[str], height_pt: float) -> None:
    for col, text in enumerate(texts):
        book.put(sheet, row, col, text, "heading")
    sheet.set_row(row, height_pt)


def _write_returns(book: Book, sheet: Any, month: Month) -> None:
    """How many agencies sent in time, late, not at all; each figure leads to the names."""
    book.put(sheet, _RETURNS - 2, 0, say("workbook.title_register"), "section")
    headings = tuple(say(f"workbook.head_{k}") for k in ("state", "agencies", "share"))
    _write_heading(book, sheet, _RETURNS - 1, headings, height_of(1))
    found = Counter(entry.state for entry in month.register)
    total = _RETURNS + len(REGISTER_STATES)
    for row, state in enumerate(REGISTER_STATES, _RETURNS):
        book.put(sheet, row, 0, register_text(state), "word", REGISTER[state])
        _write_linked(book, sheet, (row, 1), found[state], "", ("register", REGISTER_STATE_CELL))
        _write_share(book, sheet, row, 1, total, share(found[state], len(month.register)), "share")
    book.put(sheet, total, 0, say("workbook.total"), "total")
    book.formula(sheet, total, 1, f"=SUM(B{_RETURNS + 1}:B{total})", len(month.register), "total")
    every = share(len(month.register), len(month.register))
    _write_share(book, sheet, total, 1, total, every, "total_share")


def _write_slowest(book: Book, sheet: Any, rows: Sequence[AgencyRow], elsewhere: Elsewhere) -> None:
    """The agencies that brought the smallest share of what they owed up to date, if not all of it."""
    behind = [row for row in rows if row.reported < row.expected]
    behind.sort(key=lambda r: (r.reported / r.expected, -r.expected, r.number))
    shown = behind[:_SLOWEST_MAX]
    book.put(sheet, _SLOWEST - 2, 0, _slowest_title(len(shown), len(behind)), "section")
    if not shown:
        none = "workbook.none_slow" if any(row.expected for row in rows) else "report.nobody_owes"
        book.put(sheet, _SLOWEST - 1, 0, say(none), "note")
        return
    keys = ("head_agency", "head_reported", "head_expected", "col_updated", "col_in_time_rate")
    _write_heading(book, sheet, _SLOWEST - 1, tuple(say(f"workbook.{key}") for key in keys), height_of(2))
    for row, each in enumerate(shown, _SLOWEST):
        agency = each.figures.agency
        book.put(sheet, row, 0, elsewhere.places.agency(agency.code, agency.label))
        book.put(sheet, row, 1, each.reported, "number")
        book.put(sheet, row, 2, each.expected, "number")
        formula = ratio(f"B{row + 1}", f"C{row + 1}")
        book.formula(sheet, row, 3, formula, share(each.reported, each.expected), "share")
        book.formula(sheet, row, 4, f"={elsewhere.on_time[agency.code]}", on_time_rate(each), "share")


def _slowest_title(shown: int, behind: int) -> str:
    title = say("workbook.slowest")
    return f"{title} {say('workbook.slowest_of', shown=shown, number=behind)}" if shown < behind else title


def _write_index(book: Book, sheet: Any) -> None:
    """Jumps to the other sheets, beside the printed page."""
    book.put(sheet, 0, _INDEX_COL, say("workbook.index"), "section")
    for row, key in enumerate(SHEETS, 1):
        book.put(sheet, row, _INDEX_COL, Link(sheet_name(key), "A1", sheet_name(key)), "jump")
