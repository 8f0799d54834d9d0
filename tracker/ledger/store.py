"""Opens the ledger and writes to it. Recording a submission, its answers and its findings is one transaction.

SQLite with a rollback journal, never WAL (a corruption race before 3.51.2, and no network drives); a network path is
refused. Every write may be repeated: a file is known by its sha-256, an arrival by its place in its channel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from tracker.errors import LedgerError
from tracker.ledger import schema
from tracker.ledger.schema import (
    answers,
    arrivals,
    copies,
    decisions,
    files,
    findings,
    outputs,
    periods,
    remarks,
    runs,
    submissions,
)
from tracker.model import REMARKS_CHANNEL, Answer, Examined, Finding, RemarkChange, Verdict
from tracker.troubles import trouble_of

HEAD_REVISION = "0004"
_PRAGMAS = (
    "journal_mode=DELETE",
    "synchronous=EXTRA",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)
ACCEPTED = tuple(verdict.value for verdict in Verdict if verdict.is_accepted)
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """An arrival of an archived file, ready to be recorded.

    `received_at` is this machine's clock, which may go back, or (`is_servers_time`) the time a mail server set.
    """

    sha256: str
    size: int
    path: str
    name: str
    channel: str
    key: str
    modified_at: datetime
    received_at: datetime
    sender: str | None = None
    is_servers_time: bool = False


def open_ledger(path: Path, url: str = "") -> Engine:
    """The ledger, migrated to the newest tables. LedgerError: a network path, a damaged or a newer ledger."""
    if not url and is_on_network(path):
        raise LedgerError("ledger_on_network", path=str(path))
    engine = create_engine(url or f"sqlite:///{path}", poolclass=NullPool if not url else None)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
    try:
        _migrate(engine)
    except SQLAlchemyError as error:
        if trouble := trouble_of(error):
            raise trouble from error
        raise LedgerError("ledger_unusable", path=str(url or path), why=str(error.__cause__ or error)) from error
    return engine


def _set_pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None  # the driver must not open transactions of its own
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def is_on_network(path: Path) -> bool:
    """Whether a path lies on a network share, where SQLite's locks do not hold."""
    if str(path).startswith(("\\\\", "//")):
        return True
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return False
    found = [line.split()[1:3] for line in mounts.read_text("utf-8", "replace").splitlines()]
    parents = {str(parent) for parent in path.resolve().parents}
    mine = max((m for m in found if m[0] in parents), key=lambda m: len(m[0]), default=["/", ""])
    return mine[1] in _NETWORK


def _migrate(engine: Engine) -> None:
    """Brings the tables up to date; Alembic is loaded only when there is something to do."""
    with engine.begin() as connection:
        current = None
        if inspect(connection).has_table("alembic_version"):
            current = connection.execute(text("select version_num from alembic_version")).scalar()
        if current == HEAD_REVISION:
            return
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(resources.files("tracker.ledger") / "migrations"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:  # tables of a version this program does not know
            raise LedgerError("ledger_unusable", path=str(engine.url.database), why=str(error)) from error


# --- recording --------------------------------------------------------------------------------------------------------

_FILE = select(files.c.sha256).where(files.c.sha256 == bindparam("sha256"))
_SUBMISSION = select(submissions.c.id, submissions.c.verdict).where(submissions.c.sha256 == bindparam("sha256"))
_ARRIVAL = select(arrivals.c.id).where(
    arrivals.c.channel == bindparam("channel"),
    arrivals.c.key == bindparam("key"),
    arrivals.c.sha256 == bindparam("sha256"),
    arrivals.c.modified_at == bindparam("modified_at"),
)
_NEW_FILE, _NEW_ARRIVAL, _NEW_SUBMISSION = insert(files), insert(arrivals), insert(submissions)
_NEW_ANSWERS, _NEW_FINDINGS, _NEW_REMARKS = insert(answers), insert(findings), insert(remarks)
"""Statements of every submission, made once: to make one costs more than to run it."""


def open_period(engine: Engine, period: str, now: datetime) -> None:
    """Notes that forms of the period went out; repeated calls change nothing."""
    with engine.begin() as connection:
        if not connection.execute(select(periods.c.period).where(periods.c.period == period)).first():
            connection.execute(insert(periods).values(period=period, opened_at=now))


def register_arrival(connection: Connection, receipt: Receipt) -> int:
    """The id of an arrival; the same arrival looked at again is the same row."""
    if not connection.execute(_FILE, {"sha256": receipt.sha256}).first():
        connection.execute(_NEW_FILE, {"sha256": receipt.sha256, "size": receipt.size, "path": receipt.path})
    place = {
        "channel": receipt.channel,
        "key": receipt.key,
        "sha256": receipt.sha256,
        "modified_at": receipt.modified_at,
    }
    if row := connection.execute(_ARRIVAL, place).first():
        return int(row.id)
    came = {"name": receipt.name, "sender": receipt.sender, "received_at": receipt.received_at}
    return _new_id(connection.execute(_NEW_ARRIVAL, place | came))


def register_again(connection: Connection, receipt: Receipt) -> None:
    """Another arrival of recorded bytes. The first receipt counts, also where a server's mail is met later."""
    arrival = register_arrival(connection, receipt)
    if receipt.is_servers_time:
        later = update(submissions).where(submissions.c.received_at > receipt.received_at)
        mine = later.where(submissions.c.sha256 == receipt.sha256)
        connection.execute(mine.values(received_at=receipt.received_at, arrival_id=arrival))


def _date_back_cells(connection: Connection, receipt: Receipt, examined: Examined) -> None:
    """The same for other bytes with the same cells: what they say was said at the first receipt of any of them."""
    if receipt.is_servers_time and examined.cells_hash:
        later = update(submissions).where(submissions.c.received_at > receipt.received_at)
        same = later.where(submissions.c.period == examined.period, submissions.c.agency == examined.agency)
        same = same.where(submissions.c.cells_hash == examined.cells_hash, submissions.c.verdict.in_(ACCEPTED))
        connection.execute(same.values(received_at=receipt.received_at))


def record(connection: Connection, receipt: Receipt, examined: Examined) -> int | None:
    """Records a submission whole, within the caller's transaction; None where these bytes are recorded already.

    Bytes that end better than they did (refused or held before) take the place of that.
    """
    arrival = register_arrival(connection, receipt)
    if known := connection.execute(_SUBMISSION, {"sha256": receipt.sha256}).first():
        if examined.verdict.rank <= Verdict(known.verdict).rank:
            return None
        for table in (findings, answers, remarks, copies):
            connection.execute(delete(table).where(table.c.submission_id == known.id))
        connection.execute(delete(submissions).where(submissions.c.id == known.id))
    if examined.verdict is Verdict.DUPLICATE:
        _date_back_cells(connection, receipt, examined)
    made = connection.execute(
        _NEW_SUBMISSION,
        {
            "sha256": receipt.sha256,
            "arrival_id": arrival,
            "agency": examined.agency,
            "period": examined.period,
            "verdict": examined.verdict.value,
            "is_nil": examined.is_nil,
            "received_at": receipt.received_at,
            "cells_hash": examined.cells_hash,
            "format": examined.format,
            "head": dict(examined.head),
            "seconds": examined.seconds,
            "kind": "copy" if _is_copy(receipt, examined) else "return",
        },
    )
    submission = _new_id(made)
    if examined.copy:
        _record_copy(connection, submission, examined)
    if examined.answers:
        connection.execute(_NEW_ANSWERS, [_answer_row(submission, each) for each in examined.answers])
    if examined.findings:
        connection.execute(_NEW_FINDINGS, [_finding_row(submission, each) for each in examined.findings])
    return submission


def _is_copy(receipt: Receipt, examined: Examined) -> bool:
    """Whether it is a consolidated workbook; what lies among those and cannot be read is no return either."""
    return examined.copy is not None or receipt.channel == REMARKS_CHANNEL


def _record_copy(connection: Connection, submission: int, examined: Examined) -> None:
    stamp = examined.copy.stamp if examined.copy else None
    saved_by = examined.copy.saved_by if examined.copy else ""
    seen = stamp.seen if stamp else -1
    connection.execute(insert(copies).values(submission_id=submission, seen=seen, saved_by=saved_by))
    if examined.remarks:
        connection.execute(_NEW_REMARKS, [_remark_row(submission, each) for each in examined.remarks])


def _remark_row(submission: int, change: RemarkChange) -> dict[str, Any]:
    return {
        "submission_id": submission,
        "task": change.key.task,
        "agency": change.key.agency,
        "column": change.key.column.value,
        "value": change.value,
        "before": None if change.before is None else list(change.before),
        "seen": change.seen,
        "sheet": change.sheet,
        "cell": change.cell,
        "continues": change.continues,
    }


def _answer_row(submission: int, answer: Answer) -> dict[str, Any]:
    return {
        "submission_id": submission,
        "table": answer.table,
        "task": answer.task,
        "role": answer.role.value,
        "sheet": answer.sheet,
        "row": answer.row,
        "values": dict(answer.values),
        "cells": dict(answer.cells),
        "is_whole": answer.is_whole,
    }


def _finding_row(submission: int, finding: Finding) -> dict[str, Any]:
    return {
        "submission_id": submission,
        "code": finding.code,
        "severity": finding.severity.value,
        "agency": finding.agency,
        "task": finding.task,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "value": finding.value,
        "column": finding.column,
        "facts": dict(finding.facts),
        "blocks": list(finding.blocks),
        "waived_by": finding.waived_by,
    }


def decide(
    engine: Engine,
    submission: int,
    verdict: Verdict,
    why: str,
    now: datetime,
    found: Sequence[Finding] | None = None,
) -> None:
    """The office's decision on a held return, with the verdict it leads to, in one transaction.

    `found` are its findings from then on; None: as they were.
    LedgerError where the return does not exist or is not held.
    """
    with engine.begin() as connection:
        row = connection.execute(select(submissions.c.verdict).where(submissions.c.id == submission)).first()
        if row is None or row.verdict != Verdict.HELD.value:
            raise LedgerError("not_held", id=submission)
        connection.execute(
            insert(decisions).values(submission_id=submission, verdict=verdict.value, why=why, decided_at=now)
        )
        connection.execute(update(submissions).where(submissions.c.id == submission).values(verdict=verdict.value))
        if found is not None:
            connection.execute(delete(findings).where(findings.c.submission_id == submission))
        if found:
            connection.execute(_NEW_FINDINGS, [_finding_row(submission, each) for each in found])


def record_output(
    engine: Engine, period: str, version: int, fingerprint: str, names: Sequence[str], now: datetime
) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(outputs).values(
                period=period, version=version, fingerprint=fingerprint, names=list(names), made_at=now
            )
        )


@contextmanager
def run_recorded(engine: Engine, verb: str, now: datetime) -> Iterator[int]:
    """Notes that a verb started, and how it ended; gives the row's id. A run that dies leaves that without an end."""
    with engine.begin() as connection:
        run = _new_id(connection.execute(insert(runs).values(verb=verb, started_at=now, outcome="started")))
    outcome = "ok"
    try:
        yield run
    except BaseException as error:
        outcome = f"{type(error).__name__}: {error}"[:500]
        raise
    finally:
        with engine.begin() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(ended_at=now, outcome=outcome))


def restore_runs(engine: Engine, rows: Iterable[Mapping[str, Any]]) -> None:
    """Takes over rows of the diary of runs as they are."""
    if given := [dict(row) for row in rows]:
        with engine.begin() as connection:
            connection.execute(insert(runs), given)


def _new_id(made: Any) -> int:
    return int(made.inserted_primary_key[0])


def dump(engine: Engine) -> dict[str, list[Mapping[str, Any]]]:
    """Every table as plain rows, for comparisons and backups."""
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in schema.metadata.sorted_tables
        }


def copied(source: Engine, target: Engine) -> None:
    """Every row of a ledger into an empty one."""
    rows = dump(source)
    with target.begin() as connection:
        for table in schema.metadata.sorted_tables:
            if rows[table.name]:
                connection.execute(insert(table), [dict(row) for row in rows[table.name]])


def dump_text(engine: Engine) -> str:
    return json.dumps(dump(engine), ensure_ascii=False, indent=1, sort_keys=True, default=str)
