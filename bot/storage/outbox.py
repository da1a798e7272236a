"""What is to be sent, each reply once, until the platform has it.

The replies to one person go out in order, one at a time. A reply is marked as sent after the platform took it: a
crash between the two sends it again, which is the only way in which anything is said twice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.messages import Button, Reply
from bot.storage.database import Database, Signal, insert, storable
from bot.storage.leases import Lease, Outcome, Queue
from bot.storage.tables import outbox

_BY_ID = update(outbox).where(outbox.c.id == bindparam("reply_id"), outbox.c.state.not_in(["sent", "dropped"]))
_NOTICE = -100
"""Position of the first notice, far from those of apologies and answers."""
_SENT_SINCE = select(func.count()).where(outbox.c.finished_at > bindparam("since"), outbox.c.state == "sent")
_WAITING = select(func.count()).select_from(outbox).where(outbox.c.finished_at.is_(None))
_RUSH = select(_SENT_SINCE.scalar_subquery() + _WAITING.scalar_subquery())


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a reply is for, and how to reach them."""

    channel: str
    """Which channel sends it."""
    person: str
    """Pseudonym of the person."""
    address: str
    """JSON: all that the channel needs to send it."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A leased reply."""

    id: int
    """Place in the order of sending."""
    to: Recipient
    """Whom it is for."""
    reply_json: str
    """The reply as stored; read it as ``reply``."""
    inbox_seq: int | None
    """Number of the message that it answers, under which both are logged; None when that is deleted."""
    lease: Lease
    """The right to send it; ``lease.attempts`` counts the tries, this one included."""

    @property
    def reply(self) -> Reply:
        """What to say; raises ValueError when another version of the program stored something unreadable."""
        return _read_reply(self.reply_json)


class Outbox:
    """The queue of what goes out."""

    def __init__(self, database: Database, max_attempts: int = 20, max_age: float = 86_400.0) -> None:
        """``max_attempts``: tries before a reply is given up; ``max_age``: seconds after which no more are made."""
        self._database = database
        self._queue = Queue(outbox, max_attempts=max_attempts, max_age=max_age)
        self.changed = Signal()
        """Rings when there may be a reply to lease."""

    async def lease(self, owner: str, limit: int = 20, seconds: float = 60.0) -> list[OutboxRow]:
        """At most ``limit`` replies, oldest first, one per person, to be sent within that many seconds."""
        now = self._database.clock()
        rows = await self._database.write(lambda connection: self._queue.take(connection, owner, limit, seconds, now))
        return [_leased(row) for row in rows]

    async def mark_sent(self, id: int, platform_message_id: str = "") -> bool:
        """Note that the platform has the reply, and erase it; False when that was known or it was dropped.

        Needs no lease: what is sent is sent, also when the lease ran out meanwhile.
        """
        now = self._database.clock()
        sent = {"reply_id": id, "platform_message_id": storable(platform_message_id), **_finished("sent", now)}
        changed = await self._database.write(lambda connection: connection.execute(_BY_ID, sent).rowcount)
        self.changed.ring()
        return changed == 1

    async def retry_later(self, row: OutboxRow, error: str, delay: float, counted: bool = True) -> Outcome:
        """Send it again in ``delay`` seconds, or give it up after the last try or when it is too old.

        ``counted=False``: the platform asked to wait; only the age counts. ``error``: the reason without any words
        of the reply.
        """
        now = self._database.clock()
        outcome = await self._database.write(
            lambda connection: self._queue.retry(connection, row.lease, error, delay, now, counted)
        )
        self.changed.ring()
        return outcome

    async def give_up(self, row: OutboxRow, error: str) -> Outcome:
        """Set the reply aside at once: the platform will never take it."""
        now = self._database.clock()
        outcome = await self._database.write(lambda connection: self._queue.give_up(connection, row.lease, error, now))
        self.changed.ring()
        return outcome

    async def drop_for(self, person: str) -> int:
        """Erase every unsent reply for a person who wants none; how many there were."""
        dropped = _finished("dropped", self._database.clock())
        change = update(outbox).where(outbox.c.person == person, outbox.c.finished_at.is_(None)).values(**dropped)
        return await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def release(self, owner: str) -> int:
        """Give back what ``owner`` has leased and not sent, for others to take at once; how many replies."""
        released = await self._database.write(lambda connection: self._queue.release(connection, owner))
        self.changed.ring()
        return released

    async def rush(self, seconds: float) -> int:
        """How many replies were sent in the last seconds or wait to be sent, by all processes."""
        since = {"since": self._database.clock() - seconds}
        return await self._database.read(lambda connection: connection.execute(_RUSH, since).scalar_one())

    async def unfinished(self) -> int:
        """How many replies wait to be sent, those being sent included."""
        return await self._database.read(lambda connection: connection.execute(_WAITING).scalar_one())


def queue_replies(connection: Connection, inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Put the replies to one message in the queue, in their order; part of a change for ``Database.write``."""
    if replies:
        connection.execute(outbox.insert(), _rows(inbox_seq, to, replies, now, first_position=0))


def apologise(connection: Connection, inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Queue what is said when a message is given up, once per message however often it is tried again."""
    # Positions below zero: the answer that may still come starts at zero.
    _queue_once(connection, _rows(inbox_seq, to, replies, now, first_position=-len(replies)))


def notify(connection: Connection, inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Queue what is said while a message has to wait, once per message; the answer and an apology may still come."""
    _queue_once(connection, _rows(inbox_seq, to, replies, now, first_position=_NOTICE))


def _queue_once(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(connection.dialect.name, outbox).on_conflict_do_nothing(), rows)


def _rows(
    inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float, first_position: int
) -> list[dict[str, Any]]:
    target = {"channel": to.channel, "person": to.person, "address": to.address, "inbox_seq": inbox_seq}
    times = {"state": "pending", "available_at": now, "created_at": now}
    return [
        {**target, **times, "position": position, "reply": json.dumps(asdict(reply))}
        for position, reply in enumerate(replies, first_position)
    ]


def _finished(state: str, now: float) -> dict[str, Any]:
    """What is left of a reply that is over."""
    erased = dict.fromkeys(("reply", "address", "error", "leased_until", "leased_by"))
    return {"state": state, "finished_at": now, "person": "", **erased}


def _leased(row: Row[Any]) -> OutboxRow:
    lease = Lease(row.id, row.leased_by, row.attempts, row.created_at)
    return OutboxRow(row.id, Recipient(row.channel, row.person, row.address), row.reply, row.inbox_seq, lease)


def _read_reply(stored: str) -> Reply:
    try:
        found = json.loads(stored)
        buttons = tuple(Button(button["label"], button["action"]) for button in found["buttons"])
        return Reply(found["text"], buttons, found["quiet"])
    except (TypeError, KeyError):
        raise ValueError("the stored reply has an unknown shape") from None
