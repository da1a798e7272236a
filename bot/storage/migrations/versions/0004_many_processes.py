"""Leasing by channel: the index of waiting rows names the channel."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"

_KEYS = {"inbox": "seq", "outbox": "id"}
_PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    for table, key in _KEYS.items():
        _index(table, [key, "person", "available_at", "state", "channel"])


def downgrade() -> None:
    for table, key in _KEYS.items():
        _index(table, [key, "person", "available_at", "state"])


def _index(table: str, columns: list[str]) -> None:
    op.drop_index(f"ix_{table}_waiting", table)
    op.create_index(f"ix_{table}_waiting", table, columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
