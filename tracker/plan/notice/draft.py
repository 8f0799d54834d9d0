"""A notice's text → its draft. One assignment sentence is one task; nothing is invented, what names nobody is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracker.dates import Calendar
from tracker.model import Plan
from tracker.plan.notice.agencies import Agencies
from tracker.plan.notice.deadlines import read_deadline
from tracker.plan.notice.head import level_of, read_head
from tracker.plan.notice.lines import paragraphs
from tracker.plan.notice.model import Deadline, Draft, DraftTask, Target
from tracker.plan.notice.outline import Made
from tracker.plan.notice.products import read_product
from tracker.plan.notice.scan import is_poor, restore
from tracker.plan.notice.sentences import Sentences
from tracker.plan.notice.targets import read_targets
from tracker.plan.notice.text import key, tidy
from tracker.plan.notice.walk import Walk
from tracker.vietnamese import fold

_STANDING = re.compile(r"(?:theo dõi|đôn đốc|giám sát|chỉ đạo)\b.{0,80}\b(?:việc|tình hình|kết quả)?\s*thực hiện")


def draft_notice(
    lines: Iterable[str], plan: Plan | None = None, *, is_wrapped: bool | None = None, is_scan: bool = False
) -> Draft:
    """The draft of a notice given as lines of text, table rows as cells divided by " | ".

    `plan` gives names of agencies, groups and the days off; without it only the general grammar is known.
    """
    raw = tuple(lines)
    names = (
        [name for agency in plan.agencies for name in agency.names] + [group.name for group in plan.groups]
        if plan
        else []
    )
    restored = restore(raw, names, is_wrapped=is_wrapped) if is_scan or is_poor("\n".join(raw)) else None
    head = tuple(line.whole for line in restored.lines) if restored else raw
    document = read_head(head)
    level, place = level_of(document, "\n".join(head))
    days = Calendar({day.day: day.is_working for day in plan.days} if plan else {})
    walk = Walk(document, Sentences(Agencies(names), level, place), days)
    walk.read(restored.lines if restored else paragraphs(raw, is_wrapped=is_wrapped))
    tasks = _tasks(walk)
    if restored:
        tasks = tuple(_for_review(task, restored.original_of(task.source)) for task in tasks)
    if plan and plan.agencies:
        tasks = tuple(_with_strangers(task, plan) for task in tasks)
    return Draft(document, tasks, tuple(walk.passed), restored is not None)


def _with_strangers(task: DraftTask, plan: Plan) -> DraftTask:
    """A task with the names that must be added to the master sheet, or put right, before it can be merged."""
    named = (*task.leads, *(name for name in task.coordinators if name[:1].isupper() and not name.startswith("Các ")))
    strangers = tuple(n for n in named if fold(n) not in plan.agency_by_name and fold(n) not in plan.group_by_name)
    if not strangers or "person" in task.flags:
        return task
    flags = (*(flag for flag in task.flags if flag != "name_guessed"), "name_new")
    return replace(task, strangers=strangers, flags=flags)


def _for_review(task: DraftTask, source: str) -> DraftTask:
    """A task of a scan with the scan's own words; a name or day that does not stand there letter by letter is doubtful."""
    flags = [*task.flags, "scan_text"]
    bare = fold(source)
    if any(fold(name) not in bare for name in (*task.leads, *task.coordinators)) and "lead_carried" not in task.flags:
        flags.append("name_doubtful")
    day = task.deadline.due_on
    if day and "/" in task.deadline.text and not re.search(rf"\b0?{day.day}\s*/\s*0?{day.month}\b", source):
        flags.append("date_doubtful")
    return replace(task, source=source, flags=tuple(flags))


def _tasks(walk: Walk) -> tuple[DraftTask, ...]:
    _name_annex(walk.made)
    counts: dict[str, int] = {}
    for made in walk.made:
        counts[made.path] = counts.get(made.path, 0) + 1
    seen: dict[str, int] = {}
    used: set[str] = set()
    found = []
    for made in walk.made:
        seen[made.path] = seen.get(made.path, 0) + 1
        code = made.path
        if counts[made.path] > 1 or not code:
            code = f"{made.path}.{seen[made.path]}".strip(".")
        while code in used:
            head, _, last = code.rpartition(".")
            code = f"{head}.{int(last) + 1}" if last.isdigit() and head else f"{code}.2"
        used.add(code)
        found.append(_task(walk, made, code))
    return tuple(found)


def _name_annex(made: Sequence[Made]) -> None:
    """Rows of an annex whose numbers the notice itself has too are "PL.I.1" (phụ lục)."""
    rows, others = ({each.path for each in made if bool(each.row) is is_row} for is_row in (True, False))
    if rows & others:
        for each in made:
            each.path = f"PL.{each.path}" if each.row else each.path


def _task(walk: Walk, made: Made, code: str) -> DraftTask:
    deadline = _deadline(walk, made)
    flags = [*made.flags, *deadline.flags]
    if deadline.due_on and walk.document.date and deadline.due_on < walk.document.date:
        flags.append("deadline_before_issue")
    if deadline.due_on and not walk.days.is_working(deadline.due_on):
        flags.append("deadline_day_off")
    targets = _targets(made)
    content = made.said.content if made.text == made.said.content or made.row else _grown(made)
    return DraftTask(
        code,
        tidy(content.strip(" ;") or made.text),
        tuple(dict.fromkeys(party.name for party in made.leads)),
        made.row.whole if made.row else tidy(made.text),
        tuple(dict.fromkeys(party.name for party in made.coordinators)),
        tuple(party.name for party in made.said.receivers),
        made.product or read_product(content),
        deadline,
        targets,
        tuple(dict.fromkeys(flags)),
        tidy(made.above),
    )


def _deadline(walk: Walk, made: Made) -> Deadline:
    if made.when:
        read = read_deadline(made.when, walk.document.date, in_column=True, days=walk.days)
        return read if read.bound else replace(walk.due(made.text), text=made.when)
    own = walk.due(made.text)
    if own.due_on or own.recurrence:
        return own
    for other, flag in ((made.shared, "deadline_shared"), (made.inherited, "deadline_of_list")):
        if other and (other.due_on or (other.recurrence and not own.bound)):
            return replace(other, urgency=own.urgency or other.urgency, flags=(*other.flags, flag))
    if not own.bound and _STANDING.search(key(made.text)):
        return replace(own, recurrence="ongoing", bound="ongoing", flags=("standing_inferred",))
    return own


def _targets(made: Made) -> tuple[Target, ...]:
    texts = [made.row["content"], made.row["target"]] if made.row else [made.text]
    return tuple(target for text in texts if text for target in read_targets(text))


def _grown(made: Made) -> str:
    """The content with the sentences that were added to the assignment."""
    tail = made.text[made.opening :] if made.opening else ""
    if not tail.strip(" .;:"):
        return made.said.content
    stop = made.text[: made.opening].rstrip()[-1:]
    return f"{made.said.content.rstrip(' .;')}{stop if stop in '.;:,' else ';'}{tail}"
