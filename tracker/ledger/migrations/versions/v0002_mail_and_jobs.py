"""Mails received, letters to send, jobs of the timetable.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("file.sha256"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("grade", sa.String(12), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.UniqueConstraint("folder", "uidvalidity", "uid"),
    )
    op.create_index("mail_by_message", "mail", ["message_id"])
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("message_id", sa.Text(), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("receivers", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("queued_at", sa.String(32), nullable=False),
        sa.Column("next_try_at", sa.String(32)),
        sa.Column("sent_at", sa.String(32)),
        sa.Column("error", sa.Text(), nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.String(32)),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("name", "due_at"),
    )
