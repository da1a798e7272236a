"""The Telegram channel: calls of the Bot API, and what became of them.

python-telegram-bot does the talking; its Updater, which confirms updates before they are handled, is not used. It
puts the token into the texts of some errors and into some log lines: errors are therefore passed on
by kind and never by text, and those loggers stay quiet.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)

from bot.channels import Blocked, Delivered, FetchFailed, Outcome, Received, Refused, RetryLater
from bot.channels.chart_drawing import png
from bot.channels.fields import whole
from bot.channels.telegram_pieces import pieces_of
from bot.channels.telegram_profile import PROFILES, Profile
from bot.channels.telegram_request import AiohttpRequest
from bot.channels.telegram_updates import ALLOWED_UPDATES, Address, read_update
from bot.chart import Chart
from bot.failures import Failure, fault
from bot.messages import Button, Reply
from bot.pace import ChatPace, Pace

_log = logging.getLogger(__name__)

FETCH_WITHIN = 5.0
"""Seconds in which a document is fetched, or not at all: a message is leased for ten."""
# Bots FAQ, "My bot is hitting limits": 30 messages a second in all, one a second in a chat, 20 a minute in a group (read
# 24 Nov 2026). A little slower, because a message may take less time on its way than the one before it.
PRIVATE = Pace(1.05)
GROUP = Pace(4.2, burst=5)
_ROW = 30
"""Characters of all labels that stand side by side on a small phone."""
ALERT_LIMIT = 200
"""Characters of what only who pressed a button sees (Bot API 10.0, answerCallbackQuery)."""

# RetryAfter warns, when it is made, that its seconds will become a timedelta; this asks for the timedelta now.
os.environ.setdefault("PTB_TIMEDELTA", "true")


class BadToken(Failure):
    """Telegram does not know the token; the text is for the operator."""

    def __init__(self) -> None:
        super().__init__(
            "Token bot ditolak Telegram. Salin lagi token dari @BotFather ke TELEGRAM_TOKEN, lalu jalankan ulang."
        )


class CallFailed(Exception):
    """A call that Telegram did not carry out.

    `reason`: "conflict" (another poller or a webhook is active), "limited", "network: …" or "refused: …".
    `seconds`: how long Telegram asks to wait; None if it does not say.
    """

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


class TelegramClient:
    """One bot's account on Telegram; `start` before anything else, `close` in the end."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        api_base: str = "https://api.telegram.org",
        *,
        profiles: Iterable[Profile] = PROFILES,
        answer_within: float = 20.0,
        per_second: float = 0.0,
        overhears: Collection[str] = (),
    ) -> None:
        """`answer_within`: seconds after which a call counts as failed. Raises BadToken for what can be no token.

        `overhears`: commands ("/kasus") that are read in a group also when they do not name the bot.
        `per_second`: messages that may go out in all; 0: neither that nor the limits of each chat are kept.
        """
        if not re.fullmatch(r"\d+:[\w-]+", token, re.ASCII):
            raise BadToken
        _keep_loggers_quiet()
        self.username = ""
        """The bot's @name, known after `start`."""
        self.pace = Pace(1.03 / per_second) if per_second else None
        """How fast messages may go in all; None: as fast as they can."""
        self._overhears = frozenset(overhears)
        self._profiles = tuple(profiles)
        self._bot = Bot(
            token,
            base_url=f"{api_base.rstrip('/')}/bot",
            base_file_url=f"{api_base.rstrip('/')}/file/bot",
            request=AiohttpRequest(answer_within),
            get_updates_request=AiohttpRequest(answer_within),
        )

    def __repr__(self) -> str:
        return f"TelegramClient(username={self.username!r})"

    async def start(self) -> None:
        """Makes the bot known to itself and introduces it to people; raises BadToken or CallFailed."""
        await _called(self._bot.initialize())
        self.username = self._bot.username
        await asyncio.gather(*(self._introduce(profile) for profile in self._profiles))

    async def close(self) -> None:
        """Lets go of the connections."""
        await self._bot.shutdown()

    async def _introduce(self, profile: Profile) -> None:
        # Telegram limits these calls strictly. An old introduction harms nobody, so a refusal does not stop the start.
        language = profile.language or None
        try:
            await self._bot.set_my_commands(profile.commands, language_code=language)
            await self._bot.set_my_description(profile.description, language_code=language)
            await self._bot.set_my_short_description(profile.short_description, language_code=language)
        except TelegramError as error:
            _log.warning("introduction %r not set: %s", profile.language, _kind(error))

    # Receiving

    def read(self, raw: Mapping[str, object]) -> Received | None:
        """What an update means to this bot; see `read_update`."""
        return read_update(raw, self.username, self._overhears)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Has updates pushed to `url` with the secret in a header; raises BadToken or CallFailed."""
        await _called(self._bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))

    async def delete_webhook(self) -> None:
        """Leaves updates to be fetched; those that wait are kept. Raises BadToken or CallFailed."""
        await _called(self._bot.delete_webhook())

    async def fetch_updates(self, offset: int, wait: int) -> list[object]:
        """The unconfirmed updates from `offset` on, raw, at most 100; waits up to `wait` seconds for the first.

        Asking for an offset confirms, for good, every update before it. Raises BadToken or CallFailed.
        """
        wishes = {"offset": offset, "timeout": wait, "allowed_updates": list(ALLOWED_UPDATES)}
        # Method names are read without regard to case; this spelling is one for which the library has no typed method
        # of its own, which would refuse a whole batch for one odd update.
        asking = self._bot.do_api_request("getupdates", api_kwargs=wishes, read_timeout=wait + 10.0)
        updates = await _called(asking)
        return updates if isinstance(updates, list) else []

    async def fetch(self, file: str, most: int) -> bytes:
        """The content of a document that somebody sent; raises FetchFailed, also for more than ``most`` bytes."""
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                found = await self._bot.get_file(file)
                if (found.file_size or 0) > most:
                    raise FetchFailed
                return bytes(await found.download_as_bytearray())
        except (TelegramError, TimeoutError) as error:
            _log.warning("a document could not be fetched: %s", type(error).__name__)
            raise FetchFailed from None

    # Delivering

    def fit(self, reply: Reply) -> tuple[Reply, ...]:
        """The reply as one or more messages that Telegram takes; see `pieces_of`."""
        return pieces_of(reply)

    def chat_pace(self, address: str) -> ChatPace | None:
        """The chat and its pace; None for an address that makes no sense."""
        try:
            chat = Address.unpack(address).chat
            return ChatPace(str(chat), PRIVATE if chat > 0 else GROUP)
        except (ValueError, TypeError):
            return None

    async def deliver(self, address: str, reply: Reply) -> Outcome:
        """Sends a reply as an answer to the person's message, and ends the waiting of a pressed button."""
        try:
            to = Address.unpack(address)
        except (ValueError, TypeError):
            return Refused("unreadable address")
        if reply.alert and to.query:
            return await self._alert(to.query, reply)
        if to.query:
            await self._acknowledge(to.query)
        outcome: Outcome = Refused("empty reply")
        for piece in self.fit(reply):
            try:
                outcome = Delivered(str(await self._send(to, piece)))
            except TelegramError as error:
                failed = _outcome(error, to)
                if isinstance(outcome, Delivered) and piece.picture is not None and not isinstance(failed, Blocked):
                    # The words before it say it all; tried again they would be said twice.
                    _log.warning("a picture is left out: %s", failed.reason)
                    return outcome
                return failed
            to = replace(to, reply_to=None)
        return outcome

    async def _acknowledge(self, query: str) -> None:
        # Only the little clock on the button depends on it; after a while Telegram wants no answer any more.
        try:
            await self._bot.answer_callback_query(query)
        except TelegramError as error:
            _log.debug("button press not acknowledged: %s", _kind(error))

    async def _alert(self, query: str, reply: Reply) -> Outcome:
        try:
            await self._bot.answer_callback_query(query, whole(reply.text)[:ALERT_LIMIT], show_alert=True)
        except BadRequest:
            return Delivered("")  # too late: nobody looks at the button any more
        except TelegramError as error:
            return RetryLater(_pause(error), _kind(error))
        return Delivered("")

    async def _send(self, to: Address, reply: Reply) -> int:
        """The message_id; a picture that cannot be drawn, or that Telegram refuses, is told in words."""
        if reply.picture is not None and (drawn := await _drawn(reply.picture)) is not None:
            photo = {"photo": InputFile(drawn, "grafik.png"), "caption": reply.text or None}
            try:
                return await self._followed(to, reply, "sendphoto", photo)
            except BadRequest as error:  # nothing of it was taken, so nothing is said twice
                _log.warning("a picture is told in words: %s", _kind(error))
        words = {"text": reply.in_words, "link_preview_options": LinkPreviewOptions(is_disabled=True)}
        return await self._followed(to, reply, "sendmessage", words)

    async def _followed(self, to: Address, reply: Reply, method: str, content: Mapping[str, object]) -> int:
        """The message_id; a group that became a supergroup is followed to its new id."""
        try:
            return await self._send_once(to, reply, method, content)
        except ChatMigrated as moved:
            return await self._send_once(Address(moved.new_chat_id), reply, method, content)

    async def _send_once(self, to: Address, reply: Reply, method: str, content: Mapping[str, object]) -> int:
        answered = ReplyParameters(to.reply_to, allow_sending_without_reply=True) if to.reply_to else None
        wishes = {
            "chat_id": to.chat,
            **content,
            "message_thread_id": to.thread,
            "disable_notification": reply.quiet,
            "reply_parameters": answered,
            "reply_markup": _keyboard(reply.buttons),
        }
        given = {name: wish for name, wish in wishes.items() if wish is not None}
        # Raw (see `fetch_updates`): reading the sent message back into objects takes longer than sending it.
        message = await self._bot.do_api_request(method, api_kwargs=given)
        return int(message["message_id"])


def _keyboard(buttons: Iterable[Button]) -> InlineKeyboardMarkup | None:
    """Buttons side by side where their labels are short enough."""
    rows: list[list[InlineKeyboardButton]] = []
    room = 0
    for button in buttons:
        room -= len(button.label)
        if room < 0:
            rows.append([])
            room = _ROW - len(button.label)
        rows[-1].append(InlineKeyboardButton(button.label, callback_data=button.action))
    return InlineKeyboardMarkup(rows) if rows else None


async def _drawn(picture: Chart) -> bytes | None:
    """The picture as PNG; None when it cannot be drawn, which is no reason to keep back the words."""
    try:
        return await asyncio.to_thread(png, picture)
    except Exception as error:
        _log.error("a picture could not be drawn: %s", fault(error))
        return None


async def _called(call: Awaitable[object]) -> object:
    """The result of a call; its errors as ours, without the library's texts, some of which hold the token."""
    try:
        return await call
    except (InvalidToken, EndPointNotFound):
        raise BadToken from None
    except TelegramError as error:
        # Here, unlike in `deliver`, no words of anybody are part of the call.
        reason = f"refused: {error.message}" if isinstance(error, BadRequest) else _kind(error)
        raise CallFailed(reason, _pause(error)) from None


def _outcome(error: TelegramError, to: Address) -> Blocked | Refused | RetryLater:
    if isinstance(error, Forbidden):
        # Put out of a group is no word of the person's: what waits for them in private is still wanted. Groups have
        # negative ids.
        return Blocked() if to.chat > 0 else Refused("not in the group any more", put_out=True)
    if isinstance(error, BadRequest):
        return Refused(_kind(error))
    return RetryLater(_pause(error), _kind(error))


def _pause(error: TelegramError) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _kind(error: TelegramError) -> str:
    """The error in few words that can hold neither a token nor what somebody wrote."""
    if isinstance(error, Conflict):
        return "conflict"
    if isinstance(error, RetryAfter):
        return "limited"
    if isinstance(error, BadRequest):
        # Telegram names what is wrong before it quotes: 'Can't parse entities: unsupported start tag "…"'.
        return "refused: " + re.split('[:"]', error.message)[0].strip()
    cause = error.__cause__
    return f"network: {type(error).__name__}" + (f" ({type(cause).__name__})" if cause else "")


def _keep_loggers_quiet() -> None:
    # Up to INFO they write whole URLs (with the token) and the parameters of calls, and "telegram" writes, as an ERROR,
    # whole answers that it cannot read (with people's words). What they would tell is told here by kind.
    for name in ("httpx", "httpcore", "aiohttp"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
