"""Step 1 and 2: every update is kept once, and one person's messages are handed out in order, one at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from bot.conversation.dialogue import Feedback
from bot.messages import Button, Incoming, Reply
from bot.storage import Arrival, InboxRow, Memory, Storage
from bot.storage.tables import feedback, inbox, outbox
from tests.storage.samples import MovedClock, arrival


async def rows_of(storage: Storage, table: Any = inbox) -> list[Row[Any]]:
    """All rows of a table as they are stored."""
    return await storage.database.read(
        lambda connection: list(connection.execute(select(table).order_by(table.primary_key.columns[0])).all())
    )


async def lease_one(storage: Storage, owner: str = "worker") -> InboxRow:
    """The only message that can be leased now."""
    (row,) = await storage.inbox.lease(owner)
    return row


async def test_repeated_update_is_stored_once(storage: Storage) -> None:
    """The platform may deliver an update any number of times; only the first is new."""
    assert await storage.inbox.store(arrival(1))
    assert not await storage.inbox.store(arrival(1, text="lain"))
    assert await storage.inbox.store_all([arrival(1), arrival(2), arrival(2), arrival(3)]) == 2
    assert await storage.inbox.unfinished() == 3


async def test_same_update_id_on_two_channels_is_two_updates(storage: Storage) -> None:
    """Ids are unique within a channel only."""
    other = Arrival("whatsapp", "1", "{}", person="x", incoming=Incoming("1", "text", "halo"))
    assert await storage.inbox.store_all([arrival(1), other]) == 2


async def test_answered_update_that_comes_again_is_known(storage: Storage) -> None:
    """The tombstone keeps a late repetition from being answered twice."""
    await storage.inbox.store(arrival(1))
    assert await storage.inbox.finish(await lease_one(storage), [Reply("jawaban")])
    assert not await storage.inbox.store(arrival(1))
    assert await storage.inbox.lease("worker") == []


async def test_many_callers_at_once_each_learn_their_own_result(storage: Storage) -> None:
    """Stores that share a commit do not share their answers."""
    numbers = [number % 40 for number in range(120)]
    new = await asyncio.gather(*(storage.inbox.store(arrival(number, person=f"p{number}")) for number in numbers))
    assert sum(new) == 40
    assert [index for index, fresh in enumerate(new) if fresh] == list(range(40))


async def test_caller_who_gives_up_still_has_the_update_stored(storage: Storage) -> None:
    """A closed connection to the platform stops neither this update nor the others of its group."""
    impatient = asyncio.create_task(storage.inbox.store(arrival(1)))
    patient = asyncio.create_task(storage.inbox.store(arrival(2, person="budi")))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient
    assert await storage.inbox.unfinished() == 2


async def test_empty_batch_stores_nothing(storage: Storage) -> None:
    """A poll that brought no updates is no error."""
    assert await storage.inbox.store_all([]) == 0


@pytest.mark.parametrize(
    "text",
    ["😭 kerja 𝕜𝕒𝕞𝕓𝕠𝕛𝕒 🇰🇭", "nol \0 di tengah", "separuh \ud83d", "a" * 1_000_000, "'; DROP TABLE inbox; --", ""],
    ids=["emoji", "nul", "half-character", "1MB", "sql", "empty"],
)
async def test_any_text_comes_back_as_it_was(storage: Storage, text: str) -> None:
    """What the person wrote reaches the reader unchanged, also what no database stores as it is."""
    await storage.inbox.store(Arrival("telegram", "1", text, person="siti", incoming=Incoming("7", "text", text)))
    assert (await lease_one(storage)).incoming == Incoming("7", "text", text)


async def test_every_field_of_a_message_comes_back(storage: Storage) -> None:
    """Nothing of the message is lost on the way through the table."""
    full = Incoming("9", "button", "t", "detail:3", "photo", "Bu Rina", "id", in_group=True)
    await storage.inbox.store(Arrival("telegram", "1", None, person="siti", address='{"chat":5}', incoming=full))
    row = await lease_one(storage)
    assert (row.incoming, row.sender.channel, row.sender.person, row.sender.address) == (
        full, "telegram", "siti", '{"chat":5}',
    )  # fmt: skip
    assert (row.update_id, row.lease.attempts, row.lease.owner) == ("1", 1, "worker")


@pytest.mark.parametrize(
    ("stored", "readable"),
    [
        ('{"id": "1", "kind": "text", "text": "halo", "mood": "sad"}', True),
        ('{"kind": "text"}', False),
        ("[]", False),
        ("{", False),
    ],
    ids=["field-of-a-newer-program", "missing-id", "no-object", "no-json"],
)
async def test_message_stored_by_another_version(storage: Storage, stored: str, readable: bool) -> None:
    """Unknown fields are passed over; what cannot be read harms only its own row."""
    await storage.inbox.store_all([arrival(1), arrival(2, person="budi")])
    change = inbox.update().where(inbox.c.update_id == "1").values(incoming=stored)
    await storage.database.write(lambda connection: connection.execute(change).rowcount)
    first, second = await storage.inbox.lease("worker")
    assert second.incoming.text == "lowongan kerja"
    if readable:
        assert first.incoming == Incoming("1", "text", "halo")
    else:
        with pytest.raises(ValueError, match=r"unknown shape|Expecting"):
            _ = first.incoming


async def test_one_message_per_person_oldest_first(storage: Storage) -> None:
    """Two messages of one person are never in two hands; different people go side by side."""
    await storage.inbox.store_all([arrival(1), arrival(2), arrival(3, "budi"), arrival(4), arrival(5, "wati")])
    assert [row.update_id for row in await storage.inbox.lease("a")] == ["1", "3", "5"]
    assert await storage.inbox.lease("b") == []


async def test_other_channels_are_left_to_others(storage: Storage) -> None:
    """A process that does not run a channel takes none of its messages, however old they are."""
    other = Arrival("whatsapp", "1", "{}", person="rini", incoming=Incoming("1", "text", "halo"))
    await storage.inbox.store_all([other, arrival(2)])
    assert await storage.inbox.lease("a", channels=["terminal"]) == []
    assert await storage.inbox.lease("a", channels=[]) == []
    assert [row.sender.channel for row in await storage.inbox.lease("a", channels=["telegram"])] == ["telegram"]
    assert [row.sender.channel for row in await storage.inbox.lease("b", channels={"terminal", "whatsapp"})] == [
        "whatsapp"
    ]


async def test_limit_takes_the_oldest(storage: Storage) -> None:
    """Nobody is overtaken by somebody who wrote later."""
    await storage.inbox.store_all([arrival(number, f"p{number}") for number in range(5)])
    assert [row.update_id for row in await storage.inbox.lease("a", limit=2)] == ["0", "1"]
    assert [row.update_id for row in await storage.inbox.lease("b", limit=2)] == ["2", "3"]


async def test_next_message_waits_until_the_first_is_finished(storage: Storage) -> None:
    """The second message sees the memory that the first one left."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    first = await lease_one(storage)
    assert await storage.inbox.lease("b") == []
    await storage.inbox.finish(first)
    assert (await lease_one(storage, "b")).update_id == "2"


async def test_message_that_backs_off_holds_its_own_line_only(storage: Storage, clock: MovedClock) -> None:
    """A later message of the same person does not overtake; other people do not wait."""
    await storage.inbox.store_all([arrival(1), arrival(2), arrival(3, "budi")])
    first, other = await storage.inbox.lease("a")
    assert await storage.inbox.retry_later(first, "busy", delay=10) == "pending"
    await storage.inbox.finish(other)
    clock.move(9.9)
    assert await storage.inbox.lease("a") == []
    clock.move(0.1)
    assert (await lease_one(storage)).update_id == "1"


async def test_expired_lease_is_given_to_somebody_else(storage: Storage, clock: MovedClock) -> None:
    """A worker that died holds nothing for ever; if it lives after all, it finds its lease lost."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    (slow,) = await storage.inbox.lease("slow", seconds=30)
    clock.move(29.9)
    assert await storage.inbox.lease("quick") == []
    clock.move(0.1)
    again = await lease_one(storage, "quick")
    assert (again.update_id, again.lease.attempts) == ("1", 2)
    assert not await storage.inbox.finish(slow, [Reply("terlambat")], Memory("late", clock.now + 60))
    assert await storage.inbox.retry_later(slow, "late", delay=1) == "lost"
    assert await rows_of(storage, outbox) == []
    assert (await storage.people.load("siti")).is_new
    assert await storage.inbox.finish(again)


async def test_same_worker_that_leases_again_cannot_finish_with_the_old_lease(
    storage: Storage, clock: MovedClock
) -> None:
    """Two tries of one worker are told apart."""
    await storage.inbox.store(arrival(1))
    old = await lease_one(storage)
    clock.move(60)
    new = await lease_one(storage)
    assert not await storage.inbox.finish(old, [Reply("dua kali")])
    assert await storage.inbox.finish(new, [Reply("sekali")])
    assert len(await rows_of(storage, outbox)) == 1


async def test_finish_writes_replies_memory_and_tombstone_together(storage: Storage, clock: MovedClock) -> None:
    """One transaction holds all that an answered message leaves behind."""
    await storage.inbox.store(arrival(1))
    replies = [Reply("satu", (Button("Rincian", "detail"),)), Reply("dua", quiet=True)]
    assert await storage.inbox.finish(await lease_one(storage), replies, Memory("ingat", clock.now + 60, "id"))
    assert [row.position for row in await rows_of(storage, outbox)] == [0, 1]
    assert (await storage.people.load("siti")).memory == Memory("ingat", clock.now + 60, "id")
    assert await storage.inbox.unfinished() == 0


async def test_answered_message_leaves_only_a_tombstone(storage: Storage, clock: MovedClock) -> None:
    """Channel, update id, state and times stay; text, address and person are gone."""
    await storage.inbox.store(arrival(1, text="paspor saya ditahan"))
    clock.move(2)
    await storage.inbox.finish(await lease_one(storage))
    (row,) = await rows_of(storage)
    kept = {name: value for name, value in row._mapping.items() if value not in (None, "")}
    assert kept == {
        "seq": 1, "channel": "telegram", "update_id": "1", "state": "done", "attempts": 1,
        "available_at": clock.now - 2, "created_at": clock.now - 2, "finished_at": clock.now,
    }  # fmt: skip


async def test_verdict_is_kept_without_the_person(storage: Storage, clock: MovedClock) -> None:
    """What somebody thought of an answer is written with "done", and leads to nobody."""
    await storage.inbox.store(arrival(1))
    row = await lease_one(storage)
    given = Feedback("milder", "offer", "danger", ("document_retention", "fee_upfront"))
    assert await storage.inbox.finish(row, [Reply("Terima kasih")], verdict=given)
    assert not await storage.inbox.finish(row, [Reply("Terima kasih")], verdict=given)
    (kept,) = await rows_of(storage, feedback)
    rules = '["document_retention", "fee_upfront"]'
    assert tuple(kept) == (1, "milder", "offer", "danger", rules, clock.now)


async def test_failing_finish_writes_nothing(storage: Storage, clock: MovedClock) -> None:
    """A reply that cannot be stored leaves message and memory as they were."""
    await storage.inbox.store(arrival(1))
    row = await lease_one(storage)
    broken: Any = Memory(text="ingat", expires_at=object())  # type: ignore[arg-type]
    with pytest.raises(Exception, match="expires_at"):
        await storage.inbox.finish(row, [Reply("jawaban")], broken)
    assert await rows_of(storage, outbox) == []
    assert await storage.inbox.finish(row, [Reply("jawaban")])


async def test_unreadable_update_is_set_aside_and_harms_no_other(storage: Storage, clock: MovedClock) -> None:
    """A poison update becomes a dead letter at once, with its reason and its text for the operator."""
    poison = Arrival("telegram", "2", '{"callback_query": {}}', problem="no chat_instance")
    assert await storage.inbox.store_all([arrival(1), poison, arrival(3, "budi")]) == 3
    assert await storage.inbox.set_aside("telegram", "4", "not json", "not JSON")
    assert not await storage.inbox.set_aside("telegram", "4", "not json", "not JSON")
    assert [row.update_id for row in await storage.inbox.lease("a")] == ["1", "3"]
    letters = await storage.inbox.dead_letters()
    assert [(letter.update_id, letter.error, letter.attempts) for letter in letters] == [
        ("2", "no chat_instance", 0),
        ("4", "not JSON", 0),
    ]
    assert await storage.inbox.dead_letter_raw(letters[0].seq) == '{"callback_query": {}}'
    assert await storage.inbox.dead_letter_raw(99) is None


async def test_message_is_dead_after_the_last_try(storage: Storage, clock: MovedClock) -> None:
    """Five tries, then a dead letter that keeps its text; the next message of the person goes on."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    outcomes = []
    for _ in range(5):
        outcomes.append(await storage.inbox.retry_later(await lease_one(storage), "ValueError in\nassess", delay=1))
        clock.move(1)
    assert outcomes == ["pending"] * 4 + ["dead"]
    (letter,) = await storage.inbox.dead_letters()
    assert (letter.update_id, letter.error, letter.attempts) == ("1", "ValueError in assess", 5)
    assert json.loads(await storage.inbox.dead_letter_raw(letter.seq) or "")["update_id"] == 1
    assert (await lease_one(storage)).update_id == "2"


async def test_dead_letter_apologises_once(storage: Storage, clock: MovedClock) -> None:
    """Nobody is met with silence, and nobody reads the apology twice, however often it is tried again."""
    await storage.inbox.store(arrival(1))
    for _ in range(10):
        row = await lease_one(storage)
        outcome = await storage.inbox.retry_later(row, "broken", 0, apology=[Reply("Maaf, coba kirim lagi.")])
        if outcome == "dead":
            assert await storage.inbox.retry_dead(row.seq)
    await storage.inbox.finish(await lease_one(storage), [Reply("jawaban")])
    assert [json.loads(row.reply)["text"] for row in await rows_of(storage, outbox)] == [
        "Maaf, coba kirim lagi.",
        "jawaban",
    ]


async def test_message_that_kills_its_worker_takes_no_other_with_it(storage: Storage, clock: MovedClock) -> None:
    """Messages leased beside a deadly one are answered; only the deadly one ends as a dead letter."""
    await storage.inbox.store_all([arrival(number, f"p{number}") for number in range(20)])
    for _ in range(400):
        for row in await storage.inbox.lease("worker", seconds=5):
            if row.update_id == "0":
                break  # the process dies here, with the rest of its leases
            await storage.inbox.finish(row)
        clock.move(1)
    (letter,) = await storage.inbox.dead_letters()
    assert (letter.update_id, letter.error) == ("0", "the program stopped in the middle of it")
    assert await storage.inbox.unfinished() == 0


async def test_dead_letter_can_be_tried_again(storage: Storage) -> None:
    """After a repair the operator sends it on, before what the person wrote later."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    for _ in range(5):
        row = await lease_one(storage)
        await storage.inbox.retry_later(row, "broken", delay=0)
    assert await storage.inbox.retry_dead(row.seq)
    assert not await storage.inbox.retry_dead(row.seq)
    again = await lease_one(storage)
    assert (again.update_id, again.lease.attempts) == ("1", 1)


async def test_dead_letter_that_was_never_understood_needs_a_new_reading(storage: Storage) -> None:
    """There is nothing to answer until the channel can read the raw update."""
    await storage.inbox.set_aside("telegram", "1", '{"new": "kind"}', "unknown kind")
    (letter,) = await storage.inbox.dead_letters()
    assert not await storage.inbox.retry_dead(letter.seq)
    assert await storage.inbox.retry_dead(letter.seq, understood=arrival(1, text="terbaca"))
    row = await lease_one(storage)
    assert (row.incoming.text, row.sender.person) == ("terbaca", "siti")


async def test_dead_letter_tried_again_waits_for_the_message_in_hand(storage: Storage) -> None:
    """Also an older message never makes two of one person at once."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    for _ in range(5):
        row = await lease_one(storage)
        await storage.inbox.retry_later(row, "broken", delay=0)
    second = await lease_one(storage)
    await storage.inbox.retry_dead(row.seq)
    assert await storage.inbox.lease("other") == []
    await storage.inbox.finish(second)
    assert (await lease_one(storage)).update_id == "1"


async def test_released_leases_are_free_at_once(storage: Storage) -> None:
    """A worker that stops in order makes nobody wait for its leases to run out."""
    await storage.inbox.store_all([arrival(1), arrival(2, "budi"), arrival(3, "wati")])
    (row, *_) = await storage.inbox.lease("stopping", limit=2)
    await storage.inbox.finish(row)
    await storage.inbox.lease("other", limit=1)
    assert await storage.inbox.release("stopping") == 1
    assert [row.update_id for row in await storage.inbox.lease("new")] == ["2"]


@pytest.mark.parametrize(
    "act",
    [
        lambda storage: storage.inbox.store(arrival(9, "wati")),
        lambda storage: storage.inbox.release("nobody"),
        lambda storage: storage.inbox.retry_dead(1),
    ],
    ids=["store", "release", "retry-dead"],
)
async def test_worker_is_woken(storage: Storage, act: Callable[[Storage], Any]) -> None:
    """A worker that waits learns at once that there may be something to do."""
    waiting = asyncio.create_task(storage.inbox.changed.wait(60))
    await act(storage)
    await asyncio.wait_for(waiting, 5)


async def test_ring_before_waiting_is_not_missed(on_sqlite: Storage) -> None:
    """A message stored between an empty lease and the wait is seen; after that the wait lasts its time."""
    await on_sqlite.inbox.store(arrival(1))
    await on_sqlite.inbox.changed.wait(60)
    quiet = asyncio.create_task(on_sqlite.inbox.changed.wait(60))
    done, _ = await asyncio.wait([quiet], timeout=0.01)
    assert not done
    quiet.cancel()


async def test_wait_ends_without_a_ring(storage: Storage) -> None:
    """Messages stored by another process are found by looking from time to time."""
    await asyncio.wait_for(storage.inbox.changed.wait(0.001), 5)


async def test_many_at_once_are_stored_in_one_go(storage: Storage) -> None:
    """Each learns whether its own update was new, also of two that are the same; answers that wait come behind."""
    seen: list[str] = []

    def noted(connection: Connection) -> None:
        seen.append("change")

    async def stored(number: int) -> bool:
        new = await storage.inbox.store(arrival(number))
        seen.append("stored")
        return new

    first = asyncio.create_task(storage.database.write(lambda connection: None))
    await asyncio.sleep(0)
    changes = [asyncio.create_task(storage.database.write(noted)) for _ in range(30)]
    new = await asyncio.gather(*(stored(number) for number in (1, 2, 2, 3, 1)))
    await asyncio.gather(first, *changes)
    assert sorted(new) == [False, False, True, True, True]
    assert seen.index("stored") < 30, "nobody waits for all answers before"
    assert not await storage.inbox.store(arrival(3))
