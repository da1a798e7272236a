"""The room of officers in groups: a group becomes theirs, and the buttons of the cards posted there work.

In a group others read along. So nothing is asked and nothing is typed there: what a pressed button begins goes on in the
officer's private chat. Whoever is no officer sees of all this an alert under their own thumb and nothing else; in every
other way the bot is in an officers' group what it is in any group.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from bot.messages import Reply
from bot.office import OfficeHours
from bot.officers import case_acts, say_group
from bot.officers.case_acts import Act
from bot.officers.case_card import outcome_buttons
from bot.officers.case_room import writing
from bot.officers.cases import case_number, named_area
from bot.officers.commands import WORDS
from bot.officers.desk import DeskTurn, Handled
from bot.officers.group_press import Press, alert
from bot.officers.groups import all_groups, end_group, group_of, make_group, offered_areas
from bot.officers.invitations import LONGEST_NAME
from bot.officers.joining import tidy
from bot.officers.officer import Officer
from bot.officers.roster import still_may
from bot.storage import Recipient
from bot.storage.outbox import tell

COMMAND = "/kelompok_petugas"
_MOST_AREAS = 20


@dataclass(frozen=True, slots=True)
class GroupRoom:
    """Serves officers in groups, and a pengelola who looks after groups in private."""

    hours: OfficeHours
    """For what is shown of promises."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for all that is no matter of officers, or must not be known to be one. Raises StorageUnavailable."""
        incoming, officer = turn.incoming, turn.officer
        if incoming.kind == "button":
            return self._pressed(turn) if incoming.in_group else None
        command, rest = turn.command
        if officer is None or incoming.kind != "text" or command not in WORDS:
            return None
        if command == COMMAND:
            if not officer.may("pengelola"):
                return None
            return _in_group(turn, officer, rest) if incoming.in_group else await _in_private(turn, officer, rest)
        if not incoming.in_group:
            return None
        here = await turn.storage.database.read(partial(group_of, chat=incoming.group))
        return Handled((Reply(say_group.GO_PRIVATE),)) if here else None

    def _pressed(self, turn: DeskTurn) -> Handled | None:
        name, _, rest = turn.incoming.action.partition(":")
        verb, _, rest = rest.partition(":")
        number = case_number(rest.partition(":")[0])
        if name != "kasus":
            return None
        if turn.officer is None or not number:
            return Handled((alert(say_group.FOR_OFFICERS),))
        acts: dict[str, Act] = {
            "take": case_acts.claim_only,
            "show": _nothing_more,
            "answer": writing("answer", turn.now),
            "ask": writing("ask", turn.now),
            "pass": case_acts.offer_hand_on,
            "close": _ask_for_outcome,
        }
        act = acts.get(verb, _nothing_more)
        return Handled(
            (), (Press(turn.sender, turn.incoming.group, number, verb, act, turn.compiled.knowledge, self.hours),)
        )


def read_areas(typed: str) -> tuple[str, ...] | None:
    """The areas of "Barito Utara, Kapuas"; None when there are too many, or one cannot be an area's name."""
    areas = tuple(dict.fromkeys(filter(None, map(tidy, typed.split(",")))))
    fit = len(areas) <= _MOST_AREAS and all(len(one) <= LONGEST_NAME and one.isprintable() for one in areas)
    return areas if fit else None


def _nothing_more(turn: case_acts.Turn) -> tuple[Reply, ...]:
    return ()


def _ask_for_outcome(turn: case_acts.Turn) -> tuple[Reply, ...]:
    number = turn.case.number
    return (Reply(f"Bagaimana akhirnya kasus {number}?", outcome_buttons(number)),)


def _in_group(turn: DeskTurn, officer: Officer, rest: str) -> Handled:
    incoming, sender = turn.incoming, turn.sender
    if rest.lower() == "lepas":
        return Handled((), (_End(officer.id, sender, chat=incoming.group),))
    areas = read_areas(rest)
    if areas is None:
        return Handled((Reply(say_group.HOW_TO_NAME_AREAS),))
    chat = Recipient(sender.channel, incoming.group, incoming.group_address)
    return Handled((), (_Make(officer.id, sender, chat, areas),))


async def _in_private(turn: DeskTurn, officer: Officer, rest: str) -> Handled:
    word, _, number = rest.partition(" ")
    number = number.strip()
    if word.lower() == "lepas" and number.isascii() and number.isdecimal() and len(number) <= 9:
        return Handled((), (_End(officer.id, turn.sender, number=int(number)),))
    found = await turn.storage.database.read(all_groups)
    return Handled((Reply(say_group.listed(found)),))


@dataclass(frozen=True, slots=True)
class _Make:
    """A deed; of who is no pengelola any more it does nothing and says nothing."""

    by: int
    actor: Recipient
    chat: Recipient
    areas: tuple[str, ...]

    def __call__(self, connection: Connection, now: float) -> None:
        if not still_may(connection, self.by, "pengelola"):
            return
        known = offered_areas(connection)
        areas = tuple(dict.fromkeys(named_area(one, known) or one for one in self.areas))
        group = make_group(connection, now, self.chat, areas, self.by)
        tell(connection, replace(self.actor, person=self.chat.person), [Reply(say_group.made(group))], now)


@dataclass(frozen=True, slots=True)
class _End:
    """A deed: the group in which it was said, or the one of this number."""

    by: int
    actor: Recipient
    chat: str = ""
    number: int = 0

    def __call__(self, connection: Connection, now: float) -> None:
        if not still_may(connection, self.by, "pengelola"):
            return
        found = [one for one in all_groups(connection) if self.chat == one.recipient.person or self.number == one.id]
        if not found:
            tell(connection, self.actor, [Reply(say_group.NO_GROUP)], now)
            return
        if end_and_tell(connection, now, found[0].id, self.by) and not self.chat:
            tell(connection, self.actor, [Reply(say_group.ended(found[0]))], now)


def end_and_tell(connection: Connection, now: float, number: int, by: int | None) -> bool:
    """End the group of this number, and say so there; False when there is none. Part of a change for ``Database.write``.

    ``by``: number of the officer who does it; None: an operator.
    """
    group = next((one for one in all_groups(connection) if one.id == number), None)
    if group is None or not end_group(connection, now, group, by):
        return False
    tell(connection, group.recipient, [Reply(say_group.ENDED)], now)
    return True
