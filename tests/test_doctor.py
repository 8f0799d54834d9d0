"""`doctor` tests the real things of the routine, and says of each failure what to do."""

from __future__ import annotations

import shutil
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.mail.test_letters import EVERY
from tests.support.certificate import make_certificate
from tests.support.command import tracker
from tests.support.imap import PASSWORD, USER, FakeImap, serving
from tests.support.smtp_server import free_port, smtp_server
from tracker.actions import init, open_office, post
from tracker.dates import Period, parse_instant
from tracker.ledger import jobs, outbox, store
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan
from tracker.timetable import Due, JobState

NOW = "2025-03-18T09:00"
_MAIL = """
[mail]
address = "theodoi@haiduong.example"
smtp_host = "127.0.0.1"
smtp_security = "none"
report_to = ["lanhdao@haiduong.example"]
alarm_to = ["it@haiduong.example"]
smtp_port = """


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "")
    init(tmp_path, "27-TB-UBND")
    return tmp_path


def unwell(home: Path) -> dict[str, str]:
    """Checks that are not well, with what is said of them."""
    checks: list[dict[str, Any]] = tracker("doctor", "--home", home, "--json", "--now", NOW).json
    assert all(each["remedy"] for each in checks if not each["ok"])
    return {each["check"]: f"{each['code'] or ''} {each['detail']}" for each in checks if each["ok"] is False}


def states(home: Path) -> dict[str, str]:
    return {each["check"]: each["state"] for each in tracker("doctor", "--home", home, "--json", "--now", NOW).json}


def with_mail(home: Path, port: int, security: str = "none") -> None:
    text = f"{_MAIL}{port}\n".replace('smtp_security = "none"', f'smtp_security = "{security}"')
    (home / "tracker.toml").write_text(text, "utf-8")


def put_settings(home: Path, **mail: object) -> None:
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in mail.items()]
    (home / "tracker.toml").write_text("\n".join(["[mail]", *lines, ""]), "utf-8")


def test_by_hand_all_is_well_without_mail(home: Path) -> None:
    assert unwell(home) == {}


def test_a_base_document_that_is_none_is_named(home: Path) -> None:
    (home / "workbooks" / "mau-bao-cao.docx").write_bytes(b"not a Word file")
    assert list(unwell(home)) == ["base"]


def test_what_is_switched_off_is_not_called_well(home: Path) -> None:
    told = states(home)
    assert [key for key, state in told.items() if state == "unused"] == ["imap", "smtp", "outbox", "addresses", "task"]
    assert set(told.values()) == {"well", "unused"}
    shown = tracker("doctor", "--home", home, "--now", NOW)
    assert shown.status == 0
    assert "Không dùng" in shown.out


def test_what_hangs_on_something_broken_is_not_looked_at(home: Path) -> None:
    (home / "workbooks/ledger.sqlite3").write_bytes(b"no ledger" * 500)
    assert list(unwell(home)) == ["ledger"]
    assert [key for key, state in states(home).items() if state == "skipped"] == ["outbox", "routine"]
    shown = tracker("doctor", "--home", home, "--now", NOW)
    assert shown.status == 1
    assert "Chưa kiểm tra được" in shown.out and "tracker rebuild" in shown.out
    assert "ledger_unusable" not in shown.out


def test_errors_are_told_in_the_sentences_of_the_verbs(home: Path) -> None:
    with_mail(home, free_port())
    (home / "workbooks/archive/a.json").write_text("{}", "utf-8")
    (home / "workbooks/ledger.sqlite3").unlink()
    (home / "workbooks/master.xlsx").write_bytes(b"no workbook")
    shown = tracker("doctor", "--home", home, "--now", NOW).out
    assert "Không thấy sổ theo dõi" in shown
    assert not [raw for raw in ("ledger_lost", "path=", "Errno", "is_final", "(trống)") if raw in shown]
    english = tracker("doctor", "--home", home, "--now", NOW, "--lang", "en").out
    assert "tracker rebuild" in english and "Không thấy" not in english


def test_a_folder_that_is_no_workspace_is_one_problem(tmp_path: Path) -> None:
    assert list(unwell(tmp_path)) == ["workspace"]


def test_a_plan_without_tasks_is_told(tmp_path: Path) -> None:
    init(tmp_path)
    assert "chưa có nhiệm vụ" in unwell(tmp_path)["master"]


def test_the_clock_is_told_in_local_time(home: Path) -> None:
    (clock,) = [each for each in tracker("doctor", "--home", home, "--json").json if each["check"] == "clock"]
    there = datetime.now(UTC).astimezone(timezone(timedelta(hours=7)))
    shown = datetime.strptime(clock["detail"], "%H:%M %d/%m/%Y").replace(tzinfo=there.tzinfo)
    assert abs(there - shown) < timedelta(minutes=3)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_a_certificate_nobody_vouches_for_has_its_own_remedy(home: Path, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(tmp_path))
    with smtp_server(tls_context=context) as box:
        with_mail(home, box.port, "starttls")
        (told,) = [e for e in tracker("doctor", "--home", home, "--json", "--now", NOW).json if e["check"] == "smtp"]
    assert (told["ok"], told["code"]) == (False, "smtp_unreachable")
    assert "SSL_CERT_FILE" in told["remedy"]


def test_a_password_that_is_not_there_is_missed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKER_SMTP_PASSWORD")
    with smtp_server() as box:
        with_mail(home, box.port)
        assert "smtp_login_missing" in unwell(home)["smtp"]
        assert "TRACKER_SMTP_PASSWORD" in unwell(home)["smtp"]


def test_a_server_that_answers_is_well_and_one_that_does_not_is_not(home: Path) -> None:
    with smtp_server() as box:
        with_mail(home, box.port)
        assert "smtp" not in unwell(home)
    with_mail(home, free_port())
    assert "smtp_unreachable" in unwell(home)["smtp"]


def test_the_mailbox_is_tried_as_the_collector_would(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_mail(home, free_port())
    assert "imap_host" in unwell(home)["imap"]
    with serving(FakeImap()) as server:
        given = {"address": USER, "imap_host": "127.0.0.1", "imap_port": server.port, "imap_security": "none"}
        put_settings(home, **given)
        assert "mail_login" in unwell(home)["imap"]
        monkeypatch.setenv("TRACKER_MAIL_PASSWORD", PASSWORD)
        assert "imap" not in unwell(home)
        put_settings(home, **given, folder="BaoCao")
        assert "BaoCao" in unwell(home)["imap"]
        put_settings(home, **given, done_folder="Xong")
        assert "Xong" in unwell(home)["imap"]
        server.folders["Xong"] = {}
        assert "imap" not in unwell(home)
        server.after_login = "IMAP4rev1"
        assert "MOVE" in unwell(home)["imap"]
        assert not any(line.startswith(("UID", "CREATE", "STORE")) for line in server.log)
    assert "mail_unreachable" in unwell(home)["imap"]


def test_agencies_without_an_address_are_named(home: Path) -> None:
    with_mail(home, free_port())
    assert "Sở" in unwell(home)["addresses"]
    plan = packaged_plan()
    agencies = tuple(replace(each, emails=(f"{each.code}@haiduong.example",)) for each in plan.agencies)
    (home / "workbooks/master.xlsx").write_bytes(build_master(replace(plan, agencies=agencies)))
    assert "addresses" not in unwell(home)


def test_a_task_that_is_not_there_is_missed_where_mail_is_on(home: Path) -> None:
    with_mail(home, free_port())
    assert "tracker-" in unwell(home)["task"]


def test_letters_given_up_or_doubtful_are_named(home: Path) -> None:
    with_mail(home, free_port())
    office = open_office(home, parse_instant(NOW))
    post.queue(office, EVERY[:2])
    assert "outbox" not in unwell(home)
    letter, other = outbox.letters_of(office.engine)
    outbox.update_state(office.engine, outbox.put_off(outbox.claimed(letter), "550 no such user", True, office.now))
    outbox.update_state(office.engine, outbox.claimed(other))
    told = unwell(home)["outbox"]
    assert letter.subject in told
    assert other.subject in told
    ran = tracker("status", "--home", home, "--json", "--now", NOW)
    assert [each["state"] for each in ran.json["letters"]["troubled"]] == ["failed", "sending"]
    assert letter.subject in ran.err


def test_failed_jobs_and_runs_that_died_are_named(home: Path) -> None:
    office = open_office(home, parse_instant(NOW))
    due = Due(office.now, "report", Period(2025, 3))
    jobs.settle(office.engine, due, JobState.FAILED, office.now, office.now, "disk full")
    assert "2025-03" in unwell(home)["routine"]
    jobs.settle(office.engine, due, JobState.DONE, office.now)
    assert "routine" not in unwell(home)
    with pytest.raises(MemoryError), store.run_recorded(office.engine, "collect", office.now - timedelta(days=1)):
        raise MemoryError
    with office.engine.begin() as connection:
        connection.exec_driver_sql("update run set ended_at = null")
    assert "collect" in unwell(home)["routine"]
