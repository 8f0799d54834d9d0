"""An inbox full of hostile files among good forms, and the real `collect` over it, as a process of its own, watched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.hostile.kinds import CARRIERS, Kind, form_of
from tests.support.forms import KEY
from tests.support.peak import peak_megabytes
from tests.support.returns import REAL
from tests.support.workspace import PERIOD, Place
from tracker.actions import init, open_office, write_forms
from tracker.config import Workspace
from tracker.dates import Calendar, parse_instant

ROOT = Path(__file__).parents[2]
_START = datetime(2025, 3, 17, 1, tzinfo=UTC).timestamp()
_AUDIT = """
import os, sys
_log = os.open({log!r}, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_CHANGES = {{"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.chmod", "os.truncate"}}
_REACHES = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "os.system", "os.exec", "subprocess.Popen")


def _watch(event, arguments):
    try:
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path, mode, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            _tell("write" if writes else "read", os.fsdecode(path))
        elif event in _CHANGES:
            for path in arguments[:2]:
                if isinstance(path, (str, bytes)):
                    _tell("write", os.fsdecode(path))
        elif event in _REACHES:
            _tell("reach", event + " " + repr(arguments)[:300])
    except Exception:
        pass


def _tell(what, text):
    os.write(_log, (what + " " + repr(os.path.join(os.getcwd(), text)) + chr(10)).encode("utf-8", "backslashreplace"))


sys.addaudithook(_watch)
"""


@dataclass(frozen=True)
class Run:
    """One run of the command line: what it said, and what was seen of it."""

    status: int
    told: Any
    err: str
    seconds: float
    collector_megabytes: float
    worker_megabytes: float
    touched: frozenset[tuple[str, str]] = frozenset()

    def by_name(self) -> dict[str, dict[str, Any]]:
        return {each["file"]: each for each in self.told}


@dataclass
class Bed:
    """A workspace whose key the kinds' forms are sealed with. `good` holds what lies among the hostile ones."""

    home: Path
    good: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, Path] = field(default_factory=dict)
    _count: int = 0

    @property
    def place(self) -> Place:
        return Place(self.home)

    def drop(self, name: str | bytes, data: bytes) -> Path:
        """A file that has been in the inbox for days; each is a minute younger than the one before."""
        path = Path(os.fsdecode(os.fsencode(self.place.inbox) + b"/" + os.fsencode(name)))
        path.write_bytes(data)
        self._count += 1
        os.utime(path, (_START + self._count, _START + self._count))
        return path

    def drop_good(self, agency: str, answers: int) -> None:
        name = f"good {agency}.xlsx"
        self.good[name] = answers
        self.drop(name, form_of(agency, 1))

    def run(self, *arguments: str, is_watched: bool = False) -> Run:
        """`python -m tracker … --json` to its end."""
        scratch = self.home.parent / "scratch"
        scratch.mkdir(exist_ok=True)
        log = scratch / "audit.log"
        environment = {**os.environ, "TRACKER_LANG": "en", "TMPDIR": str(scratch), "PYTHONDONTWRITEBYTECODE": "1"}
        paths = [str(ROOT)]
        if is_watched:
            (scratch / "sitecustomize.py").write_text(_AUDIT.format(log=str(log)))
            paths.insert(0, str(scratch))
        environment["PYTHONPATH"] = os.pathsep.join(paths)
        command = [sys.executable, "-m", "tracker", *arguments, "--home", str(self.home), "--json"]
        out, err = scratch / "out", scratch / "err"
        started = time.perf_counter()
        with out.open("wb") as to_out, err.open("wb") as to_err:
            process = subprocess.Popen(
                command, stdout=to_out, stderr=to_err, stdin=subprocess.DEVNULL, env=environment, cwd=scratch
            )
            own, others = _watched(process)
        seconds = time.perf_counter() - started
        text = out.read_text("utf-8")
        told = json.loads(text) if text else None
        return Run(process.returncode, told, err.read_text("utf-8", "replace"), seconds, own, others, _touched(log))


def _watched(process: subprocess.Popen[bytes]) -> tuple[float, float]:
    """Peaks in megabytes of a process and of the largest of those it starts, until it ends."""
    own = others = 0.0
    while process.poll() is None:
        own = max(own, peak_megabytes(process.pid))
        others = max([others, *map(peak_megabytes, _children(process.pid))])
        time.sleep(0.02)
    return own, others


def _children(pid: int) -> list[int]:
    found = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(each) for each in listing.read_text().split()]
        except OSError:
            continue
    return found


def _touched(log: Path) -> frozenset[tuple[str, str]]:
    """What the audit hooks of all processes told: (read, write or reach; what)."""
    if not log.exists():
        return frozenset()
    lines = set(log.read_text("utf-8", "replace").splitlines())
    log.unlink()
    pairs = (line.partition(" ") for line in lines)
    return frozenset((what, os.path.normpath(rest.strip("'\""))) for what, _, rest in pairs)


def laid(home: Path, workers: int = 0) -> Bed:
    """A workspace with the forms of March 2025 out, sealed with the key of the tests; the limits are the usual ones."""
    init(home, "27-TB-UBND")
    workspace = Workspace(home)
    workspace.key.write_text(KEY.hex(), "ascii")
    (home / "tracker.toml").write_text(f"[limits]\nworkers = {workers}\nsettle_seconds = 1\n", "utf-8")
    office = open_office(home, parse_instant("2025-03-03T08:00"))
    write_forms(office, PERIOD)
    office.engine.dispose()
    return Bed(home)


def sow(bed: Bed, kinds: Sequence[Kind], every: int = 12) -> None:
    """The kinds into the inbox, a good form between every few of them."""
    day = PERIOD.effective_day(Calendar())
    tasks = {agency.code: len(REAL.of_agency(agency.code, day)) for agency in REAL.agencies}
    good = iter([code for code, count in tasks.items() if count and code not in CARRIERS])
    for number, kind in enumerate(kinds):
        if number % every == 0 and (code := next(good, None)):
            bed.drop_good(code, tasks[code])
        bed.dropped[kind.name] = bed.drop(f"{kind.name}.{kind.ending}", kind.data())
    for code in list(good)[:2]:
        bed.drop_good(code, tasks[code])


def strays(bed: Bed, run: Run, also: Iterable[Path] = ()) -> list[str]:
    """What was written outside the workspace and its scratch folder, and every reach for the network or a program."""
    allowed = [str(bed.home), str(bed.home.parent / "scratch"), "/dev/", "/proc/", *map(str, also)]
    return sorted(
        f"{what} {text}"
        for what, text in run.touched
        if what == "reach" or (what == "write" and not any(text.startswith(start) for start in allowed))
    )
