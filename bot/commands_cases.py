"""Commands around the cases: figures that hold nobody, as CSV."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands_storage import err, opened
from bot.failures import Failure
from bot.settings import Settings, read_settings

app = typer.Typer(help="Kasus yang diserahkan orang: angka-angkanya.", no_args_is_help=True)


class NotWritten(Failure):
    """The file cannot be written."""


@app.callback()
def cases() -> None:
    """Kasus yang diserahkan orang: angka-angkanya."""


@app.command("export")
def export(file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Misalnya kasus-2026-11.csv.")]) -> None:
    """Angka kasus sebagai CSV, tanpa isi dan tanpa orangnya; kelompok di bawah lima disembunyikan."""
    asyncio.run(_export(read_settings(), file))


async def _export(settings: Settings, file: Path) -> None:
    from bot.officers.case_figures import csv_figures, figures_of

    async with opened(settings) as storage:
        found = await storage.database.read(figures_of)
    try:
        await asyncio.to_thread(file.write_text, csv_figures(found), "utf-8", newline="")
    except OSError as error:
        raise NotWritten(f"{file} tidak bisa ditulis ({error.strerror}).") from None
    err.print(
        f"{file}: {found.cases} kasus." if found.cases else f"{file}: kasus masih terlalu sedikit untuk ditampilkan.",
        markup=False,
    )
