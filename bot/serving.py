"""Serving: Telegram for real, by webhook or polling, with workers and sweeping beside it, until told to stop."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import signal
import time
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from bot.app import App, open_app
from bot.channels.telegram import TelegramClient
from bot.channels.telegram_polling import poll
from bot.channels.telegram_updates import update_key
from bot.channels.telegram_webhook import PATH, webhook_route
from bot.settings import Settings
from bot.storage import Storage

log = logging.getLogger(__name__)

SWEEP_SECONDS = 60.0
"""Pause between two rounds of erasing what is over."""


async def serve_telegram(settings: Settings) -> None:
    """Answer people on Telegram until SIGTERM or SIGINT; by webhook when its address is set, else by polling.

    Raises BadToken, KnowledgeError, StorageUnavailable or SchemaMismatch with sentences for the operator.
    """
    assert settings.telegram_token is not None
    client = TelegramClient(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    async with open_app(settings) as app:
        await client.start()
        try:
            stop = _stop_on_signal()
            async with asyncio.TaskGroup() as group:
                group.create_task(app.worker(client).run(stop))
                group.create_task(_sweep(app.storage, stop))
                group.create_task(_receive(app, client, stop))
        finally:
            await client.close()


async def _receive(app: App, client: TelegramClient, stop: asyncio.Event) -> None:
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
