"""Many processes: leasing by channel (the index of waiting rows names it), and one pace of sending for all."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEYS = {"inbox": "seq", "outbox": "id"}
_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    for table, key in _KEYS.items():
        _index(table, [key, "person", "available_at", "state", "channel"])
    op.create_table(
        "paces",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("free_at", sa.Double(), nullable=False),
        sa.Column("held_until", sa.Double()),
        sa.PrimaryKeyConstraint("channel", "chat", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    op.drop_table("paces")
    for table, key in _KEYS.items():
        _index(table, [key, "person", "available_at", "state"])


def _index(table: str, columns: list[str]) -> None:
    op.drop_index(f"ix_{table}_waiting", table)
    op.create_index(f"ix_{table}_waiting", table, columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
