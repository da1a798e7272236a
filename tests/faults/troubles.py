"""The faults: each injects messages, makes something go wrong around them, and leaves the rest to the ledger.

A trouble is given how large it may be: `1` is a small round of a few seconds, as in the test suite.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass

from tests.faults.crowd import OFFER, OTHER_OFFER, WORDS, Crowd
from tests.faults.stage import Program, Stage
from tests.peers.telegram_faults import broken, cut, dropped, refused, slow, too_many


@dataclass(frozen=True)
class Trouble:
    """One kind of fault."""

    name: str
    """As on the command line and in the table."""
    about: str
    """What goes wrong."""
    round: Callable[[Stage, int], Awaitable[None]]
    """One round; the second argument is its size."""
    webhook: bool = True
    """Whether it makes sense with pushed updates."""
    polling: bool = True
    """Whether it makes sense with fetched updates."""
    kills: bool = False
    """Whether processes end in it; its size is then how many."""
    only: str = ""
    """The one kind of database that has it; empty: both."""


async def duplicates(stage: Stage, size: int) -> None:
    """Every update comes two to four times, before and after its answer."""
    crowd = Crowd(stage, 5 * size)
    said = crowd.write(12 * size)
    for one in said:
        for _ in range(stage.dice.randint(1, 2)):
            crowd.repeat(one)
    await asyncio.sleep(0.3)
    for one in stage.dice.sample(said, len(said) // 2):
        crowd.repeat(one)


async def bursts(stage: Stage, size: int) -> None:
    """Many messages in the same moment, some people writing ten in a row."""
    crowd = Crowd(stage, 8 * size)
    crowd.write(30 * size)
    for person in crowd.people[:2]:
        for _ in range(10):
            crowd.say(person, stage.dice.choice(WORDS))


async def shuffled(stage: Stage, size: int) -> None:
    """A person's messages overtake each other on their way, and each other's numbers."""
    crowd = Crowd(stage, 4 * size)
    turns = [person for person in crowd.people for _ in range(4)]
    stage.dice.shuffle(turns)
    for person in turns:
        crowd.say_late(person, stage.dice.choice(WORDS))
    stage.dice.shuffle(stage.peer._delivery.queue)


async def edits(stage: Stage, size: int) -> None:
    """Messages are changed before they are answered, while they are, and after."""
    crowd = Crowd(stage, 12 * size)
    for person in crowd.people:
        said = crowd.say(person, OFFER)
        for words in (OTHER_OFFER, OFFER, OTHER_OFFER)[: stage.dice.randint(0, 3)]:
            await asyncio.sleep(stage.dice.choice((0, 0, 0.05, 0.2)))
            crowd.edit(said, words)


async def unreadable(stage: Stage, size: int) -> None:
    """Updates that cannot be parsed or that nobody knows, between those of people."""
    crowd = Crowd(stage, 6 * size)
    for _ in range(6 * size):
        crowd.write(2)
        crowd.send_unreadable()
        crowd.send_unknown()


async def limited(stage: Stage, size: int) -> None:
    """429 with retry_after for every third answer."""
    stage.peer.faults.by_chance("sendMessage", 0.35, lambda: too_many(1))
    await _spread(stage, size)


async def failing(stage: Stage, size: int) -> None:
    """500, 502 and 504 for every third answer."""
    stage.peer.faults.by_chance("sendMessage", 0.35, lambda: broken(stage.dice.choice((500, 502, 504))))
    await _spread(stage, size)


async def unconfirmed(stage: Stage, size: int) -> None:
    """Every fifth answer is taken, and the socket closed without a word about it."""
    stage.peer.faults.by_chance("sendMessage", 0.2, dropped)
    await _spread(stage, size)


async def hung_up(stage: Stage, size: int) -> None:
    """Every third call of any kind is hung up on before it is carried out."""
    for method in ("sendMessage", "getUpdates"):
        stage.peer.faults.by_chance(method, 0.3, cut)
    await _spread(stage, size)


async def slow_platform(stage: Stage, size: int) -> None:
    """Half of all answers are confirmed up to two seconds late."""
    stage.peer.faults.by_chance("sendMessage", 0.5, lambda: slow(stage.dice.uniform(0.1, 2)))
    await _spread(stage, size)


async def silent_platform(stage: Stage, size: int) -> None:
    """Some answers are confirmed later than anybody waits."""
    stage.peer.faults.by_chance("sendMessage", 0.1, lambda: slow(7))
    await _spread(stage, size)
    await asyncio.sleep(6.2)


async def refusing(stage: Stage, size: int) -> None:
    """Every fifth answer is refused for good."""
    stage.peer.faults.by_chance("sendMessage", 0.2, lambda: refused("message is too strange"))
    await _spread(stage, size)


async def cut_wires(stage: Stage, size: int) -> None:
    """The platform's connections to the bot break before, in and after a request."""
    stage.router.cut_chance = 0.2
    await _spread(stage, size)


async def locked(stage: Stage, size: int) -> None:
    """Another program holds the database: for seven seconds, and in large rounds for up to half a minute."""
    await _during(stage, size, stage.records.locked, 6 if size == 1 else stage.dice.uniform(7, 30))


async def full_disk(stage: Stage, size: int) -> None:
    """Nothing can be written: the system refuses (SQLite) or the database does (PostgreSQL, error 53100)."""
    room = stage.records.full if stage.records.on_postgres else lambda: _no_room(stage)
    await _during(stage, size, room, 2 if size == 1 else stage.dice.uniform(2, 25))


async def away(stage: Stage, size: int) -> None:
    """The database ends every connection, again and again."""
    crowd = Crowd(stage, 6 * size)
    for _ in range(10 * size):
        crowd.write(4)
        await asyncio.sleep(stage.dice.uniform(0, 0.2))
        await stage.records.hang_up()


async def killed(stage: Stage, size: int) -> None:
    """``kill -9`` at random moments, one process after the other."""
    await _ended(stage, size, stage.kill)


async def stopped(stage: Stage, size: int) -> None:
    """SIGTERM at random moments, one process after the other."""
    await _ended(stage, size, stage.stop)


async def everything(stage: Stage, size: int) -> None:
    """Kills, stops, limits, failures, lost confirmations, duplicates, cut wires and locks, all together."""
    faults, dice = stage.peer.faults, stage.dice
    faults.by_chance("sendMessage", 0.05, lambda: too_many(1))
    faults.by_chance("sendMessage", 0.05, broken)
    faults.by_chance("sendMessage", 0.03, dropped)
    faults.by_chance("sendMessage", 0.05, cut)
    stage.router.cut_chance = 0.05

    async def lock_now_and_then() -> None:
        while True:
            await asyncio.sleep(dice.uniform(1, 8))
            async with stage.records.locked():
                await asyncio.sleep(dice.uniform(0.1, 3))

    locking = asyncio.create_task(lock_now_and_then())
    try:
        await _ended(stage, size, lambda program: dice.choice((stage.kill, stage.stop))(program))
    finally:
        locking.cancel()
        with suppress(asyncio.CancelledError):
            await locking


async def _spread(stage: Stage, size: int) -> None:
    """Messages over about a second."""
    crowd = Crowd(stage, 8 * size)
    for _ in range(5):
        crowd.write(5 * size)
        await asyncio.sleep(0.2)


async def _during(
    stage: Stage, size: int, trouble: Callable[[], AbstractAsyncContextManager[None]], seconds: float
) -> None:
    """Messages before, in and after a trouble of so many seconds."""
    crowd = Crowd(stage, 8 * size)
    crowd.write(10 * size)
    await asyncio.sleep(stage.dice.uniform(0, 0.1))
    async with trouble():
        for _ in range(5):
            crowd.write(2 * size)
            await asyncio.sleep(seconds / 5)
    crowd.write(5 * size)


@asynccontextmanager
async def _no_room(stage: Stage) -> AsyncIterator[None]:
    """No file of the program's can grow beyond its first page."""
    pids = [program.process.pid for program in stage.running]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def _ended(stage: Stage, times: int, end: Callable[..., Awaitable[None]]) -> None:
    """Processes end while people write; each is started again at once, and one at least goes on where there are several."""
    stage.peer.faults.by_chance("sendMessage", 0.5, lambda: slow(stage.dice.uniform(0, 0.1)))
    crowd = Crowd(stage, 40)
    starting: set[asyncio.Task[Program]] = set()
    for _ in range(times):
        while len(stage.running) < min(2, stage.processes):
            await asyncio.wait(starting, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in starting if task.done()]:
                starting.remove(task)
                task.result()
        crowd.write(stage.dice.randint(5, 20))
        await asyncio.sleep(stage.dice.choice((0.02, 0.1, 0.3, 0.6)) * stage.dice.random())
        await end(stage.dice.choice(stage.running))
        starting.add(asyncio.create_task(stage.start()))
    await asyncio.gather(*starting)


TROUBLES = (
    Trouble("duplicates", "each update two to four times", duplicates),
    Trouble("burst", "many messages in one moment", bursts),
    Trouble("out-of-order", "messages overtake each other", shuffled, polling=False),
    Trouble("edits", "messages changed before and after their answer", edits),
    Trouble("unreadable", "updates that cannot be parsed or are unknown", unreadable),
    Trouble("limited", "429 with retry_after", limited),
    Trouble("failing", "500, 502, 504", failing),
    Trouble("refused", "400 for good: the answer is set aside", refusing),
    Trouble("unconfirmed", "the answer is taken, its confirmation lost", unconfirmed),
    Trouble("hung-up", "the platform's socket closes before the call is carried out", hung_up),
    Trouble("slow", "confirmations up to 2 s late", slow_platform),
    Trouble("silent", "confirmations later than anybody waits", silent_platform),
    Trouble("cut-wires", "the webhook's connections break", cut_wires, polling=False),
    Trouble("locked", "another program holds the database", locked),
    Trouble("full-disk", "nothing can be written", full_disk),
    Trouble("away", "the database ends all connections", away, only="postgresql"),
    Trouble("kill", "kill -9 at random moments", killed, kills=True),
    Trouble("stop", "SIGTERM at random moments", stopped, kills=True),
    Trouble("everything", "kills, stops and most of the above together", everything, kills=True),
)
