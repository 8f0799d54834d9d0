"""The user guide: its pictures and links are there, and what it names is what the program has."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from tests.support.pictures import FOLDER, PICTURES, png
from tracker.checks import OFFICE_RULES, RULES
from tracker.cli.app import app
from tracker.columns import REPORT, STATUS
from tracker.plan.sheet_columns import SHEETS
from tracker.status import Status
from tracker.texts import catalogue, say

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "huong-dan-su-dung.md"
PAGES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md")
FENCES = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
_OF_THE_IT_OFFICER = frozenset({"init", "demo", "version"})


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text("utf-8")


def verbs() -> set[str]:
    alone = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    return alone | {group.name for group in app.registered_groups if group.name}


def links(page: Path) -> list[tuple[bool, str]]:
    """(is a picture, target) of every link of a page that leads into the repository."""
    text = FENCES.sub("", page.read_text("utf-8"))
    return [(bool(mark), target) for mark, target in LINK.findall(text) if "://" not in target]


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCES.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for _, target in links(page):
        path, _, anchor = target.partition("#")
        there = page.parent / path if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_pictures_are_those_of_the_script_and_small() -> None:
    shown = {Path(target).name for page in PAGES for is_picture, target in links(page) if is_picture}
    there = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert shown == set(there) == {f"{picture.name}.png" for picture in PICTURES}
    assert all(1_000 < size < 150_000 for size in there.values()), there
    assert sum(there.values()) < 2_000_000
    assert all((FOLDER / name).read_bytes().startswith(b"\x89PNG") for name in there)


def test_pictures_keep_plain_colours() -> None:
    pixels = np.array([[[255, 255, 255], [242, 242, 242]], [[31, 78, 121], [255, 255, 255]]], np.uint8)
    data = png(pixels)
    assert struct.unpack(">II", data[16:24]) == (2, 2)
    palette = np.frombuffer(_chunk(data, b"PLTE"), np.uint8).reshape(-1, 3)
    lines = np.frombuffer(zlib.decompress(_chunk(data, b"IDAT")), np.uint8).reshape(2, 3)
    assert (palette[lines[:, 1:]] == pixels).all()


def _chunk(data: bytes, name: bytes) -> bytes:
    at = data.index(name)
    return data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at], "big")]


def test_the_guide_names_every_verb_of_the_clerk_and_no_other(guide: str) -> None:
    named = set(re.findall(r"`tracker ([a-z]+)", guide))
    assert named <= verbs()
    assert verbs() - _OF_THE_IT_OFFICER <= named


def test_the_guide_names_every_status_and_column(guide: str) -> None:
    statuses = [STATUS.show(key) for key, _ in STATUS.options] + [say(f"status.{status}") for status in Status]
    headings = [column.heading.partition(" (")[0] for column in REPORT if not column.is_locked]
    flags = [say(f"status.{flag}") for flag in ("due_soon", "not_reported", "awaiting")]
    assert [text for text in (*statuses, *headings, *flags) if text not in guide] == []


def test_the_guide_names_every_sheet_and_column_of_master_and_workbook(guide: str) -> None:
    master = chain.from_iterable((sheet.title, *map(sheet.heading, sheet.columns)) for sheet in SHEETS)
    workbook = (text for key, text in catalogue().items() if key.startswith("workbook.sheet_"))
    assert [text for text in (*master, *workbook) if text not in guide] == []


def test_the_guide_names_every_verdict(guide: str) -> None:
    verdicts = (text for key, text in catalogue().items() if key.startswith("verdict.") and key != "verdict.ignored")
    assert [text for text in verdicts if text not in guide] == []


def test_codes_of_rules_are_real(guide: str) -> None:
    real = {rule.code for rule in (*RULES, *OFFICE_RULES)} | {
        key.removeprefix("rule.") for key in catalogue() if key.startswith("rule.")
    }
    named = set(re.findall(r"\b[FRPIHAO]\d\d\b", guide))
    assert named and named <= real
