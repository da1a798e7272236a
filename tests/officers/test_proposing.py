"""Proposing in the chat, on both databases: from a message to a rule that is live, and everything that can go wrong."""

from __future__ import annotations

import asyncio
from multiprocessing import get_context

import pytest
from sqlalchemy import Connection, select

from bot.checking import check
from bot.messages import Incoming
from bot.officers import proposals, revisions
from bot.officers.audit import audit_of
from bot.officers.drafting import with_additions, with_status
from bot.officers.package import Package
from bot.officers.proving import problems_of
from bot.officers.publishing import LEASE, Publishing
from bot.storage import Storage
from bot.storage.tables import revision_texts
from tests.knowledge.minimal import RED_FLAG, minimal_files
from tests.officers.rules_office import Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock, open_sealed

__all__ = ["clock", "file", "storage"]

MESSAGE = (
    "Dibutuhkan pekerja kebun di Negeri Contoh. Kartu SIM wajib disetor ke mandor sebelum berangkat, WA 081234567890."
)
ID = "diminta_menyetor_kartu_sim"
ANSWERS = (
    "/usul", MESSAGE, "Kartu SIM wajib disetor", "Diminta menyetor kartu SIM", "2", "2",
    "Kartu SIM Anda dipakai menipu orang lain.", "Simpan sendiri kartu SIM Anda.", "1",
    "Kartu SIM baru dijual di konter = jualan\nSetor uang kas ke bendahara = uang kas",
)  # fmt: skip


@pytest.fixture
async def office(storage: Storage) -> Office:
    made = Office(storage)
    await made.officer("budi")
    await made.officer("ani", "petugas")
    return made


async def proposed(office: Office, name: str = "budi") -> str:
    """What the officer reads when all questions are answered."""
    told = ""
    for answer in ANSWERS:
        told = await office.say(name, answer)
    return told


async def test_from_a_message_to_a_live_rule(office: Office) -> None:
    """Not found today; after ten answers and one tap it is, and the trail says who did it."""
    assert check(MESSAGE, await office.compiled()).matches == ()
    told = await proposed(office)
    assert "✅ Semua contoh tetap benar." in told
    assert office.buttons("budi") == ["1. Terbitkan", "2. Hitung diam-diam", "3. Simpan draf", "4. Batal",
                                      "5. Tulis bahasa Inggris"]  # fmt: skip
    assert "Terbit sebagai revisi 1" in await office.press("budi", "Terbitkan")
    (match,) = check(MESSAGE, await office.compiled()).matches
    assert (match.rule, match.quote) == (ID, "Kartu SIM wajib disetor")
    kept = await office.storage.database.read(lambda connection: audit_of(connection, "usulan 1"))
    assert [line.action for line in kept] == ["rules.propose"]
    assert "budi" in await office.say("budi", f"/aturan {ID}")


async def test_no_number_of_anybody_gets_into_a_rule(office: Office) -> None:
    """Files of rules are read by many, and are not sealed."""
    await proposed(office)
    await office.press("budi", "Terbitkan")
    texts = await office.storage.database.read(lambda connection: connection.scalars(select(revision_texts.c.text)).all())
    assert texts
    assert all("081234567890" not in text for text in texts)


async def test_a_draft_finds_silently_and_is_activated_with_one_tap(office: Office) -> None:
    await proposed(office)
    assert "Terbit" in await office.press("budi", "Hitung diam-diam")
    assert check(MESSAGE, await office.compiled()).matches == ()
    assert "draf, dihitung diam-diam" in await office.say("budi", f"/aturan {ID}")
    assert "Terbit sebagai revisi 2" in await office.press("budi", "Aktifkan")
    assert check(MESSAGE, await office.compiled()).matches != ()
    assert "Terbit sebagai revisi 3" in await retired(office)
    assert check(MESSAGE, await office.compiled()).matches == ()


async def retired(office: Office) -> str:
    await office.say("budi", f"/aturan {ID}")
    return await office.press("budi", "Pensiunkan")


async def test_the_way_back(office: Office) -> None:
    """Only the newest revision can be taken back, by an editor, and only once by one button."""
    await proposed(office)
    await office.press("budi", "Terbitkan")
    assert "penyunting" in await office.say("ani", "/batalkan")
    assert "Revisi 1" in await office.say("budi", "/batalkan")
    assert "dibatalkan" in await office.press("budi", "Ya, batalkan")
    assert await office.live() == minimal_files()
    assert "tidak ada yang diubah" in await office.say("budi", "1")


async def test_nobody_else_sees_that_these_commands_exist(office: Office) -> None:
    for text in ("/usul", "/usulan", "/aturan", "/batalkan", MESSAGE, "1"):
        assert await office.say("siti", text) == ""


async def test_a_case_that_is_gone_becomes_no_sign(office: Office) -> None:
    """And its button is to others a button of nothing."""
    button = Incoming("tombol", "button", action="usul:case:AAA-BBB-CCC")
    told = await office.handled("budi", button)
    assert told is not None
    assert "sudah tidak ada" in told.replies[0].text
    assert await office.handled("siti", button) is None


async def test_a_proposer_does_not_publish(office: Office) -> None:
    told = await proposed(office, "ani")
    assert "Penyunting yang menerbitkan" in told
    assert not any("Terbitkan" in label for label in office.buttons("ani"))
    await office.press("ani", "Simpan draf")
    assert "ani" in await office.say("budi", "/usulan")
    await office.press("budi", "Buka #1")
    assert "Terbit sebagai revisi 1" in await office.press("budi", "Terbitkan")


async def test_where_a_second_officer_publishes(storage: Storage) -> None:
    office = Office(storage, by_second=True)
    await office.officer("budi")
    await office.officer("cici")
    assert "petugas kedua" in await proposed(office)
    assert not any("Terbitkan" in label for label in office.buttons("budi"))
    refused = await office.handled("budi", Incoming("tombol", "button", action="usulan:publish:1"))  # an old button
    assert refused is not None
    await office.storage.database.write(lambda connection: [deed(connection, 1.0) for deed in refused.deeds])
    assert await office.live() == minimal_files()
    await office.press("budi", "Minta diterbitkan")
    assert "“Diminta menyetor kartu SIM” dari budi" in (await office.told("cici"))[-1]
    told = await office.say("cici", "/usulan 1")
    for words in ("(tanda baru)", "Mencari:", "satu saja waspada", "Harus ketahuan:", "Tidak boleh kena:"):
        assert words in told
    assert "Terbit sebagai revisi 1" in await office.press("cici", "Terbitkan")
    assert "Usulan 1 Anda diterbitkan cici" in (await office.told("budi"))[-1]


async def put(office: Office, path: str, text: str | None) -> None:
    """Somebody else publishes this file meanwhile."""

    def change(connection: Connection) -> None:
        base = revisions.current_number(connection)
        revisions.publish(connection, 1.0, None, base, {path: text}, "lain", "paket")

    await office.storage.database.write(change)


async def test_two_officers_on_one_rule(office: Office) -> None:
    """The second publish is refused with a sentence, and the first one's words stay."""
    await office.officer("cici")
    for name, marks in (("budi", "Kartu SIM"), ("cici", "mandor sebelum")):
        for answer in ("/usul koper_titipan", MESSAGE, marks):
            await office.say(name, answer)
    assert "Terbit" in await office.press("budi", "Terbitkan")
    first = (await office.live())["red_flags/koper_titipan.yaml"]
    assert "dicoba" in (await office.press("cici", "Terbitkan")).lower()
    assert "sudah diubah orang lain" in await office.press("cici", "Terbitkan")
    assert (await office.live())["red_flags/koper_titipan.yaml"] == first


async def test_a_rule_taken_away_meanwhile(office: Office) -> None:
    await proposed(office)
    await office.press("budi", "Terbitkan")
    await office.say("budi", f"/aturan {ID}")
    await put(office, f"red_flags/{ID}.yaml", None)
    assert "sudah tidak ada" in await office.press("budi", "Pensiunkan")
    await office.say("budi", "/usul koper_titipan")
    await office.say("budi", MESSAGE)
    office.answers_with = await office.compiled()
    await put(office, "red_flags/koper_titipan.yaml", None)
    assert "tidak ada yang diubah" in await office.say("budi", "Kartu SIM")


async def test_what_breaks_an_example_cannot_be_published(office: Office) -> None:
    number = await kept(office, RED_FLAG.replace('  - "titip {barang}"\n', ""))
    await office.say("budi", f"/usulan {number}")
    told = await office.press("budi", "Lihat dampak")
    assert "1 contoh tidak lagi benar" in told
    assert not any("Terbitkan" in label for label in office.buttons("budi"))
    refused = await office.handled("budi", Incoming("tombol", "button", action=f"usulan:publish:{number}"))
    assert refused is not None
    await office.storage.database.write(lambda connection: [deed(connection, 1.0) for deed in refused.deeds])
    assert await office.live() == minimal_files()


async def kept(office: Office, text: str) -> int:
    return await office.storage.database.write(
        lambda connection: proposals.propose(
            connection, 1.0, 1, 0, "red_flags/koper_titipan.yaml", RED_FLAG, text, "uji"
        )
    )


async def test_firing_on_ordinary_text_wants_a_written_reason(office: Office) -> None:
    number = await kept(office, with_additions(RED_FLAG, ["lupa payung"]))
    await office.say("budi", f"/usulan {number}")
    assert "lupa payung" in await office.press("budi", "Lihat dampak")
    assert "Kenapa tetap perlu?" in await office.press("budi", "Terbitkan")
    assert await office.live() == minimal_files()
    assert "Terbit sebagai revisi 1" in await office.say("budi", "Payung dipakai sebagai sandi.")
    assert "sandi" in await office.say("budi", "/aturan koper_titipan")


async def test_a_conversation_survives_and_ends(office: Office, clock: MovedClock) -> None:
    """Another process goes on with it; after some hours it is over, and what is written then is an ordinary message."""
    await office.say("budi", "/usul")
    other = Office(office.storage)
    assert "Kata mana" in await other.say("budi", MESSAGE)
    clock.move(7 * 3600)
    assert await other.say("budi", MESSAGE) == ""
    await other.say("budi", "/usul")
    assert "dibatalkan" in await other.say("budi", "/batal")
    assert await other.say("budi", MESSAGE) == ""


async def test_answers_that_do_not_fit_get_a_sentence(office: Office) -> None:
    for answer in ANSWERS[:3]:
        await office.say("budi", answer)
    assert "harus 4 sampai 60" in await office.say("budi", "x" * 61)
    await office.say("budi", "Diminta menyetor kartu SIM")
    assert "Pilih salah satu" in await office.say("budi", "uang")
    await office.say("budi", "1")
    await office.say("budi", "1")
    assert "harus 10 sampai 900" in await office.say("budi", "bahaya")
    await office.say("budi", "Kartu dipakai menipu.")
    assert "satu sampai empat" in await office.say("budi", "a\nb\nc\nd\ne")
    await office.say("budi", "Simpan sendiri.")
    assert "tidak ketahuan" in await office.say("budi", "tidak ada hubungannya")
    await office.say("budi", "1")
    assert "Kenapa pesan-pesan itu" in await office.say("budi", "Kartu SIM baru\nSetor kas")
    assert "✅ Semua contoh" in await office.say("budi", "Itu hal biasa.")


async def test_a_rule_that_examples_name_is_retired_with_one_tap(office: Office) -> None:
    """It is told how many name it; they demand it no more, the knowledge is whole, and it can come back."""
    await office.say("budi", "/aturan koper_titipan")
    told = await office.press("budi", "Pensiunkan")
    assert "📌 1 pesan contoh menyebut tanda ini" in told
    assert "Terbit sebagai revisi 1" in told
    assert problems_of(await office.live()) == []
    await office.say("budi", "/aturan koper_titipan")
    assert "Terbit sebagai revisi 2" in await office.press("budi", "Aktifkan")
    assert await office.live() == minimal_files()


async def test_what_is_proposed_as_retired_is_published_so(office: Office) -> None:
    """Not put in use again by the button for all others."""
    text = with_status(RED_FLAG, "retired")

    def change(connection: Connection) -> None:
        wanted = proposals.Wanted(1)
        proposals.propose(connection, 1.0, 1, 0, "red_flags/koper_titipan.yaml", RED_FLAG, text, "lama", wanted)

    await office.storage.database.write(change)
    assert "✅ Semua contoh tetap benar." in await office.say("budi", "/usulan") + await office.say("budi", "/usulan 1")
    await office.press("budi", "Terbitkan")
    assert (await office.compiled()).knowledge.red_flags["koper_titipan"].status == "retired"


async def test_a_silent_sign_lets_its_examples_be_milder_but_never_graver(office: Office) -> None:
    """A draft as well as a retired one; what no rule is called stays a problem."""
    files = minimal_files()
    path, example = "red_flags/koper_titipan.yaml", files["examples/tawaran.yaml"]
    example = example.replace("pekerja,", "pekerja di Negeri Contoh,")
    for status in ("draft", "retired"):
        silent = files | {path: RED_FLAG.replace("status: active", f"status: {status}"), "examples/tawaran.yaml": example}
        milder = silent | {"examples/tawaran.yaml": example.replace("level: caution", "level: danger")}
        graver = silent | {"examples/tawaran.yaml": example.replace("level: caution", "level: no_signs")}
        assert (problems_of(silent), problems_of(milder)) == ([], [])
        assert "Tingkatnya terbaca caution" in problems_of(graver)[0].message
        unknown = silent | {"examples/tawaran.yaml": example.replace("[koper_titipan]", "[koper_titipan, koper_titip]")}
        assert "tidak ada" in problems_of(unknown)[0].message


async def test_english_by_one_button(office: Office) -> None:
    """What could be better is shown; the sentences are written in one message, tried again and published."""
    told = await proposed(office)
    assert "💡 Boleh menyusul: kalimat bahasa Inggris" in told
    assert "baris pertama judul" in await office.press("budi", "Tulis bahasa Inggris")
    assert "Belum pas" in await office.say("budi", "Told to hand over the SIM card")
    told = await office.say(
        "budi", "Told to hand over the SIM card\nIt is used to cheat others.\nKeep your SIM card.\nAsk why."
    )
    assert "✅ Semua contoh tetap benar." in told
    assert "bahasa Inggris" not in told
    await office.press("budi", "Terbitkan")
    english = (await office.compiled()).knowledge.red_flags[ID].english
    assert english.title == "Told to hand over the SIM card"
    assert (english.explanation, list(english.advice)) == ("It is used to cheat others.", ["Keep your SIM card.", "Ask why."])
    assert "Belum diterjemahkan" not in (await office.live())[f"red_flags/{ID}.yaml"]


async def test_a_trial_that_was_killed_is_taken_up_by_another_process(office: Office, clock: MovedClock) -> None:
    """Not while the one that has it lives; when its lease is over, without anybody writing; told once."""
    other = Publishing(office.storage, office.package, looks=(0.0,))

    def change(connection: Connection) -> None:
        proposals.propose(connection, 1.0, 1, 0, "red_flags/koper_titipan.yaml", RED_FLAG,
                          RED_FLAG.replace("severity: high", "severity: critical"), "", proposals.Wanted(1))  # fmt: skip
        proposals.claim_wanted(connection, clock.now, LEASE)  # and then that process is no more

    await office.storage.database.write(change)
    other.take_up()
    await other.settled()
    assert await office.told("budi") == []
    clock.move(LEASE)
    for publishing in (other, office.publishing):
        publishing.take_up()
        await publishing.settled()
    (told,) = await office.told("budi")
    assert told.startswith("Usulan 1:")


def _try_out(url: str) -> None:
    """One process that tries out what waits, until it is killed."""

    async def run() -> None:
        storage = await open_sealed(url)
        await Publishing(storage, Package.of(minimal_files()), lease=3.0).keep_up(asyncio.Event())

    asyncio.run(run())


async def test_a_killed_process_loses_no_trial(database_url: str) -> None:
    """Killed for real while it tries out; another process, at its next look, tells the officer, once."""
    storage = await open_sealed(database_url)
    try:
        office = Office(storage)
        await office.officer("budi")
        wanted = proposals.Wanted(1, "retired")
        await storage.database.write(
            lambda connection: proposals.propose(connection, 1.0, 1, 0, "red_flags/koper_titipan.yaml", RED_FLAG,
                                                 with_status(RED_FLAG, "retired"), "", wanted)  # fmt: skip
        )
        killed = get_context("spawn").Process(target=_try_out, args=(database_url,))
        killed.start()
        async with asyncio.timeout(30):
            while not (await waiting_until(storage)):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        killed.kill()
        await asyncio.to_thread(killed.join)
        assert await office.told("budi") == []
        other = Publishing(storage, office.package, lease=3.0)
        async with asyncio.timeout(30):
            while not await office.told("budi"):
                other.take_up()
                await asyncio.sleep(0.1)
        await other.settled()
        (told,) = await office.told("budi")
        assert "Terbit sebagai revisi 1" in told
    finally:
        await storage.aclose()


async def waiting_until(storage: Storage) -> float:
    """Until when a process has the proposal; 0: none."""
    one = await storage.database.read(lambda connection: proposals.proposal(connection, 1))
    assert one is not None
    assert one.wanted is not None, "tried out before it could be killed"
    return one.wanted.until


async def test_a_trial_that_breaks_is_told_once_and_not_begun_again(
    office: Office, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    wanted = proposals.Wanted(1)
    await office.storage.database.write(
        lambda connection: proposals.propose(connection, 1.0, 1, 0, "red_flags/x.yaml", None, "rusak", "", wanted)
    )
    for _ in range(3):
        office.publishing.take_up()
        await office.publishing.settled()
        clock.move(LEASE)
    (told,) = await office.told("budi")
    assert "tidak bisa dihitung" in told


async def test_what_a_revision_changed(office: Office) -> None:
    assert "Belum ada" in await office.say("budi", "/revisi")
    await proposed(office)
    await office.press("budi", "Terbitkan")
    assert "1. " in await office.say("budi", "/revisi")
    assert "+id: diminta_menyetor_kartu_sim" in await office.say("budi", "/revisi 1")
    assert "-id: diminta_menyetor_kartu_sim" in await office.say("budi", "/revisi 1 0")
    assert "Tidak ada revisi 9" in await office.say("budi", "/revisi 9")


async def test_lists(office: Office) -> None:
    assert "aturan aktif" in await office.say("budi", "/aturan")
    assert "koper_titipan" in await office.say("budi", "/aturan koper")
    assert "Tidak ada aturan" in await office.say("budi", "/aturan zzz")
    assert "koper_titipan" in await office.say("budi", "/aturan sepi")
    assert "Belum ada aturan" in await office.say("budi", "/aturan meleset")
    assert "Tidak ada usulan" in await office.say("budi", "/usulan")
