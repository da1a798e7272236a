"""Worker: leases messages, has them answered, sends the answers; any number of workers may run on one storage."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath

from bot.channels import Blocked, Channel, Delivered, Refused, RetryLater
from bot.checking.compiled import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.memory import Language, Memory
from bot.conversation.wording import Wording
from bot.messages import Incoming, Reply
from bot.storage import InboxRow, OutboxRow, Storage, StorageUnavailable
from bot.storage import Memory as StoredMemory

log = logging.getLogger(__name__)

AT_ONCE = 20
"""People answered, or written to, at the same time by one worker."""
IDLE_SECONDS = 5.0
"""Longest wait before looking for what another process stored or what comes due."""
LONG_TEXT = 3_000
"""Characters from which a check runs beside the event loop, so that others do not wait."""
LONGEST_BACKOFF = 300.0
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

    async def run(self, stop: asyncio.Event) -> None:
        """Answer and send until ``stop`` is set; then what is in hand is finished and the rest given back."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._repeat(self.answer_some, self.storage.inbox.changed.wait, stop))
            group.create_task(self._repeat(self.send_some, self.storage.outbox.changed.wait, stop))
            await stop.wait()
            self.storage.inbox.changed.ring()
            self.storage.outbox.changed.ring()

    async def _repeat(self, work: Callable[[], Awaitable[int]], wait: Callable[[float], Awaitable[None]], stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                if not await work():
                    await wait(IDLE_SECONDS)
            except StorageUnavailable as error:
                log.error("storage: %s", error)
                await wait(IDLE_SECONDS)

    async def answer_some(self) -> int:
        """Steps 2 to 5 for the messages that wait; how many were taken in hand."""
        rows = await self.storage.inbox.lease(self.owner, AT_ONCE)
        await asyncio.gather(*(self._answer(row) for row in rows))
        return len(rows)

    async def _answer(self, row: InboxRow) -> None:
        try:
            await self._answer_or_raise(row)
        except StorageUnavailable:
            raise
        except Exception as error:  # a fault of the program must not hold up the person's next message
            log.error("message %d could not be answered: %s at %s", row.seq, type(error).__name__, _place(error))
            await self.storage.inbox.retry_later(
                row, type(error).__name__, backoff(row.lease.attempts), apology=(self._apology(),)
            )

    async def _answer_or_raise(self, row: InboxRow) -> None:
        incoming, person = row.incoming, row.sender.person
        if incoming.kind in ("blocked", "unblocked"):
            await self._set_blocked(person, incoming.kind == "blocked")
            await self.storage.inbox.finish(row)
            return
        stored = await self.storage.people.load(person)
        if stored.blocked:
            await self._set_blocked(person, False)
        compiled = self.knowledge()
        result = await self._answered(incoming, _recalled(stored.memory), compiled)
        channel = self.channels[row.sender.channel]
        pieces = [piece for reply in result.replies for piece in channel.fit(reply)]
        await self.storage.inbox.finish(row, pieces, self._kept(result, compiled), result.feedback)

    async def _answered(self, incoming: Incoming, memory: Memory, compiled: Compiled) -> Answer:
        today = datetime.fromtimestamp(self.clock(), UTC).date()
        if len(incoming.text) > LONG_TEXT:
            return await asyncio.to_thread(answer, incoming, memory, compiled, today)
        return answer(incoming, memory, compiled, today)

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

    async def send_some(self) -> int:
        """Step 6 for the replies that wait; how many were taken in hand."""
        rows = await self.storage.outbox.lease(self.owner, AT_ONCE)
        await asyncio.gather(*(self._send(row) for row in rows))
        return len(rows)

    async def _send(self, row: OutboxRow) -> None:
        outbox = self.storage.outbox
        channel = self.channels.get(row.to.channel)
        if channel is None:
            await outbox.retry_later(row, "channel is not running here", LONGEST_BACKOFF, counted=False)
            return
        match await channel.deliver(row.to.address, row.reply):
            case Delivered(message_id=message_id):
                await outbox.mark_sent(row.lease.key, message_id)
            case RetryLater(seconds=None, reason=reason):
                await outbox.retry_later(row, reason, backoff(row.lease.attempts))
            case RetryLater(seconds=seconds, reason=reason):
                await outbox.retry_later(row, reason, seconds or 0.0, counted=False)
            case Blocked():
                await self._set_blocked(row.to.person, True)
            case Refused(reason=reason):
                log.warning("reply %d refused: %s", row.lease.key, reason)
                await outbox.give_up(row, reason)


def backoff(attempts: int) -> float:
    """Seconds before the next try: doubling from one second, jittered by half, at most ``LONGEST_BACKOFF``."""
    return min(LONGEST_BACKOFF, 2.0 ** (attempts - 1)) * random.uniform(0.5, 1.0)


def _recalled(stored: StoredMemory) -> Memory:
    """What the conversation may still know; language and payload outlive the rest."""
    if stored.text:
        return Memory.from_json(stored.text)
    language: Language | None = "en" if stored.language == "en" else "id" if stored.language == "id" else None
    return Memory(language=language, chosen=language is not None, payload=stored.payload)


def _place(error: BaseException) -> str:
    """Where the error was raised, "file.py:12 function"; never its message, which may hold a person's words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else "?"
