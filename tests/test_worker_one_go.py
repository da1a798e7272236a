"""The worker with what a person sends in one go: read as one, answered once, after a short quiet time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot import answering as answering_module
from bot.conversation.dialogue import Answer, answer
from bot.messages import Incoming
from bot.one_go import ALONE_FROM, AT_ONE_GO, LONGEST_GATHERING
from bot.storage import Arrival
from bot.worker import ANSWER_LEASE, LONGEST_BACKOFF
from tests.running_bot import SMALL_OFFER
from tests.storage.samples import arrival, waiting
from tests.workplace import Workplace, workplace

QUIET = 1.2


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Workplace]:
    async with workplace(database_url, QUIET) as opened:
        yield opened


async def test_three_forwards_are_answered_once(place: Workplace) -> None:
    """Nothing is said before the quiet time is over; then one answer, and all three are done with it."""
    await place.hear(("ani", "Halo kak"), ("ani", SMALL_OFFER), ("ani", "Gimana ini?"), ("budi", SMALL_OFFER))
    await place.work()
    assert place.channel.tried == []
    place.clock.move(QUIET)
    await place.work()
    assert ["WASPADA" in text for text in place.told("ani")] == [True]
    assert len(place.told("budi")) == 1
    assert place.states("inbox") == ["done"] * 4
    assert place.rows("SELECT count(*) FROM inbox WHERE person <> '' OR incoming IS NOT NULL") == [(0,)]


async def test_the_quiet_time_begins_anew_with_each_message(place: Workplace) -> None:
    """It ends when nothing more came for so long; the looks in between are no tries."""
    for _ in range(3):
        await place.hear(("ani", SMALL_OFFER))
        place.clock.move(QUIET - 0.4)
        await place.work()
        assert place.channel.tried == []
    assert place.rows("SELECT max(attempts) FROM inbox") == [(0,)]
    place.clock.move(0.4)
    await place.work()
    assert len(place.told("ani")) == 1


async def test_who_writes_on_and_on_is_answered_all_the_same(place: Workplace) -> None:
    """The first of them waits for three quiet times at the most."""
    waited = 0.0
    while not place.channel.tried:
        await place.hear(("ani", SMALL_OFFER))
        place.clock.move(0.3)
        waited += 0.3
        await place.work()
    assert waited == pytest.approx(LONGEST_GATHERING * QUIET, abs=0.31)


async def test_a_cry_for_help_waits_for_one_quiet_time(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who goes on writing is answered as soon as a message is known to be a cry, at the latest after that time."""
    monkeypatch.setattr(answering_module, "cries_for_help", lambda incoming, compiled: "disekap" in incoming.text)
    await place.hear(("ani", "kak"))
    place.clock.move(1.0)
    await place.hear(("ani", "saya disekap"))
    place.clock.move(0.2)
    await place.work()
    assert len(place.told("ani")) == 1


@pytest.mark.parametrize("asked", ["/kontak", "bantuan", "3"])
async def test_commands_wait_for_nothing(place: Workplace, asked: str) -> None:
    """One is answered at once, after what was said before it, which then waits no longer either."""
    await place.hear(("ani", SMALL_OFFER), ("ani", asked), ("budi", asked))
    await place.work()
    assert len(place.told("ani")) == 2
    assert "WASPADA" in place.told("ani")[0]
    assert len(place.told("budi")) == 1


async def test_a_button_waits_for_nothing(place: Workplace) -> None:
    """Also one that is pressed while the person's own text still waits."""
    await place.hear(("ani", SMALL_OFFER))
    press = Arrival("telegram", "b", "{}", "ani", '{"chat": "ani"}', Incoming("b", "button", action="language:x:en"))
    await place.storage.inbox.store(waiting(press, QUIET))
    await place.work()
    assert ["WASPADA" in place.told("ani")[0], "English" in place.told("ani")[1]] == [True, True]


async def test_more_than_are_read_as_one(place: Workplace) -> None:
    """A long row of forwards is answered in parts, without waiting for more."""
    await place.hear(*(("ani", SMALL_OFFER) for _ in range(AT_ONE_GO + 5)))
    place.clock.move(QUIET)
    await place.work()
    assert len(place.told("ani")) == 2
    assert place.states("inbox") == ["done"] * (AT_ONE_GO + 5)


async def test_two_processes_answer_once(place: Workplace) -> None:
    """While one has the first message, no other gets those that belong to it, or those that come later."""
    await place.hear(("ani", SMALL_OFFER), ("ani", "Gimana ini?"))
    place.clock.move(QUIET)
    (row,) = await place.worker.lease_messages()
    await place.hear(("ani", "/kontak"))
    assert await place.other("dua").lease_messages() == []
    await place.worker.answer(row)
    assert place.states("inbox") == ["done", "done", "pending"]
    await place.work()
    assert len(place.told("ani")) == 2


async def test_a_killed_worker_loses_none_of_them(place: Workplace) -> None:
    """When its lease is over the same messages are read as one again; the late answer of the first is not kept."""
    await place.hear(("ani", SMALL_OFFER), ("ani", "Gimana ini?"))
    place.clock.move(QUIET)
    (row,) = await place.other("mati").lease_messages()
    place.clock.move(ANSWER_LEASE)
    (again,) = await place.worker.lease_messages()
    await place.other("mati").answer(row)
    assert place.states("inbox") == ["leased", "pending"]
    await place.worker.answer(again)
    await place.send()
    assert len(place.told("ani")) == 1


async def test_one_that_cannot_be_answered_takes_no_other_with_it(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the third try on a message is by itself; the good one is answered, the bad one set aside."""

    def fragile(incoming: Incoming, *rest: object) -> Answer:
        if "rusak" in incoming.text:
            raise ValueError("rusak")
        return answer(incoming, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering_module, "answer", fragile)
    await place.hear(("ani", SMALL_OFFER), ("ani", "rusak"), ("ani", "/kontak"))
    for _ in range(ALONE_FROM + 5):
        await place.work()
        place.clock.move(LONGEST_BACKOFF)
    told = place.told("ani")
    assert ["WASPADA" in told[0], "gangguan" in told[1], len(told)] == [True, True, 3]
    assert place.states("inbox") == ["dead", "done", "done"]


async def test_the_running_worker_looks_when_the_quiet_time_ends(database_url: str) -> None:
    """It answers when it is over, and not only at the next look around."""
    async with workplace(database_url, 0.1) as place:
        place.worker = replace(
            place.worker, answering=replace(place.worker.answering, clock=(clock := asyncio.get_running_loop().time))
        )
        place.storage.database.clock = clock
        async with place.running():
            await asyncio.sleep(0.05)  # the worker has looked once and waits for a second
            begun = clock()
            await place.storage.inbox.store(waiting(arrival(1, "ani", SMALL_OFFER), 0.1))
            await place.channel.until(delivered=1)
            assert 0.1 <= clock() - begun < 0.6


async def test_without_a_quiet_time_each_is_by_itself(database_url: str) -> None:
    """As in the terminal: nothing waits and every message has its answer."""
    async with workplace(database_url) as place:
        await place.hear(("ani", SMALL_OFFER), ("ani", SMALL_OFFER))
        await place.work()
        assert len(place.told("ani")) == 2
