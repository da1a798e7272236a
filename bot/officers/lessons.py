"""Lessons: messages from which a rule could learn, until an officer has used or refused them.

Their texts come from cases and from people who say that the bot was wrong, who agreed to that, and from officers themselves;
they go when the case goes, or when their person wants it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, exists, select, update

from bot.keeping import NewLesson
from bot.messages import Reply
from bot.officers.audit import write_down
from bot.officers.officer import all_officers
from bot.storage.database import storable
from bot.storage.outbox import tell
from bot.storage.tables import cases, lessons

Kind = Literal["must_match", "must_not_match", "message"]
"""What the text should become: one that a rule must find, one that it must not, one of no known rule."""

KEPT_SECONDS = 90 * 86_400.0
"""How long a lesson from an officer waits."""
_WRONG = "not_confirmed"
_RIGHT = "confirmed"
_MILD = ("no_signs", "caution", "")
"""Levels that a confirmed case should not have had."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One message to learn from."""

    id: int
    """Number."""
    kind: Kind
    """What it should become."""
    rule: str
    """Id of the rule; empty for ``message``."""
    case_number: str
    """Case it comes from; empty: an officer or a person sent it."""
    text: str
    """The message, personal numbers masked."""
    from_person: bool = False
    """True: somebody who was warned of it showed it to officers."""


def add_lesson(
    connection: Connection, now: float, kind: Kind, rule: str, text: str, officer: int | None = None,
    case_number: str = "", expires_at: float | None = None, person: str = "",
) -> int:  # fmt: skip
    """Keep a lesson; its number; part of a change for ``Database.write``."""
    values = {
        "kind": kind, "rule": rule, "state": "open", "officer": officer, "case_number": case_number, "created_at": now,
        "expires_at": expires_at or now + KEPT_SECONDS, "text": storable(text), "person": person,
    }  # fmt: skip
    return int(connection.execute(lessons.insert().values(values).returning(lessons.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class KeepLesson:
    """A deed: a person agreed that rules learn from their message."""

    lesson: NewLesson
    """What they agreed to."""
    person: str
    """Their pseudonym."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``; editors hear of it unless other such lessons wait already."""
        theirs = select(lessons.c.id).where(lessons.c.person != "", lessons.c.state == "open").limit(1)
        waiting = connection.execute(theirs).one_or_none() is not None
        for rule in self.lesson.rules:
            add_lesson(connection, now, "must_not_match", rule, self.lesson.text, person=self.person)
        if waiting:
            return
        for officer in all_officers(connection):
            if officer.may("penyunting"):
                told = Reply("🧩 Seorang warga menunjukkan pesan yang menurutnya salah ditandai. Kerjakan lewat /pelajaran.")
                tell(connection, officer.recipient, (told,), now)


def learn_from_cases(connection: Connection, now: float) -> int:
    """Lessons from cases that officers closed since the last time; how many; part of a change for ``Database.write``.

    Not confirmed: each rule that had been told should not have found anything. Confirmed, and answered mildly: there is
    something that no rule found.
    """
    known = exists().where(lessons.c.case_number == cases.c.number)
    closed = (cases.c.closed_at.is_not(None), cases.c.outcome.in_((_WRONG, _RIGHT)), ~known)
    count = 0
    for row in connection.execute(select(cases).where(*closed).order_by(cases.c.id)):
        told: list[tuple[Kind, str]] = []
        if row.outcome == _WRONG:
            told = [("must_not_match", rule) for rule in dict.fromkeys(json.loads(row.rules))]
        elif row.level in _MILD:
            told = [("message", "")]
        for kind, rule in told:
            add_lesson(connection, now, kind, rule, row.text, None, row.number, row.expires_at)
            count += 1
    return count


def open_lessons(connection: Connection, now: float) -> tuple[Lesson, ...]:
    """All that wait, those of one rule together, oldest first."""
    query = select(lessons).where(lessons.c.state == "open", lessons.c.expires_at > now)
    rows = connection.execute(query.order_by(lessons.c.rule, lessons.c.id))
    return tuple(Lesson(row.id, row.kind, row.rule, row.case_number, row.text or "", bool(row.person)) for row in rows)


def settle_lesson(
    connection: Connection, now: float, officer: int, number: int, state: Literal["used", "refused"]
) -> bool:
    """The lesson is done with; its text and whose it was are erased. False when it was already. Part of a change for ``Database.write``."""
    mine = (lessons.c.id == number, lessons.c.state == "open")
    done = connection.execute(update(lessons).where(*mine).values(state=state, officer=officer, text=None, person="")).rowcount > 0
    if done:
        write_down(connection, now, officer, f"lessons.{state}", f"pelajaran {number}")
    return done
