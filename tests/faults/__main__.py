"""Faults by hand: ``python -m tests.faults`` makes everything go wrong and shows what became of each message.

Without options every fault is gone through on both kinds of database, with 200 kills on each; ``--minutes 60`` goes on
with that for an hour; ``--write`` makes tests/FAULTS.md.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.stage import Stage, opened_stage
from tests.faults.table import HEAD, Line, page, row
from tests.faults.troubles import TROUBLES, Trouble
from tests.postgres import running_server

PAGE = Path(__file__).parents[1] / "FAULTS.md"
SETTLED_WITHIN = 240.0
"""Seconds after which what is not over counts as lost."""
KILLS_AT_ONCE = 25
"""After so many kills everything is waited for and judged."""


def main() -> None:
    """Exit code 1 when a promise was broken."""
    names = [trouble.name for trouble in TROUBLES]
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--fault", action="append", choices=names, help="only this one; may be repeated")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--kills", type=int, default=200, help="kills of the fault `kill` on each database")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of each other fault, by webhook and by polling")
    parser.add_argument("--size", type=int, default=2, help="how large a round is; 1: some dozen messages")
    parser.add_argument("--minutes", type=float, default=0, help="go through everything again and again for so long")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the same moments as another time, nearly")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}, after every round")
    wanted = parser.parse_args()
    sys.stdout.write(f"seed {wanted.seed}\n\n{HEAD}")
    sys.exit(0 if asyncio.run(Run(wanted).all()) else 1)


class Run:
    """All rounds of one command."""

    def __init__(self, wanted: argparse.Namespace) -> None:
        self._wanted = wanted
        self._lines: dict[tuple[str, str], Line] = defaultdict(Line)
        self._began = time.monotonic()

    async def all(self) -> bool:
        """Whether every promise was kept."""
        databases = [self._wanted.database] if self._wanted.database else ["sqlite", "postgresql"]
        with ExitStack() as ending:
            urls = {"sqlite": ""}
            if "postgresql" in databases:
                server = await asyncio.to_thread(ending.enter_context, running_server())
                for mode in ("webhook", "polling"):
                    urls[mode] = await asyncio.to_thread(ending.enter_context, server.database())
            await asyncio.gather(*(self._database(database, urls) for database in databases))
        return all(line.clean for line in self._lines.values())

    async def _database(self, database: str, urls: dict[str, str]) -> None:
        for webhook in (True, False):
            url = urls["sqlite"] if database == "sqlite" else urls["webhook" if webhook else "polling"]
            chosen = [trouble for trouble in TROUBLES if self._fits(trouble, database, webhook)]
            if not chosen:
                continue
            with TemporaryDirectory(prefix="cekdulu-faults-") as folder:
                async with opened_stage(Path(folder), url, webhook=webhook, seed=self._wanted.seed) as stage:
                    await self._stage(stage, database, chosen)

    def _fits(self, trouble: Trouble, database: str, webhook: bool) -> bool:
        named = not self._wanted.fault or trouble.name in self._wanted.fault
        return named and trouble.only in ("", database) and (trouble.webhook if webhook else trouble.polling)

    async def _stage(self, stage: Stage, database: str, chosen: list[Trouble]) -> None:
        half = 60 * self._wanted.minutes / 2
        until = time.monotonic() + half
        while True:
            for trouble in chosen:
                for size in self._sizes(trouble, stage.webhook):
                    await self._round(stage, database, trouble, size)
                sys.stdout.write(row(trouble.name, database, self._lines[trouble.name, database]))
                sys.stdout.flush()
            if time.monotonic() >= until:
                return

    def _sizes(self, trouble: Trouble, webhook: bool) -> list[int]:
        """How large each round is; three kills in four are of a process that is pushed to."""
        if not trouble.kills:
            return [self._wanted.size] * self._wanted.rounds
        part = {"kill": 1.0, "stop": 0.25, "everything": 0.5}[trouble.name]
        kills = round(part * self._wanted.kills * (0.75 if webhook else 0.25))
        return [min(KILLS_AT_ONCE, kills - done) for done in range(0, kills, KILLS_AT_ONCE)]

    async def _round(self, stage: Stage, database: str, trouble: Trouble, size: int) -> None:
        line = self._lines[trouble.name, database]
        await trouble.round(stage, size)
        line.seen.add(await stage.judged(SETTLED_WITHIN))
        line.runs += 1
        line.kills += stage.kills
        line.stops += stage.stops
        line.troubles += stage.bad_endings
        stage.kills, stage.stops, stage.bad_endings = 0, [], []
        if self._wanted.write:
            minutes = (time.monotonic() - self._began) / 60
            command = f"python -m tests.faults {' '.join(sys.argv[1:])}"
            written = page(self._lines, command, f"{datetime.now(UTC):%d %b %Y}", minutes)
            await asyncio.to_thread(PAGE.write_text, written, "utf-8")


if __name__ == "__main__":
    main()
