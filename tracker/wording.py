"""Findings in words: one sentence each, from the catalogue, with the facts every sentence may use."""

from __future__ import annotations

from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.model import Finding, RemarkColumn
from tracker.remarks import heading_of
from tracker.texts import catalogue, say

HEADINGS: dict[str, str] = {c.key: c.heading for table in (INDICATOR_TABLE, REPORT_TABLE) for c in table.columns}
HEADINGS |= {column.value: heading_of(column) for column in RemarkColumn}
"""Headings of all columns by key, the office's own too; where both tables of a form have a key, that of Báo cáo."""


_PLACES = ("mark.place_task", "mark.place_line", "mark.place_indicator", "mark.place_sheet", "mark.place_cell")


def sentence(finding: Finding, agency_name: str, language: str = "vi") -> str:
    """Where, what was found, what is expected, what to do. The rule's own facts win over the common ones.

    A rule that bites with another severity than its own may have a second sentence, `finding.<code>_<severity>`; one
    that bites for different reasons names the sentence in its facts: "variant" gives `finding.<code>_<variant>`.
    """
    key = f"finding.{finding.code}"
    special = (f"{key}_{name}" for name in (finding.facts.get("variant"), finding.severity.value))
    said = next((each for each in special if each in catalogue(language)), key)
    common = {
        "agency": agency_name,
        "task": finding.task,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "value": finding.value,
        "column": HEADINGS.get(finding.column, finding.column),
    }
    return say(said, language, **{**common, **finding.facts})


def in_parts(finding: Finding, agency_name: str, language: str = "vi") -> tuple[str, str]:
    """The sentence without its place, in two: what was found, and what to do ("" where it does not say)."""
    text = sentence(finding, agency_name, language)
    for key in _PLACES:
        text = text.removeprefix(say(key, language, task=finding.task, cell=finding.cell, sheet=finding.sheet))
    found, _, todo = text.lstrip(",: ").rpartition("; ")
    return (_capital(found), _capital(todo)) if found else (_capital(todo), "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
