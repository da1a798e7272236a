"""An office with groups: what people do in them comes as Telegram's own updates, read and stored as the app does it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.answering import Answering
from bot.app import App
from bot.channels import Received
from bot.channels.telegram_updates import Address, read_update, update_key
from bot.deeds import Opening
from bot.knowledge import packaged_folder
from bot.messages import Reply
from bot.officers.commands import WORDS
from bot.officers.groups import Group, all_groups
from bot.officers.live import ForAnswers, LiveKnowledge
from bot.officers.package import Package
from bot.officers.publishing import Publishing
from bot.settings import read_settings
from bot.storage import Secret, Storage, pseudonym
from bot.storage.outbox import read_reply
from bot.storage.tables import outbox
from tests.officers.case_office import SECRET, CaseOffice
from tests.peers.telegram_account import Json, TelegramGroup, TelegramUser
from tests.peers.telegram_peer import TelegramPeer
from tests.storage.samples import VAULT
from tests.workplace import PretendChannel

BUDI, WATI, ANI = (TelegramUser(600 + n, name) for n, name in enumerate(("Budi", "Wati", "Ani")))
POSKO = TelegramGroup(-1000000000901, "Posko")


def who(user: TelegramUser | int) -> str:
    """Somebody's pseudonym, or that of a chat."""
    return pseudonym(SECRET, "telegram", str(user if isinstance(user, int) else user.id))


class ReadingChannel(PretendChannel):
    """Reads as Telegram's channel does."""

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """With the commands that are overheard."""
        return read_update(raw, "cekdulu_uji_bot", WORDS)


@dataclass
class GroupOffice(CaseOffice):
    """A desk with all its rooms, and the pretend Telegram on which people write in groups."""

    peer: TelegramPeer = field(default_factory=TelegramPeer)
    channel: ReadingChannel = field(default_factory=ReadingChannel)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.answering = self.process(self.storage)

    def process(self, storage: Storage) -> Answering:
        """One of several processes."""
        self.app = self._app(storage)
        channels, opening = {self.channel.name: self.channel}, Opening(self.secret, self.hours)
        desk = self.app.desk()
        return Answering(storage, channels, lambda: self.compiled, self.clock, desk=desk, opening=opening)

    def _app(self, storage: Storage) -> App:
        package = Package.read(packaged_folder())
        live = LiveKnowledge(storage.database, package, ForAnswers())
        return App(read_settings(), live, storage, Secret(SECRET), VAULT, Publishing(storage, live.package, False))

    async def store(self, update_id: int) -> bool:
        """An update of the pretend Telegram reaches the inbox; False when it is nothing for the bot."""
        raw = self.peer.update(update_id)
        arrival = self.app.arrival(self.channel, update_key(raw), json.dumps(raw).encode(), raw)
        if arrival is not None:
            assert arrival.incoming is not None, arrival.problem
            await self.storage.inbox.store(arrival)
        return arrival is not None

    async def happens(self, update_id: int) -> bool:
        """The same, answered."""
        heard = await self.store(update_id)
        for row in await self.storage.inbox.lease("meja") if heard else ():
            await self.answering.answer(row)
        return heard

    async def writes(self, user: TelegramUser, text: str, group: TelegramGroup = POSKO) -> list[Reply]:
        """What comes in the group for a text there."""
        before = len(await self.in_chat(group.id))
        await self.happens(self.peer.say(user, text, group=group))
        return (await self.in_chat(group.id))[before:]

    def pressing(self, user: TelegramUser, card: Reply, label: str, group: TelegramGroup = POSKO) -> int:
        """The update of a button pressed under a card in the group."""
        rows = [[{"text": one.label, "callback_data": one.action}] for one in card.buttons]
        content = {"text": card.text, "reply_markup": {"inline_keyboard": rows}}
        self.peer.account.write(group.as_chat(), self.peer.account.me, content)
        return self.peer.press(user, self.peer.sent[-1], label)

    async def touches(self, user: TelegramUser, card: Reply, label: str, group: TelegramGroup = POSKO) -> list[Reply]:
        """What comes in the group, alerts included, for a button pressed there."""
        before = len(await self.in_chat(group.id))
        assert await self.happens(self.pressing(user, card, label, group))
        return (await self.in_chat(group.id))[before:]

    async def in_chat(self, chat: int | str) -> list[Reply]:
        """All that waits to be sent to a chat, whoever it is for, oldest first."""
        found = await self.waiting()
        return [reply for address, reply in found if address.chat == chat]

    async def waiting(self) -> list[tuple[Address, Reply]]:
        """All that waits to be sent."""
        query = select(outbox.c.address, outbox.c.reply).where(outbox.c.finished_at.is_(None)).order_by(outbox.c.id)
        rows = await self.storage.database.read(lambda connection: connection.execute(query).all())
        return [(Address.unpack(row.address), read_reply(row.reply)) for row in rows]

    async def groups(self) -> tuple[Group, ...]:
        """All officers' groups."""
        return await self.storage.database.read(all_groups)

    async def staffed(self, *roles: tuple[TelegramUser, str], areas: Sequence[str] = ()) -> None:
        """These become officers."""
        for user, role in roles:
            await self.officer(user.first_name.lower(), role, areas, person=who(user))

    async def made(self, words: str = "", group: TelegramGroup = POSKO) -> None:
        """Wati, a pengelola, and Budi are officers, and the group is theirs."""
        if not await self.groups():
            await self.staffed((WATI, "pengelola"), (BUDI, "petugas"))
        assert len(await self.writes(WATI, f"/kelompok_petugas {words}".strip(), group)) == 1


def member(status: str, group: TelegramGroup = POSKO, by: TelegramUser = ANI, **more: object) -> Json:
    """A ``my_chat_member`` update of the bot in a group."""
    bot = {"id": 4200, "is_bot": True, "first_name": "CekDulu", "username": "cekdulu_uji_bot"}
    old = {"status": "member", "user": bot}
    who_and_where = {"chat": group.as_chat(), "from": by.as_user(), "date": 1}
    return who_and_where | {"old_chat_member": old, "new_chat_member": {"status": status, "user": bot} | more}
