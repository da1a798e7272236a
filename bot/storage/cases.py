"""Cases: what people chose to hand to officers, until its time is over or the person takes it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, exists, or_, select

from bot.keeping import HeldCase, NewCase
from bot.storage.database import insert, storable
from bot.storage.outbox import Recipient
from bot.storage.tables import case_words, cases, lessons

OPEN = "open"
"""State of a case that no officer has taken up yet."""


def keep_case(connection: Connection, case: NewCase, sender: Recipient, now: float, expires_at: float) -> bool:
    """Keep the case, once for its number; False when it was there; part of a change for ``Database.write``.

    ``sender``: whose it is, and how an officer's answer reaches them. ``now``: when they agreed.
    """
    once = insert(connection.dialect.name, cases).on_conflict_do_nothing(index_elements=["number"])
    row = {**_content(case), **_owner(sender), **_times(now, expires_at)}
    new = connection.execute(once.returning(cases.c.id), row).one_or_none() is not None
    kept = connection.execute(select(cases.c.person).where(cases.c.number == case.number)).scalar_one()
    assert kept == sender.person, "two people's cases have one number"
    return new


def cases_of(connection: Connection, person: str) -> tuple[HeldCase, ...]:
    """The person's cases, oldest first; may be empty."""
    columns = (cases.c.number, cases.c.text, cases.c.level, cases.c.created_at, cases.c.expires_at)
    query = select(cases.c.id, *columns).where(cases.c.person == person).order_by(cases.c.id)
    return tuple(HeldCase(*row[1:], _added(connection, row.id)) for row in connection.execute(query).all())


def _added(connection: Connection, case: int) -> tuple[tuple[str, str], ...]:
    query = select(case_words.c.kind, case_words.c.text).where(case_words.c.case_id == case).order_by(case_words.c.id)
    return tuple((row.kind, row.text) for row in connection.execute(query))


def erase_over(connection: Connection, now: float) -> int:
    """Delete the cases whose time is over at ``now``; how many; a change for ``Database.write``."""
    return connection.execute(delete(cases).where(cases.c.expires_at <= now)).rowcount


def erase_lessons(connection: Connection, now: float) -> int:
    """Delete lessons whose time is over, or whose case is gone; how many; a change for ``Database.write``."""
    gone = (lessons.c.case_number != "") & ~exists().where(cases.c.number == lessons.c.case_number)
    return connection.execute(delete(lessons).where(or_(lessons.c.expires_at <= now, gone))).rowcount


def _content(case: NewCase) -> Mapping[str, Any]:
    return {
        "number": case.number,
        "kind": case.kind,
        "level": case.level,
        "rules": json.dumps([rule for rule, _ in case.quotes]),
        "countries": json.dumps(case.countries),
        "area": "",
        "minor": case.minor,
        "consent": case.consent,
        "quotes": json.dumps(case.quotes),
        "text": storable(case.text),
    }


def _owner(sender: Recipient) -> Mapping[str, str]:
    return {"person": sender.person, "channel": sender.channel, "address": sender.address}


def _times(now: float, expires_at: float) -> Mapping[str, Any]:
    return {"state": OPEN, "consented_at": now, "created_at": now, "expires_at": expires_at}
