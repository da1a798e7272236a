"""Choices (pure): buttons that can also be typed as numbers, and what of them somebody chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.messages import Button, Incoming, Reply

LONGEST_LABEL = 24
"""Characters on a button, its number included."""


def offered(text: str, *choices: tuple[str, str]) -> Reply:
    """The text with a button for each (label, action), numbered."""
    return Reply(text, tuple(Button(_label(number, label), action) for number, (label, action) in enumerate(choices, 1)))


def menu(reply: Reply) -> list[str]:
    """The actions of a reply's buttons in order, for `chosen` at the next message."""
    return [button.action for button in reply.buttons]


def chosen(incoming: Incoming, actions: Sequence[str]) -> str:
    """The action of the button that was pressed, or whose number was typed; empty for anything else."""
    if incoming.kind == "button":
        return incoming.action
    text = incoming.text.strip().rstrip(".)")
    number = int(text) if text.isdecimal() and len(text) <= 2 else 0
    return actions[number - 1] if 1 <= number <= len(actions) else ""


def picked(incoming: Incoming, memory: Mapping[str, Any], room: str) -> str:
    """As `chosen`, for the room that offered choices last: a typed number is meant for no other."""
    state = memory.get(room) or {}
    last = next((name for name in reversed(tuple(memory)) if (memory[name] or {}).get("menu")), "")
    return chosen(incoming, state.get("menu", ()) if last == room else ())


def asks(incoming: Incoming, memory: Mapping[str, Any], room: str) -> bool:
    """True when these words answer the room: of all whose state has an ``ask`` it asked last, and they are no number that
    a later menu of another room offers."""
    states = [(name, state or {}) for name, state in reversed(tuple(memory.items()))]
    last, state = next(((name, state) for name, state in states if state.get("menu") or state.get("ask")), ("", {}))
    if last != room and chosen(incoming, state.get("menu", ())):
        return False
    return next((name for name, state in states if state.get("ask")), "") == room


def _label(number: int, label: str) -> str:
    return f"{number}. {label}"[:LONGEST_LABEL]
