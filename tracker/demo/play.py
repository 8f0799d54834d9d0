"""Plays the month: lays ready what the agencies send, then lets the tracker work through its days.

The files sent stay in `workbooks/demo/<period>/` with `ky-vong.json` beside them: what each contains on purpose and
what must be found. A second run sends nothing that is already in the ledger.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tracker import actions
from tracker.actions import Collected, Office
from tracker.dates import Period, parse_instant
from tracker.demo.cast import (
    COLLECTED_AT,
    IN_TIME,
    LATE_AT,
    MISSING,
    OPENED_AT,
    PERIOD,
    REPORTED_AT,
    REVISED_AT,
    SENDINGS,
    Sending,
)
from tracker.demo.mishaps import MISHAPS, Planted
from tracker.demo.officer import Form, Officer
from tracker.demo.place import EXPECTATIONS, folder_of
from tracker.intake.archive import write_whole
from tracker.ledger import queries

SEED = 27


@dataclass(frozen=True, slots=True)
class Sent:
    """One file of the demo and what the tracker must make of it."""

    file: str
    sha256: str
    agency: str
    sent_at: str
    mishap: str
    verdict: str
    findings: Planted

    def as_json(self) -> dict[str, Any]:
        planted = [{"code": code, "sheet": sheet, "cell": cell} for code, sheet, cell in self.findings]
        return {**asdict(self), "findings": planted}


@dataclass(frozen=True, slots=True)
class Played:
    """What a run of the demo did: files it sent now, all it ever sent, the outputs."""

    sent_now: int
    sent: tuple[Sent, ...]
    outputs: tuple[str, ...]
    expectations: Path


def play(office: Office, progress: Callable[[Collected], None] | None = None) -> Played:
    """The whole month, on the workspace's own plan; needs the agencies of 27/TB-UBND."""
    period = Period.parse(PERIOD)
    folder = folder_of(office)
    folder.mkdir(parents=True, exist_ok=True)  # first of all: it tells whose workspace this is
    actions.write_forms(_at(office, OPENED_AT), period)
    sent = _laid_ready(office, folder, period)
    known = queries.known_files(office.engine)
    waiting = [each for each in sent if each.sha256 not in known]
    for moment in (*COLLECTED_AT, REPORTED_AT, *LATE_AT, REVISED_AT):
        due = [each for each in waiting if each.sent_at <= moment]
        for each in due:
            _drop(folder / each.file, office.workspace.inbox / each.file, each.sent_at)
        waiting = [each for each in waiting if each.sent_at > moment]
        made = _visit(_at(office, moment), period, progress, moment in (REPORTED_AT, REVISED_AT))
    new = sum(each.sha256 not in known for each in sent)
    return Played(new, sent, made, folder / EXPECTATIONS)


def _at(office: Office, moment: str) -> Office:
    return replace(office, now=parse_instant(moment))


def _visit(
    office: Office, period: Period, progress: Callable[[Collected], None] | None, is_report_day: bool
) -> tuple[str, ...]:
    """One visit of the scheduled job: what came in is collected; on report days the outputs are written."""
    actions.collect(office, progress)
    actions.write_marked(office)
    return actions.report(office, period).files if is_report_day else ()


def _drop(source: Path, target: Path, sent_at: str) -> None:
    shutil.copyfile(source, target)
    moment = parse_instant(sent_at).timestamp()
    os.utime(target, (moment, moment))


# --- what is sent -----------------------------------------------------------------------------------------------------


def _laid_ready(office: Office, folder: Path, period: Period) -> tuple[Sent, ...]:
    """The files of the month, made once; a folder that holds them all already is used as it is."""
    manifest = folder / EXPECTATIONS
    if manifest.exists():
        return tuple(_sent(each) for each in json.loads(manifest.read_text("utf-8"))["files"])
    sent: list[Sent] = []
    for sending in _sendings(office, period):
        sent.append(_make(office, folder, period, sending, sent))
    document = {"seed": SEED, "period": str(period), "files": [each.as_json() for each in sent]}
    write_whole(manifest, json.dumps(document, ensure_ascii=False, indent=1).encode())
    return tuple(sent)


def _sent(each: dict[str, Any]) -> Sent:
    findings = tuple((found["code"], found["sheet"], found["cell"]) for found in each["findings"])
    return Sent(**{**each, "findings": findings})


def _sendings(office: Office, period: Period) -> list[Sending]:
    """The cast's own lines, and one clean return of everybody else; in order of time."""
    named = {sending.agency for sending in SENDINGS}
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    others = [
        Sending(agency.code, chance.choice(IN_TIME))
        for agency in office.plan.reporting_agencies(office.effective_day(period))
        if agency.code not in named | MISSING
    ]
    return sorted((*SENDINGS, *others), key=lambda sending: (sending.at, sending.agency))


def _make(office: Office, folder: Path, period: Period, sending: Sending, before: Iterable[Sent]) -> Sent:
    name = sending.name.format(period=period, agency=sending.agency)
    path = folder / name
    if sending.again:
        first = next(each for each in before if each.agency == sending.agency)
        shutil.copyfile(folder / first.file, path)
        return replace(first, file=name, sent_at=sending.at, verdict="duplicate", findings=(("F13", "", ""),))
    data, planted = _filled(office, period, sending)
    path.write_bytes(data)
    if sending.save_as != "xlsx":
        path = _saved_as(path, sending.save_as)
    if parse_instant(sending.at) >= period.deadline(office.calendar, office.report_day):
        planted = (*planted, ("F15", "", ""))
    if sending.corrects:
        planted = (*planted, ("F20", "", ""))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Sent(path.name, digest, sending.agency, sending.at, sending.mishap, _verdict(planted), planted)


def _filled(office: Office, period: Period, sending: Sending) -> tuple[bytes, Planted]:
    form = Form(office.workspace.form(str(period), sending.agency).read_bytes())
    Officer(office.plan, office.plan.agency_by_code[sending.agency], SEED).fill(form)
    mishap = MISHAPS.get(sending.mishap)
    planted: Planted = mishap.on_form(form) if mishap and mishap.on_form else ()
    data = form.save()
    return mishap.on_file(data) if mishap and mishap.on_file else (data, planted)


def _verdict(planted: Planted) -> str:
    codes = {code for code, _, _ in planted}
    if codes & {"F01", "F02"}:
        return "refused"
    if "F07" in codes:
        return "held"
    return "accepted_with_findings" if codes - {"F19", "F20"} else "accepted"


def _saved_as(path: Path, ending: str) -> Path:
    """The file as LibreOffice saves it in another format; as it is where LibreOffice is not installed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        return path
    with tempfile.TemporaryDirectory() as profile:
        command = [
            office,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--convert-to",
            ending,
            "--outdir",
            str(path.parent),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=180)  # noqa: S603 - our own file
    path.unlink()
    return path.with_suffix(f".{ending}")
