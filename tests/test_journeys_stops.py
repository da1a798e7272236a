"""Journeys over stops: an orderly one, a kill, a start in bad circumstances; and what is left on the disk."""

from __future__ import annotations

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from bot.channels.telegram_webhook import PATH
from tests.peers.loopback import bind
from tests.peers.telegram_account import TelegramUser, from_hidden
from tests.peers.telegram_faults import broken, slow
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, free_port, rows, serving, small_knowledge, started, until

MESSAGES = 60
PEOPLE = 12


@pytest.fixture
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


def say_much(peer: TelegramPeer) -> set[int]:
    """Several people write sixty messages between them; the ids of these."""
    people = [peer.person(f"Warga {number}") for number in range(PEOPLE)]
    said = [peer.say(people[number % PEOPLE], SMALL_OFFER) for number in range(MESSAGES)]
    return {peer.update(update)["message"]["message_id"] for update in said}


def answered(peer: TelegramPeer) -> Counter[int | None]:
    """How often each message was answered."""
    return Counter(sent.reply_to for sent in peer.sent)


def some_confirmed(peer: TelegramPeer) -> bool:
    """The bot has told Telegram that it has a message."""
    return len(peer.pending) < MESSAGES


def some_sent(peer: TelegramPeer) -> bool:
    """Some people have their answers."""
    return len(peer.sent) >= 10


def most_sent(peer: TelegramPeer) -> bool:
    """Only a few people wait."""
    return len(peer.sent) >= 45


@pytest.mark.parametrize(
    ("moment", "webhook"),
    [(some_confirmed, False), (some_confirmed, True), (some_sent, False), (most_sent, True)],
    ids=["first-fetched", "first-pushed", "some-sent", "most-sent"],
)
async def test_a_kill_loses_no_message(
    peer: TelegramPeer, tmp_path: Path, knowledge: Path, moment: Callable[[TelegramPeer], bool], webhook: bool
) -> None:
    """``kill -9`` in the middle of sixty messages: after a restart each is answered, once unless it was on its way."""
    async with serving(peer, tmp_path, webhook, knowledge_dir=knowledge) as bot:
        said = say_much(peer)
        await peer.wait_for(moment, within=20)
        assert await bot.stop(signal.SIGKILL) == -signal.SIGKILL
    assert len(peer.sent) < MESSAGES
    on_their_way = {
        json.loads(address)["reply_to"]
        for (address,) in rows(tmp_path, "SELECT address FROM outbox WHERE state = 'leased'")
    }
    for table in ("inbox", "outbox"):  # an hour passes, and the leases of the dead run out
        rows(tmp_path, f"UPDATE {table} SET leased_until = leased_until - 3600 WHERE state = 'leased'")
    async with serving(peer, tmp_path, webhook, knowledge_dir=knowledge) as again:
        await peer.wait_for(lambda seen: said <= answered(seen).keys(), within=30)
        await until(lambda: rows(tmp_path, "SELECT count(*) FROM outbox WHERE finished_at IS NULL") == [(0,)])
        assert again.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
    assert answered(peer).keys() == said
    assert {message for message, times in answered(peer).items() if times > 1} <= on_their_way
    assert max(answered(peer).values()) <= 2


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_an_orderly_stop_loses_nothing_and_says_nothing_twice(
    peer: TelegramPeer, tmp_path: Path, knowledge: Path, webhook: bool
) -> None:
    """SIGTERM in the middle of sixty messages ends the program within five seconds; the next one goes on at once."""
    async with serving(peer, tmp_path, webhook, knowledge_dir=knowledge) as bot:
        said = say_much(peer)
        await peer.wait_for(some_sent, within=20)
        assert await bot.stop(within=5) == 0
    assert rows(tmp_path, "SELECT count(*) FROM outbox WHERE state = 'leased'") == [(0,)]
    assert peer._delivery.hook is None  # from now on Telegram keeps what comes
    async with serving(peer, tmp_path, webhook, knowledge_dir=knowledge):
        await peer.wait_for(lambda seen: said <= answered(seen).keys(), within=30)
    assert answered(peer) == dict.fromkeys(said, 1)


async def test_a_platform_that_does_not_answer_does_not_hold_the_stop(
    peer: TelegramPeer, tmp_path: Path, knowledge: Path
) -> None:
    """While Telegram keeps a call open, SIGTERM still ends the program within five seconds, with exit code 0."""
    siti = Chat(peer)
    async with serving(peer, tmp_path, knowledge_dir=knowledge) as bot:
        peer.fail("sendMessage", slow(30))
        peer.say(siti.person, SMALL_OFFER)
        await peer.wait_for(lambda seen: seen.called("sendMessage"))
        assert await bot.stop(within=5) == 0
    async with serving(peer, tmp_path, knowledge_dir=knowledge):
        assert len(await siti.all_seen()) == 2  # Telegram had taken the first, but never said so


async def test_open_doors_do_not_hold_the_stop(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """Nor does a request that never ends, together with a Telegram that does not say goodbye."""
    async with serving(peer, tmp_path, webhook=True, knowledge_dir=knowledge) as bot:
        hook = peer._delivery.hook
        assert hook is not None
        where = httpx.URL(hook.url)
        _, half = await asyncio.open_connection(where.host, where.port)
        head = f"POST {where.path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n"
        half.write(f"{head}x-telegram-bot-api-secret-token: {hook.secret}\r\n\r\n{{".encode())
        await half.drain()
        await Chat(peer).say(SMALL_OFFER)  # so the bot has taken up the request before this
        peer.fail("deleteWebhook", slow(30))
        assert await bot.stop(within=5) == 0
        half.close()


async def test_nothing_that_people_wrote_stays(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """Once all is answered, neither words outside a quote, nor who wrote, nor the token stand in database or logs."""
    aminah = Chat(peer, "Aminahnama")
    aminah.person = TelegramUser(739_401_826_577, "Aminahnama", username="aminah_uji", language="id")
    async with serving(peer, tmp_path, knowledge_dir=knowledge, log_level="debug") as bot:
        words = f"Katakucing tentang ini. {SMALL_OFFER} Salam dari kampungrahasia."
        (told,) = await aminah.say(words, origin=from_hidden("Perekrutnama"))
        await aminah.press(told, "Rincian", answers=2)
        await aminah.say("Pesan kedua: kambinghitam makan rumput.")
        peer.fail("sendMessage", broken(502))
        await aminah.say("/kontak")
        secrets = (
            "katakucing", "kampungrahasia", "kambinghitam", "aminahnama", "aminah_uji", "perekrutnama",
            str(aminah.person.id), peer.token, peer.token.partition(":")[2],
        )  # fmt: skip

        def found() -> set[tuple[str, str]]:
            files = [file for file in tmp_path.iterdir() if file.is_file()]
            return {(file.name, secret) for file in files for secret in secrets if secret.encode() in _lower(file)}

        assert all(_lower(tmp_path / name) for name in ("cekdulu.db", "cekdulu.db-wal", "cekdulu.key", "log.txt"))
        await until(lambda: not found(), within=15)
        await bot.stop()
    assert not found()


def _lower(file: Path) -> bytes:
    return file.read_bytes().lower() if file.exists() else b""


async def test_two_processes_on_one_file(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """Two bots by mistake on one database: every message is answered, none twice."""
    async with serving(peer, tmp_path, knowledge_dir=knowledge), serving(peer, tmp_path, knowledge_dir=knowledge):
        said = say_much(peer)
        await peer.wait_for(lambda seen: said <= answered(seen).keys(), within=30)
    assert answered(peer) == dict.fromkeys(said, 1)


async def test_health_and_forgery(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """The host hears that the bot is well; who does not know the secret is turned away, and too much is too much."""
    async with (
        serving(peer, tmp_path, webhook=True, knowledge_dir=knowledge),
        httpx.AsyncClient(trust_env=False) as web,
    ):
        hook = peer._delivery.hook
        assert hook is not None
        base = hook.url.removesuffix(PATH)
        health = await web.get(f"{base}/healthz")
        assert (health.status_code, health.text) == (200, "ok")
        forged = {"X-Telegram-Bot-Api-Secret-Token": "tebakan"}
        assert (await web.post(hook.url, json={"update_id": 1}, headers=forged)).status_code == 403
        known = {"X-Telegram-Bot-Api-Secret-Token": hook.secret, "content-type": "application/json"}
        assert (await web.post(hook.url, content=b" " * 1_100_000, headers=known)).status_code == 413
        assert (await web.get(base)).status_code == 404


async def test_a_port_that_is_taken(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """One sentence names the port; Telegram is not asked for anything."""
    with bind() as taken:
        taken.listen()
        port = taken.getsockname()[1]
        settings = {"telegram_webhook_url": f"http://127.0.0.1:{port}", "port": port, "knowledge_dir": knowledge}
        async with started(tmp_path, telegram_token=peer.token, telegram_api_base=peer.url, **settings) as bot:
            assert await bot.ended() == 1
    assert f"127.0.0.1 port {port}" in bot.log
    assert len(bot.log.splitlines()) == 1
    assert peer.calls == []


async def test_telegram_is_away_at_the_start(tmp_path: Path, knowledge: Path) -> None:
    """The bot waits for Telegram instead of giving up, and is stopped meanwhile like at any time."""
    port = free_port()
    settings = {"telegram_api_base": f"http://127.0.0.1:{port}", "knowledge_dir": knowledge}
    async with started(tmp_path, telegram_token="4200:AAuji_coba-token", **settings) as bot:
        await until(lambda: "tries: 1" in bot.log, within=60)
        async with TelegramPeer(port=port) as peer:
            siti = Chat(peer)
            await siti.say(SMALL_OFFER)
        assert await bot.stop() == 0
    assert "Traceback" not in bot.log


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_token_that_telegram_does_not_know(
    peer: TelegramPeer, tmp_path: Path, knowledge: Path, when: str
) -> None:
    """Wrong from the start or revoked while the bot runs: one sentence and exit code 1."""
    token, peer.account.token = peer.token, "4200:AAlain" if when == "before" else peer.token
    settings = {"telegram_api_base": peer.url, "knowledge_dir": knowledge, "log_level": "warning"}
    async with started(tmp_path, telegram_token=token, **settings) as bot:
        if when == "after":
            await peer.wait_for(lambda seen: seen.called("getUpdates"), within=60)
            peer.account.token = "4200:AAlain"
            peer.say(peer.person("Siti"), "halo")
        assert await bot.ended() == 1
    assert "Token bot ditolak Telegram" in bot.log
    assert "Traceback" not in bot.log
    assert token not in bot.log


async def test_a_refused_webhook(peer: TelegramPeer, tmp_path: Path, knowledge: Path) -> None:
    """An address that Telegram does not take is told in one sentence; waiting would not help."""
    settings = {"telegram_webhook_url": "http://bot.example", "port": free_port(), "knowledge_dir": knowledge}
    async with started(tmp_path, telegram_token=peer.token, telegram_api_base=peer.url, **settings) as bot:
        assert await bot.ended() == 1
    assert "Bad webhook" in bot.log
    assert "TELEGRAM_WEBHOOK_URL" in bot.log
    assert "Traceback" not in bot.log
