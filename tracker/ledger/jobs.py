"""What the ledger knows of the timetable: which due jobs are settled, and which are to be tried again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from tracker.dates import Period
from tracker.ledger.schema import Instant, jobs
from tracker.timetable import MADE_UP_FOR, Due, Entry, JobState

LONGEST_DETAIL = 500


def entry(engine: Engine, due: Due) -> Entry | None:
    """What is known of one due job."""
    query = select(jobs).where(jobs.c.name == due.name, jobs.c.due_at == due.at)
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return _entry(row) if row else None


def restore(engine: Engine, entry: Entry, ended_at: datetime, detail: str) -> None:
    """Records how a job ended, attempts before included, as a note in the archive tells it."""
    due = entry.due
    told = {"state": entry.state.value, "tries": entry.tries, "next_try_at": entry.next_try_at}
    row = {"name": due.name, "period": str(due.period), "due_at": due.at, "ended_at": ended_at, "detail": detail}
    with engine.begin() as connection:
        connection.execute(delete(jobs).where(jobs.c.name == due.name, jobs.c.due_at == due.at))
        connection.execute(insert(jobs).values(**row, **told))


def entries(engine: Engine) -> tuple[Entry, ...]:
    """What still matters of the entries, oldest first: those of the last season, and whatever failed."""
    with engine.connect() as connection:
        newest = connection.execute(select(func.max(jobs.c.due_at, type_=Instant))).scalar()
        if newest is None:
            return ()
        matters = or_(jobs.c.due_at >= newest - MADE_UP_FOR, jobs.c.state == JobState.FAILED.value)
        query = select(jobs).where(matters).order_by(jobs.c.due_at, jobs.c.name)
        return tuple(_entry(row) for row in connection.execute(query))


def _entry(row: Any) -> Entry:
    due = Due(row.due_at, row.name, Period.parse(row.period))
    return Entry(due, JobState(row.state), row.tries, row.next_try_at)


def skip(engine: Engine, dues: Iterable[Due], now: datetime) -> None:
    """Notes jobs whose work a newer one does; those that were noted before keep what was noted unless they failed."""
    with engine.begin() as connection:
        for due in dues:
            _note(connection, due, JobState.SKIPPED, now, None, "")


def settle(
    engine: Engine,
    due: Due,
    state: JobState,
    now: datetime,
    next_try_at: datetime | None = None,
    detail: str = "",
) -> Entry:
    """Notes how a due job ended; a job that is done stays done."""
    with engine.begin() as connection:
        return _note(connection, due, state, now, next_try_at, detail)


def _note(
    connection: Connection, due: Due, state: JobState, now: datetime, next_try_at: datetime | None, detail: str
) -> Entry:
    key = (jobs.c.name == due.name, jobs.c.due_at == due.at)
    row = connection.execute(select(jobs).where(*key)).first()
    told = {"state": state.value, "next_try_at": next_try_at, "ended_at": now, "detail": detail[:LONGEST_DETAIL]}
    if row is None:
        connection.execute(insert(jobs).values(name=due.name, period=str(due.period), due_at=due.at, tries=1, **told))
        return Entry(due, state, 1, next_try_at)
    if row.state != JobState.FAILED.value:
        return _entry(row)
    connection.execute(update(jobs).where(*key).values(tries=row.tries + 1, **told))
    return Entry(due, state, row.tries + 1, next_try_at)
