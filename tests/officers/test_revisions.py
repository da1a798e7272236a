"""Revisions of the knowledge: what a publish keeps, whom it stops, and the way back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

import pytest

from bot.officers.audit import audit_of
from bot.officers.revisions import (
    NOT_PACKAGED,
    NoRevision,
    NotKnowledge,
    Overlay,
    Revision,
    Stale,
    current,
    difference,
    hash_of,
    history,
    overlaid,
    publish,
    register_package,
    revision,
    roll_back,
    subject,
)
from bot.storage import Storage
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import open_sealed

__all__ = ["clock", "file", "storage"]

FLAG = "red_flags/koper_titipan.yaml"
OTHER = "red_flags/lain.yaml"


async def put(storage: Storage, base: int, changes: Overlay, why: str = "uji", officer: int | None = 7) -> Revision:
    return await storage.database.write(
        lambda connection: publish(connection, 1.0, officer, base, changes, why, "paket")
    )


async def asked(storage: Storage, question: Callable[..., Revision], *given: int) -> Revision:
    return await storage.database.read(lambda connection: question(connection, *given))


async def test_nothing_published(storage: Storage) -> None:
    """Before the first publish there is revision 0, without files, and no other."""
    assert (await asked(storage, current)).number == 0
    assert await asked(storage, revision, 0) == await asked(storage, current)
    assert await storage.database.read(history) == ()
    with pytest.raises(NoRevision):
        await asked(storage, revision, 1)


async def test_publishes_add_up(storage: Storage) -> None:
    """Each revision holds all changes so far; earlier ones stay as they were."""
    await put(storage, 0, {FLAG: "satu"})
    second = await put(storage, 1, {OTHER: None}, why="tidak dipakai lagi", officer=None)
    assert (second.number, second.officer, second.why, second.packaged) == (2, None, "tidak dipakai lagi", "paket")
    assert dict(second.files) == {FLAG: "satu", OTHER: None}
    assert await asked(storage, current) == second
    assert dict((await asked(storage, revision, 1)).files) == {FLAG: "satu"}


async def test_stale(storage: Storage) -> None:
    """Who changes a file that somebody changed meanwhile is told which one, and nothing is written; others go on."""
    await put(storage, 0, {FLAG: "satu"})
    with pytest.raises(Stale) as refused:
        await put(storage, 0, {FLAG: "dua", OTHER: "x"})
    assert refused.value.paths == (FLAG,)
    assert (await asked(storage, current)).number == 1
    assert dict((await put(storage, 0, {OTHER: "x"})).files) == {FLAG: "satu", OTHER: "x"}


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "examples/../../x.yaml", "/red_flags/x.yaml", "red_flags/.x.yaml", "schema/x.json", "x", "README.md"],
)
async def test_strange_paths(storage: Storage, path: str) -> None:
    """Nothing is published where no knowledge belongs, so that an export never writes elsewhere."""
    with pytest.raises(NotKnowledge):
        await put(storage, 0, {FLAG: "satu", path: "a: 1"})
    assert (await asked(storage, current)).number == 0


async def test_roll_back(storage: Storage) -> None:
    """The way back is a revision of its own; what was undone can be fetched back too."""
    await put(storage, 0, {FLAG: "satu"})
    await put(storage, 1, {FLAG: "dua", OTHER: None})
    write = storage.database.write
    back = await write(lambda connection: roll_back(connection, 2.0, 7, 1, "salah", "paket"))
    assert (back.number, dict(back.files)) == (3, {FLAG: "satu"})
    again = await write(lambda connection: roll_back(connection, 2.0, 7, 2, "benar juga", "paket"))
    assert dict(again.files) == {FLAG: "dua", OTHER: None}
    assert not (await write(lambda connection: roll_back(connection, 2.0, 7, 0, "semua", "paket"))).files
    with pytest.raises(NoRevision):
        await write(lambda connection: roll_back(connection, 2.0, 7, 9, "x", "paket"))


async def test_history_of_a_file(storage: Storage) -> None:
    """Only the revisions that changed it, in order."""
    await put(storage, 0, {FLAG: "satu"})
    await put(storage, 1, {OTHER: "x"})
    await put(storage, 2, {FLAG: "dua"})
    told = await storage.database.read(lambda connection: history(connection, FLAG))
    assert [one.number for one in told] == [1, 3]
    assert [one.number for one in await storage.database.read(history)] == [1, 2, 3]


async def test_audit(storage: Storage) -> None:
    """One line a revision: who, from which, to which, and which files."""
    await put(storage, 0, {FLAG: "satu"})
    await put(storage, 1, {FLAG: "dua"})
    (line,) = await storage.database.read(lambda connection: audit_of(connection, subject(2)))
    assert (line.officer, line.action, line.before["revision"], line.after["revision"]) == (7, "rules.publish", 1, 2)
    assert line.before["files"] == {FLAG: hash_of("satu")}
    assert line.after["files"] == {FLAG: hash_of("dua")}


async def test_replaced(storage: Storage) -> None:
    """Each entry keeps which packaged text it replaced, as long as that was known; letting go of it ends it."""
    known = {FLAG: hash_of("paket satu")}
    write = storage.database.write
    for _ in range(2):  # every process does so at its start
        await write(lambda connection: register_package(connection, 1.0, "paket", known))
    first = await put(storage, 0, {FLAG: "satu", OTHER: "x"})
    assert dict(first.replaced) == {FLAG: hash_of("paket satu"), OTHER: NOT_PACKAGED}
    blind = await write(lambda connection: publish(connection, 1.0, 7, 1, {FLAG: "dua"}, "", "paket lain"))
    assert dict(blind.replaced) == {OTHER: NOT_PACKAGED}
    freed = await write(lambda connection: publish(connection, 2.0, 7, 2, {}, "", "paket lain", let_go=[OTHER]))
    assert dict(freed.files) == {FLAG: "dua"}


async def test_publishers_at_once(database_url: str) -> None:
    """Many publishers in two programs: every change gets a number of its own, and none is lost."""
    one, other = await open_sealed(database_url), await open_sealed(database_url)
    paths = [f"red_flags/r{number}.yaml" for number in range(20)]
    try:
        made = await asyncio.gather(
            *(put((one, other)[number % 2], 0, {path: str(number)}) for number, path in enumerate(paths))
        )
        assert sorted(each.number for each in made) == list(range(1, 21))
        assert sorted((await asked(other, current)).files) == sorted(paths)
    finally:
        await one.aclose()
        await other.aclose()


async def test_one_file_at_once(database_url: str) -> None:
    """Two publish the same file at the same moment: one of them hears that the other was first."""
    one, other = await open_sealed(database_url), await open_sealed(database_url)
    try:
        results = await asyncio.gather(
            put(one, 0, {FLAG: "satu"}), put(other, 0, {FLAG: "dua"}), return_exceptions=True
        )
        assert sorted(type(each).__name__ for each in results) == ["Revision", "Stale"]
    finally:
        await one.aclose()
        await other.aclose()


async def test_a_thousand_rules(storage: Storage) -> None:
    """Published together they stand within five seconds, and one more on top of them too."""
    text = "isi aturan yang panjang\n" * 150
    many = {f"red_flags/r{number}.yaml": f"id: r{number}\n{text}" for number in range(1000)}
    begun = time.perf_counter()
    assert len((await put(storage, 0, many)).files) == 1000
    assert len((await put(storage, 1, {FLAG: "satu"})).files) == 1001
    assert time.perf_counter() - begun < 5


def test_overlaid() -> None:
    """The officers' text stands instead of the packaged one, beside it, or hides it."""
    files = {"a": "baru", "b": None, "d": "tambahan", "e": None}
    assert overlaid({"a": "1", "b": "2", "c": "3"}, files) == {"a": "baru", "c": "3", "d": "tambahan"}


def test_difference() -> None:
    """By file, with what was there before and after; trained weights only by name."""
    make = partial(Revision, at=0.0, officer=None, why="", packaged="")
    packaged = {"a.yaml": "satu\ndua\n", "b.yaml": "x\n"}
    before, after = (
        make(1, files={}),
        make(2, files={"a.yaml": "satu\ntiga\n", "b.yaml": None, "reader/weights.npz": "AA"}),
    )
    told = difference(before, after, packaged)
    assert "--- a.yaml (revisi 1)\n+++ a.yaml (revisi 2)\n" in told
    assert "-dua\n+tiga\n" in told
    assert "+++ /dev/null" in told
    assert told.endswith("reader/weights.npz: bobot pembaca contoh berganti\n")
    assert difference(after, after, packaged) == ""
