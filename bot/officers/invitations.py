"""Invitations: a code that makes the one person who sends it an officer, once and for a limited time.

A code has 80 random bits, so nobody guesses one, and only its hash is kept. It is typed on a phone: groups of four
letters without 0, 1 and 8, which are read as the letters they look like.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.officers.audit import write_down
from bot.officers.officer import Officer, Role, all_officers
from bot.storage import Recipient
from bot.storage.database import storable
from bot.storage.tables import invitations, officers

_BITS = 80
_GROUP = 4
_TYPED = re.compile(r"((?:[A-Za-z0-9]{4}[\s\-–—]*){4})(?:(?<=[\s\-–—])(.+))?", re.DOTALL)
_LOOKALIKES = str.maketrans("018", "OIB")
LONGEST_NAME = 60
"""Characters of a name, an office or an area."""


class InvitationGone(Exception):
    """Somebody else used the code, or its time ended, since it was looked at; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is invited to be."""

    role: Role
    """What they may do."""
    office: str
    """Their office."""
    areas: tuple[str, ...] = ()
    """Areas they look after; empty: all."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that can be used; its code is not known to us."""

    post: Post
    """To what."""
    created_by: int | None
    """Number of the officer who invites; None: an operator."""
    expires_at: float
    """Until when; UTC seconds."""


def new_code() -> str:
    """A code to be given away, "K7MQ-2XRT-ABCD-EFGH"."""
    letters = base64.b32encode(secrets.token_bytes(_BITS // 8)).decode()
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_code(typed: str) -> tuple[str, str] | None:
    """(code as `new_code` writes it, what follows it) of what somebody typed; None when it begins with no code."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    letters = re.sub(r"[^A-Z0-9]", "", found[1].upper()).translate(_LOOKALIKES)
    code = "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
    return code, (found[2] or "").strip()


def invite(connection: Connection, now: float, code: str, post: Post, seconds: float, by: int | None) -> bool:
    """Let the code make somebody an officer for that many seconds; part of a change for ``Database.write``.

    ``by``: who invites. False, and nothing is changed, when they may not (any more).
    """
    if by is not None and not any(
        one.id == by and one.may("pengelola") for one in all_officers(connection, alone=True)
    ):
        return False
    values = {"role": post.role, "office": storable(post.office), "areas": json.dumps(post.areas)}
    times = {"created_at": now, "expires_at": now + seconds}
    connection.execute(invitations.insert(), {"code_hash": _hash(code), "created_by": by, **values, **times})
    made = {"role": post.role, "areas": post.areas, "expires_at": now + seconds}
    write_down(connection, now, by, "invitation.make", mark(code), after=made)
    return True


def invitation_of(connection: Connection, code: str, now: float) -> Invitation | None:
    """The invitation that the code is for; None when there is none, or it is used or over."""
    found = connection.execute(select(invitations).where(*_usable(now), invitations.c.code_hash == _hash(code)))
    return None if (row := found.one_or_none()) is None else _read(row)


def open_invitations(connection: Connection, now: float) -> tuple[Invitation, ...]:
    """Those that nobody used yet, the first to end first."""
    query = select(invitations).where(*_usable(now)).order_by(invitations.c.expires_at, invitations.c.code_hash)
    return tuple(map(_read, connection.execute(query)))


def accept(connection: Connection, now: float, code: str, who: Recipient, name: str) -> Officer:
    """Make somebody the officer that the code invites, with this name; part of a change for ``Database.write``.

    Raises InvitationGone: of several who send one code at the same moment, one gets in.
    """
    mine = invitations.c.code_hash == _hash(code)
    if connection.execute(update(invitations).where(*_usable(now), mine).values(used_at=now)).rowcount != 1:
        raise InvitationGone
    post = _read(connection.execute(select(invitations).where(mine)).one()).post
    row = {"person": who.person, "channel": who.channel, "address": storable(who.address), "on_duty": False}
    kept = {"role": post.role, "areas": json.dumps(post.areas), "office": post.office, "name": storable(name)}
    added = connection.execute(officers.insert().values(**row, **kept, created_at=now)).inserted_primary_key
    assert added is not None
    connection.execute(update(invitations).where(mine).values(used_by=added[0]))
    joined = {"role": post.role, "areas": post.areas, "invitation": mark(code)}
    write_down(connection, now, added[0], "officer.join", str(added[0]), after=joined)
    return Officer(added[0], who, post.role, name, post.office, post.areas)


def withdraw_of(connection: Connection, now: float, officer: int, by: int | None) -> None:
    """End the open invitations of an officer, so that nobody who was removed comes back by a code of their own."""
    mine = (*_usable(now), invitations.c.created_by == officer)
    ended = connection.execute(select(invitations.c.code_hash).where(*mine)).scalars().all()
    connection.execute(update(invitations).where(invitations.c.code_hash.in_(ended)).values(expires_at=now))
    for code_hash in ended:
        write_down(connection, now, by, "invitation.withdraw", _mark(code_hash))


def mark(code: str) -> str:
    """By what the audit trail knows an invitation; nobody gets the code from it."""
    return _mark(_hash(code))


def _mark(code_hash: str) -> str:
    return f"invitation {code_hash[:8]}"


def _usable(now: float) -> tuple[Any, Any]:
    return invitations.c.used_at.is_(None), invitations.c.expires_at > now


def _hash(code: str) -> str:
    # Eighty random bits need neither salt nor a slow hash.
    return hashlib.blake2b(code.encode(), digest_size=24, person=b"invitation").hexdigest()


def _read(row: Row[Any]) -> Invitation:
    return Invitation(Post(row.role, row.office, tuple(json.loads(row.areas))), row.created_by, row.expires_at)
