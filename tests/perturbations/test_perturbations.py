"""Whatever is done to a form, each answer is read on its task, or a finding names what is not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.perturbations.__main__ import each_alone, main
from tests.perturbations.judge import Judged, Outcome, judge
from tests.perturbations.kinds import KINDS, perturbed, possible
from tests.perturbations.work import AGENCIES, TooShortError, Work
from tests.perturbations.writers import by_libreoffice, by_openpyxl, by_xlsxwriter
from tests.support.office import needs_libreoffice
from tests.support.returns import look

WRITERS = {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter}
_STOPPED = frozenset({"F05", "P01"})
"""Of a form with one task: its only row is gone."""


def assert_as_foreseen(name: str, work: Work, judged: Judged) -> None:
    """Told of by the codes of its kind only; not at all where it has none."""
    allowed = KINDS[name].codes | (_STOPPED if len(work.said.keys() | work.gone) == 1 else frozenset())
    assert judged.outcome < Outcome.LOST, judged.why
    assert judged.codes <= allowed
    assert judged.codes or judged.outcome is Outcome.EXACT


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", KINDS)
def test_each_alone(name: str, writer: str) -> None:
    """Every kind on the form of one agency or another; on the longest where theirs is too short."""
    place = list(KINDS).index(name) + list(WRITERS).index(writer)
    try:
        work = perturbed([name], AGENCIES[place % len(AGENCIES)])
    except TooShortError:
        work = perturbed([name], AGENCIES[0])
    assert_as_foreseen(name, work, judge(work, look(WRITERS[writer](work))))


@pytest.mark.long
@pytest.mark.parametrize("agency", AGENCIES)
def test_each_alone_by_every_agency(agency: str) -> None:
    for name, work in each_alone(agency).items():
        for write in WRITERS.values():
            assert_as_foreseen(name, work, judge(work, look(write(work))))


def test_there_are_many() -> None:
    assert len(KINDS) >= 100


def test_the_judge_would_notice() -> None:
    """A value on another task, and an answer that nobody tells of, are seen as what they are."""
    work = perturbed([], "skhcn")
    examined = look(by_openpyxl(work))
    assert judge(work, examined).outcome is Outcome.EXACT
    one, other = work.codes()[:2]
    work.said["report", one], work.said["report", other] = work.said["report", other], work.said["report", one]
    assert judge(work, examined).outcome is Outcome.WRONG
    work = perturbed([], "skhcn")
    work.said["report", one]["extension_to"] = "30/6/2025"
    assert judge(work, examined).outcome is Outcome.LOST


_NAMES = st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=7, unique=True)


def _assert_nothing_lost(names: list[str], agency: str, seed: int, writer: str) -> None:
    work = possible(names, agency, seed)
    judged = judge(work, look(WRITERS[writer](work)))
    assert judged.outcome < Outcome.LOST, judged.why


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(_NAMES, st.sampled_from(AGENCIES), st.integers(1, 99), st.sampled_from(sorted(WRITERS)))
def test_in_any_combination(names: list[str], agency: str, seed: int, writer: str) -> None:
    _assert_nothing_lost(names, agency, seed, writer)


@pytest.mark.long
@settings(max_examples=6000, suppress_health_check=[HealthCheck.too_slow])
@given(_NAMES, st.sampled_from(AGENCIES), st.integers(1, 99), st.sampled_from(sorted(WRITERS)))
def test_in_any_combination_for_long(names: list[str], agency: str, seed: int, writer: str) -> None:
    _assert_nothing_lost(names, agency, seed, writer)


@pytest.mark.long
def test_all_pairs() -> None:
    names = list(KINDS)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            _assert_nothing_lost([one, other], AGENCIES[number % len(AGENCIES)], number, "openpyxl")


@pytest.mark.libreoffice
@needs_libreoffice
def test_combinations_saved_by_libreoffice(tmp_path: Path) -> None:
    chance = random.Random(7)
    names = sorted(KINDS)
    works = [possible(chance.sample(names, chance.randint(2, 6)), chance.choice(AGENCIES)) for _ in range(6)]
    for files in by_libreoffice(works, tmp_path / "converted").values():
        for work, data in zip(works, files, strict=True):
            judged = judge(work, look(data))
            assert judged.outcome < Outcome.LOST, judged.why


@pytest.mark.long
@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("agency", AGENCIES)
def test_the_whole_table(agency: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main((agency,)) == 0, capsys.readouterr().out
