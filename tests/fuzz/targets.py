"""Targets: what any bytes are tried on; each raises when a promise is broken, and takes no longer than it may."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Any

from starlette.types import Message

from bot.channels import Store, UnreadableUpdate
from bot.channels.telegram_pieces import TEXT_LIMIT, pieces_of
from bot.channels.telegram_updates import Address, read_update, update_key
from bot.channels.telegram_webhook import BODY_LIMIT, PATH, SECRET_HEADER, webhook_route
from bot.checking import Compiled, check, compile_knowledge
from bot.checking.report import as_dict
from bot.conversation.dialogue import Answer, answer
from bot.conversation.gathering import count_together, cries_for_help, gathered
from bot.conversation.memory import Memory
from bot.knowledge import load_knowledge, packaged_folder
from bot.messages import Button, Incoming
from tests.channels.test_telegram_updates_any import BOT, SOUND
from tests.fuzz.source import Source

DAY = date(2026, 11, 24)
SECRET = "rahasia-uji-coba-yang-cukup-panjang"


@cache
def knowledge() -> Compiled:
    """The knowledge that is shipped, compiled once in a process."""
    return compile_knowledge(load_knowledge(packaged_folder(), examples=False))


def updates(content: bytes) -> None:
    """An update of a known kind with anything in any places, or any JSON, is read, ignored or refused by its field."""
    source = Source(content)
    update = _update(source)
    assert update_key(update)
    try:
        received = read_update(update, BOT)
    except UnreadableUpdate as refused:
        assert str(refused).count(": expected ") == 1  # noqa: PT017 (it may be raised, and then says this)
        return
    if received is not None:
        json.dumps(asdict(received.incoming)).encode()
        received.incoming.text.encode()
        Address.unpack(received.address)
        assert received.sender


def _update(source: Source) -> dict[str, object]:
    if source.number(8) == 0:
        found = source.json(4)
        return found if isinstance(found, dict) else {"update_id": found}
    update = copy.deepcopy(source.one_of(SOUND))
    for _ in range(1 + source.number(4)):
        *path, last = source.one_of(list(_places(update)))
        _inside(update, path)[last] = source.json()
    return json.loads(json.dumps(update)) if source.number(2) else update


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _places(value[key], (*path, key))


def _inside(value: Any, path: list[Any]) -> Any:
    for key in path:
        value = value[key]
    return value


def requests(content: bytes) -> None:
    """Whoever knocks at the webhook, with whatever body in whatever pieces, hears one of the known answers."""
    stored: list[bytes] = []

    async def store(raw: bytes, update: dict[str, object]) -> None:
        if b"penuh" in raw:
            raise OSError("disk full")
        stored.append(raw)

    source = Source(content)
    headers = [
        (b"content-type", source.one_of((b"application/json", b"application/json; charset=x", b"text/plain", b"\xff"))),
        (SECRET_HEADER.lower().encode(), source.one_of((SECRET.encode(),) * 6 + (b"", b"\xff\xfe"))),
    ]
    if source.number(8) == 0:
        headers.append((b"content-length", source.one_of((b"-1", b"", b"99999999999", b"abc", b"\xc2\xb2", b"7"))))
    body = (
        json.dumps(_update(source)).encode()
        if source.number(2)
        else source.json().__repr__().encode("utf-8", "replace")
    )
    body = body if source.number(4) else content
    status = asyncio.run(_knocked(store, headers, [body[:9], body[9:]]))
    assert status in (200, 400, 403, 413, 415, 503), status
    assert (status == 200) == bool(stored)
    assert len(body) <= BODY_LIMIT or status != 200


async def _knocked(store: Store, headers: list[tuple[bytes, bytes]], pieces: list[bytes]) -> int:
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    told: list[int] = []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            told.append(message["status"])

    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"",
        "headers": headers, "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("x", 80),
    }  # fmt: skip
    await webhook_route(SECRET, store).handle(scope, receive, send)
    return told[0]


def texts(content: bytes) -> None:
    """Any message is assessed; what is quoted is what was written, and the result is JSON."""
    compiled = knowledge()
    text = Source(content).text()
    assessment = check(text, compiled)
    for match in (*assessment.matches, *assessment.markers):
        assert text[match.start : match.end] == match.quote
    assert (assessment.level is None) == (assessment.kind not in ("offer", "emergency"))
    assert assessment.contacts
    json.dumps(as_dict(assessment, compiled))


def facts(content: bytes) -> None:
    """Any figures, dates and names are read in the order and the words in which they stand, and make sense."""
    text = Source(content).text()
    found = check(text, knowledge()).facts
    assert [fact.start for fact in found] == sorted(fact.start for fact in found)
    for fact in found:
        assert text[fact.start : fact.end] == fact.text
        assert fact.text.strip()
        json.dumps(asdict(fact), allow_nan=False)


def conversations(content: bytes) -> None:
    """Whatever a person does in whatever order, they get one to three sound messages, and what is remembered is kept."""
    source, memory, buttons = Source(content), Memory(), list[Button]()
    for number in range(1 + source.number(6)):
        incoming = _deed(source, number, buttons)
        cries_for_help(incoming, knowledge())
        result = answer(incoming, memory, knowledge(), DAY)
        _assert_sound(result, incoming)
        memory = Memory.from_json(result.memory.to_json())
        assert memory == result.memory
        buttons += [button for reply in result.replies for button in reply.buttons]


def _deed(source: Source, number: int, buttons: list[Button]) -> Incoming:
    kind = source.number(8)
    if kind == 0 and buttons:
        return Incoming(str(number), "button", action=source.one_of(buttons[-12:]).action)
    if kind == 1:
        return Incoming(str(number), "button", action=source.text(4))
    if kind == 2:
        return Incoming(str(number), "unsupported", attachment=source.one_of(("photo", "voice", "")))
    said = [_said(source, f"{number}.{place}") for place in range(1 + (source.number(4) if kind < 5 else 0))]
    count = count_together(said)
    assert 1 <= count <= len(said)
    return gathered(said[:count])


def _said(source: Source, id: str) -> Incoming:
    return Incoming(
        id,
        source.one_of(("text", "text", "text", "edit")),
        source.text(60),
        attachment=source.one_of(("", "", "photo")),
        forwarded_from=source.one_of(("", "", "?", "Agen {0}")),
        language=source.one_of(("id", "en", "", "xx-\u202e")),
    )


def _assert_sound(result: Answer, incoming: Incoming) -> None:
    assert 1 <= len(result.replies) <= 3
    for reply in result.replies:
        assert reply.text.strip()
        assert all(len(piece.text.encode("utf-16-le")) <= 2 * TEXT_LIMIT for piece in pieces_of(reply))
        for button in reply.buttons:
            assert 0 < len(button.action.encode("ascii")) <= 64
    assert (result.level != "") == (result.kind in ("offer", "emergency"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "updates": updates,
    "requests": requests,
    "texts": texts,
    "facts": facts,
    "conversations": conversations,
}
"""Every target by its name."""
