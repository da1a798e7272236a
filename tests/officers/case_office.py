"""An office for tests: people and officers who write to the bot, over a real storage, and what each of them gets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Update, select, update

from bot.answering import Answering
from bot.checking import Compiled
from bot.conversation.wording import Wording
from bot.deeds import Opening
from bot.messages import Incoming, Reply
from bot.office import OfficeHours
from bot.officers.case_clock import Rung, ring
from bot.officers.case_room import CaseRoom
from bot.officers.cases import Case, find_case
from bot.officers.desk import Desk
from bot.officers.reporter_room import ReporterRoom
from bot.storage import Arrival, Storage
from bot.storage.outbox import read_reply
from bot.storage.tables import audit, cases, officers, outbox
from tests.storage.samples import MovedClock
from tests.workplace import PretendChannel

SECRET = b"kunci sidik untuk uji coba saja ya"
PHONE = "0811-0000-0000"
OFFER = f"Dibutuhkan pekerja kebun di Malaysia, gaji 8 juta, paspor dipegang agen. Minat hubungi {PHONE}."
CRY = "Tolong kak, saya disekap di sini, paspor diambil bos, tadi malam dipukul."
HOURS = OfficeHours()
MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC).timestamp()
"""Monday, 23 November 2026, 09.00 WIB."""


@dataclass
class CaseOffice:
    """A desk with the rooms of the cases, and everybody who writes to it."""

    storage: Storage
    clock: MovedClock
    compiled: Compiled
    hours: OfficeHours = HOURS
    secret: bytes = SECRET
    answering: Answering = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self.clock.now = MONDAY
        desk = Desk(self.storage, (CaseRoom(self.hours), ReporterRoom(self.hours)))
        channels = {"telegram": PretendChannel()}
        opening = Opening(self.secret, self.hours)
        self.answering = Answering(
            self.storage, channels, lambda: self.compiled, self.clock, desk=desk, opening=opening
        )

    @property
    def wording(self) -> Wording:
        """The bot's Indonesian."""
        return Wording(self.compiled.knowledge, "id", datetime.fromtimestamp(self.clock(), UTC).date())

    async def officer(
        self, name: str, role: str = "petugas", areas: Sequence[str] = (), on_duty: bool = False, person: str = ""
    ) -> str:
        """Somebody becomes an officer; the pseudonym, which is the name unless told."""
        person = person or name
        row = {"person": person, "channel": "telegram", "address": json.dumps({"chat": person}), "role": role,
               "areas": json.dumps(list(areas)), "on_duty": on_duty, "created_at": self.clock.now,
               "name": name.title(), "office": "Kantor Contoh"}  # fmt: skip
        await self.storage.database.write(lambda connection: connection.execute(officers.insert(), row).rowcount)
        return person

    async def remove(self, name: str) -> None:
        """They are no officer any more."""
        change = update(officers).where(officers.c.person == name).values(removed_at=self.clock.now)
        await self.storage.database.write(lambda connection: connection.execute(change).rowcount)

    async def says(self, person: str, text: str, forwarded: str = "") -> list[Reply]:
        """What the person gets for a text."""
        return await self.does(person, Incoming(self._id(), "text", text, forwarded_from=forwarded))

    async def presses(self, person: str, replies: Sequence[Reply], label: str, about: str = "") -> list[Reply]:
        """What the person gets for a button, named by a part of its label."""
        action = next(found for reply in replies for found in reply.buttons if label in found.label).action
        return await self.does(person, Incoming(self._id(), "button", action=action, about=about))

    async def does(self, person: str, incoming: Incoming) -> list[Reply]:
        """What the person gets for what they do; what others get is found with `got`."""
        before = len(await self.got(person))
        address = json.dumps({"chat": person})
        arrival = Arrival("telegram", incoming.id, "{}", person, address, incoming)
        await self.storage.inbox.store(arrival)
        (row,) = await self.storage.inbox.lease("meja")
        await self.answering.answer(row)
        return (await self.got(person))[before:]

    async def got(self, person: str) -> list[Reply]:
        """All that waits to be sent to somebody, oldest first."""
        query = select(outbox.c.reply).where(outbox.c.person == person).order_by(outbox.c.id)
        found = await self.storage.database.read(lambda connection: connection.execute(query).scalars().all())
        return [read_reply(one) for one in found if one]

    async def told(self, person: str) -> str:
        """The last thing somebody got."""
        return (await self.got(person))[-1].text

    async def reports(self, person: str = "siti", text: str = OFFER, forwarded: str = "") -> str:
        """Somebody hands over a message and agrees; the number of the case."""
        await self.says(person, "/lapor")
        replies = await self.says(person, text, forwarded)
        if not any("Setuju" in button.label for reply in replies for button in reply.buttons):
            await self.says(person, "/lapor")  # a cry for help is answered first
            replies = await self.says(person, text, forwarded)
        await self.presses(person, replies, "Setuju")
        return await self.newest(person)

    async def opened(self, person: str = "siti", text: str = OFFER) -> str:
        """The same, and what is asked after that is passed over."""
        number = await self.reports(person, text)
        if (await self.case(number)).asks:
            await self.says(person, "lewati")
            await self.says(person, "lewati")
        return number

    async def sets(self, change: Update) -> None:
        """Changes rows as nobody could by writing to the bot."""
        await self.storage.database.write(lambda connection: connection.execute(change).rowcount)

    async def newest(self, person: str) -> str:
        """Number of somebody's newest case."""
        query = select(cases.c.number).where(cases.c.person == person).order_by(cases.c.id.desc()).limit(1)
        return str(await self.storage.database.read(lambda connection: connection.execute(query).scalar_one()))

    async def case(self, number: str) -> Case:
        """The case as it is now."""
        found = await self.storage.database.read(lambda connection: find_case(connection, number))
        assert found is not None
        return found

    async def audited(self, number: str) -> list[tuple[str, int | None]]:
        """(action, officer) of all that was done to a case."""

        def question(connection: Connection) -> list[tuple[str, int | None]]:
            query = select(audit.c.action, audit.c.officer).where(audit.c.subject == number).order_by(audit.c.id)
            return [(row.action, row.officer) for row in connection.execute(query)]

        return await self.storage.database.read(question)

    async def rings(self, storage: Storage | None = None) -> Rung:
        """One look at the clock, by this process or another."""
        return await ring(storage or self.storage, self.compiled.knowledge, self.hours, self.clock())

    def _id(self) -> str:
        self._count += 1
        return f"m{self._count}"


def case_row(n: int, level: str, area: str, at: float) -> dict[str, Any]:
    """A row of the table of cases: the n-th, reported at that moment (UTC seconds) and not yet answered."""
    empty = dict.fromkeys(("rules", "countries", "quotes"), "[]")
    times = {"consented_at": at, "created_at": at, "expires_at": at + 86_400.0 * 365}
    about = {"kind": "offer", "level": level, "area": area, "minor": False, "state": "open", "consent": "id-1"}
    return (
        {"number": f"AAA-AAA-{n:03}", "person": f"orang{n}", "channel": "telegram", "text": OFFER}
        | empty
        | times
        | about
    )
