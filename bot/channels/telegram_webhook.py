"""The door by which Telegram pushes updates: prove the origin, store, and only then say 200."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import Store

_log = logging.getLogger(__name__)

PATH = "/telegram/updates"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the header's name)
BODY_LIMIT = 1_048_576
"""Bytes; an update is a few kilobytes."""
BODY_WITHIN = 10.0
"""Seconds in which the whole body must have come; who sends it drop by drop holds no door open."""


class _Rejected(Exception):
    """A request that is turned away with a status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def webhook_route(secret: str, store: Store, path: str = PATH) -> Route:
    """POST `path`, for Telegram alone.

    200 once `store` has returned; 503 if it raised, so that Telegram tries again. 403 without the secret, 408 after
    BODY_WITHIN, 413 over BODY_LIMIT, 415 for anything not called JSON, 400 for what is no JSON object. An update that makes no sense is
    stored like any other. `secret` must not be empty.
    """
    assert secret, "without a secret anybody could speak for Telegram"

    async def receive(request: Request) -> Response:
        try:
            _prove_origin(request, secret)
            raw = await _body(request)
            await _keep(store, raw, _object(raw))
        except _Rejected as rejected:
            return Response(status_code=rejected.status)
        return Response(status_code=200)

    return Route(path, receive, methods=["POST"])


def _prove_origin(request: Request, secret: str) -> None:
    # Bytes, because compare_digest takes only ASCII texts and a forger may send any header.
    shown = request.headers.get(SECRET_HEADER, "").encode("latin-1")
    if not hmac.compare_digest(shown, secret.encode()):
        raise _Rejected(403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Rejected(415)


async def _body(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 9 or int(announced) > BODY_LIMIT:
        raise _Rejected(413)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_LIMIT:
                    raise _Rejected(413)
    except TimeoutError:
        raise _Rejected(408) from None
    return bytes(body)


def _object(raw: bytes) -> dict[str, object]:
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        raise _Rejected(400) from None
    if not isinstance(update, dict):
        raise _Rejected(400)
    return update


async def _keep(store: Store, raw: bytes, update: dict[str, object]) -> None:
    try:
        await store(raw, update)
    except Exception as error:
        # Only the kind: a database's own words repeat what it was given.
        _log.error("update not stored: %s", type(error).__name__)
        raise _Rejected(503) from None
