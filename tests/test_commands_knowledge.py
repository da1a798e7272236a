"""Commands for officers: checking knowledge, starting a rule, the schema; and what broken knowledge does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.command_line import CommandLine, bare_line
from tests.running_bot import small_knowledge

__all__ = ["bare_line"]

PLACE = re.compile(r"^(\S+\.yaml):(\d+):(\d+) \S+: ", re.MULTILINE)


@pytest.fixture
def line(bare_line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    bare_line.set(knowledge_dir=tmp_path / "pengetahuan")
    # The small knowledge has too few examples to train a reader on; that it must be fresh is tested with training.
    monkeypatch.setattr("bot.training.stale_weights", lambda compiled: None)
    return bare_line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge folder to spoil."""
    return small_knowledge(tmp_path / "pengetahuan")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


def test_good_knowledge(line: CommandLine, folder: Path) -> None:
    """Exit code 0 and one line of numbers."""
    ran = line.run("check-knowledge")
    assert (ran.code, ran.err) == (0, "")
    assert re.fullmatch(r"3 aturan, \d+ contoh, 0 masalah\. Revisi \w+\.\n", ran.out)


def test_only_some_of_it(line: CommandLine, folder: Path) -> None:
    """An officer checks the rule at hand."""
    assert "3 aturan, 6 contoh, 0 masalah" in line.run("check-knowledge", "--only", "koper_titipan").out


def spoil(folder: Path) -> None:
    """Three mistakes in three files, one of them on line 100."""
    change(folder / "red_flags/koper_titipan.yaml", "severity: high", "severty: high")
    change(folder / "policy.yaml", "danger_from: 100", "danger_from: banyak")
    file = folder / "markers/izin_tertulis.yaml"
    file.write_text("# catatan\n" * 99 + file.read_text("utf-8").replace("id: izin", "id: izinn"), "utf-8")


@pytest.mark.parametrize("command", [["check-knowledge"], ["serve"], ["chat"], ["check", "halo"]], ids=" ".join)
def test_broken_knowledge_stops_everything(line: CommandLine, folder: Path, command: list[str]) -> None:
    """Every problem with path, line and column, what to write instead, and exit code 1; nothing else is begun."""
    spoil(folder)
    line.set(telegram_token="4200:AAuji", telegram_api_base="http://127.0.0.1:1")
    ran = line.run(*command)
    assert (ran.code, ran.out) == (1, "")
    places = {(Path(path).name, int(number)) for path, number, _ in PLACE.findall(ran.err)}
    assert places >= {("koper_titipan.yaml", 4), ("policy.yaml", 6), ("izin_tertulis.yaml", 100)}
    assert 'Maksud Anda "severity"?' in ran.err
    assert "pengetahuan tidak dipakai" in ran.err
    assert "Traceback" not in ran.err
    assert [path.name for path in Path().iterdir()] == ["pengetahuan"]


def test_an_example_that_does_not_hold(line: CommandLine, folder: Path) -> None:
    """Its place and what was found instead; exit code 1."""
    change(folder / "red_flags/koper_titipan.yaml", 'quote: "titip dus"', 'quote: "titip dus ke kapal"')
    ran = line.run("check-knowledge")
    assert ran.code == 1
    assert "1 masalah" in ran.out
    (path, number, column) = PLACE.findall(ran.err)[0]
    assert (Path(path).name, int(number) > 30, int(column) > 1) == ("koper_titipan.yaml", True, True)
    assert "“titip dus”" in ran.err


@pytest.mark.parametrize("command", [["check-knowledge"], ["serve"], ["check", "halo"]], ids=" ".join)
def test_a_folder_that_is_not_there(line: CommandLine, command: list[str]) -> None:
    """The officer hears that the folder does not exist."""
    line.set(telegram_token="4200:AAuji")
    ran = line.run(*command)
    assert ran.code == 1
    assert "folder ini tidak ada" in ran.err


def test_a_folder_named_on_the_line(line: CommandLine, folder: Path, tmp_path: Path) -> None:
    """``--knowledge`` goes before KNOWLEDGE_DIR."""
    other = small_knowledge(tmp_path / "lain")
    spoil(folder)
    assert line.run("check-knowledge", "--knowledge", str(other)).code == 0


def test_a_new_flag(line: CommandLine, folder: Path) -> None:
    """A file that explains itself, and that holds as it is; a second one of the name is refused, like a bad name."""
    ran = line.run("new-flag", "tanda_baru")
    assert ran.code == 0
    assert "tanda_baru.yaml" in ran.out
    assert (folder / "red_flags/tanda_baru.yaml").is_file()
    assert line.run("check-knowledge", "--only", "tanda_baru").code == 0
    again, bad = line.run("new-flag", "tanda_baru"), line.run("new-flag", "Tanda Baru")
    assert (again.code, bad.code) == (1, 1)
    assert "sudah dipakai" in again.err
    assert "tidak bisa menjadi id" in bad.err


def test_schema(line: CommandLine, tmp_path: Path) -> None:
    """One JSON Schema for each type of file, where the officer wants them."""
    ran = line.run("schema", str(tmp_path / "skema"))
    assert ran.code == 0
    names = {file.name for file in (tmp_path / "skema").iterdir()}
    assert names >= {"red_flag.json", "marker.json", "policy.json"}
    assert len(ran.out.splitlines()) == len(names)
    assert json.loads((tmp_path / "skema/red_flag.json").read_text("utf-8"))["type"] == "object"
