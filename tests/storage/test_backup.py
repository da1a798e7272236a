"""Backup and restore: the same file from and into either kind of database, whole or not at all."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import stat
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, select, text

from bot.messages import Reply
from bot.storage import (
    BackupFailed,
    BackupUnreadable,
    Memory,
    NotEmpty,
    SchemaMismatch,
    Secret,
    Storage,
    Vault,
    WrongKey,
    back_up,
    open_storage,
    restore,
)
from bot.storage.database import connect
from bot.storage.migrating import newest_revision
from bot.storage.tables import metadata, paces
from tests.postgres import PostgresServer
from tests.storage.samples import SECRET, VAULT, MovedClock, arrival

PERSON = Secret(SECRET.encode())
KEYS = {"person": VAULT.newest, "keys": VAULT.heads}
WORDS = "paspor 😟 ditahan, “baris\nbaru” \\ \x01"


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, of either kind: what is restored into."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'pulih.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database("template0") as url:
        yield url


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "cadangan.gz"


async def fill(storage: Storage, clock: MovedClock) -> None:
    """Something in every state: answered, waiting, in hand, dead; sent, waiting; remembered."""
    people = ("siti", "budi", "wati", "rini")
    await storage.inbox.store_all([arrival(number, person, WORDS) for number, person in enumerate(people)])
    await storage.inbox.set_aside("telegram", "poison", "{", "not JSON")
    first, second, *_ = await storage.inbox.lease("worker", limit=3)
    await storage.inbox.finish(first, [Reply("satu"), Reply(WORDS)], Memory(WORDS, clock.now + 60, "id", "poster"))
    await storage.inbox.retry_later(second, "broken", 5)
    (reply,) = await storage.outbox.lease("sender")
    await storage.outbox.mark_sent(reply.id, "100")
    await storage.people.set_blocked("rini", True)


async def everything(storage: Storage) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that outlive the moment."""
    return await storage.database.read(
        lambda connection: {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
            if table is not paces
        }
    )


async def backed_up(storage: Storage, file: Path) -> dict[str, int]:
    """A backup under the keys of the test."""
    return await back_up(storage.database, file, PERSON, VAULT)


@asynccontextmanager
async def opened(url: str, clock: MovedClock, vault: Vault = VAULT) -> AsyncIterator[Storage]:
    storage = await open_storage(url, vault, clock)
    try:
        yield storage
    finally:
        await storage.aclose()


async def restored(
    url: str, file: Path, person: Secret = PERSON, vault: Vault = VAULT, *, force: bool = False
) -> dict[str, int]:
    """A restore as the command does it, on a database that need not have tables."""
    database = connect(url, time.time)
    try:
        return await restore(database, file, person, vault, force=force)
    finally:
        await database.aclose()


async def test_a_lost_database_comes_back_on_either_kind(
    storage: Storage, other_url: str, backup: Path, clock: MovedClock
) -> None:
    """Every row is there again, and the work goes on: what waited is answered and sent, what is new is new."""
    await fill(storage, clock)
    kept = await everything(storage)
    counts = await backed_up(storage, backup)
    assert counts == {name: len(rows) for name, rows in kept.items()}
    assert await restored(other_url, backup) == counts
    clock.move(60)
    async with opened(other_url, clock) as again:
        assert await everything(again) == kept
        assert not await again.inbox.store(arrival(0))
        assert await again.inbox.store(arrival(99, "siti"))
        leased = await again.inbox.lease("new")
        assert [row.update_id for row in leased] == ["1", "2", "3", "99"]
        assert leased[0].incoming.text == WORDS
        assert [await again.inbox.finish(row, [Reply("lagi")]) for row in leased] == [True] * 4
        assert [row.reply.text for row in await again.outbox.lease("sender")] == [WORDS, "lagi", "lagi", "lagi"]


async def test_a_backup_is_for_its_owner_only(storage: Storage, backup: Path, clock: MovedClock) -> None:
    """Nobody else on the machine reads it, and nothing else is left beside it."""
    await fill(storage, clock)
    await backed_up(storage, backup)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in backup.parent.iterdir()}
    assert modes[backup.name] == 0o600
    assert [name for name in modes if not name.startswith("cekdulu.db")] == [backup.name]


async def test_a_backup_is_sealed(storage: Storage, backup: Path, clock: MovedClock) -> None:
    """Nobody's words or address are in it; nor are those that an older program stored plainly."""
    await fill(storage, clock)
    plain = text("UPDATE inbox SET raw = 'paspor 😟 ditahan' WHERE state = 'leased'")
    assert await storage.database.write(lambda connection: connection.execute(plain).rowcount) == 1
    await backed_up(storage, backup)
    content = json.dumps(lines_of(backup), ensure_ascii=False)
    assert [word for word in ("ditahan", "baris", "satu", "lowongan", '"chat"', "not JSON") if word in content] == [
        "not JSON"
    ]


OTHER = Secret(b"kunci lain untuk uji coba")
TEXTS = b"kunci isi untuk uji coba"


@pytest.mark.parametrize(
    ("person", "vault", "told"),
    [
        (OTHER, Vault(OTHER.value), "another PERSON_SECRET or key file"),
        (OTHER, Vault(TEXTS, OTHER.value), "another PERSON_SECRET or key file"),
        (PERSON, VAULT, "not in ENCRYPTION_KEYS"),
        (PERSON, Vault(b"kunci baru", PERSON.value), "not in ENCRYPTION_KEYS"),
        (PERSON, Vault(b"kunci baru", TEXTS, PERSON.value), None),
    ],
    ids=["another", "another-person", "no-texts", "other-texts", "newer-in-front"],
)
async def test_another_key_restores_nothing(
    database_url: str,
    other_url: str,
    backup: Path,
    clock: MovedClock,
    person: Secret,
    vault: Vault,
    told: str | None,
) -> None:
    """Without the keys of that time one sentence says which is missing, and nothing is changed."""
    async with opened(database_url, clock, Vault(TEXTS, PERSON.value)) as storage:
        await fill(storage, clock)
        await back_up(storage.database, backup, PERSON, Vault(TEXTS, PERSON.value))
    if told is None:
        assert (await restored(other_url, backup, person, vault))["inbox"] == 5
        async with opened(other_url, clock, vault) as again:
            assert await again.inbox.dead_letter_raw(5) == "{"
        return
    with pytest.raises(WrongKey, match=told) as caught:
        await restored(other_url, backup, person, vault)
    assert "\n" not in str(caught.value)
    engine = create_engine(other_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


async def test_what_no_key_could_read_before_is_no_hindrance(
    storage: Storage, database_url: str, other_url: str, backup: Path, clock: MovedClock
) -> None:
    """Rows whose key was lost long ago come back as unreadable as they were."""
    async with opened(database_url, clock, Vault(OTHER.value)) as before:
        await before.inbox.set_aside("telegram", "lama", "{", "not JSON")
    await backed_up(storage, backup)
    await restored(other_url, backup)
    async with opened(other_url, clock) as again:
        assert str(await again.inbox.dead_letter_raw(1)).startswith(Vault(OTHER.value).newest)


async def test_a_backup_of_a_running_bot_shows_one_moment(
    storage: Storage, other_url: str, backup: Path, clock: MovedClock
) -> None:
    """While messages come and are answered, "done" and its replies are in the backup both or neither."""
    stop = asyncio.Event()
    numbers = itertools.count()

    async def work() -> None:
        while not stop.is_set():
            await storage.inbox.store_all([arrival(number, f"p{number}") for number in itertools.islice(numbers, 20)])
            for row in await storage.inbox.lease("worker"):
                await storage.inbox.finish(row, [Reply("satu"), Reply("dua")])

    working = asyncio.create_task(work())
    sizes = []
    for _ in range(4):
        sizes.append((await backed_up(storage, backup))["inbox"])
        await asyncio.sleep(0.1)
        await restored(other_url, backup, force=True)
        engine = create_engine(other_url.replace("+aiosqlite", ""))
        with engine.connect() as connection:
            done, replies, stray = connection.execute(
                text(
                    "SELECT (SELECT count(*) FROM inbox WHERE state = 'done'), (SELECT count(*) FROM outbox),"
                    " (SELECT count(*) FROM outbox WHERE inbox_seq NOT IN (SELECT seq FROM inbox WHERE state = 'done'))"
                )
            ).one()
        engine.dispose()
        assert (replies, stray) == (2 * done, 0)
    stop.set()
    await working
    assert sizes == sorted(set(sizes))


async def test_a_database_in_use_is_not_overwritten_unasked(
    storage: Storage, database_url: str, backup: Path, clock: MovedClock
) -> None:
    """Only ``force`` makes a restore replace what is there."""
    await fill(storage, clock)
    await backed_up(storage, backup)
    await storage.inbox.store(arrival(50, "wati"))
    kept = await everything(storage)
    with pytest.raises(NotEmpty, match="--force"):
        await restored(database_url, backup)
    assert await everything(storage) == kept
    await restored(database_url, backup, force=True)
    assert len((await everything(storage))["inbox"]) == len(kept["inbox"]) - 1


def lines_of(backup: Path) -> list[Any]:
    """The file, line by line."""
    with gzip.open(backup, "rt", encoding="utf-8") as lines:
        return list(map(json.loads, lines))


def write_lines(backup: Path, lines: list[Any]) -> None:
    """Put lines in place of the file's."""
    with gzip.open(backup, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(line) + "\n" for line in lines)


def cut(backup: Path) -> None:
    """A transfer broke off."""
    backup.write_bytes(backup.read_bytes()[:-40])


def flip(backup: Path) -> None:
    """One bit is wrong."""
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 4
    backup.write_bytes(content)


def drop_row(backup: Path) -> None:
    """A row was taken out by hand."""
    lines = lines_of(backup)
    lines.remove(next(line for line in lines if isinstance(line, list)))
    write_lines(backup, lines)


def drop_end(backup: Path) -> None:
    """The last line is missing."""
    write_lines(backup, lines_of(backup)[:-1])


def another_format(backup: Path) -> None:
    """The file of some other program."""
    write_lines(backup, [{"format": "lain"}])


@pytest.mark.parametrize(
    "damage",
    [cut, flip, drop_row, drop_end, another_format, lambda file: file.write_bytes(b""), lambda file: file.unlink()],
    ids=["cut", "flip", "row-missing", "end-missing", "another-format", "empty", "no-file"],
)
async def test_what_is_no_whole_backup_changes_nothing(
    storage: Storage, database_url: str, backup: Path, clock: MovedClock, damage: Any
) -> None:
    """Damage is told in one sentence without anybody's words, and the database stays as it was."""
    await fill(storage, clock)
    await backed_up(storage, backup)
    kept = await everything(storage)
    damage(backup)
    with pytest.raises(BackupUnreadable, match=backup.name) as caught:
        await restored(database_url, backup, force=True)
    assert "ditahan" not in str(caught.value)
    assert await everything(storage) == kept


async def test_a_backup_of_older_tables_is_brought_to_todays(other_url: str, backup: Path, clock: MovedClock) -> None:
    """What an older program saved is restored as it was and then migrated."""
    columns = {"people": ["person", "language", "payload", "created_at", "last_seen_at"]}
    rows = [{"table": "people"}, ["siti", "en", "poster", 1.5, 2.5], {"rows": {"people": 1}}]
    write_lines(backup, [{"format": "cekdulu-backup-1", "revision": "0001", "columns": columns, **KEYS}, *rows])
    assert await restored(other_url, backup) == {"people": 1}
    async with opened(other_url, clock) as storage:
        assert (await storage.people.load("siti")).memory.language == "en"

        def state(connection: Any) -> tuple[str, list[str]]:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            indexed = [index["column_names"] for index in inspect(connection).get_indexes("inbox")]
            return revision, next(names for names in indexed if "available_at" in names)

        revision, names = await storage.database.read(state)
    assert (revision, names[-1]) == (newest_revision(), "channel")


async def test_a_backup_of_a_newer_program_is_refused(other_url: str, backup: Path) -> None:
    """Tables that this program does not know cannot be filled."""
    write_lines(backup, [{"format": "cekdulu-backup-1", "revision": "9999", "columns": {}, **KEYS}, {"rows": {}}])
    with pytest.raises(SchemaMismatch, match="9999"):
        await restored(other_url, backup)


async def test_a_backup_that_cannot_be_written_is_told(storage: Storage, tmp_path: Path) -> None:
    """The sentence names the file."""
    with pytest.raises(BackupFailed, match=r"cadangan\.gz"):
        await backed_up(storage, tmp_path / "tidak" / "ada" / "cadangan.gz")
