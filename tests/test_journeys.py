"""Journeys of people through the real program on a pretend Telegram, by polling and by webhook."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.knowledge import Knowledge, load_knowledge, packaged_folder
from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_peer import Sent, TelegramPeer
from tests.running_bot import Chat, RunningBot, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFER = (
    "LOWONGAN KERJA DI KAMBOJA!! Admin judi online, gaji 15 juta, tanpa pengalaman.\n"
    "Paspor dipegang agen dulu, berangkat besok pakai visa turis. Minat? WA Bang Roni 0811-0000-0000"
)
OTHER_OFFER = "Kerja kebun di Malaysia gaji 3 juta, bayar 5 juta dulu lewat transfer, berangkat lewat jalur tikus."
ENGLISH_OFFER = (
    "Job offer in Cambodia for you: salary 2000 USD, no experience, we keep your passport, you fly tomorrow."
)
CRY = "Tolong kak, saya disekap di sini, paspor diambil bos, tadi malam dipukul."
BUTTONS = ["1. Rincian", "2. Tanya balik", "3. Kontak resmi", "4. Bukan tawaran / Salah", "5. Laporkan"]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["polling", "webhook"])
async def bot(
    peer: TelegramPeer, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[RunningBot]:
    """One process for all journeys of a kind; each journey has a person of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    async with serving(peer, folder, webhook=request.param == "webhook") as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge(packaged_folder())


def labels(message: Sent) -> list[str]:
    """What stands on the buttons."""
    return [label for label, _ in message.buttons]


def quotes(message: Sent) -> list[str]:
    """What the bot quotes, pieces of shortened quotes by themselves."""
    return [piece for quote in re.findall("“(.*?)”", message.text) for piece in quote.split("…")]


def numbers(knowledge: Knowledge, country: str) -> set[str]:
    """How the missions in a country can be reached."""
    missions = [contact for contact in knowledge.contacts.values() if contact.area == country]
    return {channel.dialled or channel.value for contact in missions for channel in contact.channels} | {
        channel.value for contact in missions for channel in contact.channels
    }


async def test_a_forwarded_offer_is_answered(siti: Chat) -> None:
    """One short answer: the level, the person's own words as reasons, one contact to tap, numbered buttons."""
    (told,) = await siti.say(OFFER, origin=from_hidden("Bang Roni"))
    assert told.text.startswith("⛔🔴 BAHAYA")
    assert 1 <= told.text.count("\n• ") <= 3
    assert quotes(told)
    assert all(quote in " ".join(OFFER.split()) for quote in quotes(told))
    assert "📞 Hotline KP2MI: 0800 1000" in told.text
    assert len(told.text.encode()) <= 700
    assert labels(told) == BUTTONS


async def test_every_button_answers(peer: TelegramPeer, bot: RunningBot, siti: Chat) -> None:
    """Details, questions to send back, contacts, and what was wrong; no button is left with its little clock."""
    (told,) = await siti.say(OFFER)
    evidence, signs = await siti.press(told, "Rincian", answers=2)
    assert "🗺️ Peta bukti" in evidence.text
    assert "Sumber:" in signs.text
    how, questions = await siti.press(told, "Tanya balik", answers=2)
    assert "Teruskan pesan di bawah ini" in how.text
    assert "1. " in questions.text
    assert "?" in questions.text
    (contacts,) = await siti.press(told, "Kontak resmi")
    assert "Dicek" in contacts.text
    (wrong,) = await siti.press(told, "Salah")
    assert labels(wrong) == ["1. Ini bukan tawaran", "2. Mestinya lebih gawat", "3. Terlalu keras"]
    (thanks,) = await siti.press(wrong, "Mestinya lebih gawat")
    assert "Terima kasih" in thanks.text
    assert ("worse", "offer", "danger") in bot.rows("SELECT verdict, kind, level FROM feedback")
    await siti.all_seen()
    assert not peer.account.open_queries


async def test_a_typed_number_is_a_pressed_button(siti: Chat) -> None:
    """Whatever has a button also works by typing its number, with or without a dot; any other number is explained."""
    (told,) = await siti.say(OFFER)
    pressed = await siti.press(told, "Rincian", answers=2)
    assert [sent.text for sent in await siti.say("1", answers=2)] == [sent.text for sent in pressed]
    assert len(await siti.say("2.", answers=2)) == 2
    assert "Dicek" in (await siti.say("3"))[0].text
    assert "Nomor itu tidak ada" in (await siti.say("9"))[0].text
    (wrong,) = await siti.say("4")
    assert labels(wrong)[0] == "1. Ini bukan tawaran"
    assert "Terima kasih" in (await siti.say("1"))[0].text


async def test_an_old_button_is_explained(siti: Chat) -> None:
    """A button of an earlier answer does not answer for the newest."""
    (old,) = await siti.say(OFFER)
    (new,) = await siti.say(OTHER_OFFER)
    assert "lebih lama" in (await siti.press(old, "Rincian"))[0].text
    assert "Peta bukti" in (await siti.press(new, "Rincian", answers=2))[0].text


async def test_an_edited_message_is_answered_once(peer: TelegramPeer, siti: Chat) -> None:
    """The new words are checked, and said to be new; the same edit that comes again is not answered again."""
    said = peer.say(siti.person, "Ada info kerja, nanti saya kirim lengkapnya ya.")
    edits: list[int] = []
    await siti.after(lambda: None)
    (told,) = await siti.after(lambda: edits.append(peer.edit(said, OFFER)))
    assert told.text.startswith("✏️")
    assert "BAHAYA" in told.text
    peer.repeat(edits[0])
    assert len(await siti.all_seen()) == 2


async def test_a_cry_for_help_without_a_country(siti: Chat, knowledge: Knowledge) -> None:
    """Help comes first; one tap on the country, or its name, gives the number of the mission there."""
    (told,) = await siti.say(CRY)
    assert told.text.startswith("🆘🔴 DARURAT")
    assert not any(word in told.text for word in ("BAHAYA", "WASPADA"))
    (tapped,) = await siti.press(told, "Kamboja")
    assert any(number in tapped.text for number in numbers(knowledge, "KH"))
    await siti.say(CRY)
    (typed,) = await siti.say("Malaysia")
    assert any(number in typed.text for number in numbers(knowledge, "MY"))


async def test_english_in_english_out(peer: TelegramPeer, bot: RunningBot) -> None:
    """Who writes English is answered in English, buttons included."""
    maria = Chat(peer, "Maria", language="en")
    (told,) = await maria.say(ENGLISH_OFFER)
    assert told.text.startswith("⛔🔴 DANGER")
    assert labels(told)[0] == "1. Details"
    assert "Evidence map" in (await maria.say("1", answers=2))[0].text


async def test_every_command_answers(bot: RunningBot, siti: Chat) -> None:
    """Commands, an unknown one included; /start keeps where the person came from, /bahasa what they chose."""
    assert "Selamat datang" in (await siti.say("/start poster-desa-uji"))[0].text
    assert "Cara pakai" in (await siti.say("/bantuan"))[0].text
    assert "0800 1000" in (await siti.say("/kontak"))[0].text
    assert "Data Anda" in (await siti.say("/privasi"))[0].text
    assert "Teruskan pesan perekrutnya" in (await siti.say("/cek"))[0].text
    assert "BAHAYA" in (await siti.say(f"/cek {OFFER}"))[0].text
    assert "tidak ada" in (await siti.say("/apasaja"))[0].text
    (ask,) = await siti.say("/bahasa")
    assert "English" in (await siti.press(ask, "English"))[0].text
    assert "DANGER" in (await siti.say(OFFER))[0].text
    assert ("poster-desa-uji", "en") in bot.rows("SELECT payload, language FROM people")


@pytest.mark.parametrize("kind", ["sticker", "voice", "photo", "location"])
async def test_what_is_no_text_gets_a_kind_sentence(peer: TelegramPeer, siti: Chat, kind: str) -> None:
    """Never silence: the person hears what can be sent, and whom to call."""
    deeds = {"sticker": peer.sticker, "voice": peer.voice, "photo": peer.photo}
    if kind in deeds:
        (told,) = await siti.after(lambda: deeds[kind](siti.person))
    else:
        (told,) = await siti.tell({"location": {"latitude": -2.2, "longitude": 113.9}})
    assert "baru bisa membaca tulisan" in told.text
    assert "110" in told.text


async def test_an_empty_message(siti: Chat) -> None:
    """Nothing but blanks is answered with what to write."""
    assert "kosong" in (await siti.say(" \n "))[0].text


async def test_a_caption_is_read(peer: TelegramPeer, siti: Chat) -> None:
    """A poster with words under it is checked by its words."""
    (told,) = await siti.after(lambda: peer.photo(siti.person, caption=OFFER))
    assert told.text.startswith("⛔🔴 BAHAYA")


async def test_a_very_long_message(siti: Chat) -> None:
    """20,000 characters are read whole: what stands at their very end is found."""
    text = "Kabar desa hari ini baik dan panen lancar. " * 600
    (told,) = await siti.say(text[: 20_000 - len(OFFER) - 1] + "\n" + OFFER)
    assert "BAHAYA" in told.text
    assert len(told.text.encode()) <= 700


async def test_too_long_a_message_says_that_it_was_cut(siti: Chat) -> None:
    """What lies behind the limit is not read, and the person is told so."""
    (told,) = await siti.say(OFFER + " ya." * 10_000)
    assert "BAHAYA" in told.text
    assert "hanya bagian awal" in told.text


async def test_a_group_is_answered_only_when_it_asks(peer: TelegramPeer, bot: RunningBot) -> None:
    """Chatter is left alone, offers in it too; a mention, a command by name and an answer to the bot are answered."""
    desa, budi = peer.group("Warga Desa"), peer.person("Budi")

    def seen() -> list[Sent]:
        return [sent for sent in peer.sent if sent.chat_id == desa.id]

    peer.say(budi, OFFER, group=desa)
    peer.say(budi, "/cek", group=desa)
    asked = peer.say(budi, f"@{peer.username} {OFFER}", group=desa)
    await peer.wait_for(lambda _: seen())
    assert seen()[0].reply_to == peer.update(asked)["message"]["message_id"]
    peer.say(budi, f"/privasi@{peer.username}", group=desa)
    await peer.wait_for(lambda _: len(seen()) == 2)
    peer.say(budi, "1", group=desa, reply_to=seen()[0])
    await peer.wait_for(lambda _: len(seen()) == 4)
    assert ["BAHAYA" in seen()[0].text, "🔒" in seen()[1].text, "Peta bukti" in seen()[2].text] == [True] * 3
