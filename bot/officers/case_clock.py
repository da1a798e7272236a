"""The clock of the cases: who has waited too long, and who must hear of it; each once, whichever process sees it first.

Every step is an update with the condition that it was not done yet; only who wins that update tells anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_

from bot.knowledge.loading import Knowledge
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers.audit import write_down
from bot.officers.case_card import buttons, moment
from bot.officers.case_opening import announce
from bot.officers.cases import Case, change_case, find_case, officer_names, select_cases, told_of
from bot.officers.groups import tell_groups
from bot.officers.officer import all_officers
from bot.storage import Storage
from bot.storage.outbox import tell
from bot.storage.tables import cases

REMIND_BEFORE = 3_600.0
"""Seconds before the promise ends in which the officer is reminded; never more than a quarter of the whole time."""


@dataclass(frozen=True, slots=True)
class Rung:
    """What one look at the clock did."""

    announced: int = 0
    """New cases told to officers."""
    reminded: int = 0
    """Cases of whose promise somebody was reminded."""
    escalated: int = 0
    """Cases told to the editors, and their people told that it takes longer."""
    quieted: int = 0
    """Talks that ended by themselves."""


async def ring(storage: Storage, knowledge: Knowledge, hours: OfficeHours, now: float) -> Rung:
    """Do all that is due at ``now`` (UTC seconds); call it every few seconds. Raises StorageUnavailable."""
    due = await storage.database.read(lambda connection: _due(connection, now))
    if not due:
        return Rung()
    rung = await storage.database.write(
        lambda connection: _ring(connection, due, knowledge, hours, now), wakes="outbox"
    )
    storage.outbox.changed.ring()
    return rung


def _due(connection: Connection, now: float) -> tuple[str, ...]:
    """Numbers of the cases to which something may have to be done."""
    if not all_officers(connection):
        return ()
    found = select_cases(
        connection,
        cases.c.state != "closed",
        cases.c.expires_at > now,
        or_(
            cases.c.announced_at.is_(None),
            cases.c.answered_at.is_(None) & cases.c.escalated_at.is_(None) & (cases.c.due_at <= now + REMIND_BEFORE),
            (cases.c.asks != "") & (cases.c.asks_until <= now),
        ),
    )
    return tuple(case.number for case in found if not (_waits_for_person(case, now) and case.announced_at is None))


def _ring(
    connection: Connection, numbers: tuple[str, ...], knowledge: Knowledge, hours: OfficeHours, now: float
) -> Rung:
    counts = {"announced": 0, "reminded": 0, "escalated": 0, "quieted": 0}
    for number in numbers:
        # Read again: what was found may be done or gone meanwhile.
        case = find_case(connection, number, change=True)
        if case is None or case.state == "closed":
            continue
        counts["quieted"] += _end_of_asking(connection, case, knowledge, now)
        if case.announced_at is None and not _waits_for_person(case, now):
            counts["announced"] += announce(connection, number, knowledge, hours, now)
        if case.answered_at is None and case.due_at is not None:
            counts["reminded"] += _remind(connection, case, case.due_at, hours, now)
            counts["escalated"] += _escalate(connection, case, case.due_at, knowledge, hours, now)
    return Rung(**counts)


def _waits_for_person(case: Case, now: float) -> bool:
    return case.asks in ("area", "words") and case.asks_until > now


def _end_of_asking(connection: Connection, case: Case, knowledge: Knowledge, now: float) -> bool:
    """The bot speaks again, and says so to whoever heard that it kept quiet."""
    if not case.asks or case.asks_until > now:
        return False
    ended = change_case(connection, case, cases.c.asks == case.asks, asks="", asks_until=None)
    if ended and case.asks == "passing":
        said = case.wording(knowledge, now).say("case.listens_again", number=case.number)
        tell(connection, case.to, [Reply(said)], now)
    return ended and case.asks == "passing"


def _remind(connection: Connection, case: Case, due: float, hours: OfficeHours, now: float) -> bool:
    lead = min(REMIND_BEFORE, (due - case.created_at) / 4)
    if not due - lead <= now < due:
        return False
    if not change_case(connection, case, cases.c.reminded_at.is_(None), reminded_at=now):
        return False
    said = f"⏰ Kasus {case.number} belum dijawab. Dijanjikan sebelum {moment(due, hours)}."
    having = officer_names(all_officers(connection)).get(case.claimed_by or 0)
    in_group = Reply(f"{said} Yang menangani: {having}.") if having else Reply(said, buttons(case))
    posted = tell_groups(connection, case.area, in_group, now)
    # In the group all see it; who has the case, and who must hear of an emergency, are told besides.
    alone = not posted or having or case.level == "emergency"
    for officer in told_of(connection, case) if alone else ():
        tell(connection, officer.recipient, [Reply(said, buttons(case))], now)
    write_down(connection, now, None, "case.remind", case.number)
    return True


def _escalate(
    connection: Connection, case: Case, due: float, knowledge: Knowledge, hours: OfficeHours, now: float
) -> bool:
    if due > now or not change_case(connection, case, cases.c.escalated_at.is_(None), escalated_at=now):
        return False
    present = all_officers(connection)
    editors = tuple(officer for officer in present if officer.may("penyunting")) or present
    show = (Button("Lihat", f"kasus:show:{case.number}"), *buttons(case))
    said = f"🔺 Kasus {case.number} lewat waktu: dijanjikan {moment(due, hours)}, belum dijawab. Tolong ditangani atau diteruskan."
    for officer in editors:
        tell(connection, officer.recipient, [Reply(said, show)], now)
    posted = tell_groups(connection, case.area, Reply(said, show), now)
    if change_case(connection, case, cases.c.told_late_at.is_(None), told_late_at=now):
        late = case.wording(knowledge, now).say("case.late", number=case.number)
        tell(connection, case.to, [Reply(late)], now)
    told = {"to": [officer.id for officer in editors]} | ({"groups": [group.id for group in posted]} if posted else {})
    write_down(connection, now, None, "case.escalate", case.number, after=told)
    return True
