"""Delivery reports: which address was not reached, in the server's words, and which letter it was. Pure.

Anybody may send such a mail: what it says is shown, and nothing is done because of it alone.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from tracker.addresses import bare_address
from tracker.intake.headers import Part, decode, fields, first, text_of
from tracker.vietnamese import clean_text

_MOST_BYTES = 256 * 1024
"""The head of the letter that came back follows right after the report."""
_MOST_CHARS = 300
_MESSAGE_ID = re.compile(r"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_STATUS = "message/delivery-status"
_RECEIVERS = ("Original-Recipient", "Final-Recipient")
_REFUSAL = re.compile(r"(?:^|\s)(5\d\d[ -][^\r\n]{3,})")
_NOT_LOST = ("delayed", "delivered", "relayed", "expanded")


@dataclass(frozen=True, slots=True)
class Lost:
    """An address that was not reached, in normal form, and those it may be known by; `why`: the server's words."""

    addresses: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a delivery report tells; `message_ids` of everything in it. `is_of_loss` False: all it says is that a letter
    is late, or has arrived."""

    lost: tuple[Lost, ...] = ()
    message_ids: tuple[str, ...] = ()
    why: str = ""
    is_of_loss: bool = True


def read_report(raw: bytes) -> Report:
    """The report; an empty one where it cannot be read. Raises nothing but lack of memory."""
    try:
        return _read(raw[:_MOST_BYTES])
    except Exception:  # whatever the parser dies of: the mail is known as a report all the same
        return Report()


def _read(raw: bytes) -> Report:
    text = decode(raw, "")
    message = email.message_from_bytes(raw)
    told = [each for part in message.walk() if part.get_content_type() == _STATUS for each in _blocks(part)]
    lost = tuple(_lost(each) for each in told if _action(each) not in _NOT_LOST)
    refusal = _REFUSAL.search(text.partition("\r\n\r\n")[2] or text)
    marked = () if told else tuple(Lost((bare_address(each),)) for each in _marked(message))
    why = clean_text(refusal[1])[:_MOST_CHARS] if refusal else ""
    return Report(lost or marked, tuple(dict.fromkeys(_MESSAGE_ID.findall(text))), why, bool(lost) or not told)


def _blocks(part: Part) -> Iterator[Part]:
    """Fields of each receiver (RFC 3464); the first block is about the whole."""
    payload = part.get_payload()
    for each in payload if isinstance(payload, list) else ():
        if isinstance(each, Message) and any(fields(each, name) for name in _RECEIVERS):
            yield each


def _action(block: Part) -> str:
    return first(block, "Action").strip().lower()


def _lost(block: Part) -> Lost:
    named = (first(block, name).rpartition(";")[2] for name in _RECEIVERS)
    words = text_of(first(block, "Diagnostic-Code")).partition(";")[2] or first(block, "Status")
    addresses = dict.fromkeys(bare_address(each) for each in named if each.strip())
    return Lost(tuple(addresses), clean_text(words).replace("\n", " ")[:_MOST_CHARS])


def _marked(message: Part) -> list[str]:
    """Exim names the receivers in the head."""
    return [each for field in fields(message, "X-Failed-Recipients") for each in field.split(",") if each.strip()]
