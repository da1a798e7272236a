"""Journeys of a rule: published once, live in every process, undone as fast; what is broken replaces nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.keys import read_keys
from bot.officers.package import Package
from bot.officers.revisions import Overlay, Revision, current, publish, roll_back
from bot.settings import Settings
from bot.storage import Storage, open_storage
from tests.knowledge.minimal import RED_FLAG
from tests.peers.telegram_peer import TelegramPeer
from tests.postgres import PostgresServer
from tests.running_bot import ROOT, SHARED_SECRET, Chat, free_port, serving, small_knowledge

LIVE_WITHIN = 5.0
"""Seconds from a publish until every process answers with it."""
FLAG = "red_flags/koper_titipan.yaml"
TRICK = "Dibutuhkan pekerja kebun di Negeri Contoh, sekalian antarkan kardus bersegel."
NEW = {FLAG: RED_FLAG.replace("[koper tertutup, tas tertutup]", "[koper tertutup, tas tertutup, kardus bersegel]")}


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


class Office:
    """Somebody who publishes, in a process of their own kind, and the doors of the bots."""

    def __init__(self, storage: Storage, package: str, doors: Mapping[str, int], web: httpx.AsyncClient) -> None:
        self.storage = storage
        self._package = package
        self._doors = doors
        self._web = web

    async def publish(self, changes: Overlay) -> Revision:
        """Published upon what is live."""

        def write(connection: Any) -> Revision:
            return publish(connection, time.time(), 7, current(connection).number, changes, "uji", self._package)

        return await self.storage.database.write(write)

    async def undo(self, to: int) -> Revision:
        """Back to an earlier revision."""
        name = self._package
        return await self.storage.database.write(lambda connection: roll_back(connection, time.time(), 7, to, "", name))

    async def status(self, name: str) -> dict[str, Any]:
        """What a bot says of itself."""
        told: dict[str, Any] = (await self._web.get(f"http://127.0.0.1:{self._doors[name]}/readyz")).json()
        return told

    async def until_live(self, number: int) -> float:
        """Seconds until all bots have this revision; TimeoutError when one does not get it."""
        begun = time.monotonic()
        async with asyncio.timeout(2 * LIVE_WITHIN):
            for name in self._doors:
                while (await self.status(name))["revision"] != number:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        return time.monotonic() - begun


@asynccontextmanager
async def office(url: str, folder: Path, peer: TelegramPeer, count: int, **settings: object) -> AsyncIterator[Office]:
    """That many bots on one database, ready."""
    doors = {f"bot{number}": free_port() for number in range(count)}
    async with AsyncExitStack() as opened:
        settings = {"database_url": url, "person_secret": SHARED_SECRET} | settings
        for name, port in doors.items():
            (folder / name).mkdir()
            await opened.enter_async_context(serving(peer, folder / name, True, status_port=port, **settings))
        keys = read_keys(Settings(database_url=url, person_secret=SHARED_SECRET))
        storage = await open_storage(url, keys.vault)
        opened.push_async_callback(storage.aclose)
        web = await opened.enter_async_context(httpx.AsyncClient(trust_env=False))
        package = Package.read(Path(str(settings.get("knowledge_dir", ROOT / "knowledge"))))
        yield Office(storage, package.name, doors, web)


async def test_live_in_three_processes(peer: TelegramPeer, postgres: PostgresServer, tmp_path: Path) -> None:
    """With all the packaged rules: a published revision and the way back reach three processes within five seconds."""
    words = "ordinary_words.yaml"  # read by all that is compiled, so that nothing can be taken over
    changed = {words: (ROOT / "knowledge" / words).read_text("utf-8") + "# diperiksa lagi\n"}
    with postgres.database() as url:
        async with office(url, tmp_path, peer, 3) as desk:
            before = (await desk.status("bot0"))["knowledge"]
            await desk.publish(changed)
            assert await desk.until_live(1) <= LIVE_WITHIN
            assert (await desk.status("bot2"))["knowledge"] != before
            await desk.undo(0)
            assert await desk.until_live(2) <= LIVE_WITHIN
            assert (await desk.status("bot2"))["knowledge"] == before


async def test_a_new_trick(peer: TelegramPeer, database_url: str, tmp_path: Path) -> None:
    """A message that passed is caught once the rule is published, and passes again once it is undone; what cannot be
    used is told of and changes nothing; a process that starts now takes what is published."""
    siti = Chat(peer)
    knowledge = small_knowledge(tmp_path / "knowledge")
    async with office(database_url, tmp_path, peer, 1, knowledge_dir=knowledge) as desk:
        assert "titipan" not in (await siti.say(TRICK))[0].text
        await desk.publish(NEW)
        await desk.until_live(1)
        assert "kardus bersegel" in (await siti.say(TRICK))[0].text
        await desk.publish({FLAG: "rusak"})
        async with asyncio.timeout(LIVE_WITHIN):
            while not (await desk.status("bot0"))["notes"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        told = await desk.status("bot0")
        assert (told["ready"], told["revision"]) == (True, 1)
        assert "revision 2 cannot be used" in told["notes"][0]
        assert "kardus bersegel" in (await siti.say(TRICK))[0].text
        await desk.undo(1)
        await desk.until_live(3)
        assert (await desk.status("bot0"))["notes"] == []
    (tmp_path / "later").mkdir()
    async with serving(peer, tmp_path / "later", True, database_url=database_url, person_secret=SHARED_SECRET,
                       knowledge_dir=knowledge):  # fmt: skip
        assert "kardus bersegel" in (await siti.say(TRICK))[0].text
