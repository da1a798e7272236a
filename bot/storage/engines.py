"""Engines: a database by its address, prepared so that it loses nothing, and its troubles in sentences for an operator."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from bot.failures import Failure
from bot.storage import postgres

NO_BEGIN: Mapping[str, str] = {"begin_with": ""}
"""Options of an engine that begins no transaction by itself."""
LOCKED = "The database is locked by another program. Close that program or wait for it."
"""What is said when another program holds what we need."""

_DRIVERS = {
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_SQLITE_TROUBLE = {
    "SQLITE_FULL": "The disk is full. Free some space; nothing that was confirmed is lost.",
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_CORRUPT": "The database file is damaged. Restore it from a backup.",
    "SQLITE_NOTADB": "The file is not a database. Restore it from a backup or name another file.",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Check that its folder exists and may be written.",
    "SQLITE_READONLY": "The database file may not be written. Check its owner and permissions.",
    "SQLITE_IOERR": "The disk reported an error while the database was read or written.",
}


class StorageUnavailable(Failure):
    """The database cannot be used now; the message is one sentence without SQL and without anybody's words.

    A webhook answers 503, so that the platform sends the update again; a worker waits and tries again.
    """


class Met(StorageUnavailable):
    """Two processes met in the same rows; nothing was written, and the same may be tried at once."""


class HeldUp(StorageUnavailable):
    """One statement waited too long for a row that another process holds."""


def new_engine(url: str, busy_seconds: float) -> Engine:
    """An engine that is connected to nothing yet; raises StorageUnavailable when the address makes no sense.

    The ``postgres://…`` of hosting services gets the driver this program uses. A SQLite file is created readable by
    its owner only. ``busy_seconds``: how long to wait for another program's lock.
    """
    try:
        address = make_url(url)
        address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
        on_sqlite = address.get_backend_name() == "sqlite"
        # hide_parameters: a failing statement must not carry anybody's words into a log.
        engine = create_engine(address if on_sqlite else postgres.patient(address), hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StorageUnavailable(
            "The database address is not understood. Write sqlite:///cekdulu.db or postgresql://user@host/name."
        ) from None
    except ModuleNotFoundError as error:
        raise StorageUnavailable(f"This database needs a package that is not installed: {error.name}.") from None
    if on_sqlite:
        _prepare_sqlite(engine, address, busy_seconds)
    else:
        postgres.prepare(engine, busy_seconds)
    return engine


def trouble(error: Exception) -> StorageUnavailable:
    """What a driver's error means to whoever runs the program: a Met or a HeldUp where that is what happened."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if postgres.may_be_repeated(cause):
        return Met(LOCKED)
    if postgres.is_lock_trouble(cause):
        return HeldUp(LOCKED)
    code = getattr(cause, "sqlite_errorname", "")
    for start, sentence in _SQLITE_TROUBLE.items():
        if code.startswith(start):
            return StorageUnavailable(sentence)
    known = postgres.sentence(cause)
    code = code or getattr(cause, "sqlstate", None) or type(cause).__name__
    return StorageUnavailable(known or f"The database does not answer ({code}).")


def _prepare_sqlite(engine: Engine, address: URL, busy_seconds: float) -> None:
    file = address.database or ""

    @event.listens_for(engine, "do_connect")
    def create_private_file(*_: Any) -> None:
        # O_EXCL also means that a file in use is never opened and closed here: that would drop SQLite's locks on it.
        if file and not file.startswith((":memory:", "file:")):
            with suppress(OSError):
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # transactions begin where we say so, below
        for pragma in (
            f"busy_timeout={int(busy_seconds * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL may drop the last commits when the power fails
            "foreign_keys=ON",
            "secure_delete=ON",  # what is erased is overwritten in the file
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get("begin_with", "BEGIN")
        if statement:
            connection.exec_driver_sql(statement)
