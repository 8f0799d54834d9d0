"""Opens a period: one form per agency with an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.actions.journal import note
from tracker.actions.office import Office
from tracker.dates import Period
from tracker.forms.build import build_form
from tracker.forms.order import FormOrder
from tracker.intake.archive import write_whole
from tracker.ledger import queries, store
from tracker.model import Agency, Past
from tracker.texts import say


def write_forms(office: Office, period: Period, dry_run: bool = False) -> list[dict[str, Any]]:
    """Writes the forms of a period; a form that is already there and would be the same is left as it is.

    One entry per agency: {"agency", "name", "file", "tasks", "written"}.
    """
    past = office.past(period)
    day = office.effective_day(period)
    made = []
    for agency in office.plan.reporting_agencies(day):
        data = build_form(order(office, period, agency, past), office.key)
        path = office.workspace.form(str(period), agency.code)
        is_new = not path.exists() or path.read_bytes() != data
        if is_new and not dry_run:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        made.append(
            {
                "agency": agency.code,
                "name": agency.name,
                "file": str(path.relative_to(office.workspace.home)),
                "tasks": len(office.plan.of_agency(agency.code, day)),
                "written": is_new and not dry_run,
            }
        )
    if not dry_run and str(period) not in queries.opened_periods(office.engine):
        note(office, f"{period}/opened.json", {"event": "opened", "period": str(period)})
        store.open_period(office.engine, str(period), office.now)
    return made


Filled = Mapping[str, Mapping[str, Any]]
"""Values to write into the agency's cells, by code and column key."""


def order(
    office: Office,
    period: Period,
    agency: Agency,
    past: Mapping[tuple[str, str, str], Past],
    filled: Filled | None = None,
    filled_indicators: Filled | None = None,
) -> FormOrder:
    """What a form of an agency is made of."""
    mine: dict[str, dict[str, Past]] = {"report": {}, "indicator": {}}
    for (table, code, task), each in past.items():
        if code == agency.code:
            mine[table][task] = each
    return FormOrder(
        plan=office.plan,
        agency=agency,
        period=period,
        effective_day=office.effective_day(period),
        deadline_label=say("form.due_by", day=office.effective_day(period)),
        past=mine["report"],
        past_indicators=mine["indicator"],
        filled=filled or {},
        filled_indicators=filled_indicators or {},
    )
