"""The vault: what is sealed can be read only with its key and only in its place, and keys can be changed."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Text

from bot.messages import Reply
from bot.storage import Memory, Resealed, Storage, open_storage
from bot.storage.tables import metadata
from bot.storage.vault import Sealed, Vault, is_sealed
from tests.storage.samples import arrival

OLD, NEW = b"kunci lama untuk uji coba", b"kunci baru untuk uji coba"
PLACE = "inbox.raw"


@given(st.text(st.characters()))
def test_sealed_text_comes_back(words: str) -> None:
    """Any text, half characters included; sealed twice it looks different and never shows a word of itself."""
    vault = Vault(OLD)
    first, second = vault.seal(words, PLACE), vault.seal(words, PLACE)
    assert (vault.open(first, PLACE), vault.open(second, PLACE)) == (words, words)
    assert first != second
    assert first.isascii()
    assert len(words) < 6 or words not in first


def test_first_key_seals_and_every_key_opens() -> None:
    """While a key is changed, old and new texts can be read."""
    old, both = Vault(OLD), Vault(NEW, OLD)
    assert both.open(old.seal("halo", PLACE), PLACE) == "halo"
    assert Vault(NEW).open(both.seal("halo", PLACE), PLACE) == "halo"


@pytest.mark.parametrize("change", ["key", "place", "cut", "letter", "not base64"])
def test_what_cannot_be_opened_stays_sealed(change: str, caplog: pytest.LogCaptureFixture) -> None:
    """A wrong key, a row copied elsewhere or a changed letter shows nothing and raises nothing; one log line says it."""
    sealed = Vault(OLD).seal("rahasia", PLACE)
    stored = {"cut": sealed[:-8], "letter": sealed[:-6] + "A" * 6, "not base64": sealed[:-1] + "!"}.get(change, sealed)
    vault = Vault(NEW if change == "key" else OLD)
    for _ in range(2):
        assert vault.open(stored, "people.memory" if change == "place" else PLACE) == stored
    assert [record.name for record in caplog.records] == ["bot.storage.vault"]
    assert "rahasia" not in caplog.text


def test_text_of_a_time_without_vault_is_read() -> None:
    """An older program's rows are still answered."""
    assert Vault(OLD).open('{"chat": 5}', PLACE) == '{"chat": 5}'


def test_keys_hide_themselves() -> None:
    """Neither the vault nor its name for a key tells the key."""
    vault = Vault(OLD)
    assert OLD.decode() not in repr(vault) + vault.newest


def test_every_column_that_may_hold_words_is_sealed() -> None:
    """A new text column is either sealed or known to hold none of anybody's words or ids."""
    known = {
        "channel", "update_id", "person", "pseudonym", "state", "leased_by", "error", "platform_message_id", "language",
        "verdict", "kind", "level", "rules", "number", "countries", "area", "consent",
        "chat", "code_hash", "mark",  # keyed hashes
        "role", "areas", "action", "subject", "outcome", "rule", "day", "case_number",
        "asks",  # what a case asks its person next
        "path", "why", "packaged", "files", "hash", "hashes", "revision",  # knowledge, which is public once published
    }  # fmt: skip
    public = {"revision_texts.text"}
    plain = {
        column.name
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Text) and not isinstance(column.type, Sealed)
        if f"{table.name}.{column.name}" not in public
    }
    assert plain <= known
    for table in metadata.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, Sealed) or column.type.place == f"{table.name}.{column.name}"


@asynccontextmanager
async def opened(file: Path, *keys: bytes) -> AsyncIterator[tuple[Storage, Vault]]:
    vault = Vault(*keys)
    storage = await open_storage(f"sqlite:///{file}", vault)
    try:
        yield storage, vault
    finally:
        await storage.aclose()


def stored(file: Path, query: str) -> list[str]:
    """What a query finds in the file itself."""
    with closing(sqlite3.connect(file)) as connection, connection:
        return [text for row in connection.execute(query) for text in row]


TEXTS = (
    "SELECT address, incoming, raw, message_id FROM inbox WHERE state <> 'done'",
    "SELECT address, reply FROM outbox",
    "SELECT memory, payload FROM people",
)


async def fill(storage: Storage) -> None:
    """A waiting message, an answered one with its waiting reply and memory, and a dead letter."""
    await storage.inbox.store_all([arrival(1), arrival(2, "budi")])
    (row, _) = await storage.inbox.lease("worker")
    await storage.inbox.finish(row, [Reply("jawaban")], Memory("kutipan", 9e9, payload="desa-7"))
    await storage.inbox.release("worker")
    await storage.inbox.set_aside("telegram", "rusak", "{", "not JSON")


async def test_changing_the_key(file: Path) -> None:
    """New key in front, reseal, old key away: everything can be read, and nothing is left of the old key."""
    async with opened(file, OLD) as (storage, _):
        await fill(storage)
    async with opened(file, NEW, OLD) as (storage, vault):
        assert (await storage.people.load("siti")).memory.text == "kutipan"
        assert await storage.reseal(vault) == Resealed(renewed=4, unreadable=0)
        assert await storage.reseal(vault) == Resealed(0, 0)
    texts = [text for query in TEXTS for text in stored(file, query) if text]
    assert len(texts) == 10
    assert all(text.startswith(Vault(NEW).newest) for text in texts)
    async with opened(file, NEW) as (storage, _):
        (row,) = await storage.inbox.lease("worker")
        assert (row.incoming.text, row.sender.address) == ("lowongan kerja", '{"chat": "budi"}')
        (reply,) = await storage.outbox.lease("worker")
        assert (reply.reply.text, reply.to.address) == ("jawaban", '{"chat": "siti"}')
        assert (await storage.people.load("siti")).memory == Memory("kutipan", 9e9, payload="desa-7")
        assert await storage.inbox.dead_letter_raw(3) == "{"


async def test_resealing_what_an_older_program_stored(file: Path) -> None:
    """Plain text of before is sealed; more rows than one block too."""
    async with opened(file, OLD) as (storage, _):
        await storage.inbox.store_all([arrival(number, f"p{number}") for number in range(450)])
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("""UPDATE inbox SET raw = '{"text": "lama"}', incoming = NULL WHERE seq % 2 = 0""")
    async with opened(file, OLD) as (storage, vault):
        assert await storage.reseal(vault) == Resealed(225, 0)
    assert all(map(is_sealed, stored(file, "SELECT raw FROM inbox")))


async def test_a_lost_key_holds_up_nobody(file: Path) -> None:
    """Rows that cannot be read are counted and left; the messages of others are leased and answered."""
    async with opened(file, OLD) as (storage, _):
        await fill(storage)
    async with opened(file, NEW) as (storage, vault):
        assert await storage.reseal(vault) == Resealed(0, 4)
        await storage.inbox.store(arrival(9, "citra"))
        unreadable, readable = await storage.inbox.lease("worker")
        assert readable.incoming.text == "lowongan kerja"
        with pytest.raises(ValueError, match="Expecting value"):
            _ = unreadable.incoming
        assert (await storage.people.load("siti")).memory.language == ""
