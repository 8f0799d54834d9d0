"""Reads what the office wrote: copies of the consolidated workbook, their remarks and what was found in them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, func, select

from tracker.ledger.queries import findings_in
from tracker.ledger.schema import arrivals, copies, remarks, submissions
from tracker.model import CopyRecord, Finding, Remark, RemarkChange, RemarkColumn, RemarkKey, Verdict


def newest_copy(engine: Engine) -> int:
    """Number of the last copy that was recorded; 0: none."""
    query = select(func.coalesce(func.max(submissions.c.id), 0)).where(submissions.c.kind == "copy")
    with engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def count_remarks(engine: Engine, number: int) -> int | None:
    """How many remarks one submission brought; None where it is a return of an agency."""
    kind = select(submissions.c.kind).where(submissions.c.id == number)
    mine = select(func.count()).select_from(remarks).where(remarks.c.submission_id == number)
    with engine.connect() as connection:
        is_copy = connection.execute(kind).scalar_one() == "copy"
        return int(connection.execute(mine).scalar_one()) if is_copy else None


def copies_of(engine: Engine, up_to: str = "9999") -> tuple[CopyRecord, ...]:
    """Recorded copies of periods up to one, in order of recording; those that could not be read too."""
    joined = submissions.join(arrivals, submissions.c.arrival_id == arrivals.c.id).outerjoin(
        copies, copies.c.submission_id == submissions.c.id
    )
    query = (
        select(submissions, arrivals.c.name, arrivals.c.key, arrivals.c.channel, copies.c.seen)
        .select_from(joined)
        .where(submissions.c.kind == "copy", submissions.c.period <= up_to)
        .order_by(submissions.c.id)
    )
    with engine.connect() as connection:
        return tuple(_copy(row) for row in connection.execute(query))


def _copy(row: Any) -> CopyRecord:
    return CopyRecord(
        row.id,
        row.sha256,
        row.period,
        -1 if row.seen is None else row.seen,
        row.name,
        row.key,
        row.channel,
        Verdict(row.verdict).is_accepted or row.verdict == Verdict.DUPLICATE.value,
    )


def remarks_of(engine: Engine, up_to: str = "9999") -> tuple[Remark, ...]:
    """All changes the office made in copies of periods up to one, in order of recording."""
    query = (
        select(
            remarks,
            submissions.c.period,
            submissions.c.sha256,
            submissions.c.received_at,
            arrivals.c.name,
            arrivals.c.sender,
            copies.c.saved_by,
        )
        .select_from(
            remarks.join(submissions, remarks.c.submission_id == submissions.c.id)
            .join(arrivals, submissions.c.arrival_id == arrivals.c.id)
            .join(copies, copies.c.submission_id == submissions.c.id)
        )
        .where(submissions.c.period <= up_to)
        .order_by(remarks.c.submission_id, remarks.c.id)
    )
    with engine.connect() as connection:
        return tuple(_remark(row) for row in connection.execute(query))


def _remark(row: Any) -> Remark:
    change = RemarkChange(
        RemarkKey(row.task, row.agency, RemarkColumn(row.column)),
        row.value,
        None if row.before is None else tuple(row.before),
        row.seen,
        row.sheet,
        row.cell,
        row.continues,
    )
    by = row.sender or row.saved_by
    return Remark(change, row.submission_id, row.period, row.name, row.sha256, by, row.received_at)


def findings_of_copies(engine: Engine, up_to: str) -> tuple[tuple[Finding, CopyRecord], ...]:
    """What was found in copies of periods up to one, in order of recording."""
    return tuple((finding, copy) for copy in copies_of(engine, up_to) for finding in findings_in(engine, copy.id))
