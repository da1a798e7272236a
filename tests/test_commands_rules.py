"""Commands around published rules, on either kind of database: folders in and out, releases, history, the way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.checking.weights import Weights
from bot.knowledge import load_files
from bot.knowledge.folder import read_package, weights_of
from bot.knowledge.layout import TRAINED
from bot.officers.package import Package
from bot.officers.revisions import Overlay, Revision, current, publish, register_package
from bot.training import trained_on
from tests.command_line import CommandLine, Ran, bare_line
from tests.knowledge.minimal import changed, minimal_files
from tests.running_bot import ROOT, small_knowledge
from tests.storage.samples import SECRET, open_sealed

__all__ = ["bare_line"]

FLAG = "red_flags/koper_titipan.yaml"
MARKER = "markers/izin_tertulis.yaml"
STRICTER = changed(FLAG, "advice: [Tolak membawa", "advice: [Jangan membawa")[FLAG]
RENAMED = changed(FLAG, "title: Diminta membawa", "title: Disuruh membawa")[FLAG]

TAUGHT = """\
role: training
messages:
  - {text: "gaji besar, paspor dititip, besok berangkat bawa koper", kind: offer, level: danger, flags: [koper_titipan]}
  - {text: "tolong saya dikurung di mess dan dipukul", kind: emergency, level: emergency}
  - {text: "bagaimana cara daftar kerja resmi, lewat kantor mana", kind: question}
  - {text: "nanti sore main bola, jangan lupa minum", kind: other}
"""


class Rules:
    """Somebody who types `rules …` where a small knowledge is packaged."""

    def __init__(self, line: CommandLine, url: str, packaged: Path, folder: Path) -> None:
        self._line = line
        self._url = url
        self.packaged = packaged
        self.folder = folder

    def run(self, *arguments: str, code: int = 0) -> Ran:
        """What the command says; it must end with this code."""
        ran = self._line.run("rules", *arguments)
        assert ran.code == code, ran.err
        return ran

    def published(self, changes: Overlay | None = None) -> Revision:
        """What is live, after an officer published these changes over what is packaged now."""
        package = Package.read(self.packaged)

        async def work() -> Revision:
            storage = await open_sealed(self._url)
            try:
                write = storage.database.write
                await write(lambda connection: register_package(connection, 1.0, package.name, package.hashes))
                if changes is not None:
                    base = (await storage.database.read(current)).number
                    await write(
                        lambda connection: publish(connection, 9.0, 7, base, changes, "tipu baru", package.name)
                    )
                return await storage.database.read(current)
            finally:
                await storage.aclose()

        return asyncio.run(work())

    def release(self, path: str, text: str) -> None:
        """A new release of the bot brings this file."""
        (self.packaged / path).write_text(text, "utf-8")

    def edit(self, path: str, text: str) -> None:
        """Somebody changes a file of the exported folder."""
        (self.folder / path).write_text(text, "utf-8")


@pytest.fixture
def rules(bare_line: CommandLine, tmp_path: Path, database_url: str) -> Rules:
    packaged = small_knowledge(tmp_path / "paket")
    bare_line.set(database_url=database_url, person_secret=SECRET, knowledge_dir=packaged)
    opened = Rules(bare_line, database_url, packaged, tmp_path / "keluar")
    opened.published()
    return opened


def test_out_and_in(rules: Rules) -> None:
    """What is exported, changed and imported is live; what was not touched stays as it is."""
    rules.published({FLAG: STRICTER})
    rules.run("export", str(rules.folder))
    assert (rules.folder / FLAG).read_text("utf-8") == STRICTER
    assert read_package(rules.folder).keys() == read_package(rules.packaged).keys()
    assert "Tidak ada yang berubah." in rules.run("import", str(rules.folder), "--why", "x").out
    rules.edit("ordinary_words.yaml", "words: makan minum pagi sore\n")
    rules.edit(
        "red_flags/koper_lain.yaml",
        STRICTER.replace("koper_titipan", "koper_lain")
        .replace("titip {barang}", "oper {barang}")
        .replace("titip dus", "oper dus")
        .replace("koper tertutup", "peti tertutup"),
    )
    ran = rules.run("import", str(rules.folder), "--why", "kata baru")
    assert "diubah: ordinary_words.yaml" in ran.out
    assert "baru: red_flags/koper_lain.yaml" in ran.out
    live = rules.published()
    assert (live.number, live.officer, live.why) == (2, None, "kata baru")
    assert live.files[FLAG] == STRICTER
    assert live.files["ordinary_words.yaml"] == "words: makan minum pagi sore\n"


def test_import_what_is_broken(rules: Rules) -> None:
    """Every problem is told with its place in the folder, and nothing is published."""
    rules.run("export", str(rules.folder))
    rules.edit(FLAG, STRICTER.replace('quote: "titip dus"', 'quote: "titip"'))
    ran = rules.run("import", str(rules.folder), "--why", "x", code=1)
    assert f"{rules.folder}/{FLAG}:" in ran.err
    assert "Kutipannya" in ran.err
    assert rules.published().number == 0


def test_import_over_somebody_elses_change(rules: Rules) -> None:
    """A folder that was exported before an officer changed the same file is refused; other files go on, theirs stays."""
    rules.run("export", str(rules.folder))
    rules.published({FLAG: STRICTER})
    rules.edit("ordinary_words.yaml", "words: makan minum pagi sore\n")
    rules.run("import", str(rules.folder), "--why", "x")
    assert rules.published().files[FLAG] == STRICTER
    rules.edit(FLAG, RENAMED)
    assert FLAG in rules.run("import", str(rules.folder), "--why", "x", code=1).err
    assert rules.published().files[FLAG] == STRICTER


def test_erased_in_the_folder(rules: Rules) -> None:
    """A file that is erased there is erased live, and by a later export in the folder of somebody else."""
    rules.run("export", str(rules.folder))
    other = rules.folder.with_name("lain")
    rules.run("export", str(other))
    examples = "examples/tawaran.yaml"
    (rules.folder / examples).unlink()
    assert f"dihapus: {examples}" in rules.run("import", str(rules.folder), "--why", "x").out
    assert rules.published().files == {examples: None}
    (other / "README.md").write_text("catatan", "utf-8")
    assert f"dihapus: {examples}" in rules.run("export", str(other)).out
    assert not (other / examples).exists()
    assert (other / "README.md").exists()


def test_release_meets_officers(rules: Rules) -> None:
    """Files that only one side changed are told apart from a conflict; the officers' file stays live until one is chosen."""
    rules.published({FLAG: STRICTER, MARKER: minimal_files()[MARKER] + "\n"})
    assert "1 bentrok" not in rules.run("status").out
    rules.release(FLAG, RENAMED)
    rules.release("ordinary_words.yaml", "words: makan\n")
    told = rules.run("status").out
    assert [line.rsplit(None, 1) for line in told.splitlines() if line.endswith(".yaml")] == [
        ["diubah petugas", MARKER],
        ["diubah rilis bot", "ordinary_words.yaml"],
        ["BENTROK: diubah petugas dan rilis bot", FLAG],
    ]
    assert rules.published().files[FLAG] == STRICTER
    rules.run("take", FLAG, "--officers", "--why", "lebih keras")
    assert "0 bentrok" in rules.run("status").out
    assert rules.published().files[FLAG] == STRICTER
    rules.run("take", FLAG, "--packaged", "--why", "ikut rilis")
    assert FLAG not in rules.published().files
    assert FLAG in rules.run("take", FLAG, "--packaged", "--why", "x", code=2).err


def test_conflict_merged_by_hand(rules: Rules) -> None:
    """What is put together in a folder and imported ends the conflict; a change that became the packaged text is let go."""
    rules.published({FLAG: STRICTER})
    rules.release(FLAG, RENAMED)
    rules.run("export", str(rules.folder))
    both = STRICTER.replace("title: Diminta membawa", "title: Disuruh membawa")
    rules.edit(FLAG, both)
    rules.run("import", str(rules.folder), "--why", "digabung")
    assert "0 bentrok" in rules.run("status").out
    assert rules.published().files[FLAG] == both
    rules.run("export", str(rules.folder))
    rules.edit(FLAG, RENAMED)
    rules.run("import", str(rules.folder), "--why", "seperti rilis")
    assert rules.published().files == {}


def test_history_and_back(rules: Rules) -> None:
    """Who, when, why; what differs; and the way back, unless what lies there does not fit any more."""
    rules.published({FLAG: STRICTER})
    rules.published({MARKER: None})
    told = rules.run("history", FLAG).out
    assert "Revisi 1  1970-01-01 00:00:09 UTC  petugas 7  1 berkas  tipu baru" in told
    assert "1 revisi." in told
    assert "2 revisi." in rules.run("history").out
    assert "+advice: [Jangan membawa" in rules.run("diff", "0", "1").out
    assert "Tidak ada bedanya." in rules.run("diff", "1", "1").out
    rules.run("rollback", "1", "--why", "salah hapus")
    assert (rules.published().number, rules.published().files) == (3, {FLAG: STRICTER})
    assert "Tidak ada revisi 9" in rules.run("rollback", "9", "--why", "x", code=2).err
    rules.run("rollback", "2", "--why", "x", code=1)  # policy.yaml names the marker
    assert rules.published().number == 3


def test_weights_travel(rules: Rules) -> None:
    """The example reader's weights leave and come back as the binary file that training writes."""
    weights = (ROOT / "knowledge/reader/weights.npz").read_bytes()
    (rules.packaged / "reader").mkdir()
    (rules.packaged / "reader/weights.npz").write_bytes(weights)
    rules.run("export", str(rules.folder))
    assert (rules.folder / "reader/weights.npz").read_bytes() == weights
    assert "Tidak ada yang berubah." in rules.run("import", str(rules.folder), "--why", "x").out


def test_train(rules: Rules) -> None:
    """What officers taught by new example messages is learnt and live as a revision; too few of them change nothing."""
    assert "terhenti" in rules.run("train", "--why", "x", code=1).err
    taught = {"examples/tawaran.yaml": "ordinary: [Besok hujan.]\n", "examples/a_contoh.yaml": TAUGHT}
    rules.published(taught)
    rules.run("train", "--why", "contoh baru")
    weights = Weights.from_bytes(weights_of({TRAINED: rules.published().files[TRAINED] or ""}))
    assert weights.trained_on == trained_on(load_files(read_package(rules.packaged) | taught))
    rules.run("export", str(rules.folder))
    assert Weights.from_bytes((rules.folder / TRAINED).read_bytes()).trained_on == weights.trained_on


def test_a_folder_that_cannot_be(rules: Rules) -> None:
    """Neither is there, nor can it be made: one sentence."""
    rules.packaged.with_name("berkas").write_text("x", "utf-8")
    assert "tidak bisa ditulis" in rules.run("export", str(rules.packaged.with_name("berkas")), code=2).err
    assert "folder ini tidak ada" in rules.run("import", str(rules.folder), "--why", "x", code=1).err


def test_no_database(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A command that only looks makes none."""
    line = CommandLine(monkeypatch, capsys, tmp_path)
    line.set(person_secret=SECRET)
    assert line.run("rules", "status").code == 1
    assert list(tmp_path.iterdir()) == []
