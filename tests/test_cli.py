"""The command contract: options before or after the verb, exit status, JSON on stdout, messages on stderr."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from tests.support.command import tracker
from tests.support.workspace import Place
from tracker.cli import hoisted
from tracker.config import load_settings
from tracker.demo.cast import PERIOD


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh workspace with the real plan."""
    folder = tmp_path_factory.mktemp("workspace")
    assert tracker("init", folder, "--plan", "27-TB-UBND").status == 0
    return folder


def test_options_may_stand_before_or_after_the_verb(home: Path) -> None:
    before = tracker("--json", "--now", "2025-03-10", "--home", home, "status")
    after = tracker("status", "--home", home, "--json", "--now=2025-03-10")
    assert before.status == after.status == 0
    assert before.json["period"] == after.json["period"] == "2025-03"
    assert before.out == after.out


def test_hoisting_leaves_other_words_in_order() -> None:
    words = ["refuse", "3", "--why", "sai kỳ", "--home", "x", "--dry-run"]
    assert hoisted(words) == ["--home", "x", "--dry-run", "refuse", "3", "--why", "sai kỳ"]


def test_the_period_is_the_one_whose_effective_day_comes_next(home: Path) -> None:
    for now, period in (("2025-04-21T23:00", "2025-04"), ("2025-04-22", "2025-05"), ("2026-02-23", "2026-02")):
        assert tracker("status", "--home", home, "--now", now, "--json").json["period"] == period


def test_no_workspace_is_status_2_and_says_what_to_do(tmp_path: Path) -> None:
    ran = tracker("status", "--home", tmp_path)
    assert ran.status == 2
    assert "tracker init" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("forms", "--period", "2025-13"),
        ("status", "--now", "ngay mai"),
        ("trace", "27TB-99"),
        ("status", "--lang", "fr"),
    ],
)
def test_wrong_usage_is_status_2(home: Path, arguments: tuple[str, ...]) -> None:
    ran = tracker(*arguments, "--home", home)
    assert ran.status == 2
    assert ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("forms", "--perod", "2025-03"), "Không có tùy chọn --perod"),
        (("refuse", "3"), "Thiếu tùy chọn --why"),
        (("accept",), "Thiếu tham số ID"),
        (("accept", "ba"), "Giá trị của ID không đúng dạng"),
        (("status", "--period"), "--period phải có giá trị"),
        (("statsu",), "Không có lệnh “statsu”"),
        (("collect", "a", "b"), "Thừa tham số: a b"),
    ],
)
def test_wrong_command_lines_are_status_2_and_told_in_vietnamese(
    home: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = tracker(*arguments, "--home", home)
    assert ran.status == 2
    assert words in ran.err
    assert "--help" in ran.err
    assert not [each for each in ("Error", "No such", "Missing", "Usage", "valid") if each in ran.err]
    assert "For help" in tracker(*arguments, "--home", home, "--lang", "en").err


def test_without_a_verb_the_help_is_shown() -> None:
    ran = tracker()
    assert "doctor" in ran.out + ran.err
    assert tracker("--help").status == 0


def test_a_broken_configuration_is_refused_with_every_mistake(tmp_path: Path) -> None:
    assert tracker("init", tmp_path).status == 0
    (tmp_path / "tracker.toml").write_text('[limits]\nsecond = 3\nworkers = "two"\n[offices]\n', "utf-8")
    ran = tracker("status", "--home", tmp_path)
    assert ran.status == 2
    assert all(name in ran.err for name in ("limits.second", "limits.workers", "offices"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[mail]\naddres = 'a'", "mail.addres: không có mục này"),
        ("[limits]\nworkers = 'hai'", "limits.workers: phải là số nguyên, đang ghi “hai”"),
        ("[limits]\nseconds = 'lâu'", "limits.seconds: phải là số"),
        ("[schedule]\nreport_day = 31", "schedule.report_day: không được lớn hơn 28"),
        ("[limits]\nmax_megabytes = 0", "limits.max_megabytes: không được nhỏ hơn 1"),
        ("[limits]\nseconds = 0", "limits.seconds: phải lớn hơn 0"),
        ("[mail]\nsmtp_security = 'ssl'", "một trong: tls, starttls, none"),
        ("[checks]\ndeadline_is_strict = 'có'", "chỉ ghi true hoặc false"),
        ("[office]\nname = 3", "office.name: phải là chữ"),
        ("[office]\nsigner = 3", "office.signer: phải là danh sách"),
        ("mail = 3", "mail: phải là một phần [mail]"),
        ("[mail]\nreport_to = ['lãnh đạo']", "mail.report_to: “lãnh đạo” không phải địa chỉ"),
        ("[mail]\n\nname = \n", "dòng 3"),
    ],
)
def test_mistakes_of_the_configuration_are_told_in_vietnamese(home: Path, text: str, words: str) -> None:
    config = home / "tracker.toml"
    before = config.read_bytes()
    config.write_text(text, "utf-8")
    ran = tracker("status", "--home", home)
    config.write_bytes(before)
    assert ran.status == 2
    assert words in ran.err
    assert not [each for each in ("Input", "should", "permitted", "Invalid") if each in ran.err]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.vn", ("a@b.vn",)),
        ("a@b.vn, Lãnh đạo <c@d.vn>", ("a@b.vn", "Lãnh đạo <c@d.vn>")),
        ('["a@b.vn", "c@d.vn"]', ("a@b.vn", "c@d.vn")),
    ],
)
def test_a_list_may_be_plain_text_in_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TRACKER_MAIL__REPORT_TO", text)
    monkeypatch.setenv("TRACKER_SCHEDULE__COLLECT_HOURS", "7, 15")
    settings = load_settings(home / "tracker.toml")
    assert (settings.mail.report_to, settings.schedule.collect_hours) == (found, (7, 15))


@pytest.mark.parametrize(
    ("name", "value"),
    [("MAIL__REPORT_TO", "không"), ("MAIL__REPORT_TO", '{"a": 1}'), ("LIMITS__WORKERS", "x"), ("MAIL", "a@b.vn")],
)
def test_a_wrong_value_in_the_environment_is_status_2(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TRACKER_{name}", value)
    ran = tracker("status", "--home", home)
    assert ran.status == 2
    assert name.lower().replace("__", ".") in ran.err


def test_a_damaged_ledger_is_told_with_what_makes_it_anew(tmp_path: Path) -> None:
    assert tracker("init", tmp_path).status == 0
    (tmp_path / "workbooks/ledger.sqlite3").write_bytes(b"no ledger" * 500)
    ran = tracker("status", "--home", tmp_path)
    assert ran.status == 1
    assert "tracker rebuild" in ran.err


def test_a_wrong_master_sheet_stops_everything_and_names_its_cells(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    assert tracker("init", tmp_path, "--plan", "27-TB-UBND").status == 0
    path = tmp_path / "workbooks" / "master.xlsx"
    book = load_workbook(path)
    sheet = book["Nhiệm vụ"]
    row = next(cells for cells in sheet.iter_rows() if any(cell.value == "27TB-4.l" for cell in cells))
    lead = next(cell for cell in row if cell.value == "Sở Y tế")
    lead.value = "Sở Y tê tỉnh"
    book.save(path)
    ran = tracker("forms", "--home", tmp_path, "--now", "2025-03-03")
    assert ran.status == 2
    assert f"Nhiệm vụ!{lead.coordinate}" in ran.err
    assert not (tmp_path / "workbooks" / "forms" / "2025-03").exists()


def test_a_second_run_at_once_leaves_with_status_3(home: Path) -> None:
    with FileLock(home / "workbooks" / ".tracker-lock"):
        ran = tracker("collect", "--home", home)
    assert ran.status == 3
    assert ran.err


def test_init_touches_nothing_that_exists(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".sqlite3"}
    assert tracker("init", home, "--plan", "27-TB-UBND").status == 0
    assert {path: path.read_bytes() for path in before} == before


def test_the_key_is_for_its_owner_only(home: Path) -> None:
    assert (home / "workbooks" / ".tracker-key").stat().st_mode & 0o077 == 0


def test_messages_follow_the_language(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "next due" in tracker("status", "--home", home, "--lang", "en").err
    monkeypatch.setenv("TRACKER_LANG", "en")
    assert "next due" in tracker("status", "--home", home).err
    assert "hạn tiếp theo" in tracker("status", "--home", home, "--lang", "vi").err


def test_doctor_says_what_to_do_and_leaves_with_1(home: Path) -> None:
    assert tracker("doctor", "--home", home, "--now", "2025-03-03").status == 0
    key = home / "workbooks" / ".tracker-key"
    key.chmod(0o644)
    ran = tracker("doctor", "--home", home, "--json", "--now", "2025-03-03")
    key.chmod(0o600)
    assert ran.status == 1
    assert [each["check"] for each in ran.json if not each["ok"]] == ["key"]
    assert all(each["remedy"] for each in ran.json if not each["ok"])


def test_doctor_asks_for_days_off_of_years_nobody_entered(home: Path) -> None:
    checks = tracker("doctor", "--home", home, "--json", "--now", "2027-01-04").json
    assert [each["check"] for each in checks if not each["ok"]] == ["holidays"]


def test_dry_run_of_forms_writes_nothing(home: Path) -> None:
    ran = tracker("forms", "--home", home, "--period", "2025-05", "--dry-run", "--json")
    assert ran.status == 0
    assert len(ran.json) == 36
    assert not (home / "workbooks" / "forms" / "2025-05").exists()


# --- the shapes of the JSON documents ---------------------------------------------------------------------------------


def test_findings_have_the_keys_of_the_contract(demo_home: Path) -> None:
    rows = tracker("findings", "--home", demo_home, "--period", PERIOD, "--json").json
    keys = {"code", "severity", "agency", "task", "file", "sheet", "cell", "value", "message"}
    assert rows
    assert all(keys <= row.keys() for row in rows)
    r06 = [row for row in rows if row["code"] == "R06"]
    assert r06 == [], "the correction of Sở Tài chính cleared it"


def test_answers_name_file_and_cell_of_every_value(demo_home: Path) -> None:
    rows = tracker("answers", "--home", demo_home, "--period", PERIOD, "--json").json
    assert len(rows) > 100
    for row in rows:
        assert row.keys() == {"period", "agency", "task", "role", "file", "sheet", "cells", "values"}
        assert row["cells"].keys() == row["values"].keys()
    one = next(row for row in rows if (row["agency"], row["task"]) == ("skhcn", "27TB-3.2"))
    assert one["values"]["status"] == "done"
    assert one["values"]["percent"] == 100
    assert one["values"]["completed_on"] == "2025-03-12"
    assert one["role"] == "lead"


def test_answers_are_what_stands_in_those_cells(demo_home: Path) -> None:
    """Every figure can be followed to a file, a sheet and a cell: open the archived file and look."""
    from openpyxl import load_workbook

    traced = tracker("trace", "27TB-3.2", "skhcn", "--home", demo_home, "--period", PERIOD, "--json").json
    source = traced[0]["sources"][0]
    archived = demo_home / "workbooks" / "archive" / source["archived_as"]
    sheet = load_workbook(io.BytesIO(archived.read_bytes()))[source["sheet"]]
    assert sheet[source["cells"]["result"]].value == source["values"]["result"]
    assert f"{sheet[source['cells']['completed_on']].value:%Y-%m-%d}" == source["values"]["completed_on"]


def test_indicators_are_answers_too(demo_home: Path) -> None:
    rows = tracker("answers", "--indicators", "--home", demo_home, "--period", PERIOD, "--json").json
    assert {"numerator", "denominator", "value"} <= rows[0]["values"].keys()


def test_csv_opens_in_excel(demo_home: Path) -> None:
    out = tracker("findings", "--home", demo_home, "--period", PERIOD, "--csv").out
    assert out.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    document = tracker("findings", "--home", demo_home, "--period", PERIOD, "--json").json
    assert len(rows) == len(document)
    assert list(rows[0])[:2] == ["Mã", "Mức"] and {row["Mức"] for row in rows} >= {"Lỗi", "Cảnh báo"}
    assert "Người cho phép" in rows[0]
    assert not any(text.startswith(("=", "+", "-", "@")) for row in rows for text in row.values())


def test_held_lists_what_waits_with_its_reason(demo_home: Path) -> None:
    rows = tracker("held", "--home", demo_home, "--json").json
    assert [(row["agency"], row["codes"]) for row in rows] == [("htk", ["F07"])]
    assert rows[0]["messages"][0]


def test_tables_for_people_show_the_same_rows(demo_home: Path) -> None:
    out = tracker("status", "--home", demo_home, "--period", PERIOD).out
    assert "UBND huyện Tứ Kỳ" in out
    assert "Chờ xem xét" in out


def test_status_tells_the_day_of_its_own_period_and_the_last_runs(demo_home: Path) -> None:
    told = tracker("status", "--home", demo_home, "--period", PERIOD, "--now", "2026-11-21").err
    assert "ngày báo cáo 20/03/2025" in told
    assert "hạn tiếp theo 21/12/2026 (kỳ 2026-12)" in told
    assert re.search(r"Lần chạy gần nhất: demo lúc \d\d:\d\d \d\d/\d\d/\d{4} \(xong\)", told)


def test_a_run_that_failed_is_not_told_as_done(place: Place) -> None:
    at = ("--home", place.home, "--now", "2025-03-10")
    assert tracker("forms", *at, "--period", "2025-13").status == 2
    assert "forms lúc 08:00 10/03/2025 (không xong" in tracker("status", *at).err


def test_answers_for_people_name_file_and_cells(demo_home: Path) -> None:
    at = ("--home", demo_home, "--period", PERIOD)
    one = next(row for row in tracker("answers", *at, "--json").json if row["task"] == "27TB-3.2")
    cells = "; ".join(one["cells"][key] for key in ("status", "percent", "result") if key in one["cells"])
    table = tracker("answers", *at).out
    assert all(text in table for text in ("Tệp", "Ô", one["file"], cells))
    out = tracker("answers", *at, "--csv").out.removeprefix("\ufeff")
    row = next(each for each in csv.DictReader(io.StringIO(out)) if each["task"] == "27TB-3.2")
    assert dict(each.split("=") for each in row["cell"].split("; ")) == one["cells"]


def test_indicators_are_headed_as_such(demo_home: Path) -> None:
    shown = tracker("answers", "--indicators", "--home", demo_home, "--period", PERIOD).out
    assert "Chỉ tiêu" in shown.splitlines()[1]
    assert "Nhiệm vụ" not in shown.splitlines()[1]


def test_days_of_a_notice_are_shown_as_people_write_them(tmp_path: Path) -> None:
    notice = tmp_path / "tb.txt"
    notice.write_bytes((Path(__file__).parent / "notices/seen/chung-han.txt").read_bytes())
    ran = tracker("notice", notice, "--home", tmp_path)
    days = [each["deadline"] for each in tracker("notice", notice, "--home", tmp_path, "--json").json["tasks"]]
    assert any(days)
    for day in filter(None, days):
        assert f"{date.fromisoformat(day):%d/%m/%Y}" in ran.out
        assert day not in ran.out


def test_values_for_people_are_worded_as_on_the_form(demo_home: Path) -> None:
    traced = tracker("trace", "27TB-3.2", "skhcn", "--home", demo_home, "--period", PERIOD).out
    assert all(text in traced for text in ("Trạng thái", "Hoàn thành", "100%", "12/03/2025"))
    answers = tracker("answers", "--home", demo_home, "--period", PERIOD).out
    assert "Đang thực hiện" in answers and "in_progress" not in answers


def test_json_is_one_document_and_nothing_else(demo_home: Path) -> None:
    for verb in ("status", "findings", "answers", "held", "doctor"):
        ran = tracker(verb, "--home", demo_home, "--json", "--now", "2025-03-24T18:00")
        json.loads(ran.out)


def test_a_demo_has_no_dry_run(tmp_path: Path) -> None:
    assert tracker("demo", "--home", tmp_path / "new", "--dry-run").status == 2
    assert not (tmp_path / "new").exists()
