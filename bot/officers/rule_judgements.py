"""Judgements: how often a case in which a rule was found came out as confirmed or not; counted by day, without the case."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.officers.promise import day_of
from bot.storage.database import insert
from bot.storage.tables import rule_counts


def count_judged(connection: Connection, rules: Iterable[str], confirmed: bool, now: float) -> None:
    """Count one closed case for each of its rules; part of a change for ``Database.write``."""
    column = rule_counts.c.confirmed if confirmed else rule_counts.c.rejected
    statement = insert(connection.dialect.name, rule_counts)
    more = statement.on_conflict_do_update(index_elements=["rule", "day"], set_={column.name: column + 1})
    # In one order in every process, so that two of them never wait for each other.
    for rule in sorted(rules):
        connection.execute(more, {"rule": rule, "day": day_of(now).isoformat(), column.name: 1, "last_at": now})
