"""Zips in the drop folder: every file inside has its own record, and nothing is lost or doubled whenever it stops."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.packages import rezipped
from tests.support.workspace import COLLECTING, PERIOD, Place, copied, in_this_process, lay_ready, mishap
from tests.support.zips import broken_part, packed, timed, with_password
from tracker.actions import Collected, write_marked
from tracker.intake import archive
from tracker.intake.folder import Folder
from tracker.ledger import queries, store


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lay_ready(tmp_path_factory.mktemp("ready"))


@pytest.fixture
def place(original: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    return copied(original, tmp_path / "home")


def told(collected: list[Collected]) -> dict[str, tuple[str, list[str]]]:
    shown = {each.file: each.as_json() for each in collected}
    assert len(shown) == len(collected)
    return {file: (each["verdict"], each["codes"]) for file, each in shown.items()}


def receipts(place: Place) -> dict[str, dict[str, Any]]:
    notes = (place.home / "workbooks/archive" / str(PERIOD)).glob("[0-9a-f]*.json")
    found = [json.loads(note.read_text("utf-8")) for note in notes]
    return {each["name"]: each for each in found}


def test_every_file_of_a_zip_has_its_own_record(place: Place) -> None:
    one, two = place.filled("stc"), place.filled("skhcn")
    data = packed({"bao cao.xlsx": one, "Sở/KHCN tháng 3.xlsx": two, "Thumbs.db": b"x"})
    place.drop("goi.zip", data)
    assert told(place.collect()) == {
        "goi.zip/Sở/KHCN tháng 3.xlsx": ("accepted", []),
        "goi.zip/Thumbs.db": ("ignored", []),
        "goi.zip/bao cao.xlsx": ("accepted", []),
    }
    assert place.waiting() == set()
    assert place.archived() == {archive.sha256(each): each for each in (data, one, two)}
    notes = receipts(place)
    assert notes["goi.zip"]["holds"] == 3
    inside = notes["goi.zip/bao cao.xlsx"]
    assert inside["container"] == {"sha256": archive.sha256(data), "key": "goi.zip", "name": "bao cao.xlsx"}
    assert (inside["key"], inside["channel"]) == ("goi.zip!bao cao.xlsx", "folder")
    assert {(each.file, each.agency) for each in place.submissions()} == {
        ("goi.zip/bao cao.xlsx", "stc"),
        ("goi.zip/Sở/KHCN tháng 3.xlsx", "skhcn"),
    }
    taken = queries.accepted_answers(place.office().engine, str(PERIOD))
    assert {each.source.file for each in taken} == {"goi.zip/bao cao.xlsx", "goi.zip/Sở/KHCN tháng 3.xlsx"}


def test_the_later_one_in_a_zip_wins(place: Place) -> None:
    early, late = (2025, 3, 17, 8, 0, 0), (2025, 3, 18, 8, 0, 0)
    files = (("a.xlsx", place.filled("stc", seed=6), late), ("b.xlsx", place.filled("stc"), early))
    place.drop("goi.zip", timed(*files))
    assert [each.file for each in place.collect()] == ["goi.zip/b.xlsx", "goi.zip/a.xlsx"]
    assert queries.accepted_answers(place.office().engine, str(PERIOD))[-1].source.file == "goi.zip/a.xlsx"


def test_the_same_again_inside_beside_and_later(place: Place) -> None:
    form = place.filled("stc")
    data = packed({"a.xlsx": form, "b.xlsx": form})
    place.drop("goi.zip", data)
    place.drop("c.xlsx", form, at="2025-03-17T09:00")
    again = ("duplicate", ["F13"])
    assert told(place.collect()) == {"goi.zip/a.xlsx": ("accepted", []), "goi.zip/b.xlsx": again, "c.xlsx": again}
    place.drop("goi.zip", data, at="2025-03-18T07:00")
    assert told(place.collect()) == {"goi.zip/a.xlsx": again, "goi.zip/b.xlsx": again}
    assert (place.waiting(), len(place.submissions())) == (set(), 1)


def test_good_and_bad_together(place: Place) -> None:
    form = place.filled("stc")
    files = {
        "tot.xlsx": form,
        "anh.png": b"\x89PNG\r\n\x1a\n" + bytes(32),
        "to.xlsx": bytes(60 * 1024**2),
        "trong.zip": packed({"sau.xlsx": place.filled("skhcn")}),
        "khoa.zip": with_password(packed({"a.xlsx": b"1"})),
        "hong.xlsx": form[: len(form) // 2],
        "rong.xlsx": b"",
    }
    place.drop("goi.zip", packed(files))
    assert told(place.collect()) == {
        "goi.zip/tot.xlsx": ("accepted", []),
        "goi.zip/anh.png": ("refused", ["F01"]),
        "goi.zip/to.xlsx": ("refused", ["F04"]),
        "goi.zip/trong.zip/sau.xlsx": ("accepted", []),
        "goi.zip/khoa.zip": ("refused", ["F03"]),
        "goi.zip/hong.xlsx": ("refused", ["F02"]),
        "goi.zip/rong.xlsx": ("refused", ["F01"]),
    }
    assert (place.waiting(), len(place.submissions())) == (set(), 7)
    before = place.tree()
    assert place.collect() == []
    assert place.tree() == before


def test_a_part_that_cannot_be_taken_out_is_recorded_once(place: Place) -> None:
    content = b"no workbook at all, and its checksum is wrong"
    stored = rezipped(packed({}), more={"a.xlsx": place.filled("stc")})
    data = broken_part(packed({"b.xlsx": content, "g.zip": stored}), _deflated(content))
    place.drop("goi.zip", data)
    assert told(place.collect()) == {"goi.zip/b.xlsx": ("refused", ["F02"]), "goi.zip/g.zip/a.xlsx": ("accepted", [])}
    place.drop("goi.zip", data)
    assert told(place.collect()).keys() <= {"goi.zip/b.xlsx"}
    assert (place.waiting(), len(place.submissions())) == (set(), 2)


def _deflated(content: bytes) -> bytes:
    """The bytes that stand for these in a zip of ours."""
    one = packed({"a": content})
    return one[31 : one.index(b"PK\x01\x02")]


def test_nothing_to_take_out_is_one_refusal_of_the_whole(place: Place) -> None:
    place.drop("goi.zip", packed({"Thumbs.db": b"x"}))
    place.drop("khoa.zip", with_password(packed({"a.xlsx": b"1"})), at="2025-03-17T09:00")
    assert told(place.collect()) == {"goi.zip": ("refused", ["F01"]), "khoa.zip": ("refused", ["F03"])}
    assert (place.waiting(), len(place.submissions())) == (set(), 2)


def test_a_rehearsal_tells_the_same_and_changes_nothing(place: Place) -> None:
    place.drop("goi.zip", packed({"a.xlsx": place.filled("stc"), "b.png": b"\x89PNG", "c.xlsx": bytes(60 * 1024**2)}))
    before = place.tree()
    dry = told(place.rehearse())
    assert place.tree() == before
    assert told(place.collect()) == dry


def test_marked_returns_of_files_in_a_zip(place: Place) -> None:
    place.drop("goi.zip", packed({"x/a b.xlsx": _wrong(place), "CON.xlsx": _wrong(place, 8)}))
    collected = place.collect()
    assert {each.examined.verdict.value for each in collected} == {"accepted_with_findings"}
    written = write_marked(place.office())
    assert sorted(written) == sorted(f"{PERIOD}_skhcn_{each.sha256[:8]}.xlsx" for each in collected)
    folder = place.home / "outputs" / str(PERIOD) / "phan-hoi"
    assert sorted(path.name for path in folder.rglob("*")) == sorted(written)


def _wrong(place: Place, seed: int = 5) -> bytes:
    return place.filled("skhcn", mishap("done_at_eighty"), seed=seed)


# --- interrupted ------------------------------------------------------------------------------------------------------


def three(place: Place) -> bytes:
    return packed({f"{agency}.xlsx": place.filled(agency) for agency in ("skhcn", "snv", "stc")})


def answers(place: Place) -> int:
    return len(queries.accepted_answers(place.office().engine, str(PERIOD)))


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_killed_while_examining(place: Place, monkeypatch: pytest.MonkeyPatch, killed_at: int) -> None:
    """At any of the parts: the zip is safe and stays, nothing of it is recorded; the next run takes all of it."""
    place.drop("goi.zip", three(place))
    really, count = COLLECTING.work, 0

    def die(item: object) -> Any:
        nonlocal count
        count += 1
        if count == killed_at:
            raise KeyboardInterrupt
        return really(item)

    with monkeypatch.context() as patched:
        patched.setattr(COLLECTING, "work", die)
        patched.setattr(COLLECTING, "_BATCH", 1)
        with pytest.raises(KeyboardInterrupt):
            place.collect()
    assert place.waiting() == {"goi.zip"}
    assert archive.sha256((place.inbox / "goi.zip").read_bytes()) in place.archived()
    assert place.submissions() == (), "a container is one transaction"
    collected = told(place.collect())
    assert len(collected) == 3
    assert {verdict for verdict, _ in collected.values()} == {"accepted"}
    assert (place.waiting(), len(place.submissions())) == (set(), 3)


def test_killed_after_the_last_record_before_the_zip_left(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    data = three(place)
    place.drop("goi.zip", data)

    def die(self: Folder, incoming: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "done", die)
        with pytest.raises(KeyboardInterrupt):
            place.collect()
    records = store.dump_text(place.office().engine)
    assert (place.waiting(), len(place.submissions())) == ({"goi.zip"}, 3)
    assert place.collect(now="2025-03-18T10:00") == []
    assert place.waiting() == set()
    assert store.dump_text(place.office().engine) == records


def test_a_part_that_cannot_be_recorded_keeps_the_zip(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.drop("goi.zip", three(place))
    really = store.record

    def refuse(connection: Any, receipt: Any, examined: Any) -> Any:
        if receipt.name.endswith("snv.xlsx"):
            raise OSError(28, "No space left on device")
        return really(connection, receipt, examined)

    with monkeypatch.context() as patched:
        patched.setattr(store, "record", refuse)
        assert [each.file for each in place.collect() if each.failure] == ["goi.zip/snv.xlsx"]
    assert (place.waiting(), len(place.submissions())) == ({"goi.zip"}, 2)
    assert told(place.collect()) == {"goi.zip/snv.xlsx": ("accepted", [])}
    assert (place.waiting(), len(place.submissions())) == (set(), 3)


def test_a_zip_that_cannot_be_archived_stays(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.drop("goi.zip", three(place))
    really = archive.store

    def refuse(root: Path, period: str, data: bytes, how: Any, *more: Any) -> Any:
        if "holds" in how:
            raise OSError(28, "No space left on device")
        return really(root, period, data, how, *more)

    with monkeypatch.context() as patched:
        patched.setattr(archive, "store", refuse)
        assert [each.file for each in place.collect() if each.failure] == ["goi.zip"]
    assert place.waiting() == {"goi.zip"}
    assert place.collect() == [], "its parts are recorded; now it is safe itself"
    assert (place.waiting(), len(place.submissions())) == (set(), 3)


# --- names ------------------------------------------------------------------------------------------------------------

ZOO = (
    "CON.xlsx",
    "NUL",
    "a.xlsx.",
    "b .xlsx ",
    "c\u202excod.xlsx",
    "d\r\ne.xlsx",
    "x/" * 40 + "sau.xlsx",
    "e" * 240 + ".xlsx",
    "<f>|?*.xlsx",
    "=cmd|' /C calc'!A0.xlsx",
    "/etc/passwd",
    "h/./i.xlsx",
)


def test_no_received_name_becomes_a_path(place: Place) -> None:
    """Whatever names stand in a zip: only folders and names of ours are written, all of which Windows can write."""
    before = {path.name for path in place.home.rglob("*")}
    place.drop("goi.zip", packed({name: _wrong(place, number) for number, name in enumerate(ZOO)}))
    collected = place.collect()
    write_marked(place.office())
    assert len(collected) == len(ZOO)
    assert len({each.file for each in collected}) == len(ZOO)
    assert not any(set(each.file) & set("\r\n\u202e") for each in collected)
    written = {path.name for path in place.home.rglob("*")} - before
    hashes = {each.sha256[:8] for each in collected} | {each[:8] for each in place.archived()}
    hashes.add(place.office().plan.sha256[:8])
    assert all(
        any(digest in name for digest in hashes) or name in ("phan-hoi", "outputs", "masters", str(PERIOD))
        for name in written
    )
    assert all(name == name.strip(" .") and not set(name) & set('<>:"/\\|?*') for name in written)
    assert not any(os.fspath(path).startswith("/etc/passwd") for path in place.home.rglob("*"))
