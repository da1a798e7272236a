"""Dates and haste: days named, and leaving within about ten days."""

from __future__ import annotations

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "quote"),
    [
        pytest.param("berangkat tgl 3 desember", "tgl 3 desember", id="label, day, month"),
        pytest.param("25 nov", "25 nov", id="short month"),
        pytest.param("kumpul 12/12", "12/12", id="slash"),
        pytest.param("tgl 08-12-2026", "tgl 08-12-2026", id="in full"),
        pytest.param("2026-11-24", "2026-11-24", id="iso"),
        pytest.param("mulai Maret", "Maret", id="month alone"),
        pytest.param("akhir Juli 2027", "akhir Juli 2027", id="end of a month"),
        pytest.param("hari Senin", "hari Senin", id="weekday"),
        pytest.param("bulan depan", "bulan depan", id="next month"),
    ],
)
def test_dates_are_read(message: str, quote: str) -> None:
    """The day in the person's own words."""
    [fact] = facts_of(message, "date")
    assert fact.text == quote


@pytest.mark.parametrize("message", ["tinggi 161/48", "umur 18-35", "harga 7.30", "mar, kamu des ya", "1/2 kilo"])
def test_other_numbers_are_no_dates(message: str) -> None:
    """Measures, ranges and names are no dates."""
    assert facts_of(message, "date") == []


@pytest.mark.parametrize(
    ("message", "days", "label", "quote"),
    [
        pytest.param("berangkat besok malam", 1, "departure", "besok malam", id="tomorrow"),
        pytest.param("bsk mobil jemput", 1, "departure", "bsk", id="abbreviated"),
        pytest.param("lusa fly", 2, "departure", "lusa", id="lusa fly"),
        pytest.param("3 hari lagi terbang", 3, "departure", "3 hari lagi", id="in days"),
        pytest.param("dalam 5 hari sudah terbang", 5, "departure", "dalam 5 hari sudah terbang", id="within days"),
        pytest.param("minggu depan jemput", 7, "departure", "minggu depan", id="next week"),
        pytest.param("isuk tulak", 1, "departure", "isuk", id="banjar"),
        pytest.param("dinten niki mangkat", 0, "departure", "dinten niki", id="javanese"),
        pytest.param("kerja bakti besok jam 7", 1, "", "besok", id="no leaving"),
        pytest.param("langsung terbang", None, "departure", "langsung terbang", id="at once"),
    ],
)
def test_haste_is_read(message: str, days: float | None, label: str, quote: str) -> None:
    """Days until then, whether leaving is meant, and the person's own words."""
    [fact] = facts_of(message, "haste")
    assert (fact.value, fact.label, fact.text) == (days, label, quote)


@pytest.mark.parametrize(
    "message", ["2 minggu lagi", "20 hari lagi terbang", "kontrak 3 hari", "dua hari, ini syaratnya"]
)
def test_later_is_no_haste(message: str) -> None:
    """Two weeks, a stay of days, and words that follow by chance are no haste."""
    assert facts_of(message, "haste") == []
