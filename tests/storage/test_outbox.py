"""Step 6: each reply goes out once, in order, and is erased when the platform has it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, Row, literal_column, select

from bot.messages import Button, Reply
from bot.storage import OutboxRow, Storage, StorageUnavailable
from bot.storage.outbox import read_reply
from bot.storage.tables import outbox
from bot.storage.vault import is_sealed
from tests.storage.samples import MovedClock, arrival
from tests.test_chart import CHART


async def answer(storage: Storage, number: int, person: str, *replies: Reply) -> None:
    """A message came and was answered with these replies."""
    await storage.inbox.store(arrival(number, person))
    (row,) = await storage.inbox.lease("reader")
    assert await storage.inbox.finish(row, replies)


async def lease_one(storage: Storage, owner: str = "sender") -> OutboxRow:
    """The only reply that can be leased now."""
    (row,) = await storage.outbox.lease(owner)
    return row


async def rows_of(storage: Storage) -> list[Row[Any]]:
    """All replies as they are stored."""
    query = select(outbox).order_by(outbox.c.id)
    return await storage.database.read(lambda connection: list(connection.execute(query).all()))


async def test_reply_comes_back_whole(storage: Storage) -> None:
    """Text, buttons and recipient are what the conversation gave."""
    reply = Reply("“paspor 😟 ditahan”", (Button("Rincian", "detail:1"), Button("Kontak", "contacts")), quiet=True)
    await answer(storage, 1, "siti", reply)
    row = await lease_one(storage)
    assert row.reply == reply
    assert (row.to.channel, row.to.person, row.to.address) == ("telegram", "siti", '{"chat": "siti"}')


@pytest.mark.parametrize("text", ["8 kasus", ""])
async def test_a_picture_comes_back_as_it_was_described(storage: Storage, text: str) -> None:
    """With words and without; and it is kept sealed like them."""
    reply = Reply(text, (Button("Lagi", "more"),), picture=CHART)
    await answer(storage, 1, "budi", reply)
    assert (await lease_one(storage)).reply == reply
    query: ColumnElement[str] = literal_column("reply")
    (kept,) = await storage.database.read(
        lambda connection: list(connection.execute(select(query).select_from(outbox)).scalars())
    )
    assert is_sealed(kept)
    assert "Kapuas" not in kept


@pytest.mark.parametrize(
    "change",
    [{}, {"picture": None}, {"picture": {"kind": "pie"}}, {"picture": 7}],
    ids=["before-there-were-any", "none", "newer", "odd"],
)
def test_words_are_read_whatever_the_picture(change: dict[str, Any]) -> None:
    """Replies that were stored before there were pictures, and those of a version that draws what this one cannot."""
    stored = {"text": "8 kasus", "buttons": [{"label": "Lagi", "action": "more"}], "quiet": True} | change
    assert read_reply(json.dumps(stored)) == Reply("8 kasus", (Button("Lagi", "more"),), quiet=True)


def test_a_picture_alone_of_a_newer_version() -> None:
    """Is left to a process that knows it."""
    with pytest.raises(ValueError, match="unknown shape"):
        read_reply(json.dumps({"text": "", "buttons": [], "quiet": True, "picture": {"kind": "pie"}}))


async def test_replies_to_one_person_go_one_after_the_other(storage: Storage) -> None:
    """The next reply leaves only when the platform has the one before; other people do not wait."""
    await answer(storage, 1, "siti", Reply("satu"), Reply("dua"))
    await answer(storage, 2, "budi", Reply("tiga"))
    first, other = await storage.outbox.lease("a")
    assert [first.reply.text, other.reply.text] == ["satu", "tiga"]
    assert await storage.outbox.lease("b") == []
    assert await storage.outbox.mark_sent(first.id, "100")
    assert (await lease_one(storage, "b")).reply.text == "dua"


async def test_sent_reply_is_erased(storage: Storage, clock: MovedClock) -> None:
    """What is on the platform is not kept here; its id there is."""
    await answer(storage, 1, "siti", Reply("rahasia"))
    await storage.outbox.mark_sent((await lease_one(storage)).id, "100")
    (row,) = await rows_of(storage)
    assert (row.state, row.platform_message_id, row.finished_at) == ("sent", "100", clock.now)
    assert (row.reply, row.address, row.person, row.leased_by) == (None, None, "", None)
    assert await storage.outbox.unfinished() == 0


async def test_sent_reply_counts_although_the_lease_ran_out(storage: Storage, clock: MovedClock) -> None:
    """A slow platform does not make us say it again."""
    await answer(storage, 1, "siti", Reply("satu"))
    slow = await lease_one(storage)
    clock.move(61)
    again = await lease_one(storage, "other")
    assert await storage.outbox.mark_sent(slow.id, "100")
    assert not await storage.outbox.mark_sent(again.id, "101")
    assert await storage.outbox.retry_later(again, "timeout", 1) == "lost"
    assert (await rows_of(storage))[0].platform_message_id == "100"


async def test_platform_that_asks_to_wait_is_obeyed(storage: Storage, clock: MovedClock) -> None:
    """The person's line waits the time the platform named, and the wait never makes the reply dead."""
    await answer(storage, 1, "siti", Reply("satu"), Reply("dua"))
    for _ in range(25):
        row = await lease_one(storage)
        assert await storage.outbox.retry_later(row, "429", delay=17, counted=False) == "pending"
        clock.move(16.9)
        assert await storage.outbox.lease("sender") == []
        clock.move(0.1)
    assert (await lease_one(storage)).reply.text == "satu"


async def test_reply_is_dead_after_the_last_try_and_the_next_goes_on(storage: Storage) -> None:
    """A reply that never gets through blocks nobody for ever."""
    await answer(storage, 1, "siti", Reply("satu"), Reply("dua"))
    outcomes = [await storage.outbox.retry_later(await lease_one(storage), "502", delay=0) for _ in range(20)]
    assert outcomes == ["pending"] * 19 + ["dead"]
    assert (await lease_one(storage)).reply.text == "dua"
    assert (await rows_of(storage))[0].error == "502"


@pytest.mark.parametrize("counted", [True, False])
async def test_reply_older_than_a_day_is_not_tried_again(storage: Storage, clock: MovedClock, counted: bool) -> None:
    """Yesterday's answer would confuse more than help."""
    await answer(storage, 1, "siti", Reply("satu"))
    row = await lease_one(storage)
    clock.move(86_400)
    assert await storage.outbox.retry_later(row, "502", delay=1, counted=counted) == "dead"


async def test_old_reply_of_a_stopped_worker_is_not_sent(storage: Storage, clock: MovedClock) -> None:
    """A program that comes back after two days does not resume old conversations."""
    await answer(storage, 1, "siti", Reply("satu"))
    await lease_one(storage)
    clock.move(2 * 86_400)
    assert await storage.outbox.lease("sender") == []
    assert (await rows_of(storage))[0].state == "dead"


async def test_reply_the_platform_refuses_is_given_up_at_once(storage: Storage) -> None:
    """Some refusals are final."""
    await answer(storage, 1, "siti", Reply("satu"), Reply("dua"))
    row = await lease_one(storage)
    assert await storage.outbox.give_up(row, "chat not found") == "dead"
    assert await storage.outbox.give_up(row, "chat not found") == "lost"
    assert (await lease_one(storage)).reply.text == "dua"


async def test_person_who_blocked_the_bot_gets_nothing_more(storage: Storage) -> None:
    """All that waits for them is erased, also what is being sent; others get theirs."""
    await answer(storage, 1, "siti", Reply("satu"), Reply("dua"))
    await answer(storage, 2, "budi", Reply("tiga"))
    in_hand, other = await storage.outbox.lease("a")
    assert await storage.outbox.drop_for("siti") == 2
    assert await storage.outbox.drop_for("siti") == 0
    assert not await storage.outbox.mark_sent(in_hand.id, "100")
    assert await storage.outbox.mark_sent(other.id, "101")
    assert [(row.state, row.reply, row.address) for row in await rows_of(storage)] == [
        ("dropped", None, None), ("dropped", None, None), ("sent", None, None),
    ]  # fmt: skip


async def test_released_replies_are_free_at_once(storage: Storage) -> None:
    """A sender that stops in order makes nobody wait."""
    await answer(storage, 1, "siti", Reply("satu"))
    await storage.outbox.lease("stopping")
    assert await storage.outbox.release("stopping") == 1
    assert (await lease_one(storage, "new")).lease.attempts == 1


async def test_waiting_for_the_platform_uses_up_no_try(storage: Storage, clock: MovedClock) -> None:
    """After a long outage a crash while sending does not set the reply aside; only crashes and faults count."""
    await answer(storage, 1, "siti", Reply("satu"))
    for _ in range(30):
        await storage.outbox.retry_later(await lease_one(storage), "network", 0, counted=False)
        await storage.outbox.lease("stopped in order")
        await storage.outbox.release("stopped in order")
    for kills in range(1, 20):
        while not (rows := await storage.outbox.lease("killed", seconds=20)):
            clock.move(60)
        assert rows[0].lease.attempts == kills
        clock.move(20)
    assert await storage.outbox.unfinished() == 1


async def test_other_channels_are_left_to_others(storage: Storage) -> None:
    """A process that does not run a channel takes none of its replies."""
    await answer(storage, 1, "siti", Reply("satu"))
    assert await storage.outbox.lease("a", channels=["whatsapp"]) == []
    assert [row.to.channel for row in await storage.outbox.lease("b", channels=["telegram"])] == ["telegram"]


async def test_sender_is_woken_by_an_answer(storage: Storage) -> None:
    """A reply does not wait for the next look."""
    waiting = asyncio.create_task(storage.outbox.changed.wait(60))
    await answer(storage, 1, "siti", Reply("satu"))
    await asyncio.wait_for(waiting, 5)


async def test_reply_stored_by_another_version_harms_only_itself(storage: Storage) -> None:
    """A shape this program does not know is a ValueError of that reply, not of the lease."""
    await answer(storage, 1, "siti", Reply("satu"))
    await answer(storage, 2, "budi", Reply("dua"))
    change = outbox.update().where(outbox.c.person == "siti").values(reply='{"words": "satu"}')
    await storage.database.write(lambda connection: connection.execute(change).rowcount)
    unknown, known = await storage.outbox.lease("sender")
    assert known.reply == Reply("dua")
    with pytest.raises(ValueError, match="unknown shape"):
        _ = unknown.reply


async def fail_to_write(storage: Storage) -> None:
    """The disk is full, or whatever else keeps everybody from writing."""

    def change(_: Connection) -> None:
        raise OSError

    with pytest.raises(StorageUnavailable):
        await storage.database.write(change)


async def test_what_was_sent_while_nobody_could_write_is_not_sent_again(storage: Storage, clock: MovedClock) -> None:
    """A lease ran out meanwhile: who holds it is given time to note what they did, and then it is taken back."""
    await answer(storage, 1, "siti", Reply("satu"))
    await answer(storage, 2, "budi", Reply("dua"))
    first, second = await storage.outbox.lease("a", seconds=20)
    for _ in range(4):
        clock.move(6)
        await fail_to_write(storage)
    assert await storage.outbox.lease("b") == []
    assert await storage.outbox.mark_sent(first.id, "100")
    clock.move(11)
    assert [row.id for row in await storage.outbox.lease("b")] == [second.id]


async def test_a_lease_that_ended_before_the_trouble_is_taken_back_at_once(storage: Storage, clock: MovedClock) -> None:
    """Its holder had the time to write."""
    await answer(storage, 1, "siti", Reply("satu"))
    await storage.outbox.lease("a", seconds=20)
    clock.move(21)
    await fail_to_write(storage)
    assert (await lease_one(storage, "b")).reply.text == "satu"
