"""The worker answering: order, faults that harm only their own message, and stopping."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import answering as answering_module
from bot import worker as worker_module
from bot.answering import LONG_TEXT
from bot.conversation.dialogue import Answer, answer
from bot.messages import Incoming
from bot.storage import Arrival
from bot.worker import ANSWER_LEASE, LONGEST_BACKOFF, SEND_LEASE, SEND_SECONDS
from tests.running_bot import SMALL_OFFER, until
from tests.workplace import Workplace, workplace

WORD = "katarahasia"
"""A word of a message, which no log may hold."""


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with workplace(tmp_path) as opened:
        yield opened


def begins(told: list[str], *words: str) -> bool:
    """Whether there are as many answers as words, each with its own in it."""
    return len(told) == len(words) and all(word in text for word, text in zip(words, told, strict=True))


async def test_each_person_is_answered_in_order(place: Workplace) -> None:
    """Messages of one person one after the other, those of several side by side."""
    await place.hear(*((person, text) for text in ("/bantuan", "/privasi", "/cek") for person in ("ani", "budi")))
    async with place.running():
        await place.channel.until(delivered=6)
    for person in ("ani", "budi"):
        assert begins(place.told(person), "Cara pakai", "🔒", "Teruskan")


async def test_a_long_message_is_answered_like_a_short_one(place: Workplace) -> None:
    """It is checked beside the event loop, with the same result."""
    await place.hear(("ani", SMALL_OFFER), ("budi", f"{SMALL_OFFER} {'Panen baik. ' * LONG_TEXT}"))
    await place.work()
    assert begins(place.told("ani"), "WASPADA")
    assert begins(place.told("budi"), "WASPADA")


async def test_a_message_that_cannot_be_checked_harms_only_itself(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried five times; then its writer hears that there is trouble, once, and their next message is answered."""
    tries: list[str] = []

    def fragile(incoming: Incoming, *rest: object) -> Answer:
        if WORD in incoming.text:
            tries.append(incoming.id)
            raise ValueError(incoming.text)
        return answer(incoming, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(answering_module, "answer", fragile)
    await place.hear(("ani", WORD), ("ani", "/bantuan"), ("budi", "/cek"))
    await place.work()
    assert begins(place.told("budi"), "Teruskan")
    assert place.told("ani") == []
    for _ in range(5):
        place.clock.move(LONGEST_BACKOFF)
        await place.work()
    assert len(tries) == 5
    assert begins(place.told("ani"), "gangguan", "Cara pakai")
    (letter,) = await place.storage.inbox.dead_letters()
    assert letter.error.startswith("ValueError at test_worker.py")
    assert "message 1 could not be answered: ValueError at test_worker.py" in caplog.text
    assert WORD not in caplog.text


async def test_a_memory_of_another_version(place: Workplace) -> None:
    """What cannot be remembered is forgotten; the person is answered, in the language they chose."""
    await place.hear(("ani", "/bahasa en"))
    await place.work()
    place.rows("""UPDATE people SET memory = '{"menu": 5}'""")
    await place.hear(("ani", "/bantuan"))
    await place.work()
    assert "How to use" in place.told("ani")[-1]


async def test_language_and_origin_outlive_the_memory(place: Workplace) -> None:
    """After an hour the quotes are gone and numbers mean nothing; the language chosen stays."""
    for text in ("/start poster-3", "/bahasa en", SMALL_OFFER):
        await place.hear(("ani", text))
        await place.work()
    place.clock.move(3_601)
    await place.storage.sweep(place.clock.now)
    await place.hear(("ani", "1"))
    await place.work()
    assert "nothing to choose yet" in place.told("ani")[-1]
    assert (await place.storage.people.load("ani")).memory.payload == "poster-3"


async def test_blocked_and_unblocked_are_not_answered(place: Workplace) -> None:
    """Such an event changes what is known of the person and nothing else."""
    await place.hear(("ani", "/cek"))
    await place.work()
    for number, event in enumerate(("blocked", "unblocked"), 1):
        incoming = Incoming(f"member-{number}", event)  # type: ignore[arg-type]
        await place.storage.inbox.store(Arrival("telegram", str(number), "{}", "ani", "{}", incoming))
        await place.work()
        assert (await place.storage.people.load("ani")).blocked == (event == "blocked")
    assert (place.states(), place.states("inbox")) == (["sent"], ["done", "done", "done"])


async def test_a_channel_that_is_not_running_here(place: Workplace) -> None:
    """Its messages wait, untouched, for a process that can read and deliver there."""
    await place.storage.inbox.store(Arrival("lain", "1", "{}", "ani", "{}", Incoming("1", "text", "/cek")))
    await place.work()
    assert (place.channel.tried, place.states(), place.states("inbox")) == ([], [], ["pending"])
    assert place.rows("SELECT attempts FROM inbox") == [(0,)]


async def test_a_killed_worker_is_replaced_within_seconds(place: Workplace) -> None:
    """What it had in hand is handed out again as soon as no living worker can still be at it."""
    await place.hear(("ani", "/cek"), ("budi", "/cek"))
    dead, other = place.other("mati"), place.other("dua")
    (message,) = await dead.lease_messages(1)
    await place.answer()
    (reply,) = await dead.lease_replies()
    assert (message.sender.person, reply.to.person) == ("ani", "budi")
    place.clock.move(ANSWER_LEASE)
    assert [row.seq for row in await other.lease_messages()] == [message.seq]
    assert await other.lease_replies() == []
    place.clock.move(SEND_LEASE - ANSWER_LEASE)
    assert [row.id for row in await other.lease_replies()] == [reply.id]
    assert SEND_SECONDS < SEND_LEASE <= 20


async def test_the_stop_gives_back_what_is_in_hand(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that does not end is given up, and the reply is free for the next worker at once."""
    monkeypatch.setattr(worker_module, "FINISH_SECONDS", 0.05)
    place.channel.next.append(asyncio.Event())
    await place.hear(("ani", "/cek"))
    async with place.running():
        await place.channel.until(tries=1)
    assert place.states() == ["pending"]
    await place.send()
    assert begins(place.told("ani"), "Teruskan")


async def test_a_database_that_is_locked_for_a_while(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker says so, goes on trying, and answers once it can."""
    monkeypatch.setattr(worker_module, "IDLE_SECONDS", 0.01)
    caplog.set_level(logging.ERROR)
    await place.hear(("ani", "/cek"))
    with place.connection() as locking:
        locking.execute("BEGIN EXCLUSIVE")
        async with place.running():
            await until(lambda: caplog.text.count("storage: The database is locked") > 2)
            locking.rollback()
            await place.channel.until(delivered=1)
