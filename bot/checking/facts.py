"""Facts: typed things read from a message, in order of appearance: amounts by their role, phones, links, ages, visas …

Each kind has its own reader beside this file; all of them share one ``Scan`` of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypedDict, Unpack

from bot.checking.ages import read_ages
from bot.checking.constraints import Constraint, parse_constraint, satisfies
from bot.checking.cues import MOST_FACTS, FactWords, Scan, scan_text
from bot.checking.dates import read_dates, read_haste
from bot.checking.fact import MONEY_TYPES, Fact, FactType, PlaceHit
from bot.checking.hours import read_hours
from bot.checking.links import Link, read_links
from bot.checking.money import Amount, read_amounts
from bot.checking.numerals import Numeral, read_numerals
from bot.checking.phones import Phone, read_phones
from bot.checking.roles import read_roles
from bot.checking.text import Text
from bot.checking.visas import read_visas
from bot.checking.wages import rupiah_a_month

__all__ = [
    "Constraint", "Fact", "FactType", "FactWords", "PlaceHit", "constraints_by_type", "parse_constraint", "read_facts",
    "satisfies",
]  # fmt: skip

_DIGIT = re.compile(r"\d")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_REGIONAL_A = 0x1F1E6


def read_facts(
    text: Text, words: FactWords, places: Sequence[PlaceHit], *, year: int | None = None
) -> tuple[Fact, ...]:
    """Facts in order of appearance; may be empty. Facts of different types may overlap ("senin depan": date and haste).

    ``places`` are the names that the lexicon found; flags and dial codes are read here. ``year`` is the present year,
    for years of birth. Time is linear in the length of the message.
    """
    scan = scan_text(text, words)
    facts = [*_places(scan, places), *_visas(scan), *_days(scan)]
    links = read_links(scan)
    facts += [_link(scan, link) for link in links]
    if _DIGIT.search(scan.norm):
        spans = [(link.start, link.end) for link in links]
        phones = read_phones(scan, spans)
        facts += [_phone(scan, phone) for phone in phones]
        taken = sorted(spans + [(phone.start, phone.end) for phone in phones])
    else:
        taken = []
    facts += _numbers(scan, read_numerals(scan, taken), year)
    facts.sort(key=lambda fact: (fact.start, fact.end, fact.type))
    return tuple(facts)


def constraints_by_type(symbols: Mapping[str, int]) -> dict[FactType, tuple[tuple[int, Constraint], ...]]:
    """Per fact type the (symbol, constraint) pairs of an index's ``facts``; "money" stands under every money type."""
    by_type: dict[FactType, list[tuple[int, Constraint]]] = {}
    for source, symbol in symbols.items():
        constraint = parse_constraint(source)
        for kind in MONEY_TYPES if constraint.type == "money" else (constraint.type,):
            by_type.setdefault(kind, []).append((symbol, constraint))
    return {kind: tuple(found) for kind, found in by_type.items()}


class _More(TypedDict, total=False):
    """Fields of a fact beyond its place."""

    value: float | None
    upper: float | None
    currency: str
    period: str
    rupiah_month: float | None
    country: str
    label: str
    status: str


def _fact(scan: Scan, kind: FactType, start: int, end: int, **more: Unpack[_More]) -> Fact:
    """A fact on the stretch ``norm[start:end]``."""
    first, last = scan.tokens_of(start, end)
    begin, finish = scan.text.span(start, end)
    return Fact(kind, begin, finish, first, last, text=scan.text.original[begin:finish], **more)


def _on_words(scan: Scan, kind: FactType, first: int, last: int, **more: Unpack[_More]) -> Fact:
    """A fact on the words [first, last)."""
    tokens = scan.text.tokens
    begin, finish = scan.text.span(tokens[first].start, tokens[last - 1].end)
    return Fact(kind, begin, finish, first, last, text=scan.text.original[begin:finish], **more)


def _places(scan: Scan, places: Sequence[PlaceHit]) -> Iterator[Fact]:
    for hit in places:
        yield _on_words(scan, "place", hit.first, hit.last, country=hit.country, label=hit.label, status=hit.status)
    if not scan.norm.isascii():
        for match in islice(_FLAG.finditer(scan.norm), MOST_FACTS):
            country = "".join(chr(ord(sign) - _REGIONAL_A + ord("A")) for sign in match.group())
            status = scan.knowledge.status_of.get(country, "home" if country == "ID" else "unknown")
            yield _fact(scan, "place", *match.span(), country=country, label="country", status=status)


def _visas(scan: Scan) -> Iterator[Fact]:
    for visa in read_visas(scan):
        yield _on_words(scan, "visa", visa.first, visa.last, label=visa.kind)


def _days(scan: Scan) -> Iterator[Fact]:
    for day in read_dates(scan):
        yield _on_words(scan, "date", day.first, day.last)
    for haste in read_haste(scan):
        yield _on_words(scan, "haste", haste.first, haste.last, value=haste.days, label=haste.label)


def _link(scan: Scan, link: Link) -> Fact:
    return _fact(scan, "handle" if link.is_handle else "link", link.start, link.end, label=link.label)


def _phone(scan: Scan, phone: Phone) -> Fact:
    label = "code" if phone.only_code else ""
    return _fact(scan, "phone", phone.start, phone.end, country=phone.country, label=label)


def _numbers(scan: Scan, numerals: Sequence[Numeral], year: int | None) -> Iterator[Fact]:
    """Amounts, ages and hours."""
    amounts = read_amounts(scan, numerals)
    for amount, (kind, label) in zip(amounts, read_roles(scan, amounts), strict=True):
        yield _amount(scan, amount, kind, label, scan.knowledge.rupiah_per)
    for age in read_ages(scan, numerals, year):
        yield _on_words(scan, "age", age.first, age.last, value=age.low, upper=age.high, label=age.label)
    for hours in read_hours(scan, numerals):
        yield _fact(scan, "hours", hours.start, hours.end, value=hours.low, upper=hours.high, period="day")


def _amount(scan: Scan, amount: Amount, kind: FactType, label: str, rupiah_per: Mapping[str, float]) -> Fact:
    if kind == "wage":
        rupiah = rupiah_a_month(amount.low, amount.currency, amount.period, rupiah_per)
    else:
        rate = rupiah_per.get(amount.currency)
        rupiah = amount.low * rate if rate is not None else None
    return _fact(
        scan, kind, amount.start, amount.end, value=amount.low, upper=amount.high, currency=amount.currency,
        period="" if amount.period == "piece" else amount.period, rupiah_month=rupiah, label=label,
    )  # fmt: skip
