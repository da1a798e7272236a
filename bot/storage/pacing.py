"""The pace of sending, kept by all processes together: how fast on a channel in all, and how fast in one chat.

Each channel, and each chat that was written to lately, has a row that says when its next message may leave. Rows are
read and moved on in the very transaction that leases replies, so that pace costs no commit of its own, and a process
gets at most what may leave within `HORIZON`. When a platform asks to wait, the chat is *held*; when it asks that in
two chats at once, it means all of us, and the channel is held.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from bot.pace import ChatPace, Pace
from bot.storage.database import insert
from bot.storage.tables import paces

HORIZON = 0.5
"""Seconds; messages that may leave within them are handed out, each with its moment."""
WHOLE_CHANNEL = ""
"""The chat of the row that stands for a whole channel."""
_HELD_CHATS = 2
_DELAY = (
    update(paces)
    .where(
        paces.c.channel == bindparam("of_channel"),
        paces.c.chat == bindparam("of_chat"),
        paces.c.free_at < bindparam("until"),
    )
    .values(free_at=bindparam("until"))
)
_FORGOTTEN_AFTER = 10.0
"""A row whose times are over says no more than no row; some seconds, because processes' clocks differ."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A leased reply that wants to leave."""

    key: int
    """The reply."""
    to: ChatPace
    """Where to, and how fast that may go."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When replies may leave."""

    leaving: dict[int, float]
    """Moments by reply, UTC seconds, at most `HORIZON` ahead."""
    too_early: dict[int, float]
    """Replies that must be handed out again, and not before this moment."""


@dataclass(slots=True)
class _Row:
    free_at: float = 0.0
    held_until: float = 0.0


def room(connection: Connection, channel: str, pace: Pace, now: float) -> tuple[int, float]:
    """How many messages may leave the channel within `HORIZON`, and when the first of them may; nothing is written."""
    row = _read(connection, channel, [WHOLE_CHANNEL]).get(WHOLE_CHANNEL, _Row())
    first = max(now, row.free_at, row.held_until)
    return max(0, math.floor((now + HORIZON - first) / pace.seconds) + 1), first


def timetable(connection: Connection, channel: str, pace: Pace, wishes: Sequence[Wish], now: float) -> Timetable:
    """When each reply may leave, in their order, moving the rows of channel and chats on; part of a change."""
    rows = _locked(connection, channel, [WHOLE_CHANNEL, *(wish.to.chat for wish in wishes)])
    whole = rows[WHOLE_CHANNEL]
    leaving: dict[int, float] = {}
    too_early: dict[int, float] = {}
    for wish in wishes:
        chat, to = rows[wish.to.chat], wish.to.pace
        moment = max(now, whole.free_at, whole.held_until)
        free = max(chat.free_at - to.slack, chat.held_until)
        if free > now or moment > now + HORIZON:
            too_early[wish.key] = max(free, moment if moment > now + HORIZON else now)
            continue
        leaving[wish.key] = moment
        whole.free_at = moment + pace.seconds
        chat.free_at = max(chat.free_at, moment) + to.seconds
    if leaving:
        _write(connection, channel, rows)
    return Timetable(leaving, too_early)


def delay(connection: Connection, channel: str, chat: str, until: float) -> None:
    """Nothing leaves for the chat before then: the message before took its time."""
    connection.execute(_DELAY, {"of_channel": channel, "of_chat": chat, "until": until})


def hold(connection: Connection, channel: str, chat: str, until: float, now: float, whole: bool) -> None:
    """Nothing leaves for the chat until then; nor for the whole channel when ``whole`` or another chat is held too."""
    rows = _locked(connection, channel, [chat, WHOLE_CHANNEL])
    rows[chat].held_until = max(rows[chat].held_until, until)
    held = select(func.count()).where(
        paces.c.channel == channel, paces.c.held_until > now, paces.c.chat.not_in([WHOLE_CHANNEL, chat])
    )
    if whole or connection.execute(held).scalar_one() + 1 >= _HELD_CHATS:
        rows[WHOLE_CHANNEL].held_until = max(rows[WHOLE_CHANNEL].held_until, until)
    _write(connection, channel, rows)


def forget(connection: Connection, now: float) -> int:
    """Delete the rows of chats whose pace is long free again; how many."""
    over = now - _FORGOTTEN_AFTER
    free = [paces.c.free_at < over, or_(paces.c.held_until.is_(None), paces.c.held_until < over)]
    keys = select(paces.c.channel, paces.c.chat).where(*free).with_for_update(skip_locked=True)
    found = connection.execute(keys).all()
    for channel, chat in found:
        connection.execute(delete(paces).where(paces.c.channel == channel, paces.c.chat == chat))
    return len(found)


def _read(connection: Connection, channel: str, chats: Iterable[str], *, locked: bool = False) -> dict[str, _Row]:
    query = select(paces).where(paces.c.channel == channel, paces.c.chat.in_(sorted(set(chats))))
    if locked:
        # In one order, so that two processes wait for each other and never crosswise.
        query = query.order_by(paces.c.chat).with_for_update()
    rows = connection.execute(query).all()
    return {row.chat: _Row(row.free_at, row.held_until or 0.0) for row in rows}


def _locked(connection: Connection, channel: str, chats: Iterable[str]) -> dict[str, _Row]:
    """The rows, made where they are missing, and no other process's until the transaction ends."""
    names = sorted(set(chats))
    rows = _read(connection, channel, names, locked=True)
    if missing := [name for name in names if name not in rows]:
        new = insert(connection.dialect.name, paces).on_conflict_do_nothing()
        connection.execute(new, [{"channel": channel, "chat": name, "free_at": 0.0} for name in missing])
        rows = _read(connection, channel, names, locked=True)
    return rows


def _write(connection: Connection, channel: str, rows: Mapping[str, _Row]) -> None:
    new = insert(connection.dialect.name, paces)
    change: Any = new.on_conflict_do_update(
        index_elements=["channel", "chat"],
        set_={"free_at": new.excluded.free_at, "held_until": new.excluded.held_until},
    )
    values = [
        {"channel": channel, "chat": name, "free_at": row.free_at, "held_until": row.held_until or None}
        for name, row in sorted(rows.items())
    ]
    connection.execute(change, values)
