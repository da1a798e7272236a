"""Lexicon: which words and word groups of the knowledge a written word can stand for.

A *word id* names one word as officers write it. A *symbol* is what phrases are made of: a word, a list, a choice or a
fact. Every word id carries the symbols it shows when it stands alone; word groups carry theirs at the end of a small
tree over word ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.checking.text import read_text
from bot.checking.word_forms import verb_forms, without_suffix

_DIGIT_LETTERS = (str.maketrans("0134578962", "oieastbgg2"), str.maketrans("01345789", "oleastbg"))
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

    ``read(word)`` is cached, so that common words cost one look-up.
    """

    def __init__(self, surfaces: Mapping[str, tuple[int, ...]], exact_only: Iterable[str], ordinary: frozenset[str],
                 alone: tuple[tuple[int, ...], ...], groups: dict[int, GroupNode]) -> None:  # fmt: skip
        self._surfaces = surfaces
        self._ordinary = ordinary
        self.alone = alone
        self.groups = groups
        exact = frozenset(exact_only)
        self._fuzzy = tuple(word for word in surfaces if word not in exact and len(word) >= SHORTEST_FUZZY)
        self._deletions = _deletion_table(self._fuzzy)
        self.read: Callable[[str], Reading] = lru_cache(KNOWN_WORDS_CACHED)(self._read)

    def __len__(self) -> int:
        return len(self._surfaces)

    def exact(self, word: str) -> tuple[int, ...]:
        """Word ids of exactly this spelling; empty if there is none."""
        return self._surfaces.get(word, ())

    def _read(self, word: str) -> Reading:
        if found := self._known(word):
            return Reading(found)
        if word in self._ordinary or any(stem in self._ordinary for stem in without_suffix(word)):
            return UNKNOWN
        if not word.isalpha():
            return self._read_mixed(word)
        if len(word) > LONGEST_FUZZY:
            return self._split(word)
        if found := self._misspelt(word):
            return Reading(found)
        return self._split(word)

    def _known(self, word: str) -> tuple[int, ...]:
        found = self._surfaces.get(word)
        if found:
            return found
        for stem in without_suffix(word):
            if found := self._surfaces.get(stem):
                return found
        return ()

    def _read_mixed(self, word: str) -> Reading:
        """"k4mb0ja", "jalan2", "org2nya": digits for letters, or 2 for a word that stands twice."""
        base, two, tail = word.partition("2")
        if two and base.isalpha() and (not tail or tail.isalpha()) and (found := self._known(base)):
            return Reading(found, len(base), found)
        letters = sum(character.isalpha() for character in word)
        if not letters or len(word) < 4:
            return UNKNOWN
        for table in _DIGIT_LETTERS:
            plain = word.translate(table)
            if plain.isalpha() and (found := self._known(plain) or (self._misspelt(plain) if letters * 2 >= len(word) else ())):
                return Reading(found)
        return UNKNOWN

    def _misspelt(self, word: str) -> tuple[int, ...]:
        """Word ids of the nearest spellings: one edit for 4–7 letters, two from 8; a swap is one edit."""
        if len(word) < SHORTEST_FUZZY:
            return ()
        best: list[str] = []
        limit = allowed_edits(len(word))
        for index in self._candidates(word):
            known = self._fuzzy[index]
            cutoff = min(limit, allowed_edits(len(known)))
            distance = OSA.distance(word, known, score_cutoff=cutoff)
            if distance > cutoff or (min(len(word), len(known)) < 6 and word[0] != known[0]):
                continue
            if distance < limit:
                best, limit = [known], distance
            else:
                best.append(known)
        return tuple(dict.fromkeys(found for known in best for found in self._surfaces[known]))

    def _candidates(self, word: str) -> list[int]:
        found: dict[int, None] = {}
        for shorter in _deletes(word, allowed_edits(len(word))):
            for index in self._deletions.get(shorter, ()):
                found[index] = None
        return list(found)

    def _split(self, word: str) -> Reading:
        """Two known words written as one: "pasporasli"."""
        for cut in range(len(word) - 3, 2, -1):
            first = self._surfaces.get(word[:cut])
            if first and (rest := self._known(word[cut:])):
                return Reading(first, cut, rest)
        return UNKNOWN


def allowed_edits(length: int) -> int:
    """Edits a word of this length may differ by: 0 under four letters, 1 to seven, 2 from eight."""
    return 0 if length < SHORTEST_FUZZY else 1 if length < 8 else 2


def _deletes(word: str, edits: int) -> set[str]:
    found = {word}
    layer = {word}
    for _ in range(edits):
        layer = {shorter[:cut] + shorter[cut + 1 :] for shorter in layer for cut in range(len(shorter))}
        found |= layer
    return found


def _deletion_table(words: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    table: dict[str, tuple[int, ...]] = {}
    for index, word in enumerate(words):
        if len(word) <= LONGEST_FUZZY:
            for shorter in _deletes(word, allowed_edits(len(word))):
                table[shorter] = (*table.get(shorter, ()), index)
    return table


def words_of(entry: str) -> tuple[str, ...]:
    """An entry of a word list as the words a message would have."""
    return tuple(token.word for token in read_text(entry).tokens)


class LexiconBuilder:
    """Collects spellings, words and symbols, then builds the Lexicon."""

    def __init__(self, spellings: Mapping[str, Iterable[str]], ordinary: Iterable[str]) -> None:
        self._ordinary = frozenset(ordinary)
        self._ids: dict[str, int] = {}
        self._alone: list[list[int]] = []
        self._surfaces: dict[str, list[int]] = {}
        self._inexact: set[str] = set()
        self._groups: dict[int, GroupNode] = {}
        self._canonical: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        self._pending: list[tuple[tuple[str, ...], int]] = []
        for word, variants in spellings.items():
            standard = words_of(word)
            self._canonical.setdefault(standard, (standard,))
            for variant in map(words_of, variants):
                if variant and variant != standard:
                    known = [way for way in self._canonical.get(variant, ()) if way != variant]
                    own = (variant,) if variant in self._canonical and variant in self._canonical[variant] else ()
                    self._canonical[variant] = (*own, *known, standard)
        self._longest = max((len(way) for way in self._canonical), default=1)

    def standard(self, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        """Words of a phrase cut into units: spelling variants by their standard word, groups of words kept together."""
        units: list[tuple[str, ...]] = []
        index = 0
        while index < len(words):
            for length in range(min(self._longest, len(words) - index), 0, -1):
                piece = words[index : index + length]
                ways = self._canonical.get(piece)
                if ways is not None and (length > 1 or len(ways) == 1):
                    units.append(ways[0] if len(ways) == 1 else piece)
                    break
            else:
                length = 1
                units.append(words[index : index + 1])
            index += length
        return units

    def add(self, entry: str, symbol: int) -> None:
        """Let ``entry`` (a word, "pegang~", "=kps" or words in a row) show ``symbol``."""
        if entry.endswith("~"):
            for form in verb_forms(entry[:-1]):
                self._add_words((form,), symbol, fuzzy=form.endswith(entry[:-1]) or len(form) <= len(entry) + 3)
        elif entry.startswith("="):
            self._add_words(words_of(entry[1:]), symbol, fuzzy=False, standard=False)
        else:
            self._add_words(words_of(entry), symbol)

    def _add_words(self, words: tuple[str, ...], symbol: int, fuzzy: bool = True, standard: bool = True) -> None:
        units = self.standard(words) if standard else [(word,) for word in words]
        ids = tuple(self._id(unit, fuzzy) for unit in units)
        if len(ids) == 1:
            if symbol not in self._alone[ids[0]]:
                self._alone[ids[0]].append(symbol)
        elif ids:
            self._pending.append((tuple(" ".join(unit) for unit in units), symbol))

    def _id(self, unit: tuple[str, ...], fuzzy: bool = True) -> int:
        name = " ".join(unit)
        found = self._ids.get(name)
        if found is None:
            found = self._ids[name] = len(self._ids)
            self._alone.append([])
            if len(unit) == 1 and " " not in name:
                self._surface(name, found)
        if fuzzy:
            self._inexact.add(name)
        return found

    def _surface(self, surface: str, word: int) -> None:
        ids = self._surfaces.setdefault(surface, [])
        if word not in ids:
            ids.append(word)

    def build(self) -> Lexicon:
        """The finished lexicon; the builder must not be used afterwards."""
        for variant, ways in self._canonical.items():
            for way in ways:
                if way == variant or " ".join(way) not in self._ids:
                    continue
                standard = self._ids[" ".join(way)]
                if len(variant) == 1:
                    self._surface(variant[0], standard)
                    if len(variant[0]) > 4:
                        self._inexact.add(variant[0])
                else:
                    self._group(variant, [standard])
        for word in [name for name in self._ids if " " in name]:
            self._group(tuple(word.split(" ")), [self._ids[word]])
        for units, symbol in self._pending:
            self._group_path(units).symbols += (symbol,)
        surfaces = {surface: tuple(ids) for surface, ids in self._surfaces.items()}
        exact_only = (surface for surface in surfaces if surface not in self._inexact)
        return Lexicon(surfaces, exact_only, self._ordinary, tuple(map(tuple, self._alone)), self._groups)

    def _group(self, parts: tuple[str, ...], words: list[int]) -> None:
        """Let words in a row show all that their standard word shows."""
        node = self._group_path(parts)
        node.symbols += tuple(symbol for word in words for symbol in self._alone[word])

    def _group_path(self, units: tuple[str, ...]) -> GroupNode:
        children = self._groups
        node = GroupNode()
        for word in " ".join(units).split(" "):
            node = children.setdefault(self._id((word,)), GroupNode())
            children = node.children
        return node
