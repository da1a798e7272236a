"""Frames: how a message speaks, apart from the letters it is written in.

Its standard words and pairs of them, those that it opens and closes with, and those that are its own and not quoted: who
warns with a whole advert speaks like the advert, except around it. Each view has its own share of what is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.checking.grams import LONGEST_READ, Grams, bucket_of
from bot.checking.text import Text

FRAME_SHARES: Final = (0.4, 0.15, 0.15, 0.3)
"""Weight of the views (all words, opening, closing, own words) beside ``LETTERS_SHARE``; tried on hands held out."""
REACH: Final = 10
"""Words of an opening or a closing."""

Hashes = NDArray[np.uint64]

_OPEN, _CLOSE = np.uint64(0x5BD1E995), np.uint64(0x2545F491)
"""Stand before the first and behind the last word."""
_NEXT = np.uint64(0xC2B2AE3D27D4EB4F)
_VIEW = 0x9E3779B97F4A7C15
_QUOTED = re.compile(
    r"""["“”«»][^"“”«»]{12,}["“”«»]|(?<!\w)['‘][^'‘’]{12,}['’](?!\w)|^[ \t]*(?:>|\[\d{1,2}[:.]\d{2})[^\n]*$""",
    re.MULTILINE,
)


def read_frames(text: Text, standard: Sequence[Sequence[str]]) -> tuple[Grams, ...]:
    """The views of a message, in the order of ``FRAME_SHARES``; pure, about 0.1 ms for 400 characters.

    ``standard``: for each of ``text.tokens`` its standard words.
    """
    read = standard[: LONGEST_READ // 4]
    places = np.repeat(np.arange(len(read)), [len(words) for words in read])
    hashes = np.fromiter((_hash(word) for words in read for word in words), dtype=np.uint64, count=len(places))
    own = _own_words(text)[places]
    return (
        _view(0, hashes, places),
        _view(1, hashes[:REACH], places[:REACH], opens=True),
        _view(2, hashes[-REACH:], places[-REACH:], closes=True),
        _view(3, hashes[own], places[own], opens=True, closes=True),
    )


def _view(number: int, hashes: Hashes, places: NDArray[np.int64], opens: bool = False, closes: bool = False) -> Grams:
    """Words and pairs of neighbours; with ``opens`` and ``closes`` also what stands at the edges."""
    if not len(hashes):
        none = np.zeros(0, dtype=np.int32)
        return Grams(none, none, none)
    before = [_OPEN] * opens
    behind = [_CLOSE] * closes
    row = np.concatenate((before, hashes, behind)).astype(np.uint64)
    at = np.concatenate((places[:1][: len(before)], places, places[-1:][: len(behind)])).astype(np.int32)
    words = hashes * np.uint64(3)
    pairs = row[:-1] * _NEXT + row[1:]
    buckets = bucket_of(np.concatenate((words, pairs)) + np.uint64(_VIEW * (number + 1) % 2**64))
    return Grams(
        buckets, np.concatenate((places, at[:-1])).astype(np.int32), np.concatenate((places, at[1:])).astype(np.int32)
    )


def _own_words(text: Text) -> NDArray[np.bool_]:
    """For each word whether it stands outside of quotations and copied lines."""
    own = np.ones(len(text.tokens), dtype=np.bool_)
    quotes = [match.span() for match in _QUOTED.finditer(text.original, 0, LONGEST_READ)]
    if quotes:
        starts = [text.origin[token.start] for token in text.tokens]
        for start, end in quotes:
            own[bisect_left(starts, start) : bisect_left(starts, end)] = False
    return own


@lru_cache(1 << 16)
def _hash(word: str) -> int:
    """64 bits, the same in every process."""
    data = word.encode("utf-8", "surrogatepass")
    return crc32(data) << 32 | crc32(data[::-1] + b"!")
