"""Tables of the ledger. Answers are one JSON column keyed by column key: a new column needs no migration."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as sortable ISO text."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Values(TypeDecorator[Any]):
    """Plain values as JSON; a date is {"$d": "2025-03-20"}."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_encode)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return json.loads(value, object_hook=_decode) if value else None


def _encode(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return {"$d": value.isoformat()}
    raise TypeError(f"not a plain value: {value!r}")


def _decode(value: dict[str, Any]) -> Any:
    return date.fromisoformat(value["$d"]) if value.keys() == {"$d"} else value


metadata = MetaData()

periods = Table(
    "period",
    metadata,
    Column("period", String(7), primary_key=True),
    Column("opened_at", Instant, nullable=False),
)

files = Table(
    "file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("path", Text, nullable=False),
)

arrivals = Table(
    "arrival",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("file.sha256"), nullable=False),
    Column("name", Text, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("key", Text, nullable=False),
    Column("modified_at", Instant, nullable=False),
    Column("sender", Text),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("channel", "key", "sha256", "modified_at"),
    Index("arrival_by_file", "sha256"),
)

submissions = Table(
    "submission",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", ForeignKey("file.sha256"), nullable=False, unique=True),
    Column("arrival_id", ForeignKey("arrival.id"), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("period", String(7), nullable=False),
    Column("verdict", String(24), nullable=False),
    Column("is_nil", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("cells_hash", String(64)),
    Column("format", String(8), nullable=False),
    Column("head", Values, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("kind", String(12), nullable=False, server_default="return"),
    Index("submission_by_agency", "period", "agency"),
)
"""Files that were taken: returns of agencies, and (`kind` "copy") consolidated workbooks in which the office wrote."""

copies = Table(
    "copy",
    metadata,
    Column("submission_id", ForeignKey("submission.id"), primary_key=True),
    Column("seen", Integer, nullable=False),
    Column("saved_by", Text, nullable=False),
)

remarks = Table(
    "remark",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("task", String(60), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("column", String(20), nullable=False),
    Column("value", Text, nullable=False),
    Column("before", Values, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(12), nullable=False),
    Column("continues", Text, nullable=False),
)

answers = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("table", String(12), nullable=False),
    Column("task", String(60), nullable=False),
    Column("role", String(12), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("values", Values, nullable=False),
    Column("cells", Values, nullable=False),
    Column("is_whole", Boolean, nullable=False),
)

findings = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("code", String(4), nullable=False),
    Column("severity", String(1), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("task", String(60), nullable=False),
    Column("sheet", Text, nullable=False),
    Column("cell", String(12), nullable=False),
    Column("value", Text, nullable=False),
    Column("column", String(40), nullable=False),
    Column("facts", Values, nullable=False),
    Column("blocks", Values, nullable=False),
    Column("waived_by", Text, nullable=False),
)

decisions = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("submission_id", ForeignKey("submission.id"), nullable=False, index=True),
    Column("verdict", String(24), nullable=False),
    Column("why", Text, nullable=False),
    Column("decided_at", Instant, nullable=False),
)

outputs = Table(
    "output",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("period", String(7), nullable=False),
    Column("version", Integer, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("names", Values, nullable=False),
    Column("made_at", Instant, nullable=False),
    UniqueConstraint("period", "version"),
)

runs = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("verb", String(20), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Text, nullable=False),
)

mails = Table(
    "mail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", Integer, nullable=False),
    Column("uid", Integer, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sha256", ForeignKey("file.sha256"), nullable=False),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("grade", String(12), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("parts", Values, nullable=False),
    Column("thread", Values, nullable=False),
    UniqueConstraint("folder", "uidvalidity", "uid"),
    Index("mail_by_message", "message_id"),
)

letters = Table(
    "letter",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("period", String(7), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("receivers", Values, nullable=False),
    Column("subject", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("next_try_at", Instant),
    Column("sent_at", Instant),
    Column("error", Text, nullable=False),
    Index("letter_by_state", "state"),
)

jobs = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(20), nullable=False),
    Column("period", String(7), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("ended_at", Instant),
    Column("detail", Text, nullable=False),
    UniqueConstraint("name", "due_at"),
)
