"""Looks whether everything is there that the routine needs, and says what to do where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from tracker.actions import routine
from tracker.actions.base import base_of
from tracker.actions.office import ledger_of
from tracker.config import Workspace, load_settings
from tracker.dates import Calendar, Period, local_day
from tracker.errors import PlanError, TrackerError
from tracker.ledger.store import is_on_network
from tracker.plan.sheet import read_plan

_MIN_PYTHON = (3, 11)
_MIN_FREE_BYTES = 500 * 1024**2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `key` names its sentences (`doctor.<key>`, `doctor.<key>_remedy`)."""

    key: str
    is_well: bool
    detail: str = ""


def doctor(home: Path, now: datetime) -> list[Check]:
    """Every check, well or not; a check that itself fails is not well."""
    workspace = Workspace(home.resolve())
    looks: tuple[tuple[str, Callable[[Workspace, datetime], tuple[bool, str]]], ...] = (
        ("python", _python),
        ("workspace", _workspace),
        ("config", _config),
        ("folders", _folders),
        ("disk", _disk),
        ("key", _key),
        ("master", _master),
        ("base", _base),
        ("ledger", _ledger),
        ("holidays", _holidays),
        ("clock", _clock),
        ("imap", routine.imap),
        ("smtp", routine.smtp),
        ("outbox", routine.outbox),
        ("addresses", routine.addresses),
        ("routine", routine.routine),
        ("task", routine.task),
        ("fonts", routine.fonts),
    )
    return [_looked(key, look, workspace, now) for key, look in looks]


def _looked(
    key: str, look: Callable[[Workspace, datetime], tuple[bool, str]], workspace: Workspace, now: datetime
) -> Check:
    try:
        return Check(key, *look(workspace, now))
    except PlanError as error:
        return Check(key, False, "; ".join(f"{each.sheet}!{each.cell}" for each in error.problems[:5]))
    except (TrackerError, OSError, ValueError, subprocess.SubprocessError) as error:
        return Check(key, False, str(error))


def _python(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    return sys.version_info[:2] >= _MIN_PYTHON, sys.version.split()[0]


def _workspace(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    return workspace.master.exists() and workspace.key.exists(), str(workspace.home)


def _config(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    load_settings(workspace.config)
    return workspace.config.exists(), str(workspace.config)


def _folders(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    wanted = (workspace.books, workspace.inbox, workspace.archive, workspace.outputs)
    bad = [str(folder) for folder in wanted if not _is_writable(folder)]
    return not bad, ", ".join(bad)


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _disk(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    free = shutil.disk_usage(workspace.home).free
    return free >= _MIN_FREE_BYTES and not is_on_network(workspace.ledger), f"{free // 1024**2} MB"


def _key(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    mode = workspace.key.stat().st_mode & 0o777
    return os.name == "nt" or mode & 0o077 == 0, oct(mode)


def _master(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    plan = read_plan(workspace.master)
    return True, f"{len(plan.tasks)} / {len(plan.agencies)}"


def _base(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    base_of(workspace)
    return True, workspace.base.name if workspace.base.exists() else ""


def _ledger(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    engine = ledger_of(workspace, load_settings(workspace.config))
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            return True, engine.dialect.name
        found = connection.execute(text("pragma integrity_check")).scalar()
        broken = connection.execute(text("pragma foreign_key_check")).first()
    return found == "ok" and broken is None, str(found)


def _holidays(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    """The next twelve periods have their day, and the office looked at the coming year's days off.

    A faulty master sheet is another check's finding.
    """
    try:
        plan = read_plan(workspace.master)
    except PlanError:
        return True, ""
    calendar = Calendar({each.day: each.is_working for each in plan.days})
    days = list(_effective_days(calendar, now))
    covered = {each.day.year for each in plan.days}
    missing = sorted({day.year for day in days} - covered)
    return not missing, ", ".join(map(str, missing)) or f"{days[0]:%d/%m/%Y} – {days[-1]:%d/%m/%Y}"


def _effective_days(calendar: Calendar, now: datetime) -> Iterator[datetime]:
    period = Period.containing(local_day(now), calendar)
    for _ in range(12):
        day = period.effective_day(calendar)
        yield datetime(day.year, day.month, day.day)
        period = period.next()


def _clock(workspace: Workspace, now: datetime) -> tuple[bool, str]:
    """The clock must not stand before what was already recorded: a clock set back makes returns look early."""
    if not workspace.ledger.exists():
        return True, ""
    recorded = datetime.fromtimestamp(workspace.ledger.stat().st_mtime, now.tzinfo)
    real = datetime.now(now.tzinfo)
    return real >= recorded - timedelta(minutes=5), f"{real:%d/%m/%Y %H:%M}"
