"""`python -m tests.crash`: every point at which a run was hurt, and what did not hold after the next one: a table.

Kills at every mutating system call of a run over three mails (needs strace): all their moments are taken from one run,
and those that differ are judged; some are killed in earnest. The same calls failing; random kills, with real workers
too; four starts at once. Ends with 1 where anything does not hold.

With `--folder` the scene and what was judged are kept: a campaign that was broken off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.crash.bench import Bench, Harm, Hurt, bench, can_trace, random_kills, started_at_once, traced
from tests.crash.moments import judged, laid_aside, trial_of_new

CALLS = ("rename", "unlink", "mkdir", "sendto", "fsync", "write", "fdatasync", "pwrite64")
"""Everything by which a run changes the disk or talks to a server, but for making a file: see `MOMENTS`."""
MOMENTS = (*CALLS, "openat", "ftruncate", "rmdir")
FAULTS = ("EIO", "ENOSPC", "EROFS", "EACCES")
FAILING = {
    "EIO": ("write", "fsync", "pwrite64", "fdatasync", "rename"),
    "ENOSPC": ("write", "pwrite64", "mkdir", "rename"),
}
_MOST = 2000


def points(call: str, fault: str, every: int) -> Iterator[Harm]:
    """One harm for each call of a run, counting up; the caller stops at the first that hurts nobody."""
    return (traced(call, number, fault) for number in range(1, _MOST, every))


def killed_everywhere(bench: Bench, every: int, known: Path | None = None) -> int:
    """Judges every n-th of the moments that differ; returns how many violations there were. `known`: where those of
    earlier campaigns over the same scene are kept."""
    started = time.monotonic()
    told: dict[str, list[str]] = json.loads(known.read_text("utf-8")) if known and known.exists() else {}
    stops = list(laid_aside(bench, MOMENTS, frozenset(told)))
    new = [moment for moment in stops if moment][::every]
    print(f"{len(stops)} system calls; {len(told)} states judged before, {len(new)} to be judged", flush=True)
    for moment in new:
        told[moment.key] = judged(bench, moment)
        for each in told[moment.key]:
            print(f"    killed after {moment.told}: {each}", flush=True)
        if known:
            known.write_text(json.dumps(told), "utf-8")
    bad = sum(map(bool, told.values()))
    print(f"{'kill at every call':<28}{len(stops):>7}{bad:>12}{time.monotonic() - started:>9.0f} s", flush=True)
    return bad


def campaign(bench: Bench, title: str, harms: Iterable[Harm], later: bool, until_unhurt: bool) -> int:
    """Tries them all, prints one line and what did not hold; returns how many violations there were."""
    started, count, bad = time.monotonic(), 0, 0
    seen: set[str] = set()
    for harm in harms:
        hurt, found = trial_of_new(bench, harm, seen, later) if until_unhurt else bench.trial(harm, later)
        if until_unhurt and hurt.is_unhurt:
            break
        count += not hurt.is_unhurt
        bad += bool(found)
        for each in found:
            print(f"    {title} {_where(hurt)}: {each}", flush=True)
    print(f"{title:<28}{count:>7}{bad:>12}{time.monotonic() - started:>9.0f} s", flush=True)
    return bad


def _where(hurt: Hurt) -> str:
    return " ".join(hurt.told.split())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("parts", nargs="*", help="kill, killed, EIO, ENOSPC, EROFS, EACCES, random, starts; none: all")
    parser.add_argument("--every", type=int, default=1, help="every n-th only")
    parser.add_argument("--earnest", type=int, default=25, help="every n-th call is killed in earnest (killed)")
    parser.add_argument("--folder", type=Path, help="keeps the scene and what was judged")
    parser.add_argument("--calls", default=",".join(CALLS))
    parser.add_argument("--kills", type=int, default=200, help="random kills")
    parser.add_argument("--starts", type=int, default=50, help="times that four start at once")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=_fast()) as folder, bench(given.folder or Path(folder)) as made:
        made.undisturbed()
        print(f"an undisturbed run takes {made.seconds:.1f} s\n{'':28}{'points':>7}{'violations':>12}")
        bad = sum(_all(made, set(given.parts), given))
    print(f"{bad} points with violations")
    return int(bool(bad))


def _all(made: Bench, parts: set[str], given: argparse.Namespace) -> Iterator[int]:
    calls = given.calls.split(",")
    if can_trace():
        if not parts or "kill" in parts:
            yield killed_everywhere(made, given.every, given.folder and given.folder / "judged.json")
        for call in calls if not parts or "killed" in parts else ():
            yield campaign(made, f"killed at {call}", points(call, "signal=SIGKILL", given.earnest), False, True)
        for fault in FAULTS:
            for call in FAILING.get(fault, ("rename",)) if not parts or fault in parts else ():
                if call in calls:
                    yield campaign(made, f"{fault} at {call}", points(call, f"error={fault}", given.every), True, True)
    else:
        print("strace is not installed, or may not trace: no kills at system calls")
    if not parts or "random" in parts:
        half = given.kills // 2
        yield campaign(made, "random kills", random_kills(made, half, 1), False, False)
        workers = random_kills(made, given.kills - half, 2, here=False)
        yield campaign(made, "random kills, with workers", workers, False, False)
    if not parts or "starts" in parts:
        yield campaign(made, "four starts at once", (started_at_once(4) for _ in range(given.starts)), False, False)


def _fast() -> str | None:
    """A folder in memory where there is one: a kill does not care, and syncing costs nothing there."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return str(memory) if memory.is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
