"""`python -m tests.crash`: every point at which a run was hurt, and what did not hold after the next one: a table.

Kills at every mutating system call of a run over three mails, one call at a time (needs strace); the same calls
failing; random kills, with real workers too; four starts at once. Ends with 1 where anything does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.crash.bench import Bench, Harm, Hurt, bench, can_trace, random_kills, started_at_once, traced

CALLS = ("rename", "unlink", "mkdir", "sendto", "fsync", "write", "fdatasync", "pwrite64")
"""Everything by which a run changes the disk or talks to a server. A file is created at `openat`; what is there between
that and the first `write` is what a kill at that `write` leaves."""
FAULTS = ("EIO", "ENOSPC", "EROFS", "EACCES")
FAILING = {
    "EIO": ("write", "fsync", "pwrite64", "fdatasync", "rename"),
    "ENOSPC": ("write", "pwrite64", "mkdir", "rename"),
}
_MOST = 2000


def points(call: str, fault: str, every: int) -> Iterator[Harm]:
    """One harm for each call of a run, counting up; the caller stops at the first that hurts nobody."""
    return (traced(call, number, fault) for number in range(1, _MOST, every))


def campaign(bench: Bench, title: str, harms: Iterable[Harm], later: bool, until_unhurt: bool) -> int:
    """Tries them all, prints one line and what did not hold; returns how many violations there were."""
    started, count, bad = time.monotonic(), 0, 0
    for harm in harms:
        hurt, found = bench.trial(harm, later)
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
    parser.add_argument("parts", nargs="*", help="kill, EIO, ENOSPC, EROFS, EACCES, random, starts; none: all")
    parser.add_argument("--every", type=int, default=1, help="every n-th of the frequent calls only")
    parser.add_argument("--calls", default=",".join(CALLS))
    parser.add_argument("--kills", type=int, default=200, help="random kills")
    parser.add_argument("--starts", type=int, default=50, help="times that four start at once")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=_fast()) as folder, bench(Path(folder)) as made:
        made.undisturbed()
        print(f"an undisturbed run takes {made.seconds:.1f} s\n{'':28}{'points':>7}{'violations':>12}")
        bad = sum(_all(made, set(given.parts), given))
    print(f"{bad} points with violations")
    return int(bool(bad))


def _all(made: Bench, parts: set[str], given: argparse.Namespace) -> Iterator[int]:
    calls = given.calls.split(",")
    if can_trace():
        for call in calls if not parts or "kill" in parts else ():
            every = given.every if call in ("pwrite64", "fdatasync") else 1
            yield campaign(made, f"kill at {call}", points(call, "signal=SIGKILL", every), False, True)
        for fault in FAULTS:
            for call in FAILING.get(fault, ("rename",)) if not parts or fault in parts else ():
                if call in calls:
                    every = given.every if call in ("pwrite64", "fdatasync") else 1
                    yield campaign(made, f"{fault} at {call}", points(call, f"error={fault}", every), True, True)
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
