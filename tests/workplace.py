"""A worker at work: over a real storage, with a clock moved by hand and a channel that pretends."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from bot.answering import Answering
from bot.channels import Delivered, Outcome, Received
from bot.checking import Compiled, compile_knowledge
from bot.knowledge import load_knowledge
from bot.limits import Limits
from bot.messages import Reply
from bot.pace import ChatPace, Pace
from bot.storage import Storage
from bot.worker import Worker
from tests.peers.telegram_delivery import Bell
from tests.running_bot import small_knowledge
from tests.storage.samples import MovedClock, arrival, open_sealed, waiting

_UNLIMITED = Limits()


class PretendChannel:
    """Delivers at once, or whatever else it was told for the next deliveries."""

    name = "telegram"
    pace: Pace | None = None

    def __init__(self) -> None:
        self.tried: list[tuple[str, str]] = []
        """(address, text) of every try, in order."""
        self.delivered: list[tuple[str, str]] = []
        """(address, text) of what arrived, in order."""
        self.next: deque[Outcome | Exception | asyncio.Event] = deque()
        """What becomes of the next deliveries: an outcome, a fault of the program, or a wait."""
        self._bell = Bell()

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """Nothing comes in here."""
        return None

    def fit(self, reply: Reply) -> tuple[Reply, ...]:
        """Takes any length."""
        return (reply,)

    def chat_pace(self, address: str) -> ChatPace | None:
        """Each person writes in a chat of their own, one message a second."""
        return ChatPace(address, Pace(1.0))

    async def deliver(self, address: str, reply: Reply) -> Outcome:
        """As told, else delivered."""
        self.tried.append((address, reply.text))
        self._bell.ring()
        told = self.next.popleft() if self.next else Delivered("1")
        if isinstance(told, asyncio.Event):
            await told.wait()
            told = Delivered("1")
        if isinstance(told, Exception):
            raise told
        if isinstance(told, Delivered):
            self.delivered.append((address, reply.text))
            self._bell.ring()
        return told

    async def until_told(self, person: str) -> None:
        """Returns once something was delivered to this person; TimeoutError if it never is."""
        await self._bell.until(lambda: any(f'"{person}"' in address for address, _ in self.delivered[-50:]), 10)

    async def until(self, tries: int = 0, delivered: int = 0) -> None:
        """Returns once so many deliveries were tried and done; TimeoutError if they never are."""
        await self._bell.until(lambda: len(self.tried) >= tries and len(self.delivered) >= delivered, 10)


@cache
def small_compiled() -> Compiled:
    """The small knowledge, compiled once."""
    with TemporaryDirectory() as folder:
        return compile_knowledge(load_knowledge(small_knowledge(Path(folder))))


class Workplace:
    """One worker and all that it works with."""

    def __init__(self, storage: Storage, url: str, clock: MovedClock, quiet: float, limits: Limits) -> None:
        self.storage = storage
        self.quiet = quiet
        self.limits = limits
        self.clock = clock
        self.channel = PretendChannel()
        self._url = make_url(url)
        self.worker = self.other("satu")

    def other(self, owner: str) -> Worker:
        """Another worker on the same storage and channel."""
        channels = {self.channel.name: self.channel}
        return Worker(Answering(self.storage, channels, small_compiled, self.clock, self.quiet, self.limits), owner)

    async def hear(self, *said: tuple[str, str]) -> None:
        """Stores messages, (person, text)."""
        number = len(self.rows("SELECT seq FROM inbox"))
        await self.storage.inbox.store_all(
            waiting(arrival(number + n, *words), self.quiet) for n, words in enumerate(said)
        )

    async def answer(self) -> None:
        """Has every message answered that can be now."""
        while rows := await self.worker.lease_messages():
            await asyncio.gather(*map(self.worker.answer, rows))

    async def send(self) -> None:
        """Has every reply sent that can be now."""
        while rows := await self.worker.lease_replies():
            await asyncio.gather(*map(self.worker.send, rows))

    async def work(self) -> None:
        """Has all done that can be now."""
        await self.answer()
        await self.send()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The worker by itself, stopped in the end."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.worker.run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, 10)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the database, or does to it."""
        engine = create_engine(self._url, poolclass=NullPool)
        with engine.begin() as connection:
            found = connection.execute(text(query))
            return [tuple(row) for row in found] if found.returns_rows else []

    def connection(self) -> closing[sqlite3.Connection]:
        """The database, a SQLite file, as another program opens it."""
        return closing(sqlite3.connect(self._url.database or ""))

    def states(self, table: str = "outbox") -> list[str]:
        """The states of all rows in alphabetical order."""
        return [state for (state,) in self.rows(f"SELECT state FROM {table} ORDER BY state")]

    def told(self, person: str) -> list[str]:
        """What a person got, in order."""
        return [text for address, text in self.channel.delivered if f'"{person}"' in address]


@asynccontextmanager
async def workplace(where: Path | str, quiet: float = 0.0, limits: Limits = _UNLIMITED) -> AsyncIterator[Workplace]:
    """A worker with an empty database: the one at this address, or SQLite in this folder.

    ``quiet``: seconds that what is sent in one go waits.
    """
    clock, url = MovedClock(), where if isinstance(where, str) else f"sqlite:///{where / 'cekdulu.db'}"
    storage = await open_sealed(url, clock, busy_seconds=0.05)
    try:
        yield Workplace(storage, url, clock, quiet, limits)
    finally:
        await storage.aclose()
