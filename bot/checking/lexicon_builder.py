"""Lexicon builder: collects spellings, words and symbols of all rules, then builds the Lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.checking.lexicon import GroupNode, Lexicon
from bot.checking.text import read_text
from bot.checking.word_forms import verb_forms

_STRETCHED = re.compile(r"(.)\1\1")


def words_of(entry: str) -> tuple[str, ...]:
    """An entry of a word list as the words a message would have."""
    if entry.isalpha() and entry.isascii() and entry.islower() and _STRETCHED.search(entry) is None:
        return (entry,)  # nearly all entries; reading them as messages took a third of a start
    return tuple(token.word for token in read_text(entry).tokens)


class LexiconBuilder:
    """Collects spellings, words and symbols, then builds the Lexicon."""

    def __init__(self, spellings: Mapping[str, Iterable[str]], ordinary: Iterable[str]) -> None:
        self._ordinary = frozenset(ordinary)
        self._ids: dict[str, int] = {}
        self._alone: list[list[int]] = []
        self._surfaces: dict[str, list[int]] = {}
        self._exact: set[int] = set()
        self._rigid: set[str] = set()
        self._groups: dict[int, GroupNode] = {}
        self._canonical: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        self._pending: list[tuple[tuple[int, ...], int]] = []
        self._ways: dict[str, list[tuple[int, ...]]] = {}
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
        ways = self._ways.get(entry)
        if ways is None:
            ways = self._ways[entry] = self._read(entry)
        alone = self._alone
        for ids in ways:
            if len(ids) > 1:
                self._pending.append((ids, symbol))
            elif not alone[ids[0]] or alone[ids[0]][-1] != symbol:  # a symbol's entries come one after the other
                alone[ids[0]].append(symbol)

    def _read(self, entry: str) -> list[tuple[int, ...]]:
        """The numbers of the words in a row that an entry stands for, one row for each of its forms."""
        if entry.endswith("~"):
            forms = verb_forms(entry[:-1])
            for form in forms:
                if not form.endswith(entry[1:-1]) and form not in self._ids:
                    self._rigid.add(form)  # rare endings of a verb: their own typos are rarer still, and cost memory
            return [(self._id((form,)),) for form in forms]
        exact = entry.startswith("=")
        units = [("=" + word,) for word in words_of(entry[1:])] if exact else self.standard(words_of(entry))
        return [tuple(self._id(unit) for unit in units)] if units else []

    def _id(self, unit: tuple[str, ...]) -> int:
        """Number of a word; "=kps" and "kps" are two, the first only ever found by its exact spelling."""
        name = " ".join(unit)
        found = self._ids.get(name)
        if found is None:
            found = self._ids[name] = len(self._ids)
            self._alone.append([])
            if len(unit) == 1:
                self._surface(name.removeprefix("="), found)
            if name.startswith("="):
                self._exact.add(found)
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
                else:
                    self._group(variant, [standard])
        for word in [name for name in self._ids if " " in name]:
            self._group(tuple(word.split(" ")), [self._ids[word]])
        names = list(self._ids)
        for ids, symbol in self._pending:
            self._group_path(tuple(names[number] for number in ids)).symbols += (symbol,)
        surfaces = {surface: tuple(ids) for surface, ids in self._surfaces.items()}
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        alone = tuple(same.setdefault(symbols, symbols) for symbols in map(tuple, self._alone))
        return Lexicon(surfaces, self._rigid, frozenset(self._exact), self._ordinary, alone, self._groups)

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
