"""Wages: what is usual depends on country and job; unknown countries are judged with caution."""

from __future__ import annotations

import pytest

from bot.checking.facts import PlaceHit, read_facts
from bot.checking.text import read_text
from bot.checking.wages import (
    ABROAD,
    TypicalRange,
    WageContext,
    WageTable,
    find_jobs,
    rupiah_a_month,
    typical_range,
    wage_context,
)
from bot.knowledge.schema import WagesFile
from tests.checking.fact_reading import WORDS

SOURCE = {"title": "Contoh", "checked_on": "2026-11-24"}


def entry(country: str, job: str, low: int, high: int) -> dict[str, object]:
    return {"country": country, "job": job, "low": low, "high": high, "said": "contoh", "volatile": True,
            "source": SOURCE}  # fmt: skip


TABLE = WageTable.from_file(
    WagesFile.model_validate(
        {
            "rupiah_per": {"USD": 16_800.0},
            "rates_source": SOURCE,
            "jobs": {"factory": ["pabrik", "operator mesin"], "care": ["jaga lansia", "jaga"], "nurse": ["perawat"]},
            "skilled": ["nurse"],
            "typical": [
                entry("TW", "factory", 15_000_000, 20_000_000),
                entry("TW", "care", 10_000_000, 12_000_000),
                entry("TW", "nurse", 20_000_000, 30_000_000),
                entry("KH", "general", 3_500_000, 5_000_000),
                entry("ID", "factory", 3_000_000, 5_000_000),
            ],
        }
    )
)


def context(message: str, *countries: str) -> WageContext:
    """The wage context of a message whose first words are the given countries."""
    text = read_text(message)
    places = [PlaceHit(index, index + 1, code, "country", "open") for index, code in enumerate(countries)]
    return wage_context(text, read_facts(text, WORDS, places), TABLE)


@pytest.mark.parametrize(
    ("countries", "jobs", "expected"),
    [
        pytest.param(["TW"], ["factory"], TypicalRange(15e6, 15e6, 20e6), id="country and job"),
        pytest.param(["TW"], ["nurse"], TypicalRange(20e6, 20e6, 30e6, True), id="skilled job"),
        pytest.param(["TW"], ["factory", "care"], TypicalRange(10e6, 15e6, 20e6), id="two jobs: the widest range"),
        pytest.param(["TW"], [], TypicalRange(10e6, 15e6, 20e6), id="no job: the unskilled ones"),
        pytest.param(["KH"], ["factory"], TypicalRange(3.5e6, 3.5e6, 5e6), id="job unknown there"),
        pytest.param(["ID", "KH"], [], TypicalRange(3.5e6, 3.5e6, 5e6), id="abroad before home"),
        pytest.param(["ID"], ["factory"], TypicalRange(3e6, 3e6, 5e6), id="home alone"),
        pytest.param(["XX"], [], ABROAD, id="country without figures"),
        pytest.param([], ["nurse"], TypicalRange(ABROAD.low, ABROAD.floor, ABROAD.high, True), id="skill abroad"),
    ],
)
def test_typical_range(countries: list[str], jobs: list[str], expected: TypicalRange) -> None:
    """The range of the jobs in the countries, widest where it is unsure."""
    assert typical_range(TABLE, countries, jobs, ABROAD) == expected


def test_nothing_is_typical_where_nothing_is_known() -> None:
    """Home without figures for it, or a message that says nothing of abroad, gives no range."""
    home_without_figures = WageTable({}, {}, frozenset(), {})
    assert typical_range(home_without_figures, ["ID"], [], ABROAD) is None
    assert typical_range(TABLE, [], []) is None


def test_the_longest_job_name_counts() -> None:
    """ "jaga lansia" is care work; a word that only begins a name is no job."""
    assert find_jobs(["jaga", "lansia", "dan", "operator"], TABLE) == ("care",)
    assert find_jobs(["operator", "mesin", "di", "pabrik", "lalu", "perawat"], TABLE) == ("factory", "nurse")


@pytest.mark.parametrize(
    ("message", "countries", "expected"),
    [
        pytest.param("Taiwan pabrik gaji 20jt", ["TW"], TypicalRange(15e6, 15e6, 20e6), id="place named"),
        pytest.param("gaji 900 USD kerja gampang", [], ABROAD, id="foreign money"),
        pytest.param("gaji 20jt, pakai visa turis", [], ABROAD, id="visa"),
        pytest.param("gaji 20jt, wa +855 12 345 678", [], ABROAD, id="foreign phone"),
        pytest.param("gaji 20jt kerja gampang", [], None, id="nothing says abroad"),
    ],
)
def test_wage_context(message: str, countries: list[str], expected: TypicalRange | None) -> None:
    """A wage is judged when a place, foreign money, a visa or a foreign phone says where the work is."""
    assert context(message, *countries).typical == expected


@pytest.mark.parametrize(
    ("value", "currency", "period", "expected"),
    [
        pytest.param(1_000, "USD", "month", 16_800_000.0, id="month"),
        pytest.param(10, "USD", "hour", 16_800 * 10 * 208.0, id="hour"),
        pytest.param(1_000, "USD", "once", None, id="once is no wage"),
        pytest.param(10, "USD", "", None, id="too small to be a month's"),
        pytest.param(1_000, "XYZ", "month", None, id="no rate"),
    ],
)
def test_rupiah_a_month(value: float, currency: str, period: str, expected: float | None) -> None:
    """Hours, days, weeks and years become months; what cannot be known stays None."""
    assert rupiah_a_month(value, currency, period, TABLE.rupiah_per) == expected
