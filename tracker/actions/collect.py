"""Takes whatever came back: archive first, then examine, record, and only then let it leave its channel.

One bad file never stops the rest: a death in a worker is the verdict of that file, and a failure while recording one is
named and leaves that file where it was.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any, TypeGuard

from tracker.actions.bundle import Bundle, named, record_all
from tracker.actions.filing import LEFT_BUT_RECORDED, ArchiveFiling, Filing
from tracker.actions.known import Known
from tracker.actions.office import Office
from tracker.actions.opening import OpenedMails, place_of, written_of
from tracker.dates import Period
from tracker.errors import IntakeError
from tracker.examine import Desk, gate_result, judge_arrival, prepare, work
from tracker.intake import archive
from tracker.intake.archive import Archived
from tracker.intake.channel import Channel, Incoming
from tracker.intake.mailbox import Mailbox
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.intake.sources import channels
from tracker.ledger import queries
from tracker.ledger.store import Receipt
from tracker.model import REMARKS_CHANNEL, Arrival, Examined, Grade, Severity, Submission, Verdict

log = logging.getLogger("tracker")

_ARCHIVED_AT_ONCE = 8
_BATCH = 50
"""Submissions committed together; each still is recorded whole or not at all."""

_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one file: an entry of `collect --json`. `why` tells why an ignored one was left; `is_channel`: it
    is none, but the mailbox, which could not be opened or read to its end."""

    file: str
    sha256: str
    examined: Examined
    why: str = ""
    failure: str = ""
    is_channel: bool = False

    def as_json(self) -> dict[str, Any]:
        live = [finding for finding in self.examined.findings if not finding.waived_by]
        worst_first = sorted(live, key=lambda finding: (_GRAVITY[finding.severity], finding.code))
        is_ignored = self.examined.verdict is Verdict.IGNORED
        is_copy = self.examined.copy is not None
        return {
            "file": self.file,
            "sha256": self.sha256,
            "agency": self.examined.agency or None,
            "period": self.examined.period or None,
            "verdict": self.examined.verdict.value,
            "codes": list(dict.fromkeys(finding.code for finding in worst_first)),
            "answers": sum(answer.table == "report" for answer in self.examined.answers),
            **({"remarks": len(self.examined.remarks)} if is_copy else {}),
            **({"why": self.why or self.failure} if is_ignored else {}),
        }


@dataclass(slots=True)
class _Slot:
    """Where the result of a file will stand: results are told in the order of arrival. None: nothing to tell."""

    bundle: Bundle
    collected: Collected | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """An incoming file on its way: archived, not yet recorded; `is_second_look`: its bytes were refused or held."""

    incoming: Incoming
    receipt: Receipt
    arrival: Arrival
    slot: _Slot
    is_second_look: bool = False


Progress = Callable[[Collected], None]


def collect(office: Office, progress: Progress | None = None) -> list[Collected]:
    """Every file waiting in every channel, each with exactly one verdict. `progress` is called file by file."""
    return _collected(office, channels(place_of(office)), progress)


def read_back(office: Office, progress: Progress | None = None) -> list[Collected]:
    """What the office wrote into workbooks where they were written, and nothing else; before another is written."""
    channel = written_of(office)
    return _collected(office, (channel,), progress) if any(True for _ in channel.fetch()) else []


def _collected(office: Office, sources: Iterable[Channel], progress: Progress | None) -> list[Collected]:
    desk = make_desk(office)
    tell = progress or (lambda collected: None)
    known = Known(office)
    sitting = office.journal.next()
    results: list[Collected] = []
    for channel in sources:
        opened = OpenedMails(office, channel) if isinstance(channel, Mailbox) else channel
        filing = ArchiveFiling(office, channel.name, known, sitting)
        with closing(channel):
            for collected in Collecting(office, opened, desk, known, filing).run():
                tell(collected)
                remark = collected.why or collected.failure
                log.info("%s: %s %s", collected.file, collected.examined.verdict.value, remark)
                results.append(collected)
    return results


def make_desk(office: Office) -> Desk:
    """What every examination of this run may know."""
    closed = frozenset(office.closed_periods())
    opened = frozenset(queries.opened_periods(office.engine))
    awaited = [Period.parse(period) for period in sorted(opened - closed)]
    years = {near.year for period in awaited for near in (period.previous(), period, period.next())}
    return Desk(
        office.plan,
        office.key,
        office.calendar.spelt_out(years),
        office.report_day,
        opened,
        closed,
        {str(period): office.past(period) for period in awaited},
        office.senders(),
        office.settings.checks.trial,
        office.settings.checks.deadline_is_strict,
        office.settings.limits.max_megabytes * 1024**2,
    )


@dataclass(frozen=True)
class Collecting:
    """One pass over one channel."""

    office: Office
    channel: Channel
    desk: Desk
    known: Known
    filing: Filing
    _slots: deque[_Slot] = field(default_factory=deque)
    _out: deque[Collected] = field(default_factory=deque)

    def run(self) -> Iterator[Collected]:
        """Files in order of arrival, each as soon as it and what came with it are recorded."""
        limits = self.office.settings.limits
        workers = WorkerLimits(limits.seconds, limits.memory_megabytes, limits.workers)
        for (taken, _), outcome in run_guarded(work, self._examinable(), workers, prepare, (self.desk,), _parcel):
            self._judge(taken, self.filing.outcome(taken.receipt, outcome))
            self._record(_BATCH)
            yield from self._told()
        self._record(0)
        yield from self._told()

    def _told(self) -> Iterator[Collected]:
        while self._out:
            yield self._out.popleft()

    def _examinable(self) -> Iterator[tuple[_Taken, bytes]]:
        """Archived files whose bytes are new; all others get their verdict at once.

        One that cannot be put in safety stays in its channel, with the reason; the others go on.
        """
        bundle: Bundle | None = None
        for incoming, storing in self._archived():
            bundle = bundle if bundle and incoming.container else Bundle.of(incoming)
            slot = _Slot(bundle)
            self._slots.append(slot)
            try:
                taken = self._admitted(incoming, storing.result(), slot)
            except Exception as error:
                log.exception("%s could not be archived", incoming.name)
                taken = None
                bundle.fail(incoming.key, named(error))
                slot.collected = Collected(incoming.name, "", Examined(Verdict.IGNORED), failure=named(error))
            if taken:
                yield replace(taken, incoming=replace(incoming, data=None)), incoming.data or b""
            else:
                bundle.awaited -= not incoming.is_container
                self._record(_BATCH)

    def _archived(self) -> Iterator[tuple[Incoming, Future[Archived | None]]]:
        """Every file with its way into the archive, a few ahead: a disk syncs several files in the time of one."""
        ahead: deque[tuple[Incoming, Future[Archived | None]]] = deque()
        with ThreadPoolExecutor(_ARCHIVED_AT_ONCE, "archive") as archivers:
            for incoming in self._fetched():
                ahead.append((incoming, archivers.submit(self.filing.store, incoming, self.filing.place())))
                if len(ahead) > _ARCHIVED_AT_ONCE:
                    yield ahead.popleft()
            yield from ahead

    def _fetched(self) -> Iterator[Incoming]:
        """What the channel gives; where it breaks down, what came before that counts."""
        try:
            yield from self.channel.fetch()
        except IntakeError as error:
            log.exception("%s could not be read", self.channel.name)
            nothing = Examined(Verdict.IGNORED)
            self._out.append(Collected(self.channel.name, "", nothing, failure=named(error), is_channel=True))

    def _admitted(self, incoming: Incoming, stored: Archived | None, slot: _Slot) -> _Taken | None:
        if incoming.is_container:  # its parts follow, each with a verdict of its own
            return None
        if incoming.data is None or stored is None:
            slot.collected = self._left_alone(incoming, slot.bundle)
            return None
        receipt = self._receipt(incoming, stored.sha256, stored.path)
        taken = _Taken(incoming, receipt, self._arrival(incoming), slot)
        earlier = self.known.files.get(receipt.sha256)
        if earlier:
            is_leftover = self._is_leftover(receipt)
            is_settled = self.known.is_settled(earlier, receipt.sender) and not _is_vouched_now(incoming, earlier)
            if is_leftover or is_settled:
                slot.bundle.again(receipt)
                slot.collected = None if is_leftover else self._again(taken, earlier)
                return None
        self.known.expect(receipt)
        return replace(taken, is_second_look=earlier is not None)

    def _is_leftover(self, receipt: Receipt) -> bool:
        """Whether this very arrival was recorded by a run that could not tidy up after itself."""
        with self.office.engine.connect() as connection:
            return queries.arrival_exists(connection, receipt.channel, receipt.key, receipt.sha256, receipt.modified_at)

    def _receipt(self, incoming: Incoming, sha256: str, path: str) -> Receipt:
        return Receipt(
            sha256,
            incoming.size,
            path,
            incoming.name,
            self.channel.name,
            incoming.key,
            incoming.modified_at,
            incoming.received_at or self.office.now,
            incoming.sender,
            incoming.received_at is not None,
        )

    def _arrival(self, incoming: Incoming) -> Arrival:
        received_at = incoming.received_at or self.office.now
        return Arrival(incoming.name, received_at, incoming.sender, self.channel.name, incoming.grade)

    def _left_alone(self, incoming: Incoming, bundle: Bundle) -> Collected:
        """Litter, and files in use, stay; so does one above the cap, recorded by name and size, and a part that cannot
        be taken out likewise."""
        bundle.stays = bundle.stays or incoming.container is None
        if incoming.why not in LEFT_BUT_RECORDED:
            return Collected(incoming.name, "", Examined(Verdict.IGNORED), incoming.why)
        facts = {"size": incoming.size, "limit": self.desk.max_bytes}
        examined = gate_result(incoming.why, facts, self._arrival(incoming), self.desk)
        bundle.submission(self._receipt(incoming, archive.mark_of(incoming), ""), self._filed(examined))
        return Collected(incoming.name, "", examined)

    def _again(self, taken: _Taken, earlier: Submission) -> Collected:
        """Bytes that are known already: a duplicate."""
        empty = Examined(Verdict.DUPLICATE, earlier.agency, earlier.period)
        examined = judge_arrival(empty, self.known.beside_again(earlier), taken.arrival, self.desk)
        return Collected(taken.receipt.name, taken.receipt.sha256, examined)

    def _judge(self, taken: _Taken, outcome: Examined | Died) -> None:
        """The verdict on a file that was examined; it waits to be recorded with its bundle."""
        examined = self._judged(taken, outcome)
        bundle = taken.slot.bundle
        if _is_ours(outcome):
            bundle.fail(taken.receipt.sha256, outcome.detail)
        else:
            bundle.submission(taken.receipt, self._filed(examined))
        taken.slot.collected = Collected(taken.receipt.name, taken.receipt.sha256, examined)
        bundle.awaited -= 1

    def _judged(self, taken: _Taken, outcome: Examined | Died) -> Examined:
        """A death in the worker is this file's verdict; a bug of ours is none, and leaves it where it is."""
        if isinstance(outcome, Died):
            if _is_ours(outcome):
                return Examined(Verdict.IGNORED)
            return gate_result("too_large", {"why": outcome.why}, taken.arrival, self.desk)
        return self._judge_of(taken, outcome)(taken.receipt, taken.arrival, outcome, self.desk)

    def _judge_of(self, taken: _Taken, outcome: Examined) -> Callable[[Receipt, Arrival, Examined, Desk], Examined]:
        """A workbook among those the office writes in is none of an agency's returns, whatever stands in it."""
        if outcome.copy or self.channel.name == REMARKS_CHANNEL:
            return self.known.judge_copy
        return self.known.judge_again if taken.is_second_look else self.known.judge

    def _record(self, at_least: int) -> None:
        """Records what is complete, in order of arrival, once there is enough of it; then it may leave its channel."""
        ready = list(takewhile(lambda slot: slot.bundle.is_complete, self._slots))
        if not ready or len(ready) < at_least:
            return
        bundles = list({id(slot.bundle): slot.bundle for slot in ready}.values())
        self.filing.settle()
        record_all(self.office.engine, bundles)
        for bundle in bundles:
            self._tidy(bundle)
        for slot in ready:
            self._slots.popleft()
            if slot.collected:
                failure = slot.collected.failure or slot.bundle.failures.get(slot.collected.sha256, "")
                self._out.append(replace(slot.collected, failure=failure))

    def _tidy(self, bundle: Bundle) -> None:
        """Lets it leave; one that somebody holds open is known again next time, and left then."""
        if bundle.stays or bundle.failures or self.office.is_rehearsal:
            return
        try:
            self.channel.done(bundle.incoming)
        except OSError as error:
            log.warning("%s is recorded but could not be taken away: %s", bundle.incoming.name, error)

    def _filed(self, examined: Examined) -> Examined:
        """A return of no period we know is filed under the current one, so that it shows somewhere."""
        known = examined.period in self.desk.opened or (examined.copy and examined.period)
        return examined if known else replace(examined, period=str(self.office.current_period))


def _is_vouched_now(incoming: Incoming, earlier: Submission) -> bool:
    """Whether what waits, perhaps because its address was forged, comes again and this time surely from its owner."""
    return incoming.grade is Grade.VERIFIED and earlier.verdict in (Verdict.HELD, Verdict.IGNORED)


def _parcel(item: tuple[_Taken, bytes]) -> tuple[bytes, Arrival]:
    """What a worker needs of a file; this module, and all it loads, stays out of the workers."""
    taken, data = item
    return data, taken.arrival


def _is_ours(outcome: Examined | Died) -> TypeGuard[Died]:
    """Whether our own code failed on a file; whatever else kills a worker is the file's doing."""
    return isinstance(outcome, Died) and outcome.why == "error"
