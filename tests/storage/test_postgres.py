"""What only PostgreSQL has: news between processes, rows held by others, connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text

from bot.messages import Reply
from bot.storage import Storage, StorageUnavailable
from bot.storage.leases import Queue
from bot.storage.tables import inbox, metadata, outbox
from tests.postgres import PostgresServer
from tests.storage.samples import MovedClock, arrival, meet, open_sealed


@pytest.fixture
async def two(postgres: PostgresServer, clock: MovedClock) -> AsyncIterator[tuple[Storage, Storage]]:
    """Two processes' storages on one database, both already listening."""
    with postgres.database() as url:
        opened = [await open_sealed(url, clock, busy_seconds=0.2) for _ in range(2)]
        for storage in opened:
            await asyncio.wait_for(storage.inbox.changed.wait(60), 10)  # the first news: "look for yourself"
            await storage.outbox.changed.wait(0)
        yield opened[0], opened[1]
        for storage in opened:
            await storage.aclose()


async def is_silent(storage: Storage) -> bool:
    """Whether neither signal of a storage rings for a moment."""
    waits = [asyncio.create_task(signal.wait(60)) for signal in (storage.inbox.changed, storage.outbox.changed)]
    done, late = await asyncio.wait(waits, timeout=0.2)
    for task in late:
        task.cancel()
    return not done


async def test_a_message_stored_elsewhere_wakes_a_worker_here(two: tuple[Storage, Storage]) -> None:
    """Who waits hears at once of what another process stored, of its own deeds only once."""
    here, there = two
    waiting = asyncio.create_task(here.inbox.changed.wait(60))
    await there.inbox.store(arrival(1))
    await asyncio.wait_for(waiting, 10)
    await there.inbox.changed.wait(60)
    assert await is_silent(there)


async def test_an_answer_given_elsewhere_wakes_a_sender_here(two: tuple[Storage, Storage]) -> None:
    """Replies too are announced; an answer without any is not."""
    here, there = two
    await there.inbox.store_all([arrival(1, "siti"), arrival(2, "budi")])
    await asyncio.wait_for(here.inbox.changed.wait(60), 10)
    first, second = await there.inbox.lease("a")
    await there.inbox.finish(first)
    assert await is_silent(here)
    await there.inbox.finish(second, [Reply("satu")])
    await asyncio.wait_for(here.outbox.changed.wait(60), 10)


async def break_connections(storage: Storage) -> None:
    """The server drops everybody but the one who asks."""
    drop = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    engine = create_engine(storage.database.engine.url)
    with engine.begin() as connection:
        connection.execute(drop)
    engine.dispose()


async def test_broken_connections_are_made_again(two: tuple[Storage, Storage]) -> None:
    """After the database restarted, storing works at once and news come again; meanwhile nothing is taken as said."""
    here, there = two
    await break_connections(here)
    await asyncio.wait_for(here.inbox.changed.wait(60), 10)  # it listens again, and may have missed something
    await here.outbox.changed.wait(0)
    waiting = asyncio.create_task(here.inbox.changed.wait(60))
    assert await there.inbox.store(arrival(1))
    await asyncio.wait_for(waiting, 10)
    assert await here.inbox.unfinished() == 1


async def test_two_processes_that_meet_crosswise_both_get_through(two: tuple[Storage, Storage]) -> None:
    """A deadlock is nobody's trouble: who was sent back tries again."""
    here, there = two
    await meet(here, "siti", "budi")
    loop, arrived = asyncio.get_running_loop(), [asyncio.Event(), asyncio.Event()]

    def crosswise(mine: int, *order: str) -> Any:
        def change(connection: Connection) -> None:
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # PostgreSQL takes a second to see a deadlock
            touch = text("UPDATE people SET language = 'id' WHERE person = :person")
            connection.execute(touch, {"person": order[0]})
            loop.call_soon_threadsafe(arrived[mine].set)
            asyncio.run_coroutine_threadsafe(arrived[1 - mine].wait(), loop).result(10)
            connection.execute(touch, {"person": order[1]})

        return change

    await asyncio.gather(
        here.database.write(crosswise(0, "siti", "budi")), there.database.write(crosswise(1, "budi", "siti"))
    )
    assert [(await here.people.load(person)).memory.language for person in ("siti", "budi")] == ["id", "id"]


async def test_a_row_held_by_another_process_harms_only_who_needs_it(two: tuple[Storage, Storage]) -> None:
    """Of changes that share a commit only the one that waits in vain fails, in one sentence."""
    here, there = two
    await meet(here, "siti")
    with there.database.engine.begin() as connection:
        connection.execute(text("UPDATE people SET language = 'en' WHERE person = 'siti'"))
        results = await asyncio.gather(
            here.inbox.store(arrival(1)),
            here.people.set_blocked("siti", False),
            here.inbox.store(arrival(2)),
            return_exceptions=True,
        )
    assert [results[0], results[2]] == [True, True]
    assert isinstance(results[1], StorageUnavailable)
    assert "locked by another program" in str(results[1])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"database": "tidak_ada"}, "does not answer"),
        ({"host": "127.0.0.1", "port": 1}, "does not answer"),
        ({"username": "orang_lain"}, "does not answer"),
    ],
    ids=["no-database", "nobody-there", "no-user"],
)
async def test_what_cannot_be_reached_is_told(postgres: PostgresServer, change: dict[str, Any], words: str) -> None:
    """One sentence, without address or password."""
    with postgres.database() as url:
        address = create_engine(url).url.set(password="rahasia")
        address = address.set(query={}) if "host" in change else address
        with pytest.raises(StorageUnavailable, match=words) as caught:
            await open_sealed(address.set(**change).render_as_string(hide_password=False))
    assert "rahasia" not in str(caught.value)


@pytest.mark.parametrize("queue", [Queue(inbox, max_attempts=5, max_age=1), Queue(outbox, max_attempts=5, max_age=1)])
async def test_leasing_reads_only_the_rows_it_needs(on_postgres: Storage, queue: Queue) -> None:
    """Among many finished rows no step of a lease walks over the table, whatever PostgreSQL knows about it."""
    name = queue.table.name
    own = "update_id, message_id" if name == "inbox" else "position, reply"
    filled = (
        f"INSERT INTO {name} (channel, person, {own}, state, available_at, created_at, finished_at)"
        " SELECT 'telegram', 'p' || mod(n, 701), n, n, CASE WHEN mod(n, 100) = 0 THEN 'pending' ELSE 'dead' END, 0, 0,"
        " CASE WHEN mod(n, 100) = 0 THEN NULL ELSE 0 END FROM generate_series(1, 30000) AS n"
    )
    run: list[tuple[str, Any]] = []
    event.listen(on_postgres.database.engine, "before_cursor_execute", lambda *call: run.append((call[2], call[3])))

    def plans(connection: Connection) -> list[str]:
        connection.exec_driver_sql(filled)
        run.clear()
        assert len(queue.take(connection, "a", 20, 60.0, 1.0, ["telegram"])) == 20
        leasing = [call for call in run if call[0].startswith(("WITH", "UPDATE"))]
        assert len(leasing) == 2
        found = explained(connection, leasing)
        connection.exec_driver_sql(f"ANALYZE {name}")
        return found + explained(connection, leasing)

    found = await on_postgres.database.write(plans)
    assert any(f"ix_{name}_waiting" in line for line in found)
    assert [line for line in found if "Seq Scan" in line] == []


def explained(connection: Connection, calls: list[tuple[str, Any]]) -> list[str]:
    """The plans of some statements, line by line."""
    return [row[0] for sql, values in calls for row in connection.exec_driver_sql(f"EXPLAIN {sql}", values)]


async def test_migrations_and_tables_agree(postgres: PostgresServer, on_postgres: Storage) -> None:
    """What the migrations build has the same columns, constraints and indexes as what ``tables`` says."""
    with postgres.database("template0") as url:
        engine = create_engine(url)
        metadata.create_all(engine)
        with engine.connect() as connection:
            declared = shape(connection)
        engine.dispose()
    migrated = await on_postgres.database.read(shape)
    assert migrated == declared
    assert len(declared) > 40


def shape(connection: Connection) -> list[tuple[Any, ...]]:
    """Every column, constraint and index."""
    ours = "<> 'alembic_version'"
    queries = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns"
        f" WHERE table_schema = 'public' AND table_name {ours}",
        f"SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename {ours}",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        f" WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text {ours}",
    )
    return sorted(
        (tuple(map(str, row)) for query in queries for row in connection.exec_driver_sql(query)),
        key=str,
    )
