"""One row of Báo cáo by itself: what is empty, what cannot be read, what contradicts the rest of the row.

One mistake is one finding: what hangs on a value that cannot be used is not asked (`RowCase.lacking`), and of two rules
that would bite in the same place for the same reason only the more telling one does; the docstrings say which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from datetime import date
from typing import Any

from tracker.cells import Text
from tracker.checks.case import ANSWERED_KEYS, Case, RowCase, problems_of
from tracker.checks.rule import Hit, cell_hit, rule, shorten
from tracker.columns import HEAD, INDICATOR_TABLE, REPORT_TABLE, STATUS, TableKind
from tracker.model import Cell, Row, Severity
from tracker.vietnamese import denies, is_empty_phrase, names_nothing

_NO_STATUS = frozenset({"not_listed", "two_ticks"})
_NO_SHARE = frozenset({"not_percent", "unclear_percent", "approximate", "ratio"})
_NO_DATE = frozenset({"not_date", "no_year", "no_day", "no_such_day", "far_year", "month_first"})
_DAY_AND_MONTH = re.compile(r"\s*\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}\s*")
"""A date as text in which day and month may have been exchanged."""
_HEAD_LABELS = {field.key: field.label for field in HEAD}
_LIMITS = tuple((c.key, c.kind.max_chars) for c in REPORT_TABLE.answered if isinstance(c.kind, Text))


def _lacking(row: RowCase, code: str, **facts: Any) -> Iterator[Hit]:
    """Empty cells that `Column.missing` gives to the rule."""
    for column in row.lacking:
        if column.missing == code:
            said_so: dict[str, Any] = {} if row.row.cells[column.key].is_blank else {"variant": "no_answer"}
            yield row.at(column.key, **said_so, **facts)


def _unreadable(row: RowCase, problems: Set[str], **facts: Any) -> Iterator[Hit]:
    """Cells with one of the problems, which says in which words (`finding.<code>_<problem>`)."""
    for key, found in row.problems:
        if found in problems:
            yield row.at(key, blocks=(key,), variant=found, **facts)


@rule("R01", Severity.ERROR)
def needed_cell_is_empty(row: RowCase) -> Iterable[Hit]:
    """Of a row that is blank altogether only the first cell; product, date, cause and names have their own rules."""
    return _lacking(row, "R01")


@rule("R02", Severity.ERROR, needs=("status",))
def status_is_not_listed(row: RowCase) -> Iterable[Hit]:
    """Nor one ticked among several columns: `two_ticks`."""
    return _unreadable(row, _NO_STATUS, expected=STATUS.labels) if row.problems else ()


@rule("R03", Severity.ERROR, needs=("percent",))
def percent_is_not_a_share(row: RowCase) -> Iterable[Hit]:
    """Not a number from 0 to 100, only about one ("khoảng 80"), or a fraction that may mean 0.9 % as well as 90 %."""
    return _unreadable(row, _NO_SHARE) if row.problems else ()


@rule("R04", Severity.ERROR)
def date_is_not_a_date(row: RowCase) -> Iterable[Hit]:
    """No day at all, one that no calendar has, or one without its day, its year or its order."""
    return _unreadable(row, _NO_DATE) if row.problems else ()


@rule("R05", Severity.WARNING, needs=("completed_on",))
def day_and_month_look_swapped(row: RowCase) -> Iterator[Hit]:
    """A date that cannot be, where day and month exchanged could: Excel under a US locale, or typed that way.

    A day that has not come yet is not used, as in R10; one before the task was given is.
    """
    if swapped := _swapped(row):
        blocks = ("completed_on",) if _completed_on(row) > row.case.received_on else ()
        yield row.at("completed_on", blocks=blocks, day=_completed_on(row), likely=swapped)


@rule("R06", Severity.ERROR, needs=("status", "percent"))
def done_with_less_than_all(row: RowCase) -> Iterator[Hit]:
    """Nothing else is said of status, percentage and completion date of such a row."""
    if row.contradicts_itself:
        blocks = ("status", "percent", "completed_on")
        yield row.at("percent", blocks=blocks, status=STATUS.show("done"), percent=row.value("percent"))


@rule("R07", Severity.WARNING, needs=("status", "percent"))
def all_but_not_done(row: RowCase) -> Iterator[Hit]:
    if row.value("percent") == 100 and row.reported == "in_progress":
        yield row.at("percent", status=STATUS.show(row.reported))


@rule("R08", Severity.WARNING, needs=("completed_on",))
def done_without_date(row: RowCase) -> Iterable[Hit]:
    """Counts as done on the day of receipt."""
    return _lacking(row, "R08", received=row.case.received_on) if row.lacking else ()


@rule("R09", Severity.WARNING, needs=("product",))
def done_without_product(row: RowCase) -> Iterable[Hit]:
    """Counts as done, and waits for confirmation."""
    return _lacking(row, "R09") if row.lacking else ()


@rule("R10", Severity.ERROR, needs=("completed_on",))
def completed_after_receipt(row: RowCase) -> Iterator[Hit]:
    day = row.value("completed_on")
    if day and day > row.case.received_on and not row.contradicts_itself and not _swapped(row):
        yield row.at("completed_on", blocks=("completed_on",), day=day, received=row.case.received_on)


@rule("R11", Severity.WARNING, needs=("completed_on",))
def completed_before_given(row: RowCase) -> Iterator[Hit]:
    day = row.value("completed_on")
    if day and day < row.task.document_date and not row.contradicts_itself and not _swapped(row):
        yield row.at("completed_on", day=day, document=row.task.document, given=row.task.document_date)


@rule("R12", Severity.WARNING, needs=("obstacles",))
def overdue_without_cause(row: RowCase) -> Iterator[Hit]:
    """An empty cell, or one that says no more than "không có"."""
    if row.lacking:
        yield from _lacking(row, "R12", deadline=row.task.deadline)
    cause = row.value("obstacles")
    if cause and names_nothing(cause) and row.needs("obstacles"):
        yield row.at("obstacles", deadline=row.task.deadline)


@rule("R13", Severity.WARNING, needs=("status",))
def not_started_but_moving(row: RowCase) -> Iterator[Hit]:
    """A percentage above 0, or a result that tells of work; "chưa …" and "không …" agree with not started."""
    if row.reported != "not_started":
        return
    if percent := row.value("percent"):
        yield row.at("percent", status=STATUS.show(row.reported), found=percent)
    elif (result := row.value("result")) and not denies(result) and not is_empty_phrase(result):
        yield row.at("result", status=STATUS.show(row.reported), found=shorten(result))


@rule("R14", Severity.ERROR, per_row=False)
def formula_has_no_value(case: Case) -> Iterable[Hit]:
    """In any cell an agency fills, on either sheet: it would look empty, or 0."""
    return _broken(case, "formula_empty")


@rule("R15", Severity.ERROR, per_row=False)
def cell_shows_an_error(case: Case) -> Iterable[Hit]:
    """#N/A, #REF! and the like, in any cell an agency fills, on either sheet."""
    return _broken(case, "error_value")


@rule("R16", Severity.WARNING, needs=("result",))
def result_says_nothing(row: RowCase) -> Iterator[Hit]:
    """Only "đang triển khai" and the like; "chưa có" is a fair answer where nothing was started."""
    result = row.value("result")
    if not result or not is_empty_phrase(result):
        return
    if row.reported != "not_started" or not denies(result):
        yield row.at("result")


@rule("R17", Severity.WARNING)
def text_is_too_long(row: RowCase) -> Iterator[Hit]:
    """The whole text is kept; outputs may cut it."""
    cells = row.row.cells
    for key, limit in _LIMITS:
        cell = cells.get(key)
        if cell and cell.value and len(cell.value) > limit:
            yield row.at(key, length=len(cell.value), limit=limit)


@rule("R18", Severity.INFO, per_row=False)
def legacy_font_is_converted(case: Case) -> Iterator[Hit]:
    """Text in TCVN3 or VNI letters, in the head and in what agencies fill; what it was turned into is used."""
    for key, cell in case.returned.head.items():
        if cell.converted:
            yield case.head_hit(key, variant="head", column=_HEAD_LABELS[key], **_before_and_after(cell))
    report = ((row_case.row, REPORT_TABLE) for row_case in case.row_cases())
    for row, table in (*report, *((row, INDICATOR_TABLE) for row in case.indicator_rows)):
        for key, cell in row.cells.items():
            if cell.converted and key in ANSWERED_KEYS:
                yield cell_hit(row, key, table=table, **_before_and_after(cell))


@rule("R19", Severity.WARNING)
def nobody_is_named(row: RowCase) -> Iterable[Hit]:
    """Rõ người, rõ trách nhiệm."""
    return _lacking(row, "R19") if row.lacking else ()


@rule("R20", Severity.INFO, needs=("extension_to",))
def asks_for_extension(row: RowCase) -> Iterator[Hit]:
    """A date that an agency types never moves a deadline."""
    if wanted := row.value("extension_to"):
        yield row.at("extension_to", wanted=wanted, deadline=row.task.deadline_label)


@rule("R21", Severity.WARNING, needs=("status",))
def ongoing_despite_deadline(row: RowCase) -> Iterator[Hit]:
    if row.reported == "ongoing" and row.task.deadline:
        yield row.at("status", deadline=row.task.deadline)


@rule("R22", Severity.ERROR, per_row=False)
def points_at_another_cell(case: Case) -> Iterator[Hit]:
    """ "nt", "như trên", "như kỳ trước": only a name is taken, from the row above, and told as information."""
    for row, table in _rows_with_problems(case):
        for key, problem in problems_of(row):
            if problem not in ("ditto", "ditto_past"):
                continue
            taken = row.value(key)
            if taken is None:
                yield cell_hit(row, key, table=table, blocks=(key,), taken="")
            else:
                yield cell_hit(row, key, table=table, severity=Severity.INFO, taken=taken)


def _completed_on(row: RowCase) -> date:
    day: date = row.value("completed_on")
    return day


def _swapped(row: RowCase) -> date | None:
    """The likelier date where the written one cannot be and day and month exchanged can.

    Text that names its month ("ngày 3 tháng 5", "2025-05-03") cannot be exchanged.
    """
    cell = row.cell("completed_on")
    if cell is None or cell.value is None or row.contradicts_itself:
        return None
    if isinstance(cell.raw, str) and not _DAY_AND_MONTH.fullmatch(cell.raw):
        return None
    day: date = cell.value
    if day.day > 12 or day.day == day.month:
        return None
    given, received = row.task.document_date, row.case.received_on
    other = day.replace(month=day.day, day=day.month)
    return other if given <= other <= received and not given <= day <= received else None


def _before_and_after(cell: Cell) -> dict[str, Any]:
    return {"before": shorten(str(cell.raw)), "after": shorten(cell.converted)}


def _rows_with_problems(case: Case) -> Iterator[tuple[Row, TableKind]]:
    yield from ((row_case.row, REPORT_TABLE) for row_case in case.row_cases() if row_case.problems)
    yield from ((row, INDICATOR_TABLE) for row in case.indicator_rows)


def _broken(case: Case, problem: str) -> Iterator[Hit]:
    for row, table in _rows_with_problems(case):
        yield from _broken_cells(row, table, problem)


def _broken_cells(row: Row, table: TableKind, problem: str) -> Iterator[Hit]:
    found = (key for key, what in problems_of(row) if what == problem)
    return (cell_hit(row, key, table=table, blocks=(key,)) for key in found)
