"""The audit trail: who did what, when, and how it was before and after; lines are only ever added.

The database itself refuses anything else. So a line names officers by number and holds nobody's name or words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.storage.tables import audit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One thing that was done."""

    id: int
    """Place in the order of doing."""
    at: float
    """UTC seconds."""
    officer: int | None
    """Number of the officer; None: an operator at the command line, or the program itself."""
    action: str
    """What was done, as "rule.publish"."""
    subject: str
    """To what: the number of a case, the path of a file, the number of an officer."""
    before: Mapping[str, Any]
    """How it was; may be empty."""
    after: Mapping[str, Any]
    """How it is now; may be empty."""


def write_down(
    connection: Connection,
    now: float,
    officer: int | None,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one line, in the transaction that does what it tells of; part of a change for ``Database.write``."""
    told = {"before": json.dumps(before or {}), "after": json.dumps(after or {})}
    connection.execute(audit.insert(), {"at": now, "officer": officer, "action": action, "subject": subject, **told})


def audit_of(connection: Connection, subject: str) -> tuple[AuditLine, ...]:
    """Everything that was done to this, oldest first."""
    query = select(audit).where(audit.c.subject == subject).order_by(audit.c.id)
    return tuple(map(_read, connection.execute(query)))


def newest_lines(connection: Connection, most: int, by: int | None = None) -> tuple[AuditLine, ...]:
    """What was done last, at most that many lines, oldest first; ``by``: only what this officer did."""
    query = select(audit).order_by(audit.c.id.desc()).limit(most)
    rows = connection.execute(query if by is None else query.where(audit.c.officer == by)).all()
    return tuple(map(_read, reversed(rows)))


def _read(row: Row[Any]) -> AuditLine:
    return AuditLine(row.id, row.at, row.officer, row.action, row.subject, _values(row.before), _values(row.after))


def _values(told: str) -> Mapping[str, Any]:
    """What a line tells; that it was sealed with a key which is lost, where that is so."""
    try:
        values: Mapping[str, Any] = json.loads(told)
    except ValueError:
        return {"unreadable": True}
    return values
