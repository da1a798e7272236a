"""The door for pushed updates: who may come in, what is stored, what Telegram hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels import telegram_webhook
from bot.channels.telegram import TelegramClient
from bot.channels.telegram_webhook import BODY_LIMIT, PATH, SECRET_HEADER, webhook_route
from tests.peers.loopback import serve
from tests.peers.telegram_peer import TelegramPeer

SECRET = "rahasia-123"
HEADERS = {SECRET_HEADER: SECRET, "content-type": "application/json"}


class Shelf:
    """A storage that keeps what it is given, or fails as often as it is told."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, dict[str, object]]] = []
        self.failures = 0

    async def store(self, raw: bytes, update: dict[str, object]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("disk full: kata rahasia")
        self.kept.append((raw, update))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def url(shelf: Shelf) -> AsyncIterator[str]:
    async with serve(Starlette(routes=[webhook_route(SECRET, shelf.store)])) as base:
        yield base + PATH


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def test_an_update_is_stored_as_it_came(url: str, shelf: Shelf, http: httpx.AsyncClient) -> None:
    """The raw bytes and the object are stored before the 200."""
    raw = b'{"update_id": 7,  "message": {"text": "\\ud83d halo"}}'
    answer = await http.post(url, content=raw, headers=HEADERS | {"content-type": "application/json; charset=utf-8"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert shelf.kept == [(raw, json.loads(raw))]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        pytest.param({SECRET_HEADER: "salah"}, b"{}", 403, id="wrong-secret"),
        pytest.param({SECRET_HEADER: ""}, b"{}", 403, id="empty-secret"),
        pytest.param({SECRET_HEADER: "rahasia-123é"}, b"{}", 403, id="secret-not-ascii"),
        pytest.param({"content-type": "text/plain"}, b"{}", 415, id="no-json-type"),
        pytest.param({}, b"", 400, id="empty"),
        pytest.param({}, b"{", 400, id="broken-json"),
        pytest.param({}, b"\xff\xfe{", 400, id="no-text"),
        pytest.param({}, b"[1]", 400, id="no-object"),
        pytest.param({}, b"[" * 200_000, 400, id="deep"),
        pytest.param({}, b"1" * 5_000, 400, id="long-number"),
        pytest.param({}, b'"' + b"a" * BODY_LIMIT + b'"', 413, id="too-long"),
    ],
)
async def test_what_is_turned_away(
    url: str, shelf: Shelf, http: httpx.AsyncClient, headers: dict[str, str], body: bytes, status: int
) -> None:
    """Each wrong request has its status, and nothing is stored."""
    sent = httpx.Headers(HEADERS | headers, encoding="latin-1")
    answer = await http.post(url, content=body, headers=sent)
    assert answer.status_code == status
    assert shelf.kept == []


async def test_the_secret_is_asked_for_first(url: str, http: httpx.AsyncClient) -> None:
    """Without it nothing else is looked at, however wrong; other methods than POST do not exist."""
    assert (await http.post(url, content=b"[")).status_code == 403
    assert (await http.get(url, headers=HEADERS)).status_code == 405


async def test_an_announced_length_is_believed(url: str) -> None:
    """A body that says it is too long is refused before it is sent."""
    where = httpx.URL(url)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    headers = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    writer.write(f"POST {PATH} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {BODY_LIMIT + 1}\r\n\r\n".encode())
    status = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()
    assert status.split()[1] == b"413"


async def test_a_stream_without_length_is_cut(url: str, shelf: Shelf, http: httpx.AsyncClient) -> None:
    """A body that does not announce its length is refused as soon as it is too long."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b" " * 65_536

    status = 413
    with suppress(httpx.WriteError):  # The door was shut while the body was still coming, which is as good.
        status = (await http.post(url, content=endless(), headers=HEADERS)).status_code
    assert status == 413
    assert shelf.kept == []


async def test_a_failing_storage_is_503(
    url: str, shelf: Shelf, http: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram is told to come again; the log names the kind of failure and no words."""
    shelf.failures = 1
    assert (await http.post(url, content=b"{}", headers=HEADERS)).status_code == 503
    assert (await http.post(url, content=b"{}", headers=HEADERS)).status_code == 200
    assert "update not stored: OSError" in caplog.messages
    assert "rahasia" not in caplog.text


async def test_telegram_pushes_until_all_is_stored(url: str, shelf: Shelf) -> None:
    """With the real set-up call, odd updates included, everything comes once and in order despite failures."""
    shelf.failures = 2
    async with TelegramPeer() as peer:
        client = TelegramClient(peer.token, peer.url)
        await client.start()
        siti = peer.person("Siti")
        ids = [peer.say(siti, "satu"), peer.inject("message", "bukan pesan"), peer.say(siti, "dua")]
        await client.set_webhook(url, SECRET)
        await peer.wait_for(lambda seen: not seen.pending)
        await client.close()
    stored = [update["update_id"] for _, update in shelf.kept]
    assert {*stored} == {*ids}
    assert [number for number in stored if number != ids[1]] == [ids[0], ids[2]]


def test_a_webhook_without_secret_is_a_mistake(shelf: Shelf) -> None:
    """An empty secret would let anybody in."""
    with pytest.raises(AssertionError, match="without a secret"):
        webhook_route("", shelf.store)


async def test_a_body_that_never_ends(
    url: str, shelf: Shelf, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sends much more than an update, or one drop by drop, is turned away, and nothing is stored."""

    async def drops(pause: float, piece: bytes) -> AsyncIterator[bytes]:
        for _ in range(40):  # this client reads nothing before it has sent all
            yield piece
            await asyncio.sleep(pause)

    answer = await http.post(url, content=drops(0.0, b" " * 65_536), headers=HEADERS)
    assert answer.status_code == 413
    monkeypatch.setattr(telegram_webhook, "BODY_WITHIN", 0.1)
    answer = await http.post(url, content=drops(0.01, b" "), headers=HEADERS)
    assert answer.status_code == 408
    assert shelf.kept == []
