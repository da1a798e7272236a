"""One connection to the database, whatever its kind: reading, writing in groups, and errors without text.

A *change* or *question* is a plain function of a SQLAlchemy ``Connection``. Changes that wait at the same moment are
committed together (*group commit*): on a disk that must confirm every commit this is what makes many small ones fast,
and one writer at a time means that SQLite never tells us that we lock ourselves out.

A whole group runs in one thread. An async driver changes threads several times for each statement instead, which
on SQLite cost 370 µs a statement against 20 µs here (measured 24 Nov 2026, SQLAlchemy 2.1 with aiosqlite 0.22).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.storage import postgres
from bot.storage.engines import LOCKED, NO_BEGIN, HeldUp, Met, StorageUnavailable, new_engine, trouble

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Clock = Callable[[], float]
"""UTC seconds since 1970."""
Item = TypeVar("Item")

# More changes than this are not put into one commit, so that no caller waits long for the others; items that are written
# together count as one. Urgent ones go first, because a platform waits for them; beside them go fewer changes.
LARGEST_GROUP = 14
LARGEST_ON_POSTGRES = 8  # there each statement is a journey of its own
BESIDE_URGENT = 1
MOST_URGENT = 200
MOST_ALIKE = 24
ALIKE_BESIDE_URGENT = 8

# One writes, the others read.
_THREADS = 4

# So long after the last write that failed, others may still be about to note what they did meanwhile, in seconds; longer
# than a failing write and the pause before the next one take together.
_AFTERMATH = 10.0

# How often two processes on PostgreSQL may meet in one change before that counts as trouble.
_MEETINGS = 5

class _Lost(Exception):
    """The connection broke before anything was committed."""


class Signal:
    """Wakes a worker of this process when there may be something to do."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits; if nobody does, the next ``wait`` returns at once."""
        self._event.set()

    def ring_in(self, seconds: float) -> None:
        """Ring after that many seconds, when something comes due."""
        asyncio.get_running_loop().call_later(seconds, self.ring)

    async def wait(self, seconds: float) -> None:
        """Return when rung, or after that many seconds at the latest (on SQLite other processes ring nothing here)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()


@dataclass(slots=True, eq=False)
class _Waiting:
    """A change that waits to be written."""

    change: Callable[..., Any]
    """Takes the connection and, with an item, a list of items."""
    future: asyncio.Future[Any]
    """Where the result is awaited."""
    wakes: str
    """The queue that other processes hear about; "": none."""
    item: Any = None
    """What the change is for; those of equal changes are written by one call. None: no item."""


class Database:
    """An engine with one writer and some readers, in threads of their own."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.on_postgres = engine.dialect.name == "postgresql"
        """False: SQLite."""
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")
        self._queue: list[_Waiting] = []
        self._urgent: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._signals: dict[str, Signal] = {}
        self._name = secrets.token_hex(4)
        self._listener: asyncio.Task[None] | None = None
        self._trouble = self._last_trouble = float("-inf")

    def signal(self, queue: str) -> Signal:
        """Rings when there may be something to do in this queue (the name of its table)."""
        return self._signals.setdefault(queue, Signal())

    def listen(self) -> None:
        """From now on also what other processes write rings the signals; on PostgreSQL only, else nothing happens."""
        if self.on_postgres and self._listener is None:
            self._listener = asyncio.create_task(postgres.listen(self.engine, self._name, self._heard))

    def _heard(self, queue: str) -> None:
        for name, signal in self._signals.items():
            if queue in ("", name):
                signal.ring()

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """What ``question`` finds in one consistent view; raises StorageUnavailable."""
        if self.on_postgres:
            return await self._in_thread(self.engine.execution_options(isolation_level="REPEATABLE READ"), question)
        return await self._in_thread(self.engine, question)

    async def ask(self, statement: Executable, values: Mapping[str, Any]) -> Sequence[Row[Any]]:
        """The rows that one statement finds, without a transaction around it, which on PostgreSQL would cost two more
        journeys; raises StorageUnavailable."""
        alone = self.engine.execution_options(**({"isolation_level": "AUTOCOMMIT"} if self.on_postgres else NO_BEGIN))
        return await self._in_thread(alone, lambda connection: connection.execute(statement, values).all())

    async def write(self, change: Callable[[Connection], Result], wakes: str = "") -> Result:
        """What ``change`` returns, once it is committed; raises StorageUnavailable, and then nothing was written.

        (Only if the connection breaks in the very moment of a commit, what was written may stay.)
        Changes run in the order of the calls. One that fails takes none of its group with it: the others are
        repeated without it, so a change must do nothing but talk to the database. ``wakes``: the queue in which other
        processes may find something to do afterwards; our own signal is rung by the caller.
        """
        result: Result = await self._written(_Waiting(change, self._future(), wakes))
        return result

    async def write_together(
        self,
        change: Callable[[Connection, list[Item]], Sequence[Result]],
        item: Item,
        wakes: str = "",
        *,
        urgent: bool = False,
    ) -> Result:
        """As ``write``, but one call of ``change`` writes all items that wait one behind the other, and gives the result
        of each in their order: one statement for many rows.

        ``change`` must be the same (a function or a method of the same object) in every call. Items may be written before
        other changes that were called for earlier; ``urgent`` ones go before all.
        """
        result: Result = await self._written(_Waiting(change, self._future(), wakes, item), urgent)
        return result

    @staticmethod
    def _future() -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    async def _written(self, waiting: _Waiting, urgent: bool = False) -> Any:
        (self._urgent if urgent else self._queue).append(waiting)
        if self._writer is None or self._writer.done():
            # A task of its own: a caller who gives up does not stop the writing of the others.
            self._writer = asyncio.create_task(self._write_queue())
        return await waiting.future

    def undisturbed(self, now: float) -> float:
        """Until when everybody could write: ``now``, or the begin of a trouble that lasts or has just ended."""
        return now if now - self._last_trouble > _AFTERMATH else self._trouble

    async def run_alone(self, statement: str) -> None:
        """Run a statement that no transaction may surround; raises StorageUnavailable."""
        without_begin = self.engine.execution_options(**NO_BEGIN)
        await self._in_thread(without_begin, lambda connection: connection.exec_driver_sql(statement).close())

    async def aclose(self) -> None:
        """Write what waits, then close every connection."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
        while self._writer is not None and not self._writer.done():
            await asyncio.wait([self._writer])
        self._threads.shutdown()
        self.engine.dispose()

    async def _write_queue(self) -> None:
        while self._queue or self._urgent:
            await self._write_group(self._next_group())

    def _next_group(self) -> list[_Waiting]:
        """What is written now: urgent items, then changes in order; items of one change count as one of them."""
        urgent, self._urgent = self._urgent[:MOST_URGENT], self._urgent[MOST_URGENT:]
        most = BESIDE_URGENT if urgent else LARGEST_ON_POSTGRES if self.on_postgres else LARGEST_GROUP
        most_alike = ALIKE_BESIDE_URGENT if urgent else MOST_ALIKE
        together: dict[object, list[_Waiting]] = {}
        left: list[_Waiting] = []
        for one in self._queue:
            alike = together.get(one if one.item is None else one.change)
            if alike is not None and len(alike) < most_alike:
                alike.append(one)
            elif alike is None and len(together) < most:
                together[one if one.item is None else one.change] = [one]
            else:
                left.append(one)
        self._queue = left
        return urgent + [one for alike in together.values() for one in alike]

    async def _write_group(self, group: list[_Waiting]) -> None:
        try:
            results = await self._committed(group)
        except HeldUp as error:
            await self._write_each(group, error)
        except StorageUnavailable as error:
            for one in group:
                _settle(one.future, StorageUnavailable(*error.args))
        except Exception as error:
            await self._write_each(group, error)
        else:
            for one, result in zip(group, results, strict=True):
                if not one.future.done():
                    one.future.set_result(result)

    async def _write_each(self, group: list[_Waiting], error: Exception) -> None:
        """A mistake in one change, or a row that another process holds: alone, each is judged by itself."""
        if len(group) == 1:
            _settle(group[0].future, error)
            return
        log.warning("a group of %d changes is written one by one: %s", len(group), type(error).__name__)
        for one in group:
            await self._write_group([one])

    async def _committed(self, group: list[_Waiting]) -> list[Any]:
        """The results, committed together; tried again at once where two processes only met."""

        def run(connection: Connection) -> list[Any]:
            results: list[Any] = []
            for (change, alone), waiting in groupby(group, lambda one: (one.change, one.item is None)):
                items = [one.item for one in waiting]
                results += [change(connection) for _ in items] if alone else change(connection, items)
            if self.on_postgres:
                postgres.tell(connection, {one.wakes for one in group if one.wakes}, self._name)
            return results

        immediately = self.engine.execution_options(begin_with="BEGIN IMMEDIATE")
        begun = self.clock()
        try:
            for meeting in range(_MEETINGS):
                with suppress(Met):
                    return await self._in_thread(immediately, run)
                await asyncio.sleep(0.01 * meeting)
            raise StorageUnavailable(LOCKED)
        except StorageUnavailable:
            self._trouble, self._last_trouble = self.undisturbed(begun), self.clock()
            raise

    async def _in_thread(self, engine: Engine, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with engine.begin() as connection:
                try:
                    return work(connection)
                except DBAPIError as error:
                    if error.connection_invalidated:
                        raise _Lost from error
                    raise

        def run_again() -> Result:
            # The database was started anew since the connection was last used: nothing of the work was committed, and
            # the pool has forgotten its old connections. Asking each before every use would be a journey more.
            try:
                return run()
            except _Lost:
                with engine.begin() as connection:
                    return work(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run_again)
        except (IntegrityError, DataError, ProgrammingError) as error:
            if self.on_postgres:
                raise postgres.without_words(error) from None
            raise
        except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
            raise trouble(error) from None


def connect(url: str, clock: Clock, busy_seconds: float = 5.0) -> Database:
    """A database that is not opened yet; raises StorageUnavailable when the address makes no sense.

    ``busy_seconds``: how long to wait for another program's lock.
    """
    return Database(new_engine(url, busy_seconds), clock)


def insert(dialect: str, table: Table) -> Any:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update`` on this kind of database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def storable(words: str) -> str:
    """The same text where it can be stored; half characters and NUL, which no database takes, are written out."""
    return words.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _settle(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
