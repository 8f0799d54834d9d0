"""The rule of needed cells (`Column.is_needed`) as Excel formulas, for the counter and for the shading.

What a task's row cannot show (it has a deadline, it is overdue, it was accepted as done) stands as three lists of task
codes in hidden cells of the same sheet, so that sorting, inserting rows or copying the sheet elsewhere keeps the
formulas right. One builder serves both uses: `ref` names a column's cells, either all its rows ("$G$8:$G$20", inside
SUMPRODUCT) or those of one row ("$G8"). Nothing in them fails on error cells or needs an array constant, which Excel
forbids in conditional formats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from tracker.cells import Choice
from tracker.columns import ROLE, STATUS, YES_NO, Column, Need
from tracker.forms.order import FormRow
from tracker.model import Role
from tracker.texts import say

Ref = Callable[[str], str]

_LISTS: dict[str, Callable[[FormRow], bool]] = {
    "has_deadline": lambda row: row.has_deadline,
    "is_overdue": lambda row: row.is_overdue,
    "was_done": lambda row: row.was_done,
}


def code_lists(rows: Iterable[FormRow]) -> Mapping[str, str]:
    """The three lists, by name: "|27TB-1|27TB-4.a|"; "" where no task belongs there."""
    rows = tuple(rows)
    codes = {name: [row.code for row in rows if holds(row)] for name, holds in _LISTS.items()}
    return {name: f"|{'|'.join(listed)}|" if listed else "" for name, listed in codes.items()}


@dataclass(frozen=True)
class NeedFormulas:
    """Formulas of one table. `nil` is the cell of Không phát sinh, `lists` the cells of the lists of codes by name."""

    columns: tuple[Column, ...]
    nil: str
    lists: Mapping[str, str]

    def counter(self, ref: Ref) -> str:
        """Text formula "Còn N ô cần điền"."""
        before, after = say("form.counter", count="\n").split("\n")
        cells = "+".join(self._needed(column, ref) for column in self.columns if column.need is not Need.NEVER)
        return f'="{before}"&SUMPRODUCT({self._is_live(ref)}*({cells}))&"{after}"'

    def shading(self, column: Column, ref: Ref) -> str:
        """1 where the row's cell of this column is still to be filled, else 0."""
        return f"={self._is_live(ref)}*{self._needed(column, ref)}"

    def _is_live(self, ref: Ref) -> str:
        """1 unless the return is nil, or the task was accepted as done and its row is untouched."""
        filled = "&".join(ref(c.key) for c in self.columns if not c.is_carried and not c.is_locked)
        return f'({self.nil}<>"{YES_NO.show("yes")}")*(1-{self._in_list("was_done", ref)}*{_blank(filled)})'

    def _needed(self, column: Column, ref: Ref) -> str:
        return f"{_blank(ref(column.key))}*({'+'.join(self._by_role(column, ref))})"

    def _by_role(self, column: Column, ref: Ref) -> Iterator[str]:
        yield "*".join((_is(ref("role"), ROLE, Role.LEAD), *self._conditions(column.need, ref)))
        if column.for_coordinators:
            yield _is(ref("role"), ROLE, Role.COORDINATING)

    def _conditions(self, need: Need, ref: Ref) -> Iterator[str]:
        """When a lead must fill the cell; all must hold."""
        match need:
            case Need.WITH_DEADLINE:
                yield self._in_list("has_deadline", ref)
            case Need.UNLESS_NOT_STARTED:
                yield f"ISERROR({_find_status(ref, 'not_started')})"
            case Need.WHEN_DONE:
                yield f"ISNUMBER({_find_status(ref, 'done')})"
            case Need.WHEN_OVERDUE:
                yield self._in_list("is_overdue", ref)
                yield f"ISERROR({_find_status(ref, 'done', 'hand_back')})"

    def _in_list(self, name: str, ref: Ref) -> str:
        return f'ISNUMBER(FIND("|"&{ref("task")}&"|",{self.lists[name]}))'


def _blank(cells: str) -> str:
    return f"ISERROR(1/LEN(TRIM({cells})))"


def _is(cells: str, kind: Choice, key: str) -> str:
    return f'({cells}="{kind.show(key)}")'


def _find_status(ref: Ref, *keys: str) -> str:
    """A number where the row's status is one of these (by its label), else an error."""
    listed = "|".join(STATUS.show(key) for key in keys)
    return f'FIND("|"&{ref("status")}&"|","|{listed}|")'
