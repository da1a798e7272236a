"""Journeys as a host sees them: ready, figures, logs that follow a message and never say what it says, and the stop."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.telegram_webhook import PATH
from bot.serving import STOPS_WITHIN
from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_faults import too_many
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, free_port, serving, small_knowledge, until

TOKEN = "rahasia-untuk-angka-32-huruf-lebih"


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


def events(bot: RunningBot) -> list[dict[str, Any]]:
    """The log, line by line; every line is JSON."""
    return [json.loads(line) for line in bot.log.splitlines()]


async def test_polling_with_a_port_of_its_own(
    peer: TelegramPeer, web: httpx.AsyncClient, tmp_path: Path, knowledge: Path
) -> None:
    """A bot without webhook is asked there; it says when its last update was confirmed."""
    port = free_port()
    async with serving(peer, tmp_path, knowledge_dir=knowledge, status_port=port):
        base = f"http://127.0.0.1:{port}"
        assert (await web.get(f"{base}/healthz")).text == "ok"
        await Chat(peer).say(SMALL_OFFER)
        ready = await web.get(f"{base}/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert ready.json()["last_confirmed_update"].startswith(time.strftime("%Y-%m-%d", time.gmtime()))
        figures = (await web.get(f"{base}/metrics")).text
        assert 'cekdulu_answers_total{kind="offer",level="caution"} 1.0' in figures
        assert 'cekdulu_updates_total{channel="telegram",outcome="stored"} 1.0' in figures


async def test_figures_on_the_webhook_port(
    peer: TelegramPeer, web: httpx.AsyncClient, tmp_path: Path, knowledge: Path
) -> None:
    """Where everybody comes by they are there only with the token; forged updates change nothing."""
    async with serving(peer, tmp_path, True, knowledge_dir=knowledge, metrics_token=TOKEN):
        hook = peer._delivery.hook
        assert hook is not None
        base = hook.url.removesuffix(PATH)
        async with asyncio.timeout(5):  # Telegram has taken the webhook a moment before the bot knows
            while (await web.get(f"{base}/readyz")).json()["reasons"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert (await web.get(f"{base}/metrics")).status_code == 401
        told = await web.get(f"{base}/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert (told.status_code, told.headers["content-type"].partition(";")[0]) == (200, "text/plain")


async def test_a_message_is_followed_through_its_six_steps(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """One number stands at every step, and nothing of what was said, by whom, or to whom stands anywhere."""
    siti = Chat(peer, "Aminahnama")
    settings = {"knowledge_dir": knowledge, "log_level": "debug", "quiet_seconds": 0.3}
    async with serving(peer, tmp_path, True, **settings) as bot:
        peer.fail("sendMessage", too_many(1))
        words = f"Katakucing {SMALL_OFFER} kampungrahasia"

        def send() -> None:
            peer.say(siti.person, words, origin=from_hidden("Perekrutnama"))
            peer.say(siti.person, "bagaimana menurutmu sapijantan?")

        (told,) = await siti.after(send)
        await siti.press(told, "Rincian", answers=2)
        await until(lambda: len([line for line in events(bot) if line["event"] == "sent"]) == 3)
        assert await bot.stop() == 0
        lines, log = events(bot), bot.log.lower()
    first = [line["event"] for line in lines if line.get("message") == 1]
    for step in ("received", "claimed", "read", "assess", "answered", "sent"):
        assert step in first
    assert [line["with"] for line in lines if line["event"] == "answered" and line["message"] == 1] == [[2]]
    secrets = ("katakucing", "kampungrahasia", "sapijantan", "koper", "waspada", "aminahnama", "perekrutnama")
    assert not [word for word in (*secrets, str(siti.person.id), peer.token.partition(":")[2]) if word.lower() in log]


async def test_a_stop_that_hangs_is_ended(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """Even when the database is locked for good the program ends within the time that is stated."""
    async with serving(peer, tmp_path, knowledge_dir=knowledge) as bot:
        peer.say(peer.person("Siti"), SMALL_OFFER)
        await peer.wait_for(lambda seen: seen.sent)
        with closing(sqlite3.connect(tmp_path / "cekdulu.db", timeout=10)) as locking:
            locking.execute("BEGIN EXCLUSIVE")
            await bot.stop(within=STOPS_WITHIN + 1)
            locking.rollback()
