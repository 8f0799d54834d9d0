"""Recording: once, whole, repeatable; and what the ledger tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from tracker.errors import LedgerError
from tracker.ledger import queries, store
from tracker.ledger.store import Receipt, open_ledger
from tracker.model import Answer, Examined, Finding, Role, Severity, Verdict

NOW = datetime(2025, 3, 18, 2, 0, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_ledger(tmp_path / "ledger.sqlite3")


def receipt(mark: str = "a", **more: Any) -> Receipt:
    given: dict[str, Any] = {
        "sha256": mark * 64,
        "size": 3,
        "path": f"2025-03/{mark * 64}",
        "name": f"{mark}.xlsx",
        "channel": "folder",
        "key": f"{mark}.xlsx",
        "modified_at": NOW,
        "received_at": NOW,
        **more,
    }
    return Receipt(**given)


def answer(task: str = "27TB-1", is_whole: bool = True, table: str = "report", **values: Any) -> Answer:
    cells = dict.fromkeys(values, "H8")
    return Answer(table, task, Role.LEAD, "Báo cáo", 8, values, cells, is_whole)


FINDING = Finding(
    "R08",
    Severity.WARNING,
    "skhcn",
    "27TB-1",
    "Báo cáo",
    "K8",
    "",
    "completed_on",
    {"received": date(2025, 3, 18), "expected": ("một", "hai"), "count": 2},
    ("completed_on", "percent"),
    "Chánh Văn phòng",
)


def examined(*answers: Answer, agency: str = "skhcn", period: str = "2025-03", **more: Any) -> Examined:
    given = {"findings": (FINDING,), "head": {"phone": "0220"}, "cells_hash": "c" * 64, "format": "xlsx", **more}
    return Examined(given.pop("verdict", Verdict.ACCEPTED), agency, period, answers=answers, **given)


def recorded(engine: Engine, came: Receipt, result: Examined) -> int | None:
    with engine.begin() as connection:
        return store.record(connection, came, result)


def counts(engine: Engine) -> Mapping[str, int]:
    return {name: len(rows) for name, rows in store.dump(engine).items() if rows}


def test_what_is_recorded_is_read_back(engine: Engine) -> None:
    values: dict[str, Any] = {
        "status": "done",
        "percent": 100.0,
        "completed_on": date(2025, 3, 14),
        "result": "Đã xong “=1+1” 🙂",
    }
    number = recorded(engine, receipt(sender="vt@skhcn.example"), examined(answer(**values), is_nil=True))
    assert number is not None
    (submission,) = queries.submissions_of(engine)
    assert submission == queries.submission(engine, number)
    assert (submission.agency, submission.period, submission.verdict) == ("skhcn", "2025-03", Verdict.ACCEPTED)
    assert (submission.file, submission.sender, submission.received_at) == ("a.xlsx", "vt@skhcn.example", NOW)
    assert (submission.is_nil, submission.cells_hash, submission.format) == (True, "c" * 64, "xlsx")
    (taken,) = queries.answers_in(engine, number)
    assert (taken.values, taken.agency, taken.role, taken.is_whole) == (values, "skhcn", Role.LEAD, True)
    source = taken.source
    assert (source.file, source.sha256, source.sheet, source.row) == ("a.xlsx", "a" * 64, "Báo cáo", 8)
    assert source.cells == dict.fromkeys(values, "H8")
    (finding,) = queries.findings_in(engine, number)
    assert finding == replace(FINDING, facts={**FINDING.facts, "expected": ["một", "hai"]})


def test_the_same_bytes_are_one_submission_for_ever(engine: Engine) -> None:
    assert recorded(engine, receipt(), examined(answer(status="done"))) is not None
    before = store.dump_text(engine)
    assert recorded(engine, receipt(), examined(answer(status="not_started"))) is None
    assert store.dump_text(engine) == before, "the same arrival once more changes nothing"
    assert recorded(engine, receipt(name="copy.xlsx", key="copy.xlsx"), examined()) is None
    assert counts(engine) == {"file": 1, "arrival": 2, "submission": 1, "answer": 1, "finding": 1}


@pytest.mark.parametrize(
    "other", [{"key": "b"}, {"channel": "mail"}, {"modified_at": NOW + timedelta(microseconds=1)}, {"sha256": "b" * 64}]
)
def test_an_arrival_is_known_by_place_contents_and_time(engine: Engine, other: dict[str, Any]) -> None:
    with engine.begin() as connection:
        first = store.register_arrival(connection, receipt())
        assert store.register_arrival(connection, receipt(received_at=NOW + timedelta(days=1))) == first
        assert store.register_arrival(connection, receipt(**other)) != first
    with engine.connect() as connection:
        assert queries.arrival_exists(connection, "folder", "a.xlsx", "a" * 64, NOW)
        assert not queries.arrival_exists(connection, "folder", "z.xlsx", "a" * 64, NOW)


@pytest.mark.parametrize(
    "broken",
    [
        examined(answer(status="done"), replace(answer(), table=None)),  # type: ignore[arg-type]
        examined(answer(status=object())),
        examined(answer(), findings=(FINDING, replace(FINDING, code=None))),  # type: ignore[arg-type]
        examined(answer(), head={"phone": object()}),
    ],
    ids=["answer", "value", "finding", "head"],
)
def test_a_submission_is_recorded_whole_or_not_at_all(engine: Engine, broken: Examined) -> None:
    recorded(engine, receipt("b"), examined())
    before = store.dump_text(engine)
    with pytest.raises((SQLAlchemyError, TypeError)):
        recorded(engine, receipt(), broken)
    assert store.dump_text(engine) == before


def test_a_batch_stands_or_falls_together(engine: Engine) -> None:
    with pytest.raises(RuntimeError), engine.begin() as connection:
        store.record(connection, receipt("a"), examined())
        store.record(connection, receipt("b"), examined())
        raise RuntimeError("killed before the commit")
    assert counts(engine) == {}


def test_order_is_that_of_receipt_whatever_the_order_of_recording(engine: Engine) -> None:
    later = NOW + timedelta(hours=1)
    for mark, when in (("c", later), ("b", NOW), ("a", NOW)):
        recorded(engine, receipt(mark, received_at=when), examined(answer(result=mark)))
    assert [each.file[0] for each in queries.submissions_of(engine, "2025-03")] == ["a", "b", "c"]
    assert [taken.values["result"] for taken in queries.accepted_answers(engine, "2025-03")] == ["a", "b", "c"]
    assert [submission.file[0] for _, submission in queries.findings_of(engine, "2025-03")] == ["a", "b", "c"]


@pytest.mark.parametrize("verdict", [v for v in Verdict if not v.is_accepted])
def test_only_accepted_answers_count(engine: Engine, verdict: Verdict) -> None:
    number = recorded(engine, receipt(), examined(answer(status="done"), verdict=verdict))
    assert number is not None
    assert queries.accepted_answers(engine, "2025-12") == ()
    assert len(queries.answers_in(engine, number)) == 1, "they are there for the day it is accepted"


def test_periods_bound_what_is_told(engine: Engine) -> None:
    for mark, period in (("a", "2025-01"), ("b", "2025-02"), ("c", "2025-03")):
        recorded(engine, receipt(mark), examined(answer(result=period), period=period))
    found = queries.accepted_answers(engine, "2025-02")
    assert [taken.source.period for taken in found] == ["2025-01", "2025-02"]
    found = queries.accepted_answers(engine, "2025-03", since="2025-02")
    assert [taken.source.period for taken in found] == ["2025-02", "2025-03"]


# --- decisions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.REFUSED])
def test_a_held_return_is_decided_once(engine: Engine, verdict: Verdict) -> None:
    number = recorded(engine, receipt(), examined(answer(status="done"), verdict=Verdict.HELD))
    assert number is not None
    assert [each.id for each in queries.held(engine)] == [number]
    store.decide(engine, number, verdict, "Đã hỏi lại cơ quan", NOW)
    assert queries.held(engine) == ()
    assert len(queries.accepted_answers(engine, "2025-03")) == (verdict is Verdict.ACCEPTED)
    (decision,) = queries.decisions_of(engine)
    assert (decision["submission_id"], decision["verdict"], decision["why"]) == (
        number,
        verdict.value,
        "Đã hỏi lại cơ quan",
    )
    with pytest.raises(LedgerError) as refused:
        store.decide(engine, number, Verdict.ACCEPTED, "", NOW)
    assert refused.value.key == "not_held"
    assert len(queries.decisions_of(engine)) == 1


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.HELD])
def test_what_is_not_held_cannot_be_decided(engine: Engine, verdict: Verdict) -> None:
    number = recorded(engine, receipt(), examined(verdict=verdict))
    assert number is not None
    for each in (number, number + 1):
        with pytest.raises(LedgerError):
            store.decide(engine, each, Verdict.ACCEPTED, "", NOW)


# --- the months before ------------------------------------------------------------------------------------------------


def month(engine: Engine, number: int, *answers: Answer, agency: str = "skhcn", **more: Any) -> None:
    """A return of month `number`; the marks of files count on."""
    mark = f"{len(queries.submissions_of(engine)):064d}"
    came = receipt("x", sha256=mark, key=mark, received_at=NOW + timedelta(days=number))
    recorded(engine, came, examined(*answers, agency=agency, period=f"2025-{number:02d}", **more))


def same(code: str) -> str:
    return code


def test_the_past_is_the_last_whole_answer_before_the_period(engine: Engine) -> None:
    month(engine, 1, answer(status="in_progress", percent=10.0), answer("27TB-2", status="done"))
    month(engine, 2, answer(status="in_progress", percent=40.0))
    month(engine, 2, answer(is_whole=False, result="Chữ"))
    month(engine, 3, answer(status="done"))
    past = queries.past_answers(engine, "2025-03", same)
    assert past["report", "skhcn", "27TB-1"].values == {"status": "in_progress", "percent": 40.0}
    assert past["report", "skhcn", "27TB-1"].period == "2025-02"
    assert past["report", "skhcn", "27TB-2"].period == "2025-01"
    assert queries.past_answers(engine, "2025-01", same) == {}


def test_a_correction_is_what_was_said_last_in_its_period(engine: Engine) -> None:
    month(engine, 1, answer(status="in_progress", percent=10.0))
    month(engine, 1, answer(status="in_progress", percent=20.0))
    past = queries.past_answers(engine, "2025-02", same)["report", "skhcn", "27TB-1"]
    assert (past.values["percent"], past.unchanged_periods) == (20.0, 0)


@pytest.mark.parametrize(
    ("percents", "unchanged"),
    [((30,), 0), ((30, 30), 1), ((30, 30, 30), 2), ((10, 30, 30), 1), ((30, 10, 30), 0), ((30, 30, 10, 10, 10), 2)],
)
def test_months_without_change(engine: Engine, percents: tuple[int, ...], unchanged: int) -> None:
    for number, percent in enumerate(percents, 1):
        month(engine, number, answer(status="in_progress", percent=percent, next_plan=f"tháng {number}"))
    assert queries.past_answers(engine, "2025-12", same)["report", "skhcn", "27TB-1"].unchanged_periods == unchanged


def test_successors_inherit(engine: Engine) -> None:
    month(engine, 1, answer(status="in_progress", percent=10.0), agency="stttt")
    month(engine, 2, answer(status="in_progress", percent=10.0), agency="skhcn")
    past = queries.past_answers(engine, "2025-03", {"stttt": "skhcn", "skhcn": "skhcn"}.__getitem__)
    assert past.keys() == {("report", "skhcn", "27TB-1")}
    assert past["report", "skhcn", "27TB-1"].unchanged_periods == 1


def test_tables_are_kept_apart(engine: Engine) -> None:
    month(engine, 1, answer("X", status="done"), answer("X", table="indicator", value=92.5))
    past = queries.past_answers(engine, "2025-02", same)
    assert past["report", "skhcn", "X"].values == {"status": "done"}
    assert past["indicator", "skhcn", "X"].values == {"value": 92.5}


# --- periods, outputs, runs -------------------------------------------------------------------------------------------


def test_periods_are_opened_once(engine: Engine) -> None:
    for _ in range(2):
        store.open_period(engine, "2025-03", NOW)
    store.open_period(engine, "2025-02", NOW)
    assert queries.opened_periods(engine) == ("2025-02", "2025-03")


def test_outputs(engine: Engine) -> None:
    assert queries.newest_output(engine, "2025-03") is None
    for version in (1, 2, 10):
        store.record_output(engine, "2025-03", version, "f" * 64, ["a.xlsx", "b.docx"], NOW)
    newest = queries.newest_output(engine, "2025-03")
    assert newest is not None
    assert (newest.version, newest.names, newest.made_at) == (10, ("a.xlsx", "b.docx"), NOW)
    assert list(queries.last_made(engine)) == ["2025-03"]
    with pytest.raises(SQLAlchemyError):
        store.record_output(engine, "2025-03", 10, "f" * 64, [], NOW)


def test_runs_tell_how_they_ended(engine: Engine) -> None:
    with store.run_recorded(engine, "collect", NOW):
        pass
    with pytest.raises(ValueError, match="hỏng"), store.run_recorded(engine, "report", NOW):
        raise ValueError("hỏng")
    outcomes = {run["verb"]: run["outcome"] for run in queries.last_runs(engine)}
    assert outcomes == {"collect": "ok", "report": "ValueError: hỏng"}


def test_a_dump_holds_every_table(engine: Engine) -> None:
    recorded(engine, receipt(), examined(answer(status="done", completed_on=date(2025, 3, 14))))
    dumped = store.dump(engine)
    assert set(dumped) == {
        "period", "file", "arrival", "submission", "answer", "finding", "decision", "output", "run",
        "mail", "letter", "job", "copy", "remark",
    }  # fmt: skip
    assert dumped["answer"][0]["values"] == {"status": "done", "completed_on": date(2025, 3, 14)}
    assert "2025-03-14" in store.dump_text(engine)
