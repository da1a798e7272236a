"""What is known of a person between two messages: language, a short memory, and whether they blocked the bot.

A *person* is a pseudonym: a keyed hash that nobody turns back into a phone number or a platform id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.storage.database import Database, insert, storable
from bot.storage.tables import people

# 144 bits: two people never meet, and the name stays short.
_PSEUDONYM_BYTES = 18


@dataclass(frozen=True, slots=True)
class Memory:
    """What the conversation wants to find again at the person's next message."""

    text: str = ""
    """Anything the conversation can read back (JSON); storage never looks inside. May quote the person."""
    expires_at: float | None = None
    """When the text is erased, UTC seconds; None only with an empty text."""
    language: str = ""
    """The language chosen; kept when the text is erased. Empty: none chosen."""
    payload: str = ""
    """Where the person first came from (the deep link of their ``/start``); kept when the text is erased."""


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person as found."""

    person: str
    """Pseudonym."""
    memory: Memory
    """What was remembered; empty for somebody new or when its time is over."""
    blocked: bool
    """True: they stopped the bot and nothing may be sent."""
    is_new: bool
    """True: never answered before."""


class People:
    """Everybody the bot has met."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, person: str) -> StoredPerson:
        """What is known of the person; never raises for somebody unknown."""
        now = self._database.clock()
        return await self._database.read(lambda connection: load_person(connection, person, now))

    async def set_blocked(self, person: str, blocked: bool) -> None:
        """Note that the person stopped or restarted the bot; nothing is noted of somebody unknown."""
        now = self._database.clock()
        values = {"blocked_at": now if blocked else None, "last_seen_at": now}
        change = update(people).where(people.c.person == person).values(values)
        await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def erase_expired(self, now: float) -> int:
        """Erase the memories whose time is over at ``now`` (UTC seconds); how many."""
        return await self._database.write(lambda connection: erase_expired(connection, now))


# Built once: it is asked with every message.
_BY_PERSON = select(people).where(people.c.person == bindparam("who"))


def load_person(connection: Connection, person: str, now: float) -> StoredPerson:
    """What is known of the person at ``now``; never raises for somebody unknown."""
    return stored_person(person, connection.execute(_BY_PERSON, {"who": person}).one_or_none(), now)


def stored_person(person: str, found: Row[Any] | None, now: float) -> StoredPerson:
    """What a row with the columns of ``people`` says of the person at ``now``; None: somebody unknown."""
    if found is None:
        return StoredPerson(person, Memory(), blocked=False, is_new=True)
    fresh = found.memory is not None and found.memory_expires_at > now
    text, expires_at = (found.memory, found.memory_expires_at) if fresh else ("", None)
    memory = Memory(text, expires_at, found.language, found.payload)
    return StoredPerson(person, memory, blocked=found.blocked_at is not None, is_new=False)


def remember(connection: Connection, memories: Iterable[tuple[str, Memory]], now: float) -> None:
    """Keep the memories of people in place of the old ones; part of a change for ``Database.write``."""
    # In one order, so that two processes never wait for each other.
    rows = [{"person": person, "created_at": now, **_row(memory, now)} for person, memory in sorted(memories, key=_who)]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


def _who(remembered: tuple[str, Memory]) -> str:
    return remembered[0]


def _row(memory: Memory, now: float) -> dict[str, object]:
    return {
        "memory": storable(memory.text) if memory.text else None,
        "memory_expires_at": memory.expires_at if memory.text else None,
        "language": memory.language,
        "payload": storable(memory.payload),
        "last_seen_at": now,
    }


def erase_expired(connection: Connection, now: float) -> int:
    """Erase the memories whose time is over; how many; a change for ``Database.write``."""
    change = update(people).where(people.c.memory_expires_at <= now).values(memory=None, memory_expires_at=None)
    return connection.execute(change).rowcount


def erase_unseen(connection: Connection, seen_before: float) -> int:
    """Delete the people last seen before then (UTC seconds); how many; a change for ``Database.write``."""
    return connection.execute(delete(people).where(people.c.last_seen_at < seen_before)).rowcount


def pseudonym(secret: bytes, channel: str, platform_id: str) -> str:
    """The name under which a person is stored: 24 URL-safe characters, the same for the same secret.

    The same platform id on two channels gives two names that nobody can join without the secret.
    """
    name = f"{channel}\0{platform_id}".encode("utf-8", "backslashreplace")
    digest = hmac.digest(secret, name, hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:_PSEUDONYM_BYTES]).decode()


@cache
def _upsert(dialect: str) -> Any:
    statement = insert(dialect, people)
    names = ("memory", "memory_expires_at", "language", "payload", "last_seen_at")
    return statement.on_conflict_do_update(
        index_elements=["person"], set_={name: statement.excluded[name] for name in names}
    )
