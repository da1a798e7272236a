"""What people sent, each update once, until it is answered.

An update is stored before the platform hears that we have it. ``lease`` hands out the oldest unfinished message of
each person; ``finish`` writes answers, memory and "done" together. What cannot be read or answered becomes a *dead
letter*, which keeps its text for the operator; what is answered keeps only a tombstone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, func, select, update
from structlog.contextvars import bound_contextvars

from bot.messages import Incoming, Reply
from bot.storage.behind import end_waiting, finish_line, finish_rows, next_rows
from bot.storage.database import Database, insert, storable
from bot.storage.feedback import Verdict, note
from bot.storage.leases import Lease, Outcome, Queue, dead, reason
from bot.storage.outbox import Outbox, Recipient, apologise, notify, queue_replies
from bot.storage.people import Memory, remember
from bot.storage.tables import inbox

log = logging.getLogger(__name__)

Deed: TypeAlias = Callable[[Connection, float], object]
"""A part of a change for ``Database.write``, with the present time (UTC seconds); what it returns is not asked for."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One update as it came from a channel."""

    channel: str
    """Which channel: "telegram", "whatsapp" …"""
    update_id: str
    """The platform's id of the update; the same update is stored once. Ids that give a person away come hashed."""
    raw: str | None
    """The update exactly as received; erased when it is answered."""
    person: str = ""
    """Pseudonym of the sender; empty when the update was not understood."""
    address: str = "{}"
    """JSON: all that the channel needs to answer."""
    incoming: Incoming | None = None
    """What the person did; None: the update was not understood."""
    problem: str = ""
    """Why it was not understood, without anybody's words; goes with ``incoming=None``."""
    quiet: float = 0.0
    """Seconds for which it is not leased, because more may follow that belongs to it."""
    ends_quiet: bool = False
    """True: it cannot belong to what the person sent before, which therefore waits no longer."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A leased message."""

    seq: int
    """Place in the order of arrival."""
    update_id: str
    """The platform's id of the update."""
    sender: Recipient
    """Who sent it through which channel, and how to answer."""
    incoming_json: str
    """The message as stored; read it as ``incoming``."""
    lease: Lease
    """The right to finish it."""
    available_at: float = 0.0
    """When its own quiet time ends; UTC seconds."""
    behind: tuple[InboxRow, ...] = ()
    """The person's next messages, in order, which nobody else can have while this one is leased; they have the same
    lease, and are finished with this one."""

    @property
    def incoming(self) -> Incoming:
        """The message; raises ValueError when another version of the program stored something unreadable."""
        return _read_incoming(self.incoming_json)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What ``Inbox.finish`` is to write for one message."""

    row: InboxRow
    replies: Sequence[Reply]
    memory: Memory | None
    verdict: Verdict | None
    also: Sequence[Deed]
    line_until: float


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be read or answered, without its text."""

    seq: int
    """Number to show or retry it by."""
    channel: str
    """Which channel it came from."""
    update_id: str
    """The platform's id of the update."""
    error: str
    """Why it is here."""
    attempts: int
    """How often it was tried; 0 when it could not be read at all."""
    created_at: float
    """When it came; UTC seconds."""
    finished_at: float
    """When it was set aside; UTC seconds."""


class Inbox:
    """The queue of what came in."""

    def __init__(self, database: Database, outbox: Outbox, max_attempts: int = 5) -> None:
        """``max_attempts``: tries before a message becomes a dead letter."""
        self._database = database
        self._outbox = outbox
        self._queue = Queue(inbox, max_attempts=max_attempts, max_age=float("inf"))
        self.changed = database.signal("inbox")
        """Rings when there may be a message to lease."""

    async def store(self, arrival: Arrival) -> bool:
        """True when the update is new; it is on the disk when this returns. Raises StorageUnavailable."""
        if arrival.ends_quiet:
            return await self.store_all([arrival]) == 1
        prepared = arrival, _row(arrival, self._database.clock())
        new = await self._database.write_together(_insert, prepared, wakes="inbox", urgent=True)
        self._tell([(arrival, new)])
        return new is not None

    async def store_all(self, arrivals: Iterable[Arrival]) -> int:
        """How many of the updates are new; all or none are on the disk. Raises StorageUnavailable.

        Any that were not understood become dead letters at once and harm no other.
        """
        now = self._database.clock()
        prepared = [(arrival, _row(arrival, now)) for arrival in arrivals]
        ended = {arrival.person for arrival, _ in prepared if arrival.ends_quiet}

        def change(connection: Connection) -> Sequence[Row[Any] | None]:
            new = _insert(connection, prepared)
            end_waiting(connection, ended, now)
            return new

        new = await self._database.write(change, wakes="inbox")
        return self._tell([(arrival, row) for (arrival, _), row in zip(prepared, new, strict=True)])

    def _tell(self, stored: Sequence[tuple[Arrival, Row[Any] | None]]) -> int:
        """Note what is new and wake who answers it; how many are new."""
        new = [(arrival, row) for arrival, row in stored if row is not None]
        for _, row in new:
            with bound_contextvars(message=row.seq):
                log.info("received" if row.state == "pending" else "set aside", extra={"channel": row.channel})
        if new:
            self.changed.ring()
            if quiet := max(arrival.quiet for arrival, _ in new):
                self.changed.ring_in(quiet)
        return len(new)

    async def set_aside(self, channel: str, update_id: str, raw: str, problem: str) -> bool:
        """Store an update that cannot be understood as a dead letter; True when it is new."""
        return await self.store(Arrival(channel, update_id, raw, problem=problem))

    async def lease(
        self,
        owner: str,
        limit: int = 20,
        seconds: float = 60.0,
        channels: Collection[str] | None = None,
        behind: int = 0,
    ) -> list[InboxRow]:
        """At most ``limit`` messages, oldest first, one per person, to be answered within that many seconds.

        Empty when nothing can be done now. ``owner``: a name that no other worker has, also after a restart.
        ``channels``: only messages of these; None: of any. ``behind``: how many of the person's next messages come
        with each at the most.
        """
        now = self._database.clock()

        def change(connection: Connection) -> list[InboxRow]:
            heads = self._queue.take(connection, owner, limit, seconds, now, channels)
            following = next_rows(connection, [row.person for row in heads], behind) if behind else {}
            return [_leased(row, following.get(row.person, ())) for row in heads]

        return await self._database.write(change)

    async def wait_for_more(self, row: InboxRow, until: float) -> bool:
        """Put the message back until then (UTC seconds), because more may follow that belongs to it.

        That is no try. False when the lease was lost.
        """
        now = self._database.clock()
        back = await self._database.write(lambda connection: self._queue.put_back(connection, row.lease, until))
        self.changed.ring_in(max(0.0, until - now))
        return back

    async def finish(
        self,
        row: InboxRow,
        replies: Sequence[Reply] = (),
        memory: Memory | None = None,
        verdict: Verdict | None = None,
        also: Sequence[Deed] = (),
        line_until: float = 0.0,
    ) -> bool:
        """Queue the replies, keep the memory (None: as it was), erase the message; in one transaction.

        What is ``behind`` the message is answered with it and erased as well, and so is whatever else of the person
        waits and came before ``line_until`` (UTC seconds).
        ``verdict``: what the person thought of the last answer, if the message said that.
        ``also``: what else is to be done before that, in the same transaction.
        False, and nothing is written, when the lease was lost: somebody else answers or has answered.
        """
        answered = _Answered(row, replies, memory, verdict, also, line_until)
        wakes = "outbox" if replies or also else ""
        done = await self._database.write_together(self._finish_all, answered, wakes)
        self._ring_both()
        return done

    def _finish_all(self, connection: Connection, answered: list[_Answered]) -> list[bool]:
        """For each whether its lease was still held; what is the same for all goes in one statement."""
        now = self._database.clock()
        erased = dict.fromkeys(("raw", "incoming", "address", "error"))
        tombstone = {"state": "done", "finished_at": now, "person": "", "message_id": "", **erased}
        closed = self._queue.close_all(connection, [one.row.lease for one in answered], **tombstone)
        done = [one for one in answered if one.row.seq in closed]
        for one in done:
            if one.row.behind:
                finish_rows(connection, [other.seq for other in one.row.behind], tombstone)
            if one.line_until:
                finish_line(connection, one.row.sender.person, one.line_until, tombstone)
            for deed in one.also:
                deed(connection, now)
            if one.verdict is not None:
                note(connection, one.verdict, now)
        queue_replies(connection, [(one.row.seq, one.row.sender, one.replies) for one in done], now)
        remember(connection, [(one.row.sender.person, one.memory) for one in done if one.memory is not None], now)
        return [one.row.seq in closed for one in answered]

    async def postpone(self, row: InboxRow, until: float, notice: Sequence[Reply], memory: Memory) -> bool:
        """Put the message back until then (UTC seconds), tell the person why, and keep the memory.

        That is no try. False, and nothing is written, when the lease was lost.
        """
        now = self._database.clock()

        def change(connection: Connection) -> bool:
            if not self._queue.put_back(connection, row.lease, until):
                return False
            notify(connection, row.seq, row.sender, notice, now)
            remember(connection, [(row.sender.person, memory)], now)
            return True

        back = await self._database.write(change, wakes="outbox" if notice else "")
        self._ring_both()
        return back

    async def retry_later(self, row: InboxRow, error: str, delay: float, apology: Sequence[Reply] = ()) -> Outcome:
        """Try the message again in ``delay`` seconds, or make it a dead letter after the last try.

        ``error``: the reason without anybody's words. ``apology``: what the person is told (once) if this was the
        last try, so that nobody is met with silence.
        """
        now = self._database.clock()

        def change(connection: Connection) -> Outcome:
            outcome = self._queue.retry(connection, row.lease, error, delay, now)
            if outcome == "dead":
                apologise(connection, row.seq, row.sender, apology, now)
            return outcome

        outcome = await self._database.write(change)
        self.changed.ring_in(delay)
        self._ring_both()
        return outcome

    async def release(self, owner: str) -> int:
        """Give back what ``owner`` has leased, for others to take at once; how many messages."""
        released = await self._database.write(lambda connection: self._queue.release(connection, owner), wakes="inbox")
        self.changed.ring()
        return released

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """The oldest dead letters, without their texts; may be empty."""
        names = [field.name for field in fields(DeadLetter)]
        query = select(*(inbox.c[name] for name in names)).where(dead(inbox)).order_by(inbox.c.seq).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [DeadLetter(*row) for row in rows]

    async def dead_letter_raw(self, seq: int) -> str | None:
        """The update of a dead letter as it was received; None when there is no such dead letter or no text."""
        query = select(inbox.c.raw).where(dead(inbox), inbox.c.seq == seq)
        raw: str | None = await self._database.read(lambda connection: connection.execute(query).scalar())
        return raw

    async def retry_dead(self, seq: int, understood: Arrival | None = None) -> bool:
        """Put a dead letter back in the queue; False when there is none, or when it was never understood.

        ``understood``: what the channel now reads from the raw update, in place of what was stored.
        """
        now = self._database.clock()
        again = {"state": "pending", "attempts": 0, "available_at": now, "finished_at": None, "error": None}
        change = update(inbox).where(dead(inbox), inbox.c.seq == seq)
        if understood is None:
            change = change.where(inbox.c.incoming.is_not(None)).values(**again)
        else:
            change = change.values(**_content(understood), **again)
        changed = await self._database.write(lambda connection: connection.execute(change).rowcount, wakes="inbox")
        self.changed.ring()
        return changed == 1

    async def unfinished(self) -> int:
        """How many messages wait for an answer, those being answered included."""
        query = select(func.count()).select_from(inbox).where(inbox.c.finished_at.is_(None))
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    def _ring_both(self) -> None:
        self.changed.ring()
        self._outbox.changed.ring()


def _insert(connection: Connection, prepared: Sequence[tuple[Arrival, dict[str, Any]]]) -> list[Row[Any] | None]:
    """For each: number, state and channel when it is new, None when it was there."""
    if not prepared:
        return []
    once = insert(connection.dialect.name, inbox).on_conflict_do_nothing(index_elements=["channel", "update_id"])
    told = once.returning(inbox.c.seq, inbox.c.state, inbox.c.channel, inbox.c.update_id)
    rows = [row for _, row in prepared]
    new = {(row.channel, row.update_id): row for row in connection.execute(told, rows)}
    # The same update twice among them is new once.
    return [new.pop((row["channel"], row["update_id"]), None) for row in rows]


def _row(arrival: Arrival, now: float) -> dict[str, Any]:
    understood = arrival.incoming is not None
    return {
        "channel": arrival.channel,
        "update_id": storable(arrival.update_id),
        **_content(arrival),
        "raw": None if arrival.raw is None else storable(arrival.raw),
        "state": "pending" if understood else "dead",
        "available_at": now + arrival.quiet,
        "error": None if understood else reason(arrival.problem or "not understood"),
        "created_at": now,
        "finished_at": None if understood else now,
    }


def _content(arrival: Arrival) -> dict[str, Any]:
    incoming = arrival.incoming
    return {
        "message_id": "" if incoming is None else storable(incoming.id),
        "person": arrival.person,
        "address": storable(arrival.address),
        "incoming": None if incoming is None else json.dumps(asdict(incoming)),
    }


def _leased(row: Row[Any], behind: Sequence[Row[Any]] = ()) -> InboxRow:
    lease = Lease(row.seq, row.leased_by, row.attempts, row.created_at)
    return _with_lease(row, lease, tuple(_with_lease(other, lease) for other in behind))


def _with_lease(row: Row[Any], lease: Lease, behind: tuple[InboxRow, ...] = ()) -> InboxRow:
    sender = Recipient(row.channel, row.person, row.address)
    return InboxRow(row.seq, row.update_id, sender, row.incoming, lease, row.available_at, behind)


def _read_incoming(stored: str) -> Incoming:
    known = {field.name for field in fields(Incoming)} - {"parts", "unread", "own_words"}
    try:
        return Incoming(**{name: value for name, value in json.loads(stored).items() if name in known})
    except (TypeError, AttributeError):
        raise ValueError("the stored message has an unknown shape") from None
