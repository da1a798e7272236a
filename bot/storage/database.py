"""One connection to the database, whatever its kind: reading, writing in groups, and errors without text.

A *change* or *question* is a plain function of a SQLAlchemy ``Connection``. Changes that wait at the same moment are
committed together (*group commit*): on a disk that must confirm every commit this is what makes many small ones fast,
and one writer at a time means that SQLite never tells us that we lock ourselves out.

A whole group runs in one thread. An async driver changes threads several times for each statement instead, which
on SQLite cost 370 µs a statement against 20 µs here (measured 24 Nov 2026, SQLAlchemy 2.1 with aiosqlite 0.22).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.failures import Failure

Result = TypeVar("Result")
Clock = Callable[[], float]
"""UTC seconds since 1970."""
Waiting = tuple[Callable[[Connection], Any], "asyncio.Future[Any]"]
"""A change, and where its result is awaited."""

# More changes than this are not put into one commit, so that no caller waits long for the others.
LARGEST_GROUP = 200

# One writes, the others read.
_THREADS = 4

_DRIVERS = {
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_LOCKED = "The database is locked by another program. Close that program or wait for it."
_SQLITE_TROUBLE = {
    "SQLITE_FULL": "The disk is full. Free some space; nothing that was confirmed is lost.",
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
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


class Signal:
    """Wakes a worker of this process when there may be something to do."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits; if nobody does, the next ``wait`` returns at once."""
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after that many seconds at the latest (other processes ring nothing here)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


class Database:
    """An engine with one writer and some readers, in threads of their own."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")
        self._queue: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """What ``question`` finds in one consistent view; raises StorageUnavailable."""
        return await self._in_thread(self.engine, question)

    async def write(self, change: Callable[[Connection], Result]) -> Result:
        """What ``change`` returns, once it is committed; raises StorageUnavailable, and then nothing was written.

        Changes run in the order of the calls. One that fails takes none of its group with it: the others are
        repeated without it, so a change must do nothing but talk to the database.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((change, future))
        if self._writer is None or self._writer.done():
            # A task of its own: a caller who gives up does not stop the writing of the others.
            self._writer = asyncio.create_task(self._write_queue())
        return await future

    async def run_alone(self, statement: str) -> None:
        """Run a statement that no transaction may surround; raises StorageUnavailable."""
        without_begin = self.engine.execution_options(begin_with="")
        await self._in_thread(without_begin, lambda connection: connection.exec_driver_sql(statement).close())

    async def aclose(self) -> None:
        """Write what waits, then close every connection."""
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])
        self._threads.shutdown()
        self.engine.dispose()

    async def _write_queue(self) -> None:
        while self._queue:
            group, self._queue = self._queue[:LARGEST_GROUP], self._queue[LARGEST_GROUP:]
            await self._write_group(group)

    async def _write_group(self, group: list[Waiting]) -> None:
        changes = [change for change, _ in group]
        immediately = self.engine.execution_options(begin_with="BEGIN IMMEDIATE")
        try:
            results = await self._in_thread(immediately, lambda connection: [change(connection) for change in changes])
        except StorageUnavailable as error:
            for _, future in group:
                _settle(future, StorageUnavailable(*error.args))
        except Exception as error:
            # A programmer's mistake in one change, or a lease that two processes took: alone, each is judged by itself.
            if len(group) == 1:
                _settle(group[0][1], error)
                return
            for one in group:
                await self._write_group([one])
        else:
            for (_, future), result in zip(group, results, strict=True):
                if not future.done():
                    future.set_result(result)

    async def _in_thread(self, engine: Engine, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with engine.begin() as connection:
                return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except (IntegrityError, DataError, ProgrammingError):
            raise
        except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
            raise _trouble(error) from None


def connect(url: str, clock: Clock, busy_seconds: float = 5.0) -> Database:
    """A database that is not opened yet; raises StorageUnavailable when the address makes no sense.

    The ``postgres://…`` of hosting services gets the driver this program uses. A SQLite file is created readable by
    its owner only. ``busy_seconds``: how long to wait for another program's lock.
    """
    try:
        address = make_url(url)
        address = address.set(drivername=_DRIVERS.get(address.drivername, address.drivername))
        on_sqlite = address.get_backend_name() == "sqlite"
        # hide_parameters: a failing statement must not carry anybody's words into a log.
        engine = create_engine(address, hide_parameters=True, pool_pre_ping=not on_sqlite)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StorageUnavailable(
            "The database address is not understood. Write sqlite:///cekdulu.db or postgresql://user@host/name."
        ) from None
    except ModuleNotFoundError as error:
        raise StorageUnavailable(f"This database needs a package that is not installed: {error.name}.") from None
    if on_sqlite:
        _prepare_sqlite(engine, address, busy_seconds)
    return Database(engine, clock)


def insert(dialect: str, table: Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on this kind of database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def storable(words: str) -> str:
    """The same text where it can be stored; half characters and NUL, which no database takes, are written out."""
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _settle(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


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


def _trouble(error: Exception) -> StorageUnavailable:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorname", "")
    for start, sentence in _SQLITE_TROUBLE.items():
        if code.startswith(start):
            return StorageUnavailable(sentence)
    return StorageUnavailable(f"The database does not answer ({code or type(cause).__name__}).")
