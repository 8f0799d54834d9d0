"""A small IMAP server on a real socket that behaves badly when told to: it drops, throttles, renumbers, hides MOVE."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tracker.intake.channel import Login

USER, PASSWORD, TOKEN = "vanphong@haiduong.gov.vn", 'bí "mật" \\ 1', "ya29.token"


@dataclass
class Held:
    """A mail in a folder."""

    raw: bytes
    date: str = "17-Mar-2025 08:00:00 +0700"
    flags: set[str] = field(default_factory=set)
    size: int | None = None


@dataclass
class FakeImap:
    """What the server holds and how it behaves. `cut_after`: bytes it sends before it drops the connection, each
    number used for one connection; `limited`: that many commands are answered with NO [LIMIT]; `poison`: UIDs at which
    it always drops; `log`: commands as they came, without passwords."""

    folders: dict[str, dict[int, Held]] = field(default_factory=lambda: {"INBOX": {}})
    uidvalidity: int = 17
    before_login: str = "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR"
    after_login: str = "IMAP4rev1 MOVE UIDPLUS"
    cut_after: list[int] = field(default_factory=list)
    limited: int = 0
    login_answer: str = ""
    poison: frozenset[int] = frozenset()
    log: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def put(self, *raws: bytes, folder: str = "INBOX", **more: Any) -> list[int]:
        box = self.folders.setdefault(folder, {})
        first = max(box, default=0) + 1
        for uid, raw in enumerate(raws, first):
            box[uid] = Held(raw, **more)
        return list(range(first, first + len(raws)))

    def login(self, **more: Any) -> Login:
        given = {"user": USER, "password": PASSWORD, "timeout": 5.0, **more}
        return Login("127.0.0.1", self.port, "none", **given)

    def state(self) -> dict[str, dict[int, tuple[bytes, frozenset[str]]]]:
        """Everything a client could have changed."""
        return {
            name: {uid: (held.raw, frozenset(held.flags)) for uid, held in box.items()}
            for name, box in self.folders.items()
        }

    def commands(self, name: str) -> list[str]:
        return [line for line in self.log if f" {name} " in f" {line} "]


@contextmanager
def serving(server: FakeImap) -> Iterator[FakeImap]:
    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True  # answers in pieces would wait for the client's acknowledgements

        def handle(self) -> None:
            server.connections += 1
            _Talk(server, self.rfile, self.wfile).run()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


class _Hung(Exception):  # noqa: N818
    """The server hangs up."""


class _Talk:
    def __init__(self, server: FakeImap, reading: Any, writing: Any) -> None:
        self.server, self.reading, self.writing = server, reading, writing
        self.left = server.cut_after.pop(0) if server.cut_after else None
        self.capabilities = server.before_login
        self.folder = ""

    def run(self) -> None:
        try:
            self.send(b"* OK ready\r\n")
            while line := self.reading.readline():
                tag, _, rest = line.decode("utf-8").rstrip("\r\n").partition(" ")
                command, _, arguments = rest.partition(" ")
                self.answer(tag, command.upper(), arguments)
        except (_Hung, ConnectionError, BrokenPipeError):
            return

    def send(self, data: bytes) -> None:
        if self.left is not None:
            data, self.left = data[: self.left], self.left - len(data)
        self.writing.write(data)
        self.writing.flush()
        if self.left is not None and self.left <= 0:
            raise _Hung

    def answer(self, tag: str, command: str, arguments: str) -> None:
        secret = command in ("LOGIN", "AUTHENTICATE")
        self.server.log.append(command if secret else f"{command} {arguments}")
        if self.server.limited and not secret:
            self.server.limited -= 1
            self.send(f"{tag} NO [LIMIT] slow down\r\n".encode())
            return
        method = getattr(self, f"do_{command.lower()}", None)
        done = method(arguments) if method else "BAD unknown"
        self.send(f"{tag} {done} .\r\n".encode())
        if command == "LOGOUT":
            raise _Hung

    def do_capability(self, _: str) -> str:
        self.send(f"* CAPABILITY {self.capabilities}\r\n".encode())
        return "OK"

    def do_noop(self, _: str) -> str:
        return "OK"

    def do_logout(self, _: str) -> str:
        self.send(b"* BYE\r\n")
        return "OK"

    def do_login(self, arguments: str) -> str:
        quoted = PASSWORD.replace("\\", "\\\\").replace('"', '\\"')
        return self._entered(arguments == f'"{USER}" "{quoted}"')

    def do_authenticate(self, arguments: str) -> str:
        import base64

        mechanism, _, initial = arguments.partition(" ")
        if not initial:
            self.send(b"+ \r\n")
            initial = self.reading.readline().decode().strip()
        given = base64.b64decode(initial).decode()
        wanted = {
            "XOAUTH2": f"user={USER}\1auth=Bearer {TOKEN}\1\1",
            "PLAIN": f"\0{USER}\0{PASSWORD}",
        }
        return self._entered(given == wanted.get(mechanism.upper()))

    def _entered(self, is_right: bool) -> str:
        if self.server.login_answer:
            answer, self.server.login_answer = self.server.login_answer, ""
            return answer
        if not is_right:
            return "NO [AUTHENTICATIONFAILED] no"
        self.capabilities = self.server.after_login
        return "OK"

    def do_select(self, arguments: str) -> str:
        name = arguments.strip('"')
        if name not in self.server.folders:
            return "NO [NONEXISTENT] no such folder"
        self.folder = name
        count = len(self.server.folders[name])
        self.send(f"* {count} EXISTS\r\n* OK [UIDVALIDITY {self.server.uidvalidity}] valid\r\n".encode())
        return "OK [READ-WRITE]"

    do_examine = do_select

    def do_create(self, arguments: str) -> str:
        self.server.folders[arguments.strip('"')] = {}
        return "OK"

    def do_uid(self, arguments: str) -> str:
        command, _, rest = arguments.partition(" ")
        wanted, _, rest = rest.partition(" ")
        box = self.server.folders[self.folder]
        uids = _matching(wanted, sorted(box))
        return str(getattr(self, f"uid_{command.lower()}")(box, uids, rest))

    def uid_fetch(self, box: dict[int, Held], uids: list[int], items: str) -> str:
        for number, uid in enumerate(uids, 1):
            held = box[uid]
            if "BODY" not in items:
                size = len(held.raw) if held.size is None else held.size
                self.send(f'* {number} FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{held.date}")\r\n'.encode())
                continue
            if uid in self.server.poison:
                raise _Hung
            if "PEEK" not in items:
                held.flags.add("\\Seen")
            data = held.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in items else held.raw
            part = "HEADER" if "HEADER" in items else ""
            self.send(f"* {number} FETCH (FLAGS (\\Recent))\r\n".encode())
            self.send(
                f"* {number} FETCH (BODY[{part}] {{{len(data)}}}\r\n".encode() + data + f" UID {uid})\r\n".encode()
            )
        return "OK"

    def uid_move(self, box: dict[int, Held], uids: list[int], target: str) -> str:
        if "MOVE" not in self.server.after_login:
            return "BAD no MOVE"
        done = self.uid_copy(box, uids, target)
        if done == "OK":
            for uid in uids:
                del box[uid]
        return done

    def uid_copy(self, box: dict[int, Held], uids: list[int], target: str) -> str:
        name = target.strip('"')
        if name not in self.server.folders:
            return "NO [TRYCREATE] no such folder"
        for uid in uids:
            self.server.put(box[uid].raw, folder=name, flags=set(box[uid].flags))
        return "OK"

    def uid_store(self, box: dict[int, Held], uids: list[int], _: str) -> str:
        for uid in uids:
            box[uid].flags.add("\\Deleted")
        return "OK"

    def uid_expunge(self, box: dict[int, Held], uids: list[int], _: str) -> str:
        for uid in uids:
            if "\\Deleted" in box[uid].flags:
                del box[uid]
        return "OK"


def _matching(wanted: str, uids: list[int]) -> list[int]:
    """UIDs in a set like 1:4,9:*; "9:*" holds the last one, however small it is."""
    found: set[int] = set()
    for each in wanted.split(","):
        first, _, end = each.partition(":")
        low, high = (max(uids, default=0) if side == "*" else int(side) for side in (first, end or first))
        found |= {uid for uid in uids if min(low, high) <= uid <= max(low, high)}
    return sorted(found)


def uids_asked(server: FakeImap) -> list[str]:
    """UID sets whose bodies were asked for."""
    return [match[1] for line in server.log if (match := re.match(r"UID FETCH (\S+) .*BODY", line))]
