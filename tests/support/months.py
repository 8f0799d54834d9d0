"""A made-up but lifelike `Month`, the same for the same arguments, with every case an output must show.

Statuses come from `tracker.status` and figures from the lines, so that sums hold by construction.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from typing import Any

from tests.support.month_texts import (
    AGENCIES,
    CONTENTS,
    FINDINGS,
    INDICATORS,
    OBSTACLES,
    PEOPLE,
    PRODUCTS,
    PROPOSALS,
    RESULTS,
)
from tracker.model import (
    Agency,
    AgencyCounts,
    Assignment,
    Counts,
    DeadlineKind,
    Finding,
    Indicator,
    IndicatorLine,
    Line,
    Month,
    Past,
    Register,
    Reported,
    Role,
    Severity,
    Source,
    Task,
    TaskLine,
    TaskState,
    Verdict,
)
from tracker.reports.register import with_findings
from tracker.status import Status, combine, is_due_soon, is_past, status_of
from tracker.texts import catalogue, placeholders

EFFECTIVE_DAY = date(2025, 3, 20)
ISSUED_ON = date(2025, 2, 21)
_REGISTER = ("on_time", "on_time", "late", "on_time", "missing", "refused", "on_time", "held")
_NIL = 6
_DEADLINES: tuple[int | None, ...] = (-11, -9, 62, 5, None, 133, -1, 41, None, 103, 7, 11)
"""Days from the effective day; None: no deadline."""
_SUSPENDED = 7
_FORCED = {1: "done", 5: "hand_back"}
"""What the lead says of the tasks with these numbers: so that tasks, too, show every status."""


@dataclass(frozen=True)
class _World:
    """What the parts of a month are made from."""

    agencies: tuple[Agency, ...]
    tasks: tuple[Task, ...]
    register: Mapping[str, Register]
    dice: random.Random


def make_month(agencies: int = 8, tasks: int = 12, seed: int = 1) -> Month:
    """A month with `tasks` tasks on each of which every one of `agencies` has a row: agencies x tasks lines.

    The defaults show all seven statuses, every register state, joint leads, coordinating lines and odd texts.
    """
    people = tuple(_agency(n) for n in range(agencies))
    indicators = tuple(Indicator(*fields) for fields in INDICATORS)
    plan = tuple(_task(n, people, indicators) for n in range(tasks if people else 0))
    register = tuple(_register(n, agency) for n, agency in enumerate(people))
    world = _World(people, plan, {entry.agency.code: entry for entry in register}, random.Random(seed))
    findings = tuple(_findings(world))
    noted = Counter((finding.agency, finding.task) for finding, _ in findings)
    lines = tuple(
        replace(line, finding_count=noted[line.agency.code, line.task.code])
        for number, task in enumerate(plan)
        for line in _lines(number, task, world)
    )
    task_lines = tuple(_task_lines(plan, lines))
    month = Month(
        period="2025-03",
        label="tháng 3/2025",
        effective_day=EFFECTIVE_DAY,
        next_effective_day=date(2025, 4, 21),
        documents=(("27/TB-UBND", ISSUED_ON),),
        lines=lines,
        tasks=task_lines,
        by_task=task_counts(task_lines),
        by_assignment=line_counts(lines),
        agencies=tuple(_agency_counts(people, lines)),
        register=register,
        indicators=tuple(_indicator_line(n, each, world) for n, each in enumerate(indicators) if len(plan) > 1),
    )
    return with_findings(month, findings)


def with_lines(month: Month, lines: Iterable[Line]) -> Month:
    """The month with other lines, on the same tasks or changed ones; its figures follow from them."""
    lines = tuple(lines)
    plan = tuple({line.task.code: line.task for line in lines}.values())
    people = tuple(entry.agency for entry in month.register)
    tasks = tuple(_task_lines(plan, lines))
    return replace(
        month,
        lines=lines,
        tasks=tasks,
        by_task=task_counts(tasks),
        by_assignment=line_counts(lines),
        agencies=tuple(_agency_counts(people, lines)),
    )


def line_counts(lines: Iterable[Line]) -> Counts:
    """Figures of the lead lines; a suspended task is on no form, so nobody owes a report on it."""
    leads = [line for line in lines if line.status is not None]
    return Counts(
        by_status=Counter(line.status for line in leads if line.status is not None),
        not_reported=sum(not line.is_reported and line.status is not Status.SUSPENDED for line in leads),
        due_soon=sum(line.is_due_soon for line in leads),
        due=sum(_is_due(line.task) for line in leads),
        due_done_on_time=sum(_is_due(line.task) and line.status is Status.DONE_ON_TIME for line in leads),
        awaiting=sum(line.awaits_confirmation for line in leads),
    )


def task_counts(tasks: Iterable[TaskLine]) -> Counts:
    """Figures by task."""
    tasks = tuple(tasks)
    return Counts(
        by_status=Counter(task.status for task in tasks),
        not_reported=sum(
            not any(line.is_reported for line in task.leads) and task.status is not Status.SUSPENDED for task in tasks
        ),
        due_soon=sum(task.is_due_soon for task in tasks),
        due=sum(_is_due(task.task) for task in tasks),
        due_done_on_time=sum(_is_due(task.task) and task.status is Status.DONE_ON_TIME for task in tasks),
        awaiting=sum(any(line.awaits_confirmation for line in task.leads) for task in tasks),
    )


def _is_due(task: Task) -> bool:
    return task.deadline is not None and task.deadline <= EFFECTIVE_DAY


def _agency(number: int) -> Agency:
    if number < len(AGENCIES):
        code, name, short, kind = AGENCIES[number]
        return Agency(code, name, short, kind=kind, emails=(f"{code.lower()}@vidu.gov.vn",))
    name = f"Ủy ban nhân dân xã Mẫu {number - len(AGENCIES) + 1}"
    return Agency(f"XA{number:03d}", name, name.replace("Ủy ban nhân dân", "UBND"), kind="xã")


def _task(number: int, people: tuple[Agency, ...], indicators: tuple[Indicator, ...]) -> Task:
    days = _DEADLINES[number % len(_DEADLINES)]
    due_on = None if days is None else EFFECTIVE_DAY + timedelta(days=days)
    content, category = CONTENTS[number % len(CONTENTS)]
    names = tuple(agency.name for agency in people)
    start = number % len(people)
    leads = ("các sở, ngành, địa phương",) if number % 2 == 0 else names[start : start + (1 if number % 4 == 1 else 2)]
    return Task(
        code=f"27TB-{number // 4 + 1}.{number % 4 + 1}",
        item=f"{number // 4 + 1}.{number % 4 + 1}",
        content=content,
        document="27/TB-UBND",
        document_date=ISSUED_ON,
        leads=leads,
        category=category,
        leader=("Phó Chủ tịch Nguyễn Minh H.", "Phó Chủ tịch Trần Văn Q.", "")[number % 3],
        deadline_text=f"trước ngày {due_on:%d/%m/%Y}" if due_on else "thường xuyên",
        due_on=due_on,
        deadline_kind=DeadlineKind.FIXED if due_on else DeadlineKind.STANDING,
        extended_to=due_on + timedelta(days=30) if due_on and number == 9 else None,
        extension_document="112/UBND-KSTTHC ngày 10/03/2025" if number == 9 else "",
        indicators=(indicators[number % len(indicators)].code,) if number % 3 == 0 else (),
        state=TaskState.SUSPENDED if number % len(_DEADLINES) == _SUSPENDED else TaskState.IN_FORCE,
    )


def _register(number: int, agency: Agency) -> Register:
    state = _REGISTER[number % len(_REGISTER)]
    if state == "missing":
        return Register(agency, state)
    verdicts = {"refused": Verdict.REFUSED, "held": Verdict.HELD}
    verdict = verdicts.get(state, (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_FINDINGS)[number % 2])
    day = 22 if state == "late" else 12 + number % 8
    files: tuple[str, ...] = (f"2025-03_{agency.code}.xlsx",)
    if number % 5 == 3:
        files = (*files, f"Bao cao thang 3 {agency.short} (sua).xlsx")
    return Register(
        agency,
        state,
        verdict,
        datetime(2025, 3, day, 2 + number % 7, (17 * number) % 60, tzinfo=UTC),
        files,
        is_nil=number % len(_REGISTER) == _NIL,
        marked_return=f"2025-03_{agency.code}_0c71.xlsx" if verdict is not Verdict.ACCEPTED else "",
    )


def _lines(number: int, task: Task, world: _World) -> Iterable[Line]:
    for place, agency in enumerate(world.agencies):
        is_lead = number % 2 == 0 or agency.name in task.leads
        role = Role.LEAD if is_lead else Role.COORDINATING
        named_as = agency.name if agency.name in task.leads or not is_lead else task.leads[0]
        yield _line(number + place, Assignment(task.code, agency.code, role, named_as), task, agency, world)


def _line(turn: int, assignment: Assignment, task: Task, agency: Agency, world: _World) -> Line:
    entry = world.register[agency.code]
    is_lead, is_suspended = assignment.role is Role.LEAD, task.state is TaskState.SUSPENDED
    has_returned = entry.verdict is not None and entry.verdict.is_accepted
    is_reported = has_returned and not is_suspended and world.dice.random() < 0.95
    knows_past = turn % 3 != 2
    forced = _FORCED.get(world.tasks.index(task))
    values = _values(turn, is_lead, task, world.dice, forced) if is_reported or knows_past else {}
    reported = Reported(values["status"]) if "status" in values else None
    day: date | None = values.get("completed_on")
    status = None
    if is_lead:
        status = status_of(reported, day, task.deadline, EFFECTIVE_DAY, is_suspended=is_suspended)
    return Line(
        assignment,
        task,
        agency,
        status,
        reported,
        values,
        _source(turn, entry, values, is_current=is_reported) if values else None,
        is_reported,
        status is not None and is_due_soon(status, task.deadline, EFFECTIVE_DAY),
        is_lead and reported is Reported.DONE and not values.get("product"),
        _days_late(status, task, day),
        Past("2025-02", {"status": "in_progress", "percent": float(10 + turn % 5 * 10)}) if knows_past else None,
    )


def _days_late(status: Status | None, task: Task, completed_on: date | None) -> int:
    if task.deadline is None or status not in (Status.OVERDUE, Status.DONE_LATE):
        return 0
    until = completed_on if status is Status.DONE_LATE and completed_on else EFFECTIVE_DAY
    return (until - task.deadline).days


def _values(turn: int, is_lead: bool, task: Task, dice: random.Random, forced: str | None) -> dict[str, Any]:
    texts = {"result": dice.choice(RESULTS), "person": PEOPLE[turn % len(PEOPLE)]}
    if not is_lead:
        return texts
    status = forced or dice.choices(("not_started", "in_progress", "done", "ongoing", "hand_back"), (2, 6, 6, 1, 1))[0]
    if task.deadline is None and status == "in_progress":
        status = "ongoing"
    percent = {"done": 100.0, "not_started": 0.0}.get(status, float(dice.randrange(10, 95, 5)))
    values: dict[str, Any] = {"status": status, "percent": percent, **texts, "accountable": PEOPLE[-1 - turn % 3]}
    if status == "done":
        late = task.deadline is not None and is_past(EFFECTIVE_DAY, task.deadline)
        values["completed_on"] = EFFECTIVE_DAY - timedelta(days=dice.randrange(1, 22 if late and not forced else 9))
        if turn % 7:
            values["product"] = PRODUCTS[turn % len(PRODUCTS)]
    else:
        values["next_plan"] = "Tiếp tục đôn đốc các phòng chuyên môn; hoàn thành trong tháng tới."
    if task.deadline is not None and is_past(EFFECTIVE_DAY, task.deadline) and status in ("not_started", "in_progress"):
        values["obstacles"] = dice.choice(OBSTACLES)
        values["extension_to"] = EFFECTIVE_DAY + timedelta(days=40)
    if turn % 4 == 1:
        values["proposal"] = dice.choice(PROPOSALS)
    return values


def _source(turn: int, entry: Register, values: Mapping[str, Any], *, is_current: bool) -> Source:
    period = "2025-03" if is_current else "2025-02"
    letters = dict(zip(values, "GHIJKLMNOPQ", strict=False))
    row = 9 + turn % 40
    name = entry.files[-1] if is_current else f"2025-02_{entry.agency.code}.xlsx"
    received = entry.received_at if is_current and entry.received_at else datetime(2025, 2, 19, 3, 5, tzinfo=UTC)
    return Source(
        submission=sum(map(ord, entry.agency.code)) % 97 + 1,
        file=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        sender=f"{entry.agency.code.lower()}@vidu.gov.vn" if turn % 6 else "",
        received_at=received,
        period=period,
        sheet="Báo cáo",
        row=row,
        cells={key: f"{letter}{row}" for key, letter in letters.items()},
    )


def _task_lines(plan: tuple[Task, ...], lines: tuple[Line, ...]) -> Iterable[TaskLine]:
    of_task: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_task[line.task.code].append(line)
    for task in plan:
        leads = tuple(line for line in of_task[task.code] if line.is_lead)
        status = combine(line.status for line in leads if line.status is not None)
        yield TaskLine(
            task,
            status,
            leads,
            tuple(line for line in of_task[task.code] if not line.is_lead),
            is_due_soon(status, task.deadline, EFFECTIVE_DAY),
            max((line.days_late for line in leads), default=0),
        )


def _agency_counts(people: tuple[Agency, ...], lines: tuple[Line, ...]) -> Iterable[AgencyCounts]:
    of_agency: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        of_agency[line.agency.code].append(line)
    for agency in people:
        helping = [line for line in of_agency[agency.code] if not line.is_lead]
        counts = line_counts(of_agency[agency.code])
        yield AgencyCounts(agency, counts, len(helping), sum(line.is_reported for line in helping))


def _indicator_line(number: int, indicator: Indicator, world: _World) -> IndicatorLine:
    codes = tuple(task.code for task in world.tasks if indicator.code in task.indicators)
    if number % 4 == 3:
        return IndicatorLine(indicator, codes, expected=len(world.agencies))
    figures = [(900.0 + 7 * n, 1000.0 + 3 * n) for n in range(min(4, len(world.agencies)))]
    above, below = sum(part for part, _ in figures), sum(whole for _, whole in figures)
    parts = [
        (agency, _part(part, whole), _part_source(number, world.register[agency.code]))
        for agency, (part, whole) in zip(world.agencies, figures, strict=False)
    ]
    silent: list[tuple[Agency, dict[str, Any], None]] = [(agency, {}, None) for agency in world.agencies[len(parts) :]]
    value = 100 * above / below - 15 * (number % 4 == 1)
    met = indicator.is_met(value)
    return IndicatorLine(
        indicator, codes, value, above, below, met, len(parts), len(world.agencies), value - 1.5, (*parts, *silent)
    )


def _part(numerator: float, denominator: float) -> dict[str, Any]:
    return {"numerator": numerator, "denominator": denominator, "basis": "Hệ thống một cửa điện tử"}


def _part_source(number: int, entry: Register) -> Source:
    cells = {"numerator": "G", "denominator": "H", "basis": "J"}
    source = _source(number, entry, {}, is_current=bool(entry.files))
    return replace(source, sheet="Chỉ tiêu", row=5 + number, cells={k: f"{v}{5 + number}" for k, v in cells.items()})


def _findings(world: _World) -> Iterable[tuple[Finding, str]]:
    sentences = catalogue()
    codes = [task.code for task in world.tasks]
    senders = [entry for entry in world.register.values() if entry.files]
    kinds = FINDINGS * max(1, len(senders) // 8)
    for number, (entry, (code, severity, column)) in enumerate(zip(cycle(senders), kinds, strict=False)):
        needed = placeholders(sentences.get(f"finding.{code}", ""))
        is_file = code.startswith("F")
        yield (
            Finding(
                code,
                Severity(severity),
                entry.agency.code,
                "" if is_file or not codes else codes[number % len(codes)],
                "" if is_file else "Báo cáo",
                "" if is_file else f"{'GHIJK'[number % 5]}{9 + number}",
                ("", "105%", "=1+1", "31/4/2025", "đang triển khai")[number % 5],
                column,
                {name: _FACTS.get(name, f"({name})") for name in sorted(needed - _STANDARD)},
                (column,) if severity == "E" and column else (),
                "Nguyễn Thị Lan, Trưởng phòng Kiểm soát thủ tục hành chính" if number % 6 == 5 else "",
            ),
            entry.files[-1],
        )


_STANDARD = frozenset({"agency", "task", "sheet", "cell", "value", "column"})
"""Facts that every sentence may use: whoever words a finding takes them from the finding itself."""
_FACTS: Mapping[str, object] = {
    "before": 70.0,
    "current": 2,
    "deadline": date(2025, 3, 11),
    "due": date(2025, 3, 20),
    "expected": ("Chưa thực hiện", "Đang thực hiện", "Hoàn thành"),
    "name": "2025-03_CAT.xlsx",
    "now": 60.0,
    "percent": 60.0,
    "period": "tháng 3/2025",
    "received": date(2025, 3, 22),
    "status": "Hoàn thành",
}
