"""Migrations: from nothing to the tables of today, once, and never by guessing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from bot.storage import SchemaMismatch, Storage, migrate
from bot.storage.database import connect
from bot.storage.migrating import newest_revision, require_newest
from bot.storage.tables import metadata
from tests.storage.samples import arrival, open_sealed


def shape(file: Path) -> dict[str, str]:
    """Every table and index of a SQLite file, as SQLite would write it down, spaces and quotes aside."""
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql NOT NULL")
    found = {name: "".join(sql.replace('"', "").split()) for name, sql in rows}
    connection.close()
    return found


async def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    """What the migrations build is, to the letter, what ``tables`` says."""
    migrated, declared = tmp_path / "migrated.db", tmp_path / "declared.db"
    await migrate(f"sqlite:///{migrated}")
    engine = create_engine(f"sqlite:///{declared}")
    metadata.create_all(engine)
    engine.dispose()
    assert shape(migrated) == shape(declared)
    assert {"inbox", "outbox", "people", "feedback", "uq_inbox_leased"} <= shape(migrated).keys()


async def test_alembic_finds_nothing_to_change(storage: Storage) -> None:
    """``alembic check`` would be content."""

    def compare(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await storage.database.read(compare) == []


async def test_migrating_twice_changes_nothing(file: Path) -> None:
    """Every start may migrate; what is stored stays."""
    assert await migrate(f"sqlite:///{file}") == newest_revision()
    storage = await open_sealed(f"sqlite:///{file}")
    await storage.inbox.store(arrival(1))
    await storage.aclose()
    before = shape(file)
    assert await migrate(f"sqlite:///{file}") == newest_revision()
    assert shape(file) == before
    again = await open_sealed(f"sqlite:///{file}")
    assert await again.inbox.unfinished() == 1
    await again.aclose()


async def test_folder_with_percent_sign_is_no_trouble(tmp_path: Path) -> None:
    """Alembic reads % in paths as its own; the file name comes from the operator."""
    folder = tmp_path / "100% data"
    folder.mkdir()
    assert await migrate(f"sqlite:///{folder / 'cekdulu.db'}") == newest_revision()


async def test_database_of_a_newer_program_is_refused(file: Path) -> None:
    """An old program does not touch tables that it does not know."""
    await migrate(f"sqlite:///{file}")
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(SchemaMismatch, match=r"9999.*newer program"):
        await open_sealed(f"sqlite:///{file}")


async def test_database_that_is_not_migrated_is_refused_with_the_command_to_run(file: Path) -> None:
    """On a shared server nobody migrates by accident (tried here on SQLite: the check is the same)."""
    database = connect(f"sqlite:///{file}", lambda: 0.0)
    with pytest.raises(SchemaMismatch, match=r"revision none.*python -m bot migrate"):
        await require_newest(database)
    await migrate(f"sqlite:///{file}")
    await require_newest(database)
    await database.aclose()
