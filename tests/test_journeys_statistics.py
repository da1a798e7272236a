"""Journey of an officer who asks for the figures, through the real program: a picture, though Telegram falters."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.chart_drawing import WIDTH
from bot.storage import Vault, open_storage
from bot.storage.secret import load_secret
from bot.storage.tables import cases
from tests.officers.case_office import case_row
from tests.peers.telegram_faults import broken, refused, too_many
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import Chat, RunningBot, serving, small_knowledge, until
from tests.test_journeys_cases import appoint


async def fill(folder: Path, areas: int) -> None:
    """Six cases in each of so many areas; the figures of thirty are too many words for below a picture."""
    vault = Vault(load_secret(None, folder / "cekdulu.key").value)
    storage = await open_storage(f"sqlite:///{folder / 'cekdulu.db'}", vault)
    level = ("emergency", "danger", "caution", "no_signs")
    rows = [case_row(n, level[n % 4], f"Kabupaten Kepulauan Nomor {n % areas}", time.time()) for n in range(6 * areas)]
    await storage.database.write(lambda connection: connection.execute(cases.insert(), rows).rowcount)
    await storage.aclose()


async def all_sent(bot: RunningBot) -> None:
    """Nothing waits any more."""
    await until(lambda: bot.rows("SELECT count(*) FROM outbox WHERE finished_at IS NULL") == [(0,)])


@pytest.mark.parametrize(("areas", "messages"), [(4, 1), (30, 2)], ids=["below-the-picture", "before-it"])
async def test_figures_with_a_picture(tmp_path: Path, areas: int, messages: int) -> None:
    """Words once, the picture once, after a wait and a fault of the platform's; a refused one is told in words."""
    knowledge = small_knowledge(tmp_path / "knowledge")
    folder = tmp_path / "bot"
    folder.mkdir()
    async with TelegramPeer() as peer, serving(peer, folder, knowledge_dir=knowledge) as bot:
        budi = Chat(peer, "Budi")
        await budi.say("/start")
        appoint(folder, budi, "Budi Santoso")
        await fill(folder, areas)
        peer.fail("sendPhoto", too_many(1))
        peer.fail("sendPhoto", broken())
        got = await budi.say("/statistik", answers=messages)
        assert [message.text.startswith("📊") for message in got] == [True, False][:messages]
        assert f"{6 * areas} kasus" in got[0].text
        await all_sent(bot)
        calls = peer.called("sendPhoto")
        assert [call.status for call in calls] == [429, 502, 200]
        content = calls[-1].upload("photo")
        assert content is not None
        assert len(content) < 40_000
        with Image.open(io.BytesIO(content), formats=["PNG"]) as drawn:
            assert drawn.width == WIDTH

        peer.fail("sendPhoto", refused("IMAGE_PROCESS_FAILED"))
        got = await budi.say("/statistik", answers=messages)
        await all_sent(bot)
        assert got[0].text.startswith("📊")
        assert got[-1].text.startswith("📊" if messages == 1 else "Gambar: ")
        assert len(budi.seen) == 1 + 2 * messages
        assert bot.rows("SELECT state FROM outbox WHERE state NOT IN ('sent')") == []
        assert "Kabupaten" not in bot.log
        assert "Traceback" not in bot.log
