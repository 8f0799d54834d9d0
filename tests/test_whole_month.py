"""The month as everybody finds it in his mailbox: forms, receipts, reminders, the report, each once, to the right one.

Played once through Postfix and Dovecot (`tests/support/mail_month.py`); looked at here.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from tests.support import cast, dovecot, postfix
from tests.support.cast import GONE, IT_OFFICER, LAST, LATE, LEADER, NEVER, STRANGER
from tests.support.correspondence import attachments, text_of
from tests.support.dovecot import needs_dovecot
from tests.support.mail_month import (
    AFTER_OPENING,
    AFTER_REPORT,
    AGAIN,
    AT_THE_END,
    DECIDED,
    DONE_FOLDER,
    NEXT_HOUR,
    OPENED,
    REMINDED,
    Month,
    Sent,
    lay_out,
    play,
)
from tests.support.postfix import needs_postfix
from tests.support.returns import package_of
from tracker.actions.office import read_key
from tracker.columns import MONTHLY
from tracker.forms import stamp
from tracker.forms.read import read_return
from tracker.ledger import mails
from tracker.ledger.store import open_ledger
from tracker.model import MailKind, Verdict
from tracker.texts import say

pytestmark = [pytest.mark.dovecot, pytest.mark.postfix, needs_dovecot, needs_postfix]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    domains = (cast.DOMAIN, cast.ELSEWHERE)
    with dovecot.running() as boxes, postfix.running(boxes, domains, [f"{GONE}@{cast.DOMAIN}"]) as post:
        played = lay_out(tmp_path_factory.mktemp("month"), post)
        play(played)
    return played


def test_every_run_did_what_was_due_and_nothing_failed(month: Month) -> None:
    collected, reminded = [("collect", "done")], [("collect", "done"), ("remind", "done")]
    assert month.jobs == {
        OPENED: [("open", "done")],
        AGAIN: [],
        AFTER_OPENING: collected,
        cast.EARLY: collected,
        cast.CORRECTED: collected,
        **dict.fromkeys(REMINDED, reminded),
        cast.SECOND: collected,
        LAST: [("collect", "done"), ("report", "done")],
        AFTER_REPORT: [],
        NEXT_HOUR: collected,
        AT_THE_END: collected,
    }


def test_each_agency_finds_its_form(month: Month) -> None:
    found = Counter((who, name) for who, mails in month.news[OPENED].items() for m in mails for name in attachments(m))
    awaited = [(who, f"2025-03_{code}.xlsx") for code in month.agencies for who in month.addresses(code)]
    assert found == Counter(each for each in awaited if GONE not in each[0])
    key = read_key(month.home / "workbooks/.tracker-key")
    for code, mail in month.forms.items():
        ((name, data),) = attachments(mail).items()
        assert data == (month.home / "workbooks/forms/2025-03" / name).read_bytes()
        identity = read_return(package_of(data), month.plan, MONTHLY, key).identity
        assert (identity.state, identity.agency, identity.period) == ("sealed", code, "2025-03")


def test_robots_and_bounces_are_known_and_not_answered(month: Month) -> None:
    assert (month.news[AGAIN], month.news[AFTER_OPENING]) == ({}, {})
    engine = open_ledger(month.home / "workbooks/ledger.sqlite3", "")
    kinds = Counter(each.kind for each in mails.mails_of(engine))
    engine.dispose()
    to_the_gone = 1 + len(REMINDED)
    assert kinds == {MailKind.RETURN: len(month.sent), MailKind.AUTOMATIC: 1, MailKind.BOUNCE: to_the_gone}


# --- receipts ---------------------------------------------------------------------------------------------------------


def test_each_mail_has_one_receipt_in_its_thread(month: Month) -> None:
    for each in month.sent:
        answers = [m for m in month.news[each.sending.taken_at][each.sender] if m["In-Reply-To"] == each.message_id]
        assert len(answers) == 1, each.sending
        _look_at(answers[0], each)
    everything = [m for news in month.news.values() for mails in news.values() for m in mails]
    answered = Counter(m["In-Reply-To"] for m in everything if m["In-Reply-To"])
    decided = {each.message_id for each in month.sent if each.sending.verdict is Verdict.HELD}
    assert answered == {each.message_id: 1 + (each.message_id in decided) for each in month.sent}


def _look_at(receipt: EmailMessage, sent: Sent) -> None:
    text = text_of(receipt)
    assert say(f"verdict.{sent.sending.verdict.value}") in text, sent.sending
    assert hashlib.sha256(sent.data).hexdigest() in text
    assert sent.answers is not None
    assert str(receipt["References"]).split()[-2:] == [sent.answers["Message-ID"], sent.message_id]
    assert (receipt["Auto-Submitted"], receipt["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    html = receipt.get_body(("html",))
    assert html is not None and sent.data and hashlib.sha256(sent.data).hexdigest() in html.get_content()
    for _, _, cell in sent.planted:
        assert cell in text


def test_mistakes_come_back_marked_and_corrections_are_taken(month: Month) -> None:
    for planned in cast.WITH_MISTAKES:
        first, mended = month.returns(planned.agency)
        (receipt,) = month.news[cast.EARLY][first.sender]
        ((_, marked),) = attachments(receipt).items()
        book = load_workbook(BytesIO(marked))
        assert book.sheetnames[0] == stamp.RESULT_SHEET
        for _, sheet, cell in first.planted:
            assert book[sheet][cell].comment is not None
        (answer,) = month.news[cast.CORRECTED][mended.sender]
        assert say("verdict.accepted") in text_of(answer)
        assert attachments(answer) == {}


def test_only_what_has_mistakes_comes_back_marked(month: Month) -> None:
    clean = [each for each in month.sent if each.sending.verdict is Verdict.ACCEPTED]
    assert len(clean) > 20
    for each in clean:
        (receipt,) = [m for m in month.news[each.sending.taken_at][each.sender] if m["In-Reply-To"] == each.message_id]
        assert attachments(receipt) == {}


def test_the_office_decides_and_the_senders_are_told(month: Month) -> None:
    taken, refused = (month.returns(code)[0] for code in ("cttdt", "htk"))
    assert set(month.news[DECIDED]) == {STRANGER, refused.sender}
    for sent, word in ((taken, "tiếp nhận tệp"), (refused, "không tiếp nhận tệp")):
        (letter,) = month.news[DECIDED][sent.sender]
        assert letter["In-Reply-To"] == sent.message_id
        assert word in text_of(letter)
    assert "Tệp đã bị sửa phần nhận dạng." in text_of(month.news[DECIDED][refused.sender][0])


# --- reminders --------------------------------------------------------------------------------------------------------


def states(month: Month, now: str) -> dict[str, str]:
    """What each agency's return is after a run, by what was sent: missing, refused, held or in."""
    found = dict.fromkeys(month.agencies, "missing")
    names = {Verdict.REFUSED: "refused", Verdict.HELD: "held"}
    for each in month.sent:
        if each.sending.taken_at <= now:
            state = names.get(each.sending.verdict, "in")
            found[each.sending.agency] = "in" if found[each.sending.agency] == "in" else state
    if now >= DECIDED:
        decided = {"cttdt": "in", "htk": "refused"}
        found |= {code: state for code, state in decided.items() if found[code] == "held"}
    return found


@pytest.mark.parametrize("now", REMINDED)
def test_reminders_reach_exactly_the_missing_and_the_refused(month: Month, now: str) -> None:
    wanted = {code: state for code, state in states(month, now).items() if state in ("missing", "refused")}
    awaited = Counter(
        (who, f"2025-03_{code}.xlsx", state) for code, state in wanted.items() for who in month.addresses(code)
    )
    found = Counter(
        (who, name, _state_said(m))
        for who, letters in month.news[now].items()
        for m in letters
        if not m["In-Reply-To"]
        for name in attachments(m)
    )
    assert found == Counter({each: n for each, n in awaited.items() if GONE not in each[0]})
    days = {REMINDED[0]: "còn 3 ngày", REMINDED[1]: "còn 1 ngày", REMINDED[2]: "Hôm nay", LATE: "đã quá 1 ngày"}
    for letters in month.news[now].values():
        assert all(days.get(now, "đã quá 4 ngày") in text_of(m) for m in letters if not m["In-Reply-To"])


def _state_said(reminder: EmailMessage) -> str:
    return "refused" if "chưa tiếp nhận được" in text_of(reminder) else "missing"


def test_those_who_wrote_in_the_night_are_not_reminded(month: Month) -> None:
    """Their mails lay in the mailbox when the reminders of the 21st were due."""
    for code in (cast.AWAY, "hkt"):
        (only,) = month.news[LATE][month.addresses(code)[0]]
        assert only["In-Reply-To"] == month.returns(code)[0].message_id


# --- the report, and the whole ----------------------------------------------------------------------------------------


def test_the_report_lies_in_the_leaders_mailbox(month: Month) -> None:
    (letter,) = month.news[LAST][LEADER]
    workbook, report = attachments(letter).items()
    assert (workbook[0], report[0]) == ("tong-hop-2025-03-v1.xlsx", "bao-cao-2025-03-v1.docx")
    for name, data in (workbook, report):
        assert data == (month.home / "outputs/2025-03" / name).read_bytes()
    assert "Tổng hợp" in load_workbook(BytesIO(workbook[1])).sheetnames
    assert "BÁO CÁO" in "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(report[1])).paragraphs)
    assert [now for now, news in month.news.items() if LEADER in news] == [LAST]
    assert not any(IT_OFFICER in news for news in month.news.values())


def test_nothing_is_sent_twice(month: Month) -> None:
    assert [month.news[now] for now in (AGAIN, AFTER_REPORT, NEXT_HOUR, AT_THE_END)] == [{}] * 4
    letters = Counter(
        (who, m["Message-ID"]) for news in month.news.values() for who, found in news.items() for m in found
    )
    assert set(letters.values()) == {1}


def test_the_offices_mailbox_is_tidied_and_otherwise_untouched(month: Month) -> None:
    assert month.flags["INBOX"] == []
    done = month.flags[DONE_FOLDER]
    assert len(done) == len(month.sent) + 1 + 1 + len(REMINDED)
    assert not any("\\Seen" in " ".join(each) or "\\Deleted" in " ".join(each) for each in done)


def test_the_answers_are_those_that_were_typed(month: Month) -> None:
    for code in month.agencies:
        found = {each["task"]: _given(each["values"]) for each in month.answers if each["agency"] == code}
        is_in = states(month, AT_THE_END)[code] == "in"
        assert is_in == (code not in {*NEVER, GONE, "stp"})
        assert found == (month.returns(code)[-1].typed if is_in else {})


def test_every_way_of_sending_was_used(month: Month) -> None:
    assert {each.sending.style for each in month.sent} == set(cast.WAYS)
    assert len({each.sending.agency for each in month.sent}) == len(month.agencies) - len({*NEVER, GONE})


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
