"""Who stays an officer, with which role, and who is on duty; every change is written down in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from bot.officers.audit import write_down
from bot.officers.invitations import withdraw_of
from bot.officers.officer import Officer, Role, all_officers
from bot.storage.tables import officers

Outcome = Literal["done", "gone", "last", "forbidden"]
"""gone: there is no such officer (any more); last: nobody would be left to look after the officers; forbidden: who asks
may not do that (any more). Only "done" changed something."""


def remove(connection: Connection, now: float, number: int, by: int | None) -> Outcome:
    """End somebody's being an officer, at once and everywhere; part of a change for ``Database.write``.

    ``by``: who does it, which may be themselves; None: an operator, who may also remove the last pengelola.
    """
    present = _present(connection)
    if (refused := _refused(present, number, by, own=True)) or (refused := _last(present, number, by)):
        return refused
    _end(connection, now, present[number], by)
    action = "officer.leave" if by == number else "officer.remove"
    write_down(connection, now, by, action, str(number), _told(present[number]))
    return "done"


def change_role(connection: Connection, now: float, number: int, role: Role, by: int | None) -> Outcome:
    """Give an officer another role; part of a change for ``Database.write``. ``by`` as for `remove`."""
    present = _present(connection)
    if refused := _refused(present, number, by):
        return refused
    before = present[number].role
    if role != "pengelola":
        if refused := _last(present, number, by):
            return refused
        withdraw_of(connection, now, number, by)
    if role != before:
        connection.execute(update(officers).where(officers.c.id == number).values(role=role))
        write_down(connection, now, by, "officer.role", str(number), {"role": before}, {"role": role})
    return "done"


def set_duty(connection: Connection, now: float, number: int, on_duty: bool) -> Outcome:
    """Have an officer told of emergencies at once, or not any more; part of a change for ``Database.write``."""
    present = _present(connection)
    if number not in present:
        return "gone"
    before = present[number].on_duty
    if before != on_duty:
        connection.execute(update(officers).where(officers.c.id == number).values(on_duty=on_duty))
        write_down(connection, now, number, "officer.duty", str(number), {"on_duty": before}, {"on_duty": on_duty})
    return "done"


def still_may(connection: Connection, number: int, role: Role) -> bool:
    """Whether an officer is one at this moment of a transaction, with at least this role; nobody changes that until the
    transaction ends."""
    found = _present(connection).get(number)
    return found is not None and found.may(role)


def resign(connection: Connection, now: float, person: str) -> None:
    """Note that somebody has what is held on them erased, and end their being an officer.

    Part of the change that erases the person, and before it: afterwards nobody knows which officers they were.
    """
    query = select(officers.c.id).where(officers.c.person == person).order_by(officers.c.id)
    present = _present(connection)
    for number in connection.execute(query).scalars().all():
        before = _told(present[number]) if number in present else None
        if number in present:
            _end(connection, now, present[number], number)
        write_down(connection, now, number, "officer.erase", str(number), before)


def _present(connection: Connection) -> dict[int, Officer]:
    return {one.id: one for one in all_officers(connection, alone=True)}


def _refused(present: Mapping[int, Officer], number: int, by: int | None, own: bool = False) -> Outcome | None:
    """``own``: somebody may do it to themselves."""
    if by is not None and not (by in present and (present[by].may("pengelola") or (own and by == number))):
        return "forbidden"
    return None if number in present else "gone"


def _last(present: Mapping[int, Officer], number: int, by: int | None) -> Outcome | None:
    others = any(one.may("pengelola") for one in present.values() if one.id != number)
    return "last" if by is not None and present[number].may("pengelola") and not others else None


def _end(connection: Connection, now: float, officer: Officer, by: int | None) -> None:
    ended = {"removed_at": now, "on_duty": False, "address": None, "memory": None}
    connection.execute(update(officers).where(officers.c.id == officer.id).values(ended))
    withdraw_of(connection, now, officer.id, by)


def _told(officer: Officer) -> dict[str, Any]:
    return {"role": officer.role, "areas": officer.areas, "on_duty": officer.on_duty}
