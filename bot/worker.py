"""Worker: leases messages, has them answered, sends the answers; any number of workers may run on one storage."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from structlog.contextvars import bound_contextvars

from bot.answering import Answering
from bot.channels import Blocked, Channel, Delivered, Outcome, Refused, RetryLater
from bot.failures import fault
from bot.metrics import Metrics
from bot.one_go import AT_ONE_GO
from bot.pace import ChatPace
from bot.steps import watched
from bot.storage import ChannelPace, InboxRow, OutboxRow, Recipient, Storage, StorageUnavailable
from bot.storage.database import Signal
from bot.storage.outbox import Hold

log = logging.getLogger(__name__)
Row = TypeVar("Row", InboxRow, OutboxRow)
_Result = TypeVar("_Result")

AT_ONCE = 40
"""People answered, or written to, at the same time by one worker."""
IDLE_SECONDS = 1.0
"""Longest wait before looking for what another process stored or what comes due."""
ANSWER_LEASE = 10.0
"""Seconds for which a message is leased; so long a person waits when the process that read it was killed."""
SEND_LEASE = 20.0
"""The same for a reply; longer than `SEND_SECONDS`, so that no other worker sends it while this one still tries."""
SEND_SECONDS = 15.0
"""Seconds after which a platform that does not answer counts as having failed."""
FINISH_SECONDS = 2.5
"""Seconds for which what is in hand may be finished after the stop; hosts kill a program some seconds after SIGTERM."""
SHORTEST_PAUSE = 0.5
"""Seconds between two tries at the least, whatever the platform says."""
LONGEST_BACKOFF = 60.0
"""Seconds between two tries at the most, unless the platform asks for more."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Steps 2 to 6 for one process."""

    answering: Answering
    """Steps 3 to 5."""
    owner: str
    """A name that no other worker has."""
    chat_name: Callable[[str, str], str] = lambda channel, chat: f"{channel} {chat}"
    """(channel, chat's id there) → the name under which the chat's pace is kept; a keyed hash where it matters."""
    next_moments: dict[str, float] = field(default_factory=dict)
    """When this process may send its next message on a channel, UTC seconds."""

    @property
    def storage(self) -> Storage:
        """Inbox, outbox and people."""
        return self.answering.storage

    @property
    def metrics(self) -> Metrics:
        """What is counted."""
        return self.answering.metrics

    async def run(self, stop: asyncio.Event) -> None:
        """Answer and send until ``stop`` is set; then what is in hand is finished and the rest given back."""
        inbox, outbox = self.storage.inbox, self.storage.outbox
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_at(self.lease_messages, self.answer, inbox.changed, stop))
                group.create_task(self._keep_at(self.lease_replies, self.send, outbox.changed, stop))
                await stop.wait()
                inbox.changed.ring()
                outbox.changed.ring()
        finally:
            await _survived(self._give_back())

    async def _keep_at(
        self,
        lease: Callable[[int], Awaitable[Sequence[Row]]],
        work: Callable[[Row], Awaitable[None]],
        changed: Signal,
        stop: asyncio.Event,
    ) -> None:
        """Each row has a task of its own, so that one that takes long holds up nobody but its person."""
        in_hand: set[asyncio.Task[None]] = set()

        def put_down(task: asyncio.Task[None]) -> None:
            in_hand.discard(task)
            changed.ring()

        try:
            while not stop.is_set():
                free = AT_ONCE - len(in_hand)
                rows = await _survived(lease(free)) if free else None
                for row in rows or ():
                    in_hand.add(task := asyncio.create_task(_survived(work(row))))
                    task.add_done_callback(put_down)
                if not rows:
                    await changed.wait(IDLE_SECONDS)
            if in_hand:
                await asyncio.wait(in_hand, timeout=FINISH_SECONDS)
        finally:
            for task in in_hand:
                task.cancel()
            await asyncio.gather(*in_hand, return_exceptions=True)

    async def _give_back(self) -> None:
        await self.storage.inbox.release(self.owner)
        await self.storage.outbox.release(self.owner)

    async def lease_messages(self, most: int = AT_ONCE) -> Sequence[InboxRow]:
        """Step 2: messages that wait, one a person, of the channels that run here, with those sent in one go with it."""
        behind = AT_ONE_GO if self.answering.quiet else 0
        begun = time.perf_counter()
        rows = await self.storage.inbox.lease(self.owner, most, ANSWER_LEASE, self.answering.channels.keys(), behind)
        for row in rows:
            self.metrics.step("claim", time.perf_counter() - begun)
            with bound_contextvars(message=row.seq):
                log.info("claimed", extra={"attempt": row.lease.attempts})
        return rows

    async def lease_replies(self, most: int = AT_ONCE) -> Sequence[OutboxRow]:
        """Replies that wait, one a person, of the channels that run here; as many as may leave soon."""
        channels = self.answering.channels
        paced = {name: self._channel_pace(channel) for name, channel in channels.items() if channel.pace}
        return await self.storage.outbox.lease(self.owner, most, SEND_LEASE, channels.keys(), paced)

    def _channel_pace(self, channel: Channel) -> ChannelPace:
        assert channel.pace is not None
        overall = channel.pace

        def of(to: Recipient) -> ChatPace:
            found = channel.chat_pace(to.address)
            # An address that makes no sense is refused in a moment; that counts as one message all the same.
            return (
                replace(found, chat=self.chat_name(to.channel, found.chat)) if found else ChatPace(to.person, overall)
            )

        return ChannelPace(overall, of)

    async def answer(self, row: InboxRow) -> None:
        """Steps 3 to 5 for one message; raises StorageUnavailable, and then it is answered once the lease is over."""
        with bound_contextvars(message=row.seq), watched(self._step_ended):
            try:
                await self.answering.answer(row)
            except StorageUnavailable:
                raise
            except Exception as error:  # a fault of the program must not hold up the person's next message
                log.error("message %d could not be answered: %s", row.seq, fault(error))
                pause = backoff(row.lease.attempts)
                self.metrics.retries.labels("inbox").inc()
                await self.storage.inbox.retry_later(row, fault(error), pause, apology=(self.answering.apology(),))

    def _step_ended(self, name: str, seconds: float) -> None:
        self.metrics.step(name, seconds)
        log.debug(name, extra={"ms": round(1000 * seconds, 2)})

    async def send(self, row: OutboxRow) -> None:
        """Step 6 for one reply; raises StorageUnavailable, and then it may be sent again once the lease is over."""
        with bound_contextvars(message=row.inbox_seq):
            await self._send(row)

    async def _send(self, row: OutboxRow) -> None:
        outbox = self.storage.outbox
        await self._its_moment(row)
        try:
            begun = time.perf_counter()
            outcome = await self._outcome(row)
            self.metrics.step("send", time.perf_counter() - begun)
        except Exception as error:  # only this reply is at fault, so only its own tries are counted
            log.error("reply %d could not be sent: %s", row.lease.key, fault(error))
            self.metrics.retries.labels("outbox").inc()
            await outbox.retry_later(row, fault(error), backoff(row.lease.attempts))
            return
        match outcome:
            case Delivered(message_id=message_id):
                await self._mark_sent(row, message_id)
                log.info("sent", extra={"reply": row.lease.key, "attempt": row.lease.attempts})
            case RetryLater(seconds=seconds, reason=reason, whole_channel=whole):
                # Not counted: however long a platform or the network is away, nobody's answer is given up for it
                # before its time.
                pause = (
                    backoff_by_age(self.answering.clock() - row.lease.created_at)
                    if seconds is None
                    else max(seconds, SHORTEST_PAUSE)
                )
                self._count_wait(row, seconds)
                log.warning("reply %d waits %.1f seconds: %s", row.lease.key, pause, reason)
                hold: Hold = "" if seconds is None or not row.chat else "channel" if whole else "chat"
                await outbox.retry_later(row, reason, pause, counted=False, hold=hold)
            case Blocked():
                await self.answering.set_blocked(row.to.person, True)
            case Refused(reason=reason, put_out=put_out):
                log.warning("reply %d refused: %s", row.lease.key, reason)
                await outbox.give_up(row, reason)
                if put_out:
                    await self.answering.put_out(row.to.person)

    def _count_wait(self, row: OutboxRow, seconds: float | None) -> None:
        self.metrics.retries.labels("outbox").inc()
        if seconds is not None:
            self.metrics.rate_limit_waits.labels(row.to.channel).inc()
            self.metrics.rate_limit_wait_seconds.labels(row.to.channel).inc(seconds)

    async def _its_moment(self, row: OutboxRow) -> None:
        """Wait until the row may leave. After a pause of the whole process what is late leaves one by one, not at once."""
        pace, clock = self.answering.channels[row.to.channel].pace, self.answering.clock
        if pace is None or not row.send_at:
            return
        while (wait := max(row.send_at, self.next_moments.get(row.to.channel, 0.0)) - clock()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        self.next_moments[row.to.channel] = clock() + pace.seconds

    async def _mark_sent(self, row: OutboxRow, message_id: str) -> None:
        """However long the database is away: what is not marked would be sent again."""
        tries = 0
        while True:
            try:
                await self.storage.outbox.mark_sent(row.lease.key, message_id, row)
                return
            except StorageUnavailable as error:
                tries += 1
                log.error("reply %d is sent and not yet marked: %s", row.lease.key, error)
                await asyncio.sleep(min(backoff(tries), 1.0))

    async def _outcome(self, row: OutboxRow) -> Outcome:
        channel, reply = self.answering.channels[row.to.channel], row.reply
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await channel.deliver(row.to.address, reply)
        except TimeoutError:
            return RetryLater(None, "no answer in time")


def backoff(attempts: int) -> float:
    """Seconds before the next try: doubling from one second, jittered by half, at most ``LONGEST_BACKOFF``."""
    return min(LONGEST_BACKOFF, 2.0 ** min(attempts - 1, 20)) * random.uniform(0.5, 1.0)


def backoff_by_age(age: float) -> float:
    """Seconds before the next try of what is that many seconds old: each wait about as long as all before it."""
    return min(LONGEST_BACKOFF, max(1.0, age)) * random.uniform(0.5, 1.0)


async def _survived(work: Awaitable[_Result]) -> _Result | None:
    """What the work gives; None when it failed, which is logged and harms nothing beside it."""
    try:
        return await work
    except StorageUnavailable as error:
        log.error("storage: %s", error)
    except Exception as error:
        log.error("worker: %s", fault(error))
    return None
