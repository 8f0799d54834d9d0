"""Who is answered, with what, and who never is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.packages import zip_of
from tests.support.workspace import (
    PERIOD,
    Place,
    lay_ready,
    mishap,
    with_addresses,
)
from tests.support.zoo import TEXT, head, leaf, multipart
from tests.test_collect_mail import NAME, OTHER, SENDER, Desk, desk_of, form_mail
from tests.test_post import Server, no_pause
from tracker.actions import Office, collect, decide, post, receipts, reminders, write_marked
from tracker.ledger import queries
from tracker.model import Letter, Verdict

NOW = "2025-03-18T09:00"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lay_ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def desk(original: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_of(original, tmp_path / "home", monkeypatch) as found:
        yield found


def office_of(desk: Desk, now: str = NOW, **mail: int) -> Office:
    office = with_addresses(desk.place.office(now), skhcn=SENDER, stc=OTHER)
    more = {"smtp_host": "127.0.0.1", "per_minute": 60000, **mail}
    settings = office.settings.model_copy(update={"mail": office.settings.mail.model_copy(update=more)})
    return replace(office, settings=settings)


def collected(desk: Desk, now: str = NOW) -> list[Letter]:
    """Letters owed after a collection, put into the outbox."""
    office = office_of(desk, now)
    collect(office)
    write_marked(office)
    return post.queue(office, receipts(office))


def test_a_good_return_is_thanked_for_in_its_thread(desk: Desk) -> None:
    raw = form_mail(desk, "skhcn", SENDER, "Message-ID: <one@skhcn.example>", "References: <zero@x.example>")
    desk.put(raw)
    (letter,) = collected(desk)
    assert letter.receivers == (SENDER,)
    assert (letter.in_reply_to, letter.references[0]) == ("<one@skhcn.example>", "<zero@x.example>")
    assert (letter.period, letter.agency) == ("2025-03", "skhcn")
    assert "Tiếp nhận" in letter.text
    assert letter.attachments == ()
    assert collected(desk, "2025-03-18T10:00") == []


def test_what_is_wrong_is_told_and_the_marked_return_attached(desk: Desk) -> None:
    data = desk.place.filled("skhcn", mishap("done_at_eighty"))
    desk.put(head(SENDER) + multipart(TEXT, leaf(data, disposition="attachment; filename=a.xlsx")))
    (letter,) = collected(desk)
    assert [each.name.endswith(".xlsx") for each in letter.attachments] == [True]
    office = office_of(desk)
    submission = queries.submissions_of(office.engine)[0]
    assert submission.sha256 in letter.text
    for finding in queries.findings_in(office.engine, submission.id):
        assert finding.cell in letter.text


def test_several_files_of_one_mail_have_one_receipt(desk: Desk) -> None:
    both = zip_of({"mot.xlsx": desk.place.filled("skhcn"), "hai.pdf": b"%PDF-1.4 xin"})
    desk.put(head(SENDER) + multipart(TEXT, leaf(both, disposition="attachment; filename=goi.zip")))
    (letter,) = collected(desk)
    assert "mot.xlsx" in letter.text
    assert "hai.pdf" in letter.text
    assert "PDF" in letter.text


def test_the_same_form_again_is_told_to_be_known(desk: Desk) -> None:
    raw = form_mail(desk)
    desk.put(raw)
    collected(desk)
    desk.put(raw.replace(b"Subject:", b"X-Other: 1\r\nSubject:"))
    (letter,) = collected(desk, "2025-03-18T10:00")
    assert "đã nhận trước đó" in letter.text


@pytest.mark.parametrize(
    "headers",
    [
        ("Auto-Submitted: auto-replied",),
        ("X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated"),
        ("Return-Path: <>", "Content-Type: multipart/report"),
    ],
)
def test_robots_are_never_answered(desk: Desk, headers: tuple[str, ...]) -> None:
    desk.put(form_mail(desk, "skhcn", SENDER, *headers))
    assert collected(desk) == []


def test_a_forged_mail_is_never_answered(desk: Desk) -> None:
    told = "Authentication-Results: mx.haiduong.gov.vn; dmarc=fail header.from=haiduong.gov.vn"
    desk.put(form_mail(desk, "skhcn", SENDER, told))
    assert collected(desk) == []


def test_a_stranger_with_a_form_is_told_that_it_waits_and_what_was_decided(desk: Desk) -> None:
    desk.put(form_mail(desk, "skhcn", "hoa.canhan@thu.example"))
    (letter,) = collected(desk)
    assert "Chờ" in letter.text or "chờ" in letter.text
    office = office_of(desk, "2025-03-18T11:00")
    decide(office, queries.held(office.engine)[0].id, Verdict.REFUSED, "gửi từ địa chỉ cơ quan")
    (word,) = post.queue(office, receipts(office))
    assert word.receivers == ("hoa.canhan@thu.example",)
    assert "gửi từ địa chỉ cơ quan" in word.text
    assert post.queue(office, receipts(office)) == []


def test_a_stranger_without_a_form_is_not_answered(desk: Desk) -> None:
    desk.put(
        head("quangcao@thu.example") + multipart(TEXT, leaf(b"%PDF-1.4", disposition="attachment; filename=a.pdf"))
    )
    assert collected(desk) == []


def test_a_mail_without_a_form_gets_a_word_while_the_return_is_missing(desk: Desk) -> None:
    desk.put(head(SENDER) + multipart(TEXT))
    (letter,) = collected(desk)
    assert "không kèm tệp" in letter.text
    desk.put(form_mail(desk))
    collected(desk, "2025-03-18T10:00")
    desk.put(head(SENDER, "X-Number: 2") + multipart(TEXT))
    assert collected(desk, "2025-03-18T11:00") == []


def test_one_address_gets_so_many_receipts_a_day(desk: Desk) -> None:
    for number in range(5):
        data = desk.place.filled("skhcn", seed=number)
        desk.put(head(SENDER) + multipart(TEXT, leaf(data, disposition=f"attachment; filename={number}.xlsx")))
    office = office_of(desk, per_sender_day=3)
    collect(office)
    assert len(post.queue(office, receipts(office))) == 3
    assert post.queue(office, receipts(office)) == []
    later = replace(office, now=office.now + timedelta(days=1, hours=1))
    assert len(post.queue(later, receipts(later))) == 2


def test_two_collectors_do_not_talk_to_each_other(desk: Desk) -> None:
    """What we send comes back to us, as it would from another tracker: nobody answers."""
    desk.put(form_mail(desk))
    collected(desk)
    server = Server()
    post.send(office_of(desk), server, no_pause)
    assert len(server.taken) == 1
    for data, _ in server.taken:
        desk.put(data)
    assert collected(desk, "2025-03-18T10:00") == []


def test_a_run_that_died_before_the_receipt_is_made_up_for(desk: Desk) -> None:
    desk.put(form_mail(desk))
    collect(office_of(desk))
    assert len(collected(desk, "2025-03-18T12:00")) == 1


def test_after_a_season_nobody_is_answered(desk: Desk) -> None:
    desk.put(form_mail(desk), date="18-Mar-2025 08:00:00 +0700")
    collect(office_of(desk))
    assert post.queue(office_of(desk, "2025-06-18T08:00"), receipts(office_of(desk, "2025-06-18T08:00"))) == []


def test_names_are_those_received(desk: Desk) -> None:
    data = desk.place.filled("skhcn")
    named = "attachment; filename*=utf-8''B%C3%A1o%20c%C3%A1o%20th%C3%A1ng%203.xlsx"
    desk.put(head(SENDER) + multipart(TEXT, leaf(data, disposition=named)))
    assert NAME in collected(desk)[0].text


def test_who_sent_what_does_not_open_is_not_told_that_nothing_came(desk: Desk) -> None:
    """Such a file names no agency; the address it came from does."""
    broken = desk.place.filled("skhcn")[:3000]
    desk.put(head(SENDER) + multipart(TEXT, leaf(broken, disposition="attachment; filename=a.xlsx")))
    assert "Không tiếp nhận" in collected(desk)[0].text
    office = office_of(desk)
    told = {letter.agency: letter.text for letter in reminders(office, PERIOD)}
    assert "chưa tiếp nhận được" in told["skhcn"]
    assert "chưa nhận được" in told["stc"]
