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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tracker.errors import ConfigError
from tracker.intake.archive import write_whole

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]

_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Task:
    """The task of one workspace: its name, the files that describe it, how to switch it on, look at it, remove it."""

    name: str
    files: tuple[tuple[Path, str], ...]
    enable: tuple[tuple[str, ...], ...]
    show: tuple[str, ...]
    disable: tuple[tuple[str, ...], ...]


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
        ((folder / f"{name}.service", service), (folder / f"{name}.timer", timer)),
        ((*control, "daemon-reload"), (*control, "enable", "--now", f"{name}.timer")),
        (*control, "list-timers", "--all", f"{name}.timer"),
        ((*control, "disable", "--now", f"{name}.timer"), (*control, "daemon-reload")),
    )


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
        ((path, definition),),
        (("schtasks", "/Create", "/F", "/TN", name, "/XML", str(path)),),
        ("schtasks", "/Query", "/TN", name, "/V", "/FO", "LIST"),
        (("schtasks", "/Delete", "/F", "/TN", name),),
    )


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60, check=False)  # noqa: S603


def install(task: Task, run: Run = _run) -> tuple[str, ...]:
    """Writes the task's files and switches it on; returns the files. ConfigError: the system said no, and why."""
    _require(task)
    for path, text in task.files:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("utf-16" if path.suffix == ".xml" else "utf-8"))
    for command in task.enable:
        _expect(run(command), command)
    return tuple(str(path) for path, _ in task.files)


def show(task: Task, run: Run = _run) -> str:
    """What the system says of the task; "" where it knows none."""
    _require(task)
    if not all(path.exists() for path, _ in task.files):
        return ""
    answer = run(task.show)
    return answer.stdout.strip() if answer.returncode == 0 else ""


def remove(task: Task, run: Run = _run) -> tuple[str, ...]:
    """Switches the task off and removes its files; returns those that were there."""
    _require(task)
    there = [path for path, _ in task.files if path.exists()]
    if there:
        _expect(run(task.disable[0]), task.disable[0])
    for path in there:
        path.unlink()
    for command in task.disable[1:]:
        run(command)
    return tuple(map(str, there))


def is_installed(task: Task) -> bool:
    return all(path.exists() for path, _ in task.files)


def _require(task: Task) -> None:
    program = task.show[0]
    if shutil.which(program) is None:
        raise ConfigError("no_scheduler", program=program)


def _expect(answer: subprocess.CompletedProcess[str], command: Sequence[str]) -> None:
    if answer.returncode:
        said = (answer.stderr or answer.stdout).strip()
        raise ConfigError("scheduler_refused", command=" ".join(command), why=said)
