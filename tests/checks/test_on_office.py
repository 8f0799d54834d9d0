"""Rules on what the office sends, by example."""

from __future__ import annotations

import pytest

from tests.checks.copies import CLEAN, MONTHS, ON_COPY, CopyExample, MonthExample
from tests.support.cases import EFFECTIVE_DAY, PLAN
from tracker.checks import OFFICE_RULES, CopyCase, Gate, check_across, check_copy
from tracker.model import Severity


def _found(case: CopyCase) -> list[tuple[str, str]]:
    return [(finding.code, finding.cell) for finding in check_copy(case, PLAN, OFFICE_RULES, EFFECTIVE_DAY)]


def test_nothing_is_found_in_a_clean_copy() -> None:
    assert _found(CLEAN) == []


@pytest.mark.parametrize("example", ON_COPY, ids=lambda each: each.code)
def test_bad_copy_finds_exactly_its_code(example: CopyExample) -> None:
    assert _found(example.bad) == [(example.code, cell) for cell in example.cells]


@pytest.mark.parametrize("example", ON_COPY, ids=lambda each: each.code)
def test_good_copy_finds_nothing(example: CopyExample) -> None:
    assert _found(example.good) == []


def test_every_rule_on_copies_has_an_example() -> None:
    assert {each.code for each in ON_COPY} == {rule.code for rule in OFFICE_RULES if rule.gate is Gate.OFFICE}


def test_after_an_error_nothing_more_is_said() -> None:
    both = CopyCase(CLEAN.name, "ai@gmail.com", ON_COPY[3].bad.copy, is_from_office=False)
    assert _found(both) == [("O01", "")]


@pytest.mark.parametrize("example", MONTHS)
def test_a_confirmed_status_that_stands_against_the_report(example: MonthExample) -> None:
    (finding,) = check_across(example.bad, PLAN, OFFICE_RULES)
    assert (finding.code, finding.agency) == ("O08", "stc")
    assert check_across(example.good, PLAN, OFFICE_RULES) == ()


def test_a_status_on_a_helping_row_is_only_told() -> None:
    (finding,) = check_across(MONTHS[1].bad, PLAN, OFFICE_RULES)
    assert (finding.severity, finding.cell) == (Severity.INFO, "Y5")
