"""The survey gives every file exactly one end, whatever lies in the folder, and names what killed a worker."""

import os
from itertools import islice
from pathlib import Path

import pytest

from tests.corpus.__main__ import MAX_BYTES, Tally, files_below, main, survey
from tests.support.packages import poison
from tests.support.returns import filled
from tracker.model import Verdict

ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names, links and pipes")


def test_every_file_ends_once(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "good.xlsx").write_bytes(filled("hth"))
    (tmp_path / "half.xlsx").write_bytes(filled("hth")[:4000])
    (tmp_path / "note.txt").write_text("không phải bảng tính", "utf-8")
    (tmp_path / "mail.eml").write_text("Subject: BC\r\n\r\nbody", "utf-8")
    (tmp_path / "empty.xlsx").touch()
    (tmp_path / "poison.xlsx").write_bytes(poison())
    with (tmp_path / "huge.xlsx").open("wb") as file:
        file.truncate(MAX_BYTES * 5)
    ended = {each.path.name: each for each in survey(tmp_path)}
    names = {"good.xlsx", "half.xlsx", "note.txt", "mail.eml", "empty.xlsx", "poison.xlsx", "huge.xlsx"}
    assert ended.keys() == names
    codes = {name: [f.code for f in each.examined.findings] for name, each in ended.items()}
    assert codes["half.xlsx"] == ["F02"]
    assert codes["note.txt"] == codes["empty.xlsx"] == codes["mail.eml"] == ["F01"]
    assert codes["huge.xlsx"] == ["F04"]
    assert ended["good.xlsx"].examined.answers, "a good form in the same folder is read whatever lies beside it"
    assert ended["poison.xlsx"].examined.verdict is Verdict.REFUSED
    assert not any(each.failure for each in ended.values())


def test_a_reader_that_dies_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "poison.xlsx").write_bytes(poison())
    (tmp_path / "good.xlsx").write_bytes(filled("hth"))
    assert main([str(tmp_path), "--workers", "1"]) == 0, "a file's own death is no failure of ours"
    out = capfd.readouterr().out.splitlines()
    assert out[-2:] == ["crashes and what could not be read:", "crash: poison.xlsx"]
    assert "      1  refused F04" in out


@ON_POSIX
def test_a_folder_of_oddities(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pipes, links, names that are no text, deep folders, what nobody may open: one line each at most, no hang."""
    deep = tmp_path
    for _ in range(60):
        deep = deep / "d"
        deep.mkdir()
    (deep / "note.txt").write_text("a")
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "link.xlsx").symlink_to("/dev/zero")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\x1b[2J.xlsx")).write_bytes(b"x")
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0)
    try:
        assert main([str(tmp_path), "--workers", "1"]) == 0
    finally:
        locked.chmod(0o700)
    out = capsys.readouterr().out
    assert "3 files" in out
    assert "no file of its own: pipe.xlsx" in out
    assert "\x1b" not in out
    assert "note.txt" in out


def test_files_are_drawn_as_they_are_needed(tmp_path: Path) -> None:
    """Of five thousand files only a few are ever held."""
    for number in range(300):
        (tmp_path / f"{number:04}.txt").write_bytes(b"x")
    found = survey(tmp_path, workers=1)
    assert len(list(islice(found, 5))) == 5
    for path in list(files_below(tmp_path))[100:]:
        path.unlink()
    rest = list(found)
    assert len(rest) == 295
    assert {each.outcome for each in rest} == {"refused F01", "not read"}, "one that goes meanwhile is told of"


def test_a_tally_keeps_the_worst_only(tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_bytes(b"%d" % number)
    for each in survey(tmp_path, workers=1):
        tally.add(each)
    assert (len(tally.slowest), len(tally.largest), tally.outcomes.total()) == (10, 10, 40)
    assert list(tally.lines(1.0))[-1] == "no crashes"


def test_it_prints_counts_and_the_slowest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    assert main([str(tmp_path), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "1 files" in out
    assert "refused F01" in out
    assert "a.pdf" in out
    with pytest.raises(SystemExit):
        main([str(tmp_path / "nowhere")])
