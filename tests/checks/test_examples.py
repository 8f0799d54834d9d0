"""Every rule by example: the bad one finds exactly its code at exactly its cells, the good one nothing."""

from __future__ import annotations

import pytest

from tests.checks.examples import EXAMPLES, Example
from tests.support.cases import clean_case
from tracker.checks import RULES, Case, Gate, check


def _found(case: Case) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.cell) for finding in check(case, RULES))


def _name(example: Example) -> str:
    return f"{example.code}-{EXAMPLES.index(example)}"


def test_nothing_is_found_in_a_clean_return() -> None:
    assert _found(clean_case()) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_bad_example_finds_exactly_its_code(example: Example) -> None:
    assert _found(example.bad(clean_case())) == sorted((example.code, cell) for cell in example.cells)


@pytest.mark.parametrize("example", EXAMPLES, ids=_name)
def test_good_example_finds_nothing(example: Example) -> None:
    assert _found(example.good(clean_case())) == []


def test_every_rule_of_a_return_has_an_example() -> None:
    assert {example.code for example in EXAMPLES} == {rule.code for rule in RULES if rule.gate is not Gate.ACROSS}
