"""Phones: numbers of people, with their country, however they are spaced, masked or misspelt."""

from __future__ import annotations

import time

import pytest

from tests.checking.fact_reading import facts_of


@pytest.mark.parametrize(
    ("message", "country", "quote"),
    [
        pytest.param("hub 0812-3456-7890 ya", "ID", "0812-3456-7890", id="hyphens"),
        pytest.param("wa 62 812.3456.7890", "ID", "62 812.3456.7890", id="dots, no plus"),
        pytest.param("wa.me/6281234567890", "ID", "6281234567890", id="in a chat link"),
        pytest.param("hp 08l2 3456 789O", "ID", "08l2 3456 789O", id="letters for digits"),
        pytest.param("☎ +855 00 000 452", "KH", "+855 00 000 452", id="masked with zeros"),
        pytest.param("wasap 01x-0000 882", "MY", "01x-0000 882", id="masked with x"),
        pytest.param("+60 12-345 6789", "MY", "+60 12-345 6789", id="malaysia"),
        pytest.param("855 12 345 678", "KH", "855 12 345 678", id="dial code without plus"),
        pytest.param("(021) 555 1234", "ID", "(021) 555 1234", id="landline"),
        pytest.param("nomornya +855 pak", "KH", "+855", id="dial code alone"),
    ],
)
def test_phones_are_read(message: str, country: str, quote: str) -> None:
    """Country and the person's own words."""
    [fact] = facts_of(message, "phone")
    assert (fact.country, fact.text) == (country, quote)


def test_two_numbers_side_by_side() -> None:
    """Two numbers in one line are two facts."""
    facts = facts_of("0813 0000 44l7 / 0857 1111 2222", "phone")
    assert [fact.text for fact in facts] == ["0813 0000 44l7", "0857 1111 2222"]


@pytest.mark.parametrize(
    "message",
    [
        pytest.param("lapor 110 atau 129", id="short numbers"),
        pytest.param("telp 0800 1000 234", id="toll-free"),
        pytest.param("rek bri 081234567890123", id="account"),
        pytest.param("NIK 6271011203990001", id="identity number"),
        pytest.param("Rp 15.000.000 - 20.000.000", id="money"),
        pytest.param("tgl 08-12-2026 10.00 WIB", id="date and time"),
        pytest.param("jam 08.00-16.00", id="hours"),
        pytest.param("15jt +50 bonus", id="addition"),
    ],
)
def test_other_digits_are_no_phones(message: str) -> None:
    """Accounts, identity numbers, dates, hours and money are no phones."""
    assert facts_of(message, "phone") == []


def test_many_numbers_cost_little() -> None:
    """Only the first eight candidates are looked at, whatever the length."""
    message = "0812-3456-7890 " * 1_300
    began = time.perf_counter()
    assert len(facts_of(message, "phone")) == 8
    assert time.perf_counter() - began < 0.5
