"""Mails taken apart: every style gives its workbook, trifles stay quiet, what is broken says so, nothing raises."""

from __future__ import annotations

import email
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.packages import zip_of
from tests.support.zoo import (
    NAME,
    NAMELESS,
    PNG,
    STYLES,
    TEXT,
    head,
    leaf,
    mail,
    multipart,
    tiny_book,
    winmail,
    word,
)
from tracker.intake.mime import MAX_PARTS, Mail, open_mail
from tracker.intake.trust import Trust
from tracker.model import Grade, MailKind

SENDER = "skhcn@haiduong.gov.vn"
TRUST = Trust("vanphong@haiduong.gov.vn", "mx.haiduong.gov.vn", {SENDER: ("skhcn",)})
BOOK = tiny_book()


def opened(raw: bytes) -> Mail:
    return open_mail(raw, TRUST)


def named(data: bytes, name: str) -> bytes:
    return leaf(data, disposition=f"attachment; filename={name}")


def found(raw: bytes) -> list[tuple[str, bytes]]:
    return [(part.name, part.data) for part in opened(raw).parts]


def problems(raw: bytes) -> list[tuple[str, str]]:
    return [(part.name, part.problem) for part in opened(raw).parts]


@pytest.mark.parametrize("style", STYLES)
def test_every_style_gives_its_workbook(style: str) -> None:
    (only,) = found(STYLES[style](f"Sở KH&CN <{SENDER}>", BOOK, NAME))
    assert only[1] == BOOK
    assert only[0] == NAME or style in NAMELESS


@pytest.mark.parametrize("style", STYLES)
def test_the_sender_is_who_sent_it_not_whose_mail_was_forwarded(style: str) -> None:
    told = opened(STYLES[style](f"Sở KH&CN <{SENDER}>", BOOK, NAME))
    assert (told.sender, told.kind, told.grade) == (SENDER, MailKind.RETURN, Grade.LISTED)
    assert told.message_id.startswith("<")


def test_several_forms_keep_their_order_and_their_places() -> None:
    books = [tiny_book(bytes([65 + n])) for n in range(3)]
    told = opened(
        mail(SENDER, TEXT, *[leaf(b, disposition=f"attachment; filename={n}.xlsx") for n, b in enumerate(books)])
    )
    assert [(p.name, p.place, p.data) for p in told.parts] == [
        (f"{n}.xlsx", f"{n + 2}", b) for n, b in enumerate(books)
    ]


def test_the_same_file_twice_in_a_mail_is_one() -> None:
    part = leaf(BOOK, disposition="attachment; filename=a.xlsx")
    assert found(mail(SENDER, part, part)) == [("a.xlsx", BOOK)]


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="B\xe1o c\xe1o.xlsx"', "Báo cáo.xlsx"),
        ("attachment; filename*=cp1258''B%E1o%20c%E1o.xlsx", "Báo cáo.xlsx"),
        (f"attachment; filename={word('Báo cáo.xlsx', 'utf-16')}", "Báo cáo.xlsx"),
        ("attachment; filename==?nonsense?B?QmFvLnhsc3g?=", "Bao.xlsx"),
        ('attachment; filename="=?utf-8?B?QmFvLnhsc3g?="; filename="b.xlsx"', "Bao.xlsx"),
        ('attachment; filename="=?utf-8?B?QmFvLnhsc3"', "=?utf-8?B?QmFvLnhsc3"),
        ('attachment; filename="C:\\Users\\An\\bao cao.xlsx"', "C:\\Users\\An\\bao cao.xlsx"),
        ('attachment; filename="a \\"b\\".xlsx"', 'a "b".xlsx'),
        ("attachment; filename=bao cao thang 3.xlsx", "bao cao thang 3.xlsx"),
        ("attachment; filename*1=\"cao.xlsx\"; filename*0=\"bao \"", "bao cao.xlsx"),
        ("attachment; filename*=utf-8''a%E2%80%AExslx.exe.xlsx", "axslx.exe.xlsx"),
        ("attachment; filename=\"../../etc/a.xlsx\"", "../../etc/a.xlsx"),
        ("attachment", "tep-dinh-kem-1.xlsx"),
        ("attachment; filename=\"\"", "tep-dinh-kem-1.xlsx"),
    ],
)  # fmt: skip
def test_odd_names(disposition: str | bytes, name: str) -> None:
    assert found(mail(SENDER, leaf(BOOK, "application/octet-stream", disposition))) == [(name, BOOK)]


def test_tcvn_letters_put_together_by_marks_come_composed() -> None:
    """Vietnamese Windows writes ế as e with two marks."""
    disposition = b'attachment; filename="K\xea\xect qu\xea\xcc.xlsx"'
    ((name, _),) = found(mail(SENDER, leaf(BOOK, "application/octet-stream", disposition)))
    assert name.startswith("Kế") and name.isprintable()


def test_subject_and_threads() -> None:
    told = opened(
        mail(
            SENDER,
            TEXT,
            more=("Message-ID: <a@b>", "References: <r1@x>\r\n <r2@x>", "In-Reply-To: <r2@x> (An's message)"),
            subject="=?UTF-8?Q?B=C3=A1o_c=C3=A1?=\r\n =?UTF-8?Q?o_th=C3=A1ng_3?= gấp",
        )
    )
    assert (told.subject, told.message_id, told.references) == ("Báo cáo tháng 3 gấp", "<a@b>", ("<r1@x>", "<r2@x>"))


# --- what is no return ------------------------------------------------------------------------------------------------


def test_pictures_and_signatures_are_quiet() -> None:
    told = opened(STYLES["with signature, card and appointment"](SENDER, BOOK, NAME))
    assert ([part.name for part in told.parts], told.ignored) == ([NAME], ())


def test_a_letter_with_logo_and_no_file_has_no_parts() -> None:
    logo = leaf(PNG, "image/png", "inline", "Content-ID: <a>")
    assert found(head(SENDER) + multipart(TEXT, logo, kind="related")) == []
    assert found(head(SENDER, "Content-Type: text/html") + b"\r\n<table><tr><td>27TB-4</td></tr></table>") == []


def test_papers_beside_a_form_are_named_not_judged() -> None:
    scan = leaf(b"%PDF-1.7", "application/pdf", "attachment; filename=ban-ky.pdf")
    form = leaf(BOOK, disposition="attachment; filename=a.xlsx")
    told = opened(mail(SENDER, TEXT, scan, form))
    assert ([part.name for part in told.parts], told.ignored) == (["a.xlsx"], ("ban-ky.pdf",))


def test_papers_alone_are_judged() -> None:
    scan = leaf(b"%PDF-1.7", "application/pdf", "attachment; filename=ban-ky.pdf")
    photo = leaf(PNG, "image/png", "attachment; filename=anh.png")
    assert [name for name, _ in found(mail(SENDER, TEXT, scan, photo))] == ["ban-ky.pdf", "anh.png"]


@pytest.mark.parametrize(
    ("data", "kind", "name"),
    [
        (b"Rar!\x1a\x07\x00", "application/octet-stream", "a.rar"),
        (b"7z\xbc\xaf\x27\x1c", "application/octet-stream", "a.7z"),
        (b"0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "application/pkcs7-mime", "smime.p7m"),
        (b"<html><table></table></html>", "text/html", "a.xls"),
        (b"Ma;Ket qua\n", "text/csv", "a.csv"),
    ],
)
def test_what_may_hold_a_return_is_judged_even_beside_a_form(data: bytes, kind: str, name: str) -> None:
    form = leaf(BOOK, disposition="attachment; filename=b.xlsx")
    part = leaf(data, kind, f"attachment; filename={name}")
    assert found(mail(SENDER, TEXT, form, part)) == [("b.xlsx", BOOK), (name, data)]


# --- what is too much, cut, or broken ---------------------------------------------------------------------------------


def test_more_files_than_any_mail_has() -> None:
    books = [
        leaf(tiny_book(str(n).encode()), disposition=f"attachment; filename={n}.xlsx") for n in range(MAX_PARTS + 3)
    ]
    told = problems(mail(SENDER, *books))
    assert len(told) == MAX_PARTS + 1
    assert told[-1] == (f"{MAX_PARTS}.xlsx …", "too_large")


def test_mail_in_mail_to_depth_three() -> None:
    raw = STYLES["rfc 2231"]("d@example.vn", BOOK, NAME)
    for _ in range(2):
        raw = mail(SENDER, TEXT, b"Content-Type: message/rfc822\r\n\r\n" + raw)
    assert found(raw) == [(NAME, BOOK)]
    deeper = mail(SENDER, TEXT, b"Content-Type: message/rfc822\r\n\r\n" + raw)
    assert problems(deeper) == [("Bao cao thang 3.eml", "too_large")]


def test_winmail_with_several_files_and_without_any() -> None:
    files = ("Báo cáo.xlsx", BOOK), ("ban ky.pdf", b"%PDF-1.7")
    told = opened(mail(SENDER, leaf(winmail(*files), "application/ms-tnef", "attachment; filename=winmail.dat")))
    assert ([(p.name, p.data) for p in told.parts], told.ignored) == ([("Báo cáo.xlsx", BOOK)], ("ban ky.pdf",))
    assert found(mail(SENDER, leaf(winmail(), "application/ms-tnef"))) == []


def test_a_damaged_winmail_is_named() -> None:
    data = winmail(("a.xlsx", BOOK))[:40]
    told = problems(mail(SENDER, leaf(data, "application/ms-tnef", "attachment; filename=winmail.dat")))
    assert told in ([("winmail.dat", "damaged")], [])


def test_a_mail_cut_anywhere_gives_all_or_says_so() -> None:
    """Never a part of a file as if it were the file, and never nothing at all once the file has begun."""
    rng = random.Random(4)
    book = zip_of({"xl/workbook.xml": rng.randbytes(9000), "[Content_Types].xml": b"<Types/>"})
    raw = mail(SENDER, TEXT, leaf(book, disposition="attachment; filename=a.xlsx"), TEXT)
    begins = raw.index(b"filename=a.xlsx") + 20
    for cut in range(100, len(raw), 127):
        told = opened(raw[:cut])
        for part in told.parts:
            assert part.problem == "damaged" or part.data == book
        if cut > begins + 100:
            assert told.parts, cut


def test_a_boundary_that_never_comes() -> None:
    assert (
        opened(head(SENDER, 'Content-Type: multipart/mixed; boundary="x"') + b"\r\nnothing\r\n").kind is MailKind.BROKEN
    )


def test_nested_without_end() -> None:
    raw = TEXT
    for level in range(3000):
        raw = multipart(raw, boundary=f"b{level}")
    told = opened(head(SENDER, subject="sau") + raw)
    assert (told.kind, told.sender, told.subject) == (MailKind.BROKEN, SENDER, "sau")


@pytest.mark.parametrize("raw", [b"", b"\x00" * 300, b"\r\n\r\nno head", b"\xff\xfe" + bytes(range(256))])
def test_no_mail_at_all(raw: bytes) -> None:
    assert opened(raw).kind is MailKind.BROKEN


@given(st.integers(0, 3000), st.binary(max_size=8), st.sampled_from(sorted(STYLES)))
def test_bytes_overwritten_anywhere(place: int, junk: bytes, style: str) -> None:
    raw = STYLES[style](SENDER, BOOK, NAME)
    told = opened(raw[:place] + junk + raw[place + len(junk) :])
    assert told.kind in MailKind and len(told.parts) <= MAX_PARTS + 1


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    assert opened(data).kind in MailKind
    assert opened(head(SENDER) + data).kind in MailKind


def test_the_zoo_is_what_it_says() -> None:
    """Its mails parse without a defect, but for the style that is defective."""
    for style, make in STYLES.items():
        assert not email.message_from_bytes(make(SENDER, BOOK, NAME)).defects, style
