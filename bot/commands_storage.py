"""Commands around the database: dead letters, backup, restore."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from bot.failures import Failure
from bot.settings import Settings, read_settings

if TYPE_CHECKING:
    from bot.storage import DeadLetter, DeadReply, Storage

out = Console(soft_wrap=True, highlight=False, emoji=False)
err = Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)
app = typer.Typer(
    help="Pesan dan balasan yang disisihkan: daftar, lihat (tanpa isinya), coba lagi.", no_args_is_help=False
)

_MOST = 1_000
_NAME = re.compile(r"([pb])([0-9]{1,18})", re.IGNORECASE)
Names = Annotated[list[str] | None, typer.Argument(metavar="NOMOR", help="p12 (pesan) atau b7 (balasan).")]


class NoDatabase(Failure):
    """There is nothing to look into."""


class NotReadAgain(Failure):
    """Messages that were not understood need the channel, to be read once more, and it is not to be had."""


@app.callback(invoke_without_command=True)
def list_dead_letters(context: typer.Context) -> None:
    """Tanpa perintah: list."""
    if context.invoked_subcommand is None:
        _run(_list(read_settings()))


@app.command("list")
def list_all() -> None:
    """Daftar yang disisihkan, yang tertua lebih dulu; sama dengan tanpa perintah."""
    _run(_list(read_settings()))


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="NOMOR", help="p12 (pesan) atau b7 (balasan).")]) -> None:
    """Semua tentang satu yang disisihkan, kecuali isinya."""
    _run(_show(read_settings(), *_parsed(name)))


@app.command()
def retry(
    names: Names = None, everything: Annotated[bool, typer.Option("--all", help="Semua yang disisihkan.")] = False
) -> None:
    """Masukkan lagi ke antrean; yang dulu tidak terbaca dibaca sekali lagi."""
    if bool(names) == everything:
        raise typer.BadParameter("Sebut nomornya (p12 b7 …), atau --all.")
    _run(_retry(read_settings(), [_parsed(name) for name in names or ()]))


def backup(file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Misalnya cekdulu-2026-11-24.gz.")]) -> None:
    """Simpan seluruh isi database, terkunci, ke satu berkas, juga selagi bot berjalan."""
    _run(_backup(read_settings(), file))


def restore(
    file: Annotated[Path, typer.Argument(metavar="BERKAS", help="Berkas dari perintah backup.")],
    force: Annotated[bool, typer.Option("--force", help="Isi database sekarang boleh hilang.")] = False,
) -> None:
    """Isi database kosong dari berkas backup, dengan kunci yang sama; boleh dari SQLite ke PostgreSQL atau sebaliknya."""
    _run(_restore(read_settings(), file, force))


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def _parsed(name: str) -> tuple[str, int]:
    """("p", 12) for p12."""
    found = _NAME.fullmatch(name.strip())
    if found is None:
        raise typer.BadParameter(f'"{name}" bukan nomor; tulis seperti dalam daftar, misalnya p12 atau b7.')
    return found[1].lower(), int(found[2])


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Storage]:
    """The database that is there; raises NoDatabase when there is none."""
    from bot.keys import read_keys
    from bot.storage import open_storage

    _require_file(settings)
    storage = await open_storage(settings.database_url, read_keys(settings, make=False).vault)
    try:
        yield storage
    finally:
        await storage.aclose()


def _require_file(settings: Settings) -> None:
    """A command that only looks must not make a database where there was none."""
    from sqlalchemy.engine import make_url

    address = make_url(settings.database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise NoDatabase(
            f"Tidak ada database {address.database}. Periksa DATABASE_URL atau folder tempat bot berjalan."
        )


async def _list(settings: Settings) -> None:
    async with opened(settings) as storage:
        letters, replies = await storage.inbox.dead_letters(_MOST), await storage.outbox.dead_letters(_MOST)
    for letter in letters:
        _print_line(f"p{letter.seq}", letter)
    for reply in replies:
        _print_line(f"b{reply.id}", reply)
    out.print(f"{len(letters)} pesan dan {len(replies)} balasan disisihkan.")


def _print_line(name: str, letter: DeadLetter | DeadReply) -> None:
    times = f"{_moment(letter.created_at)}  {letter.attempts}×"
    out.print(f"{name:<8}{letter.channel:<10}{times}  {letter.error}", markup=False)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


async def _show(settings: Settings, kind: str, number: int) -> None:
    async with opened(settings) as storage:
        letter = await _found(storage, kind, number)
        if letter is None:
            raise NoDatabase(f"Tidak ada yang disisihkan dengan nomor {kind}{number}.")
        raw = await storage.inbox.dead_letter_raw(number) if kind == "p" else None
    lines = {
        "nomor": f"{kind}{number}",
        "kanal": letter.channel,
        "sebab": letter.error,
        "percobaan": letter.attempts,
        "masuk": _moment(letter.created_at),
        "disisihkan": _moment(letter.finished_at),
    }
    if raw is not None:
        lines |= {"panjang": f"{len(raw)} huruf", "bentuk": shape(raw)}
    for label, value in lines.items():
        out.print(f"{label:<12}{value}", markup=False)


async def _found(storage: Storage, kind: str, number: int) -> DeadLetter | DeadReply | None:
    if kind == "p":
        return next((one for one in await storage.inbox.dead_letters(_MOST) if one.seq == number), None)
    return next((one for one in await storage.outbox.dead_letters(_MOST) if one.id == number), None)


def shape(raw: str) -> str:
    """The fields of an update and the kinds of their values, never the values: {"message": {"text": text}}."""
    try:
        return _shape(json.loads(raw))
    except (ValueError, RecursionError):
        return "bukan JSON"


def _shape(value: object) -> str:
    match value:
        case dict():
            fields = (f'"{_field(name)}": {_shape(inner)}' for name, inner in value.items())
            return "{" + ", ".join(fields) + "}"
        case list():
            return f"[{_shape(value[0])}, …]" if value else "[]"
        case bool() | None:
            return json.dumps(value)
        case int() | float():
            return "angka"
        case _:
            return "teks"


def _field(name: str) -> str:
    # Whoever sends odd updates may put anything into a field's name.
    return name if re.fullmatch(r"[a-z_]{1,40}", name) else "…"


async def _retry(settings: Settings, wanted: list[tuple[str, int]]) -> None:
    async with opened(settings) as storage:
        if not wanted:
            wanted = [("p", one.seq) for one in await storage.inbox.dead_letters(_MOST)]
            wanted += [("b", one.id) for one in await storage.outbox.dead_letters(_MOST)]
        done = [(kind, number) for kind, number in wanted if await _retried(storage, kind, number)]
    left = [one for one in wanted if one not in done]
    unread = [number for kind, number in left if kind == "p"]
    if unread:
        done += [("p", number) for number in await _read_again(settings, unread)]
    for kind, number in wanted:
        result = "masuk antrean lagi" if (kind, number) in done else "tidak bisa: tidak ada, atau tetap tidak terbaca"
        out.print(f"{kind}{number}: {result}", markup=False)
    if len(done) < len(wanted):
        raise typer.Exit(1)


async def _retried(storage: Storage, kind: str, number: int) -> bool:
    return await (storage.inbox if kind == "p" else storage.outbox).retry_dead(number)


async def _read_again(settings: Settings, numbers: list[int]) -> list[int]:
    """Those of the messages that the program can read now."""
    from bot.app import open_app
    from bot.channels.telegram import CallFailed, TelegramClient

    if settings.telegram_token is None:
        return []
    client = TelegramClient(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    async with open_app(settings) as app:
        try:
            await client.start()
            letters = {letter.seq: letter for letter in await app.storage.inbox.dead_letters(_MOST)}
            return [
                number for number in numbers if number in letters and await _understood(app, client, letters[number])
            ]
        except CallFailed as failed:
            raise NotReadAgain(
                f"Telegram tidak menjawab ({failed.reason}); pesan yang tidak terbaca menunggu."
            ) from None
        finally:
            await client.close()


async def _understood(app: Any, client: Any, letter: DeadLetter) -> bool:
    raw = await app.storage.inbox.dead_letter_raw(letter.seq)
    try:
        update = json.loads(raw or "")
    except (ValueError, RecursionError):
        return False
    if letter.channel != client.name or not isinstance(update, dict):
        return False
    arrival = app.arrival(client, letter.update_id, raw.encode(), update)
    if arrival is None or arrival.incoming is None:
        return False
    return bool(await app.storage.inbox.retry_dead(letter.seq, arrival))


async def _backup(settings: Settings, file: Path) -> None:
    from bot.keys import read_keys
    from bot.storage import back_up

    _require_file(settings)
    keys = read_keys(settings, make=False)
    async with _connected(settings) as database:
        _print_counts(await back_up(database, file, keys.person, keys.vault))
    err.print(
        f"Ditulis: {file}, terkunci. Simpan {_names_of_keys(settings)} terpisah dari cadangan ini:"
        " tanpa itu isinya tidak bisa dipulihkan.",
        markup=False,
    )


def _names_of_keys(settings: Settings) -> str:
    """What must be kept beside the backup, by name."""
    from bot.storage.secret import key_file

    secret = "PERSON_SECRET" if settings.person_secret else f"berkas kunci {key_file(settings.database_url).name}"
    return secret + (" dan ENCRYPTION_KEYS" if settings.encryption_keys else "")


async def _restore(settings: Settings, file: Path, force: bool) -> None:
    from bot.keys import read_keys
    from bot.storage import restore as run

    keys = read_keys(settings, make=False)
    async with _connected(settings) as database:
        _print_counts(await run(database, file, keys.person, keys.vault, force=force))


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[Any]:
    from bot.storage.database import connect

    database = connect(settings.database_url, time.time)
    try:
        yield database
    finally:
        await database.aclose()


def _print_counts(counts: dict[str, int]) -> None:
    out.print(", ".join(f"{table} {number}" for table, number in counts.items()), markup=False)
