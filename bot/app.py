"""App: builds everything once, settings → knowledge → storage → conversation → channels, and runs it until stopped."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from rich.console import Console
from sqlalchemy.engine import make_url
from starlette.applications import Starlette

from bot.channels import Channel, UnreadableUpdate
from bot.channels.telegram import TelegramClient
from bot.channels.telegram_polling import poll
from bot.channels.telegram_updates import update_key
from bot.channels.telegram_webhook import PATH, webhook_route
from bot.channels.terminal import Terminal, typed_messages
from bot.checking.compiled import Compiled, compile_knowledge
from bot.knowledge import packaged_folder
from bot.knowledge.loading import load_knowledge
from bot.settings import Settings
from bot.storage import Arrival, Storage, load_secret, open_storage, pseudonym
from bot.worker import Worker

log = logging.getLogger(__name__)

SWEEP_SECONDS = 60.0


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


async def serve(settings: Settings, console: Console) -> None:
    """Telegram when a token is set, else the chat in this terminal."""
    if settings.telegram_token is None:
        await chat(settings, console)
        return
    async with open_app(settings) as app:
        client = TelegramClient(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
        await client.start()
        try:
            stop = _stop_on_signal()
            async with asyncio.TaskGroup() as group:
                group.create_task(app.worker(client).run(stop))
                group.create_task(_sweep(app.storage, stop))
                group.create_task(_receive_telegram(app, client, stop))
        finally:
            await client.close()


async def _receive_telegram(app: App, client: TelegramClient, stop: asyncio.Event) -> None:
    async def store(raw: bytes, update: dict[str, object]) -> None:
        arrival = app.arrival(client, update_key(update), raw, update)
        if arrival is not None:
            await app.storage.inbox.store(arrival)

    url = app.settings.telegram_webhook_url
    if url is None:
        await client.delete_webhook()
        log.info("telegram: polling")
        await poll(client.fetch_updates, store, stop)
        return
    secret = _webhook_secret(app)
    server = _web_server(app.settings, Starlette(routes=[webhook_route(secret, store)]))
    serving = asyncio.create_task(server.serve())
    try:
        await client.set_webhook(f"{url}{PATH}", secret)
        log.info("telegram: webhook")
        await stop.wait()
        await client.delete_webhook()
    finally:
        server.should_exit = True
        await serving


def _webhook_secret(app: App) -> str:
    """The secret that Telegram sends back with each update; the same in every process with the same PERSON_SECRET."""
    given = app.settings.telegram_webhook_secret
    return given.get_secret_value() if given else hmac.digest(app.secret, b"telegram webhook", hashlib.sha256).hex()


def _web_server(settings: Settings, application: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        application, host=settings.host, port=settings.port, log_level="warning", access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    return server


async def _sweep(storage: Storage, stop: asyncio.Event) -> None:
    """Erase what is over, every minute."""
    while not stop.is_set():
        await storage.sweep(time.time())
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_SECONDS):
                await stop.wait()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


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
