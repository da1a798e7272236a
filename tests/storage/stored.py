"""What stands in the database itself, as somebody who stole it would find it: its rows and its files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, make_url, select

from bot.storage import Storage
from bot.storage.tables import metadata
from bot.storage.vault import as_stored


async def rows_as_stored(storage: Storage) -> list[str]:
    """Every row of every table as text, its table's name in front; nothing is opened."""
    return await _rows(storage, as_stored)


async def rows_opened(storage: Storage) -> list[str]:
    """The same, opened where it is sealed."""
    return await _rows(storage, lambda column: column)


async def _rows(storage: Storage, seen: Callable[[Column[Any]], ColumnElement[Any]]) -> list[str]:
    def found(connection: Connection) -> list[str]:
        return [
            f"{table.name} {tuple(row)}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(*map(seen, table.columns)))
        ]

    return await storage.database.read(found)


async def only_value(storage: Storage, column: Column[Any]) -> str:
    """The only value of a column, as it stands in the table."""
    query = select(as_stored(column))
    return str(await storage.database.read(lambda connection: connection.execute(query).scalar_one()))


async def files_holding(storage: Storage, words: str) -> list[str]:
    """Names of the database's files that hold these words: SQLite's own, or all of the PostgreSQL server's."""
    return [path.name for path in await _files(storage) if words.encode() in _content(path)]


async def _files(storage: Storage) -> list[Path]:
    url = make_url(str(storage.database.engine.url))
    if not storage.database.on_postgres:
        return list(Path(url.database or "").parent.iterdir())

    def folder(connection: Connection) -> Path:
        connection.exec_driver_sql("CHECKPOINT")  # what only stands in memory is written out
        return Path(str(connection.exec_driver_sql("SHOW data_directory").scalar_one()))

    return [path for path in (await storage.database.read(folder)).rglob("*") if path.is_file()]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # the server cleans up meanwhile
        return b""
