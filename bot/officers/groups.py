"""Officers' groups: the chats to which cases are posted, so that whoever reads there can take them.

A group *covers* a case when the case's area is one of its areas; a group without areas covers every case. Whoever is a
member reads the card; only officers can do anything with it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from bot.messages import Reply
from bot.officers.audit import write_down
from bot.officers.cases import known_areas
from bot.officers.officer import all_officers
from bot.storage import Recipient
from bot.storage.database import storable
from bot.storage.outbox import drop_replies, tell
from bot.storage.tables import DEAD, cases, officer_groups, officers, outbox


@dataclass(frozen=True, slots=True)
class Group:
    """A chat of several officers."""

    id: int
    """Number in the audit trail; never given to another group."""
    recipient: Recipient
    """How it is written to; the person is the chat's pseudonym."""
    areas: tuple[str, ...]
    """Areas of which cases are posted; empty: all, also cases without an area."""
    made_by: int | None
    """Number of the officer who made it one."""
    created_at: float
    """UTC seconds."""

    def covers(self, area: str) -> bool:
        """Whether a case of this area, or of none, is posted here."""
        return not self.areas or area in self.areas


def all_groups(connection: Connection) -> tuple[Group, ...]:
    """All that are officers' groups now, in the order in which they came."""
    query = select(officer_groups).where(officer_groups.c.ended_at.is_(None)).order_by(officer_groups.c.id)
    return tuple(map(_read, connection.execute(query)))


def group_of(connection: Connection, chat: str) -> Group | None:
    """The officers' group behind a chat's pseudonym; None for every other chat."""
    mine = (officer_groups.c.pseudonym == chat, officer_groups.c.ended_at.is_(None))
    found = connection.execute(select(officer_groups).where(*mine)).one_or_none() if chat else None
    return None if found is None else _read(found)


def groups_for(connection: Connection, area: str) -> tuple[Group, ...]:
    """The groups that cover a case of this area."""
    return tuple(group for group in all_groups(connection) if group.covers(area))


def offered_areas(connection: Connection) -> tuple[str, ...]:
    """The areas that officers or their groups look after, in alphabetical order."""
    of_groups = {area for group in all_groups(connection) for area in group.areas}
    return tuple(sorted(of_groups.union(known_areas(all_officers(connection)))))


def tell_groups(
    connection: Connection, area: str, reply: Reply, now: float, under: Recipient | None = None
) -> tuple[Group, ...]:
    """Say something in every group that covers the area; which these are.

    ``under``: a message in one of them, under which it is said there.
    """
    found = groups_for(connection, area)
    for group in found:
        pressed = under is not None and under.person == group.recipient.person
        tell(connection, under if under and pressed else group.recipient, [reply], now)
    return found


def forget_told(connection: Connection, numbers: Sequence[str], now: float) -> set[tuple[str, str]]:
    """Erase what waits to be told to officers and groups of these cases; (pseudonym, number) of what was erased."""
    readers = or_(
        outbox.c.person.in_(select(officers.c.person).where(officers.c.removed_at.is_(None))),
        outbox.c.person.in_(select(officer_groups.c.pseudonym).where(officer_groups.c.ended_at.is_(None))),
    )
    unsent = (
        connection.execute(select(outbox.c.id, outbox.c.person, outbox.c.reply).where(state, readers)).all()
        for state in (outbox.c.finished_at.is_(None), outbox.c.state == DEAD)
    )
    # What is said is sealed, so it is looked through here; few things wait for officers at a time.
    found = [
        (row.id, row.person, number) for rows in unsent for row in rows for number in numbers if number in row.reply
    ]
    drop_replies(connection, outbox.c.id.in_([row for row, _, _ in found]), now)
    return {(person, number) for _, person, number in found}


def make_group(connection: Connection, now: float, chat: Recipient, areas: Sequence[str], by: int) -> Group:
    """Have cases posted to a chat from now on, or change of which areas; part of a change for ``Database.write``."""
    before = group_of(connection, chat.person)
    values = {"areas": json.dumps(list(areas)), "address": storable(chat.address)}
    if before is None:
        row = {"pseudonym": chat.person, "channel": chat.channel, "made_by": by, "created_at": now, **values}
        connection.execute(officer_groups.insert(), row)
    else:
        connection.execute(update(officer_groups).where(officer_groups.c.id == before.id).values(values))
    group = group_of(connection, chat.person)
    assert group is not None
    told = None if before is None else {"areas": before.areas}
    write_down(connection, now, by, "group.areas" if before else "group.make", _subject(group), told, {"areas": areas})
    return group


def end_group(connection: Connection, now: float, group: Group, by: int | None, action: str = "group.end") -> bool:
    """Post nothing to the group any more, and have what waits there told to officers in private; False: it had ended.

    ``by``: who does it; None: an operator or the program.
    """
    still = (officer_groups.c.id == group.id, officer_groups.c.ended_at.is_(None))
    ended = {"ended_at": now, "pseudonym": "", "address": None}
    if connection.execute(update(officer_groups).where(*still).values(ended)).rowcount != 1:
        return False
    drop_replies(connection, outbox.c.person == group.recipient.person, now)
    _announce_again(connection, group)
    write_down(connection, now, by, action, _subject(group), {"areas": group.areas})
    return True


def move_group(connection: Connection, now: float, before: str, after: Recipient) -> bool:
    """Follow a group to its new address; False when it was none of officers, or was followed already."""
    group = group_of(connection, before)
    if group is None:
        return False
    if (there := group_of(connection, after.person)) is not None:
        end_group(connection, now, there, None)
    moved = {"pseudonym": after.person, "address": storable(after.address)}
    connection.execute(update(officer_groups).where(officer_groups.c.id == group.id).values(moved))
    waiting = (outbox.c.person == before, outbox.c.state == "pending")
    connection.execute(update(outbox).where(*waiting).values(person=after.person, address=storable(after.address)))
    write_down(connection, now, None, "group.move", _subject(group), {"areas": group.areas}, {"areas": group.areas})
    return True


def _announce_again(connection: Connection, group: Group) -> None:
    """Cases that nobody has and that were only posted there are new again, for the clock of the cases."""
    others = all_groups(connection)
    lost = (
        cases.c.state == "open",
        cases.c.answered_at.is_(None),
        cases.c.level != "emergency",  # these were told to officers besides
        cases.c.announced_at >= group.created_at,
    )
    for number, area in connection.execute(select(cases.c.id, cases.c.area).where(*lost)).all():
        if group.covers(area) and not any(other.covers(area) for other in others):
            connection.execute(update(cases).where(cases.c.id == number).values(announced_at=None))


def _subject(group: Group) -> str:
    return f"group {group.id}"


def _read(row: Row[Any]) -> Group:
    to = Recipient(row.channel, row.pseudonym, row.address or "")
    return Group(row.id, to, tuple(json.loads(row.areas)), row.made_by, row.created_at)
