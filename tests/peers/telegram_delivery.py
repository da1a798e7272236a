"""Updates on their way to the bot: the queue, getUpdates and the webhook, with Telegram's rules of confirmation."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx

from tests.peers.telegram_account import Json
from tests.peers.telegram_faults import ApiError

T = TypeVar("T")
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that come only when asked for (Bot API, getUpdates, allowed_updates)."""
LONGEST_BACKOFF = 2.0
"""Seconds between two tries of a webhook at the most; Telegram's own grow far longer, for which no test waits."""
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Bell:
    """Wakes those who wait for a condition whenever something happened."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Something happened: look again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def until(self, condition: Callable[[], T | None], within: float | None) -> T:
        """The first true value of `condition`; TimeoutError after `within` seconds (None: never)."""
        async with asyncio.timeout(within):
            while not (value := condition()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiting.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiting.discard(waiter)
        return value


@dataclass(eq=False, slots=True)
class Pending:
    """An update that the bot has not confirmed."""

    id: int
    update: Any
    """What is delivered: a Bot API ``Update``, or whatever a test wants to be unreadable."""
    line: object
    """Updates of one line are delivered to a webhook one after the other (Telegram: one line per chat)."""
    deliveries: int = 1
    """How many confirmations it takes to be rid of it; 2 makes a duplicate."""
    failures: int = 0
    """Webhook attempts that failed."""
    busy: bool = False
    """Being delivered, or waiting for its next webhook attempt."""


@dataclass(slots=True)
class Hook:
    """Where setWebhook sends updates."""

    url: str
    secret: str = ""
    max_connections: int = 40
    last_error: Json = field(default_factory=dict)
    """``last_error_date`` and ``last_error_message`` of getWebhookInfo."""


class Delivery:
    """The bot's queue of updates and the two ways out of it."""

    def __init__(self, bell: Bell, reply: Callable[[httpx.Response], Awaitable[None]], backoff: float) -> None:
        self.queue: list[Pending] = []
        self.hook: Hook | None = None
        self.allowed: list[str] = []
        self.closing = False
        self._bell = bell
        self._reply = reply
        self._backoff = backoff
        self._next_id = 1001
        self._poller = 0
        self._attempts: set[asyncio.Task[None]] = set()

    def add(self, kind: str, value: Any, line: object = None) -> Pending:
        """A new update of `kind`, queued if the bot wants such."""
        number = self._number()
        pending = Pending(number, {"update_id": number, kind: value}, line)
        if kind in self.allowed or (not self.allowed and kind not in NOT_BY_DEFAULT):
            self._push(pending)
        return pending

    def add_raw(self, value: Any) -> int:
        """Queues any JSON value as if it were an update; the id by which an offset confirms it."""
        number = self._number()
        self._push(Pending(number, value, None))
        return number

    def repeat(self, pending: Pending) -> None:
        """Delivers once more what was or will be delivered."""
        if pending in self.queue:
            pending.deliveries += 1
        else:
            self._push(pending)

    def _number(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _push(self, pending: Pending) -> None:
        self.queue.append(pending)
        self._bell.ring()

    def confirm(self, offset: int) -> None:
        """Forgets what lies before `offset`; a negative one counts from the end of the queue."""
        if offset < 0:
            offset = self.queue[offset].id if -offset <= len(self.queue) else 0
        for pending in [p for p in self.queue if p.id < offset]:
            self._delivered(pending)

    def _delivered(self, pending: Pending) -> None:
        pending.deliveries -= 1
        pending.busy = False
        if pending.deliveries < 1:
            pending.deliveries = 1
            self.queue = [other for other in self.queue if other is not pending]
        self._bell.ring()

    def set_hook(self, hook: Hook | None) -> None:
        """From now on updates go to `hook`; None leaves them to getUpdates."""
        self.hook = hook
        self._bell.ring()

    def turn_to(self, url: str) -> None:
        """From now on updates go to this address, with the secret of the hook that is set."""
        assert self.hook is not None, "no webhook is set"
        self.set_hook(replace(self.hook, url=url))

    def drop_pending(self) -> None:
        """Forgets everything undelivered."""
        self.queue.clear()
        self._bell.ring()

    async def poll(self, offset: int, limit: int, wait: float) -> list[Any]:
        """What getUpdates answers; ApiError 409 when a webhook is set or another poller comes."""
        if self.hook is not None:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._poller += 1
        mine = self._poller
        self._bell.ring()
        self.confirm(offset)

        def ended() -> bool:
            return bool(self.queue) or self._poller != mine or self.hook is not None or self.closing

        try:
            await self._bell.until(ended, wait)
        except TimeoutError:
            return []
        if self._poller != mine:
            raise ApiError(409, OTHER_POLLER)
        if self.hook is not None:
            raise ApiError(409, "Conflict: terminated by setWebhook request")
        return [pending.update for pending in self.queue[:limit]]

    async def push(self) -> None:
        """Feeds the webhook until the peer closes; several lines at once, each in order."""
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            try:
                while not self.closing:
                    hook, pending = await self._bell.until(self._ready, None)
                    pending.busy = True
                    attempt = asyncio.create_task(self._attempt(client, hook, pending))
                    self._attempts.add(attempt)
                    attempt.add_done_callback(self._ended)
            finally:
                for attempt in self._attempts:
                    attempt.cancel()
                await asyncio.gather(*self._attempts, return_exceptions=True)

    def _ready(self) -> tuple[Hook, Pending] | None:
        if self.hook is None or len(self._attempts) >= self.hook.max_connections:
            return None
        lines: set[object] = set()
        for pending in self.queue:
            if pending.line not in lines and not pending.busy:
                return self.hook, pending
            lines.add(pending.line)
        return None

    def _ended(self, attempt: asyncio.Task[None]) -> None:
        self._attempts.discard(attempt)
        self._bell.ring()

    async def _attempt(self, client: httpx.AsyncClient, hook: Hook, pending: Pending) -> None:
        headers = {"content-type": "application/json"}
        if hook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = hook.secret
        try:
            answer = await client.post(hook.url, content=json.dumps(pending.update), headers=headers)
        except httpx.HTTPError as exc:
            self._failed(hook, pending, "Connection refused" if isinstance(exc, httpx.ConnectError) else "Read timeout")
            return
        if not answer.is_success:
            reason = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
            self._failed(hook, pending, reason, float(answer.headers.get("retry-after", 0)))
            return
        self._delivered(pending)
        await self._reply(answer)

    def _failed(self, hook: Hook, pending: Pending, reason: str, retry_after: float = 0.0) -> None:
        hook.last_error = {"last_error_date": int(time.time()), "last_error_message": reason}
        delay = retry_after or min(self._backoff * 2**pending.failures, LONGEST_BACKOFF)
        pending.failures += 1

        def again() -> None:
            pending.busy = False
            self._bell.ring()

        asyncio.get_running_loop().call_later(delay, again)
        self._bell.ring()
