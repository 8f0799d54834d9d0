"""See the package's docstring."""

from __future__ import annotations

import argparse
import heapq
import os
import stat
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.support.peak import measured, peak_megabytes
from tracker.dates import Calendar
from tracker.examine import Desk, gate_result, prepare
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.model import Arrival, Examined
from tracker.plan.data import packaged_plan

MAX_BYTES = 20 * 1024**2
SECONDS, MEGABYTES = 20.0, 1024
NOW = datetime(2025, 3, 19, 9, tzinfo=UTC)
_MOST = 10


@dataclass(frozen=True)
class Ended:
    """How one file ended: its verdict and codes, and why its worker died ("" : it did not). `unread`: why not read."""

    path: Path
    examined: Examined
    died: str = ""
    failure: str = ""
    unread: str = ""
    megabytes: float = 0.0

    @property
    def outcome(self) -> str:
        if self.unread:
            return "not read"
        codes = dict.fromkeys(finding.code for finding in self.examined.findings)
        return f"{self.examined.verdict.value} {' '.join(list(codes)[:3])}".strip()


@dataclass(frozen=True)
class _File:
    """A file on its way; `data` None: it could not be read, `unread` says why."""

    path: Path
    arrival: Arrival
    data: bytes | None
    unread: str = ""


def files_below(folder: Path) -> Iterator[Path]:
    """Files by folder and name; links are not followed, folders nobody may open are passed."""
    folders = [folder]
    while folders:
        try:
            entries = sorted(os.scandir(folders.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        folders += [Path(each.path) for each in reversed(entries) if each.is_dir(follow_symlinks=False)]
        yield from (Path(each.path) for each in entries if not (each.is_dir() or each.is_symlink()))


def _read(path: Path) -> _File:
    arrival = Arrival(os.fsencode(path.name).decode("utf-8", "backslashreplace"), NOW)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return _File(path, arrival, None, "no file of its own")
        with path.open("rb") as file:
            return _File(path, arrival, file.read(MAX_BYTES + 1))
    except OSError as error:
        return _File(path, arrival, None, type(error).__name__)


def _parcel(file: _File) -> tuple[bytes, Arrival]:
    return file.data or b"", file.arrival


def survey(folder: Path, workers: int = 0) -> Iterator[Ended]:
    """Every file below a folder, each with exactly one end."""
    desk = Desk(
        packaged_plan(),
        b"\x00" * 32,
        Calendar().spelt_out({NOW.year - 1, NOW.year, NOW.year + 1}),
        opened=frozenset({"2025-03"}),
        max_bytes=MAX_BYTES,
    )
    limits = WorkerLimits(SECONDS, MEGABYTES, workers)
    files = map(_read, files_below(folder))
    for file, outcome in run_guarded(measured, files, limits, prepare, (desk,), _parcel):
        yield _ended(file, outcome, desk)


def _ended(file: _File, outcome: tuple[Examined, float] | Died, desk: Desk) -> Ended:
    if not isinstance(outcome, Died):
        examined, megabytes = outcome
        return Ended(file.path, examined, unread=file.unread, megabytes=megabytes)
    if outcome.why == "error":
        examined = gate_result("damaged", {"why": "error"}, file.arrival, desk)
        return Ended(file.path, examined, failure=outcome.detail or "error")
    return Ended(file.path, gate_result("too_large", {"why": outcome.why}, file.arrival, desk), died=outcome.why)


@dataclass
class Tally:
    """What is kept of a survey: counts, the worst few, and what went wrong."""

    folder: Path
    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    largest: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failures: int = 0

    def add(self, ended: Ended) -> None:
        name = _shown(ended.path.relative_to(self.folder))
        self.outcomes[ended.outcome] += 1
        for worst, size in ((self.slowest, ended.examined.seconds), (self.largest, ended.megabytes)):
            heapq.heappush(worst, (size, name))
            if len(worst) > _MOST:
                heapq.heappop(worst)
        if why := ended.died or ended.unread or (ended.failure and f"FAILED {ended.failure}"):
            self.wrong.append(f"{why}: {name}")
        self.failures += bool(ended.failure)

    def lines(self, seconds: float) -> Iterator[str]:
        yield f"{self.outcomes.total()} files in {seconds:.1f} s, {peak_megabytes():.0f} MB here"
        for outcome, number in self.outcomes.most_common():
            yield f"{number:7d}  {outcome}"
        yield "slowest:"
        yield from (f"{size:9.3f} s  {name}" for size, name in sorted(self.slowest, reverse=True))
        yield "most memory:"
        yield from (f"{size:8.0f} MB  {name}" for size, name in sorted(self.largest, reverse=True))
        yield "crashes and what could not be read:" if self.wrong else "no crashes"
        yield from self.wrong


def _shown(path: Path) -> str:
    """A path as one line of text, whatever its name holds."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=0, help="0: one per core")
    given = parser.parse_args(arguments)
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder")
    started = time.perf_counter()
    tally = Tally(given.folder)
    for ended in survey(given.folder, given.workers):
        tally.add(ended)
    for line in tally.lines(time.perf_counter() - started):
        print(line)
    return int(bool(tally.failures))


if __name__ == "__main__":
    sys.exit(main())
