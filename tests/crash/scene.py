"""One evening of a small office: three mails and two dropped files wait, and everything of the month is due at once.

A run of the timetable opens the period, collects, answers, reminds, reports and delivers. Its workspace, its mails and
its servers are made once; each trial has a fresh copy.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import AuthResult

from tests.plan.small import SMALL
from tests.support.imap import PASSWORD, USER, FakeImap, serving
from tests.support.packages import zip_of
from tests.support.smtp_server import Box, smtp_server
from tests.support.workspace import Place
from tests.support.zoo import TEXT, head, leaf, multipart
from tracker.actions import init, open_office, write_forms
from tracker.dates import Period, parse_instant
from tracker.demo.officer import Form
from tracker.model import Plan
from tracker.plan.build import build_master

NOW = "2025-03-20T17:30"
"""The report is due since half an hour, the reminders since the morning, the forms since the third."""
MARCH = Period(2025, 3)
DONE = "Done"
_ADDRESSES = {"vp": "vp@haiduong.example", "skhcn": "skhcn@haiduong.example", "syt": "syt@haiduong.example"}
_LETS_ALL_IN = {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}
_SETTINGS = """
[limits]
workers = 1
settle_seconds = 0
[mail]
address = "{user}"
imap_host = "127.0.0.1"
imap_port = {imap}
imap_security = "none"
done_folder = "{done}"
smtp_host = "127.0.0.1"
smtp_port = {smtp}
smtp_security = "none"
per_minute = 1000000
report_to = ["chutich@haiduong.example"]
alarm_to = ["it@haiduong.example"]
"""


def _plan() -> Plan:
    agencies = (
        replace(each, emails=(_ADDRESSES[each.code],)) if each.code in _ADDRESSES else each for each in SMALL.agencies
    )
    return replace(SMALL, agencies=tuple(agencies))


@dataclass(frozen=True)
class Scene:
    """The workspace as it was before the run, what waits, and the servers."""

    original: Path
    mails: tuple[bytes, ...]
    imap: FakeImap
    smtp: Box

    def set(self, home: Path) -> Place:
        """The scene anew, in a folder of its own; what the servers held is gone."""
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.original, home)
        self.imap.folders = {"INBOX": {}, DONE: {}}
        self.imap.put(*self.mails)
        self.imap.log.clear()
        self.smtp.mails.clear()
        return Place(home)


def environment() -> dict[str, str]:
    """What a run needs to know besides its workspace."""
    return {**os.environ, "TRACKER_MAIL_PASSWORD": PASSWORD, "TRACKER_SMTP_PASSWORD": "thu"}


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """The scene, laid into a folder unless it lies there, and its servers for as long as it lasts."""
    with serving(FakeImap()) as imap, smtp_server(**_LETS_ALL_IN) as smtp:
        home, post = folder / "original", folder / "mails"
        is_new = not post.exists()
        if is_new:
            init(home)
            (home / "workbooks/master.xlsx").write_bytes(build_master(_plan()))
        settings = _SETTINGS.format(user=USER, imap=imap.port, smtp=smtp.port, done=DONE)
        (home / "tracker.toml").write_text(settings, "utf-8")
        if is_new:
            mails = _mails(folder, home)
            post.mkdir()
            for number, mail in enumerate(mails):
                (post / f"{number}.eml").write_bytes(mail)
        yield Scene(home, tuple(path.read_bytes() for path in sorted(post.iterdir())), imap, smtp)


def _mails(folder: Path, home: Path) -> tuple[bytes, ...]:
    """Fills forms of another copy of the workspace: one by mail, two in a zip, one broken; two files are dropped."""
    desk = Place(shutil.copytree(home, folder / "desk"))
    write_forms(open_office(desk.home, parse_instant("2025-03-03T08:00")), MARCH)
    good, hasty = _filled(desk, "skhcn"), _filled(desk, "skhcn", percent=150)
    both = {"syt-1.xlsx": _filled(desk, "syt", result="chua xong"), "syt-2.xlsx": _filled(desk, "syt", percent=70)}
    place = Place(home)
    place.drop("dinh chinh.xlsx", good, "2025-03-18T08:00")
    place.drop("anh chup.pdf", b"%PDF-1.4 \n", "2025-03-18T09:00")
    return (
        _mail("skhcn", hasty, "bao cao.xlsx"),
        _mail("syt", zip_of(both), "goi.zip"),
        _mail("vp", _filled(desk, "vp")[:3000], "vp.xlsx"),
    )


def _mail(agency: str, data: bytes, name: str) -> bytes:
    part = leaf(data, disposition=f'attachment; filename="{name}"')
    return head(_ADDRESSES[agency], subject=agency) + multipart(TEXT, part)


def _filled(desk: Place, agency: str, **more: Any) -> bytes:
    form = Form((desk.home / f"workbooks/forms/{MARCH}/{MARCH}_{agency}.xlsx").read_bytes())
    values = {"status": "Đang thực hiện", "percent": 40, "result": "Đã số hóa 700 hồ sơ.", "person": "Nguyễn Văn An"}
    for task in form.report.rows:
        for key, value in {**values, "accountable": "Trần Thị Bình", **more}.items():
            form.report.put(task, key, value)
    return form.save()
