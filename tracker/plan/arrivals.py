"""What a list of tasks would change in a plan: new tasks, blanks it fills, and where the two differ.

Where they differ the master sheet stands: people keep it. A list that was taken adds nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.errors import PlanError, Problem
from tracker.model import Plan, Task
from tracker.plan.sheet_columns import TASKS
from tracker.plan.task_list import Draft, shown
from tracker.vietnamese import fold


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of the master sheet and what the list has for it; `before` is "" where the list fills a blank."""

    task: str
    key: str
    before: str
    value: Any

    @property
    def after(self) -> str:
        return shown(self.key, self.value)

    @property
    def heading(self) -> str:
        return TASKS.heading(TASKS.column(self.key))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """`additions` are whole rows by key; `fills` go into blank cells; `conflicts` change nothing; `same` is a count."""

    additions: tuple[Mapping[str, Any], ...] = ()
    fills: tuple[Difference, ...] = ()
    conflicts: tuple[Difference, ...] = ()
    same: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not self.additions and not self.fills


def compare(plan: Plan, drafts: Iterable[Draft], name: str) -> Arrivals:
    """Tasks are the same by their code. PlanError where a new task lacks what every task must have."""
    additions: list[Mapping[str, Any]] = []
    fills: list[Difference] = []
    conflicts: list[Difference] = []
    problems: list[Problem] = []
    same = 0
    for draft in drafts:
        task = plan.task_by_code.get(draft.code) or plan.task_by_folded_code.get(fold(draft.code))
        if task is None:
            additions.append(draft.values)
            problems += _gaps(draft, name)
            continue
        found = list(_differences(task, draft))
        same += not found
        fills += (each for each in found if not each.before)
        conflicts += (each for each in found if each.before)
    if problems:
        raise PlanError(name, tuple(problems))
    return Arrivals(tuple(additions), tuple(fills), tuple(conflicts), same)


def _gaps(draft: Draft, name: str) -> Iterable[Problem]:
    for column in TASKS.columns:
        if column.is_required and column.key not in draft.values:
            yield Problem(name, str(draft.row), "required_new", {"heading": TASKS.heading(column), "value": draft.code})


def _differences(task: Task, draft: Draft) -> Iterable[Difference]:
    for key, value in draft.values.items():
        if key == "code":
            continue
        ours = (task.document, task.document_date) if key == "document" else getattr(task, key)
        before = shown(key, ours) if ours not in (None, "", ()) else ""
        if fold(before) != fold(shown(key, value)):
            yield Difference(task.code, key, before, value)
