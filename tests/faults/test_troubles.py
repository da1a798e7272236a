"""A small round of every fault, on both kinds of database, with the real program; `python -m tests.faults` does more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack

import pytest
import pytest_asyncio

from tests.faults.stage import Stage, opened_stage
from tests.faults.troubles import TROUBLES, Trouble
from tests.postgres import PostgresServer

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMED = {trouble.name: trouble for trouble in TROUBLES}
PUSHED = [name for name, trouble in NAMED.items() if trouble.webhook]
FETCHED = ["unreadable", "hung-up", "kill"]
"""What differs most where the program fetches updates itself."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database; nothing for a SQLite file in the stage's own folder."""
    with ExitStack() as ending:
        server: PostgresServer | None = None
        if request.param == "postgresql":
            server = request.getfixturevalue("postgres")
        yield ending.enter_context(server.database()) if server else ""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pushed(address: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """Two processes behind one webhook."""
    async with opened_stage(tmp_path_factory.mktemp("pushed"), address, webhook=True, seed=1) as stage:
        yield stage


async def _goes_well(stage: Stage, trouble: Trouble) -> None:
    await trouble.round(stage, 2 if trouble.kills else 1)
    verdict = await stage.judged(within=60, hurry=trouble.kills)
    assert verdict.clean, (verdict, stage.bad_endings)
    assert verdict.messages >= 10
    assert not stage.bad_endings


@pytest.mark.parametrize("name", PUSHED)
async def test_nothing_is_lost(pushed: Stage, name: str) -> None:
    """Every message is answered or set aside with a reason, none twice without need, each person's in order."""
    trouble = NAMED[name]
    if trouble.only and not pushed.records.on_postgres:
        pytest.skip(f"{trouble.only} has this fault alone")
    await _goes_well(pushed, trouble)
    assert "Traceback" not in pushed.log


async def test_nothing_is_lost_by_polling(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same where one process fetches the updates."""
    async with opened_stage(tmp_path_factory.mktemp("fetched"), database_url, webhook=False, seed=1) as stage:
        for name in FETCHED:
            await _goes_well(stage, NAMED[name])
    assert "Traceback" not in stage.log
