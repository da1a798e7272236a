"""Commands around officers, on either kind of database."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.officers import say_group
from bot.officers.groups import make_group
from bot.officers.invitations import accept
from bot.officers.officer import Officer, all_officers
from bot.storage import Recipient, Storage
from tests.command_line import CommandLine, bare_line, on
from tests.command_line import line_at_database as line

__all__ = ["bare_line", "line"]


def joined(url: str, code: str, name: str) -> Officer:
    """Somebody who sent the code."""

    async def join(storage: Storage) -> Officer:
        now, who = storage.database.clock(), Recipient("telegram", name.lower(), "{}")
        return await storage.database.write(partial(accept, now=now, code=code, who=who, name=name))

    officer: Officer = on(url, join)
    return officer


def added(line: CommandLine, role: str = "petugas") -> str:
    """The code of a new invitation."""
    ran = line.run("officers", "add", "--role", role, "--office", "BP3MI", "--area", "Kapuas", "--area", "Seruyan")
    assert (ran.code, ran.err) == (0, "")
    found = re.search("/petugas ([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}) Nama Lengkap", ran.out)
    assert found
    return found[1]


def test_a_code_is_made_and_explained(line: CommandLine, database_url: str) -> None:
    """Role, office, areas and its end are said; it makes an officer of all that."""
    line.set(invitation_hours=2)
    ran = line.run("officers", "add", "--role", "penyunting", "--office", "BP3MI; Kalteng")
    assert "penyunting, BP3MI, Kalteng, wilayah semua" in ran.out
    assert len(re.findall(r"sampai \d\d-\d\d-\d{4} pukul \d\d\.\d\d WIB", ran.out)) == 2
    officer = joined(database_url, added(line, "pengelola"), "Siti")
    assert (officer.role, officer.office, officer.areas) == ("pengelola", "BP3MI", ("Kapuas", "Seruyan"))


def test_the_list(line: CommandLine, database_url: str) -> None:
    """Those who are there with their numbers, open invitations, and on demand who was there."""
    assert line.run("officers", "list").out == "Belum ada petugas.\n"
    siti, budi = (joined(database_url, added(line), name) for name in ("Siti", "Budi"))
    added(line, "penyunting")
    line.run("officers", "remove", str(budi.id))
    shown = line.run("officers", "list").out
    assert shown.splitlines()[:2] == ["1 petugas:", f"{siti.id}. Siti, petugas, BP3MI, wilayah Kapuas, Seruyan"]
    assert "• penyunting, BP3MI, wilayah Kapuas, Seruyan, sampai" in shown
    assert "Budi" not in shown
    assert f"{budi.id}. Budi, petugas, BP3MI, berhenti 20" in line.run("officers", "list", "--all").out


def test_an_operator_removes_even_the_last_pengelola(line: CommandLine, database_url: str) -> None:
    """Somebody must be able to; the one removed is told."""
    siti = joined(database_url, added(line, "pengelola"), "Siti")
    assert line.run("officers", "remove", str(siti.id)).out.startswith(f"Siti (nomor {siti.id}) bukan petugas lagi.")

    async def left(storage: Storage) -> tuple[Any, list[str]]:
        return await storage.database.read(all_officers), [
            row.reply.text for row in await storage.outbox.lease("sender")
        ]

    present, told = on(database_url, left)
    assert present == ()
    assert "mencabut akses" in told[0]
    again = line.run("officers", "remove", str(siti.id))
    assert (again.code, again.out) == (1, "")
    assert f"Tidak ada petugas nomor {siti.id} sekarang" in again.err


def test_a_role_is_given(line: CommandLine, database_url: str) -> None:
    """And counts from then on."""
    siti = joined(database_url, added(line), "Siti")
    assert "sekarang penyunting" in line.run("officers", "role", str(siti.id), "penyunting").out
    (now,) = on(database_url, lambda storage: storage.database.read(all_officers))
    assert now.role == "penyunting"
    assert line.run("officers", "role", str(siti.id + 1), "penyunting").code == 1


def test_groups_are_listed_and_ended(line: CommandLine, database_url: str) -> None:
    """The group is told; the trail says that a command did it."""
    siti = joined(database_url, added(line, "pengelola"), "Siti")
    assert line.run("officers", "groups").out == "Belum ada kelompok petugas.\n"
    chat = Recipient("telegram", "kelompok", '{"chat": -905}')

    async def make(storage: Storage) -> Any:
        now = storage.database.clock()
        change = partial(make_group, now=now, chat=chat, areas=("Kapuas", "Seruyan"), by=siti.id)
        return await storage.database.write(change)

    on(database_url, make)
    assert line.run("officers", "groups").out == "1 kelompok petugas:\n1. wilayah: Kapuas, Seruyan\n"
    assert line.run("officers", "groups", "--remove", "1").out.startswith("Kelompok petugas nomor 1 dilepas.")
    told = on(database_url, lambda storage: storage.outbox.lease("sender"))
    assert [(row.to, row.reply.text) for row in told] == [(chat, say_group.ENDED)]
    again = line.run("officers", "groups", "--remove", "1")
    assert (again.code, again.out) == (1, "")
    assert "Tidak ada kelompok petugas nomor 1 sekarang" in again.err
    made, ended, _ = line.run("officers", "audit", "group 1").out.splitlines()
    assert f"{siti.id} Siti  group.make  group 1" in made
    assert "perintah  group.end  group 1" in ended


def test_the_trail_is_shown(line: CommandLine, database_url: str) -> None:
    """All of it, the newest of it, or what was done to one; before and after."""
    siti = joined(database_url, added(line), "Siti")
    line.run("officers", "role", str(siti.id), "penyunting")
    made, came, given, count = line.run("officers", "audit").out.splitlines()
    assert count == "3 baris."
    assert "  perintah  invitation.make  " in made
    assert f"  {siti.id} Siti  officer.join  {siti.id}  " in came
    assert given.endswith(f'perintah  officer.role  {siti.id}  {{"role": "petugas"}} → {{"role": "penyunting"}}')
    assert line.run("officers", "audit", str(siti.id)).out.splitlines() == [came, given, "2 baris."]
    assert line.run("officers", "audit", "--most", "1").out.splitlines() == [given, "1 baris."]
    assert line.run("officers", "audit", "--by", str(siti.id)).out.splitlines() == [came, "1 baris."]


WRONG = [
    ["add", "--role", "bos", "--office", "BP3MI"],
    ["add", "--role", "petugas"],
    ["add", "--role", "petugas", "--office", " "],
    ["add", "--role", "petugas", "--office", "x" * 61],
    ["remove", "Siti"],
    ["remove", "0"],
    ["role", "1", "bos"],
    ["audit", "1", "--by", "1"],
    ["groups", "--remove", "0"],
]


@pytest.mark.parametrize("arguments", WRONG, ids=lambda arguments: " ".join(arguments)[:40])
def test_wrong_use(line: CommandLine, arguments: list[str]) -> None:
    """Exit code 2, and nothing is changed."""
    ran = line.run("officers", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert line.run("officers", "audit").out == "0 baris.\n"


def test_looking_makes_no_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """An invitation in the wrong folder would open no door; the command says so."""
    ran = CommandLine(monkeypatch, capsys, tmp_path).run("officers", "add", "--role", "petugas", "--office", "BP3MI")
    assert (ran.code, ran.out) == (1, "")
    assert "Tidak ada database cekdulu.db" in ran.err
    assert list(tmp_path.iterdir()) == []
