"""The polling loop: nothing is confirmed that is not stored, and nothing stops it for long."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.telegram import BadToken, CallFailed, TelegramClient
from bot.channels.telegram_polling import FIRST_PAUSE, LONGEST_PAUSE, poll
from tests.peers.telegram_account import TelegramUser
from tests.peers.telegram_faults import broken, dropped, too_many
from tests.peers.telegram_peer import TelegramPeer

SITI = TelegramUser(501, "Siti")


class Shelf:
    """A storage that keeps what it is given and, told so, fails or calls somebody first."""

    def __init__(self) -> None:
        self.kept: list[dict[str, object]] = []
        self.raw: list[bytes] = []
        self.failures = 0
        self.before: Callable[[], None] = lambda: None

    @property
    def ids(self) -> list[object]:
        return [update.get("update_id") for update in self.kept]

    async def store(self, raw: bytes, update: dict[str, object]) -> None:
        self.before()
        if self.failures:
            self.failures -= 1
            raise OSError("disk full: kata rahasia")
        self.raw.append(raw)
        self.kept.append(update)


class Naps:
    """A sleep that takes no time, and remembers."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture
async def client(peer: TelegramPeer) -> AsyncIterator[TelegramClient]:
    running = TelegramClient(peer.token, peer.url)
    await running.start()
    yield running
    await running.close()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def naps() -> Naps:
    return Naps()


class Polling:
    """The loop, running for the time of a block and then stopped."""

    def __init__(self, client: TelegramClient, shelf: Shelf, naps: Naps) -> None:
        self.stop = asyncio.Event()
        self._loop = poll(client.fetch_updates, shelf.store, self.stop, sleep=naps.sleep, jitter=lambda: 1.0)

    async def __aenter__(self) -> asyncio.Task[None]:
        self.task = asyncio.create_task(self._loop)
        return self.task

    async def __aexit__(self, *exc: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 5)


async def all_confirmed(peer: TelegramPeer) -> None:
    await peer.wait_for(lambda seen: not seen.pending)


async def test_updates_are_stored_then_confirmed(
    peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps
) -> None:
    """Every update is stored raw and in order while Telegram still has it; only then it is confirmed."""
    ids = [peer.say(SITI, f"pesan {number} 😀") for number in range(5)]
    unconfirmed: list[int] = []
    shelf.before = lambda: unconfirmed.append(len(peer.pending))
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
        late = peer.say(SITI, "susulan")
        await all_confirmed(peer)
    assert shelf.ids == [*ids, late]
    assert [json.loads(raw) for raw in shelf.raw] == shelf.kept
    assert unconfirmed == [5, 5, 5, 5, 5, 1]
    assert naps.taken == []


async def test_more_than_one_batch(peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps) -> None:
    """Telegram gives 100 at a time; all come."""
    ids = [peer.say(SITI, str(number)) for number in range(230)]
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
    assert shelf.ids == ids


async def test_an_odd_update_harms_no_other(
    peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps
) -> None:
    """Broken updates are stored like any other and those behind them come at once."""
    first = peer.say(SITI, "satu")
    broken_one = peer.inject("callback_query", {"id": 5})
    peer.inject_raw("bukan objek")
    peer.inject_raw({"message": {"text": "\ud83d"}})
    last = peer.say(SITI, "dua")
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
    assert shelf.ids == [first, broken_one, None, None, last]
    assert shelf.kept[2] == {"not_an_object": "bukan objek"}
    assert naps.taken == []


async def test_a_failing_storage_confirms_nothing(
    peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    """What could not be stored is fetched again, what was stored is not; the log holds no words."""
    ids = [peer.say(SITI, text) for text in ("a", "b", "c")]

    def fail_at_the_second() -> None:
        if shelf.ids == ids[:1] and not naps.taken:
            shelf.failures = 1

    shelf.before = fail_at_the_second
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
    assert shelf.ids == ids
    assert [call.integer("offset") for call in peer.called("getUpdates")][:2] == [0, ids[1]]
    assert naps.taken == [FIRST_PAUSE]
    assert "update not stored: OSError" in caplog.text
    assert "rahasia" not in caplog.text


async def test_trouble_with_telegram_makes_growing_pauses(
    peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps
) -> None:
    """Errors of server and network double the pause; a 429 sets it; the first success forgets them."""
    for fault in (broken(502), dropped(), broken(500), too_many(30)):
        peer.fail("getUpdates", fault)
    said = peer.say(SITI, "halo")
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
        peer.fail("getUpdates", broken())
        again = peer.say(SITI, "lagi")
        await all_confirmed(peer)
    assert shelf.ids == [said, again]
    assert naps.taken[:5] == [1.0, 2.0, 4.0, 30.0, 1.0]


async def test_another_poller_is_waited_for(
    peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps
) -> None:
    """409 is no end: the loop comes back and gets what is left."""
    async with Polling(client, shelf, naps):
        await peer.wait_for(lambda seen: seen.called("getUpdates"))
        assert await client.fetch_updates(0, 0) == []
        said = peer.say(SITI, "halo")
        await all_confirmed(peer)
    assert shelf.ids == [said]
    assert naps.taken == [FIRST_PAUSE]


async def test_it_stops_at_once(peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps) -> None:
    """A call that Telegram holds does not hold the stop, and what comes later is left for the next start."""
    async with Polling(client, shelf, naps) as task:
        await peer.wait_for(lambda seen: seen.called("getUpdates"))
    assert task.done()
    said = peer.say(SITI, "halo")
    assert peer.pending == [said]
    async with Polling(client, shelf, naps):
        await all_confirmed(peer)
    assert shelf.ids == [said]


async def test_a_revoked_token_ends_it(peer: TelegramPeer, client: TelegramClient, shelf: Shelf, naps: Naps) -> None:
    """Waiting would not help, so the operator is told."""
    peer.account.token = "4200:AAbaru"
    with pytest.raises(BadToken):
        await poll(client.fetch_updates, shelf.store, asyncio.Event(), sleep=naps.sleep)


@pytest.mark.parametrize(("jitter", "share"), [(0.0, 0.5), (1.0, 1.0)])
async def test_pauses_end_growing(shelf: Shelf, naps: Naps, jitter: float, share: float) -> None:
    """However long Telegram is away, a pause is never longer than the longest; jitter spreads it over its half."""
    stop = asyncio.Event()

    async def away(offset: int, wait: int) -> list[object]:
        if len(naps.taken) == 1100:
            stop.set()
        raise CallFailed("network: NetworkError")

    await poll(away, shelf.store, stop, sleep=naps.sleep, jitter=lambda: jitter)
    assert naps.taken[0] == FIRST_PAUSE * share
    assert max(naps.taken) == naps.taken[-1] == LONGEST_PAUSE * share


async def test_updates_without_ids_do_not_spin(shelf: Shelf, naps: Naps) -> None:
    """What no offset can confirm would come again at once; it is stored and asked for after a pause."""
    stop = asyncio.Event()

    async def nameless(offset: int, wait: int) -> list[object]:
        if naps.taken:
            stop.set()
        return [{"message": 1}]

    await poll(nameless, shelf.store, stop, sleep=naps.sleep)
    assert len(naps.taken) >= 1
    assert shelf.kept[0] == {"message": 1}
