"""The real program in a process of its own, as an operator starts it, and the people who talk with it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from bot.storage.secret import load_secret
from bot.storage.tables import metadata
from bot.storage.vault import Sealed, Vault, is_sealed
from tests.knowledge.minimal import minimal_files
from tests.peers.loopback import bind
from tests.peers.telegram_account import Json, TelegramUser
from tests.peers.telegram_peer import Sent, TelegramPeer

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "bot")
SHARED_SECRET = "rahasia bersama semua proses uji coba"
"""PERSON_SECRET of the processes on a shared database, unless a test names another."""
START_WITHIN = 60.0
"""Seconds; a start takes about three, and more when other tests run beside it."""
ANSWER_WITHIN = 20.0
"""Seconds after which an answer will not come any more."""


def environment(**settings: object) -> dict[str, str]:
    """What a process needs to find Python and the program, and these settings; nothing else of the tests' own."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
    return kept | {"PYTHONPATH": str(ROOT)} | {name.upper(): str(value) for name, value in settings.items()}


class RunningBot:
    """One process of the bot, its folder and what it wrote."""

    def __init__(self, process: Process, folder: Path, log: Path) -> None:
        self._process = process
        self.folder = folder
        """Where it was started; its database is here."""
        self.door = ""
        """Its public address; empty when it polls."""
        self._log = log

    @property
    def log(self) -> str:
        """Standard output and standard error."""
        return self._log.read_text("utf-8")

    @property
    def returncode(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._process.returncode

    @property
    def ran_and_waited(self) -> tuple[float, float]:
        """Seconds for which its threads ran, and were ready while others had the processor; zeros where no kernel tells."""
        files = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        told = [tuple(map(int, file.read_text("ascii").split()[:2])) for file in files]
        return sum(ran for ran, _ in told) / 1e9, sum(waited for _, waited in told) / 1e9

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the bot's database."""
        return rows(self.folder, query)

    async def ended(self, within: float = START_WITHIN) -> int:
        """Its exit code, once it has ended by itself; TimeoutError if it does not."""
        return await asyncio.wait_for(self._process.wait(), within)

    async def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 5.0) -> int:
        """Its exit code after this signal; TimeoutError if it goes on for longer than `within` seconds."""
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self.ended(within)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in, or changes of, the database in a folder; sealed texts opened with the key beside it."""
    with closing(sqlite3.connect(folder / "cekdulu.db", timeout=10)) as connection, connection:
        found = connection.execute(query).fetchall()
    return [tuple(_opened(folder, value) for value in row) for row in found]


def _opened(folder: Path, value: Any) -> Any:
    if not (isinstance(value, str) and is_sealed(value)):
        return value
    vault = Vault(load_secret(None, folder / "cekdulu.key").value)
    columns = (column for table in metadata.tables.values() for column in table.columns)
    places = [column.type.place for column in columns if isinstance(column.type, Sealed)]
    return next(opened for place in places if not is_sealed(opened := vault.open(value, place)))


async def until(condition: Callable[[], object], within: float = ANSWER_WITHIN) -> None:
    """Returns once a condition holds that nobody announces, such as what stands in a file; else TimeoutError."""
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@asynccontextmanager
async def started(folder: Path, *arguments: str, **settings: object) -> AsyncIterator[RunningBot]:
    """A process of the bot with these arguments and settings; killed at the end if it still runs."""
    if str(settings.get("database_url", "")).startswith("postgresql"):
        settings = {"person_secret": SHARED_SECRET} | settings
    log = folder / "log.txt"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *arguments,
            stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, env=environment(**settings),
        )  # fmt: skip
    try:
        yield RunningBot(process, folder, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def serving(
    peer: TelegramPeer, folder: Path, webhook: bool = False, **settings: object
) -> AsyncIterator[RunningBot]:
    """The bot, ready to hear what people on the peer say; stopped at the end."""
    # Most journeys wait for each answer before they go on; those about several messages in one go say so.
    told = {"telegram_token": peer.token, "telegram_api_base": peer.url, "telegram_per_second": 0, "quiet_seconds": 0}
    settings = told | settings
    before = len(peer.calls)
    if webhook:
        port = free_port()
        settings |= {"telegram_webhook_url": f"http://127.0.0.1:{port}", "port": port}
    async with started(folder, **settings) as bot:
        await _ready(peer, bot, before)
        bot.door = str(settings.get("telegram_webhook_url", ""))
        yield bot
        await bot.stop()


async def _ready(peer: TelegramPeer, bot: RunningBot, before: int) -> None:
    def hears(seen: TelegramPeer) -> bool:
        return any(call.method in ("getUpdates", "setWebhook") for call in seen.calls[before:])

    ready = asyncio.create_task(peer.wait_for(hears, START_WITHIN))
    over = asyncio.create_task(bot.ended(2 * START_WITHIN))
    await asyncio.wait({ready, over}, return_when=asyncio.FIRST_COMPLETED)
    over.cancel()
    assert bot.returncode is None, bot.log
    await ready


def free_port() -> int:
    """A port on which nobody listens now."""
    with bind() as taken:
        port: int = taken.getsockname()[1]
    return port


def small_knowledge(folder: Path) -> Path:
    """A knowledge folder that is loaded at once: one invented red flag, and the sentences of the real bot."""
    files = minimal_files()
    for language in ("id", "en"):
        files[f"replies/{language}.yaml"] = (ROOT / f"knowledge/replies/{language}.yaml").read_text("utf-8")
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


SMALL_OFFER = "Dibutuhkan pekerja kebun di Negeri Contoh, sekalian bawa koper tertutup."
"""An offer in which the small knowledge finds its red flag."""


class Chat:
    """One person's private conversation with the bot."""

    def __init__(self, peer: TelegramPeer, name: str = "Siti", language: str = "id") -> None:
        self._peer = peer
        self.person: TelegramUser = peer.person(name, language)

    @property
    def seen(self) -> list[Sent]:
        """All that the person has had from the bot, oldest first."""
        return [sent for sent in self._peer.sent if sent.chat_id == self.person.id]

    async def after(self, deed: Callable[[], object], answers: int = 1) -> list[Sent]:
        """The messages that the person gets for what they do; that many are waited for."""
        before = len(self.seen)
        deed()
        await self._peer.wait_for(lambda _: len(self.seen) >= before + answers, ANSWER_WITHIN)
        return self.seen[before:]

    async def say(self, text: str, answers: int = 1, **where: Any) -> list[Sent]:
        """What comes for a text."""
        return await self.after(lambda: self._peer.say(self.person, text, **where), answers)

    async def tell(self, content: Json) -> list[Sent]:
        """What comes for any content of a message."""
        return await self.after(lambda: self._peer.post(self.person, content))

    async def press(self, message: Sent, label: str, answers: int = 1) -> list[Sent]:
        """What comes for pressing a button, named by its label without the number."""
        action = next(action for shown, action in message.buttons if shown.endswith(label))
        return await self.after(lambda: self._peer.press(self.person, message, action), answers)

    async def all_seen(self) -> list[Sent]:
        """All messages so far, once everything that the person did is answered.

        One more thing is asked for that: a person's messages are answered in their order, so what would still come
        comes before it.
        """
        earlier = len(self.seen)
        self._peer.say(self.person, "/privasi")
        await self._peer.wait_for(lambda _: any("🔒" in sent.text for sent in self.seen[earlier:]), ANSWER_WITHIN)
        return self.seen[:-1]
