"""Every mistake of a master sheet is refused by (key, sheet, cell), with a sentence that says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.plan.small import Edit, edited, places, put, refusal, small_master
from tracker.plan.sheet import problem_text, read_plan
from tracker.texts import catalogue

TASKS, AGENCIES, GROUPS, INDICATORS = "Nhiệm vụ", "Cơ quan", "Nhóm cơ quan", "Chỉ tiêu"
DAYS, WAIVERS = "Ngày nghỉ", "Ngoại lệ kiểm tra dữ liệu"

Place = tuple[str, str, str]


def remove_sheet(title: str) -> Edit:
    def edit(book: Workbook) -> None:
        del book[title]

    return edit


def all_of(*edits: Edit) -> Edit:
    def edit(book: Workbook) -> None:
        for each in edits:
            each(book)

    return edit


def blank_headings(title: str) -> Edit:
    def edit(book: Workbook) -> None:
        for cell in book[title][1]:
            cell.value = None

    return edit


CASES: tuple[tuple[str, Edit, list[Place]], ...] = (
    ("sheet gone", remove_sheet(GROUPS), [("missing_sheet", GROUPS, "")]),
    ("headings gone", blank_headings(DAYS), [("no_headings", DAYS, "A1")]),
    ("one heading gone", put(TASKS, N1="Hạn chót"), [("missing_heading", TASKS, "A1")]),
    ("heading twice", put(TASKS, X1="Cơ quan chủ trì"), [("heading_twice", TASKS, "X1")]),
    ("no task code", put(TASKS, B2=None), [("required", TASKS, "B2")]),
    ("no content", put(TASKS, E2="  "), [("required", TASKS, "E2")]),
    ("no lead", put(TASKS, G2=None), [("required", TASKS, "G2")]),
    ("lead of separators only", put(TASKS, G2=" ; ;"), [("required", TASKS, "G2")]),
    ("no document", put(TASKS, C4=None), [("required", TASKS, "C4")]),
    ("document without date", put(TASKS, C4="27/TB-UBND"), [("document_unclear", TASKS, "C4")]),
    ("document of 30 February", put(TASKS, C4="27/TB-UBND ngày 30/02/2025"), [("document_unclear", TASKS, "C4")]),
    ("date without document", put(TASKS, C4="ngày 21/02/2025"), [("document_unclear", TASKS, "C4")]),
    ("task code twice", put(TASKS, B4="T-1"), [("task_twice", TASKS, "B4")]),
    ("task code twice but for case", put(TASKS, B4="t-1"), [("task_twice", TASKS, "B4")]),
    ("task code with a blank", put(TASKS, B4="T 3"), [("code_malformed", TASKS, "B4")]),
    ("task code with a slash", put(TASKS, B4="27/3"), [("code_malformed", TASKS, "B4")]),
    ("task code turned into a date", put(TASKS, B4=date(2025, 3, 4)), [("code_malformed", TASKS, "B4")]),
    ("task code of signs", put(TASKS, B4="-.-"), [("code_malformed", TASKS, "B4")]),
    ("same content", put(TASKS, E4="SỐ HÓA  hồ sơ."), [("content_twice", TASKS, "E4")]),
    ("unknown lead", put(TASKS, G2="Bộ Ngoại giao"), [("agency_unknown", TASKS, "G2")]),
    ("misspelt lead", put(TASKS, G2="Sở Khoa học Công nghệ"), [("agency_unknown_similar", TASKS, "G2")]),
    ("second lead unknown", put(TASKS, G2="Sở Y tế; Sở Z"), [("agency_unknown", TASKS, "G2")]),
    ("leads by comma", put(TASKS, G2="Sở Y tế, Sở KH&CN"), [("agency_unknown", TASKS, "G2")]),
    ("unknown coordinator", put(TASKS, H3="Hội Luật gia"), [("agency_unknown", TASKS, "H3")]),
    ("unknown reporter", put(TASKS, I4="Văn phòng UBND"), [("agency_unknown_similar", TASKS, "I4")]),
    ("lead names nobody", put(TASKS, G2="các cơ quan, đơn vị liên quan"), [("lead_names_nobody", TASKS, "G2")]),
    ("reporter names nobody", put(TASKS, I4="các cơ quan, đơn vị liên quan"), [("lead_names_nobody", TASKS, "I4")]),
    ("person leads, nobody reports", put(TASKS, I4=None), [("lead_names_nobody", TASKS, "G4")]),
    ("unreadable deadline", put(TASKS, N3="cuối quý"), [("not_date", TASKS, "N3")]),
    ("deadline of 31 April", put(TASKS, N3="31/4/2025"), [("not_date", TASKS, "N3")]),
    ("deadline without year", put(TASKS, N3="31/3"), [("not_date", TASKS, "N3")]),
    ("fixed day without a day", put(TASKS, N3=None), [("date_needed", TASKS, "N3")]),
    ("within a span without a day", put(TASKS, O2="Trong kỳ"), [("date_needed", TASKS, "N2")]),
    ("standing task with a day", put(TASKS, N4=date(2025, 5, 1)), [("date_unexpected", TASKS, "N4")]),
    ("unknown kind", put(TASKS, O3="Sớm"), [("not_listed", TASKS, "O3")]),
    ("unknown state", put(TASKS, S3="Xong"), [("not_listed", TASKS, "S3")]),
    ("extension without document", put(TASKS, Q3=None), [("extension_without_document", TASKS, "Q3")]),
    ("extension document without day", put(TASKS, P3=None), [("extension_without_date", TASKS, "P3")]),
    ("extension unreadable", put(TASKS, P3="tháng sau"), [("not_date", TASKS, "P3")]),
    ("extension before the deadline", put(TASKS, P3=date(2025, 3, 1)), [("extension_too_early", TASKS, "P3")]),
    ("suspended without document", put(TASKS, T4=None), [("state_without_document", TASKS, "T4")]),
    ("repealed, note names no document", put(TASKS, S3="Bãi bỏ"), [("state_without_document", TASKS, "T3")]),
    ("unknown indicator", put(TASKS, R2="T-1-CT9"), [("indicator_unknown", TASKS, "R2")]),
    ("formula never calculated", put(TASKS, N3="=TODAY()"), [("formula_without_value", TASKS, "N3")]),
    ("error value", put(TASKS, L3="#REF!"), [("error_value", TASKS, "L3")]),
    ("agency code twice", put(AGENCIES, B6="vp"), [("agency_twice", AGENCIES, "B6")]),
    ("agency code with diacritics", put(AGENCIES, B6="sở"), [("agency_code_malformed", AGENCIES, "B6")]),
    ("no agency name", put(AGENCIES, B7="moi"), [("required", AGENCIES, "C7")]),
    ("alias of two", put(AGENCIES, E6="vpub"), [("name_taken", AGENCIES, "E6")]),
    ("alias is another's code", put(AGENCIES, E6="SYT"), [("name_taken", AGENCIES, "E6")]),
    ("alias is a group", put(AGENCIES, E6="Các Sở"), [("name_taken", GROUPS, "B2")]),
    ("e-mail without domain", put(AGENCIES, G3="vp@; x@y.vn"), [("email_malformed", AGENCIES, "G3")]),
    ("unknown successor", put(AGENCIES, L4="Bộ Ngoại giao"), [("agency_unknown", AGENCIES, "L4")]),
    (
        "successor is a group",
        put(AGENCIES, L4="các cơ quan, đơn vị liên quan"),
        [("agency_unknown_similar", AGENCIES, "L4")],
    ),
    ("successor without last day", put(AGENCIES, K4=None), [("successor_without_end", AGENCIES, "K4")]),
    ("own successor", put(AGENCIES, L4="Sở TT&TT"), [("successor_cycle", AGENCIES, "L4")]),
    (
        "successors in a circle",
        put(AGENCIES, L3="stttt", K3=date(2025, 6, 30)),
        [("successor_cycle", AGENCIES, "L3")],
    ),
    ("ended before it began", put(AGENCIES, J4=date(2025, 3, 1)), [("validity_reversed", AGENCIES, "K4")]),
    ("validity unreadable", put(AGENCIES, K4="đầu năm"), [("not_date", AGENCIES, "K4")]),
    ("group twice", put(GROUPS, B5="CÁC SỞ"), [("name_taken", GROUPS, "B5")]),
    ("group of unknown member", put(GROUPS, D2="Sở Lạ"), [("agency_unknown", GROUPS, "D2")]),
    ("group of unknown kind", put(GROUPS, C2="Sở; Xã"), [("kind_unknown", GROUPS, "C2")]),
    (
        "indicator code twice",
        put(INDICATORS, B3="T-1-CT1", C3="x", D3="%", E3=">", F3=1),
        [("indicator_twice", INDICATORS, "B3")],
    ),
    ("target in words", put(INDICATORS, F2="chín mươi"), [("not_number", INDICATORS, "F2")]),
    ("no target", put(INDICATORS, F2=None), [("required", INDICATORS, "F2")]),
    ("unknown sign", put(INDICATORS, E2="ít nhất"), [("not_listed", INDICATORS, "E2")]),
    ("day unreadable", put(DAYS, B2="mồng một Tết"), [("not_date", DAYS, "B2")]),
    ("day twice", put(DAYS, B3="02/01/2026"), [("day_twice", DAYS, "B3")]),
    ("neither off nor worked", put(DAYS, C2=None), [("required", DAYS, "C2")]),
    ("waiver of nobody", put(WAIVERS, E2=None), [("required", WAIVERS, "E2")]),
    ("waiver without reason", put(WAIVERS, F2=None), [("required", WAIVERS, "F2")]),
    ("waiver without end", put(WAIVERS, G2=None), [("required", WAIVERS, "G2")]),
    ("waiver of no rule", put(WAIVERS, B2=None), [("required", WAIVERS, "B2")]),
    ("waiver of a rule that cannot be", put(WAIVERS, B2="X1"), [("rule_malformed", WAIVERS, "B2")]),
    ("waiver of a rule that is not there", put(WAIVERS, B2="R99"), [("rule_unknown", WAIVERS, "B2")]),
    ("waiver for an unknown agency", put(WAIVERS, C2="Sở Lạ"), [("agency_unknown", WAIVERS, "C2")]),
    ("waiver for an unknown task", put(WAIVERS, D2="T-9"), [("task_unknown", WAIVERS, "D2")]),
)
OF_A_LIST = {"list_unreadable", "list_without_code", "required_new"}
"""Of a list of tasks that is imported: see tests/test_exchange.py."""
OF_THE_FILE = {"no_file", "unreadable", "not_a_workbook"}


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(e, p, id=name) for name, e, p in CASES])
def test_a_mistake_is_refused_at_its_cell(tmp_path: Path, edit: Edit, expected: list[Place]) -> None:
    error = refusal(edited(tmp_path, edit))
    assert places(error) == expected
    for problem in error.problems:
        for language in ("vi", "en"):
            assert not re.search(r"[{}]|None", problem_text(problem, language))


def test_every_sentence_has_its_mistake() -> None:
    covered = {key for _, _, expected in CASES for key, _, _ in expected} | OF_THE_FILE | OF_A_LIST
    for language in ("vi", "en"):
        sentences = {key.removeprefix("plan.") for key in catalogue(language) if key.startswith("plan.")}
        assert sentences - {"at_cell", "at_sheet"} == covered


def test_mistakes_on_all_sheets_are_listed_at_once_in_the_order_of_the_workbook(tmp_path: Path) -> None:
    everything = all_of(
        put(DAYS, B2="?!x"),
        put(AGENCIES, B6="vp", G3="nobody"),
        put(TASKS, N3="31/4/2025", G4="Sở Lạ", B3="T 2"),
        put(WAIVERS, G2=None),
    )
    assert places(refusal(edited(tmp_path, everything))) == [
        ("code_malformed", TASKS, "B3"),
        ("not_date", TASKS, "N3"),
        ("agency_unknown", TASKS, "G4"),
        ("email_malformed", AGENCIES, "G3"),
        ("agency_twice", AGENCIES, "B6"),
        ("not_date", DAYS, "B2"),
        ("required", WAIVERS, "G2"),
        ("task_unknown", WAIVERS, "D2"),
    ]


def test_a_missing_sheet_does_not_make_every_name_unknown(tmp_path: Path) -> None:
    error = refusal(edited(tmp_path, all_of(remove_sheet(AGENCIES), put(TASKS, N3="?x"))))
    assert places(error) == [("not_date", TASKS, "N3"), ("missing_sheet", AGENCIES, "")]


def test_a_suggestion_names_the_agency_that_is_close(tmp_path: Path) -> None:
    (problem,) = refusal(edited(tmp_path, put(TASKS, G2="Sở Thông tin Truyền thông"))).problems
    assert problem.facts["suggestion"] == "Sở Thông tin và Truyền thông"
    assert problem.facts["value"] == "Sở Thông tin Truyền thông"


def test_the_refusal_counts_and_leaves_with_status_2(tmp_path: Path) -> None:
    error = refusal(edited(tmp_path, put(TASKS, B2=None, E2=None)))
    assert (error.exit_status, error.facts["count"]) == (2, 2)
    assert error.facts["path"] == str(tmp_path / "master.xlsx")


def _absent(path: Path) -> None:
    path.unlink(missing_ok=True)


def _folder(path: Path) -> None:
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("Nhiệm vụ")


def _cut(path: Path) -> None:
    path.write_bytes(small_master()[:5000])


def _old_excel(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (_absent, "no_file"),
        (_folder, "unreadable"),
        (_text, "not_a_workbook"),
        (_cut, "not_a_workbook"),
        (_old_excel, "not_a_workbook"),
        (_empty, "not_a_workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, make: Callable[[Path], None], key: str) -> None:
    path = tmp_path / "master.xlsx"
    make(path)
    error = refusal(path)
    assert places(error) == [(key, "", "")]
    assert "{" not in problem_text(error.problems[0])


def test_what_is_refused_for_a_followed_task_may_stand_in_an_ended_one(tmp_path: Path) -> None:
    plan = read_plan(edited(tmp_path, put(TASKS, G2="các cơ quan, đơn vị liên quan", S2="Đã kết thúc")))
    assert plan.tasks[0].leads == ("các cơ quan, đơn vị liên quan",)
