"""What the office writes into the consolidated workbook.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("submission", sa.Column("kind", sa.String(12), nullable=False, server_default="return"))
    op.create_table(
        "copy",
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), primary_key=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("submission_id", sa.Integer(), sa.ForeignKey("submission.id"), nullable=False),
        sa.Column("task", sa.String(60), nullable=False),
        sa.Column("agency", sa.String(40), nullable=False),
        sa.Column("column", sa.String(20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("cell", sa.String(12), nullable=False),
        sa.Column("continues", sa.Text(), nullable=False),
    )
    op.create_index("ix_remark_submission_id", "remark", ["submission_id"])
