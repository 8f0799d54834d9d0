"""Returns that wait for the office: what it needs to decide, and what follows from its decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tracker.actions.beside import Sent, apart_from, beside_of, sent_before
from tracker.actions.collect import make_desk
from tracker.actions.journal import note
from tracker.actions.known import accepted_of, answered
from tracker.actions.marks import forget_marked
from tracker.actions.office import Office
from tracker.cells import as_text
from tracker.errors import ConfigError
from tracker.examine import BESIDE_CODES, judge_arrival, keep_earlier
from tracker.ledger import queries, store
from tracker.model import Answer, Arrival, Beside, Examined, Finding, Severity, Submission, TakenAnswer, Verdict
from tracker.texts import say
from tracker.wording import sentence


def held(office: Office) -> list[dict[str, Any]]:
    """Returns that wait, each with its id, the reasons, and what to accept it would change now."""
    return [_told(office, each) for each in queries.held(office.engine)]


def _told(office: Office, waiting: Submission) -> dict[str, Any]:
    reasons = [each for each in queries.findings_in(office.engine, waiting.id) if _holds(each)]
    mine, others = _sides(office, waiting)
    beside = beside_of(mine, others)
    effects = apart_from(mine, others) if not beside.seen else Beside()
    return {
        "id": waiting.id,
        "file": waiting.file,
        "agency": waiting.agency,
        "name": office.agency_name(waiting.agency),
        "period": waiting.period,
        "received_at": waiting.received_at.isoformat(),
        "sender": waiting.sender or None,
        "prepared_by": waiting.prepared_by or None,
        "codes": [finding.code for finding in reasons],
        "messages": [sentence(finding, office.agency_name(finding.agency)) for finding in reasons],
        "answers": len(mine.answers),
        "already_accepted_as": beside.first or None,
        "newer": effects.newer or None,
        "kept": list(effects.kept),
        "would_change": [
            {"task": each.task, "column": key, "before": as_text(before), "now": as_text(now), "file": each.file}
            for each in effects.replaced
            for key, before, now in each.changes
        ],
    }


def _holds(finding: Finding) -> bool:
    return finding.severity is Severity.HOLD and not finding.waived_by


def _sides(office: Office, waiting: Submission) -> tuple[Sent, Sequence[Sent]]:
    """The return that waits, and what was accepted of its agency and period."""
    mine = sent_before(waiting, queries.answers_in(office.engine, waiting.id))
    return mine, accepted_of(office.engine, waiting.period, waiting.agency)


def decide(office: Office, number: int, verdict: Verdict, why: str, dry_run: bool = False) -> Submission:
    """The office accepts or refuses a held return; its decision is filed in the archive too. ConfigError: not held.

    An accepted one is judged beside what came in the meantime: received earlier, it overwrites nothing received later.
    Its holds stay on record, as settled by the office.
    """
    waiting = queries.submission(office.engine, number)
    if waiting is None or waiting.verdict is not Verdict.HELD:
        raise ConfigError("not_held", id=number)
    if dry_run:
        return replace(waiting, verdict=_outcome(office, waiting, verdict, why)[0])
    decided = settle(office, waiting, verdict, why)
    forget_marked(office, waiting)
    return decided


def settle(office: Office, waiting: Submission, verdict: Verdict, why: str) -> Submission:
    """Notes and records a decision, with the verdict it leads to."""
    ends, judged = _outcome(office, waiting, verdict, why)
    story = {"sha256": waiting.sha256, "asked": verdict.value, "verdict": ends.value, "why": why}
    note(office, f"{waiting.path}.decision.json", {"event": "decision", **story, "decided_at": office.now.isoformat()})
    store.decide(office.engine, waiting.id, ends, why, office.now, judged.findings if judged else None)
    return replace(waiting, verdict=ends)


def _outcome(office: Office, waiting: Submission, verdict: Verdict, why: str) -> tuple[Verdict, Examined | None]:
    """The verdict a decision leads to, and how an accepted return was judged for it."""
    judged = _judged(office, waiting, why) if verdict.is_accepted else None
    return (judged.verdict if judged else verdict), judged


def _judged(office: Office, waiting: Submission, why: str) -> Examined:
    mine, others = _sides(office, waiting)
    decided = say("held.decided", day=office.today, why=f": {why}" if why else "")
    found = tuple(
        replace(each, waived_by=decided) if _holds(each) else each
        for each in queries.findings_in(office.engine, waiting.id)
        if each.code not in BESIDE_CODES
    )
    said = tuple(_answer(each) for each in mine.answers if isinstance(each, TakenAnswer))
    examined = Examined(Verdict.ACCEPTED, waiting.agency, waiting.period, found, said)
    arrival = Arrival(waiting.file, waiting.received_at, waiting.sender or None)
    kept = keep_earlier(examined, answered(others, examined))
    return judge_arrival(kept, apart_from(mine, others), arrival, make_desk(office))


def _answer(taken: TakenAnswer) -> Answer:
    source = taken.source
    return Answer(
        taken.table, taken.task, taken.role, source.sheet, source.row, taken.values, source.cells, taken.is_whole
    )
