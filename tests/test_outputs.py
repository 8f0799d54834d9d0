"""Outputs of a period: versions, the board that is always the newest, files that somebody holds open, the trend."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.shared import Pt
from lxml import html

from tests.support.command import tracker
from tests.support.workspace import PERIOD, Place
from tracker import actions
from tracker.config import Workspace
from tracker.dates import Period

REPORTING = import_module("tracker.actions.report")


def names(made: actions.Made) -> list[str]:
    return [Path(file).name for file in made.files]


def page_of(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes())


def test_the_board_is_written_over_and_links_to_the_newest_files(place: Place) -> None:
    first = actions.report(place.office(), PERIOD)
    board = place.home / first.files[-1]
    assert board.name == "bang-theo-doi.html"
    before = board.read_bytes()
    place.drop("a.xlsx", place.filled("hth"))
    place.collect()
    second = actions.report(place.office(), PERIOD)
    assert (second.version, names(second)[-1]) == (2, "bang-theo-doi.html")
    assert board.read_bytes() != before
    assert set(page_of(board).xpath("//p/a/@href")) == set(names(second)[:-1])
    assert not actions.report(place.office(), PERIOD).is_new


def test_a_board_somebody_deleted_comes_back_in_the_same_version(place: Place) -> None:
    made = actions.report(place.office(), PERIOD)
    (place.home / made.files[-1]).unlink()
    again = actions.report(place.office(), PERIOD)
    assert (again.version, again.is_new) == (1, True)
    assert (place.home / made.files[-1]).exists()


def test_what_is_held_open_is_written_beside_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board held open gets a name of its own; a workbook held open sends all to the next version."""
    write = REPORTING.write_whole

    def held(target: Path, data: bytes) -> None:
        if target.name in ("bang-theo-doi.html", f"tong-hop-{PERIOD}-v1.xlsx"):
            raise PermissionError(13, "held open", "aside", None, str(target))
        write(target, data)

    monkeypatch.setattr(REPORTING, "write_whole", held)
    made = actions.report(place.office(), PERIOD)
    expected = [f"tong-hop-{PERIOD}-v2.xlsx", f"bao-cao-{PERIOD}-v2.docx", "bang-theo-doi-v2.html"]
    assert names(made) == expected
    assert all((place.home / file).exists() for file in made.files)
    assert not actions.report(place.office(), PERIOD).is_new


def test_the_trend_shows_the_periods_that_were_reported(place: Place) -> None:
    actions.report(place.office("2025-03-20T17:00"), PERIOD)
    april = Period(2025, 4)
    made = actions.report(place.office("2025-04-21T09:00"), april)
    page = page_of(place.home / made.files[-1])
    rows = page.xpath('//table[caption/@id="trend-table-c"]/tbody/tr')
    march = actions.month_of(place.office(), PERIOD)
    assert [row.xpath("string(th)") for row in rows] == ["tháng 3/2025", "tháng 4/2025"]
    assert rows[0].xpath("string(td[1])") == str(march.by_task.total)


def sizes_in(path: Path) -> set[Any]:
    """Of the letters of every style that stands in a report."""
    styles = (paragraph.style for paragraph in docx.Document(str(path)).paragraphs)
    return {style.font.size for style in styles if style is not None}


def restyle(place: Place, size: int) -> Path:
    path = Workspace(place.home).base
    document = docx.Document(str(path))
    document.styles["Body Text"].font.size = Pt(size)
    document.save(str(path))
    return path


def test_a_restyled_base_document_makes_a_new_version_in_its_style(place: Place) -> None:
    actions.report(place.office(), PERIOD)
    restyle(place, 13)
    made = actions.report(place.office(), PERIOD)
    assert (made.version, made.base_unused) == (2, "")
    assert Pt(13) in sizes_in(place.home / made.files[1])
    assert not actions.report(place.office(), PERIOD).is_new
    with actions.rehearsed(place.office()) as office:
        assert not actions.report(office, PERIOD).is_new


@pytest.mark.parametrize("with_it", [True, False])
def test_a_base_document_as_it_came_and_none_at_all_are_the_same(place: Place, with_it: bool) -> None:
    first = actions.report(place.office(), PERIOD)
    if not with_it:
        Workspace(place.home).base.unlink()
    assert (first.version, actions.report(place.office(), PERIOD).is_new) == (1, False)


def test_a_broken_base_document_is_told_and_stops_nothing(place: Place) -> None:
    base = Workspace(place.home).base
    base.write_bytes(b"PK\x03\x04 half")
    said = tracker("report", "--home", place.home, "--period", str(PERIOD), "--now", "2025-03-20T18:00", "--json")
    assert said.status == 0
    assert said.json["base_unused"]
    assert "mau-bao-cao.docx" in said.err
    assert Pt(14) in sizes_in(place.home / said.json["files"][1])
    base.unlink()
    actions.init(place.home)
    restyle(place, 12)
    assert actions.report(place.office(), PERIOD).version == 2
