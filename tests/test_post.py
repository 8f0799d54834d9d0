"""The outbox: queued once, sent once, and after a crash never silently twice."""

from __future__ import annotations

import email
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.policy import default
from pathlib import Path

import pytest

from tests.mail.test_letters import EVERY
from tracker.actions import Office, init, open_office, post, recorded
from tracker.config import Mail
from tracker.dates import parse_instant
from tracker.errors import DeliveryError
from tracker.ledger import outbox
from tracker.model import LetterState

NOW = parse_instant("2025-03-18T09:30")
MAIL = Mail(address="theodoi@haiduong.example", smtp_host="127.0.0.1", per_minute=600, per_run=200)


@dataclass
class Server:
    """Takes letters; `answers` are raised in turn, None takes."""

    answers: list[Exception | None] = field(default_factory=list)
    taken: list[tuple[bytes, tuple[str, ...]]] = field(default_factory=list)

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.taken.append((message, tuple(receivers)))

    @property
    def ids(self) -> list[str]:
        return [str(email.message_from_bytes(data, policy=default)["Message-ID"]) for data, _ in self.taken]


class Killed(BaseException):
    """The process ends here."""


def no_pause(seconds: float) -> None:
    pass


@pytest.fixture
def office(tmp_path: Path) -> Office:
    init(tmp_path, "27-TB-UBND")
    return at(open_office(tmp_path, NOW))


def at(office: Office, **later: float) -> Office:
    settings = office.settings.model_copy(update={"mail": MAIL})
    return replace(office, settings=settings, now=office.now + timedelta(**later))


def send(office: Office, server: Server) -> post.Posted:
    return post.send(office, server, no_pause)


def states(office: Office) -> list[str]:
    return [letter.state.value for letter in outbox.letters_of(office.engine)]


def test_a_reason_is_written_for_once(office: Office) -> None:
    assert len(post.queue(office, EVERY)) == len(EVERY)
    assert post.queue(at(office, hours=1), [replace(each, subject="khác") for each in EVERY]) == []
    assert post.queue(office, [EVERY[0], EVERY[0]]) == []
    server = Server()
    assert send(office, server) == post.Posted(sent=len(EVERY))
    assert send(at(office, hours=9), server) == post.Posted()
    assert len(set(server.ids)) == len(EVERY)
    assert [receivers for _, receivers in server.taken] == [each.receivers for each in EVERY]


def test_without_mail_nothing_is_queued_or_sent(office: Office) -> None:
    off = replace(office, settings=office.settings.model_copy(update={"mail": Mail()}))
    assert post.queue(off, EVERY) == []
    assert post.send(off, Server(), no_pause) == post.Posted()
    assert states(off) == []


def test_nobody_is_written_to_nobody(office: Office) -> None:
    assert post.queue(office, [replace(EVERY[0], receivers=())]) == []


def test_an_address_that_is_none_costs_its_own_letter_only(office: Office) -> None:
    bad = replace(EVERY[0], key="bad", receivers=("x@y\r\nBcc: z@evil.example",))
    assert [each.key for each in post.queue(office, [bad, EVERY[1]])] == [EVERY[1].key]


def test_what_is_sent_lies_in_the_archive_with_its_story(office: Office) -> None:
    post.queue(office, EVERY[:1])
    server = Server()
    send(office, server)
    letter = outbox.letters_of(office.engine)[0]
    path = office.workspace.archive / letter.path
    assert path.read_bytes() == server.taken[0][0]
    assert json.loads(path.with_suffix(".json").read_text("utf-8"))["key"] == EVERY[0].key
    assert json.loads(path.with_suffix(".state.json").read_text("utf-8"))["state"] == "sent"


@pytest.mark.parametrize("is_final", [False, True])
def test_refusals(office: Office, is_final: bool) -> None:
    post.queue(office, EVERY[:2])
    server = Server([DeliveryError("letter_refused", is_final=is_final, why="451")])
    posted = send(office, server)
    assert (posted.sent, posted.put_off, posted.failed) == (1, int(not is_final), int(is_final))
    assert send(at(office, minutes=4), server).sent == 0
    assert send(at(office, minutes=6), server).sent == int(not is_final)
    assert states(office) == ["failed" if is_final else "sent", "sent"]


def test_a_server_that_is_away_ends_the_run(office: Office) -> None:
    post.queue(office, EVERY)
    server = Server([DeliveryError("smtp_unreachable", is_final=False, why="refused")])
    posted = send(office, server)
    assert (posted.sent, posted.put_off, bool(posted.why)) == (0, 1, True)
    assert posted.left == len(EVERY) - 1
    assert send(at(office, minutes=6), server).sent == len(EVERY)


def test_a_letter_is_given_up_after_many_tries(office: Office) -> None:
    post.queue(office, EVERY[:1])
    server = Server([DeliveryError("letter_refused", is_final=False, why="451")] * 50)
    for day in range(30):
        send(at(office, days=day), server)
    assert states(office) == ["failed"]
    assert outbox.troubled(office.engine)[0].tries == outbox.MAX_TRIES


@pytest.mark.parametrize("key", ["smtp_login", "smtp_login_missing", "smtp_in_clear"])
def test_not_being_let_in_gives_no_letter_up(office: Office, key: str) -> None:
    post.queue(office, EVERY[:2])
    shut = Server([DeliveryError(key, is_final=False, why="", host="")] * 50)
    for day in range(30):
        posted = send(at(office, days=day), shut)
        assert (posted.sent, posted.failed, bool(posted.why)) == (0, 0, True)
    first, _ = outbox.letters_of(office.engine)
    assert (first.tries, bool(first.error)) == (0, True)
    assert send(at(office, days=31), Server()).sent == 2
    assert outbox.troubled(office.engine) == ()


def test_a_server_that_passes_nothing_on_ends_the_run_and_gives_nothing_up(office: Office) -> None:
    post.queue(office, EVERY)
    shut = Server([DeliveryError("letter_denied", is_final=False, why="554 5.7.1")] * 500)
    posted = send(office, shut)
    assert (posted.put_off, posted.failed, bool(posted.why)) == (3, 0, True)
    for day in range(1, 60):
        send(at(office, days=day), shut)
    assert "failed" not in states(office)
    assert send(at(office, days=61), Server()).sent == len(EVERY)


def test_a_letter_denied_while_others_go_is_given_up_in_the_end(office: Office) -> None:
    post.queue(office, EVERY[:2])
    server = Server([DeliveryError("letter_denied", is_final=False, why="550 5.7.1"), None])
    assert send(office, server) == post.Posted(sent=1, put_off=1)
    server.answers = [DeliveryError("letter_denied", is_final=False, why="550 5.7.1")] * 50
    for day in range(1, 30):
        send(at(office, days=day), server)
    assert states(office) == ["failed", "sent"]


def test_what_was_given_up_is_sent_again_when_asked_for(office: Office) -> None:
    post.queue(office, EVERY[:2])
    server = Server([DeliveryError("letter_refused", is_final=True, why="550")])
    send(office, server)
    assert [each.key for each in post.revive(office, EVERY[:2], dry_run=True)] == [EVERY[0].key]
    assert states(office) == ["failed", "sent"]
    assert post.queue(office, EVERY[:2]) == []
    later = at(office, days=1)
    assert [each.key for each in post.revive(later, EVERY[:2])] == [EVERY[0].key]
    assert post.revive(later, EVERY[:2]) == []
    assert send(later, server).sent == 1
    assert len(set(server.ids)) == 2
    assert outbox.troubled(office.engine) == ()


def test_what_was_given_up_goes_once_to_a_corrected_address(office: Office) -> None:
    post.queue(office, EVERY[:1])
    send(office, Server([DeliveryError("letter_refused", is_final=True, why="550")]))
    mended = replace(EVERY[0], receivers=("moi@haiduong.example",))
    assert post.revive(office, [mended]) == []
    (new,) = post.queue(office, [mended])
    assert (new.key, new.receivers) == (f"{EVERY[0].key}>moi@haiduong.example", mended.receivers)
    assert post.queue(at(office, hours=1), [mended]) == []
    server = Server()
    send(office, server)
    assert [receivers for _, receivers in server.taken] == [mended.receivers]
    assert outbox.troubled(office.engine) == ()


def test_an_address_that_changes_while_the_letter_arrived_gets_no_second_one(office: Office) -> None:
    post.queue(office, EVERY[:1])
    send(office, Server())
    assert post.queue(office, [replace(EVERY[0], receivers=("moi@haiduong.example",))]) == []


def test_a_run_has_a_ceiling_and_a_pace(office: Office) -> None:
    settings = office.settings.model_copy(update={"mail": MAIL.model_copy(update={"per_run": 4, "per_minute": 30})})
    slow = replace(office, settings=settings)
    post.queue(slow, EVERY)
    pauses: list[float] = []
    assert post.send(slow, Server(), pauses.append) == post.Posted(sent=4, left=len(EVERY) - 4)
    assert pauses == [2.0] * 3


def _while_the_server_works(office: Office, server: Server) -> None:
    server.answers = [Killed()]  # type: ignore[list-item]
    with pytest.raises(Killed):
        send(office, server)


def _after_the_server_took_it(office: Office, server: Server) -> None:
    original = outbox.letters_of(office.engine)[0]
    outbox.update_state(office.engine, outbox.claimed(original))
    server.send((office.workspace.archive / original.path).read_bytes(), "", original.receivers)


@pytest.mark.parametrize(("die", "arrived"), [(_while_the_server_works, 1), (_after_the_server_took_it, 2)])
def test_a_doubtful_letter_is_sent_again_under_its_name_and_shown(
    office: Office, die: Callable[[Office, Server], None], arrived: int
) -> None:
    post.queue(office, EVERY[:1])
    server = Server()
    die(office, server)
    assert states(office) == ["sending"]
    assert [each.state for each in outbox.troubled(office.engine)] == [LetterState.SENDING]
    send(at(office, minutes=1), server)
    assert states(office) == ["sent"]
    assert len(server.taken) == arrived
    assert len(set(server.ids)) == 1
    assert [each.error for each in outbox.troubled(office.engine)] == [outbox.DOUBTFUL]


def test_what_the_archive_knows_as_sent_is_not_sent_again(office: Office) -> None:
    """The run died between the note in the archive and the one in the ledger."""
    post.queue(office, EVERY[:1])
    server = Server()
    send(office, server)
    letter = outbox.letters_of(office.engine)[0]
    outbox.update_state(office.engine, replace(letter, state=LetterState.SENDING, sent_at=None))
    send(at(office, minutes=1), server)
    assert states(office) == ["sent"]
    assert len(server.taken) == 1


@dataclass
class FullDisk(Server):
    """While it takes the letter, something lies where the note on it is to be written."""

    note: Path | None = None

    def send(self, message: bytes, sender: str, receivers: Sequence[str]) -> None:
        super().send(message, sender, receivers)
        if self.note:
            self.note.unlink()
            self.note.mkdir()


def test_an_archive_that_could_not_be_told_is_told_by_the_next_run(office: Office) -> None:
    post.queue(office, EVERY[:2])
    first, _ = outbox.letters_of(office.engine)
    note = office.workspace.archive / post.state_name(first.path)
    server = FullDisk(note=note)
    with pytest.raises(OSError, match="directory"), recorded(office, "collect") as at_work:
        send(at_work, server)
    assert states(office) == ["sent", "pending"]
    note.rmdir()
    with recorded(office, "collect") as at_work:
        assert json.loads(note.read_text("utf-8"))["state"] == "sent"
        server.note = None
        send(at_work, server)
    assert len(server.taken) == len(set(server.ids)) == 2


def test_receipts_are_counted_by_address(office: Office) -> None:
    post.queue(office, EVERY)
    assert outbox.receipts_since(office.engine, NOW - timedelta(days=1)) == {"hoa@haiduong.example": 4}
    assert outbox.receipts_since(office.engine, NOW + timedelta(days=1)) == {}
    assert outbox.count_by_state(office.engine) == {"pending": len(EVERY)}
