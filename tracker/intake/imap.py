"""One connection to an IMAP server, and the few commands the mailbox needs, by UID only.

imap-tools opens, logs in and names folders; its `move` is not used: on servers that announce MOVE only after login it
would expunge everybody's deleted mails.
"""

from __future__ import annotations

import email.utils
import imaplib
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.utils import encode_folder

from tracker.errors import IntakeError
from tracker.intake.channel import Login

_TEMPORARY = re.compile(
    r"\[(LIMIT|UNAVAILABLE|INUSE|THROTTLED|SERVERBUG|OVERQUOTA|EXPUNGEISSUED)\b|too many|try again|temporar|busy",
    re.IGNORECASE,
)
_UID = re.compile(rb"\bUID (\d+)", re.IGNORECASE)
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)", re.IGNORECASE)
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"', re.IGNORECASE)
_RANGES_A_COMMAND = 100
_LOOPBACK = ("localhost", "127.", "::1")


class DroppedError(Exception):
    """The connection broke, or the server wants to be left alone for a while: to be tried again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server, unread: its size as the server counts, the time the server received it."""

    uid: int
    size: int
    received_at: datetime


class Connection:
    """A logged-in connection with a selected folder. Any method raises `DroppedError`; then it is of no more use."""

    def __init__(self, login: Login, folder: str, read_only: bool) -> None:
        """IntakeError: wrong password, no such folder, no safe way to the server."""
        self._box = _opened(login)
        try:
            _log_in(self._box, login)
            self._client = self._box.client
            self.capabilities = self._refreshed()
            self.uidvalidity = self._selected(folder, read_only)
        except BaseException:
            self.close()
            raise

    def listed(self, ranges: Sequence[str]) -> Iterator[Listed]:
        """Mails in these UID ranges; no SEARCH, which some servers do not do by UID."""
        for start in range(0, len(ranges), _RANGES_A_COMMAND):
            wanted = ",".join(ranges[start : start + _RANGES_A_COMMAND])
            for entry in self._uid("FETCH", wanted, "(UID RFC822.SIZE INTERNALDATE)"):
                line = entry if isinstance(entry, bytes) else b" ".join(entry or ())
                uid, size, came = (pattern.search(line) for pattern in (_UID, _SIZE, _DATE))
                if uid and size:
                    yield Listed(int(uid[1]), int(size[1]), _instant(came[1].decode("ascii") if came else ""))

    def bodies(self, uids: Iterable[int], part: str = "") -> dict[int, bytes]:
        """Whole mails (`part` "HEADER": their heads) by UID, without marking them as read. One that is gone is not
        in the answer."""
        answer = self._uid("FETCH", ",".join(map(str, uids)), f"(UID BODY.PEEK[{part}])")
        found: dict[int, bytes] = {}
        for place, entry in enumerate(answer):
            if isinstance(entry, tuple):
                after = answer[place + 1] if place + 1 < len(answer) else b""
                uid = _UID.search(entry[0]) or _UID.search(after if isinstance(after, bytes) else b"")
                if uid:
                    found[int(uid[1])] = entry[1]
        return found

    def move(self, uids: Sequence[int], folder: str) -> bool:
        """Moves mails, nobody else's with them; False where the server has no safe way: then they stay."""
        wanted, target = ",".join(map(str, uids)), encode_folder(folder)
        if "MOVE" in self.capabilities:
            self._into(folder, "MOVE", wanted, target)
            return True
        if "UIDPLUS" not in self.capabilities:
            return False
        self._into(folder, "COPY", wanted, target)
        self._uid("STORE", wanted, "+FLAGS.SILENT", "(\\Deleted)")
        self._uid("EXPUNGE", wanted)
        return True

    def close(self) -> None:
        with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):
            self._box.client.logout()
        with suppress(OSError):  # a server that is gone takes no leave
            self._box.client.shutdown()

    def _into(self, folder: str, command: str, wanted: str, target: bytes) -> None:
        try:
            self._uid(command, wanted, target)
        except DroppedError as refused:
            if "TRYCREATE" not in str(refused):
                raise
            self._box.client.create(target)  # type: ignore[arg-type]  # typeshed: str; the library sends bytes as well
            self._uid(command, wanted, target)

    def _uid(self, command: str, *arguments: Any) -> list[Any]:
        with _telling():
            status, answer = self._client.uid(command, *arguments)
        if status != "OK":
            raise DroppedError(f"{command}: {_shown(answer)}")
        return answer

    def _refreshed(self) -> frozenset[str]:
        """Capabilities as of now: some servers tell of MOVE only after login."""
        with _telling():
            _, answer = self._client.capability()
        return frozenset(b" ".join(each for each in answer if each).decode("ascii", "replace").upper().split())

    def _selected(self, folder: str, read_only: bool) -> int:
        with _telling():
            try:
                self._box.folder.set(folder, read_only)
            except MailboxFolderSelectError as error:
                raise _refusal(error, "mail_folder", folder=folder) from error
            _, answer = self._client.response("UIDVALIDITY")
        return int(answer[-1]) if answer and answer[-1] else 0


class _telling:  # noqa: N801  a context manager, used like a function
    """Everything that only says "not now" is `DroppedError`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (imaplib.IMAP4.error, ImapToolsError, OSError)):
            raise DroppedError(f"{type(error).__name__}: {error}") from error


def _opened(login: Login) -> BaseMailBox:
    """TLS with the certificate checked. IntakeError: the certificate is wrong, or a password would travel in clear."""
    if login.security == "none" and not login.host.startswith(_LOOPBACK):
        raise IntakeError("mail_in_clear", host=login.host)
    context = ssl.create_default_context()
    try:
        if login.security == "tls":
            return MailBox(login.host, login.port, timeout=login.timeout, ssl_context=context)
        if login.security == "starttls":
            return MailBoxStartTls(login.host, login.port, timeout=login.timeout, ssl_context=context)
        return MailBoxUnencrypted(login.host, login.port, timeout=login.timeout)
    except ssl.SSLCertVerificationError as error:
        raise IntakeError("mail_unreachable", host=login.host, port=login.port, why=str(error)) from error
    except (imaplib.IMAP4.error, ImapToolsError, OSError) as error:
        raise DroppedError(f"{type(error).__name__}: {error}") from error


def _log_in(box: BaseMailBox, login: Login) -> None:
    with _telling():
        try:
            if login.token:
                box.xoauth2(login.user, login.token, initial_folder=None)
            elif login.password.isascii() and login.user.isascii():
                box.login(login.user, login.password, initial_folder=None)
            else:
                box.login_utf8(login.user, login.password, initial_folder=None)
        except (MailboxLoginError, imaplib.IMAP4.error) as error:
            if isinstance(error, imaplib.IMAP4.abort):
                raise
            raise _refusal(error, "mail_login", user=login.user, host=login.host) from error


def _refusal(error: Exception, key: str, **facts: object) -> Exception:
    """A refusal for good, or one that says it will pass."""
    why = _shown(getattr(error, "command_result", ("", [str(error).encode()]))[1])
    return DroppedError(why) if _TEMPORARY.search(why) else IntakeError(key, why=why, **facts)


def _shown(answer: Any) -> str:
    return b" ".join(each for each in answer or () if isinstance(each, bytes)).decode("utf-8", "replace")[:300]


def _instant(text: str) -> datetime:
    """The server's time of receipt; the beginning of time where it gives none."""
    try:
        return email.utils.parsedate_to_datetime(text.strip()).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.fromtimestamp(0, UTC)
