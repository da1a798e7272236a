"""``kill -9`` in the middle of storing and answering: nothing confirmed is lost, nothing is answered twice."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest
from sqlalchemy import select

from bot.messages import Reply
from bot.storage import Memory, Storage
from bot.storage.tables import inbox, outbox
from tests.storage.samples import arrival, open_sealed

MESSAGES = 60
ROUNDS = 10


def store_and_answer(url: str, confirmed: Connection) -> None:
    """The program under test: stores 60 messages one by one, answers them meanwhile, says what it confirmed."""
    asyncio.run(_store_and_answer(url, confirmed))


async def _store_and_answer(url: str, confirmed: Connection) -> None:
    storage = await open_sealed(url)
    confirmed.send("ready")

    async def receive() -> None:
        for number in range(MESSAGES):
            await storage.inbox.store(arrival(number, f"p{number % 7}"))
            confirmed.send(("stored", number))

    async def work() -> None:
        owner = f"worker-{os.getpid()}"
        while True:
            for row in await storage.inbox.lease(owner, limit=5):
                if await storage.inbox.finish(row, replies(row.update_id), Memory(row.update_id, 9e9)):
                    confirmed.send(("answered", int(row.update_id)))
            await storage.inbox.changed.wait(0.01)

    await asyncio.gather(receive(), work())


def replies(update_id: str) -> list[Reply]:
    """Two replies that name their message."""
    return [Reply(f"{update_id}/0"), Reply(f"{update_id}/1")]


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """Starts children quickly: what they import is loaded once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.storage.test_kills"])
    return context


def run_and_kill(children: ForkServerContext, url: str, after: int) -> tuple[set[int], set[int]]:
    """Numbers confirmed as stored and as answered before the program was killed, ``after`` that many messages."""
    ours, theirs = children.Pipe(duplex=False)
    child = children.Process(target=store_and_answer, args=(url, theirs))
    child.start()
    theirs.close()
    heard: list[object] = []
    try:
        while True:
            heard.append(ours.recv())
            if len(heard) == after:
                assert child.pid is not None
                os.kill(child.pid, signal.SIGKILL)
    except EOFError:
        child.join()
    ours.close()
    pairs = [message for message in heard if isinstance(message, tuple)]
    return {n for what, n in pairs if what == "stored"}, {n for what, n in pairs if what == "answered"}


async def answer_the_rest(storage: Storage) -> None:
    """The program starts again: the platform repeats what was not confirmed, the leases of the dead run out."""
    await storage.inbox.store_all([arrival(number, f"p{number % 7}") for number in range(MESSAGES)])
    while await storage.inbox.unfinished():
        for row in await storage.inbox.lease("after"):
            assert await storage.inbox.finish(row, replies(row.update_id))


@pytest.mark.parametrize("round", range(ROUNDS))
async def test_kill_loses_nothing_and_doubles_nothing(
    children: ForkServerContext, database_url: str, round: int
) -> None:
    """Whatever moment the kill falls on, every message has its replies once, in order."""
    after = random.Random(round).randint(2, MESSAGES + MESSAGES // 2)
    stored, answered = await asyncio.to_thread(run_and_kill, children, database_url, after)
    assert stored
    storage = await open_sealed(database_url, clock=lambda: 8e9)
    states = {int(number): state for number, state in await rows(storage, select(inbox.c.update_id, inbox.c.state))}
    assert stored <= states.keys()
    assert answered <= {number for number, state in states.items() if state == "done"}
    await answer_the_rest(storage)
    assert await storage.inbox.dead_letters() == []
    found: dict[int, list[str]] = {}
    both = select(inbox.c.update_id, outbox.c.reply).join(outbox, outbox.c.inbox_seq == inbox.c.seq)
    for update_id, reply in await rows(storage, both.order_by(outbox.c.id)):
        found.setdefault(int(update_id), []).append(json.loads(reply)["text"])
    assert found == {number: [f"{number}/0", f"{number}/1"] for number in range(MESSAGES)}
    if database_url.startswith("sqlite"):
        check = "PRAGMA integrity_check"
        assert await storage.database.read(lambda connection: connection.exec_driver_sql(check).scalar()) == "ok"
    await storage.aclose()


async def rows(storage: Storage, query: Any) -> list[Any]:
    """What a query finds."""
    return await storage.database.read(lambda connection: list(connection.execute(query).all()))
