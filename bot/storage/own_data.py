"""A person's own data: everything held on them, to be shown, and to be erased at once."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Table, delete, func, or_, select, update

from bot.keeping import Held, HeldLesson, HeldOfficer
from bot.storage.cases import cases_of, erase_lessons
from bot.storage.outbox import drop_replies
from bot.storage.tables import (
    DEAD,
    cases,
    inbox,
    invitations,
    lessons,
    officer_groups,
    officers,
    outbox,
    paces,
    people,
)

UNSENT_SECONDS = 40.0
"""So long the last reply to an erased person is tried; with the sweep's pause nothing of them is left in a minute."""

_TOMBSTONE = {"state": "done", "person": "", "message_id": "", **dict.fromkeys(("raw", "incoming", "address", "error"))}


def held(connection: Connection, person: str, now: float) -> Held:
    """Everything held on the person at ``now``; the message that asks for it is not counted."""
    known = connection.execute(select(people).where(people.c.person == person)).one_or_none()
    fresh = known is not None and known.memory is not None and known.memory_expires_at > now
    return Held(
        person=person,
        first_seen=known.created_at if known else None,
        language=known.language if known else "",
        origin=known.payload if known else "",
        remembers_until=known.memory_expires_at if known and fresh else None,
        waiting=max(0, _count(connection, inbox, person, unfinished=True) - 1)
        + _count(connection, outbox, person, unfinished=True),
        set_aside=_count(connection, inbox, person) + _count(connection, outbox, person),
        cases=cases_of(connection, person),
        officers=_officers_of(connection, person),
        lessons=_lessons_of(connection, person),
    )


def erase_person(connection: Connection, person: str, now: float) -> None:
    """Erase all that is held on the person; part of a change for ``Database.write`` that finishes their wish.

    Tombstones stay, which nobody can lead back to them. So do messages that they sent after that wish, which begin
    a new conversation. Of an officer stay the number, under which the trail of what they did is kept, and the role.
    """
    connection.execute(delete(people).where(people.c.person == person))
    connection.execute(delete(cases).where(cases.c.person == person))
    connection.execute(delete(lessons).where(lessons.c.person == person))
    erase_lessons(connection, now)
    mine = (inbox.c.person == person, inbox.c.state == DEAD)
    connection.execute(update(inbox).where(*mine).values(_TOMBSTONE))
    drop_replies(connection, outbox.c.person == person, now)
    connection.execute(delete(paces).where(paces.c.chat == person))  # a person's own chat bears their pseudonym
    _erase_officer(connection, person, now)


def _erase_officer(connection: Connection, person: str, now: float) -> None:
    """Whoever they are or were among the officers: they are none any more, and nobody knows who it was."""
    mine = officers.c.person == person
    used = invitations.c.used_by.in_(select(officers.c.id).where(mine))
    connection.execute(update(invitations).where(used).values(office=""))
    gone = {"removed_at": func.coalesce(officers.c.removed_at, now), "on_duty": False}
    emptied = {"person": "", "name": "", "office": "", "address": None, "memory": None}
    connection.execute(update(officers).where(mine).values(**gone, **emptied))


def drop_last_words(connection: Connection, now: float) -> int:
    """Give up replies to people of whom nothing else is held; how many; a change for ``Database.write``.

    Such a reply tells an erased person that they are erased, and holds their address. Only apologies, whose position
    is below zero, may also go to somebody who was never answered.
    """
    known = [
        select(table.c.person).where(table.c.person == outbox.c.person).exists() for table in (people, cases, officers)
    ]
    groups = select(officer_groups.c.pseudonym).where(officer_groups.c.pseudonym == outbox.c.person).exists()
    unknown = ~or_(*known, groups)
    late = outbox.c.created_at <= now - UNSENT_SECONDS
    return drop_replies(connection, (outbox.c.position >= 0) & (outbox.c.person != "") & late & unknown, now)


def _officers_of(connection: Connection, person: str) -> tuple[HeldOfficer, ...]:
    query = select(officers).where(officers.c.person == person).order_by(officers.c.id)
    return tuple(
        HeldOfficer(row.id, row.name, row.office, tuple(json.loads(row.areas)), row.created_at, row.removed_at)
        for row in connection.execute(query)
    )


def _lessons_of(connection: Connection, person: str) -> tuple[HeldLesson, ...]:
    """One for each message, of which several rules may have to learn."""
    query = select(lessons.c.text, lessons.c.expires_at).where(lessons.c.person == person).order_by(lessons.c.id)
    found = {row.text: HeldLesson(row.text, row.expires_at) for row in connection.execute(query) if row.text}
    return tuple(found.values())


def _count(connection: Connection, table: Table, person: str, unfinished: bool = False) -> int:
    state: Any = table.c.finished_at.is_(None) if unfinished else table.c.state == DEAD
    query = select(func.count()).select_from(table).where(table.c.person == person, state)
    return connection.execute(query).scalar_one()
