"""The status board of a period: one self-contained page for a phone or a screen, a pure function of its `Month`.

It asks nothing of any other machine and needs no script. Figures are those of the workbook. The template escapes
whatever it is given: a task text or a file name never becomes markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tracker.dates import local_clock, short_date
from tracker.grouping import Together, together
from tracker.model import Agency, Counts, IndicatorLine, Month, Register, Severity, TaskLine
from tracker.palette import DUE_SOON, NOT_REPORTED, REGISTER, SEVERITY, STATUS, Shade
from tracker.reports.board_charts import agency_chart, register_chart, status_chart, trend_chart
from tracker.reports.documents import document_counts
from tracker.reports.figures import BAR_ORDER, assert_sums
from tracker.reports.sentences import (
    REGISTER_STATES,
    as_of_phrase,
    confirmed_note,
    key_sentence,
    overruled_sentence,
    rates_sentence,
    register_sentence,
)
from tracker.reports.sheets_agencies import AgencyRow, agency_rows
from tracker.reports.word_sentences import agencies_of, leads_label, listed
from tracker.reports.word_targets import met_key, show_figure, show_target
from tracker.status import Status
from tracker.texts import say
from tracker.vietnamese import clean_text, show_number, show_share
from tracker.wording import in_parts

SHOWN_TASKS, SHOWN_FINDINGS = 100, 200
"""Beyond these the page names the workbook's sheet that has them all."""
CONTENT_CHARS = 300
FOLDED_NAMES, FOLDED_FINDINGS = 20, 10
"""Longer lists are folded; all are open on paper."""
_LATE_NAMES = 12
_WORST_FIRST = ("missing", "refused", "held", "late", "on_time")
_SEVERITIES = (Severity.ERROR, Severity.HOLD, Severity.WARNING, Severity.INFO)
_COUNTING = ("by_task", "by_assignment", "rates", "rounding", "indicators", "lateness")


@dataclass(frozen=True, slots=True)
class Badge:
    """A coloured word: never the colour alone."""

    shade: Shade
    word: str

    @property
    def text(self) -> str:
        return f"{self.shade.symbol} {self.word}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table of statuses: by task and by lead assignment, each with its share."""

    badge: Badge
    tasks: int
    assignments: int
    key: str


@dataclass(frozen=True, slots=True)
class Problems:
    """Findings of one severity, grouped; `more` is how many are not shown."""

    badge: Badge
    number: int
    shown: tuple[Together, ...]
    more: int


def write_board(month: Month, files: Sequence[str] = (), version: int = 1) -> bytes:
    """The page as UTF-8; `files` are the names of the outputs beside it, which it links to, `version` theirs.

    ReportError where the month's figures do not add up. The same month gives the same bytes.
    """
    assert_sums(month)
    page: str = _template().render(
        month=month,
        files=files,
        as_of=as_of_phrase(month),
        updated=_updated(month, version),
        counting=tuple(say(f"workbook.counting_{key}") for key in _COUNTING),
        **_summary(month),
        **_returns(month),
        **_tasks(month),
        **_problems(month),
    )
    return page.lstrip().encode("utf-8", "replace")


def _updated(month: Month, version: int) -> str:
    """Of when the figures are: by the newest return that counts, not by the clock."""
    taken = [entry.received_at for entry in month.register if entry.state in REGISTER_STATES[:2] and entry.received_at]
    if not taken:
        return say("board.updated_never", version=version)
    return say("board.updated", instant=local_clock(max(taken)), version=version)


def _summary(month: Month) -> dict[str, Any]:
    return {
        "sentences": (
            key_sentence(month.by_task, "task"),
            rates_sentence(month.by_task, "task"),
            rates_sentence(month.by_assignment, "assignment"),
            *filter(None, (overruled_sentence(month),)),
        ),
        "statuses": tuple(
            Figure(_status(each), month.by_task.of(each), month.by_assignment.of(each), each) for each in Status
        ),
        "flags": tuple(_flag(month, key, shade) for key, shade in _FLAGS),
        "status_chart": status_chart(month),
        "trend_chart": trend_chart(month),
        "documents": document_counts(month),
        "points": (*((each.label, each.by_task) for each in month.earlier), (month.label, month.by_task)),
    }


_FLAGS = (("not_reported", NOT_REPORTED), ("due_soon", DUE_SOON), ("awaiting", Shade("", "", "…")))


def _flag(month: Month, key: str, shade: Shade) -> Figure:
    tasks, assignments = (int(getattr(counts, key)) for counts in (month.by_task, month.by_assignment))
    label = say("workbook.due_soon") if key == "due_soon" else say(f"status.{key}")
    return Figure(Badge(shade, label), tasks, assignments, key)


def _status(status: Status) -> Badge:
    return Badge(STATUS[status], say(f"status.{status}"))


def _returns(month: Month) -> dict[str, Any]:
    groups: dict[str, list[Register]] = {state: [] for state in _WORST_FIRST}
    for entry in month.register:
        groups[entry.state].append(entry)
    rows = agency_rows(month)
    return {
        "register_sentence": register_sentence(month.register),
        "register_chart": register_chart(month.register),
        "groups": tuple(
            (Badge(REGISTER[state], say(f"register.{state}")), state, tuple(entries))
            for state, entries in groups.items()
        ),
        "agencies": sorted(rows, key=_worst_agency),
        "agency_chart": agency_chart(rows),
        "series": tuple(_status(each) for each in BAR_ORDER),
    }


def _worst_agency(row: AgencyRow) -> tuple[float, ...]:
    updated = row.reported / row.expected if row.expected else 1.0
    return -row.figures.counts.of(Status.OVERDUE), updated, row.number


def _tasks(month: Month) -> dict[str, Any]:
    late = sorted((t for t in month.tasks if t.status is Status.OVERDUE), key=lambda t: -t.days_late)
    soon = sorted((t for t in month.tasks if t.is_due_soon), key=lambda t: t.task.deadline or month.effective_day)
    return {
        "task_lists": (
            ("late", _status(Status.OVERDUE), tuple(late[:SHOWN_TASKS]), max(0, len(late) - SHOWN_TASKS), len(late)),
            (
                "soon",
                Badge(DUE_SOON, say("workbook.due_soon")),
                tuple(soon[:SHOWN_TASKS]),
                max(0, len(soon) - SHOWN_TASKS),
                len(soon),
            ),
        )
    }


def _problems(month: Month) -> dict[str, Any]:
    names = _names(month)
    found = together(month.findings, lambda code: names.get(code, code))
    found = tuple(each for each in found if not each.first.waived_by)
    parts = []
    for severity in _SEVERITIES:
        mine = tuple(each for each in found if each.first.severity is severity)
        badge = Badge(SEVERITY[severity], say(f"severity.{severity}"))
        parts.append(Problems(badge, len(mine), mine[:SHOWN_FINDINGS], max(0, len(mine) - SHOWN_FINDINGS)))
    return {"problems": tuple(parts), "names": names}


def _names(month: Month) -> Mapping[str, str]:
    agencies: dict[str, Agency] = {line.agency.code: line.agency for line in month.lines}
    agencies |= {entry.agency.code: entry.agency for entry in month.register}
    return {code: agency.label for code, agency in agencies.items()}


def _leads(task: TaskLine) -> str:
    """Who leads; where only some of them keep the task open how many and which."""
    named = say("board.leads", names=leads_label(task))
    keeping = agencies_of(line for line in task.leads if line.status is task.status)
    if len(keeping) == len(task.leads):
        return named
    key = "report.late_of" if task.status is Status.OVERDUE else "board.open_of"
    names = listed([agency.label for agency in keeping], _LATE_NAMES)
    return f"{named}. {say(key, late=len(keeping), total=len(task.leads), names=names)}"


def _said(found: Together, names: Mapping[str, str]) -> str:
    """What is wrong, and what to do; the place stands beside it."""
    agency = found.first.agency
    return "; ".join(filter(None, in_parts(found.first, names.get(agency, agency))))


def _confirmed(task: TaskLine) -> str:
    """What the office confirms of a task's leads, beside what they report; "" for nothing."""
    notes = ((line.agency.label, confirmed_note(line)) for line in task.leads)
    return "; ".join(note if len(task.leads) == 1 else f"{name}: {note}" for name, note in notes if note)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= CONTENT_CHARS else line[:CONTENT_CHARS].rsplit(" ", 1)[0] + "…"


def _met(line: IndicatorLine) -> Badge:
    shades = {True: STATUS[Status.DONE_ON_TIME], False: STATUS[Status.OVERDUE], None: NOT_REPORTED}
    return Badge(shades[line.is_met], say(met_key(line)))


def _rate(counts: Counts) -> str:
    return show_share(counts.done, counts.total)


@lru_cache
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("tracker.reports"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": say, "share": show_share, "leads": _leads, "target": show_target, "met": _met}
    environment.globals |= {"confirmed": _confirmed, "said": _said}
    environment.globals |= {"folded_names": FOLDED_NAMES, "folded_findings": FOLDED_FINDINGS}
    environment.globals |= {"rate": _rate, "overdue": Status.OVERDUE, "clock": local_clock, "value": show_figure}
    environment.filters |= {"number": show_number, "cut": _cut, "day": short_date}
    return environment.get_template("board.html")
