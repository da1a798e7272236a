"""Journeys beside a flood: one sender who sends far too much, and everybody else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram_webhook import SECRET_HEADER
from tests.peers.telegram_account import TelegramUser
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, rows, serving, small_knowledge, until

FLOOD = 1_000


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture
async def bot(peer: TelegramPeer, tmp_path: Path) -> AsyncIterator[RunningBot]:
    knowledge = small_knowledge(tmp_path / "knowledge")
    async with serving(peer, tmp_path, webhook=True, knowledge_dir=knowledge) as running:
        yield running


class Pusher:
    """Pushes updates to the bot's door itself, many at once, as Telegram does under load."""

    def __init__(self, peer: TelegramPeer, web: httpx.AsyncClient) -> None:
        hook = peer._delivery.hook
        assert hook is not None
        self._url, self._headers, self._web = hook.url, {SECRET_HEADER: hook.secret}, web
        self._number = 1_000_000

    async def push(self, user: TelegramUser, content: dict[str, Any]) -> int:
        """The status that the bot answers with."""
        self._number += 1
        message = {"message_id": self._number, "from": user.as_user(), "chat": user.as_chat(), "date": 1, **content}
        update = {"update_id": self._number, "message": message}
        return (await self._web.post(self._url, json=update, headers=self._headers)).status_code


async def test_a_flood_delays_nobody_else(peer: TelegramPeer, bot: RunningBot, tmp_path: Path) -> None:
    """A thousand messages of one sender are all taken; meanwhile others are answered within a second each."""
    flooder, waits = Chat(peer, "Banjir"), []
    peer.account.meet(flooder.person.as_chat())
    async with httpx.AsyncClient(trust_env=False, timeout=30) as web:
        pusher = Pusher(peer, web)

        async def flood() -> list[int]:
            return [await pusher.push(flooder.person, {"text": SMALL_OFFER}) for _ in range(FLOOD // 4)]

        flooding = [asyncio.create_task(flood()) for _ in range(4)]
        while not all(task.done() for task in flooding):
            other = Chat(peer, "Tetangga")
            peer.account.meet(other.person.as_chat())
            begun = time.monotonic()
            await other.after(lambda: asyncio.create_task(pusher.push(other.person, {"text": SMALL_OFFER})))  # noqa: B023
            waits.append(time.monotonic() - begun)
        assert {status for task in flooding for status in task.result()} == {200}
    assert max(waits) < 1.0
    await until(lambda: rows(tmp_path, "SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)])
    await until(lambda: rows(tmp_path, "SELECT count(*) FROM outbox WHERE finished_at IS NULL") == [(0,)])
    assert len(flooder.seen) == 31
    assert "lebih dari 30 pesan" in flooder.seen[-1].text
    assert SMALL_OFFER not in bot.log


async def test_an_update_of_nearly_a_megabyte(peer: TelegramPeer, bot: RunningBot) -> None:
    """It is read as far as any message, and its sender is told that only its beginning was."""
    siti = Chat(peer)
    peer.account.meet(siti.person.as_chat())
    async with httpx.AsyncClient(trust_env=False, timeout=30) as web:
        text = f"{SMALL_OFFER} {'panjang ' * 120_000}"
        (told,) = await siti.after(lambda: asyncio.create_task(Pusher(peer, web).push(siti.person, {"text": text})))
    assert "WASPADA" in told.text
    assert "hanya bagian awal" in told.text
