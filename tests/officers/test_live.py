"""The knowledge in use: what it takes over, what it refuses, and that what was replaced is forgotten."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from time import monotonic

import pytest
from sqlalchemy import Connection, update

from bot.checking import check
from bot.checking.compiled import Compiled, compile_knowledge
from bot.knowledge import KnowledgeError, load_files, packaged_folder
from bot.knowledge.folder import read_package, read_trained
from bot.officers.live import ForAnswers, LiveKnowledge, settle
from bot.officers.package import Package
from bot.officers.revisions import Overlay, current_number, publish, roll_back
from bot.storage import Storage
from bot.storage.tables import revisions
from tests.knowledge.minimal import changed, minimal_files
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import open_sealed

__all__ = ["clock", "file", "storage"]

FLAG = "red_flags/koper_titipan.yaml"
STRICTER = {FLAG: changed(FLAG, "severity: high", "severity: critical")[FLAG]}
BROKEN: Overlay = {FLAG: "rusak"}


async def put(storage: Storage, changes: Overlay, packaged: str = "") -> None:
    name = packaged or Package.of(minimal_files()).name
    await storage.database.write(
        lambda connection: publish(connection, 1.0, 7, current_number(connection), changes, "uji", name)
    )


def severity(live: LiveKnowledge) -> str:
    return live.compiled.knowledge.red_flags["koper_titipan"].severity


async def until(live: LiveKnowledge, wanted: str) -> None:
    """Until the red flag is so severe in this program; TimeoutError when it does not become so."""
    async with asyncio.timeout(5):
        while severity(live) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def started(storage: Storage, files: dict[str, str] | None = None) -> LiveKnowledge:
    live = LiveKnowledge(storage.database, Package.of(files or minimal_files()))
    await live.start()
    return live


@asynccontextmanager
async def watching(live: LiveKnowledge) -> AsyncIterator[None]:
    """As beside the worker."""
    stop = asyncio.Event()
    task = asyncio.create_task(live.watch(stop))
    yield
    stop.set()
    await asyncio.wait_for(task, 1)


async def test_nothing_published(storage: Storage) -> None:
    """The packaged files are in use, and looking again compiles nothing."""
    live = await started(storage)
    before = live.compiled
    assert (severity(live), live.number, live.notes()) == ("high", 0, [])
    assert not await live.look()
    assert live.compiled is before


async def test_watching(database_url: str) -> None:
    """What another program publishes is in use within two seconds; what is in hand stays as it was; and back again."""
    one, other = await open_sealed(database_url), await open_sealed(database_url)
    try:
        live = await started(one)
        async with watching(live):
            in_hand = live.compiled
            begun = monotonic()
            await put(other, STRICTER)
            await until(live, "critical")
            assert monotonic() - begun < 2
            assert in_hand.knowledge.red_flags["koper_titipan"].severity == "high"
            await other.database.write(lambda connection: roll_back(connection, 2.0, 7, 0, "", ""))
            await until(live, "high")
    finally:
        await one.aclose()
        await other.aclose()


async def test_what_follows(storage: Storage) -> None:
    """It is told what was in use and what is now, once a revision; when it fails, the watching goes on."""
    live = await started(storage)
    told: list[tuple[str, str, int]] = []

    async def follow(before: Compiled, now: Compiled, number: int) -> None:
        told.append((before.knowledge.revision, now.knowledge.revision, number))
        raise ValueError("not today")

    live.afterwards = follow
    first = live.compiled.knowledge.revision
    async with watching(live):
        await put(storage, STRICTER)
        await until(live, "critical")
        await storage.database.write(lambda connection: roll_back(connection, 2.0, 7, 0, "", ""))
        await until(live, "high")
        async with asyncio.timeout(5):
            while len(told) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    stricter = told[0][1]
    assert told == [(first, stricter, 1), (stricter, first, 2)]


@pytest.mark.parametrize(
    "broken", [BROKEN, {FLAG: None}, {"reader/weights.npz": "AAAA"}, {"words.yaml": "spellings: {}\nlists: {}\n"}]
)
async def test_broken_changes_nothing(storage: Storage, broken: Overlay) -> None:
    """It is told of, without a word of the file, once; the next one that works is taken."""
    live = await started(storage)
    await put(storage, STRICTER)
    assert await live.look()
    before = live.compiled
    await put(storage, broken)
    assert not await live.look()
    assert not await live.look()
    (note,) = live.notes()
    assert note.startswith("knowledge: revision 2 cannot be used, the one before stays: ")
    assert "problems, knowledge/" in note or "problems, reader/weights.npz:1:1" in note
    assert "rusak" not in note
    assert live.compiled is before
    await storage.database.write(lambda connection: roll_back(connection, 1.0, 7, 1, "", ""))
    assert await live.look()
    assert (live.notes(), live.number) == ([], 3)


async def test_damaged_row(storage: Storage) -> None:
    """What the database cannot give back replaces nothing either, neither in a running process nor at a start."""
    live = await started(storage)
    await put(storage, STRICTER)
    await live.look()
    await put(storage, {"ordinary_words.yaml": "words: makan"})

    def damage(connection: Connection) -> None:
        connection.execute(update(revisions).where(revisions.c.number == 2).values(files='{"x": 1}'))

    await storage.database.write(damage)
    assert not await live.look()
    assert severity(live) == "critical"
    late = await started(storage)
    assert (severity(late), late.number) == ("high", 0)
    assert "revision 2 cannot be used" in late.notes()[0]


async def test_start_leaves_out_what_does_not_fit(storage: Storage) -> None:
    """A release that no longer understands one of the officers' files takes the others."""
    other = "red_flags/lain.yaml"
    await started(storage)
    await put(storage, STRICTER | {other: "rusak"})
    live = await started(storage)
    assert (severity(live), live.number) == ("critical", 1)
    assert live.notes() == [f"knowledge: left out of revision 1, does not fit: {other}"]


async def test_start_without_working_files(storage: Storage) -> None:
    """Packaged files that cannot be used end the start, whatever was published."""
    await put(storage, STRICTER)
    with pytest.raises(KnowledgeError):
        await started(storage, minimal_files() | {"policy.yaml": "rusak"})


async def test_conflict(storage: Storage) -> None:
    """A release that changes what officers changed: theirs stays live, and the file is named until somebody chooses."""
    await started(storage)
    await put(storage, STRICTER)
    release = changed(FLAG, "Diminta membawa koper", "Disuruh membawa koper")
    live = await started(storage, release)
    assert severity(live) == "critical"
    assert live.notes() == [f"knowledge: changed by officers and by the release (see: rules status): {FLAG}"]
    again = release | {FLAG: str(STRICTER[FLAG])}  # the next release took it over
    assert (await started(storage, again)).notes() == []


async def test_replaced_knowledge_is_freed(storage: Storage) -> None:
    """After a publish only one compiled knowledge is in memory, without a look for garbage."""
    live = await started(storage)
    for number in range(3):
        await put(storage, {"ordinary_words.yaml": f"words: makan minum kata{number}x\n"})
        assert await live.look()
    gc.unfreeze()
    mine = [found for found in gc.get_objects() if isinstance(found, Compiled)]
    numbers = {word for found in mine for word in found.knowledge.ordinary_words if word.startswith("kata") and word.endswith("x")}
    settle()
    assert numbers == {"kata2x"}


async def test_database_away(storage: Storage) -> None:
    """While it is away the watcher goes on with what is in use, and takes what is new afterwards."""
    live = await started(storage)
    async with watching(live):
        before = live.compiled
        await asyncio.sleep(0.05)
        with suppress(Exception):
            await storage.database.run_alone("ALTER TABLE revisions RENAME TO away")
        storage.database.signal("revisions").ring()
        await asyncio.sleep(0.1)
        assert live.compiled is before
        await storage.database.run_alone("ALTER TABLE away RENAME TO revisions")
        await put(storage, STRICTER)
        storage.database.signal("revisions").ring()
        await until(live, "critical")


def test_taken_over_is_the_same() -> None:
    """Compiling anew and taking over what did not change give the same answers, whatever file was changed before."""
    files = minimal_files()
    compile_texts = ForAnswers()
    before = compile_texts(files, None)
    for path, old, new in [
        (FLAG, "severity: high", "severity: critical"), ("words.yaml", "barang: [dus, peti]", "barang: [dus]"),
        ("pathways/kerja_kebun.yaml", "cara memupuk tanaman di rumah", "cara memupuk bunga di rumah"),
    ]:  # fmt: skip
        now = changed(path, old, new)
        fresh = compile_knowledge(load_files(now, examples=False))
        taken = compile_texts(now, before)
        for text in ("titip peti ke kapal", "Nanti kamu bawa koper tertutup ini ya.", "kerja kebun di kota contoh?"):
            assert check(text, taken) == check(text, fresh), (path, text)
        assert (taken.questions is before.questions) == (path == FLAG)


def test_reader_and_changed_rules(compiled: Compiled) -> None:
    """The weights that are shipped read on when rules they know are gone or retired, and rules they do not know came."""
    texts = read_package(packaged_folder())
    gone, retired = compiled.reader.weights.rules[:2] if compiled.reader else ("", "")
    path = f"red_flags/{retired}.yaml"
    files = texts | {path: texts[path].replace("status: active", "status: retired", 1)}
    knowledge = load_files(files, examples=False)
    without = replace(knowledge, red_flags={name: flag for name, flag in knowledge.red_flags.items() if name != gone})
    changed_rules = compile_knowledge(replace(without, reader=read_trained(packaged_folder())))
    for flag in (gone, retired):
        for example in compiled.knowledge.red_flags[flag].examples.must_match:
            assessment = check(example.text, changed_rules)
            assert {gone, retired}.isdisjoint(reason.match.rule for reason in assessment.reasons)
            assert assessment.level in ("emergency", "danger", "caution", "no_signs", None)
