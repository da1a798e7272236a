"""Journey of a case, through the real program: reported, taken, answered, answered back, closed."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from bot.storage import Vault, pseudonym
from bot.storage.secret import load_secret
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import SMALL_OFFER, Chat, serving, small_knowledge
from tests.test_journeys_own_data import files_with

PHONE, NIK = "0811-0000-0000", "6271034455660001"
OFFER = f"{SMALL_OFFER} Minat hubungi {PHONE}. NIK saya {NIK}"


def appoint(folder: Path, officer: Chat, name: str, role: str = "petugas") -> None:
    """Somebody becomes an officer, in the database itself."""
    secret = load_secret(None, folder / "cekdulu.key").value
    vault = Vault(secret)
    chat = str(officer.person.id)
    sealed = [vault.seal(words, f"officers.{column}") for column, words in (
        ("name", name), ("office", "Kantor Contoh"), ("address", f'{{"chat": {chat}}}'))]  # fmt: skip
    row = (pseudonym(secret, "telegram", chat), "telegram", role, "[]", True, time.time(), *sealed)
    with closing(sqlite3.connect(folder / "cekdulu.db", timeout=10)) as connection, connection:
        connection.execute(
            "INSERT INTO officers (person, channel, role, areas, on_duty, created_at, name, office, address)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row
        )  # fmt: skip


async def test_from_report_to_end(tmp_path: Path) -> None:
    """Neither side ever sees who the other is; what is said stays masked, and sealed on the disk."""
    knowledge = small_knowledge(tmp_path / "knowledge")
    folder = tmp_path / "bot"
    folder.mkdir()
    async with TelegramPeer() as peer, serving(peer, folder, knowledge_dir=knowledge) as bot:
        siti, budi, wati = Chat(peer, "Siti"), Chat(peer, "Budi"), Chat(peer, "Wati")
        for officer in (budi, wati):  # nobody can be written to before they wrote
            await officer.say("/start")
        appoint(folder, budi, "Budi Santoso")
        appoint(folder, wati, "Wati Lestari")
        (answered,) = await siti.say(OFFER)
        _, asked = await siti.press(answered, "Laporkan", answers=2)
        (kept,) = await siti.press(asked, "Setuju")
        assert "Petugas membalas di chat ini paling lambat" in kept.text
        (asked,) = await siti.press(kept, "Lewati")
        (sent,) = await siti.say(f"Tetangga saya juga diajak. NIK dia {NIK}")
        assert "diberitahukan ke petugas" in sent.text
        await peer.wait_for(lambda _: budi.seen and wati.seen, 20)
        card = budi.seen[-1]
        ((number,),) = bot.rows("SELECT number FROM cases")
        for words in (number, "koper tertutup", PHONE, "[NIK]", "Tetangga saya juga"):
            assert words in card.text
        assert NIK not in card.text
        assert "Siti" not in card.text

        (taken,) = await budi.press(card, "Ambil")
        (refused,) = await wati.press(wati.seen[-1], "Ambil")
        assert "sudah ditangani Budi Santoso" in refused.text

        await budi.press(taken, "Jawab")
        before = len(siti.seen)
        await budi.say("PT itu tidak punya izin. Sudah sempat bayar?")
        await peer.wait_for(lambda _: len(siti.seen) > before, 20)
        answer = siti.seen[-1]
        assert f"Petugas menjawab laporan {number}" in answer.text
        assert "Budi" not in answer.text

        before = len(budi.seen)
        (quiet,) = await siti.say("Belum pak, baru ditawari saja")
        assert "saya diam" in quiet.text
        await peer.wait_for(lambda _: len(budi.seen) > before, 20)
        assert "baru ditawari" in budi.seen[-1].text
        (mine,) = await siti.say("/laporan_saya")
        assert "sudah dijawab petugas" in mine.text

        before = len(siti.seen)
        await budi.say(f"/tutup {number} terbukti")
        await peer.wait_for(lambda _: len(siti.seen) >= before + 2, 20)
        assert "terbukti berbahaya" in siti.seen[-2].text
        assert "kembali mengecek" in siti.seen[-1].text
        assert bot.rows("SELECT state, outcome FROM cases") == [("closed", "confirmed")]
        actions = [action for (action,) in bot.rows("SELECT action FROM audit ORDER BY id")]
        assert actions == ["case.open", "case.announce", "case.take", "case.answer", "case.close"]
        (stranger,) = await Chat(peer, "Orang").say("/kasus")
        assert "tidak ada" in stranger.text
        assert files_with(folder, NIK, PHONE, "Tetangga saya", "baru ditawari", "Budi Santoso") == []
        assert "baru ditawari" not in bot.log
