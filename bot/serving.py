"""Serving: Telegram for real, by webhook or polling, with workers and sweeping beside it, until told to stop."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.app import App, open_app
from bot.channels.telegram import CallFailed, TelegramClient
from bot.channels.telegram_polling import poll
from bot.channels.telegram_updates import update_key
from bot.channels.telegram_webhook import PATH, webhook_route
from bot.failures import Failure
from bot.logs import log_unawaited
from bot.officers.case_clock import ring
from bot.officers.commands import WORDS
from bot.settings import Settings
from bot.status import Hearing, Status
from bot.storage import Retention, Storage, StorageUnavailable
from bot.worker import backoff

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
"""Pause between two rounds of erasing what is over; so long an answered message may stay in the database's journal."""
ANSWER_WITHIN = 6.0
"""Seconds after which one call to Telegram counts as failed (Telegram mostly answers in under one)."""
FAREWELL_SECONDS = 1.5
"""Seconds that open requests, and the last call to Telegram, get after the stop."""

STOPS_WITHIN = 8.0
"""Seconds after SIGTERM by which the program has ended, whatever hangs; mostly it takes one or two. What is in hand
is finished for up to `bot.worker.FINISH_SECONDS` of them, the rest is given back; nothing is lost either way."""


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
    asyncio.get_running_loop().set_exception_handler(log_unawaited)
    stop = _stop_on_signal()
    client = TelegramClient(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_base,
        answer_within=ANSWER_WITHIN,
        per_second=settings.telegram_per_second,
        overhears=WORDS,
    )
    webhook_port = settings.port if settings.telegram_webhook_url else None
    with _listener(settings, webhook_port) as door, _listener(settings, settings.status_port) as status_door:
        async with open_app(settings) as app:
            live = app.live
            status = Status(
                app.storage, app.metrics, lambda: live.compiled.knowledge.revision, settings.metrics_token,
                published=lambda: live.number, notes=live.notes,
            )  # fmt: skip
            try:
                async with _served(status.routes(public=False), status_door):
                    if await _done(client.start, stop):
                        await _serve(app, client, status, door, stop)
            finally:
                await client.close()


async def _serve(
    app: App, client: TelegramClient, status: Status, door: socket.socket | None, stop: asyncio.Event
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(app.worker(client).run(stop))
        group.create_task(_keep_private(app, stop))
        group.create_task(app.live.watch(stop))
        group.create_task(_keep_promises(app, stop))
        group.create_task(app.publishing.keep_up(stop))
        group.create_task(app.learning().keep_up(stop))
        group.create_task(_mark_stopping(status, stop))
        receiving = _poll(app, client, status, stop) if door is None else _listen(app, client, status, door, stop)
        group.create_task(receiving)


async def _mark_stopping(status: Status, stop: asyncio.Event) -> None:
    await stop.wait()
    status.hearing.stopping = True


async def _poll(app: App, client: TelegramClient, status: Status, stop: asyncio.Event) -> None:
    status.hearing.polling = True

    async def fetch(offset: int, wait: int) -> list[object]:
        updates = await client.fetch_updates(offset, wait)
        status.hearing.heard()
        return updates

    if await _done(client.delete_webhook, stop):
        log.info("telegram: polling")
        status.hearing.heard()
        await poll(fetch, _Store(app, client, status.hearing), stop)


async def _listen(app: App, client: TelegramClient, status: Status, door: socket.socket, stop: asyncio.Event) -> None:
    secret = _webhook_secret(app)
    routes = [webhook_route(secret, _Store(app, client, status.hearing)), *status.routes(public=True)]
    async with _served(routes, door):
        if await _done(lambda: client.set_webhook(f"{app.settings.telegram_webhook_url}{PATH}", secret), stop):
            log.info("telegram: webhook")
            status.hearing.heard()
            await stop.wait()
            await _unhook(app, client)


@asynccontextmanager
async def _served(routes: Sequence[BaseRoute], door: socket.socket | None) -> AsyncIterator[None]:
    """A web server with these routes behind the door, open during the body; nothing without a door."""
    if door is None:
        yield
        return
    server = _web_server(Starlette(routes=routes))
    serving = asyncio.create_task(server.serve([door]))
    try:
        yield
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

    def __init__(self, app: App, client: TelegramClient, hearing: Hearing) -> None:
        self._app = app
        self._client = client
        self._hearing = hearing

    async def __call__(self, raw: bytes, update: dict[str, object]) -> None:
        begun = time.perf_counter()
        outcome = "failed"
        try:
            outcome = await self._store(raw, update)
        finally:
            self._hearing.stored(outcome != "failed")
            self._app.metrics.updates.labels(self._client.name, outcome).inc()
        self._app.metrics.step("receive", time.perf_counter() - begun)

    async def _store(self, raw: bytes, update: dict[str, object]) -> str:
        """What became of the update."""
        arrival = self._app.arrival(self._client, update_key(update), raw, update)
        if arrival is None:
            return "ignored"
        if not await self._app.storage.inbox.store(arrival):
            return "repeated"
        return "unreadable" if arrival.incoming is None else "stored"


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


@contextmanager
def _listener(settings: Settings, port: int | None) -> Iterator[socket.socket | None]:
    """A web server's socket, taken before anything that takes time; None when none is wanted."""
    if port is None:
        yield None
        return
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, port), family=family)
    except OSError as error:
        raise PortTaken(
            f"Server web tidak bisa memakai {settings.host} port {port} ({error.strerror})."
            " Hentikan program lain di port itu, atau ganti HOST, PORT dan STATUS_PORT."
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
        log_config=None,  # its lines go where all others go
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


async def _keep_promises(app: App, stop: asyncio.Event) -> None:
    """Look at the clock of the cases, again and again, beside whatever else goes on."""
    while not stop.is_set():
        try:
            await ring(app.storage, app.live.compiled.knowledge, app.settings.office, time.time())
        except StorageUnavailable as error:
            log.error("cases: %s", error)
        await _wait(stop, SWEEP_SECONDS)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _stop_on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _begin_to_stop, stop)
    return stop


def _begin_to_stop(stop: asyncio.Event) -> None:
    """Finish in order; and if anything hangs, end all the same before the host gets impatient."""
    stop.set()
    # A thread, because what hangs may be the event loop itself.
    last = threading.Timer(STOPS_WITHIN, _end)
    last.daemon = True
    last.start()


def _end() -> None:
    log.error("the stop took more than %.0f seconds: ended as it is; leases run out by themselves", STOPS_WITHIN)
    os._exit(1)
