"""Section V of the report as blocks: what the agencies ask for, and what the figures call for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from tracker.config import Office
from tracker.dates import short_date
from tracker.model import Line, Month
from tracker.reports.sentences import first_of
from tracker.reports.word_blocks import Block, Heading, Paragraph
from tracker.reports.word_results import is_coming_due
from tracker.reports.word_sentences import (
    FEW,
    SHOWN,
    VOICE_CHARS,
    agencies_of,
    is_done,
    item,
    limited,
    name_list,
    receivers,
    voice_item,
    voices,
)
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import list_letter


def proposals(month: Month, office: Office) -> Iterable[Block]:
    """V. What the agencies ask for, then what follows from the figures for those who direct."""
    yield Heading(say("report.section_5"))
    yield Heading(say("report.section_5_1"), 2)
    said = voices((line for line in month.lines if line.is_reported), "proposal")
    items = [voice_item(voice, VOICE_CHARS) for voice in said]
    if items:
        yield Paragraph(say("report.proposals", number=len(agencies_of(x for voice in said for x in voice.lines))))
        yield from limited(items)
    requests = list(_requests(month))
    yield from map(item, requests)
    if not items and not requests:
        yield Paragraph(say("report.proposals_none"))
    yield Heading(say("report.section_5_2", office=office.full_name), 2)
    yield from _own_proposals(month, office)


def _extensions(month: Month) -> list[Line]:
    return [x for x in month.lines if x.is_lead and x.is_reported and x.values.get("extension_to") and not is_done(x)]


def _requests(month: Month) -> Iterable[str]:
    longer = _extensions(month)
    if longer:
        yield say("report.extensions", number=len(longer), names=_by_task("report.extension", longer))
    back = [line for line in month.lines if line.status is Status.HANDED_BACK]
    if back:
        yield say("report.hand_backs", number=len(back), names=_by_task("report.hand_back", back))


def _by_task(key: str, lines: Sequence[Line]) -> str:
    """Who asks, by task (and by the day asked for); beyond ten tasks only how many more cases there are."""
    groups: defaultdict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        day = line.values.get("extension_to")
        groups[line.task.code, short_date(day) if isinstance(day, date) else ""].append(line)
    shown = first_of(list(groups.items()), SHOWN)
    named = [say(key, task=task, day=day, names=name_list(agencies_of(asking), FEW)) for (task, day), asking in shown]
    more = len(lines) - sum(len(asking) for _, asking in shown)
    names = "; ".join(named)
    return say("report.requests_more", names=names, more=more) if more else names


def _own_proposals(month: Month, office: Office) -> Iterable[Block]:
    """Only what the figures of the month call for; the office adds its own words before it signs."""
    missing, refused = (sum(entry.state == state for entry in month.register) for state in ("missing", "refused"))
    key = "absent" if missing and refused else "missing" if missing else "refused"
    facts = (
        (f"report.ask_{key}", missing + refused),
        ("report.ask_overdue", month.by_task.of(Status.OVERDUE)),
        ("report.ask_due", sum(is_coming_due(task, month) for task in month.tasks)),
        ("report.ask_extension", len(_extensions(month))),
        ("report.ask_hand_back", sum(line.status is Status.HANDED_BACK for line in month.lines)),
    )
    asked = [say(key, number=number) for key, number in facts if number]
    if not asked:
        yield Paragraph(say("report.ask_none", office=office.full_name))
        return
    yield Paragraph(say("report.ask", receiver=receivers(office)))
    for index, text in enumerate(asked):
        yield Paragraph(say("report.lettered", letter=list_letter(index), text=text))
