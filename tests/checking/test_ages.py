"""Ages: read only beside words that say so; years of experience or contract are none."""

from __future__ import annotations

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "low", "high", "quote"),
    [
        pytest.param("umur 15", 15, None, "15", id="umur"),
        pytest.param("usia 18-35", 18, 35, "18-35", id="range"),
        pytest.param("USlA 21-47 TH", 21, 47, "21-47 TH", id="l for i"),
        pytest.param("usia minimal 18 tahun", 18, None, "18 tahun", id="at least"),
        pytest.param("umur 17 ke atas boleh", 17, None, "17 ke atas", id="and older"),
        pytest.param("umur max 39", None, 39, "max 39", id="at most"),
        pytest.param("di bawah 18 boleh ikut", None, 18, "di bawah 18", id="below eighteen"),
        pytest.param("cewek bawah 24", None, 24, "bawah 24", id="below, a person named"),
        pytest.param("usia 17 th 9 bln - 22 th", 17, 22, "17 th 9 bln - 22 th", id="years and months"),
        pytest.param("umur tujuh belas", 17, None, "tujuh belas", id="in words"),
        pytest.param("adik saya 16 th", 16, None, "16 th", id="person and years"),
        pytest.param("anak saya 15 th ditawari kerja", 15, None, "15 th", id="person, then more"),
        pytest.param("bibi kami, ibu Sri (41 th), mau", 41, None, "41 th", id="in brackets"),
        pytest.param("murid 14 thn", 14, None, "14 thn", id="pupil"),
        pytest.param("anake lagi 14 taun", 14, None, "14 taun", id="javanese"),
        pytest.param("anak 15-17 masih bisa", 15, 17, "15-17", id="person and range"),
        pytest.param("anak perempuan 20an", 20, None, "20an", id="about twenty"),
        pytest.param("dia masih 14, belum lulus", 14, None, "14", id="still fourteen"),
        pytest.param("umurnya nanti kami urus ya, 15 juga boleh", 15, None, "15", id="age word earlier"),
        pytest.param("lahir tahun 2010", 16, None, "2010", id="year of birth"),
        pytest.param("murid kelas 2 SMP", 14, None, "kelas 2 SMP", id="class of a school"),
        pytest.param("siswa kelas XI", 17, None, "kelas XI", id="roman class"),
        pytest.param("anak SMP", 13, None, "anak SMP", id="school alone"),
    ],
)
def test_ages_are_read(message: str, low: float | None, high: float | None, quote: str) -> None:
    """Lower and upper end and the person's own words."""
    [fact] = facts_of(message, "age")
    assert (fact.value, fact.upper, fact.text) == (low, high, quote)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("pengalaman 7 th", id="experience"),
        pytest.param("wanita pengalaman minimal 10 tahun", id="a woman's experience"),
        pytest.param("kontrak 2 tahun", id="contract"),
        pytest.param("kakak sudah enam tahun kerja", id="years at work"),
        pytest.param("slot masih 15 orang", id="places left"),
        pytest.param("tinggi 160 berat 50", id="measures"),
        pytest.param("murid kelas XIII", id="no such class"),
        pytest.param("gaji 15 juta", id="money"),
        pytest.param("hotel kelas 3", id="class of a hotel"),
    ],
)
def test_other_years_are_no_ages(message: str) -> None:
    """Experience, contracts and counts are no ages."""
    assert facts_of(message, "age") == []


def test_birth_needs_the_present_year() -> None:
    """Without the present year a year of birth says nothing."""
    assert facts_of("lahir 2010", "age", year=None) == []
