"""What `doctor` looks at in a routine that runs by itself: servers, letters, jobs, the operating system's task, fonts.

Without a mail address the routine is run by hand, and what belongs to mail is not used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from tracker.actions.bounced import Bounced, addresses_in_use, standing
from tracker.actions.looked import Looked
from tracker.actions.machine import TaskState, look, task_of
from tracker.actions.office import ledger_of
from tracker.actions.opening import login_of
from tracker.config import Mail, Workspace, load_settings
from tracker.dates import show_instant
from tracker.intake.channel import MailPlace
from tracker.intake.mailbox import Mailbox
from tracker.ledger import jobs as ledger_jobs
from tracker.ledger import outbox as ledger_outbox
from tracker.ledger import queries
from tracker.mail.smtp import Secrets, SmtpSender
from tracker.model import LetterState, Plan
from tracker.plan.sheet import read_plan
from tracker.texts import Said
from tracker.timetable import Entry, JobState

_SECONDS = 20
_SHOWN = 5
_UNFINISHED_AFTER = timedelta(hours=6)
_FACES = ("Times New Roman", "Liberation Serif", "Tinos")
"""Faces with Vietnamese letters of the widths that decree 30/2020 asks for; any of them will do on a server."""


def _mail(workspace: Workspace) -> Mail | None:
    mail = load_settings(workspace.config).mail
    return mail if mail.address else None


def _engine(workspace: Workspace) -> Engine:
    return ledger_of(workspace, load_settings(workspace.config))


def imap(workspace: Workspace, now: datetime) -> Looked | None:
    """Logs in at the mailbox, opens the folder returns come to and, where one is set, the folder for done mails."""
    mail = _mail(workspace)
    if not mail:
        return None
    if not mail.imap_host:
        return Looked(False, Said("doctor.not_set", {"name": "imap_host"}))
    login = replace(login_of(mail), timeout=_SECONDS)
    for folder in filter(None, (mail.folder, mail.done_folder)):
        place = MailPlace(login, folder, "", 0, lambda folder, uidvalidity: {})
        with closing(Mailbox(place)) as mailbox:
            capabilities = mailbox.probe().capabilities
    is_safe = not mail.done_folder or bool({"MOVE", "UIDPLUS"} & set(capabilities))
    if not is_safe:
        return Looked(False, Said("doctor.no_safe_move"))
    return Looked(True, f"{mail.imap_host}:{mail.imap_port} {mail.folder}")


def smtp(workspace: Workspace, now: datetime) -> Looked | None:
    """Logs in at the server letters go to."""
    mail = _mail(workspace)
    if not mail:
        return None
    if not mail.smtp_host:
        return Looked(False, Said("doctor.not_set", {"name": "smtp_host"}))
    sender = SmtpSender(mail, Secrets.for_smtp(os.environ))
    try:
        sender.check()
        return Looked(True, f"{mail.smtp_host}:{mail.smtp_port}")
    finally:
        sender.close()


def outbox(workspace: Workspace, now: datetime) -> Looked | None:
    """No letter was given up, none is doubtful, and none came back."""
    engine = _engine(workspace)
    plan, mail = read_plan(workspace.master), load_settings(workspace.config).mail
    try:
        bad = [each for each in ledger_outbox.troubled(engine) if each.state is not LetterState.PENDING]
        came_back = standing(engine, workspace.archive, now, addresses_in_use(plan, mail))
    finally:
        engine.dispose()
    if not mail.address and not bad and not came_back:
        return None
    told = [Said("doctor.letter_failed", {"subject": each.subject, "to": each.receivers}) for each in bad]
    told += [_came_back(each, plan) for each in came_back]
    return Looked(not told, tuple(told[:_SHOWN]))


def _came_back(each: Bounced, plan: Plan) -> Said:
    agency = plan.agency_by_code.get(each.agency)
    to = f"{agency.name} ({each.address})" if agency else each.address
    return Said(
        "doctor.letter_came_back", {"subject": each.subject, "to": to, "at": show_instant(each.at), "why": each.why}
    )


def addresses(workspace: Workspace, now: datetime) -> Looked | None:
    """Every agency with tasks can be written to, and somebody gets reports and alarms."""
    mail = _mail(workspace)
    if not mail:
        return None
    plan = read_plan(workspace.master)
    missing = [agency.label for agency in plan.reporting_agencies(now.date()) if not agency.emails]
    missing += [key for key in ("report_to", "alarm_to") if not getattr(mail, key)]
    return Looked(not missing, ", ".join(missing))


def routine(workspace: Workspace, now: datetime) -> Looked:
    """No job waits after a failure, and no run died on the way."""
    engine = _engine(workspace)
    try:
        failed = [each for each in ledger_jobs.entries(engine) if each.state is JobState.FAILED]
        runs = queries.last_runs(engine)
    finally:
        engine.dispose()
    told = [_unfinished(each) for each in failed]
    died = [run for run in runs if run["ended_at"] is None and now - run["started_at"] > _UNFINISHED_AFTER]
    told += [Said("doctor.run_died", {"verb": run["verb"], "at": show_instant(run["started_at"])}) for run in died]
    last = max((run["started_at"] for run in runs), default=None)
    return Looked(not told, tuple(told) or (show_instant(last) if last else ""))


def _unfinished(entry: Entry) -> Said:
    facts = {"job": Said(f"job.{entry.due.name}"), "period": str(entry.due.period), "tries": entry.tries}
    return Said("doctor.job_failed", facts)


def task(workspace: Workspace, now: datetime) -> Looked | None:
    """The operating system starts the timetable, where letters go by themselves; what it was given it does run."""
    mine = task_of(workspace.home)
    known = look(mine)
    if known.state is TaskState.ABSENT and not _mail(workspace):
        return None
    return Looked(known.state is TaskState.ACTIVE, f"{mine.name}: {known.said}" if known.said else mine.name)


def fonts(workspace: Workspace, now: datetime) -> Looked:
    """A face with Vietnamese letters, for whoever prints from this machine; Windows has its own."""
    program = shutil.which("fc-list")
    if os.name == "nt" or program is None:
        return Looked(True)
    listed = subprocess.run(  # noqa: S603 - a fixed program without input
        [program, ":lang=vi", "family"], capture_output=True, text=True, errors="replace", timeout=30, check=False
    ).stdout
    found = [face for face in _FACES if face in listed]
    return Looked(bool(found), ", ".join(found))
