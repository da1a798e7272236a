"""Raw Telegram updates, read: which are for the bot, what the person did, and where to answer.

Read by hand rather than with a library's types, because an update with a field of a later Bot API, or a broken one,
must harm nothing (python-telegram-bot 22.8 refuses an update for one missing field, and takes 0.3 ms for each).

In a group the bot answers only a message that mentions it, replies to it or commands it by name. Who answers
somebody's message there with nothing but "@bot cek" wants that message checked, so its words are what is read.
Some commands are *overheard*: read without the bot's name too, for who is known to mean this bot.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TypedDict

from bot.channels import Received, UnreadableUpdate
from bot.channels.fields import Fields
from bot.messages import Incoming, IncomingKind

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked to send; everything else is nothing for us."""

# In this order, because an animation also comes as a document and a venue as a location.
_ATTACHMENTS = (
    "animation", "photo", "sticker", "voice", "video", "video_note", "audio", "document", "contact", "venue",
    "location", "poll", "story", "dice", "game", "paid_media", "checklist", "invoice",
)  # fmt: skip
_SERVICE = (
    "pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "chat_background_set",
    "users_shared", "chat_shared", "chat_owner_changed", "boost_added", "gift", "unique_gift", "successful_payment",
    "web_app_data", "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "migrate_to_chat_id", "migrate_from_chat_id",
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "video_chat_scheduled", "video_chat_started", "video_chat_ended", "video_chat_participants_invited",
)  # fmt: skip

_ASKING = re.compile(
    r"""cek(nya|dulu)? | periksa | check | dulu | ini | itu | tolong | mohon | coba | dong | ya+h? | kak | min | bot
    | bang | mas | mbak | gan | pak | bu | apa(kah|ini)? | kah | ben[ae]r(an)? | asli | palsu | aman | resmi | legal
    | gak? | gk | (ng|en)gg?ak? | tidak | penipuan | tipu | hoa(x|ks) | scam | please | pls | this | is | it | legit
    | real | fake | safe | or | not""",
    re.VERBOSE,
)
"""Words with which one asks for a check without telling anything oneself."""
_COMMAND = re.compile(r"/(?P<name>\w{1,32})@(?P<bot>\w{4,32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Where and how to answer on Telegram."""

    chat: int
    """The chat's id; a person's own id in a private chat."""
    reply_to: int | None = None
    """The message that is answered."""
    thread: int | None = None
    """The topic of a forum in which it was written."""
    query: str = ""
    """The pressed button's callback query, which waits for its answer."""

    def pack(self) -> str:
        """As JSON, without empty fields; the chat always, even one that no platform has."""
        return json.dumps({name: value for name, value in asdict(self).items() if value or name == "chat"})

    @classmethod
    def unpack(cls, packed: str) -> Address:
        """From `pack`; raises ValueError or TypeError for anything else."""
        return cls(**json.loads(packed))


def update_key(raw: Mapping[str, object]) -> str:
    """What tells one update from another: mostly its update_id.

    The wordless pictures of one album share a key, so that an album gets one "I cannot read pictures" and not ten.
    An update without an id is known by a fingerprint.
    """
    message = raw.get("message")
    if isinstance(message, Mapping) and message.get("media_group_id") and not message.get("caption"):
        return f"album-{message['media_group_id']}"
    number = raw.get("update_id")
    if isinstance(number, int) and not isinstance(number, bool):
        return str(number)
    return "sha256-" + hashlib.sha256(json.dumps(dict(raw), sort_keys=True).encode()).hexdigest()


def read_update(
    raw: Mapping[str, object], bot_username: str, overhears: Collection[str] = frozenset()
) -> Received | None:
    """What one update means; None if it is nothing for the bot, such as group chatter or a kind it does not know.

    ``overhears``: commands ("/kasus") that are read in a group also when they do not name the bot.
    Raises UnreadableUpdate, with the name of the field, if it is of a kind we know and not of the expected form.
    """
    try:
        return _read(Fields(raw), bot_username, overhears)
    except UnreadableUpdate as error:
        error.sender = _likely_sender(raw)
        raise


def _likely_sender(raw: Mapping[str, object]) -> str:
    """The id of who sent an update that cannot be read; empty if there is none to be seen."""
    for kind in ALLOWED_UPDATES:
        content = raw.get(kind)
        if not isinstance(content, Mapping):
            continue
        for name in ("from", "chat"):
            who = content.get(name)
            if isinstance(who, Mapping) and isinstance(number := who.get("id"), int) and number > 0:
                return str(number)
    return ""


def _read(update: Fields, bot_username: str, overhears: Collection[str]) -> Received | None:
    update.number("update_id")
    if "message" in update:
        message = update.inner("message")
        moved = _read_move(message, update.number("update_id"))
        return moved or _read_message(message, bot_username, overhears, edited=False)
    if "edited_message" in update:
        return _read_message(update.inner("edited_message"), bot_username, (), edited=True)
    if "callback_query" in update:
        return _read_press(update.inner("callback_query"))
    if "my_chat_member" in update:
        return _read_membership(update.inner("my_chat_member"), update.number("update_id"))
    return None


def _read_message(
    message: Fields, bot_username: str, overhears: Collection[str], edited: bool
) -> Received | None:
    chat, sender = message.inner("chat"), message.maybe("from")
    in_group = chat.text("type") in ("group", "supergroup")
    if sender is None or sender.flag("is_bot") or not (in_group or chat.text("type") == "private"):
        return None
    if not (_has_words(message) or _attachment(message)) or (edited and not _has_words(message)):
        return None
    overheard = in_group and not _is_addressed(message, bot_username)
    if overheard and not _is_overheard(message, overhears):
        return None
    text, source = _words(message, bot_username, in_group)
    kind: IncomingKind = "edit" if edited else "text" if _has_words(message) else "unsupported"
    incoming = Incoming(
        id=_message_id(chat, message.number("message_id")),
        kind=kind,
        text=text,
        attachment=_attachment(source),
        **_document(source),
        forwarded_from=_origin(source),
        language=sender.text("language_code"),
        in_group=in_group,
        group_address=_group_address(chat, message) if in_group else "",
        overheard=overheard,
        **_about(message, bot_username if text.startswith("/") else None),
    )
    return Received(incoming, str(sender.number("id")), _address(chat, message).pack(), _group(chat))


def _read_press(query: Fields) -> Received | None:
    sender, message = query.inner("from"), query.maybe("message")
    if message is None or "data" not in query or sender.flag("is_bot"):
        return None
    chat = message.inner("chat")
    in_group = chat.text("type") != "private"
    incoming = Incoming(
        id=query.text("id"),
        kind="button",
        action=query.text("data"),
        language=sender.text("language_code"),
        in_group=in_group,
        group_address=_group_address(chat, message) if in_group else "",
        **_about(message),
    )
    address = _address(chat, message, query.text("id"))
    return Received(incoming, str(sender.number("id")), address.pack(), _group(chat))


def _read_move(message: Fields, update_id: int) -> Received | None:
    """A group that became a supergroup, which is told in both with the other's id; nobody in particular did it."""
    here = message.maybe("chat")
    if here is None or not ("migrate_to_chat_id" in message or "migrate_from_chat_id" in message):
        return None
    before, now = here.number("id"), here.number("id")
    if "migrate_to_chat_id" in message:
        now = message.number("migrate_to_chat_id")
    else:
        before = message.number("migrate_from_chat_id")
    address = Address(now).pack()
    incoming = Incoming(id=f"moved-{update_id}", kind="moved", in_group=True, group_address=address)
    return Received(incoming, str(now), address, str(now), str(before))


def _read_membership(change: Fields, update_id: int) -> Received | None:
    chat, sender = change.inner("chat"), change.inner("from")
    member = change.inner("new_chat_member")
    kind: IncomingKind
    if chat.text("type") != "private":
        # Who puts the bot out of a group has not stopped it for themselves.
        silenced = member.text("status") == "restricted" and not member.flag("can_send_messages")
        if chat.text("type") == "channel" or not (silenced or member.text("status") in ("left", "kicked")):
            return None
        incoming = Incoming(id=f"member-{update_id}", kind="put_out", in_group=True)
        return Received(incoming, str(sender.number("id")), Address(chat.number("id")).pack(), _group(chat))
    match member.text("status"):
        case "kicked":
            kind = "blocked"
        case "member":
            kind = "unblocked"
        case _:
            return None
    incoming = Incoming(id=f"member-{update_id}", kind=kind, language=sender.text("language_code"))
    return Received(incoming, str(sender.number("id")), Address(chat.number("id")).pack())


def _message_id(chat: Fields, number: int) -> str:
    # Telegram numbers a bot's private messages in one row; only supergroups have rows of their own. So a person's id,
    # which is the id of a private chat, need not stand in an id that is logged.
    return str(number) if chat.text("type") == "private" else f"{chat.number('id')}.{number}"


def _address(chat: Fields, message: Fields, query: str = "") -> Address:
    thread = message.number("message_thread_id") if message.flag("is_topic_message") else None
    # What is said to a pressed button is about the person's message too: so its own buttons still know those words.
    about = message.maybe("reply_to_message") if query else None
    answered = about if about is not None and "message_id" in about else message
    return Address(chat.number("id"), answered.number("message_id"), thread, query)


def _group(chat: Fields) -> str:
    return "" if chat.text("type") == "private" else str(chat.number("id"))


def _group_address(chat: Fields, message: Fields) -> str:
    """The group itself, or the topic of it, in answer to nothing."""
    return replace(_address(chat, message), reply_to=None).pack()


def _has_words(message: Fields) -> bool:
    return bool(_own_words(message))


def _attachment(message: Fields) -> str:
    """What came beside or instead of words; "other" for content of a later Bot API; empty for words and service."""
    for name in _ATTACHMENTS:
        if name in message:
            return name
    return "" if _has_words(message) or any(name in message for name in _SERVICE) else "other"


class _Document(TypedDict, total=False):
    file: str
    file_name: str
    file_size: int


def _document(message: Fields) -> _Document:
    """A YAML file, which officers send; other documents are not fetched and not kept."""
    document = message.maybe("document")
    name = document.text("file_name") if document else ""
    if document is None or not name.lower().endswith((".yaml", ".yml")):
        return _Document()
    size = document.number("file_size") if "file_size" in document else 0
    return _Document(file=document.text("file_id"), file_name=name, file_size=size)


def _origin(message: Fields) -> str:
    origin = message.maybe("forward_origin")
    if origin is None:
        return ""
    who = origin.maybe("sender_user") or origin.maybe("sender_chat") or origin.maybe("chat")
    if who is None:
        return origin.text("sender_user_name") or "?"
    person = f"{who.text('first_name')} {who.text('last_name')}".strip()
    return person or who.text("title") or "?"


def _is_addressed(message: Fields, bot_username: str) -> bool:
    text = _own_words(message)
    command = _COMMAND.match(text)
    if command is not None:
        return command["bot"].lower() == bot_username.lower()
    return bool(_mention(bot_username).search(text)) or _answers_bot(message, bot_username)


def _is_overheard(message: Fields, overhears: Collection[str]) -> bool:
    words = _own_words(message).split(maxsplit=1)
    return bool(words) and words[0].lower() in overhears and "forward_origin" not in message


def _answers_bot(message: Fields, bot_username: str) -> bool:
    answered = message.maybe("reply_to_message")
    author = answered.maybe("from") if answered else None
    return author is not None and author.text("username").lower() == bot_username.lower()


class _About(TypedDict):
    about: str
    about_forwarded: bool


def _about(message: Fields, commanded: str | None = "") -> _About:
    """The message that the bot's own ``message`` answers, or, with the bot's name, the one a command is a reply to.

    Telegram tells its words, so that they need not be kept here for a person who wants to report them.
    """
    answered = message.maybe("reply_to_message") if commanded is not None else None
    if answered is None or (commanded and _answers_bot(message, commanded)):
        return _About(about="", about_forwarded=False)
    return _About(about=_own_words(answered), about_forwarded="forward_origin" in answered)


def _mention(bot_username: str) -> re.Pattern[str]:
    return re.compile(rf" ?(?<![\w@/])@{re.escape(bot_username)}(?!\w)[,:]?", re.IGNORECASE)


def _own_words(message: Fields) -> str:
    return message.text("text") or message.text("caption")


def _words(message: Fields, bot_username: str, in_group: bool) -> tuple[str, Fields]:
    """The words to read, without the bot's name, and the message that they and their attachment come from.

    Who answers a message with nothing but "cek" means that message; who tells more in a group means both.
    """
    own = said = _own_words(message)
    command = _COMMAND.match(own)
    if command is not None and command["bot"].lower() == bot_username.lower():
        own = f"/{command['name']}{own[command.end() :]}"
    elif in_group:
        own = _mention(bot_username).sub("", own).strip()
    answered = message.maybe("reply_to_message")
    if not said or answered is None or not _own_words(answered) or _answers_bot(message, bot_username):
        return own, message
    if _only_asks(own):
        return _own_words(answered), answered
    if in_group and not own.startswith("/"):
        return f"{own}\n\n{_own_words(answered)}", answered
    return own, message


def _only_asks(words: str) -> bool:
    return all(_ASKING.fullmatch(word) for word in re.findall(r"\w+", words.lower()))
