"""Looks whether everything is there that the routine needs, and says what to do where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from tracker.actions import routine
from tracker.actions.base import base_of
from tracker.actions.looked import Check, Looked, State, failed
from tracker.actions.office import ledger_of
from tracker.config import Workspace, load_settings
from tracker.dates import Calendar, Period, local_day, show_instant
from tracker.errors import TrackerError
from tracker.ledger.store import is_on_network
from tracker.plan.sheet import read_plan
from tracker.texts import Said

_MIN_PYTHON = (3, 11)
_MIN_FREE_BYTES = 500 * 1024**2


Look = Callable[[Workspace, datetime], Looked | None]
"""None: what it looks at is not used here."""


def doctor(home: Path, now: datetime) -> list[Check]:
    """Every check; what hangs on something that is not well is not looked at, and a look that itself fails is not
    well."""
    workspace = Workspace(home.resolve())
    checks: dict[str, Check] = {}
    for key, look, needs in _LOOKS:
        awaits = next((need for need in needs if not checks[need].is_well), "")
        checks[key] = (
            Check(key, State.SKIPPED, remedy="doctor.skipped_remedy", awaits=awaits)
            if awaits
            else Check.of(key, _looked(look, workspace, now))
        )
    return list(checks.values())


def _looked(look: Look, workspace: Workspace, now: datetime) -> Looked | None:
    try:
        return look(workspace, now)
    except (TrackerError, OSError, ValueError, subprocess.SubprocessError) as error:
        return failed(error)


def _python(workspace: Workspace, now: datetime) -> Looked:
    return Looked(sys.version_info[:2] >= _MIN_PYTHON, sys.version.split()[0])


def _workspace(workspace: Workspace, now: datetime) -> Looked:
    return Looked(workspace.master.exists() and workspace.key.exists(), str(workspace.home))


def _config(workspace: Workspace, now: datetime) -> Looked:
    load_settings(workspace.config)
    return Looked(workspace.config.exists(), str(workspace.config))


def _folders(workspace: Workspace, now: datetime) -> Looked:
    wanted = (workspace.books, workspace.inbox, workspace.archive, workspace.outputs)
    bad = [str(folder) for folder in wanted if not _is_writable(folder)]
    return Looked(not bad, ", ".join(bad))


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _disk(workspace: Workspace, now: datetime) -> Looked:
    free = shutil.disk_usage(workspace.home).free
    return Looked(free >= _MIN_FREE_BYTES and not is_on_network(workspace.ledger), f"{free // 1024**2} MB")


def _key(workspace: Workspace, now: datetime) -> Looked:
    mode = workspace.key.stat().st_mode & 0o777
    return Looked(os.name == "nt" or mode & 0o077 == 0, f"{mode:o}")


def _master(workspace: Workspace, now: datetime) -> Looked:
    plan = read_plan(workspace.master)
    if not plan.tasks:
        return Looked(False, Said("doctor.master_empty"), "doctor.master_empty_remedy")
    return Looked(True, Said("doctor.master_has", {"tasks": len(plan.tasks), "agencies": len(plan.agencies)}))


def _base(workspace: Workspace, now: datetime) -> Looked | None:
    base_of(workspace)
    return Looked(True, workspace.base.name) if workspace.base.exists() else None


def _ledger(workspace: Workspace, now: datetime) -> Looked:
    engine = ledger_of(workspace, load_settings(workspace.config))
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            return Looked(True, engine.dialect.name)
        found = connection.execute(text("pragma integrity_check")).scalar()
        broken = connection.execute(text("pragma foreign_key_check")).first()
    if found == "ok" and broken is None:
        return Looked(True, workspace.ledger.name)
    return Looked(False, Said("doctor.ledger_broken", {"why": found if found != "ok" else broken}))


def _holidays(workspace: Workspace, now: datetime) -> Looked:
    """The next twelve periods have their day, and the office looked at the coming year's days off."""
    plan = read_plan(workspace.master)
    calendar = Calendar({each.day: each.is_working for each in plan.days})
    days = list(_effective_days(calendar, now))
    covered = {each.day.year for each in plan.days}
    missing = sorted({day.year for day in days} - covered)
    return Looked(not missing, ", ".join(map(str, missing)) or f"{days[0]:%d/%m/%Y} – {days[-1]:%d/%m/%Y}")


def _effective_days(calendar: Calendar, now: datetime) -> Iterator[datetime]:
    period = Period.containing(local_day(now), calendar)
    for _ in range(12):
        day = period.effective_day(calendar)
        yield datetime(day.year, day.month, day.day)
        period = period.next()


def _clock(workspace: Workspace, now: datetime) -> Looked:
    """The clock must not stand before what was already recorded: a clock set back makes returns look early."""
    real = datetime.now(now.tzinfo)
    if not workspace.ledger.exists():
        return Looked(True, show_instant(real))
    recorded = datetime.fromtimestamp(workspace.ledger.stat().st_mtime, now.tzinfo)
    return Looked(real >= recorded - timedelta(minutes=5), show_instant(real))


_LOOKS: tuple[tuple[str, Look, tuple[str, ...]], ...] = (
    ("python", _python, ()),
    ("workspace", _workspace, ()),
    ("config", _config, ("workspace",)),
    ("folders", _folders, ("workspace",)),
    ("disk", _disk, ("workspace",)),
    ("key", _key, ("workspace",)),
    ("master", _master, ("workspace",)),
    ("base", _base, ("workspace",)),
    ("ledger", _ledger, ("workspace", "config")),
    ("holidays", _holidays, ("master",)),
    ("clock", _clock, ("workspace",)),
    ("imap", routine.imap, ("config",)),
    ("smtp", routine.smtp, ("config",)),
    ("outbox", routine.outbox, ("ledger", "master")),
    ("addresses", routine.addresses, ("config", "master")),
    ("routine", routine.routine, ("ledger",)),
    ("task", routine.task, ("config",)),
    ("fonts", routine.fonts, ()),
)
"""What is looked at, in this order, and what must be well for that."""
