"""What is to be sent, each reply once, until the platform has it.

The replies to one person go out in order, one at a time. A reply is marked as sent after the platform took it: a
crash between the two sends it again, which is the only way in which anything is said twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select, update

from bot.chart import Chart, chart_from
from bot.messages import Button, Reply
from bot.pace import ChatPace, Pace
from bot.storage import pacing
from bot.storage.database import Database, insert, storable
from bot.storage.leases import Lease, Outcome, Queue, dead
from bot.storage.tables import DEAD, outbox

_NOT_OVER = (outbox.c.state != "sent", outbox.c.state != "dropped")
_BY_ID = update(outbox).where(outbox.c.id == bindparam("reply_id"), *_NOT_OVER)
_STILL_OPEN = select(outbox.c.id).where(outbox.c.id.in_(bindparam("replies", expanding=True)), *_NOT_OVER)
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
    send_at: float = 0.0
    """Not to be sent before; UTC seconds, at most `pacing.HORIZON` ahead."""
    chat: str = ""
    """The chat whose pace it keeps; empty where no pace is kept."""
    pause: float = 0.0
    """Seconds that must pass between this message and the next one in that chat; 0 where some may go at once."""

    @property
    def reply(self) -> Reply:
        """What to say; raises ValueError when another version of the program stored something unreadable."""
        return read_reply(self.reply_json)


@dataclass(frozen=True, slots=True)
class ChannelPace:
    """How fast replies may go on one channel."""

    overall: Pace
    """All of them together."""
    of: Callable[[Recipient], ChatPace]
    """The pace of the chat that a recipient is in; must not fail."""


Hold = Literal["", "chat", "channel"]
"""What a platform has asked to wait for: nothing, one chat, all."""
_UNPACED: Mapping[str, ChannelPace] = {}


@dataclass(frozen=True, slots=True)
class _Terms:
    owner: str
    limit: int
    seconds: float
    now: float
    ended: float


@dataclass(frozen=True, slots=True)
class _Arrived:
    """A reply that the platform has."""

    id: int
    message_id: str
    at: float
    sent: OutboxRow | None


@dataclass(frozen=True, slots=True)
class DeadReply:
    """A reply that could not be sent, without its text."""

    id: int
    """Number to show or retry it by."""
    channel: str
    """Which channel should have sent it."""
    error: str
    """Why it is here."""
    attempts: int
    """How often it was tried."""
    created_at: float
    """When it was put in the queue; UTC seconds."""
    finished_at: float
    """When it was set aside; UTC seconds."""


class Outbox:
    """The queue of what goes out."""

    def __init__(self, database: Database, max_attempts: int = 20, max_age: float = 86_400.0) -> None:
        """``max_attempts``: tries before a reply is given up; ``max_age``: seconds after which no more are made."""
        self._database = database
        self._queue = Queue(outbox, max_attempts=max_attempts, max_age=max_age)
        self.changed = database.signal("outbox")
        """Rings when there may be a reply to lease."""

    async def lease(
        self,
        owner: str,
        limit: int = 20,
        seconds: float = 60.0,
        channels: Collection[str] | None = None,
        paced: Mapping[str, ChannelPace] = _UNPACED,
    ) -> list[OutboxRow]:
        """At most ``limit`` replies, oldest first, one per person, to be sent within that many seconds.

        ``channels``: only replies of these; None: of any. ``paced``: how fast these may go on their channels; such
        replies say when each may leave (``send_at``), and what may not leave soon is not handed out. ``changed``
        rings when that changes. Where nobody could write for a while, those whose lease ran out meanwhile are given
        time to note what they have sent.
        """
        now = self._database.clock()
        ended = self._database.undisturbed(now)
        terms = _Terms(owner, limit, seconds, now, ended)

        def change(connection: Connection) -> tuple[list[OutboxRow], float]:
            others = None if channels is None else [name for name in channels if name not in paced]
            rows: list[OutboxRow] = []
            if others is None or others:
                rows = list(map(_leased, self._queue.take(connection, owner, limit, seconds, now, others, ended)))
            again = float("inf")
            for channel, pace in paced.items():
                found, later = self._take_paced(connection, channel, pace, replace(terms, limit=limit - len(rows)))
                rows += found
                again = min(again, later)
            return rows, again

        rows, again = await self._database.write(change)
        if again < float("inf"):
            self.changed.ring_in(max(again - now, 0.0))
        return rows

    def _take_paced(
        self, connection: Connection, channel: str, pace: ChannelPace, terms: _Terms
    ) -> tuple[list[OutboxRow], float]:
        """Replies of one channel with their moments, and when to look again; infinite: when something changes."""
        free, first = pacing.room(connection, channel, pace.overall, terms.now)
        if free == 0:
            return [], first
        most = min(free, terms.limit)
        taken = self._queue.take(connection, terms.owner, most, terms.seconds, terms.now, [channel], terms.ended)
        rows = {row.id: row for row in map(_leased, taken)}
        if not rows:
            return [], float("inf")
        wishes = [pacing.Wish(key, pace.of(row.to)) for key, row in rows.items()]
        times = pacing.timetable(connection, channel, pace.overall, wishes, terms.now)
        for key, moment in times.too_early.items():
            self._queue.put_back(connection, rows[key].lease, moment)
        leaving = [
            replace(rows[wish.key], send_at=times.leaving[wish.key], chat=wish.to.chat, pause=wish.to.pause)
            for wish in wishes
            if wish.key in times.leaving
        ]
        # As many as there was room for: more may wait behind them.
        behind = [times.leaving[max(times.leaving)]] if len(rows) == free and leaving else []
        return leaving, min([*times.too_early.values(), *behind], default=float("inf"))

    async def mark_sent(self, id: int, platform_message_id: str = "", sent: OutboxRow | None = None) -> bool:
        """Note that the platform has the reply, and erase it; False when that was known or it was dropped.

        Needs no lease: what is sent is sent, also when the lease ran out meanwhile. ``sent``: the row as it was
        leased, so that the chat's next message keeps its distance from the moment in which this one arrived.
        """
        arrived = _Arrived(id, storable(platform_message_id), self._database.clock(), sent)
        known = await self._database.write_together(_mark_sent, arrived)
        if sent is not None and sent.pause:
            self.changed.ring_in(sent.pause)
        self.changed.ring()
        return known

    async def retry_later(
        self, row: OutboxRow, error: str, delay: float, counted: bool = True, hold: Hold = ""
    ) -> Outcome:
        """Send it again in ``delay`` seconds, or give it up after the last try or when it is too old.

        ``counted=False``: the platform asked to wait; only the age counts. ``hold``: it asked that for everything in
        this chat, or on the whole channel. ``error``: the reason without any words of the reply.
        """
        now = self._database.clock()

        def change(connection: Connection) -> Outcome:
            if hold:
                pacing.hold(connection, row.to.channel, row.chat, now + delay, now, whole=hold == "channel")
            return self._queue.retry(connection, row.lease, error, delay, now, counted)

        outcome = await self._database.write(change)
        self.changed.ring_in(delay)
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
        now, theirs = self._database.clock(), (outbox.c.person == person) & outbox.c.finished_at.is_(None)
        return await self._database.write(lambda connection: drop_replies(connection, theirs, now))

    async def release(self, owner: str) -> int:
        """Give back what ``owner`` has leased and not sent, for others to take at once; how many replies."""
        released = await self._database.write(lambda connection: self._queue.release(connection, owner), wakes="outbox")
        self.changed.ring()
        return released

    async def dead_letters(self, limit: int = 100) -> list[DeadReply]:
        """The oldest replies that were set aside, without their texts; may be empty."""
        names = [field.name for field in fields(DeadReply)]
        query = select(*(outbox.c[name] for name in names)).where(dead(outbox)).order_by(outbox.c.id).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [DeadReply(*row) for row in rows]

    async def retry_dead(self, id: int) -> bool:
        """Put a reply that was set aside back in the queue, as if it were new; False when there is none."""
        now = self._database.clock()
        again = {"state": "pending", "attempts": 0, "available_at": now, "created_at": now, "finished_at": None}
        change = update(outbox).where(dead(outbox), outbox.c.id == id).values(error=None, **again)
        changed = await self._database.write(lambda connection: connection.execute(change).rowcount, wakes="outbox")
        self.changed.ring()
        return changed == 1

    async def rush(self, seconds: float) -> int:
        """How many replies were sent in the last seconds or wait to be sent, by all processes."""
        since = {"since": self._database.clock() - seconds}
        return await self._database.read(lambda connection: connection.execute(_RUSH, since).scalar_one())

    async def unfinished(self) -> int:
        """How many replies wait to be sent, those being sent included."""
        return await self._database.read(lambda connection: connection.execute(_WAITING).scalar_one())


def drop_replies(connection: Connection, which: ColumnElement[bool], now: float) -> int:
    """Erase those of the replies that wait, are being sent or were set aside; how many; part of a change."""
    # One after the other, because each has an index of its own that knows no tombstones.
    changes = (
        update(outbox).where(unsent, which) for unsent in (outbox.c.finished_at.is_(None), outbox.c.state == DEAD)
    )
    return sum(connection.execute(change.values(**_finished("dropped", now))).rowcount for change in changes)


def queue_replies(
    connection: Connection, answers: Iterable[tuple[int, Recipient, Sequence[Reply]]], now: float
) -> None:
    """Put the replies to messages in the queue: (``inbox_seq``, to whom, what in order); part of a change for
    ``Database.write``."""
    rows = [row for seq, to, replies in answers for row in _rows(seq, to, replies, now, first_position=0)]
    if rows:
        connection.execute(outbox.insert(), rows)


def _mark_sent(connection: Connection, arrived: list[_Arrived]) -> list[bool]:
    """For each whether that was news."""
    for one in arrived:
        if one.sent is not None and one.sent.pause:
            pacing.delay(connection, one.sent.to.channel, one.sent.chat, one.at + one.sent.pause)
    still_open = set(connection.execute(_STILL_OPEN, {"replies": [one.id for one in arrived]}).scalars())
    news = [one.id in still_open for one in arrived]
    if any(news):
        rows = [
            {"reply_id": one.id, "platform_message_id": one.message_id, **_finished("sent", one.at)}
            for one in arrived
            if one.id in still_open
        ]
        connection.execute(_BY_ID, rows)
    return news


def apologise(connection: Connection, inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Queue what is said when a message is given up, once per message however often it is tried again."""
    # Positions below zero: the answer that may still come starts at zero.
    _queue_once(connection, _rows(inbox_seq, to, replies, now, first_position=-len(replies)))


def notify(connection: Connection, inbox_seq: int, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Queue what is said while a message has to wait, once per message; the answer and an apology may still come."""
    _queue_once(connection, _rows(inbox_seq, to, replies, now, first_position=_NOTICE))


def tell(connection: Connection, to: Recipient, replies: Sequence[Reply], now: float) -> None:
    """Queue what answers no message of theirs, behind all that waits for them; part of a change for ``Database.write``."""
    if replies:
        connection.execute(outbox.insert(), _rows(None, to, replies, now, first_position=0))


def _queue_once(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(connection.dialect.name, outbox).on_conflict_do_nothing(), rows)


def _rows(
    inbox_seq: int | None, to: Recipient, replies: Sequence[Reply], now: float, first_position: int
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


def read_reply(stored: str) -> Reply:
    """The reply whose JSON was stored; raises ValueError when another version stored something unreadable."""
    try:
        found = json.loads(stored)
        buttons = tuple(Button(button["label"], button["action"]) for button in found["buttons"])
        alert = found.get("alert", False)
        return Reply(found["text"], buttons, found["quiet"], _read_picture(found), alert)
    except (TypeError, KeyError):
        raise ValueError("the stored reply has an unknown shape") from None


def _read_picture(found: Mapping[str, Any]) -> Chart | None:
    """None for a reply without one, which is how they were stored before there were any."""
    if found.get("picture") is None:
        return None
    try:
        return chart_from(found["picture"])
    except ValueError:
        if found["text"]:
            return None  # of a newer version: its words are read here and now, and they say it all
        raise
