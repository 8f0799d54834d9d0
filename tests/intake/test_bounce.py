"""Delivery reports: whom they are about, which letter, and what the server said."""

from __future__ import annotations

import pytest

from tests.support import reports
from tracker.intake.bounce import Report, read_report

LETTER = "<abc.def@haiduong.example>"
GONE = "khong-co@stc.example"


def test_a_report_of_the_standard_tells_address_letter_and_reason() -> None:
    report = read_report(reports.postfix("Khong-Co@STC.example", LETTER))
    assert [each.addresses for each in report.lost] == [(GONE,)]
    assert report.lost[0].why == reports.WHY
    assert LETTER in report.message_ids


def test_the_address_we_wrote_to_is_told_beside_the_one_it_was_passed_on_to() -> None:
    report = read_report(reports.postfix("nguoi@noi-khac.example", LETTER, original=GONE))
    assert report.lost[0].addresses == (GONE, "nguoi@noi-khac.example")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "Delayed"])
def test_a_letter_that_is_late_or_has_arrived_did_not_come_back(action: str) -> None:
    assert not read_report(reports.postfix(GONE, LETTER, action)).is_of_loss


def test_marks_and_words_of_servers_without_the_standard() -> None:
    report = read_report(reports.exim(GONE, LETTER))
    assert [each.addresses for each in report.lost] == [(GONE,)]
    assert report.why == reports.WHY
    assert LETTER in report.message_ids
    plain = read_report(reports.bare(LETTER))
    assert (plain.lost, plain.why, plain.is_of_loss) == ((), "552 mailbox full", True)


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 500, b"Content-Type: multipart/report\r\n\r\n--x", b"\r\n\r\n"])
def test_what_cannot_be_read_tells_nothing(raw: bytes) -> None:
    assert read_report(raw) == Report()
