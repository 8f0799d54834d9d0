"""The office's remarks: how a consolidated workbook is stamped, what stands after several copies, how it is shown.

Three ways meet in a cell: what the version said that a copy was made of, what the copy says now, and what has been said
since by others. Only what a copy changes counts; where two copies change the same cell otherwise, the first stands, the
other is kept beside it, and both are shown until the office decides in a version that shows both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.model.office import (
    CopyStamp,
    OfficeCopy,
    Remark,
    RemarkChange,
    RemarkColumn,
    RemarkKey,
    Remarks,
    Standing,
    StrayCell,
)
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import fold

STAMP_PROPERTY = "tracker-stamp"
STAMP_MARK = "TDTH1/"
_STAMP = re.compile(r"TDTH1/(20[0-9]{2}-(?:0[1-9]|1[0-2]))/v([0-9]{1,6})/s([0-9]{1,12})(?![0-9])")
_LONGEST = 30_000
"""Of a text as it is compared: a cell holds 32,767 characters, and what is cut ends in a word of ours."""


def stamp_text(stamp: CopyStamp) -> str:
    """The stamp as one line of ASCII: period, version, the last copy that was read before."""
    return f"{STAMP_MARK}{stamp.period}/v{stamp.version}/s{stamp.seen}"


def read_stamp(text: str) -> CopyStamp | None:
    """The stamp found anywhere in a text; None where there is none."""
    found = _STAMP.search(text)
    return CopyStamp(found[1], int(found[2]), int(found[3])) if found else None


def heading_of(column: RemarkColumn) -> str:
    """The heading of a column of the office on Tổng hợp."""
    return say(f"workbook.{column}")


# --- what stands ------------------------------------------------------------------------------------------------------


def fold_remarks(said: Iterable[Remark]) -> dict[RemarkKey, Standing]:
    """What stands after all changes, in their order. An emptied cell stands as ""."""
    stands: dict[RemarkKey, Standing] = {}
    heard: set[tuple[object, ...]] = set()
    for each in said:
        change = each.change
        again = (change.key, change.seen, change.before, change.value)
        if change.continues or again not in heard:
            heard.add(again)
            known = stands.get(change.key)
            stands[change.key] = joined(known, each)
    return stands


def joined(known: Standing | None, said: Remark) -> Standing:
    """What stands in a cell after one more change."""
    if known is None:
        return Standing(said)
    change = said.change
    if known.values == (change.value,):
        return known
    saw_nothing_of_it = change.before is None and known.values == ("",)
    if change.before == known.values or saw_nothing_of_it:
        return Standing(said)
    return known if change.value in known.values else Standing(known.said, (*known.rivals, said))


def values_of(stands: Remarks, key: RemarkKey) -> tuple[str, ...]:
    """The values of a cell: what stands, and what contradicts it; ("",) where nothing was ever said."""
    known = stands.get(key)
    return known.values if known else ("",)


# --- what a copy changes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """What a copy changes; `unlisted` are confirmed statuses that are none of the seven."""

    changes: tuple[RemarkChange, ...] = ()
    unlisted: tuple[StrayCell, ...] = ()


def compare(
    copy: OfficeCopy, base: Remarks | None, former: Mapping[RemarkKey, str], seen: int, place: str = ""
) -> Compared:
    """A copy beside the version it was made of (None: unknown, then only what is filled counts) and beside what the
    same workbook said when it was read `former`ly at its `place`."""
    cells = {cell.key: cell for cell in copy.cells}
    emptied = {key for key in {**(base or {}), **former} if _is_there(copy, key)} - cells.keys()
    changes, unlisted = [], []
    for key in sorted({*cells, *emptied} - copy.unclear):
        before = _before(key, base, former)
        cell = cells.get(key)
        text = cell.text if cell else ""
        if before is not None and is_shown(key.column, before, text):
            continue
        value = _value(key.column, text)
        if value is None and cell:
            unlisted.append(StrayCell("not_listed", key.column, text, cell.sheet, cell.cell, key.task, key.agency))
        elif value is not None and before != (value,):
            ref = cell.cell if cell else f"{copy.columns[key.column]}{copy.rows[key.task, key.agency]}"
            continues = place if key in former else ""
            changes.append(RemarkChange(key, value, before, seen, copy.sheet, ref, continues))
    return Compared(tuple(changes), tuple(unlisted))


def _is_there(copy: OfficeCopy, key: RemarkKey) -> bool:
    return (key.task, key.agency) in copy.rows and key.column in copy.columns


def _before(key: RemarkKey, base: Remarks | None, former: Mapping[RemarkKey, str]) -> tuple[str, ...] | None:
    if key in former:
        return (former[key],)
    return values_of(base, key) if base is not None else None


def _value(column: RemarkColumn, text: str) -> str | None:
    """What is recorded of a cell: its text, or the key of its status; None: no status of ours."""
    if column is not RemarkColumn.CONFIRMED or not text:
        return text
    status = confirmed_status(text)
    return status.value if status else None


# --- how it is shown --------------------------------------------------------------------------------------------------


def shown(column: RemarkColumn, values: tuple[str, ...]) -> str:
    """The cell of a workbook: one value as it is; several with a word between them that tells of the other copy."""
    first, *others = (value_text(column, value) for value in values)
    if not others:
        return first
    said = (say("remark.other", text=other or say("remark.emptied")) for other in others)
    return "\n".join([first or say("remark.emptied"), *said])


def value_text(column: RemarkColumn, value: str) -> str:
    """A value in words: a status by its name."""
    if column is RemarkColumn.CONFIRMED and value:
        return say(f"status.{value}")
    return value


def is_shown(column: RemarkColumn, values: tuple[str, ...], text: str) -> bool:
    """Whether a cell holds what was shown there: blanks and line breaks tell nothing."""
    expected, found = (" ".join(each.split()) for each in (shown(column, values), text))
    return expected == found or (len(expected) > _LONGEST and expected[:_LONGEST] == found[:_LONGEST])


def confirmed_status(text: str) -> Status | None:
    """The status a cell of Trạng thái xác nhận names, with or without its symbol; None: none of the seven."""
    words = fold(text)
    return next((status for status in Status if fold(say(f"status.{status}")) == words), None)
