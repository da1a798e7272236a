"""Journeys through trouble: a platform that limits, drops and repeats, updates that make no sense, people who block."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.peers.telegram_call import Call
from tests.peers.telegram_faults import blocked, broken, dropped, refused, too_many
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, serving, small_knowledge, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    async with serving(peer, folder, webhook=request.param == "webhook", knowledge_dir=knowledge) as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer)


def sends(peer: TelegramPeer, chat: Chat) -> list[Call]:
    """Every try to send something to this person."""
    return [call for call in peer.called("sendMessage") if call.chat_id() == chat.person.id]


async def test_a_limit_is_respected(peer: TelegramPeer, siti: Chat) -> None:
    """After 429 nothing is sent to the person before the time is over, and then what was held back comes once."""
    peer.fail("sendMessage", too_many(1))
    start = time.monotonic()
    (told,) = await siti.say(SMALL_OFFER)
    assert time.monotonic() - start >= 1
    assert "WASPADA" in told.text
    assert [call.status for call in sends(peer, siti)] == [429, 200]


async def test_a_limit_holds_up_nobody_else(peer: TelegramPeer, siti: Chat) -> None:
    """While one person's answer waits, another's goes out."""
    budi = Chat(peer, "Budi")
    peer.fail("sendMessage", too_many(2))
    peer.say(siti.person, SMALL_OFFER)
    await peer.wait_for(lambda _: sends(peer, siti))
    await budi.say(SMALL_OFFER)
    assert siti.seen == []
    assert len(await siti.after(lambda: None)) == 1


async def test_a_broken_platform_is_tried_again(peer: TelegramPeer, siti: Chat) -> None:
    """An answer that Telegram could not take is sent once it can."""
    peer.fail("sendMessage", broken(502))
    await siti.say(SMALL_OFFER)
    assert [call.status for call in sends(peer, siti)] == [502, 200]


async def test_a_dropped_confirmation(peer: TelegramPeer, siti: Chat) -> None:
    """Telegram took the answer and hung up: it may come a second time, and what follows comes once and in order."""
    peer.fail("sendMessage", dropped())
    peer.say(siti.person, SMALL_OFFER)
    first, *again = await siti.all_seen()
    assert "WASPADA" in first.text
    assert [sent.text for sent in again] in ([], [first.text])
    assert "Cara pakai" in (await siti.say("/bantuan"))[0].text


async def test_a_refused_answer_holds_up_nothing(peer: TelegramPeer, bot: RunningBot, siti: Chat) -> None:
    """What Telegram will never take is set aside for the operator, and the person's next answer goes out."""
    peer.fail("sendMessage", refused("message is too strange"))
    peer.say(siti.person, SMALL_OFFER)
    assert await siti.all_seen() == []
    assert [call.status for call in sends(peer, siti)] == [400, 200]
    assert bot.rows("SELECT count(*) FROM outbox WHERE state = 'dead'") == [(1,)]


async def test_a_duplicate_is_answered_once(peer: TelegramPeer, siti: Chat) -> None:
    """The same update three times, before and after its answer, is one message."""
    said = peer.say(siti.person, SMALL_OFFER)
    peer.repeat(said)
    await siti.after(lambda: None)
    peer.repeat(said)
    assert len(await siti.all_seen()) == 1


async def test_a_button_pressed_twice_answers_twice(peer: TelegramPeer, siti: Chat) -> None:
    """Two presses are two wishes; the same press delivered twice is one."""
    (told,) = await siti.say(SMALL_OFFER)
    await siti.press(told, "Kontak resmi")
    await siti.press(told, "Kontak resmi")
    peer.repeat(max(peer._updates))
    assert len(await siti.all_seen()) == 3


async def test_updates_that_make_no_sense_harm_no_other(peer: TelegramPeer, bot: RunningBot, siti: Chat) -> None:
    """They are set aside, where the operator finds them; people before and behind them are answered."""
    before = bot.rows("SELECT count(*) FROM inbox WHERE state = 'dead'")[0][0]
    peer.say(siti.person, SMALL_OFFER)
    peer.inject("message", "bukan pesan")
    peer.inject("callback_query", {"id": 5})
    peer.inject("edited_message", {"chat": {"id": 1, "type": "private"}, "from": {"id": "x"}, "text": "a"})
    peer.inject("something_new", {"of": "a later Bot API"})
    peer.say(siti.person, "/bantuan")
    assert len(await siti.all_seen()) == 2
    await peer.wait_for(lambda seen: not seen.pending)
    found = bot.rows("SELECT count(*), sum(raw IS NOT NULL) FROM inbox WHERE state = 'dead'")
    assert found == [(before + 3, before + 3)]


async def test_who_blocks_the_bot_gets_nothing_more(peer: TelegramPeer, bot: RunningBot, siti: Chat) -> None:
    """An answer that waits is dropped when the person blocks the bot; when they come back they are answered again."""
    peer.fail("sendMessage", too_many(1))
    peer.say(siti.person, SMALL_OFFER)
    await peer.wait_for(lambda _: sends(peer, siti))
    peer.block(siti.person)
    await peer.wait_for(lambda seen: not seen.pending)
    peer.unblock(siti.person)
    assert await siti.all_seen() == []
    assert [call.status for call in sends(peer, siti)] == [429, 200]
    assert len(await siti.say(SMALL_OFFER)) == 1


async def test_a_block_seen_only_when_sending(peer: TelegramPeer, bot: RunningBot, siti: Chat) -> None:
    """Telegram says 403 to the first of two messages: the second is not even tried, until the person is back."""
    (told,) = await siti.say(SMALL_OFFER)
    peer.fail("sendMessage", blocked())
    peer.press(siti.person, told, told.buttons[1][1])
    await until(lambda: bot.rows("SELECT count(*) FROM people WHERE blocked_at IS NOT NULL") == [(1,)])
    assert len(await siti.all_seen()) == 1
    assert [call.status for call in sends(peer, siti)] == [200, 403, 200]
    assert bot.rows("SELECT count(*) FROM people WHERE blocked_at IS NOT NULL") == [(0,)]
