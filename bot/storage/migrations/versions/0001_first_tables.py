"""The first tables: inbox, outbox, people, feedback."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_inbox()
    _create_outbox()
    _create_people()
    op.create_table(
        "feedback",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("feedback", "people", "outbox", "inbox"):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False, server_default=""),
        sa.Column("payload", sa.Text(), nullable=False, server_default=""),
        sa.Column("memory", sa.Text()),
        sa.Column("memory_expires_at", sa.Double()),
        sa.Column("blocked_at", sa.Double()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_people")),
    )
    op.create_index("ix_people_memory_expires_at", "people", ["memory_expires_at"])


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", KEY, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("update_id", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        *_queue_columns(),
        sa.Column("address", sa.Text()),
        sa.Column("incoming", sa.Text()),
        sa.Column("raw", sa.Text()),
        sa.UniqueConstraint("channel", "update_id", name=op.f("uq_inbox_channel_update_id")),
        sa.CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name=op.f("ck_inbox_state")),
        sqlite_autoincrement=True,
    )
    _create_queue_indexes("inbox", "seq")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("inbox_seq", KEY),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("platform_message_id", sa.Text()),
        *_queue_columns(),
        sa.Column("address", sa.Text()),
        sa.Column("reply", sa.Text()),
        sa.UniqueConstraint("inbox_seq", "position", name=op.f("uq_outbox_inbox_seq_position")),
        sa.CheckConstraint("state IN ('pending', 'leased', 'sent', 'dead', 'dropped')", name=op.f("ck_outbox_state")),
        sa.ForeignKeyConstraint(["inbox_seq"], ["inbox.seq"], name=op.f("fk_outbox_inbox_seq"), ondelete="SET NULL"),
        sqlite_autoincrement=True,
    )
    _create_queue_indexes("outbox", "id")


def _queue_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("available_at", sa.Double(), nullable=False),
        sa.Column("leased_until", sa.Double()),
        sa.Column("leased_by", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double()),
    ]


def _create_queue_indexes(table: str, key: str) -> None:
    _create_index(f"ix_{table}_turn", table, ["person", key, "finished_at"], "finished_at IS NULL")
    _create_index(f"ix_{table}_waiting", table, [key, "person", "available_at", "state"], "state = 'pending'")
    _create_index(f"uq_{table}_leased", table, ["person"], "state = 'leased'", unique=True)
    _create_index(f"ix_{table}_dead", table, [key], "state = 'dead'")
    _create_index(f"ix_{table}_finished", table, ["finished_at", "state"], "finished_at IS NOT NULL")


def _create_index(name: str, table: str, columns: list[str], rows: str, unique: bool = False) -> None:
    where = sa.text(rows)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)
