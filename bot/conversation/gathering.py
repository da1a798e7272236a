"""Gathering: what a person sends in one go (an album, three forwards, a text and its poster) becomes one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.checking import Compiled, check
from bot.checking.text import LONGEST
from bot.conversation.dialogue import stands_alone
from bot.conversation.reporting import typed_choice
from bot.messages import Incoming


def gathers(incoming: Incoming) -> bool:
    """True when more may follow that belongs to it; False for what is answered at once.

    Commands, buttons, typed choices, edits and whatever is said in a group are answered at once.
    """
    told = incoming.kind in ("text", "unsupported") and not incoming.in_group
    return told and not stands_alone(incoming)


def count_together(said: Sequence[Incoming]) -> int:
    """How many of these messages of one person, from the first on, are read as one; 1 for one that stands alone.

    An edit of one of them belongs to them. Together they are never longer than what is read of one message, so that
    a long text cannot hide the next one. A typed yes or no is read by itself, so that it stays an answer.
    """
    if not gathers(said[0]) or typed_choice(said[0].text):
        return 1
    seen: set[str] = set()
    length = 0
    for count, incoming in enumerate(said):
        belongs = gathers(incoming) or (incoming.kind == "edit" and incoming.id in seen)
        length += len(incoming.text) + 2
        if count and not (belongs and length <= LONGEST):
            return count
        seen.add(incoming.id)
    return len(said)


def gathered(said: Sequence[Incoming]) -> Incoming:
    """The messages as one; ``said`` is not empty.

    It has the id of the last message with words, which is the one that is answered; the words of all, each once and
    those of an edit in place of what it changes; and the origin of the first forward.
    """
    if len(said) == 1:
        return said[0]
    newest = list({incoming.id: _as_said(incoming) for incoming in said}.values())
    worded = [incoming for incoming in newest if incoming.text.strip()]
    shown = (worded or newest)[-1]
    parts = tuple(dict.fromkeys(incoming.text.strip() for incoming in worded))
    return replace(
        shown,
        text="\n\n".join(parts),
        parts=parts if len(parts) > 1 else (),
        attachment=next((incoming.attachment for incoming in newest if incoming.attachment), ""),
        unread=any(incoming.attachment and not incoming.text.strip() for incoming in newest),
        forwarded_from=next((incoming.forwarded_from for incoming in newest if incoming.forwarded_from), ""),
        own_words=len({bool(incoming.forwarded_from) for incoming in worded}) > 1,
    )


def _as_said(incoming: Incoming) -> Incoming:
    """An edit that comes before the answer is simply what was said."""
    return replace(incoming, kind="text") if incoming.kind == "edit" else incoming


def cries_for_help(incoming: Incoming, compiled: Compiled) -> bool:
    """True when it, or a text of it, is an emergency, which waits for nothing more."""
    return any(check(said, compiled).level == "emergency" for said in (incoming.text, *incoming.parts) if said)
