"""Arrivals by their file, letters by their state.

Revision ID: 0003
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("arrival_by_file", "arrival", ["sha256"])
    op.create_index("letter_by_state", "letter", ["state"])
