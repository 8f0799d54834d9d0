"""What people ask the ledger: who returned, what was found, what was answered, where a figure comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.actions.bounced import Bounced, addresses_in_use, standing
from tracker.actions.office import Office
from tracker.actions.questions import questions
from tracker.actions.report import month_of
from tracker.addresses import held_by
from tracker.columns import REPORT_TABLE
from tracker.dates import Period, show_instant
from tracker.errors import ConfigError
from tracker.grouping import together, worst_first
from tracker.ledger import outbox, queries
from tracker.model import Line, Month, Submission, TakenAnswer
from tracker.vietnamese import fold
from tracker.wording import sentence

Rows = list[dict[str, Any]]


def plain(value: Any) -> Any:
    """A value as JSON has it: a date is "YYYY-MM-DD"."""
    return value.isoformat() if isinstance(value, date) else value


def findings(office: Office, period: Period, language: str = "vi") -> Rows:
    """What still stands in the period's returns and across them, refusals of the file gate too; the worst first."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity.value,
            "agency": finding.agency or None,
            "task": finding.task or None,
            "file": file or None,
            "sheet": finding.sheet or None,
            "cell": finding.cell or None,
            "value": finding.value or None,
            "message": sentence(finding, office.agency_name(finding.agency), language),
            "waived_by": finding.waived_by or None,
        }
        for finding, file in worst_first(month_of(office, period).findings)
    ]


def findings_grouped(office: Office, period: Period, language: str = "vi") -> Rows:
    """The same for people: one line a problem, with all its tasks and cells."""
    return [
        {
            "code": each.first.code,
            "severity": each.first.severity.value,
            "agency": each.first.agency,
            "task": each.tasks,
            "file": each.file,
            "sheet": each.first.sheet,
            "cell": each.cells,
            "value": each.values,
            "message": each.message,
            "waived_by": each.first.waived_by,
        }
        for each in together(month_of(office, period).findings, office.agency_name, language)
    ]


def answers(office: Office, period: Period, table: str = REPORT_TABLE.key) -> Rows:
    """The accepted answer that stands for each assignment of the period, with file, sheet and cells."""
    newest: dict[tuple[str, str], TakenAnswer] = {}
    for taken in queries.accepted_answers(office.engine, str(period), since=str(period)):
        if taken.table == table:
            newest[office.follow(taken.agency, period), taken.task] = taken
    return [
        {
            "period": str(period),
            "agency": agency,
            "task": task,
            "role": taken.role.value,
            "file": taken.source.file,
            "sheet": taken.source.sheet,
            "cells": dict(taken.source.cells),
            "values": {key: plain(value) for key, value in taken.values.items()},
        }
        for (agency, task), taken in sorted(newest.items())
    ]


def status(office: Office, period: Period) -> dict[str, Any]:
    """Who returned and who did not, the figures so far, what was run last and what is due next."""
    month = month_of(office, period)
    unidentified = _unidentified(office, period)
    unread = _unread(unidentified)
    return {
        "period": month.period,
        "effective_day": month.effective_day.isoformat(),
        "agencies": [
            {
                "agency": each.agency.code,
                "name": each.agency.name,
                "state": each.state,
                "verdict": each.verdict.value if each.verdict else None,
                "received_at": each.received_at.isoformat() if each.received_at else None,
                "files": list(each.files),
                "unread": unread.get(each.agency.code, []),
                "errors": each.errors,
                "warnings": each.warnings,
            }
            for each in month.register
        ],
        "unidentified": unidentified,
        "held": [each.id for each in queries.held(office.engine)],
        "remarks": _remarks(month),
        "tasks": _figures(month),
        "last_runs": [
            {"verb": run["verb"], "started_at": run["started_at"].isoformat(), "outcome": run["outcome"]}
            for run in queries.last_runs(office.engine)
        ],
        "next_due": {
            "job": "run",
            "day": office.effective_day(office.current_period).isoformat(),
            "period": str(office.current_period),
        },
        "letters": _letters(office),
        "questions": [each.as_json() for each in questions(office)],
    }


def _letters(office: Office) -> dict[str, Any]:
    """How many letters are in which state, and those to look at: doubtful after a crash, put off, given up; and those
    that came back."""
    return {
        **outbox.count_by_state(office.engine),
        "troubled": [
            {
                "subject": each.subject,
                "to": list(each.receivers),
                "state": each.state.value,
                "tries": each.tries,
                "error": each.error,
                "is_doubtful": outbox.is_doubtful(each),
                "message_id": each.message_id,
            }
            for each in outbox.troubled(office.engine)
        ],
        "bounced": [each.as_json(office.agency_name) for each in _bounced(office)],
    }


def _bounced(office: Office) -> list[Bounced]:
    in_use = addresses_in_use(office.plan, office.settings.mail)
    return standing(office.engine, office.workspace.archive, office.now, in_use)


def _unidentified(office: Office, period: Period) -> Rows:
    """Files of the period that could not be laid to any agency; `sent_by`: the one whose registered address sent it."""
    known = office.senders()
    return [
        {
            "file": each.file,
            "sha256": each.sha256,
            "verdict": each.verdict.value,
            "sent_by": senders[0] if len(senders := held_by(each.sender or "", known)) == 1 else None,
        }
        for each in queries.submissions_of(office.engine, str(period))
        if not each.agency
    ]


def _unread(unidentified: Rows) -> dict[str, list[str]]:
    """Files that tell no agency, by the agency that sent them."""
    found: dict[str, list[str]] = {}
    for each in unidentified:
        if each["sent_by"]:
            found.setdefault(each["sent_by"], []).append(each["file"])
    return found


def _remarks(month: Month) -> dict[str, Any]:
    """How many cells of the office stand filled; those in which two copies contradict each other; how much of what was
    found in copies is still to be looked at."""
    stands = [(line, column, known) for line in month.lines for column, known in line.remarks.items()]
    return {
        "standing": len(stands),
        "disputed": [
            {
                "task": line.task.code,
                "agency": line.agency.code,
                "column": column.value,
                "values": list(known.values),
                "files": [each.file for each in (known.said, *known.rivals)],
            }
            for line, column, known in stands
            if known.is_disputed
        ],
        "findings": sum(finding.code.startswith("O") and finding.counts for finding, _ in month.findings),
    }


def _figures(month: Month) -> dict[str, int]:
    counts = month.by_task
    return {
        "total": counts.total,
        **{status.value: number for status, number in counts.by_status.items()},
        "not_reported": counts.not_reported,
    }


def trace(office: Office, period: Period, task: str, agency: str | None = None) -> Rows:
    """A figure back to file, sheet and cell: every line of a task, and every return that ever spoke of it.

    ConfigError: no such task or agency.
    """
    code = office.plan.task_by_code.get(task) or office.plan.task_by_folded_code.get(fold(task))
    body = office.plan.agency_by_name.get(fold(agency)) if agency else None
    if code is None or (agency and body is None):
        raise ConfigError("unknown_task_or_agency", task=task, agency=agency or "")
    wanted = office.plan.current(body, office.effective_day(period)) if body else None
    lines = [e for e in month_of(office, period).lines if e.task is code and (wanted is None or e.agency is wanted)]
    paths = {each.id: each for each in queries.submissions_of(office.engine)}
    history = _history(office, period, code.code)
    return [_traced(line, paths, history.get(line.agency.code, [])) for line in lines]


def _history(office: Office, period: Period, task: str) -> dict[str, list[TakenAnswer]]:
    found: dict[str, list[TakenAnswer]] = {}
    for taken in queries.accepted_answers(office.engine, str(period)):
        if taken.task == task:
            found.setdefault(office.follow(taken.agency, period), []).append(taken)
    return found


def _traced(line: Line, paths: dict[int, Submission], history: list[TakenAnswer]) -> dict[str, Any]:
    return {
        "task": line.task.code,
        "agency": line.agency.code,
        "role": line.assignment.role.value,
        "status": line.status.value if line.status else None,
        "status_by_report": line.by_report.value if line.by_report else None,
        "office": [
            {
                "column": column.value,
                "value": each.change.value,
                "stands": each is known.said,
                "by": each.by or None,
                "period": each.period,
                "file": each.file,
                "sha256": each.sha256,
                "received_at": show_instant(each.received_at),
                "sheet": each.change.sheet,
                "cell": each.change.cell,
            }
            for column, known in line.remarks.items()
            for each in (known.said, *known.rivals)
        ],
        "days_late": line.days_late,
        "reported_this_period": line.is_reported,
        "values": {key: plain(value) for key, value in line.values.items()},
        "sources": [
            {
                "period": taken.source.period,
                "file": taken.source.file,
                "sha256": taken.source.sha256,
                "archived_as": paths[taken.source.submission].path,
                "sender": taken.source.sender or None,
                "received_at": show_instant(taken.source.received_at),
                "sheet": taken.source.sheet,
                "cells": dict(taken.source.cells),
                "values": {key: plain(value) for key, value in taken.values.items()},
                "is_current": line.source is not None and taken.source.submission == line.source.submission,
            }
            for taken in reversed(history)
        ],
    }
