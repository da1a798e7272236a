"""Answering: steps 3 to 5 for one leased message, from what is known of the person to replies that wait to be sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import ParamSpec, TypeVar

from bot.channels import Channel
from bot.checking.compiled import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.gathering import cries_for_help
from bot.conversation.memory import Language, Memory
from bot.conversation.own_data import concerns_own_data
from bot.conversation.wording import Wording
from bot.deeds import Opening, deeds, kept_for
from bot.limits import LONGEST_RUSH, Limits
from bot.messages import Incoming, Reply
from bot.metrics import Metrics
from bot.officers.desk import Desk, Standing
from bot.officers.group_changes import GroupChanged, let_go
from bot.officers.rule_figures import RuleCounter
from bot.one_go import OneGo, in_one_go
from bot.steps import step
from bot.storage import InboxRow, Recipient, Retention, Storage, StoredPerson
from bot.storage import Memory as StoredMemory

log = logging.getLogger(__name__)
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

LONG_TEXT = 3_000
"""Characters from which a check runs beside the event loop, so that others do not wait."""


@dataclass(frozen=True, slots=True)
class Answering:
    """What is needed to answer."""

    storage: Storage
    """Inbox, outbox and people."""
    channels: Mapping[str, Channel]
    """Channels by name."""
    knowledge: Callable[[], Compiled]
    """The knowledge in use; a message finishes on the one it started with."""
    clock: Callable[[], float]
    """UTC seconds."""
    quiet: float = 0.0
    """Seconds without a further message after which what a person sent in one go is complete; 0: each by itself."""
    limits: Limits = field(default_factory=Limits)
    """How much is answered in a minute."""
    retention: Retention = field(default_factory=Retention)
    """How long things are kept."""
    metrics: Metrics = field(default_factory=Metrics)
    """What is counted."""
    desk: Desk | None = None
    """Where officers are served; None: nowhere."""
    opening: Opening = field(default_factory=Opening)
    """How a case is opened."""
    rules: RuleCounter | None = None
    """Where it is counted what each rule finds; None: nowhere."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a message is thought about: one after the other, so that updates are taken between two of them."""

    async def answer(self, row: InboxRow) -> None:
        """Answer the message, or put it back when more may belong to it or too many people write.

        Raises StorageUnavailable, or any other exception for a fault of the program; nothing is written then.
        """
        sent = in_one_go(row, self.quiet)
        compiled = self.knowledge()
        if sent.until > self.clock() and not await self._cries(sent, compiled):
            await self.storage.inbox.wait_for_more(sent.row, sent.until)
        elif sent.incoming.kind in ("blocked", "unblocked"):
            await self.set_blocked(sent.row.sender.person, sent.incoming.kind == "blocked")
            await self.storage.inbox.finish(sent.row)
        elif sent.incoming.kind in ("put_out", "moved"):
            also = (GroupChanged(sent.incoming, sent.row.sender),) if self.desk else ()
            await self.storage.inbox.finish(sent.row, also=also)
        elif sent.incoming.overheard:
            await self._answer_officer(sent, compiled)
        else:
            await self._answer_person(sent, compiled)

    async def _answer_officer(self, sent: OneGo, compiled: Compiled) -> None:
        """What was overheard in a group is for the desk or for nobody; nothing is kept of who wrote it."""
        sender, handled = sent.row.sender, None
        if self.desk:
            now = self.clock()
            standing = await self.desk.standing(sender.person, now)
            handled = await self.desk.handle(sent.incoming, sender, compiled, now, standing)
        pieces, also = (self._pieces(handled.replies, sender), handled.deeds) if handled else ([], ())
        await self.storage.inbox.finish(sent.row, pieces, also=also)

    async def _answer_person(self, sent: OneGo, compiled: Compiled) -> None:
        person = sent.row.sender.person
        stored, standing = await self._known(person)
        if stored.blocked and not sent.incoming.in_group:  # who writes in a group has not restarted the bot
            await self.set_blocked(person, False)
        memory = _recalled(stored.memory)
        came_at = sent.row.lease.created_at
        pace = memory.pace.after(1 + len(sent.row.behind), came_at)
        paced = replace(memory, pace=pace)
        verdict = self.limits.verdict(pace)
        if verdict != "free" and not (verdict == "doubtful" and await self._is_urgent(sent, memory, compiled)):
            await self._too_much(sent, paced, compiled)
        elif await self._rush(came_at) and not await self._is_urgent(sent, memory, compiled):
            await self._postpone(sent, memory, compiled)
        else:
            await self._answer_now(sent, paced, compiled, standing)

    async def _known(self, person: str) -> tuple[StoredPerson, Standing]:
        """What is known of a person, and what they are to the desk; in one look."""
        if self.desk is None:
            return await self.storage.people.load(person), Standing()
        return await self.desk.known(person, self.clock())

    async def _answer_now(self, sent: OneGo, memory: Memory, compiled: Compiled, standing: Standing) -> None:
        sender = sent.row.sender
        if self.desk and (handled := await self.desk.handle(sent.incoming, sender, compiled, self.clock(), standing)):
            pieces = self._pieces(handled.replies, sender)
            if await self.storage.inbox.finish(sent.row, pieces, self._kept(memory, compiled), also=handled.deeds):
                self._count(sent, Answer((), memory, kind="desk"), len(pieces))
            return
        kept = await kept_for(sent.incoming, sender, self.storage, self.retention)
        with step("answer"):
            result = await self._aside(sent.incoming, answer, sent.incoming, memory, compiled, self._today(), kept)
        pieces = self._pieces(result.replies, sender)
        remembered = None if result.erases else self._kept(result.memory, compiled)
        said, also = deeds(result, pieces, sender, self.retention, compiled, self.opening)
        if await self.storage.inbox.finish(sent.row, said, remembered, result.feedback, also):
            self._count(sent, result, len(pieces))

    def _pieces(self, replies: Iterable[Reply], sender: Recipient) -> list[Reply]:
        return [piece for reply in replies for piece in self.channels[sender.channel].fit(reply)]

    def _count(self, sent: OneGo, result: Answer, replies: int) -> None:
        kind = result.kind or ("command" if sent.incoming.kind == "text" else sent.incoming.kind)
        seconds = max(0.0, self.clock() - sent.row.lease.created_at)
        self.metrics.answers.labels(kind, result.level).inc()
        self.metrics.answered_seconds.observe(seconds)
        with_it = [other.seq for other in sent.row.behind]
        if self.rules is not None:
            self._count_rules(self.rules, result)
        told = {"kind": kind, "level": result.level, "replies": replies, "seconds": round(seconds, 3)}
        log.info("answered", extra=told | ({"with": with_it} if with_it else {}))

    def _count_rules(self, rules: RuleCounter, result: Answer) -> None:
        rules.found(result.found)
        if result.feedback is not None:
            wrong = result.feedback.verdict in ("not_offer", "milder")
            (rules.rejected if wrong else rules.confirmed)(result.feedback.rules)

    async def _too_much(self, sent: OneGo, memory: Memory, compiled: Compiled) -> None:
        """Say once in a window that it is too much; what else waits of a flood is not looked at any more."""
        self.metrics.limited.labels("person").inc(1 + len(sent.row.behind))
        log.info("too much", extra={"told": not memory.pace.told, "count": memory.pace.count})
        pace, most = memory.pace, self.limits.per_person
        told = () if pace.told else (self._sentence("limit.person", memory, compiled, most=most),)
        kept = self._kept(replace(memory, pace=replace(pace, told=True)), compiled)
        line_until = pace.until if self.limits.verdict(pace) == "over" else 0.0
        await self.storage.inbox.finish(sent.row, told, kept, line_until=line_until)

    async def _postpone(self, sent: OneGo, memory: Memory, compiled: Compiled) -> None:
        """Say once that many people write, and look at the message again a little later."""
        self.metrics.limited.labels("everyone").inc()
        now, pace = self.clock(), memory.pace
        told: tuple[Reply, ...] = ()
        if now - pace.rush_told_at >= LONGEST_RUSH:
            told = (self._sentence("limit.everyone", memory, compiled),)
            memory = replace(memory, pace=replace(pace, rush_told_at=now))
        await self.storage.inbox.postpone(sent.row, now + self.limits.pause(), told, self._kept(memory, compiled))

    async def _rush(self, came_at: float) -> bool:
        return await self.limits.rush(self.storage.outbox, self.clock(), came_at)

    async def _is_urgent(self, sent: OneGo, memory: Memory, compiled: Compiled) -> bool:
        """A cry for help, and what must be done within a minute: erasing."""
        return concerns_own_data(sent.incoming, memory.menu) or await self._cries(sent, compiled)

    async def _cries(self, sent: OneGo, compiled: Compiled) -> bool:
        return await self._aside(sent.incoming, cries_for_help, sent.incoming, compiled)

    async def _aside(
        self, incoming: Incoming, work: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        """What the work gives; what may take long runs beside the event loop."""
        if len(incoming.text) > LONG_TEXT:
            return await asyncio.to_thread(work, *given, **named)
        async with self.turn:
            if self.knowledge().sentences is not None:
                return await asyncio.to_thread(work, *given, **named)
            return work(*given, **named)

    def _kept(self, memory: Memory, compiled: Compiled) -> StoredMemory:
        expires = self.clock() + 3600 * compiled.knowledge.policy.memory_hours
        chosen = memory.language if memory.chosen and memory.language else ""
        return StoredMemory(memory.to_json(), expires, chosen, memory.payload)

    def _sentence(self, key: str, memory: Memory, compiled: Compiled, **values: object) -> Reply:
        return Reply(Wording(compiled.knowledge, memory.language or "id", self._today()).say(key, **values))

    def apology(self) -> Reply:
        """What is said when a message is given up."""
        return self._sentence("service.trouble", Memory(), self.knowledge())

    def _today(self) -> date:
        return datetime.fromtimestamp(self.clock(), UTC).date()

    async def set_blocked(self, person: str, blocked: bool) -> None:
        """Note that a person stopped or restarted the bot; who stopped it is sent nothing more."""
        await self.storage.people.set_blocked(person, blocked)
        if blocked:
            await self.storage.outbox.drop_for(person)

    async def put_out(self, chat: str) -> None:
        """Note that the bot may not write to a chat (its pseudonym) any more; it need be no group of officers."""
        if self.desk:
            change = partial(let_go, now=self.clock(), chat=chat)
            if await self.storage.database.write(change, wakes="outbox"):
                self.storage.outbox.changed.ring()


def _recalled(stored: StoredMemory) -> Memory:
    """What the conversation may still know; language and payload outlive the rest."""
    if stored.text:
        try:
            return Memory.from_json(stored.text)
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("a memory that another version of the program wrote is forgotten")
    language: Language | None = "en" if stored.language == "en" else "id" if stored.language == "id" else None
    return Memory(language=language, chosen=language is not None, payload=stored.payload)
