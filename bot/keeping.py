"""What is kept of a person, for how long, and how it is shown to them; between conversation, worker and storage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewCase:
    """A message that a person hands to officers, after they saw exactly this and agreed."""

    number: str
    """By which person and officers name it; the same when the consent is handled again after a crash."""
    text: str
    """The message as it was shown to the person, personal numbers masked."""
    quotes: tuple[tuple[str, str], ...]
    """(rule, words), heaviest first, masked like the text; may be empty."""
    kind: str
    """Kind of the message."""
    level: str
    """Level that it was given; empty if none."""
    countries: tuple[str, ...]
    """Countries named, ISO codes; may be empty."""
    minor: bool
    """True: the person is under 18 and a parent or guardian agreed."""
    consent: str
    """Which wording they agreed to: language and fingerprint of the sentences."""
    accounts: tuple[str, ...] = ()
    """Digits of bank accounts in a forwarded message, the recruiter's; of these only a keyed hash is kept."""


@dataclass(frozen=True, slots=True)
class NewLesson:
    """A message in which rules found something harmless, that its person shows to officers after seeing exactly this."""

    text: str
    """The message as it was shown to the person, every number that leads to somebody masked."""
    rules: tuple[str, ...]
    """Ids of the rules that found something in it, heaviest first."""


@dataclass(frozen=True, slots=True)
class HeldLesson:
    """A message that waits to be learnt from, as its person may see it."""

    text: str
    """What was kept."""
    expires_at: float
    """When it is erased; UTC seconds."""


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case as its person may see it."""

    number: str
    """Its number."""
    text: str
    """What was kept."""
    level: str
    """Level of the message; empty if none."""
    created_at: float
    """When they agreed; UTC seconds."""
    expires_at: float
    """When it is erased; UTC seconds."""
    added: tuple[tuple[str, str], ...] = ()
    """(kind, words) of what was written to it later, by the person ("words", "area", "reply") or by officers ("answer",
    "question"), oldest first."""


@dataclass(frozen=True, slots=True)
class HeldOfficer:
    """That somebody is or was an officer, as they may see it themselves."""

    number: int
    """By which the trail of what they did knows them; it stays when all else is erased."""
    name: str
    """Name they gave."""
    office: str
    """Their office."""
    areas: tuple[str, ...]
    """Areas they look after; empty: all."""
    since: float
    """When they became one; UTC seconds."""
    until: float | None
    """When they stopped; UTC seconds; None: they are one now."""


@dataclass(frozen=True, slots=True)
class Held:
    """All that is held on one person, tombstones aside, which nobody can tell the person of."""

    person: str
    """Their pseudonym."""
    first_seen: float | None
    """When they were first answered, UTC seconds; None: nothing is kept between two messages."""
    language: str
    """Language chosen; empty if none."""
    origin: str
    """The deep link they first came by; empty if none."""
    remembers_until: float | None
    """When the quotes of the last message are erased; None when there are none."""
    waiting: int
    """Their messages and our replies that wait, this one aside."""
    set_aside: int
    """Their messages and our replies that could not be handled."""
    cases: tuple[HeldCase, ...]
    """What they handed to officers, oldest first."""
    officers: tuple[HeldOfficer, ...] = ()
    """Which officers they are and were, oldest first; mostly none."""
    lessons: tuple[HeldLesson, ...] = ()
    """What they showed to officers so that rules learn, oldest first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the conversation must know to tell people what is kept."""

    case_days: int = 180
    """How long a case is kept."""
    lesson_days: int = 90
    """How long a message waits to be learnt from."""
    dead_letter_days: int = 30
    """How long a message that could not be handled is kept."""
    held: Held | None = None
    """All that is held, when the person asked for it."""
