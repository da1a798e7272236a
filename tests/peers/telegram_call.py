"""One call of a Bot API method: its parameters, however they were sent, and how they are read."""

from __future__ import annotations

import email
import email.policy
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.peers.telegram_account import Json
from tests.peers.telegram_faults import ApiError, Fault


@dataclass(slots=True)
class Call:
    """What a bot asked for, and what it was told."""

    method: str
    """As in the Bot API's documentation where known, else as sent."""
    params: Json = field(default_factory=dict)
    """Texts from a form, any JSON type from a JSON body."""
    files: dict[str, bytes] = field(default_factory=dict)
    """Uploaded parts by their name in the form."""
    status: int = 0
    """HTTP status of the answer; 0 while there is none."""
    answer: Json = field(default_factory=dict)
    """The envelope."""
    fault: Fault = field(default_factory=Fault)
    """What went wrong with it on purpose."""

    def value(self, name: str) -> Any:
        """A parameter that may be JSON in a text; None if absent."""
        given = self.params.get(name)
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given)
        except ValueError:
            raise ApiError(400, f"Bad Request: can't parse {name} JSON object") from None

    def text(self, name: str) -> str:
        """A text parameter; empty if absent."""
        given = self.params.get(name, "")
        return given if isinstance(given, str) else json.dumps(given)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; `default` if absent or, as with Telegram, no number."""
        try:
            return int(self.params.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """True for true, "true", "True", "1", "yes"."""
        return str(self.params.get(name, "")).lower() in ("true", "1", "yes")

    def chat_id(self) -> int:
        """The chat_id; ApiError 400 if it is missing or no number (@names are not known here)."""
        if not self.params.get("chat_id"):
            raise ApiError(400, "Bad Request: chat_id is empty")
        number = self.integer("chat_id")
        if number == 0:
            raise ApiError(400, "Bad Request: chat not found")
        return number

    def upload(self, name: str) -> bytes | None:
        """The bytes of an uploaded file, given as a part of that name or as attach://<part>; None if there is none."""
        return self.files.get(name) or self.files.get(self.text(name).removeprefix("attach://"))


def read_call(method: str, query: str, content_type: str, body: bytes) -> Call:
    """The call in a request; parameters of query string and body are joined. ApiError 400 for broken JSON."""
    call = Call(method, dict(parse_qsl(query, keep_blank_values=True)))
    if content_type.startswith("application/json"):
        try:
            params = json.loads(body or b"{}")
        except ValueError:
            raise ApiError(400, "Bad Request: can't parse JSON body") from None
        if isinstance(params, dict):
            call.params |= params
    elif content_type.startswith("multipart/form-data"):
        _read_multipart(call, content_type, body)
    else:
        call.params |= dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    return call


def _read_multipart(call: Call, content_type: str, body: bytes) -> None:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_filename() is None:
            call.params[name] = content.decode()
        else:
            call.files[name] = content
