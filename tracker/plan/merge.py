"""A confirmed draft and the plan → what is to be added, extended, left, and what a person must settle.

Pure: nothing is written here (`tracker.plan.edit` does). Merging the same draft again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date

from rapidfuzz import fuzz

from tracker.model import DeadlineKind, Group, Indicator, Plan, Task
from tracker.plan.edit import SheetEdit
from tracker.plan.notice.review import Reviewed, ReviewedTask
from tracker.plan.sheet_columns import GROUPS, INDICATORS, TASKS
from tracker.texts import say, word
from tracker.vietnamese import SYMBOL_KIND, fold

_SAME, _ALIKE = 92, 78  # likeness of folded contents: the same task; perhaps the same
_DATED = (DeadlineKind.FIXED, DeadlineKind.WITHIN)


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a person must settle: the draft's item, the key of its sentence (`notice.conflict_…`), its facts."""

    item: str
    key: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extension:
    """A task of the plan to which a later document gives another day."""

    code: str
    until: date
    document: str


@dataclass(frozen=True)
class Merge:
    """Everything a draft does to the plan. `matched` are codes of tasks it names again without changing them."""

    added: tuple[Task, ...] = ()
    groups: tuple[Group, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    extended: tuple[Extension, ...] = ()
    matched: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def changes_something(self) -> bool:
        return bool(self.added or self.extended or self.groups or self.indicators)

    @property
    def edits(self) -> tuple[SheetEdit, ...]:
        """The changes as rows and cells of the master sheet."""
        tasks = tuple({**_by_key(task), "document": (task.document, task.document_date)} for task in self.added)
        until = [(each.code, "extended_to", each.until) for each in self.extended]
        grounds = [(each.code, "extension_document", each.document) for each in self.extended]
        return (
            SheetEdit(TASKS, (*until, *grounds), tasks),
            SheetEdit(GROUPS, additions=tuple(map(_by_key, self.groups))),
            SheetEdit(INDICATORS, additions=tuple(map(_by_key, self.indicators))),
        )


def merge(plan: Plan, reviewed: Reviewed) -> Merge:
    """The changes; names that mean nobody, earlier days and doubtful matches become conflicts and change nothing."""
    merger = _Merger(plan, reviewed)
    for task in reviewed.tasks:
        merger.take(task)
    return Merge(
        tuple(merger.added),
        tuple(merger.groups.values()),
        tuple(merger.indicators),
        tuple(merger.extended),
        tuple(merger.matched),
        tuple(merger.conflicts),
    )


class _Merger:
    def __init__(self, plan: Plan, reviewed: Reviewed) -> None:
        self.plan, self.reviewed = plan, reviewed
        self.document = say("master.document_and_day", number=reviewed.symbol, day=reviewed.date)
        self.prefix = self._prefix()
        self.added: list[Task] = []
        self.groups: dict[str, Group] = {}
        self.indicators: list[Indicator] = []
        self.extended: list[Extension] = []
        self.matched: list[str] = []
        self.conflicts: list[Conflict] = []

    def take(self, task: ReviewedTask) -> None:
        own = next((t for t in self.plan.tasks if self._is_own(t) and fold(t.item) == fold(task.item)), None)
        known = own or self._same_elsewhere(task)
        if known:
            self._known(task, known)
            return
        problems = list(self._problems(task))
        self.conflicts += problems
        if not any(problem.key != "maybe_known" for problem in problems):
            self._add(task)

    def _is_own(self, task: Task) -> bool:
        return fold(task.document) == fold(self.reviewed.symbol) and task.document_date == self.reviewed.date

    def _same_elsewhere(self, task: ReviewedTask) -> Task | None:
        """The task of another document that says the same under an agency in common."""
        best, score = None, float(_SAME)
        for other in (other for other in self.plan.tasks if not self._is_own(other)):
            likeness = fuzz.ratio(fold(other.content), fold(task.content))
            if likeness >= score and self._agencies(other.leads) & self._agencies(task.leads):
                best, score = other, likeness
        return best

    def _agencies(self, names: tuple[str, ...]) -> set[str]:
        day = self.reviewed.date
        return {a.code for name in names for a in self.plan.named(name, day)} | {fold(name) for name in names}

    def _known(self, task: ReviewedTask, known: Task) -> None:
        if not self._agencies(known.leads) & self._agencies(task.leads):
            self._conflict(task, "leads_differ", code=known.code, ours=known.leads, theirs=task.leads)
        elif not task.due_on or task.due_on == known.deadline:
            self.matched.append(known.code)
        elif self._is_own(known):
            self._conflict(task, "day_differs", code=known.code, ours=known.deadline, theirs=task.due_on)
        elif known.deadline and task.due_on < known.deadline:
            self._conflict(task, "day_earlier", code=known.code, ours=known.deadline, theirs=task.due_on)
        else:
            self.extended.append(Extension(known.code, task.due_on, self.document))

    def _problems(self, task: ReviewedTask) -> Iterator[Conflict]:
        answering = task.reporters or task.leads
        for name in answering:
            if not self._is_known(name):
                yield Conflict(task.item, "unknown_agency", {"name": name})
        for name in task.coordinators:
            if not self._is_known(name) and not _is_collective(name):
                yield Conflict(task.item, "unknown_agency", {"name": name})
        if all(map(self._is_known, answering)) and not any(self.plan.named(n, self.reviewed.date) for n in answering):
            yield Conflict(task.item, "names_nobody", {"names": answering})
        if task.deadline_kind in _DATED and not task.due_on:
            yield Conflict(task.item, "no_day", {"text": task.deadline_text})
        if fold(task.content) in {fold(other.content) for other in (*self.plan.tasks, *self.added)}:
            yield Conflict(task.item, "same_content", {})
        elif alike := self._alike(task):
            yield Conflict(task.item, "maybe_known", {"code": alike.code})

    def _alike(self, task: ReviewedTask) -> Task | None:
        others = (other for other in self.plan.tasks if not self._is_own(other))
        return next((other for other in others if fuzz.ratio(fold(other.content), fold(task.content)) >= _ALIKE), None)

    def _is_known(self, name: str) -> bool:
        return fold(name) in self.plan.agency_by_name or fold(name) in self.plan.group_by_name

    def _conflict(self, task: ReviewedTask, key: str, **facts: object) -> None:
        self.conflicts.append(Conflict(task.item, key, facts))

    def _add(self, task: ReviewedTask) -> None:
        for name in (*task.leads, *task.coordinators):
            if not self._is_known(name):  # names nobody ("các cơ quan liên quan"), or a person others report for
                self.groups.setdefault(fold(name), Group(name, note=say("notice.group_note")))
        code = self._code(task.item)
        due = task.due_on if task.deadline_kind in (*_DATED, DeadlineKind.EVENT) else None
        made = Task(
            code=code,
            item=task.item,
            content=task.content,
            document=self.reviewed.symbol,
            document_date=self.reviewed.date,
            leads=task.leads,
            coordinators=task.coordinators,
            reporters=task.reporters,
            receivers=task.receivers,
            product=task.product,
            deadline_text=task.deadline_text,
            due_on=due,
            deadline_kind=task.deadline_kind,
            indicators=tuple(self._indicators(task, code)),
        )
        is_dropped = task.due_on is not None and due is None
        self.added.append(replace(made, note=say("notice.day_dropped", day=task.due_on)) if is_dropped else made)

    def _indicators(self, task: ReviewedTask, code: str) -> Iterator[str]:
        for number, target in enumerate(task.targets, start=1):
            name = f"{code}.CT{number}"
            self.indicators.append(Indicator(name, target.name, target.unit, target.op, target.value))
            yield name

    def _prefix(self) -> str:
        """ "27TB" of 27/TB-UBND; with the year where another document has it already."""
        symbol = self.reviewed.symbol
        kind = SYMBOL_KIND.search(symbol)
        number = "".join(char for char in symbol.partition("/")[0] if char.isdigit())
        prefix = f"{number}{kind[1] if kind else ''}" or fold(symbol).replace(" ", "")
        taken = {t.code.partition("-")[0] for t in self.plan.tasks if not self._is_own(t)}
        return f"{prefix}{self.reviewed.date:%y}" if prefix in taken else prefix

    def _code(self, item: str) -> str:
        base = f"{self.prefix}-{'.'.join(item.replace('(', '').replace(')', '').split())}"[:36]
        taken = {fold(task.code) for task in (*self.plan.tasks, *self.added)}
        code, number = base, 2
        while fold(code) in taken:
            code, number = f"{base}.{number}", number + 1
        return code


def _by_key(value: Task | Group | Indicator) -> dict[str, object]:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _is_collective(name: str) -> bool:
    """ "các …" and small-letter bodies ("chính quyền địa phương") name nobody in particular."""
    return name[:1].islower() or fold(name).startswith("cac ")


def conflict_text(conflict: Conflict, language: str = "vi") -> str:
    """The conflict as a sentence."""
    return say(f"notice.conflict_{conflict.key}", language, item=word(conflict.item), **conflict.facts)
