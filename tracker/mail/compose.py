"""A letter as bytes: headers, text and HTML, attachments. The same letter always gives the same bytes.

Made with the older classes of `email`: the newer ones lose blanks where they fold a long subject (CPython 3.11).
`Auto-Submitted` (RFC 3834) and `X-Auto-Response-Suppress` keep robots from answering, and tell our own mail.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from email.header import Header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

from tracker.dates import ZONE
from tracker.model import Attachment, Letter, LetterKind
from tracker.vietnamese import clean_text

OURS = "X-Tracker-Letter"
"""Names the reason of a letter of ours; a mail that carries it was written by a tracker."""
_MOST_REFERENCES = 20
_ADDRESS = re.compile(r"[!#-'*+/-9=?A-Z^-~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = {".xlsx": _XLSX, ".docx": _DOCX}


def message_id(key: str, secret: bytes, address: str) -> str:
    """The Message-ID of a reason: always the same for a workspace, and not to be guessed outside it."""
    digest = hmac.new(secret, f"letter|{key}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"<tdnv.{digest}@{address.rpartition('@')[2] or 'localhost'}>"


def compose(letter: Letter, sender: tuple[str, str], secret: bytes, written_at: datetime) -> bytes:
    """The message of a letter; `sender` is (name, address), `written_at` stands in its Date.

    ValueError where an address is none.
    """
    name, address = sender
    message = MIMEMultipart("mixed")
    message["From"] = formataddr((_header(name), _address(address)))
    message["To"] = ", ".join(map(_address, letter.receivers))
    message["Subject"] = Header(_header(letter.subject), "utf-8")  # type: ignore[assignment]
    message["Date"] = format_datetime(written_at.astimezone(ZONE))
    message["Message-ID"] = message_id(letter.key, secret, address)
    if letter.in_reply_to:
        message["In-Reply-To"] = _id(letter.in_reply_to)
    if references := [_id(each) for each in letter.references[-_MOST_REFERENCES:]]:
        message["References"] = Header(" ".join(references), "us-ascii")  # type: ignore[assignment]
    message["Auto-Submitted"] = "auto-replied" if letter.kind is LetterKind.RECEIPT else "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message[OURS] = hashlib.sha256(letter.key.encode()).hexdigest()[:16]
    body = MIMEMultipart("alternative")
    body.attach(MIMEText(letter.text, "plain", "utf-8"))
    body.attach(MIMEText(letter.html, "html", "utf-8"))
    message.attach(body)
    for each in letter.attachments:
        message.attach(_attached(each))
    _name_the_seams(message, letter.key)
    return message.as_bytes(policy=compat32.clone(linesep="\r\n"))


def _attached(file: Attachment) -> MIMEApplication:
    part = MIMEApplication(file.data, _media_type(file.name))
    part.add_header("Content-Disposition", "attachment", filename=_header(file.name))
    return part


def _address(text: str) -> str:
    """An address as it may stand in a header; ValueError where it is none."""
    if not _ADDRESS.fullmatch(text):
        raise ValueError(f"no address: {text!r}")
    return text


def _id(text: str) -> str:
    """Another's Message-ID as it may stand in a header of ours."""
    return "".join(char for char in text if "!" <= char <= "~")


def _header(text: str) -> str:
    """A header's text: one line, without control characters."""
    return " ".join(clean_text(text).split())


def _media_type(name: str) -> str:
    return _TYPES.get(name[name.rfind(".") :].lower(), "octet-stream")


def _name_the_seams(message: Message, key: str) -> None:
    """Boundaries made of the key, not of chance."""
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"={hashlib.sha256(f'{key}|{number}'.encode()).hexdigest()[:32]}=")
