"""Storage: what must outlive the program. Steps 1, 2 and 6 of a message, on SQLite now, on PostgreSQL later.

Where to find what:

============= ==========================================================================================
``tables``    the tables and their indexes; ``migrations/`` brings an older database to them
``database``  reading, writing in groups, ``StorageUnavailable``
``behind``    what a person sent in one go, or too much of, behind their leased message
``backlog``   how much waits and for how long
``leases``    who works on which row and until when; the order of one person's rows
``inbox``     updates that came in, each once, until answered; dead letters
``outbox``    replies to be sent, each once, until the platform has them
``people``    pseudonym, language, memory for some hours, blocked or not
``feedback``  what people thought of an answer, without who they are
``retention`` how long each of these stays
``secret``    the key of the pseudonyms
``migrating`` ``migrate(url)``
============= ==========================================================================================

The promises: an update is on the disk before its channel confirms it; one person's messages are handled in order and
one at a time; replies, memory and "done" are written together or not at all; what is answered is erased and only a
tombstone stays, by which a repeated update is recognised.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.storage.backlog import Backlog, Line, read_backlog
from bot.storage.database import Clock, Database, StorageUnavailable, connect
from bot.storage.inbox import Arrival, DeadLetter, Inbox, InboxRow
from bot.storage.migrating import SchemaMismatch, migrate, require_newest, upgrade
from bot.storage.outbox import Outbox, OutboxRow, Recipient
from bot.storage.people import Memory, People, StoredPerson, pseudonym
from bot.storage.retention import Retention, Swept, sweep
from bot.storage.secret import Secret, load_secret

__all__ = [
    "Arrival",
    "Backlog",
    "DeadLetter",
    "Inbox",
    "InboxRow",
    "Line",
    "Memory",
    "Outbox",
    "OutboxRow",
    "People",
    "Recipient",
    "Retention",
    "SchemaMismatch",
    "Secret",
    "Storage",
    "StorageUnavailable",
    "StoredPerson",
    "Swept",
    "load_secret",
    "migrate",
    "open_storage",
    "pseudonym",
]


_KEPT = Retention()


@dataclass(frozen=True, slots=True)
class Storage:
    """An open database and the rooms in it."""

    database: Database
    """The connection; for tests and later rooms."""
    inbox: Inbox
    """What came in."""
    outbox: Outbox
    """What goes out."""
    people: People
    """Who is known."""

    async def backlog(self) -> Backlog:
        """What waits now; raises StorageUnavailable."""
        return await read_backlog(self.database)

    async def sweep(self, now: float, retention: Retention = _KEPT) -> Swept:
        """Erase what is over at ``now`` (UTC seconds); call it every few minutes."""
        return await sweep(self.database, retention, now)

    async def aclose(self) -> None:
        """Finish what is being written and close the database."""
        await self.database.aclose()


async def open_storage(url: str, clock: Clock = time.time, busy_seconds: float = 5.0) -> Storage:
    """The storage at ``url``, ready to use.

    SQLite is created and migrated as needed; another database must have been migrated before (``python -m bot
    migrate``), else SchemaMismatch. Raises StorageUnavailable when the database cannot be used.
    """
    database = connect(url, clock, busy_seconds)
    try:
        if database.engine.dialect.name == "sqlite":
            await upgrade(database)
        else:
            await require_newest(database)
    except BaseException:
        await database.aclose()
        raise
    outbox = Outbox(database)
    return Storage(database, Inbox(database, outbox), outbox, People(database))
