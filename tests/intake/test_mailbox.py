"""The mailbox over real sockets: what is fetched, what is left alone, what happens when the server misbehaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.support.imap import TOKEN, FakeImap, serving, uids_asked
from tests.support.zoo import TEXT, head
from tracker.errors import IntakeError
from tracker.intake.channel import Incoming, MailPlace
from tracker.intake.mailbox import Mailbox

CAP = 100_000
DONE = "Đã xử lý"
DONE_ENCODED = "&ARAA4w- x&Hu0- l&AP0-"


def letter(number: int, more: bytes = b"") -> bytes:
    return head("skhcn@haiduong.gov.vn", subject=f"thu {number}") + TEXT + more


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with serving(FakeImap()) as running:
        yield running


def mailbox(server: FakeImap, known: Mapping[int, bool] | None = None, **more: Any) -> Mailbox:
    given = {"folder": "INBOX", "done_folder": "", "max_bytes": CAP, "tries": 3, "pause": 0.001, **more}
    login = given.pop("login", server.login())
    return Mailbox(MailPlace(login, known=lambda folder, uidvalidity: known or {}, **given))


def fetched(box: Mailbox) -> list[Incoming]:
    try:
        return list(box.fetch())
    finally:
        box.close()


def uids(found: list[Incoming]) -> list[int]:
    return [int(each.key.rpartition(";")[2]) for each in found]


# --- the usual way ----------------------------------------------------------------------------------------------------


def test_new_mails_come_whole_by_time_of_receipt_and_nothing_changes(server: FakeImap) -> None:
    server.put(letter(1), letter(2), date="18-Mar-2025 09:00:00 +0700")
    server.put(letter(3), date="17-Mar-2025 23:30:00 -0200")
    server.put(letter(4), date=" 1-Mar-2025 00:00:00 +0700")
    before = server.state()
    found = fetched(mailbox(server))
    assert uids(found) == [4, 3, 1, 2] or uids(found) == [4, 1, 2, 3]
    assert [each.received_at for each in found] == sorted(each.received_at for each in found if each.received_at)
    assert {each.data for each in found} == {letter(n) for n in range(1, 5)}
    assert found[0].key == "INBOX;17;4"
    assert server.state() == before
    assert server.commands("EXAMINE") and not server.commands("SELECT")


def test_known_mails_are_not_fetched_again(server: FakeImap) -> None:
    server.put(*map(letter, range(1, 21)))
    known = dict.fromkeys([*range(1, 8), *range(9, 19)], True)
    assert uids(fetched(mailbox(server, known))) == [8, 19, 20]
    assert [line for line in server.log if "RFC822.SIZE" in line] == [
        "UID FETCH 8:8,19:* (UID RFC822.SIZE INTERNALDATE)"
    ]


def test_everything_known_asks_for_no_body(server: FakeImap) -> None:
    server.put(*map(letter, range(1, 4)))
    assert fetched(mailbox(server, dict.fromkeys(range(1, 4), True))) == []
    assert uids_asked(server) == []


def test_an_empty_mailbox(server: FakeImap) -> None:
    assert fetched(mailbox(server)) == []


def test_a_large_mailbox_costs_little(server: FakeImap) -> None:
    """20,000 mails of which three are new: one list of the gaps, one fetch."""
    raw = letter(1)
    server.put(*[raw] * 20_000)
    known = dict.fromkeys(range(1, 20_001), True)
    for uid in (5, 12_000, 20_000):
        del known[uid]
    box = mailbox(server, known)
    assert uids(fetched(box)) == [5, 12_000, 20_000]
    assert [line for line in server.log if "FETCH" in line] == [
        "UID FETCH 5:5,12000:12000,20000:* (UID RFC822.SIZE INTERNALDATE)",
        "UID FETCH 5,12000,20000 (UID BODY.PEEK[])",
    ]


def test_bodies_come_a_few_at_a_time(server: FakeImap) -> None:
    server.put(*(letter(n, bytes(20_000)) for n in range(40)))
    assert len(fetched(mailbox(server))) == 40
    assert all(len(each.split(",")) <= CAP // 20_000 for each in uids_asked(server))


def test_a_mail_above_the_cap_is_not_fetched(server: FakeImap) -> None:
    server.put(letter(1), letter(2, bytes(CAP)), letter(3))
    found = fetched(mailbox(server))
    assert [(each.why, (each.data or b"").startswith(b"Return-Path")) for each in found] == [
        ("", True),
        ("too_large", True),
        ("", True),
    ]
    assert found[1].size > CAP > len(found[1].data or b"")


def test_a_size_that_was_a_lie(server: FakeImap) -> None:
    server.put(letter(1, bytes(CAP)), size=100)
    (only,) = fetched(mailbox(server))
    assert only.why == "too_large"


# --- getting in -------------------------------------------------------------------------------------------------------


def test_a_token_wins(server: FakeImap) -> None:
    server.put(letter(1))
    assert len(fetched(mailbox(server, login=server.login(token=TOKEN, password="")))) == 1
    assert "LOGIN" not in server.log


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"token": "stale"}])
def test_a_wrong_password_is_tried_once(server: FakeImap, given: dict[str, str]) -> None:
    with pytest.raises(IntakeError) as raised:
        fetched(mailbox(server, login=server.login(**given)))
    assert raised.value.key == "mail_login"
    assert len([line for line in server.log if line in ("LOGIN", "AUTHENTICATE")]) == 1
    assert all(secret not in str(raised.value) for secret in given.values())


def test_a_busy_server_at_login_is_tried_again(server: FakeImap) -> None:
    server.put(letter(1))
    server.login_answer = "NO [UNAVAILABLE] try again later"
    assert len(fetched(mailbox(server))) == 1


def test_no_such_folder(server: FakeImap) -> None:
    with pytest.raises(IntakeError) as raised:
        fetched(mailbox(server, folder="Nộp báo cáo"))
    assert raised.value.key == "mail_folder"


def test_nobody_there(server: FakeImap) -> None:
    login = server.login()
    server.connections = 0
    with pytest.raises(IntakeError) as raised:
        fetched(mailbox(server, login=type(login)("127.0.0.1", 1, "none", "a", "b")))
    assert raised.value.key == "mail_unreachable"


def test_no_password_in_clear_over_the_network(server: FakeImap) -> None:
    login = server.login()
    with pytest.raises(IntakeError) as raised:
        fetched(mailbox(server, login=type(login)("mail.example.vn", 143, "none", "a", "b")))
    assert raised.value.key == "mail_in_clear"


def test_secrets_are_not_shown(server: FakeImap) -> None:
    login = server.login(token=TOKEN)
    assert login.password not in repr(login)
    assert login.token not in repr(login)


# --- servers that misbehave -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 20, 120, 250, 400, 700, 900, 1500, 2500, 4000])
def test_a_connection_that_drops_loses_and_doubles_nothing(server: FakeImap, cut: int) -> None:
    server.put(*(letter(n, b"x" * 60 * n) for n in range(8)))
    server.cut_after = [cut, cut * 2]
    assert uids(fetched(mailbox(server))) == list(range(1, 9))


def test_a_server_that_always_drops_is_given_up(server: FakeImap) -> None:
    server.put(letter(1))
    server.cut_after = [100] * 50
    with pytest.raises(IntakeError):
        fetched(mailbox(server))
    assert server.connections <= 10


def test_a_server_that_asks_for_patience(server: FakeImap) -> None:
    server.put(letter(1), letter(2))
    server.limited = 2
    assert uids(fetched(mailbox(server))) == [1, 2]


def test_a_mail_at_which_the_server_breaks_keeps_no_other_from_us(server: FakeImap) -> None:
    server.put(*map(letter, range(1, 6)))
    server.poison = frozenset({3})
    found = fetched(mailbox(server))
    assert [(uid, each.why) for uid, each in zip(uids(found), found, strict=True)] == [
        (1, ""),
        (2, ""),
        (3, "unreadable"),
        (4, ""),
        (5, ""),
    ]


def test_new_numbers_while_we_read(server: FakeImap) -> None:
    """What was fetched under the old numbers comes again under the new ones: the ledger knows it by its bytes."""
    server.put(*(letter(n, b"x" * 3000) for n in range(60)))
    box = mailbox(server)
    coming = box.fetch()
    first = next(coming)
    server.uidvalidity = 18
    box._hang_up()
    rest = list(coming)
    box.close()
    assert first.key.startswith("INBOX;17;")
    assert [each.key for each in rest if ";18;" in each.key] == [f"INBOX;18;{uid}" for uid in range(1, 61)]


# --- moving -----------------------------------------------------------------------------------------------------------


def moved(server: FakeImap, known: Mapping[int, bool] | None = None) -> None:
    box = mailbox(server, known, done_folder=DONE)
    for incoming in box.fetch():
        box.done(incoming)
    box.close()


def in_done(server: FakeImap) -> list[bytes]:
    return [held.raw for held in server.folders.get(DONE_ENCODED, {}).values()]


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE UIDPLUS"])
def test_done_mails_are_moved_and_nobody_elses_with_them(server: FakeImap, capabilities: str) -> None:
    server.after_login = capabilities
    server.put(letter(1), letter(2))
    (deleted,) = server.put(letter(3), flags={"\\Deleted"})
    moved(server, {deleted: False})
    assert in_done(server) == [letter(1), letter(2)]
    assert set(server.folders["INBOX"]) == {deleted}
    assert not [line for line in server.log if line.startswith("EXPUNGE")]


def test_without_a_safe_way_mails_stay(server: FakeImap) -> None:
    server.after_login = "IMAP4rev1"
    server.put(letter(1))
    before = server.state()
    moved(server)
    assert server.state() == before


def test_what_a_dead_run_left_is_moved_by_the_next(server: FakeImap) -> None:
    server.put(letter(1), letter(2), letter(3))
    moved(server, {1: True, 2: True, 3: False})
    assert in_done(server) == [letter(1), letter(2)]
    assert set(server.folders["INBOX"]) == {3}


def test_what_is_not_done_stays(server: FakeImap) -> None:
    server.put(letter(1), letter(2))
    box = mailbox(server, done_folder=DONE)
    first, _ = box.fetch()
    box.done(first)
    box.close()
    assert set(server.folders["INBOX"]) == {2}


def test_numbers_of_another_time_are_not_moved(server: FakeImap) -> None:
    server.put(letter(1))
    box = mailbox(server, done_folder=DONE)
    (only,) = box.fetch()
    box.done(type(only)("", "INBOX;16;1", None, only.modified_at))
    box.close()
    assert set(server.folders["INBOX"]) == {1}
