"""A real SMTP server for tests: Postfix on a high loopback port, which delivers to Dovecot (LMTP) and bounces.

Its master needs root; without root or without Postfix the tests marked `postfix` are skipped by name. `.ci/run`
installs it. Logins and certificate are Dovecot's, logins only behind STARTTLS. What it cannot deliver comes back to the
sender as a real delivery report.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.dovecot import PASSWORD, Dovecot, wait_for
from tests.support.smtp_server import free_port

POSTFIX = next((path for path in ("/usr/sbin/postfix", shutil.which("postfix")) if path and Path(path).exists()), "")
_WHY = "Postfix is not installed" if not POSTFIX else "the master of Postfix needs root"
needs_postfix = pytest.mark.skipif(not POSTFIX or os.name == "nt" or os.geteuid() != 0, reason=_WHY)

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/log
maillog_file_prefixes = {root}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.{domain}
mydestination =
mynetworks =
smtpd_reject_unlisted_recipient = no
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {boxes}/cert.pem
smtpd_tls_key_file = {boxes}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
message_size_limit = 41943040
virtual_mailbox_domains = {domains}
virtual_mailbox_limit = 0
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = texthash:{root}/conf/transport
notify_classes =
"""

_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
lmtp unix - - n - - lmtp
showq unix n - n - - showq
tlsmgr unix - - n 1000? 1 tlsmgr
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running server, before a Dovecot that holds its mailboxes."""

    root: Path
    port: int
    dovecot: Dovecot

    @property
    def certificate(self) -> Path:
        return self.dovecot.root / "cert.pem"

    def submit(self, raw: bytes, sender: str, receiver: str, user: str = "") -> None:
        """As a mail program does: log in, hand over. `sender` is the envelope's; "" for robots."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as server:
            server.starttls(context=ssl.create_default_context(cafile=str(self.certificate)))
            server.login(user or sender, PASSWORD)
            server.sendmail(sender, [receiver], raw)

    def settle(self, seconds: float = 60) -> None:
        """Returns once nothing is on its way any more, bounces included."""
        deadline = time.monotonic() + seconds
        quiet = 0
        while quiet < 3:
            quiet = 0 if any(self._queued()) else quiet + 1
            if time.monotonic() > deadline:
                raise TimeoutError(f"letters are stuck: {self.log()[-2000:]}")
            time.sleep(0.05)

    def log(self) -> str:
        path = self.root / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _queued(self) -> Iterator[Path]:
        for name in ("incoming", "active", "deferred", "maildrop"):
            yield from (path for path in (self.root / "queue" / name).rglob("*") if path.is_file())


@contextmanager
def running(dovecot: Dovecot, domains: Sequence[str], broken: Iterable[str] = ()) -> Iterator[Postfix]:
    """A server in a folder of its own. Letters to `broken` addresses are taken, and bounce."""
    with tempfile.TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # its parts run as several users
        yield from _running(Path(folder), dovecot, domains, broken)


def _running(root: Path, dovecot: Dovecot, domains: Sequence[str], broken: Iterable[str]) -> Iterator[Postfix]:
    port = free_port()
    conf = root / "conf"
    for name in ("conf", "queue", "data"):
        (root / name).mkdir()
    shutil.chown(root / "data", "postfix")
    fill: dict[str, object] = {
        "root": root,
        "boxes": dovecot.root,
        "domain": domains[0],
        "domains": ", ".join(domains),
        "port": port,
        "auth": dovecot.auth_port,
        "lmtp": dovecot.lmtp_port,
    }
    (conf / "main.cf").write_text(_MAIN.format_map(fill), "utf-8")
    (conf / "master.cf").write_text(_MASTER.format_map(fill), "utf-8")
    lines = [f"{address} error:5.1.1 no such mailbox any more" for address in broken]
    (conf / "transport").write_text("\n".join([*lines, ""]), "utf-8")
    said = root / "said"
    with said.open("wb") as out:
        process = subprocess.Popen([POSTFIX, "-c", str(conf), "start-fg"], stdout=out, stderr=out)
    try:
        wait_for(port, process, said, root / "log")
        yield Postfix(root, port, dovecot)
    finally:  # what was started is a script; the master below it goes only when asked this way
        subprocess.run([POSTFIX, "-c", str(conf), "stop"], check=False, capture_output=True, timeout=60)
        process.terminate()
        process.wait(20)
