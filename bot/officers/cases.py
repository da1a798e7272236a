"""Cases as officers see and change them: found, taken, answered, handed on, closed; who must hear of one.

Everything here is part of a question or change for ``Database``. On PostgreSQL the row of a case is locked while it is
changed; a claim is a conditional update besides, so that of two officers exactly one has the case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, Connection, Row, select, update

from bot.conversation.memory import Language
from bot.conversation.wording import Wording
from bot.knowledge.loading import Knowledge
from bot.officers.officer import Officer, all_officers
from bot.officers.promise import day_of
from bot.storage import Recipient
from bot.storage.database import storable
from bot.storage.tables import case_words, cases

State = Literal["open", "taken", "closed"]
Outcome = Literal["confirmed", "not_confirmed", "unclear"]
Asks = Literal["", "area", "words", "reply", "passing"]
"""What the next plain text of the person is taken for. reply: for the officer, and the person has not yet heard that the
bot keeps quiet; passing: they have."""
_AREA_ALIKE = 88
_NUMBER = re.compile(r"[^A-Z0-9]")


@dataclass(frozen=True, slots=True)
class Case:
    """What a person handed to officers."""

    id: int
    """Its row."""
    number: str
    """By which person and officers name it."""
    to: Recipient
    """Whose it is, and how an answer reaches them."""
    kind: str
    """Kind of the message."""
    level: str
    """Its level now; empty if none."""
    area: str
    """Area of an officer that the person named; empty: none or an unknown one."""
    minor: bool
    """True: the person is under 18."""
    language: Language
    """In which the person is written to."""
    state: State
    """open: nobody has taken it."""
    outcome: str
    """`Outcome` of a closed case; else empty."""
    quotes: tuple[tuple[str, str], ...]
    """(rule, words), heaviest first."""
    text: str
    """The message, personal numbers masked."""
    created_at: float
    """UTC seconds, as all times here."""
    due_at: float | None
    """By when an answer is promised; None: no officer has been told of it yet."""
    answered_at: float | None
    """When an officer first wrote to the person."""
    claimed_by: int | None
    """Number of the officer who has it."""
    asks: Asks
    """What the person's next text is taken for, until ``asks_until``."""
    asks_until: float
    """0: never."""
    announced_at: float | None
    """When officers were told of it."""

    def wording(self, knowledge: Knowledge, now: float) -> Wording:
        """Sentences in the person's language."""
        return Wording(knowledge, self.language, day_of(now))


@dataclass(frozen=True, slots=True)
class Added:
    """What was written to a case after it was made."""

    at: float
    """When; UTC seconds."""
    officer: int | None
    """By which officer; None: by the person."""
    kind: str
    """"words", "area" or "reply" of the person; "answer" or "question" of an officer."""
    text: str
    """The words, masked when they are the person's."""


def case_number(written: str) -> str:
    """A number as it is kept, from what somebody typed: "abc def ghj" is "ABC-DEF-GHJ"; empty if it is none."""
    signs = _NUMBER.sub("", written.upper())
    return f"{signs[:3]}-{signs[3:6]}-{signs[6:]}" if len(signs) == 9 else ""


def find_case(connection: Connection, number: str, change: bool = False) -> Case | None:
    """The case of this number; None when there is none (any more). ``change``: nobody else changes it meanwhile."""
    query = select(cases).where(cases.c.number == number)
    found = connection.execute(query.with_for_update() if change else query).one_or_none()
    return None if found is None else _read(found)


def select_cases(connection: Connection, *which: ColumnElement[bool], newest_first: bool = False) -> tuple[Case, ...]:
    """The cases for which all of these hold, oldest first unless told otherwise."""
    order = cases.c.id.desc() if newest_first else cases.c.id
    return tuple(map(_read, connection.execute(select(cases).where(*which).order_by(order))))


def asking_case(connection: Connection, person: str, now: float) -> Case | None:
    """The case to which the person's next plain text belongs; None: to none."""
    asked = (cases.c.person == person, cases.c.asks != "", cases.c.asks_until > now)
    return next(iter(select_cases(connection, *asked, newest_first=True)), None)


def change_case(connection: Connection, case: Case, *unless: ColumnElement[bool], **values: Any) -> bool:
    """Write these columns; False, and nothing is written, when one of the conditions does not hold any more."""
    return connection.execute(update(cases).where(cases.c.id == case.id, *unless).values(**values)).rowcount == 1


def claim(connection: Connection, case: Case, officer: Officer, now: float) -> bool:
    """The officer takes the case, if nobody has it and it is open; True when they have it now."""
    free = (cases.c.claimed_by.is_(None), cases.c.state != "closed")
    return change_case(connection, case, *free, claimed_by=officer.id, claimed_at=now, state="taken")


def ask_next(connection: Connection, case: Case, asks: Asks, until: float) -> None:
    """From now on the person's next plain text is taken for this; what another case asks is over."""
    others = (cases.c.person == case.to.person, cases.c.id != case.id, cases.c.asks.in_(["reply", "passing"]))
    if asks:
        connection.execute(update(cases).where(*others).values(asks="", asks_until=None))
    change_case(connection, case, asks=asks, asks_until=until if asks else None)


def add_words(
    connection: Connection, case: Case, kind: str, words: str, now: float, officer: int | None = None
) -> None:
    """Keep what was written to the case."""
    row = {"case_id": case.id, "at": now, "officer": officer, "kind": kind, "text": storable(words)}
    connection.execute(case_words.insert(), row)


def words_of(connection: Connection, case: Case) -> tuple[Added, ...]:
    """What was written to the case after it was made, oldest first."""
    query = select(case_words).where(case_words.c.case_id == case.id).order_by(case_words.c.id)
    return tuple(Added(row.at, row.officer, row.kind, row.text) for row in connection.execute(query))


def who_hears(officers: Sequence[Officer], level: str, area: str) -> tuple[Officer, ...]:
    """Who is told of a case: of an emergency those on duty, else those of its area; all where that is nobody."""
    fitting = [one for one in officers if (one.on_duty if level == "emergency" else looks_after(one, area))]
    return tuple(fitting or officers)


def told_of(connection: Connection, case: Case) -> tuple[Officer, ...]:
    """The officer who has the case; while nobody has, who hears of such a case."""
    present = all_officers(connection)
    having = tuple(one for one in present if one.id == case.claimed_by)
    return having or who_hears(present, case.level, case.area)


def looks_after(officer: Officer, area: str) -> bool:
    """Whether the area is theirs; a case without area and an officer without areas belong to everybody."""
    return not area or not officer.areas or area in officer.areas


def known_areas(officers: Iterable[Officer]) -> tuple[str, ...]:
    """The areas that officers look after, in alphabetical order."""
    return tuple(sorted({area for officer in officers for area in officer.areas}))


def named_area(written: str, areas: Sequence[str]) -> str:
    """The area that somebody typed, also with a slip ("desa hanjak maju"); empty when it is none of these."""
    said = _plain_area(written)
    alike = {area: fuzz.ratio(said, _plain_area(area)) for area in areas}
    best = max(alike, key=lambda area: alike[area], default="")
    return best if best and alike[best] >= _AREA_ALIKE else ""


def officer_names(officers: Iterable[Officer]) -> dict[int, str]:
    """Names by number, for officers to read."""
    return {officer.id: officer.name for officer in officers}


def _plain_area(written: str) -> str:
    return " ".join(
        re.sub(r"\b(?:desa|ds|kecamatan|kec|kabupaten|kab|kelurahan|kel|kota)\b\.?", " ", written.lower()).split()
    )


def _read(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        to=Recipient(row.channel, row.person, row.address),
        kind=row.kind,
        level=row.level,
        area=row.area,
        minor=row.minor,
        language="en" if row.consent.startswith("en-") else "id",
        state=row.state,
        outcome=row.outcome,
        quotes=tuple((rule, words) for rule, words in json.loads(row.quotes or "[]")),
        text=row.text,
        created_at=row.created_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        claimed_by=row.claimed_by,
        asks=row.asks,
        asks_until=row.asks_until or 0.0,
        announced_at=row.announced_at,
    )
