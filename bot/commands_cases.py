"""Commands around the cases: figures that hold nobody, as CSV and as a picture."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands_storage import err, opened
from bot.failures import Failure
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.officers.case_figures import Figures

app = typer.Typer(help="Kasus yang diserahkan orang: angka-angkanya.", no_args_is_help=True)


class NotWritten(Failure):
    """The file cannot be written."""


@app.callback()
def cases() -> None:
    """Kasus yang diserahkan orang: angka-angkanya."""


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Misalnya kasus-2026-11.csv.")],
    picture: Annotated[
        Path | None, typer.Option(metavar="GAMBAR", help="Juga sebagai gambar PNG, misalnya kasus-2026-11.png.")
    ] = None,
) -> None:
    """Angka kasus sebagai CSV, tanpa isi dan tanpa orangnya; kelompok di bawah lima disembunyikan."""
    asyncio.run(_export(read_settings(), file, picture))


async def _export(settings: Settings, file: Path, picture: Path | None) -> None:
    from bot.officers.case_figures import csv_figures, figures_of

    async with opened(settings) as storage:
        found = await storage.database.read(figures_of)
        now = storage.database.clock()
    await _write(file, csv_figures(found).encode())
    _tell(f"{file}: {found.cases} kasus." if found.cases else f"{file}: kasus masih terlalu sedikit untuk ditampilkan.")
    if picture is not None:
        await _draw(found, settings.office.day(now), picture)


async def _draw(found: Figures, day: date, file: Path) -> None:
    from bot.channels.chart_drawing import png
    from bot.officers.case_chart import chart_of

    chart = chart_of(found, day)
    if chart is None:
        _tell(f"{file} tidak dibuat: belum ada yang bisa digambar.")
        return
    await _write(file, await asyncio.to_thread(png, chart))
    _tell(f"{file}: gambarnya.")


async def _write(file: Path, content: bytes) -> None:
    try:
        await asyncio.to_thread(file.write_bytes, content)
    except OSError as error:
        raise NotWritten(f"{file} tidak bisa ditulis ({error.strerror}).") from None


def _tell(words: str) -> None:
    err.print(words, markup=False)
