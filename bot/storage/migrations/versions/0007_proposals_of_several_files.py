"""Proposals of several files, which are published and taken back together."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("proposals", sa.Column("others", sa.Text()))


def downgrade() -> None:
    op.drop_column("proposals", "others")
