"""Section II of the report as blocks: overall result, agencies, indicators, what was done and what falls due.

The body names the most important of a long list and refers to the annexes for the rest: it stays a few pages long
for forty agencies as for five hundred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from tracker.dates import short_date
from tracker.model import AgencyCounts, Counts, Line, Month, Reported, TaskLine
from tracker.reports.figures import BAR_ORDER
from tracker.reports.sentences import extent, first_of, key_sentence, overruled_sentence, rates_sentence
from tracker.reports.word_blocks import Align, Bar, Block, Chart, Column, Heading, Paragraph, Row, RowKind, Table
from tracker.reports.word_sentences import (
    SHOWN,
    content,
    deadline_of,
    item,
    leads_label,
    limited,
    listed,
    name_list,
    shorten,
)
from tracker.reports.word_targets import targets
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import show_number, show_share

_ALL_UP_TO = 15
"""Agencies: a table of all of them up to this number."""


def results(month: Month) -> Iterable[Block]:
    """II. KẾT QUẢ THỰC HIỆN, five parts."""
    yield Heading(say("report.section_2"))
    yield from overall(month)
    yield from by_agency(month)
    yield from targets(month.indicators)
    yield from newly_done(month)
    yield from coming_due(month)


def overall(month: Month) -> Iterable[Block]:
    """II.1. The key sentence, both rates, and the table of statuses by task and by assignment."""
    yield Heading(say("report.section_2_1"), 2)
    yield Paragraph(key_sentence(month.by_task, "task"))
    if not month.by_task.total:
        return
    yield Paragraph(rates_sentence(month.by_task, "task"))
    yield Paragraph(rates_sentence(month.by_assignment, "assignment"))
    if overruled := overruled_sentence(month):
        yield Paragraph(overruled)
    yield status_chart(month.by_task)
    yield status_table(month.by_task, month.by_assignment)
    yield Paragraph(say("report.note_counting"), is_note=True)


def status_chart(tasks: Counts) -> Chart:
    """Tasks by status; the table under it has the same figures."""
    bars = tuple(Bar(say(f"status.{s}"), ((s, tasks.of(s)),)) for s in Status if tasks.of(s))
    described = "; ".join(f"{bar.label}: {show_number(bar.total)}" for bar in bars)
    return Chart(say("report.chart_status"), say("report.chart_status_alt", figures=described), bars)


def status_table(tasks: Counts, assignments: Counts) -> Table:
    """Seven statuses that add up, then the flags beside them."""
    rows = [
        _status_row(
            str(number), say(f"status.{status}"), (tasks.of(status), assignments.of(status)), tasks, assignments
        )
        for number, status in enumerate(Status, 1)
    ]
    total = _status_row("", say("report.total"), (tasks.total, assignments.total), tasks, assignments)
    rows.append(Row(total.cells, RowKind.TOTAL))
    for key in ("due_soon", "not_reported", "awaiting"):
        pair = (getattr(tasks, key), getattr(assignments, key))
        if any(pair):
            rows.append(_status_row("", say("report.of_which", what=say(f"status.{key}")), pair, tasks, assignments))
    columns = (
        Column(say("report.col_no"), 10),
        Column(say("report.col_status"), 70, Align.LEFT),
        Column(say("report.col_tasks"), 20),
        Column(say("report.col_share"), 20),
        Column(say("report.col_assignments"), 20),
        Column(say("report.col_share"), 20),
    )
    return Table(columns, tuple(rows), say("report.table_status"))


def _status_row(no: str, label: str, pair: tuple[int, int], tasks: Counts, assignments: Counts) -> Row:
    shares = (show_share(pair[0], tasks.total)[:-1], show_share(pair[1], assignments.total)[:-1])
    return Row((no, label, show_number(pair[0]), shares[0], show_number(pair[1]), shares[1]))


def by_agency(month: Month) -> Iterable[Block]:
    """II.2. Counted by assignment; all agencies where they are few, else those with most overdue."""
    yield Heading(say("report.section_2_2"), 2)
    leading = [entry for entry in month.agencies if entry.counts.total]
    if not leading:
        yield Paragraph(say("report.agencies_none"))
        return
    yield Paragraph(say("report.agencies", number=len(leading), assignments=month.by_assignment.total))
    complete = [entry.agency for entry in leading if entry.counts.done == entry.counts.total]
    if complete:
        yield item(say("report.agencies_complete", number=len(complete), names=name_list(complete)))
    late = sorted((e for e in leading if e.counts.of(Status.OVERDUE)), key=lambda e: -e.counts.of(Status.OVERDUE))
    yield item(_late_agencies(late))
    shown = leading if len(leading) <= _ALL_UP_TO else first_of(late, SHOWN)
    if shown:
        caption = "report.table_agencies" if shown is leading else "report.table_agencies_late"
        yield agency_chart(shown)
        yield agency_table(shown, say(caption, number=len(shown)))
    yield Paragraph(say("report.see_annex", annex="I"))


def _late_agencies(late: Sequence[AgencyCounts]) -> str:
    if not late:
        return say("report.agencies_none_late")
    numbers = [entry.counts.of(Status.OVERDUE) for entry in late]
    names = [entry.agency.name for entry in late]
    if len(late) > 1 and len(set(numbers)) == 1:
        return say("report.agencies_late_alike", number=len(late), each=numbers[0], names=listed(names))
    named = [say("report.agency_number", name=name, number=number) for name, number in zip(names, numbers, strict=True)]
    return say("report.agencies_late", number=len(late), names=listed(named))


def agency_chart(entries: Sequence[AgencyCounts]) -> Chart:
    """Lead assignments of some agencies by status; the table under it sums them up."""
    bars = tuple(
        Bar(
            entry.agency.name,
            tuple((status, entry.counts.of(status)) for status in BAR_ORDER if entry.counts.of(status)),
        )
        for entry in entries
    )
    described = "; ".join(map(_described, bars))
    return Chart(say("report.chart_agency"), say("report.chart_agency_alt", figures=described), bars)


def _described(bar: Bar) -> str:
    overdue = dict(bar.parts).get(Status.OVERDUE, 0)
    key = "report.chart_agency_bar_late" if overdue else "report.chart_agency_bar"
    return say(key, name=bar.label, total=bar.total, overdue=overdue)


def agency_table(entries: Sequence[AgencyCounts], caption: str) -> Table:
    """Figures of some agencies; the parts add up to the total of each row."""
    columns = (
        Column(say("report.col_no"), 10),
        Column(say("report.col_agency"), 54, Align.LEFT),
        Column(say("report.col_total"), 16),
        Column(say("report.col_done"), 18),
        Column(say("report.col_in_time"), 18),
        Column(say("report.col_overdue"), 16),
        Column(say("report.col_other"), 12),
        Column(say("report.col_rate"), 16),
    )
    return Table(columns, tuple(_agency_row(no, entry) for no, entry in enumerate(entries, 1)), caption)


def _agency_row(number: int, entry: AgencyCounts) -> Row:
    counts = entry.counts
    shown = (counts.total, counts.done, counts.of(Status.IN_TIME), counts.of(Status.OVERDUE))
    other = counts.total - counts.done - counts.in_progress
    figures = map(show_number, (*shown, other))
    return Row((str(number), entry.agency.name, *figures, show_share(counts.done, counts.total)[:-1]))


def newly_done(month: Month) -> Iterable[Block]:
    """II.4. Tasks that became done since the last period."""
    yield Heading(say("report.section_2_4"), 2)
    done = [task for task in month.tasks if task.status.is_done and any(map(_is_newly_done, task.leads))]
    if not done:
        yield Paragraph(say("report.done_none"))
        return
    yield Paragraph(say("report.done", number=len(done)))
    yield from limited([_done_item(task) for task in done])


def _is_newly_done(line: Line) -> bool:
    was_done = line.previous is not None and line.previous.values.get("status") == Reported.DONE
    return line.status is not None and line.status.is_done and not was_done


def _done_item(task: TaskLine) -> str:
    days = [day for line in task.leads if isinstance(day := line.values.get("completed_on"), date)]
    parts = [leads_label(task)]
    if days:
        parts.append(say("report.done_on", day=short_date(max(days))))
    if task.status is Status.DONE_LATE:
        parts.append(say("report.done_late", days=task.days_late))
    products = {shorten(str(line.values["product"]), 120) for line in task.leads if line.values.get("product")}
    if len(products) == 1:
        parts.append(say("report.done_product", product=products.pop()))
    return say("report.task_item", code=task.task.code, content=content(task), facts="; ".join(parts))


def coming_due(month: Month) -> Iterable[Block]:
    """II.5. Open tasks whose deadline lies after this effective day, up to the next."""
    yield Heading(say("report.section_2_5"), 2)
    until = short_date(month.next_effective_day)
    due = sorted((task for task in month.tasks if is_coming_due(task, month)), key=_deadline)
    if not due:
        yield Paragraph(say("report.coming_none", until=until))
        return
    soon = sum(task.is_due_soon for task in due)
    key = extent(soon, len(due))
    yield Paragraph(say(f"report.coming_{key}_soon", number=len(due), until=until, soon=soon))
    yield from limited([_due_item(task) for task in due])


def is_coming_due(task: TaskLine, month: Month) -> bool:
    day = task.task.deadline
    is_open = task.status is Status.IN_TIME
    return is_open and day is not None and month.effective_day <= day <= month.next_effective_day


def _deadline(task: TaskLine) -> date:
    return task.task.deadline or date.max


def _due_item(task: TaskLine) -> str:
    facts = say("report.due_facts", leads=leads_label(task), deadline=deadline_of(task.task))
    return say("report.task_item", code=task.task.code, content=content(task), facts=facts)
