"""Matching: finds the rules whose phrases stand in a message, with the person's own words as quote.

All phrases of all rules share one tree over symbols, so that cost hardly grows with their number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.checking.lattice import Lattice, Occurrence
from bot.checking.phrases import Path

GAP = 6
"""Words that ``...`` may skip inside a sentence."""
FILLER = 1
"""Words that may stand between two neighbouring words of a phrase, never a negator."""

MOST_ALIKE = 100
"""Places at which one and the same single word is reported; a message that repeats it more often says nothing more."""

Ending = int
"""Number of a complete phrase, or of one of the parts of a phrase that stand anywhere in the message."""


@dataclass(slots=True)
class PhraseTree:
    """All phrases as one tree; node 0 is the root."""

    children: list[dict[int, int]] = field(default_factory=lambda: [{}])
    """Node → symbol → next node, for a neighbouring word."""
    after_gap: list[dict[int, int]] = field(default_factory=lambda: [{}])
    """Node → symbol → next node, for a word behind ``...``."""
    endings: list[tuple[Ending, ...]] = field(default_factory=lambda: [()])
    """Node → what is complete there."""

    def add(self, path: Path, symbols: Iterable[int], ending: Ending) -> None:
        """Add one path; ``symbols`` are its elements' numbers in order."""
        node = 0
        for element, symbol in zip(path, symbols, strict=True):
            branch = (self.after_gap if element.after_gap else self.children)[node]
            if symbol not in branch:
                branch[symbol] = len(self.children)
                self.children.append({})
                self.after_gap.append({})
                self.endings.append(())
            node = branch[symbol]
        if ending not in self.endings[node]:
            self.endings[node] += (ending,)


class Span(NamedTuple):
    """What an ending names, found on cells ``[start, end)``."""

    ending: Ending
    """Number of the phrase or part."""
    start: int
    """First cell."""
    end: int
    """Cell past the last one."""


def find_spans(lattice: Lattice, tree: PhraseTree, negator: int) -> list[Span]:
    """Every place where a phrase of the tree stands; per phrase end the leftmost beginning.

    ``negator`` is the symbol of words such as *tidak*, which no gap skips. Each pair of node and cell is entered once,
    so time grows linearly with the message; what the message lacks is never entered at all.
    """
    walk = _Walk(lattice, tree, negator)
    for node, occurrences in walk.live(tree.children[0]):
        for start, end in occurrences if walk.goes_on(node) else occurrences[:MOST_ALIKE]:
            walk.enter(node, start, end)
    return walk.found


Live = list[tuple[int, list[Occurrence]]]


class _Walk:
    """One pass over a message."""

    def __init__(self, lattice: Lattice, tree: PhraseTree, negator: int) -> None:
        self.found: list[Span] = []
        self._where = lattice.where
        self._tree = tree
        self._width = len(lattice.cells) + 1
        self._seen: set[int] = set()
        self._next: dict[int, tuple[Live, Live]] = {}
        self._reach = _reach([cell.sentence for cell in lattice.cells], lattice.where.get(negator, ()))

    def live(self, children: dict[int, int]) -> Live:
        """Of the nodes behind a node, those that the message can reach and leave again, with where they can begin."""
        if not children:
            return _NOTHING
        where, tree = self._where.keys(), self._tree
        found: Live = []
        for symbol in children.keys() & where:
            node = children[symbol]
            if (
                tree.endings[node]
                or not tree.children[node].keys().isdisjoint(where)
                or not tree.after_gap[node].keys().isdisjoint(where)
            ):
                found.append((node, self._where[symbol]))
        return found

    def goes_on(self, node: int) -> bool:
        """True when the message has something that continues a phrase from the node."""
        return any(self._behind(node))

    def _behind(self, node: int) -> tuple[Live, Live]:
        found = self._next.get(node)
        if found is None:
            found = self._next[node] = (self.live(self._tree.children[node]), self.live(self._tree.after_gap[node]))
        return found

    def enter(self, node: int, start: int, position: int) -> None:
        """Follow the tree from ``node`` with the message read up to ``position``."""
        stack = [(node, position)]
        while stack:
            node, position = stack.pop()
            key = node * self._width + position
            if key in self._seen:
                continue
            self._seen.add(key)
            for ending in self._tree.endings[node]:
                self.found.append(Span(ending, start, position))
            near, far = self._behind(node)
            if near:
                _step(near, position, min(position + FILLER, self._reach[position - 1]), stack)
            if far:
                _step(far, position, min(position + GAP, self._reach[position - 1]), stack)


_NOTHING: Live = []


def _step(live: Live, position: int, last: int, stack: list[tuple[int, int]]) -> None:
    """Put on the stack what begins between ``position`` and ``last``."""
    if position > last:
        return
    for node, occurrences in live:
        if occurrences[-1][0] < position or occurrences[0][0] > last:
            continue
        index = bisect_left(occurrences, (position,))
        while index < len(occurrences) and occurrences[index][0] <= last:
            stack.append((node, occurrences[index][1]))
            index += 1


def _reach(sentences: list[int], negators: Iterable[Occurrence]) -> list[int]:
    """For each cell, the last later cell of its sentence that can be reached without skipping a negator."""
    stops = {start for start, _ in negators}
    count = len(sentences)
    reach = list(range(count))
    for index in range(count - 2, -1, -1):
        after = index + 1
        if sentences[after] == sentences[index]:
            reach[index] = after if after in stops else reach[after]
    return reach
