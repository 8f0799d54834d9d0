"""Measuring on a machine that others use too: in turns, again and again, and what counts is the median."""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any


def calm_collector() -> None:
    """Python's garbage collector as workers of the tracker set it; for everything that is measured alike."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def seconds(run: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Pair:
    """The same work done by the tracker and by something to compare it with, round by round, in seconds."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: a busy minute spoils one round, not the result."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a round."""
        ratios = [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)]
        return min(ratios), max(ratios)


def alternate(rounds: int, ours: Callable[[], float], theirs: Callable[[], float]) -> Pair:
    """Both in turns, the one that begins changing with every round; each returns the seconds it counts."""
    pairs = []
    for number in range(rounds):
        if number % 2:
            their_seconds = theirs()
            pairs.append((ours(), their_seconds))
        else:
            pairs.append((ours(), theirs()))
    return Pair(*(tuple(column) for column in zip(*pairs, strict=True)))


class Stages:
    """Where the time goes: seconds spent in named functions, looked at from outside."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def watching(self, *functions: tuple[Any, str, str]) -> Iterator[None]:
        """Counts the time of functions, each given as (where it is looked up, its name, the stage it is)."""
        found = [(place, name, getattr(place, name)) for place, name, _ in functions]
        for place, name, stage in functions:
            setattr(place, name, self._watched(getattr(place, name), stage))
        try:
            yield
        finally:
            for place, name, function in found:
                setattr(place, name, function)

    def _watched(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[stage] += time.perf_counter() - started

        return watched
