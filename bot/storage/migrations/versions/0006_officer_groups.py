"""Officers' groups: the chats of several people to which cases are posted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NOW = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "officer_groups",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("made_by", KEY),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double()),
        sa.Column("address", sa.Text()),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_officer_groups_pseudonym",
        "officer_groups",
        ["pseudonym"],
        unique=True,
        sqlite_where=_NOW,
        postgresql_where=_NOW,
    )


def downgrade() -> None:
    op.drop_table("officer_groups")
