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
READDRESSED = ">"
"""Between a reason's key and the addresses of a later letter for it: those that took the place of wrong ones."""


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


def put_off(
    letter: QueuedLetter, why: str, is_final: bool, now: datetime, most_tries: float = MAX_TRIES
) -> QueuedLetter:
    """What a claimed one is that the server could not take: tried again later, less and less often; given up when the
    server says so or after a time."""
    if is_final or letter.tries >= most_tries:
        return replace(letter, state=LetterState.FAILED, next_try_at=None, error=why[:500])
    return replace(letter, state=LetterState.PENDING, next_try_at=next_try(letter.tries, now), error=why[:500])


def kept(letter: QueuedLetter, why: str, now: datetime) -> QueuedLetter:
    """What a claimed one is that no server was asked about, for it does not let us in: that try does not count."""
    return replace(
        letter, state=LetterState.PENDING, tries=letter.tries - 1, next_try_at=next_try(1, now), error=why[:500]
    )


def revived(letter: QueuedLetter, now: datetime) -> QueuedLetter:
    """What one is that was given up and is asked for once more."""
    return replace(letter, state=LetterState.PENDING, tries=0, next_try_at=now, error="")


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
    """Letters to look at: doubtful, put off after an error, or given up and not written anew to another address."""
    found = _where(engine, or_(letters.c.error != "", letters.c.state == LetterState.SENDING.value))
    left = {each.id for each in given_up(engine)}
    return tuple(each for each in found if each.state is not LetterState.FAILED or each.id in left)


def families(engine: Engine, keys: Iterable[str]) -> dict[str, list[QueuedLetter]]:
    """Letters of each of these reasons, oldest first: the first one, and those to addresses corrected since."""
    wanted, found = list(keys), dict[str, list[QueuedLetter]]()
    for start in range(0, len(wanted), 100):
        some = wanted[start : start + 100]
        more = (letters.c.key.startswith(f"{key}{READDRESSED}", autoescape=True) for key in some)
        for letter in _where(engine, or_(letters.c.key.in_(some), *more)):
            found.setdefault(reason_of(letter), []).append(letter)
    return found


def reason_of(letter: QueuedLetter) -> str:
    """The key of the first letter of its reason."""
    return letter.key.partition(READDRESSED)[0]


def given_up(engine: Engine, period: str = "") -> tuple[QueuedLetter, ...]:
    """Letters given up, of a period ("": of all), but for those written anew to another address."""
    failed = [letters.c.state == LetterState.FAILED.value, *([letters.c.period == period] if period else [])]
    found = _where(engine, *failed)
    known = families(engine, {reason_of(each) for each in found})
    return tuple(each for each in found if known[reason_of(each)][-1].id == each.id)


def was_sent_since(engine: Engine, since: datetime) -> bool:
    """Whether a server took any letter since then."""
    query = select(letters.c.id).where(letters.c.sent_at >= since).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def in_sending(engine: Engine) -> tuple[QueuedLetter, ...]:
    """Letters that were claimed, and of which nothing more is known."""
    return _where(engine, letters.c.state == LetterState.SENDING.value)


def tried_since(engine: Engine, since: datetime) -> tuple[QueuedLetter, ...]:
    """Letters queued since an instant that a server was asked to take, but for those in `sending`."""
    was_tried = or_(letters.c.tries > 0, letters.c.error != "")
    return _where(engine, was_tried, letters.c.queued_at >= since, letters.c.state != LetterState.SENDING.value)


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
