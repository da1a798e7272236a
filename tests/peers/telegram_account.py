"""What the pretend Telegram knows of one bot: people, chats, messages and files, as plain Bot API objects."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.peers.telegram_faults import ApiError

Json = dict[str, Any]


def utf16(text: str) -> int:
    """Length in UTF-16 units, in which Telegram counts offsets and limits."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class TelegramUser:
    """Somebody with a Telegram account; in a private chat the chat has the same id."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language: str = "id"
    is_bot: bool = False

    def as_user(self) -> Json:
        """A Bot API ``User``."""
        fields = {"last_name": self.last_name, "username": self.username, "language_code": self.language}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | _filled(fields)

    def as_chat(self) -> Json:
        """The Bot API ``Chat`` of a private conversation."""
        fields = {"last_name": self.last_name, "username": self.username}
        return {"id": self.id, "type": "private", "first_name": self.first_name} | _filled(fields)


@dataclass(frozen=True, slots=True)
class TelegramGroup:
    """A group, supergroup or channel; supergroups and channels have ids below -1000000000000."""

    id: int
    title: str
    kind: str = "supergroup"

    def as_chat(self) -> Json:
        """A Bot API ``Chat``."""
        return {"id": self.id, "type": self.kind, "title": self.title}


def _filled(fields: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in fields.items() if value}


def from_user(user: TelegramUser) -> Json:
    """The origin of a forward whose writer shows who they are."""
    return {"type": "user", "date": 1700000000, "sender_user": user.as_user()}


def from_hidden(name: str) -> Json:
    """The origin of a forward whose writer hides the account behind a name."""
    return {"type": "hidden_user", "date": 1700000000, "sender_user_name": name}


def from_chat(group: TelegramGroup) -> Json:
    """The origin of a forward written in the name of a group."""
    return {"type": "chat", "date": 1700000000, "sender_chat": group.as_chat()}


def from_channel(title: str) -> Json:
    """The origin of a forwarded channel post."""
    chat = TelegramGroup(-1000000000777, title, "channel").as_chat()
    return {"type": "channel", "date": 1700000000, "chat": chat, "message_id": 7}


_ENTITIES = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w{4,32})?")),
    ("mention", re.compile(r"(?<![\w/])@\w{4,32}", re.ASCII)),
    ("url", re.compile(r"https?://\S+")),
)


def entities(text: str) -> list[Json]:
    """The entities that Telegram itself finds in plain words; offsets in UTF-16 units."""
    found = [
        {"type": kind, "offset": utf16(text[: hit.start()]), "length": utf16(hit.group())}
        for kind, pattern in _ENTITIES
        for hit in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: int(entity["offset"]))


class Account:
    """One bot's side of Telegram."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.me = TelegramUser(int(token.split(":")[0]), "CekDulu Uji", username=username, language="", is_bot=True)
        self.chats: dict[int, Json] = {}
        self.messages: dict[tuple[int, int], Json] = {}
        self.blocked: set[int] = set()
        """Private chats whose owner has stopped the bot."""
        self.left: set[int] = set()
        """Groups in which the bot no longer is."""
        self.open_queries: set[str] = set()
        """Callback queries that wait for their answer."""
        self.files: dict[str, tuple[str, bytes]] = {}
        """file_id → (file_path, content)."""
        self._last_message: dict[int, int] = {}
        self._serial = 0

    def serial(self) -> int:
        """A number never given before."""
        self._serial += 1
        return self._serial

    def meet(self, chat: Json) -> Json:
        """Remembers a chat, so that the bot may write to it; gives it back."""
        self.chats[chat["id"]] = chat
        return chat

    def writable(self, chat_id: int) -> Json:
        """The chat, if the bot may write to it; else raises ApiError as Telegram words it."""
        if chat_id not in self.chats:
            raise ApiError(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if chat_id in self.left:
            raise ApiError(403, "Forbidden: bot is not a member of the supergroup chat")
        return self.chats[chat_id]

    def write(self, chat: Json, sender: TelegramUser, content: Json) -> Json:
        """A new ``Message``, kept; one row of numbers for private chats and small groups, one per supergroup."""
        self.meet(chat)
        row = chat["id"] if chat["type"] in ("supergroup", "channel") else 0
        number = self._last_message[row] = self._last_message.get(row, 0) + 1
        message: Json = {
            "message_id": number,
            "from": sender.as_user(),
            "chat": chat,
            "date": int(time.time()),
            **content,
        }
        for words in ("text", "caption"):
            if content.get(words) and (found := entities(content[words])):
                message["entities" if words == "text" else "caption_entities"] = found
        self.messages[chat["id"], number] = message
        return message

    def message(self, chat_id: int, message_id: int, missing: str = "message not found") -> Json:
        """A kept message; raises ApiError 400 with `missing` if there is none."""
        if (chat_id, message_id) not in self.messages:
            raise ApiError(400, f"Bad Request: {missing}")
        return self.messages[chat_id, message_id]

    def by_bot(self) -> Iterator[Json]:
        """The bot's messages that stand in the chats, oldest first."""
        return (m for m in self.messages.values() if m["from"]["id"] == self.me.id)

    def keep_file(self, content: bytes, folder: str, ending: str) -> Json:
        """The Bot API description of a new file (id, unique id, size)."""
        number = self.serial()
        file_id = f"{folder}-file-{number}"
        self.files[file_id] = (f"{folder}/file_{number}.{ending}", content)
        return {"file_id": file_id, "file_unique_id": f"u{number}", "file_size": len(content)}
