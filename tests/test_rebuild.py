"""The ledger anew from the archive: the same, ids included, with nothing sent, fetched or written on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.command import tracker
from tests.support.imap import PASSWORD, USER, FakeImap, serving
from tests.support.packages import zip_of
from tests.support.remarks import CONFIRMED, VIEW, Desk, edited, write
from tests.support.workspace import COLLECTING, PERIOD, Place, copied, in_this_process, mishap
from tests.support.zoo import TEXT, head, leaf, multipart
from tracker.actions import (
    Office,
    collect,
    decide,
    init,
    queue,
    rebuild,
    receipts,
    recorded,
    report,
    send,
    tick,
    write_forms,
)
from tracker.dates import Period, parse_instant
from tracker.errors import DeliveryError
from tracker.ledger import jobs, outbox, queries
from tracker.ledger.store import dump, open_ledger
from tracker.model import LetterState, Verdict
from tracker.plan.build import build_master
from tracker.plan.data import packaged_plan

OPENING = import_module("tracker.actions.opening")
NOW = parse_instant("2025-05-01T08:00")
_SETTINGS = """
[limits]
workers = 1
settle_seconds = 0
max_megabytes = 1
[mail]
address = "{user}"
smtp_host = "127.0.0.1"
imap_host = "127.0.0.1"
imap_port = {port}
imap_security = "none"
per_minute = 60000
report_to = ["chutich@haiduong.example"]
alarm_to = ["it@haiduong.example"]
"""


@dataclass
class Server:
    """Takes letters, but for what it refuses now (`later`) or for good (`never`), by receiver."""

    later: str = ""
    never: str = ""
    taken: list[str] = field(default_factory=list)

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        for word, is_final in ((self.later, False), (self.never, True)):
            if word and any(word in receiver for receiver in receivers):
                raise DeliveryError("letter_refused", is_final=is_final, why="451 or 550")
        self.taken += receivers


@dataclass
class Month:
    """A workspace that lives through a month."""

    place: Place
    mailbox: FakeImap
    server: Server = field(default_factory=Server)

    def tick(self, now: str) -> dict[str, str]:
        return {each.due.name: each.state.value for each in tick(self.place.home, parse_instant(now), self.server).ran}

    def run(self, now: str, *works: Callable[[Office], object]) -> None:
        office = self.place.office(now)
        with recorded(office, "test") as at_work:
            for work in works:
                work(at_work)
        office.engine.dispose()

    def mail(self, agency: str, data: bytes, sender: str = "", name: str = "BC.xlsx") -> None:
        text = head(sender or f"{agency}@haiduong.example", f"Message-ID: <{agency}-{len(data)}@mail.example>")
        self.mailbox.put(text + multipart(TEXT, leaf(data, disposition=f"attachment; filename={name}")))

    def edit_master(self, **names: str) -> None:
        plan = self.place.office().plan
        agencies = tuple(replace(each, phone=names.get(each.code, each.phone)) for each in plan.agencies)
        (self.place.home / "workbooks/master.xlsx").write_bytes(build_master(replace(plan, agencies=agencies)))


def records(place: Place) -> dict[str, Any]:
    """The ledger but for what rebuild need not know."""
    tables = {name: [dict(row) for row in rows] for name, rows in dump(ledger(place)).items() if name != "run"}
    for row in tables["submission"]:
        row.pop("seconds")
    return tables


def ledger(place: Place) -> Any:
    return open_ledger(place.home / "workbooks/ledger.sqlite3")


def assert_rebuilt(place: Place) -> dict[str, Any]:
    """Lose the ledger; it comes back as it was, and nothing else has changed."""
    found = rebuild(place.home, NOW, dry_run=True)
    assert (found.troubles, found.differences, found.is_same) == ((), (), True)
    before, files = records(place), place.tree()
    path = place.home / "workbooks/ledger.sqlite3"
    kept = path.rename(path.with_name("lost"))
    assert rebuild(place.home, NOW).is_swapped
    assert records(place) == before
    path.unlink()
    kept.rename(path)
    assert place.tree() == files
    return before


@pytest.fixture
def month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Month]:
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    monkeypatch.setattr(OPENING, "run_guarded", in_this_process)
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", PASSWORD)
    init(tmp_path, "27-TB-UBND")
    plan = packaged_plan()
    agencies = tuple(replace(each, emails=(f"{each.code}@haiduong.example",)) for each in plan.agencies)
    (tmp_path / "workbooks/master.xlsx").write_bytes(build_master(replace(plan, agencies=agencies)))
    with serving(FakeImap()) as mailbox:
        (tmp_path / "tracker.toml").write_text(_SETTINGS.format(user=USER, port=mailbox.port), "utf-8")
        yield Month(Place(tmp_path), mailbox)


def test_a_varied_month(month: Month) -> None:
    """Folder, zips and mails; held, accepted, refused; corrections, duplicates, late and oversize ones; letters sent,
    put off and given up; a failed job; another master sheet in the course; two reports."""
    place = month.place
    month.server.later, month.server.never = "hkt@", "kbnn@"
    assert month.tick("2025-03-03T08:10") == {"open": "done"}
    place.drop("stc.xlsx", place.filled("stc"))
    parts = {"hd.xlsx": place.filled("snv"), "x/damaged.xlsx": b"PK\x03\x04 no", "Thumbs.db": b"litter"}
    place.drop("goi.zip", zip_of(parts), "2025-03-17T08:01")
    place.drop("large.xlsx", b"PK" + bytes(2 * 1024**2), "2025-03-17T08:02")
    place.drop("tampered.xlsx", place.filled("htk", mishap("identity_tampered")), "2025-03-17T08:03")
    month.mail("skhcn", place.filled("skhcn"))
    month.mail("sgddt", place.filled("sgddt"), "ai.do@gmail.com")
    month.mail("syt", place.filled("syt"), "ai.khac@gmail.com")
    month.mail("vp", b"x" * (1024**2 + 9), name="large.xlsx")
    assert month.tick("2025-03-17T09:05")["collect"] == "done"
    place.drop("again.xlsx", place.filled("stc"), "2025-03-18T08:00")
    place.drop("damaged again.xlsx", b"PK\x03\x04 no", "2025-03-18T08:01")
    place.drop("stc 2.xlsx", place.filled("stc", seed=6), "2025-03-18T08:02")
    month.edit_master(stc="0220 000 111")
    month.run("2025-03-18T09:05", collect, lambda office: queue(office, receipts(office)))

    def decide_all(office: Office) -> None:
        verdicts = iter([Verdict.ACCEPTED, Verdict.REFUSED, Verdict.ACCEPTED_WITH_FINDINGS])
        for waiting in queries.held(office.engine):
            decide(office, waiting.id, next(verdicts), "đã gọi điện")
        queue(office, receipts(office))
        send(office, month.server, lambda seconds: None)

    month.run("2025-03-18T10:00", decide_all)
    blocked = place.home / "outputs" / str(PERIOD)
    shutil.move(blocked, blocked.with_name("aside"))
    blocked.write_text("no folder")
    assert month.tick("2025-03-20T17:05")["report"] == "failed"
    blocked.unlink()
    shutil.move(blocked.with_name("aside"), blocked)
    month.server.later = ""
    assert month.tick("2025-03-20T18:30")["report"] == "done"
    desk, row = Desk(place), ("27TB-2.1", "Sở KH&CN")
    first = desk.book(1)
    desk.write(1, write(*row, VIEW, "Cần đẩy nhanh"), write(*row, CONFIRMED, "Tạm dừng"))
    month.mail("report", edited(first, write(*row, VIEW, "Đạt yêu cầu")), "chutich@haiduong.example", "y kien.xlsx")
    month.mail("stranger", edited(first, write(*row, VIEW, "Của ai đó")), "ai.do@gmail.com", "tong hop.xlsx")
    place.drop("late.xlsx", place.filled("vp"), "2025-03-21T08:00")
    month.run("2025-03-21T09:00", collect, lambda office: report(office, PERIOD))
    assert month.tick("2025-04-01T09:00")["open"] == "done"

    rows = assert_rebuilt(place)
    said = [(row["column"], row["value"]) for row in rows["remark"]]
    assert said == [("office_status", "suspended"), ("office_view", "Cần đẩy nhanh"), ("office_view", "Đạt yêu cầu")]
    assert {row["code"] for row in rows["finding"]} >= {"O01", "O05"}
    verdicts = {row["verdict"] for row in rows["submission"]}
    assert verdicts >= {"accepted", "refused", "accepted_with_findings"}
    assert {row["state"] for row in rows["letter"]} >= {"sent", "failed"}
    assert {row["state"] for row in rows["job"]} == {"done", "skipped"}
    assert max(row["tries"] for row in rows["job"]) == 2
    assert (len(rows["decision"]), len(rows["output"]), len(rows["period"]), len(rows["mail"])) == (3, 2, 2, 6)
    assert len(list((place.home / "workbooks/archive/masters").iterdir())) == 2
    taken = list(month.server.taken)
    assert rebuild(place.home, NOW).is_same
    assert month.server.taken == taken


@pytest.mark.parametrize("is_rewritten", [False, True])
def test_a_mailbox_with_new_numbers(month: Month, is_rewritten: bool) -> None:
    """The server gave all mails other numbers, and some write them anew: the rows keep their place, with the new ones,
    and what came before and after is rebuilt alike."""
    month.tick("2025-03-03T08:10")
    for agency in ("skhcn", "stc"):
        month.mail(agency, month.place.filled(agency))
    month.tick("2025-03-17T09:05")
    month.mailbox.uidvalidity += 1
    if is_rewritten:
        for held in month.mailbox.folders["INBOX"].values():
            held.raw = held.raw.replace(b"\r\nMIME-Version", b"\r\nX-Seen: 1\r\nMIME-Version")
    month.mail("snv", month.place.filled("snv"))
    month.tick("2025-03-18T09:05")
    month.mail("skhcn", month.place.filled("skhcn", seed=8), name="dinh chinh.xlsx")
    month.tick("2025-03-19T09:05")
    rows = assert_rebuilt(month.place)
    assert [(row["uidvalidity"], row["uid"]) for row in rows["mail"]] == [(18, 1), (18, 2), (18, 3), (18, 4)]
    assert len(rows["submission"]) == 4
    assert len([row for row in rows["letter"] if row["kind"] == "receipt"]) == 4


# --- runs that die ----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process ends here."""


def killed(*arguments: object, **more: object) -> None:
    raise Killed


def _collect(place: Place) -> None:
    _run(place, "2025-03-18T09:00", collect)


def _run(place: Place, now: str, work: Callable[[Office], object]) -> None:
    office = place.office(now)
    with recorded(office, "test") as at_work:
        work(at_work)


def _open(place: Place) -> None:
    _run(place, "2025-04-01T08:00", lambda office: write_forms(office, Period(2025, 4)))


def _report(place: Place) -> None:
    _run(place, "2025-03-20T17:00", lambda office: report(office, PERIOD))


def _decide(place: Place) -> None:
    def work(office: Office) -> None:
        for waiting in queries.held(office.engine):
            decide(office, waiting.id, Verdict.ACCEPTED, "")

    _run(place, "2025-03-18T11:00", work)


DEATHS = {
    "collect": (_collect, "tracker.actions.collect", "record_all"),
    "open": (_open, "tracker.ledger.store", "open_period"),
    "report": (_report, "tracker.ledger.store", "record_output"),
    "decide": (_decide, "tracker.ledger.store", "decide"),
}


@pytest.mark.parametrize("name", DEATHS)
@pytest.mark.parametrize("comes_again", [True, False])
def test_a_run_that_dies_between_note_and_record(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str, comes_again: bool
) -> None:
    """Whether the next run does the same or has no more reason to: the archive tells what the ledger knows."""
    work, module, attribute = DEATHS[name]
    place.drop("a.xlsx", place.filled("stc"))
    place.drop("b.xlsx", place.filled("htk", mishap("identity_tampered")))
    if name != "collect":
        _collect(place)
    with monkeypatch.context() as patched:
        patched.setattr(import_module(module), attribute, killed)
        with pytest.raises(Killed):
            work(place)
    if comes_again:
        work(place)
    else:
        for path in place.inbox.iterdir():
            path.unlink()
    place.drop("c.xlsx", place.filled("snv"))
    _run(place, "2025-03-21T09:00", collect)
    rows = assert_rebuilt(place)
    assert len(rows["submission"]) == (1 if name == "collect" and not comes_again else 3)


@pytest.mark.parametrize("comes_again", [True, False])
def test_jobs_passed_over_by_a_run_that_died(month: Month, monkeypatch: Any, comes_again: bool) -> None:
    """One note tells of them all; they are passed over once, whoever finishes that."""
    month.tick("2025-03-03T08:10")
    with monkeypatch.context() as patched:
        patched.setattr(jobs, "skip", killed)
        with pytest.raises(Killed):
            month.tick("2025-03-19T09:10")
    if comes_again:
        month.tick("2025-03-19T09:20")
    else:
        month.run("2025-03-19T09:20", lambda office: None)
    states = Counter(row["state"] for row in assert_rebuilt(month.place)["job"])
    assert states["skipped"] > 30
    notes = list((month.place.home / "workbooks/archive/2025-03/jobs").glob("*-passed.json"))
    assert len(notes) == 1


def test_letters_of_a_run_that_died_are_not_sent_by_a_rebuilt_ledger(month: Month, monkeypatch: Any) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "queue", killed)
        with pytest.raises(Killed):
            month.tick("2025-03-03T08:10")
    month.run("2025-04-02T08:00", lambda office: None)
    assert assert_rebuilt(month.place)["letter"] == []


def test_a_letter_left_doubtful_is_so_in_the_rebuilt_ledger(month: Month, monkeypatch: Any) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Server, "send", killed)
        with pytest.raises(Killed):
            month.tick("2025-03-03T08:10")
    rows = assert_rebuilt(month.place)
    assert [row["state"] for row in rows["letter"]].count(LetterState.SENDING) == 1


# --- what is told -----------------------------------------------------------------------------------------------------


def test_a_lost_ledger_is_never_begun_anew_in_silence(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    _collect(place)
    path = place.home / "workbooks/ledger.sqlite3"
    before = records(place)
    path.unlink()
    for verb in ("collect", "status", "init"):
        ran = tracker(verb, *([place.home] if verb == "init" else []), "--home", place.home, "--lang", "en")
        assert (ran.status, "rebuild" in ran.err, path.exists()) == (1, True, False)
    assert tracker("rebuild", "--home", place.home, "--dry-run", "--json").status == 1
    assert not path.exists()
    ran = tracker("rebuild", "--home", place.home, "--json")
    assert (ran.status, ran.json["swapped"], ran.json["backup"]) == (0, True, "")
    assert records(place) == before
    _run(place, "2025-03-19T09:00", lambda office: None)
    ids = [row["id"] for row in dump(ledger(place))["run"]]
    assert ids == sorted(set(ids)), "runs to come follow those of the past"


def test_a_ledger_that_was_tampered_with_is_told_and_kept_aside(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    _collect(place)
    before = records(place)
    with sqlite3.connect(place.home / "workbooks/ledger.sqlite3") as connection:
        connection.execute("update submission set agency = 'snv'")
        connection.execute("delete from finding")
    ran = tracker("rebuild", "--home", place.home, "--dry-run", "--json")
    assert (ran.status, ran.json["same"]) == (1, False)
    assert "submission 1 agency: snv → stc" in ran.json["differences"]
    ran = tracker("rebuild", "--home", place.home, "--json")
    assert (ran.status, ran.json["swapped"]) == (0, True)
    assert records(place) == before
    kept = place.home / "workbooks" / ran.json["backup"]
    with sqlite3.connect(kept) as connection:
        assert connection.execute("select agency from submission").fetchall() == [("snv",)]


def test_a_damaged_ledger_is_replaced(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    _collect(place)
    before = records(place)
    (place.home / "workbooks/ledger.sqlite3").write_bytes(b"SQLite format 3\x00" + b"rubbish" * 999)
    found = rebuild(place.home, NOW)
    assert (found.had_ledger, found.is_swapped) == (False, True)
    assert records(place) == before


def test_notes_of_an_earlier_version_are_named_and_nothing_is_lost(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    _collect(place)
    for path in (place.home / "workbooks/archive").rglob("*.json"):
        told = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps({key: value for key, value in told.items() if key not in ("at", "event")}))
    before = records(place)
    ran = tracker("rebuild", "--home", place.home, "--lang", "en")
    assert (ran.status, "earlier version" in ran.err) == (1, True)
    assert records(place) == before
    assert not list((place.home / "workbooks").glob("*.new"))
    (place.home / "workbooks/ledger.sqlite3").unlink()
    ran = tracker("rebuild", "--home", place.home, "--lang", "en")
    assert (ran.status, "cannot be told" in ran.err) == (0, True)


def test_a_file_gone_from_the_archive_is_named(place: Place) -> None:
    place.drop("a.xlsx", place.filled("stc"))
    _collect(place)
    sha = place.submissions()[0].sha256
    (place.home / f"workbooks/archive/{PERIOD}/{sha}").unlink()
    ran = tracker("rebuild", "--home", place.home, "--dry-run", "--json")
    assert ran.status == 1
    assert sha in " ".join(ran.json["troubles"])


def test_a_file_that_killed_its_worker_is_not_opened_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.intake.pool import Died

    def dying(work: Any, items: Any, *more: Any) -> Iterator[Any]:
        for item in items:
            yield item, Died("time", "20 s")

    place.drop("a.xlsx", place.filled("stc"))
    with monkeypatch.context() as patched:
        patched.setattr(COLLECTING, "run_guarded", dying)
        _collect(place)
    rows = assert_rebuilt(place)
    assert [row["verdict"] for row in rows["submission"]] == ["refused"]


def test_the_demo_month(demo_home: Path, tmp_path: Path) -> None:
    assert_rebuilt(copied(Place(demo_home), tmp_path))


# --- at random --------------------------------------------------------------------------------------------------------

_WORK = ("run", "die", "decide", "report")
_THINGS = ("stc", "stc again", "stc other", "snv", "held", "damaged", "zip")
_STEPS = st.lists(st.sampled_from([*_THINGS, *_WORK]), min_size=3, max_size=9)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_STEPS)
def test_whatever_comes_and_dies(
    place: Place, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, steps: list[str]
) -> None:
    mine = copied(place, tmp_path_factory.mktemp("random"))
    _Play(mine, monkeypatch).play([*steps, "run"])
    assert_rebuilt(mine)


@dataclass
class _Play:
    place: Place
    monkeypatch: pytest.MonkeyPatch
    day: int = 3

    def play(self, steps: list[str]) -> None:
        for number, step in enumerate(steps):
            self._drop(step, f"{number}.xlsx")
            if step in _WORK:
                self._run(step)

    def _drop(self, step: str, name: str) -> None:
        place = self.place
        files: dict[str, Callable[[], bytes]] = {
            "stc": lambda: place.filled("stc"),
            "stc again": lambda: place.filled("stc"),
            "stc other": lambda: place.filled("stc", seed=9),
            "snv": lambda: place.filled("snv"),
            "held": lambda: place.filled("htk", mishap("identity_tampered")),
            "damaged": lambda: b"PK\x03\x04 no",
            "zip": lambda: zip_of({"a.xlsx": place.filled("sxd"), "b.xlsx": place.filled("stc", seed=8)}),
        }
        if step in files:
            place.drop(name, files[step](), f"2025-03-0{3 + self.day % 5}T08:00")

    def _run(self, step: str) -> None:
        self.day += 1
        now = f"2025-03-{self.day:02}T09:00"
        if step == "decide":
            _decide(self.place)
        elif step == "report":
            _run(self.place, now, lambda office: report(office, PERIOD))
        elif step == "run":
            _run(self.place, now, collect)
        else:
            with self.monkeypatch.context() as patched:
                patched.setattr(COLLECTING, "record_all", killed)
                with suppress(Killed):
                    _run(self.place, now, collect)
