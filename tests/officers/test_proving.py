"""The checks before a publish, in a process of their own."""

from __future__ import annotations

import asyncio

import pytest

from bot.knowledge import packaged_folder
from bot.knowledge.folder import read_package
from bot.knowledge.layout import TRAINED
from bot.officers.proving import checked, problems_of
from tests.knowledge.minimal import changed, minimal_files

FLAG = "red_flags/koper_titipan.yaml"


async def test_nothing_wrong() -> None:
    assert await checked(minimal_files()) == []


async def test_packaged_knowledge_passes() -> None:
    """What is shipped may be published as it is, read with its weights."""
    assert await checked(read_package(packaged_folder())) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (changed(FLAG, "severity: high", "severity: parah"), "severity"),
        (
            changed(FLAG, 'quote: "bawa koper tertutup"\n    - text: "tlg', 'quote: "koper"\n    - text: "tlg'),
            "Kutipannya",
        ),
        (changed(FLAG, "titip {barang}", "titip {barang"), "phrases"),
        (minimal_files() | {TRAINED: "bukan bobot"}, "bobot pembaca contoh rusak"),
        (minimal_files() | {TRAINED: "AAAA"}, "bobot pembaca contoh rusak"),
    ],
)
async def test_problems(files: dict[str, str], said: str) -> None:
    """Shape, examples, phrases and weights: each problem comes with its place, as in the same process."""
    (problem,) = await checked(files)
    assert said in str(problem)
    assert [problem] == problems_of(files)


async def test_keeps_answering() -> None:
    """While the packaged knowledge is checked, the event loop goes on; given up, the check ends."""
    checking = asyncio.create_task(checked(read_package(packaged_folder())))
    longest, before = 0.0, asyncio.get_running_loop().time()
    for _ in range(50):
        await asyncio.sleep(0.01)
        now = asyncio.get_running_loop().time()
        longest, before = max(longest, now - before), now
    assert not checking.done()
    assert longest < 0.3
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
