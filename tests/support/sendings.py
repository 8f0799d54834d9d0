"""What was sent in some months, as the ledger would give it, from returns checked by the real rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tests.support.cases import PLAN, SCIENCE, Change, all_of, clean_case
from tracker.checks import RULES, answers_of, check, verdict_of
from tracker.dates import Calendar, Period, local_day
from tracker.model import Answer, Finding, Month, Plan, Source, Submission, TakenAnswer, Verdict
from tracker.reports.merge import MonthInput
from tracker.reports.month import build_month


def at(day: str, hour: int = 9) -> datetime:
    """An hour of a day, local time."""
    return datetime.fromisoformat(f"{day}T{hour:02d}:00:00+07:00").astimezone(UTC)


@dataclass(frozen=True)
class Sent:
    """One return: whose, of which period, when it came, and what the checks left of it."""

    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = Verdict.ACCEPTED
    agency: str = SCIENCE.code
    period: str = "2025-03"
    received_at: datetime = field(default_factory=lambda: at("2025-03-19"))
    is_nil: bool = False


def sent(*changes: Change, period: str = "2025-03", received_at: datetime | None = None, **more: Any) -> Sent:
    """The clean return of Sở KH&CN with these changes, checked; `more` are other fields of `Sent`."""
    received_at = received_at or at("2025-03-19")
    day = Period.parse(period).effective_day(Calendar())
    base = replace(clean_case(), period=Period.parse(period), received_on=local_day(received_at), effective_day=day)
    case = all_of(*changes)(base)
    findings = check(case, RULES)
    verdict = verdict_of(findings)
    answers = () if verdict is Verdict.REFUSED else answers_of(case, findings)
    return Sent(
        **{
            "answers": answers,
            "findings": findings,
            "verdict": verdict,
            "period": period,
            "received_at": received_at,
            "is_nil": case.is_nil,
            **more,
        }
    )


def given(*sendings: Sent, plan: Plan = PLAN, period: str = "2025-03", **more: Any) -> MonthInput:
    """What a month is made of when these came, in this order of recording."""
    recorded = [(_submission(number, each), each) for number, each in enumerate(sendings, 1)]
    recorded.sort(key=lambda pair: (pair[0].period, pair[0].received_at, pair[0].id))
    accepted = (pair for pair in recorded if pair[0].verdict.is_accepted and pair[0].period <= period)
    mine = [pair for pair in recorded if pair[0].period == period]
    return MonthInput(
        plan,
        Period.parse(period),
        Calendar(),
        tuple(taken for submission, each in accepted for taken in _taken(submission, each.answers)),
        tuple(submission for submission, _ in mine),
        tuple((finding, submission) for submission, each in mine for finding in each.findings),
        **more,
    )


def month_of(*sendings: Sent, plan: Plan = PLAN, period: str = "2025-03", **more: Any) -> Month:
    return build_month(given(*sendings, plan=plan, period=period, **more))


def _submission(number: int, each: Sent) -> Submission:
    return Submission(
        number,
        f"{number:064d}",
        each.agency,
        each.period,
        each.verdict,
        each.is_nil,
        each.received_at,
        f"{each.period}_{each.agency}_{number}.xlsx",
        "",
        None,
        "xlsx",
        "",
    )


def _taken(submission: Submission, answers: Iterable[Answer]) -> Iterable[TakenAnswer]:
    for each in answers:
        source = Source(
            submission.id,
            submission.file,
            submission.sha256,
            submission.sender,
            submission.received_at,
            submission.period,
            each.sheet,
            each.row,
            each.cells,
        )
        yield TakenAnswer(each.table, each.task, each.role, submission.agency, each.values, each.is_whole, source)


def values_of(month: Month, task: str, agency: str = SCIENCE.code) -> Mapping[str, Any]:
    return next(line.values for line in month.lines if (line.task.code, line.agency.code) == (task, agency))
