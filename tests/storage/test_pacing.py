"""The pace of sending: in all, in one chat, while a platform asks to wait; kept by all processes together."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event, select

from bot.messages import Reply
from bot.pace import ChatPace, Pace
from bot.storage import ChannelPace, OutboxRow, Recipient, Storage
from bot.storage.pacing import HORIZON
from bot.storage.tables import outbox, paces
from tests.storage.samples import MovedClock, arrival, open_sealed

OVERALL = Pace(1 / 30)
PRIVATE = Pace(1.0)
GROUP = Pace(4.0, burst=5)


def chat_of(to: Recipient) -> ChatPace:
    """Who is called "keluarga-…" writes in one group, everybody else in private."""
    return ChatPace("group", GROUP) if to.person.startswith("keluarga") else ChatPace(to.person, PRIVATE)


PACED = {"telegram": ChannelPace(OVERALL, chat_of)}


@pytest.fixture
async def two(database_url: str, clock: MovedClock) -> AsyncIterator[list[Storage]]:
    """The storages of two processes on one database."""
    opened = [await open_sealed(database_url, clock) for _ in range(2)]
    yield opened
    for storage in opened:
        await storage.aclose()


async def answer(storage: Storage, person: str, *texts: str) -> None:
    """A message of the person was answered with these texts."""
    number = f"{person}-{texts[0]}"
    await storage.inbox.store(arrival(number, person))
    (row,) = await storage.inbox.lease("reader")
    assert await storage.inbox.finish(row, [Reply(text) for text in texts])


async def lease(storage: Storage, limit: int = 20) -> list[OutboxRow]:
    """What one process may send now or soon."""
    return await storage.outbox.lease("sender", limit, channels=["telegram"], paced=PACED)


async def send_for(
    storages: list[Storage], clock: MovedClock, seconds: float, looks: int = 10
) -> list[tuple[float, str]]:
    """(moment, text) of all that several processes, looking so many times a second, send within that time."""
    sent: list[tuple[float, str]] = []
    for _ in range(round(seconds * looks)):
        for storage in storages:
            for row in await lease(storage):
                assert clock.now <= row.send_at <= clock.now + HORIZON
                sent.append((row.send_at, row.reply.text))
                assert await storage.outbox.mark_sent(row.id)
        clock.move(1 / looks)
    return sorted(sent)


def most_within(sent: list[tuple[float, str]], seconds: float) -> int:
    """The largest number of messages in any span of that many seconds."""
    moments = [moment for moment, _ in sent]
    return max(sum(start <= moment < start + seconds for moment in moments) for start in moments)


async def test_two_processes_keep_one_pace(two: list[Storage], clock: MovedClock) -> None:
    """Never more than thirty in any second between them, hardly fewer, and the oldest first."""
    for number in range(100):
        await answer(two[0], f"p{number}", str(number))
    sent = await send_for(two, clock, 4)
    assert most_within(sent, 1 - 1e-6) <= 30
    assert [text for _, text in sent] == [str(number) for number in range(100)]
    assert sent[-1][0] - sent[0][0] < 3.5


async def test_one_chat_gets_one_message_a_second(two: list[Storage], clock: MovedClock) -> None:
    """Whichever process sends; other people are not kept waiting."""
    await answer(two[0], "siti", "a", "b", "c", "d")
    await answer(two[1], "budi", "x")
    sent = await send_for(two, clock, 5)
    siti = [(moment, text) for moment, text in sent if text != "x"]
    assert [text for _, text in siti] == ["a", "b", "c", "d"]
    assert most_within(siti, 1 - 1e-6) == 1
    assert siti[-1][0] - siti[0][0] < 3.6
    assert next(moment for moment, text in sent if text == "x") - siti[0][0] < 0.1


async def test_a_group_gets_twenty_messages_a_minute(two: list[Storage], clock: MovedClock) -> None:
    """However many of its members are answered; a few at once when it was quiet before."""
    for number in range(30):
        await answer(two[number % 2], f"keluarga-{number}", str(number))
    sent = await send_for(two, clock, 60, looks=2)
    assert 19 <= len(sent) == most_within(sent, 60) <= 20
    assert most_within(sent, 1) == 5
    assert [text for _, text in sent] == [str(number) for number in range(len(sent))]


async def test_waiting_for_the_pace_uses_up_no_try(two: list[Storage], clock: MovedClock) -> None:
    """What was handed out too early is as if it had not been."""
    await answer(two[0], "siti", "a", "b")
    (first,) = await lease(two[0])
    await two[0].outbox.mark_sent(first.id)
    for _ in range(5):
        assert await lease(two[1]) == []
        clock.move(0.1)
    clock.move(1)
    (second,) = await lease(two[1])
    assert (second.reply.text, second.lease.attempts) == ("b", 1)


async def test_the_distance_counts_from_the_arrival(two: list[Storage], clock: MovedClock) -> None:
    """A message that took its time on the way is followed a full second later, not earlier."""
    await answer(two[0], "siti", "a", "b")
    (slow,) = await lease(two[0])
    clock.move(3)
    await two[0].outbox.mark_sent(slow.id, "1", slow)
    clock.move(0.9)
    assert await lease(two[1]) == []
    clock.move(0.2)
    assert len(await lease(two[1])) == 1


async def test_a_chat_that_is_held_waits_and_no_other(two: list[Storage], clock: MovedClock) -> None:
    """The platform asked to wait for one chat: all that is for it waits, in every process."""
    for person in ("keluarga-1", "keluarga-2", "siti"):
        await answer(two[0], person, person)
    (first, *_) = await lease(two[0])
    assert await two[0].outbox.retry_later(first, "limited", 30, counted=False, hold="chat") == "pending"
    await two[0].outbox.release("sender")
    clock.move(1.1)
    assert [row.reply.text for row in await lease(two[1])] == ["siti"]
    clock.move(28.8)
    assert await lease(two[1]) == []
    clock.move(0.2)
    assert [row.reply.text for row in await lease(two[1])] == ["keluarga-1", "keluarga-2"]


@pytest.mark.parametrize("how", ["two chats", "said"])
async def test_a_channel_that_is_held_waits_as_a_whole(two: list[Storage], clock: MovedClock, how: str) -> None:
    """Where the platform says that it means all, or asks two chats to wait at once, nobody sends anything."""
    for person in ("siti", "budi", "wati"):
        await answer(two[0], person, person)
    first, second, _ = await lease(two[0])
    if how == "said":
        await two[0].outbox.retry_later(first, "limited", 5, counted=False, hold="channel")
    else:
        await two[0].outbox.retry_later(first, "limited", 5, counted=False, hold="chat")
        await two[1].outbox.retry_later(second, "limited", 5, counted=False, hold="chat")
    await two[0].outbox.release("sender")
    clock.move(4.4)
    assert await lease(two[1]) == []
    clock.move(0.7)
    assert len(await lease(two[1])) == 3


async def test_holds_one_after_the_other_do_not_hold_the_channel(two: list[Storage], clock: MovedClock) -> None:
    """A chat whose wait is over says nothing about another."""
    await answer(two[0], "siti", "a")
    (row,) = await lease(two[0])
    await two[0].outbox.retry_later(row, "limited", 1, counted=False, hold="chat")
    clock.move(2)
    await answer(two[0], "budi", "b")
    rows = {row.to.person: row for row in await lease(two[0])}
    await two[0].outbox.retry_later(rows["budi"], "limited", 5, counted=False, hold="chat")
    await answer(two[0], "wati", "c")
    clock.move(0.5)
    assert [row.to.person for row in await lease(two[0])] == ["wati"]


async def test_pace_costs_no_commit_of_its_own(storage: Storage) -> None:
    """Leasing, moments and the chats' turns are one transaction; looking in vain writes nothing about pace."""
    for number in range(10):
        await answer(storage, f"p{number}", "a")
    commits: list[object] = []
    event.listen(storage.database.engine, "commit", commits.append)
    assert len(await lease(storage, 10)) == 10
    assert len(commits) == 1


async def test_channels_without_a_pace_are_leased_as_ever(storage: Storage) -> None:
    """A terminal prints as fast as it can, beside a channel with a pace."""
    await answer(storage, "siti", "a")
    change = outbox.update().values(channel="terminal")
    await storage.database.write(lambda connection: connection.execute(change).rowcount)
    await answer(storage, "budi", "b")
    rows = await storage.outbox.lease("sender", channels=["terminal", "telegram"], paced=PACED)
    assert [(row.reply.text, row.send_at > 0) for row in rows] == [("a", False), ("b", True)]


async def test_what_is_over_is_forgotten(storage: Storage, clock: MovedClock) -> None:
    """Some minutes later nothing tells to whom the bot wrote; who must still wait is kept."""
    await answer(storage, "siti", "a")
    await answer(storage, "budi", "b")
    rows = {row.to.person: row for row in await lease(storage)}
    await storage.outbox.mark_sent(rows["siti"].id)
    await storage.outbox.retry_later(rows["budi"], "limited", 600, counted=False, hold="chat")
    await storage.sweep(clock.now + 130)
    found = await storage.database.read(lambda connection: connection.execute(select(paces.c.chat)).scalars().all())
    assert set(found) <= {"", "budi"}
    assert "budi" in found
