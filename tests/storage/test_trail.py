"""The audit trail is only ever added to, whoever writes to the database; only keys may change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError

from bot.officers.audit import audit_of, write_down
from bot.storage import Resealed, Secret, Storage, Vault, back_up, open_storage, restore
from bot.storage.tables import audit, metadata
from bot.storage.vault import as_stored
from tests.postgres import PostgresServer
from tests.storage.samples import SECRET, VAULT, MovedClock

NEW = Vault(b"kunci-baru-untuk-uji-coba-saja", SECRET.encode())
OTHER_KEY = Vault(b"kunci-lain-untuk-uji-coba-saja")


async def fill(storage: Storage) -> None:
    """Two lines, one of an officer and one of the command line."""

    def change(connection: Connection) -> None:
        write_down(connection, 5.0, None, "officer.join", "1", after={"role": "petugas"})
        write_down(connection, 6.0, 1, "officer.role", "1", {"role": "petugas"}, {"role": "penyunting"})

    await storage.database.write(change)


async def lines(storage: Storage) -> list[str]:
    """The trail as it stands in the table, with all that is sealed opened beside it."""

    def found(connection: Connection) -> list[str]:
        rows = connection.execute(audit.select().order_by(audit.c.id)).all()
        return [repr(tuple(row)) for row in rows]

    return await storage.database.read(found)


SEALED = VAULT.seal('{"role": "pengelola"}', "audit.after")
ATTACKS = {
    "time": "UPDATE audit SET at = 7 WHERE id = 1",
    "officer": "UPDATE audit SET officer = 2 WHERE id = 1",
    "officer-gone": "UPDATE audit SET officer = NULL WHERE id = 2",
    "action": "UPDATE audit SET action = 'officer.leave'",
    "subject": "UPDATE audit SET subject = '2' WHERE id = 2",
    "number": "UPDATE audit SET id = 9 WHERE id = 2",
    "plain": """UPDATE audit SET "after" = '{}' WHERE id = 2""",
    "empty": """UPDATE audit SET "before" = '' WHERE id = 2""",
    "same-key": f"""UPDATE audit SET "after" = '{SEALED}' WHERE id = 2""",
    "other-length": f"""UPDATE audit SET "before" = '{OTHER_KEY.seal("{}", "audit.before")}' WHERE id = 2""",
    "one-gone": "DELETE FROM audit WHERE id = 1",
    "all-gone": "DELETE FROM audit",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
async def test_lines_stay_as_they_were_written(storage: Storage, attack: str) -> None:
    """Neither the program nor somebody at the database's own prompt changes or deletes a line."""
    await fill(storage)
    before = await lines(storage)
    with pytest.raises(IntegrityError):
        await storage.database.write(lambda connection: connection.execute(text(attack)).rowcount)
    assert await lines(storage) == before


async def test_lines_are_not_replaced(on_sqlite: Storage) -> None:
    """INSERT OR REPLACE is a deletion that SQLite calls none."""
    await fill(on_sqlite)
    before = await lines(on_sqlite)
    attack = (
        """INSERT OR REPLACE INTO audit (id, at, action, subject, "before", "after") VALUES (1, 1, 'x', 'x', '', '')"""
    )
    with pytest.raises(IntegrityError):
        await on_sqlite.database.write(lambda connection: connection.execute(text(attack)).rowcount)
    assert await lines(on_sqlite) == before


async def test_the_trail_is_not_emptied_at_once(on_postgres: Storage) -> None:
    """TRUNCATE asks no row."""
    await fill(on_postgres)
    with pytest.raises(IntegrityError):
        await on_postgres.database.write(lambda connection: connection.execute(text("TRUNCATE audit")).rowcount)
    assert len(await lines(on_postgres)) == 2


async def test_keys_can_be_changed(storage: Storage, database_url: str, clock: MovedClock) -> None:
    """Resealing goes through, and every line can be read afterwards."""
    await fill(storage)
    before = await lines(storage)
    again = await open_storage(database_url, NEW, clock)
    assert await again.reseal(NEW) == Resealed(renewed=2, unreadable=0)
    assert await lines(again) == before
    query = audit.select().with_only_columns(as_stored(audit.c.before), as_stored(audit.c.after))
    texts = await again.database.read(lambda connection: connection.execute(query).all())
    assert all(stored.startswith(NEW.newest) for row in texts for stored in row)
    await again.aclose()


async def test_a_backup_brings_the_trail_back(storage: Storage, database_url: str, tmp_path: Path) -> None:
    """Also over one that is there; the lines are kept there as well, and new ones follow."""
    await fill(storage)
    person = Secret(SECRET.encode())
    await back_up(storage.database, tmp_path / "cadangan.gz", person, VAULT)
    before = await lines(storage)
    assert (await restore(storage.database, tmp_path / "cadangan.gz", person, VAULT, force=True))["audit"] == 2
    assert await lines(storage) == before
    with pytest.raises(IntegrityError):
        await storage.database.write(lambda connection: connection.execute(text("DELETE FROM audit")).rowcount)
    await fill(storage)
    assert len(await storage.database.read(lambda connection: audit_of(connection, "1"))) == 4


async def test_a_lost_key_hides_one_line_and_no_other(storage: Storage, database_url: str, clock: MovedClock) -> None:
    """What can be read of it is shown, and the lines behind it as well."""
    await fill(storage)
    again = await open_storage(database_url, OTHER_KEY, clock)
    await again.database.write(lambda connection: write_down(connection, 7.0, 1, "officer.leave", "1", {"a": 1}))
    *lost, last = await again.database.read(lambda connection: audit_of(connection, "1"))
    assert [(line.action, line.after) for line in lost] == [
        ("officer.join", {"unreadable": True}),
        ("officer.role", {"unreadable": True}),
    ]
    assert (last.before, last.after) == ({"a": 1}, {})
    await again.aclose()


@pytest.fixture
def declared(postgres: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database whose tables were made without the migrations."""
    with postgres.database("template0") as url:
        engine = create_engine(url)
        metadata.create_all(engine)
        engine.dispose()
        yield url


def triggers(url: str) -> list[str]:
    """What PostgreSQL does by itself."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
        )
        body = connection.execute(text("SELECT prosrc FROM pg_proc WHERE proname = 'audit_stays'"))
        shown = [*found.scalars(), *body.scalars()]
    engine.dispose()
    return shown


def test_migrations_and_tables_agree(postgres: PostgresServer, declared: str) -> None:
    """On PostgreSQL too (on SQLite the comparison of the tables includes it)."""
    with postgres.database() as migrated:
        assert triggers(migrated) == triggers(declared)
    assert len(triggers(declared)) == 4
