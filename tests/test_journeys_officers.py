"""Journeys of people who become officers and stop being some, through the real program and its commands."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.peers.telegram_peer import TelegramPeer
from tests.postgres import PostgresServer
from tests.running_bot import COMMAND, SHARED_SECRET, Chat, RunningBot, environment, serving, small_knowledge, until
from tests.test_journeys_own_data import code as pseudonym_of
from tests.test_journeys_own_data import files_with, rows_with

pytestmark = pytest.mark.asyncio(loop_scope="module")

NO_COMMAND = "/perintahyangtidakada"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def peer() -> AsyncIterator[TelegramPeer]:
    async with TelegramPeer() as running:
        yield running


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_knowledge(tmp_path_factory.mktemp("knowledge"))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(
    peer: TelegramPeer, knowledge: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningBot]:
    async with serving(peer, tmp_path_factory.mktemp("bot"), knowledge_dir=knowledge) as running:
        yield running


@pytest.fixture
def siti(peer: TelegramPeer, bot: RunningBot) -> Chat:
    return Chat(peer)


async def operator(folder: Path, *arguments: str, **settings: object) -> str:
    """What the operator reads for a command, beside the running bot."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "officers", *arguments,
        cwd=folder, env=environment(**settings), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return out.decode()


async def invited(folder: Path, role: str = "petugas", **settings: object) -> str:
    """A new code from the operator."""
    told = await operator(folder, "add", "--role", role, "--office", "BP3MI Kalteng", "--area", "Kapuas", **settings)
    found = re.search(r"/petugas ([A-Z2-7-]{19}) Nama Lengkap", told)
    assert found
    return found[1]


async def number(folder: Path, name: str, **settings: object) -> str:
    """Under which number somebody is listed."""
    found = re.search(rf"^(\d+)\. {name}", await operator(folder, "list", **settings), re.MULTILINE)
    assert found
    return found[1]


async def test_from_the_code_to_the_end(bot: RunningBot, siti: Chat) -> None:
    """Invited, joined, seen in one's own data, removed, and at once a stranger again."""
    (unknown,) = await siti.say(NO_COMMAND)
    code = await invited(bot.folder)
    (asked,) = await siti.say(f"/petugas {code}")
    assert f"/petugas {code} Nama Lengkap" in asked.text
    welcome, card = await siti.say(f"/petugas {code} Siti Aminah", answers=2)
    assert "Siti Aminah" in welcome.text
    assert "BP3MI Kalteng" in card.text
    assert (await siti.say("/petugas"))[0].text == card.text
    assert "Anda sedang jaga" in (await siti.say("/jaga mulai"))[0].text
    assert "Siti Aminah, BP3MI Kalteng, Kapuas" in (await siti.say("/data_saya"))[0].text
    before = len(siti.seen)
    await operator(bot.folder, "remove", await number(bot.folder, "Siti Aminah"))
    await until(lambda: len(siti.seen) > before)
    assert "mencabut akses" in siti.seen[-1].text
    for text in ("/petugas", "/jaga selesai", f"/petugas {code} Siti Aminah"):
        (answered,) = await siti.say(text)
        assert (answered.text, answered.buttons) == (unknown.text, unknown.buttons)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_nobody_else_sees_that_there_is_anything(bot: RunningBot, peer: TelegramPeer, language: str) -> None:
    """Wrong, used and expired codes, and every command of officers: what any unknown command gets, to the letter."""
    wati, budi = Chat(peer, "Wati", language), Chat(peer, "Budi")
    used = await invited(bot.folder, "pengelola")
    await budi.say(f"/petugas {used} Budi Santoso", answers=2)
    expired = await invited(bot.folder, invitation_hours=1e-9)
    (unknown,) = await wati.say(NO_COMMAND)
    codes = [f"/petugas {code}{name}" for code in (used, expired, "ABCD-EFGH-IJKL-MNOP") for name in ("", " Wati Sari")]
    for text in [
        *codes,
        "/petugas",
        "/petugas daftar",
        "/petugas undang petugas BP3MI",
        "/petugas keluar",
        "/jaga mulai",
    ]:
        (answered,) = await wati.say(text)
        assert (answered.text, answered.buttons) == (unknown.text, unknown.buttons)
    (helped,) = await wati.say("/bantuan")
    assert "/petugas" not in helped.text
    menu = [command["command"] for call in peer.called("setMyCommands") for command in call.value("commands")]
    assert "bantuan" in menu
    assert not {"petugas", "jaga"} & set(menu)


async def test_a_pengelola_invites_and_removes(bot: RunningBot, peer: TelegramPeer) -> None:
    """All in the chat: the second message is forwarded, its line typed by who is invited."""
    budi, wati = Chat(peer, "Budi"), Chat(peer, "Wati")
    await budi.say(f"/petugas {await invited(bot.folder, 'pengelola')} Budi Hartono", answers=2)
    _, to_forward = await budi.say("/petugas undang penyunting Dinas Naker; Seruyan", answers=2)
    typed = next(line for line in to_forward.text.splitlines() if line.startswith("/petugas "))
    await wati.say(typed.replace("Nama Lengkap", "Wati Sari"), answers=2)
    (listed,) = await budi.say("/petugas daftar")
    found = re.search(r"(\d+)\. Wati Sari, penyunting, Dinas Naker, wilayah Seruyan", listed.text)
    assert found
    before = len(wati.seen)
    assert "bukan petugas lagi" in (await budi.say(f"/petugas cabut {found[1]}"))[0].text
    await until(lambda: len(wati.seen) > before)
    (unknown,) = await wati.say(NO_COMMAND)
    assert (await wati.say("/petugas"))[0].text == unknown.text


async def test_an_officer_is_erased(bot: RunningBot, siti: Chat) -> None:
    """After /hapus_data nobody is left but a number; code and name were in no file at any time."""
    code, name = await invited(bot.folder), "Siti Qomariah"
    await siti.say(f"/petugas {code} {name}", answers=2)
    listed = await number(bot.folder, name)
    assert rows_with(bot.folder, name) != []
    assert files_with(bot.folder, name, code, code.replace("-", "")) == []
    theirs = (name, pseudonym_of(bot, siti), str(siti.person.id))
    (asked,) = await siti.say("/hapus_data")
    assert "bukan petugas lagi" in asked.text
    await siti.press(asked, "Ya, hapus semua")
    await until(lambda: not rows_with(bot.folder, *theirs))
    (unknown,) = await siti.say(NO_COMMAND)
    assert (await siti.say("/petugas"))[0].text == unknown.text
    assert f"{listed}. (terhapus), petugas" in await operator(bot.folder, "list", "--all")
    trail = await operator(bot.folder, "audit", listed)
    assert [line.split("  ")[2:4] for line in trail.splitlines()[:-1]] == [
        [listed, "officer.join"],
        [listed, "officer.erase"],
    ]


async def test_two_processes_on_one_database(
    postgres: PostgresServer, knowledge: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whichever answers: officer from one message to the next, and stranger from one message to the next."""
    folder = tmp_path_factory.mktemp("one")
    with postgres.database() as url:
        keys = {"database_url": url, "person_secret": SHARED_SECRET}
        settings = {**keys, "knowledge_dir": knowledge}
        async with (
            TelegramPeer() as peer,
            serving(peer, folder, True, **settings),
            serving(peer, tmp_path_factory.mktemp("other"), True, **settings),
        ):
            siti = Chat(peer)
            await siti.say(f"/petugas {await invited(folder, **keys)} Siti Aminah", answers=2)
            cards = {(await siti.say("/petugas"))[0].text for _ in range(10)}
            (card,) = cards
            assert "Siti Aminah" in card
            before = len(siti.seen)
            await operator(folder, "remove", await number(folder, "Siti Aminah", **keys), **keys)
            await until(lambda: len(siti.seen) > before)
            (unknown,) = await siti.say(NO_COMMAND)
            assert {(await siti.say("/petugas"))[0].text for _ in range(10)} == {unknown.text}
