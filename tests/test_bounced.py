"""Letters that came back are named, and go once to the corrected address; mails without a form wait for a person."""

from __future__ import annotations

import email
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import reports
from tests.support.command import tracker
from tests.support.imap import USER
from tests.support.smtp_server import Box, smtp_server
from tests.support.workspace import Place, lay_ready
from tests.support.zoo import TEXT, head, leaf, multipart
from tests.test_collect_mail import SERVER, Desk, desk_of
from tracker.plan.build import build_master
from tracker.plan.sheet import read_plan

GONE, RIGHT, OTHER = "khong-co@stc.example", "vanthu@stc.example", "vanthu@skhcn.example"
SENT, LATER = "2025-03-10T08:00", "2025-03-18T09:00"
CAME_BACK = "2025-03-17T08:00"
"""When the fake server receives what is put into it."""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lay_ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def smtp() -> Iterator[Box]:
    with smtp_server() as box:
        yield box


@pytest.fixture
def desk(original: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, smtp: Box) -> Iterator[Desk]:
    """Two agencies have an address, one of which nobody knows."""
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with desk_of(original, tmp_path / "home", monkeypatch) as found:
        config = found.place.home / "tracker.toml"
        more = f'smtp_host = "127.0.0.1"\nsmtp_port = {smtp.port}\nsmtp_security = "none"\nper_minute = 60000\n'
        config.write_text(config.read_text("utf-8") + more, "utf-8")
        register(found, stc=GONE, skhcn=OTHER)
        yield found


def register(desk: Desk, **addresses: str) -> None:
    """As a clerk does it: in the master sheet."""
    path = desk.place.home / "workbooks/master.xlsx"
    plan = read_plan(path)
    agencies = tuple(
        replace(each, emails=(addresses[each.code],)) if each.code in addresses else each for each in plan.agencies
    )
    path.write_bytes(build_master(replace(plan, agencies=agencies)))


def run(desk: Desk, *verb: str, now: str = LATER) -> Any:
    ran = tracker(*verb, "--home", desk.place.home, "--now", now, "--json")
    assert ran.status in (0, 1), ran.err
    return ran


def send_forms(desk: Desk, now: str = SENT) -> Any:
    return run(desk, "forms", "--send", "--period", "2025-03", now=now)


def id_to(smtp: Box, address: str) -> str:
    (found,) = [each.data for each in smtp.mails if address in each.receivers]
    return str(email.message_from_bytes(found)["Message-ID"])


def status(desk: Desk, now: str = LATER) -> Any:
    return run(desk, "status", "--period", "2025-03", now=now)


@pytest.mark.parametrize(
    "report",
    [
        lambda ours: reports.postfix(GONE, ours),
        lambda ours: reports.postfix(GONE),
        lambda ours: reports.postfix("nguoi@noi-khac.example", ours),
        lambda ours: reports.exim(GONE, ours),
        lambda ours: reports.bare(ours),
    ],
    ids=["standard", "by address alone", "passed on", "exim", "thread alone"],
)
def test_a_letter_that_came_back_is_named_by_everybody(desk: Desk, smtp: Box, report: Callable[[str], bytes]) -> None:
    send_forms(desk)
    desk.put(report(id_to(smtp, GONE)))
    said = run(desk, "collect").err
    assert GONE in said and "Sở Tài chính" in said and "08:00 17/03/2025" in said
    (told,) = status(desk).json["letters"]["bounced"]
    assert (told["agency"], told["to"], told["message_id"]) == ("stc", GONE, id_to(smtp, GONE))
    assert told["why"][:2] == "55"
    assert GONE in status(desk).err
    (check,) = [each for each in run(desk, "doctor").json if each["check"] == "outbox"]
    assert not check["ok"]
    assert GONE in check["detail"] and "55" in check["detail"]


def test_the_form_goes_once_to_the_corrected_address(desk: Desk, smtp: Box) -> None:
    send_forms(desk)
    desk.put(reports.postfix(GONE, id_to(smtp, GONE)))
    run(desk, "collect")
    send_forms(desk, LATER)
    assert len(smtp.mails) == 2
    register(desk, stc=RIGHT)
    send_forms(desk, LATER)
    send_forms(desk, "2025-03-18T10:00")
    assert sorted(each.receivers for each in smtp.mails) == [(GONE,), (OTHER,), (RIGHT,)]
    assert id_to(smtp, RIGHT) != id_to(smtp, GONE)
    assert status(desk).json["letters"]["bounced"] == []
    rebuilt = run(desk, "rebuild", "--dry-run").json
    assert rebuilt["same"], rebuilt["differences"]


def test_an_address_corrected_though_nothing_came_back_gets_no_second_form(desk: Desk, smtp: Box) -> None:
    send_forms(desk)
    register(desk, stc=RIGHT)
    send_forms(desk, LATER)
    assert RIGHT not in {who for each in smtp.mails for who in each.receivers}


def test_a_repaired_mailbox_is_forgotten_once_a_letter_stayed_there(desk: Desk, smtp: Box) -> None:
    send_forms(desk)
    desk.put(reports.postfix(GONE, id_to(smtp, GONE)))
    run(desk, "collect")
    run(desk, "remind", "--period", "2025-03")
    assert len(status(desk).json["letters"]["bounced"]) == 1
    assert status(desk, "2025-03-19T10:00").json["letters"]["bounced"] == []


def test_a_delay_is_no_loss_and_an_unknown_report_is_named_as_such(desk: Desk, smtp: Box) -> None:
    send_forms(desk)
    desk.put(reports.postfix(GONE, id_to(smtp, GONE), "delayed"), reports.postfix("ai-do@khac.example"))
    run(desk, "collect")
    (told,) = status(desk).json["letters"]["bounced"]
    assert (told["agency"], told["to"], told["message_id"]) == (None, "ai-do@khac.example", None)


def test_letters_refused_for_want_of_a_login_go_with_it(desk: Desk, smtp: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKER_SMTP_PASSWORD")
    monkeypatch.delenv("TRACKER_MAIL_PASSWORD")
    ran = send_forms(desk)
    assert ran.status == 1
    assert "TRACKER_SMTP_PASSWORD" in ran.err
    assert status(desk).json["letters"]["pending"] == 2
    monkeypatch.setenv("TRACKER_SMTP_PASSWORD", "")
    assert send_forms(desk, LATER).status == 0
    assert len(smtp.mails) == 2


def test_what_was_given_up_is_told_and_sent_again(desk: Desk, smtp: Box) -> None:
    smtp.faults.at_rcpt = ["550 5.1.1 mailbox disabled"] * 2
    assert "2" in send_forms(desk).err
    assert status(desk).json["letters"]["failed"] == 2
    said = run(desk, "remind", "--period", "2025-03", "--dry-run").err
    assert "tracker forms --send" in said
    assert "gửi lại 2 thư" in run(desk, "forms", "--send", "--period", "2025-03", "--dry-run").err
    assert "Gửi lại 2 thư" in send_forms(desk, LATER).err
    assert status(desk).json["letters"] == {"sent": 2, "troubled": [], "bounced": []}
    assert len(smtp.mails) == 2


# --- mails without a form ---------------------------------------------------------------------------------------------


def question(sender: str, subject: str, *more: str) -> bytes:
    return head(sender, *more, subject=subject) + TEXT


def test_mails_without_a_form_are_named_until_the_office_answers(desk: Desk) -> None:
    with_form = head(OTHER) + multipart(
        TEXT, leaf(desk.place.filled("skhcn"), disposition="attachment; filename=a.xlsx")
    )
    desk.put(question(OTHER, "Hoi ve muc 6", "Message-ID: <hoi@skhcn.example>"), with_form)
    said = run(desk, "collect").err
    assert "Có 1 thư" in said and OTHER in said and "Hoi ve muc 6" in said
    assert "Hoi ve muc 6" not in run(desk, "collect").err
    found = status(desk)
    assert found.json["questions"] == [
        {"sender": OTHER, "subject": "Hoi ve muc 6", "at": "08:00 17/03/2025", "agencies": ["skhcn"]}
    ]
    assert "Hoi ve muc 6" in found.err
    assert status(desk, "2025-04-18T09:00").json["questions"] == []
    desk.put(question(USER, "Re: Hoi ve muc 6", "In-Reply-To: <hoi@skhcn.example>"))
    run(desk, "collect")
    assert status(desk).json["questions"] == []


def test_forged_and_robots_mails_are_no_questions(desk: Desk) -> None:
    forged = f"Authentication-Results: {SERVER}; dmarc=fail header.from=skhcn.example"
    robot = question(OTHER, "Vang mat", "Auto-Submitted: auto-replied")
    desk.put(question(OTHER, "Gia", forged), robot)
    run(desk, "collect")
    assert status(desk).json["questions"] == []


# --- what could not be opened -----------------------------------------------------------------------------------------


def test_a_mailbox_that_cannot_be_opened_is_no_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "sai")
    ran = run(desk, "collect")
    assert ran.status == 1
    assert "Không mở được hoặc chưa đọc hết hộp thư" in ran.err
    assert "Đã xem xét 0 tệp" in ran.err
    assert "mailbox" not in ran.err


def test_an_unreadable_file_is_shown_with_the_agency_whose_address_sent_it(desk: Desk) -> None:
    pdf = leaf(b"%PDF-1.4 xin", "application/pdf", "attachment; filename=bc.pdf")
    desk.put(head(OTHER) + multipart(TEXT, pdf))
    run(desk, "collect")
    found = status(desk)
    (skhcn,) = [each for each in found.json["agencies"] if each["agency"] == "skhcn"]
    assert (skhcn["state"], skhcn["files"], skhcn["unread"]) == ("missing", [], ["bc.pdf"])
    assert "bc.pdf" not in found.err
    shown = tracker("status", "--period", "2025-03", "--home", desk.place.home, "--now", LATER)
    assert "bc.pdf (không đọc được)" in shown.out
