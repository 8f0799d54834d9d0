"""Reading and checking a return: one pure function from bytes to a result.

It joins guard, reader and checks, as `actions` joins the rest, and stands apart so that a worker loads nothing else.
Everything it may know is in the `Desk` it is given; the same bytes and desk always give the same result.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from tracker.addresses import held_by
from tracker.cells import as_text
from tracker.checks import RULES, Case, answers_of, check, verdict_of
from tracker.columns import MONTHLY, FormKind
from tracker.dates import Calendar, Period, local_day
from tracker.forms.identify import Claim, identify
from tracker.forms.office_copy import may_be_copy, read_copy
from tracker.forms.read import read_return
from tracker.forms.titles import with_title
from tracker.intake.guard import Stopped, open_package
from tracker.model import (
    Agency,
    Arrival,
    Beside,
    Cell,
    Examined,
    Finding,
    Identity,
    OfficeCopy,
    Package,
    Past,
    Plan,
    Returned,
    Row,
    Severity,
    Verdict,
)
from tracker.vietnamese import fold

_GAPS = ("R01", "P01", "I06")
"""Findings of what a return leaves out: no gap where it was answered before."""

BESIDE_CODES = ("F13", "F14", "F20")
"""What only other returns of agency and period tell."""

_NO_RETURN = Returned(Identity("missing"))


@dataclass(frozen=True)
class Desk:
    """What every examination of a batch shares. `opened` and `closed` are periods; `past` is by period, then by
    (table, agency, task). `senders` gives the agency codes of each registered address (as `addresses.holders`)."""

    plan: Plan
    key: bytes
    calendar: Calendar = field(default_factory=Calendar)
    report_day: int = 20
    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    past: Mapping[str, Mapping[tuple[str, str, str], Past]] = field(default_factory=dict)
    senders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    trial: tuple[str, ...] = ()
    deadline_is_strict: bool = False
    max_bytes: int = 20 * 1024**2
    kind: FormKind = MONTHLY

    def effective_day(self, period: Period) -> date:
        return period.effective_day(self.calendar, self.report_day)

    def state_of(self, period: Period, received_on: date) -> str:
        """open, coming (opened, but its month has not begun), closed, or unknown (no form of it ever went out)."""
        if str(period) in self.closed:
            return "closed"
        if str(period) not in self.opened:
            return "unknown"
        return "open" if received_on >= period.opening_day(self.calendar) else "coming"

    def is_open(self, received_on: date, period: str) -> bool:
        """Whether returns of a period ("YYYY-MM") are expected on a day."""
        return self.state_of(Period.parse(period), received_on) == "open"


def examine(data: bytes, arrival: Arrival, desk: Desk) -> Examined:
    """The verdict on one file, its findings and usable answers; of a consolidated workbook what the office wrote in it.

    What a reader dies of is a finding; lack of memory, and a bug in a rule of ours, are raised for the caller's worker.
    """
    started = time.perf_counter()
    opened = _opened(data, arrival, desk)
    if isinstance(opened, Stopped):
        result = gate_result(opened.problem, opened.facts, arrival, desk)
    else:
        package, read = opened
        if isinstance(read, OfficeCopy):
            result = Examined(Verdict.ACCEPTED, period=read.period, format=package.format, copy=read)
        else:
            result = _checked(package, read, arrival, desk)
    return replace(result, seconds=round(time.perf_counter() - started, 6))


def _opened(data: bytes, arrival: Arrival, desk: Desk) -> tuple[Package, Returned | OfficeCopy] | Stopped:
    try:
        package = open_package(data, desk.max_bytes)
        if isinstance(package, Stopped):
            return package
        if may_be_copy(package) and (copy := read_copy(package, desk.plan, desk.effective_day)):
            return package, copy
        received_on = local_day(arrival.received_at)
        returned = read_return(package, desk.plan, desk.kind, desk.key, partial(desk.is_open, received_on))
        return package, with_title(package, returned, desk.plan)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic of a Rust reader is no Exception
        return Stopped("damaged", {"why": type(error).__name__})


def gate_result(problem: str, facts: Mapping[str, object], arrival: Arrival, desk: Desk) -> Examined:
    """The result for a file that could not be opened or killed its worker."""
    case = Case(_NO_RETURN, arrival, desk.plan, local_day(arrival.received_at), gate_problem=problem, gate_facts=facts)
    findings = check(case, RULES, desk.trial)
    return Examined(verdict_of(findings), findings=findings)


def judge_arrival(examined: Examined, beside: Beside, arrival: Arrival, desk: Desk) -> Examined:
    """Adds what only other returns tell: the same again (F13), older than one taken (F14), another's answers (F20)."""
    if beside == Beside():
        return examined
    agency = desk.plan.agency_by_code.get(examined.agency)
    day = local_day(arrival.received_at)
    case = Case(_NO_RETURN, arrival, desk.plan, day, agency=agency, beside=beside)
    findings = check(case, [each for each in RULES if each.code in BESIDE_CODES], desk.trial)
    if beside.seen:
        return replace(examined, verdict=Verdict.DUPLICATE, findings=findings, answers=())
    told = (*findings, *examined.findings)
    return replace(examined, findings=told, verdict=verdict_of(told))


def _checked(package: Package, returned: Returned, arrival: Arrival, desk: Desk) -> Examined:
    senders = _senders(arrival, desk)
    claim = identify(returned, desk.plan, senders, desk.effective_day)
    if claim.contradicted:
        returned = replace(returned, identity=replace(returned.identity, state="altered", problem=claim.contradicted))
    case = _case(returned, arrival, claim, senders, desk)
    findings = check(case, RULES, desk.trial)
    verdict = verdict_of(findings)
    return Examined(
        verdict,
        case.agency.code if case.agency else "",
        str(case.period) if case.period else "",
        findings,
        () if verdict is Verdict.REFUSED else answers_of(case, findings),
        case.is_nil,
        {key: as_text(cell.raw) for key, cell in returned.head.items() if not cell.is_blank},
        _cells_hash(returned, case) if returned.rows else None,
        package.format,
    )


def _senders(arrival: Arrival, desk: Desk) -> tuple[Agency, ...]:
    """The agencies whose registered address it came from, merged ones as their successors; several share a clerk."""
    is_known = arrival.sender is not None and arrival.is_trusted
    codes = held_by(arrival.sender or "", desk.senders) if is_known else ()
    day = local_day(arrival.received_at)
    known = (desk.plan.agency_by_code.get(code) for code in codes)
    return tuple({each.code: each for each in (desk.plan.current(one, day) for one in known if one)}.values())


def _case(returned: Returned, arrival: Arrival, claim: Claim, senders: tuple[Agency, ...], desk: Desk) -> Case:
    received_on = local_day(arrival.received_at)
    sender = next((each for each in senders if each == claim.named), senders[0] if senders else None)
    base = Case(returned, arrival, desk.plan, received_on, sender_agency=sender, named_agency=claim.named)
    if not claim.period or not claim.named:
        agency = desk.plan.current(claim.named, received_on) if claim.named else None
        return replace(base, agency=agency, period=claim.period, period_state="unknown")
    day = desk.effective_day(claim.period)
    agency = desk.plan.current(claim.named, day)
    past = desk.past.get(str(claim.period), {})
    expected = {each.task: each for each in desk.plan.of_agency(agency.code, day)}
    led = {each.code: each for each in desk.plan.indicators_of(agency.code, day)}
    return replace(
        base,
        agency=agency,
        sender_agency=next((e for e in senders if desk.plan.current(e, day) == agency), sender),
        period=claim.period,
        period_state=desk.state_of(claim.period, received_on),
        effective_day=day,
        is_late=arrival.received_at >= claim.period.deadline(desk.calendar, desk.report_day),
        expected=expected,
        indicators=led,
        past=_past_of(past, "report", agency, expected),
        past_indicators=_past_of(past, "indicator", agency, led),
        deadline_is_strict=desk.deadline_is_strict,
    )


def _past_of(
    past: Mapping[tuple[str, str, str], Past], table: str, agency: Agency, codes: Iterable[str]
) -> dict[str, Past]:
    found = ((code, past.get((table, agency.code, code))) for code in codes)
    return {code: each for code, each in found if each}


def _cells_hash(returned: Returned, case: Case) -> str:
    """Identity of the contents, whatever program saved them and in whatever order the rows stand."""
    rows = sorted(_row_text(row) for row in (*returned.rows, *returned.indicator_rows))
    head = sorted(f"{key}={fold(as_text(cell.raw))}" for key, cell in returned.head.items())
    agency = case.agency.code if case.agency else ""
    return hashlib.sha256("\x1e".join([agency, str(case.period), *head, *rows]).encode("utf-8", "replace")).hexdigest()


def _row_text(row: Row) -> str:
    told = [(key, cell) for key, cell in row.cells.items() if (cell.value is not None or cell.problem) and key != "no"]
    return "\x1f".join([row.task or "", *[f"{key}={_shown(cell)}" for key, cell in told]])


def _shown(cell: Cell) -> str:
    """The cell's text; most texts came clean and are their own values."""
    return cell.raw if isinstance(cell.raw, str) and cell.raw == cell.value else as_text(cell.raw)


def keep_earlier(examined: Examined, answered: Container[str]) -> Examined:
    """A correction that leaves rows blank or out: what was accepted before on those tasks stands, and it says so.

    `answered`: tasks the agency answered before in the period.
    """
    filled = {answer.task for answer in examined.answers}
    findings = tuple(
        _kept(finding) if finding.code in _GAPS and finding.task in answered and finding.task not in filled else finding
        for finding in examined.findings
    )
    if findings == examined.findings:
        return examined
    return replace(examined, findings=findings, verdict=verdict_of(findings))


def _kept(finding: Finding) -> Finding:
    variant = finding.facts.get("variant")
    facts = {**finding.facts, "variant": f"{variant}_I"} if variant and finding.counts else finding.facts
    return replace(finding, severity=Severity.INFO, facts=facts, blocks=())


# --- in a worker ------------------------------------------------------------------------------------------------------

_desk: Desk | None = None


def prepare(desk: Desk) -> None:
    """Sets up a worker process, once: the desk is shipped here, not with every file."""
    global _desk
    _desk = desk


def work(item: tuple[bytes, Arrival]) -> Examined:
    """`examine` with the worker's desk."""
    if _desk is None:
        raise RuntimeError("prepare() has not run in this worker")
    return examine(*item, _desk)
