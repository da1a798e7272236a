"""What the example reader still has to learn from, so that a kill forgets nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("revision", KEY, nullable=False),
        sa.Column("officer", KEY),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("told_at", sa.Double()),
        sa.Column("leased_until", sa.Double()),
        sa.Column("leased_by", sa.Text()),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("trainings")
