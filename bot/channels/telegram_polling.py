"""The loop that fetches updates where no webhook is possible: fetch, store, and only then ask for the next ones.

Asking for an offset is what confirms the updates before it, so nothing is confirmed that is not on the disk. Telegram
keeps what is unconfirmed for a day.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar

from bot.channels import Store
from bot.channels.telegram import CallFailed

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

FIRST_PAUSE = 1.0
"""Seconds before the next try after a failure; doubled with every further one."""
LONGEST_PAUSE = 60.0
"""Seconds at which doubling ends."""


class Fetch(Protocol):
    """`TelegramClient.fetch_updates`, or something like it."""

    def __call__(self, offset: int, wait: int) -> Coroutine[Any, Any, list[object]]:
        """Raw updates from `offset` on; raises CallFailed or BadToken."""


async def poll(
    fetch: Fetch,
    store: Store,
    stop: asyncio.Event,
    *,
    sleep: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    jitter: Callable[[], float] = random.random,
    wait: int = 50,
) -> None:
    """Stores every update until `stop` is set, then returns at once; raises BadToken.

    While Telegram is away, another poller or a webhook is active, or storing fails, it tries again after a growing
    pause and loses nothing. `wait`: seconds for which Telegram holds a call that finds nothing. `jitter` gives 0 to 1:
    pauses are between half and all of their length.
    """
    offset = failures = 0
    while not stop.is_set():
        try:
            updates = await _unless(stop, fetch(offset, wait)) or []
            for update in updates:
                await _keep(store, update)
                offset = max(offset, _after(update))
            if updates and not any(map(_after, updates)):
                raise CallFailed("no update with an id")  # Nothing to confirm: the same would come again at once.
            failures = 0
        except CallFailed as failure:
            pause = min(FIRST_PAUSE * 2 ** min(failures, 10), LONGEST_PAUSE) * (0.5 + jitter() / 2)
            failures += 1
            _log.warning("polling: %s; failures in a row: %d", failure.reason, failures)
            await _unless(stop, sleep(max(pause, failure.seconds or 0.0)))


async def _keep(store: Store, update: object) -> None:
    known = update if isinstance(update, dict) else {"not_an_object": update}
    try:
        # In ASCII, because JSON can spell half surrogate pairs that UTF-8 cannot hold.
        await store(json.dumps(update).encode(), known)
    except Exception as error:
        # Only the kind: a database's own words repeat what it was given.
        raise CallFailed(f"update not stored: {type(error).__name__}") from None


def _after(update: object) -> int:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number + 1 if isinstance(number, int) else 0


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, _T]) -> _T | None:
    """The result of the work; None, and the work is given up, if `stop` is set first."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
