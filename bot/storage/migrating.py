"""Bringing a database to the shape this program needs (Alembic, run from inside, no ini file)."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from sqlalchemy import Connection, inspect, text

from bot.failures import Failure
from bot.storage.database import Database, connect

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number, the same in every process: the PostgreSQL lock under which one process migrates.
_LOCK = 6_335_312


class SchemaMismatch(Failure):
    """The tables are not the ones this program needs; the message says what to run."""


async def migrate(url: str) -> str:
    """Bring the database at ``url`` to the newest revision and return that; harmless when it is there already.

    All steps happen in one transaction. Raises StorageUnavailable, or SchemaMismatch when a newer program wrote it.
    """
    database = connect(url, clock=lambda: 0.0)
    try:
        return await upgrade(database)
    finally:
        await database.aclose()


async def upgrade(database: Database) -> str:
    """Bring an open database to the newest revision and return that."""
    return await database.write(_upgrade)


async def require_newest(database: Database) -> None:
    """Raises SchemaMismatch unless the database is at the newest revision."""
    found = await database.read(_revision)
    if found != newest_revision():
        refuse_newer(found)
        raise SchemaMismatch(
            f"The database is at revision {found or 'none'}, this program needs {newest_revision()}. "
            "Run: python -m bot migrate"
        )


def revisions() -> list[str]:
    """Every revision this program knows, oldest first: the numbers in front of the migrations' file names."""
    return sorted(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    """The revision that this program needs."""
    return revisions()[-1]


def _upgrade(connection: Connection) -> str:
    lock_migrations(connection)
    found = _revision(connection)
    refuse_newer(found)
    if found != newest_revision():
        run_migrations(connection)
    return cast(str, _revision(connection))


def lock_migrations(connection: Connection) -> None:
    """Have the tables to ourselves until the transaction ends; waits for whoever migrates now, however long it takes."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))


def run_migrations(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a revision, inside the connection's transaction."""
    # Alembic takes a quarter of a second to import, and most starts find nothing to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def refuse_newer(revision: str | None) -> None:
    """Raises SchemaMismatch for a revision that only a newer program can have made."""
    if revision is not None and revision not in revisions():
        raise SchemaMismatch(
            f"The database is at revision {revision}, which this program does not know. Start the newer program."
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
