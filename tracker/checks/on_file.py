"""The return as a whole: can it be opened, is it our form, whose is it, of which period, how did it come.

F01 to F05 belong to gate OPEN: where one of them bites there is nothing to check, and nothing else is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tracker.checks.case import Case
from tracker.checks.rule import Gate, Hit, rule, shorten
from tracker.columns import FORM_VERSION, HEAD, INDICATOR_TABLE, REPORT_TABLE
from tracker.dates import Period
from tracker.model import Grade, Replaced, Returned, Row, Severity
from tracker.texts import word

_LABELS = {field.key: field.label for field in HEAD}
_LABELS |= {c.key: c.heading for table in (INDICATOR_TABLE, REPORT_TABLE) for c in table.columns}
_TABLES = {table.key: table for table in (REPORT_TABLE, INDICATOR_TABLE)}
_SHOWN_TASKS, _SHOWN_CHARS = 5, 60
_ONLY_INDICATORS = INDICATOR_TABLE.by_key.keys() - REPORT_TABLE.by_key.keys()


def _stopped_by_guard(case: Case, problem: str) -> Iterator[Hit]:
    if case.gate_problem == problem:
        yield Hit(facts={**case.gate_facts, "name": case.arrival.name})


@rule("F01", Severity.ERROR, gate=Gate.OPEN, can_be_waived=False)
def is_not_spreadsheet(case: Case) -> Iterable[Hit]:
    return _stopped_by_guard(case, "not_spreadsheet")


@rule("F02", Severity.ERROR, gate=Gate.OPEN, can_be_waived=False)
def is_damaged(case: Case) -> Iterable[Hit]:
    return _stopped_by_guard(case, "damaged")


@rule("F03", Severity.ERROR, gate=Gate.OPEN, can_be_waived=False)
def has_password(case: Case) -> Iterable[Hit]:
    return _stopped_by_guard(case, "password")


@rule("F04", Severity.ERROR, gate=Gate.OPEN, can_be_waived=False)
def is_too_large(case: Case) -> Iterable[Hit]:
    """Too large, too slow, or a bomb."""
    return _stopped_by_guard(case, "too_large")


@rule("F05", Severity.ERROR, gate=Gate.OPEN, can_be_waived=False)
def is_not_our_form(case: Case) -> Iterator[Hit]:
    """No task of the plan is recognised, or nothing tells whose return it is."""
    if not case.gate_problem and (case.agency is None or not case.recognised_count):
        agency = case.agency.name if case.agency else ""
        yield Hit(
            case.returned.sheet,
            facts={"name": case.arrival.name, "agency": agency, "count": case.recognised_count},
        )


@rule("F06", Severity.WARNING)
def identity_is_missing(case: Case) -> Iterator[Hit]:
    """Recognised by content only; a form sealed by another workspace's key counts as such."""
    if case.returned.identity.state in ("missing", "foreign"):
        yield case.head_hit("agency", agency=_agency(case), period=_period(case))


@rule("F07", Severity.HOLD)
def identity_is_altered(case: Case) -> Iterator[Hit]:
    identity = case.returned.identity
    if identity.state == "altered":
        place = "period" if identity.problem == "period" else "agency"
        yield case.head_hit(place, agency=_agency(case), period=_period(case))


@rule("F08", Severity.HOLD)
def sender_is_unknown(case: Case) -> Iterator[Hit]:
    """A mail from an address that is registered for nobody, or that did not send it; the drop folder has no sender."""
    if case.arrival.sender is not None and case.sender_agency is None:
        facts = {"sender": case.arrival.sender, "agency": _agency(case)}
        yield Hit(facts={**facts, "variant": "forged"} if case.arrival.grade is Grade.FORGED else facts)


@rule("F09", Severity.HOLD)
def sender_is_another_agency(case: Case) -> Iterator[Hit]:
    if case.sender_agency and case.sender_agency not in (case.agency, case.named_agency):
        yield Hit(
            facts={
                "sender": case.arrival.sender or "",
                "sender_agency": case.sender_agency.name,
                "agency": _agency(case),
            }
        )


@rule("F10", Severity.ERROR, can_be_waived=False)
def period_is_not_open(case: Case) -> Iterator[Hit]:
    """No period can be told, no form of it ever went out, or it is closed."""
    if case.period is None or case.period_state in ("unknown", "closed"):
        variant = "closed" if case.period_state == "closed" else "" if case.period else "unread"
        yield case.head_hit("period", period=_period(case), variant=variant)


@rule("F11", Severity.INFO)
def period_is_coming(case: Case) -> Iterator[Hit]:
    if case.period_state == "coming":
        yield case.head_hit("period", period=_period(case))


@rule("F12", Severity.WARNING)
def form_is_old(case: Case) -> Iterator[Hit]:
    """An earlier version of the form; its missing columns are not missed."""
    identity = case.returned.identity
    if identity.state == "sealed" and identity.version < FORM_VERSION:
        yield Hit(case.returned.sheet, facts={"version": identity.version, "current": FORM_VERSION})


@rule("F13", Severity.INFO)
def came_before(case: Case) -> Iterator[Hit]:
    """The same bytes, or other bytes with the same cells."""
    beside = case.beside
    if beside.seen:
        facts = {"name": case.arrival.name, "seen": beside.seen, "first": beside.first, "newer": beside.outdone_by}
        yield Hit(facts={**facts, "variant": "outdone"} if beside.outdone_by else facts)


@rule("F14", Severity.INFO)
def is_older_than_taken(case: Case) -> Iterator[Hit]:
    """Received before another one that is taken already: used only on tasks of which that says nothing."""
    beside = case.beside
    if beside.newer:
        facts = {"name": case.arrival.name, "newer": beside.newer, "kept": beside.kept, "count": len(beside.kept)}
        yield Hit(facts={**facts, "agency": _agency(case)})


@rule("F15", Severity.WARNING)
def is_late(case: Case) -> Iterator[Hit]:
    if case.is_late and case.period_state == "open":
        yield Hit(
            facts={"period": _period(case), "due": case.effective_day, "received": case.received_on},
        )


@rule("F16", Severity.WARNING)
def has_active_content(case: Case) -> Iterator[Hit]:
    """Macros or links to other files; neither is ever followed."""
    returned = case.returned
    if returned.has_macros or returned.has_external_links:
        yield Hit(
            facts={
                "name": case.arrival.name,
                "macros": returned.has_macros,
                "links": returned.has_external_links,
            }
        )


@rule("F17", Severity.ERROR)
def heading_is_not_found_once(case: Case) -> Iterator[Hit]:
    """A heading that is not there, or stands twice with both columns filled; two filled tables that differ.

    A filled table of another month beside this month's is only told of: it is not read.
    """
    returned = case.returned
    counts = {**dict.fromkeys(returned.missing, 0), **dict.fromkeys(returned.doubled, 2)}
    for key, count in counts.items():
        facts = {"column": _LABELS.get(key, key), "count": count}
        yield Hit(_sheet_of(returned, key), column=key, facts=facts)
    for sheet, other in returned.doubled_sheets:
        yield Hit(sheet, facts={"variant": "sheets", "other": other, "column": "", "count": 2})
    for sheet, month in returned.other_months:
        facts = {"variant": "other_month", "other": Period.parse(month).label, "period": _period(case)}
        yield Hit(sheet, facts={**facts, "column": "", "count": 1}, severity=Severity.WARNING)


@rule("F18", Severity.WARNING)
def nil_return_has_answers(case: Case) -> Iterator[Hit]:
    """Không phát sinh, and yet rows are filled; they are used."""
    if case.is_nil and case.filled_rows:
        yield case.head_hit("nil", count=len(case.filled_rows))


@rule("F19", Severity.INFO)
def agency_has_successor(case: Case) -> Iterator[Hit]:
    """The form names an agency that was merged; its successor answers."""
    if case.named_agency and case.agency and case.named_agency != case.agency:
        yield case.head_hit("agency", former=case.named_agency.name, agency=_agency(case))


@rule("F20", Severity.WARNING)
def replaces_an_answer(case: Case) -> Iterator[Hit]:
    """Other values on tasks answered before: another person's, task by task; her own correction, in one line."""
    own = [each for each in case.beside.replaced if not each.is_other_person]
    for each in case.beside.replaced:
        if each.is_other_person:
            key, _, now = each.changes[0]
            facts: dict[str, Any] = {"changes": _changes(each), "file": each.file, "by": each.by}
            yield Hit(each.sheet, each.cell, _shown(each, key, now), each.task, key, facts)
    if own:
        changes = tuple(f"{each.task}: {_changes(each)}" for each in own[:_SHOWN_TASKS])
        facts = {
            "tasks": tuple(each.task for each in own),
            "count": len(own),
            "changes": "; ".join(changes if len(own) <= _SHOWN_TASKS else (*changes, "…")),
            "file": tuple(dict.fromkeys(each.file for each in own)),
            "by": own[0].by,
        }
        yield Hit(facts=facts, severity=Severity.INFO)


@rule("F21", Severity.HOLD)
def agency_has_ended(case: Case) -> Iterator[Hit]:
    """An agency that was ended or divided, without one successor in the plan: whose answers these are, nobody knows."""
    agency = case.agency
    if agency and agency.valid_to and agency.valid_to < case.effective_day and not case.expected:
        yield case.head_hit("agency", agency=agency.name, ended=agency.valid_to)


@rule("F22", Severity.WARNING)
def readers_differ(case: Case) -> Iterator[Hit]:
    """A damaged or unusual file of which two reading programs make different values."""
    tasks = {(row.sheet, cell.ref): row.task for row in _rows(case.returned) for cell in row.cells.values()}
    for each in case.returned.disputed:
        task = tasks.get((each.sheet, each.cell)) or ""
        yield Hit(each.sheet, each.cell, each.value, task, facts={"other": shorten(each.other)})


def _rows(returned: Returned) -> tuple[Row, ...]:
    """All rows; asked for only where something is disputed."""
    return (*returned.rows, *returned.indicator_rows) if returned.disputed else ()


def _changes(each: Replaced) -> str:
    """ "Trạng thái: Đang thực hiện → Hoàn thành; …": headings of the form, values as people read them."""
    columns = _TABLES[each.table].by_key
    parts = (
        f"{columns[key].heading}: {_quoted(_shown(each, key, before))} → {_quoted(_shown(each, key, now))}"
        for key, before, now in each.changes
    )
    return ", ".join(parts)


def _quoted(text: str) -> str:
    return word(text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…")


def _shown(each: Replaced, key: str, value: Any) -> str:
    return _TABLES[each.table].by_key[key].kind.show(value)


def _sheet_of(returned: Returned, key: str) -> str:
    """The sheet whose heading it is: what only Chỉ tiêu has stands there."""
    return returned.indicator_rows[0].sheet if key in _ONLY_INDICATORS and returned.indicator_rows else returned.sheet


def _agency(case: Case) -> str:
    return case.agency.name if case.agency else ""


def _period(case: Case) -> str:
    return case.period.label if case.period else ""
