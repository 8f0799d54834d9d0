"""The office's mailbox. Mails are fetched by UIDVALIDITY and UID, never marked as read, never deleted; one leaves (to
the folder for done mails, where one is set) once it is recorded.

The ledger tells which UIDs are known; only others are fetched, a few at a time. A connection that drops, and a server
that asks for patience, are tried again with growing pauses; a new UIDVALIDITY means that all is read again.
"""

from __future__ import annotations

import logging
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from tracker.errors import IntakeError
from tracker.intake.channel import Incoming, MailPlace
from tracker.intake.imap import Connection, DroppedError, Listed

Result = TypeVar("Result")

log = logging.getLogger("tracker")

_ERRNO = re.compile(r"\w+Error: \[Errno -?\d+\] ")
_MAILS_AT_ONCE = 25
_BYTES_AT_ONCE = 4 * 1024**2
_MOVES_AT_ONCE = 50
_MOST_RANGES = 500
_LONGEST_PAUSE = 30.0
_TRIES_OF_ONE = 2


class _RenumberedError(Exception):
    """The server gave new numbers to all mails while we were at it."""


class Mailbox:
    """A folder of an IMAP server."""

    name = "mailbox"

    def __init__(self, place: MailPlace) -> None:
        self._place = place
        self._connection: Connection | None = None
        self._uidvalidity = 0
        self._leaving: list[int] = []

    def fetch(self) -> Iterator[Incoming]:
        """New mails whole, by time of receipt. IntakeError: the mailbox cannot be reached or read."""
        for _ in range(self._place.tries):
            try:
                yield from self._pass()
                return
            except _RenumberedError:
                log.warning("the mailbox has new numbers: everything is read again")
        raise IntakeError(
            "mail_unreachable", host=self._place.login.host, port=self._place.login.port, why="UIDVALIDITY"
        )

    def done(self, incoming: Incoming) -> None:
        """The mail is recorded: it will be moved, with others. One numbered otherwise by now stays."""
        folder, uidvalidity, uid = _place_of(incoming.key)
        if self._place.done_folder and folder == self._place.folder and uidvalidity == self._uidvalidity:
            self._leaving.append(uid)
            if len(self._leaving) >= _MOVES_AT_ONCE:
                self._tidy()

    def close(self) -> None:
        """Moves what is still to be moved, and leaves."""
        self._tidy()
        if self._connection:
            self._connection.close()
            self._connection = None

    def probe(self) -> Connection:
        """Logs in and opens the folder once, without patience, for `doctor`. IntakeError says what is wrong."""
        try:
            return self._connected()
        except DroppedError as error:
            raise self._unreachable(error) from error

    def _pass(self) -> Iterator[Incoming]:
        self._uidvalidity = 0
        waiting = deque(self._steadily(self._listed))
        log.info("%s: %d new mails", self._place.folder, len(waiting))
        while waiting:
            yield from self._fetched(self._batch(waiting))

    def _listed(self, connection: Connection) -> list[Listed]:
        """New mails by time of receipt; those recorded but not yet moved (a run died there) are moved on the way."""
        known = self._place.known(self._place.folder, connection.uidvalidity)
        found = list(connection.listed(["1:*"] if self._place.done_folder else _gaps(known)))
        if self._place.done_folder:
            self._leaving = [each.uid for each in found if known.get(each.uid)]
        return sorted({e.uid: e for e in found if e.uid not in known}.values(), key=lambda e: (e.received_at, e.uid))

    def _batch(self, waiting: deque[Listed]) -> list[Listed]:
        """The next mails to be fetched together; one above the cap comes alone."""
        batch = [waiting.popleft()]
        size = batch[0].size
        most = min(_BYTES_AT_ONCE, self._place.max_bytes)
        while waiting and len(batch) < _MAILS_AT_ONCE and size + waiting[0].size <= most:
            size += waiting[0].size
            batch.append(waiting.popleft())
        return batch

    def _fetched(self, batch: list[Listed]) -> Iterator[Incoming]:
        """One mail at which the server breaks again and again is left unread; it must not keep others from us."""
        is_oversize = batch[0].size > self._place.max_bytes
        part = "HEADER" if is_oversize else ""
        try:
            bodies = self._steadily(lambda connection: connection.bodies((e.uid for e in batch), part), _TRIES_OF_ONE)
        except IntakeError:
            self._steadily(lambda connection: connection.uidvalidity)
            if len(batch) == 1:
                yield self._incoming(batch[0], None, "unreadable")
            for each in batch if len(batch) > 1 else ():
                yield from self._fetched([each])
            return
        for each in batch:
            if (body := bodies.get(each.uid)) is not None:
                is_too_large = is_oversize or len(body) > self._place.max_bytes
                yield self._incoming(each, body, "too_large" if is_too_large else "")

    def _incoming(self, listed: Listed, body: bytes | None, why: str) -> Incoming:
        """A mail as it came; of one that is too large only the head is given, and `why`."""
        key = f"{self._place.folder};{self._uidvalidity};{listed.uid}"
        size = listed.size if why else len(body or b"")
        return Incoming("", key, body, listed.received_at, size=size, why=why, received_at=listed.received_at)

    def _steadily(self, action: Callable[[Connection], Result], tries: int = 0) -> Result:
        """Does it, after a reconnection and a pause if need be. IntakeError after so many failures in a row."""
        tries = tries or self._place.tries
        for failures in range(1, tries + 1):
            try:
                return action(self._connected())
            except DroppedError as error:
                log.warning("the mailbox, try %d: %s", failures, error)
                self._hang_up()
                if failures == tries:
                    raise self._unreachable(error) from error
                time.sleep(min(_LONGEST_PAUSE, self._place.pause * 2 ** (failures - 1)))
        raise AssertionError("not reached")

    def _connected(self) -> Connection:
        """The connection. _RenumberedError: it is a new one, and the numbers we hold are of no more use."""
        if self._connection is None:
            read_only = not self._place.done_folder
            self._connection = Connection(self._place.login, self._place.folder, read_only)
            if self._uidvalidity not in (0, self._connection.uidvalidity):
                self._uidvalidity = 0
                self._leaving = []
                raise _RenumberedError
        self._uidvalidity = self._connection.uidvalidity
        return self._connection

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None

    def _tidy(self) -> None:
        """Moves recorded mails. Where that fails they stay: they are known, and the next run tries again."""
        leaving, self._leaving = self._leaving, []
        for start in range(0, len(leaving), _MOVES_AT_ONCE):
            uids = leaving[start : start + _MOVES_AT_ONCE]
            try:
                moved = self._steadily(partial(Connection.move, uids=uids, folder=self._place.done_folder))
            except (IntakeError, _RenumberedError) as error:
                log.warning("recorded mails could not be moved: %s", error)
                return
            if not moved:
                log.warning("the server has no safe way to move mails: they stay where they are")
                return

    def _unreachable(self, error: object) -> IntakeError:
        login = self._place.login
        return IntakeError("mail_unreachable", host=login.host, port=login.port, why=_ERRNO.sub("", str(error)))


def _place_of(key: str) -> tuple[str, int, int]:
    folder, uidvalidity, uid = key.rsplit(";", 2)
    return folder, int(uidvalidity), int(uid)


def _gaps(known: Mapping[int, bool]) -> list[str]:
    """UID ranges that hold no known mail; all of them where the gaps are too many to name."""
    gaps, after = [], 1
    for uid in sorted(known):
        if uid > after:
            gaps.append(f"{after}:{uid - 1}")
        after = uid + 1
    return [*gaps, f"{after}:*"] if len(gaps) < _MOST_RANGES else ["1:*"]
