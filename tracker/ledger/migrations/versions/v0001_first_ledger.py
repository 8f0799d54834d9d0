"""The first ledger.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
    )
    op.create_table(
        "output",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("period", "version"),
    )
    op.create_table(
        "period",
        sa.Column("period", sa.String(7), primary_key=True),
        sa.Column("opened_at", sa.String(32), nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("verb", sa.String(20), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("outcome", sa.Text(), nullable=False),
    )
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("file.sha256"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.String(32), nullable=False),
        sa.Column("sender", sa.Text()),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.UniqueConstraint("channel", "key", "sha256", "modified_at"),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("file.sha256"), nullable=False, unique=True),
        sa.Column("arrival_id", sa.Integer(), sa.ForeignKey("arrival.id"), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("is_nil", sa.Boolean(), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("cells_hash", sa.String(64)),
        sa.Column("format", sa.String(8), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
    )
    op.create_index("submission_by_agency", "submission", ["period", "agency"])
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("table", sa.String(12), nullable=False),
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_answer_submission_id", "answer", ["submission_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.String(32), nullable=False),
    )
    op.create_index("ix_decision_submission_id", "decision", ["submission_id"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("code", sa.String(4), nullable=False),
        sa.Column("severity", sa.String(1), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.String(12), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("column", sa.String(40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("blocks", sa.Text(), nullable=False),
        sa.Column("waived_by", sa.Text(), nullable=False),
    )
    op.create_index("ix_finding_submission_id", "finding", ["submission_id"])


def downgrade() -> None:
    op.drop_table("finding")
    op.drop_table("decision")
    op.drop_table("answer")
    op.drop_table("submission")
    op.drop_table("arrival")
    op.drop_table("run")
    op.drop_table("period")
    op.drop_table("output")
    op.drop_table("file")
