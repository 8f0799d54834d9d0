"""Tình hình gửi báo cáo: what each agency sent, and which findings still stand."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.grouping import together
from tracker.model import Finding, Month, Register, Severity, Submission, Verdict
from tracker.reports.merge import Merged, MonthInput


def _of_agency(given: MonthInput) -> dict[str, list[Submission]]:
    """Submissions by agency (successors followed), in order of receipt; duplicates are no submissions of their own."""
    found: defaultdict[str, list[Submission]] = defaultdict(list)
    for each in given.submissions:
        if each.verdict is not Verdict.DUPLICATE:
            found[given.follow(each.agency)].append(each)
    return found


def register(given: MonthInput) -> Iterable[Register]:
    sent = _of_agency(given)
    deadline = given.period.deadline(given.calendar, given.report_day)
    for agency in given.plan.reporting_agencies(given.effective_day):
        mine = sent.get(agency.code, [])
        accepted = [each for each in mine if each.verdict.is_accepted]
        counted = accepted[-1] if accepted else (mine[-1] if mine else None)
        if counted is None:
            yield Register(agency, "missing")
            continue
        first = accepted[0] if accepted else counted
        yield Register(
            agency,
            _state(accepted, mine, deadline),
            counted.verdict,
            first.received_at,
            tuple(each.file for each in mine),
            bool(accepted) and counted.is_nil,
            marked_return=given.marked.get(counted.id, ""),
        )


def _state(accepted: Sequence[Submission], all_sent: Sequence[Submission], deadline: datetime) -> str:
    """The first accepted return decides on lateness: a late correction does not make an agency late."""
    if accepted:
        return "on_time" if accepted[0].received_at < deadline else "late"
    return "held" if any(each.verdict is Verdict.HELD for each in all_sent) else "refused"


def with_findings(month: Month, told: Iterable[tuple[Finding, str]]) -> Month:
    """The month with further findings, each with its file ("": across returns). What an agency has to mend or look at
    is counted as Lỗi dữ liệu and the board list it: a problem of a return is one, in however many cells."""
    findings = (*month.findings, *told)
    tally = Counter((each.first.agency, each.first.severity) for each in together(findings, str) if each.first.counts)

    def counted(entry: Register) -> Register:
        code = entry.agency.code
        errors = tally[code, Severity.ERROR] + tally[code, Severity.HOLD]
        return replace(entry, errors=errors, warnings=tally[code, Severity.WARNING])

    return replace(month, findings=findings, register=tuple(map(counted, month.register)))


_GAPS = ("R01", "P01", "I06")
"""Findings of what a return leaves out."""


def standing(given: MonthInput, merged: Merged) -> list[tuple[Finding, Submission]]:
    """Findings that still stand: a later accepted return clears those of earlier ones, row by row.

    What the last one leaves out is no gap where another return of the period answers it, whichever was read first.
    """
    newest = {code: sent[-1].id for code, sent in _of_agency(given).items() if code}
    accepted = {code: [s.id for s in sent if s.verdict.is_accepted] for code, sent in _of_agency(given).items()}
    winners = {(key[1], key[2]): answer.source.submission for key, answer in merged.newest.items()}
    kept = []
    for finding, submission in given.findings:
        code = given.follow(submission.agency)
        if submission.verdict is Verdict.DUPLICATE:
            continue
        winner = winners.get((code, finding.task)) if finding.task else None
        is_last = not code or submission.id in (newest.get(code), *accepted.get(code, [])[-1:])
        if submission.verdict.is_accepted or not code:
            is_filled = finding.code in _GAPS and finding.counts and winner not in (None, submission.id)
            stands = (is_last and not is_filled) or (finding.task and winner == submission.id)
        else:
            stands = submission.id == newest.get(code)
        if stands:
            kept.append((finding, submission))
    return kept
