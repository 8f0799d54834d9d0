"""Codes, severities, sentences and the published table of rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checks.copies import MONTHS, ON_COPY
from tests.checks.examples import EXAMPLES
from tests.checks.months import ACROSS
from tests.support.cases import EFFECTIVE_DAY, PLAN, clean_case
from tracker.checks import OFFICE_RULES, RULES, check, check_across, check_copy
from tracker.checks.table import DOCUMENT, rule_table
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
from tracker.model import Finding
from tracker.texts import LANGUAGES, catalogue, placeholders, say

SEVERITIES = {
    "F": "EEEEEWHHHEIWIIWWEWIWHW",
    "R": "EEEEWEWWWEWWWEEWWIWIWE",
    "P": "EWEWWWWI",
    "I": "EWWWWW",
    "H": "WWWWWI",
    "A": "WWW",
    "O": "EEWWWIWW",
}
"""By the design, from 01 on."""


def _findings() -> Iterator[Finding]:
    for example in EXAMPLES:
        yield from check(example.bad(clean_case()), RULES)
    for across in ACROSS:
        yield from check_across(across.bad, PLAN, RULES)
    for copy in ON_COPY:
        yield from check_copy(copy.bad, PLAN, OFFICE_RULES, EFFECTIVE_DAY)
    for month in MONTHS:
        yield from check_across(month.bad, PLAN, OFFICE_RULES)


FOUND = tuple(_findings())
EVERY = (*RULES, *OFFICE_RULES)


def test_codes_are_unique_and_have_the_designed_severity() -> None:
    designed = {
        f"{letter}{number:02d}": severity
        for letter, line in SEVERITIES.items()
        for number, severity in enumerate(line, 1)
    }
    assert [rule.code for rule in EVERY] == list(designed)
    assert {rule.code: rule.severity.value for rule in EVERY} == designed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_sentence(language: str) -> None:
    sentences = {key.removeprefix("finding.") for key in catalogue(language) if key.startswith("finding.")}
    assert {rule.code for rule in EVERY} <= sentences
    assert {name.partition("_")[0] for name in sentences} <= {rule.code for rule in EVERY}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_use_only_facts_the_rules_give(language: str) -> None:
    for finding in FOUND:
        assert placeholders(catalogue(language)[f"finding.{finding.code}"]) <= finding.facts.keys(), finding.code


def test_sentences_are_single_and_complete() -> None:
    for rule in EVERY:
        sentence = catalogue()[f"finding.{rule.code}"]
        assert sentence[0].isupper(), rule.code
        assert sentence.endswith("."), rule.code
        assert ". " not in sentence, rule.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_can_be_said(language: str) -> None:
    for finding in FOUND:
        text = say(f"finding.{finding.code}", language, **finding.facts)
        assert "{" not in text
        assert "None" not in text


def test_columns_rules_need_exist() -> None:
    keys = {column.key for table in (REPORT_TABLE, INDICATOR_TABLE) for column in table.columns}
    assert {key for rule in EVERY for key in rule.needs} <= keys


def test_facts_are_plain_values() -> None:
    """They go into the ledger as they are."""
    allowed = {"str", "int", "float", "bool", "date", "tuple", "NoneType"}
    assert {type(value).__name__ for finding in FOUND for value in finding.facts.values()} <= allowed


def test_published_table_is_fresh() -> None:
    """Write it again with `python -m tracker.checks.table`."""
    document = Path(__file__).parents[2] / DOCUMENT
    assert document.read_text("utf-8") == rule_table()


def test_table_has_a_line_for_every_rule() -> None:
    lines = [line for line in rule_table().splitlines() if line.startswith("| ")]
    assert len(lines) == len(EVERY) + 2
    assert all(line.count(" | ") == 4 for line in lines)
