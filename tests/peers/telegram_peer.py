"""A pretend Telegram on loopback: a Bot API server, the people who write to the bot, and what can go wrong.

In a test:

    async with TelegramPeer() as peer:
        siti = peer.person("Siti")
        peer.say(siti, "halo")                      # the bot is at peer.url with peer.token
        await peer.wait_for(1)
        assert peer.sent[0].text == "Halo, Siti"

By hand: ``python -m tests.peers.telegram_peer --port 8081``; then lines such as ``{"text": "halo"}`` or
``{"press": "Rincian"}`` on standard input are what a person does, and each message that the person would see is
printed as a JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from tests.peers.loopback import serve
from tests.peers.telegram_account import Account, Json, TelegramGroup, TelegramUser
from tests.peers.telegram_call import Call
from tests.peers.telegram_delivery import Bell, Delivery, Pending
from tests.peers.telegram_faults import Fault, Faults, RateLimits
from tests.peers.telegram_http import BotApi
from tests.peers.telegram_methods import Methods

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of the bot as the person sees it now."""

    chat_id: int
    message_id: int
    text: str
    """Words or caption, edits applied."""
    buttons: tuple[tuple[str, str], ...] = ()
    """(label, callback_data), row by row."""
    reply_to: int | None = None
    """The message_id it answers."""
    edited: bool = False


class TelegramPeer:
    """The pretend Telegram; every method that makes a person do something gives the update_id it caused."""

    def __init__(
        self,
        token: str = "4200:AAuji_coba-token",
        username: str = "cekdulu_uji_bot",
        *,
        port: int = 0,
        rate_limits: bool | RateLimits = False,
        backoff: float = 0.02,
    ) -> None:
        """`backoff` is the first pause in seconds after a failed webhook delivery (Telegram: about a second)."""
        self.token = token
        self.username = username
        self.url = ""
        self.faults = Faults()
        self._bell = Bell()
        self.account = Account(token, username)
        self._delivery = Delivery(self._bell, lambda reply: self._api.reply_in_webhook(reply), backoff)
        limits = rate_limits if isinstance(rate_limits, RateLimits) else RateLimits(time.monotonic)
        methods = Methods(self.account, self._delivery, limits if rate_limits else None)
        self._api = BotApi(self.account, self._delivery, methods, self.faults, self._bell)
        self._port = port
        self._updates: dict[int, Pending] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> TelegramPeer:
        self.url = await self._open.enter_async_context(serve(self._api, self._port))
        pushing = asyncio.create_task(self._delivery.push())
        self._open.push_async_callback(self._hang_up, pushing)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._open.aclose()

    async def _hang_up(self, pushing: asyncio.Task[None]) -> None:
        self._delivery.closing = True
        self._bell.ring()
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)

    # What people do

    def person(self, first_name: str, language: str = "id", username: str = "") -> TelegramUser:
        """Somebody new."""
        return TelegramUser(50000 + self.account.serial(), first_name, username=username, language=language)

    def group(self, title: str, kind: str = "supergroup") -> TelegramGroup:
        """A new group in which the bot is."""
        offset = -1000000000000 if kind == "supergroup" else 0
        group = TelegramGroup(offset - 900 - self.account.serial(), title, kind)
        self.account.meet(group.as_chat())
        return group

    def say(self, user: TelegramUser, text: str, **where: Any) -> int:
        """Writes a text; `where` as for `post`."""
        return self.post(user, {"text": text}, **where)

    def post(
        self,
        user: TelegramUser,
        content: Json,
        *,
        group: TelegramGroup | None = None,
        reply_to: Sent | int | None = None,
        origin: Json | None = None,
    ) -> int:
        """Sends any content (fields of a ``Message``) privately or in a group.

        `reply_to` is a message of the bot or the update_id of a person's; `origin` makes it a forward.
        """
        if origin is not None:
            content = content | {"forward_origin": origin}
        if reply_to is not None:
            content = content | {"reply_to_message": self._message(reply_to)}
        chat = group.as_chat() if group else user.as_chat()
        return self._add("message", self.account.write(chat, user, content), line=chat["id"])

    def photo(self, user: TelegramUser, caption: str = "", content: bytes = b"jpg", **where: Any) -> int:
        """Sends a picture in two sizes, with or without words."""
        file = self.account.keep_file(content, "photos", "jpg")
        sizes = [file | {"width": 90, "height": 60}, file | {"width": 900, "height": 600}]
        return self.post(user, {"photo": sizes} | ({"caption": caption} if caption else {}), **where)

    def voice(self, user: TelegramUser, content: bytes = b"ogg", **where: Any) -> int:
        """Sends a voice note."""
        file = self.account.keep_file(content, "voice", "oga")
        return self.post(user, {"voice": file | {"duration": 3, "mime_type": "audio/ogg"}}, **where)

    def sticker(self, user: TelegramUser, **where: Any) -> int:
        """Sends a sticker."""
        file = self.account.keep_file(b"webp", "stickers", "webp")
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.post(user, {"sticker": file | kind}, **where)

    def edit(self, update_id: int, text: str) -> int:
        """Changes the words of an earlier message."""
        message = self._message(update_id)
        message |= {"caption" if "caption" in message else "text": text, "edit_date": int(time.time())}
        return self._add("edited_message", message, line=message["chat"]["id"])

    def press(self, user: TelegramUser, message: Sent, button: str) -> int:
        """Presses a button, named by its label or by its callback_data."""
        data = {name: pair[1] for pair in message.buttons for name in pair}[button]
        query_id = f"{self.account.serial()}00{user.id}"
        self.account.open_queries.add(query_id)
        query = {"id": query_id, "from": user.as_user(), "message": self._message(message)}
        return self._add("callback_query", query | {"chat_instance": "77", "data": data}, line=message.chat_id)

    def block(self, user: TelegramUser) -> int:
        """Stops the bot; from now on it may not write to the person."""
        self.account.blocked.add(user.id)
        return self._membership(user, "member", "kicked")

    def unblock(self, user: TelegramUser) -> int:
        """Lets the bot write again."""
        self.account.blocked.discard(user.id)
        return self._membership(user, "kicked", "member")

    def _membership(self, user: TelegramUser, old: str, new: str) -> int:
        until = {"until_date": 0}
        old_member, new_member = (
            {"status": status, "user": self.account.me.as_user()} | (until if status == "kicked" else {})
            for status in (old, new)
        )
        who = {"chat": self.account.meet(user.as_chat()), "from": user.as_user(), "date": int(time.time())}
        change = who | {"old_chat_member": old_member, "new_chat_member": new_member}
        return self._add("my_chat_member", change, line=user.id)

    def inject(self, kind: str, value: Any) -> int:
        """Any update of any kind, sound or not; only its update_id is seen to."""
        return self._add(kind, value, line=None)

    def inject_raw(self, value: Any) -> int:
        """Any JSON value in the place of an update."""
        return self._delivery.add_raw(value)

    def repeat(self, update_id: int) -> None:
        """Delivers an update once more, under the same id."""
        self._delivery.repeat(self._updates[update_id])

    async def knock_at(self, url: str) -> None:
        """Delivers from now on to another process of the bot, which listens there; what is on its way arrives first."""
        await self.wait_for(lambda _: not self.pending, within=20.0)
        self._delivery.turn_to(url)

    def update(self, update_id: int) -> Json:
        """An update as it is delivered."""
        update: Json = self._updates[update_id].update
        return update

    def _add(self, kind: str, value: Any, line: object) -> int:
        # A copy: what is on its way does not change with a later edit.
        pending = self._delivery.add(kind, json.loads(json.dumps(value)), line)
        self._updates[pending.id] = pending
        return pending.id

    def _message(self, which: Sent | int) -> Json:
        if isinstance(which, Sent):
            return self.account.message(which.chat_id, which.message_id)
        update = self.update(which)
        message = update.get("message") or update["edited_message"]
        return self.account.message(message["chat"]["id"], message["message_id"])

    # What is seen

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Lets the next `times` calls of a method ("*": any) meet a fault of tests.peers.telegram_faults."""
        self.faults.add(method, fault, times)

    @property
    def calls(self) -> list[Call]:
        """Every call, in order, refused ones included."""
        return self._api.calls

    @property
    def sent(self) -> list[Sent]:
        """What people see of the bot now, oldest first: edits applied, deleted messages gone."""
        return [_seen(message) for message in self.account.by_bot()]

    @property
    def pending(self) -> list[int]:
        """Ids of the updates that the bot has not confirmed."""
        return [pending.id for pending in self._delivery.queue]

    def called(self, method: str) -> list[Call]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    async def wait_for(self, wanted: int | Callable[[TelegramPeer], T], within: float | None = 5.0) -> list[Sent]:
        """`sent`, once it has that many messages or the condition holds; TimeoutError says what came instead."""
        condition = (lambda peer: len(peer.sent) >= wanted) if isinstance(wanted, int) else wanted
        try:
            await self._bell.until(lambda: condition(self), within)
        except TimeoutError:
            calls = [f"{call.method} {call.status}" for call in self.calls[-20:]]
            raise TimeoutError(f"{len(self.sent)} messages sent; pending {self.pending}; last calls {calls}") from None
        return self.sent


def _seen(message: Json) -> Sent:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Sent(
        chat_id=message["chat"]["id"],
        message_id=message["message_id"],
        text=message.get("text") or message.get("caption", ""),
        buttons=tuple((button["text"], button.get("callback_data", "")) for row in rows for button in row),
        reply_to=message.get("reply_to_message", {}).get("message_id"),
        edited="edit_date" in message,
    )


async def _print_new(peer: TelegramPeer) -> None:
    shown: set[Sent] = set()
    while True:
        await peer.wait_for(lambda seen: set(seen.sent) - shown, within=None)
        for message in peer.sent:
            if message not in shown:
                sys.stdout.write(json.dumps(asdict(message), ensure_ascii=False) + "\n")
                shown.add(message)
        sys.stdout.flush()


def _obey(peer: TelegramPeer, user: TelegramUser, line: str) -> None:
    try:
        wish = json.loads(line)
        if "press" in wish:
            peer.press(user, peer.sent[-1], wish["press"])
        else:
            peer.say(user, wish["text"])
    except (ValueError, KeyError, TypeError, IndexError) as exc:
        sys.stderr.write(f"not understood: {exc!r}\n")


async def _by_hand(port: int, token: str) -> None:
    async with TelegramPeer(token, port=port) as peer:
        sys.stderr.write(f"TELEGRAM_API_BASE={peer.url} TELEGRAM_TOKEN={peer.token}\n")
        user = peer.person("Coba")
        printing = asyncio.create_task(_print_new(peer))
        while line := await asyncio.to_thread(sys.stdin.readline):
            _obey(peer, user, line)
        printing.cancel()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="A pretend Telegram for trials by hand.")
    arguments.add_argument("--port", type=int, default=8081)
    arguments.add_argument("--token", default="4200:AAuji_coba-token")
    given = arguments.parse_args()
    asyncio.run(_by_hand(given.port, given.token))
