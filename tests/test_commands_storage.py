"""Commands around the database, on either kind: dead letters, backup, restore."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path

import pytest

from bot.commands_storage import shape
from bot.keys import read_keys
from bot.messages import Incoming, Reply
from bot.settings import Settings
from bot.storage import Arrival, Storage, open_storage
from tests.command_line import CommandLine, bare_line, on
from tests.command_line import line_at_database as line
from tests.peers.telegram_peer import TelegramPeer
from tests.running_bot import COMMAND, environment, small_knowledge
from tests.storage.samples import SECRET, arrival, open_sealed

__all__ = ["bare_line", "line"]

WORDS = "katarahasia"


async def set_aside(storage: Storage) -> None:
    """One message that was never understood, one that was tried in vain, one reply that was refused."""
    await storage.inbox.set_aside("telegram", "1", json.dumps({"message": {"text": WORDS, WORDS.upper(): 1}}), "odd")
    await storage.inbox.store_all([arrival(2, "siti", WORDS), arrival(3, "budi", WORDS)])
    in_vain, answered = await storage.inbox.lease("worker")
    for _ in range(4):
        await storage.inbox.retry_later(in_vain, "ValueError at x.py:1", 0)
        (in_vain,) = await storage.inbox.lease("worker")
    await storage.inbox.retry_later(in_vain, "ValueError at x.py:1", 0)
    await storage.inbox.finish(answered, [Reply(WORDS)])
    (reply,) = await storage.outbox.lease("worker")
    await storage.outbox.give_up(reply, "refused: chat not found")


async def waiting(storage: Storage) -> tuple[list[str], list[str]]:
    """What can be answered and sent now."""
    messages, replies = await storage.inbox.lease("new"), await storage.outbox.lease("new")
    return [row.incoming.text for row in messages], [row.reply.text for row in replies]


def test_dead_letters_are_listed(line: CommandLine, database_url: str) -> None:
    """Number, channel, tries and reason of each, and nothing of what it says."""
    on(database_url, set_aside)
    ran = line.run("dead-letters")
    assert (ran.code, ran.err) == (0, "")
    first, second, third, summary = ran.out.splitlines()
    assert (first.split()[:2], first.split()[-2:]) == (["p1", "telegram"], ["0×", "odd"])
    assert (second.split()[0], second.endswith("5×  ValueError at x.py:1")) == ("p2", True)
    assert (third.split()[0], third.endswith("1×  refused: chat not found")) == ("b1", True)
    assert summary == "2 pesan dan 1 balasan disisihkan."
    assert WORDS not in ran.out
    assert line.run("dead-letters", "list") == ran


def test_a_dead_letter_is_shown_without_its_text(line: CommandLine, database_url: str) -> None:
    """The shape of an update says what was odd about it; values, and names that no platform uses, stay hidden."""
    on(database_url, set_aside)
    odd = line.run("dead-letters", "show", "p1").out
    assert 'bentuk      {"message": {"text": teks, "…": angka}}' in odd
    assert "sebab       odd" in odd
    assert "percobaan   5" in line.run("dead-letters", "show", "P2").out
    reply = line.run("dead-letters", "show", "b1").out
    assert "refused: chat not found" in reply
    assert WORDS not in (odd + reply).lower()


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("kata", "bukan JSON"),
        ("[" * 100_000, "bukan JSON"),
        ('[{"a": null}, 1]', '[{"a": null}, …]'),
        ('{"is_bot": true, "x": [], "id": 1.5, "t": "rahasia"}', '{"is_bot": true, "x": [], "id": angka, "t": teks}'),
    ],
    ids=["no-json", "deep", "list", "kinds"],
)
def test_shape(raw: str, told: str) -> None:
    """Kinds instead of values; whatever it is, there is something to show."""
    assert shape(raw) == told


def test_one_is_tried_again(line: CommandLine, database_url: str) -> None:
    """By its number; the others stay where they are."""
    on(database_url, set_aside)
    ran = line.run("dead-letters", "retry", "p2", "b1")
    assert (ran.code, ran.out) == (0, "p2: masuk antrean lagi\nb1: masuk antrean lagi\n")
    assert on(database_url, waiting) == ([WORDS], [WORDS])
    assert line.run("dead-letters").out.endswith("1 pesan dan 0 balasan disisihkan.\n")


def test_what_cannot_be_tried_again_is_told(line: CommandLine, database_url: str) -> None:
    """Exit code 1 when something stays set aside: without a token nothing can be read once more."""
    on(database_url, set_aside)
    ran = line.run("dead-letters", "retry", "--all")
    assert ran.code == 1
    assert [told.partition(":")[2][:11] for told in ran.out.splitlines()] == [
        " tidak bisa",
        " masuk antr",
        " masuk antr",
    ]
    assert line.run("dead-letters", "retry", "b77").code == 1


@pytest.mark.parametrize("arguments", [["retry"], ["retry", "p1", "--all"], ["retry", "x1"], ["show", "12"]])
def test_wrong_use(line: CommandLine, arguments: list[str]) -> None:
    """Exit code 2 with the right way to write it."""
    ran = line.run("dead-letters", *arguments)
    assert (ran.code, ran.out) == (2, "")


async def test_what_was_not_understood_is_read_again(tmp_path: Path, database_url: str) -> None:
    """After a repair of the program the stored update is read by it, and waits like any other message."""
    person = {"id": 7_001, "is_bot": False, "first_name": "Siti"}
    message = {"message_id": 5, "date": 1, "chat": {"id": 7_001, "type": "private"}, "from": person, "text": "/cek"}
    storage = await open_sealed(database_url)
    await storage.inbox.set_aside("telegram", "9", json.dumps({"update_id": 9, "message": message}), "KeyError at x.py")
    async with TelegramPeer() as peer:
        settings = {"telegram_token": peer.token, "telegram_api_base": peer.url, "database_url": database_url}
        settings |= {"person_secret": SECRET}
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "dead-letters", "retry", "p1",
            cwd=tmp_path, env=environment(**settings, knowledge_dir=small_knowledge(tmp_path / "knowledge")),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, out.decode()) == (0, "p1: masuk antrean lagi\n")
    (row,) = await storage.inbox.lease("worker")
    assert (row.incoming, row.sender.channel) == (Incoming("5", "text", "/cek"), "telegram")
    assert row.sender.person
    await storage.aclose()


def test_a_lost_database_is_restored(line: CommandLine, database_url: str, tmp_path: Path) -> None:
    """Backup, loss, restore: the same people wait for the same answers."""
    on(database_url, one_waits)
    ran = line.run("backup", "cadangan.gz")
    assert (ran.code, "inbox 1" in ran.out) == (0, True)
    assert "Simpan PERSON_SECRET terpisah" in ran.err
    assert WORDS.encode() not in gzip.decompress((tmp_path / "cadangan.gz").read_bytes())
    new = f"sqlite:///{tmp_path / 'baru.db'}"
    line.set(database_url=new)
    assert line.run("restore", "cadangan.gz").out == ran.out
    assert on(new, waiting) == ([WORDS], [])
    again = line.run("restore", "cadangan.gz")
    assert (again.code, "--force" in again.err) == (1, True)
    assert line.run("restore", "cadangan.gz", "--force").code == 0
    assert on(new, waiting) == ([WORDS], [])


async def one_waits(storage: Storage) -> None:
    """Rini waits for an answer."""
    await storage.inbox.store(Arrival("telegram", "7", "{}", person="rini", incoming=Incoming("7", "text", WORDS)))


def test_another_key_restores_nothing(line: CommandLine, database_url: str, tmp_path: Path) -> None:
    """One sentence says so, and no database is filled."""
    on(database_url, one_waits)
    line.run("backup", "cadangan.gz")
    line.set(database_url=f"sqlite:///{tmp_path / 'baru.db'}", person_secret=SECRET[::-1])
    ran = line.run("restore", "cadangan.gz")
    assert (ran.code, ran.out) == (1, "")
    assert "another PERSON_SECRET or key file" in ran.err
    assert on(f"sqlite:///{tmp_path / 'baru.db'}", waiting) == ([], [])


def test_a_trial_is_restored_with_its_key_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The key file must be put back first, none is made in its place; its content can also be PERSON_SECRET."""
    line = CommandLine(monkeypatch, capsys, tmp_path)
    file, key = tmp_path / "cekdulu.db", tmp_path / "cekdulu.key"
    asyncio.run(stored_on_trial(f"sqlite:///{file}"))
    told = line.run("backup", "cadangan.gz").err
    assert "Simpan berkas kunci cekdulu.key terpisah" in told
    kept = key.read_text("utf-8")
    for left in tmp_path.glob("cekdulu.*"):
        left.unlink()
    ran = line.run("restore", "cadangan.gz")
    assert (ran.code, "cekdulu.key tidak ada" in ran.err) == (1, True)
    assert not key.exists()
    line.set(person_secret=kept)
    assert line.run("restore", "cadangan.gz").code == 0
    key.write_text(kept, "utf-8")
    assert asyncio.run(waiting_on_trial(f"sqlite:///{file}")) == ([WORDS], [])


async def stored_on_trial(url: str) -> None:
    """Rini waits for an answer of a bot whose key lies beside the database."""
    keys = read_keys(Settings(database_url=url))
    storage = await open_storage(url, keys.vault)
    await one_waits(storage)
    await storage.aclose()


async def waiting_on_trial(url: str) -> tuple[list[str], list[str]]:
    """What can be answered and sent now, with the key beside the database."""
    storage = await open_storage(url, read_keys(Settings(database_url=url)).vault)
    found = await waiting(storage)
    await storage.aclose()
    return found


@pytest.mark.parametrize("command", [["dead-letters"], ["dead-letters", "retry", "--all"], ["backup", "x.gz"]])
def test_looking_makes_no_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: list[str]
) -> None:
    """In the wrong folder a command says so instead of making an empty database."""
    ran = CommandLine(monkeypatch, capsys, tmp_path).run(*command)
    assert (ran.code, ran.out) == (1, "")
    assert "Tidak ada database cekdulu.db" in ran.err
    assert list(tmp_path.iterdir()) == []
