"""The drop folder: what is taken, in which order, and what is left alone."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from tracker.intake.channel import ChannelPlace, Incoming
from tracker.intake.folder import Folder

CAP = 1000
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names, links and pipes")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    place = tmp_path / "inbox"
    place.mkdir()
    return place


def channel(inbox: Path, settle_seconds: float = 0) -> Folder:
    return Folder(ChannelPlace(inbox, CAP, settle_seconds))


def drop(inbox: Path, name: str, data: bytes = b"x", at: int = 1_742_000_000) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (at, at))
    return path


def names(found: Iterator[Incoming]) -> list[str]:
    return [each.name for each in found]


def test_an_empty_folder(inbox: Path) -> None:
    assert list(channel(inbox).fetch()) == []


def test_no_folder(tmp_path: Path) -> None:
    assert list(channel(tmp_path / "nowhere").fetch()) == []


def test_what_a_file_brings(inbox: Path) -> None:
    drop(inbox, "BC tháng 3.xlsx", b"abc", at=1_742_000_000)
    (found,) = channel(inbox).fetch()
    assert (found.name, found.key, found.data, found.size) == ("BC tháng 3.xlsx", "BC tháng 3.xlsx", b"abc", 3)
    assert (found.sender, found.why) == (None, "")
    assert found.modified_at == datetime(2025, 3, 15, 0, 53, 20, tzinfo=UTC)


def test_order_is_by_time_then_name(inbox: Path) -> None:
    drop(inbox, "b.xlsx", at=1_742_000_100)
    drop(inbox, "z.xlsx", at=1_742_000_000)
    drop(inbox, "c.xlsx", b"longer", at=1_742_000_200)
    drop(inbox, "d.xlsx", at=1_742_000_200)
    drop(inbox, "sub/a.xlsx", at=1_742_000_200)
    assert names(channel(inbox).fetch()) == ["z.xlsx", "b.xlsx", "a.xlsx", "c.xlsx", "d.xlsx"]


@pytest.mark.parametrize("name", ["~$BC.xlsx", ".~lock.BC.xlsx#", "Thumbs.db", "DESKTOP.INI", ".DS_Store", "._BC.xlsx"])
def test_office_litter_is_left_alone(inbox: Path, name: str) -> None:
    drop(inbox, name)
    (found,) = channel(inbox).fetch()
    assert (found.data, found.why) == (None, "litter")


@pytest.mark.parametrize("ending", [".part", ".partial", ".crdownload", ".tmp", ".download", ".TMP"])
def test_a_download_that_runs_is_left_alone(inbox: Path, ending: str) -> None:
    drop(inbox, f"BC.xlsx{ending}")
    (found,) = channel(inbox).fetch()
    assert (found.data, found.why) == (None, "copying")


def test_what_is_above_the_cap_stays(inbox: Path) -> None:
    drop(inbox, "a.xlsx", bytes(CAP))
    big = drop(inbox, "b.xlsx", bytes(CAP + 1))
    fits, too_large = channel(inbox).fetch()
    assert (fits.data, fits.why) == (bytes(CAP), "")
    assert (too_large.data, too_large.why, too_large.size) == (None, "too_large", CAP + 1)
    assert big.exists()


def test_a_file_that_grows_between_two_looks(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = inbox / "BC.xlsx"
    path.write_bytes(b"half")
    naps = []

    def grow(seconds: float) -> None:
        naps.append(seconds)
        path.write_bytes(b"half and more")

    monkeypatch.setattr("time.sleep", grow)
    (found,) = channel(inbox, settle_seconds=10).fetch()
    assert (found.data, found.why, len(naps)) == (None, "copying", 1)


def test_old_files_are_not_waited_for(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox, "BC.xlsx")
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("nothing young is there"))
    assert names(channel(inbox, settle_seconds=10).fetch()) == ["BC.xlsx"]


def test_a_file_that_goes_while_we_look(inbox: Path) -> None:
    drop(inbox, "a.xlsx", at=1_742_000_000)
    gone = drop(inbox, "b.xlsx", at=1_742_000_001)
    found = channel(inbox).fetch()
    assert next(found).name == "a.xlsx"
    gone.unlink()
    assert list(found) == []


def test_a_file_that_cannot_be_read(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Excel on Windows keeps a file for itself; its neighbours are taken."""
    drop(inbox, "a.xlsx")
    drop(inbox, "held.xlsx")
    really_open = Path.open

    def refuse(self: Path, mode: str = "r") -> IO[Any]:
        if self.name == "held.xlsx":
            raise PermissionError(13, "sharing violation")
        return really_open(self, mode)

    monkeypatch.setattr(Path, "open", refuse)
    assert [(each.name, each.why) for each in channel(inbox).fetch()] == [("a.xlsx", ""), ("held.xlsx", "unreadable")]


@ON_POSIX
def test_links_pipes_and_folders_are_no_files(inbox: Path, tmp_path: Path) -> None:
    secret = drop(tmp_path, "elsewhere/secret.xlsx")
    (inbox / "link.xlsx").symlink_to(secret)
    (inbox / "dangling.xlsx").symlink_to(tmp_path / "nothing")
    (inbox / "linked folder").symlink_to(secret.parent, target_is_directory=True)
    (inbox / "folder.xlsx").mkdir()
    os.mkfifo(inbox / "pipe.xlsx")
    found = [(each.name, each.data, each.why) for each in channel(inbox).fetch()]
    assert found == [
        ("dangling.xlsx", None, "link"),
        ("link.xlsx", None, "link"),
        ("linked folder", None, "link"),
        ("pipe.xlsx", None, "pipe"),
    ]


def test_subfolders_tell_files_of_one_name_apart(inbox: Path) -> None:
    drop(inbox, "Sở Tài chính/BC.xlsx", b"1")
    drop(inbox, "Sở Nội vụ/BC.xlsx", b"2")
    found = list(channel(inbox).fetch())
    assert {each.key for each in found} == {"Sở Tài chính/BC.xlsx", "Sở Nội vụ/BC.xlsx"}
    assert {each.name for each in found} == {"BC.xlsx"}


@ON_POSIX
def test_names_are_text_for_people(inbox: Path) -> None:
    drop(inbox, unicodedata.normalize("NFD", "Sở Nội vụ.xlsx"))
    drop(inbox, "bao\u202exslx.cao.xlsx")
    drop(inbox, "hai\ndong.xlsx")
    drop(inbox, "a\r\nBcc: x.xlsx")
    told = {"Sở Nội vụ.xlsx", "baoxslx.cao.xlsx", "hai dong.xlsx", "a Bcc: x.xlsx"}
    assert set(names(channel(inbox).fetch())) == told


@ON_POSIX
def test_a_name_in_an_old_character_set(inbox: Path) -> None:
    """TCVN3 or Windows-1258 from an old zip: no UTF-8, and yet a file like others."""
    raw = os.fsencode(inbox) + b"/B\xf8o c\xb8o.xlsx"
    Path(os.fsdecode(raw)).write_bytes(b"abc")
    taken = channel(inbox)
    (found,) = taken.fetch()
    assert found.data == b"abc"
    for text in (found.name, found.key):
        assert text == r"B\xf8o c\xb8o.xlsx"
        text.encode()
    taken.done(found)
    assert list(inbox.iterdir()) == []


def test_done_takes_the_file_away_and_may_be_repeated(inbox: Path) -> None:
    drop(inbox, "a.xlsx")
    stays = drop(inbox, "b.xlsx")
    taken = channel(inbox)
    first, _ = taken.fetch()
    taken.done(first)
    taken.done(first)
    assert list(inbox.iterdir()) == [stays]


def test_a_file_written_anew_in_the_meantime_stays(inbox: Path) -> None:
    """The officer drops her correction under the same name while the first is being examined."""
    path = drop(inbox, "a.xlsx", b"first")
    taken = channel(inbox)
    (first,) = taken.fetch()
    drop(inbox, "a.xlsx", b"other", at=1_742_000_500)
    taken.done(first)
    assert path.read_bytes() == b"other"


def test_nothing_outside_is_ever_taken_away(inbox: Path, tmp_path: Path) -> None:
    outside = drop(tmp_path, "record.xlsx")
    forged = Incoming("x", "../record.xlsx", b"", datetime.now(UTC))
    channel(inbox).done(forged)
    assert outside.exists()
