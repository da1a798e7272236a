"""Near duplicates: example messages that say the same in nearly the same words teach nothing and flatter the figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

SHINGLE = 3
"""Words in a row that are compared."""
SAME_FROM = 0.6
"""Share of the shorter message's shingles that makes two messages near duplicates …"""
AND_OF_LONGER = 0.35
"""… when it is also this share of the longer one's, so that a short message inside a long one is none."""
_TOO_COMMON = 40
"""A run of words in more messages than this is a turn of phrase, not a copy."""

_WORD = re.compile(r"\w+")


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """(number, number of an earlier one) for messages that repeat most of an earlier message; time about linear."""
    where: dict[tuple[str, ...], list[int]] = {}
    sizes: list[int] = []
    for number, text in enumerate(texts):
        shingles = _shingles(text)
        sizes.append(len(shingles))
        shared: Counter[int] = Counter()
        for shingle in shingles:
            earlier = where.setdefault(shingle, [])
            if len(earlier) <= _TOO_COMMON:
                shared.update(earlier)
            earlier.append(number)
        for other, count in sorted(shared.items()):  # the first of them, in every process
            shorter, longer = sorted((len(shingles), sizes[other]))
            if count >= SAME_FROM * shorter and count >= AND_OF_LONGER * longer:
                yield number, other
                break


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    if len(words) <= SHINGLE:
        return {("^", *words)} if words else {("^", text.strip())}
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
