"""A fresh form that holds what an agency sent, where her own file cannot be marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tracker.actions.forms import order
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.forms.build import build_form, form_cells
from tracker.forms.typed import Typed
from tracker.ledger import queries
from tracker.model import Finding, Submission, TakenAnswer
from tracker.texts import say

_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class FreshForm:
    """The form, her findings moved to its cells, and the words that tell her why it is no file of hers."""

    data: bytes
    findings: tuple[Finding, ...]
    note: str


def fresh_form(
    office: Office, submission: Submission, findings: Iterable[Finding], typed: Typed | None, why: str
) -> FreshForm:
    """`typed` None: her file could not be read again, so that the ledger's answers stand in."""
    findings = tuple(findings)
    typed = typed or _from_ledger(office, submission, findings)
    period = Period.parse(submission.period)
    agency = office.plan.agency_by_code[office.follow(submission.agency, period)]
    wanted = order(office, period, agency, office.past(period), typed.report, typed.indicators)
    wanted = replace(wanted, head=typed.head)
    places = form_cells(wanted)
    left: tuple[tuple[str, int] | str, ...] = (*typed.left, *_elsewhere(typed, places))
    moved = tuple(_moved(finding, places) for finding in findings)
    return FreshForm(build_form(wanted, office.key), moved, _note(submission, why, left))


def _elsewhere(typed: Typed, places: Mapping[tuple[str, str], tuple[str, str]]) -> Iterable[str]:
    """Tasks she filled that are not on her form: another agency's."""
    known = {code for code, _ in places}
    return (code for code in (*typed.report, *typed.indicators) if code not in known)


def _note(submission: Submission, why: str, left: tuple[tuple[str, int] | str, ...]) -> str:
    reason = why if why in ("macros", "other") else "format"
    because = say(f"mark.new_form_{reason}", format=submission.format)
    note = say("mark.new_form", why=because)
    if not left:
        return note
    shown = [each if isinstance(each, str) else say("mark.row_of", sheet=each[0], row=each[1]) for each in left]
    rest = say("mark.more_rows", count=len(left) - _SHOWN_ROWS) if len(left) > _SHOWN_ROWS else ""
    return f"{note} {say('mark.new_form_left', rows='; '.join(shown[:_SHOWN_ROWS]) + rest)}"


def _moved(finding: Finding, cells: Mapping[tuple[str, str], tuple[str, str]]) -> Finding:
    """The finding with the cell that its task and column have on the fresh form; what has none names hers."""
    if place := cells.get((finding.task, finding.column)):
        return replace(finding, sheet=place[0], cell=place[1])
    return replace(finding, sheet="", cell="", facts={"cell": finding.cell, "sheet": finding.sheet, **finding.facts})


def _from_ledger(office: Office, submission: Submission, findings: tuple[Finding, ...]) -> Typed:
    """Usable answers, and the values that findings tell of."""
    taken = queries.answers_in(office.engine, submission.id)
    report, figures = _values(taken, "report"), _values(taken, "indicator")
    for finding in findings:
        table = figures if finding.task in office.plan.indicator_by_code else report
        if finding.column and finding.value and finding.task:
            table.setdefault(finding.task, {}).setdefault(finding.column, finding.value)
    return Typed(report, figures)


def _values(taken: Iterable[TakenAnswer], table: str) -> dict[str, dict[str, object]]:
    return {answer.task: dict(answer.values) for answer in taken if answer.table == table}
