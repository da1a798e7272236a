"""Lessons: from closed cases and officers, worked through one by one until the rule is right; then the text is gone."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.checking import check
from bot.keeping import HeldLesson, NewLesson
from bot.officers.lessons import KEPT_SECONDS, KeepLesson, learn_from_cases, open_lessons
from bot.storage import Storage
from bot.storage.own_data import erase_person
from bot.storage.tables import cases, lessons
from tests.officers.rules_office import Office
from tests.storage.conftest import clock, file, storage
from tests.storage.samples import MovedClock

__all__ = ["clock", "file", "storage"]

HARMLESS = "Nanti tolong bawa koper tertutup milik nenek ke rumah."


@pytest.fixture
async def office(storage: Storage) -> Office:
    made = Office(storage)
    await made.officer("budi")
    return made


async def closed_case(storage: Storage, number: str, outcome: str, level: str = "caution", text: str = HARMLESS) -> None:
    row: dict[str, Any] = {
        "number": number, "person": "siti", "channel": "telegram", "kind": "offer", "level": level,
        "rules": '["koper_titipan"]', "countries": "[]", "minor": False, "state": "closed", "consent": "id",
        "consented_at": 1.0, "created_at": 1.0, "expires_at": 9e9, "quotes": "[]", "text": text, "closed_at": 2.0,
        "outcome": outcome,
    }  # fmt: skip
    await storage.database.write(lambda connection: connection.execute(cases.insert(), row).rowcount)


async def test_a_case_that_was_not_confirmed_teaches_its_rules_once(storage: Storage) -> None:
    await closed_case(storage, "A", "not_confirmed")
    await closed_case(storage, "B", "confirmed", "no_signs")
    await closed_case(storage, "C", "confirmed", "danger")
    await closed_case(storage, "D", "unclear")
    write, read = storage.database.write, storage.database.read
    assert await write(lambda connection: learn_from_cases(connection, 3.0)) == 2
    assert await write(lambda connection: learn_from_cases(connection, 3.0)) == 0
    waiting = await read(lambda connection: open_lessons(connection, 3.0))
    assert {(one.case_number, one.kind, one.rule) for one in waiting} == {
        ("A", "must_not_match", "koper_titipan"), ("B", "message", ""),
    }  # fmt: skip
    await write(lambda connection: erase_person(connection, "siti", 3.0))
    left = select(func.count()).select_from(lessons)
    assert await read(lambda connection: connection.execute(left).scalar_one()) == 0


async def test_from_a_false_alarm_to_a_quiet_rule(office: Office, storage: Storage) -> None:
    """/salah, marks, why: the exception is tried out and published, the old examples hold, the text is erased."""
    assert check(HARMLESS, await office.compiled()).matches
    assert "Dicatat" in await office.say("budi", f"/salah koper_titipan {HARMLESS}")
    assert HARMLESS in await office.say("budi", "/pelajaran")
    assert "menemukan “bawa koper tertutup”" in await office.press("budi", "Pakai")
    assert "Aturan akan diam" in await office.say("budi", "bawa koper tertutup milik nenek")
    assert "✅ Semua contoh tetap benar." in await office.say("budi", "Barang keluarga sendiri.")
    assert "Terbit" in await office.press("budi", "Terbitkan")
    assert check(HARMLESS, await office.compiled()).matches == ()
    text = (await office.live())["red_flags/koper_titipan.yaml"]
    assert 'why: "Barang keluarga sendiri."' in text
    left = select(func.count()).select_from(lessons).where(lessons.c.text.is_not(None))
    assert await storage.database.read(lambda connection: connection.execute(left).scalar_one()) == 0
    assert "Tidak ada pelajaran" in await office.say("budi", "/pelajaran")


async def test_refusing_skipping_and_wrong_use(office: Office, clock: MovedClock) -> None:
    await office.say("budi", f"/salah koper_titipan {HARMLESS}")
    await office.say("budi", "/salah koper_titipan Bawa tas tertutup ibu ke dapur ya.", about="")
    assert "Tulis: /salah" in await office.say("budi", "/salah tidak_ada pesan")
    assert await office.say("siti", "/pelajaran") == ""
    await office.say("budi", "/pelajaran")
    assert "tas tertutup" in await office.press("budi", "Lewati")
    assert "Ditolak" in await office.press("budi", "Tolak")
    assert "(1 menunggu)" in await office.say("budi", "/pelajaran")
    clock.move(100 * 86_400.0)
    assert "Tidak ada" in await office.say("budi", "/pelajaran")


async def test_a_number_is_meant_for_who_asked_last(office: Office) -> None:
    """Between two conversations, a typed number goes to the newer one, and words to the one that asked for them."""
    await office.say("budi", f"/salah koper_titipan {HARMLESS}")
    await office.say("budi", "/usul")
    await office.say("budi", "/aturan koper_titipan")
    await office.say("budi", "/pelajaran")
    assert "Ditolak" in await office.say("budi", "2")
    assert "Kata mana" in await office.say("budi", HARMLESS)


async def test_what_a_person_shows_is_theirs_until_it_is_used(office: Office, storage: Storage) -> None:
    """They see it and can have it erased; editors hear of the first that waits; a phone gets into no file."""
    now = storage.database.clock()
    shown = NewLesson(f"{HARMLESS} Hub [HP]", ("koper_titipan",))
    for person in ("siti", "wati"):
        await storage.database.write(partial(KeepLesson(shown, person), now=now))
    assert (await storage.held("siti")).lessons == (HeldLesson(shown.text, now + KEPT_SECONDS),)
    replies = await office.told("budi")
    assert [("/pelajaran" in reply) for reply in replies] == [True]
    await storage.database.write(lambda connection: erase_person(connection, "siti", now))
    told = await office.say("budi", "/pelajaran")
    assert "1 menunggu" in told
    assert "warga yang menekan Salah" in told
    await office.press("budi", "Pakai")
    await office.say("budi", "koper tertutup milik nenek")
    told = await office.say("budi", "Barang keluarga sendiri.")
    assert "✅ Semua contoh tetap benar." in told
    assert (await storage.held("wati")).lessons == ()
    await office.press("budi", "Terbitkan")
    (text,) = [text for path, text in (await office.live()).items() if path.endswith("koper_titipan.yaml")]
    assert "milik nenek ke rumah. Hub 0811-0000-0000" in text
