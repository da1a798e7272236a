"""A storage of its own for each test, on both kinds of database, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.checking import Compiled
from bot.conversation.wording import Wording
from bot.storage import Storage
from tests.officers.case_office import CaseOffice
from tests.storage.samples import MovedClock, open_sealed


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def storage(database_url: str, clock: MovedClock) -> AsyncIterator[Storage]:
    """On SQLite and on PostgreSQL."""
    opened = await open_sealed(database_url, clock, busy_seconds=0.05)
    yield opened
    await opened.aclose()


@pytest.fixture
def office(storage: Storage, clock: MovedClock, compiled: Compiled) -> CaseOffice:
    """Nobody is an officer yet."""
    return CaseOffice(storage, clock, compiled)


@pytest.fixture
def office_wording(compiled: Compiled) -> Wording:
    """The bot's Indonesian."""
    return Wording(compiled.knowledge, "id", date(2026, 11, 23))
