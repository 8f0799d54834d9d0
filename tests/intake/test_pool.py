"""Workers: a death, a time-out, a greedy task are the outcome of that item only; its neighbours are served."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from tracker.intake.pool import Died, WorkerLimits, run_guarded

_greeting = ""
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
    if name == "eats":
        return str(len(bytearray(900 * 1024**2)))
    if name == "raises":
        raise LookupError("a bug of ours")
    return f"{_greeting} {name}"


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
