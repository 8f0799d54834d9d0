"""Every moment at which a run can be killed, from one run: it is stopped after each system call that changes something,
and what then lies on the disk and on the servers is laid aside. Moments that differ in nothing are judged once.

What a kill leaves is what lies there: an open transaction is undone by the ledger's journal, a half mail by its server.
"""

from __future__ import annotations

import copy
import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.bench import Bench, Harm, Hurt
from tests.support.imap import Held
from tests.support.smtp_server import Delivered
from tests.support.workspace import Place

_STOPPED = "--- stopped by SIGSTOP ---"
_LEDGER = "workbooks/ledger.sqlite3"
_LEFT_OUT = (_LEDGER, f"{_LEDGER}-journal", "workbooks/.tracker-lock", "tracker.toml")
_SECONDS = re.compile(r",[0-9.e+-]+\);$")
_ASIDE = re.compile(r"[^/]*\.part$")


@dataclass(frozen=True)
class Moment:
    """What was there after the system call `told`, laid aside in `home`; `key` is the same for the same state."""

    key: str
    told: str
    home: Path
    folders: dict[str, dict[int, Held]]
    mails: tuple[Delivered, ...]


@dataclass
class Watcher:
    """Looks at the state of a scene, quickly: files that did not change are not read again."""

    bench: Bench
    place: Place
    _known: dict[tuple[str, int, int, int], str] = field(default_factory=dict)

    def key(self) -> str:
        found = hashlib.sha256()
        for path in sorted(self.place.home.rglob("*")):
            name = path.relative_to(self.place.home).as_posix()
            if name not in _LEFT_OUT and "logs" not in path.parts:
                told = "" if path.is_dir() or _ASIDE.search(name) else self._of_file(path)
                found.update(f"{_ASIDE.sub('.part', name)} {told}\n".encode())
        found.update(self._of_ledger().encode())
        found.update(repr(self.bench.scene.imap.state()).encode())
        found.update(repr([(each.receivers, each.data) for each in self.bench.scene.smtp.mails]).encode())
        return found.hexdigest()

    def _of_file(self, path: Path) -> str:
        seen = path.stat()
        mark = (str(path), seen.st_ino, seen.st_mtime_ns, seen.st_size)
        if mark not in self._known:
            self._known[mark] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._known[mark]

    def _of_ledger(self) -> str:
        """Its rows as the next run will find them, but for how long an examination took."""
        with tempfile.TemporaryDirectory() as folder:
            for end in ("", "-journal"):
                source = self.place.home / f"{_LEDGER}{end}"
                if source.exists():
                    shutil.copyfile(source, Path(folder) / f"ledger{end}")
            with closing(sqlite3.connect(Path(folder) / "ledger")) as connection:
                try:
                    return "\n".join(map(_untimed, connection.iterdump()))
                except sqlite3.DatabaseError as error:
                    return f"damaged: {error}"


def _untimed(line: str) -> str:
    return _SECONDS.sub(");", line) if line.startswith('INSERT INTO "submission"') else line


def moments(bench: Bench, calls: Sequence[str]) -> Iterator[tuple[str, str, Place]]:
    """One run, stopped after each of these system calls: the state's key, the call, and where it can be looked at."""
    place = bench.set()
    watcher = Watcher(bench, place)
    gate = bench.folder / "gate"
    gate.unlink(missing_ok=True)
    (process,) = bench.starter.start(bench.request(place, gate=str(gate)))
    named = ",".join(calls)
    options = ["-f", "-s", "40", "-e", f"trace={named}", "-e", f"inject={named}:signal=SIGSTOP", "-e", "signal=SIGSTOP"]
    with subprocess.Popen(
        ["strace", *options, "-p", str(process)], stderr=subprocess.PIPE, text=True, errors="replace"
    ) as tracer:
        assert tracer.stderr
        told = ""
        for line in tracer.stderr:
            if "attached" in line:
                gate.touch()
            elif _STOPPED in line:
                yield watcher.key(), told, place
                os.kill(process, signal.SIGCONT)
            elif "(" in line:
                told = " ".join(line.split())[:120]
    (status,) = bench.starter.ended()
    assert status == 0 or bench.bug, f"the run that was looked at ended with {status}"


def laid_aside(bench: Bench, calls: Sequence[str], known: frozenset[str]) -> Iterator[Moment | None]:
    """Each moment of another state than those before and those known; None for one of the same."""
    seen = set(known)
    for number, (key, told, place) in enumerate(moments(bench, calls)):
        if key in seen:
            yield None
            continue
        seen.add(key)
        home = bench.folder / "moments" / str(number)
        shutil.copytree(place.home, home)
        yield Moment(key, told, home, copy.deepcopy(bench.scene.imap.folders), tuple(bench.scene.smtp.mails))


def trial_of_new(bench: Bench, harm: Harm, seen: set[str], later: bool) -> tuple[Hurt, list[str]]:
    """`Bench.trial`, but that a hurt run which leaves what another one left is not judged again."""
    wanted = bench.undisturbed(later)
    place = bench.set()
    hurt = harm(bench, place)
    key = Watcher(bench, place).key()
    if key in seen:
        return hurt, list(hurt.wrong)
    seen.add(key)
    return hurt, [*hurt.wrong, *bench.after(place, wanted, hurt.crashes, later)]


def judged(bench: Bench, moment: Moment) -> list[str]:
    """What does not hold after the next run, had the one before been killed at this moment."""
    wanted = bench.undisturbed()
    place = bench.set()
    shutil.rmtree(place.home)
    moment.home.rename(place.home)
    bench.scene.imap.folders = moment.folders
    bench.scene.smtp.mails[:] = moment.mails
    return list(bench.after(place, wanted, 1))
