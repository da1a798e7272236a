"""Rule figures: how often each rule found something, day by day, drafts included; without a word of any message.

Counted in memory and written every few seconds: counting costs no message anything, and a crash loses seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, case, func, select

from bot.failures import fault
from bot.storage.database import Clock, Database, insert
from bot.storage.engines import StorageUnavailable
from bot.storage.tables import rule_counts

log = logging.getLogger(__name__)

WRITE_AFTER = 3.0
"""Seconds for which counts wait for more."""

_COUNTED = ("hits", "confirmed", "rejected")
_Key = tuple[str, str]
"""Rule, and what is counted: "hits", "confirmed" or "rejected"."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of one rule in a stretch of days."""

    hits: int
    """Messages in which it found something."""
    confirmed: int
    """Of these, later confirmed by an officer or the person."""
    rejected: int
    """Of these, later called wrong."""
    last_at: float
    """When it last found something, UTC seconds; 0: never."""

    @property
    def wrong(self) -> float:
        """Share of its hits that was called wrong, 0–1."""
        return self.rejected / max(self.hits, self.rejected, 1)


NONE = Figures(0, 0, 0, 0.0)


class RuleCounter:
    """Counts what this process answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._counts: Counter[_Key] = Counter()
        self._task: asyncio.Task[None] | None = None

    def found(self, rules: Iterable[str]) -> None:
        """These rules found something in one message."""
        self._count("hits", rules)

    def rejected(self, rules: Iterable[str]) -> None:
        """A person called the answer wrong that told of these rules."""
        self._count("rejected", rules)

    def confirmed(self, rules: Iterable[str]) -> None:
        """A person said that it was even worse than what these rules made of it."""
        self._count("confirmed", rules)

    def _count(self, what: str, rules: Iterable[str]) -> None:
        self._counts.update({(rule, what): 1 for rule in set(rules)})
        if self._counts and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._write_soon())

    async def _write_soon(self) -> None:
        await asyncio.sleep(WRITE_AFTER)
        await self.write()

    async def write(self) -> None:
        """Write what was counted; what cannot be written is kept for the next time."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        now = self._clock()
        try:
            await self._database.write(lambda connection: add(connection, now, counts))
        except StorageUnavailable as error:
            self._counts.update(counts)
            log.warning("rule counts: not written: %s", fault(error))


def add(connection: Connection, now: float, counts: Mapping[_Key, int]) -> None:
    """Add to the counts of today; part of a change for ``Database.write``."""
    rows = []
    for rule in sorted({rule for rule, _ in counts}):  # in one order, so that two processes never wait for each other
        numbers = {what: counts.get((rule, what), 0) for what in _COUNTED}
        rows.append({"rule": rule, "day": _day(now), "last_at": now if numbers["hits"] else 0.0, **numbers})
    if rows:
        connection.execute(_added(connection.dialect.name), rows)


@cache
def _added(dialect: str) -> Any:
    new = insert(dialect, rule_counts)
    table, given = rule_counts.c, new.excluded
    later = {what: table[what] + given[what] for what in _COUNTED}
    later["last_at"] = case((given.hits > 0, given.last_at), else_=table.last_at)
    return new.on_conflict_do_update(index_elements=["rule", "day"], set_=later)


def figures(connection: Connection, now: float, days: int = 30) -> dict[str, Figures]:
    """By rule, the figures of the last days; rules that found nothing are missing."""
    since = _day(now - 86_400.0 * (days - 1))
    sums = [func.sum(rule_counts.c[name]).label(name) for name in ("hits", "confirmed", "rejected")]
    query = select(rule_counts.c.rule, *sums, func.max(rule_counts.c.last_at).label("last_at"))
    rows = connection.execute(query.where(rule_counts.c.day >= since).group_by(rule_counts.c.rule))
    return {row.rule: Figures(int(row.hits), int(row.confirmed), int(row.rejected), row.last_at) for row in rows}


def counted_since(connection: Connection) -> float | None:
    """First day on which anything was counted, UTC seconds; None when nothing ever was."""
    first = connection.scalar(select(func.min(rule_counts.c.day)))
    return None if first is None else datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()


def _day(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).date().isoformat()
