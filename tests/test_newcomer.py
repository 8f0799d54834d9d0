"""The README's recipes for a new column and a new rule, done as written on a copy of the package, and used for a month.

Nothing but the places the recipe names is touched; the copy then runs in a process of its own.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[1] / "tracker"

COLUMN = """    Column(
        "budget",
        "Kinh phí đã giải ngân (triệu đồng)",
        Number(),
        14,
        Band.ISSUES,
        since=2,
        prompt="Không bắt buộc. Ghi số tiền đã giải ngân trong kỳ, đơn vị triệu đồng.",
    ),
)

INDICATORS"""

RULE = '''

@rule("R30", Severity.WARNING, needs=("result",))
def result_is_shouted(row: RowCase) -> Iterator[Hit]:
    """A whole result in capitals."""
    result = row.value("result")
    if result and result.isupper():
        yield row.at("result")
'''

SENTENCE = 'R30 = "Nhiệm vụ {task}, ô {cell}: kết quả viết toàn chữ hoa; cần viết thường; đề nghị ghi lại."\n'

PLAY = """
import json, sys
from pathlib import Path
from tests.support.command import tracker
from tracker.demo.officer import Form, Officer
from tracker.plan.data import packaged_plan

home = Path(sys.argv[1])
assert tracker("init", home, "--plan", "27-TB-UBND").status == 0
assert tracker("forms", "--home", home, "--now", "2025-03-03").status == 0
plan = packaged_plan()
form = Form((home / "workbooks/forms/2025-03/2025-03_syt.xlsx").read_bytes())
Officer(plan, plan.agency_by_code["syt"], 1).fill(form)
change = sys.argv[2]
if change == "column":
    form.report.put("27TB-4.l", "budget", 1250)
else:
    form.report.put("27TB-4.l", "result", "ĐÃ TRIỂN KHAI TẠI 09/17 BỆNH VIỆN CÔNG LẬP")
(home / "workbooks/inbox/syt.xlsx").write_bytes(form.save())
for old in sys.argv[3:]:
    (home / "workbooks/inbox/old.xlsx").write_bytes(Path(old).read_bytes())
at = ("--home", home, "--now", "2025-03-20", "--json")
collected = tracker("collect", *at).json
made = tracker("report", *at).json
print(json.dumps({
    "collected": collected,
    "answers": tracker("answers", *at).json,
    "findings": tracker("findings", *at).json,
    "workbook": str(home / made["files"][0]),
}))
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the package (and of the command helper) to change."""
    shutil.copytree(PACKAGE, tmp_path / "site" / "tracker", ignore=shutil.ignore_patterns("__pycache__"))
    support = tmp_path / "site" / "tests" / "support"
    support.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "support" / "command.py", support / "command.py")
    return tmp_path / "site"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


def _play(site: Path, home: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-c", PLAY, str(home), *arguments]
    ran = subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    result: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return result


def test_a_new_column_is_one_entry_in_columns(site: Path, tmp_path: Path) -> None:
    columns = site / "tracker" / "columns.py"
    _edit(columns, ")\n\nINDICATORS", COLUMN)
    _edit(columns, "FORM_VERSION = 1\n", "FORM_VERSION = 2\n")
    played = _play(site, tmp_path / "home", "column")
    answer = next(each for each in played["answers"] if each["task"] == "27TB-4.l")
    assert answer["values"]["budget"] == 1250
    assert played["collected"][0]["codes"] == []
    assert "Kinh phí đã giải ngân (triệu đồng)" in _texts(Path(played["workbook"]), "Tổng hợp")


def test_forms_from_before_the_new_column_are_still_taken(site: Path, tmp_path: Path) -> None:
    """A form of version 1, sealed with the same key, sent back after version 2 came."""
    home = tmp_path / "home"
    old = _form_of_today(home)
    columns = site / "tracker" / "columns.py"
    _edit(columns, ")\n\nINDICATORS", COLUMN)
    _edit(columns, "FORM_VERSION = 1\n", "FORM_VERSION = 2\n")
    played = _play(site, home, "column", str(old))
    by_file = {each["file"]: each for each in played["collected"]}
    assert by_file["old.xlsx"]["codes"] == ["F12"]
    assert by_file["old.xlsx"]["answers"] > 0


def test_a_new_rule_is_one_function_and_its_sentence(site: Path, tmp_path: Path) -> None:
    rules = site / "tracker" / "checks" / "on_row.py"
    rules.write_text(rules.read_text("utf-8") + RULE, "utf-8")
    catalogue = site / "tracker" / "texts" / "vi.toml"
    _edit(catalogue, "[finding]\n", "[finding]\n" + SENTENCE)
    played = _play(site, tmp_path / "home", "rule")
    assert played["collected"][0]["codes"] == ["R30"]
    found = [each for each in played["findings"] if each["code"] == "R30"]
    assert [each["task"] for each in found] == ["27TB-4.l"]
    assert "viết toàn chữ hoa" in found[0]["message"]


def _form_of_today(home: Path) -> Path:
    from tests.support.command import tracker
    from tracker.demo.officer import Form, Officer
    from tracker.plan.data import packaged_plan

    assert tracker("init", home, "--plan", "27-TB-UBND").status == 0
    assert tracker("forms", "--home", home, "--now", "2025-03-03").status == 0
    form = Form((home / "workbooks/forms/2025-03/2025-03_sct.xlsx").read_bytes())
    plan = packaged_plan()
    Officer(plan, plan.agency_by_code["sct"], 1).fill(form)
    old = home.parent / "old-form.xlsx"
    old.write_bytes(form.save())
    return old


def _texts(path: Path, sheet: str) -> set[str]:
    from openpyxl import load_workbook

    return {str(cell.value) for row in load_workbook(path)[sheet].iter_rows() for cell in row if cell.value}
