"""Journeys of two processes with a platform that keeps its limits: nothing is refused, nobody waits for nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.peers.telegram_faults import too_many
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, serving, small_knowledge

PEOPLE = 40
EACH = 2


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer(rate_limits=True) as running:
        yield running


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Where the two processes are started."""
    made = [tmp_path / "satu", tmp_path / "dua"]
    for folder in made:
        folder.mkdir()
    return made


async def test_two_processes_stay_within_the_limits(
    peer: TelegramPeer, folders: list[Path], knowledge: Path, database_url: str
) -> None:
    """Forty people write twice each: thirty messages a second and one a person, by two processes.

    Hardly anything is refused; a few, because a machine under load lets what left in step arrive in a heap. Without a
    common pace it is a third of them.
    """
    settings = {"database_url": database_url, "knowledge_dir": knowledge, "telegram_per_second": 30}
    settings |= {"person_secret": "rahasia bersama dua proses, cukup panjang"}
    async with (
        serving(peer, folders[0], True, **settings),
        serving(peer, folders[1], True, **settings),
    ):
        people = [peer.person(f"Warga {number}") for number in range(PEOPLE)]
        for _ in range(EACH):
            for person in people:
                peer.say(person, SMALL_OFFER)
        await peer.wait_for(lambda seen: len(seen.sent) >= PEOPLE * EACH, within=30)
    assert Counter(sent.chat_id for sent in peer.sent) == {person.id: EACH for person in people}
    assert len(peer.called("sendMessage")) < 1.2 * PEOPLE * EACH


async def test_a_chat_that_telegram_limits_waits_alone(
    peer: TelegramPeer, tmp_path: Path, knowledge: Path, database_url: str
) -> None:
    """One person's answer is put off by two seconds; another's comes at once, and in the end both have theirs."""
    settings = {"database_url": database_url, "knowledge_dir": knowledge, "telegram_per_second": 30}
    async with serving(peer, tmp_path, False, **settings):
        peer.fail("sendMessage", too_many(2))
        siti, budi = Chat(peer), Chat(peer, "Budi")
        waiting = asyncio.create_task(siti.say(SMALL_OFFER))
        await peer.wait_for(lambda seen: seen.called("sendMessage"), within=20)
        await budi.say(SMALL_OFFER)
        assert not waiting.done()
        await waiting
    assert len(peer.called("sendMessage")) == 3
