"""The operating system's scheduler: a task comes whole or not at all, goes whatever happens, and is asked after."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.command import tracker
from tests.test_doctor import unwell
from tracker.actions import TaskState, init, install, look, remove, task_of
from tracker.errors import ConfigError


@dataclass
class System:
    """Answers commands, and remembers them; it says no to those with one of the words it `refuses`."""

    refuses: tuple[str, ...] = ()
    commands: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
        self.commands.append(tuple(command))
        is_no = not set(self.refuses).isdisjoint(command)
        return subprocess.CompletedProcess(list(command), int(is_no), "", "No medium found" if is_no else "")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with programs of the names that are asked for, and a home of its own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("systemctl", "schtasks"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


@pytest.mark.parametrize("system", ["posix", "nt"])
def test_the_task_comes_and_goes(system: str, programs: Path, tmp_path: Path) -> None:
    task = task_of(tmp_path / "nơi làm việc 100%", "/opt/py thon/python", system)
    machine = System()
    files = install(task, machine)
    assert all(Path(name).exists() for name in files)
    assert machine.commands == [("/opt/py thon/python", "-m", "tracker", "version"), *task.enable]
    assert look(task, machine).state is TaskState.ACTIVE
    assert remove(task, machine).files == files
    assert not any(Path(name).exists() for name in files)
    assert look(task, machine).state is TaskState.ABSENT
    assert remove(task, machine).files == ()


@pytest.mark.parametrize("word", ["daemon-reload", "enable", "/Create"])
def test_a_task_the_system_does_not_take_leaves_nothing(word: str, programs: Path, tmp_path: Path) -> None:
    task = task_of(tmp_path, system="nt" if word.startswith("/") else "posix")
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ConfigError) as raised:
        install(task, System((word,)))
    assert (raised.value.key, raised.value.facts["why"]) == ("scheduler_refused", "No medium found")
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_task_that_was_there_stays_where_a_new_one_fails(programs: Path, tmp_path: Path) -> None:
    install(task_of(tmp_path, "/opt/old/python", "posix"), System())
    task = task_of(tmp_path, "/opt/new/python", "posix")
    with pytest.raises(ConfigError):
        install(task, System(("enable",)))
    assert "/opt/old/python" in task.files[0][0].read_text("utf-8")


def test_a_task_goes_though_the_system_says_no(programs: Path, tmp_path: Path) -> None:
    task = task_of(tmp_path, system="posix")
    files = install(task, System())
    (link,) = task.links
    link.parent.mkdir()
    link.symlink_to(task.files[1][0])
    removed = remove(task, System(("disable",)))
    assert (removed.files, removed.why) == (files, "No medium found")
    assert not any(path.is_symlink() or path.exists() for path in (*map(Path, files), link))


def test_a_program_that_does_not_start_from_the_workspace_is_no_task(programs: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        install(task_of(tmp_path, system="posix"), System(("version",)))
    assert (raised.value.key, raised.value.facts["why"]) == ("program_not_found", "No medium found")
    assert not any(path.exists() for path, _ in task_of(tmp_path, system="posix").files)


def test_the_program_is_tried_as_the_system_will_start_it(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the workspace, and without what the shell adds: a checkout that was only stood in is not found."""
    home = tmp_path / "home"
    home.mkdir()
    python = programs / "python"
    python.write_text('#!/bin/sh\n[ "$PWD" = "' + str(home) + '" ] && [ -z "$PYTHONPATH" ] && [ "$2" = tracker ]\n')
    python.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert len(install(task_of(home, str(python), "posix"))) == 2
    python.write_text("#!/bin/sh\necho No module named tracker >&2\nexit 1\n")
    with pytest.raises(ConfigError) as raised:
        install(task_of(home, str(python), "posix"))
    assert raised.value.facts["why"] == "No module named tracker"


@pytest.fixture
def home(programs: Path, tmp_path: Path) -> Path:
    """A workspace, and a systemctl that answers what stands in a file."""
    (programs / "systemctl").write_text('#!/bin/sh\nread answer < "' + str(programs) + '/answer"\nexit "$answer"\n')
    (programs / "answer").write_text("0\n")
    init(tmp_path / "home", "27-TB-UBND")
    return tmp_path / "home"


def answering(programs: Path, status: int) -> None:
    (programs / "answer").write_text(f"{status}\n")


def test_what_the_system_does_not_run_is_not_told_as_installed(home: Path, programs: Path) -> None:
    """Files of a task lie there, as an earlier version left them after a refusal."""
    assert "task" not in unwell(home)
    for path, text in task_of(home).files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    show = ("schedule", "show", "--home", home, "--now", "2025-03-10")
    shown = tracker(*show)
    assert "Hệ điều hành tự chạy lịch công việc (" in shown.err
    assert tracker(*show, "--json").json["task_state"] == "active"
    assert "task" not in unwell(home)
    answering(programs, 1)
    shown = tracker(*show)
    assert "hệ điều hành không chạy" in shown.err
    known = tracker(*show, "--json").json
    assert (known["installed"], known["task_state"]) == (False, "inactive")
    assert "task" in unwell(home)
    removed = tracker("schedule", "remove", "--home", home, "--json")
    assert (removed.status, len(removed.json)) == (0, 2)
    assert tracker(*show, "--json").json["task_state"] == "absent"
    assert tracker("schedule", "remove", "--home", home, "--json").json == []


@pytest.mark.parametrize("verb", ["install", "remove"])
def test_a_dry_run_lists_the_files(home: Path, verb: str) -> None:
    files = [path for path, _ in task_of(home).files]
    for path in files if verb == "remove" else ():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    ran = tracker("schedule", verb, "--dry-run", "--home", home)
    assert all(str(path) in ran.out for path in files)
    assert "Đã bỏ" not in ran.err
    assert [path.exists() for path in files] == [verb == "remove"] * 2


def test_units_catch_up_and_quote(tmp_path: Path) -> None:
    task = task_of(tmp_path / 'a "b" 100%', "/opt/py thon/python", "posix")
    texts = {path.suffix: text for path, text in task.files}
    assert "Persistent=true" in texts[".timer"]
    assert '"/opt/py thon/python" -m tracker schedule run --once' in texts[".service"]
    assert '100%%"' in texts[".service"]
    windows = task_of(tmp_path / "a & b", "C:\\py\\python.exe", "nt").files[0][1]
    assert "<StartWhenAvailable>true</StartWhenAvailable>" in windows
    assert "a &amp; b" in windows


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders with letters that mean something to systemd; quotes and backslashes it takes in no program's path."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    python = tmp_path / "my $HOME %h python"
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    for home in (tmp_path / 'nơi "làm" việc 100% $x', tmp_path / "plain"):
        home.mkdir()
        task = task_of(home, str(python), "posix")
        for path, text in task.files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        units = [str(path) for path, _ in task.files]
        seen = subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", *units], capture_output=True, text=True, timeout=60
        )
        said = [line for line in seen.stderr.splitlines() if task.name in line or str(tmp_path) in line]
        assert (seen.returncode, said) == (0, [])


def test_a_machine_without_a_scheduler_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError) as raised:
        install(task_of(tmp_path, system="posix"), System())
    assert raised.value.key == "no_scheduler"


def test_two_workspaces_have_two_tasks(tmp_path: Path) -> None:
    assert task_of(tmp_path / "a").name != task_of(tmp_path / "b").name
