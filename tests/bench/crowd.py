"""A mailbox that holds a great many mails, none a return, through a real Dovecot: read once, and then a few forms
among them. Each reading is a process of its own, as the operating system's scheduler starts it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.fill import filled_forms
from tests.bench.mailbox import AT, BOX, STYLE, address_of, addressed, opened_desk
from tests.bench.month import lay_out
from tests.bench.plans import plan_of
from tests.bench.stopwatch import calm_collector, seconds
from tests.support import dovecot
from tests.support.peak import peak_megabytes
from tests.support.zoo import STYLES
from tracker import actions
from tracker.model import Verdict
from tracker.plan.build import build_master

_FORMS = 5


@dataclass(frozen=True, slots=True)
class CrowdFigures:
    """Seconds and megabytes of the first reading of so many mails, and of the next one, with five new forms."""

    mails: int
    first_s: float
    first_mb: float
    again_s: float
    again_mb: float

    def as_json(self) -> dict[str, Any]:
        return {key: round(value, 3) for key, value in asdict(self).items()}


def measure_crowd(folder: Path, mails: int) -> CrowdFigures | None:
    """`folder` must not exist yet. None: Dovecot is not installed."""
    if not dovecot.DOVECOT:
        return None
    plan = addressed(plan_of())
    lay_out(folder, build_master(plan))
    with dovecot.running() as server:
        office = opened_desk(folder, server.imap_port)
        server.fill(BOX, map(_circular, range(mails)))
        first_s, first_mb, _ = _read(folder)
        forms = list(filled_forms(plan, office.key))[:_FORMS]
        server.deliver(BOX, [STYLES[STYLE](address_of(name[8:-5]), data, name) for name, data in forms])
        again_s, again_mb, accepted = _read(folder)
    if accepted != _FORMS:
        raise AssertionError(f"{accepted} of {_FORMS} forms were accepted")
    return CrowdFigures(mails, first_s, first_mb, again_s, again_mb)


def _circular(number: int) -> bytes:
    """What an office gets all day."""
    head = f"From: so{number % 97}@circular.example\r\nTo: {BOX}\r\nMessage-ID: <{number}@circular.example>\r\n"
    told = f"Subject: Cong van so {number}\r\nDate: Mon, 17 Mar 2025 08:00:00 +0700\r\n\r\n"
    return (head + told + "Kinh chuyen de biet.\r\n" * 20).encode()


def _read(home: Path) -> tuple[float, float, int]:
    environment = {**os.environ, "TRACKER_MAIL_PASSWORD": dovecot.PASSWORD}
    command = [sys.executable, "-m", "tests.bench.crowd", str(home)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    took, megabytes, accepted = json.loads(done.stdout)
    return took, megabytes, accepted


def read_through(home: Path) -> tuple[float, float, int]:
    """A collection with its receipts: seconds, megabytes, forms accepted."""
    calm_collector()
    office = actions.open_office(home, AT)
    accepted: list[bool] = []

    def collect() -> None:
        accepted.extend(each.examined.verdict is Verdict.ACCEPTED for each in actions.collect(office))
        actions.queue(office, actions.receipts(office))

    took = seconds(collect)
    return took, peak_megabytes(), sum(accepted)


def lines_of(figures: CrowdFigures | None) -> Iterator[str]:
    if figures is None:
        yield "The crowded mailbox: not measured, Dovecot is not installed"
        return
    rate = figures.mails / figures.first_s
    yield f"A mailbox of {figures.mails} other mails through Dovecot, read for the first time: {figures.first_s:.1f} s,"
    yield f"{rate:.0f} a second, at most {figures.first_mb:.0f} MB; then {_FORMS} forms among them:"
    yield f"{figures.again_s:.1f} s, at most {figures.again_mb:.0f} MB"


if __name__ == "__main__":
    print(json.dumps(read_through(Path(sys.argv[1]))))
