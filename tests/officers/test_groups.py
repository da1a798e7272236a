"""Officers' groups: made by a pengelola, told of cases, and closed to whoever is no officer."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.channels import Refused
from bot.checking import Compiled
from bot.officers import say_group
from bot.officers.audit import audit_of
from bot.storage import Storage
from bot.storage.tables import officers
from bot.worker import Worker
from tests.officers.case_office import CRY, OFFER, PHONE
from tests.officers.group_office import ANI, BUDI, POSKO, WATI, GroupOffice, member, who
from tests.peers.telegram_account import TelegramGroup
from tests.storage.samples import MovedClock, open_sealed
from tests.storage.stored import rows_as_stored, rows_opened

KAPUAS = TelegramGroup(-1000000000902, "Posko Kapuas")
HOUR = 3_600.0


@pytest.fixture
async def office(storage: Storage, clock: MovedClock, compiled: Compiled) -> GroupOffice:
    return GroupOffice(storage, clock, compiled)


async def trail(office: GroupOffice, number: int = 1) -> list[tuple[int | None, str, object, object]]:
    """(who, what, before, after) of a group."""
    lines = await office.storage.database.read(lambda connection: audit_of(connection, f"group {number}"))
    return [(line.officer, line.action, line.before.get("areas"), line.after.get("areas")) for line in lines]


# Making


async def test_a_pengelola_makes_a_group(office: GroupOffice) -> None:
    """With areas, with others, and no more; each is written down, and the address cannot be read in the tables."""
    await office.made("Barito Utara,  Kapuas")
    (told,) = await office.in_chat(POSKO.id)
    assert "wilayah: Barito Utara, Kapuas" in told.text
    assert "Semua anggota bisa membacanya" in told.text
    stored = [row for row in await rows_as_stored(office.storage) if row.startswith("officer_groups")]
    assert len(stored) == 1
    assert str(POSKO.id) not in stored[0]
    opened = [row for row in await rows_opened(office.storage) if row.startswith("officer_groups")]
    assert str(POSKO.id) in opened[0]
    await office.made()
    (group,) = await office.groups()
    assert (group.areas, group.recipient.person, group.made_by) == ((), who(POSKO.id), 1)
    await office.writes(WATI, "/kelompok_petugas lepas")
    (gone,) = await office.in_chat(POSKO.id)  # what waited for the group before is dropped
    assert gone.text == say_group.ENDED
    assert await office.groups() == ()
    areas = ["Barito Utara", "Kapuas"]
    assert await trail(office) == [
        (1, "group.make", None, areas),
        (1, "group.areas", areas, []),
        (1, "group.end", [], None),
    ]
    assert who(POSKO.id) not in "".join(r for r in await rows_opened(office.storage) if r.startswith("officer_groups"))


async def test_nobody_else_makes_one_or_hears_of_it(office: GroupOffice) -> None:
    """Without the bot's name it is silent; with it, it says what it says to any unknown command."""
    await office.staffed((WATI, "penyunting"), (BUDI, "petugas"))
    (unknown,) = await office.writes(ANI, "/perintahyangtidakada@cekdulu_uji_bot")
    for user in (ANI, BUDI, WATI):
        assert await office.writes(user, "/kelompok_petugas") == []
        (said,) = await office.writes(user, "/kelompok_petugas@cekdulu_uji_bot")
        assert said == unknown
    assert await office.groups() == ()
    kept = await office.storage.people.load(who(BUDI))
    assert not kept.is_new, "who named the bot is known; who was only overheard is not"


async def test_overheard_people_are_not_kept(office: GroupOffice) -> None:
    """A command meant for another bot leaves nothing of who wrote it."""
    await office.made()
    assert await office.writes(ANI, "/kasus") == []
    assert (await office.storage.people.load(who(ANI))).is_new
    assert await office.storage.inbox.unfinished() == 0


async def test_commands_of_officers_in_the_group(office: GroupOffice) -> None:
    """One line to officers, in their group only; nothing to anybody else."""
    await office.made()
    for text in ("/kasus", "/jawab ABC-DEF-GHJ halo", "/petugas", "/usul@cekdulu_uji_bot"):
        (said,) = await office.writes(BUDI, text)
        assert said.text == say_group.GO_PRIVATE
        assert (await office.writes(BUDI, text, KAPUAS) == []) == ("@" not in text)
    assert await office.writes(ANI, "/jawab ABC-DEF-GHJ halo") == []


async def test_too_many_areas(office: GroupOffice) -> None:
    """How to name them is said, and nothing is made."""
    await office.staffed((WATI, "pengelola"))
    for words in (", ".join(f"Desa {n}" for n in range(21)), "x" * 61):
        (said,) = await office.writes(WATI, f"/kelompok_petugas {words}")
        assert said.text == say_group.HOW_TO_NAME_AREAS
    assert await office.groups() == ()


async def test_areas_are_those_that_are_known(office: GroupOffice) -> None:
    """However they are spelled; and areas that only a group has are offered to people."""
    await office.staffed((WATI, "pengelola"), (BUDI, "petugas"), areas=["Hanjak Maju"])
    await office.writes(WATI, "/kelompok_petugas desa hanjak maju, Kapuas")
    (group,) = await office.groups()
    assert group.areas == ("Hanjak Maju", "Kapuas")
    await office.reports()
    labels = [button.label for button in (await office.got("siti"))[-1].buttons]
    assert labels[:2] == ["Hanjak Maju", "Kapuas"]


async def test_a_pengelola_sees_and_ends_groups_in_private(office: GroupOffice) -> None:
    """By number; other officers do not find the command."""
    await office.made("Kapuas")
    (shown,) = await office.says(who(WATI), "/kelompok_petugas")
    assert "1. wilayah: Kapuas" in shown.text
    (unknown,) = await office.says(who(BUDI), "/perintahyangtidakada")
    assert await office.says(who(BUDI), "/kelompok_petugas lepas 1") == [unknown]
    assert "Itu bukan kelompok" in (await office.says(who(WATI), "/kelompok_petugas lepas 7"))[0].text
    assert "nomor 1 dilepas" in (await office.says(who(WATI), "/kelompok_petugas lepas 1"))[0].text
    assert (await office.in_chat(POSKO.id))[-1].text == say_group.ENDED
    assert await office.groups() == ()


# What is posted


async def test_a_case_is_posted_to_the_group_and_to_nobody_else(office: GroupOffice) -> None:
    """As officers see it in private: quotes, masked numbers, like cases; never more."""
    await office.made()
    first = await office.opened(text=f"{OFFER} NIK saya 6271034455660001")
    number = await office.opened("ida", text=OFFER)
    card = (await office.in_chat(POSKO.id))[-1]
    for told in (number, "BAHAYA", "paspor dipegang agen", PHONE, f"Mirip {first}"):
        assert told in card.text
    posted = "".join(reply.text for reply in await office.in_chat(POSKO.id))
    assert "[NIK]" in posted
    assert "6271034455660001" not in posted
    assert [button.label for button in card.buttons] == ["Ambil", "Jawab", "Minta keterangan", "Teruskan", "Tutup"]
    assert await office.got(who(BUDI)) == await office.got(who(WATI)) == []
    (private,) = await office.says(who(BUDI), f"/kasus {number}")
    assert set(card.text.splitlines()) - set(private.text.splitlines()) == {
        "🆕 Kasus baru",
        "Ketuk tombol; lanjutannya di obrolan pribadi dengan saya.",
    }


async def test_groups_with_areas(office: GroupOffice) -> None:
    """Cases of their areas only; what no group covers is told to officers as ever."""
    await office.made("Kapuas", KAPUAS)
    await office.reports()
    await office.says("siti", "Kapuas")
    await office.says("siti", "lewati")
    assert len(await office.in_chat(KAPUAS.id)) == 2
    assert await office.got(who(BUDI)) == []
    await office.opened("ida")  # names no area
    assert len(await office.in_chat(KAPUAS.id)) == 2
    assert len(await office.got(who(BUDI))) == 1
    await office.made("", POSKO)
    await office.opened("ani")
    assert len(await office.in_chat(KAPUAS.id)) == 2
    assert "Kasus baru" in (await office.in_chat(POSKO.id))[-1].text


async def test_an_emergency_is_posted_and_told(office: GroupOffice) -> None:
    """At once and with sound, in the group and to those on duty."""
    await office.made()
    await office.officer("jaga", on_duty=True)
    await office.reports(text=CRY)
    in_group, told = (await office.in_chat(POSKO.id))[-1], (await office.got("jaga"))[-1]
    for reply in (in_group, told):
        assert "Kasus darurat" in reply.text
        assert not reply.quiet
    assert await office.got(who(BUDI)) == []


async def test_reminders_and_escalations(office: GroupOffice) -> None:
    """In the group instead of to everybody; who has the case, and the editors, hear besides; each once."""
    await office.made()
    free, taken = await office.opened(), await office.opened("ida")
    await office.says(who(BUDI), f"/ambil {taken}")
    due = (await office.case(free)).due_at
    assert due is not None
    before = [len(await office.got(who(user))) for user in (BUDI, WATI)]
    office.clock.now = due - HOUR + 1
    assert [(await office.rings()).reminded for _ in range(2)] == [2, 0]
    first, second = (await office.in_chat(POSKO.id))[-2:]
    assert f"{free} belum dijawab" in first.text
    assert first.buttons[0].label == "Ambil"
    assert "Yang menangani: Budi." in second.text
    assert second.buttons == ()
    assert [len(await office.got(who(user))) for user in (BUDI, WATI)] == [before[0] + 1, before[1]]
    office.clock.now = due + 1
    assert (await office.rings()).escalated == 2
    late = [reply.text for reply in await office.in_chat(POSKO.id) if "lewat waktu" in reply.text]
    assert len(late) == 2
    assert len(await office.got(who(WATI))) == before[1] + 2


# Buttons


async def test_a_case_is_taken_in_the_group(office: GroupOffice) -> None:
    """For who pressed; the group reads who has it, and the work goes on in their private chat."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    (told,) = await office.touches(BUDI, card, "Ambil")
    assert (told.text, told.quiet, told.alert) == (f"✋ Laporan {number} diambil Budi.", True, False)
    assert (await office.case(number)).claimed_by == 2
    (shown,) = await office.in_chat(who(BUDI))
    assert "sekarang Anda tangani" in shown.text
    assert [button.label for button in shown.buttons] == ["Jawab", "Minta keterangan", "Teruskan", "Tutup", "Jadikan tanda"]
    (refused,) = await office.touches(WATI, card, "Ambil")
    assert refused.alert
    assert "sudah ditangani Budi" in refused.text
    assert await office.in_chat(who(WATI)) == []
    await office.presses(who(BUDI), [shown], "Jawab")
    (sent,) = await office.says(who(BUDI), "Jangan berangkat dulu.")
    assert "Terkirim" in sent.text
    assert "Jangan berangkat dulu" in await office.told("siti")
    actions = [line for line in await office.audited(number) if line[0] != "case.open"]
    assert actions == [("case.announce", None), ("case.take", 2), ("case.answer", 2)]


async def test_the_follow_up_stands_under_the_card(office: GroupOffice) -> None:
    """As an answer to it, which also ends the waiting of the button; in other groups it stands by itself."""
    await office.made("", POSKO)
    await office.made("", KAPUAS)
    await office.opened()
    await office.touches(BUDI, (await office.in_chat(POSKO.id))[-1], "Ambil")
    under, other = [address for address, reply in await office.waiting() if "diambil Budi" in reply.text]
    assert (under.chat, bool(under.query), bool(under.reply_to)) == (POSKO.id, True, True)
    assert (other.chat, other.query, other.reply_to) == (KAPUAS.id, "", None)


@pytest.mark.parametrize("label", ["Jawab", "Minta keterangan"])
async def test_what_is_begun_in_the_group_goes_on_in_private(office: GroupOffice, label: str) -> None:
    """The case is taken by it; what the officer writes in the group is never sent to the person."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    assert "diambil Budi" in (await office.touches(BUDI, card, label))[0].text
    shown, asked = await office.in_chat(who(BUDI))
    assert number in shown.text
    assert "Tulis" in asked.text
    before = await office.got("siti")
    await office.writes(BUDI, "@cekdulu_uji_bot Jangan berangkat dulu ya.")
    await office.writes(BUDI, "/jawab Jangan berangkat dulu ya.")
    assert await office.got("siti") == before
    await office.says(who(BUDI), "Jangan berangkat dulu ya.")
    assert "Jangan berangkat" in await office.told("siti")


async def test_handing_on_and_closing_begin_in_private(office: GroupOffice) -> None:
    """Nothing of either is said in the group but who has it in the end."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    for label, said in (("Teruskan", "ke siapa?"), ("Tutup", "Bagaimana akhirnya")):
        (seen,) = await office.touches(BUDI, card, label)
        assert (seen.text, seen.alert) == (say_group.IN_PRIVATE, True)
        assert said in (await office.in_chat(who(BUDI)))[-1].text
    await office.says(who(BUDI), f"/teruskan {number}")
    await office.presses(who(BUDI), await office.got(who(BUDI)), "Wati")
    assert (await office.in_chat(POSKO.id))[-1].text == f"↪️ Laporan {number} sekarang ditangani Wati."
    await office.says(who(WATI), f"/lepas {number}")
    again = (await office.in_chat(POSKO.id))[-1]
    assert "dilepas Wati" in again.text
    assert "diambil Budi" in (await office.touches(BUDI, again, "Ambil"))[0].text


async def test_who_is_no_officer_presses(office: GroupOffice) -> None:
    """A stranger, and who was removed since: an alert that shows nothing, and nothing is changed."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    await office.remove(who(BUDI))
    for user in (ANI, BUDI):
        for label in ("Ambil", "Jawab", "Teruskan", "Tutup"):
            (seen,) = await office.touches(user, card, label)
            assert (seen.text, seen.alert, seen.buttons) == ("Tombol ini untuk petugas.", True, ())
        assert await office.in_chat(who(user)) == []
    case = await office.case(number)
    assert (case.state, case.claimed_by) == ("open", None)
    assert [action for action, _ in await office.audited(number)] == ["case.open", "case.announce"]


async def test_removed_between_press_and_deed(office: GroupOffice) -> None:
    """Who was an officer when the button was read, and is none when it is done."""
    await office.made()
    number = await office.opened()
    await office.store(office.pressing(BUDI, (await office.in_chat(POSKO.id))[-1], "Ambil"))
    (row,) = await office.storage.inbox.lease("meja")
    desk = office.app.desk()
    standing = await desk.standing(row.sender.person, office.clock())
    handled = await desk.handle(row.incoming, row.sender, office.compiled, office.clock(), standing)
    assert handled is not None
    await office.remove(who(BUDI))
    assert await office.storage.inbox.finish(row, handled.replies, also=handled.deeds)
    assert (await office.in_chat(POSKO.id))[-1].text == "Tombol ini untuk petugas."
    assert (await office.case(number)).claimed_by is None


async def test_an_officer_who_stopped_the_bot(office: GroupOffice) -> None:
    """Nothing is claimed for somebody who could not work on it; they are told what to do, and then it goes."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    await office.says(who(BUDI), "/petugas")
    await office.storage.people.set_blocked(who(BUDI), True)
    for _ in range(2):
        (seen,) = await office.touches(BUDI, card, "Ambil")
        assert (seen.text, seen.alert) == (say_group.UNBLOCK, True)
    assert (await office.case(number)).claimed_by is None
    await office.happens(office.peer.unblock(BUDI))
    await office.touches(BUDI, card, "Ambil")
    assert (await office.case(number)).claimed_by == 2


async def test_two_processes_take_one_case(office: GroupOffice, database_url: str) -> None:
    """Five times at the same moment: one of two has it, the group reads that once, the other is told who."""
    other = await open_sealed(database_url, office.clock)
    try:
        await office.made()
        second = office.process(other)
        for person in (f"orang{n}" for n in range(5)):
            number = await office.opened(person)
            card = next(one for one in reversed(await office.in_chat(POSKO.id)) if number in one.text)
            before = len(await office.in_chat(POSKO.id))
            for user in (BUDI, WATI):
                await office.store(office.pressing(user, card, "Ambil"))
            (first_row,) = await office.storage.inbox.lease("satu", limit=1)
            (second_row,) = await other.inbox.lease("dua", limit=1)
            await asyncio.gather(office.answering.answer(first_row), second.answer(second_row))
            told, refused = sorted((await office.in_chat(POSKO.id))[before:], key=lambda reply: reply.alert)
            assert f"Laporan {number} diambil" in told.text
            assert (refused.alert, "sudah ditangani" in refused.text) == (True, True)
            assert [action for action, _ in await office.audited(number)].count("case.take") == 1
    finally:
        await other.aclose()


async def test_closed_and_erased_cases(office: GroupOffice) -> None:
    """An old card says how it stands, to officers only."""
    await office.made()
    number = await office.opened()
    card = (await office.in_chat(POSKO.id))[-1]
    await office.says(who(WATI), f"/tutup {number} terbukti")
    assert "sudah ditutup" in (await office.touches(BUDI, card, "Ambil"))[0].text
    (asked,) = await office.says("siti", "/hapus_data")
    await office.presses("siti", [asked], "hapus semua")
    assert "sudah tidak ada" in (await office.touches(BUDI, card, "Jawab"))[0].text


async def test_erased_while_the_card_waits(office: GroupOffice) -> None:
    """What of the case is queued, for groups and officers, is never sent; also what was set aside."""
    await office.made()
    await office.officer("jaga", on_duty=True)
    kept, number = await office.opened("ida"), await office.reports(text=CRY)
    (asked,) = await office.says("siti", "/hapus_data")
    await office.presses("siti", [asked], "hapus semua")
    for chat in (POSKO.id, "jaga"):
        assert not [reply for reply in await office.in_chat(chat) if number in reply.text]
    assert any(kept in reply.text for reply in await office.in_chat(POSKO.id))
    assert not any("disekap" in row for row in await rows_opened(office.storage))


async def test_erased_when_the_card_was_sent(office: GroupOffice) -> None:
    """The group hears that there is nothing left to do, with the number and nothing else."""
    await office.made()
    number = await office.opened()
    for row in await office.storage.outbox.lease("kirim", 20):
        await office.storage.outbox.mark_sent(row.id)
    for row in await office.storage.outbox.lease("kirim", 20):
        await office.storage.outbox.mark_sent(row.id)
    assert await office.in_chat(POSKO.id) == []
    (asked,) = await office.says("siti", "/hapus_data")
    await office.presses("siti", [asked], "hapus semua")
    (told,) = await office.in_chat(POSKO.id)
    assert told.text == f"🗑️ Pelapor menghapus kasus {number}. Tidak perlu dilanjutkan."


# The group itself


async def test_put_out_of_the_group(office: GroupOffice) -> None:
    """The group is let go, every pengelola is told, and what nobody had taken is told to officers in private."""
    await office.made()
    waiting, taken = await office.opened(), await office.opened("ida")
    await office.says(who(WATI), f"/ambil {taken}")
    promised = (await office.case(waiting)).due_at
    assert await office.happens(office.peer.inject("my_chat_member", member("kicked")))
    assert await office.groups() == ()
    assert await office.in_chat(POSKO.id) == []
    assert "kelompok petugas nomor 1" in (await office.in_chat(who(WATI)))[-1].text
    assert (await trail(office))[-1] == (None, "group.lost", [], None)
    assert [(await office.rings()).announced for _ in range(2)] == [1, 0]
    (card,) = await office.in_chat(who(BUDI))
    assert waiting in card.text
    assert (await office.case(waiting)).due_at == promised
    await office.happens(office.peer.inject("my_chat_member", member("kicked")))
    assert (await trail(office))[-1][1:2] == ("group.lost",)
    assert len(await trail(office)) == 2


async def test_a_post_finds_the_bot_put_out(office: GroupOffice) -> None:
    """Where no word of it came before, the refused post itself has the group let go."""
    await office.made()
    worker = Worker(office.answering, "kirim")
    for row in await worker.lease_replies():
        await worker.send(row)
    number = await office.opened()
    for _ in range(9):
        for row in await worker.lease_replies():
            if row.to.person == who(POSKO.id):
                office.channel.next.append(Refused("not in the group any more", put_out=True))
            await worker.send(row)
        office.clock.move(2)
    assert await office.groups() == ()
    await office.rings()
    waiting = [(address.chat, reply.text) for address, reply in await office.waiting()]
    assert any(chat == who(BUDI) and number in text for chat, text in waiting)  # type: ignore[comparison-overlap]
    assert (await trail(office))[-1][1] == "group.lost"


async def test_an_officer_puts_the_bot_out(office: GroupOffice) -> None:
    """The trail says who did it."""
    await office.made()
    await office.happens(office.peer.inject("my_chat_member", member("left", by=BUDI)))
    assert (await trail(office))[-1][:2] == (2, "group.lost")


async def test_put_out_of_any_other_group(office: GroupOffice) -> None:
    """Nothing is done, and nothing kept of who did it."""
    await office.made()
    assert await office.happens(office.peer.inject("my_chat_member", member("kicked", KAPUAS)))
    assert len(await office.groups()) == 1
    assert not any(who(ANI) in row for row in await rows_opened(office.storage))


async def test_the_group_becomes_a_supergroup(office: GroupOffice) -> None:
    """Its address follows, what waits goes there too, and the second word of it changes nothing."""
    small, large = TelegramGroup(-905, "Posko", "group"), TelegramGroup(-1000000000905, "Posko")
    await office.made("Kapuas", small)
    await office.reports()
    await office.says("siti", "Kapuas")
    await office.says("siti", "lewati")
    message = {"message_id": 9, "date": 1, "from": WATI.as_user(), "chat": small.as_chat()}
    await office.happens(office.peer.inject("message", message | {"migrate_to_chat_id": large.id}))
    back = {"message_id": 1, "date": 1, "from": WATI.as_user() | {"is_bot": True}, "chat": large.as_chat()}
    await office.happens(office.peer.inject("message", back | {"migrate_from_chat_id": small.id}))
    (group,) = await office.groups()
    assert (group.recipient.person, json.loads(group.recipient.address)) == (who(large.id), {"chat": large.id})
    assert await office.in_chat(small.id) == []
    card = (await office.in_chat(large.id))[-1]
    assert "Kasus baru" in card.text
    assert [action for _, action, _, _ in await trail(office)] == ["group.make", "group.move"]
    assert "diambil Budi" in (await office.touches(BUDI, card, "Ambil", large))[0].text


async def test_a_topic_of_a_forum(office: GroupOffice) -> None:
    """Cases are posted where the command was written."""
    await office.staffed((WATI, "pengelola"))
    content = {"text": "/kelompok_petugas", "message_thread_id": 44, "is_topic_message": True}
    await office.happens(office.peer.post(WATI, content, group=POSKO))
    (group,) = await office.groups()
    assert json.loads(group.recipient.address) == {"chat": POSKO.id, "thread": 44}


async def test_what_waits_for_a_group_is_no_farewell(office: GroupOffice) -> None:
    """A group is nobody of whom something is held, and is told in time all the same."""
    await office.made()
    await office.opened()
    office.clock.move(100.0)
    await office.storage.sweep(office.clock())
    assert len(await office.in_chat(POSKO.id)) == 2


async def test_people_in_groups_are_answered_as_ever(office: GroupOffice) -> None:
    """In an officers' group too, whoever forwards an offer and asks."""
    await office.made()
    for group in (POSKO, KAPUAS):
        for user in (ANI, BUDI):
            said = office.peer.say(ANI, OFFER, group=group)
            assert not await office.happens(said)
            before = len(await office.in_chat(group.id))
            await office.happens(office.peer.say(user, "@cekdulu_uji_bot cek", group=group, reply_to=said))
            (answer,) = (await office.in_chat(group.id))[before:]
            assert "BAHAYA" in answer.text
            assert not any("lapor" in button.action for button in answer.buttons)


async def test_interviews_do_not_go_on_in_a_group(office: GroupOffice) -> None:
    """Neither an officer's proposal nor a reporter's answer is continued where others read along."""
    await office.made()
    await office.says(who(BUDI), "/usul")
    asked = await office.storage.database.read(
        lambda connection: connection.execute(
            officers.select().with_only_columns(officers.c.memory).where(officers.c.person == who(BUDI))
        ).scalar_one()
    )
    assert asked
    await office.writes(BUDI, "@cekdulu_uji_bot Kartu SIM wajib disetor ke mandor")
    number = await office.reports(who(ANI))
    await office.writes(ANI, "@cekdulu_uji_bot Kapuas")
    assert (await office.case(number)).asks == "area"
    after = await office.storage.database.read(
        lambda connection: connection.execute(
            officers.select().with_only_columns(officers.c.memory).where(officers.c.person == who(BUDI))
        ).scalar_one()
    )
    assert after == asked
