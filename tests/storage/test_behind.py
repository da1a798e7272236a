"""What waits behind a leased message: given out with it, finished with it, and no sooner."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Reply
from bot.storage import Storage
from tests.storage.samples import MovedClock, arrival
from tests.storage.test_inbox import lease_one, rows_of


async def test_a_person_s_next_messages_come_along(storage: Storage) -> None:
    """In order, for each person their own, and no more than asked for."""
    people = ["siti", "budi", "siti", "siti", "budi", "siti"]
    await storage.inbox.store_all(arrival(number, person) for number, person in enumerate(people))
    first, second = await storage.inbox.lease("a", behind=2)
    assert [row.update_id for row in (first, *first.behind)] == ["0", "2", "3"]
    assert [row.update_id for row in (second, *second.behind)] == ["1", "4"]
    assert await storage.inbox.lease("b", behind=2) == []


async def test_they_are_finished_together(storage: Storage) -> None:
    """One answer, and tombstones without text or person; what was not given out waits on."""
    await storage.inbox.store_all(arrival(number) for number in range(4))
    (row,) = await storage.inbox.lease("a", behind=2)
    assert await storage.inbox.finish(row, [Reply("satu jawaban")])
    left = [(kept.state, kept.person, kept.incoming is None, kept.raw is None) for kept in await rows_of(storage)]
    assert left == [("done", "", True, True)] * 3 + [("pending", "siti", False, False)]
    assert (await lease_one(storage)).update_id == "3"


async def test_a_lost_lease_finishes_none_of_them(storage: Storage, clock: MovedClock) -> None:
    """Who was too slow changes nothing, not even what was behind."""
    await storage.inbox.store_all(arrival(number) for number in range(2))
    (slow,) = await storage.inbox.lease("slow", seconds=5, behind=5)
    clock.move(5)
    (quick,) = await storage.inbox.lease("quick", behind=5)
    assert not await storage.inbox.finish(slow)
    assert [row.state for row in await rows_of(storage)] == ["leased", "pending"]
    assert await storage.inbox.finish(quick)


async def test_waiting_for_more_is_no_try(storage: Storage, clock: MovedClock) -> None:
    """The row is free again at the time given, as if nobody had had it."""
    await storage.inbox.store(arrival(1))
    for _ in range(10):
        row = await lease_one(storage)
        assert row.lease.attempts == 1
        assert await storage.inbox.wait_for_more(row, clock.now + 1)
        assert await storage.inbox.lease("a") == []
        clock.move(1)
    assert not await storage.inbox.wait_for_more(row, clock.now + 1)


async def test_quiet_ends_for_one_person_only(storage: Storage, clock: MovedClock) -> None:
    """What cannot belong to a waiting message ends its waiting, except for one that failed and has its pause."""
    await storage.inbox.store_all(replace(arrival(person, person), quiet=5.0) for person in ("siti", "budi", "wati"))
    clock.move(5)
    (failed,) = [row for row in await storage.inbox.lease("a") if row.sender.person == "wati"]
    await storage.inbox.retry_later(failed, "busy", delay=60)
    await storage.inbox.release("a")
    await storage.inbox.store_all(replace(arrival(f"{n}", p), quiet=5.0) for n, p in enumerate(("rina", "joko")))
    await storage.inbox.store_all(replace(arrival(f"/{n}", p), ends_quiet=True) for n, p in enumerate(("rina", "wati")))
    assert [row.sender.person for row in await storage.inbox.lease("b")] == ["siti", "budi", "rina"]
