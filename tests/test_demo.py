"""The whole month on the real plan: what was planted is found, and nothing else; a second run changes nothing."""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from tests.support.command import tracker
from tests.support.office import needs_libreoffice, soffice_convert, values_in
from tracker.actions import open_office
from tracker.dates import parse_instant
from tracker.demo.cast import MISSING, PERIOD
from tracker.demo.mishaps import MISHAPS
from tracker.demo.place import require_own
from tracker.ledger import queries
from tracker.ledger.store import dump, open_ledger
from tracker.status import Status
from tracker.texts import say


@pytest.fixture(scope="module")
def expected(demo_home: Path) -> list[dict[str, Any]]:
    manifest = demo_home / "workbooks" / "demo" / PERIOD / "ky-vong.json"
    files: list[dict[str, Any]] = json.loads(manifest.read_text("utf-8"))["files"]
    return files


@pytest.fixture(scope="module")
def engine(demo_home: Path) -> Engine:
    return open_ledger(demo_home / "workbooks" / "ledger.sqlite3")


Place = tuple[str, str, str]


@pytest.fixture(scope="module")
def found(engine: Engine) -> dict[str, set[Place]]:
    """(code, sheet, cell) of everything recorded, by sha-256 of the file."""
    places: defaultdict[str, set[Place]] = defaultdict(set)
    for finding, submission in queries.findings_of(engine, PERIOD):
        places[submission.sha256].add((finding.code, finding.sheet, finding.cell))
    return places


def test_every_planted_mistake_is_found_with_code_and_cell_and_nothing_else(
    expected: list[dict[str, Any]], found: dict[str, set[Place]]
) -> None:
    wrong = {}
    for each in expected:
        planted = {(f["code"], f["sheet"], f["cell"]) for f in each["findings"]}
        if each["verdict"] != "duplicate" and planted != found.get(each["sha256"], set()):
            wrong[each["file"]] = (planted, found.get(each["sha256"]))
    assert wrong == {}


def test_every_file_got_its_verdict(expected: list[dict[str, Any]], engine: Engine) -> None:
    verdicts = {each.sha256: each.verdict.value for each in queries.submissions_of(engine)}
    wanted = {each["sha256"]: each["verdict"] for each in expected if each["verdict"] != "duplicate"}
    assert verdicts == wanted


def test_the_cast_plays_every_mishap(expected: list[dict[str, Any]]) -> None:
    assert {each["mishap"] for each in expected} - {""} == MISHAPS.keys()


def test_clean_forms_have_no_finding_that_anybody_must_look_at(expected: list[dict[str, Any]], engine: Engine) -> None:
    clean = {each["sha256"] for each in expected if not each["findings"]}
    assert len(clean) >= 12
    counting = [f for f, s in queries.findings_of(engine, PERIOD) if s.sha256 in clean and f.counts]
    assert counting == []


def test_outputs_are_there(demo_home: Path) -> None:
    folder = demo_home / "outputs" / PERIOD
    for version in (1, 2):
        assert (folder / f"tong-hop-{PERIOD}-v{version}.xlsx").stat().st_size > 20_000
        assert (folder / f"bao-cao-{PERIOD}-v{version}.docx").stat().st_size > 10_000
    assert not (folder / f"tong-hop-{PERIOD}-v3.xlsx").exists()
    assert f"tong-hop-{PERIOD}-v2.xlsx" in (folder / "bang-theo-doi.html").read_text("utf-8")


def test_nothing_is_left_in_the_inbox_and_everything_is_in_the_archive(
    demo_home: Path, expected: list[dict[str, Any]]
) -> None:
    assert list((demo_home / "workbooks" / "inbox").iterdir()) == []
    archived = {path.name for path in (demo_home / "workbooks" / "archive").rglob("*") if path.is_file()}
    assert {each["sha256"] for each in expected} <= archived


def test_the_register_tells_who_is_missing_late_and_held(demo_home: Path) -> None:
    state = tracker("status", "--home", demo_home, "--period", PERIOD, "--json").json
    by_state = defaultdict(set)
    for each in state["agencies"]:
        by_state[each["state"]].add(each["agency"])
    assert by_state["missing"] == MISSING | {"stp"}, "Sở Tư pháp's only file was damaged: nothing tells it was theirs"
    assert by_state["late"] == {"hkt", "kbnn"}
    assert by_state["held"] == {"htk"}
    assert [each["verdict"] for each in state["unidentified"]] == ["refused", "refused"]


def test_a_later_file_corrects_an_earlier_one(demo_home: Path) -> None:
    answers = tracker("answers", "--home", demo_home, "--period", PERIOD, "--json").json
    of_finance = {each["file"] for each in answers if each["agency"] == "stc"}
    assert of_finance == {f"{PERIOD}_stc (da sua).xlsx"}


def test_a_second_run_changes_nothing(demo_home: Path, engine: Engine) -> None:
    before = _tree(demo_home), _records(engine)
    played = tracker("demo", "--home", demo_home, "--json")
    assert played.status == 0
    assert played.json["sent"] == 0
    assert (_tree(demo_home), _records(engine)) == before


@pytest.fixture
def untouched(tmp_path: Path) -> Path:
    """A workspace with the demo's plan in which nothing was done."""
    assert tracker("init", tmp_path, "--plan", "27-TB-UBND").status == 0
    return tmp_path


def test_a_new_workspace_may_be_played_in(untouched: Path) -> None:
    now = parse_instant("2025-03-03T08:00")
    require_own(open_office(untouched, now))
    (untouched / "workbooks/demo" / PERIOD).mkdir(parents=True)  # a demo that died on its way
    _opened(untouched)
    require_own(open_office(untouched, now))


def _opened(home: Path) -> None:
    assert tracker("forms", "--home", home, "--period", PERIOD).status == 0


def _with_a_task_of_its_own(home: Path) -> None:
    book = load_workbook(home / "workbooks/master.xlsx")
    row = next(cells for cells in book["Nhiệm vụ"].iter_rows() if any(cell.value == "27TB-4.l" for cell in cells))
    next(cell for cell in row if cell.value == "27TB-4.l").value = "105TB-2.a"
    book.save(home / "workbooks/master.xlsx")


def _with_a_return_waiting(home: Path) -> None:
    (home / "workbooks/inbox/BC.xlsx").write_bytes(b"of an agency")


@pytest.mark.parametrize("live", [_opened, _with_a_task_of_its_own, _with_a_return_waiting])
def test_a_live_workspace_is_left_alone(untouched: Path, live: Callable[[Path], None]) -> None:
    live(untouched)
    before = _tree(untouched)
    ran = tracker("demo", "--home", untouched)
    assert ran.status == 2
    assert "--home" in ran.err
    assert _tree(untouched) == before


def test_the_demos_own_workspace_is_left_alone_once_it_is_used(demo_home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(demo_home, tmp_path / "home")
    assert tracker("forms", "--home", home, "--period", "2025-04").status == 0
    assert tracker("demo", "--home", home).status == 2


def _tree(home: Path) -> dict[str, tuple[int, int]]:
    """Every file of record or output, with size and time of change; logs are one a run."""
    files = (path for path in home.rglob("*") if path.is_file() and "logs" not in path.parts)
    skipped = {"ledger.sqlite3", ".tracker-lock"}
    return {str(p.relative_to(home)): (p.stat().st_size, p.stat().st_mtime_ns) for p in files if p.name not in skipped}


def _records(engine: Engine) -> dict[str, Any]:
    return {name: rows for name, rows in dump(engine).items() if name != "run"}


# --- what people open -------------------------------------------------------------------------------------------------


def _newest(home: Path, pattern: str) -> Path:
    return max((home / "outputs" / PERIOD).glob(pattern))


def test_workbook_and_status_say_the_same(demo_home: Path) -> None:
    """The row of totals on Tổng quan is what `status` counts, task by task."""
    sheet = load_workbook(_newest(demo_home, "tong-hop-*.xlsx"), data_only=True)["Tổng quan"]
    figures = {str(row[0]).split(maxsplit=1)[-1]: row[1] for row in _filled_rows(sheet) if isinstance(row[1], int)}
    tasks = tracker("status", "--home", demo_home, "--period", PERIOD, "--json").json["tasks"]
    for status in Status:
        assert figures[say(f"status.{status}")] == tasks[status.value]
    assert sum(tasks[status.value] for status in Status) == tasks["total"] == 22


def _filled_rows(sheet: Any) -> list[tuple[Any, ...]]:
    """Rows of a sheet without their empty cells, those with at least two left."""
    rows = (tuple(value for value in row if value is not None) for row in sheet.iter_rows(values_only=True))
    return [row for row in rows if len(row) >= 2]


@pytest.mark.libreoffice
@needs_libreoffice
def test_formulas_of_workbook_and_forms_recalculate_to_what_we_wrote(demo_home: Path, tmp_path: Path) -> None:
    forms = [demo_home / "workbooks" / "forms" / PERIOD / f"{PERIOD}_{code}.xlsx" for code in ("skhcn", "hbg", "vp")]
    for path in (_newest(demo_home, "tong-hop-*.xlsx"), *forms):
        formulas, ours = load_workbook(path), load_workbook(path, data_only=True)
        bare = tmp_path / path.name
        formulas.save(bare)  # openpyxl drops the values: LibreOffice must work them out
        theirs = values_in(soffice_convert(bare, "xlsx", tmp_path / "out"))
        compared = 0
        for sheet in formulas.worksheets:
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"):
                assert theirs[sheet.title][cell.coordinate].value == pytest.approx(
                    ours[sheet.title][cell.coordinate].value
                ), (path.name, sheet.title, cell.coordinate)
                compared += 1
        assert compared >= 1


@pytest.mark.libreoffice
@needs_libreoffice
def test_workbook_and_report_open_in_libreoffice(demo_home: Path, tmp_path: Path) -> None:
    for pattern in ("tong-hop-*.xlsx", "bao-cao-*.docx"):
        pdf = soffice_convert(_newest(demo_home, pattern), "pdf", tmp_path / "pdf")
        assert pdf.stat().st_size > 50_000
