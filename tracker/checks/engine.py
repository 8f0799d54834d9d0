"""Runs the rules gate by gate, applies waivers and trial mode, and says what is accepted.

An error at the file gate stops there; inside a gate everything is reported. Findings never drop silently: a waived one
stays, with the name of who waived it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from datetime import date
from typing import Any

from tracker.checks.case import Case, is_blank_row
from tracker.checks.on_office import CopyCase
from tracker.checks.rule import Gate, Hit, Rule, shorten
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE, TableKind
from tracker.model import Answer, Finding, Month, Plan, Role, Row, Severity, Verdict, Waiver

_RETURN_GATES = (Gate.OPEN, Gate.FILE, Gate.ROW, Gate.PLAN, Gate.INDICATOR, Gate.HISTORY)


def check(case: Case, rules: Iterable[Rule], trial: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Everything found in one return, in the order of the gates; after an unwaived file error nothing more.

    `trial` are codes that only warn for now: what they would block is used.
    """
    by_gate: defaultdict[Gate, list[Rule]] = defaultdict(list)
    for each in rules:
        by_gate[each.gate].append(each)
    agency = case.agency.code if case.agency else ""
    found: list[Finding] = []
    for gate in _RETURN_GATES:
        hits = _hits(case, by_gate[gate])
        found += (_finding(each, hit, agency, case.plan, trial, case.received_on) for each, hit in hits)
        if gate in (Gate.OPEN, Gate.FILE) and any(f.severity is Severity.ERROR and not f.waived_by for f in found):
            break
    return tuple(found)


def check_across(month: Month, plan: Plan, rules: Iterable[Rule], trial: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """What only shows across returns (gate A); hits name their agency's code in `facts["agency"]`."""
    return tuple(
        _finding(each, hit, str(hit.facts.get("agency", "")), plan, trial, month.effective_day)
        for each in rules
        if each.gate is Gate.ACROSS
        for hit in each.check(month)
    )


def check_copy(case: CopyCase, plan: Plan, rules: Iterable[Rule], on: date) -> tuple[Finding, ...]:
    """Everything found in a consolidated workbook that came back (gate O); after an error nothing more."""
    found: list[Finding] = []
    for each in (each for each in rules if each.gate is Gate.OFFICE):
        found += (_finding(each, hit, str(hit.facts.get("agency", "")), plan, (), on) for hit in each.check(case))
        if any(finding.severity is Severity.ERROR for finding in found):
            break
    return tuple(found)


def _hits(case: Case, rules: Iterable[Rule]) -> Iterator[tuple[Rule, Hit]]:
    """Row by row first, then what looks at the whole return; rules that lack a column they need are not asked."""
    missing = frozenset(case.returned.missing)
    asked = [each for each in rules if missing.isdisjoint(each.needs)]
    of_row = [(each, each.check) for each in asked if each.per_row]
    if of_row:
        yield from ((each, hit) for row in case.row_cases() for each, look in of_row for hit in look(row))
    yield from ((each, hit) for each in asked if not each.per_row for hit in each.check(case))


def _finding(each: Rule, hit: Hit, agency: str, plan: Plan, trial: tuple[str, ...], on: date) -> Finding:
    """A hit as a finding; facts every sentence may use are added: sheet, cell, task and the value, shortened."""
    severity, blocks = hit.severity or each.severity, hit.blocks
    if each.code in trial and each.can_be_waived and severity in (Severity.ERROR, Severity.HOLD):
        severity, blocks = Severity.WARNING, ()
    facts = {"sheet": hit.sheet, "cell": hit.cell, "task": hit.task, "value": shorten(hit.value), **hit.facts}
    finding = Finding(each.code, severity, agency, hit.task, hit.sheet, hit.cell, hit.value, hit.column, facts, blocks)
    if not each.can_be_waived:
        return finding
    waiver = next((w for w in plan.waivers if _covers(w, finding, on)), None)
    return replace(finding, waived_by=waiver.by, blocks=()) if waiver else finding


def _covers(waiver: Waiver, finding: Finding, on: date) -> bool:
    return (
        waiver.rule == finding.code
        and waiver.agency in ("", finding.agency)
        and waiver.task in ("", finding.task)
        and on <= waiver.until
    )


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Refused by a file error, held by a hold, else accepted; with findings where anybody must look.

    What came before in the same words (F13) is a duplicate, whatever else was found in it again.
    """
    live = [finding for finding in findings if not finding.waived_by]
    if any(f.severity is Severity.ERROR and f.code.startswith("F") for f in live):
        return Verdict.REFUSED
    if any(f.severity is Severity.HOLD for f in live):
        return Verdict.HELD
    if any(f.code == "F13" for f in live):
        return Verdict.DUPLICATE
    return Verdict.ACCEPTED_WITH_FINDINGS if any(f.counts for f in live) else Verdict.ACCEPTED


def answers_of(case: Case, findings: Iterable[Finding]) -> tuple[Answer, ...]:
    """The usable answers of a return: recognised, filled rows of its own tasks and indicators, less what is blocked."""
    blocked: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.blocks and finding.cell:
            blocked[finding.sheet, finding.task].append(finding)
    rows = _answers(case.returned.rows, REPORT_TABLE, {c: a.role for c, a in case.expected.items()}, blocked)
    figures = _answers(
        case.returned.indicator_rows, INDICATOR_TABLE, dict.fromkeys(case.indicators, Role.LEAD), blocked
    )
    return (*rows, *figures)


def _answers(
    rows: Iterable[Row],
    table: TableKind,
    roles: Mapping[str, Role],
    blocked: Mapping[tuple[str, str], Iterable[Finding]],
) -> Iterator[Answer]:
    keys = frozenset(column.key for column in table.answered)
    for row in rows:
        if row.task is None or row.task not in roles or is_blank_row(row):
            continue
        used = _usable(row, keys, _blocked(row, blocked.get((row.sheet, row.task), ())))
        if not used:
            continue
        role = roles[row.task]
        is_whole = table is INDICATOR_TABLE or role is Role.COORDINATING or "status" in used
        cells = {key: row.cells[key].ref for key in used}
        yield Answer(table.key, row.task, role, row.sheet, row.number, used, cells, is_whole)


def _usable(row: Row, keys: Set[str], blocked: Set[str]) -> dict[str, Any]:
    return {
        key: cell.value
        for key, cell in row.cells.items()
        if cell.value is not None and key in keys and key not in blocked
    }


def _blocked(row: Row, findings: Iterable[Finding]) -> Set[str]:
    """Columns that findings on a task block in this row of it; a merged cell stands in a row above."""
    mine = (f for f in findings if _row_number(f.cell) == row.number or f.cell in {c.ref for c in row.cells.values()})
    return {key for finding in mine for key in finding.blocks}


def _row_number(ref: str) -> int:
    return int(ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)
