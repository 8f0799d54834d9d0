"""The archive: each file once by its hash, a JSON per arrival, whole or not at all, names never paths."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.intake import archive

NOW = datetime(2025, 3, 18, 2, 0, tzinfo=UTC)
DATA = b"PK contents"
DIGEST = hashlib.sha256(DATA).hexdigest()


def receipt(name: str = "BC tháng 3.xlsx", **more: Any) -> dict[str, Any]:
    how = {"name": name, "channel": "folder", "key": name, "sender": None, "modified_at": "2025-03-17T08:00:00+00:00"}
    return {**how, **more}


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def notes(root: Path) -> list[dict[str, Any]]:
    return [json.loads((root / name).read_text("utf-8")) for name in sorted(files(root)) if name.endswith(".json")]


def test_a_file_and_how_it_came(tmp_path: Path) -> None:
    stored = archive.store(tmp_path, "2025-03", DATA, receipt(sender="a@b.example"), NOW)
    assert stored == archive.Archived(DIGEST, f"2025-03/{DIGEST}")
    assert archive.load(tmp_path, stored.path) == DATA
    (note,) = notes(tmp_path)
    assert note == {
        "name": "BC tháng 3.xlsx",
        "channel": "folder",
        "key": "BC tháng 3.xlsx",
        "sender": "a@b.example",
        "modified_at": "2025-03-17T08:00:00+00:00",
        "sha256": DIGEST,
        "size": len(DATA),
        "received_at": "2025-03-18T02:00:00+00:00",
    }


def test_the_same_bytes_are_kept_once_with_a_note_per_arrival(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx", "a.xlsx"):
        archive.store(tmp_path, "2025-03", DATA, receipt(name), NOW)
    assert {note["name"] for note in notes(tmp_path)} == {"a.xlsx", "b.xlsx"}
    assert len(files(tmp_path)) == 3
    archive.store(tmp_path, "2025-03", DATA, receipt("a.xlsx"), NOW.replace(hour=3))
    assert len(notes(tmp_path)) == 2, "another attempt at the same arrival tells of it anew"
    archive.store(tmp_path, "2025-03", DATA, receipt("a.xlsx", modified_at="2025-03-18T08:00:00+00:00"), NOW)
    assert len(notes(tmp_path)) == 3


def test_what_lies_there_is_never_written_again(tmp_path: Path) -> None:
    archive.store(tmp_path, "2025-03", DATA, receipt(), NOW)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)}
    archive.store(tmp_path, "2025-03", DATA, receipt(), NOW)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in files(tmp_path)} == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "../", "C:\\", "/etc/", "CON."])
)
def test_names_never_become_paths(tmp_path: Path, name: str, start: str) -> None:
    archive.store(tmp_path / "root", "2025-03", DATA, receipt(start + name), NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["root"]
    assert all(path.startswith(f"2025-03/{DIGEST}") for path in files(tmp_path / "root"))


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failing_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    if step == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        archive.store(tmp_path, "2025-03", DATA, receipt(), NOW)
    assert files(tmp_path) == set()


def test_a_note_that_was_missed_is_written_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between file and note: the file is safe, and the next run adds what is missing."""
    really_write = archive.put_whole

    def die_at_note(target: Path, data: bytes) -> None:
        if target.suffix == ".json":
            raise KeyboardInterrupt
        really_write(target, data)

    with monkeypatch.context() as patched:
        patched.setattr(archive, "put_whole", die_at_note)
        with pytest.raises(KeyboardInterrupt):
            archive.store(tmp_path, "2025-03", DATA, receipt(), NOW)
    assert files(tmp_path) == {f"2025-03/{DIGEST}"}
    archive.store(tmp_path, "2025-03", DATA, receipt(), NOW)
    assert len(notes(tmp_path)) == 1


@pytest.mark.skipif(os.name == "nt", reason="no such rights there")
def test_files_for_people_keep_who_may_open_them_and_the_archive_is_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "master.xlsx"
    archive.write_whole(path, b"one")
    (tmp_path / "made").touch()
    assert path.stat().st_mode == (tmp_path / "made").stat().st_mode, "as the umask says"
    path.chmod(0o664)
    archive.write_whole(path, b"two")
    assert (stat.S_IMODE(path.stat().st_mode), path.read_bytes()) == (0o664, b"two")
    kept = archive.keep(tmp_path, "2025-03", b"a return")
    assert stat.S_IMODE((tmp_path / kept.path).stat().st_mode) == 0o600


def test_write_whole_replaces_and_cleans_up(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    archive.write_whole(target, b"one")
    archive.write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert files(tmp_path) == {"a.xlsx"}


def test_write_whole_keeps_the_old_file_where_the_new_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.xlsx"
    archive.write_whole(target, b"one")

    def held_open(self: Path, other: Path) -> None:
        raise PermissionError(13, "held open by Excel")

    monkeypatch.setattr(Path, "replace", held_open)
    with pytest.raises(PermissionError):
        archive.write_whole(target, b"two")
    assert (target.read_bytes(), files(tmp_path)) == (b"one", {"a.xlsx"})
