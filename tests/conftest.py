"""Fixtures that many rooms share: the packaged knowledge, compiled once per test process; both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checking import Compiled, compile_knowledge
from bot.knowledge import load_knowledge, packaged_folder
from tests.postgres import PostgresServer, running_server


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    """The knowledge that is shipped."""
    return compile_knowledge(load_knowledge(packaged_folder()))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of either kind, with today's tables or ready to be given them."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cekdulu.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url
