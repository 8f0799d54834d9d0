"""See the package's docstring."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.dates import Calendar
from tracker.examine import Desk, gate_result, prepare, work
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.model import Arrival, Examined
from tracker.plan.data import packaged_plan

MAX_BYTES = 20 * 1024**2
SECONDS, MEGABYTES = 20.0, 1024
NOW = datetime(2025, 3, 19, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Ended:
    """How one file ended: its verdict and codes, seconds of examination, and why its worker died ("" : it did not)."""

    path: Path
    examined: Examined
    died: str = ""
    failure: str = ""

    @property
    def outcome(self) -> str:
        codes = dict.fromkeys(finding.code for finding in self.examined.findings)
        return f"{self.examined.verdict.value} {' '.join(list(codes)[:3])}".strip()


def survey(folder: Path, workers: int = 0) -> Iterator[Ended]:
    """Every file below a folder, in order of name, each with exactly one end."""
    plan = packaged_plan()
    desk = Desk(plan, b"\x00" * 32, Calendar(), opened=frozenset({"2025-03"}), max_bytes=MAX_BYTES)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    items = ((path.read_bytes()[: MAX_BYTES + 1], Arrival(path.name, NOW)) for path in files)
    limits = WorkerLimits(SECONDS, MEGABYTES, workers)
    outcomes = run_guarded(work, items, limits, prepare, (desk,))
    for path, ((_, arrival), outcome) in zip(files, outcomes, strict=True):
        if not isinstance(outcome, Died):
            yield Ended(path, outcome)
        elif outcome.why == "error":
            yield Ended(path, gate_result("damaged", {"why": "error"}, arrival, desk), failure=outcome.detail)
        else:
            yield Ended(path, gate_result("too_large", {"why": outcome.why}, arrival, desk), died=outcome.why)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=0, help="0: one per core")
    given = parser.parse_args(arguments)
    started = time.perf_counter()
    ended = list(survey(given.folder, given.workers))
    seconds = time.perf_counter() - started
    print(f"{len(ended)} files in {seconds:.1f} s")
    for outcome, number in Counter(each.outcome for each in ended).most_common():
        print(f"{number:7d}  {outcome}")
    print("slowest:")
    for each in sorted(ended, key=lambda e: -e.examined.seconds)[:10]:
        print(f"{each.examined.seconds:9.3f} s  {each.path.relative_to(given.folder)}")
    for each in ended:
        if each.died or each.failure:
            print(f"{each.died or 'FAILED'}: {each.path.relative_to(given.folder)} {each.failure}")
    return int(any(each.failure for each in ended))


if __name__ == "__main__":
    sys.exit(main())
