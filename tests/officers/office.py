"""An office at work: people write to the desk over a real storage, and what they are told is what waits to be sent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import partial

from bot.checking import Compiled
from bot.messages import Incoming
from bot.officers.desk import Desk, Handled
from bot.officers.invitations import Post, invite, new_code
from bot.officers.joining import Joining
from bot.officers.officer import Officer, Role, all_officers
from bot.storage import Arrival, InboxRow, Storage

HOURS = 48.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Office:
    """One process's desk, with the storage that it shares with others."""

    storage: Storage
    compiled: Compiled
    joining: Joining = field(default_factory=lambda: Joining(HOURS))

    @property
    def now(self) -> float:
        return self.storage.database.clock()

    async def says(self, person: str, text: str, *, in_group: bool = False, forwarded: str = "") -> list[str] | None:
        """What the desk says to a message; None when it leaves it to the ordinary conversation."""
        row, handled = await self.thinks(person, text, in_group=in_group, forwarded=forwarded)
        if handled is None:
            await self.storage.inbox.finish(row)
            return None
        assert await self.storage.inbox.finish(row, handled.replies, also=handled.deeds)
        return await self.told(person)

    async def thinks(
        self, person: str, text: str, *, in_group: bool = False, forwarded: str = ""
    ) -> tuple[InboxRow, Handled | None]:
        """The message, and what the desk would say and do; nothing is done yet."""
        number = next(_numbers)
        incoming = Incoming(f"m{number}", "text", text, in_group=in_group, forwarded_from=forwarded)
        await self.storage.inbox.store(
            Arrival("telegram", str(number), "{}", person, f'{{"chat": "{person}"}}', incoming)
        )
        (row,) = [one for one in await self.storage.inbox.lease("worker") if one.sender.person == person]
        desk = Desk(self.storage, (self.joining,))
        standing = await desk.standing(row.sender.person, self.now)
        return row, await desk.handle(row.incoming, row.sender, self.compiled, self.now, standing)

    async def told(self, person: str) -> list[str]:
        """What waits for somebody, in order; it is sent by that."""
        texts = []
        while rows := [row for row in await self.storage.outbox.lease("sender") if row.to.person == person]:
            for row in rows:
                texts.append(row.reply.text)
                await self.storage.outbox.mark_sent(row.id)
        await self.storage.outbox.release("sender")
        return texts

    async def code(self, role: Role = "petugas", by: int | None = None, hours: float = HOURS) -> str:
        """A new invitation."""
        code, post = new_code(), Post(role, "BP3MI Palangka Raya", ("Kapuas", "Seruyan"))
        change = partial(invite, now=self.now, code=code, post=post, seconds=3600 * hours, by=by)
        assert await self.storage.database.write(change)
        return code

    async def joins(self, person: str, role: Role = "petugas") -> Officer:
        """Somebody who was invited and came."""
        assert await self.says(person, f"/petugas {await self.code(role)} {person.title()} Contoh")
        return await self.officer(person)

    async def officers(self) -> tuple[Officer, ...]:
        """Everybody who is one now."""
        return await self.storage.database.read(all_officers)

    async def officer(self, person: str) -> Officer:
        """The one behind a pseudonym."""
        return next(one for one in await self.officers() if one.recipient.person == person)
