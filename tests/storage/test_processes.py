"""Several processes on one database, of either kind: who starts, who migrates, who answers whom in which order."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.messages import Reply
from bot.storage import InboxRow, OutboxRow, Storage
from bot.storage.migrating import newest_revision
from tests.postgres import PostgresServer
from tests.running_bot import COMMAND, environment
from tests.storage.samples import arrival, open_sealed

PROCESSES = 3
PEOPLE = 12
MESSAGES = 120


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind without any tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cekdulu.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database("template0") as url:
        yield url


def test_processes_that_start_together_migrate_once(empty_url: str, tmp_path: Path) -> None:
    """Each finds the newest tables in the end; none fails because another was at it."""
    assert sys.executable == COMMAND[0]
    starting = [
        subprocess.Popen(
            [*COMMAND, "migrate"],
            cwd=tmp_path, env=environment(database_url=empty_url), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    told = [process.communicate(timeout=60)[0] for process in starting]
    assert [process.returncode for process in starting] == [0] * PROCESSES, told
    assert set(told) == {f"Database siap, revisi {newest_revision()}.\n"}
    storage = asyncio.run(store_one(empty_url))
    assert storage == 1


async def store_one(url: str) -> int:
    """How many messages wait after one was stored."""
    storage = await open_sealed(url)
    await storage.inbox.store(arrival(1))
    waiting = await storage.inbox.unfinished()
    await storage.aclose()
    return waiting


@pytest.fixture
async def processes(database_url: str) -> AsyncIterator[list[Storage]]:
    """The storages that several processes would have open."""
    opened = [await open_sealed(database_url) for _ in range(PROCESSES)]
    yield opened
    for storage in opened:
        await storage.aclose()


class Watch:
    """Who is being answered or written to, in which order; fails when it is two at once."""

    def __init__(self) -> None:
        self.busy: set[str] = set()
        self.order: dict[str, list[str]] = defaultdict(list)
        self.shares = [0] * PROCESSES

    def is_over(self) -> bool:
        """Whether every message had its turn."""
        return sum(self.shares) >= MESSAGES

    async def hold(self, process: int, person: str, what: str) -> None:
        """Be at it for a moment."""
        assert person not in self.busy
        self.busy.add(person)
        await asyncio.sleep(random.uniform(0, 0.004))
        self.order[person].append(what)
        self.shares[process] += 1
        self.busy.remove(person)


async def answer_all(storage: Storage, process: int, watch: Watch) -> None:
    """One process answers until nothing is left."""

    async def answer(row: InboxRow) -> None:
        await watch.hold(process, row.sender.person, row.update_id)
        assert await storage.inbox.finish(row, [Reply(row.update_id)])

    while not watch.is_over():
        await asyncio.gather(*map(answer, await storage.inbox.lease(f"answers-{process}", limit=3)))
        await storage.inbox.changed.wait(0.01)


async def send_all(storage: Storage, process: int, watch: Watch) -> None:
    """One process sends until everything is sent."""

    async def send(row: OutboxRow) -> None:
        await watch.hold(process, row.to.person, row.reply.text)
        assert await storage.outbox.mark_sent(row.id)

    while not watch.is_over():
        await asyncio.gather(*map(send, await storage.outbox.lease(f"sends-{process}", limit=3)))
        await storage.outbox.changed.wait(0.01)


async def test_any_number_of_processes_keep_everybodys_order(processes: list[Storage]) -> None:
    """Nobody is answered, or written to, by two at once or out of order; nothing is done twice; all take part."""
    said: dict[str, list[str]] = defaultdict(list)
    for number in range(MESSAGES):
        said[f"p{number % PEOPLE}"].append(str(number))
    answering, sending = Watch(), Watch()
    work = [answer_all(storage, process, answering) for process, storage in enumerate(processes)]
    work += [send_all(storage, process, sending) for process, storage in enumerate(processes)]

    async def receive() -> None:
        for number in range(MESSAGES):
            await processes[number % PROCESSES].inbox.store(arrival(number, f"p{number % PEOPLE}"))

    await processes[0].inbox.store_all([arrival(number, f"p{number}") for number in range(PEOPLE)])
    async with asyncio.timeout(60):
        await asyncio.gather(receive(), *work)
    assert answering.order == sending.order == said
    assert min(*answering.shares, *sending.shares) > 0
    assert [await storage.inbox.dead_letters() for storage in processes] == [[]] * PROCESSES
