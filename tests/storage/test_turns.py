"""Whatever happens in whatever order, one person's rows are handed out in order and one at a time (hypothesis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, create_engine, select

from bot.storage.leases import Lease, Queue
from bot.storage.tables import inbox, metadata

PEOPLE = ["budi", "siti", "wati"]
OWNERS = ["a", "b"]
TRIES = 3
CHANNELS = {"budi": "t", "siti": "t", "wati": "w"}


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
    """The queue in a database beside a list of rows kept by hand."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.queue = Queue(inbox, max_attempts=TRIES, max_age=float("inf"))
        with engine.begin() as connection:
            connection.execute(inbox.delete())
        self.now = 0.0
        self.rows: dict[int, Expected] = {}
        self.leases: list[Lease] = []

    @rule(person=st.sampled_from(PEOPLE))
    def store(self, person: str) -> None:
        """A message comes in."""
        seq = len(self.rows) + 1
        row = {"channel": CHANNELS[person], "update_id": str(seq), "message_id": "", "person": person}
        times = {"state": "pending", "available_at": self.now, "created_at": self.now}
        with self.engine.begin() as connection:
            connection.execute(inbox.insert().values(seq=seq, **row, **times))
        self.rows[seq] = Expected(person, available_at=self.now)

    @rule(seconds=st.sampled_from([0.5, 5.0, 30.0]))
    def wait(self, seconds: float) -> None:
        """Time passes; leases that ran out are over from the next lease on."""
        self.now += seconds

    @rule(
        owner=st.sampled_from(OWNERS),
        limit=st.integers(1, 3),
        seconds=st.sampled_from([4.0, 20.0]),
        channels=st.sampled_from([None, ("t",), ("w",), ("t", "w")]),
    )
    def lease(self, owner: str, limit: int, seconds: float, channels: tuple[str, ...] | None) -> None:
        """A worker asks for work and gets exactly the heads of its channels that are due."""
        self._expire()
        ours = [seq for seq in self._heads() if channels is None or CHANNELS[self.rows[seq].person] in channels]
        due = [seq for seq in ours if self._is_due(self.rows[seq])][:limit]
        with self.engine.begin() as connection:
            rows = self.queue.take(connection, owner, limit, seconds, self.now, channels)
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

    @rule(choice=st.integers(0, 1_000), delay=st.sampled_from([0.0, 10.0]), counted=st.booleans())
    def retry(self, choice: int, delay: float, counted: bool) -> None:
        """A worker fails with one of the leases it ever had, lost ones included."""
        if self.leases:
            lease = self.leases[choice % len(self.leases)]
            worn_out = counted and lease.attempts >= TRIES
            expected = "lost" if not self._holds(lease) else "dead" if worn_out else "pending"
            with self.engine.begin() as connection:
                assert self.queue.retry(connection, lease, "failed", delay, self.now, counted) == expected
            if expected != "lost":
                self.rows[lease.key].state = expected
                self.rows[lease.key].available_at = self.now + delay
                self.rows[lease.key].attempts -= not counted

    @rule(owner=st.sampled_from(OWNERS))
    def release(self, owner: str) -> None:
        """A worker stops in order."""
        mine = [row for row in self.rows.values() if row.state == "leased" and row.owner == owner]
        with self.engine.begin() as connection:
            assert self.queue.release(connection, owner) == len(mine)
        for row in mine:
            row.state = "pending"
            row.attempts -= 1

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


def test_turns(database_url: str) -> None:
    """Random deeds of two workers: the table is always as the list says, on either kind of database."""
    engine = create_engine(database_url)
    metadata.create_all(engine)

    class OnThisDatabase(Turns):
        def __init__(self) -> None:
            super().__init__(engine)

    steps = settings(
        max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    try:
        run_state_machine_as_test(OnThisDatabase, settings=steps)
    finally:
        engine.dispose()
