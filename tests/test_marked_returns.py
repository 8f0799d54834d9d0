"""What the sender gets back: her own workbook, marked where something was found; sending it back works."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.command import tracker
from tests.support.office import needs_libreoffice, soffice_convert
from tests.support.packages import rezipped
from tracker.columns import INDICATOR_TABLE, REPORT_TABLE
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


SENT: dict[tuple[str, str], object] = {
    ("27TB-4.l", "percent"): "nửa",
    ("27TB-4.l", "next_plan"): "- Họp giao ban\n- Báo cáo quý",
    ("27TB-4.a", "person"): None,
    ("27TB-4.a", "status"): "Hoàn thành",
    ("27TB-4.a", "percent"): 60,
    ("27TB-4.a", "completed_on"): "31/02/2025",
}
FIGURES: dict[tuple[str, str], object] = {("27TB-4.b-CT1", "value"): "nhiều"}
HEAD = {"document": "Số 15/BC-SYT", "phone": "0987 654 321", "nil": "Không"}


def _rich_return(home: Path) -> bytes:
    """Mistakes of several kinds, fields of the head, and a row that is no task of the agency."""
    form = Form(_filled(home, SENT))
    for indicator, key in FIGURES:
        form.figures.put(indicator, key, FIGURES[indicator, key])
    for key, value in HEAD.items():
        form.head(key).value = value
    last = form.report.sheet.max_row + 1
    for key, value in {"task": "27TB-9.z", "content": "Việc khác", "result": "Đã làm."}.items():
        column = form.report.cell("27TB-4.l", key).column
        form.report.sheet.cell(last, column).value = value
    return form.save()


def _check_fresh(home: Path, ending: str) -> None:
    path = next((home / "outputs" / PERIOD / "phan-hoi").glob("*.xlsx"))
    form, sent = Form(path.read_bytes()), Form(_rich_return(home))
    for task in sent.report.rows:
        for column in REPORT_TABLE.answered if task in packaged_plan().task_by_code else ():
            was, now = (_shown(f.report.cell(task, column.key).value) for f in (sent, form))
            assert was == now, (task, column.key)
    for indicator in sent.figures.rows:
        for column in INDICATOR_TABLE.answered:
            was, now = (_shown(f.figures.cell(indicator, column.key).value) for f in (sent, form))
            assert was == now, (indicator, column.key)
    for indicator, key in FIGURES:
        assert form.figures.cell(indicator, key).comment, (indicator, key)
    assert {key: form.head(key).value for key in HEAD} == HEAD
    for task, key in (("27TB-4.l", "percent"), ("27TB-4.a", "person"), ("27TB-4.a", "completed_on")):
        assert form.report.cell(task, key).comment, (task, key)
    first = load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    said = " ".join(str(cell.value) for row in first for cell in row if cell.value)
    assert first.title == RESULT_SHEET and "Đây là biểu mẫu mới" in said and ending in said
    assert "chưa chép sang: trang Báo cáo, dòng" in said and "ô ;" not in said and ", ô :" not in said


def _shown(value: object) -> object:
    """Days as text: the form holds days where she wrote texts that are days."""
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else value
    return None if text == "" else text


@pytest.mark.libreoffice
@needs_libreoffice
@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_formats_that_cannot_be_marked_come_back_on_a_fresh_form(home: Path, tmp_path: Path, ending: str) -> None:
    source = tmp_path / "syt.xlsx"
    source.write_bytes(_rich_return(home))
    converted = soffice_convert(source, ending, tmp_path / "converted")
    got = _collect(home, converted.name, converted.read_bytes(), "2025-03-18T09:00")
    assert {"R03", "R04", "R06", "R19", "P02"} <= set(got["codes"])
    _check_fresh(home, f".{ending}")
    before = _answers(home)
    back = next((home / "outputs" / PERIOD / "phan-hoi").glob("*.xlsx")).read_bytes()
    again = _collect(home, "b.xlsx", back, "2025-03-18T10:00")
    assert set(again["codes"]) == set(got["codes"]) - {"P02"}, "the same mistakes are still there"
    assert _answers(home) == before


def test_a_workbook_with_macros_comes_back_on_a_fresh_form(home: Path) -> None:
    data = rezipped(_rich_return(home), more={"xl/vbaProject.bin": b"macros"})
    assert "F16" in _collect(home, "a.xlsm", data, "2025-03-18T09:00")["codes"]
    _check_fresh(home, "macro")


def test_a_workbook_that_resists_comes_back_on_a_fresh_form(home: Path) -> None:
    """Values are read by one engine; the looks of cells, which marking needs, are gone."""

    def without_looks(name: str, old: bytes) -> bytes:
        return old.replace(b"cellXfs", b"x:cellXfs").replace(b"<styleSheet", b'<styleSheet xmlns:x="urn:x"', 1)

    data = rezipped(_rich_return(home), lambda n, old: without_looks(n, old) if n == "xl/styles.xml" else old)
    _collect(home, "a.xlsx", data, "2025-03-18T09:00")
    _check_fresh(home, "không ghi chú được ngay trên tệp đã gửi")
