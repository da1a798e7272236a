"""People: pseudonyms that nobody turns back, and memories that end."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.messages import Reply
from bot.storage import Memory, Retention, Secret, Storage, Swept, load_secret, pseudonym
from bot.storage.tables import inbox, people
from tests.storage.samples import MovedClock, arrival
from tests.storage.stored import files_holding, only_value, rows_as_stored

KEY = b"kunci rahasia untuk uji coba"


async def remember(storage: Storage, number: int, memory: Memory | None, person: str = "siti") -> None:
    """A message of the person was answered and left this memory."""
    await storage.inbox.store(arrival(number, person))
    (row,) = await storage.inbox.lease("worker")
    assert await storage.inbox.finish(row, [], memory)


async def test_stranger_is_new_and_remembers_nothing(storage: Storage) -> None:
    """Loading somebody unknown is no error and writes nothing."""
    for _ in range(2):
        person = await storage.people.load("siti")
        assert (person.memory, person.blocked, person.is_new) == (Memory(), False, True)


async def test_memory_is_replaced_by_each_answer(storage: Storage, clock: MovedClock) -> None:
    """The last answer decides what is remembered; without a memory it stays as it was."""
    await remember(storage, 1, Memory('{"step": 1}', clock.now + 60, "id"))
    await remember(storage, 2, Memory('{"step": "😀"}', clock.now + 60, "en"))
    await remember(storage, 3, None)
    person = await storage.people.load("siti")
    assert (person.memory, person.is_new) == (Memory('{"step": "😀"}', clock.now + 60, "en"), False)


async def test_memory_past_its_hour_is_not_given_out(storage: Storage, clock: MovedClock) -> None:
    """Also before the broom comes, an old quote is gone; language and origin stay."""
    await remember(storage, 1, Memory("kutipan", clock.now + 60, "en", "desa-7"))
    clock.move(59.9)
    assert (await storage.people.load("siti")).memory.text == "kutipan"
    clock.move(0.1)
    assert (await storage.people.load("siti")).memory == Memory("", None, "en", "desa-7")


async def test_nothing_is_noted_of_a_stranger_who_blocks(storage: Storage) -> None:
    """Who had their data erased and then stops the bot leaves nothing behind."""
    await storage.people.set_blocked("siti", True)
    assert (await storage.people.load("siti")).is_new


async def test_expired_memories_are_erased(storage: Storage, clock: MovedClock) -> None:
    """Erased means gone from the table, counted once, and only what is over."""
    await remember(storage, 1, Memory("lama", clock.now + 60))
    await remember(storage, 2, Memory("baru", clock.now + 600), "budi")
    assert await storage.people.erase_expired(clock.now + 60) == 1
    assert await storage.people.erase_expired(clock.now + 60) == 0
    assert (await storage.people.load("siti")).memory.text == ""
    assert (await storage.people.load("budi")).memory.text == "baru"


async def test_blocked_is_kept_beside_the_memory(storage: Storage, clock: MovedClock) -> None:
    """Blocking and unblocking change nothing else."""
    await remember(storage, 1, Memory("ingat", clock.now + 60, "id"))
    await storage.people.set_blocked("siti", True)
    assert (await storage.people.load("siti")).blocked
    await storage.people.set_blocked("siti", False)
    assert not (await storage.people.load("siti")).blocked
    assert (await storage.people.load("siti")).memory.text == "ingat"


async def test_sweep_deletes_what_is_over(storage: Storage, clock: MovedClock) -> None:
    """Tombstones after 7 days, dead letters after 30, memories at their hour; what waits stays."""
    await storage.inbox.set_aside("telegram", "poison", "{", "not JSON")
    await storage.inbox.store(arrival(1))
    (row,) = await storage.inbox.lease("worker")
    await storage.inbox.finish(row, [Reply("jawaban")], Memory("kutipan", clock.now + 60))
    (reply,) = await storage.outbox.lease("sender")
    await storage.outbox.mark_sent(reply.id)
    await storage.inbox.store(arrival(2))
    days = 86_400.0
    early = await storage.sweep(clock.now + 7 * days)
    late = await storage.sweep(clock.now + 7 * days + 1)
    last = await storage.sweep(clock.now + 30 * days + 1)
    assert (early, late, last) == (Swept(1, 0, 0), Swept(0, 2, 0), Swept(0, 0, 1))
    assert await storage.inbox.unfinished() == 1


async def test_sweep_deletes_more_than_one_block(storage: Storage, clock: MovedClock) -> None:
    """However much is over, all of it goes."""
    await storage.inbox.store_all([arrival(number, f"p{number}") for number in range(2_500)])
    change = "UPDATE inbox SET state = 'done', finished_at = 1"
    await storage.database.write(lambda connection: connection.exec_driver_sql(change).rowcount)
    assert (await storage.sweep(clock.now, Retention(tombstones=1))).tombstones == 2_500


async def test_erased_words_are_in_no_file(storage: Storage, clock: MovedClock) -> None:
    """Words are in no file at any time, and what they were sealed into is in no row after an answer and a sweep.

    In no file either on SQLite, which overwrites what is erased. PostgreSQL leaves it in free space and in its journal
    until they are used again: unreadable without the key, but there.
    """
    words = "rekrutmen-ke-negeri-antah"
    await storage.inbox.store(arrival(1, "pseudonym-of-siti", text=words))
    sealed = await only_value(storage, inbox.c.raw)
    assert await files_holding(storage, words) == []
    assert await files_holding(storage, sealed) != []
    (row,) = await storage.inbox.lease("worker")
    await storage.inbox.finish(row, [Reply(f"Anda menulis “{words}”")], Memory(words, clock.now + 60))
    sealed_too = await only_value(storage, people.c.memory)
    (reply,) = await storage.outbox.lease("sender")
    await storage.outbox.mark_sent(reply.id)
    assert await files_holding(storage, words) == []
    assert await files_holding(storage, sealed_too) != []
    await storage.sweep(clock.now + 60)
    assert not any(gone in row for row in await rows_as_stored(storage) for gone in (words, sealed, sealed_too))
    left = [await files_holding(storage, gone) for gone in (words, sealed, sealed_too)]
    assert left[0] == []
    assert storage.database.on_postgres or left == [[], [], []]


def test_pseudonym_is_stable_and_says_nothing() -> None:
    """The same person has the same name for ever; the id cannot be read from it."""
    name = pseudonym(KEY, "telegram", "6281234")
    assert name == pseudonym(KEY, "telegram", "6281234")
    assert len(name) >= 22
    assert name.replace("-", "").replace("_", "").isalnum()
    assert "6281234" not in name


@pytest.mark.parametrize(
    ("secret", "channel", "platform_id"),
    [(b"kunci lain", "telegram", "1"), (KEY, "whatsapp", "1"), (KEY, "telegram", "11"), (KEY, "tele", "gram1")],
    ids=["secret", "channel", "id", "border"],
)
def test_pseudonyms_differ(secret: bytes, channel: str, platform_id: str) -> None:
    """Another secret, channel or id is another name."""
    assert pseudonym(secret, channel, platform_id) != pseudonym(KEY, "telegram", "1")


def test_secret_hides_itself() -> None:
    """A secret in a log line or a traceback shows nothing."""
    secret = Secret(KEY)
    assert KEY.decode() not in f"{secret} {secret!r} {[secret]}"


def test_secret_of_the_environment_wins(tmp_path: Path) -> None:
    """Where the environment names a secret, no file is made."""
    assert load_secret(KEY.decode(), tmp_path / "people.key").value == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", [None, ""], ids=["missing", "empty"])
def test_key_file_is_made_once_for_its_owner_only(tmp_path: Path, given: str | None) -> None:
    """The local trial needs no setting, and everybody keeps their name after a restart."""
    file = tmp_path / "people.key"
    secret = load_secret(given, file)
    assert len(secret.value) >= 32
    assert secret.value.decode().isprintable()  # it may move into the environment
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    assert load_secret(given, file).value == secret.value
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_starts_at_the_same_moment_share_one_key(tmp_path: Path) -> None:
    """Nobody reads half a key and nobody overwrites it."""
    for attempt in range(20):
        file = tmp_path / f"{attempt}.key"
        with ThreadPoolExecutor(8) as starters:
            found = list(starters.map(lambda _, file=file: load_secret(None, file).value, range(8)))
        assert set(found) == {file.read_bytes()}


@pytest.mark.parametrize(("given", "stored"), [("pendek", b""), (None, b"pendek")], ids=["environment", "file"])
def test_short_secret_is_refused_without_showing_it(tmp_path: Path, given: str | None, stored: bytes) -> None:
    """A guessable secret protects nobody; the sentence names the trouble and not the value."""
    file = tmp_path / "people.key"
    file.write_bytes(stored)
    with pytest.raises(ValueError, match=r"too short|damaged") as caught:
        load_secret(given, file)
    assert "pendek" not in str(caught.value)
