"""Learning after a publish, on both databases: once for many, taken up after a kill, thrown away after a rollback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

import pytest
from sqlalchemy import Connection

from bot.checking.compiled import compile_knowledge
from bot.knowledge import load_files
from bot.knowledge.folder import weights_text
from bot.knowledge.layout import TRAINED
from bot.knowledge.problems import KnowledgeProblem
from bot.office import OfficeHours
from bot.officers import proposals, revisions, trainings
from bot.officers.beside import WorkBroken
from bot.officers.drafting import with_additions
from bot.officers.learning import AGAIN_AFTER, LEASE, MOST_ATTEMPTS, QUIET, Learning
from bot.officers.learnt import Difference, difference, matters
from bot.officers.retraining import retrained
from bot.storage import Storage
from bot.training import stale_weights
from tests.knowledge.minimal import RED_FLAG
from tests.officers.rules_office import Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock
from tests.training.test_training import lesson_files

__all__ = ["clock", "file", "storage"]

pytest.importorskip("sklearn", reason="training needs the extra 'train'")

MORE = "examples/c_baru.yaml"
MESSAGES = """\
role: training
messages:
  - text: Permisi, kalau mau ikut kerja kebun resmi itu daftarnya lewat mana dan bayar berapa ya?
    kind: question
  - text: Permisi, ada yang tahu jadwal kapal ke pulau seberang hari Minggu?
    kind: other
"""


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Knowledge with a reader."""
    from bot.training.training import train

    texts = lesson_files()
    proof = "examples/tawaran.yaml"  # which the sixty messages make look like those of level danger
    texts[proof] = texts[proof].replace("level: caution", "level: danger")
    return texts | {TRAINED: weights_text(train(load_files(texts)))}


@pytest.fixture
async def office(storage: Storage, files: dict[str, str]) -> Office:
    made = Office(storage, files)
    made.answers_with = await made.compiled()  # some tests publish weights that nothing could read
    await made.officer("budi")
    return made


class Trainer:
    """Learns at once, something else each time, when it is let; counts."""

    def __init__(self) -> None:
        self.begun: list[Mapping[str, str]] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.fails = False

    async def __call__(self, texts: Mapping[str, str]) -> dict[str, str | None]:
        self.begun.append(texts)
        await self.go_on.wait()
        if self.fails:
            raise WorkBroken("Terhenti.")
        return {TRAINED: f"bobot {len(self.begun)}"}


async def nothing_wrong(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
    """Every example holds."""
    return []


def learning(office: Office, trainer: Trainer, owner: str = "satu", lease: float = LEASE) -> Learning:
    """One process that learns."""
    return Learning(office.storage, office.package, OfficeHours(), owner, lease=lease, train=trainer, prove=nothing_wrong)


async def publish(office: Office, path: str, text: str, officer: str = "budi") -> str:
    """The officer publishes a file in the chat."""
    before = (await office.live()).get(path)

    def change(connection: Connection) -> int:
        base = revisions.current_number(connection)
        return proposals.propose(connection, 1.0, 1, base, path, before, text, "baru", proposals.Wanted(1))

    number = await office.storage.database.write(change)
    await office.say(officer, "/usulan")
    await office.say(officer, f"/usulan {number}")
    return await office.press(officer, "Terbitkan")


async def until_begun(trainer: Trainer, times: int) -> None:
    async with asyncio.timeout(5):
        while len(trainer.begun) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def begun(office: Office, clock: MovedClock, trainer: Trainer, lease: float = LEASE) -> asyncio.Task[bool]:
    """New messages are published, and learning from them goes on until the trainer is let."""
    trainer.go_on.clear()
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET)
    at_it = asyncio.create_task(learning(office, trainer, lease=lease).look())
    await until_begun(trainer, 1)
    return at_it


async def number(office: Office) -> int:
    return await office.storage.database.read(revisions.current_number)


async def test_new_messages_are_learnt_and_the_officer_hears_it(office: Office, clock: MovedClock) -> None:
    """For real: the rule is live first, then weights that were learnt from exactly what is live, by the same officer."""
    told = await publish(office, MORE, MESSAGES)
    assert "Terbit sebagai revisi 1" in told
    assert "Pembaca contoh belajar menyusul" in told
    real = Learning(office.storage, office.package, OfficeHours(), "satu")
    assert not await real.look()
    clock.move(QUIET)
    assert await real.look()
    assert stale_weights(await office.compiled()) is None
    live = await office.storage.database.read(revisions.current)
    assert (live.number, live.officer, live.why) == (2, 1, "Pembaca contoh belajar dari 2 pesan baru")
    expected = "🎓 Pembaca contoh sudah belajar dari 2 pesan baru; berlaku sejak 18.07 WIB (revisi 2)."
    assert (await office.told("budi"))[-1] == expected
    assert not await real.look()


async def test_several_publishes_are_learnt_at_once(office: Office, clock: MovedClock) -> None:
    trainer = Trainer()
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET - 1)
    await publish(office, "examples/d_baru.yaml", MESSAGES.replace("kebun", "tambak").replace("kapal", "bus"))
    clock.move(QUIET - 1)
    assert not await learning(office, trainer).look()
    clock.move(1)
    assert await learning(office, trainer).look()
    assert (len(trainer.begun), await number(office)) == (1, 3)
    assert "dari 4 pesan baru" in (await office.told("budi"))[-1]


async def test_one_process_learns(office: Office, clock: MovedClock) -> None:
    """While it lives nobody else begins, however long it takes."""
    trainer = Trainer()
    at_it = await begun(office, clock, trainer, lease=0.2)
    for _ in range(5):
        clock.move(0.1)
        await asyncio.sleep(0.1)  # it renews its lease by the real clock
        assert not await learning(office, trainer, "dua").look()
    trainer.go_on.set()
    assert await at_it
    assert (len(trainer.begun), await number(office)) == (1, 2)


async def test_what_a_killed_process_was_at_is_taken_up(office: Office, clock: MovedClock) -> None:
    """By another one, when the lease is over; and a process that is told to stop gives it back at once."""
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET)
    await office.storage.database.write(
        lambda connection: trainings.claim_trainings(connection, clock.now, "mati", QUIET, LEASE)
    )
    trainer = Trainer()
    other = learning(office, trainer, "dua")
    assert not await other.look()
    clock.move(LEASE)
    trainer.go_on.clear()
    stop = asyncio.Event()
    at_it = asyncio.create_task(other.keep_up(stop))
    await until_begun(trainer, 1)
    stop.set()
    await at_it
    trainer.go_on.set()
    assert await learning(office, trainer, "tiga").look()
    assert (len(trainer.begun), await number(office)) == (2, 2)


async def test_a_rollback_meanwhile_throws_away_what_was_learnt(office: Office, clock: MovedClock) -> None:
    """Nothing is published, nobody is told of a change that is gone, and nothing is left to do."""
    trainer = Trainer()
    at_it = await begun(office, clock, trainer)
    await office.say("budi", "/batalkan")
    await office.press("budi", "Ya, batalkan 1")
    told = await office.told("budi")
    trainer.go_on.set()
    await at_it
    assert (await number(office), await office.told("budi")) == (2, told)
    clock.move(LEASE + QUIET)
    assert not await learning(office, trainer).look()


async def test_a_publish_meanwhile_is_learnt_from_too(office: Office, clock: MovedClock) -> None:
    """What was learnt without it is thrown away; it begins anew when it is quiet."""
    trainer = Trainer()
    at_it = await begun(office, clock, trainer)
    await publish(office, "red_flags/koper_titipan.yaml", with_additions(RED_FLAG, ["bungkus peti"]))
    trainer.go_on.set()
    await at_it
    assert await number(office) == 2
    clock.move(QUIET)
    assert await learning(office, trainer).look()
    assert (await number(office), "bungkus peti" in str(trainer.begun[1])) == (3, True)


async def test_after_learning_the_rule_can_still_be_taken_back(office: Office, clock: MovedClock) -> None:
    """With what was learnt from it, by the button that was on the screen before it was learnt; once."""
    await publish(office, MORE, MESSAGES)
    await office.say("budi", "/batalkan")
    clock.move(QUIET)
    await learning(office, Trainer()).look()
    assert "Revisi 1 dibatalkan" in await office.press("budi", "Ya, batalkan 1")
    assert await office.live() == office.package.texts()
    assert "tidak ada yang diubah" in await office.say("budi", "1")


async def test_only_what_was_learnt_can_be_taken_back(office: Office, clock: MovedClock) -> None:
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET)
    await learning(office, Trainer()).look()
    assert "Sesudah itu pembaca contoh belajar (revisi 2)" in await office.say("budi", "/batalkan")
    await office.press("budi", "Hanya yang dipelajari")
    live = await office.live()
    assert (MORE in live, live[TRAINED] == office.package.texts()[TRAINED]) == (True, True)
    assert "tidak ada yang diubah" in await office.say("budi", "2")


async def test_where_nothing_can_be_learnt_it_is_said_once(office: Office, clock: MovedClock) -> None:
    """Whatever is published; and when it can be, one day, it is."""
    trainer = Trainer()
    poor = Learning(office.storage, office.package, OfficeHours(), "satu", train=trainer, able=lambda: False)
    await publish(office, MORE, MESSAGES)
    for _ in range(3):
        await poor.look()
    await publish(office, "examples/d_baru.yaml", MESSAGES.replace("kebun", "tambak").replace("kapal", "bus"))
    await poor.look()
    assert sum("paket pelatihannya belum dipasang" in told for told in await office.told("budi")) == 1
    clock.move(QUIET)
    assert await learning(office, trainer).look()
    assert "dari 4 pesan baru" in (await office.told("budi"))[-1]


async def test_what_breaks_examples_is_not_published(office: Office, clock: MovedClock) -> None:
    """And is told with the examples; what was wrong before is no reason."""
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET)
    old = KnowledgeProblem("knowledge/examples/a.yaml", 1, 1, "text", "Sudah lama begitu.", "")
    new = KnowledgeProblem("knowledge/examples/a.yaml", 7, 1, "text", "Tingkatnya terbaca danger.", "")

    async def prove(texts: Mapping[str, str]) -> list[KnowledgeProblem]:
        return [old, new] if texts[TRAINED] == "bobot 1" else [old]

    one = Learning(office.storage, office.package, OfficeHours(), "satu", train=Trainer(), prove=prove)
    assert await one.look()
    told = (await office.told("budi"))[-1]
    assert "tidak jadi belajar dari 2 pesan baru" in told
    assert "1 contoh tidak lagi benar" in told
    assert "baris 7" in told
    assert (await number(office), await one.look()) == (1, False)


async def test_what_fails_again_and_again_is_given_up(office: Office, clock: MovedClock) -> None:
    trainer = Trainer()
    trainer.fails = True
    await publish(office, MORE, MESSAGES)
    clock.move(QUIET)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert not any("tidak jadi" in told for told in await office.told("budi"))
        assert await learning(office, trainer).look()
        assert not await learning(office, trainer).look()
        assert len(trainer.begun) == attempt
        clock.move(AGAIN_AFTER)
    assert "python -m bot rules train" in (await office.told("budi"))[-1]
    assert not await learning(office, trainer).look()


async def test_without_a_reader_nothing_learns(storage: Storage) -> None:
    office = Office(storage)
    await office.officer("budi")
    assert "menyusul" not in await publish(office, MORE, MESSAGES)
    assert await storage.database.read(trainings.waiting) == ()


async def test_the_real_training_ends_with_its_process(files: dict[str, str]) -> None:
    """Given up, it ends at once: nothing goes on learning in the background."""
    task = asyncio.create_task(retrained(files))
    await asyncio.sleep(0.5)
    task.cancel()
    async with asyncio.timeout(2):
        assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)


def test_what_there_is_to_learn() -> None:
    """Messages, marked ordinary lines and the proof of rules in use; not titles, tests or drafts."""
    new = partial(difference, "examples/x.yaml", None)
    assert (new(MESSAGES), new(MESSAGES.replace("role: training", "role: test"))) == (Difference(2, 0), Difference(0, 0))
    assert difference("examples/x.yaml", MESSAGES, MESSAGES.replace("kind: question", "kind: warning")) == Difference(1, 1)
    path = "red_flags/koper_titipan.yaml"
    active = len(compile_knowledge(load_files(lesson_files())).knowledge.red_flags["koper_titipan"].examples.must_match)
    assert difference(path, None, RED_FLAG) == Difference(active, 0)
    assert difference(path, RED_FLAG, RED_FLAG.replace("status: active", "status: draft")) == Difference(0, active)
    assert not difference(path, RED_FLAG, RED_FLAG.replace("title: Diminta", "title: Disuruh"))
    assert not difference("replies/id.yaml", None, "replies: {}")
    assert [matters(name) for name in ("words.yaml", path, TRAINED, "replies/id.yaml", "policy.yaml")] == [
        True, True, False, False, False,
    ]  # fmt: skip
