"""How what the collector takes is filed in the archive, with the notes that `rebuild` reads.

An arrival's note is written anew as long as the ledger does not know the arrival: a run that died before it recorded
it leaves nothing that differs from what the next run records.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from tracker.actions import journal
from tracker.actions.known import Known
from tracker.actions.office import Office
from tracker.intake import archive
from tracker.intake.archive import Archived
from tracker.intake.channel import Incoming
from tracker.intake.pool import Died
from tracker.ledger import queries
from tracker.ledger.store import Receipt
from tracker.model import Examined

LEFT_BUT_RECORDED = ("too_large", "damaged")
"""Why a file may be left alone, and be recorded by name and size all the same."""


class Filing(Protocol):
    """Where the collector puts what it takes."""

    def place(self) -> int:
        """The next place in the order of arrival; asked by one thread only."""

    def store(self, incoming: Incoming, place: int) -> Archived | None:
        """Where a file lies in the archive; None where it was not read. May run beside others, in no order."""

    def outcome(self, receipt: Receipt, outcome: Examined | Died) -> Examined | Died:
        """What came of examining a file."""

    def settle(self) -> None:
        """What was filed must survive a power cut from here on."""


class ArchiveFiling:
    """Files what one sitting takes from one channel."""

    def __init__(self, office: Office, channel: str, known: Known, sitting: int) -> None:
        self._office = office
        self._channel = channel
        self._known = known
        self._sitting = sitting
        self._root = office.workspace.archive
        self._period = str(office.current_period)

    def place(self) -> int:
        return self._office.journal.next()

    def store(self, incoming: Incoming, place: int) -> Archived | None:
        if incoming.data is None:
            if incoming.why in LEFT_BUT_RECORDED and not self._is_recorded(incoming, archive.mark_of(incoming)):
                (self._root / self._period).mkdir(parents=True, exist_ok=True)
                archive.put_note(self._root, self._period, archive.mark_of(incoming), self._how(incoming, place))
            return None
        if self._is_recorded(incoming, archive.sha256(incoming.data)):
            return archive.keep(self._root, self._period, incoming.data)
        how = self._how(incoming, place)
        return archive.store(self._root, self._period, incoming.data, how, self._received_at(incoming))

    def _is_recorded(self, incoming: Incoming, sha256: str) -> bool:
        if sha256 not in self._known.files:
            return False
        with self._office.engine.connect() as connection:
            return queries.arrival_exists(connection, self._channel, incoming.key, sha256, incoming.modified_at)

    def _how(self, incoming: Incoming, place: int) -> dict[str, Any]:
        at = {**journal.stamp(self._office, place), "sitting": self._sitting}
        told = {"event": "arrival", "size": incoming.size, "received_at": self._received_at(incoming).isoformat()}
        return {**archive.how_it_came(incoming, self._channel), **told, "at": at}

    def _received_at(self, incoming: Incoming) -> datetime:
        return incoming.received_at or self._office.now

    def outcome(self, receipt: Receipt, outcome: Examined | Died) -> Examined | Died:
        """A worker's death hangs on this machine and this moment: it is noted, for nobody could find it out again."""
        if isinstance(outcome, Died) and outcome.why != "error":
            story = {"sha256": receipt.sha256, "why": outcome.why, "detail": outcome.detail}
            path = archive.note_name(receipt.sha256, self._channel, receipt.key, receipt.name, receipt.modified_at)
            journal.note(self._office, f"{self._period}/{path}.died.json", {"event": "died", **story})
        return outcome

    def settle(self) -> None:
        archive.settle(self._root, self._period)
