"""A real mail server for tests: Dovecot as an ordinary user on loopback ports, with mailboxes made as they are named.

Deliver with `deliver` (LMTP, as a mail server does) or `append` (IMAP, with a time of receipt). Without Dovecot the
tests marked `dovecot` are skipped by name; `.ci/run` installs it.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from imap_tools.utils import encode_folder

from tests.support.certificate import make_certificate
from tests.support.smtp_server import free_port
from tracker.intake.channel import Login

PASSWORD = "mat-khau-thu"  # noqa: S105  of a server that lives as long as a test
DOVECOT = next((path for path in ("/usr/sbin/dovecot", shutil.which("dovecot")) if path and Path(path).exists()), "")
needs_dovecot = pytest.mark.skipif(not DOVECOT, reason="Dovecot is not installed")

_CONF = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 0
mail_location = maildir:{root}/mail/%n
mail_fsync = never
postmaster_address = postmaster@example.vn
mail_max_userip_connections = 50
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    port = {auth}
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%n allow_all_users=yes
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server; `user` names are local parts of addresses. `auth_port`: logins for an SMTP server.
    TLS with the certificate in its folder.
    """

    root: Path
    imap_port: int
    imaps_port: int
    lmtp_port: int
    auth_port: int

    def login(self, user: str) -> Login:
        return Login("127.0.0.1", self.imap_port, "none", user, PASSWORD, timeout=30)

    def deliver(self, receiver: str, raws: Iterable[bytes], sender: str = "someone@example.vn") -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            for raw in raws:
                lmtp.sendmail(sender, [receiver], raw)

    def fill(self, receiver: str, raws: Iterable[bytes]) -> None:
        """Lays mails into a new mailbox, quicker than they can be delivered."""
        box = self.root / "mail" / receiver.partition("@")[0]
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True)
        for number, raw in enumerate(raws, 1):
            (box / "new" / f"{1742000000 + number}.M{number}P1.filled").write_bytes(raw)
        owner = self.root.stat()
        if os.geteuid() == 0:
            for path in (box, *box.rglob("*")):
                os.chown(path, owner.st_uid, owner.st_gid)

    @contextmanager
    def imap(self, user: str) -> Iterator[imaplib.IMAP4]:
        client = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=30)
        client.login(user, PASSWORD)
        try:
            yield client
        finally:
            client.logout()

    def append(self, user: str, raws: Iterable[bytes], received_at: datetime, folder: str = "INBOX") -> None:
        with self.imap(user) as client:
            for raw in raws:
                status, answer = client.append(folder, "", imaplib.Time2Internaldate(received_at), raw)
                assert status == "OK", answer

    def state(self, user: str, folder: str = "INBOX") -> list[tuple[str, ...]]:
        """UID, flags and size of every mail of a folder: all that a reader could have changed."""
        with self.imap(user) as client:
            status, answer = client.select(encode_folder(folder), readonly=True)  # type: ignore[arg-type]
            if status != "OK" or answer == [b"0"]:
                return []
            _, lines = client.uid("FETCH", "1:*", "(UID FLAGS RFC822.SIZE)")
        return [tuple(line.decode().split()) for line in lines if isinstance(line, bytes)]

    def renumber(self, user: str, uidvalidity: int) -> None:
        """As after a restored backup: all mails have new numbers."""
        self._doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), "INBOX")

    def _doveadm(self, *arguments: str) -> None:
        subprocess.run(["doveadm", "-c", str(self.root / "dovecot.conf"), *arguments], check=True, capture_output=True)


@contextmanager
def running() -> Iterator[Dovecot]:
    """A server in a folder of its own (its sockets need short paths). Run by root it serves as the user `dovecot` of
    Debian's packages."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as folder:
        yield from _running(Path(folder))


def _running(root: Path) -> Iterator[Dovecot]:
    import grp
    import pwd

    user = pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    imap, imaps, lmtp, auth = (free_port() for _ in range(4))
    make_certificate(root)
    for name in ("run", "state", "mail"):
        (root / name).mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        for folder in (root, *root.iterdir()):
            os.chown(folder, user.pw_uid, user.pw_gid)
    fill: Mapping[str, object] = {
        "root": root,
        "user": user.pw_name,
        "group": grp.getgrgid(user.pw_gid).gr_name,
        "uid": user.pw_uid,
        "gid": user.pw_gid,
        "imap": imap,
        "imaps": imaps,
        "lmtp": lmtp,
        "auth": auth,
        "password": PASSWORD,
    }
    conf = root / "dovecot.conf"
    conf.write_text(_CONF.format_map(fill), "utf-8")
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for port in (imap, imaps, lmtp, auth):
            wait_for(port, process, root / "log")
        yield Dovecot(root, imap, imaps, lmtp, auth)
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes], *logs: Path) -> None:
    """Returns once somebody listens on the port. RuntimeError with what the logs say: the server did not come up."""
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    told = "\n".join(log.read_text("utf-8", "replace") for log in logs if log.exists())
    raise RuntimeError(f"the server did not start: {told or 'no log'}")
