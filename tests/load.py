"""Load by hand: ``python -m tests.load``: many people write to 1, 2 and 3 processes of the real program, killed in turn.

A person's next message is posted when the one before was taken (as Telegram does it); what a process did not take goes
to another one. Shown: how fast updates are taken and answered, how long that takes, and whether any was lost, answered
twice or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from asyncio.subprocess import Process
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from uvicorn.loops.auto import auto_loop_factory

from bot.channels.telegram_webhook import PATH, SECRET_HEADER
from bot.knowledge import load_knowledge, packaged_folder
from bot.storage import migrate
from tests.peers.telegram_account import TelegramUser
from tests.peers.telegram_faults import RateLimits
from tests.peers.telegram_peer import TelegramPeer
from tests.postgres import PostgresServer, running_server
from tests.running_bot import COMMAND, SMALL_OFFER, environment, free_port, small_knowledge, until

SECRET = "uji-beban-rahasia-webhook-0123456789"  # a webhook secret for loopback only
CONNECTIONS = 40
"""Requests that are open at once, as many as Telegram opens."""


class Arrivals(RateLimits):
    """Refuses nothing and notes when each message arrived on the platform."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)
        self.moments: dict[int, list[float]] = defaultdict(list)

    def spend(self, chat_id: int) -> None:
        """One more in this chat."""
        self.moments[chat_id].append(time.monotonic())


@dataclass
class Measured:
    """What one run showed."""

    stored: list[float] = field(default_factory=list)
    """Seconds from posting an update to its 200, retries included."""
    posted: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """When each person's messages were posted first, in order."""
    shares: Counter[str] = field(default_factory=Counter)
    """How often a process was seen at work, by sampling."""
    kills: int = 0
    taking: float = 0.0
    """Seconds until every update was taken."""
    answering: float = 0.0
    """Seconds until every message was answered."""


class Web:
    """One process of the program, and where it listens."""

    def __init__(self, folder: Path, settings: dict[str, object]) -> None:
        self.port = free_port()
        self._folder = folder
        self._settings = settings | {"port": self.port, "telegram_webhook_url": f"http://127.0.0.1:{self.port}"}
        self.process: Process | None = None

    async def start(self) -> None:
        """Returns once it listens."""
        wire = Wire()
        with (self._folder / f"{self.port}.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *COMMAND, stdout=log, stderr=log, cwd=self._folder, env=environment(**self._settings)
            )
        async with asyncio.timeout(120):
            while True:
                if await wire.status(self.port, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n") == 200:
                    wire.close()
                    return
                await asyncio.sleep(0.05)

    async def stop(self, number: signal.Signals) -> None:
        """Returns once it has ended."""
        assert self.process is not None
        self.process.send_signal(number)
        await self.process.wait()


class Wire:
    """A connection that is kept, as Telegram keeps its own; closed, it is opened anew."""

    def __init__(self) -> None:
        self._open: tuple[int, asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def status(self, port: int, message: bytes) -> int:
        """The status of one HTTP request; 0 when there is no answer."""
        try:
            async with asyncio.timeout(20):
                return await self._asked(port, message)
        except (OSError, TimeoutError, EOFError, IndexError, ValueError):
            self.close()
            return 0

    async def _asked(self, port: int, message: bytes) -> int:
        if self._open is None or self._open[0] != port:
            self.close()
            self._open = port, *await asyncio.open_connection("127.0.0.1", port)
        _, reader, writer = self._open
        writer.write(message)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.partition(b"content-length:")[2].split(None, 1)[0]))
        return int(head.split(None, 2)[1])

    def close(self) -> None:
        """Nothing is asked here any more, or the next time anew."""
        if self._open is not None:
            self._open[2].close()
        self._open = None


def post(update: dict[str, Any]) -> bytes:
    """An update as Telegram pushes it."""
    body = json.dumps(update).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"{SECRET_HEADER}: {SECRET}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def what_people_write(whole_knowledge: bool) -> list[str]:
    """Texts of every kind that the shipped knowledge has as examples, shuffled; or one offer that the small one knows."""
    if not whole_knowledge:
        return [f"{SMALL_OFFER} Kode {number}." for number in range(97)]
    files = load_knowledge(packaged_folder()).examples
    texts = [message.text for _, file in files for message in file.messages]
    random.Random(0).shuffle(texts)
    return texts


async def write_all(
    peer: TelegramPeer, webs: list[Web], people: list[TelegramUser], wanted: argparse.Namespace, seen: Measured
) -> None:
    """Everybody writes; in turn, as fast as the processes take it or at most ``rate`` updates a second."""
    texts, rate = what_people_write(wanted.whole_knowledge), wanted.rate
    turns = deque((person, wanted.each) for person in people)
    number, started = 0, time.monotonic()

    async def keep_posting() -> None:
        nonlocal number
        wires: dict[int, Wire] = defaultdict(Wire)
        while turns:
            person, left = turns.popleft()
            number += 1
            mine = number
            if rate:
                await asyncio.sleep(started + mine / rate - time.monotonic())
            message = peer.account.write(person.as_chat(), person, {"text": texts[mine % len(texts)]})
            begun = time.monotonic()
            seen.posted[person.id].append(begun)
            attempt = 0
            update = post({"update_id": mine, "message": message})
            while await wires[port := webs[(mine + attempt) % len(webs)].port].status(port, update) != 200:
                attempt += 1
                await asyncio.sleep(0.05)
            seen.stored.append(time.monotonic() - begun)
            if left > 1:
                turns.append((person, left - 1))
        for wire in wires.values():
            wire.close()

    await asyncio.gather(*(keep_posting() for _ in range(CONNECTIONS)))


async def kill_in_turn(webs: list[Web], every: float, seen: Measured) -> None:
    """``kill -9`` for one process after the other; each starts again at once."""
    while True:
        for web in webs:
            await asyncio.sleep(every)
            await web.stop(signal.SIGKILL)
            seen.kills += 1
            await web.start()


async def sample_shares(url: str, seen: Measured) -> None:
    """Who holds leases, some times a second."""
    engine = create_engine(url, poolclass=NullPool)
    query = text(
        "SELECT leased_by, count(*) FROM inbox WHERE state = 'leased' GROUP BY leased_by"
        " UNION ALL SELECT leased_by, count(*) FROM outbox WHERE state = 'leased' GROUP BY leased_by"
    )

    def ask() -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(query).all())

    while True:
        for owner, held in await asyncio.to_thread(ask):
            seen.shares[owner.partition("-")[0]] += held
        await asyncio.sleep(0.1)


async def run(url: str, count: int, wanted: argparse.Namespace) -> None:
    """One run, and its line of the table."""
    arrivals, seen = Arrivals(), Measured()
    total = wanted.people * wanted.each
    with TemporaryDirectory(prefix="cekdulu-load-") as name:
        folder = Path(name)
        url = url or f"sqlite:///{folder / 'cekdulu.db'}"
        await migrate(url)
        async with TelegramPeer(rate_limits=arrivals) as peer, AsyncExitStack() as ending:
            settings: dict[str, object] = {
                "telegram_token": peer.token, "telegram_api_base": peer.url, "telegram_webhook_secret": SECRET,
                "telegram_per_second": 0, "quiet_seconds": 0, "messages_per_person": 0,
                "database_url": url, "person_secret": SECRET, "log_level": "warning", "sentences": "no",
            }  # fmt: skip
            if not wanted.whole_knowledge:
                settings["knowledge_dir"] = small_knowledge(folder / "knowledge")
            webs = [Web(folder, settings) for _ in range(count)]
            await asyncio.gather(*(web.start() for web in webs))
            for web in webs:
                ending.push_async_callback(web.stop, signal.SIGTERM)
            people = [peer.person(f"Warga {number}") for number in range(wanted.people)]
            beside = [asyncio.create_task(sample_shares(url, seen))]
            if wanted.kill_every:
                beside.append(asyncio.create_task(kill_in_turn(webs, wanted.kill_every, seen)))
            begun = time.monotonic()
            await write_all(peer, webs, people, wanted, seen)
            seen.taking = time.monotonic() - begun
            for task in beside[1:]:
                # A process that is being started again is waited for, or it would be missed at the end.
                task.cancel()
            await asyncio.gather(*beside[1:], return_exceptions=True)
            await asyncio.gather(*(web.start() for web in webs if web.process and web.process.returncode is not None))
            await until(lambda: all_answered(arrivals, seen), within=120 + total / 20)
            seen.answering = time.monotonic() - begun
            beside[0].cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            show(url.partition(":")[0].partition("+")[0], count, total, seen, arrivals, in_order(peer))


def all_answered(arrivals: Arrivals, seen: Measured) -> bool:
    """Whether everybody has at least as many answers as they wrote messages."""
    return all(len(arrivals.moments[person]) >= len(moments) for person, moments in seen.posted.items())


def in_order(peer: TelegramPeer) -> bool:
    """Whether everybody's answers came in the order of their messages."""
    answered: dict[int, list[int]] = defaultdict(list)
    for sent in peer.sent:
        answered[sent.chat_id].append(sent.reply_to or 0)
    return all(found == sorted(found) for found in answered.values())


def show(kind: str, count: int, total: int, seen: Measured, arrivals: Arrivals, ordered: bool) -> None:
    """One line of the table."""
    answered = [len(moments) for moments in arrivals.moments.values()]
    # With a double answer the k-th answer is no longer the k-th message's: such people are left out of the times.
    whole = [
        (there - here)
        for person, moments in seen.posted.items()
        if len(arrivals.moments[person]) == len(moments)
        for here, there in zip(moments, arrivals.moments[person], strict=True)
    ]
    shares = sum(seen.shares.values()) or 1
    parts = "/".join(f"{100 * held // shares}%" for _, held in seen.shares.most_common(9))
    sys.stdout.write(
        f"| {kind} | {count} | {seen.kills} | {total} | {total / seen.taking:.0f} | {total / seen.answering:.0f} "
        f"| {_at(seen.stored, 0.5)} / {_at(seen.stored, 0.99)} | {_at(whole, 0.5)} / {_at(whole, 0.99)} "
        f"| {max(0, total - sum(answered))} | {max(0, sum(answered) - total)} | {'yes' if ordered else 'NO'} | {parts} |\n"
    )
    sys.stdout.flush()


def _at(seconds: list[float], part: float) -> str:
    """A percentile in milliseconds."""
    return f"{1000 * sorted(seconds)[int(part * (len(seconds) - 1))]:.0f}" if seconds else "–"


@contextmanager
def database(kind: str, server: PostgresServer | None) -> Iterator[str]:
    """The address of an empty PostgreSQL database; nothing for SQLite, whose file lies in the run's folder."""
    if server is None or kind == "sqlite":
        yield ""
        return
    with server.database() as url:
        yield url


def main() -> None:
    """All runs, as a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--each", type=int, default=4, help="messages of each person")
    parser.add_argument("--rate", type=float, default=0, help="updates a second; 0: as fast as they are taken")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--kill-every", type=float, default=0, help="seconds between two kills; 0: none")
    parser.add_argument("--whole-knowledge", action="store_true", help="the knowledge that is shipped, not a small one")
    wanted = parser.parse_args()
    sys.stdout.write(
        f"{os.cpu_count()} cores; {wanted.people} people, {wanted.each} messages each; times p50 / p99 in ms\n\n"
        "| database | processes | kills | updates | taken/s | answered/s | webhook to stored | webhook to sent "
        "| lost | double | in order | share |\n|" + 12 * "---|" + "\n"
    )
    with running_server() if "postgresql" in wanted.databases else nullcontext() as server:
        if server is not None:  # as in earnest, where a commit is on the disk before it is confirmed
            server.do("ALTER SYSTEM RESET fsync", "ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()")
        for kind in wanted.databases:
            for count in wanted.processes:
                with database(kind, server) as url, asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
                    runner.run(run(url, count, wanted))


if __name__ == "__main__":
    main()
