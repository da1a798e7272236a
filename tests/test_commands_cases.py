"""Figures of the cases on the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.storage.samples import SECRET, open_sealed


@pytest.fixture
def line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database_url: str
) -> CommandLine:
    commands = CommandLine(monkeypatch, capsys, tmp_path)
    commands.set(database_url=database_url, person_secret=SECRET)
    return commands


async def _make(url: str) -> None:
    await (await open_sealed(url)).aclose()


def test_too_few_cases_are_a_file_of_heads(line: CommandLine, database_url: str, tmp_path: Path) -> None:
    """And the command says so; a folder that is not there is told in a sentence."""
    asyncio.run(_make(database_url))
    file = tmp_path / "kasus.csv"
    told = line.run("cases", "export", str(file))
    assert told.code == 0
    assert "terlalu sedikit" in told.err
    assert file.read_text("utf-8") == "angka,nama,nilai\n"
    failed = line.run("cases", "export", str(tmp_path / "tidak" / "ada.csv"))
    assert failed.code == 1
    assert "tidak bisa ditulis" in failed.err
