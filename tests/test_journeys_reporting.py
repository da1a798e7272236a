"""Journeys of people who hand a message to officers, through the real program."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, serving, small_knowledge
from tests.test_journeys_own_data import code, files_with, rows_with

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE, NIK = "0811-0000-0000", "6271034455660001"
OFFER = f"{SMALL_OFFER} Minat hubungi {PHONE}. NIK saya {NIK}"
COLUMNS = "number, text, quotes, kind, level, minor, state, expires_at - created_at, consented_at = created_at, consent"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(peer: TelegramPeer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningBot]:
    folder = tmp_path_factory.mktemp("bot")
    knowledge = small_knowledge(tmp_path_factory.mktemp("knowledge"))
    async with serving(peer, folder, knowledge_dir=knowledge, keep_case_days=30) as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer)


async def test_the_button_brings_the_words_along(bot: RunningBot, siti: Chat) -> None:
    """Answer, Laporkan, Setuju: the message need not be sent again, although nothing of it was kept."""
    (answered,) = await siti.say(OFFER, origin=from_hidden("Bang Roni"))
    assert rows_with(bot.folder, PHONE) == []
    shown, asked = await siti.press(answered, "Laporkan", answers=2)
    assert PHONE in shown.text
    assert NIK not in shown.text
    assert bot.rows(f"SELECT number FROM cases WHERE person = '{code(bot, siti)}'") == []
    (told,) = await siti.press(asked, "Setuju")
    ((number, text, quotes, kind, level, minor, state, seconds, at_once, consent),) = bot.rows(
        f"SELECT {COLUMNS} FROM cases WHERE person = '{code(bot, siti)}'"
    )
    assert number in told.text
    assert text in shown.text
    assert "“" not in quotes
    assert (kind, level, minor, state, seconds, at_once) == ("offer", "caution", 0, "open", 30 * 86_400, 1)
    assert re.fullmatch("id-[0-9a-f]{12}", consent)
    assert files_with(bot.folder, PHONE, NIK, str(siti.person.id)) == []
    assert rows_with(bot.folder, NIK) == []


async def test_a_case_is_shown_and_erased_with_all_else(bot: RunningBot, siti: Chat) -> None:
    """/data_saya shows its words; after /hapus_data it is gone."""
    (answered,) = await siti.say(OFFER)
    _, asked = await siti.press(answered, "Laporkan", answers=2)
    await siti.press(asked, "Setuju")
    _, case = await siti.say("/data_saya", answers=2)
    assert "Laporan" in case.text
    assert "koper tertutup" in case.text
    (question,) = await siti.say("/hapus_data")
    assert "1 laporan" in question.text
    await siti.press(question, "Ya, hapus semua")
    assert bot.rows(f"SELECT number FROM cases WHERE person = '{code(bot, siti)}'") == []


async def test_pressing_yes_ten_times_is_one_case(bot: RunningBot, siti: Chat) -> None:
    """The first makes the case; the others are told that there is nothing to agree to."""
    (answered,) = await siti.say(OFFER)
    _, asked = await siti.press(answered, "Laporkan", answers=2)
    told = [(await siti.press(asked, "Setuju"))[0].text for _ in range(10)]
    assert sum("Laporan tersimpan" in text for text in told) == 1
    assert bot.rows(f"SELECT count(*) FROM cases WHERE person = '{code(bot, siti)}'") == [(1,)]


async def test_a_command_in_reply_to_a_message(peer: TelegramPeer, siti: Chat) -> None:
    """/lapor as an answer to one's own message of before."""
    update = peer.say(siti.person, OFFER, origin=from_hidden("Bang Roni"))
    await siti.all_seen()
    shown, _ = await siti.say("/lapor", answers=2, reply_to=update)
    assert PHONE in shown.text


async def test_a_button_of_an_answer_to_a_button(siti: Chat) -> None:
    """What is shown are the person's words also when the answer came for a button, and never the bot's own."""
    words = "Teman mengajak kerja, katanya enak"
    (answered,) = await siti.say(words)
    (offer,) = await siti.press(answered, "Ini tawaran kerja")
    shown, _ = await siti.press(offer, "Laporkan", answers=2)
    assert shown.text.endswith(words)
