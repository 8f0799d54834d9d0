"""Workers: a death, a time-out, a greedy task are the outcome of that item only; its neighbours are served."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracker.intake.pool import Died, WorkerLimits, run_guarded

_greeting = ""
_kept: list[bytearray] = []
SECONDS = 2.0
LIMITS = WorkerLimits(SECONDS, 400, 1)


def greet(greeting: str) -> None:
    global _greeting
    _greeting = greeting


def task(name: str) -> str:
    """Runs in a worker; what it does is in its name."""
    if name == "dies":
        os.abort()
    if name == "leaves":
        os._exit(3)
    if name == "hangs":
        time.sleep(60)
    if name == "spins":
        _compute(60)
    if name == "waits":
        time.sleep(SECONDS * 1.5)
    if name == "eats":
        return str(len(bytearray(900 * 1024**2)))
    if name == "swells":
        return _swell()
    if name == "cannot be sent":
        return lambda: "nobody can pickle this"  # type: ignore[return-value]
    if name == "panics":
        raise BaseExceptionGroup("as a Rust reader does", [KeyboardInterrupt()])
    if name.startswith("dies once"):
        return _die_once(Path(name.partition(":")[2]))
    if name == "raises":
        raise LookupError("a bug of ours")
    return f"{_greeting} {name}"


def _swell() -> str:
    """Leaves no memory behind for the next file."""
    try:
        while True:
            _kept.append(bytearray(4 * 1024**2))
    except MemoryError:
        return "swollen"


def _compute(seconds: float) -> None:
    ends_at = time.process_time() + seconds
    while time.process_time() < ends_at:
        sum(range(100_000))


def _die_once(trace: Path) -> str:
    if trace.exists():
        return "alive"
    trace.touch()
    os.abort()


def test_each_item_has_its_own_fate() -> None:
    items = ["An", "dies", "Bình", "hangs", "Chi", "eats", "Dũng", "leaves", "Em"]
    started = time.perf_counter()
    found = dict(run_guarded(task, items, LIMITS, greet, ("Chào",)))
    assert list(found) == items, "in the order they came"
    assert {name: found[name] for name in ("An", "Bình", "Chi", "Dũng", "Em")} == {
        name: f"Chào {name}" for name in ("An", "Bình", "Chi", "Dũng", "Em")
    }
    assert found["dies"] == Died("crash")
    assert found["leaves"] == Died("crash")
    assert found["hangs"] == Died("timeout")
    assert found["eats"] == Died("memory")
    assert time.perf_counter() - started < 30


@pytest.mark.skipif(os.name == "nt", reason="Windows does not count a process's computing time for us")
def test_a_busy_machine_makes_no_file_slow() -> None:
    """What counts is computing time: one that only waited is served, one that computes too long is ended for it."""
    started = time.perf_counter()
    found = dict(run_guarded(task, ["waits", "spins", "Bình"], LIMITS, greet, ("Chào",)))
    assert found == {"waits": "Chào waits", "spins": Died("timeout"), "Bình": "Chào Bình"}
    assert time.perf_counter() - started < 30


def test_items_are_drawn_as_they_are_needed() -> None:
    """A folder of large files is never held in memory at once."""
    drawn = []

    def source() -> Iterator[str]:
        for number in range(1000):
            drawn.append(number)
            yield str(number)

    outcomes = run_guarded(task, source(), LIMITS, greet, ("",))
    next(outcomes)
    assert len(drawn) < 30
    outcomes.close()  # type: ignore[attr-defined]


def test_nothing_to_do() -> None:
    assert list(run_guarded(task, [], LIMITS, greet, ("",))) == []


def test_a_bug_of_ours_is_named_as_such_and_costs_the_others_nothing() -> None:
    found = dict(run_guarded(task, ["raises", "good"], LIMITS, greet, ("",)))
    assert found["raises"] == Died("error", "LookupError: a bug of ours")
    assert not isinstance(found["good"], Died)


def test_no_file_answers_for_its_neighbour() -> None:
    """A file that leaves its worker without memory; the next ones are larger than what is left."""
    items = ["An", "swells", *["x" * 12 * 1024**2] * 3, "swells", "Bình"]
    outcomes = [outcome for _, outcome in run_guarded(task, items, LIMITS, greet, ("Chào",))]
    assert outcomes[:2] == ["Chào An", "swollen"]
    assert [str(outcome)[:6] for outcome in outcomes[2:5]] == ["Chào x"] * 3
    assert outcomes[5:] == ["swollen", "Chào Bình"]


def test_a_death_counts_when_a_fresh_worker_dies_too(tmp_path: Path) -> None:
    """Killed by the system for want of memory, say: it was not the file."""
    once = f"dies once:{tmp_path / 'trace'}"
    found = dict(run_guarded(task, [once, "dies", "An"], LIMITS, greet, ("Chào",)))
    assert found == {once: "alive", "dies": Died("crash"), "An": "Chào An"}


def test_what_cannot_come_back() -> None:
    found = dict(run_guarded(task, ["cannot be sent", "panics", "An"], LIMITS, greet, ("Chào",)))
    assert isinstance(found["cannot be sent"], Died)
    assert found["cannot be sent"].why == "error"
    assert found["panics"] == Died("crash")
    assert found["An"] == "Chào An"


def refuse(greeting: str) -> None:
    raise LookupError(greeting)


def test_workers_that_cannot_be_started() -> None:
    outcomes = list(run_guarded(task, ["An", "Bình"], LIMITS, refuse, ("Chào",)))
    assert [outcome.why for _, outcome in outcomes if isinstance(outcome, Died)] == ["error", "error"]
