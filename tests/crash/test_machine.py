"""A full disk, folders that may not be written to, a workbook that somebody holds open: told, and made up for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.crash.bench import AFTER, Bench, bench
from tests.crash.judge import state_of
from tests.support.workspace import Place


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("machine")) as made:
        made.undisturbed()
        yield made


def _mount(*options: str) -> bool:
    done = subprocess.run(["mount", *options], capture_output=True, check=False) if shutil.which("mount") else None
    return done is not None and done.returncode == 0


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    """Nobody may write into the folder, the superuser included."""
    if os.geteuid():
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    if not _mount("--bind", str(folder), str(folder)):
        pytest.skip("needs the right to mount")
    try:
        assert _mount("-o", "remount,ro,bind", str(folder))
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _told(there: Bench, since: int) -> str:
    return (there.folder / "log").read_text("utf-8", "replace")[since:]


def _said_so_far(there: Bench) -> int:
    return len((there.folder / "log").read_text("utf-8", "replace"))


@pytest.mark.parametrize("spare", [8, 60, 200, 400], ids=lambda kib: f"{kib} KiB left")
def test_a_full_disk(there: Bench, spare: int) -> None:
    """The run ends with a failure that says what to do; with room again, the next one finishes the work."""
    place = there.set()
    disk = there.folder / "disk"
    disk.mkdir(exist_ok=True)
    if not _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)):
        pytest.skip("needs the right to mount")
    try:
        small = Place(disk / "home")
        shutil.copytree(place.home, small.home)
        used = shutil.disk_usage(disk).used
        assert _mount("-o", f"remount,size={used // 1024 + spare}k", str(disk))
        since = _said_so_far(there)
        assert there.starter.run(there.request(small)) == 1
        told = _told(there, since)
        assert "disk is full" in told or "Ổ đĩa đã đầy" in told
        assert _mount("-o", "remount,size=64m", str(disk))
        assert list(there.after(small, there.undisturbed(later=True), 0, later=True)) == []
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("folder", ["outputs", "workbooks/archive", "workbooks"])
def test_a_folder_without_the_right_to_write(there: Bench, folder: str) -> None:
    place = there.set()
    since = _said_so_far(there)
    with _read_only(place.home / folder):
        assert there.starter.run(there.request(place)) == 1
    told = _told(there, since)
    assert "may not be written to" in told or "Không có quyền ghi" in told
    assert list(there.after(place, there.undisturbed(later=True), 0, later=True)) == []


def test_an_inbox_without_the_right_to_write(there: Bench) -> None:
    """Files are taken and stay; they leave once they may."""
    place = there.set()
    with _read_only(place.inbox):
        assert there.starter.run(there.request(place)) == 0
        assert there.starter.run(there.request(place, AFTER)) == 0
        assert len(place.waiting()) == 2
    assert there.starter.run(there.request(place, "2025-03-21T11:05")) == 0
    found, wanted = state_of(there.scene, place), there.undisturbed()
    assert found.inbox == frozenset()
    assert [found.ledger[table] for table in ("submission", "arrival", "answer")] == [
        wanted.ledger[table] for table in ("submission", "arrival", "answer")
    ]


def test_a_workbook_that_somebody_holds_open(there: Bench) -> None:
    """The next version stands beside it, whole, and the next run has nothing to do."""
    place = there.set()
    name = "tong-hop-2025-03-v1.xlsx"
    folder = place.home / "outputs/2025-03"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"open in Excel")
    since = _said_so_far(there)
    assert there.starter.run(there.request(place, held=name)) == 0
    assert (folder / name).read_bytes() == b"open in Excel"
    assert {path.name for path in folder.glob("*-v2.*")} == {"tong-hop-2025-03-v2.xlsx", "bao-cao-2025-03-v2.docx"}
    assert name in _told(there, since)
    before = state_of(there.scene, place)
    assert [row[5] for row in before.ledger["letter"] if row[2] == "report"] == ['["chutich@haiduong.example"]']
    assert there.starter.run(there.request(place)) == 0
    assert state_of(there.scene, place) == before
