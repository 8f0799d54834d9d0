"""Mails in the ledger: where each lies on the server, what it brought, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Text, func, insert, or_, select, type_coerce, update

from tracker.ledger.queries import submissions_where
from tracker.ledger.schema import arrivals, files, mails, submissions
from tracker.model import Grade, MailKind, MailRecord, Submission


@dataclass(frozen=True, slots=True)
class Brought:
    """One file of a mail: its name as received, and the return it is; `is_first`: this mail brought it first, else it
    came before and is a duplicate here."""

    name: str
    sha256: str
    submission: Submission | None
    is_first: bool


def record_mail(connection: Connection, mail: MailRecord) -> None:
    """Within the caller's transaction, with what the mail brought; repeated calls change nothing."""
    place = (mails.c.folder == mail.folder, mails.c.uidvalidity == mail.uidvalidity, mails.c.uid == mail.uid)
    if connection.execute(select(mails.c.id).where(*place)).first():
        return
    if not connection.execute(select(files.c.sha256).where(files.c.sha256 == mail.sha256)).first():
        connection.execute(insert(files).values(sha256=mail.sha256, size=mail.size, path=mail.path))
    connection.execute(
        insert(mails).values(
            folder=mail.folder,
            uidvalidity=mail.uidvalidity,
            uid=mail.uid,
            message_id=mail.message_id,
            sha256=mail.sha256,
            sender=mail.sender,
            subject=mail.subject,
            kind=mail.kind.value,
            grade=mail.grade.value,
            received_at=mail.received_at,
            parts=list(mail.parts),
            thread=list(mail.references),
        )
    )


def renumber_mail(connection: Connection, old: MailRecord, new: MailRecord) -> None:
    """The server gave a recorded mail another place: the same row has it now."""
    connection.execute(
        update(mails)
        .where(mails.c.folder == old.folder, mails.c.uidvalidity == old.uidvalidity, mails.c.uid == old.uid)
        .values(uidvalidity=new.uidvalidity, uid=new.uid)
    )


def known_uids(engine: Engine, folder: str, uidvalidity: int) -> dict[int, bool]:
    """Recorded UIDs of a folder, each with whether its mail is archived (one above the size cap is not)."""
    query = (
        select(mails.c.uid, files.c.path)
        .select_from(mails.join(files, mails.c.sha256 == files.c.sha256))
        .where(mails.c.folder == folder, mails.c.uidvalidity == uidvalidity)
    )
    with engine.connect() as connection:
        return {row.uid: bool(row.path) for row in connection.execute(query)}


def mails_of(engine: Engine, folder: str = "", but_of: int | None = None) -> tuple[MailRecord, ...]:
    """Recorded mails in order of recording: of a folder ("": of all), but for those of the UIDVALIDITY `but_of`."""
    query = select(mails, files.c.path, files.c.size).select_from(mails.join(files, mails.c.sha256 == files.c.sha256))
    if folder:
        query = query.where(mails.c.folder == folder)
    if but_of is not None:
        query = query.where(mails.c.uidvalidity != but_of)
    with engine.connect() as connection:
        return tuple(_mail(row) for row in connection.execute(query.order_by(mails.c.id)))


def returns_since(engine: Engine, since: datetime) -> tuple[MailRecord, ...]:
    """Mails received after an instant that an answer may be owed for: people's, not surely forged, with something in
    them or from an address we know."""
    query = select(mails, files.c.path, files.c.size).select_from(mails.join(files, mails.c.sha256 == files.c.sha256))
    is_known = or_(mails.c.grade != Grade.UNKNOWN.value, type_coerce(mails.c.parts, Text) != "[]")
    of_people = mails.c.kind == MailKind.RETURN.value, mails.c.grade != Grade.FORGED.value, mails.c.sender != ""
    with engine.connect() as connection:
        rows = connection.execute(query.where(*of_people, is_known, mails.c.received_at > since).order_by(mails.c.id))
        return tuple(_mail(row) for row in rows)


def mails_since(engine: Engine, since: datetime, kind: MailKind, after: int = 0) -> tuple[MailRecord, ...]:
    """Mails of a kind received since an instant, and recorded `after` that number, in order of recording."""
    query = select(mails, files.c.path, files.c.size).select_from(mails.join(files, mails.c.sha256 == files.c.sha256))
    wanted = mails.c.kind == kind.value, mails.c.received_at >= since, mails.c.id > after
    with engine.connect() as connection:
        return tuple(_mail(row) for row in connection.execute(query.where(*wanted).order_by(mails.c.id)))


def newest_number(engine: Engine) -> int:
    """The number of the mail that was recorded last; 0: there is none."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(mails.c.id))).scalar() or 0


def _mail(row: Any) -> MailRecord:
    return MailRecord(
        row.folder,
        row.uidvalidity,
        row.uid,
        row.message_id,
        row.sha256,
        row.sender,
        row.subject,
        MailKind(row.kind),
        Grade(row.grade),
        row.received_at,
        tuple(row.parts),
        tuple(row.thread),
        row.path,
        row.size,
    )


def key_of(mail: MailRecord) -> str:
    """The mail's key in its channel: its place."""
    return f"{mail.folder};{mail.uidvalidity};{mail.uid}"


def brought_by(engine: Engine, mail: MailRecord) -> tuple[Brought, ...]:
    """What became of each file of a mail, in the mail's order; all that a receipt needs, whenever it is written."""
    by_sha = {each.sha256: each for each in submissions_where(engine, submissions.c.sha256.in_(mail.parts))}
    with engine.connect() as connection:
        query = select(arrivals.c.id, arrivals.c.sha256, arrivals.c.name, arrivals.c.key, submissions.c.arrival_id)
        joined = arrivals.outerjoin(submissions, submissions.c.sha256 == arrivals.c.sha256)
        rows = connection.execute(query.select_from(joined).where(arrivals.c.sha256.in_(mail.parts))).all()
    mine = {row.sha256: row for row in rows if row.key.startswith(f"{key_of(mail)}!") or row.key == key_of(mail)}
    rest = {row.sha256: row for row in rows}
    return tuple(
        Brought(
            (mine.get(sha) or rest[sha]).name,
            sha,
            by_sha.get(sha),
            sha in mine and mine[sha].id == mine[sha].arrival_id,
        )
        for sha in mail.parts
        if sha in rest
    )
