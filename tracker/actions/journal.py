"""The order of what happens, for `rebuild`: every note in the archive tells its run and its place in it, the run's
clock, and what examination then depended on: the master sheet (filed once, by its sha-256) and the rules in force.

A note is written before the ledger knows of it, under a name of what it tells, so that a repeated attempt overwrites
it. Idle runs leave none.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracker import __version__
from tracker.config import Settings
from tracker.intake import archive

if TYPE_CHECKING:
    from tracker.actions.office import Office

MASTERS = "masters"


def _by_the_clock() -> itertools.count[int]:
    return itertools.count(time.time_ns())


@dataclass
class Journal:
    """The places of one run. Outside a recorded run (`run` 0) the machine's clock gives the order; `is_silent`: what is
    being replayed is not noted again."""

    run: int = 0
    verb: str = ""
    is_silent: bool = False
    _places: itertools.count[int] = field(default_factory=_by_the_clock)

    @classmethod
    def of_run(cls, run: int, verb: str) -> Journal:
        return cls(run, verb, _places=itertools.count(1))

    def next(self) -> int:
        """The next place; taken by one thread only."""
        return next(self._places)


def stamp(office: Office, place: int | None = None) -> dict[str, Any]:
    """What a note tells of its moment; `place` where it was taken before."""
    journal = office.journal
    return {
        "run": journal.run,
        "verb": journal.verb,
        "n": journal.next() if place is None else place,
        "now": office.now.isoformat(),
        "plan": _filed_master(office),
        "rules": rules_of(office.settings),
        "program": __version__,
    }


def rules_of(settings: Settings) -> dict[str, Any]:
    """Settings that a verdict may hang on."""
    return {
        "trial": list(settings.checks.trial),
        "deadline_is_strict": settings.checks.deadline_is_strict,
        "report_day": settings.schedule.report_day,
        "max_megabytes": settings.limits.max_megabytes,
        "office": settings.office.full_name,
        "office_mail": [each for each in (settings.mail.address, *settings.mail.report_to) if each],
    }


def under_rules(settings: Settings, rules: Mapping[str, Any]) -> Settings:
    """The settings as they were when those rules were in force."""
    checks = settings.checks.model_copy(
        update={"trial": tuple(rules["trial"]), "deadline_is_strict": rules["deadline_is_strict"]}
    )
    schedule = settings.schedule.model_copy(update={"report_day": rules["report_day"]})
    limits = settings.limits.model_copy(update={"max_megabytes": rules["max_megabytes"]})
    body = settings.office.model_copy(update={"full_name": rules.get("office", settings.office.full_name)})
    mail = settings.mail.model_copy(update={"report_to": tuple(rules.get("office_mail", settings.mail.report_to))})
    update = {"checks": checks, "schedule": schedule, "limits": limits, "office": body, "mail": mail}
    return settings.model_copy(update=update)


def master_path(root: Path, sha256: str) -> Path:
    return root / MASTERS / f"{sha256}.xlsx"


def _filed_master(office: Office) -> str:
    """The sha-256 of the master sheet in use, which lies in the archive by then; "" where there is none."""
    if office.plan.sha256 and office.master:
        path = master_path(office.workspace.archive, office.plan.sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            archive.write_whole(path, office.master)
    return office.plan.sha256


def note(office: Office, path: str, story: Mapping[str, Any]) -> None:
    """Writes a note under its name in the archive, safe when this returns."""
    if not office.journal.is_silent:
        target = office.workspace.archive / path
        target.parent.mkdir(parents=True, exist_ok=True)
        archive.write_whole(target, as_json({**story, "at": stamp(office)}))


def as_json(story: Mapping[str, Any]) -> bytes:
    return json.dumps(story, ensure_ascii=False, indent=1, sort_keys=True).encode()


def instant_or_none(text: str | None) -> datetime | None:
    """A time as a note tells it, or that there is none."""
    return archive.instant(text) if text else None


def read_json(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return read
