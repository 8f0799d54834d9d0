"""A workspace of the real plan with the forms of March 2025 laid ready, and somebody who drops files and collects."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tracker import actions
from tracker.actions import Collected, Office, init, open_office, write_forms
from tracker.dates import Period, parse_instant
from tracker.demo.mishaps import MISHAPS
from tracker.demo.officer import Form, Officer
from tracker.intake.channel import Incoming
from tracker.intake.pool import Died
from tracker.ledger import queries
from tracker.model import Submission

PERIOD = Period(2025, 3)
PREPARED_BY = "Phạm Thị Mai, chuyên viên Văn phòng"
COLLECTING = import_module("tracker.actions.collect")
"""The module; in its package the name is that of the verb."""
_SETTINGS = "[limits]\nworkers = 1\nsettle_seconds = 0\nseconds = 6\nmemory_megabytes = 512\n"


@dataclass(frozen=True)
class Place:
    """One workspace; instants are local time, "YYYY-MM-DDTHH:MM"."""

    home: Path

    @property
    def inbox(self) -> Path:
        return self.home / "workbooks" / "inbox"

    def office(self, now: str = "2025-03-18T09:00") -> Office:
        return open_office(self.home, parse_instant(now))

    def collect(self, now: str = "2025-03-18T09:00", **more: Any) -> list[Collected]:
        return actions.collect(self.office(now), **more)

    def rehearse(self, now: str = "2025-03-18T09:00") -> list[Collected]:
        with actions.rehearsed(self.office(now)) as office:
            return actions.collect(office)

    def drop(self, name: str, data: bytes, at: str = "2025-03-17T08:00") -> Path:
        """A file in the inbox that has been there since `at`."""
        path = self.inbox / name
        path.write_bytes(data)
        moment = parse_instant(at).timestamp()
        os.utime(path, (moment, moment))
        return path

    def filled(self, agency: str, *changes: Callable[[Form], object], seed: int = 5) -> bytes:
        """The agency's form, filled carefully, always by the same person, then changed."""
        form = Form((self.home / f"workbooks/forms/{PERIOD}/{PERIOD}_{agency}.xlsx").read_bytes())
        plan = _plan_of(self.home)
        Officer(plan, plan.agency_by_code[agency], seed).fill(form)
        form.head("prepared_by").value = PREPARED_BY
        for change in changes:
            change(form)
        return form.save()

    def waiting(self) -> set[str]:
        return {path.name for path in self.inbox.rglob("*") if path.is_file()}

    def archived(self) -> dict[str, bytes]:
        """Archived files by hash, without their notes and the master sheets."""
        files = (path for path in (self.home / "workbooks/archive").rglob("*") if path.is_file())
        return {path.name: path.read_bytes() for path in files if path.suffix not in (".json", ".xlsx")}

    def submissions(self) -> tuple[Submission, ...]:
        return queries.submissions_of(self.office().engine)

    def tree(self) -> dict[str, bytes]:
        """Every file of the workspace with its contents; the lock is the operating system's."""
        files = (path for path in self.home.rglob("*") if path.is_file() and path.name != ".tracker-lock")
        return {str(path.relative_to(self.home)): path.read_bytes() for path in files}


@lru_cache
def _plan_of(home: Path) -> Any:
    return open_office(home, parse_instant("2025-03-18")).plan


def lay_ready(home: Path) -> Place:
    """A new workspace, its March forms written."""
    init(home, "27-TB-UBND")
    (home / "tracker.toml").write_text(_SETTINGS, "utf-8")
    place = Place(home)
    write_forms(place.office("2025-03-03T08:00"), PERIOD)
    return place


def copied(place: Place, home: Path) -> Place:
    shutil.copytree(place.home, home, dirs_exist_ok=True)
    return Place(home)


def mishap(name: str) -> Callable[[Form], object]:
    """A mistake of the demo, by name."""
    change = MISHAPS[name].on_form
    assert change is not None
    return change


def in_this_process(
    work: Callable[[Any], Any],
    items: Iterable[Any],
    limits: object,
    prepare: Callable[..., None],
    arguments: Any,
    parcel: Callable[[Any], Any],
) -> Iterator[tuple[Any, Any]]:
    """What `run_guarded` does, without workers: for tests that are not about them."""
    prepare(*arguments)
    for item in items:
        try:
            outcome = work(parcel(item))
        except Exception as error:
            outcome = Died("error", f"{type(error).__name__}: {error}")
        yield item, outcome


@dataclass
class Post:
    """A channel with senders, as a mailbox will be one; remembers what was taken away."""

    waiting: list[Incoming] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    name: str = "post"

    def bring(self, data: bytes, sender: str, name: str = "BC.xlsx", received_at: str = "") -> None:
        """A mail with a return; `received_at` local time of the mail server, "" where it tells none."""
        key = f"uid-{len(self.waiting) + len(self.gone)}"
        mail = Incoming(name, key, data, parse_instant("2025-03-17"), sender, len(data))
        self.waiting.append(replace(mail, received_at=parse_instant(received_at) if received_at else None))

    def fetch(self) -> Iterator[Incoming]:
        return iter(tuple(self.waiting))

    def done(self, incoming: Incoming) -> None:
        self.gone.append(incoming.key)
        self.waiting = [each for each in self.waiting if each.key != incoming.key]

    def close(self) -> None:
        """Nothing is open."""


def with_addresses(office: Office, **addresses: str) -> Office:
    """The office's plan with a registered address for some agencies."""
    agencies = tuple(
        replace(each, emails=(addresses[each.code],)) if each.code in addresses else each
        for each in office.plan.agencies
    )
    return replace(office, plan=replace(office.plan, agencies=agencies))
