"""Sentences and labels only the Word report needs; those it shares with the workbook are in `sentences`.

All are pure functions of the month. Long lists end in "và N ... khác": annexes and workbook hold the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.config import Office
from tracker.dates import short_date
from tracker.model import Agency, Line, Month, Task, TaskLine
from tracker.reports.sentences import as_of_phrase, first_of
from tracker.reports.word_blocks import Paragraph
from tracker.texts import catalogue, say
from tracker.vietnamese import SYMBOL_KIND, fold

SHOWN = 10
"""Entries of a long list that the body names."""
NAMES_LIMIT = 20
"""Names that a list of agencies gives: ten lines of the report; annexes I and IV have them all."""
FEW = 3
"""Names that stand before what these agencies say."""
CONTENT_CHARS = 160
VOICE_CHARS = 300
_BULLET = re.compile(r"^[-+*•–]\s*")


def document_name(symbol: str, day: date) -> str:
    """ "Thông báo số 27/TB-UBND ngày 21/02/2025"; a document already named in full keeps its name."""
    found = SYMBOL_KIND.match(symbol)
    key = f"report.kind_{found[1]}" if found else ""
    if not found:
        named = symbol if symbol[:1].isalpha() else say("report.document_unnamed", symbol=symbol)
    else:
        kind = say(key if key in catalogue() else "report.kind_other")
        named = say("report.document", kind=kind, symbol=symbol)
    return say("report.document_dated", document=named, day=short_date(day))


def documents_phrase(month: Month) -> str:
    """All documents the month follows, "A, B và C"; "" for none."""
    return _joined(month, " ")


def _joined(month: Month, blank: str) -> str:
    names = [document_name(symbol, day) for symbol, day in month.documents]
    if len(names) < 2:
        return "".join(names)
    return say("report.and", first=f",{blank}".join(names[:-1]), blank=blank, last=names[-1])


def subject(month: Month) -> str:
    """Trích yếu: what the report is about, with documents (a line each) and period."""
    documents = _joined(month, "\n")
    key = "report.subject" if documents else "report.subject_bare"
    return say(key, documents=documents, label=month.label)


def opening(month: Month, office: Office) -> str:
    """The sentence that opens the report, with the day to which the figures count."""
    documents = documents_phrase(month) or say("report.routine")
    told = as_of_phrase(month)
    return say("report.opening", documents=documents, as_of=told, office=office.full_name, label=month.label)


def closing(month: Month, office: Office) -> str:
    """The last sentence; "./." stands at its last word."""
    return say("report.closing", label=month.label, office=office.full_name, receiver=receivers(office))


def receivers(office: Office) -> str:
    """To whom the report goes, in running text."""
    return ", ".join(part.strip() for part in office.receiver.split(";") if part.strip())


def name_list(agencies: Sequence[Agency], limit: int = NAMES_LIMIT) -> str:
    """Names in full, for the report explains no short ones; beyond `limit` only how many more there are."""
    return listed([agency.name for agency in agencies], limit)


def listed(names: Sequence[str], limit: int = NAMES_LIMIT) -> str:
    """Names divided by ";" (some have a comma in them), "A; B và 5 cơ quan khác"."""
    shown = first_of(names, limit)
    joined = "; ".join(shown)
    more = len(names) - len(shown)
    return say("report.names_more", names=joined, more=more) if more else joined


def one_line(text: str) -> str:
    """An answer of several lines as one: bullets dropped, lines divided by ";"."""
    lines = [_BULLET.sub("", line.strip()).rstrip(" ;") for line in text.split("\n")]
    joined = ""
    for line in filter(None, lines):
        joined += (" " if joined.endswith((".", ":")) else "; ") + line if joined else line
    return joined


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, cut between words and marked with "…"."""
    return Shortener()(text, limit)


class Shortener:
    """Shortens texts and knows whether it had to: then a note says where they are whole."""

    def __init__(self) -> None:
        self.has_cut = False

    def __call__(self, text: str, limit: int) -> str:
        line = one_line(text)
        if len(line) <= limit:
            return line
        self.has_cut = True
        return line[:limit].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def ended(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "…", "!", "?")) else text.rstrip(" ;,:") + "."


def agencies_of(lines: Iterable[Line]) -> tuple[Agency, ...]:
    """Agencies of the lines, each once, in order."""
    return tuple({line.agency.code: line.agency for line in lines}.values())


def leads_label(task: TaskLine) -> str:
    """Who leads: the agencies by their present names; a group as the document names it, with their number."""
    agencies = agencies_of(task.leads)
    if 0 < len(agencies) <= 3:
        return "; ".join(agency.name for agency in agencies)
    name = "; ".join(task.task.leads)
    name = name[:1].upper() + name[1:]
    return say("report.group_of", name=name, number=len(agencies)) if agencies else name


def deadline_of(task: Task) -> str:
    """The deadline as the document words it; days as everywhere in the report."""
    if task.extended_to:
        return say("deadline.extended", day=short_date(task.extended_to))
    return task.deadline_text or (short_date(task.due_on) if task.due_on else "")


@dataclass(frozen=True, slots=True)
class Voice:
    """One thing said, by all the lines that say it in the same words."""

    text: str
    lines: tuple[Line, ...]

    @property
    def urgency(self) -> tuple[int, int]:
        """Sorts the longest overdue first, then what most agencies say."""
        return -max(line.days_late for line in self.lines), -len(self.lines)


def voices(lines: Iterable[Line], key: str) -> tuple[Voice, ...]:
    """What the lines say in column `key`, same words merged, the most urgent first."""
    found: dict[str, tuple[str, list[Line]]] = {}
    for line in lines:
        text = str(line.values.get(key) or "")
        if text.strip():
            found.setdefault(fold(text), (text, []))[1].append(line)
    return tuple(sorted((Voice(text, tuple(who)) for text, who in found.values()), key=lambda voice: voice.urgency))


def voice_item(voice: Voice, limit: int) -> str:
    """ "Sở A, Sở B (nhiệm vụ 4.d): what they say." """
    codes = tuple(dict.fromkeys(line.task.code for line in voice.lines))
    key = "report.tasks_named" if len(codes) <= 3 else "report.tasks_number"
    tasks = say(key, codes=codes, number=len(codes))
    who = name_list(agencies_of(voice.lines), FEW)
    return say("report.voice", who=who, tasks=tasks, text=ended(shorten(voice.text, limit)))


def is_done(line: Line) -> bool:
    return line.status is not None and line.status.is_done


def content(task: TaskLine) -> str:
    """The task in a few words, without a full stop."""
    return shorten(task.task.content, CONTENT_CHARS).rstrip(".;")


def item(text: str) -> Paragraph:
    """One line of a list."""
    return Paragraph(say("report.item", text=ended(text)))


def limited(texts: Sequence[str]) -> Iterable[Paragraph]:
    """The first ten as list items, then where the others are."""
    shown = first_of(texts, SHOWN)
    yield from map(item, shown)
    if len(texts) > len(shown):
        yield Paragraph(say("report.rest", more=len(texts) - len(shown), annex="II"))
