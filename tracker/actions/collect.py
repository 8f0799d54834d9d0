"""Takes whatever came back: archive first, then examine, record, and only then let it leave its channel.

One bad file never stops the rest: a death in a worker is the verdict of that file, and a failure while recording one is
named and leaves that file where it was.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeGuard

from tracker.actions.known import Known
from tracker.actions.office import Office
from tracker.addresses import holders
from tracker.dates import Period
from tracker.examine import Desk, gate_result, judge_arrival, prepare, work
from tracker.intake import Channel, ChannelPlace, archive, channels
from tracker.intake.archive import Archived
from tracker.intake.channel import Incoming
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.ledger import queries, store
from tracker.ledger.store import Receipt
from tracker.model import Arrival, Examined, Severity, Submission, Verdict

log = logging.getLogger("tracker")

_ARCHIVED_AT_ONCE = 8
_BATCH = 50
"""Submissions committed together; each still is recorded whole or not at all."""

_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one file: an entry of `collect --json`. `why` tells why an ignored one was left."""

    file: str
    sha256: str
    examined: Examined
    why: str = ""
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        live = [finding for finding in self.examined.findings if not finding.waived_by]
        worst_first = sorted(live, key=lambda finding: (_GRAVITY[finding.severity], finding.code))
        return {
            "file": self.file,
            "sha256": self.sha256,
            "agency": self.examined.agency or None,
            "period": self.examined.period or None,
            "verdict": self.examined.verdict.value,
            "codes": list(dict.fromkeys(finding.code for finding in worst_first)),
            "answers": sum(answer.table == "report" for answer in self.examined.answers),
        }


@dataclass(frozen=True, slots=True)
class _Taken:
    """An incoming file on its way: archived, not yet recorded; `is_second_look`: its bytes were refused or held."""

    incoming: Incoming
    receipt: Receipt
    arrival: Arrival
    is_second_look: bool = False


Progress = Callable[[Collected], None]


def collect(office: Office, progress: Progress | None = None, dry_run: bool = False) -> list[Collected]:
    """Every file waiting in every channel, each with exactly one verdict. `progress` is called file by file."""
    desk = make_desk(office)
    tell = progress or (lambda collected: None)
    known = Known(office)
    results: list[Collected] = []
    for channel in channels(_place(office)):
        for collected in _Collecting(office, channel, desk, known, dry_run).run():
            tell(collected)
            log.info("%s: %s %s", collected.file, collected.examined.verdict.value, collected.why or collected.failure)
            results.append(collected)
    return results


def _place(office: Office) -> ChannelPlace:
    limits = office.settings.limits
    return ChannelPlace(office.workspace.inbox, limits.max_megabytes * 1024**2, limits.settle_seconds)


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
        holders((agency.code, agency.emails) for agency in office.plan.agencies),
        office.settings.checks.trial,
        office.settings.checks.deadline_is_strict,
        office.settings.limits.max_megabytes * 1024**2,
    )


@dataclass(frozen=True)
class _Collecting:
    """One pass over one channel."""

    office: Office
    channel: Channel
    desk: Desk
    known: Known
    dry_run: bool

    def run(self) -> Iterator[Collected]:
        """Files in order of arrival; those that need no examination come with their neighbours."""
        left: list[Collected] = []
        limits = self.office.settings.limits
        workers = WorkerLimits(limits.seconds, limits.memory_megabytes, limits.workers)
        outcomes = run_guarded(work, self._examinable(left), workers, prepare, (self.desk,), _parcel)
        examined = ((taken, outcome) for (taken, _), outcome in outcomes)
        while batch := tuple(islice(examined, _BATCH)):
            yield from self._record(batch)
            yield from _emptied(left)
        yield from _emptied(left)

    def _examinable(self, left: list[Collected]) -> Iterator[tuple[_Taken, bytes]]:
        """Archived files whose bytes are new; all others get their verdict into `left`.

        One that cannot be put in safety stays in its channel, with the reason; the others go on.
        """
        for incoming, storing in self._archived():
            try:
                taken = self._admitted(incoming, storing.result(), left)
            except Exception as error:
                log.exception("%s could not be archived", incoming.name)
                left.append(Collected(incoming.name, "", Examined(Verdict.IGNORED), failure=_named(error)))
                continue
            if taken:
                yield replace(taken, incoming=replace(incoming, data=None)), incoming.data or b""

    def _archived(self) -> Iterator[tuple[Incoming, Future[Archived | None]]]:
        """Every file with its way into the archive, a few ahead: a disk syncs several files in the time of one."""
        ahead: deque[tuple[Incoming, Future[Archived | None]]] = deque()
        with ThreadPoolExecutor(_ARCHIVED_AT_ONCE, "archive") as archivers:
            for incoming in self.channel.fetch():
                ahead.append((incoming, archivers.submit(self._store, incoming)))
                if len(ahead) > _ARCHIVED_AT_ONCE:
                    yield ahead.popleft()
            yield from ahead

    def _admitted(self, incoming: Incoming, stored: Archived | None, left: list[Collected]) -> _Taken | None:
        if incoming.holds:  # its parts follow, each with a verdict of its own; it leaves with the last of them
            if not self.dry_run:
                self._tidy(incoming)
            return None
        if incoming.data is None or stored is None:
            left.append(self._left_alone(incoming))
            return None
        receipt = self._receipt(incoming, stored.sha256, stored.path)
        arrival = Arrival(incoming.name, receipt.received_at, incoming.sender, self.channel.name)
        taken = _Taken(incoming, receipt, arrival)
        earlier = self.known.files.get(taken.receipt.sha256)
        if earlier:
            is_leftover = self._is_leftover(taken.receipt)
            if is_leftover or self.known.is_settled(earlier, receipt.sender):
                left += self._again(taken, earlier, is_leftover)
                return None
        self.known.expect(receipt)
        return replace(taken, is_second_look=earlier is not None)

    def _is_leftover(self, receipt: Receipt) -> bool:
        """Whether this very arrival was recorded by a run that could not tidy up after itself."""
        with self.office.engine.connect() as connection:
            return queries.arrival_exists(connection, receipt.channel, receipt.key, receipt.sha256, receipt.modified_at)

    def _store(self, incoming: Incoming) -> Archived | None:
        """Where a file lies in the archive; None where it was not read. Runs beside others, in no order."""
        if incoming.data is None:
            return None
        if self.dry_run:
            return Archived(archive.sha256(incoming.data), "")
        office, how = self.office, archive.how_it_came(incoming, self.channel.name)
        period, received_at = str(office.current_period), incoming.received_at or office.now
        return archive.store(office.workspace.archive, period, incoming.data, how, received_at)

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

    def _left_alone(self, incoming: Incoming) -> Collected:
        """Litter, and files in use, stay; so does one above the cap, or a part that cannot be taken out, recorded."""
        if incoming.why not in ("too_large", "damaged"):
            self._let_go(incoming)
            return Collected(incoming.name, "", Examined(Verdict.IGNORED), incoming.why)
        arrival = Arrival(incoming.name, self.office.now, incoming.sender, self.channel.name)
        facts = {"size": incoming.size, "limit": self.desk.max_bytes}
        examined = gate_result(incoming.why, facts, arrival, self.desk)
        if not self.dry_run:
            place = incoming.container.sha256 if incoming.container else "oversize"
            mark = archive.sha256(f"{place}|{incoming.key}|{incoming.size}".encode())
            self._commit([(self._receipt(incoming, mark, ""), examined)])
        self._let_go(incoming)
        return Collected(incoming.name, "", examined)

    def _let_go(self, incoming: Incoming) -> None:
        """Lets a part go that nothing more can be done with; what is no part stays in its channel."""
        if incoming.container and not self.dry_run:
            self._settle()
            self._tidy(incoming)

    def _again(self, taken: _Taken, earlier: Submission, is_leftover: bool) -> list[Collected]:
        """Bytes that are known already: a duplicate, or (then without a word) a leftover."""
        receipt = taken.receipt
        if not self.dry_run:
            self._settle()
            with self.office.engine.begin() as connection:
                store.register_again(connection, receipt)
            self._tidy(taken.incoming)
        if is_leftover:
            return []
        empty = Examined(Verdict.DUPLICATE, earlier.agency, earlier.period)
        examined = judge_arrival(empty, self.known.beside_again(earlier), taken.arrival, self.desk)
        return [Collected(receipt.name, receipt.sha256, examined)]

    def _record(self, batch: tuple[tuple[_Taken, Examined | Died], ...]) -> Iterator[Collected]:
        """Records a batch in one transaction; should that fail, file by file, so that only the culprit stays."""
        failures = {taken.receipt.sha256: outcome.detail for taken, outcome in batch if _is_ours(outcome)}
        judged = [(taken, self._judged(taken, outcome)) for taken, outcome in batch]
        if not self.dry_run:
            sound = [(taken.receipt, result) for taken, result in judged if taken.receipt.sha256 not in failures]
            self._settle()
            failures |= self._commit_all(sound)
        for taken, examined in judged:
            failure = failures.get(taken.receipt.sha256, "")
            if not failure and not self.dry_run:
                self._tidy(taken.incoming)
            yield Collected(taken.receipt.name, taken.receipt.sha256, examined, failure=failure)

    def _judged(self, taken: _Taken, outcome: Examined | Died) -> Examined:
        """A death in the worker is this file's verdict; a bug of ours is none, and leaves it where it is."""
        if isinstance(outcome, Died):
            if _is_ours(outcome):
                return Examined(Verdict.IGNORED)
            return gate_result("too_large", {"why": outcome.why}, taken.arrival, self.desk)
        judge = self.known.judge_again if taken.is_second_look else self.known.judge
        return judge(taken.receipt, taken.arrival, outcome, self.desk)

    def _settle(self) -> None:
        """What is in the archive stays there from here on, whatever happens: now it may be recorded and taken away."""
        archive.settle(self.office.workspace.archive, str(self.office.current_period))

    def _tidy(self, incoming: Incoming) -> None:
        """Lets a recorded file leave; one that somebody holds open is known again next time, and left then."""
        try:
            self.channel.done(incoming)
        except OSError as error:
            log.warning("%s is recorded but could not be taken away: %s", incoming.name, error)

    def _commit_all(self, judged: list[tuple[Receipt, Examined]]) -> dict[str, str]:
        """What could not be recorded, by sha-256."""
        try:
            self._commit(judged)
            return {}
        except Exception:
            log.exception("recording a batch failed; its files are tried one by one")
        failures = {}
        for receipt, examined in judged:
            try:
                self._commit([(receipt, examined)])
            except Exception as error:
                log.exception("%s could not be recorded", receipt.name)
                failures[receipt.sha256] = _named(error)
        return failures

    def _commit(self, judged: list[tuple[Receipt, Examined]]) -> None:
        with self.office.engine.begin() as connection:
            for receipt, examined in judged:
                store.record(connection, receipt, self._filed(examined))

    def _filed(self, examined: Examined) -> Examined:
        """A return of no period we know is filed under the current one, so that it shows somewhere."""
        known = examined.period in self.desk.opened
        return examined if known else replace(examined, period=str(self.office.current_period))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _emptied(left: list[Collected]) -> list[Collected]:
    taken = list(left)
    left.clear()
    return taken


def _parcel(item: tuple[_Taken, bytes]) -> tuple[bytes, Arrival]:
    """What a worker needs of a file; this module, and all it loads, stays out of the workers."""
    taken, data = item
    return data, taken.arrival


def _is_ours(outcome: Examined | Died) -> TypeGuard[Died]:
    """Whether our own code failed on a file; whatever else kills a worker is the file's doing."""
    return isinstance(outcome, Died) and outcome.why == "error"
