"""Holding: long work under a lease that is kept alive while it goes on, so that after a crash another begins soon."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.storage import StorageUnavailable

_Result = TypeVar("_Result")


class LeaseLost(Exception):
    """The work is nobody's any more, or somebody else's; it was given up."""


async def held(
    work: Coroutine[Any, Any, _Result], renew: Callable[[], Awaitable[bool]], every: float
) -> _Result:
    """What the work gives; the lease is renewed each ``every`` seconds meanwhile.

    Raises LeaseLost when ``renew`` says False. A database that is away for a while ends nothing.
    """
    task = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({task}, timeout=every))[0]:
            with suppress(StorageUnavailable):
                if not await renew():
                    raise LeaseLost
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
