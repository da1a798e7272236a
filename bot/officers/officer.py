"""Who is an officer: found by the person who writes, or by number; anybody else is no officer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.storage import Recipient
from bot.storage.tables import officers

Role = Literal["petugas", "penyunting", "pengelola"]
"""petugas: cases, proposals; penyunting: also publishes; pengelola: also officers and settings."""
_RANK: Mapping[str, int] = {role: rank for rank, role in enumerate(get_args(Role))}


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who answers people and keeps the rules."""

    id: int
    """Number in the audit trail; never given to anybody else."""
    recipient: Recipient
    """How they are written to."""
    role: Role
    """What they may do."""
    name: str
    """As colleagues know them; never shown to people."""
    office: str
    """Their office."""
    areas: tuple[str, ...] = ()
    """Areas they look after; empty: all."""
    on_duty: bool = False
    """True: emergencies are told to them at once."""
    memory: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What a conversation with the desk must find again, by room."""
    removed_at: float | None = None
    """When they stopped, UTC seconds; None: they are an officer now. Who stopped is only ever listed."""

    def may(self, role: Role) -> bool:
        """True when their role is at least this one."""
        return _RANK[self.role] >= _RANK[role]


# Built once: it is asked with every message.
_BY_PERSON = select(officers).where(officers.c.person == bindparam("who"), officers.c.removed_at.is_(None))


def officer_of(connection: Connection, person: str) -> Officer | None:
    """The officer behind a pseudonym; None for everybody else and for who was removed."""
    found = connection.execute(_BY_PERSON, {"who": person}).one_or_none()
    return None if found is None else _read(found)


def all_officers(connection: Connection, *, alone: bool = False) -> tuple[Officer, ...]:
    """Everybody who is an officer now, in the order in which they came.

    ``alone``: until the transaction ends nobody else changes who is one, or what they may do.
    """
    query = select(officers).where(officers.c.removed_at.is_(None)).order_by(officers.c.id)
    return tuple(map(_read, connection.execute(query.with_for_update() if alone else query)))


def former_officers(connection: Connection) -> tuple[Officer, ...]:
    """Everybody who is no officer any more; the name is empty when they had it erased."""
    query = select(officers).where(officers.c.removed_at.is_not(None)).order_by(officers.c.id)
    return tuple(map(_read, connection.execute(query)))


def remember(connection: Connection, officer: Officer, memory: Mapping[str, Any]) -> None:
    """Keep what the officer's conversations must find again; part of a change for ``Database.write``."""
    words = json.dumps(memory) if memory else None
    connection.execute(update(officers).where(officers.c.id == officer.id).values(memory=words))


def _read(row: Row[Any]) -> Officer:
    return Officer(
        id=row.id,
        recipient=Recipient(row.channel, row.person, row.address or ""),
        role=row.role,
        name=row.name,
        office=row.office,
        areas=tuple(json.loads(row.areas)),
        on_duty=row.on_duty,
        memory=json.loads(row.memory) if row.memory else {},
        removed_at=row.removed_at,
    )
