"""Shown: other people's words inside our own messages, so that they are read as words and do nothing.

A recruiter's text may hold marks that turn the order of letters around, hide, or pile up; and chat programs make links,
names and commands of what looks like one, to be tapped. The words stay as they were to the eye.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u2060"
"""Word joiner: nothing to the eye, and to a chat program the end of a link, name or command."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_KEPT_FORMAT = "\u200c\u200d"
"""Format characters that letters and emoji are joined with; all others are left out."""
_MOST_MARKS = 3
"""Accents on one letter; more than any language of the region needs."""
_PILE = re.compile(rf"((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]){{{_MOST_MARKS}}})"
                   r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip
_TAPPED = re.compile(r"(?<!\w/)(?<=/)(?=\w)|(?<=@)(?=\w)|(?<=\w\.)(?=[^\W\d_])|(?<=:/)(?=/)")
"""Where something that can be tapped is broken: "/start", "@name", "bit.ly", "https://"."""
_FRAME = str.maketrans("“”", "‘’")
"""A quote cannot end the quotation that it stands in."""


def shown_quote(words: str) -> str:
    """The words on one line, harmless inside a message of ours; the same to the eye."""
    return _untapped(" ".join(plain(words).translate(_FRAME).split()))


def shown_lines(words: str) -> str:
    """The same with its line breaks."""
    return "\n".join(_untapped(" ".join(line.split())) for line in plain(words).splitlines())


def plain(words: str) -> str:
    """The words without marks that hide, turn around or pile up; line breaks stay."""
    if words.isascii() and words.isprintable():
        return words
    kept = (character for character in words if _is_seen(character))
    return _PILE.sub(r"\1", "".join(kept))


def _is_seen(character: str) -> bool:
    if character in "\n\t\r\u2028\u2029" or character in _KEPT_FORMAT:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")


def _untapped(line: str) -> str:
    """Nothing in the line can be tapped, and letters that are read from the right turn only themselves."""
    line = _TAPPED.sub(_JOINER, line)
    if not line.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in line):
        return f"{_ISOLATE}{line}{_END_ISOLATE}"
    return line
