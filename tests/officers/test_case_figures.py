"""Like cases, figures without anybody in them, and what is said when the rules change."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.checking import Compiled
from bot.keeping import NewCase
from bot.officers.case_figures import HIDDEN, SMALLEST, csv_figures, figures_of, percentile, without_small
from bot.officers.case_marks import marks_of, similar_cases
from bot.officers.milder import told_anew
from bot.storage.tables import case_marks, cases
from tests.officers.case_office import OFFER, PHONE, SECRET, CaseOffice

CASE = NewCase("K7M-42Q-XRT", OFFER, (), "offer", "danger", ("MY",), False, "id-1")


async def test_the_same_recruiter_is_known_again(office: CaseOffice) -> None:
    """A phone written in another way, another text; the card says so, and no number stands in the marks."""
    await office.officer("budi")
    first = await office.opened()
    second = await office.opened(
        "ani", "Lowongan pabrik di Korea, bayar 5 juta dulu ke agen, tanpa kontrak. Daftar ke +6281100000000"
    )
    card = await office.told("budi")
    assert f"Mirip {first} (nomor HP perekrut sama" in card
    assert second in card
    query = select(case_marks.c.mark)
    marks = await office.storage.database.read(lambda connection: connection.execute(query).scalars().all())
    assert marks
    assert not any("811" in mark and "0000" in mark for mark in marks)


async def test_near_the_same_text_is_known_again(office: CaseOffice) -> None:
    """A few words changed; a text of its own is not like it."""
    await office.officer("budi")
    text = (
        "Dicari sepuluh orang untuk kerja kebun sawit di Malaysia bulan depan, gaji delapan juta bersih, makan dan mes"
        " ditanggung, paspor dipegang agen sampai kontrak selesai, berangkat rombongan lewat jalur darat malam hari"
    )
    first = await office.opened(text=text)
    second = await office.opened("ani", text.replace("sepuluh", "dua puluh").replace("bulan depan", "minggu depan"))
    other = await office.opened(
        "ida", "Lowongan pabrik elektronik di Korea, bayar lima juta dulu ke agen, tanpa kontrak sama sekali kak"
    )

    async def like(number: str) -> dict[str, tuple[str, ...]]:
        case = await office.case(number)
        found = await office.storage.database.read(lambda connection: similar_cases(connection, case.id))
        return {one.number: one.why for one in found}

    assert await like(second) == {first: ("text",)}
    assert await like(other) == {}


def test_marks_need_the_key(compiled: Compiled) -> None:
    """Another key, other marks; the same key, the same; accounts of a forward count by their digits."""
    assert marks_of(CASE, compiled, SECRET) == marks_of(CASE, compiled, SECRET)
    assert not set(marks_of(CASE, compiled, SECRET)) & set(marks_of(CASE, compiled, b"kunci lain"))
    with_account = replace(CASE, accounts=("1234567890",))
    added = set(marks_of(with_account, compiled, SECRET)) - set(marks_of(CASE, compiled, SECRET))
    assert [kind for kind, _ in added] == ["account"]
    assert not any(PHONE.replace("-", "") in mark for _, mark in added)


def test_official_contacts_are_no_recruiters(compiled: Compiled) -> None:
    """A message that names the hotline bears no mark of it."""
    hotline = compiled.knowledge.contacts[compiled.knowledge.policy.default_contact].channels[0].value
    kinds = {kind for kind, _ in marks_of(replace(CASE, text=f"Kalau ragu telepon {hotline} ya pak"), compiled, SECRET)}
    assert "phone" not in kinds


async def test_an_account_in_a_forward_is_marked(office: CaseOffice) -> None:
    """Masked in the text, known again by its hash."""
    await office.officer("budi")
    text = f"{OFFER} Transfer 5 juta ke rekening BRI 123456789012 a/n Roni"
    first = await office.reports(text=text, forwarded="Bang Roni")
    second = await office.reports(
        "ani", f"Pabrik Korea, uang muka ke rek BRI 1234-5678-9012 dulu ya, {PHONE[:4]}", forwarded="Roni"
    )
    case = await office.case(second)
    assert "[rekening]" in case.text
    found = await office.storage.database.read(lambda connection: similar_cases(connection, case.id))
    assert [(one.number, one.why) for one in found] == [(first, ("account",))]


async def test_figures_hide_small_groups(office: CaseOffice) -> None:
    """Six cases in one area and two in another; the second is not to be seen, not even by subtraction."""
    await office.officer("budi", areas=["Hanjak"])
    numbers = [await office.opened(f"orang{n}") for n in range(8)]
    for some, area in ((numbers[:6], "Hanjak"), (numbers[6:], "=Kecil")):
        await office.sets(update(cases).where(cases.c.number.in_(some)).values(area=area))
    for n, number in enumerate(numbers[:5]):
        office.clock.move(60 * n)
        await office.says("budi", f"/tutup {number} terbukti")
    found = await office.storage.database.read(figures_of)
    assert found.groups["wilayah"] == ((HIDDEN, 8),)
    assert found.groups["tingkat"] == (("⛔ BAHAYA", 8),)
    assert found.groups["hasil"] == ((HIDDEN, 8),)
    assert [count for _, count in found.groups["perekrut"]] == [8]
    assert found.answer_seconds == ((50, 180.0), (90, 600.0), (95, 600.0), (99, 600.0))
    written = csv_figures(found)
    assert "Kecil" not in written
    assert PHONE not in written
    assert next(csv.reader(written.splitlines())) == ["angka", "nama", "nilai"]
    (told,) = await office.says("budi", "/statistik")
    assert "8 kasus" in told.text
    assert "50% dijawab dalam 3 menit" in told.text


async def test_too_few_cases_have_no_figures(office: CaseOffice) -> None:
    """Four cases could be told apart."""
    await office.officer("budi")
    for n in range(SMALLEST - 1):
        await office.opened(f"orang{n}")
    assert "kurang dari 5" in (await office.says("budi", "/statistik"))[0].text
    assert csv_figures(await office.storage.database.read(figures_of)) == "angka,nama,nilai\n"


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 12), max_size=8))
def test_no_group_below_five_can_be_told(counts: dict[str, int]) -> None:
    """Every shown group has five at least, and so has what the whole sum leaves over."""
    shown = without_small(Counter(counts))
    assert all(count >= SMALLEST for _, count in shown)
    over = sum(counts.values()) - sum(count for _, count in shown)
    assert over == 0 or not shown
    assert all(counts.get(name, 0) == count for name, count in shown if name != HIDDEN)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.integers(1, 100))
def test_percentiles_are_true(values: list[float], percent: int) -> None:
    """So many percent do not exceed it, and no smaller value does that."""
    found = percentile(values, percent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)


def test_no_values_have_no_percentile() -> None:
    """Nothing is made up."""
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


async def test_who_got_a_milder_answer_is_told_once(office: CaseOffice) -> None:
    """With the reason; not who got the same, not who is closed, and never twice."""
    await office.officer("budi")
    milder, same, closed = await office.opened(), await office.opened("ani"), await office.opened("ida")
    await office.says("budi", f"/tutup {closed} terbukti")
    change = update(cases).where(cases.c.number.in_([milder, closed])).values(level="no_signs")
    await office.sets(change)
    before = {person: len(await office.got(person)) for person in ("ani", "ida")}
    told = [await told_anew(office.storage, office.compiled, revision, office.clock()) for revision in (7, 7, 8)]
    assert told == [1, 0, 0]
    text = await office.told("siti")
    assert milder in text
    assert "BAHAYA" in text
    assert "Alasannya: Paspor" in text
    assert {person: len(await office.got(person)) for person in ("ani", "ida")} == before
    assert (await office.case(milder)).level == "danger"
    assert ("case.graver", None) in await office.audited(milder)
    assert ("case.graver", None) not in await office.audited(same)


async def test_what_only_the_masking_changed_is_no_news(office: CaseOffice) -> None:
    """With the knowledge of before at hand, only what the new one takes for graver is told."""
    await office.officer("budi")
    number = await office.opened()
    await office.sets(update(cases).where(cases.c.number == number).values(level="caution"))
    assert await told_anew(office.storage, office.compiled, 7, office.clock(), before=office.compiled) == 0
