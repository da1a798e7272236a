"""Journeys of people who send several things in one go, through the real program with its own quiet time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.settings import Settings
from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, serving, small_knowledge

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUIET = float(Settings.model_fields["quiet_seconds"].default)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["polling", "webhook"])
async def bot(
    peer: TelegramPeer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[RunningBot]:
    folder = tmp_path_factory.mktemp(request.param)
    knowledge = small_knowledge(folder / "knowledge")
    webhook = request.param == "webhook"
    async with serving(peer, folder, webhook, knowledge_dir=knowledge, quiet_seconds=QUIET) as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer)


async def test_three_forwards_and_a_question(peer: TelegramPeer, siti: Chat) -> None:
    """Four messages within a second have one answer, to the last of them, soon after it."""

    async def send() -> None:
        for text in ("Loker bagus nih", SMALL_OFFER, "Kuota tinggal dua"):
            peer.say(siti.person, text, origin=from_hidden("Agen"))
            await asyncio.sleep(0.2)
        peer.say(siti.person, "Gimana menurutmu?")

    await send()
    begun = time.monotonic()
    (told,) = await siti.after(lambda: None)
    assert "WASPADA" in told.text
    assert "koper tertutup" in told.text
    assert time.monotonic() - begun < QUIET + 1
    assert len(await siti.all_seen()) == 1


async def test_an_album(peer: TelegramPeer, siti: Chat) -> None:
    """Ten pictures of which one has words have one answer, which says that the pictures were not read."""

    def send() -> None:
        peer.photo(siti.person, caption=SMALL_OFFER)
        for _ in range(9):
            peer.photo(siti.person)

    (told,) = await siti.after(send)
    assert "WASPADA" in told.text
    assert "hanya tulisannya" in told.text
    assert len(await siti.all_seen()) == 1


async def test_a_text_and_its_correction(peer: TelegramPeer, siti: Chat) -> None:
    """What is corrected before the answer is answered as corrected, once."""

    def send() -> None:
        peer.edit(peer.say(siti.person, "Ada kerja"), SMALL_OFFER)

    (told,) = await siti.after(send)
    assert "WASPADA" in told.text
    assert "✏️" not in told.text
    assert len(await siti.all_seen()) == 1


async def test_a_command_is_not_delayed(siti: Chat) -> None:
    """It is answered before a quiet time is over."""
    begun = time.monotonic()
    await siti.say("/kontak")
    assert time.monotonic() - begun < QUIET
