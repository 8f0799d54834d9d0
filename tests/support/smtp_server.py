"""A mail server on loopback that takes letters, and fails as told: aiosmtpd with faults."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Delivered:
    """A message as the server took it."""

    sender: str
    receivers: tuple[str, ...]
    data: bytes


@dataclass
class Faults:
    """Answers in the order given, each once: at RCPT, at DATA ("drop after" takes the message and says nothing)."""

    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)


@dataclass
class Box:
    """What arrived, and how to reach the server."""

    faults: Faults = field(default_factory=Faults)
    mails: list[Delivered] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.faults.at_rcpt:
            answer = self.faults.at_rcpt.pop(0)
            if answer:
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.faults.at_data.pop(0) if self.faults.at_data else ""
        if answer == "drop before":
            server.transport.abort()
            return "421 gone"
        if not answer or answer == "drop after":
            self.mails.append(Delivered(envelope.mail_from, tuple(envelope.rcpt_tos), bytes(envelope.content)))
        if answer == "drop after":
            server.transport.abort()
        return answer if answer and answer[0].isdigit() else "250 taken"


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def smtp_server(**options: Any) -> Iterator[Box]:
    """A running server on a free port; `options` go to aiosmtpd (auth, TLS)."""
    box = Box(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port, data_size_limit=30 * 1024**2, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
