"""Collecting from a mailbox: each mail once, its files judged with their sender, nothing moved before it is safe."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.support.dovecot import PASSWORD as DOVECOT_PASSWORD
from tests.support.dovecot import Dovecot, needs_dovecot, running
from tests.support.imap import PASSWORD, USER, FakeImap, serving, uids_asked
from tests.support.packages import zip_of
from tests.support.workspace import COLLECTING, Place, copied, in_this_process, lay_ready, with_addresses
from tests.support.zoo import NAMELESS, STYLES, TEXT, head, leaf, mail, multipart
from tracker.actions import Collected, collect, rehearsed
from tracker.dates import parse_instant
from tracker.intake import archive
from tracker.ledger import mails, store
from tracker.model import Grade, MailKind, MailRecord, Verdict

OPENING = import_module("tracker.actions.opening")
SENDER, OTHER, SERVER = "skhcn@haiduong.gov.vn", "stc@haiduong.gov.vn", "mx.haiduong.gov.vn"
NAME = "Báo cáo tháng 3.xlsx"
_MAIL = """
[mail]
address = "{user}"
imap_host = "127.0.0.1"
imap_port = {port}
imap_security = "none"
auth_server = "{server}"
done_folder = "{done}"
"""


@dataclass(frozen=True)
class Desk:
    """A workspace with a mailbox, and what it makes of it."""

    place: Place
    server: FakeImap | None = None

    def use(self, port: int, user: str = USER, done: str = "") -> None:
        config = self.place.home / "tracker.toml"
        text = config.read_text("utf-8").partition("\n[mail]")[0]
        config.write_text(text + _MAIL.format(user=user, port=port, server=SERVER, done=done), "utf-8")

    def collect(self, now: str = "2025-03-18T09:00", is_rehearsal: bool = False) -> list[Collected]:
        office = with_addresses(self.place.office(now), skhcn=SENDER, stc=OTHER)
        with rehearsed(office) if is_rehearsal else nullcontext(office) as tried:
            return collect(tried)

    def recorded(self) -> tuple[MailRecord, ...]:
        return mails.mails_of(self.place.office().engine)

    def put(self, *raws: bytes, **more: Any) -> None:
        assert self.server
        self.server.put(*raws, **more)


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return lay_ready(tmp_path_factory.mktemp("ready"))


@contextmanager
def desk_of(original: Place, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A copy of a workspace at `home` with a mailbox of its own; nothing runs in workers."""
    monkeypatch.setattr(COLLECTING, "run_guarded", in_this_process)
    monkeypatch.setattr(OPENING, "run_guarded", in_this_process)
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", PASSWORD)
    with serving(FakeImap()) as server:
        found = Desk(copied(original, home), server)
        found.use(server.port)
        yield found


@pytest.fixture
def desk(original: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_of(original, tmp_path / "home", monkeypatch) as found:
        yield found


def told(collected: list[Collected]) -> list[tuple[str, str, list[str]]]:
    shown = [each.as_json() for each in collected]
    return [(each["file"], each["verdict"], each["codes"]) for each in shown]


def form_mail(desk: Desk, agency: str = "skhcn", sender: str = SENDER, *more: str) -> bytes:
    return head(sender, *more) + multipart(
        TEXT, leaf(desk.place.filled(agency), disposition="attachment; filename=a.xlsx")
    )


# --- the usual way ----------------------------------------------------------------------------------------------------


def test_a_mail_is_archived_recorded_and_stays_untouched(desk: Desk) -> None:
    assert desk.server
    form = desk.place.filled("skhcn")
    raw = STYLES["rfc 2231"](f"Sở KH&CN <{SENDER}>", form, NAME)
    desk.put(raw)
    before = desk.server.state()
    (only,) = desk.collect()
    assert only.as_json() == {
        "file": NAME,
        "sha256": archive.sha256(form),
        "agency": "skhcn",
        "period": "2025-03",
        "verdict": "accepted",
        "codes": [],
        "answers": 11,
    }
    assert desk.place.archived() == {archive.sha256(form): form, archive.sha256(raw): raw}
    (record,) = desk.recorded()
    assert (record.folder, record.uidvalidity, record.uid, record.sender) == ("INBOX", 17, 1, SENDER)
    assert (record.kind, record.grade, record.parts) == (MailKind.RETURN, Grade.LISTED, (archive.sha256(form),))
    assert record.received_at == parse_instant("2025-03-17T08:00")
    (submission,) = desk.place.submissions()
    assert (submission.sender, submission.received_at) == (SENDER, record.received_at)
    assert desk.server.state() == before


def test_the_archive_tells_how_mail_and_file_came(desk: Desk) -> None:
    desk.put(STYLES["rfc 2231"](SENDER, desk.place.filled("stc"), NAME))
    desk.collect()
    paths = desk.place.home.glob("workbooks/archive/2025-03/[0-9a-f]*.json")
    notes = [json.loads(path.read_text("utf-8")) for path in paths]
    whole, part = sorted(notes, key=lambda note: str(note["key"]))
    (record,) = desk.recorded()
    assert (whole["channel"], whole["key"], whole["kind"], whole["grade"]) == (
        "mailbox",
        "INBOX;17;1",
        "return",
        "listed",
    )
    assert (whole["message_id"], whole["sender"], whole["parts"]) == (record.message_id, SENDER, list(record.parts))
    assert (part["key"], part["container"]["sha256"], part["grade"]) == ("INBOX;17;1!2", whole["sha256"], "listed")
    assert whole["received_at"] == part["received_at"] == "2025-03-17T01:00:00+00:00"


@pytest.mark.parametrize("style", sorted(STYLES))
def test_every_style_is_accepted(desk: Desk, style: str) -> None:
    desk.put(STYLES[style](SENDER, desk.place.filled("skhcn"), NAME))
    ((file, verdict, _),) = told(desk.collect())
    assert verdict == "accepted"
    assert file == NAME or style in NAMELESS


def test_nothing_new_changes_nothing(desk: Desk) -> None:
    assert desk.server
    desk.put(form_mail(desk), head(SENDER) + TEXT)
    desk.collect()
    before = desk.place.tree()
    asked = len(uids_asked(desk.server))
    assert desk.collect(now="2025-03-19T09:00") == []
    assert desk.place.tree() == before
    assert len(uids_asked(desk.server)) == asked


def test_a_letter_without_a_form_is_recorded(desk: Desk) -> None:
    desk.put(head(SENDER, subject="=?utf-8?q?Xin_m=E1=BA=ABu_bi=E1=BB=83u?=") + TEXT)
    assert desk.collect() == []
    (record,) = desk.recorded()
    assert (record.subject, record.parts, record.kind) == ("Xin mẫu biểu", (), MailKind.RETURN)


def test_a_rehearsal_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    assert desk.server
    desk.use(desk.server.port, done="Xong")
    desk.put(form_mail(desk), b"\x00 no mail")
    before, there = desk.place.tree(), desk.server.state()
    dry = told(desk.collect(is_rehearsal=True))
    assert (desk.place.tree(), desk.server.state()) == (before, there)
    assert told(desk.collect()) == dry
    assert [verdict for _, verdict, _ in dry] == ["accepted", "refused"]


def test_zips_and_several_forms_in_a_mail(desk: Desk) -> None:
    goi = zip_of({"tháng 3/stc.xlsx": desk.place.filled("stc"), "~$stc.xlsx": b"x"})
    desk.put(
        mail(
            SENDER,
            leaf(desk.place.filled("skhcn"), disposition="attachment; filename=a.xlsx"),
            leaf(goi, "application/zip", "attachment; filename=goi.zip"),
        )
    )
    assert told(desk.collect()) == [
        ("a.xlsx", "accepted", []),
        ("goi.zip/tháng 3/stc.xlsx", "held", ["F09"]),
    ]
    assert len(desk.recorded()[0].parts) == 2


def test_a_saved_mail_in_the_folder(desk: Desk) -> None:
    desk.place.drop("thu.eml", STYLES["rfc 2231"]("a@example.vn", desk.place.filled("skhcn"), "a.xlsx"))
    assert told(desk.collect()) == [("thu.eml/a.xlsx", "accepted", [])]
    assert desk.place.waiting() == set()


def test_without_an_address_there_is_no_mailbox(desk: Desk) -> None:
    assert desk.server
    desk.use(desk.server.port, user="")
    desk.put(form_mail(desk))
    desk.place.drop("b.xlsx", desk.place.filled("stc"))
    assert told(desk.collect()) == [("b.xlsx", "accepted", [])]
    assert desk.server.connections == 0


# --- who sent it ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "more", "verdict", "codes", "grade"),
    [
        (SENDER, (), "accepted", [], Grade.LISTED),
        (f'"{SENDER}" <x@example.com>', (), "held", ["F08"], Grade.UNKNOWN),
        (OTHER, (), "held", ["F09"], Grade.LISTED),
        (SENDER, (f"From: {OTHER}",), "held", ["F08"], Grade.UNKNOWN),
    ],
)
def test_only_registered_senders_count(
    desk: Desk, sender: str, more: tuple[str, ...], verdict: str, codes: list[str], grade: Grade
) -> None:
    desk.put(form_mail(desk, "skhcn", sender, *more))
    assert told(desk.collect()) == [("a.xlsx", verdict, codes)]
    assert desk.recorded()[0].grade is grade


def test_the_offices_own_server_vouches_or_unmasks(desk: Desk) -> None:
    domain = SENDER.partition("@")[2]
    results = f"Authentication-Results: {SERVER}; dmarc=%s header.from={domain}\r\n".encode()
    desk.put(results % b"fail" + form_mail(desk), results % b"pass" + form_mail(desk, "stc", OTHER))
    forged, verified = desk.collect()
    assert told([forged, verified]) == [("a.xlsx", "held", ["F08"]), ("a.xlsx", "accepted", [])]
    assert forged.examined.findings[0].facts["variant"] == "forged"
    assert [record.grade for record in desk.recorded()] == [Grade.FORGED, Grade.VERIFIED]


@pytest.mark.parametrize("runs", [1, 2])
def test_what_was_forged_is_taken_once_its_owner_sends_it(desk: Desk, runs: int) -> None:
    results = f"Authentication-Results: {SERVER}; dmarc=%s header.from={SENDER.partition('@')[2]}\r\n".encode()
    raw = form_mail(desk)
    desk.put(results % b"fail" + raw)
    first = told(desk.collect()) if runs == 2 else []
    desk.put(results % b"pass" + raw)
    assert first + told(desk.collect()) == [("a.xlsx", "held", ["F08"]), ("a.xlsx", "accepted", [])]
    assert [each.verdict for each in desk.place.submissions()] == [Verdict.ACCEPTED]


def test_robots_bring_no_returns(desk: Desk) -> None:
    away = head(SENDER, "Auto-Submitted: auto-replied") + multipart(TEXT, leaf(desk.place.filled("skhcn")))
    desk.put(away, form_mail(desk, "stc", USER, "Auto-Submitted: auto-generated"))
    assert desk.collect() == []
    assert [record.kind for record in desk.recorded()] == [MailKind.AUTOMATIC, MailKind.OWN]


# --- again and again --------------------------------------------------------------------------------------------------


def test_the_same_file_in_two_mails_and_the_same_mail_twice(desk: Desk) -> None:
    first = form_mail(desk)
    second = first.replace(b"Message-ID: <", b"Message-ID: <second-")
    desk.put(first, second, first)
    assert told(desk.collect()) == [
        ("a.xlsx", "accepted", []),
        ("a.xlsx", "duplicate", ["F13"]),
        ("a.xlsx", "duplicate", ["F13"]),
    ]
    assert len(desk.place.submissions()) == 1
    assert [record.uid for record in desk.recorded()] == [1, 2, 3]
    brought = [mails.brought_by(desk.place.office().engine, record) for record in desk.recorded()]
    assert [[each.is_first for each in one] for one in brought] == [[True], [False], [False]]


@pytest.mark.parametrize("is_rewritten", [False, True])
def test_new_numbers_record_nothing_twice(desk: Desk, is_rewritten: bool) -> None:
    """The server renumbered; some write a mail anew each time it is read."""
    assert desk.server
    desk.put(form_mail(desk), form_mail(desk, "stc", OTHER), head(SENDER) + TEXT)
    desk.collect()
    before = desk.place.submissions()
    desk.server.uidvalidity = 18
    if is_rewritten:
        for held in desk.server.folders["INBOX"].values():
            held.raw = held.raw.replace(b"\r\nMIME-Version", b"\r\nX-Seen: 1\r\nMIME-Version")
    assert desk.collect(now="2025-03-19T09:00") == []
    assert desk.place.submissions() == before
    assert [(record.uidvalidity, record.uid) for record in desk.recorded()] == [(18, 1), (18, 2), (18, 3)]
    tree = desk.place.tree()
    assert desk.collect(now="2025-03-20T09:00") == []
    assert desk.place.tree() == tree


def test_recorded_mails_are_moved_only_after_the_commit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.server
    desk.use(desk.server.port, done="Xong")
    desk.put(form_mail(desk))

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as broken:
        broken.setattr(store, "record", fail)
        (failed,) = desk.collect()
    assert failed.failure
    assert (desk.recorded(), set(desk.server.folders["INBOX"])) == ((), {1})
    assert told(desk.collect()) == [("a.xlsx", "accepted", [])]
    assert (len(desk.recorded()), set(desk.server.folders["INBOX"])) == (1, set())


def test_the_row_of_a_mail_and_its_returns_are_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.put(form_mail(desk))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(mails, "record_mail", die)
        with pytest.raises(KeyboardInterrupt):
            desk.collect()
    assert (desk.recorded(), desk.place.submissions()) == ((), ())


# --- what is broken ---------------------------------------------------------------------------------------------------


def test_poison_is_set_aside_and_the_rest_goes_on(desk: Desk) -> None:
    nested = TEXT
    for level in range(2000):
        nested = multipart(nested, boundary=f"b{level}")
    desk.put(head(SENDER, subject="sau") + nested, form_mail(desk))
    assert told(desk.collect()) == [("sau.eml", "refused", ["F02"]), ("a.xlsx", "accepted", [])]
    broken, sound = desk.recorded()
    assert (broken.kind, sound.kind) == (MailKind.BROKEN, MailKind.RETURN)
    assert desk.collect() == []


def test_a_mail_cut_in_its_workbook(desk: Desk) -> None:
    desk.put(form_mail(desk)[:-4000])
    assert told(desk.collect()) == [("a.xlsx", "refused", ["F02"])]


def test_a_mail_above_the_cap_is_recorded_and_left(desk: Desk) -> None:
    assert desk.server
    desk.use(desk.server.port, done="Xong")
    desk.put(form_mail(desk), form_mail(desk, "stc", OTHER), size=None)
    desk.server.folders["INBOX"][1].size = 50 * 1024**2
    assert told(desk.collect()) == [("Bao cao thang 3.eml", "refused", ["F04"]), ("a.xlsx", "accepted", [])]
    assert set(desk.server.folders["INBOX"]) == {1}
    assert (desk.recorded()[0].sender, desk.recorded()[0].path) == (SENDER, "")
    assert desk.collect() == []
    assert set(desk.server.folders["INBOX"]) == {1}


def test_a_mailbox_that_is_down_costs_the_folder_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", "wrong")
    desk.put(form_mail(desk))
    desk.place.drop("b.xlsx", desk.place.filled("stc"))
    good, failed = desk.collect()
    assert good.examined.verdict is Verdict.ACCEPTED
    assert (failed.file, failed.examined.verdict) == ("mailbox", Verdict.IGNORED)
    assert "TRACKER_MAIL_PASSWORD" in failed.failure and "wrong" not in failed.failure


def test_a_connection_that_drops_in_the_middle(desk: Desk) -> None:
    assert desk.server
    desk.put(form_mail(desk), form_mail(desk, "stc", OTHER))
    desk.server.cut_after = [9000]
    assert [verdict for _, verdict, _ in told(desk.collect())] == ["accepted", "accepted"]


def test_no_clock_of_a_server_makes_a_return_late(desk: Desk) -> None:
    desk.put(form_mail(desk), date="21-Mar-2027 08:00:00 +0700")
    assert told(desk.collect()) == [("a.xlsx", "accepted", [])]


def test_the_servers_time_decides_what_is_late(desk: Desk) -> None:
    desk.put(form_mail(desk), date="20-Mar-2025 23:59:59 +0700")
    desk.put(form_mail(desk, "stc", OTHER), date="21-Mar-2025 00:00:00 +0700")
    assert told(desk.collect(now="2025-03-24T09:00")) == [
        ("a.xlsx", "accepted", []),
        ("a.xlsx", "accepted_with_findings", ["F15"]),
    ]


# --- a real server ----------------------------------------------------------------------------------------------------


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.mark.dovecot
@needs_dovecot
def test_dovecot_every_style_with_workers(
    original: Place, tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real server, real workers: every style once, told apart by its own change of the form."""
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", DOVECOT_PASSWORD)
    desk = Desk(copied(original, tmp_path / "home"))
    desk.use(dovecot.imap_port, user="vanphong@example.vn")
    styles = list(STYLES.values())
    forms = [desk.place.filled("skhcn", seed=number) for number in range(len(styles))]
    raws = [style(SENDER, form, NAME) for style, form in zip(styles, forms, strict=True)]
    dovecot.append("vanphong", raws, datetime.fromisoformat("2025-03-17T08:00:00+07:00"))
    before = dovecot.state("vanphong")
    found = desk.collect()
    assert {each.sha256 for each in found} == {archive.sha256(form) for form in forms}
    assert {each.examined.agency for each in found} <= {"skhcn"}
    assert dovecot.state("vanphong") == before
    assert desk.collect() == []
    dovecot.renumber("vanphong", 4711)
    assert desk.collect() == []
    assert {record.uidvalidity for record in desk.recorded()} == {4711}


@pytest.mark.dovecot
@needs_dovecot
def test_dovecot_moves_what_is_done(
    original: Place, tmp_path: Path, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MOVE is offered only after login there."""
    monkeypatch.setenv("TRACKER_MAIL_PASSWORD", DOVECOT_PASSWORD)
    desk = Desk(copied(original, tmp_path / "home"))
    desk.use(dovecot.imap_port, user="vanphong", done="Đã nhận")
    dovecot.deliver("vanphong@example.vn", [form_mail(desk), head(SENDER) + TEXT])
    assert [verdict for _, verdict, _ in told(desk.collect())] == ["accepted"]
    assert dovecot.state("vanphong") == []
    moved = dovecot.state("vanphong", "Đã nhận")
    assert len(moved) == 2
    assert not any("Seen" in part or "Deleted" in part for each in moved for part in each)
    assert desk.collect() == []
