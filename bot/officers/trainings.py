"""Trainings: what the example reader still has to learn from, kept until it has; any process may be the one to do it.

Whoever takes one takes all that wait, and keeps others away by the lease of the oldest: so it is learnt once at the end,
by one process, however much was published in a short time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.storage.tables import trainings


@dataclass(frozen=True, slots=True)
class Training:
    """One published change from which the example reader has not learnt yet."""

    id: int
    """Its number; counts up."""
    revision: int
    """The revision that brought the change."""
    officer: int | None
    """Who published it and is told; None: nobody is."""
    texts: int
    """How many texts to learn from it added or changed; 0 when it only took some away."""
    attempts: int
    """How often it was begun, this time included."""
    told: bool
    """True when the officer heard that nothing can be learnt here."""


def ask_training(connection: Connection, now: float, officer: int | None, revision: int, texts: int) -> None:
    """The reader is to learn from what this revision brought; part of a change for ``Database.write``."""
    connection.execute(
        trainings.insert(), {"revision": revision, "officer": officer, "texts": texts, "asked_at": now}
    )


def waiting(connection: Connection) -> tuple[Training, ...]:
    """All that wait or are in hand, oldest first."""
    return tuple(map(_read, connection.execute(select(trainings).order_by(trainings.c.id))))


def claim_trainings(
    connection: Connection, now: float, owner: str, quiet: float, seconds: float
) -> tuple[Training, ...]:
    """All that wait, for ``seconds`` nobody else's; none while somebody has some, or one came in the last ``quiet`` seconds.

    Part of a change for ``Database.write``.
    """
    first = select(trainings).order_by(trainings.c.id).limit(1)
    oldest = connection.execute(first.with_for_update()).one_or_none()
    if oldest is None or (oldest.leased_until is not None and oldest.leased_until > now):
        return ()
    rows = connection.execute(select(trainings).order_by(trainings.c.id).with_for_update()).all()
    if any(row.asked_at > now - quiet for row in rows):
        return ()
    taken = {"leased_until": now + seconds, "leased_by": owner, "attempts": trainings.c.attempts + 1}
    connection.execute(update(trainings).where(trainings.c.id.in_([row.id for row in rows])).values(taken))
    return held_trainings(connection, owner)


def renew_trainings(connection: Connection, now: float, owner: str, seconds: float) -> bool:
    """Keep what this owner has for that long; False when there is nothing any more. Part of a change."""
    mine = update(trainings).where(trainings.c.leased_by == owner)
    return connection.execute(mine.values(leased_until=now + seconds)).rowcount > 0


def held_trainings(connection: Connection, owner: str) -> tuple[Training, ...]:
    """What this owner still has, oldest first: less than was claimed when something was taken back meanwhile."""
    query = select(trainings).where(trainings.c.leased_by == owner).order_by(trainings.c.id).with_for_update()
    return tuple(map(_read, connection.execute(query)))


def release_trainings(connection: Connection, owner: str) -> None:
    """Give back what this owner has, as if it had not been begun; part of a change for ``Database.write``."""
    free = {"leased_until": None, "leased_by": None, "attempts": trainings.c.attempts - 1}
    connection.execute(update(trainings).where(trainings.c.leased_by == owner).values(free))


def expire_trainings(connection: Connection, owner: str, until: float) -> None:
    """What this owner has is to be begun again at ``until``, by anybody; part of a change for ``Database.write``."""
    connection.execute(
        update(trainings).where(trainings.c.leased_by == owner).values(leased_until=until, leased_by=None)
    )


def end_trainings(connection: Connection, ended: Sequence[Training]) -> None:
    """These are done or given up; part of a change for ``Database.write``."""
    connection.execute(delete(trainings).where(trainings.c.id.in_([one.id for one in ended])))


def take_back_trainings(connection: Connection, revision: int) -> None:
    """Nothing is learnt from what came after this revision; part of a change for ``Database.write``."""
    connection.execute(delete(trainings).where(trainings.c.revision > revision))


def mark_told(connection: Connection, now: float, told: Sequence[Training]) -> None:
    """The officers heard that nothing can be learnt here; part of a change for ``Database.write``."""
    connection.execute(
        update(trainings).where(trainings.c.id.in_([one.id for one in told])).values(told_at=now)
    )


def _read(row: Row[Any]) -> Training:
    return Training(row.id, row.revision, row.officer, row.texts, row.attempts, row.told_at is not None)
