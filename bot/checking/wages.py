"""Wages: what work usually pays where, so that a promised wage is judged by country and job and never alone.

The figures are in wages.yaml (from the minimum and usual wages of 2025–26). The rule drawn from them: up to twice the
floor is normal for unskilled work, two to three times unusual, three times and more a strong sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.checking.fact import Fact
from bot.checking.text import Text
from bot.knowledge.schema import WagesFile

ANY_JOB = "general"
"""Job of a ``typical`` entry that stands for every unskilled job of its country."""


@dataclass(frozen=True, slots=True)
class TypicalRange:
    """What work there usually pays, in rupiah a month."""

    low: float
    """Lowest floor among the jobs it may be; ``{wage<1x_typical}`` compares with it."""
    floor: float
    """Highest floor among the jobs it may be; ``{wage>=2x_typical}`` compares with it."""
    high: float
    """Highest usual pay; takes the place of ``floor`` for skilled jobs."""
    skilled: bool = False
    """True for professions in which much higher pay is normal: nurses, engineers, certified seafarers."""


ABROAD = TypicalRange(low=2_000_000, floor=7_000_000, high=15_000_000)
"""For work abroad in a country that nobody names: the floor of Malaysia (RM1,700 a month since 1 Feb 2025), the largest
open destination; low lies below nearly every floor known."""


@dataclass(frozen=True, slots=True)
class WageTable:
    """Typical wages, ready for looking up."""

    typical: Mapping[str, Mapping[str, TypicalRange]]
    """Country → job → range."""
    jobs: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """First word of a job name → (all its words, job), longest first."""
    skilled: frozenset[str]
    """Jobs that need skill."""
    rupiah_per: Mapping[str, float]
    """Rupiah for one unit of a currency."""

    @classmethod
    def from_file(cls, file: WagesFile) -> WageTable:
        """The table from ``wages.yaml``."""
        skilled = frozenset(file.skilled)
        typical: dict[str, dict[str, TypicalRange]] = {}
        for entry in file.typical:
            found = TypicalRange(entry.low, entry.low, entry.high, entry.job in skilled)
            jobs = typical.setdefault(entry.country, {})
            jobs[entry.job] = _merge((jobs[entry.job], found)) if entry.job in jobs else found
        names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for job, spellings in file.jobs.items():
            for words in {tuple(spelling.lower().split()) for spelling in spellings}:
                names.setdefault(words[0], []).append((words, job))
        ordered = {first: tuple(sorted(found, key=_longest_first)) for first, found in names.items()}
        return cls(typical, ordered, skilled, dict(file.rupiah_per))


@dataclass(frozen=True, slots=True)
class WageContext:
    """What the wages of one message are judged against."""

    typical: TypicalRange | None
    """The range; None when nothing says that the work is abroad or where."""
    countries: tuple[str, ...]
    """Countries named in the message, Indonesia included, in order."""
    jobs: tuple[str, ...]
    """Jobs named in the message, in order."""


def wage_context(text: Text, facts: Iterable[Fact], table: WageTable, abroad: TypicalRange = ABROAD) -> WageContext:
    """What to judge the wages of a message against; ``abroad`` serves when the work is abroad, nobody says where."""
    facts = tuple(facts)
    places = [fact.country for fact in facts if fact.type == "place" and fact.country]
    countries = tuple(dict.fromkeys(places))
    jobs = find_jobs([token.word for token in text.tokens], table)
    return WageContext(typical_range(table, countries, jobs, abroad if _is_abroad(facts) else None), countries, jobs)


def _is_abroad(facts: Sequence[Fact]) -> bool:
    """True when a foreign place, currency, number or a visa says so."""
    return any(
        (fact.type in ("place", "phone") and fact.country not in ("", "ID"))
        or fact.type == "visa"
        or fact.currency not in ("", "IDR")
        for fact in facts
    )


def find_jobs(words: Sequence[str], table: WageTable) -> tuple[str, ...]:
    """Jobs named in the words, in order, each once; of names that begin at one word the longest counts."""
    found: dict[str, None] = {}
    for index, word in enumerate(words):
        for name, job in table.jobs.get(word, ()):
            if tuple(words[index : index + len(name)]) == name:
                found[job] = None
                break
    return tuple(found)


def typical_range(
    table: WageTable, countries: Sequence[str], jobs: Sequence[str], abroad: TypicalRange | None = None
) -> TypicalRange | None:
    """What the jobs usually pay in the countries, merged to the side of caution; None if nothing is known.

    Foreign countries come before Indonesia: who names both is writing of work abroad. A job that is unknown there, or
    no job at all, gives the span of all unskilled work of the country. ``abroad`` is used when no country is known.
    """
    foreign = [country for country in countries if country != "ID"]
    known = [table.typical[country] for country in foreign or countries if country in table.typical]
    skilled = any(job in table.skilled for job in jobs)
    if not known:
        if abroad is None or (countries and not foreign):
            return None
        return TypicalRange(abroad.low, abroad.floor, abroad.high, skilled)
    ranges = [found for by_job in known for found in _of_jobs(by_job, jobs)]
    merged = _merge(ranges)
    return TypicalRange(merged.low, merged.floor, merged.high, skilled)


def _of_jobs(by_job: Mapping[str, TypicalRange], jobs: Sequence[str]) -> list[TypicalRange]:
    named = [by_job[job] for job in jobs if job in by_job]
    if named:
        return named
    if ANY_JOB in by_job:
        return [by_job[ANY_JOB]]
    return [found for found in by_job.values() if not found.skilled] or list(by_job.values())


def _merge(ranges: Sequence[TypicalRange]) -> TypicalRange:
    return TypicalRange(
        low=min(found.low for found in ranges),
        floor=max(found.floor for found in ranges),
        high=max(found.high for found in ranges),
        skilled=any(found.skilled for found in ranges),
    )


def _longest_first(name: tuple[tuple[str, ...], str]) -> tuple[int, str]:
    return -len(name[0]), name[1]


HOURS_A_DAY, DAYS_A_MONTH = 8, 26
"""A working month, as the figures of wages.yaml suppose it."""
_PER_MONTH = {"hour": HOURS_A_DAY * DAYS_A_MONTH, "day": DAYS_A_MONTH, "week": 52 / 12, "month": 1, "year": 1 / 12}
_LEAST_MONTHLY = 300_000  # rupiah; less without a period is pay by the day or hour, nobody says which


def rupiah_a_month(value: float, currency: str, period: str, rupiah_per: Mapping[str, float]) -> float | None:
    """A wage in rupiah a month, None if unknown; without a period it counts as monthly unless too small for that."""
    rate = rupiah_per.get(currency)
    if rate is None:
        return None
    if not period:
        return value * rate if value * rate >= _LEAST_MONTHLY else None
    months = _PER_MONTH.get(period)
    return value * rate * months if months is not None else None
