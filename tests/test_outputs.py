"""Outputs of a period: versions, the board that is always the newest, files that somebody holds open, the trend."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from tests.support.workspace import PERIOD, Place
from tracker import actions
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
    actions.report(place.office(), PERIOD)
    april = Period(2025, 4)
    made = actions.report(place.office("2025-04-21T09:00"), april)
    page = page_of(place.home / made.files[-1])
    rows = page.xpath('//table[caption/@id="trend-table-c"]/tbody/tr')
    march = actions.month_of(place.office(), PERIOD)
    assert [row.xpath("string(th)") for row in rows] == ["tháng 3/2025", "tháng 4/2025"]
    assert rows[0].xpath("string(td[1])") == str(march.by_task.total)
