"""Journeys of officers who teach the bot a new trick, through the real program."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.officers.drafting import with_additions
from tests.knowledge.minimal import RED_FLAG
from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_peer import Sent, TelegramPeer
from tests.running_bot import Chat, RunningBot, serving, small_knowledge, until
from tests.test_journeys_own_data import code

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRICK = "Dibutuhkan pekerja kebun di Negeri Contoh. Kartu SIM wajib disetor ke mandor sebelum berangkat."
ANSWERS = ("Kartu SIM wajib disetor", "Diminta menyetor kartu SIM", "2", "1", "Kartu SIM Anda dipakai menipu orang lain.",
           "Simpan sendiri kartu SIM Anda.", "1")  # fmt: skip
HARMLESS = "Kartu SIM baru dijual di konter = jualan\nSetor uang kas ke bendahara = uang kas"
LIVE_WITHIN = 5.0


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(peer: TelegramPeer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBot]:
    knowledge = small_knowledge(tmp_path_factory.mktemp("knowledge"))
    async with serving(peer, tmp_path_factory.mktemp("bot"), knowledge_dir=knowledge) as running:
        yield running


def appoint(bot: RunningBot, chat: Chat) -> None:
    """The person becomes an editor."""
    address = json.dumps({"chat": chat.person.id})
    bot.rows(
        "INSERT INTO officers (person, channel, role, on_duty, created_at, name, office, address)"
        f" VALUES ('{code(bot, chat)}', 'telegram', 'penyunting', 0, 0, 'Budi', 'BP3MI', '{address}')"
    )


async def pressed(chat: Chat, message: Sent, label: str) -> Sent:
    """The one answer to a button."""
    (told,) = await chat.press(message, label)
    return told


async def test_a_new_trick_is_caught_minutes_later(peer: TelegramPeer, bot: RunningBot) -> None:
    """Forwarded, marked, published with one tap; the next person with the same message is warned within seconds."""
    officer, siti = Chat(peer, "Budi"), Chat(peer, "Siti")
    (before,) = await siti.say(TRICK)
    assert "SIM" not in before.text
    appoint(bot, officer)
    await officer.say("/usul")
    (shown,) = await officer.say(TRICK, origin=from_hidden("Bang Roni"))
    assert "Hari ini bot menjawab: ⚠" in shown.text or "WASPADA" in shown.text
    for answer in ANSWERS:
        await officer.say(answer)
    _, tried = await officer.say(HARMLESS, answers=2)
    assert "✅ Semua contoh tetap benar." in tried.text
    published = await pressed(officer, tried, "Terbitkan")
    assert "revisi 1" in published.text
    begun = time.monotonic()
    while "Diminta menyetor kartu SIM" not in (told := (await siti.say(TRICK))[0]).text:
        assert time.monotonic() - begun < LIVE_WITHIN
    assert "BAHAYA" in told.text
    assert "“Kartu SIM wajib disetor”" in told.text
    await until(lambda: bot.rows("SELECT hits FROM rule_counts WHERE rule = 'diminta_menyetor_kartu_sim'"))
    asked = await officer.say("/batalkan")
    await pressed(officer, asked[0], "Ya, batalkan 1")
    begun = time.monotonic()
    while "Diminta menyetor" in (await siti.say(TRICK))[0].text:
        assert time.monotonic() - begun < LIVE_WITHIN
    assert TRICK not in bot.log
    assert "Kartu SIM" not in bot.log


async def test_others_get_what_they_always_got(peer: TelegramPeer, bot: RunningBot) -> None:
    """The commands of officers are to everybody else commands that do not exist."""
    stranger = Chat(peer, "Rini")
    (unknown,) = await stranger.say("/entahapa")
    for command in ("/usul", "/usulan", "/aturan", "/batalkan", "/pelajaran"):
        (told,) = await stranger.say(command)
        assert told.text == unknown.text


async def test_a_file_is_a_proposal(peer: TelegramPeer, bot: RunningBot) -> None:
    """A .yaml document is tried out like a proposal made in talk; one of 5 MB or a broken one gets a sentence."""
    officer = Chat(peer, "Dewi")
    await officer.say("/privasi")
    appoint(bot, officer)

    async def send(content: bytes, name: str, answers: int) -> list[Sent]:
        file = peer.account.keep_file(content, "documents", "yaml") | {"file_name": name}
        return await officer.after(lambda: peer.post(officer.person, {"document": file}), answers)

    changed = with_additions(RED_FLAG, ["bungkus peti"], [("tolong bungkus peti itu", "bungkus peti")])
    _, tried = await send(changed.encode(), "koper_titipan.yaml", 2)
    assert "✅ Semua contoh tetap benar." in tried.text
    assert "Terbitkan" in str(tried.buttons)
    (broken,) = await send(RED_FLAG.replace("severity: high", "severity: hgih").encode(), "koper_titipan.yaml", 1)
    assert "baris 4, severity" in broken.text
    (large,) = await send(b"#" * 5_000_000, "koper_titipan.yaml", 1)
    assert "5,0 MB; paling besar 1 MB" in large.text
    (same,) = await send(RED_FLAG.encode(), "koper_titipan.yaml", 1)
    assert "sama persis" in same.text
    assert bot.rows("SELECT count(*) FROM proposals WHERE path = 'red_flags/koper_titipan.yaml'") == [(1,)]
    stranger = Chat(peer, "Rini")
    file = peer.account.keep_file(b"id: x", "documents", "yaml") | {"file_name": "x.yaml"}
    (told,) = await stranger.after(lambda: peer.post(stranger.person, {"document": file}))
    assert "tulisan" in told.text.lower()
