"""Hours: how long a working day is: "12 jam kerja", "14 jam sehari", "masuk 10 pagi pulang 10 malam"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from bot.checking.cues import MOST_FACTS, Scan
from bot.checking.numerals import Numeral

_HOURS = re.compile(r" ?(?:jam|hours?|hrs?|h|jm)(?![a-z])")
_A_DAY = re.compile(
    r" ?(?:/ ?(?:hari|hr|day|d\b)|(?:se|sa|per |tiap |a |per)(?:hari|day|dino|ari)|sedino|daily|ije andau)"
)
_TO = r" ?(?:-|~|s/d|sampai|sampe|smp|sd|hingga|nganti|tekan|to|pulang|plg|mulih|bulik|keluar|selesai|kelar) ?"
_DAYPART = r"(?: ?(pagi|subuh|siang|sore|malam|mlm|malem|am|pm|dini hari))?"
_CLOCKS = re.compile(
    rf"(?<![0-9.:])([012]?\d)(?:[.:]([0-5]\d))?{_DAYPART}(?: ?wib)?{_TO}"
    rf"(?:jam |pukul |pkl )?([012]?\d)(?:[.:]([0-5]\d))?{_DAYPART}"
    r"(?![0-9:]|[.,]\d| ?(?:jam|hari|orang|tahun|thn|th|bulan|bln|juta|jt|rb|ribu|kali|x|%)(?![a-z]))"
)
_LABELS = frozenset({"jam", "pukul", "pkl", "masuk", "shift"})
_AFTERNOON = frozenset({"siang", "sore", "malam", "mlm", "malem", "pm"})


class Hours(NamedTuple):
    """Working hours a day."""

    start: int
    """Offset in ``Text.norm``."""
    end: int
    """Offset past the last character."""
    low: float
    """Hours a day, the lower end of a range."""
    high: float | None
    """Upper end of a range."""


def read_hours(scan: Scan, numerals: Sequence[Numeral]) -> list[Hours]:
    """Working hours in order, none overlapping; "buka 24 jam" and "perjalanan 8 jam" are none."""
    found = [hours for index in range(len(numerals)) if (hours := _counted(scan, numerals, index)) is not None]
    if "hours" in scan.marks or "masuk" in scan.words:
        matches = islice(_CLOCKS.finditer(scan.norm), MOST_FACTS)
        found += [hours for match in matches if (hours := _clocked(scan, match)) is not None]
    kept: list[Hours] = []
    for hours in sorted(found):
        if not kept or hours.start >= kept[-1].end:
            kept.append(hours)
    return kept


def _counted(scan: Scan, numerals: Sequence[Numeral], index: int) -> Hours | None:
    numeral = numerals[index]
    match = _HOURS.match(scan.norm, numeral.end)
    if match is None or not 1 <= numeral.low <= 24 or scan.norm[max(0, numeral.start - 1) : numeral.start] == "x":
        return None
    low, high, start = numeral.low, None, numeral.start
    before = numerals[index - 1] if index else None
    if before is not None and scan.norm[before.end : start].strip() in ("-", "sampai", "s/d") and before.low < low:
        low, high, start = before.low, numeral.low, before.start
    a_day = _A_DAY.match(scan.norm, match.end())
    end = a_day.end() if a_day else match.end()
    first, last = scan.tokens_of(start, end)
    if a_day is None and not _about_work(scan, first, last, 3, 2):
        return None
    return Hours(start, end, low, high)


def _about_work(scan: Scan, first: int, last: int, before: int, after: int) -> bool:
    return any(scan.same_sentence(cue.first, first) for cue in scan.all_near("hours", first, last, before, after))


def _clocked(scan: Scan, match: re.Match[str]) -> Hours | None:
    start, start_minutes, start_part, end, end_minutes, end_part = match.groups()
    first, last = scan.tokens_of(*match.span())
    ahead = scan.words[max(0, first - 2) : first]
    if "masuk" not in ahead and not _about_work(scan, first, last, 3, 1):
        return None
    labelled = not _LABELS.isdisjoint(ahead)
    if not (start_part or end_part or start_minutes or end_minutes or labelled):
        return None
    begins, ends = _clock(start, start_minutes, start_part), _clock(end, end_minutes, end_part)
    if begins > 24 or ends > 24:
        return None
    length = (ends - begins) % 24
    if not end_part and not end_minutes and length > 16 and ends < 12:  # "jam 9-5"
        length = (ends + 12 - begins) % 24
    return Hours(*match.span(), length, None) if length else None


def _clock(hour: str, minutes: str | None, part: str | None) -> float:
    value = int(hour) + int(minutes or 0) / 60
    return value + 12 if part in _AFTERNOON and value < 12 else value
