"""The outputs of a period, from the ledger: a new version when something changed, never an overwrite."""

from __future__ import annotations

import errno
import hashlib
import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.actions.base import base_of
from tracker.actions.collect import Collected, read_back
from tracker.actions.copies import standing_findings, standing_remarks
from tracker.actions.journal import note
from tracker.actions.marks import marked_name
from tracker.actions.office import Office
from tracker.checks import OFFICE_RULES, RULES
from tracker.checks.engine import check_across
from tracker.dates import Period
from tracker.errors import ReportError
from tracker.intake.archive import sha256, write_whole
from tracker.intake.written import is_as_written, remember_written
from tracker.ledger import queries, store
from tracker.ledger.copies import newest_copy
from tracker.model import Earlier, Month, Remarks, Verdict
from tracker.reports import OUTPUTS, Manner, Output
from tracker.reports.merge import MonthInput
from tracker.reports.month import build_month
from tracker.reports.register import with_findings

log = logging.getLogger("tracker")

_MAX_TRIES = 20
EARLIER_PERIODS = 5
"""As many periods before this one as the trend shows."""


@dataclass(frozen=True, slots=True)
class Made:
    """The newest outputs of a period; `is_new` False: nothing had changed and the files were there. `held_open`: files
    that somebody has open, so that this version stands beside them. `base_unused`: why the report does not look as the
    office's base document says ("": it does, or there is none)."""

    period: str
    version: int
    files: tuple[str, ...]
    is_new: bool
    held_open: tuple[str, ...] = ()
    read_back: tuple[Collected, ...] = ()
    base_unused: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "period": self.period,
            "version": self.version,
            "files": list(self.files),
            "new": self.is_new,
            "held_open": list(self.held_open),
            "base_unused": self.base_unused,
            "read_back": [each.as_json() for each in self.read_back],
        }


def month_of(office: Office, period: Period) -> Month:
    """The merged state of a period, with what only shows across returns and in what the office wrote."""
    remarks = standing_remarks(office, period)
    month = _merged(office, period, remarks)
    across = check_across(month, office.plan, (*RULES, *OFFICE_RULES), office.settings.checks.trial)
    told = (*((finding, "") for finding in across), *standing_findings(office, period, remarks))
    return replace(with_findings(month, told), copies_seen=newest_copy(office.engine))


def _periods_before(office: Office, period: Period) -> tuple[Period, ...]:
    """The last periods before this one that had a report, the oldest first."""
    reported = (Period.parse(name) for name in office.reported_periods() if name < str(period))
    return tuple(sorted(reported, key=str))[-EARLIER_PERIODS:]


def _figures_of(month: Month) -> Earlier:
    taken = sum(entry.state in ("on_time", "late") for entry in month.register)
    return Earlier(month.period, month.label, month.by_task, month.by_assignment, taken, len(month.register))


def _merged(office: Office, period: Period, remarks: Remarks) -> Month:
    name = str(period)
    submissions = queries.submissions_of(office.engine, name)
    folder = office.workspace.marked(name)
    there = {path.name for path in folder.glob("*.xlsx")} if folder.exists() else set()
    return build_month(
        MonthInput(
            office.plan,
            period,
            office.calendar,
            queries.accepted_answers(office.engine, name),
            submissions,
            queries.findings_of(office.engine, name),
            office.report_day,
            office.settings.checks.deadline_is_strict,
            {each.id: marked_name(each) for each in submissions if marked_name(each) in there},
            remarks,
        )
    )


def report(office: Office, period: Period) -> Made:
    """Writes the workbook and the report of a period. ReportError: sums differ, or no file could be written.

    What the office wrote into workbooks that are there is read first, so that the new version has it.
    """
    name = str(period)
    noticed = tuple(read_back(office))
    base, unused = _base(office)
    fingerprint = fingerprint_of(office, period, base)
    newest = queries.newest_output(office.engine, name)
    folder = office.workspace.out(name)
    if newest and newest.fingerprint == fingerprint and all((folder / file).exists() for file in newest.names):
        files = _paths(office, name, newest.names)
        return Made(name, newest.version, files, is_new=False, read_back=noticed, base_unused=unused)
    is_same = newest is not None and newest.fingerprint == fingerprint
    version = (newest.version if is_same else newest.version + 1) if newest else 1
    earlier = tuple(
        _figures_of(_merged(office, each, standing_remarks(office, each))) for each in _periods_before(office, period)
    )
    previewed_on = None if office.has_come(period) else office.today
    month = replace(month_of(office, period), earlier=earlier, previewed_on=previewed_on)
    version, names, held = _write(office, month, Manner(office.settings, base), version, is_again=is_same)
    if not is_same or newest is None or version != newest.version:
        story = {"period": name, "version": version, "fingerprint": fingerprint, "names": list(names)}
        note(office, f"{name}/output-v{version}.json", {"event": "output", **story})
        store.record_output(office.engine, name, version, fingerprint, names, office.now)
    return Made(name, version, _paths(office, name, names), True, held, noticed, unused)


def _base(office: Office) -> tuple[bytes | None, str]:
    """The office's base document and, where it cannot be used, why: no report waits for it."""
    try:
        return base_of(office.workspace), ""
    except ReportError as error:
        log.warning("%s", error)
        return None, str(error.facts["why"])


def _paths(office: Office, period: str, names: tuple[str, ...]) -> tuple[str, ...]:
    folder = office.workspace.out(period).relative_to(office.workspace.home)
    return tuple((folder / name).as_posix() for name in names)


def _write(
    office: Office, month: Month, manner: Manner, version: int, *, is_again: bool
) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Writes all outputs under one version; where somebody holds a file of that name open, under the next.

    `is_again`: the version is on record and some of its files are gone; those that are there stay as they are.
    Returns the version, its files, and those held open.
    """
    folder = office.workspace.out(month.period)
    folder.mkdir(parents=True, exist_ok=True)
    held: list[str] = []
    for attempt in range(version, version + _MAX_TRIES):
        try:
            keeps = is_again and not held
            names = tuple(_write_one(office, month, manner, output, attempt, keeps=keeps) for output in OUTPUTS)
        except PermissionError as error:
            if not error.filename2:  # not the file is held: nothing may be written here at all
                raise
            held.append(Path(error.filename2).name)
            log.warning("%s is held open by somebody; the next version is written beside it", error.filename2)
            continue
        return attempt, names, tuple(held)
    raise ReportError("outputs_held_open", folder=str(folder))


def _write_one(office: Office, month: Month, manner: Manner, output: Output, version: int, *, keeps: bool) -> str:
    """Writes one output, unless it `keeps` the one that is there; its name. What is written over and held open gets a
    name with its version."""
    folder = office.workspace.out(month.period)
    name = output.name_of(month.period, version)
    if output.is_versioned and (folder / name).exists():
        if keeps:
            return name
        _leave_to_the_office(folder / name)
    data = output.write(month, manner, version)
    try:
        if output.is_versioned:
            remember_written(folder, sha256(data))
        write_whole(folder / name, data)
    except PermissionError as error:
        if output.is_versioned or not error.filename2:
            raise
        log.warning("%s is held open by somebody; it is written beside it", name)
        name = output.beside(month.period, version)
        write_whole(folder / name, data)
    return name


def _leave_to_the_office(path: Path) -> None:
    """A file of a run that died is written over; PermissionError where somebody has written in it since."""
    if not is_as_written(path):
        raise PermissionError(errno.EACCES, "written in", str(path), None, str(path))


def fingerprint_of(office: Office, period: Period, base: bytes | None = None) -> str:
    """Hash of everything the outputs are a function of: plan, settings, returns and their verdicts, what the office
    wrote, its base document, this program."""
    returns = [
        (each.sha256, each.agency, each.period, each.verdict.value, each.received_at.isoformat())
        for each in queries.submissions_of(office.engine)
        if each.period <= str(period) and each.verdict is not Verdict.DUPLICATE
    ]
    plan = replace(office.plan, sha256="")
    outputs = tuple(output.name for output in OUTPUTS)
    before = tuple(map(str, _periods_before(office, period)))
    remarks = standing_remarks(office, period)
    written = sorted((key, known.values) for key, known in remarks.items())
    told = [(each.code, each.sheet, each.cell, file) for each, file in standing_findings(office, period, remarks)]
    office_said = (written, told) if written or told else ()
    looks = (sha256(base),) if base else ()
    early = () if office.has_come(period) else ("early",)  # on the day a look ahead is followed by the report itself
    told_by = (*office_said, *looks, *early)
    said = repr((__version__, outputs, before, plan, office.settings.model_dump(), returns, *told_by))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
