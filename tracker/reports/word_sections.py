"""The body of the report as blocks, computed from the month (DOMAIN 2.2): sections I, III and IV stand here.

Section II is in `word_results`, section V in `word_proposals`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.config import Office
from tracker.model import Month, TaskLine
from tracker.reports.sentences import REGISTER_STATES, extent, first_of, register_sentence
from tracker.reports.word_blocks import Align, Block, Column, Heading, Paragraph, Row, Table
from tracker.reports.word_proposals import proposals
from tracker.reports.word_results import results
from tracker.reports.word_sentences import (
    CONTENT_CHARS,
    FEW,
    SHOWN,
    VOICE_CHARS,
    agencies_of,
    content,
    deadline_of,
    is_done,
    item,
    leads_label,
    limited,
    name_list,
    shorten,
    voice_item,
    voices,
)
from tracker.status import Status
from tracker.texts import say


def sections(month: Month, office: Office) -> tuple[Block, ...]:
    """Everything between opening and closing sentence."""
    return (
        *discipline(month),
        *results(month),
        *overdue(month),
        *obstacles(month),
        *proposals(month, office),
    )


def discipline(month: Month) -> Iterable[Block]:
    """I. Who returned, who late, who not: by name."""
    yield Heading(say("report.section_1"))
    yield Paragraph(register_sentence(month.register))
    if not month.register:
        return
    for state in ("late", "missing", "refused", "held"):
        agencies = [entry.agency for entry in month.register if entry.state == state]
        if agencies:
            yield item(say(f"report.returns_{state}", number=len(agencies), names=name_list(agencies)))
    taken = [entry for entry in month.register if entry.state in REGISTER_STATES[:2]]
    if 1 < len(month.register) == len(taken):
        yield item(say("report.all_taken"))
    nil = [entry.agency for entry in month.register if entry.is_nil]
    if nil:
        yield item(say("report.returns_nil", number=len(nil), names=name_list(nil)))
    yield Paragraph(_quality(month, bool(taken)))
    if unplaced := _unplaced(month):
        yield Paragraph(say("report.unplaced", number=len(unplaced)))


def _unplaced(month: Month) -> frozenset[str]:
    """Files of the period that are no agency's: no form, or nobody's that reports."""
    known = {entry.agency.code for entry in month.register}
    return frozenset(
        file for finding, file in month.findings if file and finding.counts and finding.agency not in known
    )


def _quality(month: Month, has_taken: bool) -> str:
    errors, warnings = sum(e.errors for e in month.register), sum(e.warnings for e in month.register)
    agencies = sum(bool(entry.errors or entry.warnings) for entry in month.register)
    if not agencies:
        return say("report.quality_good" if has_taken else "report.quality_none")
    parts = [say("report.quality_errors", number=errors)] if errors else []
    parts += [say("report.quality_warnings", number=warnings)] if warnings else []
    return say("report.quality", agencies=agencies, parts=", ".join(parts))


def overdue(month: Month) -> Iterable[Block]:
    """III. Overdue tasks, the longest first, with the cause the agencies state."""
    yield Heading(say("report.section_3"))
    late = sorted((t for t in month.tasks if t.status is Status.OVERDUE), key=lambda task: -task.days_late)
    if late:
        yield from _overdue(late)
    else:
        yield Paragraph(say("report.overdue_nothing"))
    done_late = month.by_task.of(Status.DONE_LATE)
    if done_late:
        yield Paragraph(say("report.overdue_done", number=done_late))
    if month.by_task.due_soon:
        yield Paragraph(say("report.overdue_soon", number=month.by_task.due_soon))


def _overdue(late: Sequence[TaskLine]) -> Iterable[Block]:
    shown = first_of(late, SHOWN)
    more = len(late) - len(shown)
    lead_in = say("report.overdue_longest" if more else "report.overdue_lead_in", shown=len(shown))
    number = sum(not task.is_reported for task in late)
    silent = say(f"report.silent_{extent(number, len(late))}", number=number)
    yield Paragraph(say("report.overdue", number=len(late), silent=silent, lead_in=lead_in))
    yield overdue_table(shown)
    if more:
        yield Paragraph(say("report.overdue_rest", more=more))


def overdue_table(tasks: Sequence[TaskLine]) -> Table:
    columns = (
        Column(say("report.col_no"), 9),
        Column(say("report.col_task"), 46, Align.LEFT),
        Column(say("report.col_leads"), 31, Align.LEFT),
        Column(say("report.col_deadline"), 23),
        Column(say("report.col_days_late"), 13),
        Column(say("report.col_cause"), 38, Align.LEFT),
    )
    rows = tuple(
        Row((str(no), _coded(task), _late_leads(task), deadline_of(task.task), str(task.days_late), _cause(task)))
        for no, task in enumerate(tasks, 1)
    )
    return Table(columns, rows, say("report.table_overdue"))


def _coded(task: TaskLine) -> str:
    return say("report.coded", code=task.task.code, content=content(task))


def _late_leads(task: TaskLine) -> str:
    agencies = agencies_of(line for line in task.leads if line.status is Status.OVERDUE)
    if len(task.leads) == len(agencies):
        return leads_label(task)
    names = name_list(agencies, FEW)
    if len(agencies) <= FEW:
        return names
    return say("report.late_of", late=len(agencies), total=len(task.leads), names=names)


def _cause(task: TaskLine) -> str:
    said = voices((line for line in task.leads if line.status is Status.OVERDUE), "obstacles")
    if not said:
        return say("report.no_cause")
    if len(task.leads) == 1:
        return shorten(said[0].text, CONTENT_CHARS)
    shown = first_of(said, 1)
    causes = [say("report.said", who=name_list(agencies_of(v.lines), 1), text=shorten(v.text, 100)) for v in shown]
    if len(said) > len(shown):
        causes.append(say("report.causes_more", number=len(said) - len(shown)))
    return "\n".join(causes)


def obstacles(month: Month) -> Iterable[Block]:
    """IV. What the returns of the period say, same words once, the most urgent first."""
    yield Heading(say("report.section_4"))
    open_lines = (x for x in month.lines if x.is_reported and not is_done(x))
    said = voices(open_lines, "obstacles")
    if not said:
        yield Paragraph(say("report.obstacles_none"))
        return
    lines = [line for voice in said for line in voice.lines]
    yield Paragraph(say("report.obstacles", agencies=len(agencies_of(lines)), number=len(lines)))
    yield from limited([voice_item(voice, VOICE_CHARS) for voice in said])
