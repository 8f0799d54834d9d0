"""Every rule is broken in three ways at least and found each time where it is; nothing is found in clean forms."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mutations.__main__ import LEAST
from tests.mutations.clean import Filling, clean_forms, complaints
from tests.mutations.through_ledger import THROUGH_LEDGER, LedgerWay
from tests.mutations.way import Way, told
from tests.mutations.ways import WAYS, by_code
from tests.plan.test_properties import plans
from tests.support.cases import EFFECTIVE_DAY
from tests.support.returns import REAL
from tests.support.workspace import COLLECTING, Place, copied, in_this_process, lay_ready
from tracker.checks import RULES
from tracker.model import Plan


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lay_ready(tmp_path_factory.mktemp("ready"))


def test_every_rule_is_broken_in_three_ways() -> None:
    ways = by_code()
    assert {rule.code for rule in RULES} == ways.keys()
    assert {code: len(mine) for code, mine in ways.items() if len({way.name for way in mine}) < LEAST} == {}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way.code} {way.name}")
def test_found_where_it_is(way: Way) -> None:
    assert way.missed() == ""


@pytest.mark.parametrize("way", THROUGH_LEDGER, ids=lambda way: f"{way.code} {way.name}")
def test_found_beside_other_returns(
    way: LedgerWay, ready: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    assert way.missed(copied(ready, tmp_path / "home")) == ""


def test_a_way_that_breaks_nothing_is_seen() -> None:
    assert told("R01", "nothing").missed() != ""


@pytest.mark.parametrize("number", range(8))
def test_nothing_is_found_in_clean_forms(number: int) -> None:
    """200 of the real plan, in eight lots."""
    assert [found for filling in clean_forms(REAL, 25, seed=number) if (found := complaints(filling))] == []


def _assert_clean(plan: Plan, seed: int) -> None:
    for agency in plan.reporting_agencies(EFFECTIVE_DAY):
        assert complaints(Filling(plan, agency, random.Random(seed))) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(plans(), st.integers(1, 99))
def test_nothing_is_found_in_clean_forms_of_any_plan(plan: Plan, seed: int) -> None:
    _assert_clean(plan, seed)


@pytest.mark.long
@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(plans(), st.integers(1, 9999))
def test_nothing_is_found_in_clean_forms_of_any_plan_for_long(plan: Plan, seed: int) -> None:
    _assert_clean(plan, seed)
