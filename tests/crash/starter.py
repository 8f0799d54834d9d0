"""Starts runs of the tracker quickly: loads everything once, then forks a process for each run.

`python -m tests.crash.starter` reads requests, one JSON line each, and answers with two: the process numbers, and, when
all have ended, how. A run that is to be followed by a tracer waits at its gate. Each has a process group of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.crash.bugs import BUGS
from tests.crash.scene import environment
from tests.crash.steps import alone, hold, watch


@dataclass(frozen=True)
class Request:
    """A run: its command line.

    `here`: without workers and threads. `die_at`: the step before which it kills itself (0: none), of those whose name
    begins with `kind`; `steps_to`: where it notes its steps. `held`: a file that another program keeps open. `bug`: one
    sown into it. `gate`: it waits until there is this file. `times`: so many at once; 0: in the starter itself, so that
    all later ones find everything loaded.
    """

    arguments: tuple[str, ...]
    here: bool = True
    die_at: int = 0
    kind: str = ""
    held: str = ""
    bug: str = ""
    gate: str = ""
    times: int = 1
    steps_to: str = ""


class Starter:
    """The other side: asks for runs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, request: Request) -> list[int]:
        """The numbers of the processes; each is the leader of its group."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asdict(request)) + "\n")
        self._process.stdin.flush()
        return list(self._answer())

    def ended(self) -> list[int]:
        """How they ended, in the same order: an exit status, or the negative number of a signal."""
        return list(self._answer())

    def run(self, request: Request) -> int:
        """How one ended."""
        self.start(request)
        return self.ended()[0]

    def _answer(self) -> Any:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the starter has died")
        return json.loads(line)


@contextmanager
def starter(log: Path) -> Iterator[Starter]:
    """A starter; what its runs say goes to `log`."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.starter"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=out,
            text=True,
            env=environment(),
            cwd=Path(__file__).parents[2],
        )
        try:
            yield Starter(process)
        finally:
            assert process.stdin
            assert process.stdout
            process.stdin.close()
            process.wait(60)
            process.stdout.close()


# --- in the starter ---------------------------------------------------------------------------------------------------


def _load() -> None:
    """Everything that a run loads, also what it loads late."""
    for name in ("tracker.cli", "tracker.actions", "tracker.examine", "alembic.command", "alembic.config", "docx"):
        import_module(name)
    for name in ("openpyxl", "xlsxwriter", "jinja2", "pandas", "smtplib"):
        import_module(name)


def _child(request: Request) -> int:
    os.setpgid(0, 0)
    while request.gate and not Path(request.gate).exists():
        time.sleep(0.002)
    with alone() if request.here else nullcontext():
        if request.bug:
            BUGS[request.bug].sow()
        if request.held:
            hold(request.held)
        if request.die_at or request.steps_to:
            watch(request.die_at, request.kind, request.steps_to)
        return _main(request)


def _main(request: Request) -> int:
    from tracker.cli import main

    try:
        main(request.arguments)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(bool(left.code))
    return 0


def _forked(request: Request) -> int:
    process = os.fork()
    if process:
        return process
    status = 99
    try:
        os.dup2(2, 1)
        status = _child(request)
    finally:
        sys.stderr.flush()
        os._exit(status)


def _serve(lines: Sequence[str] | Any) -> None:
    for line in lines:
        given = json.loads(line)
        request = Request(**{**given, "arguments": tuple(given["arguments"])})
        if not request.times:
            with alone(), redirect_stdout(sys.stderr):
                _main(request)
        processes = [_forked(request) for _ in range(request.times)]
        print(json.dumps(processes), flush=True)
        ended = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in processes]
        print(json.dumps(ended), flush=True)


if __name__ == "__main__":
    _load()
    _serve(sys.stdin)
