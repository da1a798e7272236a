"""Becoming an officer and staying one: what is typed, what is said, and what nobody else gets to see."""

from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest

from bot.checking import Compiled
from bot.officers.audit import AuditLine, audit_of, newest_lines
from bot.officers.invitations import InvitationGone, accept, read_code
from bot.officers.joining import read_post
from bot.officers.roster import remove
from bot.storage import Recipient, Storage
from tests.officers.office import HOURS, Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock, open_sealed
from tests.storage.stored import rows_as_stored, rows_opened

__all__ = ["clock", "file", "storage"]


@pytest.fixture
def office(storage: Storage, compiled: Compiled) -> Office:
    return Office(storage, compiled)


async def trail(office: Office, subject: str) -> list[tuple[int | None, str]]:
    """(who, what) that was done to somebody or something."""
    lines = await office.storage.database.read(lambda connection: audit_of(connection, subject))
    return [(line.officer, line.action) for line in lines]


async def last_line(office: Office) -> AuditLine:
    (line,) = await office.storage.database.read(lambda connection: newest_lines(connection, 1))
    return line


async def test_a_code_makes_an_officer(office: Office) -> None:
    """With name, office and areas; what is kept and what can be done is said at once."""
    code = await office.code("penyunting")
    told = await office.says("siti", f"/petugas {code} Siti   Aminah")
    assert told is not None
    assert "Siti Aminah" in told[0]
    assert "/hapus_data" in told[0]
    siti = await office.officer("siti")
    assert (siti.name, siti.role, siti.office) == ("Siti Aminah", "penyunting", "BP3MI Palangka Raya")
    assert (siti.areas, siti.on_duty, siti.recipient.address) == (("Kapuas", "Seruyan"), False, '{"chat": "siti"}')
    assert await trail(office, str(siti.id)) == [(siti.id, "officer.join")]
    card = await office.says("siti", "/petugas")
    assert card is not None
    assert card == told[1:]
    assert "/petugas undang" not in card[0]


async def test_the_name_is_asked_for(office: Office) -> None:
    """The code is not used up by that, and stands there to be copied."""
    code = await office.code()
    (asked,) = await office.says("siti", f"/petugas {code.lower().replace('-', ' ')}") or []
    assert f"/petugas {code} Nama Lengkap" in asked
    for name in ("12345", "S", "x" * 61, "Siti \u202enimA"):
        (odd,) = await office.says("siti", f"/petugas {code} {name}") or []
        assert "belum bisa dipakai" in odd
    assert await office.officers() == ()
    assert await office.says("siti", f"/petugas {code} Siti") is not None
    assert len(await office.officers()) == 1


STRANGE = [
    "/petugas",
    "/petugas daftar",
    "/petugas undang petugas BP3MI",
    "/petugas keluar",
    "/petugas cabut 1",
    "/jaga mulai",
]


@pytest.mark.parametrize("text", [*STRANGE, "/jaga", "/petugas AAAA-AAAA-AAAA-AAAA Siti", "/petugas peran 1 pengelola"])
async def test_nobody_else_is_answered(office: Office, text: str) -> None:
    """Who is no officer and has no code finds nothing here, whatever they type."""
    await office.joins("budi", "pengelola")
    assert await office.says("siti", text) is None
    assert [one.name for one in await office.officers()] == ["Budi Contoh"]


async def test_a_code_is_used_once(office: Office) -> None:
    """Whoever comes second has a code like any other that is none."""
    code = await office.code()
    assert await office.says("siti", f"/petugas {code} Siti")
    assert await office.says("budi", f"/petugas {code} Budi") is None
    assert await office.says("budi", f"/petugas {code}") is None


async def test_a_code_ends(office: Office, clock: MovedClock) -> None:
    """At its time, to the second."""
    code = await office.code()
    clock.move(3600 * HOURS - 1)
    assert await office.says("siti", f"/petugas {code}") is not None
    clock.move(1)
    assert await office.says("siti", f"/petugas {code} Siti") is None
    assert await office.officers() == ()


async def test_a_code_only_works_in_private_and_not_forwarded(office: Office) -> None:
    """In a group everybody would read it; who forwards a message does not command."""
    code = await office.code()
    assert await office.says("siti", f"/petugas {code} Siti", in_group=True) is None
    assert await office.says("siti", f"/petugas {code} Siti", forwarded="Budi") is None
    assert await office.officers() == ()


async def test_two_processes_and_one_code(office: Office, database_url: str, clock: MovedClock) -> None:
    """Both looked when it was good; one gets in. The other's message is read once more, and then the code is none."""
    there = Office(await open_sealed(database_url, clock), office.compiled)
    code = await office.code()
    siti, siti_handled = await office.thinks("siti", f"/petugas {code} Siti")
    budi, budi_handled = await there.thinks("budi", f"/petugas {code} Budi")
    assert siti_handled is not None
    assert budi_handled is not None
    assert await office.storage.inbox.finish(siti, siti_handled.replies, also=siti_handled.deeds)
    with pytest.raises(InvitationGone):
        await there.storage.inbox.finish(budi, budi_handled.replies, also=budi_handled.deeds)
    assert [one.name for one in await office.officers()] == ["Siti"]
    assert await there.told("budi") == []
    assert await there.says("wati", f"/petugas {code} Budi") is None
    await there.storage.aclose()


async def test_an_officer_keeps_a_code_for_others(office: Office) -> None:
    """It is not used up, and changes nothing about them."""
    budi, code = await office.joins("budi", "pengelola"), await office.code()
    assert "sudah petugas" in (await office.says("budi", f"/petugas {code} Budi") or [""])[0]
    assert await office.officer("budi") == budi
    assert await office.says("siti", f"/petugas {code} Siti") is not None


async def test_only_hashes_and_sealed_words_are_stored(office: Office) -> None:
    """No code, name or office stands in any row, and the trail does not know them even with the key."""
    code = await office.code()
    await office.joins("siti")
    stored = "\n".join(await rows_as_stored(office.storage))
    assert [word for word in (code, code.replace("-", ""), "Siti Contoh", "BP3MI") if word in stored] == []
    told = "\n".join(row for row in await rows_opened(office.storage) if row.startswith("audit"))
    assert [word for word in ("Siti", "BP3MI", "siti") if word in told] == []


async def test_inviting_from_the_chat(office: Office) -> None:
    """The first message is for who invites, the second to be forwarded; it brings in whoever types what it says."""
    budi = await office.joins("budi", "pengelola")
    made = await office.says("budi", "/petugas undang Penyunting Dinas Naker Kapuas; Kapuas,  Pulang  Pisau")
    assert made is not None
    for_budi, to_forward = made
    assert "Kapuas, Pulang Pisau" in for_budi
    line = next(line for line in to_forward.splitlines() if line.startswith("/petugas "))
    assert (await last_line(office)).officer == budi.id
    assert await office.says("siti", line.replace("Nama Lengkap", "Siti Aminah")) is not None
    siti = await office.officer("siti")
    assert (siti.role, siti.office, siti.areas) == ("penyunting", "Dinas Naker Kapuas", ("Kapuas", "Pulang Pisau"))
    assert "Undangan yang belum dipakai" not in (await office.says("budi", "/petugas daftar") or [""])[0]


async def test_the_list_shows_everybody_and_open_invitations(office: Office) -> None:
    """With numbers, duty and until when."""
    budi, siti = await office.joins("budi", "pengelola"), await office.joins("siti")
    await office.code("penyunting")
    await office.says("siti", "/jaga mulai")
    (told,) = await office.says("budi", "/petugas daftar") or []
    assert f"{budi.id}. Budi Contoh, pengelola" in told
    assert f"{siti.id}. Siti Contoh, petugas, BP3MI Palangka Raya, wilayah Kapuas, Seruyan, sedang jaga" in told
    assert re.search(r"• penyunting, BP3MI Palangka Raya, .*sampai \d\d-\d\d-2026 pukul \d\d\.\d\d WIB", told)


async def test_removed_officers_are_nobody_at_once_on_every_process(
    office: Office, database_url: str, clock: MovedClock
) -> None:
    """They hear of it, and their next message is a stranger's; their open codes are worth nothing."""
    there = Office(await open_sealed(database_url, clock), office.compiled)
    budi, siti = await office.joins("budi", "pengelola"), await office.joins("siti", "pengelola")
    own_code = await office.code("pengelola", by=siti.id)
    assert await there.says("siti", "/petugas") is not None
    assert await office.says("budi", f"/petugas cabut {siti.id}") == [
        f"Siti Contoh (nomor {siti.id}) bukan petugas lagi. Berlaku sekarang juga."
    ]
    assert "mencabut akses" in (await there.told("siti"))[0]
    assert await there.says("siti", "/petugas") is None
    assert await there.says("siti", f"/petugas {own_code} Siti") is None
    assert await trail(office, str(siti.id)) == [(siti.id, "officer.join"), (budi.id, "officer.remove")]
    assert (await last_line(office)).before == {"role": "pengelola", "areas": ["Kapuas", "Seruyan"], "on_duty": False}
    await there.storage.aclose()


async def test_who_comes_back_gets_a_new_number(office: Office) -> None:
    """The number in the trail means one officer for ever."""
    await office.joins("budi", "pengelola")
    siti = await office.joins("siti")
    await office.says("siti", "/petugas keluar")
    assert await trail(office, str(siti.id)) == [(siti.id, "officer.join"), (siti.id, "officer.leave")]
    assert (await office.joins("siti")).id > siti.id


async def test_the_last_pengelola_stays(office: Office) -> None:
    """Nobody is left without somebody who looks after officers, however it is tried."""
    budi = await office.joins("budi", "pengelola")
    await office.joins("siti", "penyunting")
    for text in ("/petugas keluar", f"/petugas cabut {budi.id}", f"/petugas peran {budi.id} petugas"):
        (told,) = await office.says("budi", text) or []
        assert "satu-satunya pengelola" in told
        assert (await office.officer("budi")) == budi


async def test_two_pengelola_remove_each_other(office: Office, database_url: str, clock: MovedClock) -> None:
    """On two processes at the same moment: the first succeeds, the second may not any more and hears so."""
    there = Office(await open_sealed(database_url, clock), office.compiled)
    budi, siti = await office.joins("budi", "pengelola"), await office.joins("siti", "pengelola")
    by_budi, of_siti = await office.thinks("budi", f"/petugas cabut {siti.id}")
    by_siti, of_budi = await there.thinks("siti", f"/petugas cabut {budi.id}")
    assert of_siti is not None
    assert of_budi is not None
    assert await office.storage.inbox.finish(by_budi, of_siti.replies, also=of_siti.deeds)
    assert await there.storage.inbox.finish(by_siti, of_budi.replies, also=of_budi.deeds)
    assert [one.id for one in await office.officers()] == [budi.id]
    assert "tidak berwenang" in (await there.told("siti"))[-1]
    await there.storage.aclose()


async def test_at_the_very_same_moment(office: Office, database_url: str, clock: MovedClock) -> None:
    """On two processes, again and again: of two who use one code one gets in, of two who remove each other one stays."""
    there = (await open_sealed(database_url, clock)).database
    here, now = office.storage.database, clock.now
    for _ in range(10):
        code = await office.code("pengelola")
        joining = [
            partial(accept, now=now, code=code, who=Recipient("telegram", name, "{}"), name=name) for name in "ab"
        ]
        came = await asyncio.gather(here.write(joining[0]), there.write(joining[1]), return_exceptions=True)
        assert sorted(type(one).__name__ for one in came) == ["InvitationGone", "Officer"]
        first = next(one.id for one in await office.officers())
        code = await office.code("pengelola")
        other = (
            await here.write(partial(accept, now=now, code=code, who=Recipient("telegram", "c", "{}"), name="c"))
        ).id
        outcomes = await asyncio.gather(
            here.write(partial(remove, now=now, number=first, by=other)),
            there.write(partial(remove, now=now, number=other, by=first)),
        )
        assert sorted(outcomes) == ["done", "forbidden"]
        (left,) = await office.officers()
        assert await here.write(partial(remove, now=now, number=left.id, by=None)) == "done"
    await there.aclose()


async def test_a_role_counts_at_once(office: Office) -> None:
    """Both hear of it; before and after are in the trail; who lost a role loses the codes they gave away."""
    budi, siti = await office.joins("budi", "pengelola"), await office.joins("siti", "pengelola")
    code = await office.code(by=siti.id)
    assert "sekarang petugas" in (await office.says("budi", f"/petugas peran {siti.id} petugas") or [""])[0]
    line = await last_line(office)
    assert (line.officer, line.action, line.subject) == (budi.id, "officer.role", str(siti.id))
    assert (line.before, line.after) == ({"role": "pengelola"}, {"role": "petugas"})
    assert "Peran Anda sekarang: petugas" in (await office.told("siti"))[0]
    assert "hanya bisa dilakukan pengelola" in (await office.says("siti", "/petugas daftar") or [""])[0]
    assert await office.says("wati", f"/petugas {code} Wati") is None


async def test_duty(office: Office) -> None:
    """On and off, each once in the trail however often it is typed."""
    siti = await office.joins("siti")
    for text in ("/jaga mulai", "/jaga mulai", "/jaga"):
        await office.says("siti", text)
    assert (await office.officer("siti")).on_duty
    assert "Jaga selesai" in (await office.says("siti", "/jaga selesai") or [""])[0]
    assert not (await office.officer("siti")).on_duty
    assert await trail(office, str(siti.id)) == [
        (siti.id, action) for action in ("officer.join", "officer.duty", "officer.duty")
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("undang", "Tulis peran, kantor"),
        ("undang bos BP3MI", "Tulis peran, kantor"),
        ("undang petugas", "Tulis peran, kantor"),
        (f"undang petugas {'x' * 61}", "Tulis peran, kantor"),
        ("cabut", "Tulis nomor petugasnya"),
        ("cabut Siti", "Tulis nomor petugasnya"),
        ("cabut 99", "Tidak ada petugas dengan nomor itu"),
        ("cabut 9999999999999999999999", "Tulis nomor petugasnya"),
        ("peran 1", "Tulis nomor dan perannya"),
        ("peran 1 bos", "Tulis nomor dan perannya"),
        ("peran 99 petugas", "Tidak ada petugas dengan nomor itu"),
        ("apa ini", "tidak saya kenal"),
    ],
)
async def test_wrong_use_gets_a_clear_sentence_and_changes_nothing(office: Office, typed: str, told: str) -> None:
    """Which says how to write it."""
    budi = await office.joins("budi", "pengelola")
    assert told in (await office.says("budi", f"/petugas {typed}") or [""])[0]
    assert await office.officers() == (budi,)
    assert (await last_line(office)).action == "officer.join"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ABCD-EFGH-IJKL-MNOP", ("ABCD-EFGH-IJKL-MNOP", "")),
        ("abcdefghijklmnop Siti Aminah", ("ABCD-EFGH-IJKL-MNOP", "Siti Aminah")),
        ("ABCD EFGH IJKL MNOP Siti", ("ABCD-EFGH-IJKL-MNOP", "Siti")),
        ("abcd–efgh – ijk1—mn0p", ("ABCD-EFGH-IJKI-MNOP", "")),
        ("ABCD-EFGH-IJKL-MNOPSiti", None),
        ("ABCD-EFGH-IJKL", None),
        ("", None),
    ],
)
def test_codes_as_people_type_them(typed: str, read: tuple[str, str] | None) -> None:
    """With spaces, other dashes, small letters, or figures that look like letters."""
    assert read_code(typed) == read


def test_a_post_as_it_is_typed() -> None:
    """Areas are optional, and empty ones are none."""
    post = read_post("PETUGAS  Dinas  Naker ; Kapuas,, Seruyan ,")
    assert post is not None
    assert (post.role, post.office, post.areas) == ("petugas", "Dinas Naker", ("Kapuas", "Seruyan"))
    assert read_post("petugas BP3MI") is not None
    assert read_post("petugas BP3MI;" + ",".join(["Kapuas"] * 21)) is None
