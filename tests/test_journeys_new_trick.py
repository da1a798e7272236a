"""Journey of a trick that nobody knew, in one go: three processes on one PostgreSQL, the packaged knowledge, villagers and
two officers, from the forwarded message to the rule that is taken back; about a minute on two cores."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.channels.telegram_webhook import PATH
from tests.peers.telegram_account import from_hidden
from tests.peers.telegram_peer import Sent, TelegramPeer
from tests.postgres import PostgresServer
from tests.running_bot import ANSWER_WITHIN, SHARED_SECRET, Chat, RunningBot, serving, until
from tests.test_journeys_officers import invited, operator

LIVE_WITHIN = 5.0
"""Seconds from the press that publishes until every process answers with it."""
TRIED_WITHIN = 90.0
"""Seconds in which a change is tried out: about ten, and more when other tests run beside it."""
OFFER = "Ada kerja di kilang Malaysia, gaji 1700 ringgit."
TRICK = f"{OFFER} Tiap peserta merekam suara ibu dulu, rekamannya dipegang koordinator."
HARMLESS = f"{OFFER} Sebelum berangkat saya mau merekam suara ibu buat kenang-kenangan."
SIGN, RULE = "Diminta rekaman suara keluarga", "diminta_rekaman_suara_keluarga"
FILE = f"red_flags/{RULE}.yaml"


@dataclass
class House:
    """Three processes on one database, and the peer by which people reach each of them."""

    peer: TelegramPeer
    bots: Sequence[RunningBot]
    operator: Callable[..., Awaitable[str]]
    """A command on officers, beside the running processes; "add" gives the code."""
    longest: float = 0.0
    """Seconds that a change took to be live on this machine, waiting for a processor included."""
    villagers: list[Chat] = field(default_factory=list)

    def told_ids(self, text: str) -> list[str]:
        """Account numbers of people that stand in a text."""
        found = set(re.findall(r"(?<![\d:])\d+\b", text))
        return [str(chat) for chat in self.peer.account.chats if str(chat) in found]

    def villager(self) -> Chat:
        """Somebody new."""
        self.villagers.append(Chat(self.peer, f"Warga {len(self.villagers) + 1}"))
        return self.villagers[-1]

    async def at(self, number: int) -> None:
        """What people do next comes in at this process."""
        await self.peer.knock_at(self.bots[number].door + PATH)

    async def ask_all(self, text: str) -> None:
        """A new villager sends this text to each process; nobody waits for the answers."""
        for number in range(len(self.bots)):
            await self.at(number)
            self.peer.say(self.villager().person, text)
            await asyncio.sleep(0.05)

    async def changed_within(self, press: Callable[[], object], text: str, level: str) -> list[float]:
        """Seconds after a press until each process answered new villagers with this level; nobody's message is lost.

        Who answered stands in each process's log: whichever has time answers, wherever the message came in. Of the time
        in which a process was busy only the share counts in which it had a processor: what else runs here is not its doing.
        """
        places = [len(bot.log) for bot in self.bots]
        first = len(self.villagers)
        await self.ask_all(text)  # on their way while it is published
        seconds: dict[int, float] = {}
        used = [bot.ran_and_waited for bot in self.bots]
        press()
        begun = time.monotonic()
        while len(seconds) < len(self.bots):
            assert time.monotonic() - begun < 10 * LIVE_WITHIN, seconds
            await self.ask_all(text)
            await asyncio.sleep(0.1)
            for number, bot in enumerate(self.bots):
                if number not in seconds and level in _levels(bot.log[places[number] :]):
                    passed = time.monotonic() - begun
                    self.longest = max(self.longest, passed)
                    seconds[number] = _undisturbed(passed, used[number], bot.ran_and_waited)
        asked = self.villagers[first:]
        await self.peer.wait_for(lambda _: all(chat.seen for chat in asked), ANSWER_WITHIN)
        assert {len(chat.seen) for chat in asked} == {1}
        # No process goes back to what was before.
        assert all(_settled(_levels(bot.log[place:]), level) for bot, place in zip(self.bots, places, strict=True))
        return sorted(seconds.values())


def _undisturbed(passed: float, before: tuple[float, float], after: tuple[float, float]) -> float:
    ran, waited = after[0] - before[0], after[1] - before[1]
    busy = ran + waited
    return passed - min(passed, busy) * waited / busy if busy else passed


def _levels(log: str) -> list[str]:
    """The levels of the offers that a process answered, in order; only whole lines are read."""
    events = [json.loads(line) for line in log.splitlines(keepends=True) if line.startswith("{") and line.endswith("}\n")]
    return [one["level"] for one in events if one.get("event") == "answered" and one.get("kind") == "offer"]


def _settled(levels: list[str], level: str) -> bool:
    return set(levels[levels.index(level) :]) == {level}


@pytest.fixture
async def house(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[House]:
    with postgres.database() as url:
        keys: dict[str, object] = {"database_url": url, "person_secret": SHARED_SECRET}
        async with TelegramPeer() as peer, AsyncExitStack() as opened:
            bots = []
            for name in ("satu", "dua", "tiga"):
                (tmp_path / name).mkdir()
                bot = serving(peer, tmp_path / name, True, publish_by_second=True, messages_per_person=0, **keys)
                bots.append(await opened.enter_async_context(bot))

            async def run(*arguments: str) -> str:
                if arguments[0] == "add":
                    return await invited(tmp_path, arguments[1], **keys)
                return await operator(tmp_path, *arguments, **keys)

            yield House(peer, bots, run)


async def heard(house: House, chat: Chat, deed: Callable[[], object], words: str, within: float = ANSWER_WITHIN) -> Sent:
    """The message with these words that somebody gets after a deed, whoever did it."""
    before = len(chat.seen)
    deed()

    def found() -> Sent | None:
        return next((sent for sent in chat.seen[before:] if words in sent.text), None)

    await house.peer.wait_for(lambda _: found(), within)
    sent = found()
    assert sent is not None
    return sent


def presses(house: House, chat: Chat, message: Sent, label: str) -> Callable[[], object]:
    """The deed of pressing a button, named by a part of its label."""
    action = next(action for shown, action in message.buttons if label in shown)
    return lambda: house.peer.press(chat.person, message, action)


def says(house: House, chat: Chat, text: str) -> Callable[[], object]:
    """The deed of writing a text."""
    return lambda: house.peer.say(chat.person, text)


async def test_from_an_unseen_trick_to_the_rule_taken_back(house: House) -> None:
    ani, budi = await _officers_join(house)
    siti = Chat(house.peer, "Siti")
    taken = await _reported_taken_and_answered(house, siti, ani, budi)
    opened = await _proposed_from_the_case(house, ani, budi, taken)
    before = len(siti.seen)
    live = await house.changed_within(presses(house, budi, opened, "Terbitkan"), TRICK, "danger")
    await _villager_hears_of_it(house, siti, before)
    assert "diterbitkan Budi Santoso sebagai revisi 1" in ani.seen[-1].text
    corrected = await _false_alarm_becomes_a_better_rule(house, ani, budi)
    (asked,) = await budi.say("/batalkan")
    assert "Revisi 2" in asked.text
    back = await house.changed_within(presses(house, budi, asked, "Ya, batalkan 2"), HARMLESS, "danger")
    timed = {"published": live, "corrected": corrected, "taken back": back}
    told = ", ".join(f"{what} {times[-1]:.1f}" for what, times in timed.items())
    sys.stdout.write(f"seconds from the press until three processes answer with it: {told}; by the clock at most {house.longest:.1f}\n")
    assert max(live + corrected + back) <= LIVE_WITHIN
    await _history_and_trail(house, budi)
    assert sum("🔔" in sent.text for sent in siti.seen) == 1
    for words in (OFFER, "merekam suara", "kenang", "Tetangga desa sebelah", "Lestari"):
        assert all(words not in bot.log for bot in house.bots)
    assert all(house.told_ids(bot.log) == [] for bot in house.bots)


async def _officers_join(house: House) -> tuple[Chat, Chat]:
    ani, budi = Chat(house.peer, "Ani"), Chat(house.peer, "Budi")
    for chat, name in ((ani, "Ani Lestari"), (budi, "Budi Santoso")):
        code = await house.operator("add", "penyunting")
        welcome, _ = await chat.say(f"/petugas {code} {name}", answers=2)
        assert "Anda sekarang penyunting" in welcome.text
    return ani, budi


async def _reported_taken_and_answered(house: House, siti: Chat, ani: Chat, budi: Chat) -> Sent:
    """What the officer who has the case sees last of it."""
    await house.at(0)
    (answered,) = await siti.say(TRICK, origin=from_hidden("Bang Roni"))
    assert "WASPADA" in answered.text
    assert "suara" not in answered.text
    shown, asked = await siti.press(answered, "Laporkan", answers=2)
    assert TRICK in shown.text
    assert "Belum disimpan" in asked.text
    (kept,) = await siti.press(asked, "Setuju")
    found = re.search(r"Nomor: ([A-Z2-9-]{11})", kept.text)
    assert found
    number = found[1]
    assert "Petugas membalas di chat ini paling lambat" in kept.text
    (asked,) = await siti.press(kept, "Lewati")
    card = await heard(house, ani, presses(house, siti, asked, "Lewati"), "Kasus baru")
    await house.peer.wait_for(lambda _: "Kasus baru" in budi.seen[-1].text, ANSWER_WITHIN)
    assert number in card.text
    assert "Siti" not in card.text
    await house.at(1)
    (taken,) = await ani.press(card, "Ambil")
    await house.at(2)
    (refused,) = await budi.press(budi.seen[-1], "Ambil")
    assert "sudah ditangani Ani Lestari" in refused.text
    await ani.press(taken, "Jawab")
    answer = await heard(house, siti, says(house, ani, "Jangan ikut dulu, Bu. Siapa yang mengajak?"), "Petugas menjawab")
    assert "Jangan ikut dulu, Bu. Siapa yang mengajak?" in answer.text
    assert not any(words in answer.text for words in ("Ani", "Lestari", str(ani.person.id)))
    reply = await heard(house, ani, says(house, siti, "Tetangga desa sebelah, Pak"), "Tetangga desa sebelah")
    assert number in reply.text
    return taken


async def _proposed_from_the_case(house: House, ani: Chat, budi: Chat, taken: Sent) -> Sent:
    """The proposal as the second officer opens it."""
    (asked,) = await ani.press(taken, "Jadikan tanda")
    assert "Tidak ada tanda yang ditemukan." in asked.text
    (asked,) = await ani.say("merekam suara ibu")
    assert "“suara” lalu (anggota keluarga siapa pun)" in asked.text
    (asked,) = await ani.say(SIGN)
    (asked,) = await ani.press(asked, "Didesak, dirahasiakan")
    await ani.press(asked, "Sendirian: BAHAYA")
    await ani.say("Rekaman suara itu dipakai untuk menipu atau memeras keluarga Anda.")
    (asked,) = await ani.say("Jangan berikan rekaman suara keluarga kepada siapa pun.")
    await ani.press(asked, "Buatkan contoh")
    harmless = "Merekam suara burung di kebun = hobi\nSuara ibu merdu di pengajian = obrolan"
    tried = await heard(house, ani, says(house, ani, harmless), "✅ Semua contoh tetap benar.", TRIED_WITHIN)
    assert "✅ Tidak kena di satu pun dari" in tried.text
    assert "WASPADA → BAHAYA karena “merekam suara ibu”" in tried.text
    assert not any("Terbitkan" in label for label, _ in tried.buttons)
    return await _opened_by_the_second(house, ani, budi, tried)


async def _opened_by_the_second(house: House, ani: Chat, budi: Chat, tried: Sent) -> Sent:
    asked = await heard(house, budi, presses(house, ani, tried, "Minta diterbitkan"), "dari Ani Lestari menunggu penyunting")
    (opened,) = await budi.press(asked, "Lihat")
    assert SIGN in opened.text
    assert "✅ Semua contoh tetap benar." in opened.text
    return opened


async def _villager_hears_of_it(house: House, siti: Chat, before: int) -> None:
    await until(lambda: len(siti.seen) > before)
    (told,) = siti.seen[before:]
    assert "sekarang kami nilai BAHAYA" in told.text
    assert SIGN in told.text


async def _false_alarm_becomes_a_better_rule(house: House, ani: Chat, budi: Chat) -> list[float]:
    """Seconds until each process answers the harmless message as before."""
    wati = Chat(house.peer, "Wati")
    (wronged,) = await wati.say(HARMLESS)
    assert SIGN in wronged.text
    (asked,) = await wati.press(wronged, "Salah")
    (thanks,) = await wati.press(asked, "Terlalu keras")
    shown, asked = await wati.press(thanks, "Tunjukkan ke petugas", answers=2)
    assert HARMLESS in shown.text
    await heard(house, ani, presses(house, wati, asked, "Setuju"), "/pelajaran")
    (lesson,) = await ani.say("/pelajaran")
    assert f"Aturan “{SIGN}” ({RULE}) seharusnya diam" in lesson.text
    assert "Wati" not in lesson.text
    (asked,) = await ani.press(lesson, "Pakai")
    assert "(kata 13-15)" in asked.text
    (asked,) = await ani.say("13-17")
    assert "Aturan akan diam bila ada" in asked.text
    why = says(house, ani, "Merekam suara keluarga untuk kenangan itu hal biasa.")
    tried = await heard(house, ani, why, "✅ Semua contoh tetap benar.", TRIED_WITHIN)
    opened = await _opened_by_the_second(house, ani, budi, tried)
    assert f"Tidak boleh kena:\n• {HARMLESS}" in opened.text
    seconds = await house.changed_within(presses(house, budi, opened, "Terbitkan"), HARMLESS, "caution")
    for number in range(3):
        await house.at(number)
        (caught,) = await house.villager().say(TRICK)
        assert f"{SIGN}: “merekam suara ibu”" in caught.text
    return seconds


async def _history_and_trail(house: House, budi: Chat) -> None:
    (past,) = await budi.say("/revisi")
    first, second, third = re.findall(r"^\d\. .*$", past.text, re.MULTILINE)
    assert re.fullmatch(rf"1\. [\d-]+, Budi Santoso: {SIGN}", first)
    assert "Budi Santoso: Pelajaran 1: Merekam suara keluarga untuk kenangan" in second
    assert "Budi Santoso: Membatalkan revisi 2" in third
    trail = await house.operator("audit")
    done = [line.split("  ")[3] for line in trail.splitlines() if line.count("  ") >= 3]
    for action in (
        "officer.join", "case.open", "case.announce", "case.take", "case.answer", "rules.propose", "rules.publish", "case.graver",
        "lessons.used", "rules.rollback",
    ):  # fmt: skip
        assert action in done, (action, trail)
    assert "Budi Santoso  rules.publish" in trail
    for words in (OFFER, "merekam suara ibu", "kenang-kenangan", "Tetangga desa", "Jangan ikut dulu"):
        assert words not in trail
    assert house.told_ids(trail) == []
