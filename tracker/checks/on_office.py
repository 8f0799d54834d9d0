"""Consolidated workbooks that come back with the office's remarks: whose they are, and what cannot be laid to a task.

Rules take a `CopyCase`; only O08 looks at a whole month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracker.checks.rule import Gate, Hit, rule, shorten
from tracker.model import Month, OfficeCopy, RemarkColumn, RemarkKey, Severity, StrayCell
from tracker.remarks import heading_of, value_text
from tracker.status import Status
from tracker.texts import say


@dataclass(frozen=True, slots=True)
class Dispute:
    """A cell that a copy changes otherwise than another one did: both values in words, and whose the other is."""

    key: RemarkKey
    sheet: str
    cell: str
    text: str
    other_text: str
    other_file: str
    other_by: str


@dataclass(frozen=True, slots=True)
class CopyCase:
    """One copy with everything these rules may know. `copy` None: it lay among the consolidated workbooks and is none.

    `is_from_office`: dropped, or mailed by an address of the office; `knows_base` False: its stamp names a version that
    was never written here; `unlisted`: confirmed statuses that are none of the seven.
    """

    name: str
    sender: str
    copy: OfficeCopy | None
    is_from_office: bool = True
    knows_base: bool = True
    unlisted: tuple[StrayCell, ...] = ()
    disputes: tuple[Dispute, ...] = field(default=())


@rule("O01", Severity.ERROR, can_be_waived=False)
def is_not_from_office(case: CopyCase) -> Iterator[Hit]:
    """A copy mailed by somebody who does not speak for the office."""
    if case.copy and not case.is_from_office:
        yield Hit(facts={"name": case.name, "sender": case.sender})


@rule("O02", Severity.ERROR, can_be_waived=False)
def is_not_readable(case: CopyCase) -> Iterator[Hit]:
    """No table with the office's columns, or nothing that tells the period."""
    if case.copy is None or not case.copy.period:
        yield Hit(case.copy.sheet if case.copy else "", facts={"name": case.name})


@rule("O03", Severity.WARNING, can_be_waived=False)
def is_laid_to_no_task(case: CopyCase) -> Iterator[Hit]:
    """A remark on a row that is not known, contradicts itself, or stands where it is not used."""
    for stray in case.copy.strays if case.copy else ():
        yield _at_stray(stray)


@rule("O04", Severity.WARNING, can_be_waived=False)
def confirmed_status_is_not_listed(case: CopyCase) -> Iterator[Hit]:
    for stray in case.unlisted:
        yield _at_stray(stray)


@rule("O05", Severity.WARNING, can_be_waived=False)
def copies_contradict(case: CopyCase) -> Iterator[Hit]:
    """Two copies change the same cell otherwise: the first stands, both are shown."""
    for each in case.disputes:
        facts = {
            "agency": each.key.agency,
            "heading": heading_of(each.key.column),
            "other": shorten(each.other_text or say("remark.emptied")),
            "value": shorten(each.text or say("remark.emptied")),
            "file": each.other_file,
            "by": each.other_by or say("remark.unknown_writer"),
        }
        yield Hit(each.sheet, each.cell, each.text, each.key.task, each.key.column.value, facts)


@rule("O06", Severity.INFO, can_be_waived=False)
def version_is_unknown(case: CopyCase) -> Iterator[Hit]:
    """Nothing tells which version was written in: what is filled is taken, what is empty says nothing."""
    if case.copy and case.copy.period and (case.copy.stamp is None or not case.knows_base):
        yield Hit(case.copy.sheet, facts={"name": case.name})


@rule("O07", Severity.WARNING, can_be_waived=False)
def column_is_missing(case: CopyCase) -> Iterator[Hit]:
    """A column of the office whose heading is not found: what was written there before stays."""
    if case.copy:
        missing = [heading_of(column) for column in RemarkColumn if column not in case.copy.columns]
        if missing:
            yield Hit(case.copy.sheet, facts={"name": case.name, "headings": tuple(missing)})


@rule("O08", Severity.WARNING, gate=Gate.ACROSS)
def confirmed_status_stands_against_report(month: Month) -> Iterator[Hit]:
    """A status confirmed in an earlier period that differs from what the report says now; or one confirmed on the row
    of a coordinating agency, where it decides nothing."""
    for line in month.lines:
        confirmed = line.confirmed
        if confirmed is None:
            continue
        said = line.remarks[RemarkColumn.CONFIRMED].said
        facts = {
            "agency": line.agency.code,
            "name": line.agency.name,
            "confirmed": _word(confirmed),
            "reported": _word(line.by_report) if line.by_report else "",
            "since": said.period,
            "file": said.file,
        }
        if not line.is_lead:
            yield Hit(
                said.change.sheet,
                said.change.cell,
                _word(confirmed),
                line.task.code,
                RemarkColumn.CONFIRMED.value,
                {**facts, "variant": "coordinating"},
                severity=Severity.INFO,
            )
        elif said.period < month.period and line.by_report is not None and line.by_report is not confirmed:
            yield Hit("", "", _word(confirmed), line.task.code, RemarkColumn.CONFIRMED.value, facts)


def _at_stray(stray: StrayCell) -> Hit:
    facts = {
        "variant": stray.why,
        "heading": heading_of(stray.column),
        "shown_task": stray.task or say("remark.no_code"),
        "shown_agency": stray.agency or say("remark.no_agency"),
        "value": shorten(stray.text),
    }
    return Hit(stray.sheet, stray.cell, stray.text, "", stray.column.value, facts)


def _word(status: Status) -> str:
    return value_text(RemarkColumn.CONFIRMED, status.value)
