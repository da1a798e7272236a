"""Journeys of people who ask what is held on them and have it erased, while everything else goes on."""

from __future__ import annotations

import re
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.storage import load_secret, pseudonym
from bot.storage.tables import metadata
from bot.storage.vault import Sealed, Vault, is_sealed
from tests.peers.telegram_faults import too_many
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, RunningBot, serving, small_knowledge, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECONDS = 60.0
"""Within which everything must be gone."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["polling", "webhook"])
async def bot(
    peer: TelegramPeer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[RunningBot]:
    folder = tmp_path_factory.mktemp(request.param)
    knowledge = small_knowledge(tmp_path_factory.mktemp("knowledge"))
    async with serving(peer, folder, webhook=request.param == "webhook", knowledge_dir=knowledge) as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer, f"Siti{secrets.token_hex(4)}")


@pytest.fixture
def words() -> str:
    """Words of this test's message, which are looked for everywhere."""
    return f"sawah-{secrets.token_hex(6)}"


def files_with(folder: Path, *words: str) -> list[str]:
    """Files of the bot (database, write-ahead log, shared memory, log) in which one of these stands, in any case."""
    found = []
    for path in folder.iterdir():
        content = path.read_bytes().lower()
        found += [f"{path.name}: {word}" for word in words if word.lower().encode() in content]
    return found


def rows_with(folder: Path, *words: str) -> list[str]:
    """Rows of any table in which one of these stands, once all that is sealed is opened with every key."""
    vault = Vault(load_secret(None, folder / "cekdulu.key").value)
    found = []
    with closing(sqlite3.connect(folder / "cekdulu.db", timeout=10)) as connection:
        for table in metadata.tables.values():
            for row in connection.execute(f"SELECT {', '.join(column.name for column in table.c)} FROM {table.name}"):
                values = [
                    vault.open(value, column.type.place) if isinstance(column.type, Sealed) and value else value
                    for column, value in zip(table.columns, row, strict=True)
                ]
                assert not any(isinstance(value, str) and is_sealed(value) for value in values)
                found += [f"{table.name}: {word}" for word in words if word in repr(values)]
    return found


def code(bot: RunningBot, chat: Chat) -> str:
    """The person's pseudonym."""
    return pseudonym(load_secret(None, bot.folder / "cekdulu.key").value, "telegram", str(chat.person.id))


async def test_words_and_ids_are_in_no_file_at_any_time(
    bot: RunningBot, siti: Chat, peer: TelegramPeer, words: str
) -> None:
    """Not even while a message waits: what is on the disk is sealed; its table shows it to who has the key."""
    peer.fail("sendMessage", too_many(2))
    peer.say(siti.person, f"{SMALL_OFFER} {words}")
    await until(lambda: rows_with(bot.folder, str(siti.person.id)))
    assert files_with(bot.folder, words, f'"id": {siti.person.id}', siti.person.first_name) == []
    await siti.all_seen()
    assert files_with(bot.folder, words, str(siti.person.id), siti.person.first_name) == []


async def test_data_saya_shows_what_is_held(bot: RunningBot, siti: Chat) -> None:
    """The code, the day and the quotes of the last message."""
    await siti.say("/start desa-uji")
    await siti.say(SMALL_OFFER)
    (told,) = await siti.say("/data_saya")
    assert code(bot, siti) in told.text
    assert "desa-uji" in told.text
    assert re.search("“[^”]+”", told.text)


async def test_hapus_data_leaves_nothing(bot: RunningBot, siti: Chat, peer: TelegramPeer, words: str) -> None:
    """Messages in flight, replies held back by a limit, an update that cannot be read: a minute later nothing is left.

    Searched are every table with the key, and every file with the bytes: database, write-ahead log and log.
    """
    await siti.say(SMALL_OFFER)
    (asked,) = await siti.say("/hapus_data")
    peer.inject("message", {"from": siti.person.as_user(), "chat": "rusak", "text": words})
    peer.fail("sendMessage", too_many(3))
    for _ in range(5):
        peer.say(siti.person, f"{SMALL_OFFER} {words}")
    (asked,) = (await siti.say("/hapus_data", answers=6))[-1:]
    before = time.monotonic()
    answers = await siti.press(asked, "Ya, hapus semua")
    assert "Sudah dihapus" in answers[-1].text
    theirs = (words, code(bot, siti), str(siti.person.id), siti.person.first_name)
    await until(lambda: not rows_with(bot.folder, *theirs) and not files_with(bot.folder, *theirs), SECONDS)
    assert time.monotonic() - before < SECONDS
    (told,) = await siti.say("/data_saya")
    assert "Tidak ada yang tersimpan" in told.text


async def test_after_erasing_one_can_begin_anew(bot: RunningBot, siti: Chat) -> None:
    """The next message is answered like a stranger's."""
    await siti.say("/bahasa en")
    (asked,) = await siti.say("/delete_data")
    await siti.press(asked, "Yes, erase all")
    assert "WASPADA" in (await siti.say(SMALL_OFFER))[0].text
