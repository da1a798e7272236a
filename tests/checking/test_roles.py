"""Roles: an amount is a wage, fee, deduction, payout, penalty or bounty by the words around it."""

from __future__ import annotations

import pytest

from bot.checking.fact import MONEY_TYPES
from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("gaji 8 juta, biaya 5 juta, potongan 2 juta", ["wage", "fee", "deduction"], id="each by its word"),
        pytest.param("5 juta biaya admin, 12 juta gaji", ["fee", "wage"], id="words behind"),
        pytest.param("transfer 500rb dulu", ["fee"], id="direction: to them"),
        pytest.param("diminta 35 juta", ["fee"], id="asked for"),
        pytest.param("dapat 2 juta sebelum terbang", ["payout"], id="direction: to the person"),
        pytest.param("dapat 15 juta sebulan", ["wage"], id="received every month"),
        pytest.param("uang fit 7 juta tunai", ["payout"], id="uang fit"),
        pytest.param("uang saku 14 juta", ["wage"], id="allowance"),
        pytest.param("uang saku keluarga 5 juta", ["payout"], id="allowance for the family"),
        pytest.param("gaji dipotong 2 juta", ["deduction"], id="cut from the wage"),
        pytest.param("biaya 30 juta dipotong gaji", ["fee"], id="fee to be cut later"),
        pytest.param("denda 50 juta", ["penalty"], id="fine"),
        pytest.param("kalau nanti batal, ganti 12,5 juta", ["penalty"], id="changing one's mind"),
        pytest.param("mau pulang harus bayar 30jt", ["penalty"], id="paying to go home"),
        pytest.param("amun mundur musti mambayar salawi juta", ["penalty"], id="banjar withdrawal"),
        pytest.param("jika mundur, peserta membayar Rp20.000.000", ["penalty"], id="in a contract"),
        pytest.param("bayar 15 juta setelah sampai", ["fee"], id="paying on arrival is no penalty"),
        pytest.param("dapat satu juta per kepala", ["bounty"], id="per head"),
        pytest.param("bawa kawan, dapat 250 ribu", ["bounty"], id="bringing friends"),
        pytest.param("upah sponsor 1jt", ["bounty"], id="sponsor's pay"),
        pytest.param("5 juta per bulan", ["wage"], id="by the month, nothing else said"),
        pytest.param("harga motor 15 juta", ["money"], id="price"),
        pytest.param("kos 750rb/bulan", ["money"], id="rent is no wage"),
        pytest.param("dicari penjahit untuk Klang, RM1.900, mess ada", ["wage"], id="supposed from work"),
        pytest.param("Bavet operator 16jt", ["wage"], id="supposed from a job just ahead"),
        pytest.param("kemarin kehilangan 11jt", ["money"], id="nothing said"),
        pytest.param("bonus join 40 jt, sebulan 18.", ["payout", "wage"], id="own period beats a far word"),
    ],
)
def test_roles(message: str, expected: list[str]) -> None:
    """The nearest word of the clause decides; leaving turns payment into penalty."""
    assert [fact.type for fact in facts_of(message, *MONEY_TYPES)] == expected


def test_debt_is_a_fee_with_a_label() -> None:
    """Money owed is money the worker must pay, marked as debt."""
    [fact] = facts_of("dihitung utang 11jt", "fee")
    assert fact.label == "debt"


@pytest.mark.parametrize(
    ("message", "rupiah"),
    [
        pytest.param("gaji $1000", 16_800_000, id="month supposed"),
        pytest.param("13 euro/jam", 13 * 19_600 * 208, id="hour"),
        pytest.param("gaji 100rb/hari", 2_600_000, id="day"),
        pytest.param("700rb/minggu", 700_000 * 52 / 12, id="week"),
        pytest.param("gaji 120 juta setahun", 10_000_000, id="year"),
        pytest.param("gaji 15-20jt", 15_000_000, id="lower end"),
        pytest.param("gaji 90rb", None, id="too small to be a month's"),
        pytest.param("gaji 250 dinar", None, id="no rate"),
        pytest.param("borongan 7rb/pcs", None, id="by the piece"),
        pytest.param("biaya RM1.000", 4_150_000, id="fee, once"),
    ],
)
def test_rupiah(message: str, rupiah: float | None) -> None:
    """Wages in rupiah a month of 26 days of 8 hours, other amounts once; unknown stays unknown."""
    [fact] = facts_of(message, *MONEY_TYPES)
    assert fact.rupiah_month == (rupiah if rupiah is None else pytest.approx(rupiah))
