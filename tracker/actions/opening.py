"""The mailbox as a channel of mails taken apart: each mail is archived, opened in a worker, and comes with its files.

A mail that was recorded under another number of its folder (the server renumbered everything) is told by its bytes, or
by its Message-ID and files where the server writes mails anew at each reading; it only gets its new number.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from tracker.actions.office import Office
from tracker.addresses import holders, normal_address
from tracker.config import Mail as MailSettings
from tracker.config import mail_secrets
from tracker.intake import archive
from tracker.intake.archive import Archived
from tracker.intake.channel import Channel, ChannelPlace, Container, Incoming, Login, MailPlace, WrittenPlace
from tracker.intake.litter import is_litter
from tracker.intake.mime import Mail, MailPart, open_guarded, prepare
from tracker.intake.pool import Died, WorkerLimits, run_guarded
from tracker.intake.trust import Trust
from tracker.intake.unpack import contents
from tracker.intake.written import Written
from tracker.intake.zips import Stopped
from tracker.ledger import mails, queries
from tracker.model import Grade, MailKind, MailRecord
from tracker.reports import OUTPUTS
from tracker.vietnamese import safe_name

_AHEAD = 8
_OFFICE = "-"
"""Whose the addresses are that get the report: they may send it back with remarks, and no agency's return."""
_MAIL_FACTOR = 2
"""A mail may be so many times as large as a file: base64 adds a third, and there may be two."""


def place_of(office: Office) -> ChannelPlace:
    """What channels need; no mailbox where its address or server is not set, and none is changed by a rehearsal."""
    place = replace(_folders_of(office), written=written_place_of(office))
    mail = office.settings.mail
    if not mail.address or not mail.imap_host:
        return place
    known = partial(mails.known_uids, office.engine)
    done_folder = "" if office.is_rehearsal else mail.done_folder
    return replace(
        place, mail=MailPlace(login_of(mail), mail.folder, done_folder, _MAIL_FACTOR * place.max_bytes, known)
    )


def _folders_of(office: Office) -> ChannelPlace:
    limits = office.settings.limits
    return ChannelPlace(office.workspace.inbox, limits.max_megabytes * 1024**2, limits.settle_seconds)


def written_place_of(office: Office) -> WrittenPlace:
    """The consolidated workbooks of all periods, in which the office writes where they are."""
    known = queries.known_hashes(office.engine)
    start = OUTPUTS[0].name.partition("{")[0]
    return WrittenPlace(office.workspace.outputs, f"*/{start}*", known.__contains__)


def written_of(office: Office) -> Written:
    """Those workbooks alone, as a channel."""
    return Written(_folders_of(office), written_place_of(office))


def login_of(mail: MailSettings) -> Login:
    """The way into the office's mailbox, with what opens it from the environment."""
    secrets = mail_secrets()
    user = mail.imap_user or mail.address
    return Login(mail.imap_host, mail.imap_port, mail.imap_security, user, secrets.password, secrets.token)


def trust_of(office: Office) -> Trust:
    """What this office knows of senders."""
    mail = office.settings.mail
    agencies = ((agency.code, agency.emails) for agency in office.plan.agencies)
    registered = holders((*agencies, (_OFFICE, mail.report_to)))
    return Trust(normal_address(mail.address), mail.auth_server, registered)


class OpenedMails:
    """A mailbox whose mails come with their files: first the mail, then each of its files."""

    def __init__(self, office: Office, channel: Channel) -> None:
        self.name = channel.name
        self._office = office
        self._channel = channel
        self._past = _Past(office, office.settings.mail.folder)

    def fetch(self) -> Iterator[Incoming]:
        limits = self._office.settings.limits
        workers = WorkerLimits(limits.seconds, limits.memory_megabytes, 1)
        trust = trust_of(self._office)
        for (incoming, kept), outcome in run_guarded(open_guarded, self._kept(), workers, prepare, (trust,), _parcel):
            yield from self._opened(incoming, kept, _or_broken(outcome))

    def done(self, incoming: Incoming) -> None:
        self._channel.done(incoming)

    def close(self) -> None:
        self._channel.close()

    def _kept(self) -> Iterator[tuple[Incoming, Archived]]:
        """Mails in the archive, before anybody looks into them; several on their way at once."""
        ahead: deque[tuple[Incoming, Future[Archived]]] = deque()
        with ThreadPoolExecutor(_AHEAD, "mails") as archivers:
            for incoming in self._channel.fetch():
                ahead.append((self._in_time(incoming), archivers.submit(self._keep, incoming)))
                if len(ahead) > _AHEAD:
                    yield self._safe(*ahead.popleft())
            while ahead:
                yield self._safe(*ahead.popleft())

    def _in_time(self, incoming: Incoming) -> Incoming:
        """Nothing was received later than now, whatever a server's clock says."""
        return replace(incoming, received_at=min(incoming.received_at or self._office.now, self._office.now))

    def _keep(self, incoming: Incoming) -> Archived:
        data = incoming.data or b""
        if incoming.why:
            return Archived(archive.sha256(data), "")
        return archive.keep(self._office.workspace.archive, str(self._office.current_period), data)

    def _safe(self, incoming: Incoming, keeping: Future[Archived]) -> tuple[Incoming, Archived]:
        """Where the archive fails, the collector will find that too, and name it; the mail stays in its mailbox."""
        try:
            return incoming, keeping.result()
        except OSError:
            digest = archive.sha256(incoming.data or b"")
            return incoming, Archived(digest, f"{self._office.current_period}/{digest}")

    def _opened(self, incoming: Incoming, kept: Archived, mail: Mail) -> Iterator[Incoming]:
        if incoming.data is None:
            yield replace(incoming, name=incoming.key)
            return
        name = safe_name(f"{mail.subject or incoming.key}.eml")
        outer = replace(incoming, name=name, sender=mail.sender, grade=mail.grade)
        if incoming.why:  # above the cap: only its head was read
            mark = archive.mark_of(incoming)
            record = self._record(outer, Archived(mark, ""), mail, (mark,))
            yield replace(outer, data=None, mail=record)
            return
        parts = list(_parts(outer, kept, mail, self._office.settings.limits.max_megabytes * 1024**2))
        record = self._record(outer, kept, mail, tuple(map(_sha_of, parts)))
        if old := self._past.take(record):
            yield replace(outer, mail=record, renumbers=old)
            return
        yield replace(outer, mail=record, holds=len(parts))
        yield from parts

    def _record(self, incoming: Incoming, kept: Archived, mail: Mail, parts: tuple[str, ...]) -> MailRecord:
        folder, uidvalidity, uid = incoming.key.rsplit(";", 2)
        return MailRecord(
            folder,
            int(uidvalidity),
            int(uid),
            mail.message_id,
            kept.sha256,
            mail.sender,
            mail.subject,
            mail.kind,
            mail.grade,
            incoming.received_at or incoming.modified_at,
            parts,
            mail.references,
            kept.path,
            incoming.size,
        )


class _Past:
    """Mails of a folder as recorded under other numbers; each can be met again once."""

    def __init__(self, office: Office, folder: str) -> None:
        self._office, self._folder = office, folder
        self._waiting: dict[object, list[MailRecord]] | None = None

    def take(self, mail: MailRecord) -> MailRecord | None:
        """The record of this very mail under another UIDVALIDITY; None where there is none."""
        if self._waiting is None:
            self._waiting = {}
            for old in mails.mails_of(self._office.engine, self._folder, mail.uidvalidity):
                for sign in _signs(old):
                    self._waiting.setdefault(sign, []).append(old)
        for sign in _signs(mail):
            if found := self._waiting.get(sign):
                old = found[0]
                for each in _signs(old):
                    self._waiting[each].remove(old)
                return old
        return None


def _signs(mail: MailRecord) -> tuple[object, ...]:
    """What tells a mail: its bytes; and, if it has an identity, that with what it brought."""
    return (mail.sha256, (mail.message_id, mail.parts)) if mail.message_id else (mail.sha256,)


def _or_broken(outcome: Mail | Died) -> Mail:
    """A mail that cannot even be looked at is set aside; the others go on."""
    return Mail(MailKind.BROKEN, Grade.UNKNOWN) if isinstance(outcome, Died) else outcome


def _parts(outer: Incoming, kept: Archived, mail: Mail, max_bytes: int) -> Iterator[Incoming]:
    """The files of a mail, zips unpacked. A mail that cannot be taken apart is told as one damaged file."""
    given = mail.parts if mail.kind is not MailKind.BROKEN else (MailPart(outer.name, "0", problem="damaged"),)
    for part in given:
        inner = contents(part.data) if part.data else ()
        if isinstance(inner, Stopped) or not inner:
            yield _part(outer, kept, part)
            continue
        for number, each in enumerate((each for each in inner if not is_litter(each.name)), 1):
            data = each.read(max_bytes)
            place, name = f"{part.place}.{number}", f"{part.name}/{each.name}"
            problem = "" if isinstance(data, bytes) else data.problem
            yield _part(outer, kept, MailPart(name, place, data if isinstance(data, bytes) else b"", problem))


def _part(outer: Incoming, kept: Archived, part: MailPart) -> Incoming:
    return replace(
        outer,
        name=safe_name(part.name),
        key=f"{outer.key}!{part.place}",
        data=None if part.problem else part.data,
        size=len(part.data),
        why=part.problem,
        container=Container(outer.key, kept.sha256, safe_name(part.name)),
    )


def _sha_of(part: Incoming) -> str:
    return archive.sha256(part.data) if part.data is not None else archive.mark_of(part)


def _parcel(item: tuple[Incoming, Archived]) -> bytes:
    return item[0].data or b""
