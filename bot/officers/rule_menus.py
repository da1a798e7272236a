"""Rule menus: the choices that the rooms of proposals and of rules offer, one menu at a time for both."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.messages import Reply
from bot.officers.choices import menu, offered, picked
from bot.officers.desk import DeskTurn, Handled, Remember
from bot.officers.officer import Officer, all_officers
from bot.officers.promise import day_of

ROOM = "aturan"
"""Under which both rooms remember, so that whatever one of them offers takes the place of what the other asked."""
SHOWN = 10
"""Rules, proposals or revisions in one message."""
_NUMBERS_MEAN = 3600.0
"""Seconds for which a typed number stands for a button."""


def pressed(turn: DeskTurn, officer: Officer) -> str:
    """The action of the button that was pressed, or whose number was typed while it still means one; else empty."""
    state = officer.memory.get(ROOM) or {}
    fresh = turn.incoming.kind == "button" or turn.now - state.get("at", 0.0) < _NUMBERS_MEAN
    return picked(turn.incoming, officer.memory, ROOM) if fresh else ""


def offer(turn: DeskTurn, officer: Officer, text: str, *choices: tuple[str, str]) -> Handled:
    """The text with a button for each (label, action), whose numbers may be typed from now on."""
    return offer_reply(turn, officer, offered(text, *choices))


def offer_reply(turn: DeskTurn, officer: Officer, reply: Reply) -> Handled:
    """The reply, the numbers of whose buttons may be typed from now on."""
    return Handled((reply,), (Remember(officer, ROOM, {"menu": menu(reply), "at": turn.now}),))


def names_of_officers(connection: Connection) -> dict[int, str]:
    """By number, everybody who is an officer now."""
    return {officer.id: officer.name for officer in all_officers(connection)}


def written_day(at: float) -> str:
    """The day in UTC on which ``at`` (UTC seconds) lies, as 24-11-2026."""
    return day_of(at).strftime("%d-%m-%Y")
