"""Deeds: what is to be done for an answer besides saying it, and what must be known of the person before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.conversation.dialogue import Answer
from bot.conversation.own_data import asks_what_is_held
from bot.keeping import Kept, NewCase
from bot.messages import Incoming
from bot.officers.roster import resign
from bot.storage import Recipient, Retention, Storage
from bot.storage.cases import keep_case
from bot.storage.inbox import Deed
from bot.storage.own_data import erase_person

_DAY = 86_400.0


async def kept_for(incoming: Incoming, sender: Recipient, storage: Storage, retention: Retention) -> Kept:
    """What the conversation must know of what is kept; looked up only when the message asks for it."""
    kept = Kept(case_days=int(retention.cases // _DAY), dead_letter_days=int(retention.dead_letters // _DAY))
    if incoming.in_group or not asks_what_is_held(incoming.text):
        return kept
    return replace(kept, held=await storage.held(sender.person))


def deeds(result: Answer, sender: Recipient, retention: Retention) -> tuple[Deed, ...]:
    """What is to be done in the transaction that finishes the message; mostly nothing."""
    if result.erases:
        return (_Erase(sender.person),)
    return () if result.case is None else (_Keep(result.case, sender, retention.cases),)


@dataclass(frozen=True, slots=True)
class _Keep:
    case: NewCase
    sender: Recipient
    seconds: float

    def __call__(self, connection: Connection, now: float) -> None:
        keep_case(connection, self.case, self.sender, now, now + self.seconds)


@dataclass(frozen=True, slots=True)
class _Erase:
    person: str

    def __call__(self, connection: Connection, now: float) -> None:
        resign(connection, now, self.person)
        erase_person(connection, self.person, now)
