"""Text: a message made comparable, with a map back so that a quote is exactly what the person wrote.

``norm`` is the readable copy (lower case, look-alikes folded, invisible characters dropped); ``tokens`` are its words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.checking.lookalikes import LOOKALIKES

LONGEST = 20_000
"""Characters read of one message; what comes after is cut and the person is told."""

# A flag is a word of its own: a pair of regional indicators.
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
_WORD = re.compile(r"[\U0001f1e6-\U0001f1ff]{2}|[^\W_]+(?:(?:['’`*]|(?<=[a-z])[@$](?=[a-z]))[^\W_]+)*")
_INSIDE = str.maketrans({"'": "", "’": "", "`": "", "*": "", "@": "a", "$": "s"})
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SENTENCE_END = re.compile(
    r"[.!?;…](?<!\bno\.)(?<!\bpt\.)(?<!\bcv\.)(?<!\bjl\.)(?<!\brp\.)(?<!\bkep\.)(?<!\btelp\.)(?:\s|$)|[•●▪✅✔➡👉📌]|\n\s*"
)
"""An end of a sentence or line; "No. 12", "PT. Maju", "Kep. Menaker" go on."""
_LETTER_GAP = re.compile(r"[ .\-_·,|/]{1,3}")


class Token(NamedTuple):
    """One word of the message (a named tuple: messages have hundreds, and it is the cheapest to make)."""

    word: str
    """Normalised letters and digits: "15jt", "gajinya", "k4mb0ja"; letters spaced out are joined."""
    start: int
    """Offset in ``Text.norm`` of its first character."""
    end: int
    """Offset in ``Text.norm`` past its last character."""
    sentence: int
    """0, 1, 2 …: words of one sentence or line share it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message and its normalised copy."""

    original: str
    """Exactly what the person wrote, at most ``LONGEST`` characters of it."""
    norm: str
    """Normalised copy; punctuation, digits, currency signs, flags and line breaks are kept."""
    origin: Sequence[int]
    """Offset in ``original`` of each character of ``norm``; one entry more for the end."""
    tokens: tuple[Token, ...]
    """Words in order; may be empty."""
    truncated: bool
    """True when the message was longer than what is read."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``original`` of the stretch ``norm[start:end]``; whole characters, marks included."""
        if start >= end:
            return self.origin[start], self.origin[start]
        return self.origin[start], self._character_end(self.origin[end - 1])

    def _character_end(self, index: int) -> int:
        end = index + 1
        while end < len(self.original) and _fold(self.original[end]) == "" and self.original[end] not in "\r\n":
            end += 1
        return end


_folded: dict[str, str] = {}


def _fold(character: str) -> str:
    """What a character reads as: "𝗣" → "p", "р" (Cyrillic) → "p", a zero-width joiner → ""."""
    found = _folded.get(character)
    if found is None:
        found = _fold_new(character)
        if len(_folded) < 50_000:
            _folded[character] = found
    return found


def _fold_new(character: str) -> str:
    known = LOOKALIKES.get(character)
    if known is not None:
        return known
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Cs", "Co"):
        return ""
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return "\n" if character in "\n\u2028\u2029" else " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    parts = unicodedata.normalize("NFKD", character).lower()
    return "".join(LOOKALIKES.get(part, part) for part in parts if unicodedata.category(part) not in ("Mn", "Cf", "Me"))


def _normalise(original: str) -> tuple[str, Sequence[int]]:
    if original.isascii():
        return original.replace("\r", " ").replace("\t", " ").lower(), range(len(original) + 1)
    parts: list[str] = []
    origin: list[int] = []
    for run in _RUNS.finditer(original):
        start, end = run.span()
        piece = run.group()
        if end - start > 1 or piece < "\x80":
            parts.append(piece.replace("\r", " ").replace("\t", " ").lower())
            origin.extend(range(start, end))
        elif folded := _fold(piece):
            parts.append(folded)
            origin.extend([start] * len(folded))
    origin.append(len(original))
    return "".join(parts), origin


def _breaks(original: str, norm: str, origin: Sequence[int]) -> list[int]:
    """Offsets in ``norm`` where a sentence or line ends; a line that goes on in small letters is a wrapped one."""
    found = []
    for match in _SENTENCE_END.finditer(norm):
        start, end = match.span()
        if norm[start] == "\n" and end < len(norm) and match.group().count("\n") == 1:
            if original[origin[end]].islower():
                continue
        found.append(start)
    found.append(len(norm) + 1)
    return found


def _words(norm: str, breaks: list[int]) -> list[Token]:
    stretched = _STRETCHED.search(norm) is not None
    tokens: list[Token] = []
    sentence = 0
    for match in _WORD.finditer(norm):
        start, end = match.span()
        word = match.group()
        while breaks[sentence] < start:
            sentence += 1
        if not word.isalnum():
            word = word.translate(_INSIDE)
        if stretched and end - start > 3:
            word = _STRETCHED.sub(r"\1", word)
        tokens.append(Token(word, start, end, sentence))
    return tokens


def _join_spaced_letters(norm: str, tokens: list[Token]) -> list[Token]:
    """Join "g a j i" and "k.a.m.b.o.j.a": three or more single characters with equal gaps."""
    if sum(len(token.word) == 1 for token in tokens) < 3:
        return tokens
    joined: list[Token] = []
    index = 0
    while index < len(tokens):
        stop = _spaced_run(norm, tokens, index)
        if stop - index >= 3 and sum(token.word.isalpha() for token in tokens[index:stop]) * 2 > stop - index:
            word = "".join(token.word for token in tokens[index:stop])
            joined.append(Token(word, tokens[index].start, tokens[stop - 1].end, tokens[index].sentence))
        else:
            joined.extend(tokens[index:stop])
        index = stop
    return joined


def _spaced_run(norm: str, tokens: list[Token], index: int) -> int:
    """Index past a run of single characters with one and the same gap, starting at ``index``."""
    stop = index + 1
    gap = None
    while stop < len(tokens) and tokens[stop - 1].end - tokens[stop - 1].start == 1 == len(tokens[stop].word):
        between = norm[tokens[stop - 1].end : tokens[stop].start]
        if not _LETTER_GAP.fullmatch(between) or (gap is not None and between != gap):
            break
        gap = between
        stop += 1
    return stop


def read_text(original: str, longest: int = LONGEST) -> Text:
    """The message in comparable form; time is linear in its length, at most ``longest`` characters are read."""
    truncated = len(original) > longest
    if truncated:
        original = original[:longest]
    norm, origin = _normalise(original)
    tokens = _join_spaced_letters(norm, _words(norm, _breaks(original, norm, origin)))
    return Text(original, norm, origin, tuple(tokens), truncated)
