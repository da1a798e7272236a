"""Interview (pure): what a message says to a room that asks an officer one question after the other.

Such a room remembers a state with ``at`` (when it was last answered), ``menu`` (actions of the choices it offered) and
``ask`` (true while it waits for words); its buttons have actions that begin with its name and a colon.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.messages import Incoming
from bot.officers.choices import asks, picked

State = dict[str, Any]
"""What was answered so far; JSON values."""

INTERVIEWS = ("usul", "ubah")
"""Rooms in which something is written question by question; one of them at a time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as one room hears it."""

    state: State | None
    """What was answered so far; None when nothing is going on, or nobody went on with it for too long."""
    act: str
    """What the pressed button, or the typed number, of this room asks for, without the room's name; else empty."""
    answers: bool
    """True when it is words in answer to the room's last question."""
    words: str
    """The words, for an answer; may be empty."""

    @property
    def is_late(self) -> bool:
        """True for a button of an interview that is over."""
        return self.state is None and bool(self.act)


def heard(incoming: Incoming, memory: Mapping[str, Any], room: str, now: float, waits: float) -> Heard:
    """What a message says to the room, whose interview is over when ``waits`` seconds long nobody went on with it."""
    state: State | None = memory.get(room)
    if state is not None and now - state["at"] > waits:
        state = None
    action = picked(incoming, memory, room) if state is not None or incoming.kind == "button" else ""
    name, _, act = action.partition(":")
    if name == room:
        return Heard(state, act, answers=False, words="")
    answers = state is not None and incoming.kind == "text" and asks(incoming, memory, room)
    return Heard(state, "", answers, incoming.text.strip() if answers else "")
