"""What a run of the collector knows of returns: those of the ledger, and those it has met itself.

Order is the time of receipt, whatever order files are looked at in: what comes of several returns of an agency does not
hang on which of them was collected first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from sqlalchemy import Engine

from tracker.actions.beside import Sent, beside_of, sent_before, sent_now
from tracker.actions.copies import Copies
from tracker.actions.office import Office
from tracker.addresses import bare_address
from tracker.examine import Desk, judge_arrival, keep_earlier
from tracker.ledger import queries
from tracker.ledger.store import Receipt
from tracker.model import Arrival, Beside, Examined, Submission, TakenAnswer, Verdict

Place = tuple[str, str]
"""Period and agency."""


class Known:
    """The returns of the ledger and of this run, by sha-256 and by period and agency."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._engine = office.engine
        self.files = queries.known_files(office.engine)
        self._decided = frozenset(each["submission_id"] for each in queries.decisions_of(office.engine))
        self._on_record = {(e.period, e.agency) for e in self.files.values() if e.verdict.is_accepted}
        self._sent: dict[Place, list[Sent]] = {}

    @cached_property
    def copies(self) -> Copies:
        """The consolidated workbooks that came back; read from the ledger when one comes."""
        return Copies.of(self._office)

    def judge(self, receipt: Receipt, arrival: Arrival, examined: Examined, desk: Desk) -> Examined:
        """Adds what other accepted returns of the agency and period tell of this one (F13, F14, F20), and remembers it.

        What was refused or waits for the office is no reason to turn the same cells away.
        """
        judged = examined
        if examined.verdict is not Verdict.REFUSED and examined.agency:
            mine = sent_now(receipt, examined)
            others = self._sent_by((examined.period, examined.agency))
            kept = keep_earlier(examined, answered(others, examined))
            judged = judge_arrival(kept, beside_of(mine, others), arrival, desk)
            if judged.verdict.is_accepted:
                others.append(mine)
        self._remember(receipt, judged)
        return judged

    def judge_copy(self, receipt: Receipt, arrival: Arrival, examined: Examined, desk: Desk) -> Examined:
        """A consolidated workbook: what it changes of the office's remarks. Refused before, it may be taken now."""
        judged = self.copies.judge(receipt, arrival, examined)
        before = self.files.get(receipt.sha256)
        if before and before.id and judged.verdict.rank <= before.verdict.rank:
            return judge_arrival(replace(judged, remarks=()), Beside("bytes", before.file), arrival, desk)
        self._remember(receipt, judged)
        return judged

    def judge_again(self, receipt: Receipt, arrival: Arrival, examined: Examined, desk: Desk) -> Examined:
        """Bytes that were refused or held before, looked at once more: a duplicate unless it ends better now."""
        before = self.files[receipt.sha256]
        if examined.verdict.rank <= before.verdict.rank:
            return judge_arrival(examined, Beside("bytes", before.file), arrival, desk)
        return self.judge(receipt, arrival, examined, desk)

    def beside_again(self, earlier: Submission) -> Beside:
        """What stands beside bytes that came before: whether something newer was accepted since."""
        sent = self._sent_by((earlier.period, earlier.agency)) if earlier.agency else ()
        first = next((each for each in sent if each.sha256 == earlier.sha256), None)
        newer = [each.file for each in sent if first and each.order > first.order]
        return Beside("bytes", earlier.file, outdone_by=newer[-1] if newer else "")

    def is_settled(self, earlier: Submission, sender: str | None) -> bool:
        """Whether the same bytes need no second look.

        A refusal by the checks may end otherwise another day (its period opens, the plan is corrected); what waits,
        or was not yet judged, may do so from another sender. A refusal by the office stands.
        """
        if earlier.verdict is Verdict.REFUSED:
            return earlier.id in self._decided
        if earlier.verdict in (Verdict.HELD, Verdict.IGNORED):
            return bare_address(sender or "") == bare_address(earlier.sender)
        return True

    def expect(self, receipt: Receipt) -> None:
        """These bytes are being examined: the same again in this run is a duplicate."""
        self.files.setdefault(
            receipt.sha256,
            Submission(
                0,
                receipt.sha256,
                "",
                "",
                Verdict.IGNORED,
                False,
                receipt.received_at,
                receipt.name,
                receipt.sender or "",
                None,
                "",
                receipt.path,
            ),
        )

    def _remember(self, receipt: Receipt, judged: Examined) -> None:
        known = self.files.get(receipt.sha256)
        if known:
            self.files[receipt.sha256] = replace(
                known, agency=judged.agency, period=judged.period, verdict=judged.verdict, sender=receipt.sender or ""
            )

    def _sent_by(self, place: Place) -> list[Sent]:
        """Accepted returns of an agency in a period, in order of receipt; read from the ledger when first asked for."""
        if place not in self._sent:
            self._sent[place] = list(accepted_of(self._engine, *place)) if place in self._on_record else []
        self._sent[place].sort(key=lambda each: each.order)
        return self._sent[place]


def accepted_of(engine: Engine, period: str, agency: str) -> tuple[Sent, ...]:
    """What an agency sent in a period and was accepted, in order of receipt."""
    answers: defaultdict[int, list[TakenAnswer]] = defaultdict(list)
    for each in queries.accepted_answers(engine, period, since=period, agency=agency):
        answers[each.source.submission].append(each)
    found = (e for e in queries.submissions_of(engine, period, agency) if e.verdict.is_accepted)
    return tuple(sent_before(each, answers[each.id]) for each in found)


def answered(others: Sequence[Sent], examined: Examined) -> set[str]:
    """Tasks and indicators of which something was said before; after a nil return, of all."""
    if any(each.is_nil for each in others):
        return {finding.task for finding in examined.findings}
    return {answer.task for each in others for answer in each.answers}
