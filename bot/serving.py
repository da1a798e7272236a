"""Serving: Telegram for real, by webhook or polling, with workers and sweeping beside it, until told to stop."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.app import App, open_app
from bot.channels.telegram import CallFailed, TelegramClient
from bot.channels.telegram_polling import poll
from bot.channels.telegram_updates import update_key
from bot.channels.telegram_webhook import PATH, webhook_route
from bot.failures import Failure
from bot.settings import Settings
from bot.storage import Retention, Storage, StorageUnavailable
from bot.worker import backoff

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
"""Pause between two rounds of erasing what is over; so long an answered message may stay in the database's journal."""
ANSWER_WITHIN = 6.0
"""Seconds after which one call to Telegram counts as failed (Telegram mostly answers in under one)."""
FAREWELL_SECONDS = 1.5
"""Seconds that open requests, and the last call to Telegram, get after the stop."""


class PortTaken(Failure):
    """The web server cannot listen where the settings want it to."""


class CallRefused(Failure):
    """Telegram refuses a call without which the bot hears nothing; trying again would not help."""


async def serve_telegram(settings: Settings) -> None:
    """Answer people on Telegram until SIGTERM or SIGINT; by webhook when its address is set, else by polling.

    Raises BadToken, PortTaken, CallRefused, KnowledgeError, StorageUnavailable, SchemaMismatch or SecretUnusable
    with sentences for the operator, alone or in an ExceptionGroup. While Telegram cannot be reached it keeps trying.
    """
    assert settings.telegram_token is not None
    stop = _stop_on_signal()
    client = TelegramClient(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_base,
        answer_within=ANSWER_WITHIN,
        per_second=settings.telegram_per_second,
    )
    with _listener(settings) as listener:
        async with open_app(settings) as app:
            try:
                if await _done(client.start, stop):
                    await _serve(app, client, listener, stop)
            finally:
                await client.close()


async def _serve(app: App, client: TelegramClient, listener: socket.socket | None, stop: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(app.worker(client).run(stop))
        group.create_task(_keep_private(app, stop))
        group.create_task(_poll(app, client, stop) if listener is None else _listen(app, client, listener, stop))


async def _poll(app: App, client: TelegramClient, stop: asyncio.Event) -> None:
    if await _done(client.delete_webhook, stop):
        log.info("telegram: polling")
        await poll(client.fetch_updates, _Store(app, client), stop)


async def _listen(app: App, client: TelegramClient, listener: socket.socket, stop: asyncio.Event) -> None:
    secret = _webhook_secret(app)
    server = _web_server(Starlette(routes=[webhook_route(secret, _Store(app, client)), Route("/healthz", _healthy)]))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        if await _done(lambda: client.set_webhook(f"{app.settings.telegram_webhook_url}{PATH}", secret), stop):
            log.info("telegram: webhook")
            await stop.wait()
            await _unhook(app, client)
    finally:
        server.should_exit = True
        await serving


async def _unhook(app: App, client: TelegramClient) -> None:
    """Have Telegram keep what comes from now on; unless other processes, on a shared database, still listen."""
    if app.storage.database.engine.dialect.name == "sqlite":
        with suppress(CallFailed, TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await client.delete_webhook()


class _Store:
    """Puts one update into the inbox."""

    def __init__(self, app: App, client: TelegramClient) -> None:
        self._app = app
        self._client = client

    async def __call__(self, raw: bytes, update: dict[str, object]) -> None:
        arrival = self._app.arrival(self._client, update_key(update), raw, update)
        if arrival is not None:
            await self._app.storage.inbox.store(arrival)


async def _done(call: Callable[[], Coroutine[Any, Any, None]], stop: asyncio.Event) -> bool:
    """True once Telegram has carried out the call; False if the stop came first. Raises BadToken or CallRefused."""
    tries = 0
    while not stop.is_set():
        tries += 1
        try:
            return await _before(stop, call())
        except CallFailed as failed:
            if failed.reason.startswith("refused"):
                sentence = f"Telegram menolak permintaan bot ({failed.reason}). Periksa TELEGRAM_WEBHOOK_URL."
                raise CallRefused(sentence) from None
            log.warning("telegram: %s; tries: %d", failed.reason, tries)
            await _wait(stop, max(failed.seconds or 0.0, backoff(tries)))
    return False


async def _before(stop: asyncio.Event, call: Coroutine[Any, Any, None]) -> bool:
    """True when the call ended; False, and it is given up, if the stop came first."""
    calling, stopping = asyncio.create_task(call), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({calling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return calling.done() and calling.result() is None
    finally:
        for task in (calling, stopping):
            task.cancel()
        await asyncio.gather(calling, stopping, return_exceptions=True)


def _webhook_secret(app: App) -> str:
    """The secret that Telegram sends back with each update; the same in every process with the same PERSON_SECRET."""
    given = app.settings.telegram_webhook_secret
    return (
        given.get_secret_value() if given else hmac.digest(app.secret.value, b"telegram webhook", hashlib.sha256).hex()
    )


async def _healthy(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


@contextmanager
def _listener(settings: Settings) -> Iterator[socket.socket | None]:
    """The web server's socket, taken before anything that takes time; None when no webhook is wanted."""
    if settings.telegram_webhook_url is None:
        yield None
        return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise PortTaken(
            f"Server web tidak bisa memakai {settings.host} port {settings.port} ({error.strerror})."
            " Hentikan program lain di port itu, atau ganti HOST dan PORT."
        ) from None
    with listener:
        yield listener


class _WebServer(uvicorn.Server):
    """uvicorn without its own way of hearing signals, which would close the door before Telegram is told."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to `_stop_on_signal`."""
        yield


def _web_server(application: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=int(FAREWELL_SECONDS),
    )
    return _WebServer(config)


async def _keep_private(app: App, stop: asyncio.Event) -> None:
    """What an older key sealed is sealed anew; then erasing goes on and on."""
    with suppress(StorageUnavailable):  # the next start does it, or `reseal`
        done = await app.storage.reseal(app.vault)
        if done.unreadable:
            log.error("vault: %d rows cannot be read: a key is missing in ENCRYPTION_KEYS", done.unreadable)
    await _sweep(app.storage, app.retention, stop)


async def _sweep(storage: Storage, retention: Retention, stop: asyncio.Event) -> None:
    """Erase what is over, again and again; a database that is away for a while is no reason to stop."""
    while not stop.is_set():
        try:
            await storage.sweep(time.time(), retention)
        except StorageUnavailable as error:
            log.error("sweep: %s", error)
        await _wait(stop, SWEEP_SECONDS)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
