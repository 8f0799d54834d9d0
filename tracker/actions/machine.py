"""The operating system's own scheduler: an hourly tick that catches up after the machine was off.

systemd (Linux): a user's service and timer with `Persistent=true`. Windows: a task with `StartWhenAvailable`. Both only
start `tracker schedule run --once`; what is due then, the ledger knows.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.sax.saxutils import escape

from tracker.errors import ConfigError
from tracker.intake.archive import write_whole

Run = Callable[[Sequence[str], Path], "subprocess.CompletedProcess[str]"]
"""Runs a command in a folder; whatever goes wrong with it is in the answer."""

_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Task:
    """The task of one workspace: its name, the files that describe it and what the system lays beside them, how to see
    that the program starts at all, how to switch the task on, ask whether it is on, and switch it off."""

    name: str
    home: Path
    files: tuple[tuple[Path, str], ...]
    links: tuple[Path, ...]
    start: tuple[str, ...]
    enable: tuple[tuple[str, ...], ...]
    ask: tuple[str, ...]
    disable: tuple[tuple[str, ...], ...]


class TaskState(StrEnum):
    """INACTIVE: it is described, and yet the system does not run it."""

    ABSENT = "absent"
    INACTIVE = "inactive"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Known:
    """What the system knows of a task; `said`: its words where the task is not active."""

    state: TaskState
    said: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """Files of a task that are gone; `why`: the system's words where it would not switch the task off."""

    files: tuple[str, ...]
    why: str = ""


def task_of(home: Path, python: str = sys.executable, system: str = os.name) -> Task:
    """The task for this system, named after the workspace's folder, so that several workspaces have their own."""
    name = f"tracker-{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:8]}"
    return _windows(name, home.resolve(), python) if system == "nt" else _systemd(name, home.resolve(), python)


def _systemd(name: str, home: Path, python: str) -> Task:
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    secrets = folder / f"{name}.env"
    service = (
        "[Unit]\nDescription=Task tracker: whatever is due\nAfter=network-online.target\n\n"
        f"[Service]\nType=oneshot\nWorkingDirectory={_unit(str(home), False)}\n"
        f"EnvironmentFile=-{_unit(str(secrets), False)}\nUMask=0077\nTimeoutStartSec=6h\n"
        f"ExecStart={_unit(python).replace('$$', '$')} -m tracker schedule run --once --home {_unit(str(home))}\n"
        "SuccessExitStatus=3\n"
    )
    timer = (
        "[Unit]\nDescription=Task tracker: a look at the timetable\n\n"
        f"[Timer]\nOnCalendar=*:0/{_MINUTES}\nPersistent=true\nAccuracySec=1min\n\n"
        "[Install]\nWantedBy=timers.target\n"
    )
    control = ("systemctl", "--user")
    return Task(
        name,
        home,
        ((folder / f"{name}.service", service), (folder / f"{name}.timer", timer)),
        (folder / "timers.target.wants" / f"{name}.timer",),
        _start(python),
        ((*control, "daemon-reload"), (*control, "enable", "--now", f"{name}.timer")),
        (*control, "is-active", f"{name}.timer"),
        ((*control, "disable", "--now", f"{name}.timer"), (*control, "daemon-reload")),
    )


def _start(python: str) -> tuple[str, ...]:
    """What the task's command needs first: the program, found from the workspace."""
    return (python, "-m", "tracker", "version")


def _unit(text: str, is_word: bool = True) -> str:
    """A value of a unit file: % is doubled; words of a command are quoted, and $ doubled but in the program's own path
    (systemd.syntax, systemd.service; seen with `systemd-analyze verify`)."""
    plain = text.replace("%", "%%")
    if not is_word:
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'


def _windows(name: str, home: Path, python: str) -> Task:
    folder = home / "jobs"
    arguments = f'-m tracker schedule run --once --home "{home}"'
    definition = f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Task tracker: whatever is due</Description></RegistrationInfo>
  <Triggers><TimeTrigger><StartBoundary>2025-01-01T00:00:00</StartBoundary><Enabled>true</Enabled>
    <Repetition><Interval>PT{_MINUTES}M</Interval></Repetition></TimeTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT6H</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions><Exec><Command>{escape(python)}</Command><Arguments>{escape(arguments)}</Arguments>
    <WorkingDirectory>{escape(str(home))}</WorkingDirectory></Exec></Actions>
</Task>
"""
    path = folder / f"{name}.xml"
    return Task(
        name,
        home,
        ((path, definition),),
        (),
        _start(python),
        (("schtasks", "/Create", "/F", "/TN", name, "/XML", str(path)),),
        ("schtasks", "/Query", "/TN", name),
        (("schtasks", "/Delete", "/F", "/TN", name),),
    )


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """As the system will: without what a developer's shell adds to the places of modules."""
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        return subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, errors="replace", timeout=60, check=False, cwd=folder, env=plain
        )
    except (OSError, subprocess.SubprocessError) as error:
        return subprocess.CompletedProcess(list(command), 1, "", str(error))


def install(task: Task, run: Run = _run) -> tuple[str, ...]:
    """Writes the task's files and switches it on; returns the files.

    ConfigError: the program does not start from the workspace, or the system said no, and why; then everything is as
    it was before.
    """
    if shutil.which(task.ask[0]) is None:
        raise ConfigError("no_scheduler", program=task.ask[0])
    _must_start(task, run)
    former = {path: path.read_bytes() if path.exists() else None for path, _ in task.files}
    try:
        for path, text in task.files:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text.encode("utf-16" if path.suffix == ".xml" else "utf-8"))
        for command in task.enable:
            _expect(run(command, task.home), command)
    except (ConfigError, OSError):
        _put_back(task, former)
        raise
    return tuple(str(path) for path, _ in task.files)


def _must_start(task: Task, run: Run) -> None:
    answer = run(task.start, task.home)
    if answer.returncode:
        why = (_said(answer).splitlines() or [""])[-1]
        raise ConfigError("program_not_found", home=str(task.home), python=task.start[0], why=why)


def _put_back(task: Task, former: Mapping[Path, bytes | None]) -> None:
    """A task that was there before stays; of one that never came nothing is left."""
    for path, data in former.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, data)
    for link in task.links if None in former.values() else ():
        link.unlink(missing_ok=True)


def look(task: Task, run: Run = _run) -> Known:
    """Whether the system runs the task: it is asked, for files alone prove nothing."""
    if not any(path.exists() for path, _ in task.files):
        return Known(TaskState.ABSENT)
    answer = run(task.ask, task.home)
    return Known(TaskState.INACTIVE, _said(answer)) if answer.returncode else Known(TaskState.ACTIVE)


def remove(task: Task, run: Run = _run) -> Removed:
    """Switches the task off and removes its files, whatever the system says."""
    there = [path for path, _ in task.files if path.exists()]
    answer = run(task.disable[0], task.home) if there else None
    for path in (*there, *task.links):
        path.unlink(missing_ok=True)
    for command in task.disable[1:]:
        run(command, task.home)
    return Removed(tuple(map(str, there)), _said(answer) if answer and answer.returncode else "")


def _expect(answer: subprocess.CompletedProcess[str], command: Sequence[str]) -> None:
    if answer.returncode:
        raise ConfigError("scheduler_refused", command=" ".join(command), why=_said(answer))


def _said(answer: subprocess.CompletedProcess[str]) -> str:
    return (answer.stderr or answer.stdout).strip()
