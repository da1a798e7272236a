"""Dates and haste: days and months named, and how soon one is to leave ("besok", "3 hari lagi", "lusa fly")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from bot.checking.cues import MOST_FACTS, Scan, word_set

HASTE_DAYS = 10
"""Leaving within so many days is haste."""

_FULL_MONTHS = word_set(
    "januari februari maret april juni juli agustus september oktober november desember january february march "
    "june july august october december pebruari nopember"
)
_MONTHS = _FULL_MONTHS | word_set("mei may jan feb mar apr jun jul agu agt ags agst agus sep sept okt oct nov des dec")
_WEEKDAYS = word_set(
    "senin selasa rabu kamis jumat jum'at sabtu ahad senen rebo kemis jemuah setu monday tuesday wednesday "
    "thursday friday saturday sunday salasa arba juma"
)  # fmt: skip
_NEXT = word_set("depan ngarep dateng mendatang ini iki next")
_DAY_LABELS = word_set("tanggal tgl tangal tggl")
_NAMING = _MONTHS | _WEEKDAYS | _DAY_LABELS | {"bulan", "bln"}
_NUMERIC = re.compile(r"(?<![0-9./\-])(\d{1,2})([/\-.])(\d{1,2})(?:\2(?:20)?\d\d)?(?![0-9]|[./\-][0-9])")
_ISO = re.compile(r"(?<![0-9])20\d\d-[01]\d-[0-3]\d(?![0-9])")
_SOON = re.compile(
    r"(?<![a-z0-9])(?:(?:dalam|within|in|kurang|sekitar) )?(\d{1,2})(?: ?(?:-|sampai|s/d) ?\d{1,2})? ?"
    r"(hari|hr|hri|day|days|dino|dinten|minggu|mgg|mggu|week|weeks)(?![a-z])"
    r"( (?:lagi|lg|lgi|ke ?depan|maning|meneh|deui|(?:(?:udah|sudah|langsung) )?(?:terbang|berangkat)))?"
)
_COUNTED = word_set("lagi lg lgi kedepan ke maning meneh deui udah sudah langsung berangkat terbang dalam within in")
_WITHIN = re.compile(r"(?<![a-z])(?:dalam|within|in) ")


class Day(NamedTuple):
    """A day, month or weekday named."""

    first: int
    """Index of its first word."""
    last: int
    """Index past the last word."""


class Haste(NamedTuple):
    """Words of something within about ten days."""

    first: int
    """Index of the first word."""
    last: int
    """Index past the last word."""
    days: float | None
    """Days until then; None if not said ("segera")."""
    label: str
    """"departure" when words of leaving stand near; else empty."""


def read_dates(scan: Scan) -> list[Day]:
    """Days in order of appearance, none overlapping: "tgl 3 desember", "25 nov", "12/12", "senin depan", "Maret"."""
    found = [] if _NAMING.isdisjoint(scan.words) else list(islice(_named_days(scan), MOST_FACTS))
    if any(sign in scan.norm for sign in "/-."):
        matches = [match for match in islice(_NUMERIC.finditer(scan.norm), MOST_FACTS) if _is_date(scan, match)]
        matches += islice(_ISO.finditer(scan.norm), MOST_FACTS)
        found += [Day(*scan.tokens_of(*match.span())) for match in matches]
    kept: list[Day] = []
    for day in sorted(found, key=lambda day: (day.first, -day.last)):
        if not kept or day.first >= kept[-1].last:
            kept.append(day)
        else:  # "tgl 08" and "08-12-2026"
            kept[-1] = Day(kept[-1].first, max(kept[-1].last, day.last))
    return kept


def _named_days(scan: Scan) -> Iterator[Day]:
    words = scan.words
    count = len(words)
    for index, word in enumerate(words):
        if word in _MONTHS:
            yield from _around_month(words, index)
        elif index + 1 < count and (
            (word in _DAY_LABELS and _is_day(words[index + 1]))
            or (word in ("bulan", "bln") and words[index + 1] in _NEXT)
        ):
            yield Day(index, index + 2)
        elif word in _WEEKDAYS:
            last = index + 2 if index + 1 < count and words[index + 1] in _NEXT else index + 1
            yield Day(index - 1 if index and words[index - 1] == "hari" else index, last)


def _around_month(words: tuple[str, ...], index: int) -> Iterator[Day]:
    first, last = index, index + 1
    if (index and _is_day(words[index - 1])) or (index and words[index - 1] in ("bulan", "bln", "akhir", "awal")):
        first = index - 1
    elif words[index] not in _FULL_MONTHS and not (last < len(words) and _is_year(words[last])):
        return
    if first and words[first - 1] in _DAY_LABELS:
        first -= 1
    if last < len(words) and _is_year(words[last]):
        last += 1
    yield Day(first, last)


def _is_day(word: str) -> bool:
    return word.isdigit() and len(word) <= 2 and 1 <= int(word) <= 31


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.startswith("20") and word.isdigit()


def _is_date(scan: Scan, match: re.Match[str]) -> bool:
    """False for "161/48", "1/2 kilo", "18-35" and "7.30": only day/month, or all three parts."""
    day, sign, month = int(match.group(1)), match.group(2), int(match.group(3))
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return False
    whole = match.group().count(sign) == 2
    labelled = any(word in _DAY_LABELS for word in scan.words[max(0, scan.tokens_of(*match.span())[0] - 1) :][:1])
    return whole or labelled or (sign == "/" and (day > 12 or len(match.group(3)) == 2))


def read_haste(scan: Scan) -> list[Haste]:
    """Words of haste in order, none overlapping: "besok", "minggu depan", "3 hari lagi", "dalam 5 hari"."""
    found = [Haste(cue.first, cue.last, _DAYS.get(scan.words[cue.first]), "") for cue in scan.marks.get("haste", ())]
    if not _COUNTED.isdisjoint(scan.words):
        for match in islice(_SOON.finditer(scan.norm), MOST_FACTS):
            weeks = match.group(2)[0] in "mw"
            days = int(match.group(1)) * (7 if weeks else 1)
            if days <= HASTE_DAYS and (match.group(3) or _WITHIN.match(match.group())):
                found.append(Haste(*scan.tokens_of(*match.span()), float(days), ""))
    kept: list[Haste] = []
    for haste in sorted(found, key=lambda haste: (haste.first, -haste.last)):
        if not kept or haste.first >= kept[-1].last:
            kept.append(haste._replace(label=_label(scan, haste)))
    return kept


_DAYS: dict[str, float] = {
    word: float(days)
    for days, words in {
        0: "malam mlm malem hari dinten saiki today tonight sore hamalem",
        1: "besok bsk bsok besuk sesuk isuk tomorrow esok enjing mbenjing besoknya bisuk",
        2: "lusa",
        7: "minggu mggu mgg week next pekan",
    }.items()
    for word in words.split()
}
"""First word of a haste cue → days until then."""


def _label(scan: Scan, haste: Haste) -> str:
    for cue in scan.all_near("going", haste.first, haste.last, 6, 6):
        if scan.same_sentence(cue.first, haste.first):
            return "departure"
    return ""
