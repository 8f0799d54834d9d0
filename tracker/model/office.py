"""What the office writes into the consolidated workbook: a copy as read, what it changes, what stands of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

REMARKS_CHANNEL = "outputs"
"""Name of the channel that brings consolidated workbooks from where they were written."""


class RemarkColumn(StrEnum):
    """The office's own columns of Tổng hợp: its assessment, its direction, the status it confirms."""

    VIEW = "office_view"
    DIRECTION = "office_direction"
    CONFIRMED = "office_status"


class RemarkKey(NamedTuple):
    """One cell of the office: `task` and `agency` are codes; it stands for all versions and periods."""

    task: str
    agency: str
    column: RemarkColumn


@dataclass(frozen=True, slots=True)
class CopyStamp:
    """Which version a copy was made of. `seen`: number of the last copy read before it was written."""

    period: str
    version: int
    seen: int


class CopyCell(NamedTuple):
    """A filled cell of the office on a row that was recognised; `text` as it stands there, cleaned."""

    key: RemarkKey
    text: str
    sheet: str
    cell: str


class StrayCell(NamedTuple):
    """A filled cell of the office that is laid to no task, or cannot be used. `why`: unknown_task, unknown_agency,
    not_assigned, other_text, twice, other_sheet, unreadable, not_listed. `task` and `agency` as the row shows them."""

    why: str
    column: RemarkColumn
    text: str
    sheet: str
    cell: str
    task: str
    agency: str


@dataclass(frozen=True, slots=True)
class OfficeCopy:
    """A consolidated workbook that came back. `stamp` None: nothing tells which version it was; then `period` is that
    of its heading ("": none). `rows` are the (task, agency) that were recognised, with their row number, `columns`
    those of the office, with their letters: a cell of both that is not among `cells` is empty; `unclear` ones say
    nothing. `saved_by`: who saved it, as the file says ("": no word of it).
    """

    stamp: CopyStamp | None
    period: str
    sheet: str
    columns: Mapping[RemarkColumn, str]
    rows: Mapping[tuple[str, str], int]
    cells: tuple[CopyCell, ...] = ()
    strays: tuple[StrayCell, ...] = ()
    unclear: frozenset[RemarkKey] = frozenset()
    saved_by: str = ""


@dataclass(frozen=True, slots=True)
class RemarkChange:
    """What a copy changes of a cell of the office: `value` is a text, or a status by its key; "" empties it.

    `before` are the values the writer had before him (None: unknown), `seen` is that of the copy's stamp (-1: none).
    `continues`: the place of a workbook that was read before and is written in further; `before` is of that reading.
    """

    key: RemarkKey
    value: str
    before: tuple[str, ...] | None
    seen: int
    sheet: str
    cell: str
    continues: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A change with where it comes from: copy number, file, hash, who (sender, else who saved it; "": unknown), when,
    and the period of the copy."""

    change: RemarkChange
    copy: int
    period: str
    file: str
    sha256: str
    by: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a cell of the office: `said`, and those of other copies that contradict it (`rivals`)."""

    said: Remark
    rivals: tuple[Remark, ...] = ()

    @property
    def value(self) -> str:
        return self.said.change.value

    @property
    def values(self) -> tuple[str, ...]:
        return (self.value, *(each.change.value for each in self.rivals))

    @property
    def is_disputed(self) -> bool:
        return bool(self.rivals)


Remarks = Mapping[RemarkKey, Standing]


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """A recorded copy of the consolidated workbook: its number, period, what its stamp had seen (-1: no stamp), and the
    place where it was read."""

    id: int
    sha256: str
    period: str
    seen: int
    file: str
    key: str
    channel: str
    is_taken: bool
