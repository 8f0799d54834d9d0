"""Mistakes of the master sheet that show only when rows are seen together.

Each check takes all records and yields problems; it leaves alone what `tracker.plan.table` reported (value None).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from rapidfuzz import fuzz, process

from tracker.errors import Problem
from tracker.model import DeadlineKind, TaskState
from tracker.plan.sheet_columns import DEADLINE_KIND, TASK_STATE
from tracker.plan.table import Record
from tracker.texts import catalogue
from tracker.vietnamese import fold

_SIMILAR_ENOUGH = 70
_DOCUMENT_NUMBER = re.compile(r"\d+\s*[-/]\s*[^\W\d_]")
_DATED = (DeadlineKind.FIXED, DeadlineKind.WITHIN)


@dataclass(frozen=True)
class Records:
    """The records of every sheet."""

    tasks: tuple[Record, ...]
    agencies: tuple[Record, ...]
    groups: tuple[Record, ...]
    indicators: tuple[Record, ...]
    leaders: tuple[Record, ...]
    days: tuple[Record, ...]
    waivers: tuple[Record, ...]

    @cached_property
    def agency_of(self) -> dict[str, Record]:
        """Agencies by folded name, short name, alias and code; the first to claim a name has it."""
        found: dict[str, Record] = {}
        for agency in self.agencies:
            for _, name in agency_names(agency):
                found.setdefault(fold(name), agency)
        return found

    @cached_property
    def group_of(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for group in self.groups:
            if group["name"]:
                found.setdefault(fold(group["name"]), group)
        return found

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Kinds of agency as first written, by fold."""
        kinds: dict[str, str] = {}
        for agency in self.agencies:
            if agency["kind"]:
                kinds.setdefault(fold(agency["kind"]), agency["kind"])
        return kinds

    def names_somebody(self, name: str) -> bool:
        """Whether a name means an agency or a group with somebody in it."""
        group = self.group_of.get(fold(name))
        return fold(name) in self.agency_of or bool(group and (group.names("kinds") or group.names("members")))


def agency_names(agency: Record) -> Iterator[tuple[str, str]]:
    """(column, name) of everything an agency is called."""
    for column in ("code", "name", "short"):
        if agency[column]:
            yield column, agency[column]
    for alias in agency.names("aliases"):
        yield "aliases", alias


def _repeated(records: Iterable[Record], column: str, key: str) -> Iterator[Problem]:
    seen: dict[Any, Record] = {}
    for record in records:
        value = record[column]
        if value is None:
            continue
        # codes differ by case or not at all: "4.d" and "4.đ" are two letters of the list
        same = value.casefold() if isinstance(value, str) else value
        if same in seen:
            yield record.problem(key, column, other=seen[same].ref(column))
        seen.setdefault(same, record)


def repeated_codes(records: Records) -> Iterator[Problem]:
    yield from _repeated(records.tasks, "code", "task_twice")
    yield from _repeated(records.agencies, "code", "agency_twice")
    yield from _repeated(records.indicators, "code", "indicator_twice")
    yield from _repeated(records.days, "day", "day_twice")


def repeated_contents(records: Records) -> Iterator[Problem]:
    """A damaged code is recognised by the task's text: two tasks may not share it."""
    seen: dict[str, Record] = {}
    for task in records.tasks:
        if task["content"]:
            first = seen.setdefault(fold(task["content"]), task)
            if first is not task:
                yield task.problem("content_twice", "content", task=first["code"], other=first.ref("content"))


def names_with_two_owners(records: Records) -> Iterator[Problem]:
    """A name must mean one agency or one group; repeated agency codes are reported as such."""
    owners: dict[str, tuple[Record, str]] = {}
    named = [(agency, column, name) for agency in records.agencies for column, name in agency_names(agency)]
    named += [(group, "name", group["name"]) for group in records.groups if group["name"]]
    for record, column, name in named:
        owner, owner_column = owners.setdefault(fold(name), (record, column))
        if owner is not record and not _same_code(owner, record):
            facts = {"value": name, "owner": owner["name"], "other": owner.ref(owner_column)}
            yield record.problem("name_taken", column, **facts)


def _same_code(one: Record, other: Record) -> bool:
    return "code" in one.values and "code" in other.values and one["code"] == other["code"]


def unknown_agencies(records: Records) -> Iterator[Problem]:
    for task in records.tasks:
        for column in ("leads", "coordinators", "reporters"):
            for name in task.names(column):
                if fold(name) not in records.agency_of and fold(name) not in records.group_of:
                    yield _unknown_agency(records, task, column, name)
    for agency in records.agencies:
        yield from _unless_agency(records, agency, "successor", agency["successor"])
    for group in records.groups:
        for name in group.names("members"):
            yield from _unless_agency(records, group, "members", name)
    for waiver in records.waivers:
        yield from _unless_agency(records, waiver, "agency", waiver["agency"])


def _unless_agency(records: Records, record: Record, column: str, name: str | None) -> Iterator[Problem]:
    if name and fold(name) not in records.agency_of:
        yield _unknown_agency(records, record, column, name)


def _unknown_agency(records: Records, record: Record, column: str, name: str) -> Problem:
    known = {named: fold(named) for agency in records.agencies for _, named in agency_names(agency)}
    known |= {group["name"]: fold(group["name"]) for group in records.groups if group["name"]}
    similar = process.extractOne(fold(name), known, scorer=fuzz.ratio, score_cutoff=_SIMILAR_ENOUGH)
    if similar:
        return record.problem("agency_unknown_similar", column, value=name, suggestion=similar[2])
    return record.problem("agency_unknown", column, value=name)


def leads_that_name_nobody(records: Records) -> Iterator[Problem]:
    """Somebody must report on every task that is followed; unknown names are reported as such."""
    for task in records.tasks:
        column = "reporters" if task.names("reporters") else "leads"
        names = task.names(column)
        is_followed = task["state"] not in (TaskState.ENDED, TaskState.REPEALED)
        is_known = all(fold(name) in records.agency_of or fold(name) in records.group_of for name in names)
        if names and is_followed and is_known and not any(map(records.names_somebody, names)):
            facts = {"value": "; ".join(names), "heading": task.heading("reporters")}
            yield task.problem("lead_names_nobody", column, **facts)


def dates_against_kinds(records: Records) -> Iterator[Problem]:
    for task in records.tasks:
        kind, due = task["deadline_kind"], task["due_on"]
        if kind in _DATED and due is None and "due_on" not in task.wrong:
            yield task.problem("date_needed", "due_on", kind=DEADLINE_KIND.show(kind))
        if kind not in (None, *_DATED, DeadlineKind.EVENT) and due is not None:
            yield task.problem("date_unexpected", "due_on", kind=DEADLINE_KIND.show(kind))


def extensions(records: Records) -> Iterator[Problem]:
    for task in records.tasks:
        until, document, due = task["extended_to"], task["extension_document"], task["due_on"]
        if until and not document and "extension_document" not in task.wrong:
            yield task.problem("extension_without_document", "extension_document", value=until)
        if document and not until and "extended_to" not in task.wrong:
            yield task.problem("extension_without_date", "extended_to", value=document)
        if until and due and until < due:
            yield task.problem("extension_too_early", "extended_to", due=due)


def states_without_document(records: Records) -> Iterator[Problem]:
    """Tạm dừng and bãi bỏ need the document that says so, in Ghi chú."""
    for task in records.tasks:
        is_set_aside = task["state"] in (TaskState.SUSPENDED, TaskState.REPEALED)
        if is_set_aside and not _DOCUMENT_NUMBER.search(task["note"] or "") and "note" not in task.wrong:
            yield task.problem("state_without_document", "note", state=TASK_STATE.show(task["state"]))


def unknown_codes(records: Records) -> Iterator[Problem]:
    indicators = {indicator["code"] for indicator in records.indicators}
    for task in records.tasks:
        for code in task.names("indicators"):
            if code not in indicators:
                yield task.problem("indicator_unknown", "indicators", value=code)
    tasks = {task["code"] for task in records.tasks}
    for waiver in records.waivers:
        if waiver["task"] and waiver["task"] not in tasks:
            yield waiver.problem("task_unknown", "task")
        if waiver["rule"] and f"finding.{waiver['rule']}" not in catalogue():  # every rule has its sentence
            yield waiver.problem("rule_unknown", "rule")


def unknown_kinds(records: Records) -> Iterator[Problem]:
    for group in records.groups:
        for kind in group.names("kinds"):
            if fold(kind) not in records.kinds:
                yield group.problem("kind_unknown", "kinds", value=kind)


def validity(records: Records) -> Iterator[Problem]:
    for agency in records.agencies:
        start: date | None = agency["valid_from"]
        end: date | None = agency["valid_to"]
        if start and end and end < start:
            yield agency.problem("validity_reversed", "valid_to", start=start)
        if agency["successor"] and not end and "valid_to" not in agency.wrong:
            yield agency.problem("successor_without_end", "valid_to", value=agency["successor"])


def successor_circles(records: Records) -> Iterator[Problem]:
    """One problem a circle, at its first agency in the sheet."""
    reported: set[int] = set()
    for agency in records.agencies:
        circle = _circle_from(records, agency)
        if circle and not reported & {record.row for record in circle}:
            reported |= {record.row for record in circle}
            value = " → ".join(record["name"] or record["code"] for record in (*circle, agency))
            yield agency.problem("successor_cycle", "successor", value=value)


def _circle_from(records: Records, agency: Record) -> tuple[Record, ...]:
    """The chain of successors that comes back to `agency`; () where it does not."""
    chain = [agency]
    while (name := chain[-1]["successor"]) and (following := records.agency_of.get(fold(name))):
        if following is agency:
            return tuple(chain)
        if following in chain:
            break
        chain.append(following)
    return ()


CHECKS: tuple[Callable[[Records], Iterable[Problem]], ...] = (
    repeated_codes,
    repeated_contents,
    names_with_two_owners,
    unknown_agencies,
    leads_that_name_nobody,
    dates_against_kinds,
    extensions,
    states_without_document,
    unknown_codes,
    unknown_kinds,
    validity,
    successor_circles,
)
