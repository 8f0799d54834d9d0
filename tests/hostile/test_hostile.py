"""Hostile and odd files among good forms: each has exactly one verdict and a name for it, and nobody else is harmed."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.all import kinds
from tests.hostile.bed import Bed, Run, laid, sow, strays
from tests.hostile.kinds import KINDS, Kind, form_of
from tests.hostile.names import BYTES, COPYING, LITTER, NAMES, ODDITIES, placed
from tests.hostile.trial import DESK, tried
from tests.support.packages import book_with
from tests.support.returns import codes, look
from tracker.intake.archive import sha256
from tracker.model import Verdict

NOW = ("--now", "2025-03-18T09:00")
SECONDS, MEGABYTES, COLLECTOR_MEGABYTES = 20.0, 1024.0, 400.0
ON_POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names, links and pipes")
_LATER = ("zip_entries_60000", "sheets_that_are_one_100000", "one_text_of_many_megabytes", "picture_that_never_ends")


def sample() -> list[Kind]:
    """The kinds of `make test`: of each module and fact, but of families of one attack only every fourth."""
    quick = [each for each in kinds(is_heavy=False) if each.name not in _LATER]
    return [each for number, each in enumerate(quick) if number % 4 == 0 or each.fact in ("1.10", "3.links")]


def test_every_fact_has_its_kinds() -> None:
    facts = {each.fact for each in KINDS.values()}
    asked = {"1.1", "1.5", "1.10", "2.cells", "2.values", "2.xml", "2.parts", "2.sheets", "2.zip", "2.password"}
    asked |= {"2.type", "2.cut", "2.records", "3.entity", "3.links", "3.bomb"}
    assert facts == asked
    assert len(sample()) >= 150


def test_kinds_are_made_alike_every_time() -> None:
    for each in sample()[::7]:
        assert each.data() == each.data(), each.name


# --- collect ----------------------------------------------------------------------------------------------------------


def assert_survived(bed: Bed, run: Run, wanted: Sequence[Kind]) -> None:
    """One object a file, named; the good ones whole; nothing touched elsewhere; all in the archive; in bounds."""
    assert run.status == 0, run.err[-2000:]
    objects: dict[str, list[dict[str, Any]]] = {}
    for each in run.told:
        objects.setdefault(each["file"], []).append(each)
    plain = [f"{each.name}.{each.ending}" for each in wanted if not each.unpacks] + list(bed.good)
    assert [name for name in plain if len(objects.get(name, ())) != 1] == []
    assert {each["verdict"] for each in run.told} <= {verdict.value for verdict in Verdict}
    assert [each for each in run.told if not (each["codes"] or each["verdict"] in ("accepted", "ignored"))] == []
    good = {name: objects[name][0] for name in bed.good}
    whole: dict[str, tuple[str, list[str], int]] = {name: ("accepted", [], count) for name, count in bed.good.items()}
    assert {name: (each["verdict"], each["codes"], each["answers"]) for name, each in good.items()} == whole
    archived = bed.place.archived()
    assert [each.name for each in wanted if sha256(each.data()) not in archived] == []
    assert strays(bed, run) == []
    assert run.collector_megabytes < COLLECTOR_MEGABYTES
    assert run.worker_megabytes < MEGABYTES


def assert_as_expected(run: Run, wanted: Sequence[Kind]) -> None:
    """The ends of a run are those the register expects; a same agency's later form may be told that it is one."""
    told = run.by_name()
    wrong = []
    for each in wanted:
        shown = None if each.unpacks else told[f"{each.name}.{each.ending}"]
        is_taken = shown is not None and shown["verdict"].startswith("accepted")
        expected = each.expected
        if shown and not expected.is_open:
            allowed = expected.may_be_taken if is_taken else expected.may_be_refused
            if not allowed or not set(shown["codes"]) <= expected.codes | {"F13", "F14"}:
                wrong.append((each.name, shown["verdict"], shown["codes"]))
    assert wrong == []


def assert_nothing_more_happens(bed: Bed) -> None:
    before = bed.place.tree()
    again = bed.run("collect", "--now", "2025-03-18T10:00")
    assert (again.status, [each for each in again.told if each["verdict"] != "ignored"]) == (0, []), again.err[-2000:]
    after = bed.place.tree()
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert {name for name in changed if "/logs/" not in name and "ledger.sqlite3" not in name} == set()


@ON_POSIX
def test_an_inbox_of_them(tmp_path: Path) -> None:
    """The quick kinds, through the command line."""
    bed = laid(tmp_path / "home")
    wanted = sample()
    sow(bed, wanted)
    run = bed.run("collect", *NOW, is_watched=True)
    assert_survived(bed, run, wanted)
    assert_as_expected(run, wanted)
    assert bed.place.waiting() == set()
    assert_nothing_more_happens(bed)


@pytest.mark.long
@ON_POSIX
def test_an_inbox_of_all(tmp_path: Path) -> None:
    bed = laid(tmp_path / "home")
    wanted = kinds()
    sow(bed, wanted)
    run = bed.run("collect", *NOW, is_watched=True)
    print(
        f"{len(run.told)} files in {run.seconds:.0f} s; collector {run.collector_megabytes:.0f} MB, "
        f"worker {run.worker_megabytes:.0f} MB"
    )
    assert_survived(bed, run, wanted)
    assert_as_expected(run, wanted)
    assert_nothing_more_happens(bed)


@pytest.mark.long
def test_each_ends_as_it_should_and_in_time() -> None:
    """All kinds, one at a time, so that time and memory are their own."""
    ended = list(tried(kinds()))
    assert [
        (each.kind.name, each.examined.verdict, each.codes, each.died) for each in ended if not each.is_expected
    ] == []
    assert max(each.seconds for each in ended) < SECONDS + 3, "a time-out, and the end of its worker"
    assert max(each.megabytes for each in ended) < MEGABYTES


# --- what lies oddly on the disk --------------------------------------------------------------------------------------


@ON_POSIX
def test_odd_names_and_things_that_are_no_files(tmp_path: Path) -> None:
    bed = laid(tmp_path / "home", workers=1)
    secret = tmp_path / "secret" / "secret.xlsx"
    secret.parent.mkdir()
    secret.write_bytes(form_of("hth", 9))
    names: list[str | bytes] = [*NAMES.values(), *BYTES]
    for number, name in enumerate(names):
        bed.drop(name, form_of("hth", 100 + number))
    for name in (*LITTER, *COPYING):
        bed.drop(name, b"litter")
    for oddity in ODDITIES:
        oddity.lay(placed(bed.place.inbox, oddity.name), secret)
    bed.drop_good("htk", 4)
    run = bed.run("collect", *NOW, is_watched=True)
    assert run.status == 0, run.err[-2000:]
    left = Counter(each["why"] for each in run.told if each["verdict"] == "ignored")
    assert left == {"litter": len(LITTER), "copying": len(COPYING), "link": 5, "pipe": 1}, "a folder is no finding"
    verdicts = [each["verdict"] for each in run.told]
    assert verdicts.count("accepted") == len(NAMES) + len(BYTES) + 1
    assert len(verdicts) == verdicts.count("accepted") + left.total()
    assert not any(character in each["file"] for each in run.told for character in "\r\n\u202e\x1b")
    assert strays(bed, run) == []
    assert not any(text.startswith(str(secret.parent)) for _, text in run.touched), "links are not followed"
    assert secret.exists()
    assert "\x1b[2J" not in run.err


@ON_POSIX
def test_files_that_cannot_be_had_now(tmp_path: Path) -> None:
    """One nobody may read, one that grows while it is looked at: left, told, and taken when they can be had."""
    bed = laid(tmp_path / "home", workers=1)
    bed.drop_good("htk", 4)
    locked = bed.drop("locked.xlsx", form_of("hth", 5))
    locked.chmod(0)
    is_readable = os.access(locked, os.R_OK)
    growing = bed.place.inbox / "growing.xlsx"
    whole = form_of("hns", 6)
    growing.write_bytes(whole[:100])
    is_over = threading.Event()

    def grow() -> None:
        while not is_over.wait(0.05):
            with growing.open("ab") as file:
                file.write(b"x")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        run = bed.run("collect", *NOW)
    finally:
        is_over.set()
        writer.join()
    told = run.by_name()
    assert run.status == 0, run.err[-2000:]
    assert told["good htk.xlsx"]["verdict"] == "accepted"
    assert told["growing.xlsx"]["verdict"] == "ignored"
    assert told["locked.xlsx"]["verdict"] == ("accepted" if is_readable else "ignored")
    locked_again = bed.place.inbox / "locked.xlsx"
    if locked_again.exists():
        locked_again.chmod(0o600)
    growing.write_bytes(whole)
    os.utime(growing, (time.time() - 60, time.time() - 60))
    assert {each["verdict"] for each in bed.run("collect", "--now", "2025-03-18T10:00").told} == {"accepted"}
    assert bed.place.waiting() == set()


# --- found by these files, once ---------------------------------------------------------------------------------------


def test_almost_too_many_cells_are_no_form_and_say_so() -> None:
    assert codes(look(book_with('<row r="1"><c r="A1"><v>1</v></c><c r="J90"><v>1</v></c></row>'), DESK)) == ["F05"]
