"""Rows of a table that are no answers though something is written in them: totals, signatures, notes below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import inf

from tracker.cells import Text
from tracker.columns import Column, TableKind
from tracker.forms.headings import Line
from tracker.model import Cell, Row
from tracker.vietnamese import fold

_TOTAL = re.compile(r"(?:tong|cong|tong cong|tong so)(?: (?:\d+|nhiem vu|chi tieu|toan tinh))*")
_SIGNATURE = re.compile(
    r"(?:nguoi )?lap (?:bieu|bao cao)|thu truong(?: (?:co quan|don vi))?|giam doc|chu tich|chanh van phong|noi nhan"
    r"|ki(?: ten)?(?: va)?(?: dong dau| ghi ro ho ten)+"
    r"|(?:\D{0,40} )?ngay \d{0,2} ?thang \d{0,2} ?nam \d{0,4}"
)
"""Folded texts of the block below a table (decree 30/2020: place and date, office of the signer, recipients)."""
_ON_BEHALF = re.compile(r"\s*(?:TM|KT|TL|TUQ)\.")
_LONGEST_LINE = 100
_FIGURE = re.compile(r"\s*\d")
_NOT_ASKED_FOR = frozenset({"not_listed", "not_percent", "not_number", "not_date"})


def is_total(row: Row) -> bool:
    words = (str(row.value(key) or "") for key in ("no", "task", "content"))
    return any(_TOTAL.fullmatch(fold(text)) for text in words)


def without_notes(rows: tuple[Row, ...], lines: Sequence[Line], kind: TableKind) -> tuple[Row, ...]:
    """Rows less the notes below the last task: only words there, without code and text or from the signature on.

    A status of the list or a figure is an answer wherever it stands.
    """
    last = max((row.number for row in rows if row.task), default=0)
    if not rows or not last or rows[-1].number <= last:
        return rows
    signed = _signed_from(line for line in lines if line.number > last)
    return tuple(row for row in rows if row.number <= last or not _is_note(row, row.number >= signed, kind))


def _signed_from(lines: Iterable[Line]) -> float:
    texts = ((line.number, raw) for line in lines for raw in line.values if isinstance(raw, str) and raw)
    return next((number for number, raw in texts if _is_signature(raw)), inf)


def _is_signature(text: str) -> bool:
    if len(text) > _LONGEST_LINE:
        return False
    return bool(_ON_BEHALF.match(text) or _SIGNATURE.fullmatch(fold(text.partition(":")[0])))


def _is_note(row: Row, is_signed: bool, kind: TableKind) -> bool:
    if not is_signed and (row.value("task") or row.value("content")):
        return False
    return all(_is_words(row.cells.get(column.key), column) for column in kind.answered)


def _is_words(cell: Cell | None, column: Column) -> bool:
    """Whether a cell holds nothing that its column asks for: words where a list, a figure or a day is expected."""
    if cell is None or cell.is_blank:
        return True
    if not isinstance(cell.raw, str):
        return False
    if isinstance(column.kind, Text) or _is_signature(cell.raw):
        return True
    return cell.problem in _NOT_ASKED_FOR and not _FIGURE.match(cell.raw)
