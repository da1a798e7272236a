"""/kontak cek: who is due, walking through them, and the day that is noted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.officers import proposals
from bot.officers.audit import audit_of
from bot.officers.contact_room import due
from bot.storage import Storage
from tests.knowledge.minimal import CONTACT, minimal_files
from tests.officers.rules_office import Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock

__all__ = ["clock", "file", "storage"]

SECOND = CONTACT.replace("id: kantor-contoh", "id: kantor-dua").replace("Kantor Contoh", "Kantor Dua")
FILES = {**minimal_files(), "contacts/kantor-dua.yaml": SECOND.replace("checked_on: 2026-11-24", "checked_on: 2026-01-02")}
HALF_YEAR = 200 * 86_400.0


@pytest.fixture
async def office(storage: Storage) -> Office:
    made = Office(storage, FILES)
    await made.officer("budi")
    await made.officer("ani", "petugas")
    return made


async def checked_on(office: Office, name: str) -> date:
    return (await office.compiled()).knowledge.contacts[name].checked_on


async def test_who_is_due(office: Office) -> None:
    """The oldest first; none that was checked within the interval."""
    knowledge = (await office.compiled()).knowledge
    assert [contact.id for contact in due(knowledge, date(2026, 11, 24))] == ["kantor-dua"]
    assert [contact.id for contact in due(knowledge, date(2027, 11, 24))] == ["kantor-dua", "kantor-contoh"]


async def test_an_editor_notes_the_day(office: Office, clock: MovedClock) -> None:
    told = await office.say("budi", "/kontak cek")
    assert "1 dari 1: Kantor Dua" in told
    assert "021 000 0001" in told
    assert "02-01-2026" in told
    assert "Selesai" in await office.press("budi", "Masih benar")
    assert await checked_on(office, "kantor-dua") == datetime.fromtimestamp(clock.now, UTC).date()
    assert "masih segar" in await office.say("budi", "/kontak cek")
    assert "1 dari 2" in await office.say("budi", "/kontak cek semua")


async def test_others_propose_it(office: Office) -> None:
    await office.say("ani", "/kontak cek")
    await office.press("ani", "Masih benar")
    assert await checked_on(office, "kantor-dua") == date(2026, 1, 2)
    (one,) = await office.storage.database.read(proposals.open_proposals)
    assert one.path == "contacts/kantor-dua.yaml"


async def test_what_changed_reaches_who_publishes(office: Office) -> None:
    await office.say("ani", "/kontak cek")
    await office.press("ani", "Ada yang berubah")
    await office.say("ani", "Nomornya sekarang 021 999")
    (line,) = await office.storage.database.read(lambda connection: audit_of(connection, "kantor-dua"))
    assert line.after == {"characters": len("Nomornya sekarang 021 999")}
    assert await checked_on(office, "kantor-dua") == date(2026, 1, 2)


async def test_skipping_stopping_and_the_public_command(office: Office, clock: MovedClock) -> None:
    clock.move(HALF_YEAR)
    assert "1 dari 2" in await office.say("budi", "/kontak cek")
    assert "2 dari 2" in await office.press("budi", "Lewati")
    assert "/kontak cek" in await office.press("budi", "Berhenti")
    assert await office.say("budi", "1") == ""
    assert await office.say("budi", "/kontak") == ""
    assert await office.say("siti", "/kontak cek") == ""
    assert await checked_on(office, "kantor-dua") == date(2026, 1, 2)
