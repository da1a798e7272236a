"""Ages: how old the wanted or spoken-of people are: "usia 18-35", "umur 16 ke atas", "anak 14 thn", "kelas 2 SMP".

A number is an age only beside words that say so; years of experience, of a contract or ago are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from bot.checking.cues import MOST_FACTS, Scan, word_set
from bot.checking.numerals import Numeral

YOUNGEST, OLDEST = 5, 75
"""Ages read, in years."""
_WITHOUT_UNIT = (8, 40)  # without "umur" or "tahun" only such numbers are taken for ages

_YEARS = re.compile(r" ?(?:tahunan|tahun|thn|th|taun|tauan|years?|yrs?|yo|y\.o\.?|warsa|warsih)(?:an)?(?![a-z])")
_MONTHS = re.compile(r" ?\d{1,2} ?(?:bln|bulan)(?![a-z])")
_RANGE = re.compile(r" ?(?:-|~|s/d|s\.d\.?|(?:sd|sampai|sampe|hingga|to|nganti|tekan)(?![a-z])) ?")
_OPEN = re.compile(r" ?(?:\+|(?:tahun|thn|th)? ?(?:ke ?atas|up|keatas)(?![a-z]))")
_SHUT = re.compile(r" ?(?:tahun|thn|th)? ?(?:ke ?bawah|kebawah)(?![a-z])")
_BELOW = word_set("bawah dibawah under below maks max maksimal maksimum kurang maximum")
_BRIDGES = word_set(
    "masih baru br lagi nembe yang yg nang sing cuma usianya umurnya sudah udah sdh genap antara mau jalan"
)
_PLAIN_THINGS = word_set(
    "orang org jam menit hari bulan minggu kali juta jt ribu rb persen km kg meter cm botol kamar anak x ekor "
    "orng unit bln wulan sasi hr org wong urang"
)
_NOT_AGE = word_set("pengalaman experience kerja bekerja lalu kontrak lagi penjara terakhir ago dan berlaku garansi")
_MAJORITIES = frozenset({"17", "18", "21"})
_CLASS_WORDS = word_set("kelas klas kls")
_SCHOOLS = {
    **dict.fromkeys(("sd", "mi"), (6, 6)),
    **dict.fromkeys(("smp", "mts", "sltp"), (12, 3)),
    **dict.fromkeys(("sma", "smk", "smu", "ma", "slta"), (15, 3)),
}
"""School → (age before the first class, classes)."""
_CLASSES = {"vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12, "satu": 1, "dua": 2, "tiga": 3}
_PUPILS = word_set("anak bocah murid siswa siswi pelajar masih adik adek ade")


class Age(NamedTuple):
    """An age or a range of ages."""

    first: int
    """Index of its first word."""
    last: int
    """Index past its last word."""
    start: int
    """Offset in ``Text.norm``."""
    end: int
    """Offset past its last character."""
    low: float | None
    """Lowest age in years; None for "di bawah 25"."""
    high: float | None
    """Highest age; None for a single one or "18 ke atas"."""
    label: str
    """"school" or "birth" when derived from a class or year of birth; else empty."""


def read_ages(scan: Scan, numerals: Sequence[Numeral], year: int | None) -> list[Age]:
    """Ages in order, none overlapping. ``year`` is the present year; without it years of birth are not read."""
    marks = scan.marks
    found: list[Age] = []
    if "age" in marks or "person" in marks or not _BELOW.isdisjoint(scan.words):
        skip = -1
        for index in range(len(numerals)):
            if index > skip and (read := _age(scan, numerals, index)) is not None:
                found.append(read[0])
                skip = read[1]
    if "birth" in marks and year is not None:
        found += [born for numeral in numerals if (born := _of_birth(scan, numeral, year)) is not None]
    if not _SCHOOL_WORDS.isdisjoint(scan.words):
        found += islice(_of_school(scan), MOST_FACTS)
    return _without_overlaps(found)


_SCHOOL_WORDS = frozenset(_SCHOOLS) | _CLASS_WORDS


def _without_overlaps(found: list[Age]) -> list[Age]:
    kept: list[Age] = []
    for age in sorted(found):
        if not kept or age.first >= kept[-1].last:
            kept.append(age)
    return kept


def _is_age(numeral: Numeral) -> bool:
    return numeral.form in ("plain", "words") and YOUNGEST <= numeral.low <= OLDEST and numeral.low == int(numeral.low)


def _age(scan: Scan, numerals: Sequence[Numeral], index: int) -> tuple[Age, int] | None:
    """The age that starts at a numeral and the index of the last numeral it uses."""
    numeral = numerals[index]
    if not _is_age(numeral):
        return None
    norm = scan.norm
    end, has_years, last_used = _past_years(norm, numeral.end, numerals, index)
    high: float | None = None
    gap = _RANGE.match(norm, end)
    following = numerals[last_used + 1] if last_used + 1 < len(numerals) else None
    if gap is not None and following is not None and following.start == gap.end() and _is_age(following) \
            and following.low > numeral.low:  # fmt: skip
        high = following.low
        end, more_years, last_used = _past_years(norm, following.end, numerals, last_used + 1)
        has_years = has_years or more_years
    about = norm.startswith("an", end)  # "20an"
    if norm[end : end + 1].isalpha() and not about:
        return None
    first, last = scan.tokens_of(numeral.start, end)
    if not _is_said(scan, first, last, numeral.low, years=has_years, pair=high is not None, about=about):
        return None
    least, most = _WITHOUT_UNIT
    if not has_years and not least <= numeral.low <= most and scan.near("age", first, last, 3, 0) is None:
        return None
    low: float | None = numeral.low
    below = _said_below(scan, first)
    if high is None and (below or _SHUT.match(norm, end)):
        low, high = None, numeral.low
        first -= below
    elif high is None and (opened := _OPEN.match(norm, end)):
        end = opened.end()
        last = scan.tokens_of(numeral.start, end)[1]
    return Age(first, last, min(numeral.start, scan.starts[first]), end, low, high, ""), last_used


def _past_years(norm: str, end: int, numerals: Sequence[Numeral], index: int) -> tuple[int, bool, int]:
    """(end, True if years are named, last numeral used) behind a number: " th", " th 9 bln"."""
    years = _YEARS.match(norm, end)
    if years is None:
        return end, False, index
    months = _MONTHS.match(norm, years.end())
    return (months.end(), True, index + 1) if months and index + 1 < len(numerals) else (years.end(), True, index)


def _said_below(scan: Scan, first: int) -> int:
    """How many words ahead of ``first`` say "below": "di bawah", "maks", "max."; 0 if none do."""
    words = scan.words
    if first and words[first - 1] in _BELOW:
        return 2 if first > 1 and words[first - 2] == "di" else 1
    if first > 1 and words[first - 2] in _BELOW and words[first - 1] in ("umur", "usia", "dari"):
        return 2
    return 0


def _is_said(scan: Scan, first: int, last: int, low: float, *, years: bool, pair: bool, about: bool) -> bool:
    """True when the words around make the number an age."""
    words = scan.words
    behind = words[last] if last < len(words) and scan.same_sentence(first, last) else ""
    counts = behind in _PLAIN_THINGS and not years and not scan.gap(last - 1, last).strip()
    if scan.near("age", first, last, 3, 0) is not None:
        return not counts
    if years and behind not in _NOT_AGE:
        if scan.near("age", first, last, 6, 2) is not None:
            return True
        if low < _WITHOUT_UNIT[0]:  # "sudah enam tahun"
            return False
        return _beside_person(scan, first, last, 4) and scan.near("duration", first, last, 2, 0) is None
    if counts or years:
        return False
    if not pair and _said_below(scan, first):
        return scan.words[first] in _MAJORITIES or _beside_person(scan, first, last, 6)
    if pair or about:  # "anak 15-17", "perempuan 20an"
        return _beside_person(scan, first, last, 1 if about else 0)
    return _said_young(scan, first)


def _beside_person(scan: Scan, first: int, last: int, before: int) -> bool:
    return any(
        cue.last <= first and scan.same_sentence(cue.first, first)
        for cue in scan.all_near("person", first, last, before, 0)
    )


def _said_young(scan: Scan, first: int) -> bool:
    """ "dia masih 15", "adik yang 17": a person, then a word of age or time; or an age word early in the sentence."""
    words = scan.words
    if first and words[first - 1] in _BRIDGES and _beside_person(scan, first, first, 3):
        return True
    cues = scan.all_near("age", first, first, 10, 0)
    return any(scan.same_sentence(cue.first, first) and cue.last <= first for cue in cues)


def _of_birth(scan: Scan, numeral: Numeral, year: int) -> Age | None:
    """ "lahir tahun 2010" in 2026 → 16."""
    if numeral.form != "plain" or not year - OLDEST <= numeral.low <= year - YOUNGEST:
        return None
    first, last = scan.tokens_of(numeral.start, numeral.end)
    if scan.near("birth", first, last, 4, 0) is None:
        return None
    return Age(first, last, numeral.start, numeral.end, year - numeral.low, None, "birth")


def _of_school(scan: Scan) -> Iterator[Age]:
    """ "kelas 2 SMP" → 14, "kelas XI" → 17, "anak SMP" → 13."""
    words = scan.words
    for index, word in enumerate(words):
        if word in _CLASS_WORDS and index + 1 < len(words):
            token = scan.text.tokens[index + 1]
            school = words[index + 2] if index + 2 < len(words) else ""
            pupil = index > 0 and words[index - 1] in _PUPILS
            age, count = _class_age(scan.norm[token.start : token.end], school, pupil=pupil)
            if age:
                yield _school_age(scan, index, index + count, age)
        elif word in ("smp", "mts") and index and words[index - 1] in _PUPILS:
            yield _school_age(scan, index - 1, index + 1, 13)


def _school_age(scan: Scan, first: int, last: int, age: int) -> Age:
    return Age(first, last, scan.starts[first], scan.text.tokens[last - 1].end, float(age), None, "school")


def _class_age(word: str, school: str, *, pupil: bool) -> tuple[int, int]:
    """(age, words used) for the words behind "kelas"; (0, 0) if they name no class. Class 1 is at seven years."""
    number = _CLASSES.get(word) or (int(word) if word.isdigit() and len(word) <= 2 else 0)
    before, classes = _SCHOOLS.get(school, (0, 0))
    if 1 <= number <= classes:
        return before + number, 3
    if 7 <= number <= 12 and (word != "x" or classes or pupil):
        return number + 6, 3 if classes else 2
    return 0, 0
