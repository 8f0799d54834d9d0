"""Whatever bytes come, there is one verdict with a name; mutated forms in workers, shortly and for long."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hostile.fuzz import Campaign, bases, campaign, fault_of, fuzzed, set_up
from tests.hostile.mutate import mutated
from tests.hostile.trial import DESK
from tests.support.returns import look
from tracker.intake.pool import WorkerLimits, run_guarded

_STARTS = (
    b"",
    b"PK\3\4",
    b"PK\5\6",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<?xml",
    b"\xff\xfe<\x00",
    b"%PDF",
    b"\x09\x08",
)
_SHORT = 400


@given(st.sampled_from(_STARTS), st.binary(max_size=600), st.integers(0, 3))
def test_any_bytes_have_a_verdict_with_a_name(start: bytes, data: bytes, times: int) -> None:
    assert fault_of(look(start + data + b"\x00" * 400 * times, DESK)) == ""


def test_a_number_names_its_file() -> None:
    files = bases(with_libreoffice=False)
    assert [mutated(files, seed) for seed in range(40)] == [mutated(files, seed) for seed in range(40)]
    assert len({mutated(files, seed)[1] for seed in range(40)}) > 30


def test_any_mutated_form_has_a_verdict_with_a_name() -> None:
    """In a worker: some of these kill a reader, and that is a finding too."""
    found = Campaign()
    arguments = (DESK, bases(with_libreoffice=False))
    for seed, outcome in run_guarded(fuzzed, range(_SHORT), WorkerLimits(20, 1024, 2), set_up, arguments):
        found.add(seed, outcome)
    assert found.faults == []
    assert found.ends.total() == _SHORT
    assert len(found.ends) > 5, "mutations reach the reader and the checks"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """Prints what a campaign found even when it passes."""
    yield capsys


@pytest.mark.long
def test_fuzzing_for_long(told: pytest.CaptureFixture[str]) -> None:
    seconds = float(os.environ.get("FUZZ_SECONDS", "600"))
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    found = campaign(seconds, seed, bases())
    with told.disabled():
        print(f"\nfuzzing from number {seed}:", *found.lines(), sep="\n")
    assert found.faults == []
    assert max((seconds for seconds, _ in found.slow), default=0.0) <= 20
