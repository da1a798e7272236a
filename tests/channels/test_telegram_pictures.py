"""Replies with a picture on Telegram: one message where the words fit below it, and nothing ever twice."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import Answering
from bot.channels import Blocked, Delivered, Outcome, Refused, RetryLater
from bot.channels.chart_drawing import png
from bot.channels.telegram import TelegramClient
from bot.channels.telegram_pieces import CAPTION_LIMIT, TEXT_LIMIT, pieces_of
from bot.channels.telegram_updates import Address
from bot.messages import Button, Reply
from bot.worker import LONGEST_BACKOFF, Worker
from tests.peers.telegram_account import TelegramUser, utf16
from tests.peers.telegram_faults import (
    Fault,
    blocked,
    broken,
    chat_not_found,
    cut,
    dropped,
    moved_to,
    refused,
    too_many,
)
from tests.peers.telegram_peer import TelegramPeer
from tests.storage.samples import MovedClock, arrival, open_sealed
from tests.test_chart import CHART
from tests.workplace import small_compiled

SITI = TelegramUser(501, "Siti")
HERE = Address(chat=501, reply_to=1).pack()
SHORT = Reply("📊 8 kasus rahasia", (Button("Lagi", "more"),), picture=CHART)
LONG = replace(SHORT, text=("kasus rahasia " * 80).strip())
REFUSED = refused('IMAGE_PROCESS_FAILED: "kasus rahasia"')


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        running.say(SITI, "/statistik")
        yield running


@pytest.fixture
async def client(peer: TelegramPeer) -> AsyncIterator[TelegramClient]:
    running = TelegramClient(peer.token, peer.url, answer_within=5)
    await running.start()
    yield running
    await running.close()


def asked(peer: TelegramPeer) -> list[tuple[str, int]]:
    """(method, status) of every call that sends something."""
    return [(call.method, call.status) for call in peer.calls if call.method.startswith("send")]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("", [("", True)], id="no-words"),
        pytest.param("a" * CAPTION_LIMIT, [("a" * CAPTION_LIMIT, True)], id="just-below-it"),
        pytest.param("😀" * 513, [("😀" * 513, False), ("", True)], id="emoji-count-twice"),
        pytest.param("a" * TEXT_LIMIT, [("a" * TEXT_LIMIT, False), ("", True)], id="one-text"),
        pytest.param("a" * TEXT_LIMIT + " b", [("a" * TEXT_LIMIT, False), ("b", False), ("", True)], id="two-texts"),
    ],
)
def test_pieces(text: str, pieces: list[tuple[str, bool]]) -> None:
    """The picture once, last; the buttons once, with the last words; the sound with the words."""
    found = pieces_of(replace(SHORT, text=text))
    assert [(piece.text, piece.picture == CHART) for piece in found] == pieces
    assert [bool(piece.buttons) for piece in found].count(True) == 1
    assert found[0].quiet is False
    assert len(found) == 1 or (found[-1].quiet and found[-2].buttons)
    assert [piece for one in found for piece in pieces_of(one)] == list(found)


async def test_the_words_stand_below_the_picture(peer: TelegramPeer, client: TelegramClient) -> None:
    """One photo, byte for byte as drawn, with caption and buttons, in answer to the message."""
    outcome = await client.deliver(HERE, SHORT)
    [sent] = peer.sent
    assert outcome == Delivered(str(sent.message_id))
    assert (sent.text, sent.buttons, sent.reply_to) == (SHORT.text, (("Lagi", "more"),), 1)
    [call] = peer.called("sendPhoto")
    assert call.upload("photo") == png(CHART)
    assert {"parse_mode", "link_preview_options", "text"}.isdisjoint(call.params)
    assert asked(peer) == [("sendPhoto", 200)]


async def test_long_words_go_first(peer: TelegramPeer, client: TelegramClient) -> None:
    """As a message of its own with the buttons; the picture behind it without words and without a sound."""
    assert utf16(LONG.text) > CAPTION_LIMIT
    outcome = await client.deliver(HERE, LONG)
    words, picture = peer.sent
    assert outcome == Delivered(str(picture.message_id))
    assert (words.text, words.reply_to, len(words.buttons)) == (LONG.text, 1, 1)
    assert (picture.text, picture.reply_to, picture.buttons) == ("", None, ())
    assert [call.flag("disable_notification") for call in peer.calls if call.method.startswith("send")] == [False, True]


@pytest.mark.parametrize(
    ("reply", "said"), [(SHORT, SHORT.text), (Reply("", picture=CHART), CHART.alt)], ids=["words", "no-words"]
)
async def test_a_refused_picture_is_told_in_words(
    peer: TelegramPeer, client: TelegramClient, caplog: pytest.LogCaptureFixture, reply: Reply, said: str
) -> None:
    """Nothing of it was taken, so the words go alone, buttons and all; the log has no word of them."""
    peer.fail("sendPhoto", REFUSED)
    outcome = await client.deliver(HERE, reply)
    [sent] = peer.sent
    assert outcome == Delivered(str(sent.message_id))
    assert (sent.text, sent.reply_to, len(sent.buttons)) == (said, 1, len(reply.buttons))
    assert asked(peer) == [("sendPhoto", 400), ("sendMessage", 200)]
    assert "a picture is told in words: refused" in caplog.text
    assert "rahasia" not in caplog.text


async def test_without_drawing_the_words_are_sent(
    peer: TelegramPeer, client: TelegramClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the drawing library is missing; it is logged as a fault, without a word of the picture's."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert isinstance(await client.deliver(HERE, SHORT), Delivered)
    assert [message.text for message in peer.sent] == [SHORT.text]
    assert asked(peer) == [("sendMessage", 200)]
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "a picture could not be drawn: " in record.getMessage()
    assert "kasus" not in caplog.text
    assert "Kapuas" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(too_many(7), RetryLater(7.0, "limited"), id="429"),
        pytest.param(broken(502), RetryLater(None, "network: NetworkError"), id="502"),
        pytest.param(cut(), RetryLater(None, "network: NetworkError (ServerDisconnectedError)"), id="cut"),
        pytest.param(blocked(), Blocked(), id="403"),
    ],
)
async def test_outcomes(peer: TelegramPeer, client: TelegramClient, fault: Fault, expected: Outcome) -> None:
    """As for texts: to be tried again as a whole, with nothing sent meanwhile."""
    peer.fail("sendPhoto", fault)
    assert await client.deliver(HERE, SHORT) == expected
    assert [method for method, _ in asked(peer)] == ["sendPhoto"]
    assert peer.sent == []
    assert isinstance(await client.deliver(HERE, SHORT), Delivered)


async def test_where_there_is_no_chat(peer: TelegramPeer, client: TelegramClient) -> None:
    """The words are refused like the picture, and that is the end."""
    peer.fail("*", chat_not_found(), times=2)
    assert await client.deliver(HERE, SHORT) == Refused("refused: Chat not found")


async def test_a_group_that_moved_is_followed(peer: TelegramPeer, client: TelegramClient) -> None:
    """Also with a picture, which is uploaded anew."""
    group = peer.group("Warga RT 3")
    peer.fail("sendPhoto", moved_to(group.id))
    assert isinstance(await client.deliver(Address(-77, reply_to=5).pack(), SHORT), Delivered)
    assert peer.sent[0].chat_id == group.id
    assert [call.upload("photo") for call in peer.called("sendPhoto")] == [png(CHART)] * 2


@pytest.mark.parametrize("fault", [too_many(7), broken(502), dropped(), REFUSED])
async def test_words_that_arrived_are_not_said_again(
    peer: TelegramPeer, client: TelegramClient, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    """Where words and picture are one entry in the queue, a picture that fails is left out, or told in words."""
    peer.fail("sendPhoto", fault)
    assert isinstance(await client.deliver(HERE, LONG), Delivered)
    assert [message.text for message in peer.sent].count(LONG.text) == 1
    assert "rahasia" not in caplog.text


async def test_a_person_who_stopped_in_between(peer: TelegramPeer, client: TelegramClient) -> None:
    """That is still heard."""
    peer.fail("sendPhoto", blocked())
    assert await client.deliver(HERE, LONG) == Blocked()


@pytest.mark.parametrize("fault", [too_many(1), broken(502), cut()])
async def test_through_the_queue_each_part_is_sent_once(
    peer: TelegramPeer, client: TelegramClient, tmp_path: Path, fault: Fault
) -> None:
    """The worker tries the picture again until it is there; the words before it went once."""
    clock = MovedClock()
    storage = await open_sealed(f"sqlite:///{tmp_path / 'a.db'}", clock)
    worker = Worker(Answering(storage, {"telegram": client}, small_compiled, clock), "satu")
    await storage.inbox.store(replace(arrival(1), address=HERE))
    (row,) = await storage.inbox.lease("satu")
    await storage.inbox.finish(row, client.fit(LONG))
    peer.fail("sendPhoto", fault, times=3)
    for _ in range(8):
        for reply in await worker.lease_replies():
            await worker.send(reply)
        clock.move(LONGEST_BACKOFF)
    assert [method for method, _ in asked(peer)] == ["sendMessage"] + ["sendPhoto"] * 4
    assert [message.text for message in peer.sent] == [LONG.text, ""]
    assert await storage.outbox.unfinished() == 0
    assert await storage.outbox.dead_letters() == []
    await storage.aclose()
