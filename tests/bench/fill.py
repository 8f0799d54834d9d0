"""Filled forms without a spreadsheet program: the builder writes the answers where an officer would type them.

What they say is drawn from the stories of the demo with one seed, so that two runs measure the same bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from tests.bench.plans import DAY, original
from tracker.dates import Period
from tracker.demo.officer import stories
from tracker.forms.build import build_form
from tracker.forms.order import FormOrder
from tracker.model import Agency, Assignment, Indicator, Plan, Role

PERIOD = Period(DAY.year, DAY.month)
_SEED = 57


def filled_forms(plan: Plan, key: bytes) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of the whole return of every agency that reports."""
    for agency in plan.reporting_agencies(DAY):
        yield f"{PERIOD}_{agency.code}.xlsx", build_form(_order(plan, agency), key)


def _order(plan: Plan, agency: Agency) -> FormOrder:
    chance = random.Random(f"{_SEED}|{agency.code}")
    people = {"person": chance.choice(stories()["people"]), "accountable": chance.choice(stories()["heads"])}
    indicators = dict.fromkeys(plan.indicators_of(agency.code, DAY))
    return FormOrder(
        plan,
        agency,
        PERIOD,
        DAY,
        f"{DAY:%d/%m/%Y}",
        filled={each.task: _answers(each, people, chance) for each in plan.of_agency(agency.code, DAY)},
        filled_indicators={each.code: _figures(each, chance) for each in indicators},
        head={"prepared_by": people["person"], "approved_by": people["accountable"], "phone": "0220 3853 000"},
    )


def _answers(assignment: Assignment, people: Mapping[str, str], chance: random.Random) -> dict[str, Any]:
    is_lead = assignment.role is Role.LEAD
    story = chance.choice(stories()[original(assignment.task) if is_lead else "helper"])
    facts = {"n": chance.randint(15, 480), "k": chance.randint(6, 24), "mark": "BM"}
    told = {key: value.format(**facts) if isinstance(value, str) else value for key, value in story.items()}
    return {**told, **people} if is_lead else told


def _figures(indicator: Indicator, chance: random.Random) -> dict[str, Any]:
    whole = chance.randint(400, 9000)
    part = round(whole * min(100, chance.gauss(indicator.target, 6)) / 100)
    return {
        "numerator": part,
        "denominator": whole,
        "value": round(100 * part / whole, 1),
        "basis": "Hệ thống của tỉnh",
    }
