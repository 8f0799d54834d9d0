"""Kinds through the guarded worker, one after the other: how each ended, in which time and memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.hostile.kinds import Kind
from tests.support.peak import measured
from tests.support.returns import RECEIVED, desk_of, look
from tracker.dates import Calendar
from tracker.examine import Desk, gate_result, prepare
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.model import Arrival, Examined

LIMITS = WorkerLimits(20, 1024, 1)
DESK = desk_of(calendar=Calendar().spelt_out({2025}))


@dataclass(frozen=True)
class Ended:
    """How a kind ended. `died` names what ended its worker; `seconds` is then all it cost."""

    kind: Kind
    examined: Examined
    seconds: float
    megabytes: float
    answers: int
    died: str = ""

    @property
    def codes(self) -> str:
        return " ".join(dict.fromkeys(finding.code for finding in self.examined.findings))

    @property
    def is_expected(self) -> bool:
        return self.died != "error" and self.kind.expected.holds(self.examined, self.answers)


def tried(kinds: Iterable[Kind], desk: Desk = DESK, limits: WorkerLimits = LIMITS) -> Iterator[Ended]:
    """Every kind, in order, each in one worker at a time so that its time is its own."""
    items = ((each, each.data()) for each in kinds)
    arrived = {}

    def parcel(item: tuple[Kind, bytes]) -> tuple[bytes, Arrival]:
        kind, data = item
        arrived[kind.name] = Arrival(f"{kind.name}.{kind.ending}", RECEIVED)
        return data, arrived[kind.name]

    last = time.perf_counter()
    for (kind, _), outcome in run_guarded(measured, items, limits, prepare, (desk,), parcel):
        now = time.perf_counter()
        answers = len(look(kind.form()).answers)
        if isinstance(outcome, Died):
            why = "too_large" if outcome.why != "error" else "damaged"
            examined = gate_result(why, {"why": outcome.why}, arrived[kind.name], desk)
            yield Ended(kind, examined, now - last, 0.0, answers, outcome.why)
        else:
            examined, megabytes = outcome
            yield Ended(kind, examined, examined.seconds, megabytes, answers)
        last = time.perf_counter()
