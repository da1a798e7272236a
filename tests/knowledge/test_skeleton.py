"""The skeleton of a new rule: it loads at once, explains every field, and cannot be activated unfinished."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.checking.compiled import compile_knowledge
from bot.checking.proof import cases, prove
from bot.knowledge import load_files
from bot.knowledge.schema import RedFlag
from bot.knowledge.skeleton import NewFlagError, new_flag_text, write_new_flag
from tests.knowledge.minimal import minimal_files, problems_in


def test_skeleton_loads_as_a_draft() -> None:
    """Nothing has to be replaced before the first check."""
    knowledge = load_files({**minimal_files(), "red_flags/tanda_baru.yaml": new_flag_text("tanda_baru")})
    assert knowledge.red_flags["tanda_baru"].status == "draft"


def test_examples_of_the_skeleton_hold() -> None:
    """The invented example is a rule that works, so it can be changed step by step."""
    files = {**minimal_files(), "red_flags/tanda_baru.yaml": new_flag_text("tanda_baru")}
    compiled = compile_knowledge(load_files(files))
    of_skeleton = [case for case in cases(compiled) if case.place[1] == "tanda_baru"]
    assert len(of_skeleton) == 6
    assert [str(wrong) for case in of_skeleton if (wrong := prove(case, compiled))] == []


def test_skeleton_shows_every_field() -> None:
    """Whoever fills it in needs no other page."""
    text = new_flag_text("tanda_baru")
    assert [name for name in RedFlag.model_fields if f"\n{name}:" not in text] == []
    assert text.startswith("# yaml-language-server: $schema=../schema/red_flag.json\n")
    assert max(len(line) for line in text.splitlines()) <= 120


def test_unfinished_skeleton_cannot_be_activated() -> None:
    """Placeholders never reach a person."""
    text = new_flag_text("tanda_baru").replace("status: draft ", "status: active ")
    problems = problems_in({**minimal_files(), "red_flags/tanda_baru.yaml": text})
    assert {problem.field for problem in problems} >= {"title", "explanation", "advice.1", "ask", "sources.1.title"}
    assert all("GANTI:" in problem.message for problem in problems)


@pytest.mark.parametrize("id", ["", "ab", "Besar", "9lives", "dengan spasi", "a/b", "../x", "null", "a" * 61, "abc\n"])
def test_bad_id(id: str) -> None:
    """A name that no rule may have is refused with what a name looks like."""
    with pytest.raises(NewFlagError, match="huruf kecil"):
        new_flag_text(id)


def test_write_new_flag(tmp_path: Path) -> None:
    """The file stands where the loader looks for it."""
    (tmp_path / "red_flags").mkdir()
    path = write_new_flag(tmp_path, "tanda_baru")
    assert path == tmp_path / "red_flags" / "tanda_baru.yaml"
    assert path.read_text(encoding="utf-8") == new_flag_text("tanda_baru")


@pytest.mark.parametrize("section", ["red_flags", "markers", "kinds"])
def test_existing_rule_is_not_overwritten(tmp_path: Path, section: str) -> None:
    """An id is used once among all rules, and a file is never lost."""
    (tmp_path / section).mkdir()
    (tmp_path / section / "tanda_lama.yaml").write_text("x", encoding="utf-8")
    with pytest.raises(NewFlagError, match=f"{section}/tanda_lama.yaml"):
        write_new_flag(tmp_path, "tanda_lama")
    assert (tmp_path / section / "tanda_lama.yaml").read_text(encoding="utf-8") == "x"


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A wrong folder is said in one sentence."""
    with pytest.raises(NewFlagError, match="tidak bisa ditulis"):
        write_new_flag(tmp_path / "none", "tanda_baru")
