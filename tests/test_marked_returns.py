"""What the sender gets back: her own workbook, marked where something was found; sending it back works."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.command import tracker
from tests.support.office import needs_libreoffice, soffice_convert
from tracker.demo.cast import PERIOD
from tracker.demo.officer import Form, Officer
from tracker.forms.stamp import RESULT_SHEET
from tracker.plan.data import packaged_plan


@pytest.fixture(scope="module")
def marked(demo_home: Path) -> dict[str, Path]:
    """Marked returns of the demo by the start of the hash in their names."""
    return {path.stem.rpartition("_")[2]: path for path in (demo_home / "outputs" / PERIOD / "phan-hoi").glob("*")}


@pytest.fixture(scope="module")
def sent(demo_home: Path) -> list[dict[str, Any]]:
    manifest = demo_home / "workbooks" / "demo" / PERIOD / "ky-vong.json"
    files: list[dict[str, Any]] = json.loads(manifest.read_text("utf-8"))["files"]
    return files


def test_every_return_with_a_planted_mistake_is_answered_and_no_other(
    sent: list[dict[str, Any]], marked: dict[str, Path]
) -> None:
    unreadable = ("refused", "duplicate")
    wanted = {
        each["sha256"][:8]
        for each in sent
        if each["verdict"] not in unreadable and {f["code"] for f in each["findings"]} - {"F19", "F20"}
    }
    assert marked.keys() == wanted


def test_planted_cells_carry_a_comment(sent: list[dict[str, Any]], marked: dict[str, Path]) -> None:
    for each in sent:
        path = marked.get(each["sha256"][:8])
        if not path or not each["file"].endswith(".xlsx"):
            continue
        book = load_workbook(path)
        assert book.sheetnames[0] == RESULT_SHEET
        for finding in each["findings"]:
            if finding["cell"]:
                assert book[finding["sheet"]][finding["cell"]].comment, (each["file"], finding)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    assert tracker("init", tmp_path, "--plan", "27-TB-UBND").status == 0
    assert tracker("forms", "--home", tmp_path, "--now", "2025-03-03").status == 0
    return tmp_path


def _filled(home: Path, mistakes: dict[tuple[str, str], object]) -> bytes:
    plan = packaged_plan()
    form = Form((home / "workbooks/forms/2025-03/2025-03_syt.xlsx").read_bytes())
    Officer(plan, plan.agency_by_code["syt"], 3).fill(form)
    for (task, key), value in mistakes.items():
        form.report.put(task, key, value)
    return form.save()


def _collect(home: Path, name: str, data: bytes, now: str) -> dict[str, Any]:
    (home / "workbooks" / "inbox" / name).write_bytes(data)
    collected = tracker("collect", "--home", home, "--now", now, "--json").json
    assert len(collected) == 1
    only: dict[str, Any] = collected[0]
    return only


def _answers(home: Path) -> list[dict[str, Any]]:
    rows = tracker("answers", "--home", home, "--period", PERIOD, "--json").json
    return [{"task": row["task"], "values": row["values"]} for row in rows]


MISTAKES: dict[tuple[str, str], object] = {("27TB-4.l", "percent"): "nửa", ("27TB-4.a", "person"): None}


def test_a_marked_return_sent_back_reads_as_before(home: Path) -> None:
    first = _collect(home, "a.xlsx", _filled(home, MISTAKES), "2025-03-18T09:00")
    assert first["codes"] == ["R03", "R19"]
    before = _answers(home)
    back = next((home / "outputs" / PERIOD / "phan-hoi").glob("*.xlsx")).read_bytes()
    second = _collect(home, "b.xlsx", back, "2025-03-18T10:00")
    assert second["verdict"] == "duplicate", "marks are not data: the cells are those of the first file"
    assert _answers(home) == before


def test_a_marked_return_corrected_and_sent_back_is_clean(home: Path) -> None:
    _collect(home, "a.xlsx", _filled(home, MISTAKES), "2025-03-18T09:00")
    form = Form(next((home / "outputs" / PERIOD / "phan-hoi").glob("*.xlsx")).read_bytes())
    form.report.put("27TB-4.l", "percent", 55)
    form.report.put("27TB-4.a", "person", "Chuyên viên phòng Nghiệp vụ Y")
    again = _collect(home, "c.xlsx", form.save(), "2025-03-19T09:00")
    assert (again["verdict"], again["codes"]) == ("accepted", [])
    assert tracker("findings", "--home", home, "--period", PERIOD, "--json").json == []


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_formats_that_cannot_be_marked_come_back_on_a_fresh_form(home: Path, tmp_path: Path, ending: str) -> None:
    source = tmp_path / "syt.xlsx"
    source.write_bytes(_filled(home, MISTAKES))
    converted = soffice_convert(source, ending, tmp_path / "converted")
    got = _collect(home, converted.name, converted.read_bytes(), "2025-03-18T09:00")
    assert got["codes"] == ["R03", "R19"]
    path = next((home / "outputs" / PERIOD / "phan-hoi").glob("*.xlsx"))
    form = Form(path.read_bytes())
    assert form.report.cell("27TB-4.l", "percent").comment
    assert form.report.cell("27TB-4.l", "percent").value == "nửa", "what could not be used is shown where she wrote it"
    assert form.report.cell("27TB-4.a", "person").comment
    assert "Bệnh án" in str(form.report.cell("27TB-4.l", "result").value)
    assert load_workbook(io.BytesIO(path.read_bytes())).sheetnames[0] == RESULT_SHEET
