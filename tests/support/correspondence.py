"""People with mailboxes on real servers: they read their mail over IMAP and answer through the SMTP server.

What they send is a mail of the zoo, given the Message-ID and thread that a mail program gives it.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import default
from typing import Any

from tests.support.postfix import Postfix
from tests.support.zoo import Style, mark_of
from tracker.columns import REPORT_TABLE, STATUS
from tracker.demo.officer import Form

_GIVEN_BY_SERVERS = re.compile(rb"(?im)^(?:Return-Path|Received|Message-ID|Delivered-To):.*(?:\n[ \t].*)*\n")


@dataclass
class Correspondence:
    """All mailboxes of the servers; `office` is the address that returns go to."""

    post: Postfix
    office: str
    _read: dict[str, int] = field(default_factory=dict)
    _count: int = 0

    def news(self, addresses: Iterable[str]) -> dict[str, list[EmailMessage]]:
        """What came to each address since the last look; addresses that got nothing are left out."""
        self.post.settle()
        return {address: self._new(address) for address in sorted(set(addresses)) if self._has_new(address)}

    def _has_new(self, address: str) -> bool:
        """Whether the server holds mail that no program has looked at; spares a login."""
        folder = self.post.dovecot.root / "mail" / address.partition("@")[0] / "new"
        return folder.exists() and any(folder.iterdir())

    def _new(self, address: str) -> list[EmailMessage]:
        user, first = address.partition("@")[0], self._read.get(address, 0) + 1
        with self.post.dovecot.imap(user) as client:
            client.select("INBOX")
            _, answer = client.uid("FETCH", f"{first}:*", "(UID BODY[])")
        mails = []
        for head, raw in (each for each in answer if isinstance(each, tuple)):
            uid = int(re.findall(rb"UID (\d+)", head)[0])
            if uid >= first:  # "9:*" holds the last one, however small it is
                mails.append(email.message_from_bytes(raw, policy=default))
                self._read[address] = uid
        return mails

    def send(
        self, style: Style, sender: str, data: bytes, name: str, answers: EmailMessage | None = None, user: str = ""
    ) -> str:
        """A mail to the office, with a file in this style, in answer to another; returns its Message-ID."""
        return self.send_raw(style(sender, data, name), sender, answers, user=user)

    def send_raw(
        self, raw: bytes, sender: str, answers: EmailMessage | None = None, envelope: str | None = None, user: str = ""
    ) -> str:
        self._count += 1
        message_id = f"<{mark_of(sender, str(self._count))}@{sender.partition('@')[2]}>"
        head, blank, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
        fields = [f"Message-ID: {message_id}"]
        if answers:
            known = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
            fields += [f"In-Reply-To: {answers['Message-ID']}", "References: " + known.replace(" ", "\n ")]
        kept = _GIVEN_BY_SERVERS.sub(b"", head + b"\n").rstrip(b"\n")
        wire = b"\n".join([*(each.encode() for each in fields), kept + blank + body]).replace(b"\n", b"\r\n")
        self.post.submit(wire, sender if envelope is None else envelope, self.office, user or sender)
        return message_id


def attachments(mail: EmailMessage) -> dict[str, bytes]:
    """Attached files by name."""
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def text_of(mail: EmailMessage) -> str:
    """The plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def typed_in(form: Form) -> Mapping[str, Mapping[str, Any]]:
    """What stands in the answered cells of a form, by task: {task: {column: value}}, as `tracker answers` shows it."""
    keys = [column.key for column in REPORT_TABLE.answered]
    found: dict[str, dict[str, Any]] = {}
    for task in form.report.rows:
        values = {key: _plain(key, form.report.cell(task, key).value) for key in keys}
        found[task] = {key: value for key, value in values.items() if value is not None}
    return found


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return STATUS.parse(value, None)[0] if key == "status" else value
