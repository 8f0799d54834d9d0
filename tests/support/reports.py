"""Delivery reports as mail servers write them."""

from __future__ import annotations

from tests.support.zoo import head, multipart

WHY = "550 5.1.1 <khong-co@stc.example>: Recipient address rejected: User unknown"


def postfix(to: str, returned: str = "", action: str = "failed", original: str = "") -> bytes:
    """RFC 3464, with the head of the letter in it where `returned` is its Message-ID."""
    told = b"Content-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n"
    fields = [f"Final-Recipient: rfc822; {to}", f"Action: {action}", "Status: 5.1.1", f"Diagnostic-Code: smtp; {WHY}"]
    if original:
        fields.insert(0, f"Original-Recipient: rfc822;{original}")
    status = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(fields)
    letter = f"Content-Type: text/rfc822-headers\r\n\r\nSubject: Bieu mau\r\nMessage-ID: {returned}\r\n"
    parts = [told, f"{status}\r\n".encode(), *([letter.encode()] if returned else [])]
    return _from_daemon() + multipart(*parts, kind="report; report-type=delivery-status")


def exim(to: str, returned: str) -> bytes:
    """Only marks and words, the letter pasted below."""
    body = f"A message could not be delivered.\r\n\r\n  {to}\r\n    {WHY}\r\n\r\nMessage-Id:\r\n {returned}\r\n"
    return _from_daemon(f"X-Failed-Recipients: {to}") + b"Content-Type: text/plain\r\n\r\n" + body.encode()


def bare(returned: str) -> bytes:
    """Words that name no address, in the letter's thread."""
    head_of_it = _from_daemon(f"References: {returned}")
    return head_of_it + b"Content-Type: text/plain\r\n\r\nHi. This is the program.\r\n552 mailbox full\r\n"


def _from_daemon(*more: str) -> bytes:
    raw = head("MAILER-DAEMON@mx.example", *more, subject="Undelivered Mail Returned to Sender")
    return raw.replace(b"Return-Path: <MAILER-DAEMON@mx.example>", b"Return-Path: <>")
