"""Who sent it, for whom, when, and what else came: nothing overwritten in silence, and what is uncertain waits."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.command import tracker
from tests.support.forms import saved
from tests.support.packages import rezipped
from tests.support.workspace import PERIOD, Place, Post, copied, with_addresses
from tracker import actions
from tracker.actions import Collected, Office, collect, decide, findings, findings_grouped, held, month_of, write_forms
from tracker.columns import ANSWERED, INDICATOR_TABLE
from tracker.dates import Period
from tracker.demo.mishaps import identity_tampered, nil_return
from tracker.demo.officer import Form
from tracker.forms import stamp
from tracker.ledger import queries
from tracker.model import Finding, Severity, Verdict
from tracker.texts import say

Edit = Callable[[Form], object]
ONE, TWO, THREE = "27TB-4.a", "27TB-4.b", "27TB-4.c"
"""Tasks that a district leads; its form has two more."""
MAI, LAN = "vt@htk.example", "lan@htk.example"


@pytest.fixture
def office(place: Place) -> Office:
    return with_addresses(place.office(), htk=MAI, hth="vt@hth.example")


def put(task: str, **values: Any) -> Edit:
    def edit(form: Form) -> object:
        return [form.report.put(task, key, value) for key, value in values.items()]

    return edit


def by(name: str) -> Edit:
    def edit(form: Form) -> None:
        form.head("prepared_by").value = name

    return edit


def only(*tasks: str) -> Edit:
    """The other rows are left as they came: empty."""

    def edit(form: Form) -> None:
        for code in form.report.rows:
            for column in ANSWERED if code not in tasks else ():
                form.report.put(code, column.key, None)

    return edit


def only_rows(*tasks: str) -> Edit:
    """The other rows are deleted."""

    def edit(form: Form) -> None:
        for code, row in form.report.rows.items():
            for cell in form.report.sheet[row] if code not in tasks else ():
                form.report.sheet[cell.coordinate].value = None

    return edit


def codes(collected: list[Collected]) -> list[tuple[str, list[str]]]:
    return [(each.as_json()["verdict"], each.as_json()["codes"]) for each in collected]


def found(place: Place, file: str, code: str) -> list[Finding]:
    """Findings of a code in one file, as recorded."""
    engine = place.office().engine
    mine = next(each for each in queries.submissions_of(engine) if each.file == file)
    return [each for each in queries.findings_in(engine, mine.id) if each.code == code]


def values(office: Office, agency: str = "htk") -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """What stands of each row of an agency."""
    lines = month_of(office, PERIOD).lines
    return {(line.agency.code, line.task.code): line.values for line in lines if line.agency.code == agency}


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sender", [MAI, "VT@HTK.EXAMPLE", " vt@htk.example ", "Văn thư <VT@htk.example>", '"Mai, VT" <vt+bc@htk.example>']
)
def test_an_address_as_programs_write_it(place: Place, post: Post, office: Office, sender: str) -> None:
    post.bring(place.filled("htk"), sender)
    assert codes(collect(office)) == [("accepted", [])]


def test_a_clerk_who_writes_for_two_agencies(place: Place, post: Post) -> None:
    office = with_addresses(place.office(), htk=MAI, hth=MAI)
    for agency in ("htk", "hth"):
        post.bring(place.filled(agency), MAI, f"{agency}.xlsx")
    post.bring(place.filled("hns"), MAI, "hns.xlsx")
    assert codes(collect(office)) == [("accepted", []), ("accepted", []), ("held", ["F09"])]


def test_one_of_several_addresses(place: Place, post: Post, office: Office) -> None:
    agencies = tuple(replace(e, emails=(MAI, LAN)) if e.code == "htk" else e for e in office.plan.agencies)
    post.bring(place.filled("htk"), LAN)
    assert codes(collect(replace(office, plan=replace(office.plan, agencies=agencies)))) == [("accepted", [])]


def test_sent_again_from_the_registered_address_as_asked(place: Place, post: Post, office: Office) -> None:
    """The very file that waits for its sender: from the right address it waits no longer, and is there once."""
    form = place.filled("htk")
    post.bring(form, "ai.do@gmail.com", "a.xlsx")
    assert codes(collect(office)) == [("held", ["F08"])]
    post.bring(form, "ai.do@gmail.com", "b.xlsx")
    post.bring(form, MAI, "c.xlsx")
    told = {each.file: each.as_json()["verdict"] for each in collect(office)}
    assert told == {"b.xlsx": "duplicate", "c.xlsx": "accepted"}
    (only_one,) = queries.submissions_of(office.engine)
    assert (only_one.sender, only_one.verdict, queries.held(office.engine)) == (MAI, Verdict.ACCEPTED, ())
    assert len(queries.accepted_answers(office.engine, str(PERIOD))) == 4 + 3


def test_both_in_one_run(place: Place, post: Post, office: Office) -> None:
    form = place.filled("htk")
    post.bring(form, "ai.do@gmail.com", "a.xlsx")
    post.bring(form, MAI, "b.xlsx")
    assert codes(collect(office)) == [("held", ["F08"]), ("accepted", [])]
    assert [each.verdict for each in queries.submissions_of(office.engine)] == [Verdict.ACCEPTED]


def test_an_agency_that_has_ended_without_a_successor(place: Place, office: Office) -> None:
    """Divided among others, say: whose answers these are is the office's to know."""
    ended = [replace(each, valid_to=date(2025, 2, 28)) if each.code == "htk" else each for each in office.plan.agencies]
    groups = [
        replace(each, kinds=(), members=tuple(m for m in each.members if m != "htk")) for each in office.plan.groups
    ]
    tasks = [replace(each, reporters=("UBND huyện Thanh Hà",), coordinators=()) for each in office.plan.tasks]
    plan = replace(office.plan, agencies=tuple(ended), groups=tuple(groups), tasks=tuple(tasks))
    place.drop("a.xlsx", place.filled("htk"))
    ((verdict, told),) = codes(collect(replace(office, plan=plan)))
    assert (verdict, told[0]) == ("held", "F21")


@pytest.mark.parametrize(("label", "value"), [("identity_agency", "hns"), ("identity_period", "2025-04")])
def test_words_of_the_hidden_sheet_that_tell_another_story(place: Place, label: str, value: str) -> None:
    book = load_workbook(io.BytesIO(place.filled("htk")))
    sheet = book[stamp.SHEET]
    row = next(r for r in range(1, 9) if sheet.cell(r, 1).value == say(f"form.{label}"))
    sheet.cell(row, 2).value = value
    place.drop("a.xlsx", saved(book))
    assert codes(place.collect()) == [("held", ["F07"])]


# --- two returns of one agency ----------------------------------------------------------------------------------------


def test_her_own_correction_says_what_it_replaces(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", put(ONE, percent=40, status="Đang thực hiện")))
    place.drop("b.xlsx", place.filled("htk", put(ONE, percent=60, status="Đang thực hiện")), at="2025-03-17T09:00")
    assert codes(place.collect()) == [("accepted", []), ("accepted", ["F20"])]
    (told,) = found(place, "b.xlsx", "F20")
    assert (told.severity, told.facts["tasks"], told.facts["file"]) == (Severity.INFO, [ONE], ["a.xlsx"])
    assert "40% → 60%" in told.facts["changes"]
    assert values(place.office())["htk", ONE]["percent"] == 60


def test_two_officers_who_differ(place: Place) -> None:
    """The newest counts, both values are shown with both files, and somebody must look at it."""
    place.drop("a.xlsx", place.filled("htk", put(ONE, percent=40, status="Đang thực hiện"), by("Trần Thị Mai")))
    second = place.filled("htk", put(ONE, percent=60, status="Đang thực hiện"), by("Lê Văn Lân, phòng Tài chính"))
    place.drop("b.xlsx", second, at="2025-03-17T09:00")
    assert codes(place.collect()) == [("accepted", []), ("accepted_with_findings", ["F20"])]
    (told,) = found(place, "b.xlsx", "F20")
    cell = Form(second).report.cell(ONE, "percent").coordinate
    assert (told.severity, told.task, told.cell, told.value) == (Severity.WARNING, ONE, cell, "60%")
    assert (told.facts["by"], told.facts["file"]) == ("Trần Thị Mai", "a.xlsx")
    (row,) = findings(place.office(), PERIOD)
    assert all(text in row["message"] for text in ("a.xlsx", "40%", "60%", "Trần Thị Mai"))
    traced = actions.trace(place.office(), PERIOD, ONE, "htk")[0]["sources"]
    assert [(each["file"], each["values"]["percent"], each["is_current"]) for each in traced] == [
        ("b.xlsx", 60, True),
        ("a.xlsx", 40, False),
    ]


@pytest.mark.parametrize(
    ("first", "second", "is_other"),
    [
        ((MAI, "Trần Thị Mai"), (LAN, "trần thị mai, Chánh Văn phòng"), False),
        ((MAI, "Trần Thị Mai"), (MAI, "Lê Văn Lân"), True),
        ((MAI, ""), (LAN, ""), True),
        ((MAI, ""), (MAI.upper(), "Lê Văn Lân"), False),
    ],
)
def test_who_is_another_person(
    place: Place, post: Post, office: Office, first: tuple[str, str], second: tuple[str, str], is_other: bool
) -> None:
    agencies = tuple(replace(e, emails=(MAI, LAN)) if e.code == "htk" else e for e in office.plan.agencies)
    office = replace(office, plan=replace(office.plan, agencies=agencies))
    for number, (address, name) in enumerate((first, second)):
        result = f"Đã tổ chức {number + 2} hội nghị tại các xã."
        post.bring(place.filled("htk", put(ONE, result=result), by(name)), address, f"{number}.xlsx")
    collect(office)
    (told,) = found(place, "1.xlsx", "F20")
    assert (told.severity is Severity.WARNING) == is_other


@pytest.mark.parametrize("cut", [only, only_rows])
def test_complementary_files_merge_without_a_warning(place: Place, cut: Callable[..., Edit]) -> None:
    """Two departments, two persons, different rows: what one leaves open the other answers."""
    whole = place.filled("htk")
    tasks = list(Form(whole).report.rows)
    place.drop("a.xlsx", place.filled("htk", cut(*tasks[:2]), by("Trần Thị Mai")))
    place.drop("b.xlsx", place.filled("htk", cut(*tasks[2:]), by("Lê Văn Lân")), at="2025-03-17T09:00")
    _, second = place.collect()
    assert second.examined.verdict is Verdict.ACCEPTED
    assert not found(place, "b.xlsx", "F20")
    assert not [row for row in findings(place.office(), PERIOD) if row["severity"] != "I"]
    assert all(line for line in values(place.office()).values())


def test_a_correction_that_blanks_a_cell_says_so(place: Place) -> None:
    """The newest return that fills a row wins the row: what it no longer holds is gone, and told."""
    place.drop("a.xlsx", place.filled("htk", put(ONE, proposal="Đề nghị bổ sung kinh phí")))
    place.drop("b.xlsx", place.filled("htk", put(ONE, proposal=None)), at="2025-03-17T09:00")
    place.collect()
    (told,) = found(place, "b.xlsx", "F20")
    assert "Đề nghị bổ sung kinh phí → (trống)" in told.facts["changes"]
    assert "proposal" not in values(place.office())["htk", ONE]


def test_a_correction_with_an_unusable_status_keeps_the_status_and_says_so(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", put(ONE, status="Đang thực hiện", percent=40)))
    place.drop("b.xlsx", place.filled("htk", put(ONE, status="Sắp xong", percent=60)), at="2025-03-17T09:00")
    assert codes(place.collect())[1] == ("accepted_with_findings", ["R02"])
    assert values(place.office())["htk", ONE]["status"] == "in_progress"


def test_a_correction_after_a_nil_return(place: Place) -> None:
    """Nothing arose but this one thing: the rows left blank were answered, with "nothing"."""
    place.drop("a.xlsx", place.filled("htk", nil_return))
    place.drop("b.xlsx", place.filled("htk", only(ONE)), at="2025-03-17T09:00")
    assert [verdict for verdict, _ in codes(place.collect())] == ["accepted", "accepted"]


def test_an_older_file_after_a_newer_names_what_stands(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("htk", only(ONE)), MAI, "newer.xlsx", "2025-03-17T10:00")
    collect(office)
    post.bring(
        place.filled("htk", put(ONE, result="Đã họp 2 lần."), only(ONE, TWO)), MAI, "older.xlsx", "2025-03-16T10:00"
    )
    ((verdict, told),) = codes(collect(office))
    assert (verdict, told[0]) == ("accepted_with_findings", "R01") and "F14" in told
    (older,) = found(place, "older.xlsx", "F14")
    assert older.facts["newer"] == "newer.xlsx"
    assert ONE in older.facts["kept"] and TWO not in older.facts["kept"]
    sources = {line.task.code: line.source for line in month_of(office, PERIOD).lines if line.agency.code == "htk"}
    assert {task: sources[task].file for task in (ONE, TWO)} == {ONE: "newer.xlsx", TWO: "older.xlsx"}  # type: ignore[union-attr]
    assert TWO not in {
        row["task"] for row in findings(office, PERIOD) if row["code"] == "R01" and row["severity"] == "E"
    }


def test_the_old_contents_again_after_a_correction(place: Place, post: Post, office: Office) -> None:
    """Which of the two is meant is not for us to guess: the correction stands, and the sender is told."""
    first = place.filled("htk", put(ONE, percent=40, status="Đang thực hiện"))
    post.bring(first, MAI, "a.xlsx", "2025-03-15T10:00")
    post.bring(place.filled("htk", put(ONE, percent=60, status="Đang thực hiện")), MAI, "b.xlsx", "2025-03-16T10:00")
    collect(office)
    post.bring(first, MAI, "c.xlsx", "2025-03-17T10:00")
    post.bring(rezipped(first), MAI, "d.xlsx", "2025-03-17T11:00")
    told = {each.file: each.examined for each in collect(office)}
    for name in ("c.xlsx", "d.xlsx"):
        (finding,) = told[name].findings
        assert (finding.code, finding.facts["first"], finding.facts["newer"]) == ("F13", "a.xlsx", "b.xlsx")
    assert values(office)["htk", ONE]["percent"] == 60


def _four_mails(place: Place) -> list[tuple[bytes, str, str]]:
    """A whole return; a correction of one row by another officer; the first again, re-saved; another correction."""
    whole = place.filled("htk", put(ONE, percent=40, status="Đang thực hiện"))
    rows = [put(ONE, percent=60, status="Đang thực hiện"), only(ONE), by("Lê Văn Lân")]
    return [
        (whole, "whole.xlsx", "2025-03-14T10:00"),
        (place.filled("htk", *rows), "one row.xlsx", "2025-03-15T10:00"),
        (rezipped(whole), "again.xlsx", "2025-03-16T10:00"),
        (
            place.filled("htk", put(TWO, result="Đã họp 4 lần."), only(TWO, THREE), seed=8),
            "two.xlsx",
            "2025-03-17T10:00",
        ),
    ]


def test_any_order_of_four_mails_ends_alike(ready_place: Place, place: Place, post: Post, tmp_path: Path) -> None:
    """Each collected by a run of its own, in all 24 orders: the month is the same."""
    mails = _four_mails(place)
    ends = []
    for number, order in enumerate(permutations(mails)):
        home = copied(ready_place, tmp_path / str(number))
        office = with_addresses(home.office(), htk=MAI)
        for data, name, received_at in order:
            post.bring(data, MAI, name, received_at)
            collect(office)
        lines = [line for line in month_of(office, PERIOD).lines if line.agency.code == "htk"]
        ends.append([(line.task.code, line.status, line.values, line.is_reported) for line in lines])
        standing = {row["task"] for row in findings(office, PERIOD) if row["severity"] == "E"}
        assert standing == set(), [name for _, name, _ in order]
    assert all(end == ends[0] for end in ends)
    stands = {task: line for task, _, line, _ in ends[0]}
    assert (stands[ONE]["percent"], stands[TWO]["result"]) == (60, "Đã họp 4 lần.")


# --- when -------------------------------------------------------------------------------------------------------------


def test_next_months_form_sent_early_says_nothing_of_this_month(place: Place) -> None:
    write_forms(place.office(), Period(2025, 4))
    form = Form((place.home / "workbooks/forms/2025-04/2025-04_htk.xlsx").read_bytes())
    form.report.put(ONE, "result", "Đã tổ chức 3 hội nghị.")
    place.drop("a.xlsx", form.save())
    ((verdict, told),) = codes(place.collect())
    assert "F11" in told and verdict == "accepted_with_findings"
    office = place.office()
    assert not values(office)["htk", ONE]
    assert [each.state for each in month_of(office, PERIOD).register if each.agency.code == "htk"] == ["missing"]
    assert [each["period"] for each in actions.answers(office, Period(2025, 4)) if each["agency"] == "htk"] == [
        "2025-04"
    ]


def test_a_form_of_a_month_that_never_opened(place: Place) -> None:
    write_forms(place.office(), Period(2025, 6))
    form = (place.home / "workbooks/forms/2025-06/2025-06_htk.xlsx").read_bytes()
    with place.office().engine.begin() as connection:
        connection.exec_driver_sql("delete from period where period = '2025-06'")
    place.drop("a.xlsx", form)
    assert codes(place.collect()) == [("refused", ["F10"])]


# --- what waits -------------------------------------------------------------------------------------------------------


def test_what_waits_is_told_with_what_it_would_change(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("htk", put(ONE, percent=40, status="Đang thực hiện")), MAI, "a.xlsx", "2025-03-15T10:00")
    post.bring(
        place.filled("htk", put(ONE, percent=60, status="Đang thực hiện"), by("Lê Văn Lân")),
        "lan@gmail.com",
        "b.xlsx",
        "2025-03-16T10:00",
    )
    assert codes(collect(office))[1] == ("held", ["F08", "F20"])
    (row,) = held(office)
    assert (row["agency"], row["period"], row["sender"], row["codes"]) == ("htk", "2025-03", "lan@gmail.com", ["F08"])
    assert row["would_change"] == [{"task": ONE, "column": "percent", "before": "40", "now": "60", "file": "a.xlsx"}]
    assert row["prepared_by"] == "Lê Văn Lân"


def test_an_accepted_return_is_open_no_longer(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("htk"), "lan@gmail.com", "b.xlsx")
    collect(office)
    actions.write_marked(office)
    (waiting,) = queries.held(office.engine)
    assert list(office.workspace.marked(str(PERIOD)).glob("*.xlsx"))
    for dry_run in (True, False):
        decided = decide(office, waiting.id, Verdict.ACCEPTED_WITH_FINDINGS, "Đã gọi điện", dry_run)
        assert decided.verdict is Verdict.ACCEPTED
    (row,) = findings(office, PERIOD)
    assert (row["code"], "Đã gọi điện" in row["waived_by"]) == ("F08", True)
    (entry,) = [each for each in month_of(office, PERIOD).register if each.agency.code == "htk"]
    assert (entry.errors, entry.verdict) == (0, Verdict.ACCEPTED)
    assert not list(office.workspace.marked(str(PERIOD)).glob("*.xlsx")), "what it told is so no longer"


def test_accepted_late_it_tells_what_it_did_not_overwrite(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("htk", put(ONE, result="Đã họp 1 lần.")), "lan@gmail.com", "a.xlsx", "2025-03-15T10:00")
    post.bring(place.filled("htk", put(ONE, result="Đã họp 2 lần."), only(ONE)), MAI, "b.xlsx", "2025-03-16T10:00")
    collect(office)
    (row,) = held(office)
    assert (row["newer"], ONE in row["kept"], TWO in row["kept"]) == ("b.xlsx", True, False)
    assert not [each for each in row["would_change"] if each["task"] == ONE]
    decide(office, row["id"], Verdict.ACCEPTED, "")
    assert found(place, "a.xlsx", "F14")[0].facts["kept"] == row["kept"]
    assert values(office)["htk", ONE]["result"] == "Đã họp 2 lần."
    assert "R01" not in [each["code"] for each in findings(office, PERIOD) if each["severity"] == "E"]


def test_accepted_after_the_plan_has_changed(place: Place, post: Post, office: Office) -> None:
    """A task was taken off the plan while the return waited: its answer counts nowhere, the others do."""
    post.bring(place.filled("htk"), "lan@gmail.com")
    collect(office)
    plan = replace(office.plan, tasks=tuple(task for task in office.plan.tasks if task.code != ONE))
    later = replace(office, plan=plan)
    decide(later, queries.held(later.engine)[0].id, Verdict.ACCEPTED, "")
    stands = values(later)
    assert ("htk", ONE) not in stands and stands["htk", TWO]


def test_on_the_command_line(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", identity_tampered))
    place.collect()
    (row,) = tracker("held", "--home", place.home, "--json").json
    ran = tracker("accept", str(row["id"]), "--home", place.home, "--json", "--now", "2025-03-18T10:00")
    assert (ran.status, ran.json["verdict"]) == (0, "accepted")
    assert tracker("accept", str(row["id"]), "--home", place.home).status == 2
    assert tracker("refuse", str(row["id"]), "--why", "nhầm", "--home", place.home).status == 2


# --- indicators -------------------------------------------------------------------------------------------------------


def figures(code: str, **values: Any) -> Edit:
    def edit(form: Form) -> object:
        return [form.figures.put(code, key, value) for key, value in values.items()]

    return edit


def codes_of_indicators(place: Place) -> list[str]:
    return list(Form(place.filled("htk")).figures.rows)


def without_figures(form: Form) -> None:
    form.book.remove(form.book[INDICATOR_TABLE.title])


NOTHING: Mapping[str, Any] = dict.fromkeys(("numerator", "denominator", "value", "basis", "remark"))


def test_the_sheet_of_indicators_is_gone(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", without_figures))
    assert codes(place.collect()) == [("accepted_with_findings", ["P01"])]
    missing = found(place, "a.xlsx", "P01")
    assert [each.task for each in missing] == codes_of_indicators(place)
    assert {(each.severity, each.sheet) for each in missing} == {(Severity.ERROR, INDICATOR_TABLE.title)}


def test_it_was_there_before(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", put(ONE, status="Đang thực hiện", percent=40)))
    corrected = place.filled("htk", without_figures, put(ONE, status="Đang thực hiện", percent=60))
    place.drop("b.xlsx", corrected, at="2025-03-17T09:00")
    assert codes(place.collect()) == [("accepted", []), ("accepted", ["F20", "P01"])]
    rows = [row for row in findings(place.office(), PERIOD) if row["code"] == "P01"]
    assert {row["severity"] for row in rows} == {"I"} and all("giữ nguyên" in row["message"] for row in rows)
    assert len(actions.answers(place.office(), PERIOD, INDICATOR_TABLE.key)) == 3


def test_a_nil_return_needs_no_indicators(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", nil_return, without_figures))
    assert codes(place.collect()) == [("accepted", [])]


def test_an_indicator_without_figures(place: Place) -> None:
    first, second, _ = codes_of_indicators(place)
    silent, told = figures(first, **NOTHING), figures(second, **{**NOTHING, "remark": "Cuối quý mới thống kê"})
    place.drop("a.xlsx", place.filled("htk", silent, told))
    assert codes(place.collect()) == [("accepted_with_findings", ["I06"])]
    assert [each.task for each in found(place, "a.xlsx", "I06")] == [first]


def test_figures_in_a_row_that_is_no_indicator(place: Place) -> None:
    first, *_ = codes_of_indicators(place)
    place.drop("a.xlsx", place.filled("htk", figures(first, task="CT-1", content="Tỷ lệ gì đó")))
    assert codes(place.collect()) == [("accepted_with_findings", ["P01", "P02"])]
    assert [each.sheet for each in found(place, "a.xlsx", "P02")] == [INDICATOR_TABLE.title]


# --- findings people can use ------------------------------------------------------------------------------------------


def test_the_same_problem_is_one_line_and_the_worst_comes_first(place: Place) -> None:
    edits = (put(ONE, person=None), put(TWO, person=None), put(THREE, status="Sắp xong"))
    place.drop("a.xlsx", place.filled("htk", *edits))
    place.collect()
    office = place.office()
    assert [row["code"] for row in findings(office, PERIOD)] == ["R02", "R19", "R19"], "a machine gets each cell"
    grouped = findings_grouped(office, PERIOD)
    assert [(row["code"], row["task"], len(row["cell"])) for row in grouped] == [
        ("R02", (THREE,), 1),
        ("R19", (ONE, TWO), 2),
    ]
    for row in grouped[1:]:
        assert not any(cell in row["message"] for cell in row["cell"])
        assert "; Đ" not in row["message"] and ". Đề nghị" in row["message"]
    shown = tracker("findings", "--home", place.home, "--period", str(PERIOD)).out
    assert shown.count("R19") == 1 and f"{ONE}, {TWO}" in shown


def test_what_a_correction_mends_is_open_no_longer(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", put(ONE, status="Sắp xong"), put(TWO, person=None)))
    place.drop("b.xlsx", place.filled("htk", only(ONE)), at="2025-03-17T09:00")
    place.collect()
    open_now = [(row["code"], row["task"]) for row in findings(place.office(), PERIOD) if row["severity"] != "I"]
    assert open_now == [("R19", TWO)]


def test_a_task_the_plan_got_after_the_forms_went_out(place: Place, office: Office) -> None:
    task = next(each for each in office.plan.tasks if each.code == ONE)
    later = replace(task, code="27TB-4.z", item="4.z", content="Việc giao thêm sau khi phát biểu mẫu", indicators=())
    place.drop("a.xlsx", place.filled("htk"))
    collected = collect(replace(office, plan=replace(office.plan, tasks=(*office.plan.tasks, later))))
    assert codes(collected) == [("accepted", ["P01"])]
    assert [(each.task, each.severity) for each in found(place, "a.xlsx", "P01")] == [("27TB-4.z", Severity.INFO)]
