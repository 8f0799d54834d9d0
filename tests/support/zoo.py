"""Mails as programs and people make them: every way a return may hang on a mail, as whole messages.

`STYLES` are the ways that must work: each makes, of a sender, a workbook and its name, a mail out of which exactly that
workbook comes (under that name, where the style can carry it).
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import quote

from tests.support.packages import zip_of

Style = Callable[[str, bytes, str], bytes]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
NAME = "Báo cáo tháng 3 – Sở KH&CN (bản chính thức, đã ký duyệt).xlsx"


def mark_of(*texts: str) -> str:
    """The same short mark for the same texts."""
    return hashlib.sha256("|".join(texts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def base64_lines(data: bytes) -> bytes:
    return base64.encodebytes(data)


def head(sender: str, *more: str, subject: str = "Bao cao thang 3") -> bytes:
    """The head of a mail, without the empty line; `more` are whole fields."""
    fields = [
        "Return-Path: <" + sender.rpartition("<")[2].strip(">") + ">",
        "Received: from mx.example.vn by mail.example.vn; Mon, 17 Mar 2025 08:00:01 +0700",
        f"From: {sender}",
        "To: vanphong@haiduong.gov.vn",
        f"Subject: {subject}",
        "Date: Mon, 17 Mar 2025 08:00:00 +0700",
        "MIME-Version: 1.0",
        *more,
    ]
    if not any(each.lower().startswith("message-id") for each in more):
        fields.append(f"Message-ID: <{mark_of(sender, subject, *more)}@example.vn>")
    return "\r\n".join(fields).encode("utf-8", "surrogateescape") + b"\r\n"


def leaf(data: bytes, kind: str | bytes = XLSX, disposition: str | bytes = "attachment", *more: str) -> bytes:
    """A part in base64: its whole Content-Type and Content-Disposition as given."""
    raw = [each.encode() if isinstance(each, str) else each for each in (kind, disposition)]
    lines = [b"Content-Type: " + raw[0], b"Content-Transfer-Encoding: base64", *(each.encode() for each in more)]
    if raw[1]:
        lines.append(b"Content-Disposition: " + raw[1])
    return b"\r\n".join(lines) + b"\r\n\r\n" + base64_lines(data)


TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Kính gửi Văn phòng, xin gửi báo cáo.\r\n".encode()


def multipart(*parts: bytes, kind: str = "mixed", boundary: str = "", closed: bool = True) -> bytes:
    """A multipart with its Content-Type field, to stand in a head or a part."""
    boundary = boundary or f"=_{hashlib.sha256(b'|'.join(parts)).hexdigest()[:12]}"
    head_line = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return head_line + body + (f"--{boundary}--\r\n".encode() if closed else b"")


def mail(sender: str, *parts: bytes, more: tuple[str, ...] = (), subject: str = "Bao cao thang 3") -> bytes:
    return head(sender, *more, subject=subject) + multipart(*parts)


def word(text: str, charset: str = "utf-8", how: str = "B") -> str:
    """One encoded word."""
    data = text.encode(charset)
    quoted = "".join(chr(each) if chr(each).isalnum() and each < 128 else f"={each:02X}" for each in data)
    return f"=?{charset}?{how}?{base64.b64encode(data).decode() if how == 'B' else quoted}?="


def words(text: str, size: int = 21) -> str:
    """Encoded words cut in the middle of letters, folded."""
    data = text.encode()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


def continued(name: str, size: int = 40) -> str:
    """RFC 2231 with continuations, cut in the middle of letters and of escapes."""
    text = quote(name, safe="")
    cuts = [text[start : start + size - size % 3] for start in range(0, len(text), size - size % 3)]
    lines = [f"filename*{n}*={'UTF-8' + chr(39) * 2 if n == 0 else ''}{cut}" for n, cut in enumerate(cuts)]
    return "attachment;\r\n " + ";\r\n ".join(lines)


def _usual(sender: str, book: bytes, name: str) -> bytes:
    """As the standard library writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "vanphong@haiduong.gov.vn", "Báo cáo tháng 3"
    message["Message-ID"] = f"<{mark_of(sender, name)}@usual.example.vn>"
    message.set_content("Kính gửi Văn phòng.")
    message.add_alternative("<p>Kính gửi Văn phòng.</p>", subtype="html")
    message.add_attachment(book, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def _forwarded(sender: str, book: bytes, name: str) -> bytes:
    inner = _usual("nhanvien@example.vn", book, name)
    return mail(sender, TEXT, b'Content-Type: message/rfc822; name="Fwd.eml"\r\n\r\n' + inner)


def _forwarded_twice(sender: str, book: bytes, name: str) -> bytes:
    return mail(sender, TEXT, b"Content-Type: message/rfc822\r\n\r\n" + _forwarded("b@example.vn", book, name))


def _forwarded_in_base64(sender: str, book: bytes, name: str) -> bytes:
    return mail(sender, TEXT, leaf(_usual("nhanvien@example.vn", book, name), "message/rfc822"))


def _forwarded_as_file(sender: str, book: bytes, name: str) -> bytes:
    return mail(sender, TEXT, leaf(_usual("a@example.vn", book, name), 'application/octet-stream; name="thu.eml"'))


def _with_signature(sender: str, book: bytes, name: str) -> bytes:
    """Logo, card and appointment beside the workbook."""
    logo = leaf(PNG, "image/png; name=logo.png", "inline; filename=logo.png", "Content-ID: <logo>")
    letter = multipart(b"Content-Type: text/html\r\n\r\n<img src=cid:logo>\r\n", logo, kind="related")
    card = leaf(b"BEGIN:VCARD\r\nEND:VCARD", "text/vcard; name=a.vcf", "attachment; filename=a.vcf")
    meeting = leaf(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/calendar; name=h.ics", "")
    return mail(sender, letter, card, meeting, _named(book, name))


def _signed(sender: str, book: bytes, name: str) -> bytes:
    inner = multipart(TEXT, _named(book, name))
    signature = leaf(b"0\x82\x01\x00signature", "application/pkcs7-signature; name=smime.p7s", "attachment")
    kind = 'signed; protocol="application/pkcs7-signature"; micalg=sha-256'
    return head(sender) + multipart(inner, signature, kind=kind)


def _named(book: bytes, name: str, kind: str = XLSX) -> bytes:
    return leaf(book, kind, f"attachment; filename*=UTF-8''{quote(name, safe='')}")


def _only_the_workbook(sender: str, book: bytes, name: str) -> bytes:
    return head(sender) + _named(book, name)


def winmail(*files: tuple[str, bytes], charset: str = "cp1258") -> bytes:
    """What Outlook makes of attachments: attributes with length and checksum, two for each file."""

    def attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", level, number, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    found = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9006, 8, struct.pack("<I", 0x00010000))
    for name, data in files:
        found += attribute(2, 0x9002, 6, bytes(14)) + attribute(2, 0x8010, 1, name.encode(charset, "replace") + b"\x00")
        found += attribute(2, 0x800F, 6, data)
    return found


def _winmail(sender: str, book: bytes, name: str) -> bytes:
    plain = "BC thang 3.xlsx"
    return mail(sender, TEXT, leaf(winmail((plain, book)), "application/ms-tnef; name=winmail.dat"))


def _disposed(disposition: str | bytes, kind: str | bytes = XLSX) -> Style:
    def style(sender: str, book: bytes, name: str) -> bytes:
        fill = {"name": name, "ext": quote(name, safe=""), "words": words(name), "q": word(name, how="Q")}
        if isinstance(disposition, bytes):
            return mail(sender, TEXT, leaf(book, kind, disposition.replace(b"%s", name.encode())))
        return mail(sender, TEXT, leaf(book, kind, disposition.format(**fill)))

    return style


def _continued(sender: str, book: bytes, name: str) -> bytes:
    return mail(sender, TEXT, leaf(book, XLSX, continued(name)))


def _continued_mixed(sender: str, book: bytes, name: str) -> bytes:
    """The first piece escaped, the last one in plain letters."""
    stem = name.rpartition(".")[0]
    disposition = f"attachment; filename*0*=utf-8'vi'{quote(stem, safe='')}; filename*1=\".xlsx\""
    return mail(sender, TEXT, leaf(book, XLSX, disposition))


def _wrong_charset(sender: str, book: bytes, name: str) -> bytes:
    """Declared Latin, in truth UTF-8."""
    shown = base64.b64encode(name.encode()).decode()
    return mail(sender, TEXT, leaf(book, XLSX, f'attachment; filename="=?iso-8859-1?B?{shown}?="'))


def _name_of_type(sender: str, book: bytes, name: str) -> bytes:
    return mail(sender, TEXT, leaf(book, f'application/octet-stream; name="{words(name)}"', "attachment"))


STYLES: dict[str, Style] = {
    "as the library writes it": _usual,
    "rfc 2047, folded, letters cut": _disposed("attachment; filename={words}"),
    "rfc 2047 in quotes": _disposed('attachment; filename="{words}"'),
    "rfc 2047, quoted-printable": _disposed('attachment; filename="{q}"'),
    "rfc 2231": _disposed("attachment; filename*=UTF-8''{ext}"),
    "rfc 2231 in quotes": _disposed("attachment; filename*=\"utf-8''{ext}\""),
    "rfc 2231, continued": _continued,
    "rfc 2231, continued and plain": _continued_mixed,
    "percent without a star": _disposed('attachment; filename="{ext}"'),
    "bare utf-8": _disposed(b'attachment; filename="%s"'),
    "bare utf-8 without the closing quote": _disposed(b'attachment; filename="%s'),
    "utf-8 said to be latin": _wrong_charset,
    "name of the type": _name_of_type,
    "declared as text": _disposed("attachment; filename*=UTF-8''{ext}", "text/plain; charset=us-ascii"),
    "declared as a picture": _disposed("attachment; filename*=UTF-8''{ext}", "image/png"),
    "inline": _disposed("inline; filename*=UTF-8''{ext}"),
    "forwarded": _forwarded,
    "forwarded twice": _forwarded_twice,
    "forwarded in base64": _forwarded_in_base64,
    "forwarded as a file": _forwarded_as_file,
    "with signature, card and appointment": _with_signature,
    "signed": _signed,
    "nothing but the workbook": _only_the_workbook,
    "winmail.dat": _winmail,
}
NAMELESS = frozenset({"winmail.dat"})
"""Styles that cannot carry the name."""


def tiny_book(mark: bytes = b"") -> bytes:
    """Enough of a workbook to be told as one; other marks, other bytes."""
    return zip_of({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>" + mark})
