"""Constraints: what officers write between braces is read, explained when wrong, and compared with care."""

from __future__ import annotations

import re

import pytest

from bot.checking.constraints import Constraint
from bot.checking.fact import Fact, FactType
from bot.checking.facts import parse_constraint, satisfies
from bot.checking.wages import TypicalRange, WageContext


def fact(
    kind: FactType, value: float | None = None, upper: float | None = None, rupiah: float | None = None,
    country: str = "", label: str = "", status: str = "",
) -> Fact:  # fmt: skip
    return Fact(kind, 0, 0, 0, 0, value=value, upper=upper, rupiah_month=rupiah, country=country, label=label,
                status=status)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("wage", Constraint("wage"), id="type alone"),
        pytest.param("wage>=10jt", Constraint("wage", operator=">=", number=1e7, unit="rupiah"), id="million"),
        pytest.param("fee < 500 rb", Constraint("fee", operator="<", number=5e5, unit="rupiah"), id="spaces"),
        pytest.param("wage>=2,5x_typical", Constraint("wage", operator=">=", number=2.5, unit="typical"), id="typical"),
        pytest.param("age<18", Constraint("age", operator="<", number=18, unit="plain"), id="age"),
        pytest.param("place:country=kh", Constraint("place", "country", "KH"), id="country in small letters"),
        pytest.param("place:status=closed", Constraint("place", "status", "closed"), id="status"),
        pytest.param("place:abroad", Constraint("place", "label", "abroad"), id="abroad"),
        pytest.param("visa:tourist", Constraint("visa", "label", "tourist"), id="visa"),
        pytest.param("link:chat", Constraint("link", "label", "chat"), id="link"),
    ],
)
def test_constraints_are_read(source: str, expected: Constraint) -> None:
    """The part between braces, whatever its case and spaces."""
    assert parse_constraint(source) == expected


@pytest.mark.parametrize(
    ("source", "helps"),
    [
        pytest.param("wagee", "Maksud Anda 'wage'?", id="near name"),
        pytest.param("gaji", "Yang ada: wage", id="unknown type"),
        pytest.param("visa:turist", "Maksud Anda 'tourist'?", id="near label"),
        pytest.param("place:country=Kamboja", "dua huruf", id="country name"),
        pytest.param("place:status=tutup", "closed", id="unknown status"),
        pytest.param("date:besok", "Tulis {date} saja", id="no labels"),
        pytest.param("fee>=2x_typical", "hanya untuk upah", id="typical fee"),
        pytest.param("age<18jt", "Satuan 'jt'", id="unit of age"),
        pytest.param("wage>=banyak", "{wage>=10jt}", id="no number"),
        pytest.param("visa>3", "tidak bisa dibaca", id="visa compared"),
    ],
)
def test_wrong_constraints_say_what_to_write(source: str, helps: str) -> None:
    """An officer is told what is wrong and what to write instead."""
    with pytest.raises(ValueError, match=re.escape(helps)):
        parse_constraint(source)


UNSKILLED = TypicalRange(low=4e6, floor=5e6, high=8e6)
SKILLED = TypicalRange(low=4e6, floor=5e6, high=20e6, skilled=True)


@pytest.mark.parametrize(
    ("found", "source", "typical", "expected"),
    [
        pytest.param(fact("wage", 10, rupiah=10e6), "wage>=2x_typical", UNSKILLED, True, id="twice the floor"),
        pytest.param(fact("wage", 9, rupiah=9e6), "wage>=2x_typical", UNSKILLED, False, id="below twice the floor"),
        pytest.param(fact("wage", 30, rupiah=30e6), "wage>=2x_typical", SKILLED, False, id="skilled: twice the top"),
        pytest.param(fact("wage", 40, rupiah=40e6), "wage>=2x_typical", SKILLED, True, id="skilled, far beyond"),
        pytest.param(fact("wage", 3, rupiah=3e6), "wage<1x_typical", UNSKILLED, True, id="below the lowest floor"),
        pytest.param(fact("wage", 3, 6, 3e6), "wage<1x_typical", UNSKILLED, False, id="a range that reaches it"),
        pytest.param(fact("wage", 10, rupiah=10e6), "wage>=2x_typical", None, False, id="nothing typical known"),
        pytest.param(fact("wage", 10), "wage>=1jt", None, False, id="value in rupiah unknown"),
        pytest.param(fact("wage", 15, 20, 15e6), "wage>=15jt", None, True, id="lower end counts upwards"),
        pytest.param(fact("fee", 2, rupiah=2e6), "fee>=1jt", None, True, id="fee"),
        pytest.param(fact("fee", 2, rupiah=2e6), "money", None, True, id="money is any amount"),
        pytest.param(fact("money", 2, rupiah=2e6), "fee", None, False, id="plain money is no fee"),
        pytest.param(fact("age", 16, 20), "age<18", None, True, id="a range that aims at the young"),
        pytest.param(fact("age", 17, 40), "age<18", None, False, id="a wide range that begins below"),
        pytest.param(fact("age", None, 18), "age<18", None, True, id="below eighteen"),
        pytest.param(fact("age", None, 25), "age<18", None, False, id="below twenty-five"),
        pytest.param(fact("age", None, 25), "age>=18", None, False, id="unknown lower end"),
        pytest.param(fact("age", 18), "age>=18", None, True, id="of age"),
        pytest.param(fact("hours", 12), "hours>=11", None, True, id="hours"),
        pytest.param(fact("place", country="KH"), "place:abroad", None, True, id="abroad"),
        pytest.param(fact("place", country="ID"), "place:abroad", None, False, id="home is not abroad"),
        pytest.param(fact("place", country="ID"), "place:domestic", None, True, id="domestic"),
        pytest.param(fact("place", country="MM", label="hub"), "place:hub", None, True, id="hub"),
        pytest.param(fact("place", country="KH", status="closed"), "place:status=closed", None, True, id="status"),
        pytest.param(fact("phone", country="KH"), "phone:foreign", None, True, id="foreign phone"),
        pytest.param(fact("phone", country=""), "phone:foreign", None, False, id="phone of unknown country"),
        pytest.param(fact("phone", country="MY"), "phone:country=KH", None, False, id="another country"),
        pytest.param(fact("visa", label="tourist"), "visa:work", None, False, id="another visa"),
        pytest.param(fact("visa"), "visa", None, True, id="any visa"),
    ],
)
def test_satisfies(found: Fact, source: str, typical: TypicalRange | None, expected: bool) -> None:
    """Comparisons hold only where they hold for certain."""
    assert satisfies(found, parse_constraint(source), typical) is expected


def test_a_wage_context_serves_as_well() -> None:
    """What the reading holds can be passed as it is."""
    context = WageContext(UNSKILLED, ("KH",), ())
    assert satisfies(fact("wage", 10, rupiah=10e6), parse_constraint("wage>=2x_typical"), context)
