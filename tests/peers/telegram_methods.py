"""The Bot API methods of the pretend Telegram, with the refusals that a bot has to live with.

Where the words of an error matter to clients they are Telegram's own (seen in tdlib/telegram-bot-api and in the
clients' error tables, Nov 2026). Of parse_mode only HTML is known.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from tests.peers.telegram_account import Account, Json, utf16
from tests.peers.telegram_call import Call
from tests.peers.telegram_delivery import Delivery, Hook
from tests.peers.telegram_faults import ApiError, RateLimits

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay", "callback_game")


class Methods:
    """Every method takes a Call and gives its ``result``, or raises ApiError."""

    def __init__(self, account: Account, delivery: Delivery, limits: RateLimits | None) -> None:
        self._account = account
        self._delivery = delivery
        self._limits = limits
        self._profile: dict[tuple[str, str, str], Any] = {}
        """(what, scope, language) → commands or description."""
        named: tuple[Callable[[Call], Any], ...] = (
            self.getMe, self.setWebhook, self.deleteWebhook, self.getWebhookInfo, self.sendMessage, self.sendPhoto,
            self.sendVoice, self.editMessageText, self.editMessageReplyMarkup, self.deleteMessage, self.sendChatAction,
            self.answerCallbackQuery, self.getFile, self.leaveChat, self.setMyCommands, self.getMyCommands,
            self.setMyDescription, self.getMyDescription, self.setMyShortDescription, self.getMyShortDescription,
        )  # fmt: skip
        self._by_name = {method.__name__.lower(): method for method in named}

    def proper_name(self, name: str) -> str:
        """The method's documented spelling, as names are read without regard to case; unknown ones unchanged."""
        if name.lower() == "getupdates":
            return "getUpdates"
        known = self._by_name.get(name.lower())
        return known.__name__ if known else name

    async def carry_out(self, call: Call) -> Any:
        """The result of a call; ApiError 404 for a method that does not exist."""
        if call.method == "getUpdates":
            self._subscribe(call)
            limit = min(max(call.integer("limit", 100), 1), 100)
            return await self._delivery.poll(call.integer("offset"), limit, call.integer("timeout"))
        if call.method.lower() not in self._by_name:
            raise ApiError(404, "Not Found")
        return self._by_name[call.method.lower()](call)

    def _subscribe(self, call: Call) -> None:
        wanted = call.value("allowed_updates")
        if wanted is not None:
            if not isinstance(wanted, list):
                raise ApiError(400, "Bad Request: can't parse allowed_updates JSON array")
            self._delivery.allowed = wanted

    # The bot itself

    def getMe(self, call: Call) -> Json:
        abilities = ("can_join_groups", "can_read_all_group_messages")
        inabilities = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app")
        return self._account.me.as_user() | dict.fromkeys(abilities, True) | dict.fromkeys(inabilities, False)

    def setWebhook(self, call: Call) -> bool:
        url, secret = call.text("url"), call.text("secret_token")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        if not url:
            return self.deleteWebhook(call)
        # Telegram asks for https; like a Bot API server in local mode, the peer lets loopback do with http.
        if not re.match(r"https://|http://(127\.0\.0\.1|localhost)[:/]", url):
            raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self._subscribe(call)
        if call.flag("drop_pending_updates"):
            self._delivery.drop_pending()
        self._delivery.set_hook(Hook(url, secret, min(max(call.integer("max_connections", 40), 1), 100)))
        return True

    def deleteWebhook(self, call: Call) -> bool:
        if call.flag("drop_pending_updates"):
            self._delivery.drop_pending()
        self._delivery.set_hook(None)
        return True

    def getWebhookInfo(self, call: Call) -> Json:
        told: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self._delivery.queue)}
        if self._delivery.allowed:
            told["allowed_updates"] = self._delivery.allowed
        hook = self._delivery.hook
        return told | ({"url": hook.url, "max_connections": hook.max_connections, **hook.last_error} if hook else {})

    def setMyCommands(self, call: Call) -> bool:
        commands = call.value("commands")
        if not isinstance(commands, list):
            raise ApiError(400, "Bad Request: can't parse commands JSON object")
        if len(commands) > 100:
            raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command"))):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self._profile[self._profile_key("commands", call)] = commands
        return True

    def getMyCommands(self, call: Call) -> list[Json]:
        commands: list[Json] = self._profile.get(self._profile_key("commands", call), [])
        return commands

    def setMyDescription(self, call: Call) -> bool:
        return self._describe("description", 512, call)

    def setMyShortDescription(self, call: Call) -> bool:
        return self._describe("short_description", 120, call)

    def getMyDescription(self, call: Call) -> Json:
        return {"description": self._profile.get(self._profile_key("description", call), "")}

    def getMyShortDescription(self, call: Call) -> Json:
        return {"short_description": self._profile.get(self._profile_key("short_description", call), "")}

    def _describe(self, what: str, limit: int, call: Call) -> bool:
        if len(call.text(what)) > limit:
            raise ApiError(400, f"Bad Request: {what} is too long")
        self._profile[self._profile_key(what, call)] = call.text(what)
        return True

    def _profile_key(self, what: str, call: Call) -> tuple[str, str, str]:
        scope = call.value("scope") or {"type": "default"}
        return what, json.dumps(scope, sort_keys=True), call.text("language_code")

    # Messages

    def sendMessage(self, call: Call) -> Json:
        return self._send(call, {"text": _words(call, "text")})

    def sendPhoto(self, call: Call) -> Json:
        size = self._media(call, "photo", "jpg") | {"width": 90, "height": 90}
        return self._send(call, {"photo": [size]} | self._caption(call))

    def sendVoice(self, call: Call) -> Json:
        voice = self._media(call, "voice", "ogg") | {"duration": call.integer("duration", 1), "mime_type": "audio/ogg"}
        return self._send(call, {"voice": voice} | self._caption(call))

    def _media(self, call: Call, name: str, ending: str) -> Json:
        content = call.upload(name)
        if content is not None:
            return self._account.keep_file(content, f"{name}s", ending)
        if call.text(name) not in self._account.files:
            raise ApiError(400, f"Bad Request: there is no {name} in the request")
        return {"file_id": call.text(name), "file_unique_id": f"u-{call.text(name)}"}

    def _caption(self, call: Call) -> Json:
        return {"caption": _words(call, "caption", limit=1024)} if call.text("caption") else {}

    def _send(self, call: Call, content: Json) -> Json:
        chat = self._account.writable(call.chat_id())
        content |= self._replied_to(call, chat["id"]) | _keyboard(call)
        if call.integer("message_thread_id"):
            content |= {"message_thread_id": call.integer("message_thread_id"), "is_topic_message": True}
        if self._limits is not None:
            self._limits.spend(chat["id"])
        return self._account.write(chat, self._account.me, content)

    def _replied_to(self, call: Call, chat_id: int) -> Json:
        wish = call.value("reply_parameters")
        if wish is None:
            return {}
        if not isinstance(wish, dict) or not isinstance(wish.get("message_id"), int):
            raise ApiError(400, "Bad Request: can't parse reply parameters JSON object")
        target = self._account.messages.get((wish.get("chat_id", chat_id), wish["message_id"]))
        if target is None and not wish.get("allow_sending_without_reply"):
            raise ApiError(400, "Bad Request: message to be replied not found")
        return {"reply_to_message": _bare(target)} if target is not None else {}

    def _editable(self, call: Call) -> Json:
        message = self._account.message(call.chat_id(), call.integer("message_id"), "message to edit not found")
        if message["from"]["id"] != self._account.me.id:
            raise ApiError(400, "Bad Request: message can't be edited")
        return message

    def editMessageText(self, call: Call) -> Json:
        return self._change(self._editable(call), {"text": _words(call, "text")} | _keyboard(call))

    def editMessageReplyMarkup(self, call: Call) -> Json:
        message = self._editable(call)
        return self._change(message, {"text": message.get("text")} | _keyboard(call))

    def _change(self, message: Json, new: Json) -> Json:
        if all(message.get(key) == new.get(key) for key in ("text", "reply_markup")):
            raise ApiError(400, NOT_MODIFIED)
        message.pop("reply_markup", None)
        message |= {key: value for key, value in new.items() if value is not None}
        message["edit_date"] = message["date"]
        return message

    def deleteMessage(self, call: Call) -> bool:
        message = self._account.message(call.chat_id(), call.integer("message_id"), "message to delete not found")
        del self._account.messages[message["chat"]["id"], message["message_id"]]
        return True

    def sendChatAction(self, call: Call) -> bool:
        self._account.writable(call.chat_id())
        if not re.fullmatch(r"typing|upload_\w+|record_\w+|choose_sticker|find_location", call.text("action")):
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def answerCallbackQuery(self, call: Call) -> bool:
        if call.text("callback_query_id") not in self._account.open_queries:
            raise ApiError(400, QUERY_TOO_OLD)
        self._account.open_queries.remove(call.text("callback_query_id"))
        return True

    def getFile(self, call: Call) -> Json:
        file_id = call.text("file_id")
        if file_id not in self._account.files:
            raise ApiError(400, "Bad Request: invalid file_id")
        path, content = self._account.files[file_id]
        return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": len(content), "file_path": path}

    def leaveChat(self, call: Call) -> bool:
        chat = self._account.writable(call.chat_id())
        if chat["type"] == "private":
            raise ApiError(400, "Bad Request: chat member status can't be changed in private chats")
        self._account.left.add(chat["id"])
        return True


def _bare(message: Json) -> Json:
    # Telegram does not nest replies.
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def _words(call: Call, name: str, limit: int = 4096) -> str:
    text = call.text(name)
    mode = call.text("parse_mode")
    if mode.lower() == "html":
        text = html.unescape(re.sub(r"</?[a-z][^>]*>", "", text))
    elif mode:
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if utf16(text) > limit:
        raise ApiError(400, "Bad Request: message is too long")
    return text.strip()


def _keyboard(call: Call) -> Json:
    markup = call.value("reply_markup")
    if markup is None:
        return {}
    if not isinstance(markup, dict):
        raise ApiError(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" not in markup:
        return {}
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError(400, 'Bad Request: Field "inline_keyboard" must be of type Array')
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"reply_markup": {"inline_keyboard": rows}} if any(rows) else {}


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not str(button.get("text", "")).strip():
        raise ApiError(400, "Bad Request: can't parse inline keyboard button: button text is empty")
    actions = [name for name in _ACTIONS if name in button]
    if len(actions) != 1:
        raise ApiError(400, "Bad Request: Text buttons are not allowed in the inline keyboard")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
