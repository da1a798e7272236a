"""What waits behind a person's leased message: with it, it is read as one, and finished in the same transaction.

The rows behind need no lease of their own: nobody can lease them while the one in front is unfinished.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.storage.tables import PENDING, inbox

_PLACE = func.row_number().over(partition_by=inbox.c.person, order_by=inbox.c.seq)
_LINES = (
    select(inbox.c.seq, _PLACE.label("place"))
    .where(inbox.c.person.in_(bindparam("people", expanding=True)), inbox.c.finished_at.is_(None))
    .subquery()
)
_NEXT = (
    select(*(column for column in inbox.c if column.name != "raw"))
    .join(_LINES, _LINES.c.seq == inbox.c.seq)
    # The first of a line is the leased one itself.
    .where(_LINES.c.place > 1, _LINES.c.place <= bindparam("places"), inbox.c.state == PENDING)
    .order_by(inbox.c.seq)
)
_END_WAITING = (
    update(inbox)
    .where(
        inbox.c.person.in_(bindparam("people", expanding=True)),
        inbox.c.finished_at.is_(None),
        inbox.c.state == PENDING,
        inbox.c.attempts == 0,  # one that failed keeps its pause
        inbox.c.available_at > bindparam("now"),
    )
    .values(available_at=bindparam("now"))
)


def next_rows(connection: Connection, people: Collection[str], most: int) -> dict[str, list[Row[Any]]]:
    """For each person whose first message is leased, at most ``most`` of those behind it, in order."""
    found: dict[str, list[Row[Any]]] = {}
    if people:
        for row in connection.execute(_NEXT, {"people": list(people), "places": most + 1}):
            found.setdefault(row.person, []).append(row)
    return found


def end_waiting(connection: Connection, people: Collection[str], now: float) -> None:
    """What these people sent before waits for nothing more."""
    if people:
        connection.execute(_END_WAITING, {"people": sorted(people), "now": now})


def finish_rows(connection: Connection, seqs: Sequence[int], tombstone: Mapping[str, object]) -> None:
    """Make tombstones of rows behind a leased one that was just finished."""
    connection.execute(update(inbox).where(inbox.c.seq.in_(seqs), inbox.c.state == PENDING).values(**tombstone))


def finish_line(connection: Connection, person: str, until: float, tombstone: Mapping[str, object]) -> int:
    """Make tombstones of all that a person sent before then and that waits; how many messages."""
    waiting = (inbox.c.person == person, inbox.c.finished_at.is_(None), inbox.c.state == PENDING)
    return connection.execute(update(inbox).where(*waiting, inbox.c.created_at < until).values(**tombstone)).rowcount
