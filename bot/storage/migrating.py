"""Bringing a database to the shape this program needs (Alembic, run from inside, no ini file)."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from bot.storage.database import Database, connect

_MIGRATIONS = Path(__file__).with_name("migrations")
# Any number, the same in every process: the PostgreSQL lock under which one process migrates.
_LOCK = 6_335_312


class SchemaMismatch(Exception):
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
        _refuse_newer(found)
        raise SchemaMismatch(
            f"The database is at revision {found or 'none'}, this program needs {newest_revision()}. "
            "Run: python -m bot migrate"
        )


def newest_revision() -> str:
    """The revision that this program needs."""
    return cast(str, ScriptDirectory.from_config(_config()).get_current_head())


def _upgrade(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _refuse_newer(_revision(connection))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return cast(str, _revision(connection))


def _refuse_newer(revision: str | None) -> None:
    try:
        ScriptDirectory.from_config(_config()).get_revision(revision or "base")
    except CommandError:
        raise SchemaMismatch(
            f"The database is at revision {revision}, which this program does not know. Start the newer program."
        ) from None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
