"""App: builds everything once, settings → knowledge → storage → conversation; and the chat in the terminal."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy.engine import make_url

from bot.channels import Channel, UnreadableUpdate
from bot.channels.terminal import Terminal, typed_messages
from bot.checking.compiled import Compiled, compile_knowledge
from bot.knowledge import packaged_folder
from bot.knowledge.loading import load_knowledge
from bot.settings import Settings
from bot.storage import Arrival, Storage, load_secret, open_storage, pseudonym
from bot.worker import Worker


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, ready."""

    settings: Settings
    """What the environment says."""
    compiled: Compiled
    """The knowledge in use."""
    storage: Storage
    """The open database."""
    secret: bytes
    """Key of the pseudonyms."""

    def worker(self, *channels: Channel) -> Worker:
        """A worker for these channels."""
        owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        return Worker(self.storage, {channel.name: channel for channel in channels}, lambda: self.compiled, time.time, owner)

    def arrival(self, channel: Channel, update_id: str, raw: bytes, update: dict[str, object]) -> Arrival | None:
        """An update as the inbox stores it; None if it is nothing for the bot."""
        try:
            received = channel.read(update)
        except UnreadableUpdate as error:
            return Arrival(channel.name, update_id, raw.decode("utf-8", "replace"), problem=str(error))
        if received is None:
            return None
        person = pseudonym(self.secret, channel.name, received.sender)
        return Arrival(channel.name, update_id, raw.decode("utf-8", "replace"), person, received.address, received.incoming)


def load_compiled(settings: Settings) -> Compiled:
    """The knowledge that the settings name, compiled; raises KnowledgeError with every problem."""
    return compile_knowledge(load_knowledge(settings.knowledge_dir or packaged_folder()))


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Everything that does not depend on a channel; closes the storage at the end.

    Raises KnowledgeError, StorageUnavailable or SchemaMismatch with sentences for the operator.
    """
    compiled = load_compiled(settings)
    secret = load_secret(
        settings.person_secret.get_secret_value() if settings.person_secret else None, _key_file(settings.database_url)
    )
    storage = await open_storage(settings.database_url)
    try:
        yield App(settings, compiled, storage, secret.value)
    finally:
        await storage.aclose()


def _key_file(database_url: str) -> Path:
    database = make_url(database_url).database
    return Path(database).with_suffix(".key") if database and "sqlite" in database_url else Path("cekdulu.key")


async def chat(settings: Settings, console: Console, messages: Callable[[], AsyncIterator[str]] = typed_messages) -> None:
    """The conversation in this terminal, through the same inbox and outbox as every channel."""
    async with open_app(settings) as app:
        terminal = Terminal(console)
        stop = asyncio.Event()
        running = asyncio.create_task(app.worker(terminal).run(stop))
        session = secrets.token_hex(6)
        number = 0
        async for text in messages():
            number += 1
            update: dict[str, object] = {"id": f"{session}-{number}", "text": text}
            arrival = app.arrival(terminal, str(update["id"]), json.dumps(update).encode(), update)
            if arrival is not None:
                await app.storage.inbox.store(arrival)
                await _answered(app.storage)
        stop.set()
        await running


async def _answered(storage: Storage) -> None:
    """Wait until everything is answered and sent."""
    while await storage.inbox.unfinished() or await storage.outbox.unfinished():
        await asyncio.sleep(0.01)
