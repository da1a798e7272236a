"""Own data: a person sees all that is held on them, and erases it, whatever else happens at that moment."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from functools import partial

import pytest

from bot.conversation.dialogue import Feedback
from bot.keeping import HeldCase, HeldOfficer, NewCase
from bot.messages import Incoming, Reply
from bot.officers.audit import audit_of
from bot.officers.invitations import Post, accept, invite, new_code
from bot.officers.officer import all_officers
from bot.officers.roster import remove, resign
from bot.storage import Arrival, Memory, Recipient, Retention, Storage, Swept, pacing
from bot.storage.cases import keep_case
from bot.storage.inbox import Deed, InboxRow
from bot.storage.outbox import tell
from bot.storage.own_data import UNSENT_SECONDS, erase_person
from tests.storage.samples import MovedClock, arrival
from tests.storage.stored import rows_opened

DAY = 86_400.0
CASE = NewCase(
    number="K7M-42Q-XRT", text="Kerja di Negeri Contoh, hubungi [HP]", quotes=(("rule", "hubungi [HP]"),),
    kind="offer", level="danger", countries=("KH",), minor=False, consent="id-1a2b3c4d",
)  # fmt: skip


async def lease_one(storage: Storage) -> InboxRow:
    (row,) = await storage.inbox.lease("worker")
    return row


def hand_over(row: InboxRow, days: float = 180, case: NewCase = CASE) -> Deed:
    """The person agrees to a case."""
    return lambda connection, now: keep_case(connection, case, row.sender, now, now + days * DAY)


async def siti_with_everything(storage: Storage, clock: MovedClock) -> None:
    """Siti has a memory, a case, a dead letter, a dead reply, a waiting reply and a waiting message, and Telegram asked to
    wait with messages to her; so has Budi."""
    for number, person in ((10, "siti"), (20, "budi")):
        await storage.inbox.store(Arrival("telegram", f"x{number}", "{", person, problem="not JSON"))
        await storage.inbox.store(arrival(number, person))
        row = await lease_one(storage)
        case = replace(CASE, number=f"case-{person}")
        memory = Memory("kutipan", clock.now + 3600, "id", "desa-7")
        assert await storage.inbox.finish(row, [Reply("satu"), Reply("dua")], memory, also=[hand_over(row, case=case)])
        (reply,) = [reply for reply in await storage.outbox.lease("sender") if reply.to.person == person]
        await storage.outbox.give_up(reply, "refused")
        held = partial(pacing.hold, channel="telegram", chat=person, until=clock.now + 3600, now=clock.now, whole=False)
        await storage.database.write(held)
        await storage.inbox.store(arrival(number + 1, person))
        await storage.inbox.lease("other worker")  # Budi's must not wait behind it


async def test_a_person_sees_everything(storage: Storage, clock: MovedClock) -> None:
    """Each class of what is held is counted or shown; the message that asks is not."""
    await siti_with_everything(storage, clock)
    held = await storage.held("siti")
    assert held.cases == (HeldCase("case-siti", CASE.text, "danger", clock.now, clock.now + 180 * DAY),)
    assert (held.person, held.first_seen, held.language, held.origin) == ("siti", clock.now, "id", "desa-7")
    assert (held.remembers_until, held.waiting, held.set_aside) == (clock.now + 3600, 1, 2)
    clock.move(3600)
    assert (await storage.held("siti")).remembers_until is None


async def test_nothing_is_held_on_a_stranger(storage: Storage) -> None:
    """Somebody who only asks is told that there is nothing."""
    held = await storage.held("siti")
    assert (held.first_seen, held.waiting, held.set_aside, held.cases) == (None, 0, 0, ())


async def test_erasing_leaves_nothing_of_the_person_and_all_of_others(storage: Storage, clock: MovedClock) -> None:
    """The pseudonym is in no row any more, nor in any file; what Budi has is as it was."""
    await siti_with_everything(storage, clock)
    before = await storage.held("budi")
    await storage.database.write(lambda connection: erase_person(connection, "siti", clock.now))
    assert await storage.held("budi") == before
    left = [row for row in await rows_opened(storage) if "siti" in row]
    assert len(left) == 1  # the message being answered is no part of the past
    assert "'leased'" in left[0]


async def test_an_officer_sees_that_they_are_one(storage: Storage, clock: MovedClock) -> None:
    """Also that they were one before."""
    await join(storage, "siti")
    clock.move(DAY)
    await storage.database.write(partial(remove, now=clock.now, number=1, by=None))
    await join(storage, "siti")
    post, started = ("Siti Contoh", "BP3MI", ("Kapuas",)), clock.now - DAY
    assert (await storage.held("siti")).officers == (
        HeldOfficer(1, *post, started, clock.now),
        HeldOfficer(2, *post, clock.now, None),
    )
    assert (await storage.held("budi")).officers == ()


async def test_erasing_makes_no_officer_and_leaves_the_number(storage: Storage, clock: MovedClock) -> None:
    """The trail says what number 2 did; who that was stands nowhere, not even with the key. Budi stays one."""
    await join(storage, "budi")
    await join(storage, "siti")
    words = ("siti", "Siti Contoh", "BP3MI")
    await storage.database.write(partial(resign, now=clock.now, person="siti"))
    await storage.database.write(lambda connection: erase_person(connection, "siti", clock.now))
    rows = await rows_opened(storage)
    assert [row for row in rows if "Budi Contoh" not in row and any(word in row for word in words)] == [
        row
        for row in rows
        if row.startswith("invitations") and row.endswith(" 1)")  # Budi's own
    ]
    assert [one.id for one in await storage.database.read(all_officers)] == [1]
    trail = await storage.database.read(partial(audit_of, subject="2"))
    assert [(line.officer, line.action) for line in trail] == [(2, "officer.join"), (2, "officer.erase")]
    assert (await storage.held("siti")).officers == ()


async def test_officers_who_never_ask_anything_are_told_in_time(storage: Storage, clock: MovedClock) -> None:
    """Nothing else may be held on somebody who only works here; what waits for them is no farewell."""
    await join(storage, "siti")
    to = Recipient("telegram", "siti", "{}")
    await storage.database.write(partial(tell, to=to, replies=[Reply("darurat")], now=clock.now))
    clock.move(UNSENT_SECONDS + 1)
    await storage.sweep(clock.now)
    assert await storage.outbox.unfinished() == 1


async def test_invitations_that_nobody_used_go(storage: Storage, clock: MovedClock) -> None:
    """Some days after their end; that they were made stays in the trail, and so do those that were used."""
    await join(storage, "siti")
    post, later = Post("petugas", "BP3MI"), clock.now + 10
    await storage.database.write(partial(invite, now=later, code=new_code(), post=post, seconds=60, by=None))
    retention = Retention(tombstones=2 * DAY)
    for moment, left in ((later + 60 + 2 * DAY, 2), (later + 61 + 2 * DAY, 1)):
        await storage.sweep(moment, retention)
        assert sum(row.startswith("invitations") for row in await rows_opened(storage)) == left
    assert sum("invitation.make" in row for row in await rows_opened(storage)) == 2


async def join(storage: Storage, person: str) -> None:
    """Somebody becomes an officer."""
    code, now = new_code(), storage.database.clock()
    post = Post("petugas", "BP3MI", ("Kapuas",))
    await storage.database.write(partial(invite, now=now, code=code, post=post, seconds=60, by=None))
    who, name = Recipient("telegram", person, f'{{"chat": "{person}"}}'), f"{person.title()} Contoh"
    await storage.database.write(partial(accept, now=now, code=code, who=who, name=name))


async def test_erased_updates_are_known_again(storage: Storage, clock: MovedClock) -> None:
    """A platform that repeats an old update does not bring the person back."""
    await siti_with_everything(storage, clock)
    await storage.database.write(lambda connection: erase_person(connection, "siti", clock.now))
    assert not await storage.inbox.store(arrival(10, "siti"))
    assert not await storage.inbox.store(Arrival("telegram", "x10", "{", "siti", problem="not JSON"))


async def test_a_worker_that_lost_its_lease_brings_nothing_back(storage: Storage, clock: MovedClock) -> None:
    """One that hung while the person had everything erased cannot write its memory of before."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    slow = (await storage.inbox.lease("slow", seconds=10))[0]
    clock.move(40)
    first = await lease_one(storage)
    assert await storage.inbox.finish(first, [Reply("satu")], Memory("kutipan", clock.now + 60))
    wish = await lease_one(storage)
    assert await storage.inbox.finish(wish, [], also=[lambda c, now: erase_person(c, "siti", now)])
    assert not await storage.inbox.finish(slow, [Reply("lagi")], Memory("kutipan lama", clock.now + 60))
    assert (await storage.held("siti")).first_seen is None


async def test_a_reply_on_its_way_is_over_after_erasing(storage: Storage, clock: MovedClock) -> None:
    """It may arrive, since the platform has it already; nothing of it is kept, whatever becomes of it."""
    await storage.inbox.store_all([arrival(1), arrival(2)])
    row = await lease_one(storage)
    await storage.inbox.finish(row, [Reply("satu")], Memory("kutipan", clock.now + 60))
    (sending,) = await storage.outbox.lease("sender")
    wish = await lease_one(storage)
    await storage.inbox.finish(wish, [], also=[lambda c, now: erase_person(c, "siti", now)])
    assert await storage.outbox.retry_later(sending, "network", 1) == "lost"
    assert not await storage.outbox.mark_sent(sending.id)
    assert await storage.outbox.unfinished() == 0


async def test_a_farewell_that_cannot_be_delivered_is_given_up(storage: Storage, clock: MovedClock) -> None:
    """The last reply needs the address; a minute later it is gone with it. Replies to people who stay wait on."""
    for number, person in ((1, "siti"), (2, "budi")):
        await storage.inbox.store(arrival(number, person))
        row = await lease_one(storage)
        erase: list[Deed] = [lambda c, now: erase_person(c, "siti", now)] if person == "siti" else []
        await storage.inbox.finish(row, [Reply("jawaban")], None if erase else Memory(), also=erase)
    clock.move(UNSENT_SECONDS - 1)
    await storage.sweep(clock.now)
    assert await storage.outbox.unfinished() == 2
    clock.move(1)
    await storage.sweep(clock.now)
    assert await storage.outbox.unfinished() == 1
    assert not any("siti" in row for row in await rows_opened(storage))


async def test_a_stranger_still_hears_the_apology(storage: Storage, clock: MovedClock) -> None:
    """Whose first message failed is no erased person."""
    await storage.inbox.store(arrival(1))
    for _ in range(5):
        row = await lease_one(storage)
        await storage.inbox.retry_later(row, "fault", 0, [Reply("maaf")])
    clock.move(600)
    await storage.sweep(clock.now)
    assert await storage.outbox.unfinished() == 1


async def test_consent_handled_twice_is_one_case(storage: Storage, clock: MovedClock) -> None:
    """After a crash the same consent gives the same number, and no second case."""
    for number in (1, 2):
        await storage.inbox.store(arrival(number))
        row = await lease_one(storage)
        assert await storage.inbox.finish(row, also=[hand_over(row)])
    assert len((await storage.held("siti")).cases) == 1


async def test_two_people_never_share_a_case(storage: Storage) -> None:
    """Should two numbers ever meet, the second consent fails and shows nobody the other's case."""
    for number, person in ((1, "siti"), (2, "budi")):
        await storage.inbox.store(arrival(number, person))
        row = await lease_one(storage)
        if person == "siti":
            await storage.inbox.finish(row, also=[hand_over(row)])
            continue
        with pytest.raises(AssertionError, match="one number"):
            await storage.inbox.finish(row, also=[hand_over(row)])
    assert (await storage.held("budi")).cases == ()


async def test_every_class_has_its_time(storage: Storage, clock: MovedClock) -> None:
    """On a moved clock each class goes when its time is over and not before."""
    retention = Retention(tombstones=2 * DAY, dead_letters=5 * DAY, cases=9 * DAY, people=20 * DAY, feedback=30 * DAY)
    await storage.inbox.store(Arrival("telegram", "x", "{", "siti", problem="not JSON"))
    await storage.inbox.store(arrival(1))
    row = await lease_one(storage)
    verdict = Feedback("worse", "offer", "caution", ("rule",))
    memory = Memory("kutipan", clock.now + 3600)
    await storage.inbox.finish(row, [Reply("satu")], memory, verdict, [hand_over(row, days=9)])
    (reply,) = await storage.outbox.lease("sender")
    await storage.outbox.mark_sent(reply.id)
    sweep = partial(storage.sweep, retention=retention)
    start = clock.now
    expected = {
        3600: Swept(1, 0, 0), 2 * DAY: Swept(0, 0, 0), 2 * DAY + 1: Swept(0, 2, 0), 5 * DAY + 1: Swept(0, 0, 1),
        9 * DAY - 1: Swept(0, 0, 0), 9 * DAY: Swept(0, 0, 0, cases=1), 20 * DAY: Swept(0, 0, 0),
        20 * DAY + 1: Swept(0, 0, 0, people=1), 30 * DAY + 1: Swept(0, 0, 0, feedback=1),
    }  # fmt: skip
    assert {after: await sweep(start + after) for after in expected} == expected


async def test_erasing_in_the_middle_of_a_flood(storage: Storage, clock: MovedClock) -> None:
    """Two workers answer many messages of many people while one has everything erased: of them nothing is left."""
    words = "kata-yang-dicari"
    people = ["siti", *(f"p{number}" for number in range(9))]
    stored = [arrival(f"{round}-{person}", person, words) for round in range(8) for person in people]
    wish = Arrival("telegram", "wish", "{}", "siti", '{"chat": "siti"}', Incoming("w", "text", "hapus"))
    await storage.inbox.store_all([*stored, wish])

    async def work(owner: str) -> None:
        while rows := await storage.inbox.lease(owner, limit=4):
            for row in rows:
                erases = row.incoming.text == "hapus"
                memory = None if erases else Memory(json.dumps(words), clock.now + 60)
                also: list[Deed] = [lambda c, now: erase_person(c, "siti", now)] if erases else []
                await storage.inbox.finish(row, [Reply(words)], memory, also=also)
            await asyncio.sleep(0)

    async def send(owner: str) -> None:
        while await storage.inbox.unfinished() or await storage.outbox.unfinished():
            for reply in await storage.outbox.lease(owner):
                await storage.outbox.mark_sent(reply.id)
            await asyncio.sleep(0)

    await asyncio.gather(work("a"), work("b"), send("c"))
    await storage.sweep(clock.now)
    rows = await rows_opened(storage)
    assert not any("siti" in row.replace("-siti", "") for row in rows)  # update ids of this test name people
    assert sum(row.startswith("people ('p3'") for row in rows) == 1
