"""Storage: what must outlive the program. Steps 1, 2 and 6 of a message, the same on SQLite and on PostgreSQL.

Where to find what:

============= ==========================================================================================
``tables``    the tables and their indexes; ``migrations/`` brings an older database to them
``database``  reading, writing in groups
``engines``   a database by its address, prepared; its troubles in sentences, ``StorageUnavailable``
``postgres``  what only PostgreSQL needs: settings, its errors in our words, news between processes
``behind``    what a person sent in one go, or too much of, behind their leased message
``backlog``   how much waits and for how long
``leases``    who works on which row and until when; the order of one person's rows
``inbox``     updates that came in, each once, until answered; dead letters
``outbox``    replies to be sent, each once, until the platform has them
``pacing``    how fast replies may leave, kept by all processes together
``people``    pseudonym, language, memory for some hours, blocked or not
``cases``     what people handed to officers
``own_data``  all that is held on a person, to be shown or erased
``feedback``  what people thought of an answer, without who they are
``retention`` how long each of these stays
``secret``    the key of the pseudonyms
``trail``     rows of the audit trail are only ever added, which the database itself sees to
``vault``     personal text is sealed before it reaches a table; ``resealing`` changes the key
``migrating`` ``migrate(url)``
``backup``    one file for either kind of database, and back
============= ==========================================================================================

The promises: an update is on the disk before its channel confirms it; one person's messages are handled in order and
one at a time; replies, memory and "done" are written together or not at all; what is answered is erased and only a
tombstone stays, by which a repeated update is recognised.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.keeping import Held
from bot.storage.backlog import Backlog, Line, read_backlog
from bot.storage.backup import BackupFailed, BackupUnreadable, NotEmpty, WrongKey, back_up, restore
from bot.storage.database import Clock, Database, connect
from bot.storage.engines import StorageUnavailable
from bot.storage.inbox import Arrival, DeadLetter, Inbox, InboxRow
from bot.storage.migrating import SchemaMismatch, migrate, require_newest, upgrade
from bot.storage.outbox import ChannelPace, DeadReply, Outbox, OutboxRow, Recipient
from bot.storage.own_data import held
from bot.storage.people import Memory, People, StoredPerson, pseudonym
from bot.storage.resealing import Resealed, reseal
from bot.storage.retention import Retention, Swept, sweep
from bot.storage.secret import Secret, load_secret
from bot.storage.vault import Vault, use_vault

__all__ = [
    "Arrival",
    "Backlog",
    "BackupFailed",
    "BackupUnreadable",
    "ChannelPace",
    "DeadLetter",
    "DeadReply",
    "Inbox",
    "InboxRow",
    "Line",
    "Memory",
    "NotEmpty",
    "Outbox",
    "OutboxRow",
    "People",
    "Recipient",
    "Resealed",
    "Retention",
    "SchemaMismatch",
    "Secret",
    "Storage",
    "StorageUnavailable",
    "StoredPerson",
    "Swept",
    "Vault",
    "WrongKey",
    "back_up",
    "load_secret",
    "migrate",
    "open_storage",
    "pseudonym",
    "restore",
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

    async def held(self, person: str) -> Held:
        """Everything held on the person, for them to see; the message that asks for it is not counted."""
        now = self.database.clock()
        return await self.database.read(lambda connection: held(connection, person, now))

    async def backlog(self) -> Backlog:
        """What waits now; raises StorageUnavailable."""
        return await read_backlog(self.database)

    async def sweep(self, now: float, retention: Retention = _KEPT) -> Swept:
        """Erase what is over at ``now`` (UTC seconds); call it every few minutes."""
        return await sweep(self.database, retention, now)

    async def reseal(self, vault: Vault) -> Resealed:
        """Seal with the vault's first key what is sealed with another or not at all."""
        return await reseal(self.database, vault)

    async def aclose(self) -> None:
        """Finish what is being written and close the database."""
        await self.database.aclose()


async def open_storage(url: str, vault: Vault, clock: Clock = time.time, busy_seconds: float = 5.0) -> Storage:
    """The storage at ``url``, ready to use; ``vault`` seals the personal text in it.

    SQLite is created and migrated as needed; another database must have been migrated before (``python -m bot
    migrate``), else SchemaMismatch. Raises StorageUnavailable when the database cannot be used.
    """
    database = connect(url, clock, busy_seconds)
    assert vault is not None or database.engine.dialect.name == "sqlite", "nothing lies beside this database"
    try:
        if database.engine.dialect.name == "sqlite":
            await upgrade(database)
        else:
            await require_newest(database)
        use_vault(database.engine.dialect, vault)
    except BaseException:
        await database.aclose()
        raise
    outbox = Outbox(database)
    storage = Storage(database, Inbox(database, outbox), outbox, People(database))
    database.listen()
    return storage
