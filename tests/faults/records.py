"""What the program's database says, and what is done to it from outside; the same words for both kinds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

T = TypeVar("T")

_ASIDE = """
SELECT update_id, error FROM inbox WHERE state = 'dead'
UNION ALL
SELECT inbox.update_id, outbox.error FROM outbox JOIN inbox ON inbox.seq = outbox.inbox_seq WHERE outbox.state = 'dead'
"""
_SENDING = """
SELECT inbox.update_id FROM outbox JOIN inbox ON inbox.seq = outbox.inbox_seq
WHERE outbox.state = 'leased' AND outbox.leased_by LIKE :owner
"""
_UNFINISHED = """
SELECT (SELECT count(*) FROM inbox WHERE finished_at IS NULL) + (SELECT count(*) FROM outbox WHERE finished_at IS NULL)
"""
_FULL = (
    "CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
    "CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION disk_full()",
    "CREATE TRIGGER disk_full BEFORE INSERT OR UPDATE ON outbox FOR EACH STATEMENT EXECUTE FUNCTION disk_full()",
)
_ROOM_AGAIN = ("DROP TRIGGER disk_full ON inbox", "DROP TRIGGER disk_full ON outbox")
_HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class Records:
    """A second pair of eyes on one database."""

    def __init__(self, url: str) -> None:
        self.on_postgres = not url.startswith("sqlite")
        if self.on_postgres:
            self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        else:
            self._engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": 60})
            # The driver's own transactions would turn what is locked here into something else.
            event.listen(self._engine, "connect", _leave_transactions_to_us)

    async def set_aside(self) -> dict[str, str]:
        """update_id → reason of each message that was given up, or whose answer was."""
        return {update_id: error or "" for update_id, error in await self._rows(_ASIDE)}

    async def sending(self, pid: int) -> list[str]:
        """Ids of the updates whose answers a process has taken to send and not marked."""
        return [update_id for (update_id,) in await self._rows(_SENDING, owner=f"{pid}-%")]

    async def unfinished(self) -> int:
        """How many messages and replies are not over."""
        return int((await self._rows(_UNFINISHED))[0][0])

    async def end_leases(self, pids: set[int]) -> None:
        """An hour passes for what these processes, which are dead, had in hand, and for what waits because of them."""

        def change(connection: Connection) -> None:
            for table in ("inbox", "outbox"):
                for pid in pids:
                    ended = f"UPDATE {table} SET leased_until = 1 WHERE state = 'leased' AND leased_by LIKE '{pid}-%'"
                    connection.exec_driver_sql(ended.replace("%", "%%") if self.on_postgres else ended)
                connection.exec_driver_sql(
                    f"UPDATE {table} SET available_at = 1 WHERE state = 'pending' AND error LIKE 'the program stopped"
                    f"{'%%' if self.on_postgres else '%'}'"
                )

        await self._run(change)

    @asynccontextmanager
    async def locked(self) -> AsyncIterator[None]:
        """Another program holds the database."""
        connection = await asyncio.to_thread(self._engine.connect)
        try:
            await asyncio.to_thread(self._lock, connection)
            yield
            await asyncio.to_thread(connection.exec_driver_sql, "ROLLBACK")
        finally:
            connection.close()

    def _lock(self, connection: Connection) -> None:
        begin = "BEGIN; LOCK TABLE inbox, outbox IN ACCESS EXCLUSIVE MODE" if self.on_postgres else "BEGIN EXCLUSIVE"
        while True:
            try:
                connection.exec_driver_sql(begin)
                return
            except OperationalError:  # a deadlock with the program, of which it was not the victim
                if not self.on_postgres:
                    raise
                connection.exec_driver_sql("ROLLBACK")

    @asynccontextmanager
    async def full(self) -> AsyncIterator[None]:
        """PostgreSQL refuses to write, as it does when its disk is full."""
        await self._do(*_FULL)
        try:
            yield
        finally:
            await self._do(*_ROOM_AGAIN)

    async def hang_up(self) -> None:
        """PostgreSQL ends every connection but this one."""
        await self._do(_HANG_UP)

    async def _do(self, *statements: str) -> None:
        def change(connection: Connection) -> None:
            for statement in statements:
                connection.exec_driver_sql(statement)

        await self._run(change)

    async def _rows(self, query: str, **terms: object) -> list[Any]:
        return await self._run(lambda connection: list(connection.execute(text(query), terms).all()))

    async def _run(self, work: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._engine.connect() as connection:
                return work(connection)

        return await asyncio.to_thread(run)


def _leave_transactions_to_us(connection: Any, _: Any) -> None:
    connection.isolation_level = None
