"""Export for other systems, and import of a list of tasks into a master sheet that people formatted."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree, html
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from tests.support.command import tracker
from tests.support.workspace import PERIOD, Place
from tracker import actions
from tracker.actions.exchange import COLUMNS, TABLES
from tracker.errors import PlanError
from tracker.model import TaskState

NEW = (
    "Mã nhiệm vụ;Văn bản giao;Nội dung nhiệm vụ;Cơ quan chủ trì;Thời hạn (nguyên văn);Ngày đến hạn;Loại thời hạn\n"
    "726KH-1;726/KH-UBND ngày 20/02/2025;Xây dựng sàn dữ liệu mở;Sở Tài chính;trước ngày 30/6/2025;30/06/2025;"
    "Ngày cố định\n"
    '726KH-2;726/KH-UBND ngày 20/02/2025;\'=Đào tạo kỹ năng số <b>;"Sở Tư pháp; Sở Nội vụ"\n'
)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "danh-muc.csv"
    path.write_text(NEW, "utf-8-sig", newline="")
    return path


# --- export -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document(demo_home: Path) -> dict[str, Any]:
    return dict(tracker("export", "--home", demo_home, "--period", str(PERIOD), "--json").json)


def test_every_table_has_its_keys(document: dict[str, Any]) -> None:
    assert (document["format"], document["version"], document["period"]) == ("tracker-export", 1, str(PERIOD))
    for table in TABLES:
        assert document[table], table
        assert all(tuple(row) == COLUMNS[table] for row in document[table]), table


def test_export_says_what_the_other_verbs_say(document: dict[str, Any], demo_home: Path) -> None:
    asked = ("--home", demo_home, "--period", str(PERIOD), "--json")
    answers = tracker("answers", *asked).json + tracker("answers", "--indicators", *asked).json
    assert len(document["answers"]) == sum(len(row["values"]) for row in answers)
    assert document["findings"] == tracker("findings", *asked).json
    codes = {row["code"] for row in document["tasks"]}
    assert {row["task"] for row in document["assignments"]} <= codes
    counted = [row for row in document["tasks"] if row["status"]]
    assert sum(row["status"].startswith("done") for row in counted) == 4
    assert len(counted) == 22


def test_csv_is_harmless_and_complete(document: dict[str, Any], demo_home: Path, tmp_path: Path) -> None:
    done = tracker("export", "--home", demo_home, "--period", str(PERIOD), "--to", tmp_path / "ra")
    assert done.status == 0
    for table in TABLES:
        data = (tmp_path / "ra" / f"{PERIOD}-{table}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert len(rows) == len(document[table])
        assert not any(value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    assert json.loads((tmp_path / "ra" / f"{PERIOD}.json").read_text("utf-8")) == document


def test_an_unknown_table_is_refused(demo_home: Path) -> None:
    assert tracker("export", "--home", demo_home, "--csv", "--table", "x").status == 2


# --- import -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "csv"])
def test_our_own_export_changes_nothing(document: dict[str, Any], demo_home: Path, tmp_path: Path, form: str) -> None:
    home = Path(shutil.copytree(demo_home, tmp_path / "home"))
    before = (home / "workbooks/master.xlsx").read_bytes()
    tracker("export", "--home", home, "--period", str(PERIOD), "--to", tmp_path / "ra")
    name = f"{PERIOD}.json" if form == "json" else f"{PERIOD}-tasks.csv"
    told = tracker("import", tmp_path / "ra" / name, "--home", home, "--json").json
    assert told == {"added": [], "filled": [], "conflicts": [], "same": len(document["tasks"])}
    assert (home / "workbooks/master.xlsx").read_bytes() == before


def test_new_tasks_come_below_and_look_like_the_others(place: Place, listed: Path) -> None:
    before = place.office().plan
    found = actions.import_tasks(place.office(), listed)
    plan = place.office().plan
    assert [task.code for task in plan.tasks] == [*(task.code for task in before.tasks), "726KH-1", "726KH-2"]
    first, second = plan.tasks[-2:]
    assert (first.document, first.document_date, first.due_on) == ("726/KH-UBND", date(2025, 2, 20), date(2025, 6, 30))
    assert (second.content, second.leads) == ("=Đào tạo kỹ năng số <b>", ("Sở Tư pháp", "Sở Nội vụ"))
    assert second.state is TaskState.IN_FORCE
    assert len(found.additions) == 2
    sheet = openpyxl.load_workbook(place.home / "workbooks/master.xlsx")["Nhiệm vụ"]
    last, model = sheet.max_row, sheet.max_row - 2
    assert sheet.cell(last, 1).value == len(plan.tasks)
    for at in range(1, sheet.max_column + 1):
        assert sheet.cell(last, at).number_format == sheet.cell(model, at).number_format
        assert sheet.cell(last, at).alignment.wrap_text == sheet.cell(model, at).alignment.wrap_text
    assert str(sheet.auto_filter.ref).endswith(str(last))
    kept = list((place.home / "workbooks/archive/master").iterdir())
    assert [path.stem for path in kept] == [before.sha256]


def test_twice_adds_nothing(place: Place, listed: Path) -> None:
    actions.import_tasks(place.office(), listed)
    master = (place.home / "workbooks/master.xlsx").read_bytes()
    again = actions.import_tasks(place.office(), listed)
    assert again.changes_nothing
    assert again.same == 2
    assert (place.home / "workbooks/master.xlsx").read_bytes() == master


def test_a_dry_run_writes_nothing(place: Place, listed: Path) -> None:
    before = place.tree()
    assert len(actions.import_tasks(place.office(), listed, dry_run=True).additions) == 2
    assert place.tree() == before


def test_blanks_are_filled_and_what_differs_stays(place: Place, tmp_path: Path) -> None:
    office = place.office()
    task = next(task for task in office.plan.tasks if not task.leader)
    path = tmp_path / "khac.json"
    item = {"code": task.code.upper(), "content": "Nội dung khác hẳn", "leader": "Phó Chủ tịch A", "state": task.state}
    path.write_text(json.dumps([item], ensure_ascii=False), "utf-8")
    found = actions.import_tasks(office, path)
    assert [(each.key, each.after) for each in found.fills] == [("leader", "Phó Chủ tịch A")]
    assert [(each.key, each.before) for each in found.conflicts] == [("content", task.content)]
    now = place.office().plan.task_by_code[task.code]
    assert (now.content, now.leader) == (task.content, "Phó Chủ tịch A")


def test_nothing_of_peoples_formatting_is_lost(place: Place, listed: Path) -> None:
    """Every part but the sheet and its filter's name is the same to the byte, every cell that was there keeps value and
    style, and what people laid over all rows covers the new ones too."""
    master = place.home / "workbooks/master.xlsx"
    book = openpyxl.load_workbook(master)
    sheet = book["Nhiệm vụ"]
    sheet["D4"].fill = PatternFill("solid", fgColor="FF00AA")
    sheet["D4"].comment = Comment("Văn phòng ghi", "Lan")
    sheet.column_dimensions["D"].width = 71
    sheet["W1"], sheet["W3"] = "Cột riêng", "=LEN(D3)"
    book.create_sheet("Riêng của Văn phòng")["A1"] = "giữ"
    last = sheet.max_row
    sheet.print_area = f"A1:T{last}"
    sheet.conditional_formatting.add(f"D2:D{last}", Rule("duplicateValues"))
    sheet.conditional_formatting.add("D2:D9", Rule("uniqueValues"))
    mine = DataValidation("list", formula1='"Có,Không"', sqref=f"W2:W{last} X2:X5")
    sheet.add_data_validation(mine)
    book.save(master)
    before = parts(master)
    cells = {cell.coordinate: (cell.value, cell.style_id) for row in sheet.iter_rows() for cell in row}
    actions.import_tasks(place.office(), listed)
    after = parts(master)
    changed = {name for name in before if before[name] != after[name]}
    assert before.keys() == after.keys()
    assert changed == {"xl/worksheets/sheet1.xml", "xl/workbook.xml"}
    assert after["xl/workbook.xml"].replace(f"$T${last + 2}".encode(), f"$T${last}".encode()) == canonical(
        before["xl/workbook.xml"]
    )
    now = openpyxl.load_workbook(master)["Nhiệm vụ"]
    assert {str(each.sqref) for each in now.conditional_formatting} == {f"D2:D{last + 2}", "D2:D9"}
    assert f"W2:W{last + 2} X2:X5" in {str(each.sqref) for each in now.data_validations.dataValidation}
    assert now.print_area == f"'Nhiệm vụ'!$A$1:$T${last + 2}"
    assert all((now[where].value, now[where].style_id) == was for where, was in cells.items())
    assert now.column_dimensions["D"].width == 71


def canonical(part: bytes) -> bytes:
    return etree.tostring(etree.fromstring(part), xml_declaration=True, encoding="UTF-8", standalone=True)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nội dung,Cơ quan chủ trì\nA,B\n", "list_without_code"),
        ("code,content\nX-1,Việc mới\n", "required_new"),
        ("code,content\nX-1,A\nx-1,B\n", "task_twice"),
        ("code,due_on\n27TB-2.1,31/02/2025\n", "not_date"),
        ("code,content\n,Việc không mã\n", "required"),
        ("code,state\n27TB-2.1,đã xong\n", "not_listed"),
        ("code,document,content,leads\nX-1,9/KH ngày 01/03/2025,Việc,Sở Không Có\n", "agency_unknown"),
    ],
)
def test_a_list_with_mistakes_is_refused_whole(place: Place, tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "sai.csv"
    path.write_text(text, "utf-8")
    before = place.tree()
    with pytest.raises(PlanError) as refused:
        actions.import_tasks(place.office(), path)
    assert key in {problem.key.removesuffix("_similar") for problem in refused.value.problems}
    assert place.tree() == before


@pytest.mark.parametrize("name", ["hong.xlsx", "hong.json", "hong.csv"])
def test_a_damaged_file_is_told(place: Place, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe\x00\xd8PK")
    told = tracker("import", path, "--home", place.home)
    assert told.status == 2
    assert "UTF-8" in told.err


def test_a_workbook_with_headings_below_a_title(place: Place, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["DANH MỤC NHIỆM VỤ"])
    sheet.append([])
    sheet.append(["TT", "Mã nhiệm vụ", "Nội dung nhiệm vụ", "Văn bản giao", "Cơ quan chủ trì", "Ngày đến hạn", "Lạ"])
    document = "726/KH-UBND ngày 20/02/2025"
    sheet.append([1, "726KH-9", "Việc từ bảng tính", document, "Sở Y tế", date(2025, 7, 1), "bỏ qua"])
    path = tmp_path / "danh-muc.xlsx"
    book.save(path)
    told = tracker("import", path, "--home", place.home, "--json").json
    assert told["added"] == ["726KH-9"]
    assert place.office().plan.task_by_code["726KH-9"].due_on == date(2025, 7, 1)


def test_a_plan_of_two_documents_adds_up_everywhere(place: Place, listed: Path) -> None:
    """Imported tasks of another document are counted by document on the board and in the workbook."""
    actions.import_tasks(place.office(), listed)
    made = actions.report(place.office(), PERIOD)
    month = actions.month_of(place.office(), PERIOD)
    page = html.document_fromstring((place.home / made.files[-1]).read_bytes())
    rows: Any = page.xpath('//table[caption/@id="document-table-c"]//tr[td]')
    shown = [row.xpath("string(td[1])") for row in rows]
    assert shown == [str(month.by_task.total - 2), "2", str(month.by_task.total)]
    sheet = openpyxl.load_workbook(place.home / made.files[0], data_only=True)["Theo văn bản"]
    totals = [row[2] for row in sheet.iter_rows(min_row=5, max_row=7, values_only=True)]
    assert totals == [month.by_task.total - 2, 2, month.by_task.total]
    assert "726/KH-UBND ngày 20/02/2025" in str(sheet["B6"].value)
