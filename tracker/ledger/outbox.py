"""The outbox: a letter is here before it is sent, has one key per reason, and always the same Message-ID.

`sending` is noted before the server is asked, `sent` after it said yes. A letter found in `sending` at the start of a
run is doubtful: the server may have it. It is sent once more under the same Message-ID, and shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, insert, or_, select, update

from tracker.ledger.schema import letters
from tracker.model import Letter, LetterKind, LetterState, QueuedLetter
from tracker.timetable import LONGEST_WAIT, next_try

DOUBTFUL = "doubtful: the run ended before the server's answer was noted"
MAX_TRIES = 12


def known_keys(engine: Engine, keys: Iterable[str]) -> frozenset[str]:
    """Which of the reasons have their letter already."""
    wanted = list(keys)
    found: set[str] = set()
    with engine.connect() as connection:
        for start in range(0, len(wanted), 500):
            query = select(letters.c.key).where(letters.c.key.in_(wanted[start : start + 500]))
            found.update(connection.execute(query).scalars())
    return frozenset(found)


def queue(engine: Engine, filed: Iterable[tuple[Letter, str, str]], now: datetime) -> None:
    """Puts letters, each with its Message-ID and its path in the archive, into the outbox: all or none."""
    rows = [_row(_pending(letter, message_id, path, now)) for letter, message_id, path in filed]
    if rows:
        with engine.begin() as connection:
            connection.execute(insert(letters), rows)


def _pending(letter: Letter, message_id: str, path: str, now: datetime) -> QueuedLetter:
    facts = (letter.kind, letter.period, letter.agency, letter.receivers, letter.subject, path)
    return QueuedLetter(0, letter.key, message_id, *facts, LetterState.PENDING, 0, now, now)


def restore(engine: Engine, letter: QueuedLetter) -> None:
    """Records a letter with what became of it, as notes in the archive tell."""
    with engine.begin() as connection:
        connection.execute(insert(letters).values(_row(letter)))


def _row(letter: QueuedLetter) -> dict[str, Any]:
    facts = {field.name: getattr(letter, field.name) for field in fields(letter) if field.name != "id"}
    return {**facts, "kind": letter.kind.value, "state": letter.state.value, "receivers": list(letter.receivers)}


def due(engine: Engine, now: datetime, limit: int) -> tuple[QueuedLetter, ...]:
    """Letters that wait and whose next try has come (or was set by a clock far ahead), oldest first."""
    query = select(letters).where(*_is_due(now)).order_by(letters.c.id).limit(limit)
    with engine.connect() as connection:
        return tuple(_queued(row) for row in connection.execute(query))


def count_due(engine: Engine, now: datetime) -> int:
    """How many `due` would give without a limit."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(letters).where(*_is_due(now))).scalar_one())


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_now = or_(letters.c.next_try_at <= now, letters.c.next_try_at > now + LONGEST_WAIT)
    return letters.c.state == LetterState.PENDING.value, is_now


def claimed(letter: QueuedLetter) -> QueuedLetter:
    """What it is before the server is asked."""
    return replace(letter, state=LetterState.SENDING, tries=letter.tries + 1)


def doubtful(letter: QueuedLetter, now: datetime) -> QueuedLetter:
    """What a claimed one is whose fate a crash left open: lined up again."""
    return replace(letter, state=LetterState.PENDING, next_try_at=now, error=DOUBTFUL)


def is_doubtful(letter: QueuedLetter) -> bool:
    """Whether a crash left it open if the server has it, now or once."""
    return letter.error == DOUBTFUL or letter.state is LetterState.SENDING


def sent(letter: QueuedLetter, now: datetime) -> QueuedLetter:
    """What a claimed one is after the server took it; what was doubtful stays noted beside it."""
    error = DOUBTFUL if letter.error == DOUBTFUL else ""
    return replace(letter, state=LetterState.SENT, sent_at=now, next_try_at=None, error=error)


def put_off(letter: QueuedLetter, why: str, is_final: bool, now: datetime) -> QueuedLetter:
    """What a claimed one is that the server could not take: tried again later, less and less often; given up when the
    server says so or after a time."""
    if is_final or letter.tries >= MAX_TRIES:
        return replace(letter, state=LetterState.FAILED, next_try_at=None, error=why[:500])
    return replace(letter, state=LetterState.PENDING, next_try_at=next_try(letter.tries, now), error=why[:500])


def update_state(engine: Engine, letter: QueuedLetter) -> None:
    """Records what became of a letter, known by its key."""
    values = {
        "state": letter.state.value,
        "tries": letter.tries,
        "next_try_at": letter.next_try_at,
        "sent_at": letter.sent_at,
        "error": letter.error,
    }
    with engine.begin() as connection:
        connection.execute(update(letters).where(letters.c.key == letter.key).values(values))


def letters_of(engine: Engine, kind: LetterKind | None = None, period: str = "") -> tuple[QueuedLetter, ...]:
    """Letters in order of queueing; of a kind and a period, or all."""
    query = select(letters).order_by(letters.c.id)
    if kind:
        query = query.where(letters.c.kind == kind.value)
    if period:
        query = query.where(letters.c.period == period)
    with engine.connect() as connection:
        return tuple(_queued(row) for row in connection.execute(query))


def troubled(engine: Engine) -> tuple[QueuedLetter, ...]:
    """Letters to look at: doubtful, put off after an error, or given up."""
    return _where(engine, or_(letters.c.error != "", letters.c.state == LetterState.SENDING.value))


def in_sending(engine: Engine) -> tuple[QueuedLetter, ...]:
    """Letters that were claimed, and of which nothing more is known."""
    return _where(engine, letters.c.state == LetterState.SENDING.value)


def tried_since(engine: Engine, since: datetime) -> tuple[QueuedLetter, ...]:
    """Letters queued since an instant that a server was asked to take, but for those in `sending`."""
    return _where(
        engine, letters.c.tries > 0, letters.c.queued_at >= since, letters.c.state != LetterState.SENDING.value
    )


def _where(engine: Engine, *conditions: ColumnElement[bool]) -> tuple[QueuedLetter, ...]:
    with engine.connect() as connection:
        rows = connection.execute(select(letters).where(*conditions).order_by(letters.c.id))
        return tuple(_queued(row) for row in rows)


def receipts_since(engine: Engine, since: datetime) -> dict[str, int]:
    """How many receipts each address was written since an instant."""
    query = select(letters.c.receivers).where(letters.c.kind == LetterKind.RECEIPT.value, letters.c.queued_at >= since)
    found: dict[str, int] = {}
    with engine.connect() as connection:
        for receivers in connection.execute(query).scalars():
            for each in receivers:
                found[each.casefold()] = found.get(each.casefold(), 0) + 1
    return found


def count_by_state(engine: Engine) -> dict[str, int]:
    query = select(letters.c.state, func.count()).group_by(letters.c.state)
    with engine.connect() as connection:
        return {str(row[0]): int(row[1]) for row in connection.execute(query)}


def _queued(row: Any) -> QueuedLetter:
    return QueuedLetter(
        row.id,
        row.key,
        row.message_id,
        LetterKind(row.kind),
        row.period,
        row.agency,
        tuple(row.receivers),
        row.subject,
        row.path,
        LetterState(row.state),
        row.tries,
        row.queued_at,
        row.next_try_at,
        row.sent_at,
        row.error,
    )
