"""A storage of its own for each test, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage import Storage, open_storage
from tests.storage.samples import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cekdulu.db"


@pytest.fixture
async def storage(file: Path, clock: MovedClock) -> AsyncIterator[Storage]:
    opened = await open_storage(f"sqlite:///{file}", clock, busy_seconds=0.05)
    yield opened
    await opened.aclose()
