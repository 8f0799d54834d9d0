"""What a way to break a rule is, how it is tried, and what must be found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from tests.perturbations.work import Place, work_on
from tests.support.forms import saved
from tests.support.returns import DESK, RECEIVED, Change, look, tables_in
from tracker.demo.officer import Form
from tracker.examine import Desk
from tracker.model import Examined, Past

DONE, OPEN, LATE, FREE = "27TB-3.2", "27TB-4.d.1", "27TB-3.1", "27TB-2.2"
"""Rows of Sở KH&CN: done on 28/02, in progress at 19 % and at 13 % past its deadline, without a deadline."""
DONE_TOO, MORE = "27TB-4.d.2", "27TB-4.a"
CT, CT_TOO, CT_THREE = "27TB-4.b-CT1", "27TB-4.b-CT2", "27TB-4.c-CT1"
HELPER, HELPED = "vp", "27TB-2.2"
NOWHERE = ("", "")
BELOW, BELOW_FIGURES = "below report", "below indicator"
"""Keys of the code cell in the first line below each table."""

At = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """A clean form of `agency` is changed, then its bytes; `at`: (task, column or head key) where `code` is found.

    `others`: codes that follow from the same mistake and may stand beside it. `key` "" is no cell.
    """

    code: str
    name: str
    changes: tuple[Change, ...] = ()
    at: At = (NOWHERE,)
    others: frozenset[str] = frozenset()
    agency: str = "skhcn"
    damage: Callable[[bytes], bytes] = lambda data: data
    desk: Desk = DESK
    arrival: Mapping[str, Any] = field(default_factory=dict)

    def examined(self) -> Examined:
        book = work_on(self.agency).book
        for change in self.changes:
            change(book)
        return look(self.damage(saved(book)), self.desk, **{"received_at": RECEIVED, **self.arrival})

    def missed(self) -> str:
        """What is not found as it must be; "": all is."""
        findings = self.examined().findings
        found = sorted((each.task, each.cell) for each in findings if each.code == self.code)
        expected = sorted((task, cell_of(self.agency, task, key)) for task, key in self.at)
        more = {each.code for each in findings} - {self.code} - self.others
        return "" if found == expected and not more else f"{self.code} at {found}, not {expected}; also {sorted(more)}"


def cell_of(agency: str, task: str, key: str) -> str:
    """Where a cell stands on the filled form; ("", head key) in its head, "" for no cell."""
    if not key:
        return ""
    cells = _cells(agency)
    return cells["", key] if key in (BELOW, BELOW_FIGURES) else cells[task, key]


@lru_cache
def _cells(agency: str) -> Mapping[tuple[str, str], str]:
    """Cells of the agency's form by task and column key, of its head by ("", key), and of the line below."""
    book = work_on(agency).book
    found: dict[tuple[str, str], str] = {}
    for kind, table in tables_in(book):
        for code in table.rows:
            found |= {(code, key): table.sheet.cell(table.rows[code], c).coordinate for key, c in table.columns.items()}
        below = table.sheet.cell(table.sheet.max_row + 1, table.columns["task"]).coordinate
        found["", f"below {kind.key}"] = below
    form = Form(saved(book))
    return found | {("", key): form.head(key).coordinate for key in ("agency", "period", "nil")}


def told(code: str, name: str, *changes: Change, at: At = (NOWHERE,), others: str = "", **more: Any) -> Way:
    return Way(code, name, changes, at, frozenset(others.split()), **more)


def at(task: str, *keys: str) -> At:
    return tuple((task, key) for key in keys)


def past_of(*given: tuple[Place, Mapping[str, Any], int], agency: str = "skhcn") -> Desk:
    """A desk that knows what was accepted in February: (place, values, periods without change before)."""
    past = {(table, agency, code): Past("2025-02", values, still) for (table, code), values, still in given}
    return Desk(DESK.plan, DESK.key, opened=DESK.opened, past={"2025-03": past})


def instant(text: str) -> datetime:
    """Local time."""
    return datetime.fromisoformat(f"{text}+07:00")
