"""No sequence of publishes, rollbacks, meetings and crashes leaves a process with broken knowledge, or loses a change or an
audit line; tried by hypothesis with two programs on one database, on either kind."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, func, select

from bot.checking import check
from bot.knowledge import KnowledgeError, load_files
from bot.officers.audit import audit_of
from bot.officers.live import LiveKnowledge
from bot.officers.package import Package
from bot.officers.revisions import Overlay, Revision, Stale, history, overlaid, publish, roll_back, subject
from bot.storage import Storage, migrate
from bot.storage.tables import audit
from tests.knowledge.minimal import changed, minimal_files
from tests.postgres import PostgresServer
from tests.storage.samples import open_sealed

FLAG, SECOND, MARKER = "red_flags/koper_titipan.yaml", "red_flags/koper_kedua.yaml", "markers/izin_tertulis.yaml"
PACKAGED = minimal_files()
TEXTS: Mapping[str, tuple[str | None, ...]] = {
    FLAG: (changed(FLAG, "severity: high", "severity: critical")[FLAG], PACKAGED[FLAG] + "\n", None, "rusak"),
    SECOND: (PACKAGED[FLAG].replace("koper_titipan", "koper_kedua").replace("koper tertutup", "peti tertutup"), None),
    MARKER: (PACKAGED[MARKER] + "\n", None),
    "policy.yaml": (PACKAGED["policy.yaml"] + "# lain\n", None, "danger_from: satu"),
}
CHANGES = st.dictionaries(st.sampled_from(sorted(TEXTS)), st.integers(0, 3), min_size=1, max_size=2).map(
    lambda chosen: {path: TEXTS[path][number % len(TEXTS[path])] for path, number in chosen.items()}
)
PROGRAM = st.integers(0, 1)
Database = Callable[[], Any]


class Crash(Exception):
    """The program ends here."""


@cache
def fits(overlay: frozenset[tuple[str, str | None]]) -> bool:
    """Whether people can be answered with this overlay; for that nobody needs the example messages."""
    try:
        load_files(overlaid(PACKAGED, dict(overlay)), examples=False)
    except KnowledgeError:
        return False
    return True


class Office(RuleBasedStateMachine):
    """Two programs, and what must be in their database."""

    database: Database
    """A context manager that gives the address of an empty database."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ending = ExitStack()
        self.package = Package.of(PACKAGED)
        self.published: list[dict[str, str | None]] = [{}]
        """What each revision must hold, by number."""
        self.storages: list[Storage] = []
        self.lives: list[LiveKnowledge] = []
        self.expected = [0, 0]
        """The revision that each program must answer with."""

    @initialize()
    def begin(self) -> None:
        url = self.ending.enter_context(type(self).database())
        for _ in range(2):
            self.storages.append(self.run(open_sealed(url)))
            self.lives.append(LiveKnowledge(self.storages[-1].database, self.package))
            self.run(self.lives[-1].start())

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    async def write(self, program: int, change: Callable[[Connection], Any]) -> Any:
        return await self.storages[program].database.write(change)

    def publishing(self, base: int, changes: Overlay, officer: int) -> Callable[[Connection], Revision]:
        name = self.package.name
        return lambda connection: publish(connection, 1.0, officer, base, changes, "uji", name)

    def stale(self, base: int, changes: Overlay) -> bool:
        """Whether one of these files stands otherwise now than in ``base``."""
        then, now = self.published[base], self.published[-1]
        return any(then.get(path, "packaged") != now.get(path, "packaged") for path in changes)

    @rule(program=PROGRAM, changes=CHANGES, behind=st.integers(0, 3))
    def publish(self, program: int, changes: dict[str, str | None], behind: int) -> None:
        """Upon what is live, or upon something older."""
        base = max(0, len(self.published) - 1 - behind)
        if self.stale(base, changes):
            with pytest.raises(Stale):
                self.run(self.write(program, self.publishing(base, changes, program)))
            return
        made = self.run(self.write(program, self.publishing(base, changes, program)))
        assert made.number == len(self.published)
        self.published.append(self.published[-1] | changes)

    @rule(one=CHANGES, other=CHANGES)
    def publish_at_once(self, one: dict[str, str | None], other: dict[str, str | None]) -> None:
        """Two programs at the same moment, upon the same revision: who comes second has other files, or hears of it."""
        base, both = len(self.published) - 1, (one, other)

        async def race() -> list[Any]:
            return await asyncio.gather(
                *(self.write(program, self.publishing(base, both[program], program)) for program in (0, 1)),
                return_exceptions=True,
            )

        done = {made.number: program for program, made in enumerate(self.run(race())) if isinstance(made, Revision)}
        for number in sorted(done):
            assert number == len(self.published)
            self.published.append(self.published[-1] | both[done[number]])
        if len(done) < 2:
            assert self.stale(base, both[1 - done[base + 1]])

    @rule(program=PROGRAM, to=st.integers(0, 30))
    def roll_back(self, program: int, to: int) -> None:
        """To any revision there is."""
        to %= len(self.published)
        name = self.package.name
        self.run(self.write(program, lambda connection: roll_back(connection, 1.0, program, to, "kembali", name)))
        self.published.append(dict(self.published[to]))

    @rule(program=PROGRAM, changes=CHANGES)
    def crash_while_publishing(self, program: int, changes: dict[str, str | None]) -> None:
        """The program ends after the last statement and before the commit: nothing was published."""
        work = self.publishing(len(self.published) - 1, changes, program)

        def cut_off(connection: Connection) -> None:
            work(connection)
            raise Crash

        with pytest.raises(Crash):
            self.run(self.write(program, cut_off))

    @rule(program=PROGRAM)
    def look(self, program: int) -> None:
        """A program looks for what is new, and takes it when it can be used."""
        self.run(self.lives[program].look())
        self.take(program)

    @rule(program=PROGRAM, steps=st.integers(1, 6))
    def give_up_looking(self, program: int, steps: int) -> None:
        """Stopped on the way to a new revision, a program answers with the old one or the new one."""

        async def stopped() -> None:
            looking = asyncio.create_task(self.lives[program].look())
            for _ in range(steps):
                await asyncio.sleep(0.001)
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

        self.run(stopped())
        if self.lives[program].number != self.expected[program]:
            self.take(program)

    def take(self, program: int) -> None:
        newest = len(self.published) - 1
        if fits(frozenset(self.published[newest].items())):
            self.expected[program] = newest
        assert self.lives[program].number == self.expected[program]

    @rule(program=PROGRAM)
    def restart(self, program: int) -> None:
        """A program that starts takes what is published, or as much of it as can be used."""
        live = self.lives[program] = LiveKnowledge(self.storages[program].database, self.package)
        self.run(live.start())
        self.expected[program] = len(self.published) - 1
        left_out = any("left out" in note for note in live.notes())
        assert left_out != fits(frozenset(self.published[-1].items()))

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every revision stands as it was published, each with one audit line."""
        if not self.storages:
            return

        def ask(connection: Connection) -> tuple[tuple[Revision, ...], int, list[int]]:
            told = history(connection)
            lines = [len(audit_of(connection, subject(one.number))) for one in told]
            return told, connection.scalar(select(func.count()).select_from(audit)) or 0, lines

        told, count, lines = self.run(self.storages[0].database.read(ask))
        assert [dict(one.files) for one in told] == self.published[1:]
        assert count == len(told)
        assert lines == [1] * len(told)

    @invariant()
    def everybody_is_answered(self) -> None:
        """No program has broken knowledge."""
        for live in self.lives:
            found = check("Dibutuhkan pekerja, titip dus dan bawa peti tertutup.", live.compiled)
            rules = live.compiled.knowledge.red_flags
            assert {match.rule for match in found.matches} <= rules.keys()
            assert rules

    def teardown(self) -> None:
        for storage in self.storages:
            self.run(storage.aclose())
        self.run(self.loop.shutdown_default_executor())
        self.loop.close()
        self.ending.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_any_sequence(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Whatever happens in whatever order."""
    tried, opened = 6, cast(Database, None)
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        opened = server.database
    else:
        template = tmp_path / "template.db"
        asyncio.run(migrate(f"sqlite:///{template}"))

        @contextmanager
        def copied() -> Iterator[str]:
            with TemporaryDirectory(dir=tmp_path) as folder:
                yield f"sqlite:///{shutil.copy(template, folder)}"

        tried, opened = 20, copied

    class Machine(Office):
        database = staticmethod(opened)

    run_state_machine_as_test(
        Machine,
        settings=settings(max_examples=tried, stateful_step_count=20, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
