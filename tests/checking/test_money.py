"""Money: every way of writing an amount in a chat or an advertisement is read, and other numbers are not."""

from __future__ import annotations

import pytest

from bot.checking.fact import MONEY_TYPES
from tests.checking.fact_reading import facts_of

JT = 1_000_000

AMOUNTS = [
    pytest.param("15-20jt/bln", 15 * JT, 20 * JT, "IDR", "month", "15-20jt/bln", id="range with unit once"),
    pytest.param("gaji 15 s/d 20 juta perbulan", 15 * JT, 20 * JT, "IDR", "month", "15 s/d 20 juta perbulan", id="s/d"),
    pytest.param("gaji 10 sampai 15 juta", 10 * JT, 15 * JT, "IDR", "", "10 sampai 15 juta", id="sampai"),
    pytest.param("upah 10jt-15jt", 10 * JT, 15 * JT, "IDR", "", "10jt-15jt", id="range with unit twice"),
    pytest.param("Rp 500-1jt", 500_000, JT, "IDR", "", "Rp 500-1jt", id="range across units"),
    pytest.param("gaji 2 digit", 10 * JT, None, "IDR", "", "2 digit", id="two digits"),
    pytest.param("pendapatan 8 digit", 10 * JT, None, "IDR", "", "8 digit", id="eight digits"),
    pytest.param("dibayar 900U", 900, None, "USDT", "", "900U", id="U"),
    pytest.param("gaji 900 USDT", 900, None, "USDT", "", "900 USDT", id="USDT"),
    pytest.param("gaji RM2.500", 2500, None, "MYR", "", "RM2.500", id="RM with a dot"),
    pytest.param("upah rm 2500", 2500, None, "MYR", "", "rm 2500", id="rm and space"),
    pytest.param("gaji ¥220.000", 220_000, None, "JPY", "", "¥220.000", id="yen sign"),
    pytest.param("gaji NT$29.500", 29_500, None, "TWD", "", "NT$29.500", id="NT$"),
    pytest.param("gajine 29 ewu NT", 29_000, None, "TWD", "", "29 ewu NT", id="javanese thousand"),
    pytest.param("gaji 12 bersih", 12 * JT, None, "IDR", "", "12", id="bare with wage word"),
    pytest.param("12 bersih", 12 * JT, None, "IDR", "", "12", id="bare before bersih"),
    pytest.param("15 net free all", 15 * JT, None, "IDR", "", "15", id="bare before net"),
    pytest.param("1,5 per kepala", 1.5 * JT, None, "IDR", "head", "1,5 per kepala", id="bare per head"),
    pytest.param("Rp 15.000.000,-", 15 * JT, None, "IDR", "", "Rp 15.000.000", id="full figures"),
    pytest.param("gaji Rp. 7.500.000,00", 7.5 * JT, None, "IDR", "", "Rp. 7.500.000,00", id="figures with cents"),
    pytest.param("gaji 3.500.000", 3.5 * JT, None, "IDR", "", "3.500.000", id="figures without currency"),
    pytest.param("gaji 15.jt", 15 * JT, None, "IDR", "", "15.jt", id="stray dot"),
    pytest.param("gaji 15jtan", 15 * JT, None, "IDR", "", "15jtan", id="jtan"),
    pytest.param("gaji 15 jutaan", 15 * JT, None, "IDR", "", "15 jutaan", id="jutaan"),
    pytest.param("gaji 2jt an", 2 * JT, None, "IDR", "", "2jt an", id="jt an"),
    pytest.param("gaji belasan juta", 11 * JT, 19 * JT, "IDR", "", "belasan juta", id="belasan"),
    pytest.param("puluhan juta sebulan", 20 * JT, 99 * JT, "IDR", "month", "puluhan juta sebulan", id="puluhan"),
    pytest.param("gajih dua balas juta", 12 * JT, None, "IDR", "", "dua balas juta", id="banjar"),
    pytest.param("gajine limang yuta sesasi", 5 * JT, None, "IDR", "month", "limang yuta sesasi", id="javanese"),
    pytest.param("gajina opat ratus dolar", 400, None, "USD", "", "opat ratus dolar", id="sundanese"),
    pytest.param("gaji lima belas juta", 15 * JT, None, "IDR", "", "lima belas juta", id="indonesian words"),
    pytest.param("gaji limabelas juta", 15 * JT, None, "IDR", "", "limabelas juta", id="words written together"),
    pytest.param("gaji sejuta", JT, None, "IDR", "", "sejuta", id="sejuta"),
    pytest.param("dapat setengah juta", 500_000, None, "IDR", "", "setengah juta", id="half a million"),
    pytest.param("gaji satu setengah juta", 1.5 * JT, None, "IDR", "", "satu setengah juta", id="one and a half"),
    pytest.param("terima satu juta dua ratus", 1.2 * JT, None, "IDR", "", "satu juta dua ratus", id="as spoken"),
    pytest.param("gaji 5 koma 2 juta", 5.2 * JT, None, "IDR", "", "5 koma 2 juta", id="spoken comma"),
    pytest.param("gaji 1jt5", 1.5 * JT, None, "IDR", "", "1jt5", id="1jt5"),
    pytest.param("gaji 2jt250", 2.25 * JT, None, "IDR", "", "2jt250", id="2jt250"),
    pytest.param("biaya 1 juta 500 ribu", 1.5 * JT, None, "IDR", "", "1 juta 500 ribu", id="two units"),
    pytest.param("gaji 1,5jt", 1.5 * JT, None, "IDR", "", "1,5jt", id="decimal comma"),
    pytest.param("gaji 1.5jt", 1.5 * JT, None, "IDR", "", "1.5jt", id="decimal dot"),
    pytest.param("8jt++", 8 * JT, None, "IDR", "", "8jt++", id="plus plus"),
    pytest.param("gaji $800 up", 800, None, "USD", "", "$800 up", id="up"),
    pytest.param("800-1200 usd", 800, 1200, "USD", "", "800-1200 usd", id="range in dollars"),
    pytest.param("USD 900–1,500", 900, 1500, "USD", "", "USD 900–1,500", id="english thousands"),
    pytest.param("1,200 usd", 1200, None, "USD", "", "1,200 usd", id="comma of thousands"),
    pytest.param("$420 bersih", 420, None, "USD", "", "$420", id="dollar sign"),
    pytest.param("gaji 1000$", 1000, None, "USD", "", "1000$", id="sign behind"),
    pytest.param("45.000 peso", 45_000, None, "PHP", "", "45.000 peso", id="peso"),
    pytest.param("1400 dirham", 1400, None, "AED", "", "1400 dirham", id="dirham"),
    pytest.param("AED 1800", 1800, None, "AED", "", "AED 1800", id="AED"),
    pytest.param("7000 yuan", 7000, None, "CNY", "", "7000 yuan", id="yuan"),
    pytest.param("SAR1500", 1500, None, "SAR", "", "SAR1500", id="code written on"),
    pytest.param("600 brunei dolar", 600, None, "BND", "", "600 brunei dolar", id="country before dollar"),
    pytest.param("600 dolar singapura", 600, None, "SGD", "", "600 dolar singapura", id="country behind dollar"),
    pytest.param("13 euro/jam", 13, None, "EUR", "hour", "13 euro/jam", id="by the hour"),
    pytest.param("€1.200", 1200, None, "EUR", "", "€1.200", id="euro sign"),
    pytest.param("Rp4.830 (per jam)", 4830, None, "IDR", "hour", "Rp4.830 (per jam)", id="period in brackets"),
    pytest.param("110–140 ribu won", 110_000, 140_000, "KRW", "", "110–140 ribu won", id="thousand won"),
    pytest.param("2,1 juta won", 2.1 * JT, None, "KRW", "", "2,1 juta won", id="million won"),
    pytest.param("700rb/minggu", 700_000, None, "IDR", "week", "700rb/minggu", id="by the week"),
    pytest.param("300k/hari", 300_000, None, "IDR", "day", "300k/hari", id="k by the day"),
    pytest.param("gaji 60 ringgit ije andau", 60, None, "MYR", "day", "60 ringgit ije andau", id="dayak day"),
    pytest.param("uang fit Rp 9.OOO.000", 9 * JT, None, "IDR", "", "Rp 9.OOO.000", id="letter O for zero"),
    pytest.param("gaji １５ juta", 15 * JT, None, "IDR", "", "１５ juta", id="full-width digits"),
    pytest.param("gaji15jt/bln", 15 * JT, None, "IDR", "month", "15jt/bln", id="written onto the word"),
    pytest.param("gaji 75 + mangan", 75_000, None, "IDR", "", "75", id="a day's pay in thousands"),
    pytest.param("upah harian 150", 150_000, None, "IDR", "day", "150", id="period ahead, bare"),
    pytest.param("50 dolar/hr", 50, None, "USD", "day", "50 dolar/hr", id="hr is hari"),
    pytest.param("$13/hr", 13, None, "USD", "hour", "$13/hr", id="hr is hour"),
    pytest.param("IDR 9–11m/month", 9 * JT, 11 * JT, "IDR", "month", "IDR 9–11m/month", id="english million"),
    pytest.param("kasbon 6 dulu", 6 * JT, None, "IDR", "", "6", id="bare debt"),
]


@pytest.mark.parametrize(("message", "low", "high", "currency", "period", "quote"), AMOUNTS)
def test_amounts_are_read(message: str, low: float, high: float | None, currency: str, period: str, quote: str) -> None:
    """Value, range, currency, period and the person's own words."""
    [fact] = facts_of(message, *MONEY_TYPES)
    assert (fact.currency, fact.period, fact.text) == (currency, period, quote)
    assert fact.value == pytest.approx(low)
    assert fact.upper == (None if high is None else pytest.approx(high))


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("buka 24 jam", id="opening hours"),
        pytest.param("100% aman", id="per cent"),
        pytest.param("butuh 15 orang", id="people"),
        pytest.param("tahun 2026 nanti", id="year"),
        pytest.param("umur 18-35", id="age"),
        pytest.param("gaji 2 bulan belum dibayar", id="months of pay"),
        pytest.param("gaji tiap tanggal 10", id="day of pay"),
        pytest.param("potong gaji 8 bulan", id="months of deduction"),
        pytest.param("plat KH 1234 AB", id="number plate"),
        pytest.param("rek 1234567890 a.n. Budi", id="account"),
        pytest.param("NIK 6271011203990001", id="identity number"),
        pytest.param("hubungi 0812-3456-7890", id="phone"),
        pytest.param("wa 62 812.345.678", id="phone in groups of three"),
        pytest.param("lantai 12 kamar 5", id="floor"),
        pytest.param("jam 08.00-16.00", id="clock"),
        pytest.param("tgl 12/12/2026", id="date"),
        pytest.param("UU 18 Tahun 2017 pasal 81", id="law"),
        pytest.param("pengikut 20 ribu orang", id="thousands of people"),
        pytest.param("visa E9, izin SIP2MI 33.24", id="codes"),
        pytest.param("t.me/gaji15jt", id="inside a link"),
        pytest.param("tinggi 161/48 skor 7-2", id="measures"),
        pytest.param("lari 10k", id="ten kilometres"),
        pytest.param("biaya 3 kali cicil", id="times"),
        pytest.param("gaji 15.3.2026", id="dotted date"),
    ],
)
def test_other_numbers_are_no_money(message: str) -> None:
    """Counts, times, ages, dates, codes and phones are never amounts."""
    assert facts_of(message, *MONEY_TYPES) == []


def test_two_amounts_for_two_kinds_of_heads() -> None:
    """ "L 1,5 / P 2,5" after "per kepala" are two bounties in million."""
    facts = facts_of("per kepala: L 1,5 / P 2,5 cair besok", *MONEY_TYPES)
    assert [(fact.type, fact.value) for fact in facts] == [("bounty", 1.5 * JT), ("bounty", 2.5 * JT)]


def test_an_amount_repeated_in_words_is_one() -> None:
    """Contracts repeat figures in words within brackets."""
    facts = facts_of("membayar Rp30.000.000 (tiga puluh juta)", *MONEY_TYPES)
    assert [fact.value for fact in facts] == [30 * JT]


@pytest.mark.parametrize(
    ("message", "currency"),
    [
        pytest.param("gaji 2.300", "", id="unknown currency stays unknown"),
        pytest.param("gaji 900", "", id="hundreds may be dollars"),
        pytest.param("gaji 450.000", "IDR", id="hundred thousands are rupiah"),
    ],
)
def test_a_currency_is_not_invented(message: str, currency: str) -> None:
    """Where nobody can know the currency, none is claimed and nothing is converted."""
    [fact] = facts_of(message, *MONEY_TYPES)
    assert fact.currency == currency
    assert (fact.rupiah_month is None) == (currency == "")
