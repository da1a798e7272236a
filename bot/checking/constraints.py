"""Constraints: what a phrase asks of a fact: ``{wage>=2x_typical}``, ``{place:country=KH}``, ``{age<18}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from bot.checking.fact import FACT_TYPES, MONEY_TYPES, Fact, FactType
from bot.checking.wages import TypicalRange, WageContext

Unit = Literal["", "rupiah", "typical", "plain"]

_COMPARED: dict[str, Unit] = {
    **dict.fromkeys(MONEY_TYPES, "rupiah"), "age": "plain", "hours": "plain", "haste": "plain",
}  # fmt: skip
_LABELS: dict[str, tuple[str, ...]] = {
    "place": ("abroad", "domestic", "hub", "crossing", "country", "town"),
    "phone": ("foreign", "domestic"),
    "link": ("chat", "official", "mail", "short", "site"),
    "visa": ("tourist", "pilgrimage", "student", "training", "work", "holiday", "free"),
    "haste": ("departure",),
    "fee": ("debt",),
    "age": ("school", "birth"),
}
_STATUSES = ("home", "closed", "conflict", "restricted", "open", "unknown")
_SCALES = {"": 1.0, "rb": 1e3, "ribu": 1e3, "jt": 1e6, "juta": 1e6}
_COMPARISON = re.compile(r"(<=|>=|<|>|=)(\d+(?:[.,]\d+)?)(x_typical|[a-z]*)")


_AGES_MEANT = 7
"""Years above the number up to which a range still aims at the young: "15-20" does, "17-45" does not."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """What stands between the braces of a phrase."""

    type: FactType
    """Type of the facts it speaks of; "money" means an amount of any role."""
    key: str = ""
    """"label", "country" or "status" when one is asked for; else empty."""
    want: str = ""
    """The label, country or status asked for."""
    operator: str = ""
    """"<", "<=", ">", ">=" or "=" when a number is asked for; else empty."""
    number: float = 0.0
    """The number compared with."""
    unit: Unit = ""
    """rupiah (a month for wages), typical (times the typical wage) or plain (years, hours, days)."""


def parse_constraint(source: str) -> Constraint:
    """The constraint written between braces, without them; case and spaces do not matter.

    Raises ValueError with an Indonesian sentence that says what to write instead.
    """
    compact = source.strip().lower().replace(" ", "")
    match = re.match(r"[a-z_]*", compact)
    name = match.group() if match else ""
    kind = next((known for known in FACT_TYPES if known == name), None)
    if kind is None:
        known = ", ".join(FACT_TYPES)
        raise ValueError(f"Fakta '{name or source}' tidak dikenal.{_meant(name, FACT_TYPES)} Yang ada: {known}.")
    rest = compact[len(name) :]
    if not rest:
        return Constraint(kind)
    return _with_label(kind, rest[1:]) if rest.startswith(":") else _with_number(kind, rest)


def _meant(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, 1)
    return f" Maksud Anda '{close[0]}'?" if close else ""


def _with_label(kind: FactType, want: str) -> Constraint:
    key, equals, value = want.partition("=")
    if equals and key == "country" and kind in ("place", "phone"):
        if not re.fullmatch(r"[a-z]{2}", value):
            raise ValueError(f"Kode negara '{value}' harus dua huruf. Tulis misalnya {{{kind}:country=KH}}.")
        return Constraint(kind, "country", value.upper())
    if equals and key == "status" and kind == "place":
        if value not in _STATUSES:
            raise ValueError(f"Status '{value}' tidak ada.{_meant(value, _STATUSES)} Pilih: {', '.join(_STATUSES)}.")
        return Constraint(kind, "status", value)
    known = _LABELS.get(kind, ())
    if equals or want not in known:
        choices = f"Pilih: {', '.join(known)}." if known else f"Tulis {{{kind}}} saja."
        raise ValueError(f"'{want}' tidak bisa diminta dari '{kind}'.{_meant(want, known)} {choices}")
    return Constraint(kind, "label", want)


def _with_number(kind: FactType, rest: str) -> Constraint:
    unit = _COMPARED.get(kind)
    match = _COMPARISON.fullmatch(rest)
    if unit is None or match is None:
        raise ValueError(f"'{rest}' sesudah '{kind}' tidak bisa dibaca. Contoh: {{wage>=10jt}}, {{age<18}}.")
    operator, digits, suffix = match.groups()
    number = float(digits.replace(",", "."))
    if suffix == "x_typical":
        if kind != "wage":
            raise ValueError(f"'x_typical' hanya untuk upah. Tulis misalnya {{{kind}>=1jt}}.")
        return Constraint(kind, operator=operator, number=number, unit="typical")
    if suffix not in _SCALES or (suffix and unit != "rupiah"):
        raise ValueError(f"Satuan '{suffix}' tidak dikenal. Tulis angka dengan rb atau jt, misalnya {{wage>=10jt}}.")
    return Constraint(kind, operator=operator, number=number * _SCALES[suffix], unit=unit)


def satisfies(fact: Fact, constraint: Constraint, wages: WageContext | TypicalRange | None = None) -> bool:
    """True when the fact is what the constraint asks for.

    Comparisons need a known value and are made so that they hold for certain: ``>=`` and ``>`` by the lower end of a
    range, ``<`` and ``<=`` by the upper (ages by the lower: "usia 16-30" is ``age<18``). ``Nx_typical`` means N times
    the floor, the least usual pay, of the country and job (see ``TypicalRange``); for skilled jobs ``>=`` means N times
    the highest usual pay. Without a known range it is never true. ``age<18`` also holds for "di bawah 18".
    """
    if fact.type != constraint.type and not (constraint.type == "money" and fact.type in MONEY_TYPES):
        return False
    if constraint.key:
        return _has(fact, constraint)
    if not constraint.operator:
        return True
    if constraint.unit == "plain":
        return _compares_plain(fact, constraint)
    typical = wages.typical if isinstance(wages, WageContext) else wages
    return _compares_rupiah(fact, constraint, typical)


def _has(fact: Fact, constraint: Constraint) -> bool:
    if constraint.key == "country":
        return fact.country == constraint.want
    if constraint.key == "status":
        return fact.status == constraint.want
    if constraint.want in ("abroad", "foreign"):
        return fact.country not in ("", "ID")
    if constraint.want == "domestic":
        return fact.country == "ID"
    return fact.label == constraint.want


def _compares_plain(fact: Fact, constraint: Constraint) -> bool:
    if constraint.operator in ("<", "<="):
        if fact.value is None and fact.upper is not None:  # "di bawah 18": 18 itself is not meant
            return fact.upper <= constraint.number
        wide = fact.type == "age" and fact.upper is not None and fact.upper > constraint.number + _AGES_MEANT
        return fact.value is not None and not wide and _compare(fact.value, constraint.operator, constraint.number)
    return fact.value is not None and _compare(fact.value, constraint.operator, constraint.number)


def _compares_rupiah(fact: Fact, constraint: Constraint, typical: TypicalRange | None) -> bool:
    if fact.rupiah_month is None or fact.value is None:
        return False
    rupiah = fact.rupiah_month
    below = constraint.operator in ("<", "<=")
    if below and fact.upper is not None and fact.value > 0:
        rupiah *= fact.upper / fact.value
    if constraint.unit == "rupiah":
        return _compare(rupiah, constraint.operator, constraint.number)
    if typical is None:
        return False
    base = typical.low if below else typical.high if typical.skilled else typical.floor
    return _compare(rupiah, constraint.operator, constraint.number * base)


def _compare(value: float, operator: str, number: float) -> bool:
    if operator == "<":
        return value < number
    if operator == "<=":
        return value <= number
    if operator == ">":
        return value > number
    return value >= number if operator == ">=" else value == number
