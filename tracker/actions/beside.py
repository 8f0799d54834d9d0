"""A return beside the other accepted ones of its agency and period: what it repeats, what it puts in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.addresses import bare_address
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, STATUS_KEYS
from tracker.ledger.store import Receipt
from tracker.model import Answer, Beside, Examined, Replaced, Submission, TakenAnswer
from tracker.vietnamese import clean_text, fold

_TABLES = {table.key: table for table in (REPORT_TABLE, INDICATOR_TABLE)}
_BEHIND_NAME = re.compile(r"[,;(/–-].*", re.DOTALL)

Said = Answer | TakenAnswer
"""An answer on its way, or on record."""
Order = tuple[datetime, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """One return as far as others of its agency and period are concerned. `order`: time of receipt; of several at one
    instant, the time of the file, its name, its hash. `person` prepared it, as the form's head says."""

    order: Order
    sha256: str
    file: str
    sender: str
    person: str
    cells_hash: str | None
    is_nil: bool
    answers: tuple[Said, ...]


def sent_now(receipt: Receipt, examined: Examined) -> Sent:
    """A return on its way."""
    order = (receipt.received_at, receipt.modified_at, receipt.name, receipt.sha256)
    person = _name(examined.head.get("prepared_by", ""))
    sender = bare_address(receipt.sender or "")
    return Sent(
        order,
        receipt.sha256,
        receipt.name,
        sender,
        person,
        examined.cells_hash,
        examined.is_nil,
        examined.answers,
    )


def sent_before(submission: Submission, answers: Iterable[TakenAnswer]) -> Sent:
    """A return on record, with its answers."""
    modified_at = submission.modified_at or submission.received_at
    return Sent(
        (submission.received_at, modified_at, submission.file, submission.sha256),
        submission.sha256,
        submission.file,
        bare_address(submission.sender),
        _name(submission.prepared_by),
        submission.cells_hash,
        submission.is_nil,
        tuple(answers),
    )


def _name(text: str) -> str:
    """Whom a head field names, without post and office behind the name."""
    return clean_text(_BEHIND_NAME.sub("", text)).strip()


def beside_of(mine: Sent, others: Sequence[Sent]) -> Beside:
    """What a return is beside others that were accepted; `others` in order of receipt."""
    same = next((e for e in others if e.cells_hash and e.cells_hash == mine.cells_hash), None)
    if same:
        between = [each.file for each in others if same.order < each.order < mine.order]
        return Beside("cells", same.file, outdone_by=between[-1] if between else "")
    return apart_from(mine, others)


def apart_from(mine: Sent, others: Sequence[Sent]) -> Beside:
    """The same, whatever it repeats: what it replaces, and where something received later stands."""
    newer = [each for each in others if each.order > mine.order]
    kept = {(answer.table, answer.task) for each in newer for answer in each.answers}
    stands = _standing(others)
    replaced = (
        _replaced(mine, answer, *stands[key])
        for answer in mine.answers
        if (key := (answer.table, answer.task)) in stands and key not in kept
    )
    return Beside(
        newer=newer[-1].file if newer else "",
        kept=tuple(answer.task for answer in mine.answers if (answer.table, answer.task) in kept),
        replaced=tuple(each for each in replaced if each),
    )


def _standing(others: Sequence[Sent]) -> dict[tuple[str, str], tuple[Mapping[str, Any], Sent]]:
    """What stands of each task or indicator, and who said it last; a row without a usable status leaves that."""
    found: dict[tuple[str, str], tuple[Mapping[str, Any], Sent]] = {}
    for each in others:
        for answer in each.answers:
            before, _ = found.get((answer.table, answer.task), ({}, each))
            found[answer.table, answer.task] = _merged(answer, before), each
    return found


def _merged(answer: Said, before: Mapping[str, Any]) -> Mapping[str, Any]:
    if answer.is_whole:
        return answer.values
    own = {key: value for key, value in answer.values.items() if key not in STATUS_KEYS}
    return own | {key: before[key] for key in STATUS_KEYS if key in before}


def _replaced(mine: Sent, answer: Said, before: Mapping[str, Any], other: Sent) -> Replaced | None:
    """What the answer changes of what stands; None: nothing. To fill what stood open replaces nothing."""
    now = _merged(answer, before)
    keys = [column.key for column in _TABLES[answer.table].answered]
    stood = [key for key in keys if before.get(key) is not None]
    changes = tuple((key, before[key], now.get(key)) for key in stood if before[key] != now.get(key))
    if not changes:
        return None
    sheet, cells = (answer.source.sheet, answer.source.cells) if isinstance(answer, TakenAnswer) else _place(answer)
    cell = cells.get(changes[0][0]) or next(iter(cells.values()), "")
    by = other.person or other.sender
    return Replaced(answer.table, answer.task, sheet, cell, changes, other.file, by, _is_other(mine, other))


def _place(answer: Answer) -> tuple[str, Mapping[str, str]]:
    return answer.sheet, answer.cells


def _is_other(mine: Sent, other: Sent) -> bool:
    """Whether another person speaks: by the names in the forms' heads, else by the addresses; unknown: the same."""
    if mine.person and other.person:
        return fold(mine.person) != fold(other.person)
    return bool(mine.sender and other.sender) and mine.sender != other.sender
