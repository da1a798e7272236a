"""Changing the key: what is sealed with an older key, or was stored before there was a vault, is sealed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Column, Connection, Table, Text, not_, or_, select, true, type_coerce, update
from sqlalchemy.sql.elements import ColumnElement

from bot.storage.database import Database
from bot.storage.tables import DEAD, metadata
from bot.storage.vault import Sealed, Vault, as_stored, is_sealed

# Rows changed in one commit, so that nobody who writes a message waits for it.
_ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of stored texts."""

    renewed: int
    """Rows now sealed with the first key."""
    unreadable: int
    """Rows whose key is not there; they are left as they are."""


async def reseal(database: Database, vault: Vault) -> Resealed:
    """Seal with the vault's first key what is not; safe while the bot runs, and to be repeated.

    ``vault``: the one the database was opened with.
    """
    renewed = unreadable = 0
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Sealed)]
        after: object = None
        while columns:
            change = partial(_block, table=table, columns=columns, after=after, vault=vault)
            block = await database.write(change)
            renewed, unreadable = renewed + block.renewed, unreadable + block.unreadable
            if block.last is None:
                break
            after = block.last
    return Resealed(renewed, unreadable)


@dataclass(frozen=True, slots=True)
class _Block:
    renewed: int
    unreadable: int
    last: object


def _block(connection: Connection, table: Table, columns: list[Column[str]], after: object, vault: Vault) -> _Block:
    """Reseal the next rows behind the key ``after``; ``last`` is None when there are none."""
    key = table.primary_key.columns[0]
    older = select(key, *map(as_stored, columns)).where(
        _may_hold_text(table), or_(*(_is_older(column, vault) for column in columns))
    )
    if after is not None:
        older = older.where(key > after)
    rows = connection.execute(older.order_by(key).limit(_ROWS_AT_ONCE)).all()
    renewed = 0
    for found, *texts in rows:
        opened = dict(_opened(columns, texts, vault))
        if len(opened) == sum(bool(text) for text in texts):
            connection.execute(update(table).where(key == found).values(opened))
            renewed += 1
    return _Block(renewed, len(rows) - renewed, rows[-1][0] if rows else None)


def _opened(columns: list[Column[str]], texts: list[str | None], vault: Vault) -> Iterator[tuple[str, str]]:
    for column, text in zip(columns, texts, strict=True):
        assert isinstance(column.type, Sealed)
        if text and not is_sealed(opened := vault.open(text, column.type.place)):
            yield column.name, opened


def _is_older(column: Column[str], vault: Vault) -> ColumnElement[bool]:
    stored = type_coerce(column, Text)
    return (stored != "") & not_(stored.startswith(vault.newest, autoescape=True))


def _may_hold_text(table: Table) -> ColumnElement[bool]:
    """Tombstones hold none, and there may be a million of them: only rows that an index finds quickly."""
    if "finished_at" not in table.c:
        return true()
    return or_(table.c.finished_at.is_(None), table.c.state == DEAD)
