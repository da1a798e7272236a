"""The database below the queues: durable settings, groups that share a commit, trouble told in one sentence."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError

from bot.messages import Reply
from bot.storage import Memory, Storage, StorageUnavailable
from bot.storage.database import Database, connect
from bot.storage.leases import Lease, Queue
from bot.storage.tables import inbox, outbox
from tests.storage.samples import MovedClock, arrival, open_sealed

SECRET_WORDS = "paspor saya ditahan majikan"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 50)],
)
async def test_every_connection_is_durable_and_strict(on_sqlite: Storage, pragma: str, value: object) -> None:
    """Readers and the writer run with the same settings."""
    question = f"PRAGMA {pragma}"
    read = await on_sqlite.database.read(lambda connection: connection.exec_driver_sql(question).scalar())
    written = await on_sqlite.database.write(lambda connection: connection.exec_driver_sql(question).scalar())
    assert (read, written) == (value, value)


async def test_database_file_is_for_its_owner_only(on_sqlite: Storage, file: Path) -> None:
    """Nobody else on the machine reads what people wrote."""
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


async def test_stored_is_readable_by_another_process_at_once(on_sqlite: Storage, file: Path) -> None:
    """When ``store`` returns, the update is committed."""
    await on_sqlite.inbox.store(arrival(1))
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT count(*) FROM inbox").fetchone() == (1,)
    other.close()


async def test_changes_that_wait_together_share_one_commit(storage: Storage) -> None:
    """Fifty callers cost one or two commits, not fifty."""
    commits: list[Connection] = []
    event.listen(storage.database.engine, "commit", commits.append)
    await asyncio.gather(*(storage.inbox.store(arrival(number, f"p{number}")) for number in range(50)))
    assert len(commits) <= 2
    assert await storage.inbox.unfinished() == 50


async def test_many_answers_share_their_statements(storage: Storage) -> None:
    """Twenty messages answered, and twenty replies sent, at the same moment cost one commit each."""
    people = [f"p{number}" for number in range(20)]
    await asyncio.gather(*(storage.inbox.store(arrival(person, person)) for person in people))
    rows = await storage.inbox.lease("a", 20)
    commits: list[Connection] = []
    event.listen(storage.database.engine, "commit", commits.append)
    memory = Memory("ingat", storage.database.clock() + 60)
    assert all(await asyncio.gather(*(storage.inbox.finish(row, [Reply("ya")], memory) for row in rows)))
    assert len(commits) == 1
    replies = await storage.outbox.lease("a", 20)
    commits.clear()
    sent = (storage.outbox.mark_sent(reply.id, str(reply.id)) for reply in replies)
    assert await asyncio.gather(*sent) == [True] * 20
    assert len(commits) == 1
    again = (storage.outbox.mark_sent(reply.id, "lagi") for reply in replies[:2])
    assert await asyncio.gather(*again) == [False] * 2
    assert {(await storage.people.load(person)).memory.text for person in people} == {"ingat"}


async def test_failing_change_takes_no_other_with_it(storage: Storage) -> None:
    """A mistake in one change is that caller's alone; those before and behind it are committed."""
    insert = "INSERT INTO people (person, created_at, last_seen_at) VALUES ('{}', 0, 0)"

    def add(name: str) -> asyncio.Future[int]:
        change = insert.format(name)
        return asyncio.ensure_future(
            storage.database.write(lambda connection: connection.exec_driver_sql(change).rowcount)
        )

    results = await asyncio.gather(add("siti"), add("siti"), add("budi"), return_exceptions=True)
    assert results[0] == results[2] == 1
    assert isinstance(results[1], IntegrityError)


async def test_closing_waits_for_what_is_being_written(database_url: str, clock: MovedClock) -> None:
    """An orderly stop loses nothing that was handed over."""
    storage = await open_sealed(database_url, clock)
    stores = [asyncio.create_task(storage.inbox.store(arrival(number, f"p{number}"))) for number in range(5)]
    await asyncio.sleep(0)
    await storage.aclose()
    assert await asyncio.gather(*stores) == [True] * 5


@contextmanager
def full_disk(storage: Storage, file: Path) -> Iterator[None]:
    """The database may not grow by a page."""

    def limit(pages: int) -> None:
        for _ in range(4):
            with storage.database.engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    limit(1)  # as small as it is now
    yield
    limit(1_000_000)


@contextmanager
def locked(storage: Storage, file: Path) -> Iterator[None]:
    """Another program holds the database."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@pytest.mark.parametrize(("trouble", "words"), [(full_disk, "disk is full"), (locked, "locked by another program")])
async def test_trouble_is_told_and_nothing_confirmed_is_lost(
    on_sqlite: Storage, file: Path, trouble: Callable[[Storage, Path], AbstractContextManager[None]], words: str
) -> None:
    """Storing fails in one sentence without SQL or text; it works again when the trouble is over."""
    await on_sqlite.inbox.store(arrival(1))
    big = arrival(2, text=SECRET_WORDS * 10_000)
    with trouble(on_sqlite, file):
        with pytest.raises(StorageUnavailable) as caught:
            await on_sqlite.inbox.store(big)
        assert words in str(caught.value)
        assert not any(hidden in str(caught.value) for hidden in (SECRET_WORDS, "INSERT", "inbox"))
        assert caught.value.__cause__ is None
    assert await on_sqlite.inbox.store(big)
    assert await on_sqlite.inbox.unfinished() == 2


def test_damaged_file_is_told(file: Path) -> None:
    """A file that is no database is not overwritten."""
    diary = b"catatan harian, bukan basis data" * 100
    file.write_bytes(diary)
    with pytest.raises(StorageUnavailable, match="not a database"):
        asyncio.run(open_sealed(f"sqlite:///{file}"))
    assert file.read_bytes() == diary


async def test_missing_folder_is_told(tmp_path: Path) -> None:
    """The sentence says what to look at."""
    with pytest.raises(StorageUnavailable, match="folder exists"):
        await open_sealed(f"sqlite:///{tmp_path}/tidak/ada/cekdulu.db")


def spoil(file: Path) -> None:
    """Overwrite all but the first page."""
    content = file.read_bytes()
    file.write_bytes(content[:4096].ljust(len(content), b"\xff"))


async def test_damage_in_the_middle_is_told(on_sqlite: Storage, file: Path) -> None:
    """Damage that shows only on reading is a sentence too."""
    await on_sqlite.inbox.store_all([arrival(number, f"p{number}") for number in range(200)])
    await on_sqlite.database.run_alone("PRAGMA wal_checkpoint(TRUNCATE)")
    on_sqlite.database.engine.dispose()
    spoil(file)
    with pytest.raises(StorageUnavailable, match="damaged"):
        await on_sqlite.inbox.unfinished()


@pytest.mark.parametrize(
    "url", ["", "cekdulu.db", "oracle://rahasia@host/x", "sqlite+nothing:///x", "postgresql://u:rahasia@h:port/x"]
)
def test_address_that_makes_no_sense_is_refused_without_showing_it(url: str) -> None:
    """An address may hold a password, so the sentence never repeats it."""
    with pytest.raises(StorageUnavailable) as caught:
        connect(url, lambda: 0.0)
    assert "rahasia" not in str(caught.value)


async def test_failing_statement_shows_no_words(storage: Storage) -> None:
    """Also a programmer's mistake carries nobody's text into a log, not even where the database quotes the row."""
    row = {"memory": SECRET_WORDS}
    statement = text("INSERT INTO people (person, memory, last_seen_at) VALUES ('siti', :memory, 0)")
    with pytest.raises(IntegrityError) as caught:
        await storage.database.write(lambda connection: connection.execute(statement, row))
    assert SECRET_WORDS not in str(caught.value)


@pytest.mark.parametrize("queue", [Queue(inbox, max_attempts=5, max_age=1), Queue(outbox, max_attempts=5, max_age=1)])
@pytest.mark.parametrize("channels", [None, ["telegram", "whatsapp"]], ids=["any-channel", "two-channels"])
async def test_leasing_reads_only_the_rows_it_needs(
    on_sqlite: Storage, queue: Queue, channels: list[str] | None
) -> None:
    """No step of a lease walks over finished rows, however many there are."""
    run: list[tuple[str, Any]] = []
    event.listen(on_sqlite.database.engine, "before_cursor_execute", lambda *call: run.append((call[2], call[3])))

    def lease_and_close(connection: Connection) -> None:
        queue.take(connection, "a", 20, 60.0, 0.0, channels)
        queue.close(connection, Lease(1, "a", 1, 0.0), state="dead", finished_at=1.0)

    await on_sqlite.database.write(lease_and_close)
    plans = [await explain(on_sqlite.database, *call) for call in run if call[0].startswith(("WITH", "UPDATE"))]
    assert len(plans) == 3
    table = queue.table.name
    scans = {step for plan in plans for step in plan if step.startswith("SCAN")}
    assert scans == {
        "SCAN heads",
        f"SCAN waiting USING COVERING INDEX ix_{table}_waiting",
        f"SCAN over USING INDEX uq_{table}_leased",
    }


async def explain(database: Database, statement: str, parameters: Any) -> list[str]:
    """The steps in which SQLite would run the statement."""

    def ask(connection: Connection) -> list[str]:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]

    return await database.read(ask)
