"""Fact: a typed thing read from a message (wage, fee, phone, place, age, visa, date …) and the place it was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

FactType = Literal[
    "wage", "fee", "deduction", "payout", "penalty", "bounty", "money", "place", "phone", "link", "handle",
    "age", "visa", "date", "haste", "hours",
]  # fmt: skip
"""wage: pay for work · fee: money the worker must pay or owes · deduction: cut from the wage · payout: money promised
to the person or family before or beside the work · penalty: to pay when leaving · bounty: per head brought · money:
any other amount · haste: within about ten days · hours: working hours a day."""

FACT_TYPES: tuple[FactType, ...] = get_args(FactType)
"""All types, in the order above."""

MONEY_TYPES: frozenset[FactType] = frozenset({"wage", "fee", "deduction", "payout", "penalty", "bounty", "money"})
"""Types that hold an amount."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing read from a message."""

    type: FactType
    """What it is."""
    start: int
    """Offset in the original message of its first character."""
    end: int
    """Offset in the original message past its last character."""
    first: int
    """Index in ``Text.tokens`` of the first word covered; equal to ``last`` for a flag emoji, which has no word."""
    last: int
    """Index past the last word covered."""
    value: float | None = None
    """Lowest amount in ``currency`` per ``period``; age in years; hours a day; days until a haste. None if unknown."""
    upper: float | None = None
    """Highest amount or age; None if there is one number, or no upper end ("18 ke atas")."""
    currency: str = ""
    """ISO code or "USDT"; empty when no currency is named and none can be supposed."""
    period: str = ""
    """"hour", "day", "week", "month", "year", "once", "head" or empty."""
    rupiah_month: float | None = None
    """Wages: the lower end in rupiah a month (26 days of 8 hours); other amounts: rupiah, once; None if unknown."""
    country: str = ""
    """ISO code of a place or phone; empty otherwise."""
    label: str = ""
    """Sub-kind. visa: tourist, pilgrimage, student, training, work, holiday, free; link: chat, official, mail, short,
    site; handle: the network; place: country, town, hub, crossing; fee: "debt" when it is owed, not paid now; haste:
    "departure" beside words of leaving; age: "school" or "birth" when derived; phone: "code" for a bare dial code."""
    status: str = ""
    """Places: home, closed, conflict, restricted, open, unknown; empty otherwise."""
    text: str = ""
    """The person's own words: ``original[start:end]``."""


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place name that the lexicon found in the words of a message."""

    first: int
    """Index of its first word."""
    last: int
    """Index past its last word."""
    country: str
    """ISO code."""
    label: str
    """country, town, hub or crossing."""
    status: str
    """home, closed, conflict, restricted, open or unknown."""
