"""What becomes of calls and replies, against the pretend Telegram."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels import Blocked, Channel, Delivered, Outcome, Refused, RetryLater
from bot.channels.telegram import BadToken, CallFailed, TelegramClient
from bot.channels.telegram_updates import Address
from bot.messages import Button, Reply
from tests.peers.telegram_account import TelegramUser, utf16
from tests.peers.telegram_faults import (
    Fault,
    blocked,
    broken,
    chat_not_found,
    dropped,
    moved_to,
    refused,
    slow,
    too_many,
)
from tests.peers.telegram_peer import TelegramPeer

SITI = TelegramUser(501, "Siti")
HERE = Address(chat=501, reply_to=1).pack()


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        running.say(SITI, "Loker Phnom Penh")
        yield running


@pytest.fixture
async def client(peer: TelegramPeer) -> AsyncIterator[TelegramClient]:
    running = TelegramClient(peer.token, peer.url, answer_within=5)
    await running.start()
    yield running
    await running.close()


async def start_and_close(client: TelegramClient) -> None:
    try:
        await client.start()
    finally:
        await client.close()


async def test_start_introduces_the_bot(peer: TelegramPeer, client: TelegramClient) -> None:
    """The name is known; commands and descriptions stand in Indonesian for all and in English for English."""
    assert client.username == peer.username
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        calls = peer.called(method)
        assert {(call.text("language_code"), call.status) for call in calls} == {("", 200), ("en", 200)}
    channel: Channel = client
    assert channel.name == "telegram"


async def test_a_refused_introduction_does_not_stop_the_start(
    peer: TelegramPeer, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram limits these calls; an old introduction harms nobody."""
    peer.fail("setMyCommands", too_many(900), times=2)
    client = TelegramClient(peer.token, peer.url)
    await start_and_close(client)
    assert client.username == peer.username
    assert "introduction '' not set: limited" in caplog.messages


@pytest.mark.parametrize("token", ["", "bukan token", "4200:AA/../lain", "4200:AAlain-sekali"])
async def test_a_bad_token_is_said_in_one_sentence(peer: TelegramPeer, token: str) -> None:
    """What cannot be a token is refused before any call, what Telegram does not know at the start."""
    with pytest.raises(BadToken) as caught:
        await start_and_close(TelegramClient(token, peer.url))
    assert "TELEGRAM_TOKEN" in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert len(peer.called("getMe")) == (1 if token == "4200:AAlain-sekali" else 0)


async def test_the_token_never_shows(
    peer: TelegramPeer, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither repr nor, with all logging on, any line or error holds the token or what people say."""
    with caplog.at_level(logging.DEBUG):
        client = TelegramClient(peer.token, peer.url, answer_within=0.2)
        await client.start()
        peer.fail("sendMessage", dropped())
        outcomes = [await client.deliver(HERE, Reply("kata rahasia")) for _ in range(2)]
        peer.fail("getUpdates", broken())
        with pytest.raises(CallFailed) as failed:
            await client.fetch_updates(0, 0)
        await client.fetch_updates(0, 0)
        await client.close()
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]  # The peer's.
    everything = f"{client!r} {outcomes} {failed.value!r} {lines} {capsys.readouterr()}"
    secret = peer.token.partition(":")[2]
    assert secret not in everything
    assert "rahasia" not in everything
    assert peer.username in repr(client)


async def test_a_reply_is_delivered(peer: TelegramPeer, client: TelegramClient) -> None:
    """Plain text with its buttons, as a reply to the person's message, without markup or link preview."""
    reply = Reply("*Bukan* <b>tebal</b> https://contoh.example", (Button("Rincian", "detail:7"), Button("Salah", "no")))
    outcome = await client.deliver(HERE, reply)
    [sent] = peer.sent
    assert outcome == Delivered(str(sent.message_id))
    assert (sent.chat_id, sent.text, sent.reply_to) == (501, reply.text, 1)
    assert sent.buttons == (("Rincian", "detail:7"), ("Salah", "no"))
    [call] = peer.called("sendMessage")
    assert "parse_mode" not in call.params
    assert call.value("link_preview_options") == {"is_disabled": True}


async def test_a_quiet_reply_makes_no_sound(peer: TelegramPeer, client: TelegramClient) -> None:
    """Only a quiet reply disables the notification."""
    for quiet in (False, True):
        await client.deliver(HERE, Reply("halo", quiet=quiet))
    assert [call.flag("disable_notification") for call in peer.called("sendMessage")] == [False, True]


async def test_buttons_stand_side_by_side_where_they_fit(peer: TelegramPeer, client: TelegramClient) -> None:
    """Long labels get a row of their own."""
    labels = ("Rincian", "Tanya balik", "Kontak resmi di dekat saya", "Salah")
    await client.deliver(HERE, Reply("x", tuple(Button(label, str(i)) for i, label in enumerate(labels))))
    rows = peer.called("sendMessage")[0].value("reply_markup")["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [list(labels[:2]), [labels[2]], [labels[3]]]


async def test_a_vanished_message_is_answered_all_the_same(peer: TelegramPeer, client: TelegramClient) -> None:
    """If the person's message is gone the reply stands alone."""
    outcome = await client.deliver(Address(501, reply_to=99).pack(), Reply("halo"))
    assert isinstance(outcome, Delivered)
    assert peer.sent[0].reply_to is None


async def test_a_topic_is_answered_in_the_topic(peer: TelegramPeer, client: TelegramClient) -> None:
    """The reply goes to the forum topic that was asked in."""
    group = peer.group("Forum Warga")
    await client.deliver(Address(group.id, thread=44).pack(), Reply("halo"))
    assert peer.called("sendMessage")[0].integer("message_thread_id") == 44


async def test_a_pressed_button_stops_waiting(peer: TelegramPeer, client: TelegramClient) -> None:
    """The callback query is answered; when that is too late the reply is sent all the same, to the person's message."""
    await client.deliver(HERE, Reply("BAHAYA", (Button("Rincian", "detail:7"),)))
    press = peer.update(peer.press(SITI, peer.sent[0], "Rincian"))
    received = client.read(press)
    assert received is not None
    outcomes = [await client.deliver(received.address, Reply(text)) for text in ("satu", "dua")]
    assert all(isinstance(outcome, Delivered) for outcome in outcomes)
    assert [call.status for call in peer.called("answerCallbackQuery")] == [200, 400]
    assert [message.reply_to for message in peer.sent] == [1] * 3


async def test_long_replies_come_in_parts(peer: TelegramPeer, client: TelegramClient) -> None:
    """Cut at line ends, in order, nothing lost; the first answers the message, the last has the buttons."""
    lines = [f"{number} 😀 " + "panjang " * 50 for number in range(30)]
    text = "\n".join(line.rstrip() for line in lines)
    outcome = await client.deliver(HERE, Reply(text, (Button("Rincian", "d"),)))
    sent = peer.sent
    assert len(sent) > 1
    assert "\n".join(message.text for message in sent) == text
    assert all(utf16(message.text) <= 4096 for message in sent)
    assert [message.reply_to for message in sent] == [1] + [None] * (len(sent) - 1)
    assert [bool(message.buttons) for message in sent] == [False] * (len(sent) - 1) + [True]
    assert outcome == Delivered(str(sent[-1].message_id))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("a" * 4096, ["a" * 4096], id="just-fits"),
        pytest.param("a" * 4097, ["a" * 4096, "a"], id="one-word"),
        pytest.param("😀" * 2049, ["😀" * 2048, "😀"], id="pairs-stay-whole"),
        pytest.param("a" * 4000 + " " + "b" * 200, ["a" * 4000, "b" * 200], id="at-a-space"),
        pytest.param("", [""], id="empty"),
    ],
)
def test_fit(text: str, parts: list[str]) -> None:
    """A reply becomes the pieces that each are one message; what fits is left as it is."""
    reply = Reply(text, (Button("A", "a"),), quiet=True)
    pieces = TelegramClient("1:A").fit(reply)
    assert [piece.text for piece in pieces] == parts
    assert all(piece.quiet for piece in pieces)
    assert pieces[-1].buttons == reply.buttons


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(too_many(7), RetryLater(7.0, "limited"), id="429"),
        pytest.param(broken(502), RetryLater(None, "network: NetworkError"), id="502"),
        pytest.param(broken(500), RetryLater(None, "network: NetworkError"), id="500"),
        pytest.param(blocked(), Blocked(), id="403"),
        pytest.param(chat_not_found(), Refused("refused: Chat not found"), id="no-chat"),
        pytest.param(refused('can\'t read: "kata rahasia"'), Refused("refused: Can't read"), id="400-quoting"),
    ],
)
async def test_outcomes(peer: TelegramPeer, client: TelegramClient, fault: Fault, expected: Outcome) -> None:
    """What Telegram or the network does is told as an outcome, never raised, and without the reply's words."""
    peer.fail("sendMessage", fault)
    outcome = await client.deliver(HERE, Reply("kata rahasia"))
    assert outcome == expected
    assert peer.sent == []


async def test_a_lost_answer_is_tried_again(peer: TelegramPeer, client: TelegramClient) -> None:
    """When the connection breaks nobody knows what became of the reply, so it is to be sent again."""
    peer.fail("sendMessage", dropped())
    outcome = await client.deliver(HERE, Reply("halo"))
    assert isinstance(outcome, RetryLater)
    assert outcome.seconds is None
    assert [message.text for message in peer.sent] == ["halo"]


async def test_a_slow_answer_is_tried_again(peer: TelegramPeer) -> None:
    """After `answer_within` the outcome is unknown, so the reply is to be sent again."""
    client = TelegramClient(peer.token, peer.url, answer_within=0.3)
    await client.start()
    peer.fail("sendMessage", slow(30))
    outcome = await client.deliver(HERE, Reply("halo"))
    await client.close()
    assert outcome == RetryLater(None, "network: TimedOut (SocketTimeoutError)")


async def test_nobody_listening_is_tried_again(peer: TelegramPeer, client: TelegramClient) -> None:
    """A Telegram that cannot be reached raises nothing from deliver and CallFailed from the rest."""
    await peer.__aexit__()
    outcome = await client.deliver(HERE, Reply("halo"))
    assert isinstance(outcome, RetryLater)
    with pytest.raises(CallFailed, match="network: "):
        await client.fetch_updates(0, 0)


async def test_a_blocking_person(peer: TelegramPeer, client: TelegramClient) -> None:
    """Who has stopped the bot gets nothing more."""
    peer.block(SITI)
    assert await client.deliver(HERE, Reply("halo")) == Blocked()


async def test_being_put_out_of_a_group_blocks_nobody(peer: TelegramPeer, client: TelegramClient) -> None:
    """The person did not stop the bot: their private answers still go out."""
    peer.fail("sendMessage", blocked())
    outcome = await client.deliver(Address(-1001).pack(), Reply("halo"))
    assert outcome == Refused("not in the group any more", put_out=True)


async def test_an_alert_stands_in_no_chat(peer: TelegramPeer, client: TelegramClient) -> None:
    """Only who pressed sees it, cut to what Telegram takes; too late it is no trouble, and while Telegram is away it waits."""
    peer.account.open_queries.add("77")
    to, alert = Address(-1001, query="77").pack(), Reply("Tombol ini untuk petugas. " * 20, alert=True)
    peer.fail("answerCallbackQuery", too_many(3))
    assert isinstance(await client.deliver(to, alert), RetryLater)
    assert [await client.deliver(to, alert) for _ in range(2)] == [Delivered(""), Delivered("")]
    call = peer.called("answerCallbackQuery")[1]
    assert (call.text("callback_query_id"), call.flag("show_alert")) == ("77", True)
    assert call.text("text") == alert.text[:200]
    assert peer.called("sendMessage") == []


async def test_a_group_that_moved_is_followed(peer: TelegramPeer, client: TelegramClient) -> None:
    """When a group became a supergroup, the reply goes to its new id."""
    group = peer.group("Warga RT 3")
    peer.fail("sendMessage", moved_to(group.id))
    assert isinstance(await client.deliver(Address(-77, reply_to=5).pack(), Reply("halo")), Delivered)
    assert peer.sent[0].chat_id == group.id


@pytest.mark.parametrize("address", ["", "{}", json.dumps({"street": 1})])
async def test_an_unreadable_address_is_refused(client: TelegramClient, address: str) -> None:
    """An address of another version of the program is given up, not tried for ever."""
    assert await client.deliver(address, Reply("halo")) == Refused("unreadable address")


async def test_raw_updates_are_fetched(peer: TelegramPeer, client: TelegramClient) -> None:
    """Updates come as Telegram sent them, odd ones too, only of the kinds that are read; an offset confirms."""
    odd = peer.inject("callback_query", {"id": 5})
    said = peer.say(SITI, "halo")
    updates = await client.fetch_updates(0, 0)
    assert updates[1:] == [peer.update(odd), peer.update(said)]
    peer.inject("poll_answer", {})
    assert await client.fetch_updates(said + 1, 0) == []
    assert peer.pending == []


async def test_webhook_set_and_deleted(peer: TelegramPeer, client: TelegramClient) -> None:
    """Address, secret and kinds are told; while it is set, fetching is a conflict; a bad address is refused."""
    await client.set_webhook("https://bot.example/telegram/updates", "rahasia-123")
    [call] = peer.called("setWebhook")
    assert call.text("secret_token") == "rahasia-123"
    assert "my_chat_member" in call.value("allowed_updates")
    with pytest.raises(CallFailed) as conflict:
        await client.fetch_updates(0, 0)
    assert conflict.value.reason == "conflict"
    await client.delete_webhook()
    assert len(await client.fetch_updates(0, 0)) == 1
    with pytest.raises(CallFailed, match="https url must be provided"):
        await client.set_webhook("ftp://bot.example", "rahasia-123")


async def test_a_revoked_token_is_noticed(peer: TelegramPeer, client: TelegramClient) -> None:
    """A token that Telegram no longer knows is BadToken for a call, and something to wait for with a reply."""
    peer.account.token = "4200:AAbaru"
    with pytest.raises(BadToken):
        await client.fetch_updates(0, 0)
    assert await client.deliver(HERE, Reply("halo")) == RetryLater(None, "network: EndPointNotFound (InvalidToken)")
