"""A row against the last accepted answer on the same task.

A row that contradicts itself (R06) has no history, and a task that was done and still is may repeat itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tracker.cells import Day, fold_date
from tracker.checks.case import RowCase
from tracker.checks.rule import Hit, rule
from tracker.columns import REPORT_TABLE, STATUS
from tracker.dates import Period
from tracker.model import Past, Severity
from tracker.vietnamese import fold, is_empty_phrase

_STILL_PERIODS = 1
"""Earlier periods without change from which on this one makes two months without movement."""

_FURTHEST_CHARS = 12
"""Two texts that differ more than this in length do not differ in dates only."""

_NO_DIGITS = str.maketrans("", "", "0123456789 ")
_DATE = re.compile(
    r"(?<!\d)\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:\d{4}|\d{2})(?!\d)"
    r"|\b(?:ngay|thang|nam|den|tu|truoc|sau)\s+\d{1,4}(?:\s*/\s*\d{1,4})?(?!\d)"
)
_DAYS = tuple(column.key for column in REPORT_TABLE.answered if isinstance(column.kind, Day))


@rule("H01", Severity.WARNING, needs=("percent",))
def percent_went_down(row: RowCase) -> Iterator[Hit]:
    """Not of a task that was done (H02 tells), nor of one handed back (P08)."""
    now, before = row.value("percent"), _before(row, "percent")
    if now is None or before is None or now >= before:
        return
    if not row.was_done and row.reported != "hand_back" and not row.contradicts_itself:
        yield row.at("percent", now=now, before=before)


@rule("H02", Severity.WARNING, needs=("status",))
def done_became_not_done(row: RowCase) -> Iterator[Hit]:
    if row.was_done and row.reported in ("not_started", "in_progress", "ongoing"):
        yield row.at("status", now=STATUS.show(row.reported), before=STATUS.show("done"))


@rule("H03", Severity.WARNING, needs=("result",))
def text_is_copied(row: RowCase) -> Iterator[Hit]:
    if row.past and _repetition(row) == "text":
        yield row.at("result", period=_label(row.past))


@rule("H04", Severity.WARNING, needs=("result",))
def only_dates_changed(row: RowCase) -> Iterator[Hit]:
    """The same status, percentage and words; dates in the text or in the date columns are new."""
    if row.past and _repetition(row) == "dates":
        yield row.at("result", period=_label(row.past))


@rule("H05", Severity.WARNING, needs=("completed_on",))
def completion_date_changed(row: RowCase) -> Iterator[Hit]:
    """Done then and now, on another day; one that cannot be is left to R05, R10 and R11."""
    now, before = row.value("completed_on"), _before(row, "completed_on")
    if not (row.was_done and row.reported == "done" and now and before) or row.contradicts_itself:
        return
    if now != before and row.task.document_date <= now <= row.case.received_on:
        yield row.at("completed_on", now=now, before=before)


@rule("H06", Severity.INFO, needs=("status", "percent"))
def does_not_move(row: RowCase) -> Iterator[Hit]:
    """Neither status nor percentage has changed for two months; for the office to look at."""
    if not row.past or row.past.unchanged_periods < _STILL_PERIODS:
        return
    if row.reported in ("not_started", "in_progress") and row.value("percent") is not None and _stands_still(row):
        yield row.at(
            "percent",
            status=STATUS.show(row.reported),
            percent=row.value("percent"),
            periods=row.past.unchanged_periods + 1,
        )


def _label(past: Past) -> str:
    return Period.parse(past.period).label


def _before(row: RowCase, key: str) -> Any:
    return row.past.values.get(key) if row.past else None


def _stands_still(row: RowCase) -> bool:
    return all(row.value(key) == _before(row, key) for key in ("status", "percent"))


def _repetition(row: RowCase) -> str:
    """ "text": last month's result, word for word; "dates": the same but for dates, and nothing moved; "": neither."""
    now, before = row.value("result"), _before(row, "result")
    if not now or not before or abs(len(now) - len(before)) > _FURTHEST_CHARS:
        return ""
    if row.reported == "not_started" or (row.was_done and row.reported == "done") or is_empty_phrase(now):
        return ""
    if now == before or fold(now) == fold(before):
        has_new_day = any(row.value(key) not in (None, _before(row, key)) for key in _DAYS)
        return "dates" if has_new_day and _stands_still(row) else "text"
    return "dates" if _stands_still(row) and _differ_in_dates_only(now, before) else ""


def _differ_in_dates_only(one: str, other: str) -> bool:
    if fold(one).translate(_NO_DIGITS) != fold(other).translate(_NO_DIGITS):
        return False
    return _without_dates(one) == _without_dates(other)


def _without_dates(text: str) -> str:
    return fold(_DATE.sub(" ", fold_date(text)))
