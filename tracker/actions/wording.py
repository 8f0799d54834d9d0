"""Findings in words."""

from __future__ import annotations

from typing import Any

from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.model import Finding, Plan
from tracker.texts import say


def sentence(plan: Plan, finding: Finding, language: str = "vi") -> str:
    """The finding's sentence: where, what was found, what is expected, what to do."""
    return say(f"finding.{finding.code}", language, **{**_standard_facts(plan, finding), **finding.facts})


def _standard_facts(plan: Plan, finding: Finding) -> dict[str, Any]:
    """Facts every sentence may use; the rule's own win."""
    agency = plan.agency_by_code.get(finding.agency)
    table = INDICATOR_TABLE if finding.task in plan.indicator_by_code else REPORT_TABLE
    column = table.by_key.get(finding.column)
    return {
        "agency": agency.name if agency else finding.agency,
        "task": finding.task,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "value": finding.value,
        "column": column.heading if column else finding.column,
    }
