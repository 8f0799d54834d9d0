"""Mails with forms, through a real Dovecot: fetched, taken apart, checked, recorded, marked, their receipts queued.

The run is a process of its own, so that its memory is its own. The server's share is the time our process sat waiting
for bytes from it; it works on the same machine, on the same cores.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tests.bench.fill import PERIOD, filled_forms
from tests.bench.month import lay_out
from tests.bench.plans import DAY, plan_of
from tests.bench.stopwatch import Stages, calm_collector, seconds
from tests.support import dovecot
from tests.support.peak import peak_megabytes
from tests.support.zoo import STYLES
from tracker import actions
from tracker.actions.office import Office
from tracker.dates import parse_instant
from tracker.ledger import outbox, store
from tracker.model import Plan, Verdict
from tracker.plan.build import build_master

AT = parse_instant(f"{DAY}T16:30")
STYLE = "as the library writes it"
_DOMAIN = "bench.example"
BOX = f"vanphong@{_DOMAIN}"
SETTINGS = """[mail]
address = "vanphong@bench.example"
imap_host = "127.0.0.1"
imap_port = {port}
imap_security = "none"
done_folder = "Xong"
smtp_host = "127.0.0.1"
"""


@dataclass(frozen=True, slots=True)
class MailFigures:
    """One run over so many mails: seconds of its parts, `server_s` of them waiting on the socket; `cpu_s` what the run
    and its workers computed; peaks in megabytes, of the run and of its largest worker."""

    mails: int
    collect_s: float
    marked_s: float
    receipts_s: float
    server_s: float
    cpu_s: float
    peak_mb: float
    worker_mb: float

    @property
    def seconds(self) -> float:
        return self.collect_s + self.marked_s + self.receipts_s

    @property
    def per_second(self) -> float:
        return self.mails / self.seconds

    @property
    def server_share(self) -> float:
        return self.server_s / self.seconds

    def as_json(self) -> dict[str, Any]:
        more = {"seconds": self.seconds, "per_second": self.per_second, "server_share": self.server_share}
        return {key: round(value, 3) for key, value in {**asdict(self), **more}.items()}


def opened_desk(folder: Path, imap_port: int) -> Office:
    """The office of a workspace that reads this server's mailbox, with the period open; its ledger is closed again."""
    (folder / "tracker.toml").write_text(SETTINGS.format(port=imap_port), "utf-8")
    office = actions.open_office(folder, AT)
    store.open_period(office.engine, str(PERIOD), AT)
    office.engine.dispose()
    return office


def measure_mailbox(folder: Path, mails: int) -> MailFigures | None:
    """`folder` must not exist yet. None: Dovecot is not installed."""
    if not dovecot.DOVECOT:
        return None
    plan = addressed(plan_of(mails))
    lay_out(folder, build_master(plan))
    with dovecot.running() as server:
        office = opened_desk(folder, server.imap_port)
        write = STYLES[STYLE]
        raws = [write(address_of(name[8:-5]), data, name) for name, data in filled_forms(plan, office.key)]
        server.deliver(BOX, raws)
        environment = {**os.environ, "TRACKER_MAIL_PASSWORD": dovecot.PASSWORD}
        command = [sys.executable, "-m", "tests.bench.mailbox", str(folder)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return MailFigures(**json.loads(done.stdout))


def addressed(plan: Plan) -> Plan:
    return replace(plan, agencies=tuple(replace(each, emails=(address_of(each.code),)) for each in plan.agencies))


def address_of(code: str) -> str:
    return f"{code}@{_DOMAIN}"


def work_through(home: Path) -> MailFigures:
    """What a collection of the timetable does, watched. AssertionError where a mail is not taken and answered."""
    calm_collector()
    office, waited = actions.open_office(home, AT), Stages()
    awaited = len(office.plan.reporting_agencies(DAY))
    verdicts: list[Verdict] = []
    with waited.watching((socket.SocketIO, "readinto", "server")):
        collect_s = seconds(lambda: verdicts.extend(each.examined.verdict for each in actions.collect(office)))
    marked_s = seconds(lambda: actions.write_marked(office))
    receipts_s = seconds(lambda: actions.queue(office, actions.receipts(office)))
    if verdicts != [Verdict.ACCEPTED] * awaited or outbox.count_by_state(office.engine) != {"pending": awaited}:
        raise AssertionError(f"{awaited} mails came to {len(verdicts)} verdicts, {set(verdicts)}")
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu_s = sum(used.ru_utime + used.ru_stime for used in (own, workers))
    peaks = peak_megabytes(), workers.ru_maxrss / 1024
    return MailFigures(awaited, collect_s, marked_s, receipts_s, waited.seconds["server"], cpu_s, *peaks)


if __name__ == "__main__":
    print(json.dumps(asdict(work_through(Path(sys.argv[1])))))
