"""Worker: leases messages, has them answered, sends the answers; any number of workers may run on one storage."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import ParamSpec, TypeVar

from bot.channels import Blocked, Channel, Delivered, Outcome, Refused, RetryLater
from bot.checking.compiled import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.gathering import cries_for_help
from bot.conversation.memory import Language, Memory
from bot.conversation.wording import Wording
from bot.messages import Incoming, Reply
from bot.one_go import AT_ONE_GO, in_one_go
from bot.storage import InboxRow, OutboxRow, Storage, StorageUnavailable
from bot.storage import Memory as StoredMemory
from bot.storage.database import Signal

log = logging.getLogger(__name__)
Row = TypeVar("Row", InboxRow, OutboxRow)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

AT_ONCE = 20
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
LONG_TEXT = 3_000
"""Characters from which a check runs beside the event loop, so that others do not wait."""
SHORTEST_PAUSE = 0.5
"""Seconds between two tries at the least, whatever the platform says."""
LONGEST_BACKOFF = 60.0
"""Seconds between two tries at the most, unless the platform asks for more."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Steps 2 to 6 for one process."""

    storage: Storage
    """Inbox, outbox and people."""
    channels: Mapping[str, Channel]
    """Channels by name."""
    knowledge: Callable[[], Compiled]
    """The knowledge in use; a message finishes on the one it started with."""
    clock: Callable[[], float]
    """UTC seconds."""
    owner: str
    """A name that no other worker has."""
    quiet: float = 0.0
    """Seconds without a further message after which what a person sent in one go is complete; 0: each by itself."""

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
        """Step 2: messages that wait, one a person, with those that were sent in one go with it."""
        behind = AT_ONE_GO if self.quiet else 0
        return await self.storage.inbox.lease(self.owner, most, ANSWER_LEASE, behind)

    async def lease_replies(self, most: int = AT_ONCE) -> Sequence[OutboxRow]:
        """Replies that wait, one a person."""
        return await self.storage.outbox.lease(self.owner, most, SEND_LEASE)

    async def answer(self, row: InboxRow) -> None:
        """Steps 3 to 5 for one message; raises StorageUnavailable, and then it is answered once the lease is over."""
        try:
            await self._answer_or_raise(row)
        except StorageUnavailable:
            raise
        except Exception as error:  # a fault of the program must not hold up the person's next message
            log.error("message %d could not be answered: %s", row.seq, fault(error))
            pause = backoff(row.lease.attempts)
            await self.storage.inbox.retry_later(row, fault(error), pause, apology=(self._apology(),))

    async def _answer_or_raise(self, row: InboxRow) -> None:
        sent = in_one_go(row, self.quiet)
        row, incoming, person = sent.row, sent.incoming, row.sender.person
        compiled = self.knowledge()
        if sent.until > self.clock() and not await self._aside(incoming, cries_for_help, incoming, compiled):
            await self.storage.inbox.wait_for_more(row, sent.until)
            return
        if incoming.kind in ("blocked", "unblocked"):
            await self._set_blocked(person, incoming.kind == "blocked")
            await self.storage.inbox.finish(row)
            return
        stored = await self.storage.people.load(person)
        if stored.blocked:
            await self._set_blocked(person, False)
        result = await self._answered(incoming, _recalled(stored.memory), compiled)
        channel = self.channels.get(row.sender.channel)
        pieces = [piece for reply in result.replies for piece in (channel.fit(reply) if channel else (reply,))]
        await self.storage.inbox.finish(row, pieces, self._kept(result, compiled), result.feedback)

    async def _answered(self, incoming: Incoming, memory: Memory, compiled: Compiled) -> Answer:
        today = datetime.fromtimestamp(self.clock(), UTC).date()
        return await self._aside(incoming, answer, incoming, memory, compiled, today)

    async def _aside(
        self, incoming: Incoming, work: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        """What the work gives; with a long text it runs beside the event loop."""
        if len(incoming.text) > LONG_TEXT:
            return await asyncio.to_thread(work, *given, **named)
        return work(*given, **named)

    def _kept(self, result: Answer, compiled: Compiled) -> StoredMemory:
        memory = result.memory
        expires = self.clock() + 3600 * compiled.knowledge.policy.memory_hours
        chosen = memory.language if memory.chosen and memory.language else ""
        return StoredMemory(memory.to_json(), expires, chosen, memory.payload)

    def _apology(self) -> Reply:
        today = datetime.fromtimestamp(self.clock(), UTC).date()
        return Reply(Wording(self.knowledge().knowledge, "id", today).say("service.trouble"))

    async def _set_blocked(self, person: str, blocked: bool) -> None:
        await self.storage.people.set_blocked(person, blocked)
        if blocked:
            await self.storage.outbox.drop_for(person)

    async def send(self, row: OutboxRow) -> None:
        """Step 6 for one reply; raises StorageUnavailable, and then it may be sent again once the lease is over."""
        outbox = self.storage.outbox
        try:
            outcome = await self._outcome(row)
        except Exception as error:  # only this reply is at fault, so only its own tries are counted
            log.error("reply %d could not be sent: %s", row.lease.key, fault(error))
            await outbox.retry_later(row, fault(error), backoff(row.lease.attempts))
            return
        match outcome:
            case Delivered(message_id=message_id):
                await outbox.mark_sent(row.lease.key, message_id)
            case RetryLater(seconds=seconds, reason=reason):
                # Not counted: however long a platform or the network is away, nobody's answer is given up for it
                # before its time.
                pause = backoff(row.lease.attempts) if seconds is None else max(seconds, SHORTEST_PAUSE)
                log.warning("reply %d waits %.1f seconds: %s", row.lease.key, pause, reason)
                await outbox.retry_later(row, reason, pause, counted=False)
            case Blocked():
                await self._set_blocked(row.to.person, True)
            case Refused(reason=reason):
                log.warning("reply %d refused: %s", row.lease.key, reason)
                await outbox.give_up(row, reason)

    async def _outcome(self, row: OutboxRow) -> Outcome:
        channel = self.channels.get(row.to.channel)
        if channel is None:
            return RetryLater(LONGEST_BACKOFF, "channel is not running here")
        reply = row.reply
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await channel.deliver(row.to.address, reply)
        except TimeoutError:
            return RetryLater(None, "no answer in time")


def backoff(attempts: int) -> float:
    """Seconds before the next try: doubling from one second, jittered by half, at most ``LONGEST_BACKOFF``."""
    return min(LONGEST_BACKOFF, 2.0 ** min(attempts - 1, 20)) * random.uniform(0.5, 1.0)


def fault(error: BaseException) -> str:
    """Kind and place, "KeyError at file.py:12 function"; never the message, which may hold a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else ""
    return type(error).__name__ + place


def _recalled(stored: StoredMemory) -> Memory:
    """What the conversation may still know; language and payload outlive the rest."""
    if stored.text:
        try:
            return Memory.from_json(stored.text)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("a memory that another version of the program wrote is forgotten")
    language: Language | None = "en" if stored.language == "en" else "id" if stored.language == "id" else None
    return Memory(language=language, chosen=language is not None, payload=stored.payload)


async def _survived(work: Awaitable[_Result]) -> _Result | None:
    """What the work gives; None when it failed, which is logged and harms nothing beside it."""
    try:
        return await work
    except StorageUnavailable as error:
        log.error("storage: %s", error)
    except Exception as error:
        log.error("worker: %s", fault(error))
    return None
