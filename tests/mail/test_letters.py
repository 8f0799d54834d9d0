"""What letters say: one reason one key, both parts the same words, nothing of a sender's becomes markup or a header."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import Period
from tracker.mail import letters
from tracker.mail.compose import OURS, compose, message_id
from tracker.mail.letters import Answered, Failure, FileResult
from tracker.mail.page import Finding
from tracker.model import Agency, Attachment, Letter, LetterKind, Severity, Verdict

OFFICE = "Văn phòng UBND tỉnh"
US = ("Văn phòng UBND tỉnh", "theodoi@haiduong.example")
SECRET = b"k" * 32
NOW = datetime(2025, 3, 18, 2, 30, tzinfo=UTC)
DUE = date(2025, 3, 20)
MARCH = Period(2025, 3)
AGENCY = Agency(
    "skhcn", "Sở Khoa học và Công nghệ", "Sở KH&CN", emails=("skhcn@haiduong.example", "hoa@haiduong.example")
)
FORM = Attachment("2025-03_skhcn.xlsx", b"PK form")
MAIL = Answered("a" * 64, "hoa@haiduong.example", "Re: FW: Báo cáo tháng 3", "<1@x.example>", ("<0@x.example>",))
WRONG = Finding(Severity.ERROR, "Báo cáo, ô H12", "Tỷ lệ ghi “sáu mươi”", "Đề nghị ghi một số từ 0 đến 100.")
FILE = FileResult(
    "báo cáo <b>tháng 3</b>.xlsx", "b" * 64, Verdict.ACCEPTED_WITH_FINDINGS, NOW, AGENCY.name, MARCH.label, 11, 1, 0,
    (WRONG,), Attachment("2025-03_skhcn_bbbbbbbb.xlsx", b"PK marked"),
)  # fmt: skip


def every_letter() -> Iterator[Letter]:
    yield letters.form_letter(OFFICE, AGENCY, MARCH, DUE, FORM, 11)
    yield letters.receipt(OFFICE, MAIL, (FILE, replace(FILE, verdict=Verdict.REFUSED, agency="")), "2025-03", "skhcn")
    yield letters.receipt(OFFICE, replace(MAIL, sha256="c" * 64), (), "2025-03", "skhcn")
    yield letters.decision(OFFICE, MAIL, FILE, "", "2025-03", "skhcn")
    yield letters.decision(
        OFFICE, MAIL, replace(FILE, sha256="d" * 64, verdict=Verdict.REFUSED), "gửi nhầm", "2025-03", ""
    )
    for day in (15, 20, 24):
        yield letters.reminder(OFFICE, AGENCY, MARCH, DUE, date(2025, 3, day), day == 24, FORM)
    yield letters.report_letter(OFFICE, ("ct@haiduong.example",), MARCH, 2, ("Tổng số 23 nhiệm vụ.",), (FORM,))
    yield letters.alarm(OFFICE, ("it@haiduong.example",), Failure("report", "disk full", NOW, 3, NOW))


EVERY = list(every_letter())


def parsed(letter: Letter, **more: Any) -> EmailMessage:
    data = compose(letter, US, SECRET, NOW, **more)
    return email.message_from_bytes(data, policy=default)


def test_reasons_differ() -> None:
    assert len({letter.key for letter in EVERY}) == len(EVERY)
    assert len({message_id(letter.key, SECRET, US[1]) for letter in EVERY}) == len(EVERY)


@pytest.mark.parametrize("letter", EVERY, ids=lambda letter: letter.key[:24])
def test_text_and_html_say_the_same(letter: Letter) -> None:
    """Every word of the plain text stands in the HTML too."""
    html = re.sub(r"<[^>]+>", " ", letter.html).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    html = html.replace("&#39;", "'").replace("&#34;", '"')
    words = set(re.findall(r"\w+", letter.text))
    assert words - set(re.findall(r"\w+", html)) <= {str(n) for n in range(1, 20)}
    assert "{" not in letter.text
    assert "Kính gửi: " in letter.text
    assert OFFICE in letter.text


@pytest.mark.parametrize("letter", EVERY, ids=lambda letter: letter.key[:24])
def test_messages_are_whole(letter: Letter) -> None:
    message = parsed(letter)
    assert message["From"].addresses[0].addr_spec == US[1]
    assert tuple(each.addr_spec for each in message["To"].addresses) == letter.receivers
    assert message["Subject"] == letter.subject
    assert message["Auto-Submitted"] == ("auto-replied" if letter.kind is LetterKind.RECEIPT else "auto-generated")
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message[OURS]
    assert message["Date"].datetime == NOW
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").strip() == letter.text.strip()
    assert [part.get_filename() for part in message.iter_attachments()] == [each.name for each in letter.attachments]
    assert [part.get_content() for part in message.iter_attachments()] == [each.data for each in letter.attachments]
    assert not message.defects


@pytest.mark.parametrize("letter", EVERY, ids=lambda letter: letter.key[:24])
def test_the_same_letter_gives_the_same_bytes(letter: Letter) -> None:
    assert compose(letter, US, SECRET, NOW) == compose(letter, US, SECRET, NOW)
    assert max(len(line) for line in compose(letter, US, SECRET, NOW).split(b"\r\n")) <= 998


def test_a_receipt_is_threaded_to_its_mail() -> None:
    message = parsed(letters.receipt(OFFICE, MAIL, (FILE,), "2025-03", "skhcn"))
    assert message["In-Reply-To"] == "<1@x.example>"
    assert message["References"] == "<0@x.example> <1@x.example>"
    assert message["Subject"] == "Re: Báo cáo tháng 3"


def test_a_receipt_tells_hash_verdict_counts_and_what_is_wrong() -> None:
    letter = letters.receipt(OFFICE, MAIL, (FILE,), "2025-03", "skhcn")
    for words in ("b" * 64, "Sở Khoa học và Công nghệ", "tháng 3/2025", "ô H12", "sáu mươi", "09:30 18/03/2025", "11"):
        assert words in letter.text
    assert "✖" in letter.text


@pytest.mark.parametrize("marked", [None, FILE.marked])
@pytest.mark.parametrize("errors", [0, 1])
def test_a_receipt_asks_for_what_can_be_done(marked: Attachment | None, errors: int) -> None:
    """Nobody is sent to put right an attachment that is not there."""
    letter = letters.receipt(OFFICE, MAIL, (replace(FILE, marked=marked, errors=errors),), "2025-03", "skhcn")
    assert ("tệp đính kèm" in letter.text.lower()) == bool(letter.attachments)
    assert ("gửi lại" in letter.text.partition(FILE.sha256)[2].partition(OFFICE)[0]) == bool(errors)


def test_a_decision_gives_its_reason_first() -> None:
    letter = letters.decision(OFFICE, MAIL, replace(FILE, verdict=Verdict.REFUSED), "gửi nhầm", "2025-03", "skhcn")
    assert letter.text.index("Lý do: gửi nhầm") < letter.text.index(FILE.sha256) < letter.text.index("Trân trọng")


def test_only_agencies_are_told_how_to_send_again() -> None:
    asked = {letter.kind for letter in EVERY if "Khi gửi lại biểu mẫu" in letter.text}
    assert asked == {LetterKind.FORM, LetterKind.RECEIPT, LetterKind.REMINDER}


def test_a_sender_writes_no_markup() -> None:
    letter = letters.receipt(OFFICE, MAIL, (FILE,), "2025-03", "skhcn")
    assert "<b>" not in letter.html
    assert "&lt;b&gt;" in letter.html
    assert "báo cáo <b>tháng 3</b>.xlsx" in letter.text


def test_only_the_worst_findings_stand_in_the_letter() -> None:
    many = replace(FILE, findings=(WRONG,) * 40, errors=40)
    letter = letters.receipt(OFFICE, MAIL, (many,), "2025-03", "skhcn")
    assert letter.text.count("sáu mươi") == 15
    assert "Còn 25 nội dung khác" in letter.text


def test_a_changed_form_is_another_reason() -> None:
    first = letters.form_letter(OFFICE, AGENCY, MARCH, DUE, FORM, 11)
    again = letters.form_letter(OFFICE, AGENCY, MARCH, DUE, replace(FORM, data=b"PK other"), 11)
    assert first.key != again.key


def test_reminders_count_days() -> None:
    said = {day: letters.reminder(OFFICE, AGENCY, MARCH, DUE, date(2025, 3, day), False, FORM) for day in (17, 20, 25)}
    assert "còn 3 ngày" in said[17].text
    assert "Hôm nay" in said[20].text
    assert "đã quá 5 ngày" in said[25].text


@given(st.text(max_size=60), st.text(max_size=60), st.text(min_size=1, max_size=40))
def test_whatever_people_write_headers_stay_headers(subject: str, reference: str, name: str) -> None:
    mail = replace(MAIL, subject=subject, message_id=reference, references=(reference,))
    letter = letters.receipt(OFFICE, mail, (replace(FILE, name=name, marked=Attachment(name, b"x")),), "2025-03", "")
    message = parsed(letter)
    assert [key for key in message if key.lower() in ("bcc", "cc", "to", "from")] == ["From", "To"]
    assert [each.addr_spec for each in message["To"].addresses] == [MAIL.sender]
    assert "Bcc" not in message


@pytest.mark.parametrize("prefix", ["Re: ", "RE:", "Fwd: ", "TL: ", "Trả lời: ", "re: Fw: "])
def test_marks_of_answering_do_not_pile_up(prefix: str) -> None:
    letter = letters.receipt(OFFICE, replace(MAIL, subject=prefix + "Báo cáo"), (FILE,), "2025-03", "")
    assert letter.subject == "Re: Báo cáo"


@given(
    st.lists(
        st.sampled_from(["Báo", "cáo", "-", "nhiệm vụ", "(hạn", "20/03/2025)", "KH&CN", "a" * 90, "ữ" * 40]), min_size=1
    )
)
def test_no_blank_of_a_subject_is_lost(words: list[str]) -> None:
    letter = replace(EVERY[0], subject=" ".join(words))
    assert parsed(letter)["Subject"] == letter.subject
