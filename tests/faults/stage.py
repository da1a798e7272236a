"""The stage: a pretend Telegram, one database, and processes of the real program that come and go."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.storage import migrate
from tests.faults.ledger import Ledger, Verdict
from tests.faults.records import Records
from tests.faults.router import Router
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import START_WITHIN, environment, free_port, small_knowledge

SECRET = "uji-gangguan-rahasia-0123456789abcdef"  # for loopback only
NO_LIMITS = {"quiet_seconds": 0, "messages_per_person": 0, "replies_per_minute": 0, "telegram_per_second": 0}
"""Every message answered by itself and as fast as it goes: each must be accounted for."""


@dataclass
class Program:
    """One process of the program."""

    process: Process
    port: int
    """Where it listens; 0 when it polls."""
    log: Path
    """What it wrote."""

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.returncode is None


class Stage:
    """Everything on loopback; `webhook=False`: one process that polls."""

    def __init__(self, folder: Path, url: str, webhook: bool, processes: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.webhook = webhook
        self.peer = TelegramPeer()
        self.peer.faults.seed(seed)
        self.router = Router(seed)
        self.records = Records(url)
        self.ledger = Ledger()
        self.running: list[Program] = []
        """Processes that are ready."""
        self.killed: set[int] = set()
        """Process ids of those that were killed."""
        self.kills = 0
        self.stops: list[float] = []
        """Seconds that each SIGTERM took to be obeyed."""
        self.bad_endings: list[str] = []
        """What was wrong with how processes ended: a code after SIGTERM that is not 0, an end that nobody asked for."""
        self._folder = folder
        self._url = url
        self.processes = processes if webhook else 1
        """How many processes there should be."""
        self._heard = 0

    @property
    def log(self) -> str:
        """What all processes wrote."""
        return "\n".join(file.read_text("utf-8", "replace") for file in sorted(self._folder.glob("*.log")))

    async def start(self) -> Program:
        """One more process, ready to hear what people say."""
        port = free_port() if self.webhook else 0
        settings: dict[str, object] = {
            "telegram_token": self.peer.token, "telegram_api_base": self.peer.url, "database_url": self._url,
            "person_secret": SECRET, "knowledge_dir": self._folder / "knowledge", "log_level": "warning", **NO_LIMITS,
        }  # fmt: skip
        if self.webhook:
            settings |= {"port": port, "telegram_webhook_url": f"http://127.0.0.1:{self.router.port}"}
        log = self._folder / f"{len(list(self._folder.glob('*.log')))}.log"
        before = len(self.peer.calls)
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve",
                stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
                cwd=self._folder, env=environment(**settings),
            )  # fmt: skip
        program = Program(process, port, log)
        try:
            await self._ready(program, before)
        except BaseException:
            if program.runs:
                process.kill()
            await process.wait()
            raise
        self.running.append(program)
        if port:
            self.router.doors.append(port)
        return program

    async def _ready(self, program: Program, before: int) -> None:
        deadline = time.monotonic() + 2 * START_WITHIN
        async with httpx.AsyncClient(trust_env=False, timeout=2) as web:
            while time.monotonic() < deadline:
                if not program.runs:
                    raise RuntimeError(f"the program ended: {program.log.read_text('utf-8', 'replace')[-2000:]}")
                if program.port:
                    with suppress(httpx.HTTPError):
                        if (await web.get(f"http://127.0.0.1:{program.port}/healthz")).is_success:
                            return
                elif any(call.method == "getUpdates" for call in self.peer.calls[before:]):
                    return
                await asyncio.sleep(0.03)
        raise TimeoutError("the program does not get ready")

    async def kill(self, program: Program) -> None:
        """``kill -9``; what it was sending at that moment is noted."""
        self._close(program)
        program.process.kill()
        await program.process.wait()
        self.kills += 1
        self.killed.add(program.process.pid)
        self.ledger.excuse(await self.records.sending(program.process.pid))

    async def stop(self, program: Program, within: float = 15.0) -> None:
        """SIGTERM; a process that does not obey in time is killed, and counted as having ended badly."""
        program.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        try:
            await asyncio.wait_for(program.process.wait(), within)
        except TimeoutError:
            await self.kill(program)
        self._close(program)
        self.kills += 1
        self.stops.append(time.monotonic() - begun)
        if program.process.returncode:
            self.bad_endings.append(f"code {program.process.returncode} after SIGTERM")

    def _close(self, program: Program) -> None:
        if program in self.running:
            self.running.remove(program)
        if program.port in self.router.doors:
            self.router.doors.remove(program.port)

    async def settled(self, within: float, hurry: bool = False) -> bool:
        """Waits until every message is over; False if that does not come to be in time.

        `hurry`: what killed processes had in hand is given back at once instead of when its time is over.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if hurry:
                await self.records.end_leases(self.killed)
            if not self.peer.pending and not await self.records.unfinished():
                await asyncio.sleep(0.1)  # the last answers are on their way to the ledger
                return True
            await asyncio.sleep(0.2)
        return False

    async def judged(self, within: float, hurry: bool = False) -> Verdict:
        """What became of this round's messages; a new account is opened."""
        self.peer.faults.clear()
        self.router.cut_chance = 0.0
        await self.fill()
        settled = await self.settled(within, hurry)
        self.hear()
        ledger, self.ledger = self.ledger, Ledger()
        verdict = ledger.verdict(await self.records.set_aside())
        if not settled:
            verdict.lost = max(verdict.lost, 1)
        return verdict

    async def fill(self) -> None:
        """As many processes as there should be; those that ended by themselves are noted and replaced."""
        for program in [program for program in self.running if not program.runs]:
            self._close(program)
            self.bad_endings.append(f"ended by itself with code {program.process.returncode}")
        missing = self.processes - len(self.running)
        await asyncio.gather(*(self.start() for _ in range(missing)))

    def hear(self) -> None:
        """Enters what the program did since the last time."""
        calls = self.peer.calls
        while self._heard < len(calls):
            self.ledger.hear(calls[self._heard])
            self._heard += 1

    async def keep_hearing(self) -> None:
        """Enters what the program does, for ever."""
        while True:
            self.hear()
            await asyncio.sleep(0.02)

    async def clear(self) -> None:
        """Ends every process."""
        for program in list(self.running):
            with suppress(ProcessLookupError):
                program.process.kill()
            await program.process.wait()


@asynccontextmanager
async def opened_stage(
    folder: Path, url: str, *, webhook: bool, processes: int = 2, seed: int = 0
) -> AsyncIterator[Stage]:
    """A stage on the database at `url` (empty: a SQLite file in the folder), its processes ready."""
    small_knowledge(folder / "knowledge")
    url = url or f"sqlite:///{folder / 'cekdulu.db'}"
    if url.startswith("sqlite"):  # on PostgreSQL the tests' databases come with today's tables
        await migrate(url)
    stage = Stage(folder, url, webhook, processes, seed)
    async with AsyncExitStack() as ending:
        await ending.enter_async_context(stage.router.listening())
        await ending.enter_async_context(stage.peer)
        ending.push_async_callback(stage.clear)
        hearing = asyncio.create_task(stage.keep_hearing())
        ending.callback(hearing.cancel)
        await stage.fill()
        yield stage
