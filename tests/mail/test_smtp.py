"""The way out against a real server on loopback: what it takes, what it refuses, what it cannot do now."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.support.smtp_server import Box, smtp_server
from tracker.config import Mail
from tracker.errors import DeliveryError
from tracker.mail.smtp import Secrets, SmtpSender

US = "theodoi@haiduong.example"
THEM = ("hoa@haiduong.example", "lan@haiduong.example")
MESSAGE = b"Subject: x\r\n\r\nxin ch\xc3\xa0o\r\n.\r\nend\r\n"


def settings(port: int, **more: object) -> Mail:
    plain = {"address": US, "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    return Mail.model_validate(plain | more)


@pytest.fixture
def box() -> Iterator[Box]:
    with smtp_server() as running:
        yield running


def sender_to(box: Box, secrets: Secrets = Secrets()) -> SmtpSender:  # noqa: B008
    return SmtpSender(settings(box.port), secrets)


def test_a_message_arrives_as_it_is(box: Box) -> None:
    sender = sender_to(box)
    sender.send(MESSAGE, US, THEM)
    sender.send(MESSAGE, US, THEM[:1])
    sender.close()
    assert [(each.sender, each.receivers) for each in box.mails] == [(US, THEM), (US, THEM[:1])]
    assert box.mails[0].data == MESSAGE


@pytest.mark.parametrize(
    ("at_rcpt", "at_data", "is_final"),
    [
        (["550 no such user"], [], True),
        (["451 try later"], [], False),
        ([], ["552 mailbox full"], True),
        ([], ["451 busy"], False),
        ([], ["554 spam"], True),
    ],
)
def test_refusals_say_whether_trying_again_helps(
    box: Box, at_rcpt: list[str], at_data: list[str], is_final: bool
) -> None:
    box.faults.at_rcpt, box.faults.at_data = at_rcpt, at_data
    sender = sender_to(box)
    with pytest.raises(DeliveryError) as raised:
        sender.send(MESSAGE, US, THEM[:1])
    assert (raised.value.key, raised.value.facts["is_final"]) == ("letter_refused", is_final)
    sender.send(MESSAGE, US, THEM[:1])
    sender.close()
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        ("530 5.7.0 Authentication required", "smtp_login"),
        ("554 5.7.1 <x>: Relay access denied", "letter_denied"),
        ("550 relay not permitted", "letter_denied"),
        ("550 5.1.1 no such user", "letter_refused"),
    ],
)
def test_not_to_be_let_in_is_no_fault_of_the_receivers(box: Box, answer: str, key: str) -> None:
    box.faults.at_rcpt = [answer] * 2
    sender = sender_to(box)
    with pytest.raises(DeliveryError) as raised:
        sender.send(MESSAGE, US, THEM)
    assert (raised.value.key, raised.value.facts["is_final"]) == (key, key == "letter_refused")
    box.faults.at_rcpt = [answer, "550 5.1.1 no such user"]
    with pytest.raises(DeliveryError) as raised:
        sender.send(MESSAGE, US, THEM)
    sender.close()
    assert raised.value.key == "letter_refused"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_wants_a_login_first() -> None:
    with smtp_server(auth_require_tls=False, auth_required=True) as box:
        sender = sender_to(box)
        with pytest.raises(DeliveryError) as raised:
            sender.send(MESSAGE, US, THEM)
        sender.close()
    assert (raised.value.key, raised.value.facts["is_final"]) == ("smtp_login", False)


def test_without_a_secret_no_letter_is_handed_over(box: Box) -> None:
    with pytest.raises(DeliveryError) as raised:
        sender_to(box, Secrets.for_smtp({})).send(MESSAGE, US, THEM)
    assert (raised.value.key, raised.value.facts["is_final"]) == ("smtp_login_missing", False)
    sender = sender_to(box, Secrets.for_smtp({"TRACKER_SMTP_PASSWORD": ""}))
    sender.send(MESSAGE, US, THEM)
    sender.close()
    assert len(box.mails) == 1


def test_one_bad_receiver_does_not_keep_it_from_the_others(box: Box) -> None:
    box.faults.at_rcpt = ["550 no such user", ""]
    sender = sender_to(box)
    sender.send(MESSAGE, US, THEM)
    sender.close()
    assert box.mails[0].receivers == THEM[1:]


@pytest.mark.parametrize(("fault", "arrived"), [("drop before", 0), ("drop after", 1)])
def test_a_dropped_connection_is_no_refusal(box: Box, fault: str, arrived: int) -> None:
    box.faults.at_data = [fault]
    sender = sender_to(box)
    with pytest.raises(DeliveryError) as raised:
        sender.send(MESSAGE, US, THEM[:1])
    assert (raised.value.key, raised.value.facts["is_final"]) == ("smtp_unreachable", False)
    sender.send(MESSAGE, US, THEM[:1])
    sender.close()
    assert len(box.mails) == arrived + 1


def test_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(DeliveryError) as raised:
            SmtpSender(settings(taken.getsockname()[1]), Secrets()).send(MESSAGE, US, THEM)
    assert raised.value.key == "smtp_unreachable"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "is_taken"), [("right", True), ("wrong", False), ("đúng", False)])
def test_logging_in(password: str, is_taken: bool) -> None:
    def authenticator(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password == b"right" and data.login == US.encode()
        return AuthResult(success=is_right)

    with smtp_server(authenticator=authenticator, auth_require_tls=False, auth_required=True) as box:
        sender = sender_to(box, Secrets(password))
        if is_taken:
            assert sender.check().startswith("250")
            sender.send(MESSAGE, US, THEM)
            assert len(box.mails) == 1
        else:
            with pytest.raises(DeliveryError) as raised:
                sender.check()
            assert raised.value.key == "smtp_login"
        sender.close()


def test_a_server_without_tls_gets_no_password_where_tls_is_asked(box: Box) -> None:
    sender = SmtpSender(settings(box.port, smtp_security="starttls"), Secrets("secret"))
    with pytest.raises(DeliveryError) as raised:
        sender.send(MESSAGE, US, THEM)
    assert raised.value.key == "smtp_unreachable"
    assert box.mails == []


@pytest.mark.parametrize("secrets", [Secrets("x"), Secrets("", "x")])
def test_no_password_travels_in_clear_beyond_this_machine(secrets: Secrets) -> None:
    far = Mail(address=US, smtp_host="mail.invalid", smtp_security="none")
    with pytest.raises(DeliveryError) as raised:
        SmtpSender(far, secrets).send(MESSAGE, US, THEM)
    assert raised.value.key == "smtp_in_clear"


def test_a_relay_that_wants_no_login_gets_none() -> None:
    secrets = {"TRACKER_SMTP_PASSWORD": "", "TRACKER_MAIL_PASSWORD": "một", "TRACKER_MAIL_TOKEN": "ba"}
    assert Secrets.for_smtp(secrets) == Secrets()


def test_secrets_come_from_the_environment_and_are_not_shown() -> None:
    both = {"TRACKER_MAIL_PASSWORD": "một", "TRACKER_SMTP_PASSWORD": "hai", "TRACKER_MAIL_TOKEN": "ba"}
    assert Secrets.for_smtp(both) == Secrets("hai", "ba")
    assert Secrets.for_smtp({"TRACKER_MAIL_PASSWORD": "một"}) == Secrets("một")
    assert "hai" not in repr(Secrets("hai", "ba"))
