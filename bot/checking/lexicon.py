"""Lexicon: which words and word groups of the knowledge a written word can stand for.

A *word id* names one word as officers write it. A *symbol* is what phrases are made of: a word, a list, a choice or a
fact. Every word id carries the symbols it shows when it stands alone; word groups carry theirs at the end of a small
tree over word ids.
"""

from __future__ import annotations

import weakref
from array import array
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import OSA

from bot.checking.word_forms import without_suffix

_DIGIT_LETTERS = (str.maketrans("0134578962", "oieastbgg2"), str.maketrans("01345789", "oleastbg"))
_ZERO_DIGITS = str.maketrans("123456789", "000000000")
SHORTEST_FUZZY = 4
LONGEST_FUZZY = 24
KNOWN_WORDS_CACHED = 1 << 16


@dataclass(slots=True)
class GroupNode:
    """A step in the tree of word groups."""

    children: dict[int, GroupNode] = field(default_factory=dict)
    """Word id → next step."""
    symbols: tuple[int, ...] = ()
    """Symbols of the group that ends here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one written word stands for."""

    words: tuple[int, ...]
    """Word ids; empty for a word the knowledge does not know."""
    split: int = 0
    """Length of the first part when two words were written as one ("pasporasli", "jalan2"), else 0."""
    rest: tuple[int, ...] = ()
    """Word ids of the second part of a split word."""


UNKNOWN = Reading(())


class Lexicon:
    """Words of the knowledge with their spellings; immutable once built.

    ``read(word)`` and ``standard(word)`` are cached, so that common words cost one look-up.
    """

    def __init__(self, surfaces: Mapping[str, tuple[int, ...]], rigid: Set[str], exact_only: frozenset[int],
                 ordinary: frozenset[str], alone: tuple[tuple[int, ...], ...], groups: Mapping[int, GroupNode],
                 names: tuple[str, ...]) -> None:  # fmt: skip
        """``surfaces``: spelling → word ids; ``rigid``: spellings that no typo leads to; ``exact_only``: word ids that no
        ending and no typo may lead to; ``names``: by word id, the word as officers write it."""
        self._surfaces = surfaces
        self._exact_only = exact_only
        self._ordinary = ordinary
        self.alone = alone
        self.groups = groups
        self._names = names
        self._fuzzy = tuple(
            word for word, ids in surfaces.items()
            if len(word) >= SHORTEST_FUZZY and word not in rigid and self._loose(ids)
        )  # fmt: skip
        self._deletions = _Deletions(self._fuzzy)
        me = weakref.proxy(self)  # no circle, so that what is replaced goes at once, without a look for garbage
        self.read: Callable[[str], Reading] = lru_cache(KNOWN_WORDS_CACHED)(lambda word: me._read(word))
        self.standard: Callable[[str], tuple[str, ...]] = lru_cache(KNOWN_WORDS_CACHED)(lambda word: me._standard(word))

    def __len__(self) -> int:
        return len(self._surfaces)

    def _standard(self, word: str) -> tuple[str, ...]:
        """Standard words of a written word: "gk" → "tidak", "pspor" → "paspor", "pasporasli" → "paspor", "asli".

        Itself when the knowledge does not know it, with 0 for every digit.
        """
        read = self.read(word)
        names = [self._names[ids[-1]].removeprefix("=") for ids in (read.words, read.rest) if ids]
        return tuple(" ".join(names or [word]).translate(_ZERO_DIGITS).split(" "))

    def meaning(self, word: str) -> tuple[frozenset[str], int, frozenset[str]]:
        """What a written word is read as: the words as officers write them, and where it is split into two (0: not)."""
        read = self.read(word)
        return frozenset(map(self._names.__getitem__, read.words)), read.split, frozenset(map(self._names.__getitem__, read.rest))

    def exact(self, word: str) -> tuple[int, ...]:
        """Word ids of exactly this spelling; empty if there is none."""
        return self._surfaces.get(word, ())

    def _read(self, word: str) -> Reading:
        exact = self._surfaces.get(word, ())
        if self._loose(exact):
            return Reading(tuple(dict.fromkeys(exact + self._stems(word))))
        reading = self._read_loosely(word)
        return Reading(exact + reading.words, reading.split, reading.rest) if exact else reading

    def _loose(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Without the ids that want their exact spelling."""
        return tuple(found for found in ids if found not in self._exact_only)

    def _read_loosely(self, word: str) -> Reading:
        if word in self._ordinary:
            return UNKNOWN
        if found := self._known(word):
            return Reading(found)
        if any(stem in self._ordinary for stem in without_suffix(word)):
            return UNKNOWN
        if not word.isalpha():
            return self._read_mixed(word)
        if len(word) > LONGEST_FUZZY:
            return self._split(word)
        if found := self._misspelt(word):
            return Reading(found)
        return self._split(word)

    def _known(self, word: str) -> tuple[int, ...]:
        return self._loose(self._surfaces.get(word, ())) or self._stems(word)

    def _stems(self, word: str) -> tuple[int, ...]:
        """Word ids of the longest known word that is left without an ending: "tiketnya" is also "tiket"."""
        for stem in without_suffix(word):
            if found := self._loose(self._surfaces.get(stem, ())):
                return found
        return ()

    def _read_mixed(self, word: str) -> Reading:
        """ "k4mb0ja", "jalan2", "org2nya": digits for letters, or 2 for a word that stands twice."""
        base, two, tail = word.partition("2")
        if two and base.isalpha() and (not tail or tail.isalpha()) and (found := self._known(base)):
            return Reading(found, len(base), found)
        letters = sum(character.isalpha() for character in word)
        if not letters or len(word) < 4:
            return UNKNOWN
        for table in _DIGIT_LETTERS:
            plain = word.translate(table)
            if plain.isalpha() and (
                found := self._known(plain) or (self._misspelt(plain) if letters * 2 >= len(word) else ())
            ):
                return Reading(found)
        return UNKNOWN

    def _misspelt(self, word: str) -> tuple[int, ...]:
        """Word ids of the nearest spellings within ``allowed_edits``; a swap of two letters is one edit."""
        if len(word) < SHORTEST_FUZZY:
            return ()
        best: list[str] = []
        limit = allowed_edits(len(word))
        for index in self._deletions.near(word):
            known = self._fuzzy[index]
            cutoff = min(limit, allowed_edits(len(known)))
            distance = OSA.distance(word, known, score_cutoff=cutoff)
            if distance > cutoff or (min(len(word), len(known)) < 6 and word[0] != known[0]):
                continue
            if distance < limit:
                best, limit = [known], distance
            else:
                best.append(known)
        return tuple(dict.fromkeys(found for known in best for found in self._loose(self._surfaces[known])))

    def _split(self, word: str) -> Reading:
        """Two known words written as one: "pasporasli"."""
        for cut in range(len(word) - 3, 2, -1):
            if (first := self._loose(self._surfaces.get(word[:cut], ()))) and (rest := self._known(word[cut:])):
                return Reading(first, cut, rest)
        return UNKNOWN


def allowed_edits(length: int) -> int:
    """Edits a word of this length may differ by: 0 under four letters, 1 up to nine, 2 from ten.

    Two edits from eight letters read three times as many common Indonesian words wrongly (1,453 of 10,000 against 459)
    and found nothing more in the examples (24 Nov 2026).
    """
    return 0 if length < SHORTEST_FUZZY else 1 if length < 10 else 2


def _deletes(word: str, edits: int) -> set[str]:
    found = {word}
    layer = {word}
    for _ in range(edits):
        layer = {shorter[:cut] + shorter[cut + 1 :] for shorter in layer for cut in range(len(shorter))}
        found |= layer
    return found


class _Deletions:
    """Words with letters left out, and the words they may come from.

    Hashes in two arrays take a tenth of the memory of a dictionary of strings; where two meet, the edit distance
    refuses the wrong word.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        hashes = array("q")
        numbers = array("i")
        for number, word in enumerate(words):
            if len(word) <= LONGEST_FUZZY:
                shorter = _deletes(word, allowed_edits(len(word)))
                hashes.extend(map(hash, shorter))
                numbers.extend([number] * len(shorter))
        unsorted = np.frombuffer(hashes, dtype=np.int64)
        order = np.argsort(unsorted, kind="stable")
        self._hashes = unsorted[order]
        self._numbers = np.frombuffer(numbers, dtype=np.int32)[order]

    def near(self, word: str) -> list[int]:
        """Numbers of the words that may be within `allowed_edits`, each once, in order."""
        deletes = _deletes(word, allowed_edits(len(word)))
        wanted = np.fromiter(map(hash, deletes), dtype=np.int64, count=len(deletes))
        starts = self._hashes.searchsorted(wanted)
        ends = self._hashes.searchsorted(wanted, side="right")
        found = [self._numbers[start:end] for start, end in zip(starts, ends, strict=True) if start < end]
        return sorted({number for part in found for number in part.tolist()})
