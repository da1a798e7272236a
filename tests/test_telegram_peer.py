"""How updates travel from the pretend Telegram to a bot, proved with a client that is not ours: aiogram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError
from aiogram.types import (
    CallbackQuery,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.peers.aiogram_client import aiogram_bot, keyboard
from tests.peers.loopback import bind, serve
from tests.peers.telegram_account import from_channel, from_chat, from_hidden, from_user
from tests.peers.telegram_peer import TelegramPeer


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture
async def bot(peer: TelegramPeer) -> AsyncIterator[Bot]:
    async with aiogram_bot(peer) as running:
        yield running


def echoing() -> Dispatcher:
    """A bot that repeats what it is told under a button, and answers the button by changing its message."""
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.reply(f"kata Anda: {message.text}", reply_markup=keyboard("Rincian", "detail"))

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"ditekan: {query.data}")
        await query.answer()

    return dispatcher


class Polling:
    """aiogram's own polling for the time of a block."""

    def __init__(self, dispatcher: Dispatcher, bot: Bot) -> None:
        self._dispatcher, self._bot = dispatcher, bot

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(
            self._dispatcher.start_polling(self._bot, handle_signals=False, close_bot_session=False)
        )

    async def __aexit__(self, *exc: object) -> None:
        await self._dispatcher.stop_polling()
        await self._task


async def test_polling_echoes_in_order(peer: TelegramPeer, bot: Bot) -> None:
    """aiogram polls, answers each message with a reply to it, and confirms every update."""
    siti = peer.person("Siti")
    async with Polling(echoing(), bot):
        for number in range(3):
            peer.say(siti, f"pesan {number} 😀")
        await peer.wait_for(3)
        await peer.wait_for(lambda seen: not seen.pending)
    assert {f"kata Anda: pesan {number} 😀" for number in range(3)} == {message.text for message in peer.sent}
    assert all(message.reply_to for message in peer.sent)


async def test_a_button_reaches_the_bot_and_the_edit_is_seen(peer: TelegramPeer, bot: Bot) -> None:
    """A pressed button comes as a callback query; the edited message loses its button; the query is answered."""
    siti = peer.person("Siti")
    async with Polling(echoing(), bot):
        peer.say(siti, "halo")
        [message] = await peer.wait_for(1)
        assert message.buttons == (("Rincian", "detail"),)
        peer.press(siti, message, "Rincian")
        await peer.wait_for(lambda seen: seen.called("answerCallbackQuery"))
    [message] = peer.sent
    assert (message.text, message.buttons, message.edited) == ("ditekan: detail", (), True)


async def test_updates_wait_for_their_confirmation(peer: TelegramPeer, bot: Bot) -> None:
    """The same updates come until a higher offset is asked for; limit and negative offsets count as documented."""
    siti = peer.person("Siti")
    ids = [peer.say(siti, text) for text in ("a", "b", "c", "d")]
    assert ids[:2] == [update.update_id for update in await bot.get_updates(limit=2)]
    assert ids == [update.update_id for update in await bot.get_updates()]
    assert ids[2:] == [update.update_id for update in await bot.get_updates(offset=ids[2])]
    assert ids[3:] == [update.update_id for update in await bot.get_updates(offset=-1)]
    assert ids[3:] == peer.pending


async def test_long_poll_is_answered_by_the_next_update(peer: TelegramPeer, bot: Bot) -> None:
    """A poll that found nothing is held and answered when something comes, and with nothing when time is up."""
    assert await bot.get_updates(timeout=0) == []
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await peer.wait_for(lambda seen: len(seen.called("getUpdates")) == 2)
    update_id = peer.say(peer.person("Siti"), "halo")
    assert [update_id] == [update.update_id for update in await polling]


async def test_allowed_updates_are_remembered(peer: TelegramPeer, bot: Bot) -> None:
    """Kinds that were not asked for are never queued; chat_member comes only when asked for."""
    siti = peer.person("Siti")
    peer.inject("message_reaction", {})
    assert peer.pending == []
    await bot.get_updates(allowed_updates=["callback_query", "message_reaction"])
    peer.say(siti, "halo")
    wanted = peer.inject("message_reaction", {})
    assert [wanted] == peer.pending


async def test_two_pollers_conflict(peer: TelegramPeer, bot: Bot) -> None:
    """The poller that came first is told to go; the second is served."""
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await peer.wait_for(lambda seen: seen.called("getUpdates"))
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates"):
        await first
    peer.say(peer.person("Siti"), "halo")
    assert len(await second) == 1


async def test_a_stopped_poller_does_not_conflict(peer: TelegramPeer, bot: Bot) -> None:
    """A poll whose client hung up is forgotten, and takes no update with it."""
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await peer.wait_for(lambda seen: seen.called("getUpdates"))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    peer.say(peer.person("Siti"), "halo")
    assert len(await bot.get_updates(timeout=30)) == 1


async def test_polling_beside_a_webhook_conflicts(peer: TelegramPeer, bot: Bot) -> None:
    """While a webhook is set getUpdates is refused; deleteWebhook makes room."""
    await bot.set_webhook("https://bot.example/hook")
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == []


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        pytest.param("user", MessageOriginUser, id="user"),
        pytest.param("hidden", MessageOriginHiddenUser, id="hidden"),
        pytest.param("chat", MessageOriginChat, id="chat"),
        pytest.param("channel", MessageOriginChannel, id="channel"),
    ],
)
async def test_forwards_of_every_origin(peer: TelegramPeer, bot: Bot, origin: str, kind: type) -> None:
    """aiogram reads each kind of forward as what it is."""
    origins = {
        "user": from_user(peer.person("Rini")),
        "hidden": from_hidden("Agen"),
        "chat": from_chat(peer.group("Loker")),
        "channel": from_channel("Info Kerja"),
    }
    peer.say(peer.person("Siti"), "kerja di Dubai", origin=origins[origin])
    [update] = await bot.get_updates()
    assert update.message is not None
    assert isinstance(update.message.forward_origin, kind)


async def test_everything_a_person_does_is_sound(peer: TelegramPeer, bot: Bot) -> None:
    """Stickers, voices, edits, group messages with entities: aiogram, which checks every type, reads them all."""
    siti, group = peer.person("Siti"), peer.group("Warga RT 3")
    peer.sticker(siti)
    peer.voice(siti)
    said = peer.say(siti, f"😀 @{peer.username} /cek@{peer.username} https://contoh.example", group=group)
    peer.say(siti, "cek", group=group, reply_to=said)
    peer.edit(said, "sudah")
    updates = await bot.get_updates()
    assert [update.message is not None for update in updates] == [True, True, True, True, False]
    message = updates[2].message
    assert message is not None
    assert message.text is not None
    assert message.entities is not None
    assert [entity.type for entity in message.entities] == ["mention", "bot_command", "url"]
    assert message.entities[0].extract_from(message.text) == f"@{peer.username}"
    assert updates[4].edited_message is not None
    assert updates[4].edited_message.text == "sudah"


async def test_unsound_updates_are_delivered_as_they_are(peer: TelegramPeer) -> None:
    """Unknown kinds, broken objects and duplicates pass through for the bot to cope with."""
    strange = peer.inject("hologram", {"depth": 3})
    peer.inject_raw("bukan objek")
    said = peer.say(peer.person("Siti"), "halo")
    peer.repeat(said)
    async with httpx.AsyncClient(base_url=f"{peer.url}/bot{peer.token}") as client:
        first = (await client.get("/getUpdates")).json()["result"]
        again = (await client.get("/getUpdates", params={"offset": said + 1})).json()["result"]
        last = (await client.get("/getUpdates", params={"offset": said + 1})).json()["result"]
    assert {"update_id": strange, "hologram": {"depth": 3}} == first[0]
    assert first[1] == "bukan objek"
    assert [said] == [update["update_id"] for update in again]
    assert last == []


async def test_webhook_with_aiogram(peer: TelegramPeer, bot: Bot) -> None:
    """Updates are pushed with the secret to aiogram's own webhook, which answers in the webhook reply."""
    siti = peer.person("Siti")
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> object:
        return message.answer(f"kata Anda: {message.text}")

    application = web.Application()
    SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="rahasia").register(
        application, path="/hook"
    )
    setup_application(application, dispatcher, bot=bot)
    runner = web.AppRunner(application)
    await runner.setup()
    sock = bind()
    try:
        await web.SockSite(runner, sock).start()
        await bot.set_webhook(f"http://127.0.0.1:{sock.getsockname()[1]}/hook", secret_token="rahasia")
        for number in range(3):
            peer.say(siti, f"pesan {number}")
        await peer.wait_for(3)
    finally:
        await runner.cleanup()
    assert [f"kata Anda: pesan {number}" for number in range(3)] == [message.text for message in peer.sent]
    assert peer.pending == []


class Hook:
    """A bare webhook that fails as often as it is told and keeps what it accepts."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.accepted: list[tuple[int, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        update = Update.model_validate(await request.json())
        status = 503 if self.failures else 200
        if self.failures:
            self.failures -= 1
        else:
            self.accepted.append((update.update_id, request.headers["x-telegram-bot-api-secret-token"]))
        await Response(status_code=status)(scope, receive, send)


async def test_webhook_is_retried_in_order(peer: TelegramPeer, bot: Bot) -> None:
    """A failing webhook is tried again with growing pauses; nothing is lost or overtakes; the error is told."""
    siti, hook = peer.person("Siti"), Hook(failures=2)
    ids = [peer.say(siti, text) for text in ("a", "b", "c")]
    async with serve(hook) as url:
        await bot.set_webhook(url + "/hook", secret_token="rahasia", max_connections=1)
        await peer.wait_for(lambda seen: not seen.pending)
        told = await bot.get_webhook_info()
        await bot.delete_webhook()
    assert [(number, "rahasia") for number in ids] == hook.accepted
    assert told.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert (url + "/hook", 1, 0) == (told.url, told.max_connections, told.pending_update_count)


async def test_webhook_can_start_afresh(peer: TelegramPeer, bot: Bot) -> None:
    """drop_pending_updates forgets what waits; a secret with strange characters is refused."""
    peer.say(peer.person("Siti"), "lama")
    with pytest.raises(TelegramBadRequest, match="unallowed characters"):
        await bot.set_webhook("https://bot.example/hook", secret_token="rahasia!")
    await bot.set_webhook("https://bot.example/hook", drop_pending_updates=True)
    assert peer.pending == []
    await bot.delete_webhook()


async def test_waiting_says_what_came_instead(peer: TelegramPeer) -> None:
    """A wait that runs out names what was sent, what is pending and the last calls."""
    said = peer.say(peer.person("Siti"), "halo")
    with pytest.raises(TimeoutError, match=rf"0 messages sent; pending \[{said}\]"):
        await peer.wait_for(1, within=0)
