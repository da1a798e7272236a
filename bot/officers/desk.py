"""The desk: what an officer, or somebody with an open case, writes to the bot, before the ordinary conversation sees it.

Its *rooms* are asked in order; the first that has something to say answers. Nothing is changed while a room thinks: what
is to be done are *deeds*, done in the transaction that finishes the message, so that a crash repeats all or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Text, bindparam, cast, exists, or_, select

from bot.checking.compiled import Compiled
from bot.messages import Incoming, Reply
from bot.officers.cases import Case, asking_case
from bot.officers.officer import Officer, officer_of, remember
from bot.storage import Recipient, Storage, StoredPerson
from bot.storage.inbox import Deed
from bot.storage.outbox import tell
from bot.storage.people import stored_person
from bot.storage.tables import cases, officers, people


@dataclass(frozen=True, slots=True)
class DeskTurn:
    """One message with all that a room needs to answer it."""

    incoming: Incoming
    """What was done."""
    sender: Recipient
    """By whom, and how to answer."""
    officer: Officer | None
    """Set when the sender is an officer; None for everybody else."""
    compiled: Compiled
    """The knowledge that the message is answered with."""
    storage: Storage
    """To ask; changes go into deeds."""
    now: float
    """UTC seconds."""
    asking: Case | None = None
    """The sender's own case that waits for their words; None mostly."""

    @property
    def command(self) -> tuple[str, str]:
        """("/petugas", "KODE") for "/petugas@bot KODE"; two empty texts when it is no command or a forward."""
        text = self.incoming.text.strip()
        if not text.startswith("/") or self.incoming.forwarded_from:
            return "", ""
        head, _, rest = text.partition(" ")
        return head.partition("@")[0].lower(), rest.strip()


@dataclass(frozen=True, slots=True)
class Handled:
    """What a room has to say and to do; may say nothing."""

    replies: tuple[Reply, ...] = ()
    """To the sender, in order."""
    deeds: tuple[Deed, ...] = ()
    """In order, in one transaction with the replies. A deed that raises ends the whole message: check inside the deed
    what may have changed meanwhile, and tell people of it with ``Tell``."""


def saying(text: str, *deeds: Deed) -> Handled:
    """One plain text to the sender, and what is done with it."""
    return Handled((Reply(text),), deeds)


class Room(Protocol):
    """One matter that the desk looks after."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None when the message is not for this room."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A deed: say something to somebody else."""

    to: Recipient
    """Whom."""
    replies: tuple[Reply, ...]
    """What, in order."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        tell(connection, self.to, self.replies, now)


@dataclass(frozen=True, slots=True)
class Remember:
    """A deed: what one room must find again at the officer's next message; None forgets it."""

    officer: Officer
    """Whose conversation."""
    room: str
    """Name of the room."""
    state: Mapping[str, Any] | None
    """JSON values."""
    instead_of: Collection[str] = ()
    """Rooms that are forgotten with it."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        gone = (self.room, *self.instead_of)
        kept = {name: state for name, state in self.officer.memory.items() if name not in gone}
        remember(connection, self.officer, kept if self.state is None else kept | {self.room: self.state})


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to the desk; for most people nothing."""

    officer: Officer | None = None
    """Set for an officer."""
    asking: Case | None = None
    """Their own case that waits for their words."""


def standing_of(connection: Connection, person: str, now: float) -> Standing:
    """What this person is to the desk at ``now``."""
    return Standing(officer_of(connection, person), asking_case(connection, person, now))


_WHO = select(cast(bindparam("who"), Text).label("who")).subquery()
_OFFICER = exists().where(officers.c.person == _WHO.c.who, officers.c.removed_at.is_(None))
_ASKED = exists().where(cases.c.person == _WHO.c.who, cases.c.asks != "", cases.c.asks_until > bindparam("now"))
_KNOWN = select(people, or_(_OFFICER, _ASKED).label("stands")).select_from(
    _WHO.outerjoin(people, people.c.person == _WHO.c.who)
)
"""All that is asked with every message, in one statement: most people are nothing to the desk."""


@dataclass(frozen=True, slots=True)
class Desk:
    """All rooms."""

    storage: Storage
    """Where everything is."""
    rooms: Sequence[Room]
    """In the order in which they are asked; in private chats only, because others read along in a group."""
    group_room: Room | None = None
    """Looks after what officers do in a group; None: nobody does."""

    async def known(self, person: str, now: float) -> tuple[StoredPerson, Standing]:
        """What is known of a person, and what they are to the desk; raises StorageUnavailable."""
        (found,) = await self.storage.database.ask(_KNOWN, {"who": person, "now": now})
        stored = stored_person(person, None if found.person is None else found, now)
        return stored, await self.standing(person, now) if found.stands else Standing()

    async def standing(self, person: str, now: float) -> Standing:
        """What this person is to the desk; raises StorageUnavailable."""
        return await self.storage.database.read(lambda connection: standing_of(connection, person, now))

    async def handle(
        self, incoming: Incoming, sender: Recipient, compiled: Compiled, now: float, standing: Standing
    ) -> Handled | None:
        """What the desk says to a message; None: it is for the ordinary conversation. Raises StorageUnavailable."""
        turn = DeskTurn(incoming, sender, standing.officer, compiled, self.storage, now, standing.asking)
        if incoming.in_group:
            return await self.group_room.handle(turn) if self.group_room else None
        for room in self.rooms:
            if (handled := await room.handle(turn)) is not None:
                return handled
        return None
