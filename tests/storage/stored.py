"""What stands in the database itself, as somebody who stole it would find it: its rows and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, make_url, select

from bot.storage import Storage
from bot.storage.tables import metadata
from bot.storage.vault import as_stored, is_sealed


async def rows_as_stored(storage: Storage, *, sealed: bool = True) -> list[str]:
    """Every row of every table as text, its table's name in front; nothing is opened.

    ``sealed=False``: sealed texts are left out, in whose letters any short word may turn up by chance.
    """

    def shown(value: object) -> object:
        return "~" if not sealed and isinstance(value, str) and is_sealed(value) else value

    def found(connection: Connection) -> list[str]:
        tables = metadata.sorted_tables
        return [
            f"{table.name} {tuple(map(shown, row))}"
            for table in tables
            for row in connection.execute(select(*map(as_stored, table.columns)))
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
