"""Plans of any size that look like the real one: its own tasks, agencies and groups, and more of the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count, islice

from tracker.model import Agency, Plan, Role, Task
from tracker.plan.data import packaged_plan

REAL_PLAN = "27-TB-UBND"
DAY = date(2025, 3, 20)
"""The effective day of the month that is played."""

_MANY_LEADS = 10
_COPY = "_"
"""Divides the code of a copied task from its number; no real code has it."""


def plan_of(agencies: int = 0, copies: int = 1) -> Plan:
    """The real plan with so many agencies that report on `DAY` (36 at least: the real ones).

    Added agencies are copies of those that the plan's groups name, so that the tasks of groups are theirs too.
    With `copies` of each group task the forms are longer: every copy is about 4 rows.
    """
    real = packaged_plan(REAL_PLAN)
    missing = max(0, agencies - len(real.reporting_agencies(DAY)))
    return Plan(
        (*real.tasks, *_more_tasks(real, copies)),
        (*real.agencies, *islice(_more_agencies(real), missing)),
        real.groups,
        real.indicators,
        real.leaders,
        real.days,
    )


def original(code: str) -> str:
    """The code of the real task that a task of `plan_of` is or copies."""
    return code.partition(_COPY)[0]


def _more_agencies(real: Plan) -> Iterator[Agency]:
    """Copies of the agencies that groups name, without end."""
    kinds = {kind for group in real.groups for kind in group.kinds}
    named = [agency for agency in real.reporting_agencies(DAY) if agency.kind in kinds]
    for number in count(2):
        for agency in named:
            name, short = f"{agency.name} {number}", f"{agency.short} {number}"
            yield Agency(f"{agency.code}-{number}", name, short, kind=agency.kind)


def _more_tasks(real: Plan, copies: int) -> Iterator[Task]:
    leads = Counter(each.task for each in real.assignments(DAY) if each.role is Role.LEAD)
    of_groups = [task for task in real.tasks if leads[task.code] >= _MANY_LEADS]
    for number in range(2, copies + 1):
        for task in of_groups:
            code, content = f"{task.code}{_COPY}{number}", f"{task.content} (đợt {number})"
            yield replace(task, code=code, content=content, indicators=())
