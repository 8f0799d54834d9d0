"""The survey gives every file exactly one end, and names what killed a worker."""

from pathlib import Path

import pytest

from tests.corpus.__main__ import main, survey
from tests.support.packages import poison
from tests.support.returns import filled


def test_every_file_ends_once(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "good.xlsx").write_bytes(filled("hth"))
    (tmp_path / "half.xlsx").write_bytes(filled("hth")[:4000])
    (tmp_path / "note.txt").write_text("không phải bảng tính", "utf-8")
    (tmp_path / "empty.xlsx").touch()
    (tmp_path / "poison.xlsx").write_bytes(poison())
    ended = {each.path.name: each for each in survey(tmp_path)}
    assert ended.keys() == {"good.xlsx", "half.xlsx", "note.txt", "empty.xlsx", "poison.xlsx"}
    codes = {name: [f.code for f in each.examined.findings] for name, each in ended.items()}
    assert codes["half.xlsx"] == ["F02"]
    assert codes["note.txt"] == codes["empty.xlsx"] == ["F01"]
    assert ended["good.xlsx"].examined.answers, "a good form in the same folder is read whatever lies beside it"
    assert ended["poison.xlsx"].died
    assert codes["poison.xlsx"] == ["F04"]


def test_it_prints_counts_slowest_and_deaths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    assert main([str(tmp_path), "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert "1 files" in out
    assert "refused F01" in out
    assert "a.pdf" in out
