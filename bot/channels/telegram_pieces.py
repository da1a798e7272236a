"""A reply in pieces that each are one message on Telegram; pure."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.fields import whole
from bot.messages import Reply

TEXT_LIMIT = 4096
"""UTF-16 units of one message (Bot API 10.0, sendMessage; Telegram counts emoji as two)."""
CAPTION_LIMIT = 1024
"""The same of the words under a picture (sendPhoto)."""


def pieces_of(reply: Reply) -> tuple[Reply, ...]:
    """One or more messages of a length that Telegram takes, in their order; the last one with words has the buttons.

    The words stand under the picture where they fit there; else the picture follows them, without a sound and without
    words.
    """
    text, picture = whole(reply.text), reply.picture
    if picture is not None and units(text) <= CAPTION_LIMIT:
        return (replace(reply, text=text),)
    *first, last = _split(text)
    words = (
        *(replace(reply, text=piece, buttons=(), picture=None) for piece in first),
        replace(reply, text=last, picture=None),
    )
    return words if picture is None else (*words, Reply("", quiet=True, picture=picture))


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def _split(text: str) -> list[str]:
    """Pieces of at most TEXT_LIMIT UTF-16 units, cut at the last line end that fits, else at a space, else anywhere."""
    pieces = []
    while units(text) > TEXT_LIMIT:
        longest = text.encode("utf-16-le")[: 2 * TEXT_LIMIT].decode("utf-16-le", "ignore")
        cut = max(longest.rfind("\n"), 0) or max(longest.rfind(" "), 0) or len(longest)
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text]
