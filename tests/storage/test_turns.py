"""Whatever happens in whatever order, one person's rows are handed out in order and one at a time (hypothesis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import create_engine, select

from bot.storage.leases import Lease, Queue
from bot.storage.tables import inbox, metadata

PEOPLE = ["budi", "siti", "wati"]
OWNERS = ["a", "b"]
TRIES = 3


@dataclass
class Expected:
    """A row as it should be."""

    person: str
    state: str = "pending"
    available_at: float = 0.0
    until: float = 0.0
    owner: str = ""
    attempts: int = 0


class Turns(RuleBasedStateMachine):
    """The queue in SQLite beside a list of rows kept by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://")
        metadata.create_all(self.engine)
        self.queue = Queue(inbox, max_attempts=TRIES, max_age=float("inf"))
        self.now = 0.0
        self.rows: dict[int, Expected] = {}
        self.leases: list[Lease] = []

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(person=st.sampled_from(PEOPLE))
    def store(self, person: str) -> None:
        """A message comes in."""
        seq = len(self.rows) + 1
        row = {"channel": "t", "update_id": str(seq), "message_id": "", "person": person, "state": "pending"}
        with self.engine.begin() as connection:
            connection.execute(inbox.insert().values(**row, available_at=self.now, created_at=self.now))
        self.rows[seq] = Expected(person, available_at=self.now)

    @rule(seconds=st.sampled_from([0.5, 5.0, 30.0]))
    def wait(self, seconds: float) -> None:
        """Time passes; leases that ran out are over from the next lease on."""
        self.now += seconds

    @rule(owner=st.sampled_from(OWNERS), limit=st.integers(1, 3), seconds=st.sampled_from([4.0, 20.0]))
    def lease(self, owner: str, limit: int, seconds: float) -> None:
        """A worker asks for work and gets exactly the heads that are due."""
        self._expire()
        due = [seq for seq in self._heads() if self._is_due(self.rows[seq])][:limit]
        with self.engine.begin() as connection:
            rows = self.queue.take(connection, owner, limit, seconds, self.now)
        assert [row.seq for row in rows] == due
        for seq in due:
            expected = self.rows[seq]
            expected.state, expected.owner, expected.until = "leased", owner, self.now + seconds
            expected.attempts += 1
            self.leases.append(Lease(seq, owner, expected.attempts, 0.0))

    @rule(choice=st.integers(0, 1_000))
    def finish(self, choice: int) -> None:
        """A worker finishes one of the leases it ever had, lost ones included."""
        if self.leases:
            lease = self.leases[choice % len(self.leases)]
            held = self._holds(lease)
            with self.engine.begin() as connection:
                assert self.queue.close(connection, lease, state="done", finished_at=self.now) == held
            if held:
                self.rows[lease.key].state = "done"

    @rule(choice=st.integers(0, 1_000), delay=st.sampled_from([0.0, 10.0]))
    def retry(self, choice: int, delay: float) -> None:
        """A worker fails with one of the leases it ever had, lost ones included."""
        if self.leases:
            lease = self.leases[choice % len(self.leases)]
            expected = "lost" if not self._holds(lease) else "dead" if lease.attempts >= TRIES else "pending"
            with self.engine.begin() as connection:
                assert self.queue.retry(connection, lease, "failed", delay, self.now) == expected
            if expected != "lost":
                self.rows[lease.key].state = expected
                self.rows[lease.key].available_at = self.now + delay

    @rule(owner=st.sampled_from(OWNERS))
    def release(self, owner: str) -> None:
        """A worker stops in order."""
        mine = [row for row in self.rows.values() if row.state == "leased" and row.owner == owner]
        with self.engine.begin() as connection:
            assert self.queue.release(connection, owner) == len(mine)
        for row in mine:
            row.state = "pending"

    @invariant()
    def table_is_as_expected(self) -> None:
        """Every row has the state and the tries it should have."""
        query = select(inbox.c.seq, inbox.c.state, inbox.c.attempts).order_by(inbox.c.seq)
        with self.engine.connect() as connection:
            found: Any = connection.execute(query).all()
        assert [tuple(row) for row in found] == [(seq, row.state, row.attempts) for seq, row in self.rows.items()]

    def _heads(self) -> list[int]:
        """The first unfinished row of each person, in order."""
        heads: dict[str, int] = {}
        for seq, row in self.rows.items():
            if row.state in ("pending", "leased"):
                heads.setdefault(row.person, seq)
        return sorted(heads.values())

    def _is_due(self, row: Expected) -> bool:
        return row.state == "pending" and row.available_at <= self.now

    def _holds(self, lease: Lease) -> bool:
        row = self.rows[lease.key]
        return row.state == "leased" and (row.owner, row.attempts) == (lease.owner, lease.attempts)

    def _expire(self) -> None:
        for seq, row in self.rows.items():
            if row.state == "leased" and row.until <= self.now:
                row.state = "dead" if row.attempts >= TRIES else "pending"
                row.available_at = self.now + (row.attempts - 1) * (seq % 31)


Turns.TestCase.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestTurns = Turns.TestCase
