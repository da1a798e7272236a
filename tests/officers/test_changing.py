"""/ubah on both databases: contacts, words, places, sentences and pathways from the first question to what is live."""

from __future__ import annotations

import pytest
import yaml

from bot.messages import Incoming
from bot.officers import proposals, revisions
from bot.officers.audit import audit_of
from bot.storage import Storage
from tests.knowledge.minimal import CONTACT, PATHWAY, PLACES, WORDS, minimal_files
from tests.officers.rules_office import Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock

__all__ = ["clock", "file", "storage"]

CONTACT_PATH = "contacts/kantor-contoh.yaml"
SOURCE = ("https://kantor.example/baru", "Kantor Contoh: nomor pindah", "1-11-2026")
NOTED = {"words.yaml": WORDS.replace("lists:", "# catatan petugas\nlists:"),
         "places.yaml": PLACES.replace("places:\n", "places:\n  # kota\n"),
         CONTACT_PATH: CONTACT.replace("hours:", "# jamnya dari papan\nhours:"),
         "pathways/kerja_kebun.yaml": PATHWAY.replace("recheck:", "# cek tiap tahun\nrecheck:"),
         "replies/id.yaml": '# ramah\nreplies:\n  salam: "Halo {nama}, cek dulu sebelum berangkat."  # pembuka\n'}  # fmt: skip
"""Minimal files with comments that must stay."""
NOV_25 = 1_795_564_800.0


@pytest.fixture
async def office(storage: Storage, clock: MovedClock) -> Office:
    clock.move(NOV_25 - clock())
    made = Office(storage, minimal_files() | NOTED)
    await made.officer("budi")
    await made.officer("ani", "petugas")
    return made


async def say(office: Office, *answers: str, name: str = "budi") -> str:
    """What is said to the last of these; «Label» presses a button."""
    told = ""
    for answer in answers:
        told = await (office.press(name, answer[1:-1]) if answer.startswith("«") else office.say(name, answer))
    return told


async def publish(office: Office, told: str, path: str) -> str:
    """The file as it is live once the change is published; no line of it was lost but those changed."""
    assert "✅ Semua contoh tetap benar." in told
    assert "Terbit sebagai revisi" in await office.press("budi", "Terbitkan")
    text = (await office.live())[path]
    before = (minimal_files() | NOTED).get(path, "")
    kept = [line for line in before.splitlines() if line.lstrip().startswith("#") or "  #" in line]
    assert all(line.partition("#")[2] in text for line in kept)
    return text


async def unchanged(office: Office) -> None:
    """Nothing is live, and nothing waits."""
    assert await office.live() == minimal_files() | NOTED
    assert await office.storage.database.read(proposals.open_proposals) == ()


async def test_a_new_number_of_a_contact(office: Office) -> None:
    shown = await say(office, "/ubah", "«Kontak resmi»", "contoh")
    assert "Kantor Contoh" in shown
    assert "Telepon 021 000 0001" in shown
    assert "channels" not in shown
    told = await say(office, "«Ganti satu saluran»", "«021 000 0001»", "021-7654321", "«Ya, sudah»", "«Ya, semuanya»", *SOURCE)
    text = await publish(office, told, CONTACT_PATH)
    content = yaml.safe_load(text)
    assert content["channels"][0] == {"type": "phone", "value": "+62217654321", "dialled": "021-7654321", "confidence": "high"}
    assert content["checked_on"].isoformat() == "2026-11-25"
    assert content["evidence"][0] == {"url": SOURCE[0], "said": SOURCE[1], "date": "2026-11-01"}
    assert len(content["evidence"]) == 2
    (line,) = await office.storage.database.read(lambda connection: audit_of(connection, "usulan 1"))
    assert line.action == "rules.propose"
    assert "Revisi 1" in await say(office, "/batalkan")
    assert "dibatalkan" in await say(office, "«Ya, batalkan»")
    assert await office.live() == minimal_files() | NOTED


async def test_hours_another_channel_and_a_check(office: Office) -> None:
    told = await say(office, "/ubah kontak contoh", "«Jam layanan»", "Senin-Jumat 08.00-16.00", "«Hanya yang ini»", *SOURCE)
    content = yaml.safe_load(await publish(office, told, CONTACT_PATH))
    assert content["hours"] == "Senin-Jumat 08.00-16.00"
    assert content["checked_on"].isoformat() == "2026-11-24"
    told = await say(office, "/ubah kontak contoh", "«Tambah saluran»", "«WhatsApp»", "+62 811 8080 141", "pengaduan",
                     "«Belum»", "«Hanya yang ini»", *SOURCE)  # fmt: skip
    assert "keterangan saluran dalam bahasa Inggris" in told
    content = yaml.safe_load(await publish(office, told, CONTACT_PATH))
    assert content["channels"][-1] == {"type": "whatsapp", "value": "+628118080141", "label": "pengaduan", "confidence": "medium"}
    told = await say(office, "/ubah kontak contoh", "«Ganti satu saluran»", "«0199»", "0800 2000", "«Ya, sudah»", "«Hanya yang ini»", *SOURCE)
    await publish(office, told, CONTACT_PATH)
    channels = (await office.compiled()).knowledge.contacts["kantor-contoh"].channels
    assert [(one.value, one.only_in_indonesia) for one in channels[:2]] == [("+62210000001", False), ("08002000", True)]
    told = await say(office, "/ubah kontak contoh", "«Ganti satu saluran»", "«0800 2000»", "+62 21 555 0000", "«Ya, sudah»",
                     "«Hanya yang ini»", *SOURCE)  # fmt: skip
    await publish(office, told, CONTACT_PATH)
    assert not (await office.compiled()).knowledge.contacts["kantor-contoh"].channels[1].only_in_indonesia
    told = await say(office, "/ubah kontak contoh", "«Masih benar»", *SOURCE)
    content = yaml.safe_load(await publish(office, told, CONTACT_PATH))
    assert content["checked_on"].isoformat() == "2026-11-25"


async def test_a_false_number_goes_and_is_banned_in_one_revision(office: Office) -> None:
    told = await say(office, "/ubah kontak contoh", "«Hapus satu saluran»", "«kantor.example»", "«Palsu, larang»",
                     "«Hanya yang ini»", *SOURCE)  # fmt: skip
    assert "contacts/do_not_use.yaml" in told
    content = yaml.safe_load(await publish(office, told, CONTACT_PATH))
    assert [channel["type"] for channel in content["channels"]] == ["phone", "phone"]
    knowledge = (await office.compiled()).knowledge
    assert knowledge.do_not_use[-1].value == "https://kantor.example"
    await say(office, "/batalkan", "«Ya, batalkan»")
    assert await office.live() == minimal_files() | NOTED


async def test_a_new_contact(office: Office) -> None:
    told = await say(
        office, "/ubah kontak", "«Kontak baru»", "Kantor Imigrasi Contoh Dua", "Imigrasi Dua", "«Sama saja»", "negeri contoh",
        "1, 3", "«Telepon»", "110", "«Ya, sudah»", *SOURCE[:2], "«Tidak diketahui»",
    )  # fmt: skip
    assert "Masih kurang: jam layanan; nama dalam bahasa Inggris" in told
    text = await publish(office, told, "contacts/imigrasi-dua.yaml")
    assert yaml.safe_load(text)["evidence"][0]["date"] == "tanpa tanggal"
    contact = (await office.compiled()).knowledge.contacts["imigrasi-dua"]
    assert (contact.area, contact.serves, contact.channels[0].value) == ("QX", ["report", "emergency"], "110")
    told = await say(office, "/ubah kontak imigrasi dua", "«Tidak dipakai lagi»", *SOURCE)
    assert "✅ Semua contoh" in told
    await office.press("budi", "Terbitkan")
    assert "contacts/imigrasi-dua.yaml" not in await office.live()


async def test_a_contact_that_is_shown_somewhere_is_not_taken_away(office: Office) -> None:
    told = await say(office, "/ubah kontak contoh", "«Tidak dipakai lagi»")
    assert "tanda “Diminta membawa koper milik orang lain”" in told
    await unchanged(office)


async def test_numbers_that_cannot_be(office: Office) -> None:
    await say(office, "/ubah kontak contoh", "«Ganti satu saluran»", "«021 000 0001»")
    assert "bukan nomor telepon" in await say(office, "nanti saya cari")
    assert "kurang atau kelebihan" in await say(office, "+62 21 1")
    assert "tidak boleh ditunjukkan" in await say(office, "0812 0000 0099")
    assert "sudah tercatat" in await say(office, "+62 21 000 0001")
    await say(office, "+62217654321", "«Ya, sudah»", "«Hanya yang ini»")
    assert "bukan alamat halaman" in await say(office, "kata teman")
    await say(office, *SOURCE[:2])
    assert "tidak terbaca" in await say(office, "kemarin dulu")
    assert "belum terjadi" in await say(office, "1-1-2027")
    assert "dibatalkan" in (await say(office, "/batal")).lower()
    await unchanged(office)


async def test_a_spelling_in_one_line(office: Office) -> None:
    told = await say(office, "/ubah", "«Kata dan singkatan»", "ndak, Kagak = gak")
    assert "“ndak”, “kagak” = “tidak”" in told
    text = await publish(office, told, "words.yaml")
    assert "tidak: [gak, ora, \"no\", ndak, kagak]" in text or "tidak: [gak, ora, no, ndak, kagak]" in text
    assert "kagak" in (await office.compiled()).knowledge.words.spellings["tidak"]


async def test_a_new_head_and_a_word_of_a_list(office: Office) -> None:
    told = await say(office, "/ubah kata gmn, gmna = bagaimana", "«Ya, tambahkan»")
    await publish(office, told, "words.yaml")
    assert (await office.compiled()).knowledge.words.spellings["bagaimana"] == ["gmn", "gmna"]
    shown = await say(office, "/ubah kata barang")
    assert "Diminta membawa koper milik orang lain" in shown
    text = await publish(office, await say(office, "kardus"), "words.yaml")
    assert "barang: [dus, peti, kardus]" in text


async def test_words_that_cannot_be_added(office: Office) -> None:
    assert "Tidak ada yang cocok" in await say(office, "/ubah kata", "zzzz")
    assert "sudah ada. Dibaca sebagai “tidak”" in await say(office, "gak = tidak")
    assert "tanda baca" in await say(office, "(a|b) = tidak")
    assert "terlalu panjang" in await say(office, f"{'x' * 90} = tidak")
    await unchanged(office)


async def test_a_new_hot_spot(office: Office) -> None:
    told = await say(office, "/ubah tempat", "«Tempat baru»", "taman kk, kk park", "Negeri Contoh", "«Keduanya»", "«Tidak ada halaman»",
                     "Siaran pers KBRI: banyak korban di sini", "11-2026")  # fmt: skip
    text = await publish(office, told, "places.yaml")
    assert "# Sumber: Siaran pers KBRI: banyak korban di sini (11-2026); dicek 2026-11-25" in text
    place = (await office.compiled()).knowledge.places.places[-1]
    assert (place.names, place.country, place.scam_hub, place.crossing) == (["taman kk", "kk park"], "QX", True, True)


async def test_marks_and_spellings_of_places(office: Office) -> None:
    told = await say(office, "/ubah tempat kota contoh", "«Bukan pusat penipuan»", *SOURCE)
    text = await publish(office, told, "places.yaml")
    assert "scam_hub: false" in text
    assert "kantor.example" in text
    told = await say(office, "/ubah tempat kota contoh", "«Tambah ejaan»", "kota cth")
    await publish(office, told, "places.yaml")
    await publish(office, await say(office, "/ubah tempat negeri contoh", "ngeri contoh"), "places.yaml")
    places = (await office.compiled()).knowledge.places
    assert places.places[0].names == ["kota contoh", "kota cth"]
    assert places.countries[1].names == ["negeri contoh", "ngeri contoh"]


async def test_places_that_cannot_be(office: Office) -> None:
    await say(office, "/ubah tempat", "«Tempat baru»")
    assert "sudah tercatat untuk kota contoh" in await say(office, "kota contoh")
    assert "belum ada di daftar" in await say(office, "kota baru", "Atlantis")
    assert "Maksud Anda Negeri Contoh?" in await say(office, "negeri")
    await say(office, "/batal")
    await unchanged(office)


async def test_a_sentence_of_the_bot(office: Office) -> None:
    shown = await say(office, "/ubah kalimat", "Halo Siti, cek dulu sebelum berangkat.")
    assert "Hello {nama}, check before you leave." in shown
    assert "harus tetap ada: {nama}" in shown
    assert "Isian {nama} hilang" in await say(office, "Halo, cek dulu.")
    assert "tidak dikenal" in await say(office, "Halo {nama} {kota}")
    assert "kurung kurawal" in await say(office, "Halo {nama")
    assert "paling banyak 1500" in await say(office, "{nama} " + "x" * 1_500)
    assert "tidak pernah menyatakan aman" in await say(office, "Halo {nama}, tawaran ini aman.")
    assert "tidak boleh ditunjukkan" in await say(office, "Halo {nama}, buka palsu.example")
    told = await say(office, "Halo {nama}.\nCek dulu, ya.", "Hello {nama}.\nCheck first.")
    text = await publish(office, told, "replies/id.yaml")
    assert text == "# ramah\nreplies:\n  salam: |-  # pembuka\n    Halo {nama}.\n    Cek dulu, ya.\n"
    replies = (await office.compiled()).knowledge.replies
    assert replies["id"]["salam"] == "Halo {nama}.\nCek dulu, ya."
    assert replies["en"]["salam"] == "Hello {nama}.\nCheck first."


async def test_a_sentence_in_one_language_only(office: Office) -> None:
    await say(office, "/ubah kalimat salam", "«Indonesia tetap»")
    assert "Dua-duanya tetap" in await say(office, "«Inggris tetap»")
    told = await say(office, "Hi {nama}, check first.")
    await publish(office, told, "replies/en.yaml")
    assert "replies/id.yaml" not in told


async def test_a_fact_of_a_pathway(office: Office) -> None:
    shown = await say(office, "/ubah jalur contoh")
    assert "2: Biaya 100.000 (per 11-2026)." in shown
    assert "per 11-2026" in await say(office, "2", "Biaya 150.000, dibayar majikan.")
    assert "Angkanya berubah" in await say(office, "«Hari ini»", "«Inggris tetap»")
    told = await say(office, "It costs 150,000, paid by the employer.", *SOURCE)
    text = await publish(office, told, "pathways/kerja_kebun.yaml")
    content = yaml.safe_load(text)
    assert content["answer"][1] == "Biaya 150.000, dibayar majikan [per 2026-11-25]."
    assert content["english"]["answer"][1] == "It costs 150,000, paid by the employer [per 2026-11-25]."
    assert content["sources"][-1]["url"] == SOURCE[0]
    assert content["sources"][-1]["checked_on"].isoformat() == "2026-11-25"


async def test_a_new_imitation_of_a_pathway(office: Office) -> None:
    told = await say(office, "/ubah jalur contoh", "0", "«Tiruan dan jebakan»", "Surat palsu berkop kantor.", "«Tetap»",
                     "A forged letter of the office.", "«Tidak ada halaman»", "Kantor Contoh lewat telepon", "«Hari ini»")  # fmt: skip
    content = yaml.safe_load(await publish(office, told, "pathways/kerja_kebun.yaml"))
    assert content["sections"]["fakes"] == ["Surat palsu berkop kantor."]
    assert content["english"]["sections"]["fakes"] == ["A forged letter of the office."]


async def test_facts_that_cannot_be(office: Office) -> None:
    await say(office, "/ubah jalur contoh")
    assert "satu nomor dari 1 sampai 5" in await say(office, "biaya")
    assert "menyatakan aman" in await say(office, "2", "Jalur ini aman.")
    assert "kurung siku" in await say(office, "Biaya 5 [per 2026].")
    await say(office, "Biaya 150.000.")
    assert "belum terjadi" in await say(office, "2030")
    await say(office, "/batal")
    await unchanged(office)


async def test_who_does_not_publish_proposes(office: Office) -> None:
    told = await say(office, "/ubah kata ndak = tidak", name="ani")
    assert "Penyunting yang menerbitkan" in told
    assert not any("Terbitkan" in label for label in office.buttons("ani"))
    assert await office.live() == minimal_files() | NOTED
    await say(office, "/usulan 1")
    assert "Terbit sebagai revisi 1" in await say(office, "«Terbitkan»")


async def test_where_a_second_officer_publishes(storage: Storage) -> None:
    office = Office(storage, by_second=True)
    await office.officer("budi")
    await say(office, "/ubah kata ndak = tidak")
    told = await say(office, "«Minta diterbitkan»")
    assert "begitu diterbitkan" in told
    assert await office.live() == minimal_files()


async def put(office: Office, path: str, text: str | None) -> None:
    """Somebody else publishes this file meanwhile."""
    await office.storage.database.write(
        lambda connection: revisions.publish(
            connection, 1.0, None, revisions.current_number(connection), {path: text}, "lain", "paket"
        ).number
    )


@pytest.mark.parametrize("seen", [True, False], ids=["this process knows", "not yet"])
async def test_a_channel_changed_meanwhile(office: Office, seen: bool) -> None:
    await say(office, "/ubah kontak contoh", "«Ganti satu saluran»", "«021 000 0001»", "+62217654321", "«Ya, sudah»",
              "«Hanya yang ini»", *SOURCE[:2])  # fmt: skip
    if not seen:
        office.answers_with = await office.compiled()
    other = NOTED[CONTACT_PATH].replace("+62210000001", "+62210000009")
    await put(office, CONTACT_PATH, other)
    assert "Tidak ada yang diubah" in await say(office, SOURCE[2])
    assert (await office.live())[CONTACT_PATH] == other
    assert await office.storage.database.read(proposals.open_proposals) == ()


async def test_entries_gone_meanwhile(office: Office) -> None:
    """The place, the sentence and the fact that were shown are others by now."""
    for begin, path, text, last in (
        ("/ubah tempat kota contoh", "places.yaml", PLACES.replace("kota contoh", "kota lain"), "«Tambah ejaan»"),
        ("/ubah kata yang", "words.yaml", WORDS.replace("yang:", "nyang:"), "nyang"),
        ("/ubah kalimat salam", "replies/id.yaml", 'replies: {salam: "Hai {nama}."}\n', "Halo {nama}, cek dulu."),
        ("/ubah jalur contoh", "pathways/kerja_kebun.yaml", PATHWAY.replace("Run by", "Led by"), "1"),
    ):
        await say(office, begin)
        office.answers_with = await office.compiled()
        await put(office, path, text)
        told = await say(office, last)
        for answer in {"«Tambah ejaan»": ["kota cth"], "1": ["Dijalankan dinas.", "«Tetap»", "Run by us.", *SOURCE]}.get(
            last, ["Hello {nama}."] if "kalimat" in begin else []
        ):
            told = await say(office, answer)
        assert "Tidak ada yang diubah" in told, begin
        office.answers_with = None
        assert (await office.live())[path] == text
    assert await office.storage.database.read(proposals.open_proposals) == ()


async def test_only_one_interview_at_a_time(office: Office) -> None:
    await say(office, "/usul")
    assert "belum selesai, jadi ditutup" in await say(office, "/ubah")
    assert "belum selesai, jadi ditutup" in await say(office, "/usul")
    assert "Usulan dibatalkan" in await say(office, "/batal")
    assert await say(office, "/batal") == ""


async def test_it_survives_and_ends(office: Office, clock: MovedClock) -> None:
    await say(office, "/ubah kata")
    other = Office(office.storage, minimal_files() | NOTED)
    assert "Daftar barang" in await say(other, "barang")
    clock.move(7 * 3600)
    assert await say(office, "kardus") == ""
    late = await office.handled("budi", Incoming("tombol", "button", action="ubah:1:kata"))
    assert late is not None
    assert "Mulai lagi dengan /ubah" in late.replies[0].text
    await unchanged(office)


async def test_an_old_button_and_nobody_else(office: Office) -> None:
    await say(office, "/ubah", "«Kontak resmi»")
    old = await office.handled("budi", Incoming("tombol", "button", action="ubah:1:kata"))
    assert old is not None
    assert "langkah sebelumnya" in old.replies[0].text
    for text in ("/ubah", "/ubah kontak contoh", "1"):
        assert await office.say("siti", text) == ""
