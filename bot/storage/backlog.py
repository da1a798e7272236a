"""Backlog: how much waits in the queues and for how long; what operators and Prometheus ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from bot.storage.database import Database
from bot.storage.tables import DEAD, LEASED, PENDING, inbox, outbox


@dataclass(frozen=True, slots=True)
class Line:
    """One queue."""

    waiting: int
    """Unfinished rows, those in somebody's hands included."""
    oldest_seconds: float
    """Age of the oldest unfinished one; 0 when nothing waits."""
    dead: int
    """Rows set aside for a human."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """All queues at one moment."""

    queues: Mapping[str, Line]
    """"inbox" and "outbox"."""
    last_stored_at: float | None
    """When the newest update was stored, and so could be confirmed; UTC seconds; None: there is none."""


async def read_backlog(database: Database) -> Backlog:
    """What waits now; raises StorageUnavailable."""
    now = database.clock()
    return await database.read(lambda connection: _backlog(connection, now))


def _backlog(connection: Connection, now: float) -> Backlog:
    newest = select(inbox.c.created_at).order_by(inbox.c.seq.desc()).limit(1)
    queues = {table.name: _line(connection, table, now) for table in (inbox, outbox)}
    return Backlog(queues, connection.execute(newest).scalar())


def _line(connection: Connection, table: Table, now: float) -> Line:
    key, row = table.primary_key.columns[0], table.c
    waiting = select(func.count()).select_from(table).where(row.finished_at.is_(None))
    dead = select(func.count()).select_from(table).where(row.state == DEAD)
    # One state at a time, because each has an index of its own.
    first = [select(row.created_at).where(row.state == state).order_by(key).limit(1) for state in (PENDING, LEASED)]
    ages = [now - found for query in first if (found := connection.execute(query).scalar()) is not None]
    return Line(connection.execute(waiting).scalar_one(), max(0.0, *ages, 0.0), connection.execute(dead).scalar_one())
