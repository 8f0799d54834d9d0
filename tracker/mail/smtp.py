"""The way out: SMTP with TLS, a password or an OAuth token. Errors say whether trying again may help."""

from __future__ import annotations

import base64
import logging
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from tracker.config import Mail
from tracker.errors import DeliveryError

log = logging.getLogger("tracker")

_SECONDS = 60
_LOOPBACK = ("localhost", "127.", "::1")
_WANTS_LOGIN = 530
_ERRNO = re.compile(r"^\[Errno -?\d+\] ")
_DENIED = re.compile(r"\b5\.7\.\d|relay", re.IGNORECASE)
"""A receiver refused for what we may do, not for what it is: answers of this kind pass once we are let in again."""


class Sender(Protocol):
    """Takes a message for its receivers, or raises DeliveryError."""

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        """Returns once the server has taken the message for every receiver."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Password or OAuth token, from the environment only; never shown, never stored. `is_missing`: there is none, and
    nobody said that the server wants none."""

    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    is_missing: bool = False

    @classmethod
    def for_smtp(cls, environ: Mapping[str, str]) -> Secrets:
        """TRACKER_SMTP_PASSWORD, else the mailbox's; set but empty: a relay that wants no login."""
        if environ.get("TRACKER_SMTP_PASSWORD") == "":
            return cls()
        password = environ.get("TRACKER_SMTP_PASSWORD", environ.get("TRACKER_MAIL_PASSWORD", ""))
        token = environ.get("TRACKER_MAIL_TOKEN", "")
        return cls(password, token, is_missing=not (password or token))


@dataclass
class SmtpSender:
    """One connection for many letters, opened with the first and opened anew when the server closed it."""

    settings: Mail
    secrets: Secrets
    _server: smtplib.SMTP | None = None

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        with _told():
            server = self._connected()
            try:
                refused = server.sendmail(sender, list(receivers), message)
            except smtplib.SMTPServerDisconnected:
                self.close()
                raise
        for who, (code, text) in refused.items():  # the others have it: it is not sent again for these
            log.error("%s was refused: %s %s", who, code, _words(text))

    def check(self) -> str:
        """Logs in and says who answered; DeliveryError: why not."""
        with _told():
            server = self._connected()
            code, text = server.noop()
        return f"{code} {_words(text)}"

    def close(self) -> None:
        if self._server:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server:
            with suppress(smtplib.SMTPException, OSError):
                if self._server.rset()[0] == 250:
                    return self._server
            self.close()
        self._server = self._connect()
        return self._server

    def _connect(self) -> smtplib.SMTP:
        if self.secrets.is_missing:  # without a login the server would refuse every receiver
            raise DeliveryError("smtp_login_missing", is_final=False)
        place = self.settings.smtp_host, self.settings.smtp_port
        is_secret = bool(self.secrets.password or self.secrets.token)
        if is_secret and self.settings.smtp_security == "none" and not place[0].startswith(_LOOPBACK):
            raise DeliveryError("smtp_in_clear", is_final=False, host=place[0])
        if self.settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=_SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(*place, timeout=_SECONDS)
        try:
            if self.settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            self._log_in(server)
        except BaseException:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        user = self.settings.smtp_user or self.settings.address
        if self.secrets.token:
            server.ehlo_or_helo_if_needed()
            said = f"user={user}\x01auth=Bearer {self.secrets.token}\x01\x01"
            code, text = server.docmd("AUTH", "XOAUTH2 " + base64.b64encode(said.encode()).decode())
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, text)
        elif self.secrets.password:
            try:
                server.login(user, self.secrets.password)
            except smtplib.SMTPServerDisconnected as error:  # some servers hang up on a wrong password
                raise smtplib.SMTPAuthenticationError(535, str(error)) from error


@contextmanager
def _told() -> Iterator[None]:
    """Library errors as ours: `is_final` where the server says no for good."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError("smtp_login", is_final=False, why=_words(error.smtp_error)) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(error.recipients) from error
    except smtplib.SMTPResponseException as error:
        why = f"{error.smtp_code} {_words(error.smtp_error)}"
        if error.smtp_code == _WANTS_LOGIN:
            raise DeliveryError("smtp_login", is_final=False, why=why) from error
        is_final = error.smtp_code >= 500 and error.smtp_code != 503
        raise DeliveryError("letter_refused", is_final=is_final, why=why) from error
    except UnicodeError as error:  # the protocol's logins are ASCII
        raise DeliveryError("smtp_login", is_final=False, why="password is not ASCII") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(
            "smtp_unreachable", is_final=False, why=_ERRNO.sub("", str(error)) or type(error).__name__
        ) from error


def _refusal(answers: Mapping[str, tuple[int, bytes]]) -> DeliveryError:
    """Of a letter that no receiver got: whether we are to log in, may not send there, or the receivers are none."""
    why = "; ".join(f"{who}: {code} {_words(text)}" for who, (code, text) in answers.items())
    codes = [code for code, _ in answers.values()]
    if all(code == _WANTS_LOGIN for code in codes):
        return DeliveryError("smtp_login", is_final=False, why=why)
    if all(code >= 500 and _DENIED.search(_words(text)) for code, text in answers.values()):
        return DeliveryError("letter_denied", is_final=False, why=why)
    return DeliveryError("letter_refused", is_final=all(code >= 500 for code in codes), why=why)


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
