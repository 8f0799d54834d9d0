"""The bench: a scene, runs that are hurt in some way, a whole run after that, and what then does not hold."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.judge import State, state_of, violations
from tests.crash.scene import NOW, Scene, scene
from tests.crash.starter import Request, Starter, starter
from tests.support.workspace import Place

AFTER = "2025-03-20T17:45"
"""When what failed may be tried again."""
LOCKED = 3
_TRIES = 3


@dataclass(frozen=True)
class Hurt:
    """What happened to a run. `is_unhurt`: nothing, it came to its end; `crashes`: so many processes were killed;
    `wrong`: what did not hold even then."""

    is_unhurt: bool
    crashes: int
    told: str = ""
    wrong: tuple[str, ...] = ()


Harm = Callable[["Bench", Place], Hurt]


@dataclass
class Bench:
    """Made once; each trial starts from the same scene."""

    scene: Scene
    starter: Starter
    folder: Path
    bug: str = ""
    seconds: float = 0.0
    _undisturbed: State | None = None
    _undisturbed_later: State | None = None

    def request(self, place: Place, now: str = NOW, **more: object) -> Request:
        arguments = ("schedule", "run", "--once", "--now", now, "--home", str(place.home), "--lang", "en")
        return Request(arguments, bug=self.bug, **more)  # type: ignore[arg-type]

    def set(self) -> Place:
        return self.scene.set(self.folder / "home")

    def undisturbed(self, later: bool = False) -> State:
        """What a run leaves that nobody disturbs; it has no bug."""
        if self._undisturbed is None or self._undisturbed_later is None:
            bug, self.bug = self.bug, ""
            place = self.scene.set(self.folder / "undisturbed")
            self.starter.start(self.request(place, times=0))
            self.starter.ended()
            place = self.scene.set(self.folder / "undisturbed")
            started = time.monotonic()
            status = self.starter.run(self.request(place))
            self.seconds = time.monotonic() - started
            self.bug = bug
            assert status == 0, "the undisturbed run failed"
            self._undisturbed = state_of(self.scene, place)
            self._undisturbed_later = state_of(self.scene, place, later=True)
        return self._undisturbed_later if later else self._undisturbed

    def trial(self, harm: Harm, later: bool = False) -> tuple[Hurt, list[str]]:
        """Harms a run, lets another one finish, and tells what does not hold then; nothing new must change nothing.

        `later`: the run failed of itself and is finished at its next try.
        """
        wanted = self.undisturbed(later)
        place = self.set()
        hurt = harm(self, place)
        return hurt, [*hurt.wrong, *self.after(place, wanted, hurt.crashes, later)]

    def after(self, place: Place, wanted: State, crashes: int, later: bool = False) -> Iterator[str]:
        now = AFTER if later else NOW
        for _ in range(_TRIES if self.bug else 1):
            status = self.starter.run(self.request(place, now))
        if status:
            yield f"the run after it ended with {status}"
        found = state_of(self.scene, place, later)
        yield from violations(found, wanted, crashes, later)
        self.starter.run(self.request(place, now))
        if state_of(self.scene, place, later) != found:
            yield "a run with nothing new changed something"


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    folder.mkdir(parents=True, exist_ok=True)
    with scene(folder) as made, starter(folder / "log") as starting:
        yield Bench(made, starting, folder)


# --- harms ------------------------------------------------------------------------------------------------------------


def unharmed(bench: Bench, place: Place) -> Hurt:
    status = bench.starter.run(bench.request(place))
    return Hurt(True, 0, str(status))


def dying_at(step: int, kind: str = "") -> Harm:
    """Kills itself before the step of this number."""

    def harm(bench: Bench, place: Place) -> Hurt:
        status = bench.starter.run(bench.request(place, die_at=step, kind=kind))
        return Hurt(status >= 0, int(status < 0), f"{kind} {step}")

    return harm


def killed_after(seconds: float, with_workers: bool, here: bool = True) -> Harm:
    """Kills the process, alone or with its workers, so many seconds after its start."""

    def harm(bench: Bench, place: Place) -> Hurt:
        (process,) = bench.starter.start(bench.request(place, here=here))
        time.sleep(seconds)
        with suppress(ProcessLookupError):
            (os.killpg if with_workers else os.kill)(process, signal.SIGKILL)
        (status,) = bench.starter.ended()
        return Hurt(status >= 0, int(status < 0), f"{seconds:.3f} s")

    return harm


def started_at_once(count: int) -> Harm:
    """So many runs start together: one works, the others leave with the status of a held lock."""

    def harm(bench: Bench, place: Place) -> Hurt:
        gate = bench.folder / "gate"
        gate.unlink(missing_ok=True)
        bench.starter.start(bench.request(place, gate=str(gate), times=count))
        time.sleep(0.05)  # all of them are there
        gate.touch()
        ended = bench.starter.ended()
        wrong = () if sorted(set(ended) | {LOCKED}) == [0, LOCKED] else (f"{count} starts at once ended with {ended}",)
        return Hurt(False, 0, str(ended), wrong)

    return harm


def killed_in_a_row(moments: Sequence[tuple[float, bool]]) -> Harm:
    """Run after run is killed, each where the one before it left off."""

    def harm(bench: Bench, place: Place) -> Hurt:
        hurts = [killed_after(seconds, with_workers)(bench, place) for seconds, with_workers in moments]
        return Hurt(False, sum(hurt.crashes for hurt in hurts), ", ".join(hurt.told for hurt in hurts))

    return harm


def random_kills(bench: Bench, count: int, seed: int, here: bool = True, longest: float = 0.0) -> Iterator[Harm]:
    """At moments of a run, some beyond its end."""
    bench.undisturbed()
    chance = random.Random(seed)
    longest = longest or bench.seconds
    return (killed_after(chance.uniform(0, 1.05 * longest), chance.random() < 0.5, here) for _ in range(count))


def can_trace() -> bool:
    """Whether system calls can be traced here: strace is installed, and the system lets us."""
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def traced(call: str, number: int, fault: str) -> Harm:
    """The call of this number of the run meets its fate: `fault` as strace has it ("signal=SIGKILL", "error=EIO")."""

    def harm(bench: Bench, place: Place) -> Hurt:
        gate = bench.folder / "gate"
        gate.unlink(missing_ok=True)
        (process,) = bench.starter.start(bench.request(place, gate=str(gate)))
        inject = f"inject={call}:{fault}:when={number}"
        out = bench.folder / "trace"
        options = ["-f", "-o", str(out), "-e", f"trace={call}", "-e", inject, "-e", "signal=none", "-p", str(process)]
        with subprocess.Popen(["strace", *options], stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr
            while (line := tracer.stderr.readline()) and "attached" not in line:
                pass
            gate.touch()
            (status,) = bench.starter.ended()
            tracer.communicate()
        told = out.read_text("utf-8", "replace").splitlines()
        hit = next((line for line in told if "INJECTED" in line), "")
        is_unhurt = status >= 0 and not hit
        return Hurt(is_unhurt, int(status < 0), hit[:120] or (told[-2][:120] if len(told) > 1 else ""))

    return harm
