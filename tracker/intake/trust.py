"""Who sent a mail, how far that is to be believed, and whether a person wrote it.

A mail names its sender itself; only the office's own server can vouch for that, in its Authentication-Results
(RFC 8601), and only the topmost of them: whatever stands below may have come with the mail. That server must take
fields of its own name out of what it receives, as RFC 8601 section 5 asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import authres

from tracker.addresses import held_by, normal_address
from tracker.intake.headers import Part, bare, fields, first
from tracker.model import Grade, MailKind

_ADDRESS = re.compile(r"[^@\s<>,;:()\"\[\]\\]+@[^@\s<>,;:()\"\\]+")
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "maildaemon"})
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_LIST_FIELDS = ("List-Id", "List-Post", "List-Unsubscribe")
_REPLY_FIELDS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse")
_SHORT_SUFFIX = 2


@dataclass(frozen=True, slots=True)
class Trust:
    """What the office knows of senders: its own address in normal form, the name under which its server writes
    Authentication-Results ("": not read), and every registered address with its agencies, as `addresses.holders`."""

    own: str = ""
    server: str = ""
    registered: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# --- addresses --------------------------------------------------------------------------------------------------------


def addresses(raw: str) -> tuple[str, ...]:
    """Addresses of a raw address field, normal form. Names shown beside them, comments, groups and quoted texts name
    nobody, whatever they look like; what is no address is "".
    """
    return tuple(_address(entry) for entry in _entries(raw) if entry.strip(" \t.,"))


def _address(entry: str) -> str:
    _, bracket, inside = entry.rpartition("<")
    text = inside.partition(">")[0].rpartition(":")[2] if bracket else entry
    text = text.strip()
    return normal_address(text) if _ADDRESS.fullmatch(text) else ""


def _entries(raw: str) -> Iterator[str]:
    """Entries of an address list without comments, quoted texts, and names of groups."""
    entry, depth, is_quoted, is_angled, is_escaped = "", 0, False, False, False
    for letter in raw:
        if is_escaped:
            is_escaped = False
        elif letter == "\\" and (is_quoted or depth):
            is_escaped = True
        elif letter == '"' and not depth:
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif letter in ",;" and not is_angled:
            yield entry
            entry = ""
        elif letter == ":" and not is_angled:
            entry = ""
        else:
            is_angled = letter == "<" or (is_angled and letter != ">")
            entry += letter
    yield entry


def sender_of(mail: Part) -> str:
    """The one address of From. Several, in one field or in many, are given all, divided by ", ": registered for
    nobody; "" where there is none.
    """
    named = [address for each in fields(mail, "From") for address in addresses(bare(each))]
    return ", ".join(dict.fromkeys(named))


# --- what kind of mail ------------------------------------------------------------------------------------------------


def kind_of(mail: Part, sender: str, trust: Trust) -> MailKind:
    """Whether a person wrote it. In doubt nobody did: then it is not answered, which harms less than a loop."""
    if is_bounce(mail, sender):
        return MailKind.BOUNCE
    if trust.own and trust.own in sender.split(", "):
        return MailKind.OWN
    return MailKind.AUTOMATIC if is_automatic(mail) else MailKind.RETURN


def is_bounce(mail: Part, sender: str) -> bool:
    """A delivery report: by its type (RFC 3464), by Exim's mark, or from a daemon."""
    content = first(mail, "Content-Type").lower()
    if content.startswith("multipart/report") and "disposition-notification" not in content:
        return True
    return sender.partition("@")[0] in _DAEMONS or bool(fields(mail, "X-Failed-Recipients"))


def is_automatic(mail: Part) -> bool:
    """RFC 3834 and its forerunners: absence notes, robots, read receipts, mailing lists."""
    submitted = first(mail, "Auto-Submitted").strip().lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or _is_null(mail)
        or first(mail, "Precedence").strip().lower() in _BULK
        or first(mail, "Content-Type").lower().startswith("multipart/report")
        or any(fields(mail, name) for name in (*_LIST_FIELDS, *_REPLY_FIELDS))
    )


def is_answer_of_robot(mail: Part, kind: MailKind) -> bool:
    """Whether a robot answers, or our own letter came back: what hangs on such a mail is ours, and no return. A list,
    or an office system that sends documents by itself, does bring returns."""
    submitted = first(mail, "Auto-Submitted").strip().lower()
    is_list = any(fields(mail, name) for name in _LIST_FIELDS)
    return (
        kind is MailKind.BOUNCE
        or (kind is MailKind.OWN and bool(submitted))
        or submitted.startswith("auto-replied")
        or (kind is MailKind.AUTOMATIC and _is_null(mail) and not is_list)
    )


def _is_null(mail: Part) -> bool:
    """Sent so that nothing comes back: the empty return path of reports and robots."""
    return first(mail, "Return-Path").strip() == "<>"


# --- how far the sender is believed -----------------------------------------------------------------------------------


def grade_of(mail: Part, sender: str, trust: Trust) -> Grade:
    """FORGED before all: then it does not matter whose address it is."""
    vouched = _vouched(mail, sender, trust.server)
    if vouched is False:
        return Grade.FORGED
    if not held_by(sender, trust.registered):
        return Grade.UNKNOWN
    return Grade.VERIFIED if vouched else Grade.LISTED


def _vouched(mail: Part, sender: str, server: str) -> bool | None:
    """What the office's own server found of the domain in From: True, False, or None (nothing that counts).

    DMARC decides where there is one; else an aligned pass of DKIM or SPF; else a plain failure of SPF or DKIM.
    """
    results = _results(mail, server)
    domain = sender.rpartition("@")[2]
    if not results or not domain or "," in sender:
        return None
    dmarc = {each.result for each in results if each.method == "dmarc" and _is_about(each, domain, exactly=True)}
    if dmarc & {"pass", "fail"}:
        return "fail" not in dmarc
    about = [each for each in results if each.method in ("spf", "dkim") and _is_about(each, domain)]
    if any(each.result == "pass" and each.properties for each in about):
        return True
    return False if any(each.result == "fail" for each in about) else None


def _results(mail: Part, server: str) -> list[authres.core.AuthenticationResult]:
    """Results of the topmost field, if it is the office's own server's; one nobody can parse says nothing."""
    topmost = first(mail, "Authentication-Results")
    if not server or not topmost:
        return []
    try:
        parsed = authres.AuthenticationResultsHeader.parse_value(topmost)
    except (authres.AuthResError, ValueError, IndexError, AttributeError):
        return []
    return list(parsed.results) if (parsed.authserv_id or "").casefold() == server.casefold() else []


def _is_about(result: authres.core.AuthenticationResult, domain: str, exactly: bool = False) -> bool:
    """Whether a result speaks of the domain in From; one that names no domain does."""
    named = [
        str(each.value or "").rpartition("@")[2].strip('"<> ').casefold()
        for each in result.properties
        if each.name in ("from", "d", "i", "mailfrom", "envelope-from")
    ]
    return not named or any(domain == each or (not exactly and _is_below(domain, each)) for each in named)


def _is_below(domain: str, parent: str) -> bool:
    """Whether a domain belongs to the owner of its parent. "gov.vn" and the like belong to nobody."""
    labels = parent.split(".")
    is_owned = len(labels) > _SHORT_SUFFIX or (len(labels) == _SHORT_SUFFIX and len(labels[1]) > _SHORT_SUFFIX)
    return is_owned and domain.endswith(f".{parent}")
