"""The routine by itself: forms go out, the missing are reminded, the report is delivered, failures are told of once."""

from __future__ import annotations

import email
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.support.command import tracker
from tests.support.imap import FakeImap, serving
from tests.support.smtp_server import free_port
from tests.support.workspace import Place
from tracker.actions import init, open_office, tick, write_forms
from tracker.dates import Period, parse_instant
from tracker.errors import DeliveryError, PlanError
from tracker.ledger import jobs, outbox, queries
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan
from tracker.timetable import JobState

_SETTINGS = """
[limits]
workers = 1
settle_seconds = 0
[mail]
address = "theodoi@haiduong.example"
smtp_host = "127.0.0.1"
per_minute = 60000
report_to = ["chutich@haiduong.example", "lanhdao@haiduong.example"]
alarm_to = ["it@haiduong.example"]
"""
MARCH = Period(2025, 3)


@dataclass
class Server:
    """Takes every letter, or is away."""

    mails: list[EmailMessage] = field(default_factory=list)
    is_away: bool = False

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        if self.is_away:
            raise DeliveryError("smtp_unreachable", is_final=False, why="refused")
        self.mails.append(email.message_from_bytes(message, policy=default))

    def taken(self) -> list[EmailMessage]:
        """What came since the last look."""
        mails, self.mails = self.mails, []
        return mails


def to(mails: list[EmailMessage]) -> Counter[str]:
    return Counter(address.addr_spec for mail in mails for address in mail["To"].addresses)


@dataclass
class Home:
    """A workspace whose agencies all have an address, and the server their letters go to."""

    place: Place
    server: Server
    addresses: dict[str, str]

    def tick(self, now: str) -> list[tuple[str, str]]:
        ran = tick(self.place.home, parse_instant(now), self.server).ran
        return [(each.due.name, each.state.value) for each in ran]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, copied for each test."""
    path = tmp_path_factory.mktemp("office")
    init(path, "27-TB-UBND")
    (path / "tracker.toml").write_text(_SETTINGS, "utf-8")
    plan = packaged_plan()
    agencies = tuple(replace(each, emails=(f"{each.code}@haiduong.example",)) for each in plan.agencies)
    (path / "workbooks/master.xlsx").write_bytes(build_master(replace(plan, agencies=agencies)))
    return path


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Home:
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    place = Place(tmp_path)
    plan = place.office().plan
    wanted = plan.reporting_agencies(place.office().effective_day(MARCH))
    return Home(place, Server(), {agency.code: f"{agency.code}@haiduong.example" for agency in wanted})


def test_a_month_by_itself(office: Home) -> None:
    """Opened on the 3rd; one agency answers; the others are reminded on the 17th; the report goes out on the 20th."""
    assert office.tick("2025-03-03T08:10") == [("open", "done")]
    forms = office.server.taken()
    assert to(forms) == dict.fromkeys(office.addresses.values(), 1)
    mine = next(mail for mail in forms if office.addresses["stc"] in mail["To"])
    attached = [part.get_filename() for part in mine.iter_attachments()]
    assert attached == ["2025-03_stc.xlsx"]

    assert office.tick("2025-03-03T08:20") == []
    office.place.drop("BC.xlsx", office.place.filled("stc"))
    assert [name for name, _ in office.tick("2025-03-17T08:05")] == ["collect", "remind"]
    reminded = office.server.taken()
    assert to(reminded) == {mail: 1 for code, mail in office.addresses.items() if code != "stc"}
    assert all("còn 3 ngày" in _text(mail) for mail in reminded)

    done = office.tick("2025-03-20T17:02")
    assert [name for name, _ in done] == ["remind", "collect", "report"]
    letters = office.server.taken()
    assert to(letters)["chutich@haiduong.example"] == 1
    report = next(mail for mail in letters if "chutich@haiduong.example" in mail["To"])
    assert [part.get_filename() for part in report.iter_attachments()] == [
        "tong-hop-2025-03-v1.xlsx",
        "bao-cao-2025-03-v1.docx",
    ]
    assert office.tick("2025-03-20T17:45") == []
    assert office.server.taken() == []

    office.place.drop(
        "muon.xlsx", office.place.filled("snv")
    )  # late: the next version is made, and nobody is written to
    assert office.tick("2025-03-21T07:05") == [("collect", "done")]
    newest = queries.newest_output(office.place.office().engine, "2025-03")
    assert newest is not None
    assert newest.version == 2
    assert office.server.taken() == []
    office.tick("2025-03-21T16:05")
    assert queries.newest_output(office.place.office().engine, "2025-03") == newest


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_off_from_the_19th_to_the_23rd(office: Home) -> None:
    office.tick("2025-03-18T09:00")
    office.server.taken()
    office.place.drop("BC.xlsx", office.place.filled("stc"))
    assert office.tick("2025-03-23T10:00") == [("report", "done"), ("remind", "done"), ("collect", "done")]
    letters = office.server.taken()
    assert to(letters)["lanhdao@haiduong.example"] == 1
    assert set(to(letters).values()) == {1}
    assert queries.newest_output(office.place.office().engine, "2025-03") is not None


def test_a_period_that_cannot_be_answered_any_more_sends_no_forms(office: Home) -> None:
    """The machine was off from the end of February to the 23rd: forms are made, the report too, no letter asks."""
    office.tick("2025-02-28T09:00")
    office.server.taken()
    ran = office.tick("2025-03-23T10:00")
    assert ("open", "done") in ran
    assert ("report", "done") in ran
    assert not [mail for mail in office.server.taken() if "Biểu mẫu báo cáo" in mail["Subject"]]


def test_nobody_is_reminded_of_a_period_that_was_never_opened(office: Home) -> None:
    """Set up on the 21st, after the day of March: April is the first month anybody hears of."""
    assert office.tick("2025-03-21T09:00") == []
    for now in ("2025-03-24T10:30", "2025-03-27T08:05"):
        assert ("remind", "done") in office.tick(now)
    assert office.server.taken() == []
    home = office.place.home
    known = tracker("schedule", "show", "--json", "--home", home, "--now", "2025-03-24T11:00").json
    assert {each["job"]: each["period"] for each in known["next"]}["remind"] == "2025-04"
    ran = tracker("remind", "--json", "--home", home, "--now", "2025-03-24T11:00", "--period", "2025-03")
    assert (ran.status, ran.json) == (0, [])
    assert "2025-03" in ran.err
    office.tick("2025-04-01T08:05")
    assert to(office.server.taken()) == dict.fromkeys(office.addresses.values(), 1)


def test_after_the_day_remind_names_the_month_that_may_be_meant(office: Home) -> None:
    write_forms(open_office(office.place.home, parse_instant("2025-03-03T08:00")), MARCH)
    ran = tracker("remind", "--dry-run", "--json", "--home", office.place.home, "--now", "2025-03-21T09:00")
    assert ran.json == []
    assert "--period 2025-03" in ran.err


def test_a_failing_job_is_told_of_once_a_day_and_done_later(office: Home) -> None:
    office.tick("2025-03-19T18:30")
    office.server.taken()
    outputs = office.place.home / "outputs" / "2025-03"
    outputs.mkdir(parents=True, exist_ok=True)
    blocked = outputs / "tong-hop-2025-03-v1.xlsx"
    blocked.mkdir()  # a folder where the workbook should be
    ran = office.tick("2025-03-20T17:00")
    assert ("report", "failed") in ran
    assert to(office.server.taken())["it@haiduong.example"] == 1
    for minute in ("05", "20", "59"):
        office.tick(f"2025-03-20T17:{minute}")
    assert to(office.server.taken())["it@haiduong.example"] == 0
    failed = [e for e in jobs.entries(office.place.office().engine) if e.state is JobState.FAILED]
    assert [(entry.due.name, entry.tries) for entry in failed] == [("report", 3)]
    blocked.rmdir()
    assert ("report", "done") in office.tick("2025-03-20T23:30")
    assert to(office.server.taken())["lanhdao@haiduong.example"] == 1


def test_a_wrong_master_sheet_is_told_of(office: Home) -> None:
    master = office.place.home / "workbooks" / "master.xlsx"
    book = load_workbook(master)
    del book["Cơ quan"]
    book.save(master)
    for now in ("2025-03-18T09:00", "2025-03-18T09:15"):
        with pytest.raises(PlanError):
            tick(office.place.home, parse_instant(now), office.server)
    assert to(office.server.taken()) == {"it@haiduong.example": 1}


def test_a_server_that_is_away_loses_no_letter(office: Home) -> None:
    office.server.is_away = True
    assert ("open", "done") in office.tick("2025-03-03T08:10")
    assert set(outbox.count_by_state(office.place.office().engine)) == {"pending"}
    office.server.is_away = False
    office.tick("2025-03-03T09:10")
    assert to(office.server.taken()) == dict.fromkeys(office.addresses.values(), 1)


def ended(office: Home, now: str) -> tuple[int, str]:
    """Exit status and messages of a start by the operating system's scheduler."""
    ran = tracker("schedule", "run", "--once", "--home", office.place.home, "--now", now, "--lang", "en")
    return ran.status, ran.err


def test_a_server_that_is_away_is_told_by_the_exit_status(office: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "")
    config = office.place.home / "tracker.toml"
    config.write_text(_SETTINGS + f"smtp_port = {free_port()}\nsmtp_security = 'none'\n", "utf-8")
    status, told = ended(office, "2025-03-03T08:10")
    assert status == 1
    assert "Done: " in told
    assert "Letters could not be sent: Không kết nối được máy chủ gửi thư" in told
    config.write_text(_SETTINGS, "utf-8")
    office.tick("2025-03-03T09:10")
    assert to(office.server.taken()) == dict.fromkeys(office.addresses.values(), 1)
    assert ended(office, "2025-03-03T09:20") == (0, "")


def test_what_was_done_is_told_in_words(office: Home) -> None:
    home = office.place.home
    at = ("--home", home, "--now", "2025-03-18T09:00")
    tried = tracker("schedule", "run", "--once", "--dry-run", *at)
    assert f"Nếu chạy thật: Mở kỳ báo cáo, gửi biểu mẫu, kỳ 2025-03 ({len(office.addresses)} biểu mẫu" in tried.err
    assert "Xong" not in tried.err
    config = home / "tracker.toml"
    config.write_text(_SETTINGS.replace('"theodoi@haiduong.example"', '""'), "utf-8")
    office.place.drop("BC.xlsx", b"not a return")
    done = tracker("schedule", "run", "--once", *at)
    assert "Xong: Mở kỳ báo cáo, gửi biểu mẫu, kỳ 2025-03 (36 biểu mẫu, 0 thư)." in done.err
    assert "Xong: Nhắc cơ quan chưa gửi báo cáo, kỳ 2025-03 (1 tệp, 0 thư nhắc)." in done.err
    office.tick("2025-03-20T17:05")
    office.place.drop("muon.xlsx", office.place.filled("snv"))
    late = ("--home", home, "--now", "2025-03-21T07:05")
    assert "(1 tệp, phiên bản 2 của kỳ 2025-03)" in tracker("schedule", "run", "--once", *late).err
    english = tracker("schedule", "run", "--once", *late[:2], "--now", "2025-03-21T10:05", "--lang", "en")
    assert english.err == "Done: Reminding the missing, period 2025-03 (0 files, 0 reminders).\n"


def test_a_failed_job_is_named_as_long_as_it_waits(office: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mailbox lets nobody in; the alarm, once, says why."""
    office.tick("2025-03-17T16:30")
    office.server.taken()
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "wrong")
    with serving(FakeImap()) as mailbox:
        mail = f"imap_host = '127.0.0.1'\nimap_port = {mailbox.port}\nimap_security = 'none'\n"
        (office.place.home / "tracker.toml").write_text(_SETTINGS + mail, "utf-8")
        assert office.tick("2025-03-18T07:05") == [("collect", "failed")]
        (alarm,) = office.server.taken()
        assert "không cho theodoi@haiduong.example đăng nhập" in _text(alarm)
        assert "hộp thư" in _text(alarm) and "mailbox" not in _text(alarm)
        status, told = ended(office, "2025-03-18T07:07")
        assert status == 1
        assert "Still to be done: " in told
        assert "(tried 1 times, next: " in told
        status, told = ended(office, "2025-03-18T07:15")
        assert status == 1
        assert "Not done: " in told
        assert office.server.taken() == []


def test_the_verbs(office: Home) -> None:
    home = str(office.place.home)
    shown = tracker("forms", "--send", "--dry-run", "--json", "--home", home, "--now", "2025-03-03T08:00")
    assert shown.status == 0
    letters = [each for each in shown.json if "subject" in each]
    assert len(letters) == len(office.addresses)
    assert letters[0]["attachments"][0]["name"].endswith(".xlsx")
    write_forms(open_office(office.place.home, parse_instant("2025-03-03T08:00")), MARCH)
    reminded = tracker("remind", "--dry-run", "--json", "--home", home, "--now", "2025-03-17T08:00")
    assert len(reminded.json) == len(office.addresses)
    known = tracker("schedule", "show", "--json", "--home", home, "--now", "2025-03-10T08:00").json
    assert [each["job"] for each in known["next"]] == ["collect", "remind", "report", "open"]
    assert known["installed"] is False
    assert outbox.letters_of(office.place.office().engine) == ()


def test_open_office_is_the_clock_it_was_given(office: Home) -> None:
    assert open_office(office.place.home, parse_instant("2025-03-18T09:00")).now == parse_instant("2025-03-18T09:00")
