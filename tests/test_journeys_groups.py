"""Journey of an officers' group, through the real program: made, told of a case, pressed by several, and lost."""

from __future__ import annotations

from pathlib import Path

from tests.peers.telegram_account import TelegramGroup, TelegramUser
from tests.peers.telegram_peer import Sent, TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, serving, small_knowledge, until
from tests.test_journeys_cases import appoint
from tests.test_journeys_own_data import files_with

NIK = "6271034455660001"
OFFER = f"{SMALL_OFFER} NIK saya {NIK}"


class InGroup:
    """What stands in a group of the bot's words, and what people do there."""

    def __init__(self, peer: TelegramPeer, group: TelegramGroup) -> None:
        self._peer = peer
        self.group = group

    @property
    def seen(self) -> list[Sent]:
        """The bot's words, oldest first."""
        return [sent for sent in self._peer.sent if sent.chat_id == self.group.id]

    async def say(self, user: TelegramUser, text: str) -> Sent:
        """What the bot says to it."""
        before = len(self.seen)
        self._peer.say(user, text, group=self.group)
        await self._peer.wait_for(lambda _: len(self.seen) > before, 20)
        return self.seen[-1]

    async def alert(self, user: TelegramUser, message: Sent, label: str) -> str:
        """What only the presser sees."""
        before = len(self._peer.called("answerCallbackQuery"))
        self._peer.press(user, message, label)
        await self._peer.wait_for(lambda peer: len(peer.called("answerCallbackQuery")) > before, 20)
        return self._peer.called("answerCallbackQuery")[-1].text("text")


async def test_a_group_from_begin_to_end(tmp_path: Path) -> None:
    """Nobody but officers gets anything out of it, and a case finds officers also when the group is lost."""
    folder = tmp_path / "bot"
    folder.mkdir()
    knowledge = small_knowledge(tmp_path / "knowledge")
    async with TelegramPeer() as peer, serving(peer, folder, knowledge_dir=knowledge) as bot:
        siti, budi, wati, tamu = (Chat(peer, name) for name in ("Siti", "Budi", "Wati", "Tamu"))
        for officer in (budi, wati):
            await officer.say("/start")
        appoint(folder, budi, "Budi Santoso")
        appoint(folder, wati, "Wati Lestari", "pengelola")
        posko = InGroup(peer, peer.group("Posko"))
        peer.say(tamu.person, "/kelompok_petugas", group=posko.group)
        peer.say(budi.person, "/kelompok_petugas", group=posko.group)
        made = await posko.say(wati.person, "/kelompok_petugas")
        assert "kelompok petugas nomor 1" in made.text
        assert len(posko.seen) == 1

        before = len(wati.seen), len(budi.seen)
        number = await reported(siti, bot.rows)
        await peer.wait_for(lambda _: len(posko.seen) > 1, 20)
        card = posko.seen[-1]
        for words in (number, "koper tertutup", "[NIK]"):
            assert words in card.text
        assert NIK not in card.text
        assert (len(wati.seen), len(budi.seen)) == before

        assert await posko.alert(tamu.person, card, "Ambil") == "Tombol ini untuk petugas."
        (mine,) = await budi.after(lambda: peer.press(budi.person, card, "Ambil"))
        await peer.wait_for(lambda _: len(posko.seen) > 2, 20)
        told = posko.seen[-1]
        assert (told.text, told.reply_to) == (f"✋ Laporan {number} diambil Budi Santoso.", card.message_id)
        assert "sudah ditangani Budi Santoso" in await posko.alert(wati.person, card, "Ambil")
        await budi.press(mine, "Jawab")
        had = len(siti.seen)
        await budi.say("Jangan berangkat dulu.")
        await peer.wait_for(lambda _: len(siti.seen) > had, 20)
        assert "Jangan berangkat dulu." in siti.seen[-1].text

        peer.account.left.add(posko.group.id)
        number = await reported(Chat(peer, "Ida"), bot.rows)
        await until(lambda: any("saya lepas" in sent.text for sent in wati.seen))
        await until(lambda: any(number in sent.text for sent in budi.seen))
        assert bot.rows("SELECT pseudonym, address FROM officer_groups") == [("", None)]
        assert files_with(folder, NIK, str(posko.group.id), str(tamu.person.id)) == []
        assert str(posko.group.id) not in bot.log


async def reported(person: Chat, rows: object) -> str:
    """Somebody reports the offer and names no area; the number."""
    (answered,) = await person.say(OFFER)
    _, asked = await person.press(answered, "Laporkan", answers=2)
    (kept,) = await person.press(asked, "Setuju")
    (asked,) = await person.press(kept, "Lewati")
    await person.press(asked, "Lewati")
    assert callable(rows)
    ((number,),) = rows("SELECT number FROM cases ORDER BY id DESC LIMIT 1")
    return str(number)
