"""Commands around officers: invite, list, remove, give a role, and what was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from bot.commands_storage import moment, opened, run
from bot.failures import Failure
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.officers.audit import AuditLine
    from bot.officers.invitations import Post
    from bot.officers.joining import Change
    from bot.officers.officer import Officer

out = Console(soft_wrap=True, highlight=False, emoji=False)
app = typer.Typer(help="Petugas: undang, daftar, cabut, ganti peran, jejak.", no_args_is_help=True)

Role = Literal["petugas", "penyunting", "pengelola"]
Number = Annotated[int, typer.Argument(metavar="NOMOR", min=1, help="Nomor dari officers list.")]
_MOST = 10_000


class NoGroup(Failure):
    """There is no officers' group of that number."""


class NoOfficer(Failure):
    """There is nobody of that number."""


@app.command()
def add(
    role: Annotated[
        Role, typer.Option(help="petugas: laporan dan usulan; penyunting: juga menerbitkan; pengelola: juga petugas.")
    ],
    office: Annotated[str, typer.Option(help="Kantornya, misalnya: BP3MI Palangka Raya.")],
    area: Annotated[list[str] | None, typer.Option(help="Wilayahnya; boleh berulang. Kosong: semua.")] = None,
) -> None:
    """Buat kode undangan: sekali pakai, berlaku INVITATION_HOURS jam."""
    from bot.officers.joining import read_post

    post = read_post(f"{role} {office.replace(';', ',')};{','.join(area or ())}")
    if post is None:
        raise typer.BadParameter("Kantor harus diisi; kantor dan tiap wilayah paling panjang 60 huruf.")
    run(_add(read_settings(), post))


@app.command("list")
def list_all(
    former: Annotated[bool, typer.Option("--all", help="Juga yang sudah bukan petugas.")] = False,
) -> None:
    """Semua petugas dengan nomornya, dan undangan yang belum dipakai."""
    run(_list(read_settings(), former))


@app.command()
def remove(number: Number) -> None:
    """Cabut akses seorang petugas; berlaku saat itu juga di semua proses."""
    run(_remove(read_settings(), number))


@app.command("role")
def give_role(
    number: Number, role: Annotated[Role, typer.Argument(metavar="PERAN", help="petugas, penyunting, atau pengelola.")]
) -> None:
    """Ganti peran seorang petugas."""
    run(_give_role(read_settings(), number, role))


@app.command()
def groups(
    remove: Annotated[int | None, typer.Option("--remove", min=1, metavar="NOMOR", help="Lepas kelompok ini.")] = None,
) -> None:
    """Kelompok petugas di Telegram: daftarnya; --remove NOMOR melepas satu."""
    run(_groups(read_settings(), remove))


@app.command()
def audit(
    subject: Annotated[
        str, typer.Argument(metavar="HAL", help="Nomor petugas atau laporan, berkas aturan; kosong: semua.")
    ] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=_MOST, help="Tanpa HAL: sebanyak ini yang terbaru.")] = 50,
    by: Annotated[int | None, typer.Option("--by", min=1, help="Hanya yang dikerjakan petugas nomor ini.")] = None,
) -> None:
    """Jejak: siapa melakukan apa, kapan, sebelum dan sesudahnya; yang tertua lebih dulu."""
    if subject and by is not None:
        raise typer.BadParameter("Sebut HAL atau --by, tidak keduanya.")
    run(_audit(read_settings(), subject, most, by))


async def _add(settings: Settings, post: Post) -> None:
    from bot.officers import say
    from bot.officers.invitations import invite, new_code

    code, seconds = new_code(), 3600 * settings.invitation_hours
    async with opened(settings) as storage:
        now = storage.database.clock()
        change = partial(invite, now=now, code=code, post=post, seconds=seconds, by=None)
        await storage.database.write(change)
    out.print(say.invited(post, now + seconds), markup=False)
    out.print(f"\n{say.invitation(code, now + seconds)}", markup=False)


async def _list(settings: Settings, former: bool) -> None:
    from bot.officers import say
    from bot.officers.invitations import open_invitations
    from bot.officers.officer import all_officers, former_officers

    async with opened(settings) as storage:
        now = storage.database.clock()
        present = await storage.database.read(all_officers)
        waiting = await storage.database.read(partial(open_invitations, now=now))
        gone = await storage.database.read(former_officers) if former else ()
    out.print(say.roster(present, waiting), markup=False)
    for one in gone:
        assert one.removed_at is not None
        known = f"{one.name}, {one.role}, {one.office}" if one.name else f"(terhapus), {one.role}"
        out.print(f"{one.id}. {known}, berhenti {moment(one.removed_at)}", markup=False)


async def _remove(settings: Settings, number: int) -> None:
    from bot.officers import say
    from bot.officers.joining import removal

    out.print(say.removed(await _changed(settings, number, lambda officer: removal(officer, None))), markup=False)


async def _give_role(settings: Settings, number: int, role: Role) -> None:
    from bot.officers import say
    from bot.officers.joining import promotion

    changed = await _changed(settings, number, lambda officer: promotion(officer, role, None))
    out.print(say.role_given(changed, role), markup=False)


async def _changed(settings: Settings, number: int, change: Callable[[Officer], Change]) -> Officer:
    """The officer as they were before it; raises NoOfficer."""
    from bot.officers.officer import all_officers

    async with opened(settings) as storage:
        present = await storage.database.read(all_officers)
        officer = next((one for one in present if one.id == number), None)
        if officer is not None:
            work, now = change(officer), storage.database.clock()
            if await storage.database.write(lambda connection: work(connection, now), wakes="outbox") == "done":
                return officer
    raise NoOfficer(f"Tidak ada petugas nomor {number} sekarang. Lihat: python -m bot officers list")


async def _groups(settings: Settings, number: int | None) -> None:
    from bot.officers import say_group
    from bot.officers.group_room import end_and_tell
    from bot.officers.groups import all_groups

    async with opened(settings) as storage:
        now, found = storage.database.clock(), await storage.database.read(all_groups)
        if number is None:
            out.print("\n".join(say_group.lines(found)), markup=False)
            return
        change = partial(end_and_tell, now=now, number=number, by=None)
        if not await storage.database.write(change, wakes="outbox"):
            raise NoGroup(f"Tidak ada kelompok petugas nomor {number} sekarang. Lihat: python -m bot officers groups")
    out.print(next(say_group.ended(one) for one in found if one.id == number), markup=False)


async def _audit(settings: Settings, subject: str, most: int, by: int | None) -> None:
    from bot.officers.audit import audit_of, newest_lines
    from bot.officers.officer import all_officers, former_officers

    def found(connection: Connection) -> tuple[tuple[AuditLine, ...], dict[int | None, str]]:
        lines = audit_of(connection, subject) if subject else newest_lines(connection, most, by)
        known = (*all_officers(connection), *former_officers(connection))
        return lines, {one.id: one.name for one in known}

    async with opened(settings) as storage:
        lines, names = await storage.database.read(found)
    for line in lines:
        out.print(_told(line, names), markup=False)
    out.print(f"{len(lines)} baris.")


def _told(line: AuditLine, names: dict[int | None, str]) -> str:
    """One line of the trail: place, moment, who, what, to what, before → after."""
    who = "perintah" if line.officer is None else f"{line.officer} {names.get(line.officer, '')}".strip()
    before, after = (json.dumps(values, ensure_ascii=False) for values in (line.before, line.after))
    return f"{line.id}  {moment(line.at)}  {who}  {line.action}  {line.subject}  {before} → {after}"
