"""Figures of the cases on the command line."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from bot.channels.chart_drawing import WIDTH
from bot.storage import Storage
from bot.storage.tables import cases
from tests.command_line import CommandLine, bare_line, on
from tests.command_line import line_at_database as line
from tests.officers.case_office import case_row

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
    picture = tmp_path / "kasus.png"
    told = line.run("cases", "export", str(file), "--picture", str(picture))
    assert told.code == 0
    assert "belum ada yang bisa digambar" in told.err
    assert not picture.exists()


async def _fill(storage: Storage) -> None:
    rows = [case_row(n, "danger" if n < 6 else "caution", "Kapuas", 1_795_000_000.0) for n in range(9)]
    await storage.database.write(lambda connection: connection.execute(cases.insert(), rows).rowcount)


def test_the_picture_beside_the_figures(line: CommandLine, database_url: str, tmp_path: Path) -> None:
    """The one that officers get in the chat, as a file; where it cannot be written that is told in a sentence."""
    on(database_url, _fill)
    file, picture = tmp_path / "kasus.csv", tmp_path / "kasus.png"
    told = line.run("cases", "export", str(file), "--picture", str(picture))
    assert told.code == 0
    assert "kasus.csv: 9 kasus." in told.err
    assert "kasus.png" in told.err
    assert "tingkat,lainnya,9" in file.read_text("utf-8")
    with Image.open(picture, formats=["PNG"]) as drawn:
        assert drawn.width == WIDTH
    failed = line.run("cases", "export", str(file), "--picture", str(tmp_path / "tidak" / "ada.png"))
    assert failed.code == 1
    assert "tidak bisa ditulis" in failed.err
