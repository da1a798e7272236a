"""The clock: what is promised in words, and that reminders, escalation and the word to the person each come once."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time

import pytest

from bot.conversation.wording import Wording
from bot.office import OfficeHours, read_days, read_holidays, read_hours
from bot.officers.promise import said
from bot.settings import SettingsError, read_settings
from tests.officers.case_office import CRY, MONDAY, CaseOffice
from tests.storage.samples import open_sealed

HOUR = 3_600.0


def at(written: str) -> float:
    """UTC seconds of "2026-11-24 09:00" in Jakarta."""
    return datetime.fromisoformat(f"{written}+07:00").timestamp()


@pytest.mark.parametrize(
    ("now", "due"),
    [
        pytest.param("2026-11-23 08:00", "2026-11-23 16:00", id="a whole day"),
        pytest.param("2026-11-23 09:00", "2026-11-24 09:00", id="the rest tomorrow"),
        pytest.param("2026-11-23 03:00", "2026-11-23 16:00", id="before they open"),
        pytest.param("2026-11-23 22:00", "2026-11-24 16:00", id="after they close"),
        pytest.param("2026-11-27 15:00", "2026-11-30 15:00", id="over a weekend"),
        pytest.param("2026-12-24 12:00", "2026-12-28 12:00", id="over a holiday and a weekend"),
    ],
)
def test_the_promise_keeps_office_hours(now: str, due: str) -> None:
    """Eight working hours; nights, weekends and holidays do not count."""
    hours = OfficeHours(holidays=frozenset({date(2026, 12, 25)}))
    assert hours.due(at(now), "danger") == at(due)


def test_an_emergency_knows_no_office_hours() -> None:
    """A quarter of an hour, in the middle of a Sunday night."""
    night = at("2026-11-22 02:00")
    assert OfficeHours().due(night, "emergency") == night + 900


def test_zones() -> None:
    """09.00 in Makassar is 08.00 in Jakarta."""
    hours = OfficeHours(zone="WITA", answer_hours=1)
    assert hours.due(at("2026-11-23 05:00"), "") == at("2026-11-23 08:00")


@pytest.mark.parametrize(
    ("due", "level", "words"),
    [
        ("2026-11-23 16:00", "danger", "hari ini pukul 16.00 WIB"),
        ("2026-11-24 10:30", "", "besok pukul 10.30 WIB"),
        ("2026-11-30 15:00", "caution", "Senin, 30-11-2026 pukul 15.00 WIB"),
        ("2026-11-23 09:15", "emergency", "sekarang juga"),
    ],
)
def test_the_promise_in_words(office_wording: Wording, due: str, level: str, words: str) -> None:
    """As one says it."""
    assert said(OfficeHours(), at(due), at("2026-11-23 09:00"), level, office_wording) == words


def test_settings_are_read() -> None:
    """Days, hours and holidays as an operator writes them."""
    assert read_days("senin-jumat") == frozenset(range(5))
    assert read_days("Sabtu-Senin, rabu") == frozenset({5, 6, 0, 2})
    assert read_hours("7.30-15:00") == (time(7, 30), time(15))
    assert read_holidays("2026-12-25, 2027-01-01") == frozenset({date(2026, 12, 25), date(2027, 1, 1)})


@pytest.mark.parametrize("written", ["", "senin-", "funday", "senin-jumat-sabtu"])
def test_unknown_days(written: str) -> None:
    """No day is guessed."""
    with pytest.raises(ValueError, match="day"):
        read_days(written)


@pytest.mark.parametrize("written", ["16.00-08.00", "8-16", "25.00-26.00", ""])
def test_unknown_hours(written: str) -> None:
    """An end before the begin, or no time at all."""
    with pytest.raises(ValueError, match=r"hours|ends|hour must"):
        read_hours(written)


async def test_reminded_escalated_and_told_once(office: CaseOffice) -> None:
    """An hour before the promise ends; then the editors and the person; nothing comes twice."""
    await office.officer("budi")
    await office.officer("wati", "penyunting")
    number = await office.opened()
    await office.says("budi", f"/ambil {number}")
    due = (await office.case(number)).due_at
    assert due == MONDAY + 24 * HOUR
    office.clock.now = due - HOUR - 1
    assert (await office.rings()).reminded == 0
    office.clock.now = due - HOUR + 1
    before = len(await office.got("wati"))
    assert [(await office.rings()).reminded for _ in range(2)] == [1, 0]
    assert "belum dijawab" in await office.told("budi")
    assert len(await office.got("wati")) == before
    office.clock.now = due + 1
    assert [(await office.rings()).escalated for _ in range(2)] == [1, 0]
    assert "lewat waktu" in await office.told("wati")
    late = [reply.text for reply in await office.got("siti") if "belum sempat dijawab" in reply.text]
    assert len(late) == 1
    assert number in late[0]
    (mine,) = await office.says("siti", "/laporan saya")
    assert "terlambat" in mine.text


async def test_what_is_answered_rings_no_more(office: CaseOffice) -> None:
    """An answer, or an end, in time."""
    await office.officer("budi")
    answered, closed = await office.opened("siti"), await office.opened("ani")
    await office.says("budi", f"/jawab {answered} halo")
    await office.says("budi", f"/tutup {closed} terbukti")
    office.clock.move(30 * HOUR)
    rung = await office.rings()
    assert (rung.reminded, rung.escalated) == (0, 0)


async def test_an_emergency_escalates_after_a_quarter_of_an_hour(office: CaseOffice) -> None:
    """The one on duty is reminded before."""
    await office.officer("jaga", on_duty=True)
    await office.officer("wati", "pengelola")
    await office.reports(text=CRY)
    office.clock.move(12 * 60)
    assert (await office.rings()).reminded == 1
    office.clock.move(4 * 60)
    assert (await office.rings()).escalated == 1
    assert "lewat waktu" in await office.told("wati")


async def test_who_does_not_name_an_area_is_heard_all_the_same(office: CaseOffice) -> None:
    """Ten minutes after the question officers hear of the case, once."""
    await office.officer("budi")
    number = await office.reports()
    assert (await office.rings()).announced == 0
    office.clock.move(601)
    assert [(await office.rings()).announced for _ in range(2)] == [1, 0]
    assert number in await office.told("budi")
    (late,) = await office.says("siti", "lewati")
    assert late.text != office.wording.say("case.sent")


async def test_a_talk_that_is_over_ends_with_a_word(office: CaseOffice) -> None:
    """A day after the last word the bot checks messages again, and says so to whoever heard that it kept quiet."""
    await office.officer("budi")
    number = await office.opened()
    await office.says("budi", f"/tanya {number} Di mana?")
    await office.says("siti", "Di rumah")
    office.clock.move(24 * HOUR + 1)
    assert [(await office.rings()).quieted for _ in range(2)] == [1, 0]
    assert "kembali mengecek" in await office.told("siti")


async def test_many_processes_ring_once(office: CaseOffice, database_url: str) -> None:
    """Three clocks at the same moment."""
    others = [await open_sealed(database_url, office.clock) for _ in range(2)]
    try:
        await office.officer("budi")
        for person in ("siti", "ani", "ida"):
            await office.opened(person)
        office.clock.move(25 * HOUR)
        rung = await asyncio.gather(*(office.rings(storage) for storage in (office.storage, *others)))
        assert sum(one.escalated for one in rung) == 3
        for person in ("siti", "ani", "ida"):
            assert sum("belum sempat" in reply.text for reply in await office.got(person)) == 1
    finally:
        for other in others:
            await other.aclose()


async def test_a_person_sees_their_reports(office: CaseOffice) -> None:
    """With promise or end; an empty list says how to report."""
    assert "Belum ada laporan" in (await office.says("siti", "/laporan_saya"))[0].text
    await office.officer("budi")
    first, second = await office.opened(), await office.opened(text="Kerja kebun di Malaysia, paspor dipegang agen")
    await office.says("budi", f"/tutup {first} tidak terbukti")
    (mine,) = await office.says("siti", "/laporan saya")
    assert f"{first} (23-11-2026): ditutup, bahayanya tidak terbukti" in mine.text
    assert f"{second} (23-11-2026): dijawab paling lambat besok pukul 09.00 WIB" in mine.text
    await office.says("budi", f"/jawab {second} halo")
    (mine,) = await office.says("siti", "/laporan_saya")
    assert mine.buttons[0].label == f"Balas {second}"


def test_today_is_reckoned_in_the_offices_zone(office_wording: Wording) -> None:
    """Late in the evening, universal time is still the day before."""
    now = datetime(2026, 11, 23, 18, tzinfo=UTC).timestamp()  # Tuesday 01.00 in Jakarta
    hours = OfficeHours()
    assert said(hours, hours.due(now, ""), now, "", office_wording) == "hari ini pukul 16.00 WIB"


def test_the_office_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator sets it."""
    told = {"HOURS": "09.00-15.00", "DAYS": "senin, rabu", "HOLIDAYS": "2026-12-25", "ZONE": "WITA"}
    for name, value in told.items():
        monkeypatch.setenv(f"OFFICE_{name}", value)
    monkeypatch.setenv("ANSWER_HOURS", "4")
    office = read_settings().office
    assert office == OfficeHours(
        time(9), time(15), frozenset({0, 2}), frozenset({date(2026, 12, 25)}), "WITA", answer_hours=4.0
    )


def test_an_office_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is told at once, before anything starts."""
    for name, value in {"HOURS": "16.00-08.00", "DAYS": "kapan saja", "HOLIDAYS": "natal", "ZONE": "UTC"}.items():
        monkeypatch.setenv(f"OFFICE_{name}", value)
    with pytest.raises(SettingsError) as error:
        read_settings()
    for name in ("OFFICE_HOURS", "OFFICE_DAYS", "OFFICE_HOLIDAYS", "OFFICE_ZONE"):
        assert name in str(error.value)
