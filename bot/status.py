"""Status: the doors by which a host asks how this process is: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.metrics import Metrics
from bot.storage import Backlog, Storage, StorageUnavailable

SILENT_SECONDS = 120.0
"""Seconds after which a polling bot that Telegram did not answer is not ready; a call takes up to 60."""
ASK_WITHIN = 3.0
"""Seconds in which the database must answer."""


@dataclass(slots=True)
class Hearing:
    """Whether this process can hear people; kept by whoever receives."""

    clock: Callable[[], float] = time.time
    """UTC seconds."""
    polling: bool = False
    """True: Telegram must have answered lately; False: a webhook is set, and silence is no fault."""
    heard_at: float | None = None
    """When Telegram last answered a poll, or took the webhook; None: not yet."""
    confirmed_at: float | None = None
    """When this process last stored an update and so could confirm it."""
    failed_at: float | None = None
    """When it last failed to store one."""
    stopping: bool = False
    """True after SIGTERM."""

    def heard(self) -> None:
        """Telegram answered."""
        self.heard_at = self.clock()

    def stored(self, done: bool) -> None:
        """An update was stored, or could not be."""
        if done:
            self.confirmed_at = self.clock()
        else:
            self.failed_at = self.clock()

    def reasons(self) -> list[str]:
        """Why it cannot hear; empty when it can."""
        reasons = ["stopping"] if self.stopping else []
        if self.heard_at is None:
            reasons.append("telegram: not connected yet")
        elif self.polling and self.clock() - self.heard_at > SILENT_SECONDS:
            reasons.append("telegram: does not answer")
        if self.failed_at is not None and self.failed_at > (self.confirmed_at or 0.0):
            reasons.append("updates: the last one could not be stored")
        return reasons


@dataclass(frozen=True, slots=True)
class Status:
    """All that the doors know of."""

    storage: Storage
    """The database to ask."""
    metrics: Metrics
    """Figures of this process."""
    revision: Callable[[], str]
    """Which knowledge is in use; empty if none is."""
    token: SecretStr | None = None
    """What ``/metrics`` wants as bearer token; None: nothing."""
    hearing: Hearing = field(default_factory=Hearing)
    """Whether this process can hear people."""
    published: Callable[[], int] = int
    """Number of the officers' revision in use."""
    notes: Callable[[], list[str]] = list
    """What somebody should look after although people are answered."""

    def routes(self, public: bool) -> list[Route]:
        """The doors; ``public``: where everybody comes by, ``/metrics`` is open only with a token."""
        routes = [Route("/healthz", _alive), Route("/readyz", self._ready)]
        return [*routes, Route("/metrics", self._metrics)] if self.token or not public else routes

    async def _ready(self, request: Request) -> Response:
        reasons = self.hearing.reasons()
        told: dict[str, Any] = {"knowledge": self.revision(), "revision": self.published(), "notes": self.notes()}
        if not told["knowledge"]:
            reasons.append("knowledge: not loaded")
        try:
            told |= _told(await self._backlog())
        except StorageUnavailable as error:
            reasons.append(f"database: {error}")
        headers = {"cache-control": "no-store"}
        return JSONResponse({"ready": not reasons, "reasons": reasons, **told}, 503 if reasons else 200, headers)

    async def _metrics(self, request: Request) -> Response:
        if self.token and not _bears(request, self.token.get_secret_value()):
            return PlainTextResponse("", 401, {"www-authenticate": "Bearer"})
        try:
            backlog = await self._backlog()
        except StorageUnavailable:
            return PlainTextResponse("database does not answer", 503)
        return Response(self.metrics.exposition(backlog), media_type=CONTENT_TYPE_LATEST)

    async def _backlog(self) -> Backlog:
        try:
            async with asyncio.timeout(ASK_WITHIN):
                return await self.storage.backlog()
        except TimeoutError:
            raise StorageUnavailable("It does not answer in time.") from None


async def _alive(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


def _told(backlog: Backlog) -> dict[str, Any]:
    newest = backlog.last_stored_at
    return {
        "last_confirmed_update": newest and datetime.fromtimestamp(newest, UTC).isoformat(timespec="seconds"),
        "queues": {
            name: {"waiting": line.waiting, "oldest_seconds": round(line.oldest_seconds, 1), "dead": line.dead}
            for name, line in backlog.queues.items()
        },
    }


def _bears(request: Request, token: str) -> bool:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    # Bytes, because compare_digest takes only ASCII texts and a header may hold anything.
    return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode("latin-1"), token.encode())
