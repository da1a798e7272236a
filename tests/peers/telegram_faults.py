"""What can go wrong between a bot and Telegram, to be switched on per method and count."""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass


class ApiError(Exception):
    """An answer with ``"ok": false``: HTTP status, description and ``parameters``."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one call."""

    error: ApiError | None = None
    """Answered instead of carrying out the call."""
    delay: float = 0.0
    """Seconds to wait between carrying out the call and answering it."""
    drop: bool = False
    """Carry out the call, then close the socket without a byte of answer."""
    cut: bool = False
    """Close the socket without a byte of answer and without carrying out the call."""


def too_many(retry_after: int) -> Fault:
    """429 with ``parameters.retry_after`` in seconds."""
    return Fault(ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after))


def broken(status: int = 502) -> Fault:
    """A 5xx of Telegram's own."""
    return Fault(ApiError(status, {502: "Bad Gateway", 504: "Gateway Timeout"}.get(status, "Internal Server Error")))


def blocked() -> Fault:
    """403, as when the person has stopped the bot."""
    return Fault(ApiError(403, "Forbidden: bot was blocked by the user"))


def chat_not_found() -> Fault:
    """400, as when the person never wrote to the bot."""
    return Fault(ApiError(400, "Bad Request: chat not found"))


def moved_to(chat_id: int) -> Fault:
    """400 with ``parameters.migrate_to_chat_id``, as when a group has become a supergroup."""
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return Fault(ApiError(400, description, migrate_to_chat_id=chat_id))


def refused(description: str) -> Fault:
    """400 with a description of the test's choice."""
    return Fault(ApiError(400, f"Bad Request: {description}"))


def slow(seconds: float) -> Fault:
    """The call is carried out at once and answered late."""
    return Fault(delay=seconds)


def dropped() -> Fault:
    """The call is carried out; its answer never arrives."""
    return Fault(drop=True)


def cut() -> Fault:
    """The socket is closed before the call was carried out."""
    return Fault(cut=True)


class Faults:
    """Faults waiting for their calls, first in first out per method; "*" stands for any method."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)
        self._chances: dict[str, list[tuple[float, Callable[[], Fault]]]] = defaultdict(list)
        self._dice = random.Random()

    def add(self, method: str, fault: Fault, times: int = 1) -> None:
        """Lets the next `times` calls of `method` meet `fault`."""
        self._waiting[method.lower()].extend([fault] * times)

    def by_chance(self, method: str, chance: float, fault: Callable[[], Fault]) -> None:
        """From now on each call of `method` that meets no other fault meets this one with a chance of 0 to 1."""
        self._chances[method.lower()].append((chance, fault))

    def seed(self, number: int) -> None:
        """The same chances as another time."""
        self._dice.seed(number)

    def take(self, method: str) -> Fault:
        """The fault for this call; a Fault in which nothing goes wrong if none waits."""
        for name in (method.lower(), "*"):
            if self._waiting[name]:
                return self._waiting[name].popleft()
        for chance, fault in self._chances.get(method.lower(), ()):
            if self._dice.random() < chance:
                return fault()
        return Fault()

    def clear(self) -> None:
        """From now on nothing goes wrong."""
        self._waiting.clear()
        self._chances.clear()


class RateLimits:
    """Telegram's published limits: 30 messages a second in all, one a second in one chat (Bots FAQ, Nov 2026)."""

    OVERALL = 30
    WINDOW = 1.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        self._last: dict[int, float] = {}

    def spend(self, chat_id: int) -> None:
        """Counts one message; raises ApiError 429 where it would be one too many."""
        now = self._clock()
        while self._sent and now - self._sent[0] >= self.WINDOW:
            self._sent.popleft()
        if len(self._sent) >= self.OVERALL or now - self._last.get(chat_id, -self.WINDOW) < self.WINDOW:
            raise ApiError(429, "Too Many Requests: retry after 1", retry_after=1)
        self._sent.append(now)
        self._last[chat_id] = now
