"""An opened workspace: folders, settings, plan, ledger, clock and lock. Made once per command."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from importlib import resources
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from tracker.actions.journal import Journal
from tracker.addresses import holders
from tracker.config import Settings, Workspace, load_settings
from tracker.dates import Calendar, Period, local_day
from tracker.errors import ConfigError, LedgerError, LockedError
from tracker.forms.build import build_blank
from tracker.intake.archive import clear_asides, put_whole, sync_folder, write_whole
from tracker.ledger import queries
from tracker.ledger.store import open_ledger
from tracker.model import Past, Plan
from tracker.plan.build import build_master
from tracker.plan.data import empty_plan, packaged_plan
from tracker.plan.sheet import content_of, plan_in
from tracker.reports import blank_base

log = logging.getLogger("tracker")

KEY_BYTES = 32


@dataclass(frozen=True)
class Office:
    """Everything a verb works with. `now` is the run's clock (aware UTC), never read again; `master` are the bytes the
    plan was read from; `is_rehearsal`: nothing is taken away or sent."""

    workspace: Workspace
    settings: Settings
    plan: Plan
    key: bytes
    engine: Engine
    now: datetime
    master: bytes = field(default=b"", repr=False, compare=False)
    journal: Journal = field(default_factory=Journal, repr=False, compare=False)
    is_rehearsal: bool = False

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar({each.day: each.is_working for each in self.plan.days})

    @property
    def report_day(self) -> int:
        return self.settings.schedule.report_day

    @property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def current_period(self) -> Period:
        """The period whose effective day comes next."""
        return Period.containing(self.today, self.calendar, self.report_day)

    def period(self, text: str | None) -> Period:
        """The period asked for, or the current one. ConfigError: not YYYY-MM."""
        try:
            return Period.parse(text) if text else self.current_period
        except ValueError as error:
            raise ConfigError("bad_period", value=text) from error

    def period_to_report(self, text: str | None, is_early: bool = False) -> Period:
        """The period of which a version is to be made: the one asked for, else the one whose turn it is.

        ConfigError: its effective day has not come and nobody asked for an early look, or one was asked for by mistake.
        """
        if is_early and not text:
            raise ConfigError("early_unnamed", period=str(self.current_period))
        period = self.period(text) if text else self._period_of_the_day()
        if self.has_come(period) == is_early:
            raise self._out_of_turn(period)
        return period

    def _period_of_the_day(self) -> Period:
        """The newest opened period whose effective day has come, unless a later one was reported; else the current."""
        newest = self.newest_come
        if newest is None or any(period > str(newest) for period in self.reported_periods()):
            return self.current_period
        return newest

    @property
    def newest_come(self) -> Period | None:
        """The newest opened period whose effective day is today or past."""
        opened = map(Period.parse, queries.opened_periods(self.engine))
        return max(filter(self.has_come, opened), default=None)

    def is_open(self, period: Period) -> bool:
        """Whether the period's forms were made."""
        return str(period) in queries.opened_periods(self.engine)

    def has_come(self, period: Period) -> bool:
        """Whether the period's effective day is today or past."""
        return self.effective_day(period) <= self.today

    def _out_of_turn(self, period: Period) -> ConfigError:
        told = {"period": str(period), "day": self.effective_day(period)}
        if self.has_come(period):
            return ConfigError("early_no_more", **told)
        last = max(filter(None, (str(self.newest_come or ""), *self.reported_periods())), default="")
        return ConfigError("too_early", last=last, **told) if last else ConfigError("too_early_first", **told)

    def senders(self) -> dict[str, tuple[str, ...]]:
        """Codes of the agencies for which somebody may write, by registered address."""
        return holders((agency.code, agency.emails) for agency in self.plan.agencies)

    def effective_day(self, period: Period) -> date:
        return period.effective_day(self.calendar, self.report_day)

    def follow(self, code: str, period: Period) -> str:
        """The agency that answers for `code` on the period's effective day."""
        agency = self.plan.agency_by_code.get(code)
        return self.plan.current(agency, self.effective_day(period)).code if agency else code

    def agency_name(self, code: str) -> str:
        """Official name of an agency; the code itself where the plan has none such."""
        agency = self.plan.agency_by_code.get(code)
        return agency.name if agency else code

    def past(self, period: Period) -> dict[tuple[str, str, str], Past]:
        """Last accepted answers before a period, by (table, agency, task)."""
        return queries.past_answers(self.engine, str(period), lambda code: self.follow(code, period))

    def reported_periods(self) -> tuple[str, ...]:
        """Periods whose report was made on their effective day or after it; a version made earlier is a look ahead."""
        made = queries.last_made(self.engine).items()
        return tuple(name for name, at in made if local_day(at) >= self.effective_day(Period.parse(name)))

    def closed_periods(self) -> tuple[str, ...]:
        """Periods before the newest reported one; late returns of them are no longer taken."""
        reported = self.reported_periods()
        return tuple(period for period in queries.opened_periods(self.engine) if reported and period < reported[-1])


def open_office(home: Path, now: datetime) -> Office:
    """Opens a workspace. ConfigError where there is none; PlanError where the master sheet has mistakes."""
    workspace = workspace_of(home)
    settings = load_settings(workspace.config)
    master = content_of(workspace.master)
    plan = plan_in(master, workspace.master)
    engine = ledger_of(workspace, settings)
    return Office(workspace, settings, plan, read_key(workspace.key), engine, now, master)


def ledger_of(workspace: Workspace, settings: Settings) -> Engine:
    """The ledger; a new one only in a workspace that has received nothing yet. LedgerError `ledger_lost`: its file is
    gone, and to begin anew would take everything, and write every letter, a second time."""
    if not settings.ledger.url and not workspace.ledger.exists() and _has_notes(workspace.archive):
        raise LedgerError("ledger_lost", path=str(workspace.ledger))
    return open_ledger(workspace.ledger, settings.ledger.url)


def _has_notes(archive: Path) -> bool:
    return next(archive.rglob("*.json"), None) is not None if archive.exists() else False


def bare_office(home: Path, now: datetime) -> Office:
    """A workspace without its plan, for what must work when the master sheet is wrong: telling of it."""
    workspace = workspace_of(home)
    settings = load_settings(workspace.config)
    engine = ledger_of(workspace, settings)
    return Office(workspace, settings, empty_plan(), read_key(workspace.key), engine, now)


def read_key(path: Path) -> bytes:
    """The identity key. ConfigError: damaged."""
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (ValueError, UnicodeDecodeError) as error:
        raise ConfigError("bad_key", path=str(path)) from error
    if len(key) != KEY_BYTES:
        raise ConfigError("bad_key", path=str(path))
    return key


def workspace_of(home: Path) -> Workspace:
    """The folders of a workspace. ConfigError where there is none."""
    workspace = Workspace(home.resolve())
    if not workspace.master.exists() or not workspace.key.exists():
        raise ConfigError("no_workspace", path=str(workspace.home))
    return workspace


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """The one lock of a workspace, held by the operating system. LockedError: another run holds it."""
    lock = FileLock(workspace.lock, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockedError("locked", path=str(workspace.home)) from error
    try:
        _clear_asides(workspace)
        yield
    finally:
        lock.release()


def _clear_asides(workspace: Workspace) -> None:
    """Half files of a run that died; where they cannot be removed they do no harm."""
    for folder in (workspace.archive, workspace.books / "forms", workspace.outputs):
        with suppress(OSError):
            if count := clear_asides(folder):
                log.warning("%s half files of a run that died were removed from %s", count, folder)


def init(home: Path, plan_name: str = "") -> tuple[Path, ...]:
    """Makes a workspace, or adds what is missing to one; nothing that exists is touched. Returns what was made."""
    workspace = Workspace(home.resolve())
    settings = load_settings(workspace.config)  # a broken file is refused before anything is made
    folders = [workspace.inbox, workspace.archive, workspace.books / "notices", workspace.books / "forms"]
    for folder in (*folders, workspace.outputs / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    made = []
    if not workspace.config.exists():
        write_whole(workspace.config, (resources.files("tracker") / "data" / "tracker.toml").read_bytes())
        made.append(workspace.config)
    if not workspace.key.exists():
        put_whole(workspace.key, secrets.token_hex(KEY_BYTES).encode())
        sync_folder(workspace.books)
        made.append(workspace.key)
    if not workspace.master.exists():
        plan = packaged_plan(plan_name) if plan_name else empty_plan()
        write_whole(workspace.master, build_master(plan))
        made.append(workspace.master)
    if not workspace.blank_form.exists():
        write_whole(workspace.blank_form, build_blank())
        made.append(workspace.blank_form)
    if not workspace.base.exists():
        write_whole(workspace.base, blank_base())
        made.append(workspace.base)
    ledger_of(workspace, settings).dispose()
    return tuple(made)
