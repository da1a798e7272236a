"""App: builds everything once, settings → knowledge → storage → conversation; and the chat in the terminal."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from sqlalchemy.engine import make_url

from bot.answering import Answering
from bot.channels import Channel, UnreadableUpdate
from bot.channels.terminal import Terminal, typed_messages
from bot.checking.compiled import Compiled, compile_knowledge
from bot.conversation.gathering import gathers
from bot.failures import Failure, fault
from bot.knowledge import packaged_folder
from bot.knowledge.loading import load_knowledge
from bot.limits import Limits
from bot.metrics import Metrics
from bot.settings import Settings
from bot.storage import Arrival, Storage, load_secret, open_storage, pseudonym
from bot.worker import Worker


class SecretUnusable(Failure):
    """The secret of the pseudonyms can neither be read nor made."""


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
    metrics: Metrics = field(default_factory=Metrics)
    """What is counted."""

    def worker(self, *channels: Channel) -> Worker:
        """A worker for these channels."""
        owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        by_name = {channel.name: channel for channel in channels}
        limits = Limits(self.settings.messages_per_person, self.settings.replies_per_minute)
        quiet = self.settings.quiet_seconds
        answering = Answering(self.storage, by_name, lambda: self.compiled, time.time, quiet, limits, self.metrics)
        return Worker(answering, owner)

    def arrival(self, channel: Channel, update_id: str, raw: bytes, update: dict[str, object]) -> Arrival | None:
        """An update as the inbox stores it; None if it is nothing for the bot; never raises.

        One that cannot be read comes back as a dead letter, so that those behind it go on.
        """
        text = raw.decode("utf-8", "replace")
        try:
            received = channel.read(update)
        except UnreadableUpdate as error:
            return Arrival(channel.name, update_id, text, problem=str(error))
        except Exception as error:  # a fault of the program, which would come again with every try
            return Arrival(channel.name, update_id, text, problem=fault(error))
        if received is None:
            return None
        person = pseudonym(self.secret, channel.name, received.sender)
        quiet = self.settings.quiet_seconds
        waits = quiet > 0 and gathers(received.incoming)
        return Arrival(
            channel.name, update_id, text, person, received.address, received.incoming,
            quiet=quiet if waits else 0.0, ends_quiet=quiet > 0 and not waits,
        )  # fmt: skip


def load_compiled(settings: Settings) -> Compiled:
    """The knowledge that the settings name, compiled; raises KnowledgeError with every problem."""
    compiled = compile_knowledge(load_knowledge(settings.knowledge_dir or packaged_folder(), examples=False))
    # Knowledge lives as long as the process: looking through it for garbage again and again paused checks by 60–90 ms.
    gc.collect()
    gc.freeze()
    return compiled


@asynccontextmanager
async def open_app(settings: Settings) -> AsyncIterator[App]:
    """Everything that does not depend on a channel; closes the storage at the end.

    Raises KnowledgeError, StorageUnavailable, SchemaMismatch or SecretUnusable with sentences for the operator.
    """
    compiled = load_compiled(settings)
    storage = await open_storage(settings.database_url)
    try:
        yield App(settings, compiled, storage, _person_secret(settings))
    finally:
        await storage.aclose()


def _person_secret(settings: Settings) -> bytes:
    given = settings.person_secret.get_secret_value() if settings.person_secret else None
    key_file = _key_file(settings.database_url)
    try:
        return load_secret(given, key_file).value
    except OSError as error:
        raise SecretUnusable(
            f"Berkas kunci {key_file.name} di samping database tidak bisa dibaca atau dibuat ({error.strerror})."
            " Periksa izin foldernya, atau isi PERSON_SECRET."
        ) from None
    except ValueError as error:
        raise SecretUnusable(str(error)) from None


def _key_file(database_url: str) -> Path:
    database = make_url(database_url).database
    return Path(database).with_suffix(".key") if database and "sqlite" in database_url else Path("cekdulu.key")


async def chat(
    settings: Settings, console: Console, messages: Callable[[], AsyncIterator[str]] = typed_messages
) -> None:
    """The conversation in this terminal, through the same inbox and outbox as every channel.

    Its database lasts as long as the chat: nothing typed stays, and neither a bot that runs beside it nor a second
    chat gets hold of its messages.
    """
    with TemporaryDirectory(prefix="cekdulu-", ignore_cleanup_errors=True) as folder:
        # What is typed here ends with the Enter key: there is nothing to wait for.
        changed = {"database_url": f"sqlite:///{folder}/chat.db", "quiet_seconds": 0.0, "messages_per_person": 0}
        async with open_app(settings.model_copy(update=changed)) as app:
            await _chat(app, Terminal(console), messages())


async def _chat(app: App, terminal: Terminal, messages: AsyncIterator[str]) -> None:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.worker(terminal).run(stop))
        number = 0
        async for text in messages:
            number += 1
            update: dict[str, object] = {"id": str(number), "text": text}
            arrival = app.arrival(terminal, str(number), json.dumps(update).encode(), update)
            if arrival is not None:
                await app.storage.inbox.store(arrival)
                await _answered(app.storage)
        stop.set()


async def _answered(storage: Storage) -> None:
    """Wait until everything is answered and sent."""
    # The database knows; its signals are the worker's.
    while await storage.inbox.unfinished() or await storage.outbox.unfinished():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
