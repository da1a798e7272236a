"""Office: when officers work, and by when an answer can be promised; Indonesia knows no summer time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal

Zone = Literal["WIB", "WITA", "WIT"]
_OFFSETS: dict[Zone, int] = {"WIB": 7, "WITA": 8, "WIT": 9}
_DAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
_MOST_DAYS = 1_000
"""Days looked ahead; more than any run of holidays."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When officers work and how soon they answer."""

    opens: time = time(8)
    """Begin of a working day."""
    closes: time = time(16)
    """End of a working day; later than its begin."""
    days: frozenset[int] = frozenset(range(5))
    """Working days, Monday is 0; never empty."""
    holidays: frozenset[date] = frozenset()
    """Days on which nobody works."""
    zone: Zone = "WIB"
    """The office's zone."""
    answer_hours: float = 8.0
    """Working hours within which a report is answered."""
    emergency_minutes: float = 15.0
    """Minutes, at any time, within which an emergency is answered."""

    def due(self, now: float, level: str) -> float:
        """When the answer to a report made at ``now`` is promised at the latest; both UTC seconds."""
        if level == "emergency":
            return now + 60 * self.emergency_minutes
        here = datetime.fromtimestamp(now, self.offset)
        left = timedelta(hours=self.answer_hours)
        for later in range(_MOST_DAYS):
            day = here.date() + timedelta(days=later)
            if day.weekday() not in self.days or day in self.holidays:
                continue
            begin = max(here, datetime.combine(day, self.opens, self.offset))
            end = datetime.combine(day, self.closes, self.offset)
            if begin < end and left <= end - begin:
                return (begin + left).timestamp()
            left -= max(end - begin, timedelta())
        return now + 86_400.0 * _MOST_DAYS

    def day(self, now: float) -> date:
        """The day that it is in the office at ``now``, UTC seconds."""
        return datetime.fromtimestamp(now, self.offset).date()

    @property
    def offset(self) -> timezone:
        """The zone for reckoning."""
        return timezone(timedelta(hours=_OFFSETS[self.zone]), self.zone)


def read_days(written: str) -> frozenset[int]:
    """Days of the week from "senin-jumat" or "senin, rabu"; raises ValueError for anything else and for none."""
    found: set[int] = set()
    for part in written.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise ValueError("no day of the week")
        begin = _DAYS.index(first)
        length = (_DAYS.index(last) - begin) % 7 if last else 0
        found |= {(begin + day) % 7 for day in range(length + 1)}
    return frozenset(found)


def read_hours(written: str) -> tuple[time, time]:
    """Begin and end from "08.00-16.00"; raises ValueError for anything else."""
    found = re.fullmatch(r"(\d{1,2})[.:](\d{2})\s*-\s*(\d{1,2})[.:](\d{2})", written.strip())
    if found is None:
        raise ValueError("no hours")
    opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if opens >= closes:
        raise ValueError("ends before it begins")
    return opens, closes


def read_holidays(written: str) -> frozenset[date]:
    """Days from "2026-12-25, 2027-01-01"; raises ValueError for anything else; empty for none."""
    return frozenset(date.fromisoformat(day.strip()) for day in written.split(",") if day.strip())
