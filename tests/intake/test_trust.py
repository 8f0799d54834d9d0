"""Who sent it: one address or none, robots told from people, and only the office's own server vouches."""

from __future__ import annotations

import email

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.zoo import STYLES, TEXT, head, leaf, multipart, tiny_book
from tracker.addresses import normal_address
from tracker.intake.headers import Part
from tracker.intake.mime import open_mail
from tracker.intake.trust import Trust, addresses, grade_of, kind_of, sender_of
from tracker.model import Grade, MailKind

OWN, SENDER, SERVER = "vanphong@haiduong.gov.vn", "skhcn@haiduong.gov.vn", "mx.haiduong.gov.vn"
TRUST = Trust(OWN, SERVER, {SENDER: ("skhcn",)})


def parsed(*more: str, sender: str = SENDER) -> Part:
    return email.message_from_bytes(head(sender, *more) + TEXT)


def with_from(*values: str) -> Part:
    lines = "".join(f"From: {value}\r\n" for value in values)
    return email.message_from_bytes(lines.encode() + b"Subject: a\r\n\r\n")


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (SENDER, SENDER),
        (f"<{SENDER}>", SENDER),
        (f"Sở KH&CN <{SENDER}>", SENDER),
        ("SKHCN@HaiDuong.GOV.vn", SENDER),
        (f'"{SENDER}" <evil@example.com>', "evil@example.com"),
        (f"{SENDER} <evil@example.com>", "evil@example.com"),
        (f"({SENDER}) evil@example.com", "evil@example.com"),
        (f"evil@example.com ({SENDER})", "evil@example.com"),
        (f'"a\\" <{SENDER}>" <evil@example.com>', "evil@example.com"),
        (f'"<{SENDER}>," <evil@example.com>', "evil@example.com"),
        (f"=?utf-8?q?<{SENDER}>?= <evil@example.com>", "evil@example.com"),
        (f"<{SENDER}> <evil@example.com>", "evil@example.com"),
        (f"Các sở: {SENDER};", SENDER),
        (f"<@relay.example.com:{SENDER}>", SENDER),
        (f"{SENDER}, evil@example.com", f"{SENDER}, evil@example.com"),
        ("Sở: a@example.vn, b@example.vn;", "a@example.vn, b@example.vn"),
        ("a@sở.vn", "a@xn--s-lym.vn"),
        ("a@XN--S-LYM.vn", "a@xn--s-lym.vn"),
        ("undisclosed-recipients:;", ""),
        ("nobody", ""),
        ("", ""),
        ("<>", ""),
        ("a@b@c", ""),
    ],
)
def test_one_address_and_not_what_is_shown_beside_it(raw: str, expected: str) -> None:
    assert sender_of(with_from(raw)) == expected


def test_a_look_alike_domain_is_another_one() -> None:
    assert normal_address("skhcn@haiduоng.gov.vn") != SENDER  # the o is Cyrillic


def test_two_fields_name_nobody_for_sure() -> None:
    mail = with_from(SENDER, "evil@example.com")
    assert sender_of(mail) == f"{SENDER}, evil@example.com"
    assert grade_of(mail, sender_of(mail), TRUST) is Grade.UNKNOWN


@given(st.text(st.sampled_from('ab@.<>()",;:\\ \té=?')))
def test_any_text_gives_addresses_or_nothing(raw: str) -> None:
    assert all(each == "" or each.count("@") == 1 for each in addresses(raw))


# --- Authentication-Results -------------------------------------------------------------------------------------------

PASSED = f"dmarc=pass (p=none) header.from={SENDER.partition('@')[2]}"
FAILED = f"dmarc=fail (p=reject) header.from={SENDER.partition('@')[2]}"


def grade(*results: str, sender: str = SENDER, server: str = SERVER) -> Grade:
    mail = parsed(*(f"Authentication-Results: {each}" for each in results), sender=sender)
    return grade_of(mail, sender, Trust(OWN, server, {SENDER: ("skhcn",)}))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (PASSED, Grade.VERIFIED),
        (FAILED, Grade.FORGED),
        ("dkim=pass header.d=haiduong.gov.vn", Grade.VERIFIED),
        ("dkim=pass header.i=@haiduong.gov.vn header.b=x", Grade.VERIFIED),
        ("spf=pass smtp.mailfrom=bounces@haiduong.gov.vn", Grade.VERIFIED),
        ("dkim=pass header.d=evil.example", Grade.LISTED),
        ("spf=pass smtp.mailfrom=a@evil.example; dkim=fail header.d=haiduong.gov.vn", Grade.FORGED),
        ("spf=softfail smtp.mailfrom=a@haiduong.gov.vn", Grade.LISTED),
        ("spf=fail smtp.mailfrom=a@haiduong.gov.vn", Grade.FORGED),
        ("spf=fail smtp.mailfrom=a@haiduong.gov.vn; dkim=pass header.d=haiduong.gov.vn", Grade.VERIFIED),
        ("spf=fail smtp.mailfrom=a@lists.example", Grade.LISTED),
        ("dkim=pass header.d=gov.vn", Grade.LISTED),
        ("dkim=pass header.d=duong.gov.vn", Grade.LISTED),
        ("dmarc=pass header.from=evil.example", Grade.LISTED),
        ("dmarc=temperror; dkim=pass header.d=haiduong.gov.vn", Grade.VERIFIED),
        ("none", Grade.LISTED),
        ("((((", Grade.LISTED),
        ("spf=pass", Grade.LISTED),
    ],
)
def test_what_our_server_says(result: str, expected: Grade) -> None:
    assert grade(f"{SERVER}; {result}") is expected


def test_only_the_topmost_and_only_of_our_server() -> None:
    forged, genuine = f"{SERVER}; {PASSED}", f"{SERVER}; {FAILED}"
    assert grade(genuine, forged) is Grade.FORGED
    assert grade(forged, genuine) is Grade.VERIFIED  # ours is the one on top
    assert grade(f"mx.evil.example; {PASSED}", forged) is Grade.LISTED
    assert grade(f"{SERVER}.evil.example; {PASSED}") is Grade.LISTED
    assert grade(forged, server="") is Grade.LISTED


def test_who_is_not_registered_is_unknown_even_if_vouched_for() -> None:
    assert grade(f"{SERVER}; dmarc=pass header.from=example.vn", sender="a@example.vn") is Grade.UNKNOWN
    assert grade(f"{SERVER}; dmarc=fail header.from=example.vn", sender="a@example.vn") is Grade.FORGED


# --- people and robots ------------------------------------------------------------------------------------------------

REPORT = 'Content-Type: multipart/report; report-type={}; boundary="r"'


@pytest.mark.parametrize(
    ("sender", "more", "expected"),
    [
        (SENDER, (), MailKind.RETURN),
        (SENDER, ("Auto-Submitted: no",), MailKind.RETURN),
        (SENDER, ("X-Auto-Response-Suppress: DR, RN",), MailKind.RETURN),
        (SENDER, ("Auto-Submitted: auto-replied (vacation)",), MailKind.AUTOMATIC),
        (SENDER, ("Auto-Submitted: auto-generated",), MailKind.AUTOMATIC),
        (SENDER, ("Precedence: bulk",), MailKind.AUTOMATIC),
        (SENDER, ("List-Id: <so.lists.example.vn>", "Precedence: list"), MailKind.AUTOMATIC),
        (SENDER, ("X-Autoreply: yes",), MailKind.AUTOMATIC),
        (SENDER, (REPORT.format("disposition-notification"),), MailKind.AUTOMATIC),
        ("<>", (), MailKind.AUTOMATIC),
        ("MAILER-DAEMON@mx.example.vn", (REPORT.format("delivery-status"),), MailKind.BOUNCE),
        (SENDER, (REPORT.format("delivery-status"),), MailKind.BOUNCE),
        (SENDER, ("X-Failed-Recipients: a@b.vn",), MailKind.BOUNCE),
        (OWN, (), MailKind.OWN),
        (f"Văn phòng <{OWN.upper()}>", (), MailKind.OWN),
    ],
)
def test_kinds(sender: str, more: tuple[str, ...], expected: MailKind) -> None:
    mail = parsed(*more, sender=sender)
    assert kind_of(mail, sender_of(mail), TRUST) is expected


def test_a_daemon_with_an_empty_return_path_bounces() -> None:
    raw = b"Return-Path: <>\r\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.vn>\r\nSubject: failed\r\n\r\nno"
    mail = email.message_from_bytes(raw)
    assert kind_of(mail, sender_of(mail), TRUST) is MailKind.BOUNCE


BOOK = tiny_book()
FORM = leaf(BOOK, disposition="attachment; filename=a.xlsx")


@pytest.mark.parametrize(
    ("sender", "more", "is_taken"),
    [
        (SENDER, ("Auto-Submitted: auto-generated",), True),
        (SENDER, ("List-Id: <so.lists.example.vn>",), True),
        (SENDER, ("Auto-Submitted: auto-replied",), False),
        (OWN, ("Auto-Submitted: auto-generated",), False),
        (OWN, (), True),
        ("<>", (), False),
    ],
)
def test_forms_that_robots_bring_back_are_ours(sender: str, more: tuple[str, ...], is_taken: bool) -> None:
    told = open_mail(head(sender, *more) + multipart(TEXT, FORM), TRUST)
    assert ([part.name for part in told.parts], told.ignored) == ((["a.xlsx"], ()) if is_taken else ([], ("a.xlsx",)))


def test_a_bounce_with_our_own_letter_inside() -> None:
    ours = STYLES["rfc 2231"](OWN, BOOK, "bieu.xlsx")
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\n"
    body = multipart(
        TEXT, status, b"Content-Type: message/rfc822\r\n\r\n" + ours, kind="report; report-type=delivery-status"
    )
    told = open_mail(head("MAILER-DAEMON@mx.example.vn") + body, TRUST)
    assert (told.kind, told.parts) == (MailKind.BOUNCE, ())


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_broken_report_is_still_a_report(cut: float) -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\n: no name\r\n\xff\xfe\r\n\r\n\r\nAction"
    raw = head("MAILER-DAEMON@mx.example.vn") + multipart(TEXT, status, kind="report; report-type=delivery-status")
    assert open_mail(raw[: int(len(raw) * cut)], TRUST).kind in (MailKind.BOUNCE, MailKind.BROKEN)
    assert open_mail(raw, TRUST).kind is MailKind.BOUNCE
