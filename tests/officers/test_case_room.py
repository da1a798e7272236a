"""The case desk: officers hear of a case, one of them has it, answers, asks, hands on and closes; nobody sees the other."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from bot.keeping import NewCase
from bot.messages import Reply
from bot.officers.case_acts import Do, take
from bot.officers.case_marks import marks_of
from bot.officers.case_opening import OpenCase
from bot.officers.desk import Remember
from bot.officers.officer import officer_of
from bot.storage import Recipient, Retention
from bot.storage.tables import case_marks, case_words, rule_counts
from tests.officers.case_office import CRY, HOURS, OFFER, PHONE, SECRET, CaseOffice
from tests.storage.samples import open_sealed


async def test_officers_hear_of_a_new_case(office: CaseOffice) -> None:
    """Number, level, quotes and the masked text; buttons for every act."""
    await office.officer("budi")
    number = await office.opened(text=f"{OFFER} NIK saya 6271034455660001")
    (card,) = await office.got("budi")
    for told in (number, "BAHAYA", "paspor dipegang agen", PHONE, "[NIK]", "Kasus baru"):
        assert told in card.text
    assert "6271034455660001" not in card.text
    assert "siti" not in card.text
    assert [button.label for button in card.buttons] == ["Ambil", "Jawab", "Minta keterangan", "Teruskan", "Tutup"]
    assert all(len(button.action.encode("ascii")) <= 64 for button in card.buttons)


async def test_only_officers_of_the_area_hear(office: CaseOffice) -> None:
    """A case with an area goes to theirs and to who has no area; one without to all."""
    await office.officer("budi", areas=["Hanjak Maju"])
    await office.officer("wati", areas=["Bukit Liti"])
    await office.officer("umum")
    number = await office.reports()
    await office.says("siti", "desa hanjak maju")
    await office.says("siti", "lewati")
    assert (await office.case(number)).area == "Hanjak Maju"
    assert [len(await office.got(name)) for name in ("budi", "wati", "umum")] == [1, 0, 1]
    await office.opened("ani")
    assert [len(await office.got(name)) for name in ("budi", "wati", "umum")] == [2, 1, 2]


@pytest.mark.parametrize(("on_duty", "hearing"), [(True, [0, 1]), (False, [1, 1])])
async def test_emergencies_go_to_who_is_on_duty_at_once(office: CaseOffice, on_duty: bool, hearing: list[int]) -> None:
    """Without waiting for an area; to everybody when nobody is on duty."""
    await office.officer("budi")
    await office.officer("jaga", on_duty=on_duty)
    await office.reports(text=CRY)
    assert [len(await office.got(name)) for name in ("budi", "jaga")] == hearing
    assert "sekarang" in (await office.got("jaga"))[-1].text
    assert "sekarang juga" in await office.told("siti")


async def test_an_emergency_offers_officers_first(office: CaseOffice) -> None:
    """Before the countries, and before the contacts."""
    (answered,) = await office.says("siti", CRY)
    assert answered.buttons[0].label == "1. Minta tolong petugas"


async def test_without_officers_nothing_is_promised(office: CaseOffice) -> None:
    """The case is kept; the first officer hears of it from the clock."""
    number = await office.reports()
    assert "Laporan tersimpan" in await office.told("siti")
    assert (await office.rings()).announced == 0
    await office.officer("budi")
    assert (await office.rings()).announced == 1
    assert number in await office.told("budi")


async def test_taking_is_exclusive(office: CaseOffice) -> None:
    """The second hears who has it; the card tells so too."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    cards = {name: await office.got(name) for name in ("budi", "wati")}
    (taken,) = await office.presses("budi", cards["budi"], "Ambil")
    assert "sekarang Anda tangani" in taken.text
    (refused,) = await office.presses("wati", cards["wati"], "Ambil")
    assert "sudah ditangani Budi" in refused.text
    (refused,) = await office.says("wati", f"/jawab {number} halo")
    assert "sudah ditangani Budi" in refused.text
    assert "halo" not in await office.told("siti")
    (shown,) = await office.says("wati", f"/kasus {number.lower()}")
    assert "ditangani Budi" in shown.text


async def test_two_processes_take_one_case(office: CaseOffice, database_url: str) -> None:
    """Ten times at the same moment: exactly one of two officers has it, and the other hears so."""
    other = await open_sealed(database_url, office.clock)
    await office.officer("budi")
    await office.officer("wati")
    try:
        for person in (f"orang{n}" for n in range(5)):
            number = await office.opened(person)
            deeds = []
            for storage, name in ((office.storage, "budi"), (other, "wati")):
                officer = await storage.database.read(partial(officer_of, person=name))
                assert officer is not None
                deed = Do(officer, number, take, office.compiled.knowledge, HOURS)
                deeds.append(storage.database.write(partial(deed, now=office.clock())))
            await asyncio.gather(*deeds)
            told = [await office.told(name) for name in ("budi", "wati")]
            assert sum("sekarang Anda tangani" in text for text in told) == 1
            assert sum("sudah ditangani" in text for text in told) == 1
            assert [action for action, _ in await office.audited(number)].count("case.take") == 1
    finally:
        await other.aclose()


async def test_an_answer_reaches_the_person_without_names(office: CaseOffice) -> None:
    """By button: asked for, then typed; the case is taken by it."""
    await office.officer("budi")
    number = await office.opened()
    (asked,) = await office.presses("budi", await office.got("budi"), "Jawab")
    assert number in asked.text
    (sent,) = await office.says("budi", "Jangan berangkat, PT itu tidak berizin.")
    assert "Terkirim" in sent.text
    answer = (await office.got("siti"))[-1]
    assert f"Petugas menjawab laporan {number}" in answer.text
    assert "tidak berizin" in answer.text
    assert "Budi" not in answer.text
    assert answer.buttons[0].label == "Balas petugas"
    assert (await office.case(number)).claimed_by == 1
    (ordinary,) = await office.says("budi", "selamat pagi semuanya")
    assert "Terkirim" not in ordinary.text


async def test_what_was_asked_for_can_be_dropped(office: CaseOffice) -> None:
    """Typing "batal"; a forward and a command are never sent; after half an hour nothing is."""
    await office.officer("budi")
    await office.opened()
    before = len(await office.got("siti"))
    card = await office.got("budi")
    await office.presses("budi", card, "Jawab")
    assert "tidak ada yang dikirim" in (await office.says("budi", "batal"))[0].text
    await office.presses("budi", card, "Jawab")
    await office.says("budi", OFFER, forwarded="Bang Roni")
    await office.says("budi", "/kasus")
    office.clock.move(1_801)
    await office.says("budi", "Selamat malam semuanya ya")
    assert len(await office.got("siti")) == before


async def test_what_another_room_asked_since_is_never_sent(office: CaseOffice) -> None:
    """An officer who was asked for an answer and then begins a proposal tells the person nothing of that."""
    await office.officer("budi")
    number = await office.opened()
    await office.presses("budi", await office.got("budi"), "Jawab")
    before = len(await office.got("siti"))

    def asked_elsewhere(connection: Connection) -> None:
        officer = officer_of(connection, "budi")
        assert officer is not None
        Remember(officer, "usul", {"step": "message", "ask": True, "at": office.clock()})(connection, office.clock())

    await office.storage.database.write(asked_elsewhere)
    await office.says("budi", "Kartu SIM wajib disetor ke mandor")
    assert len(await office.got("siti")) == before
    await office.says("budi", f"/jawab {number}")
    (sent,) = await office.says("budi", "Jangan berangkat dulu ya.")
    assert "Terkirim" in sent.text, "what was asked last is answered"


async def test_the_person_answers_and_the_bot_keeps_quiet(office: CaseOffice) -> None:
    """It says so once; numbers are masked; /selesai ends it, and what is forwarded is checked all the while."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Sudah bayar berapa?")
    (quiet,) = await office.says("siti", "Sudah 2 juta pak, NIK saya 6271034455660001")
    assert "saya diam" in quiet.text
    heard = await office.told("budi")
    assert "Sudah 2 juta" in heard
    assert "[NIK]" in heard
    assert "siti" not in heard
    assert await office.says("siti", "ya") == []
    assert await office.told("budi") != heard
    (checked,) = await office.says("siti", OFFER, forwarded="Bang Roni")
    assert "BAHAYA" in checked.text
    (ended,) = await office.says("siti", "/selesai")
    assert "kembali mengecek" in ended.text
    before = len(await office.got("budi"))
    assert len(await office.says("siti", "Terima kasih banyak ya")) == 1
    assert len(await office.got("budi")) == before
    await office.presses("siti", await office.got("siti"), "Balas petugas")
    assert "diam" in await office.told("siti")
    assert await office.says("siti", "Satu lagi, pak.") == []
    assert "Satu lagi" in await office.told("budi")


async def test_a_cry_for_help_is_answered_first(office: CaseOffice) -> None:
    """In the middle of a talk: whom to call at once; the officer and who is on duty hear it."""
    await office.officer("budi")
    await office.officer("jaga", on_duty=True)
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Di mana sekarang?")
    got = await office.says("siti", CRY)
    assert any("DARURAT" in reply.text for reply in got)
    for name in ("budi", "jaga"):
        assert "minta tolong" in await office.told(name)
        assert "disekap" in await office.told(name)


async def test_yes_to_another_report_is_not_passed_on(office: CaseOffice) -> None:
    """Who is asked by the bot whether to keep a message answers the bot."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Sudah bayar berapa?")
    await office.says("siti", "/lapor")
    await office.says("siti", OFFER + " Lain lagi.")
    await office.says("siti", "ya")
    assert await office.newest("siti") != number
    assert "ya" not in (await office.told("budi")).split("\n")


async def test_handing_on(office: CaseOffice) -> None:
    """To another officer, who gets the card; the first cannot answer any more."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    (offered,) = await office.says("budi", f"/teruskan {number}")
    (done,) = await office.presses("budi", [offered], "Wati")
    assert "ditangani Wati" in done.text
    assert "Diteruskan Budi" in await office.told("wati")
    assert "sudah ditangani Wati" in (await office.says("budi", f"/jawab {number} halo"))[0].text


async def test_closing(office: CaseOffice) -> None:
    """By button with an outcome, or by command; the person hears it, and nothing can be done after that."""
    await office.officer("budi")
    number = await office.opened()
    choice = await office.presses("budi", await office.got("budi"), "Tutup")
    (closed,) = await office.presses("budi", choice, "Tidak bisa dipastikan")
    assert "ditutup" in closed.text
    assert "tidak bisa dipastikan" in await office.told("siti")
    assert (await office.case(number)).outcome == "unclear"
    for late in (f"/jawab {number} halo", f"/ambil {number}", f"/tutup {number} terbukti", f"/teruskan {number}"):
        (refused,) = await office.says("budi", late)
        assert "sudah ditutup" in refused.text
    (refused,) = await office.presses("siti", await office.got("siti"), "Lewati")
    assert "sudah tercatat" in refused.text
    other = await office.opened("ani")
    await office.says("budi", f"/tutup {other} terbukti")
    assert (await office.case(other)).outcome == "confirmed"
    assert "terbukti berbahaya" in await office.told("ani")


async def test_a_case_given_back_can_be_taken(office: CaseOffice) -> None:
    """/lepas, and somebody else has it."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    await office.says("budi", f"/ambil {number}")
    await office.says("budi", f"/lepas {number}")
    assert "sekarang Anda tangani" in (await office.says("wati", f"/ambil {number}"))[0].text


async def test_everything_is_in_the_audit_trail(office: CaseOffice) -> None:
    """Who did what, in order."""
    await office.officer("budi")
    number = await office.opened()
    for said in (
        f"/kasus {number}",
        f"/ambil {number}",
        f"/tanya {number} apa",
        f"/jawab {number} b",
        f"/tutup {number} terbukti",
    ):
        await office.says("budi", said)
    assert await office.audited(number) == [
        ("case.open", None), ("case.announce", None), ("case.show", 1), ("case.take", 1), ("case.question", 1),
        ("case.answer", 1), ("case.close", 1),
    ]  # fmt: skip


async def test_others_do_not_find_the_commands(office: CaseOffice) -> None:
    """Not a stranger, not an officer who was removed, not even for their own case; nothing changes."""
    await office.officer("budi")
    number = await office.opened()
    unknown = office.wording.say("command.unknown")
    for person in ("siti", "orang"):
        for said in ("/kasus", f"/ambil {number}", f"/jawab {number} halo", "/statistik", "/bantuan_kasus"):
            assert [reply.text for reply in await office.says(person, said)] == [unknown]
    card = await office.got("budi")
    (old,) = await office.presses("orang", card, "Ambil")  # as a forger would
    assert old.text == office.wording.say("button.old")
    await office.remove("budi")
    (old,) = await office.presses("budi", card, "Ambil")
    assert old.text == office.wording.say("button.old")
    assert (await office.case(number)).state == "open"


async def test_a_removed_officer_is_told_nothing_more(office: CaseOffice) -> None:
    """Their case goes to whoever else there is."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Di mana?")
    await office.remove("budi")
    before = len(await office.got("budi"))
    await office.says("siti", "Di Contoh, pak.")
    assert len(await office.got("budi")) == before
    assert "Di Contoh" in await office.told("wati")


async def test_a_button_of_somebody_elses_case(office: CaseOffice) -> None:
    """Who is sent one by another person gets nowhere."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/jawab {number} halo")
    (refused,) = await office.presses("orang", await office.got("siti"), "Balas petugas")
    assert "sudah tidak ada" in refused.text
    assert (await office.case(number)).asks == "reply"


async def test_erasing_takes_everything_along(office: CaseOffice) -> None:
    """What was added and the marks too; the officer who had it hears the number."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Sudah bayar?")
    await office.says("siti", "belum pak, masih pikir pikir")
    told = "\n".join(reply.text for reply in await office.says("siti", "/data_saya"))
    assert "Petugas bertanya: Sudah bayar?" in told
    assert "Anda membalas petugas: belum pak" in told
    await office.presses("siti", await office.says("siti", "/hapus_data"), "Ya, hapus")
    assert f"menghapus kasus {number}" in await office.told("budi")
    found = await office.storage.database.read(lambda connection: connection.execute(select(case_words)).all())
    assert found == []
    assert "sudah tidak ada" in (await office.says("budi", f"/jawab {number} halo"))[0].text


async def test_a_list_of_the_cases(office: CaseOffice) -> None:
    """Emergencies first; closed ones are not in it."""
    await office.officer("budi")
    assert "Tidak ada kasus" in (await office.says("budi", "/kasus"))[0].text
    first, second, cry = await office.opened("ani"), await office.opened("ida"), await office.reports("eka", CRY)
    await office.says("budi", f"/tutup {first} tidak terbukti")
    (listed,) = await office.says("budi", "/kasus")
    assert first not in listed.text
    assert listed.text.index(cry) < listed.text.index(second)
    (shown,) = await office.presses("budi", [listed], second)
    assert "Isi laporan" in shown.text


@pytest.mark.parametrize("said", ["/jawab", "/ambil ABC", "/kasus xyz", "/tutup"])
async def test_a_command_without_a_number(office: CaseOffice, said: str) -> None:
    """Says what is missing."""
    await office.officer("budi")
    assert "Sebut nomor kasusnya" in (await office.says("budi", said))[0].text


async def test_a_very_long_answer_is_not_cut(office: CaseOffice) -> None:
    """It is refused, and nothing is sent."""
    await office.officer("budi")
    number = await office.opened()
    before = len(await office.got("siti"))
    assert "Terlalu panjang" in (await office.says("budi", f"/jawab {number} {'a' * 3_001}"))[0].text
    assert len(await office.got("siti")) == before


async def test_jawab_takes_the_case_before_a_word_is_typed(office: CaseOffice) -> None:
    """So that no two officers write at the same time; the second is refused at once."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    await office.presses("budi", await office.got("budi"), "Jawab")
    (refused,) = await office.presses("wati", await office.got("wati"), "Jawab")
    assert "sudah ditangani Budi" in refused.text
    before = len(await office.got("siti"))
    await office.says("wati", "halo ini wati ya")
    assert len(await office.got("siti")) == before
    assert (await office.case(number)).claimed_by == 1


async def test_a_case_of_a_removed_officer_can_be_taken(office: CaseOffice) -> None:
    """Nobody else could follow it up otherwise."""
    await office.officer("budi")
    await office.officer("wati")
    number = await office.opened()
    await office.says("budi", f"/ambil {number}")
    await office.remove("budi")
    assert "sekarang Anda tangani" in (await office.says("wati", f"/ambil {number}"))[0].text
    assert (await office.case(number)).claimed_by == 2


async def test_outcomes_are_counted_for_the_rules(office: CaseOffice) -> None:
    """Confirmed or not, by rule and day; what cannot be told counts as neither."""
    await office.officer("budi")
    for person, end in (("siti", "terbukti"), ("ani", "terbukti"), ("ida", "tidak terbukti"), ("eka", "tidak pasti")):
        await office.says("budi", f"/tutup {await office.opened(person)} {end}")
    query = select(rule_counts.c.rule, rule_counts.c.hits, rule_counts.c.confirmed, rule_counts.c.rejected)
    found = await office.storage.database.read(lambda connection: connection.execute(query).all())
    assert ("document_retention", 0, 2, 1) in [tuple(row) for row in found]


async def test_words_that_are_commands_stay_commands(office: CaseOffice) -> None:
    """In the middle of a talk; and "laporan saya" shows the list."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Di mana?")
    before = len(await office.got("budi"))
    assert "Cara pakai" in (await office.says("siti", "bantuan"))[0].text
    assert number in (await office.says("siti", "laporan saya"))[0].text
    assert len(await office.got("budi")) == before
    await office.says("siti", "3")
    assert len(await office.got("budi")) == before + 1


async def test_what_was_added_ends_with_the_case(office: CaseOffice) -> None:
    """When its time is over, its words and marks are gone with it."""
    await office.officer("budi")
    number = await office.reports()
    await office.says("siti", "kampung sebelah sungai")
    await office.says("siti", "orangnya sering datang ke pasar")
    assert "kampung sebelah sungai" in await office.told("budi")
    office.clock.move(181 * 86_400)
    await office.storage.sweep(office.clock())
    left = select(func.count()).select_from(case_words).scalar_subquery() + (
        select(func.count()).select_from(case_marks).scalar_subquery()
    )
    assert await office.storage.database.read(lambda connection: connection.execute(select(left)).scalar_one()) == 0
    assert "sudah tidak ada" in (await office.says("budi", f"/kasus {number}"))[0].text


async def test_in_english(office: CaseOffice) -> None:
    """Who agreed in English is written to in English; the officer reads Indonesian all the same."""
    await office.officer("budi")
    await office.says("siti", "/language en")
    await office.says("siti", "/report")
    asked = await office.says("siti", OFFER)
    await office.presses("siti", asked, "I agree")
    number = await office.newest("siti")
    assert "An officer answers in this chat by tomorrow at 09.00 WIB" in await office.told("siti")
    await office.says("siti", "skip")
    await office.says("siti", "skip")
    assert "Kasus baru" in await office.told("budi")
    await office.says("budi", f"/jawab {number} halo")
    assert "An officer answers report" in await office.told("siti")
    assert number in (await office.says("siti", "/my_reports"))[0].text


async def test_a_line_that_sounds_dangerous_is_a_line(office: CaseOffice) -> None:
    """It tells of the person's own danger; a whole other offer is checked instead, and the question waits."""
    await office.officer("budi")
    await office.reports()
    await office.says("siti", "lewati")
    long_offer = f"{OFFER} Syarat bawa KTP dan paspor, umur bebas, berangkat minggu depan lewat Batam, makan dan mes ditanggung bos semua."
    (checked,) = await office.says("siti", long_offer)
    assert "BAHAYA" in checked.text
    (sent,) = await office.says("siti", "Paspor saya mau dipegang agennya sampai lunas")
    assert sent.text == office.wording.say("case.sent")
    assert "Paspor saya mau dipegang" in await office.told("budi")


async def test_a_line_that_cries_for_help_alerts_who_is_on_duty(office: CaseOffice) -> None:
    """Whom to call comes at once, whatever the reported message was."""
    await office.officer("budi")
    await office.officer("jaga", areas=["Jauh"], on_duty=True)
    await office.reports()
    await office.says("siti", "lewati")
    assert any("DARURAT" in reply.text for reply in await office.says("siti", CRY))
    assert "minta tolong" in await office.told("jaga")


async def test_an_answer_is_kept_for_who_was_not_seen_for_long(office: CaseOffice) -> None:
    """Nothing but a case is held of them, and the platform is away: the sweep leaves what waits for them."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/jawab {number} jangan berangkat")
    office.clock.move(3_600)
    for _ in range(2):  # the second one finds them unknown
        await office.storage.sweep(office.clock(), Retention(people=60))
    assert "jangan berangkat" in await office.told("siti")
    assert "Kasus baru" in (await office.got("budi"))[0].text


async def test_a_consent_handled_twice_opens_one_case(office: CaseOffice) -> None:
    """After a crash the same is done again: one case, one set of marks, one word to the officers."""
    await office.officer("budi")
    case = NewCase("K7M-42Q-XRT", OFFER, (), "emergency", "emergency", (), False, "id-1")
    sender = Recipient("telegram", "siti", "{}")
    marks = marks_of(case, office.compiled, SECRET)
    deed = OpenCase(case, sender, 86_400.0, marks, office.compiled.knowledge, HOURS, (Reply("tersimpan"),))
    for _ in range(2):
        await office.storage.database.write(partial(deed, now=office.clock()))
    assert len(await office.got("budi")) == 1
    assert [action for action, _ in await office.audited(case.number)] == ["case.open", "case.announce"]
    assert [reply.text.split("\n")[0] for reply in await office.got("siti")] == ["tersimpan", "tersimpan"]
