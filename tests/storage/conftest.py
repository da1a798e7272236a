"""A storage of its own for each test, on both kinds of database, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import Storage
from tests.postgres import PostgresServer
from tests.storage.samples import MovedClock, open_sealed


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cekdulu.db"


@pytest.fixture
async def storage(database_url: str, clock: MovedClock) -> AsyncIterator[Storage]:
    """On SQLite and on PostgreSQL."""
    opened = await open_sealed(database_url, clock, busy_seconds=0.05)
    yield opened
    await opened.aclose()


@pytest.fixture
async def on_sqlite(file: Path, clock: MovedClock) -> AsyncIterator[Storage]:
    """On SQLite, for what is only true there."""
    opened = await open_sealed(f"sqlite:///{file}", clock, busy_seconds=0.05)
    yield opened
    await opened.aclose()


@pytest.fixture
async def on_postgres(postgres: PostgresServer, clock: MovedClock) -> AsyncIterator[Storage]:
    """On PostgreSQL, for what is only true there."""
    with postgres.database() as url:
        opened = await open_sealed(url, clock, busy_seconds=0.05)
        yield opened
        await opened.aclose()
