"""Fuzzing: mutated files through `examine` in guarded workers, until the time is over.

`python -m tests.hostile.fuzz --seconds 300 --seed 7` prints what became of them; `--only N --write FILE` makes the
file of one number again. A number names its file as long as the bases are the same
(without LibreOffice there are fewer).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from shutil import which

from tests.hostile.kinds import form_of
from tests.hostile.mutate import Base, mutated
from tests.hostile.ods import ods_of
from tests.hostile.trial import DESK
from tests.hostile.xls import xls_of
from tests.hostile.xlsb import xlsb_of
from tests.support.office import soffice_convert
from tests.support.peak import forget_peak, peak_megabytes
from tests.support.returns import RECEIVED
from tracker.examine import Desk, prepare, work
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.model import Arrival, Examined, Verdict

LIMITS = WorkerLimits(20, 1024, 0)
_SLOW = 5.0

_bases: tuple[Base, ...] = ()


@lru_cache
def bases(with_libreoffice: bool = True) -> tuple[Base, ...]:
    """Forms in every format, by our own writers and, where it is installed, by LibreOffice."""
    form, other = form_of("hth", 1), form_of("stp", 2)
    own = [Base("xlsx", form), Base("xlsx", other), Base("xls", xls_of(form)), Base("ods", ods_of(form))]
    own.append(Base("xlsb", xlsb_of(form)))
    if with_libreoffice and which("soffice"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "form.xlsx"
            path.write_bytes(form)
            for ending in ("xlsx", "xls", "ods"):
                made = soffice_convert(path, ending, Path(folder) / ending)
                own.append(Base(f"{ending} of LibreOffice", made.read_bytes()))
    return tuple(own)


def set_up(desk: Desk, files: tuple[Base, ...]) -> None:
    """Sets up a worker."""
    global _bases
    prepare(desk)
    _bases = files


def fuzzed(seed: int) -> tuple[str, float, float]:
    """(end, seconds, megabytes) of one number; ends that may not be begin with "!"."""
    what, data = mutated(_bases, seed)
    forget_peak()
    started = time.perf_counter()
    examined = work((data, Arrival(f"{seed}.xlsx", RECEIVED)))
    return _end(examined, what), time.perf_counter() - started, peak_megabytes()


def fault_of(examined: Examined) -> str:
    """What is wrong with a result as such; "" for one of the allowed ends."""
    if examined.verdict not in Verdict:
        return "no verdict"
    is_quiet = examined.verdict in (Verdict.ACCEPTED, Verdict.IGNORED)
    if not examined.findings and not is_quiet:
        return f"{examined.verdict.value} without a finding"
    if examined.verdict is Verdict.REFUSED and examined.answers:
        return "refused with answers"
    return ""


def _end(examined: Examined, what: str) -> str:
    if fault := fault_of(examined):
        return f"! {fault} ({what})"
    return f"{examined.verdict.value} {examined.findings[0].code if examined.findings else ''}".strip()


@dataclass
class Campaign:
    """What a campaign found; `deaths` are (number, why), `faults` (number, what): none may be."""

    ends: Counter[str] = field(default_factory=Counter)
    deaths: list[tuple[int, str]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    slow: list[tuple[float, int]] = field(default_factory=list)
    largest: float = 0.0
    seconds: float = 0.0

    def add(self, seed: int, outcome: tuple[str, float, float] | Died) -> None:
        if isinstance(outcome, Died):
            self.ends[f"worker: {outcome.why}"] += 1
            (self.faults if outcome.why == "error" else self.deaths).append((seed, outcome.detail or outcome.why))
            return
        end, seconds, megabytes = outcome
        self.ends[end[:30]] += 1
        self.largest = max(self.largest, megabytes)
        if end.startswith("!"):
            self.faults.append((seed, end))
        if seconds > _SLOW:
            self.slow.append((seconds, seed))

    def lines(self) -> Iterator[str]:
        total = self.ends.total()
        yield f"{total} executions in {self.seconds:.0f} s ({total / self.seconds:.0f} a second)"
        yield from (f"{count:8d}  {end}" for end, count in self.ends.most_common())
        yield f"most memory of one that came back: {self.largest:.0f} MB; above {_SLOW:.0f} s: {sorted(self.slow)}"
        yield f"deaths of readers: {self.deaths}"
        yield f"faults of ours: {self.faults}"


def campaign(seconds: float, seed: int, files: tuple[Base, ...], limits: WorkerLimits = LIMITS) -> Campaign:
    """Numbers from `seed` on, until the time is over."""
    found = Campaign()
    started = time.monotonic()

    def numbers() -> Iterator[int]:
        number = seed
        while time.monotonic() - started < seconds:
            yield number
            number += 1

    for number, outcome in run_guarded(fuzzed, numbers(), limits, set_up, (DESK, files)):
        found.add(number, outcome)
    found.seconds = time.monotonic() - started
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1, help="the first number")
    parser.add_argument("--only", type=int, help="one number")
    parser.add_argument("--write", type=Path, help="where to write the file of that number")
    given = parser.parse_args(arguments)
    if given.only is not None:
        what, data = mutated(bases(), given.only)
        print(what, len(data), "bytes")
        if given.write:
            given.write.write_bytes(data)
        return 0
    found = campaign(given.seconds, given.seed, bases())
    print("\n".join(found.lines()))
    return int(bool(found.faults))


if __name__ == "__main__":
    sys.exit(main())
