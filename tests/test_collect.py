"""Collecting: archive first, record once, one verdict a file; what fails names itself and hurts nobody else."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.support.forms import saved
from tests.support.packages import poison, rezipped
from tests.support.workspace import (
    COLLECTING,
    PERIOD,
    Place,
    Post,
    in_this_process,
    mishap,
    with_addresses,
)
from tracker.actions import Collected, Office, collect, decide, write_forms
from tracker.columns import ANSWERED
from tracker.dates import Period
from tracker.demo.officer import Form
from tracker.errors import ConfigError
from tracker.intake import archive
from tracker.ledger import queries, store
from tracker.model import Severity, Verdict

ENTIRE = 11
"""Answers of a whole return of Sở KH&CN."""


def told(collected: list[Collected]) -> dict[str, tuple[str, list[str]]]:
    """Verdict and codes by file name."""
    shown = {each.file: each.as_json() for each in collected}
    return {file: (each["verdict"], each["codes"]) for file, each in shown.items()}


def resaved(data: bytes) -> bytes:
    """The same cells, other bytes: opened and saved again."""
    again = saved(load_workbook(io.BytesIO(data)))
    return again if again != data else saved(load_workbook(io.BytesIO(again)))


# --- the usual way ----------------------------------------------------------------------------------------------------


def test_a_return_is_archived_recorded_and_leaves(place: Place) -> None:
    data = place.filled("skhcn")
    place.drop("BC tháng 3.xlsx", data)
    (only,) = place.collect()
    digest = archive.sha256(data)
    assert only.as_json() == {
        "file": "BC tháng 3.xlsx",
        "sha256": digest,
        "agency": "skhcn",
        "period": "2025-03",
        "verdict": "accepted",
        "codes": [],
        "answers": ENTIRE,
    }
    assert place.waiting() == set()
    assert place.archived() == {digest: data}
    (note,) = (place.home / "workbooks/archive" / str(PERIOD)).glob(f"{digest}*.json")
    how = json.loads(note.read_text("utf-8"))
    assert (how["name"], how["sender"], how["channel"], how["size"]) == ("BC tháng 3.xlsx", None, "folder", len(data))
    assert how["received_at"] == "2025-03-18T02:00:00+00:00"
    (submission,) = place.submissions()
    assert (submission.sha256, submission.path) == (digest, f"{PERIOD}/{digest}")


def test_nothing_new_changes_nothing(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    place.collect()
    before = place.tree()
    assert place.collect(now="2025-03-19T09:00") == []
    assert place.tree() == before


def test_the_archive_comes_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at the first look into the file: it is safe already, and still in the inbox."""
    data = place.filled("stc")
    place.drop("a.xlsx", data)

    def die(item: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(COLLECTING, "work", die)
    with pytest.raises(KeyboardInterrupt):
        place.collect()
    assert place.archived() == {archive.sha256(data): data}
    assert place.waiting() == {"a.xlsx"}
    assert place.submissions() == ()


def test_a_rehearsal_tells_the_same_and_changes_nothing(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("b.xlsx", place.filled("stc"), at="2025-03-17T09:00")
    place.drop("c.xlsx", place.filled("skhcn", mishap("done_at_eighty")))
    place.drop("d.xlsx", b"no workbook")
    place.drop("e.xlsx", bytes(21 * 1024**2))
    place.drop("~$c.xlsx", b"litter")
    before = place.tree()
    dry = told(place.rehearse())
    assert place.tree() == before
    assert told(place.collect()) == dry
    assert dry == {
        "a.xlsx": ("accepted", []),
        "b.xlsx": ("duplicate", ["F13"]),
        "c.xlsx": ("accepted_with_findings", ["R06"]),
        "d.xlsx": ("refused", ["F01"]),
        "e.xlsx": ("refused", ["F04"]),
        "~$c.xlsx": ("ignored", []),
    }
    assert place.waiting() == {"e.xlsx", "~$c.xlsx"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and pipes")
def test_what_is_left_says_why(place: Place, tmp_path: Path) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("~$a.xlsx", b"litter")
    inbox = place.home / "workbooks/inbox"
    (inbox / "link.xlsx").symlink_to(tmp_path / "elsewhere.xlsx")
    os.mkfifo(inbox / "pipe.xlsx")
    told_why = {each.file: each.as_json() for each in place.collect()}
    assert "why" not in told_why.pop("a.xlsx")
    assert {name: each["verdict"] for name, each in told_why.items()} == dict.fromkeys(told_why, "ignored")
    assert {name: each["why"] for name, each in told_why.items()} == {
        "~$a.xlsx": "litter",
        "link.xlsx": "link",
        "pipe.xlsx": "pipe",
    }
    assert {path.name for path in inbox.iterdir()} == {"~$a.xlsx", "link.xlsx", "pipe.xlsx"}


def test_what_is_too_large_stays_and_is_recorded_once(place: Place) -> None:
    place.drop("e.xlsx", bytes(21 * 1024**2))
    for _ in range(2):
        assert told(place.collect()) == {"e.xlsx": ("refused", ["F04"])}
    (submission,) = place.submissions()
    assert (submission.file, submission.path, submission.agency) == ("e.xlsx", "", "")
    assert place.archived() == {}


# --- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_bytes_again(place: Place) -> None:
    data = place.filled("stc")
    place.drop("a.xlsx", data)
    place.drop("b.xlsx", data, at="2025-03-17T09:00")
    assert told(place.collect()) == {"a.xlsx": ("accepted", []), "b.xlsx": ("duplicate", ["F13"])}
    place.drop("c.xlsx", data)
    assert told(place.collect(now="2025-03-19T09:00")) == {"c.xlsx": ("duplicate", ["F13"])}
    assert (len(place.submissions()), place.waiting()) == (1, set())
    assert len(list((place.home / "workbooks/archive").rglob("[0-9a-f]*.json"))) == 3, "each arrival is on record"


def test_the_same_cells_again(place: Place) -> None:
    """Opened and saved without a change: other bytes, nothing new."""
    data = place.filled("stc")
    place.drop("a.xlsx", data)
    place.drop("b.xlsx", rezipped(data), at="2025-03-17T09:00")
    assert told(place.collect()) == {"a.xlsx": ("accepted", []), "b.xlsx": ("duplicate", ["F13"])}
    place.drop("c.xlsx", rezipped(resaved(data)))
    assert told(place.collect(now="2025-03-19T09:00")) == {"c.xlsx": ("duplicate", ["F13"])}
    assert len(queries.accepted_answers(place.office().engine, "2025-03")) == 5 + 3


def test_the_same_cells_after_a_refusal_are_no_duplicate(place: Place) -> None:
    """Refused because no form of April had gone out; then it does, and she saves and sends again."""
    form = place.filled("stc")
    office = place.office("2025-03-18T09:00")
    with office.engine.begin() as connection:
        connection.exec_driver_sql("delete from period")
    place.drop("a.xlsx", form)
    assert told(place.collect()) == {"a.xlsx": ("refused", ["F10"])}
    store.open_period(office.engine, str(PERIOD), office.now)
    place.drop("b.xlsx", rezipped(form))
    assert told(place.collect()) == {"b.xlsx": ("accepted", [])}


def test_the_same_bytes_after_a_refusal_get_a_second_look(place: Place) -> None:
    """A period that had not opened refuses; the very same file, sent again once it has, is taken."""
    form = place.filled("stc")
    office = place.office("2025-03-18T09:00")
    with office.engine.begin() as connection:
        connection.exec_driver_sql("delete from period")
    place.drop("a.xlsx", form)
    assert told(place.collect()) == {"a.xlsx": ("refused", ["F10"])}
    place.drop("b.xlsx", form, at="2025-03-17T09:00")
    assert told(place.collect()) == {"b.xlsx": ("duplicate", ["F13"])}, "still refused: nothing new"
    store.open_period(office.engine, str(PERIOD), office.now)
    place.drop("c.xlsx", form, at="2025-03-17T10:00")
    assert told(place.collect()) == {"c.xlsx": ("accepted", [])}
    (only,) = queries.submissions_of(office.engine)
    assert (only.file, only.verdict) == ("c.xlsx", Verdict.ACCEPTED)
    assert queries.findings_in(office.engine, only.id) == ()


def test_what_the_office_refused_stays_refused(place: Place) -> None:
    form = place.filled("htk", mishap("identity_tampered"))
    place.drop("a.xlsx", form)
    place.collect()
    office = place.office("2025-03-18T10:00")
    (waiting,) = queries.held(office.engine)
    decide(office, waiting.id, Verdict.REFUSED, "Không phải biểu mẫu của huyện")
    place.drop("b.xlsx", form, at="2025-03-18T11:00")
    assert told(place.collect()) == {"b.xlsx": ("duplicate", ["F13"])}
    assert queries.held(office.engine) == ()


def test_a_bug_of_ours_is_no_verdict_on_the_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that raises: the file is archived, stays in the inbox, and the others go on."""
    from tracker.checks import answers_of

    def stumble(case: Any, findings: Any) -> Any:
        if case.agency.code == "stc":
            raise LookupError("a bug of ours")
        return answers_of(case, findings)

    monkeypatch.setattr("tracker.examine.answers_of", stumble)
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("b.xlsx", place.filled("hth"), at="2025-03-17T09:00")
    collected = {each.file: each for each in place.collect()}
    assert "LookupError" in collected["a.xlsx"].failure
    assert collected["b.xlsx"].examined.verdict is Verdict.ACCEPTED
    assert place.waiting() == {"a.xlsx"}
    monkeypatch.undo()
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    assert told(place.collect()) == {"a.xlsx": ("accepted", [])}


def test_the_same_cells_beside_a_held_return_are_no_duplicate(place: Place) -> None:
    """The tampered one waits; the right form with the same answers must not be turned away for it."""
    place.drop("a.xlsx", place.filled("htk", mishap("identity_tampered")))
    place.drop("b.xlsx", place.filled("htk"), at="2025-03-17T09:00")
    assert told(place.collect()) == {"a.xlsx": ("held", ["F07"]), "b.xlsx": ("accepted", [])}


def test_a_correction_is_no_duplicate(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("b.xlsx", place.filled("stc", seed=6), at="2025-03-17T09:00")
    assert told(place.collect()) == {"a.xlsx": ("accepted", []), "b.xlsx": ("accepted", ["F20"])}


def only_row(task: str) -> Callable[[Form], object]:
    """Empties what the officer filled in every other row."""

    def clear(form: Form) -> object:
        for code in form.report.rows:
            for column in ANSWERED if code != task else ():
                form.report.put(code, column.key, None)
        return None

    return clear


@pytest.mark.parametrize("is_one_run", [True, False], ids=["one run", "two runs"])
def test_rows_left_blank_in_a_correction_keep_what_was_sent(place: Place, is_one_run: bool) -> None:
    """DESIGN section 8: the earlier answer stands, and the return says so; it is no error."""
    place.drop("a.xlsx", place.filled("hth"))
    first = {} if is_one_run else told(place.collect())
    place.drop("b.xlsx", place.filled("hth", only_row("27TB-4.a"), seed=9), at="2025-03-17T09:00")
    assert first | told(place.collect()) == {"a.xlsx": ("accepted", []), "b.xlsx": ("accepted", ["F20", "R01"])}
    engine = place.office("2025-03-18T10:00").engine
    (_, second) = queries.submissions_of(engine)
    severities = {finding.severity for finding in queries.findings_in(engine, second.id)}
    assert severities == {Severity.INFO}
    answered = {(taken.table, taken.task) for taken in queries.accepted_answers(engine, "2025-03", agency="hth")}
    assert len(answered) == 4 + 3


def test_rows_left_blank_for_the_first_time_are_errors(place: Place) -> None:
    place.drop("b.xlsx", place.filled("hth", only_row("27TB-4.a")))
    assert told(place.collect()) == {"b.xlsx": ("accepted_with_findings", ["R01"])}


def test_last_months_file_with_another_month_written_over_it_waits(place: Place) -> None:
    """The heading says April, the seal says March: nobody can tell which is meant."""

    def rewrite(form: Form) -> object:
        form.head("period").value = "tháng 4/2025 (2025-04)"
        return None

    place.drop("a.xlsx", place.filled("hth", rewrite))
    assert told(place.collect()) == {"a.xlsx": ("held", ["F07"])}


def test_forms_change_only_where_their_agency_is_concerned(place: Place) -> None:
    """A note in the master sheet, or saving it in another program, rewrites no form that may be out already."""
    office = place.office("2025-03-05T09:00")
    noted = replace(office.plan.tasks[2], note="Ghi chú mới")
    plan = replace(office.plan, sha256="another", tasks=(*office.plan.tasks[:2], noted, *office.plan.tasks[3:]))
    assert not any(each["written"] for each in write_forms(replace(office, plan=plan), PERIOD))


def test_older_than_one_already_taken(place: Place) -> None:
    """The clock was set back: what came later is told to be older, and does not win."""
    place.drop("a.xlsx", place.filled("stc"))
    place.collect(now="2025-03-19T09:00")
    place.drop("b.xlsx", place.filled("stc", seed=6))
    assert told(place.collect(now="2025-03-18T09:00")) == {"b.xlsx": ("accepted", ["F14"])}
    last = queries.accepted_answers(place.office().engine, "2025-03")[-1]
    assert last.source.file == "a.xlsx"


# --- interrupted ------------------------------------------------------------------------------------------------------


def test_killed_after_the_commit_before_the_file_left(place: Place) -> None:
    data = place.filled("stc")
    place.drop("a.xlsx", data)
    place.collect()
    records = store.dump_text(place.office().engine)
    place.drop("a.xlsx", data)
    assert place.collect(now="2025-03-18T10:00") == [], "it was reported by the run that was killed"
    assert place.waiting() == set()
    assert store.dump_text(place.office().engine) == records


def test_a_file_that_cannot_be_taken_away_is_recorded_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows: Excel has it open."""
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("b.xlsx", place.filled("skhcn"), at="2025-03-17T09:00")
    really_unlink = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if self.name == "a.xlsx":
            raise PermissionError(13, "held open")
        really_unlink(self, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        assert told(place.collect()) == {"a.xlsx": ("accepted", []), "b.xlsx": ("accepted", [])}
        assert place.waiting() == {"a.xlsx"}
        assert place.collect() == []
    assert place.collect() == []
    assert (place.waiting(), len(place.submissions())) == (set(), 2)


def test_a_file_replaced_while_it_is_examined_is_not_lost(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Her correction lands under the same name between reading and tidying."""
    second = place.filled("stc", seed=6)
    place.drop("a.xlsx", place.filled("stc"))
    really_record = store.record

    def record_slowly(*arguments: Any) -> int | None:
        place.drop("a.xlsx", second, at="2025-03-18T08:59")
        return really_record(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(store, "record", record_slowly)
        place.collect()
    assert place.waiting() == {"a.xlsx"}
    assert told(place.collect()) == {"a.xlsx": ("accepted", ["F20"])}
    assert archive.sha256(second) in place.archived()


# --- one bad file -----------------------------------------------------------------------------------------------------


def refuse_to(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, marked: str, where: Callable[[Any], str]
) -> None:
    """Makes a function of ours fail for one file."""
    really = getattr(module, name)

    def fail(*arguments: Any) -> Any:
        if where(arguments) == marked:
            raise OSError(28, "No space left on device")
        return really(*arguments)

    monkeypatch.setattr(module, name, fail)


def three(place: Place) -> None:
    for hour, agency in enumerate(("stc", "skhcn", "snv"), 1):
        place.drop(f"{agency}.xlsx", place.filled(agency), at=f"2025-03-17T0{hour}:00")


def test_one_that_cannot_be_recorded(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    three(place)
    with monkeypatch.context() as patched:
        refuse_to(patched, store, "record", "skhcn.xlsx", lambda arguments: str(arguments[1].name))
        collected = place.collect()
    assert [(each.file, bool(each.failure)) for each in collected] == [
        ("stc.xlsx", False),
        ("skhcn.xlsx", True),
        ("snv.xlsx", False),
    ]
    assert place.waiting() == {"skhcn.xlsx"}
    assert {each.agency for each in place.submissions()} == {"stc", "snv"}
    assert told(place.collect()) == {"skhcn.xlsx": ("accepted", [])}


def test_one_that_cannot_be_archived(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    three(place)
    with monkeypatch.context() as patched:
        refuse_to(patched, archive, "store", "skhcn.xlsx", lambda arguments: str(arguments[3]["name"]))
        collected = place.collect()
    assert {each.file for each in collected if each.failure} == {"skhcn.xlsx"}
    assert place.waiting() == {"skhcn.xlsx"}
    assert {each.agency for each in place.submissions()} == {"stc", "snv"}
    assert told(place.collect()) == {"skhcn.xlsx": ("accepted", [])}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_in_an_old_character_set(place: Place) -> None:
    """Unzipped from a Windows machine: the name is no UTF-8. It is a file like others, and stops nobody."""
    three(place)
    odd = Path(os.fsdecode(os.fsencode(place.inbox) + b"/B\xf8o c\xb8o.xlsx"))
    odd.write_bytes(place.filled("hth"))
    assert told(place.collect())[r"B\xf8o c\xb8o.xlsx"] == ("accepted", [])
    assert (place.waiting(), len(place.submissions())) == (set(), 4)


def test_poison_among_good_files(guarded: Place) -> None:
    """With a real worker: it dies of one file, and the next worker serves the neighbours."""
    three(guarded)
    guarded.drop("a0 tham lam.xlsx", poison(), at="2025-03-17T00:30")
    guarded.drop("a1 cắt đôi.xlsx", guarded.filled("stc")[:9000], at="2025-03-17T01:30")
    guarded.drop("a2 rỗng.xlsx", b"", at="2025-03-17T02:30")
    guarded.drop("a3.xlsx", poison() + b" ", at="2025-03-17T02:40")
    assert told(guarded.collect()) == {
        "a0 tham lam.xlsx": ("refused", ["F04"]),
        "stc.xlsx": ("accepted", []),
        "a1 cắt đôi.xlsx": ("refused", ["F02"]),
        "skhcn.xlsx": ("accepted", []),
        "a2 rỗng.xlsx": ("refused", ["F01"]),
        "a3.xlsx": ("refused", ["F04"]),
        "snv.xlsx": ("accepted", []),
    }
    assert (guarded.waiting(), len(guarded.archived()), len(guarded.submissions())) == (set(), 7, 7)


def test_a_worker_knows_what_this_process_knows(guarded: Place) -> None:
    """The desk is pickled on its way: nothing may hang on two values being the same object."""
    changes = ("done_at_eighty", "row_doubled", "figures_wrong", "former_name", "tasks_altered", "nil_return")
    agencies = ("stc", "hng", "htm", "sxd", "hcg", "bchqs")
    for name, agency in zip(changes, agencies, strict=True):
        guarded.drop(f"{name}.xlsx", guarded.filled(agency, mishap(name)))
    apart = told(guarded.rehearse())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(COLLECTING, "run_guarded", in_this_process)
        assert told(guarded.collect()) == apart
    assert {name: codes for name, (_, codes) in apart.items()} == {
        "done_at_eighty.xlsx": ["R06"],
        "row_doubled.xlsx": ["P03"],
        "figures_wrong.xlsx": ["I01", "I02"],
        "former_name.xlsx": ["F19"],
        "tasks_altered.xlsx": ["P01", "P02", "P05", "P06"],
        "nil_return.xlsx": [],
    }


# --- returns that wait ------------------------------------------------------------------------------------------------


@pytest.fixture
def office(place: Place) -> Office:
    return with_addresses(place.office(), stc="vt@stc.example", skhcn="vt@skhcn.example")


def test_a_registered_sender(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("stc"), "VT@stc.example")
    assert told(collect(office)) == {"BC.xlsx": ("accepted", [])}
    assert (post.gone, place.submissions()[0].sender) == (["uid-0"], "VT@stc.example")


@pytest.mark.parametrize(
    ("sender", "codes"), [("ai.do@gmail.com", ["F08"]), ("vt@skhcn.example", ["F09"])], ids=["unknown", "another"]
)
@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.REFUSED])
def test_a_return_that_waits_and_what_the_office_decides(
    place: Place, post: Post, office: Office, sender: str, codes: list[str], verdict: Verdict
) -> None:
    post.bring(place.filled("stc"), sender)
    assert told(collect(office)) == {"BC.xlsx": ("held", codes)}
    assert post.gone == ["uid-0"], "it is safe and on record: it may leave"
    assert queries.accepted_answers(office.engine, "2025-03") == ()
    (waiting,) = queries.held(office.engine)
    assert decide(office, waiting.id, verdict, "Đã gọi điện xác nhận", dry_run=True).verdict is verdict
    assert len(queries.held(office.engine)) == 1
    assert queries.decisions_of(office.engine) == ()
    assert decide(office, waiting.id, verdict, "Đã gọi điện xác nhận").verdict is verdict
    answers = queries.accepted_answers(office.engine, "2025-03")
    assert len(answers) == (5 + 3 if verdict is Verdict.ACCEPTED else 0)
    assert all(taken.source.sender == sender for taken in answers)
    (filed,) = (place.home / "workbooks/archive" / str(PERIOD)).glob("*.decision.json")
    assert json.loads(filed.read_text("utf-8"))["why"] == "Đã gọi điện xác nhận"
    with pytest.raises(ConfigError):
        decide(office, waiting.id, Verdict.ACCEPTED, "")


def test_an_altered_identity_waits(place: Place) -> None:
    place.drop("a.xlsx", place.filled("htk", mishap("identity_tampered")))
    assert told(place.collect()) == {"a.xlsx": ("held", ["F07"])}
    (waiting,) = queries.held(place.office().engine)
    assert (waiting.agency, len(queries.answers_in(place.office().engine, waiting.id))) == ("htk", 4 + 3)


def test_a_held_return_accepted_late_does_not_outrun_a_newer_one(place: Place, post: Post, office: Office) -> None:
    post.bring(place.filled("stc"), "ai.do@gmail.com", "first.xlsx")
    collect(office)
    later = with_addresses(place.office("2025-03-19T09:00"), stc="vt@stc.example")
    post.bring(place.filled("stc", seed=6), "vt@stc.example", "second.xlsx")
    assert told(collect(later)) == {"second.xlsx": ("accepted", [])}
    decide(later, queries.held(later.engine)[0].id, Verdict.ACCEPTED, "")
    assert queries.accepted_answers(later.engine, "2025-03")[-1].source.file == "second.xlsx"


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "reported", "expected"),
    [
        ("2025-03-20T23:59", (), ("accepted", [])),
        ("2025-03-21T00:00", (), ("accepted_with_findings", ["F15"])),
        ("2025-04-10T09:00", ("2025-03",), ("accepted_with_findings", ["F15"])),
        ("2025-04-22T09:00", ("2025-03", "2025-04"), ("refused", ["F10"])),
    ],
)
def test_in_time_late_and_closed(
    place: Place, now: str, reported: tuple[str, ...], expected: tuple[str, list[str]]
) -> None:
    """A period closes when the report of the next one is made, not before."""
    office = place.office(now)
    for period in reported:
        store.record_output(office.engine, period, 1, "", [], office.now)
    place.drop("a.xlsx", place.filled("hth"))
    assert told(place.collect(now)) == {"a.xlsx": expected}


def test_a_form_of_a_month_that_has_not_begun(place: Place) -> None:
    write_forms(place.office("2025-03-18T09:00"), Period(2025, 5))
    form = (place.home / "workbooks/forms/2025-05/2025-05_hth.xlsx").read_bytes()
    place.drop("a.xlsx", form)
    (only,) = place.collect()
    assert (only.as_json()["period"], "F11" in only.as_json()["codes"]) == ("2025-05", True)


def test_a_text_the_office_changed_after_forms_went_out_is_not_the_officers_doing(place: Place) -> None:
    """The form still shows what was sealed into it; only one who altered it is told so."""
    office = place.office("2025-03-18T09:00")
    reworded = [
        replace(task, content=f"{task.content} (đã điều chỉnh)", deadline_text="trước ngày 28/02/2025")
        if task.code == "27TB-4"
        else task
        for task in office.plan.tasks
    ]
    plan = replace(office.plan, tasks=tuple(reworded))

    def rewrite(form: Form) -> object:
        return form.report.put("27TB-4", "content", "Một việc khác hẳn")

    place.drop("a.xlsx", place.filled("hth"))
    place.drop("b.xlsx", place.filled("hns", rewrite), at="2025-03-17T09:00")
    collected = told(collect(replace(office, plan=plan)))
    assert collected["a.xlsx"] == ("accepted", [])
    assert collected["b.xlsx"][1] == ["P05", "P06"]
