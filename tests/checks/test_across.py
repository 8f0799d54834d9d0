"""Rules across returns, by example."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.months import ACROSS, AcrossExample
from tests.support.cases import EFFECTIVE_DAY, PLAN
from tracker.checks import RULES, Gate, check_across
from tracker.model import Month, Severity, Waiver


def _found(month: Month) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.agency) for finding in check_across(month, PLAN, RULES))


@pytest.mark.parametrize("example", ACROSS, ids=lambda each: each.code)
def test_bad_month_finds_exactly_its_code(example: AcrossExample) -> None:
    assert _found(example.bad) == sorted((example.code, agency) for agency in example.agencies)


@pytest.mark.parametrize("example", ACROSS, ids=lambda each: each.code)
def test_good_month_finds_nothing(example: AcrossExample) -> None:
    assert _found(example.good) == []


def test_every_rule_across_has_an_example() -> None:
    assert {example.code for example in ACROSS} == {rule.code for rule in RULES if rule.gate is Gate.ACROSS}


def test_finding_leads_to_the_cell_of_the_answer() -> None:
    (finding,) = check_across(ACROSS[0].bad, PLAN, RULES)
    assert (finding.task, finding.sheet, finding.cell, finding.column) == ("27TB-5", "Báo cáo", "G12", "status")
    assert (finding.severity, finding.blocks) == (Severity.WARNING, ())


def test_waiver_holds_across_returns() -> None:
    waiver = Waiver("A01", "skhcn", "27TB-5", "Chánh Văn phòng", "Đã thống nhất", EFFECTIVE_DAY)
    plan = replace(PLAN, waivers=(waiver,))
    (finding,) = check_across(ACROSS[0].bad, plan, RULES)
    assert finding.waived_by == "Chánh Văn phòng"
