"""A pressed button under a card in a group: the case is claimed for who pressed, and all else goes on in private."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.knowledge.loading import Knowledge
from bot.messages import Reply
from bot.office import OfficeHours
from bot.officers import say_group
from bot.officers.case_acts import GONE, Act, Turn, refused
from bot.officers.case_opening import card_of
from bot.officers.cases import find_case
from bot.officers.groups import group_of
from bot.officers.officer import officer_of
from bot.storage import Recipient
from bot.storage.outbox import tell
from bot.storage.people import load_person


def alert(words: str) -> Reply:
    """Seen by who pressed the button and by nobody else."""
    return Reply(words, alert=True)


@dataclass(frozen=True, slots=True)
class Press:
    """A deed: somebody who was an officer a moment ago presses a button in a group."""

    sender: Recipient
    """Who, with the address of the press."""
    chat: str
    """The group's pseudonym; it need not be an officers' group any more."""
    number: str
    """Of which case."""
    verb: str
    """What is to be done with it, as in the button's action."""
    act: Act
    """The same; what it says is said in private."""
    knowledge: Knowledge
    """For what is said."""
    hours: OfficeHours
    """For what is shown."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        if words := self._done(connection, now):
            tell(connection, self.sender, [alert(words)], now)

    def _done(self, connection: Connection, now: float) -> str:
        """What only the presser sees; empty when the group hears how it went."""
        officer = officer_of(connection, self.sender.person)
        if officer is None:
            return say_group.FOR_OFFICERS
        if load_person(connection, officer.recipient.person, now).blocked:
            return say_group.UNBLOCK
        before = find_case(connection, self.number, change=True)
        if before is None:
            return GONE
        under = replace(self.sender, person=self.chat)
        turn = Turn(connection, now, officer, before, self.knowledge, self.hours, under)
        may_hand_on = self.verb == "pass" and officer.may("penyunting")
        if self.verb != "show" and (why := refused(turn)) and not (may_hand_on and before.state != "closed"):
            return why
        replies = self.act(turn)
        case = find_case(connection, self.number) or before
        claimed = case.claimed_by == officer.id != before.claimed_by
        if claimed or self.verb in ("take", "show"):
            if self.verb == "show":
                turn.note("show")
            title = f"✅ Kasus {case.number} sekarang Anda tangani." if case.claimed_by == officer.id else ""
            replies = (card_of(connection, case, self.knowledge, self.hours, title), *replies)
        tell(connection, officer.recipient, replies, now)
        here = group_of(connection, self.chat)
        told = claimed and case.announced_at is not None and here is not None and here.covers(case.area)
        return "" if told else say_group.IN_PRIVATE
