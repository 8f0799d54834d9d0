"""Whose return it is, and for which period: by the sealed identity, else by heading, tasks and sender."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.dates import Period
from tracker.model import Agency, Assignment, Plan, Returned
from tracker.vietnamese import fold

_YEAR_MONTH = re.compile(r"(20\d\d)-(\d\d)")
_MONTH_YEAR = re.compile(r"(?<!\d)(\d{1,2})\s*[/-]\s*(20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Claim:
    """`named`: the agency as the return names it; `period`: None where it cannot be told.

    `contradicted` is the head field ("agency", "period") that says otherwise than the seal; "": none does.
    """

    named: Agency | None
    period: Period | None
    contradicted: str = ""


def identify(
    returned: Returned, plan: Plan, senders: tuple[Agency, ...], effective_day: Callable[[Period], date]
) -> Claim:
    """What the return claims. The visible heading may name a predecessor of the sealed agency, not another body.

    A sender that writes for several agencies does not tell which of them it is.
    """
    identity = returned.identity
    sealed_period, shown_period = _period(identity.period), _period(_head_text(returned, "period"))
    period = sealed_period or shown_period
    shown = plan.agency_by_name.get(fold(_head_text(returned, "agency")))
    if identity.state in ("sealed", "altered") and (sealed := plan.agency_by_code.get(identity.agency)):
        if sealed_period and shown_period and sealed_period != shown_period:
            return Claim(sealed, period, "period")
        if shown is None or shown == sealed:
            return Claim(sealed, period)
        return Claim(shown, period) if _leads_to(plan, shown, sealed) else Claim(sealed, period, "agency")
    sender = senders[0] if len(senders) == 1 else None
    return Claim(shown or _by_tasks(returned, plan, effective_day(period) if period else None) or sender, period)


def _head_text(returned: Returned, key: str) -> str:
    cell = returned.head.get(key)
    return str(cell.value) if cell and cell.value is not None else ""


def _period(text: str) -> Period | None:
    if found := _YEAR_MONTH.search(text):
        year, month = int(found[1]), int(found[2])
    elif found := _MONTH_YEAR.search(text):
        year, month = int(found[2]), int(found[1])
    else:
        return None
    return Period(year, month) if 1 <= month <= 12 else None


def _leads_to(plan: Plan, former: Agency, later: Agency) -> bool:
    seen: set[str] = set()
    agency = former
    while agency.successor and agency.code not in seen:
        seen.add(agency.code)
        agency = plan.agency_by_code[agency.successor]
        if agency == later:
            return True
    return False


def _by_tasks(returned: Returned, plan: Plan, day: date | None) -> Agency | None:
    """The only agency that has all the tasks of the return; None where several have (districts share theirs)."""
    codes = {row.task for row in returned.rows if row.task}
    if not codes or not day:
        return None
    owned = _tasks_by_agency(plan.assignments(day))
    holders = [code for code, tasks in owned.items() if codes <= tasks]
    return plan.agency_by_code[holders[0]] if len(holders) == 1 else None


def _tasks_by_agency(assignments: tuple[Assignment, ...]) -> Mapping[str, set[str]]:
    owned: dict[str, set[str]] = {}
    for assignment in assignments:
        owned.setdefault(assignment.agency, set()).add(assignment.task)
    return owned
