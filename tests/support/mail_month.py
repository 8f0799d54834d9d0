"""A whole month through real servers, played once: Postfix takes the letters, Dovecot holds the mailboxes, and the
tracker is started as the operating system's scheduler starts it. What came to whom by each run is kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.support import cast, dovecot
from tests.support.cast import (
    AWAY,
    CORRECTED,
    EARLY,
    IT_OFFICER,
    LAST,
    LATE,
    LEADER,
    OFFICE,
    SECOND,
    STRANGER,
    WITH_MISTAKES,
    Sending,
)
from tests.support.correspondence import Correspondence, attachments, typed_in
from tests.support.postfix import Postfix
from tests.support.zoo import TEXT, head
from tracker.actions import init
from tracker.demo.mishaps import MISHAPS, Planted
from tracker.demo.officer import Form, Officer
from tracker.model import Plan, Verdict
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan

ROOT = Path(__file__).parents[2]
DAY = date(2025, 3, 20)
SEED = 31
DONE_FOLDER = "Đã xử lý"
OPENED, AGAIN, AFTER_OPENING = "2025-03-03T08:10", "2025-03-03T08:25", "2025-03-04T11:05"
REMINDED = ("2025-03-17T08:05", "2025-03-19T08:05", "2025-03-20T08:05", LATE, "2025-03-24T08:05")
DECIDED = "2025-03-18T10:00"
AFTER_REPORT, NEXT_HOUR, AT_THE_END = "2025-03-20T17:20", "2025-03-20T18:05", "2025-03-25T11:05"
_SETTINGS = """
[schedule]
remind_after = 2
[limits]
workers = 1
settle_seconds = 0
[mail]
address = "{office}"
imap_host = "127.0.0.1"
imap_port = {imap}
imap_security = "tls"
done_folder = "{done}"
smtp_host = "127.0.0.1"
smtp_port = {smtp}
smtp_security = "starttls"
report_to = ["{leader}"]
alarm_to = ["{it}"]
per_minute = 60000
"""


@dataclass(frozen=True)
class Sent:
    """A return on its way: what hangs on the mail, and what was planted in it."""

    sending: Sending
    sender: str
    message_id: str
    data: bytes
    planted: Planted = ()
    answers: EmailMessage | None = None

    @property
    def typed(self) -> dict[str, Any]:
        return dict(typed_in(Form(self.data)))


@dataclass
class Month:
    """Everybody's doings, run by run. `news`: what came to each address by each run, before the next."""

    plan: Plan
    home: Path
    letters: Correspondence
    news: dict[str, dict[str, list[EmailMessage]]] = field(default_factory=dict)
    jobs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    forms: dict[str, EmailMessage] = field(default_factory=dict)
    flags: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @property
    def agencies(self) -> list[str]:
        return [each.code for each in self.plan.reporting_agencies(DAY)]

    def addresses(self, agency: str) -> tuple[str, ...]:
        return self.plan.agency_by_code[agency].emails

    def run(self, now: str, *verb: str) -> Any:
        """The command line, as the operating system starts it."""
        command = [sys.executable, "-m", "tracker", *verb, "--home", str(self.home), "--now", now, "--json"]
        trusted = str(self.letters.post.certificate)
        environment = {**os.environ, "TRACKER_MAIL_PASSWORD": dovecot.PASSWORD, "SSL_CERT_FILE": trusted}
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def tick(self, now: str) -> None:
        ran = self.run(now, "schedule", "run", "--once")
        self.jobs[now] = [(each["job"], each["state"]) for each in ran]
        self.look(now)

    def look(self, now: str) -> None:
        everybody = {address for each in self.plan.agencies for address in each.emails}
        self.news[now] = self.letters.news({*everybody, LEADER, IT_OFFICER, STRANGER})

    def of(self, now: str, subject: str) -> dict[str, list[EmailMessage]]:
        """What came by a run with this in its subject."""
        found = {who: [m for m in mails if subject in m["Subject"]] for who, mails in self.news[now].items()}
        return {who: mails for who, mails in found.items() if mails}

    def returns(self, agency: str) -> list[Sent]:
        return [each for each in self.sent if each.sending.agency == agency]

    # --- what the agencies do -----------------------------------------------------------------------------------------

    def send_all(self, taken_at: str) -> None:
        """Every return that this run is to take."""
        for each in cast.sendings(self.agencies):
            if each.taken_at == taken_at:
                self._send(each)

    def _send(self, sending: Sending) -> None:
        agency = sending.agency
        sender = sending.sender or self.addresses(agency)[0]
        form = self.forms[agency]
        ((name, blank),) = attachments(form).items()
        earlier = self.returns(agency)
        data, planted = (earlier[0].data, ()) if sending.again else self._filled(agency, blank, sending.mishap)
        message_id = self.letters.send(cast.WAYS[sending.style], sender, data, name, form)
        self.sent.append(Sent(sending, sender, message_id, data, planted, form))

    def _filled(self, agency: str, blank: bytes, mishap: str = "") -> tuple[bytes, Planted]:
        """The form that came by mail, as its officer fills it."""
        form = Form(blank)
        Officer(self.plan, self.plan.agency_by_code[agency], SEED).fill(form)
        how = MISHAPS.get(mishap)
        planted: Planted = how.on_form(form) if how and how.on_form else ()
        data = form.save()
        return how.on_file(data) if how and how.on_file else (data, planted)

    def correct(self, sending: Sending) -> None:
        """The officer opens the marked return of her receipt, mends it, and answers with it."""
        sender = self.addresses(sending.agency)[0]
        (receipt,) = self.news[EARLY][sender]
        ((name, marked),) = attachments(receipt).items()
        data, _ = self._filled(sending.agency, marked)
        mended = Sending(sending.agency, CORRECTED, "as the library writes it", verdict=Verdict.ACCEPTED)
        message_id = self.letters.send(cast.WAYS[mended.style], sender, data, name, receipt)
        self.sent.append(Sent(mended, sender, message_id, data, (), receipt))

    def say_nobody_is_there(self) -> None:
        """As a robot answers: no return path, and marked as automatic."""
        address = self.addresses(AWAY)[0]
        note = head(address, "Auto-Submitted: auto-replied", subject="Out of office") + TEXT
        self.letters.send_raw(note, address, self.forms[AWAY], envelope="", user=address)


def lay_out(home: Path, post: Postfix) -> Month:
    """A workspace whose agencies have mailboxes."""
    init(home, "27-TB-UBND")
    plan = cast.addressed(packaged_plan())
    (home / "workbooks/master.xlsx").write_bytes(build_master(plan))
    fill = {"office": OFFICE, "imap": post.dovecot.imaps_port, "done": DONE_FOLDER, "smtp": post.port}
    (home / "tracker.toml").write_text(_SETTINGS.format(**fill, leader=LEADER, it=IT_OFFICER), "utf-8")
    return Month(plan, home, Correspondence(post, OFFICE))


def play(month: Month) -> None:
    """From the first working day to the last reminder."""
    month.tick(OPENED)
    month.forms = {
        name.removeprefix("2025-03_").removesuffix(".xlsx"): mail
        for mails in month.news[OPENED].values()
        for mail in mails
        for name in attachments(mail)
    }
    month.tick(AGAIN)
    month.say_nobody_is_there()
    month.tick(AFTER_OPENING)
    month.send_all(EARLY)
    month.tick(EARLY)
    for each in WITH_MISTAKES:
        month.correct(each)
    month.tick(CORRECTED)
    month.tick(REMINDED[0])
    _decide(month)
    month.send_all(SECOND)
    month.tick(SECOND)
    month.tick(REMINDED[1])
    month.tick(REMINDED[2])
    month.send_all(LAST)
    month.tick(LAST)
    month.tick(AFTER_REPORT)
    month.tick(NEXT_HOUR)
    month.send_all(LATE)
    for now in (*REMINDED[3:], AT_THE_END):
        month.tick(now)
    month.answers = month.run(AT_THE_END, "answers", "--period", "2025-03")
    box = month.letters.post.dovecot
    month.flags = {folder: box.state("theodoi", folder) for folder in ("INBOX", DONE_FOLDER)}


def _decide(month: Month) -> None:
    """The office takes what came from a strange address, and refuses what was tampered with."""
    held = {each["agency"]: each["id"] for each in month.run(DECIDED, "held")}
    assert set(held) == {"cttdt", "htk"}
    month.run(DECIDED, "accept", str(held["cttdt"]))
    month.run(DECIDED, "refuse", str(held["htk"]), "--why", "Tệp đã bị sửa phần nhận dạng.")
    month.look(DECIDED)
