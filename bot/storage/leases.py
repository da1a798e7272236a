"""Leases: who works on which row of a queue, and until when; the same for inbox and outbox.

The rows of one person form a line. Only its first unfinished row can be leased, and only when no other row of that
person is; a row that backs off holds up its own line and no other. A lease that runs out is given to somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    Column,
    Connection,
    Row,
    Table,
    Update,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from bot.storage.database import storable
from bot.storage.tables import DEAD, LEASED, PENDING

Outcome = Literal["pending", "dead", "lost"]
"""pending: will be tried again; dead: set aside for a human; lost: somebody else has the row now, nothing changed."""

_LONGEST_ERROR = 300
# More than the rows usually leased together, and prime, so that neighbours never fall on the same second.
_SPREAD = 31
_STOPPED = "the program stopped in the middle of it"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one row."""

    key: int
    """The row's key."""
    owner: str
    """Who has it: a name that no other worker has."""
    attempts: int
    """How often the row was tried, this time included, tries that were given back uncounted left out. No two leases
    that one owner can hold at the same time share it, because a lease that runs out stays counted."""
    created_at: float
    """When the row came into the queue."""


class Queue:
    """The leasing of one table."""

    def __init__(self, table: Table, *, max_attempts: int, max_age: float) -> None:
        """``max_attempts``: leases before a row is dead. ``max_age``: seconds after which it is not tried again."""
        self.table = table
        self.key: Column[int] = table.primary_key.columns[0]
        self.max_attempts = max_attempts
        self.max_age = max_age
        self._expire = self._expiry()
        self._take = self._taking(by_channel=False)
        self._take_of = self._taking(by_channel=True)
        self._close = self._closing()
        self._close_all = self._closing_all()

    def take(
        self,
        connection: Connection,
        owner: str,
        limit: int,
        seconds: float,
        now: float,
        channels: Collection[str] | None = None,
        ended: float | None = None,
    ) -> Sequence[Row[Any]]:
        """At most ``limit`` rows, oldest first, leased to ``owner`` for that many seconds.

        ``channels``: only rows of these; None: of any. ``ended``: only leases that were over by then are taken back
        from whom they were given to; None: by now.
        """
        connection.execute(self._expire, {"now": now, "ended": now if ended is None else ended})
        terms: dict[str, Any] = {"now": now, "most": limit, "owner": owner, "until": now + seconds}
        if channels is None:
            rows = connection.execute(self._take, terms).all()
        else:
            rows = connection.execute(self._take_of, {**terms, "channels": sorted(channels)}).all()
        return sorted(rows, key=lambda row: row[0])

    def close(self, connection: Connection, lease: Lease, **values: Any) -> bool:
        """End the lease with these values; False, and nothing written, when the lease is lost."""
        terms = {"lease_key": lease.key, "lease_owner": lease.owner, "lease_attempts": lease.attempts}
        ended = {"leased_until": None, "leased_by": None, **values}
        return connection.execute(self._close, {**terms, **ended}).rowcount == 1

    def close_all(self, connection: Connection, leases: Sequence[Lease], **values: Any) -> set[int]:
        """End these leases with the same values in one statement; the keys of those that were not lost."""
        held = [(lease.key, lease.owner, lease.attempts) for lease in leases]
        terms = {"lease_keys": [lease.key for lease in leases], "leases": held}
        ended = {"leased_until": None, "leased_by": None, **values}
        return set(connection.execute(self._close_all, {**terms, **ended}).scalars())

    def retry(
        self, connection: Connection, lease: Lease, error: str, delay: float, now: float, counted: bool = True
    ) -> Outcome:
        """Put the row back for ``delay`` seconds, or set it aside when it was tried often or long enough.

        ``counted=False``: the wait is no fault of the row (the platform asked for it), so this try is not counted,
        and only the row's age can end it.
        """
        worn_out = counted and lease.attempts >= self.max_attempts
        if worn_out or now - lease.created_at >= self.max_age:
            return self.give_up(connection, lease, error, now)
        again = {"state": "pending", "available_at": now + delay, "attempts": lease.attempts - (not counted)}
        back = self.close(connection, lease, error=reason(error), **again)
        return "pending" if back else "lost"

    def put_back(self, connection: Connection, lease: Lease, until: float) -> bool:
        """Put the row back until then as if it had not been leased; False when the lease is lost."""
        return self.close(connection, lease, state="pending", available_at=until, attempts=lease.attempts - 1)

    def give_up(self, connection: Connection, lease: Lease, error: str, now: float) -> Outcome:
        """Set the row aside at once."""
        dead = self.close(connection, lease, state="dead", error=reason(error), finished_at=now)
        return "dead" if dead else "lost"

    def release(self, connection: Connection, owner: str) -> int:
        """Give back everything that ``owner`` has, as if it had not been tried; how many rows."""
        row = self.table.c
        mine = update(self.table).where(row.state == LEASED, row.leased_by == owner)
        back = mine.values(state="pending", leased_until=None, leased_by=None, attempts=row.attempts - 1)
        return connection.execute(back).rowcount

    def _closing(self) -> Update:
        """Built once: what it sets comes with each call, which is several times faster than building it anew."""
        row = self.table.c
        return update(self.table).where(
            self.key == bindparam("lease_key"),
            row.leased_by == bindparam("lease_owner"),
            row.attempts == bindparam("lease_attempts"),
        )

    def _closing_all(self) -> ReturningUpdate[Any]:
        row = self.table.c
        held = tuple_(self.key, row.leased_by, row.attempts).in_(bindparam("leases", expanding=True))
        # The keys alone as well, or SQLite would walk over all rows.
        keys = self.key.in_(bindparam("lease_keys", expanding=True))
        return update(self.table).where(keys, held).returning(self.key)

    def _expiry(self) -> Update:
        row = self.table.c
        now: BindParameter[float] = bindparam("now")
        worn_out = or_(row.attempts >= self.max_attempts, row.created_at <= now - self.max_age)
        # Another process that takes them back at the same moment is not waited for.
        over = self.table.alias("over")
        keys = select(over.c[self.key.name]).where(over.c.state == LEASED, over.c.leased_until <= bindparam("ended"))
        return (
            update(self.table)
            .where(self.key.in_(keys.with_for_update(skip_locked=True)), row.state == LEASED)
            .values(
                state=case((worn_out, "dead"), else_="pending"),
                finished_at=case((worn_out, now), else_=None),
                # A message that kills its process takes those leased with it down, each time. From the second time on
                # they come back one by one, some seconds apart, so that it stands alone and the others get through.
                available_at=now + (row.attempts - 1) * (self.key % _SPREAD),
                leased_until=None,
                leased_by=None,
                error=_STOPPED,
            )
        )

    def _taking(self, *, by_channel: bool) -> ReturningUpdate[Any]:
        row, waiting, earlier, leased = self.table.c, *(self.table.alias(a) for a in ("waiting", "earlier", "leased"))
        key = self.key.name
        # Asking for one column, not for any: so SQLite need not leave the index.
        first = ~exists(earlier.c.person).where(
            earlier.c.person == waiting.c.person, earlier.c[key] < waiting.c[key], earlier.c.finished_at.is_(None)
        )
        alone = ~exists(leased.c.person).where(leased.c.person == waiting.c.person, leased.c.state == LEASED)
        # Wrapped, or the database would look for the channel first, and walk over all that it ever brought.
        channel = func.coalesce(waiting.c.channel, "")
        ours = [channel.in_(bindparam("channels", expanding=True))] if by_channel else []
        heads = (
            select(waiting.c[key])
            .where(waiting.c.state == PENDING, waiting.c.available_at <= bindparam("now"), first, alone, *ours)
            .order_by(waiting.c[key])
            .limit(bindparam("most"))
            .with_for_update(of=waiting, skip_locked=True)
            .cte("heads")
        )
        return (
            update(self.table)
            .where(self.key.in_(select(heads.c[key])))
            .values(
                state=LEASED, attempts=row.attempts + 1, leased_until=bindparam("until"), leased_by=bindparam("owner")
            )
            .returning(*(column for column in row if column.name != "raw"))
        )


def dead(table: Table) -> Any:
    """The condition that a row of a queue is set aside."""
    return table.c.state == DEAD


def reason(error: str) -> str:
    """The reason as it is stored: one line, never long."""
    return storable(" ".join(error.split()))[:_LONGEST_ERROR]
