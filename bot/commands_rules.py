"""Commands around the rules that officers publish: where they differ from the packaged files, in and out of a folder, and
the way back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.knowledge.problems import KnowledgeProblem
    from bot.officers.package import Package
    from bot.officers.revisions import Overlay, Revision
    from bot.storage import Storage

out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)
app = typer.Typer(help="Aturan yang diterbitkan petugas: beda dengan yang dibawa bot, ekspor, impor, kembali.")

_STATES = {
    "officers": "diubah petugas",
    "package": "diubah rilis bot",
    "both": "BENTROK: diubah petugas dan rilis bot",
    "same": "sama di keduanya",
}
Why = Annotated[str, typer.Option("--why", help="Alasannya, untuk riwayat.")]


@app.command()
def status() -> None:
    """Revisi mana yang berlaku, dan berkas mana yang diubah petugas, oleh rilis bot, atau oleh keduanya (bentrok)."""
    _run(_status(read_settings()))


@app.command("export")
def export_folder(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder tujuan, misalnya knowledge.")],
) -> None:
    """Tulis pengetahuan yang berlaku sebagai berkas, untuk git."""
    _run(_export(read_settings(), folder))


@app.command("import")
def import_folder(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder berkas pengetahuan.")], why: Why
) -> None:
    """Periksa folder, lalu terbitkan yang diubah di dalamnya sejak diekspor."""
    _run(_import(read_settings(), folder, why))


@app.command()
def history(
    path: Annotated[str | None, typer.Argument(metavar="BERKAS", help="Misalnya red_flags/overstay.yaml.")] = None,
) -> None:
    """Semua revisi, atau yang mengubah satu berkas: kapan, oleh siapa, mengapa."""
    _run(_history(read_settings(), path))


@app.command()
def diff(
    before: Annotated[int, typer.Argument(metavar="A", help="Nomor revisi; 0: yang dibawa bot.", min=0)],
    after: Annotated[int, typer.Argument(metavar="B", help="Nomor revisi.", min=0)],
) -> None:
    """Beda dua revisi, berkas demi berkas."""
    _run(_diff(read_settings(), before, after))


@app.command()
def rollback(
    number: Annotated[int, typer.Argument(metavar="N", help="Nomor revisi; 0: yang dibawa bot.", min=0)], why: Why
) -> None:
    """Kembali ke keadaan revisi N, sebagai revisi baru."""
    _run(_rollback(read_settings(), number, why))


@app.command()
def take(
    path: Annotated[str, typer.Argument(metavar="BERKAS", help="Misalnya red_flags/overstay.yaml.")],
    why: Why,
    packaged: Annotated[bool, typer.Option("--packaged", help="Pakai berkas yang dibawa bot.")] = False,
    officers: Annotated[bool, typer.Option("--officers", help="Tetap pakai berkas petugas.")] = False,
) -> None:
    """Selesaikan bentrok satu berkas: pilih yang dibawa bot atau yang dari petugas."""
    if packaged == officers:
        raise typer.BadParameter("Pilih salah satu: --packaged atau --officers.")
    _run(_take(read_settings(), path, packaged, why))


@app.command()
def train(why: Why) -> None:
    """Latih pembaca contoh dari pengetahuan yang berlaku dan terbitkan bobotnya (sekitar satu menit, bot tetap menjawab)."""
    _run(_train(read_settings(), why))


@dataclass(frozen=True, slots=True)
class _Office:
    """What every command works on."""

    storage: Storage
    package: Package
    live: Revision
    hashes: Mapping[str, str] | None

    @property
    def texts(self) -> dict[str, str]:
        from bot.officers.revisions import overlaid

        return overlaid(self.package.texts(), self.live.files)

    async def revision(self, number: int) -> Revision:
        from bot.officers.revisions import revision

        return await self.storage.database.read(lambda connection: revision(connection, number))

    async def publish(self, base: int, changes: Overlay, let_go: Collection[str], why: str) -> Revision:
        from bot.officers.revisions import publish

        now, name = time.time(), self.package.name
        return await self.storage.database.write(
            lambda connection: publish(connection, now, None, base, changes, why, name, let_go=let_go)
        )


@asynccontextmanager
async def _office(settings: Settings) -> AsyncIterator[_Office]:
    from bot.commands_storage import opened
    from bot.knowledge.folder import packaged_folder
    from bot.officers.package import Package
    from bot.officers.revisions import current, packaged_hashes, register_package

    package = Package.read(settings.knowledge_dir or packaged_folder())
    async with opened(settings) as storage:
        await storage.database.write(
            lambda connection: register_package(connection, time.time(), package.name, package.hashes)
        )
        live = await storage.database.read(current)
        hashes = await storage.database.read(lambda connection: packaged_hashes(connection, live.packaged))
        yield _Office(storage, package, live, hashes)


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def _status(settings: Settings) -> None:
    from bot.officers.meeting import differences

    async with _office(settings) as office:
        _print_revision(office.live)
        out.print(f"Paket bot {office.package.name}.", markup=False)
        found = differences(office.live, office.package, office.hashes)
    for difference in found:
        out.print(f"{_STATES[difference.state]:<40}{difference.path}", markup=False)
    met = sum(difference.state == "both" for difference in found)
    out.print(f"{len(found)} berkas berbeda, {met} bentrok.")
    if met:
        out.print(
            "Yang dari petugas tetap berlaku. Pilih: rules take BERKAS --packaged atau --officers, atau gabungkan dengan"
        )
        out.print("rules export FOLDER, ubah berkasnya, lalu rules import FOLDER.")


def _print_revision(revision: Revision) -> None:
    if revision.number == 0:
        out.print("Belum ada yang diterbitkan; berkas yang dibawa bot berlaku.")
        return
    who = "operator" if revision.officer is None else f"petugas {revision.officer}"
    moment = datetime.fromtimestamp(revision.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    out.print(f"Revisi {revision.number}  {moment}  {who}  {len(revision.files)} berkas  {revision.why}", markup=False)


async def _export(settings: Settings, folder: Path) -> None:
    from bot.officers.meeting import export

    async with _office(settings) as office:
        done = export(office.live, office.package, folder)
    for path in done.erased:
        out.print(f"dihapus: {path}", markup=False)
    out.print(f"Ditulis: {folder}, {done.written} berkas berubah, revisi {office.live.number}.", markup=False)


async def _import(settings: Settings, folder: Path, why: str) -> None:
    from bot.officers.meeting import folder_changes, parted, read_mark
    from bot.officers.proving import checked
    from bot.officers.revisions import NoRevision, overlaid, packaged_hashes

    async with _office(settings) as office:
        base, hashes = office.live, office.package.hashes
        if (mark := read_mark(folder)) is not None:
            try:
                base = await office.revision(mark.number)
            except NoRevision:
                raise NoRevision(
                    f"Folder ini diekspor dari revisi {mark.number}, yang tidak ada di database ini."
                ) from None
            known = await office.storage.database.read(lambda connection: packaged_hashes(connection, mark.package))
            hashes = hashes if known is None else known
        changes = folder_changes(folder, office.texts, base, hashes)
        if not changes:
            out.print("Tidak ada yang berubah.")
            return
        live = office.texts
        texts = overlaid(live, changes)
        problems = await checked(texts)
        _refuse([replace(one, path=f"{folder}/{one.path.removeprefix('knowledge/')}") for one in problems])
        kept, as_packaged = parted(changes, office.package)
        published = await office.publish(base.number, kept, as_packaged, why)
    for path, text in sorted(changes.items()):
        what = "dihapus" if text is None else "diubah" if path in live else "baru"
        out.print(f"{what}: {path}", markup=False)
    _print_revision(published)


def _refuse(problems: list[KnowledgeProblem]) -> None:
    from bot.knowledge.problems import KnowledgeError

    if problems:
        raise KnowledgeError(problems)


async def _history(settings: Settings, path: str | None) -> None:
    from bot.officers.revisions import history as all_of

    async with _office(settings) as office:
        revisions = await office.storage.database.read(lambda connection: all_of(connection, path))
    for revision in revisions:
        _print_revision(revision)
    out.print(f"{len(revisions)} revisi.")


async def _diff(settings: Settings, before: int, after: int) -> None:
    from bot.officers.revisions import difference

    async with _office(settings) as office:
        told = difference(await office.revision(before), await office.revision(after), office.package.texts())
    out.print(told or "Tidak ada bedanya.", markup=False)


async def _rollback(settings: Settings, number: int, why: str) -> None:
    from bot.officers.proving import unfit
    from bot.officers.revisions import overlaid, roll_back

    async with _office(settings) as office:
        wanted = await office.revision(number)
        _refuse(unfit(overlaid(office.package.texts(), wanted.files)))
        now, name = time.time(), office.package.name
        done = await office.storage.database.write(
            lambda connection: roll_back(connection, now, None, number, why, name)
        )
    _print_revision(done)


async def _take(settings: Settings, path: str, packaged: bool, why: str) -> None:
    from bot.officers.proving import checked
    from bot.officers.revisions import overlaid

    async with _office(settings) as office:
        if path not in office.live.files:
            raise typer.BadParameter(f"{path} tidak diubah petugas.")
        kept = {} if packaged else {path: office.live.files[path]}
        files = {name: text for name, text in office.live.files.items() if name != path} | kept
        _refuse(await checked(overlaid(office.package.texts(), files)))
        done = await office.publish(office.live.number, kept, [] if kept else [path], why)
    _print_revision(done)


async def _train(settings: Settings, why: str) -> None:
    from bot.officers.proving import checked
    from bot.officers.retraining import retrained

    async with _office(settings) as office:
        texts = office.texts
        changes = await retrained(texts)
        _refuse(await checked(texts | {path: text for path, text in changes.items() if text is not None}))
        done = await office.publish(office.live.number, changes, [], why)
    _print_revision(done)
