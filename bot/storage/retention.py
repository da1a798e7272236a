"""How long anything stays: what is over is deleted by ``sweep``, which the app calls every few minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, delete, literal_column, select

from bot.storage import pacing
from bot.storage.cases import erase_lessons, erase_over
from bot.storage.database import Database
from bot.storage.own_data import drop_last_words
from bot.storage.people import erase_expired, erase_unseen
from bot.storage.tables import feedback, inbox, invitations, outbox, rule_counts

_DAY = 86_400.0
# Rows deleted in one commit, so that nobody who writes a message waits for the broom.
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Retention:
    """How long finished rows stay, in seconds."""

    tombstones: float = 7 * _DAY
    """Answered messages and sent replies, without text: known again when a platform repeats an update; also invitations
    that nobody used, from their end."""
    dead_letters: float = 30 * _DAY
    """Messages and replies set aside, with sealed text, for the operator to look at."""
    cases: float = 180 * _DAY
    """What people handed to officers; counted from their consent, and not prolonged when this changes later."""
    people: float = 365 * _DAY
    """People not seen any more: language chosen, origin, blocked or not."""
    feedback: float = 730 * _DAY
    """Verdicts, which nobody can lead back to a person."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was erased."""

    memories: int
    """People whose memory was erased."""
    tombstones: int
    """Answered messages and sent or dropped replies deleted."""
    dead_letters: int
    """Messages and replies that had been set aside, deleted unread."""
    cases: int = 0
    """Cases deleted."""
    people: int = 0
    """People forgotten."""
    feedback: int = 0
    """Verdicts deleted."""


async def sweep(database: Database, retention: Retention, now: float) -> Swept:
    """Erase everything that is over at ``now`` (UTC seconds), also from SQLite's journal."""
    memories, cases, people, verdicts = await database.write(lambda connection: _erase(connection, retention, now))
    tombstones = dead_letters = 0
    for table in (outbox, inbox):
        tombstones += await _delete(database, table, "state <> 'dead'", now - retention.tombstones)
        dead_letters += await _delete(database, table, "state = 'dead'", now - retention.dead_letters)
    await database.write(lambda connection: pacing.forget(connection, now))
    await _empty_journal(database)
    return Swept(memories, tombstones, dead_letters, cases, people, verdicts)


def _erase(connection: Connection, retention: Retention, now: float) -> tuple[int, int, int, int]:
    """What is over of memories, cases, people and verdicts; how many of each."""
    drop_last_words(connection, now)
    old = delete(feedback).where(feedback.c.created_at < now - retention.feedback)
    unused = (invitations.c.used_at.is_(None), invitations.c.expires_at < now - retention.tombstones)
    connection.execute(delete(invitations).where(*unused))
    first_day = datetime.fromtimestamp(max(0.0, now - retention.feedback), UTC).date().isoformat()
    connection.execute(delete(rule_counts).where(rule_counts.c.day < first_day))
    over = erase_over(connection, now)
    erase_lessons(connection, now)
    return (
        erase_expired(connection, now),
        over,
        erase_unseen(connection, now - retention.people),
        connection.execute(old).rowcount,
    )


async def _delete(database: Database, table: Table, which: str, finished_before: float) -> int:
    key = table.primary_key.columns[0]
    over = select(key).where(table.c.finished_at < finished_before, literal_column(which)).limit(_ROWS_AT_ONCE)
    # What another process is sweeping at this moment is left to it.
    change = delete(table).where(key.in_(over.with_for_update(skip_locked=True)))
    deleted = 0
    while block := await database.write(lambda connection: connection.execute(change).rowcount):
        deleted += block
    return deleted


async def _empty_journal(database: Database) -> None:
    """What was erased is still in SQLite's write-ahead log; move the log into the file and empty it."""
    if database.engine.dialect.name == "sqlite":
        await database.run_alone("PRAGMA wal_checkpoint(TRUNCATE)")
