"""The plan: tasks, agencies, groups, indicators, and who must report on what (assignments)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from tracker.texts import say, word
from tracker.vietnamese import fold

Named = TypeVar("Named")


class Role(StrEnum):
    """Part of an agency in a task: chủ trì, phối hợp."""

    LEAD = "lead"
    COORDINATING = "coordinating"


class DeadlineKind(StrEnum):
    """Loại thời hạn: fixed day, within a span, recurring, standing, after an event, none."""

    FIXED = "fixed"
    WITHIN = "within"
    RECURRING = "recurring"
    STANDING = "standing"
    EVENT = "event"
    NONE = "none"


class TaskState(StrEnum):
    """Tình trạng nhiệm vụ: in force, ended, suspended, repealed. Only the first and third are on forms or in counts."""

    IN_FORCE = "in_force"
    ENDED = "ended"
    SUSPENDED = "suspended"
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Agency:
    """One row of Cơ quan; `valid_to` is its last day, `successor` the code that takes its tasks from the day after."""

    code: str
    name: str
    short: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    emails: tuple[str, ...] = ()
    officer: str = ""
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str | None = None
    note: str = ""

    def exists_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.short, *self.aliases)

    @property
    def label(self) -> str:
        """How tables and charts name it: short, where it has a short name."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Group:
    """A collective name ("các sở, ngành, địa phương"): expands to agencies of some kinds, and to named ones.

    Without kinds and members it names nobody ("các cơ quan, đơn vị liên quan") and gets no row.
    """

    name: str
    kinds: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A target of a task: `op` is one of >=, >, =, <=, <; `target` is in `unit`."""

    code: str
    name: str
    unit: str
    op: str
    target: float
    note: str = ""

    def is_met(self, value: float) -> bool:
        return {
            ">=": value >= self.target,
            ">": value > self.target,
            "=": value == self.target,
            "<=": value <= self.target,
            "<": value < self.target,
        }[self.op]


@dataclass(frozen=True, slots=True)
class Task:
    """One row of Nhiệm vụ. Leads and coordinators are names as the document gives them, joint ones in order."""

    code: str
    item: str
    content: str
    document: str
    document_date: date
    leads: tuple[str, ...]
    coordinators: tuple[str, ...] = ()
    reporters: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    category: str = ""
    leader: str = ""
    product: str = ""
    deadline_text: str = ""
    due_on: date | None = None
    deadline_kind: DeadlineKind = DeadlineKind.NONE
    extended_to: date | None = None
    extension_document: str = ""
    indicators: tuple[str, ...] = ()
    state: TaskState = TaskState.IN_FORCE
    note: str = ""

    @property
    def is_before_bound(self) -> bool:
        """Whether the document says "trước ngày …": a strict reading leaves that day out. An extension never does."""
        return self.extended_to is None and fold(self.deadline_text).startswith(("truoc", "hoan thanh truoc"))

    @property
    def deadline(self) -> date | None:
        """The current deadline: the approved extension, else the document's date; None: no date binds."""
        return self.extended_to or self.due_on

    @property
    def deadline_label(self) -> str:
        """The deadline as forms show it: "dd/mm/yyyy (gia hạn)", else the document's phrase, else dd/mm/yyyy or ""."""
        if self.extended_to:
            return say("deadline.extended", day=self.extended_to)
        return self.deadline_text or (word(self.due_on) if self.due_on else "")


@dataclass(frozen=True, slots=True)
class DayOff:
    """A row of Ngày nghỉ: `is_working` True for a worked Saturday, False for a day off."""

    day: date
    is_working: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiver:
    """The office sets a rule aside; an empty agency or task means all; `until` is the last day it holds."""

    rule: str
    agency: str
    task: str
    by: str
    why: str
    until: date


@dataclass(frozen=True, slots=True)
class Assignment:
    """One task for one agency; `named_as` is what the document calls it (a group, a former name, a person)."""

    task: str
    agency: str
    role: Role
    named_as: str


@dataclass(frozen=True)
class Plan:
    """Everything of the master sheet; refer to tasks, agencies and indicators by code."""

    tasks: tuple[Task, ...]
    agencies: tuple[Agency, ...]
    groups: tuple[Group, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    leaders: tuple[str, ...] = ()
    days: tuple[DayOff, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    sha256: str = ""

    @cached_property
    def _resolved(self) -> dict[date, tuple[Assignment, ...]]:
        """Assignments by day; a copy made by `replace` starts its own."""
        return {}

    @cached_property
    def _on_forms(self) -> dict[date, Mapping[str, tuple[Assignment, ...]]]:
        return {}

    @cached_property
    def task_by_code(self) -> Mapping[str, Task]:
        return {task.code: task for task in self.tasks}

    @cached_property
    def agency_by_code(self) -> Mapping[str, Agency]:
        return {agency.code: agency for agency in self.agencies}

    @cached_property
    def indicator_by_code(self) -> Mapping[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def agency_by_name(self) -> Mapping[str, Agency]:
        """Agencies by folded name, short name, alias and code; exact matches only ("Thanh Hà" is not "Thanh Miện")."""
        named = {fold(agency.code): agency for agency in self.agencies}
        for agency in self.agencies:
            named |= {fold(name): agency for name in agency.names if name}
        return named

    @cached_property
    def group_by_name(self) -> Mapping[str, Group]:
        return {fold(group.name): group for group in self.groups}

    @cached_property
    def task_by_folded_code(self) -> Mapping[str, Task | None]:
        """Tasks by folded code: "27tb 4.D.1" still is 27TB-4.d.1; None where two codes fold alike ("4.d", "4.đ")."""
        return _by_key((fold(task.code), task) for task in self.tasks)

    @cached_property
    def indicator_by_folded(self) -> Mapping[str, Indicator | None]:
        """Indicators by folded code and by folded name; None where two share one."""
        named = _by_key((fold(indicator.name), indicator) for indicator in self.indicators)
        return {**named, **_by_key((fold(indicator.code), indicator) for indicator in self.indicators)}

    @cached_property
    def task_by_text(self) -> Mapping[str, Task | None]:
        """Tasks by folded content; None where two tasks share it (then it identifies neither)."""
        return _by_key((fold(task.content), task) for task in self.tasks)

    def current(self, agency: Agency, day: date) -> Agency:
        """The agency that answers for `agency` on `day`: itself, or the last of its successors by then."""
        seen = {agency.code}
        while agency.valid_to and agency.valid_to < day and agency.successor and agency.successor not in seen:
            seen.add(agency.successor)
            agency = self.agency_by_code[agency.successor]
        return agency

    def named(self, name: str, day: date) -> tuple[Agency, ...]:
        """Agencies meant by a name in a document, on `day`: one, a group's members, or none."""
        agency = self.agency_by_name.get(fold(name))
        if agency:
            return (self.current(agency, day),)
        group = self.group_by_name.get(fold(name))
        if not group:
            return ()
        members = (self.agency_by_code[code] for code in group.members)
        of_kind = (a for a in self.agencies if a.kind in group.kinds and a.exists_on(day))
        return _unique((*of_kind, *(self.current(member, day) for member in members)))

    def assignments(self, day: date) -> tuple[Assignment, ...]:
        """Who reports on what as of `day`, in the order of the plan; groups expanded, successors followed.

        Tasks in force and suspended ones; a recurring report of reports (`DeadlineKind.RECURRING`) has none, the
        register of returns answers it. An agency that leads a task is not its coordinator too.
        """
        if day not in self._resolved:
            self._resolved[day] = tuple(
                assignment
                for task in self.tasks
                if task.state in (TaskState.IN_FORCE, TaskState.SUSPENDED)
                and task.deadline_kind is not DeadlineKind.RECURRING
                for assignment in self._assignments_of(task, day)
            )
        return self._resolved[day]

    def _assignments_of(self, task: Task, day: date) -> Iterable[Assignment]:
        leads = {a.code: name for name in reversed(task.reporters or task.leads) for a in self.named(name, day)}
        for agency in self.agencies:
            if agency.code in leads:
                named_as = "; ".join(task.leads) if task.reporters else leads[agency.code]
                yield Assignment(task.code, agency.code, Role.LEAD, named_as)
        helpers = {a.code: name for name in reversed(task.coordinators) for a in self.named(name, day)}
        for agency in self.agencies:
            if agency.code in helpers and agency.code not in leads:
                yield Assignment(task.code, agency.code, Role.COORDINATING, helpers[agency.code])

    def of_agency(self, code: str, day: date) -> tuple[Assignment, ...]:
        """Assignments of one agency on `day`, suspended tasks left out: what its form shows."""
        return self._forms(day).get(code, ())

    def _forms(self, day: date) -> Mapping[str, tuple[Assignment, ...]]:
        """What the form of each agency shows; only agencies whose form shows anything."""
        if day not in self._on_forms:
            found: defaultdict[str, list[Assignment]] = defaultdict(list)
            for each in self.assignments(day):
                if self.task_by_code[each.task].state is TaskState.IN_FORCE:
                    found[each.agency].append(each)
            self._on_forms[day] = {agency: tuple(mine) for agency, mine in found.items()}
        return self._on_forms[day]

    def indicators_of(self, code: str, day: date) -> tuple[Indicator, ...]:
        """Indicators an agency reports: those of the tasks it leads."""
        led = (self.task_by_code[a.task] for a in self.of_agency(code, day) if a.role is Role.LEAD)
        return tuple(self.indicator_by_code[i] for task in led for i in task.indicators)

    def reporting_agencies(self, day: date) -> tuple[Agency, ...]:
        """Agencies with at least one task in force on `day`: those that get a form."""
        return tuple(agency for agency in self.agencies if agency.code in self._forms(day))


def _by_key(pairs: Iterable[tuple[str, Named]]) -> dict[str, Named | None]:
    """Values by key; None where two share it (then it identifies neither)."""
    found: dict[str, Named | None] = {}
    for key, value in pairs:
        found[key] = None if key in found else value
    return found


def _unique(agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    return tuple({agency.code: agency for agency in agencies}.values())
