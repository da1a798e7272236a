"""Counts of what rules find: written in the background, added up over processes and days."""

from __future__ import annotations

import asyncio

from bot.officers import rule_figures
from bot.officers.rule_figures import NONE, Figures, RuleCounter, add, counted_since, figures
from bot.storage import Retention, Storage
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock

__all__ = ["clock", "file", "storage"]
DAY = 86_400.0


async def test_two_processes_add_up(storage: Storage, clock: MovedClock) -> None:
    one, other = RuleCounter(storage.database, clock), RuleCounter(storage.database, clock)
    for counter in (one, other):
        counter.found(("koper", "koper", "paspor"))
        counter.rejected(("koper",))
    await asyncio.gather(one.write(), other.write())
    one.confirmed(("paspor",))
    await one.write()
    found = await storage.database.read(lambda connection: figures(connection, clock.now))
    assert found == {"koper": Figures(2, 0, 2, clock.now), "paspor": Figures(2, 1, 0, clock.now)}
    assert found["koper"].wrong == 1.0
    assert NONE.wrong == 0.0


async def test_days_end(storage: Storage, clock: MovedClock) -> None:
    await storage.database.write(lambda connection: add(connection, clock.now, {("koper", "hits"): 3}))
    clock.move(10 * DAY)
    await storage.database.write(lambda connection: add(connection, clock.now, {("koper", "hits"): 1}))
    read = storage.database.read
    assert (await read(lambda connection: figures(connection, clock.now, 30)))["koper"].hits == 4
    assert (await read(lambda connection: figures(connection, clock.now, 10)))["koper"].hits == 1
    first = await read(counted_since)
    assert first is not None
    assert first <= clock.now - 10 * DAY
    await storage.sweep(clock.now, Retention(feedback=5 * DAY))
    assert (await read(lambda connection: figures(connection, clock.now, 30)))["koper"].hits == 1


async def test_counting_waits_for_nobody(storage: Storage, clock: MovedClock) -> None:
    """It is written a moment later by itself."""
    counter = RuleCounter(storage.database, clock)
    rule_figures_wait, rule_figures.WRITE_AFTER = rule_figures.WRITE_AFTER, 0.01
    try:
        counter.found(("koper",))
        assert await storage.database.read(lambda connection: figures(connection, clock.now)) == {}
        async with asyncio.timeout(5):
            while not await storage.database.read(lambda connection: figures(connection, clock.now)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    finally:
        rule_figures.WRITE_AFTER = rule_figures_wait
