"""What became of the answers: read as they are said, told of, refused with a word, lost, or on another task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_from_string

from tests.perturbations.work import Place, Work
from tracker.model import Examined, Finding, Verdict

_MARK = re.compile(r"\d{4,}")


class Outcome(IntEnum):
    """From best to worst."""

    EXACT = 0
    TOLD = 1
    REFUSED = 2
    LOST = 3
    WRONG = 4


@dataclass(frozen=True)
class Judged:
    """`codes` are those somebody must look at; `why` names each answer lost or wrong."""

    outcome: Outcome
    codes: frozenset[str]
    why: tuple[str, ...] = ()


def judge(work: Work, examined: Examined) -> Judged:
    """The file's fate against the truth of the work it was saved from."""
    found = [finding for finding in examined.findings if finding.counts]
    codes = frozenset(finding.code for finding in found)
    read = {(answer.table, answer.task): answer.values for answer in examined.answers}
    wrong = tuple(_wrong(read, work.said))
    if wrong or (examined.answers and examined.agency != work.agency):
        return Judged(Outcome.WRONG, codes, wrong or (f"agency {examined.agency}",))
    if examined.verdict in (Verdict.REFUSED, Verdict.HELD):
        return Judged(Outcome.REFUSED, codes)
    absent = [place for place, values in work.said.items() if values.keys() - read.get(place, {}).keys()]
    untold = [place for place in (*absent, *work.gone) if not _is_told(place, work, found)]
    if untold:
        return Judged(Outcome.LOST, codes, tuple(f"{table} {code}" for table, code in untold))
    return Judged(Outcome.TOLD if absent or codes else Outcome.EXACT, codes)


def _wrong(read: Mapping[Place, Mapping[str, Any]], said: Mapping[Place, Mapping[str, Any]]) -> Iterator[str]:
    for (table, code), values in read.items():
        truth = said.get((table, code), {})
        for key, value in values.items():
            if key not in truth or not _is_same(value, truth[key]):
                yield f"{table} {code} {key}: {value!r}, said {truth.get(key)!r}"


def _is_same(value: Any, truth: Any) -> bool:
    """Figures to the sixth decimal; texts but for the form of their letters and blanks."""
    if isinstance(truth, float):
        return isinstance(value, float) and abs(value - truth) < 1e-6
    return bool(value == truth)


def _is_told(place: Place, work: Work, found: list[Finding]) -> bool:
    """Whether a finding names the row: by its code, or by a cell of the line in which its answers stand."""
    texts = (value for value in work.said.get(place, {}).values() if isinstance(value, str))
    marks = {mark for text in texts for mark in _MARK.findall(text)}
    return any(finding.task == place[1] or _holds(work.book, finding, marks) for finding in found)


def _holds(book: Workbook, finding: Finding, marks: set[str]) -> bool:
    """Whether the finding's line holds one of the figures by which each text of a form is known."""
    if not finding.cell or finding.sheet not in book.sheetnames:
        return False
    _, row = coordinate_from_string(finding.cell)
    return any(not marks.isdisjoint(_MARK.findall(str(cell.value))) for cell in book[finding.sheet][row])
