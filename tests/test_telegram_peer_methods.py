"""What the pretend Telegram accepts, refuses and lets go wrong, proved with a client that is not ours: aiogram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetChatMenuButton
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)

from tests.peers.aiogram_client import aiogram_bot, keyboard
from tests.peers.telegram_account import TelegramUser
from tests.peers.telegram_faults import Fault, blocked, broken, chat_not_found, cut, dropped, slow, too_many
from tests.peers.telegram_peer import TelegramPeer


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture
async def bot(peer: TelegramPeer) -> AsyncIterator[Bot]:
    async with aiogram_bot(peer) as running:
        yield running


async def test_a_wrong_token_is_refused(peer: TelegramPeer) -> None:
    """A well-formed wrong token is 401, a malformed one 404."""
    async with aiogram_bot(peer, "4200:AAlain-sekali") as stranger:
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{peer.url}/bot4200AA/getMe")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_an_unknown_method_is_not_found(peer: TelegramPeer, bot: Bot) -> None:
    """A method that the peer does not have is 404 in the envelope; names are read without regard to case."""
    with pytest.raises(TelegramNotFound):
        await bot(GetChatMenuButton())
    async with httpx.AsyncClient(base_url=f"{peer.url}/bot{peer.token}") as client:
        assert (await client.get("/nothing")).json() == {"ok": False, "error_code": 404, "description": "Not Found"}
        assert (await client.get("/GETME")).json()["result"]["username"] == peer.username


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"params": {"chat_id": "1", "text": "a & b"}}, id="query"),
        pytest.param({"data": {"chat_id": "1", "text": "a & b"}}, id="urlencoded"),
        pytest.param({"json": {"chat_id": 1, "text": "a & b"}}, id="json"),
        pytest.param({"data": {"chat_id": "1", "text": "a & b"}, "files": {"x": b"1"}}, id="multipart"),
    ],
)
async def test_parameters_in_every_form(peer: TelegramPeer, form: dict[str, Any]) -> None:
    """GET and POST, query string, form, JSON and multipart mean the same."""
    peer.say(TelegramUser(1, "Siti"), "halo")
    async with httpx.AsyncClient(base_url=f"{peer.url}/bot{peer.token}") as client:
        answer = await client.request("GET" if "params" in form else "POST", "/sendMessage", **form)
    assert answer.json()["result"]["text"] == "a & b"


async def test_a_file_can_be_fetched(peer: TelegramPeer, bot: Bot) -> None:
    """getFile and the download give back the bytes that a person sent."""
    peer.photo(peer.person("Siti"), caption="lowongan", content=b"\xff\xd8gambar")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.photo is not None
    file = await bot.get_file(update.message.photo[-1].file_id)
    assert file.file_path is not None
    content = await bot.download_file(file.file_path, BytesIO())
    assert content is not None
    assert content.read() == b"\xff\xd8gambar"
    with pytest.raises(TelegramBadRequest, match="invalid file_id"):
        await bot.get_file("none")


async def test_the_bot_sends_a_picture_and_a_voice(peer: TelegramPeer, bot: Bot) -> None:
    """Multipart uploads are kept; the answer is a Message that aiogram reads."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    photo = await bot.send_photo(siti.id, BufferedInputFile(b"jpg", "a.jpg"), caption="kartu")
    voice = await bot.send_voice(siti.id, BufferedInputFile(b"ogg", "a.ogg"))
    assert photo.caption == "kartu"
    assert voice.voice is not None
    assert (await bot.get_file(voice.voice.file_id)).file_size == 3


@pytest.mark.parametrize(
    ("text", "markup", "words"),
    [
        pytest.param(" \n", None, "message text is empty", id="empty"),
        pytest.param("a" * 4095 + "😀", None, "message is too long", id="too-long-in-utf16"),
        pytest.param("a", keyboard("A", "é" * 33), "BUTTON_DATA_INVALID", id="long-data"),
        pytest.param("a", keyboard("A", ""), "BUTTON_DATA_INVALID", id="empty-data"),
        pytest.param("a", keyboard(" ", "a"), "button text is empty", id="no-label"),
        pytest.param(
            "a",
            InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="A")]]),
            "Text buttons are not allowed",
            id="no-action",
        ),
    ],
)
async def test_bad_messages_are_refused(
    peer: TelegramPeer, bot: Bot, text: str, markup: InlineKeyboardMarkup | None, words: str
) -> None:
    """What Telegram refuses with 400 is refused, and nobody sees it."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    with pytest.raises(TelegramBadRequest, match=words):
        await bot.send_message(siti.id, text, reply_markup=markup)
    assert peer.sent == []


async def test_the_longest_message_passes(peer: TelegramPeer, bot: Bot) -> None:
    """4096 UTF-16 units and 64 bytes of callback_data are allowed."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    await bot.send_message(siti.id, "a" * 4094 + "😀", reply_markup=keyboard("A", "é" * 32))
    assert len(peer.sent) == 1


async def test_unknown_chats_and_replies_are_refused(peer: TelegramPeer, bot: Bot) -> None:
    """A bot cannot write first, nor answer a message that is not there unless it says it does not mind."""
    siti = peer.person("Siti")
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.send_message(siti.id, "halo")
    peer.say(siti, "halo")
    with pytest.raises(TelegramBadRequest, match="message to be replied not found"):
        await bot.send_message(siti.id, "ya", reply_parameters=ReplyParameters(message_id=999))
    lenient = ReplyParameters(message_id=999, allow_sending_without_reply=True)
    assert (await bot.send_message(siti.id, "ya", reply_parameters=lenient)).reply_to_message is None


async def test_edits_and_deletions(peer: TelegramPeer, bot: Bot) -> None:
    """An edit that changes nothing is refused, as is one of a person's message; a deleted message is gone."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    message = await bot.send_message(siti.id, "satu", reply_markup=keyboard("A", "a"))
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await message.edit_text("satu", reply_markup=keyboard("A", "a"))
    await message.edit_reply_markup(reply_markup=None)
    assert (peer.sent[0].text, peer.sent[0].buttons) == ("satu", ())
    with pytest.raises(TelegramBadRequest, match="can't be edited"):
        await bot.edit_message_text("x", chat_id=siti.id, message_id=1)
    await message.delete()
    assert peer.sent == []
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await message.edit_text("dua")


async def test_a_callback_query_is_answered_once(peer: TelegramPeer, bot: Bot) -> None:
    """Unknown and already answered queries are too old."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    await bot.send_message(siti.id, "satu", reply_markup=keyboard("A", "a"))
    peer.press(siti, peer.sent[0], "a")
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert await bot.answer_callback_query(query.id)
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await bot.answer_callback_query(query.id)


async def test_commands_and_descriptions_by_language(peer: TelegramPeer, bot: Bot) -> None:
    """What is set for a language is got for it; nonsense is refused."""
    await bot.set_my_commands([BotCommand(command="cek", description="Cek tawaran")])
    await bot.set_my_description("Cek dulu", language_code="id")
    await bot.set_my_short_description("CekDulu")
    assert (await bot.get_my_commands())[0].command == "cek"
    assert await bot.get_my_commands(language_code="en") == []
    assert (await bot.get_my_description(language_code="id")).description == "Cek dulu"
    assert (await bot.get_my_short_description()).short_description == "CekDulu"
    with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
        await bot.set_my_commands([BotCommand(command="Cek Dulu", description="x")])


async def test_chat_action_and_leaving(peer: TelegramPeer, bot: Bot) -> None:
    """sendChatAction knows its actions; a group that was left can no longer be written to."""
    group = peer.group("Warga RT 3")
    assert await bot.send_chat_action(group.id, "typing")
    with pytest.raises(TelegramBadRequest, match="wrong parameter action"):
        await bot.send_chat_action(group.id, "dancing")
    assert await bot.leave_chat(group.id)
    with pytest.raises(TelegramForbiddenError, match="not a member"):
        await bot.send_message(group.id, "halo")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(too_many(3), TelegramRetryAfter, id="429"),
        pytest.param(broken(502), TelegramServerError, id="502"),
        pytest.param(blocked(), TelegramForbiddenError, id="403"),
        pytest.param(chat_not_found(), TelegramBadRequest, id="400"),
    ],
)
async def test_refusing_faults(peer: TelegramPeer, bot: Bot, fault: Fault, error: type[Exception]) -> None:
    """A fault answers as many calls as it was switched on for and sends nothing; then all is well."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    peer.fail("sendMessage", fault, times=2)
    for _ in range(2):
        with pytest.raises(error) as caught:
            await bot.send_message(siti.id, "ya")
    assert getattr(caught.value, "retry_after", 3) == 3
    assert peer.sent == []
    await bot.send_message(siti.id, "ya")
    assert len(peer.sent) == 1


@pytest.mark.parametrize("fault", [pytest.param(dropped(), id="dropped"), pytest.param(slow(60), id="slow")])
async def test_accepting_faults(peer: TelegramPeer, bot: Bot, fault: Fault) -> None:
    """The message is seen by the person, though the bot never learns of it."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    peer.fail("sendMessage", fault)
    bot.session.timeout = 0.2
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(siti.id, "ya")
    assert [message.text for message in peer.sent] == ["ya"]


async def test_a_cut_call(peer: TelegramPeer, bot: Bot) -> None:
    """The socket closes and nothing was carried out; the next call is."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    peer.fail("sendMessage", cut())
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(siti.id, "ya")
    assert peer.sent == []
    await bot.send_message(siti.id, "ya")
    assert [call.status for call in peer.called("sendMessage")] == [0, 200]


async def test_faults_by_chance(peer: TelegramPeer, bot: Bot) -> None:
    """Calls of that method meet them, others do not, until they are cleared."""
    siti = peer.person("Siti")
    peer.say(siti, "halo")
    peer.faults.by_chance("sendMessage", 1.0, blocked)
    await bot.get_me()
    for _ in range(2):
        with pytest.raises(TelegramForbiddenError):
            await bot.send_message(siti.id, "ya")
    peer.faults.clear()
    await bot.send_message(siti.id, "ya")


async def test_rate_limits() -> None:
    """With limits on, a second message to the same chat within a second is too many; another chat is not."""
    async with TelegramPeer(rate_limits=True) as peer, aiogram_bot(peer) as bot:
        siti, budi = peer.person("Siti"), peer.person("Budi")
        peer.say(siti, "halo")
        peer.say(budi, "halo")
        await bot.send_message(siti.id, "satu")
        with pytest.raises(TelegramRetryAfter) as caught:
            await bot.send_message(siti.id, "dua")
        await bot.send_message(budi.id, "satu")
    assert caught.value.retry_after == 1


async def test_blocking_and_unblocking(peer: TelegramPeer, bot: Bot) -> None:
    """Blocking is told as my_chat_member and forbids sending until it is undone."""
    siti = peer.person("Siti")
    peer.block(siti)
    with pytest.raises(TelegramForbiddenError, match="blocked by the user"):
        await bot.send_message(siti.id, "ya")
    peer.unblock(siti)
    await bot.send_message(siti.id, "ya")
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]
