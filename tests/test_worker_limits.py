"""The worker under abuse: floods, buttons pressed a hundred times, everybody at once; and who really needs help."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot import answering as answering_module
from bot.channels import RetryLater
from bot.conversation.pace import WINDOW
from bot.limits import COUNT_SECONDS, LONGEST_RUSH, RUSH_PAUSE, Limits
from bot.messages import Incoming
from bot.storage import Arrival
from tests.running_bot import SMALL_OFFER, until
from tests.storage.samples import arrival
from tests.workplace import Workplace, workplace

MOST = 5
TOO_MUCH = "lebih dari 5 pesan dalam satu menit"
RUSH = "Sedang banyak sekali yang menulis"


@pytest.fixture
async def place(database_url: str) -> AsyncIterator[Workplace]:
    async with workplace(database_url, limits=Limits(per_person=MOST)) as opened:
        yield opened


def presses(number: int, person: str = "ani") -> list[Arrival]:
    """A button pressed so many times."""
    press = Incoming("b", "button", action="language:x:id")
    address = f'{{"chat": "{person}"}}'
    return [Arrival("telegram", f"b{n}", "{}", person, address, press) for n in range(number)]


async def test_too_much_is_said_once(place: Workplace) -> None:
    """Five are answered, then one sentence with a number for an emergency; after a minute it begins anew."""
    for minute in range(2):
        await place.hear(*(("ani", "/kontak") for _ in range(4 * MOST)))
        await place.work()
        told = place.told("ani")[minute * (MOST + 1) :]
        assert [TOO_MUCH in text for text in told] == [False] * MOST + [True]
        assert "+62210000001" in told[-1]
        assert set(place.states("inbox")) == {"done"}
        place.clock.move(WINDOW)


async def test_others_are_not_limited(place: Workplace) -> None:
    """Each person has a pace of their own."""
    await place.hear(*((person, "/kontak") for person in ("ani", "budi", "wati") for _ in range(MOST)))
    await place.work()
    assert [len(place.told(person)) for person in ("ani", "budi", "wati")] == [MOST] * 3


async def test_a_button_pressed_a_hundred_times(place: Workplace) -> None:
    """It is answered as often as any other message, and no press is left waiting."""
    await place.storage.inbox.store_all(presses(100))
    await place.work()
    assert [TOO_MUCH in text for text in place.told("ani")] == [False] * MOST + [True]
    assert place.states("inbox") == ["done"] * 100


async def test_a_group_is_not_filled(place: Workplace) -> None:
    """Who calls the bot again and again in a group is limited like anybody, and told so there once."""
    said = [Incoming(f"g{n}", "text", "/kontak", in_group=True) for n in range(100)]
    group = '{"chat": "-100", "who": "ani"}'
    await place.storage.inbox.store_all(Arrival("telegram", one.id, "{}", "ani", group, one) for one in said)
    await place.work()
    assert [TOO_MUCH in text for text in place.told("ani")] == [False] * MOST + [True]


async def test_all_processes_count_together(place: Workplace) -> None:
    """What one has answered counts for the other."""
    other = place.other("dua")
    for number in range(2 * MOST):
        await place.hear(("ani", "/kontak"))
        worker = (place.worker, other)[number % 2]
        (row,) = await worker.lease_messages()
        await worker.answer(row)
    await place.send()
    assert [TOO_MUCH in text for text in place.told("ani")] == [False] * MOST + [True]


async def test_a_bot_that_was_away_takes_no_day_for_a_flood(place: Workplace) -> None:
    """Messages count by the time at which they came, not by the time at which they are answered."""
    for _ in range(3 * MOST):
        await place.hear(("ani", "/kontak"))
        place.clock.move(30)
    await place.work()
    assert [TOO_MUCH in text for text in place.told("ani")] == [False] * 3 * MOST


async def test_what_comes_after_the_window_is_not_dropped(place: Workplace) -> None:
    """A flood is not looked at any more; what the same person wrote a minute later is."""
    await place.hear(*(("ani", "/kontak") for _ in range(10 * MOST)))
    place.clock.move(WINDOW)
    await place.hear(("ani", "/privasi"))
    await place.work()
    assert ["🔒" in text for text in place.told("ani")[-2:]] == [False, True]


async def test_a_cry_for_help_in_a_flood(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit messages are still read for one, and it is answered as always."""
    monkeypatch.setattr(answering_module, "cries_for_help", lambda incoming, compiled: "koper" in incoming.text)
    await place.hear(*(("ani", "/kontak") for _ in range(MOST + 2)), ("ani", SMALL_OFFER), ("ani", "/kontak"))
    await place.work()
    assert "WASPADA" in place.told("ani")[-1]
    assert len(place.told("ani")) == MOST + 2


async def test_erasing_in_a_flood(place: Workplace) -> None:
    """Beyond the limit one can still have everything erased, and it is done at once."""
    for said in (["/kontak"] * (MOST + 1), ["/hapus_data"], ["1"]):
        await place.hear(*(("ani", text) for text in said))
        await place.work()
    assert [TOO_MUCH in text for text in place.told("ani")] == [False] * MOST + [True, False, False]
    assert (await place.storage.people.load("ani")).is_new


async def test_several_in_one_go_count_as_several(database_url: str) -> None:
    """Forwards that are read as one are counted each."""
    async with workplace(database_url, quiet=1.0, limits=Limits(per_person=MOST)) as place:
        for _ in range(2):
            await place.hear(*(("ani", SMALL_OFFER) for _ in range(MOST)))
            place.clock.move(1.0)
            await place.work()
        assert [TOO_MUCH in text for text in place.told("ani")] == [False, True]


async def test_a_flood_delays_nobody_else(database_url: str) -> None:
    """While one sends 5,000 messages, the worker answers each of the others within a second."""
    async with workplace(database_url, limits=Limits(per_person=30)) as place:
        place.worker = replace(place.worker, answering=replace(place.worker.answering, clock=time.time))
        place.storage.database.clock = time.time
        waits: list[float] = []
        async with place.running():
            flood = asyncio.create_task(_flood(place, 5_000))
            number = 0
            while not flood.done() or await place.storage.inbox.unfinished():
                number += 1
                begun = time.monotonic()
                await place.storage.inbox.store(arrival(f"w{number}", f"w{number}", SMALL_OFFER))
                await place.channel.until_told(f"w{number}")
                waits.append(time.monotonic() - begun)
            await flood
            await until(lambda: len(place.told("ani")) == 31)
        assert len(waits) > 5
        assert max(waits) < 1.0
        assert [text for text in place.told("ani") if "lebih dari 30 pesan" in text] == place.told("ani")[-1:]


async def _flood(place: Workplace, number: int) -> None:
    for start in range(0, number, 100):
        await place.storage.inbox.store_all(arrival(n, "ani", SMALL_OFFER) for n in range(start, start + 100))


async def test_everybody_at_once(database_url: str) -> None:
    """When too much is sent already, new messages wait, their writers hear so once, and all are answered later."""
    async with workplace(database_url, limits=Limits(everyone=4)) as place:
        await place.hear(*((f"p{n}", "/kontak") for n in range(4)))
        await place.work()
        place.clock.move(COUNT_SECONDS)
        await place.hear(("ani", "/kontak"), ("ani", "/privasi"))
        for _ in range(3):
            await place.work()
            place.clock.move(RUSH_PAUSE[1])
        assert [RUSH in text for text in place.told("ani")] == [True]
        assert place.rows("SELECT max(attempts) FROM inbox WHERE state = 'pending'") == [(0,)]
        place.clock.move(WINDOW)
        await place.work()
        assert ["📞" in text or "🔒" in text for text in place.told("ani")[1:]] == [True, True]


async def test_a_cry_for_help_in_a_rush(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered at once."""
    monkeypatch.setattr(answering_module, "cries_for_help", lambda incoming, compiled: "koper" in incoming.text)
    async with workplace(database_url, limits=Limits(everyone=1)) as place:
        await place.hear(("budi", "/kontak"))
        await place.work()
        place.clock.move(COUNT_SECONDS)
        await place.hear(("ani", SMALL_OFFER))
        await place.work()
        assert ["WASPADA" in text for text in place.told("ani")] == [True]


async def test_nobody_waits_for_ever(database_url: str) -> None:
    """In a rush without end a message is answered all the same after five minutes."""
    async with workplace(database_url, limits=Limits(everyone=1)) as place:
        place.channel.next.append(RetryLater(2 * LONGEST_RUSH, "away"))
        await place.hear(("budi", "/kontak"))
        await place.work()
        place.clock.move(COUNT_SECONDS)
        await place.hear(("ani", "/kontak"))
        waited = 0.0
        while len(place.told("ani")) < 2:
            await place.work()
            place.clock.move(RUSH_PAUSE[0])
            waited += RUSH_PAUSE[0]
        assert [RUSH in text for text in place.told("ani")] == [True, False]
        assert LONGEST_RUSH <= waited <= LONGEST_RUSH + RUSH_PAUSE[0] + RUSH_PAUSE[1]
