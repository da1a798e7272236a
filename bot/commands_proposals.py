"""Proposing a file at the command line: the same checks and preview as in the chat."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot.failures import Failure
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.officers.preview import Preview

PROBLEMS = 1
"""Exit code when the file cannot be published as it is."""

out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def propose(
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Satu berkas pengetahuan, .yaml.")],
    why: Annotated[str, typer.Option("--why", help="Alasannya, untuk riwayat.")] = "",
    keep: Annotated[bool, typer.Option(help="--no-keep: hanya coba, jangan simpan sebagai usulan.")] = True,
) -> None:
    """Coba satu berkas ke semua contoh, pesan biasa dan kasus lama, lalu simpan sebagai usulan."""
    found = asyncio.run(_propose(read_settings(), file, why, keep))
    if not found.may_be_published:
        raise typer.Exit(PROBLEMS)


async def _propose(settings: Settings, file: Path, why: str, keep: bool) -> Preview:
    from bot.commands_storage import opened
    from bot.knowledge.folder import packaged_folder
    from bot.officers import proposals
    from bot.officers.filing import NotFiled, filed, read_sent
    from bot.officers.package import Package
    from bot.officers.previewing import previewed
    from bot.officers.publishing import Publishing, past_cases
    from bot.officers.shown_preview import shown_preview

    package = Package.read(settings.knowledge_dir or packaged_folder())
    async with opened(settings) as storage:
        base, live = await Publishing(storage, package).live()
        try:
            text = read_sent(_content(file))
            path = filed(file.name, text, live)
        except NotFiled as wrong:
            raise Failure(str(wrong)) from None
        past = await storage.database.read(past_cases)
        with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
            task = progress.add_task("Mencoba", total=1.0)
            found = await previewed(live, {path: text}, past, lambda part: progress.update(task, completed=part))
        out.print(shown_preview(found), markup=False)
        if keep and not found.problems and live.get(path) != text:
            number = await storage.database.write(
                lambda connection: proposals.propose(
                    connection, time.time(), None, base, path, live.get(path), text, why or f"Berkas {file.name}"
                )
            )
            out.print(f"Disimpan sebagai usulan {number}. Penyunting menerbitkannya lewat /usulan {number}.")
    return found


def _content(file: Path) -> bytes:
    from bot.officers.filing import LARGEST

    try:
        with file.open("rb") as content:
            return content.read(LARGEST + 1)
    except OSError as error:
        raise Failure(f"{file} tidak bisa dibuka: {error.strerror}.") from None
