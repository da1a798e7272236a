"""Backup and restore: one file for every kind of database, so that a restore may also move from one to another.

The file is gzip over lines of JSON: a head (format, revision of the tables, their columns, names of the keys), the rows
table by table, a last line with their numbers. It holds all that the database holds, and what people wrote and are to
be told only sealed. The keys (environment, key file) are not in it: without them nobody reads it, and it is of no use.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from sqlalchemy import Column, Connection, MetaData, Table, create_engine, func, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError

from bot.failures import Failure
from bot.storage.database import Database
from bot.storage.engines import StorageUnavailable
from bot.storage.migrating import lock_migrations, newest_revision, refuse_newer, require_newest, run_migrations
from bot.storage.secret import Secret
from bot.storage.tables import metadata, paces
from bot.storage.vault import Sealed, Vault, as_stored, head_of, is_sealed

_FORMAT = "cekdulu-backup-1"
_ROWS_AT_ONCE = 500

# The pace of sending is of this moment only.
_KEPT = [table for table in metadata.sorted_tables if table is not paces]

Counts = dict[str, int]
"""Rows by table."""


class BackupFailed(Failure):
    """The file cannot be written; the one that was there before is untouched."""


class BackupUnreadable(Failure):
    """The file is no whole backup; the database is as it was."""


class WrongKey(Failure):
    """The file was sealed with keys that are not there; the database is as it was."""


class NotEmpty(Failure):
    """The database already holds something, and it was not said that this may be lost."""


@dataclass(frozen=True, slots=True)
class _Head:
    revision: str
    columns: dict[str, list[str]]
    """Tables with their columns, in an order in which no row refers to a later one."""
    person: str
    """How texts sealed with a key derived from the secret of the pseudonyms would begin."""
    keys: list[str]
    """How texts begin that could be read when the file was written."""


async def back_up(database: Database, file: Path, person: Secret, vault: Vault) -> Counts:
    """Write all that is committed at one moment into the file, readable by its owner only; others go on writing.

    ``person``, ``vault``: the keys under which the database is used; what is not sealed yet gets sealed in the file.
    Raises BackupFailed, StorageUnavailable or SchemaMismatch; then the file is as it was before.
    """
    await require_newest(database)
    if database.on_postgres:
        # One REPEATABLE READ transaction sees one moment, however long it takes.
        return await database.read(lambda connection: _write_file(connection, file, person, vault))
    try:
        return await asyncio.to_thread(_back_up_sqlite, database.engine.url.database or "", file, person, vault)
    except sqlite3.Error as error:
        raise StorageUnavailable(f"The database cannot be read ({error.sqlite_errorname}).") from None


async def restore(database: Database, file: Path, person: Secret, vault: Vault, *, force: bool = False) -> Counts:
    """Fill the database from the file, all or nothing, and bring it to the newest tables.

    ``person``, ``vault``: the keys under which the database will be used. ``force``: what it holds may be lost.
    Raises NotEmpty, BackupUnreadable, WrongKey, SchemaMismatch (a newer program wrote it) or StorageUnavailable; then
    the database is as it was.
    """
    await asyncio.to_thread(_check, file, person, vault)
    return await database.write(lambda connection: _fill(connection, file, force))


# Writing


def _back_up_sqlite(source: str, file: Path, person: Secret, vault: Vault) -> Counts:
    # Copied first: who reads the database itself for long would keep its journal from being emptied.
    with _telling(file), TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as folder:
        copy = Path(folder) / "copy.db"
        with closing(sqlite3.connect(source, timeout=10)) as reading, closing(sqlite3.connect(copy)) as writing:
            reading.backup(writing)
        engine = create_engine(f"sqlite:///{copy}")
        try:
            with engine.connect() as connection:
                return _write_file(connection, file, person, vault)
        finally:
            engine.dispose()


def _write_file(connection: Connection, file: Path, person: Secret, vault: Vault) -> Counts:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with _telling(file), os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            with gzip.open(out, "wt", 5, encoding="utf-8", newline="\n") as lines:
                counts = _write_lines(connection, lines, person, vault)
            out.flush()
            os.fsync(out.fileno())
            draft.replace(file)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return counts


@contextmanager
def _telling(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFailed(f"The backup {file.name} cannot be written ({error.strerror}).") from None


def _write_lines(connection: Connection, lines: IO[str], person: Secret, vault: Vault) -> Counts:
    columns = {table.name: table.columns.keys() for table in _KEPT}
    keys = {"person": Vault(person.value).newest, "keys": vault.heads}
    _write_line(lines, {"format": _FORMAT, "revision": newest_revision(), "columns": columns, **keys})
    counts = {}
    for table in _KEPT:
        _write_line(lines, {"table": table.name})
        rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(*map(as_stored, table.columns)))
        pack = [_packing(column, vault) for column in table.columns]
        counts[table.name] = 0
        for row in rows:
            _write_line(lines, [packed(value) for packed, value in zip(pack, row, strict=True)])
            counts[table.name] += 1
    _write_line(lines, {"rows": counts})
    return counts


def _write_line(lines: IO[str], value: object) -> None:
    lines.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def _packing(column: Column[Any], vault: Vault) -> Callable[[Any], object]:
    """What makes JSON of a column's values."""
    if not isinstance(column.type, Sealed):
        return _packed
    place = column.type.place
    return lambda stored: stored if not stored or is_sealed(stored) else vault.seal(stored, place)


def _packed(value: object) -> object:
    """A value of a row as JSON has it; bytes as {"base64": …}."""
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _unpacked(value: Any) -> Any:
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


# Reading


def _check(file: Path, person: Secret, vault: Vault) -> None:
    """Read the file to its end: whether it is whole, and can be used with these keys."""
    with _opened(file) as lines:
        head = _head(next(lines, None))
        refuse_newer(head.revision)
        if head.person != Vault(person.value).newest:
            raise WrongKey(
                f"{file.name} was made with another PERSON_SECRET or key file: nobody in it could be known again. "
                "Use the one of that time; nothing was changed."
            )
        missing = set(head.keys) - set(vault.heads)
        if any(_holds(line, missing) for line in lines):
            raise WrongKey(
                f"{file.name} was sealed with a key that is not in ENCRYPTION_KEYS: it could not be read. "
                "Add the key of that time; nothing was changed."
            )


def _holds(line: Any, keys: set[str]) -> bool:
    """Whether one of these keys sealed something in the line."""
    values = line if isinstance(line, list) else ()
    return any(isinstance(value, str) and head_of(value) in keys for value in values)


def _fill(connection: Connection, file: Path, force: bool) -> Counts:
    with _opened(file) as lines:
        head = _head(next(lines, None))
        lock_migrations(connection)
        if not force and _holds_something(connection):
            raise NotEmpty(
                "The database is not empty. Name another one in DATABASE_URL, or say --force if all in it may be lost."
            )
        _drop(connection, head)
        run_migrations(connection, head.revision)
        counts = _fill_tables(connection, head, lines)
        run_migrations(connection, "head")
        return counts


@contextmanager
def _opened(file: Path) -> Iterator[Iterator[Any]]:
    """The file line by line; whatever is wrong with it is BackupUnreadable."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            yield map(json.loads, lines)
    except FileNotFoundError:
        raise BackupUnreadable(f"There is no file {file.name}.") from None
    except (OSError, EOFError, zlib.error, ValueError, KeyError, IntegrityError, DataError) as error:
        raise BackupUnreadable(
            f"{file.name} is no whole backup ({type(error).__name__}). Take another one; nothing was changed."
        ) from None


def _head(line: Any) -> _Head:
    if not isinstance(line, dict) or line.get("format") != _FORMAT:
        raise ValueError("no head")
    return _Head(line["revision"], line["columns"], line["person"], line["keys"])


def _holds_something(connection: Connection) -> bool:
    names = inspect(connection).get_table_names()
    found = (table for table in _KEPT if table.name in names)
    return any(connection.execute(select(text("1")).select_from(table).limit(1)).first() for table in found)


def _drop(connection: Connection, head: _Head) -> None:
    """Away with our tables, whatever revision they are at; nobody else's."""
    ours = metadata.tables.keys() | head.columns.keys() | {"alembic_version"}
    there = MetaData()
    there.reflect(connection, only=lambda name, _: name in ours)
    there.drop_all(connection)


def _fill_tables(connection: Connection, head: _Head, lines: Iterator[Any]) -> Counts:
    tables = MetaData()
    tables.reflect(connection, only=lambda name, _: name in head.columns)
    counts: Counts = {}
    line = next(lines, None)
    while isinstance(line, dict) and "table" in line:
        name = line["table"]
        counts[name], line = _fill_table(connection, tables.tables[name], head.columns[name], lines)
    if not isinstance(line, dict) or line.get("rows") != counts or counts.keys() != head.columns.keys():
        raise ValueError("rows are missing")
    return counts


def _fill_table(connection: Connection, table: Table, columns: list[str], lines: Iterator[Any]) -> tuple[int, Any]:
    """How many rows were written, and the line behind them."""
    behind: list[Any] = []

    def rows() -> Iterator[dict[str, Any]]:
        for line in lines:
            if not isinstance(line, list):
                behind.append(line)
                return
            yield dict(zip(columns, map(_unpacked, line), strict=True))

    count, found = 0, rows()
    while block := list(islice(found, _ROWS_AT_ONCE)):
        connection.execute(table.insert(), block)
        count += len(block)
    _count_on(connection, table)
    return count, behind[0] if behind else None


def _count_on(connection: Connection, table: Table) -> None:
    """New rows are numbered behind the restored ones; SQLite sees to that by itself."""
    key = table.autoincrement_column
    if key is not None and connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        highest = select(func.coalesce(func.max(key), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(sequence, highest, text("false"))))
