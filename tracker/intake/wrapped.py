"""Files that wrap files inside a mail: winmail.dat and .msg of Outlook, and whole mails. (Zips: `unpack`.)"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import olefile
import tnefparse
from tnefparse.properties import MAPI_ATTACH_LONG_FILENAME

from tracker.intake.headers import decode

_TNEF = b"\x78\x9f\x3e\x22"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MSG_STREAM = "__substg1.0_".encode("utf-16-le")
_MSG_ATTACHMENT = "__attach_version1.0_"
_MSG_DATA, _MSG_NAMES = "__substg1.0_37010102", ("3707001F", "3704001F", "3001001F", "3707001E", "3704001E", "3001001E")
_NO_ATTACHMENTS = "as_is"

_HEAD_LOOK = 8192
_FIELD = re.compile(rb"[!-9;-~]+:[^\r\n]*\r?\n")
_MAIL_FIELDS = re.compile(rb"(?mi)^(from|to|subject|date|received|return-path|message-id|mime-version|content-type):")
_FIELDS_OF_A_MAIL = 3

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # its opinions of strangers' files are of no use to us


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A file inside another; `is_mail`: a whole mail; `problem`: why its bytes are of no use ("": they are)."""

    name: str
    data: bytes
    is_mail: bool = False
    problem: str = ""


Unwrap = Callable[[bytes], "tuple[Wrapped, ...] | str"]
"""Files inside, or the problem; "as_is": to be taken as it is after all."""


def unwrapper(data: bytes) -> Unwrap | None:
    """Who opens such a file; None where it wraps nothing."""
    if data.startswith(_TNEF):
        return _winmail
    if data.startswith(_OLE) and _MSG_STREAM in data:
        return _outlook
    return _mail if looks_like_mail(data) else None


def looks_like_mail(data: bytes) -> bool:
    """Whether a file is a whole mail (.eml): it begins with fields, some of them a mail's own."""
    start = data[:_HEAD_LOOK].lstrip(b"\xef\xbb\xbf\r\n")
    return (
        bool(_FIELD.match(start)) and len({name.lower() for name in _MAIL_FIELDS.findall(start)}) >= _FIELDS_OF_A_MAIL
    )


def suffix_of(data: bytes) -> str:
    """The usual ending of a file that came without a name."""
    if data.startswith(b"PK"):
        return ".ods" if b"opendocument.spreadsheet" in data[:256] else ".xlsx" if b"xl/workbook" in data else ".zip"
    known = ((_OLE, ".xls"), (b"%PDF", ".pdf"), (b"\x89PNG", ".png"), (b"\xff\xd8\xff", ".jpg"), (_TNEF, ".dat"))
    return next((suffix for start, suffix in known if data.startswith(start)), "")


def _mail(data: bytes) -> tuple[Wrapped, ...] | str:
    return (Wrapped("", data, is_mail=True),)


def _winmail(data: bytes) -> tuple[Wrapped, ...] | str:
    try:
        return tuple(_of_tnef(tnefparse.TNEF(data, do_checksum=False)))
    except Exception:  # the parser knows no errors of its own
        return "damaged"


def _of_tnef(opened: Any, depth: int = 1) -> Iterator[Wrapped]:
    for number, each in enumerate(opened.attachments, 1):
        if hasattr(each, "embed") and depth < 3:
            yield from _of_tnef(each.embed, depth + 1)
        elif each.data:
            yield Wrapped(_tnef_name(each) or f"winmail-{number}{suffix_of(each.data)}", bytes(each.data))


def _tnef_name(attachment: Any) -> str:
    long = [each.data for each in attachment.mapi_attrs if each.name == MAPI_ATTACH_LONG_FILENAME]
    name = long[0] if long else attachment._name
    text = decode(name, "") if isinstance(name, bytes) else str(name)
    return text.strip("\x00 ")


def _outlook(data: bytes) -> tuple[Wrapped, ...] | str:
    """Attachments of a mail saved by Outlook; without any, it is a paper like others."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as opened:
            files = tuple(_of_msg(opened))
    except Exception:  # damaged in whatever way
        return "damaged"
    return files or _NO_ATTACHMENTS


def _of_msg(opened: Any) -> Iterator[Wrapped]:
    """Attachments by value, those of mails inside included: their storages lie below the outer one's."""
    for path in opened.listdir():
        if path[-1] == _MSG_DATA and path[-2].startswith(_MSG_ATTACHMENT):
            yield Wrapped(_msg_name(opened, path[:-1]), opened.openstream(path).read())


def _msg_name(opened: Any, storage: list[str]) -> str:
    for tag in _MSG_NAMES:
        stream = [*storage, f"__substg1.0_{tag}"]
        if opened.exists(stream):
            raw = opened.openstream(stream).read()
            return decode(raw, "utf-16-le") if tag.endswith("1F") else decode(raw, "")
    return "tep-dinh-kem"
