"""Reads the ledger: what is known of files, what stands accepted, what was found, what was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from tracker.ledger.schema import (
    Instant,
    answers,
    arrivals,
    decisions,
    files,
    findings,
    outputs,
    periods,
    runs,
    submissions,
)
from tracker.model import Finding, Past, Role, Severity, Source, Submission, TakenAnswer, Verdict

_ACCEPTED = (Verdict.ACCEPTED.value, Verdict.ACCEPTED_WITH_FINDINGS.value)
_RECEIPT = (submissions.c.received_at, arrivals.c.modified_at, arrivals.c.name, submissions.c.sha256)
"""Order of receipt: at one instant, the file's own time, its name, its hash; never the order of recording."""

_H06_KEYS = ("status", "percent")


@dataclass(frozen=True, slots=True)
class Output:
    """A made version of a period's outputs; `fingerprint` of everything they say."""

    period: str
    version: int
    fingerprint: str
    names: tuple[str, ...]
    made_at: datetime


def _submission_query() -> Select[Any]:
    joined = submissions.join(arrivals, submissions.c.arrival_id == arrivals.c.id).join(
        files, submissions.c.sha256 == files.c.sha256
    )
    come = (arrivals.c.name, arrivals.c.sender, arrivals.c.modified_at)
    return select(submissions, *come, files.c.path).select_from(joined)


def _submission(row: Any) -> Submission:
    return Submission(
        row.id,
        row.sha256,
        row.agency,
        row.period,
        Verdict(row.verdict),
        row.is_nil,
        row.received_at,
        row.name,
        row.sender or "",
        row.cells_hash,
        row.format,
        row.path,
        row.modified_at,
        str(row.head.get("prepared_by", "")),
    )


def known_files(engine: Engine) -> dict[str, Submission]:
    """Whatever was recorded, returns and copies of the consolidated workbook, by sha-256."""
    return {each.sha256: each for each in submissions_where(engine)}


def known_hashes(engine: Engine) -> frozenset[str]:
    """The sha-256 of whatever was recorded."""
    with engine.connect() as connection:
        return frozenset(connection.execute(select(submissions.c.sha256)).scalars())


def submissions_of(engine: Engine, period: str | None = None, agency: str = "") -> tuple[Submission, ...]:
    """Returns in order of receipt; all periods where None, all agencies where ""."""
    asked = ((submissions.c.period, period), (submissions.c.agency, agency), (submissions.c.kind, "return"))
    return submissions_where(engine, *(column == value for column, value in asked if value))


def submissions_where(engine: Engine, *conditions: ColumnElement[bool]) -> tuple[Submission, ...]:
    """Submissions for which all conditions hold, in order of receipt."""
    query = _submission_query().where(*conditions).order_by(*_RECEIPT)
    with engine.connect() as connection:
        return tuple(_submission(row) for row in connection.execute(query))


def submission(engine: Engine, number: int) -> Submission | None:
    with engine.connect() as connection:
        row = connection.execute(_submission_query().where(submissions.c.id == number)).first()
    return _submission(row) if row else None


def held(engine: Engine) -> tuple[Submission, ...]:
    return tuple(each for each in submissions_of(engine) if each.verdict is Verdict.HELD)


def arrival_exists(connection: Connection, channel: str, key: str, sha256: str, modified_at: datetime) -> bool:
    """Whether this very arrival was recorded by an earlier run that could not tidy up after itself."""
    query = select(arrivals.c.id).where(
        arrivals.c.channel == channel,
        arrivals.c.key == key,
        arrivals.c.sha256 == sha256,
        arrivals.c.modified_at == modified_at,
    )
    return connection.execute(query).first() is not None


def accepted_answers(engine: Engine, up_to: str, since: str = "", agency: str = "") -> tuple[TakenAnswer, ...]:
    """Accepted answers of periods `since`..`up_to`, oldest first: by period, then order of receipt; of all agencies
    where ""."""
    query = _answer_query().where(
        submissions.c.verdict.in_(_ACCEPTED), submissions.c.period <= up_to, submissions.c.period >= since
    )
    if agency:
        query = query.where(submissions.c.agency == agency)
    with engine.connect() as connection:
        return tuple(_taken(row) for row in connection.execute(query))


def answers_in(engine: Engine, number: int) -> tuple[TakenAnswer, ...]:
    """Usable answers of one submission, whatever its verdict."""
    with engine.connect() as connection:
        rows = connection.execute(_answer_query().where(answers.c.submission_id == number))
        return tuple(_taken(row) for row in rows)


def count_answers(engine: Engine, number: int, table: str) -> int:
    """How many usable answers one submission gave in one of the form's tables."""
    mine = answers.c.submission_id == number, answers.c.table == table
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(answers).where(*mine)).scalar_one())


def _answer_query() -> Select[Any]:
    return (
        select(
            answers,
            submissions.c.agency,
            submissions.c.period,
            submissions.c.sha256,
            submissions.c.received_at,
            arrivals.c.name,
            arrivals.c.sender,
        )
        .select_from(
            answers.join(submissions, answers.c.submission_id == submissions.c.id).join(
                arrivals, submissions.c.arrival_id == arrivals.c.id
            )
        )
        .order_by(submissions.c.period, *_RECEIPT, answers.c.id)
    )


def _taken(row: Any) -> TakenAnswer:
    cells: Mapping[str, str] = row.cells
    source = Source(
        row.submission_id,
        row.name,
        row.sha256,
        row.sender or "",
        row.received_at,
        row.period,
        row.sheet,
        row.row,
        cells,
    )
    return TakenAnswer(row.table, row.task, Role(row.role), row.agency, row.values, row.is_whole, source)


Follow = Callable[[str], str]
"""Agency code -> code of the agency that answers for it now (successors followed)."""


def past_answers(engine: Engine, before: str, follow: Follow) -> dict[tuple[str, str, str], Past]:
    """The last accepted answer before a period, by (table, agency, task); whole answers only."""
    by_period: dict[tuple[str, str, str], dict[str, Mapping[str, Any]]] = {}
    for taken in accepted_answers(engine, before):
        if taken.source.period < before and taken.is_whole:
            known = by_period.setdefault((taken.table, follow(taken.agency), taken.task), {})
            known[taken.source.period] = taken.values
    return {key: _past(values) for key, values in by_period.items()}


def _past(by_period: Mapping[str, Mapping[str, Any]]) -> Past:
    newest_first = sorted(by_period, reverse=True)
    newest = by_period[newest_first[0]]
    unchanged = 0
    for period in newest_first[1:]:
        if any(by_period[period].get(key) != newest.get(key) for key in _H06_KEYS):
            break
        unchanged += 1
    return Past(newest_first[0], newest, unchanged)


def findings_of(engine: Engine, period: str) -> tuple[tuple[Finding, Submission], ...]:
    """Findings of a period's submissions, in order of receipt."""
    by_id = {each.id: each for each in submissions_of(engine, period)}
    query = (
        select(findings).where(findings.c.submission_id.in_(by_id)).order_by(findings.c.submission_id, findings.c.id)
    )
    with engine.connect() as connection:
        found = [(_finding(row), by_id[row.submission_id]) for row in connection.execute(query)]
    order = {number: place for place, number in enumerate(by_id)}
    return tuple(sorted(found, key=lambda pair: order[pair[1].id]))


def findings_in(engine: Engine, number: int) -> tuple[Finding, ...]:
    """Findings of one submission."""
    query = select(findings).where(findings.c.submission_id == number).order_by(findings.c.id)
    with engine.connect() as connection:
        return tuple(_finding(row) for row in connection.execute(query))


def _finding(row: Any) -> Finding:
    return Finding(
        row.code,
        Severity(row.severity),
        row.agency,
        row.task,
        row.sheet,
        row.cell,
        row.value,
        row.column,
        row.facts,
        tuple(row.blocks),
        row.waived_by,
    )


def opened_periods(engine: Engine) -> tuple[str, ...]:
    """Periods whose forms were written."""
    with engine.connect() as connection:
        return tuple(connection.execute(select(periods.c.period).order_by(periods.c.period)).scalars())


def last_made(engine: Engine) -> dict[str, datetime]:
    """When the newest version of each period that has one was made, the oldest period first."""
    made_at = func.max(outputs.c.made_at, type_=Instant)
    query = select(outputs.c.period, made_at).group_by(outputs.c.period).order_by(outputs.c.period)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def newest_output(engine: Engine, period: str) -> Output | None:
    query = select(outputs).where(outputs.c.period == period).order_by(outputs.c.version.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return Output(row.period, row.version, row.fingerprint, tuple(row.names), row.made_at) if row else None


def last_runs(engine: Engine) -> tuple[dict[str, Any], ...]:
    """The last run of each verb."""
    newest = select(func.max(runs.c.id)).group_by(runs.c.verb)
    with engine.connect() as connection:
        rows = connection.execute(select(runs).where(runs.c.id.in_(newest)).order_by(runs.c.verb)).mappings()
        return tuple(dict(row) for row in rows)


def runs_gone_wrong(engine: Engine, before: int) -> frozenset[int]:
    """Ids of the runs since the last one that ended well, among those before a run."""
    well = select(func.coalesce(func.max(runs.c.id), 0)).where(runs.c.id < before, runs.c.outcome == "ok")
    with engine.connect() as connection:
        since = connection.execute(well).scalar_one()
        return frozenset(connection.execute(select(runs.c.id).where(runs.c.id > since, runs.c.id < before)).scalars())


def decisions_of(engine: Engine) -> tuple[dict[str, Any], ...]:
    with engine.connect() as connection:
        return tuple(dict(row) for row in connection.execute(select(decisions).order_by(decisions.c.id)).mappings())
