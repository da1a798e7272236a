"""Deeds: what is to be done for an answer besides saying it, and what must be known of the person before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from bot.checking.compiled import Compiled
from bot.conversation.dialogue import Answer
from bot.conversation.own_data import asks_what_is_held
from bot.keeping import Kept
from bot.messages import Incoming, Reply
from bot.office import OfficeHours
from bot.officers.case_acts import tell_of_erasing
from bot.officers.case_marks import marks_of
from bot.officers.case_opening import OpenCase
from bot.officers.lessons import KEPT_SECONDS, KeepLesson
from bot.officers.roster import resign
from bot.storage import Recipient, Retention, Storage
from bot.storage.inbox import Deed
from bot.storage.own_data import erase_person

_DAY = 86_400.0


async def kept_for(incoming: Incoming, sender: Recipient, storage: Storage, retention: Retention) -> Kept:
    """What the conversation must know of what is kept; looked up only when the message asks for it."""
    kept = Kept(
        case_days=int(retention.cases // _DAY),
        lesson_days=int(KEPT_SECONDS // _DAY),
        dead_letter_days=int(retention.dead_letters // _DAY),
    )
    if incoming.in_group or not asks_what_is_held(incoming.text):
        return kept
    return replace(kept, held=await storage.held(sender.person))


@dataclass(frozen=True, slots=True)
class Opening:
    """How a case is opened."""

    secret: bytes = field(default=b"", repr=False)
    """Key of the pseudonyms, under which like cases are found; empty: no marks are kept."""
    hours: OfficeHours = field(default_factory=OfficeHours)
    """What is promised."""


def deeds(
    result: Answer,
    pieces: Sequence[Reply],
    sender: Recipient,
    retention: Retention,
    compiled: Compiled,
    opening: Opening,
) -> tuple[Sequence[Reply], tuple[Deed, ...]]:
    """What is to be said and done in the transaction that finishes the message; mostly nothing is to be done.

    ``pieces``: the replies as the channel takes them; what opens a case says them itself, together with its promise.
    """
    if result.erases:
        return pieces, (_Erase(sender.person),)
    if result.lesson is not None:
        return pieces, (KeepLesson(result.lesson, sender.person),)
    if (case := result.case) is None:
        return pieces, ()
    marks = marks_of(case, compiled, opening.secret) if opening.secret else ()
    said = tuple(pieces)
    return (), (OpenCase(case, sender, retention.cases, marks, compiled.knowledge, opening.hours, said),)


@dataclass(frozen=True, slots=True)
class _Erase:
    person: str

    def __call__(self, connection: Connection, now: float) -> None:
        resign(connection, now, self.person)
        tell_of_erasing(connection, self.person, now)
        erase_person(connection, self.person, now)
