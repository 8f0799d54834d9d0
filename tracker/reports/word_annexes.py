"""The four annexes as blocks: agencies, tasks, indicators, register of returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.dates import short_instant
from tracker.model import AgencyCounts, Counts, IndicatorLine, Line, Month, Register, TaskLine
from tracker.reports.sentences import confirmed_note, first_of, leads_sentence
from tracker.reports.word_blocks import Align, Annex, Block, Column, Paragraph, Row, RowKind, Table
from tracker.reports.word_sentences import (
    FEW,
    Shortener,
    Voice,
    agencies_of,
    deadline_of,
    document_name,
    ended,
    leads_label,
    name_list,
    one_line,
    voices,
)
from tracker.reports.word_targets import met_key, show_figure, show_target
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import show_number, show_share

_Columns = tuple[tuple[str, float], ...]
"""Keys of headings (`report.col_<key>`) with widths in mm; 247 mm are there."""

_AGENCY_COLUMNS: _Columns = (
    ("no", 10),
    ("agency", 66),
    ("total", 13),
    ("done_on_time", 16),
    ("done_late", 16),
    ("in_time", 16),
    ("overdue_open", 16),
    ("no_deadline", 16),
    ("set_aside", 16),
    ("rate", 16),
    ("of_which_silent", 16),
    ("remark", 30),
)
_TASK_COLUMNS: _Columns = (
    ("no", 10),
    ("code", 23),
    ("task", 56),
    ("leads", 30),
    ("deadline", 24),
    ("status", 26),
    ("percent", 17),
    ("result", 61),
)
_INDICATOR_COLUMNS: _Columns = (
    ("no", 10),
    ("indicator_code", 34),
    ("indicator", 52),
    ("unit", 16),
    ("target", 19),
    ("previous", 18),
    ("numerator", 22),
    ("denominator", 22),
    ("value", 18),
    ("met", 20),
    ("returns", 16),
)
_REGISTER_COLUMNS: _Columns = (
    ("no", 10),
    ("agency", 66),
    ("register", 32),
    ("received_at", 36),
    ("verdict", 42),
    ("errors", 15),
    ("warnings", 18),
    ("remark", 28),
)
_LEFT = frozenset({"agency", "task", "leads", "result", "indicator", "remark"})
_NAMED_LEADS = 3
"""Up to so many joint leads are named one by one; more are counted."""
_CONTENT_CHARS = 800
_TEXT_CHARS = 320
_NOTE_CHARS = 240
_NOTE_VOICES = 5


def annexes(month: Month) -> tuple[Annex, ...]:
    """Annexes I to IV, in the order the body refers to them."""
    return (
        Annex("I", say("report.annex_1", label=month.label), tuple(agency_annex(month))),
        Annex("II", say("report.annex_2", label=month.label), tuple(task_annex(month))),
        Annex("III", say("report.annex_3", label=month.label), tuple(indicator_annex(month))),
        Annex("IV", say("report.annex_4", label=month.label), tuple(register_annex(month))),
    )


def agency_annex(month: Month) -> Iterable[Block]:
    """I. Lead assignments of each agency by status, and their sum."""
    rows = [Row((str(number), *_agency_cells(entry))) for number, entry in enumerate(month.agencies, 1)]
    if rows:
        total = ("", say("report.total"), *_figures(month.by_assignment), "")
        rows.append(Row(total, RowKind.TOTAL))
    yield _table(_AGENCY_COLUMNS, rows, say("report.annex_1", label=month.label))
    if rows:
        yield Paragraph(say("report.note_annex_1"), is_note=True)


def _agency_cells(entry: AgencyCounts) -> tuple[str, ...]:
    helping = ""
    if entry.coordinating:
        helping = say("report.coordinating", reported=entry.coordinating_reported, total=entry.coordinating)
    return (entry.agency.name, *_figures(entry.counts), helping)


def _figures(counts: Counts) -> tuple[str, ...]:
    aside = counts.of(Status.HANDED_BACK) + counts.of(Status.SUSPENDED)
    statuses = (Status.DONE_ON_TIME, Status.DONE_LATE, Status.IN_TIME, Status.OVERDUE, Status.NO_DEADLINE)
    numbers = (counts.total, *(counts.of(status) for status in statuses), aside)
    rate = show_share(counts.done, counts.total)[:-1] if counts.total else "-"
    return (*map(show_number, numbers), rate, show_number(counts.not_reported))


def task_annex(month: Month) -> Iterable[Block]:
    """II. One row a task; beneath it, in one line, the agencies that are late or in difficulty, by name."""
    rows, cut = list[Row](), Shortener()
    documents = dict.fromkeys((task.task.document, task.task.document_date) for task in month.tasks)
    number = 0
    for document in documents:
        if len(documents) > 1:
            rows.append(Row((document_name(*document),), RowKind.GROUP, keeps_next=True))
        for task in month.tasks:
            if (task.task.document, task.task.document_date) == document:
                number += 1
                rows.extend(_task_rows(number, task, cut))
    yield _table(_TASK_COLUMNS, rows, say("report.annex_2", label=month.label))
    if cut.has_cut:
        yield Paragraph(say("report.note_annex_2"), is_note=True)


def _task_rows(number: int, task: TaskLine, cut: Shortener) -> Iterable[Row]:
    whole = cut(task.task.content, _CONTENT_CHARS)
    shown = (leads_label(task), deadline_of(task.task), _status_text(task))
    alone = task.leads[0] if len(task.leads) == 1 else None
    said = (_percent(alone), _result(alone, cut)) if alone else _joint(task, cut)
    note = "\n".join(_notes(task, cut))
    yield Row((str(number), task.task.code, whole, *shown, *said), keeps_next=bool(note))
    if note:
        yield Row(("", note), RowKind.NOTE)


def _status_text(task: TaskLine) -> str:
    is_silent = len(task.leads) == 1 and not task.is_reported and task.status is not Status.SUSPENDED
    awaits = task.status.is_done and any(line.awaits_confirmation for line in task.leads)
    flags = {"due_soon": task.is_due_soon, "awaiting": awaits, "not_reported": is_silent}
    words = [say(f"status.{key}").lower() for key, holds in flags.items() if holds]
    words += [note for line in task.leads[:1] if len(task.leads) == 1 and (note := confirmed_note(line))]
    said = say(f"status.{task.status}")
    return say("report.with_flags", status=said, flags=words) if words else said


def _percent(line: Line) -> str:
    percent = line.values.get("percent")
    return show_number(percent) if isinstance(percent, (int, float)) else "-"


def _result(line: Line, cut: Shortener) -> str:
    result, product = (str(line.values.get(key) or "") for key in ("result", "product"))
    said = cut(result, _TEXT_CHARS)
    if not product:
        return said
    return "\n".join(filter(None, (said, say("report.product", product=cut(product, _NOTE_CHARS)))))


def _joint(task: TaskLine, cut: Shortener) -> tuple[str, str]:
    if task.status is Status.SUSPENDED or not task.leads:
        return "-", ""
    is_standing, total = task.status is Status.NO_DEADLINE, len(task.leads)
    share = "-" if is_standing else say("report.joint_share", done=task.done_leads, total=total)
    if total <= _NAMED_LEADS:
        return share, "\n".join(_of_lead(line, cut) for line in task.leads)
    if is_standing:
        return share, say("report.joint_standing", reported=leads_sentence(task))
    return share, say("report.joint_result", done=leads_sentence(task), reported=task.reported_leads, total=total)


def _of_lead(line: Line, cut: Shortener) -> str:
    status = say(f"status.{line.status}")
    if not line.is_reported:
        status += ", " + say("status.not_reported").lower()
    if note := confirmed_note(line):
        status += f", {note}"
    text = cut(str(line.values.get("result") or ""), _NOTE_CHARS)
    key = "report.of_lead" if text else "report.of_lead_silent"
    return say(key, who=line.agency.name, status=status, text=text)


def _notes(task: TaskLine, cut: Shortener) -> Iterable[str]:
    late = agencies_of(line for line in task.leads if line.status is Status.OVERDUE)
    if late and len(task.leads) > 1:
        key = "report.note_late_all" if len(late) == len(task.leads) > FEW else "report.note_late"
        yield say(key, number=len(late), names=name_list(late))
    for key in ("obstacles", "proposal"):
        said = voices((*task.leads, *task.coordinating), key)
        if said:
            yield from _said(say(f"report.note_{key}"), said, cut)


def _said(head: str, said: Sequence[Voice], cut: Shortener) -> Iterable[str]:
    """One thing stands beside its heading, several as a list."""
    shown = first_of(said, _NOTE_VOICES)
    named = [(name_list(agencies_of(voice.lines), FEW), cut(voice.text, _NOTE_CHARS)) for voice in shown]
    texts = [say("report.said", who=who, text=ended(text)) for who, text in named]
    if len(said) > len(shown):
        texts.append(say("report.note_more", number=len(said) - len(shown)))
    if len(texts) == 1:
        yield f"{head} {texts[0]}"
        return
    yield head
    yield from (say("report.item", text=text) for text in texts)


def indicator_annex(month: Month) -> Iterable[Block]:
    """III. Values of the whole province: sums of numerators over sums of denominators."""
    rows = [_indicator_row(number, line) for number, line in enumerate(month.indicators, 1)]
    yield _table(_INDICATOR_COLUMNS, rows, say("report.annex_3", label=month.label))
    if rows:
        yield Paragraph(say("report.note_annex_3"), is_note=True)


def _indicator_row(number: int, line: IndicatorLine) -> Row:
    figures = map(show_figure, (line.previous, line.numerator, line.denominator, line.value))
    indicator = line.indicator
    head = (str(number), indicator.code, one_line(indicator.name), indicator.unit, show_target(line))
    return Row((*head, *figures, say(met_key(line)), f"{line.reported}/{line.expected}"))


def register_annex(month: Month) -> Iterable[Block]:
    """IV. What each agency sent, and what became of it."""
    rows = [_register_row(number, entry) for number, entry in enumerate(month.register, 1)]
    yield _table(_REGISTER_COLUMNS, rows, say("report.annex_4", label=month.label))


def _register_row(number: int, entry: Register) -> Row:
    received = short_instant(entry.received_at) if entry.received_at else "-"
    verdict = say(f"verdict.{entry.verdict}") if entry.verdict else "-"
    state = say(f"register.{entry.state}")
    figures = (show_number(entry.errors), show_number(entry.warnings))
    remark = say("report.nil") if entry.is_nil else ""
    return Row((str(number), entry.agency.name, state, received, verdict, *figures, remark))


def _table(columns: _Columns, rows: Sequence[Row], title: str) -> Table:
    labelled = tuple(
        Column(say(f"report.col_{key}"), width, Align.LEFT if key in _LEFT else Align.CENTRE) for key, width in columns
    )
    shown = tuple(rows) or (Row((say("report.no_rows"),)),)
    return Table(labelled, shown, title=title, is_numbered=True)
