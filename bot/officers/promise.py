"""The promise in words, as a person reads it: by when an officer answers."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.conversation.wording import Wording
from bot.office import OfficeHours


def said(hours: OfficeHours, due: float, now: float, level: str, wording: Wording) -> str:
    """The promise in words: "besok pukul 10.00 WIB"; of an emergency: that it is told at once. Times are UTC seconds."""
    if level == "emergency":
        return wording.say("promise.now")
    then, today = (datetime.fromtimestamp(moment, hours.offset) for moment in (due, now))
    clock = f"{then:%H.%M} {hours.zone}"
    if (ahead := (then.date() - today.date()).days) in (0, 1):
        return wording.say("promise.tomorrow" if ahead else "promise.today", time=clock)
    weekday = wording.say("promise.weekdays").split()[then.weekday()]
    return wording.say("promise.later", weekday=weekday, day=wording.day(then.date()), time=clock)


def day_of(now: float) -> date:
    """The day on which something is said; as `Answering` reckons it."""
    return datetime.fromtimestamp(now, UTC).date()
