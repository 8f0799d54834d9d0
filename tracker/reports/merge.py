"""Brings the accepted answers of all months together: which one stands for each assignment.

Ordering and grouping are pandas' work; cells are never looked at here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from tracker.dates import Calendar, Period, local_day
from tracker.model import Finding, Plan, Remarks, Submission, TakenAnswer

Key = tuple[str, str, str]
"""(table, agency code, task or indicator code)"""


@dataclass(frozen=True)
class MonthInput:
    """Everything a month is made of.

    `answers`: accepted ones of all periods up to this, oldest first; `submissions` and `findings` of this period;
    `marked`: file name of the marked return by submission; `remarks` of the office, by agencies as they are now.
    """

    plan: Plan
    period: Period
    calendar: Calendar
    answers: Sequence[TakenAnswer]
    submissions: Sequence[Submission]
    findings: Sequence[tuple[Finding, Submission]]
    report_day: int = 20
    deadline_is_strict: bool = False
    marked: Mapping[int, str] = field(default_factory=dict)
    remarks: Remarks = field(default_factory=dict)

    @property
    def effective_day(self) -> date:
        return self.period.effective_day(self.calendar, self.report_day)

    def follow(self, code: str) -> str:
        """The code of the agency that answers for `code` on the effective day."""
        agency = self.plan.agency_by_code.get(code)
        return self.plan.current(agency, self.effective_day).code if agency else code


@dataclass(frozen=True)
class Merged:
    """By key: the newest answer of this period, the last whole one, and the last whole one before this period.

    `done_on`: of what stands as done, the day last stated, else that of the first receipt that called it done.
    """

    newest: Mapping[Key, TakenAnswer]
    whole: Mapping[Key, TakenAnswer]
    before: Mapping[Key, TakenAnswer]
    done_on: Mapping[Key, date]


def merge(given: MonthInput) -> Merged:
    frame = pd.DataFrame(
        {
            "table": [a.table for a in given.answers],
            "agency": [given.follow(a.agency) for a in given.answers],
            "task": [a.task for a in given.answers],
            "period": [a.source.period for a in given.answers],
            "is_whole": pd.Series([a.is_whole for a in given.answers], dtype=bool),
        }
    )
    current = frame["period"] == str(given.period)
    return Merged(
        _last(frame[current], given.answers),
        _last(frame[frame["is_whole"]], given.answers),
        _last(frame[frame["is_whole"] & ~current], given.answers),
        _done_on(given),
    )


def _last(frame: pd.DataFrame, answers: Sequence[TakenAnswer]) -> dict[Key, TakenAnswer]:
    """The last answer of each assignment; the frame's index is the place in `answers`, oldest first."""
    kept = frame.drop_duplicates(["table", "agency", "task"], keep="last")
    keys = zip(kept["table"], kept["agency"], kept["task"], strict=True)
    return {key: answers[place] for key, place in zip(keys, kept.index, strict=True)}


def _done_on(given: MonthInput) -> dict[Key, date]:
    """Saying "done" again next month, without a date, makes nothing later than it was."""
    found: dict[Key, date] = {}
    for answer in given.answers:
        key = (answer.table, given.follow(answer.agency), answer.task)
        if answer.is_whole and answer.values.get("status") == "done":
            stated = answer.values.get("completed_on")
            found[key] = stated or found.get(key) or local_day(answer.source.received_at)
        elif answer.is_whole:
            found.pop(key, None)
    return found
