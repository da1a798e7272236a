"""Officers at the desk: rooms over a real storage, with what they say and get, without a worker between."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, select

from bot.checking import Compiled, compile_knowledge
from bot.knowledge import load_files
from bot.messages import Button, Incoming, Reply
from bot.officers.desk import Desk, Handled
from bot.officers.officer import Role
from bot.officers.package import Package
from bot.officers.publishing import Publishing
from bot.officers.revisions import current, overlaid
from bot.officers.rule_rooms import rules_rooms
from bot.storage import Recipient, Storage
from bot.storage.tables import officers, outbox
from tests.knowledge.minimal import minimal_files


class Office:
    """A desk with its officers."""

    def __init__(self, storage: Storage, files: Mapping[str, str] | None = None, by_second: bool = False) -> None:
        self.storage = storage
        self.package = Package.of(files or minimal_files())
        self.publishing = Publishing(storage, self.package, by_second, looks=(0.0,))
        self.desk = Desk(storage, rules_rooms(self.publishing, {}))
        self.answers_with: Compiled | None = None
        """What messages are answered with while another revision is on its way; None: what is live."""
        self._number = 0
        self._menus: dict[str, tuple[tuple[str, str], ...]] = {}

    async def officer(self, name: str, role: Role = "penyunting") -> None:
        """Somebody becomes an officer."""
        row = {"person": name, "channel": "telegram", "role": role, "on_duty": False, "created_at": 0.0, "name": name,
               "office": "BP3MI", "address": json.dumps({"chat": name})}  # fmt: skip
        await self.storage.database.write(lambda connection: connection.execute(officers.insert(), row).rowcount)

    async def compiled(self) -> Compiled:
        """What is live."""
        return compile_knowledge(load_files(await self.live()))

    async def live(self) -> dict[str, str]:
        """The live texts by path."""
        now = await self.storage.database.read(current)
        return overlaid(self.package.texts(), now.files)

    async def say(self, name: str, text: str, about: str = "") -> str:
        """What the desk answers to a text, what is tried out meanwhile included; empty: nothing, it is no room's."""
        return await self._do(name, Incoming(self._next(), "text", text, about=about))

    async def press(self, name: str, label: str) -> str:
        """What the desk answers to the button with this label under what the officer last got."""
        action = next(action for shown, action in self._menus[name] if label in shown)
        return await self._do(name, Incoming(self._next(), "button", action=action))

    def buttons(self, name: str) -> list[str]:
        """Labels under what the officer last got."""
        return [label for label, _ in self._menus[name]]

    async def handled(self, name: str, incoming: Incoming) -> Handled | None:
        """What the desk would do."""
        sender = Recipient("telegram", name, json.dumps({"chat": name}))
        compiled, now = self.answers_with or await self.compiled(), self.storage.database.clock()
        standing = await self.desk.standing(sender.person, now)
        return await self.desk.handle(incoming, sender, compiled, now, standing)

    async def told(self, name: str) -> list[str]:
        """Everything that was written to the officer besides answers."""
        return [reply.text for reply in await self._outbox(name)]

    async def _do(self, name: str, incoming: Incoming) -> str:
        handled = await self.handled(name, incoming)
        if handled is None:
            return ""
        told = await self._finished(name, handled)
        return "\n".join(told)

    async def _finished(self, name: str, handled: Handled) -> list[str]:
        before = await self._outbox(name)
        now = self.storage.database.clock()

        def change(connection: Connection) -> None:
            for deed in handled.deeds:
                deed(connection, now)

        await self.publishing.settled()
        await self.storage.database.write(change)
        self.publishing.wake()
        await self.publishing.settled()
        replies = [*handled.replies, *(await self._outbox(name))[len(before) :]]
        for reply in replies:
            self._menus[name] = tuple((button.label, button.action) for button in reply.buttons)
        return [reply.text for reply in replies]

    async def _outbox(self, name: str) -> list[Reply]:
        query = select(outbox.c.reply).where(outbox.c.person == name).order_by(outbox.c.id)
        rows = await self.storage.database.read(lambda connection: list(connection.execute(query)))
        return [_reply(json.loads(row.reply)) for row in rows]

    def _next(self) -> str:
        self._number += 1
        return f"m{self._number}"


def _reply(content: dict[str, object]) -> Reply:
    buttons = content["buttons"]
    assert isinstance(buttons, list)
    return Reply(str(content["text"]), tuple(Button(**button) for button in buttons))
