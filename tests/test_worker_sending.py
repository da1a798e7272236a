"""The worker sending: waiting, trying again, giving up, and who is never held up by whom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import worker as worker_module
from bot.channels import Blocked, Refused, RetryLater
from bot.worker import LONGEST_BACKOFF, backoff, backoff_by_age
from tests.running_bot import SMALL_OFFER
from tests.workplace import Workplace, workplace

WORD = "katarahasia"
"""A word that no log may hold."""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as opened:
        yield opened


async def test_who_is_slow_to_reach_holds_up_nobody(place: Workplace) -> None:
    """While one delivery takes its time, other people's go on, as many as there are."""
    gate = asyncio.Event()
    place.channel.next.append(gate)
    await place.hear(("lambat", "/cek"))
    async with place.running():
        await place.channel.until(tries=1)
        await place.hear(*((f"p{number}", "/cek") for number in range(59)))
        await place.channel.until(delivered=59)
        assert place.told("lambat") == []
        gate.set()
        await place.channel.until(delivered=60)


async def test_a_reply_that_cannot_be_sent_harms_only_itself(
    place: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of the program is tried again a limited number of times and then set aside; others go out meanwhile."""
    await place.hear(("ani", "/cek"), ("budi", "/bantuan"))
    await place.answer()
    place.channel.next.append(RuntimeError(WORD))
    await place.send()
    assert len(place.channel.delivered) == 1
    for _ in range(30):
        place.channel.next.append(RuntimeError(WORD))
        place.clock.move(LONGEST_BACKOFF)
        await place.send()
    assert len(place.channel.tried) == 21
    assert place.states() == ["dead", "sent"]
    assert "reply 1 could not be sent: RuntimeError at workplace.py" in caplog.text
    assert WORD not in caplog.text


async def test_a_reply_of_another_version(place: Workplace) -> None:
    """A stored reply that cannot be read stops neither the worker nor anybody else's reply."""
    await place.hear(("ani", "/cek"), ("budi", "/cek"))
    await place.answer()
    place.rows("""UPDATE outbox SET reply = '{"words": 1}' WHERE person = 'ani'""")
    async with place.running():
        await place.channel.until(delivered=1)
    assert place.states() == ["pending", "sent"]


@pytest.mark.parametrize(("asked", "waited"), [(30.0, 30.0), (0.2, 0.5), (0.0, 0.5)])
async def test_the_platform_says_when(place: Workplace, asked: float, waited: float) -> None:
    """Not a moment earlier than asked for, and never at once."""
    await place.hear(("ani", "/cek"))
    place.channel.next.append(RetryLater(asked, "limited"))
    await place.work()
    place.clock.move(waited - 0.01)
    await place.work()
    assert len(place.channel.tried) == 1
    place.clock.move(0.02)
    await place.work()
    assert len(place.channel.delivered) == 1


@pytest.mark.parametrize("asked", [None, 60.0], ids=["away", "limited"])
async def test_a_platform_that_is_away_for_long(place: Workplace, asked: float | None) -> None:
    """A reply waits for a whole day; then it is too old to help and is set aside."""
    await place.hear(("ani", "/cek"))
    await place.answer()
    for _ in range(143):
        place.channel.next.append(RetryLater(asked, "network"))
        await place.send()
        place.clock.move(600.0)
    assert (len(place.channel.tried), place.states()) == (143, ["pending"])
    place.clock.move(600.0)
    place.channel.next.append(RetryLater(asked, "network"))
    await place.send()
    assert place.states() == ["dead"]


@pytest.mark.parametrize(("age", "most"), [(0.0, 1.0), (0.4, 1.0), (7.0, 7.0), (3_600.0, LONGEST_BACKOFF)])
def test_backoff_by_age(age: float, most: float) -> None:
    """As long again as a reply has waited already, spread over the half of it, within a second and a minute."""
    pauses = [backoff_by_age(age) for _ in range(200)]
    assert most / 2 <= min(pauses)
    assert max(pauses) <= most
    assert max(pauses) - min(pauses) > most / 4


async def test_what_is_sent_is_marked_when_the_database_is_back(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is away between sending and marking makes nobody read anything twice."""
    monkeypatch.setattr(worker_module, "backoff", lambda _: 0.01)
    gate = asyncio.Event()
    place.channel.next.append(gate)
    await place.hear(("ani", "/cek"))
    await place.answer()
    (row,) = await place.worker.lease_replies()
    sending = asyncio.create_task(place.worker.send(row))
    await place.channel.until(tries=1)
    with place.connection() as locking:
        locking.execute("BEGIN EXCLUSIVE")
        gate.set()
        await asyncio.wait([sending], timeout=0.3)
        assert not sending.done()
        locking.rollback()
    await asyncio.wait_for(sending, 10)
    assert (len(place.told("ani")), place.states()) == (1, ["sent"])


@pytest.mark.parametrize("attempts", [1, 2, 5, 10, 5_000])
def test_backoff(attempts: int) -> None:
    """Doubles from a second, spread over the half of it, and ends growing."""
    most = min(LONGEST_BACKOFF, 2.0 ** min(attempts - 1, 10))
    pauses = [backoff(attempts) for _ in range(200)]
    assert most / 2 <= min(pauses)
    assert max(pauses) <= most
    assert max(pauses) - min(pauses) > most / 4


async def test_blocked(place: Workplace) -> None:
    """What else waits for the person is erased, and when they write again they are answered again."""
    await place.hear(("ani", SMALL_OFFER), ("ani", "1"))
    await place.answer()
    place.channel.next.append(Blocked())
    await place.send()
    assert (len(place.channel.tried), set(place.states())) == (1, {"dropped"})
    assert (await place.storage.people.load("ani")).blocked
    await place.hear(("ani", "/cek"))
    await place.work()
    assert len(place.told("ani")) == 1
    assert not (await place.storage.people.load("ani")).blocked


async def test_refused(place: Workplace) -> None:
    """What the platform will never take is set aside at once, and the person's next reply goes out."""
    await place.hear(("ani", "/cek"), ("ani", "/bantuan"))
    place.channel.next.append(Refused("too strange"))
    await place.work()
    assert (len(place.channel.tried), place.states()) == (2, ["dead", "sent"])


async def test_a_platform_that_never_answers(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that takes too long has failed and is tried again later."""
    monkeypatch.setattr(worker_module, "SEND_SECONDS", 0.02)
    place.channel.next.append(asyncio.Event())
    await place.hear(("ani", "/cek"))
    await place.work()
    assert (len(place.channel.tried), place.states()) == (1, ["pending"])
    place.clock.move(1.0)
    await place.send()
    assert len(place.told("ani")) == 1
