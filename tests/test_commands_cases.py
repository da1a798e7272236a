"""Figures of the cases on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.command_line import CommandLine, bare_line
from tests.command_line import line_at_database as line

__all__ = ["bare_line", "line"]


def test_too_few_cases_are_a_file_of_heads(line: CommandLine, tmp_path: Path) -> None:
    """And the command says so; a folder that is not there is told in a sentence."""
    file = tmp_path / "kasus.csv"
    told = line.run("cases", "export", str(file))
    assert told.code == 0
    assert "terlalu sedikit" in told.err
    assert file.read_text("utf-8") == "angka,nama,nilai\n"
    failed = line.run("cases", "export", str(tmp_path / "tidak" / "ada.csv"))
    assert failed.code == 1
    assert "tidak bisa ditulis" in failed.err
