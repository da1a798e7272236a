"""`rules propose FILE`, on either kind of database: tried out, shown, kept; or refused with a clear sentence."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.officers.drafting import with_additions
from bot.officers.proposals import Proposal, open_proposals
from tests.command_line import CommandLine, Ran, bare_line
from tests.knowledge.minimal import RED_FLAG
from tests.running_bot import small_knowledge
from tests.storage.samples import SECRET, open_sealed

__all__ = ["bare_line"]


class Proposer:
    """Somebody with files."""

    def __init__(self, line: CommandLine, url: str, folder: Path) -> None:
        self._line, self._url, self._folder = line, url, folder

    def propose(self, text: str | bytes, name: str = "koper_titipan.yaml", *options: str) -> Ran:
        """What the command says."""
        file = self._folder / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return self._line.run("rules", "propose", str(file), *options)

    def waiting(self) -> tuple[Proposal, ...]:
        """What is kept."""

        async def work() -> tuple[Proposal, ...]:
            storage = await open_sealed(self._url)
            try:
                return await storage.database.read(open_proposals)
            finally:
                await storage.aclose()

        return asyncio.run(work())


@pytest.fixture
def proposer(bare_line: CommandLine, tmp_path: Path, database_url: str) -> Proposer:
    packaged = small_knowledge(tmp_path / "paket")
    bare_line.set(database_url=database_url, person_secret=SECRET, knowledge_dir=packaged)
    made = Proposer(bare_line, database_url, tmp_path)
    made.waiting()  # the database is there
    return made


def test_a_file_is_tried_and_kept(proposer: Proposer) -> None:
    ran = proposer.propose(with_additions(RED_FLAG, ["bungkus peti"]), "koper_titipan.yaml", "--why", "cara baru")
    assert (ran.code, "✅ Semua contoh tetap benar." in ran.out) == (0, True)
    (one,) = proposer.waiting()
    assert (one.path, one.why, one.before) == ("red_flags/koper_titipan.yaml", "cara baru", RED_FLAG)
    assert f"usulan {one.id}" in ran.out


def test_only_trying(proposer: Proposer) -> None:
    ran = proposer.propose(RED_FLAG.replace('  - "titip {barang}"\n', ""), "koper_titipan.yaml", "--no-keep")
    assert (ran.code, "1 contoh tidak lagi benar" in ran.out) == (1, True)
    assert proposer.waiting() == ()


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (RED_FLAG.replace("severity: high", "severity: hgih"), "koper_titipan.yaml", "baris 4, severity"),
        ("a: [", "koper_titipan.yaml", "baris"),
        (b"#" * 5_000_000, "koper_titipan.yaml", "paling besar 1 MB"),
        ("a: b", "catatan.txt", "berakhir .yaml"),
    ],
)
def test_what_cannot_be_used_changes_nothing(proposer: Proposer, text: str | bytes, name: str, sentence: str) -> None:
    ran = proposer.propose(text, name)
    assert ran.code == 1
    assert sentence in ran.err
    assert proposer.waiting() == ()
