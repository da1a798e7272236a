"""Matching: finds the rules whose phrases stand in a message, with the person's own words as quote.

All phrases of all rules share one tree over symbols, so that cost hardly grows with their number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.checking.lattice import Lattice
from bot.checking.phrases import Path

GAP = 6
"""Words that ``...`` may skip inside a sentence."""
FILLER = 1
"""Words that may stand between two neighbouring words of a phrase, never a negator."""

_NOTHING: frozenset[int] = frozenset()

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
    so time grows linearly with the message.
    """
    walk = _Walk(lattice, tree, negator)
    root = tree.children[0]
    for start, edges in enumerate(lattice.edges):
        for symbol, end in edges:
            node = root.get(symbol)
            if node is not None:
                walk.enter(node, start, end)
    return walk.found


class _Walk:
    """One pass over a message."""

    def __init__(self, lattice: Lattice, tree: PhraseTree, negator: int) -> None:
        self.found: list[Span] = []
        self._edges = lattice.edges
        self._children, self._after_gap, self._endings = tree.children, tree.after_gap, tree.endings
        self._width = len(lattice.cells) + 1
        self._seen: set[int] = set()
        self._symbols = [frozenset([edge[0] for edge in edges]) if edges else _NOTHING for edges in lattice.edges]
        self._reach = _reach([cell.sentence for cell in lattice.cells], [negator in symbols for symbols in self._symbols])

    def enter(self, node: int, start: int, position: int) -> None:
        """Follow the tree from ``node`` with the message read up to ``position``."""
        stack = [(node, position)]
        while stack:
            node, position = stack.pop()
            key = node * self._width + position
            if key in self._seen:
                continue
            self._seen.add(key)
            for ending in self._endings[node]:
                self.found.append(Span(ending, start, position))
            if children := self._children[node]:
                self._step(children, position, FILLER, stack)
            if children := self._after_gap[node]:
                self._step(children, position, GAP, stack)

    def _step(self, children: dict[int, int], position: int, skip: int, stack: list[tuple[int, int]]) -> None:
        last = min(position + skip, self._reach[position - 1])
        symbols, edges = self._symbols, self._edges
        for here in range(position, last + 1):
            if not children.keys().isdisjoint(symbols[here]):
                for symbol, end in edges[here]:
                    if symbol in children:
                        stack.append((children[symbol], end))


def _reach(sentences: list[int], negators: list[bool]) -> list[int]:
    """For each cell, the last later cell of its sentence that can be reached without skipping a negator."""
    count = len(sentences)
    reach = list(range(count))
    for index in range(count - 2, -1, -1):
        after = index + 1
        if sentences[after] == sentences[index]:
            reach[index] = after if negators[after] else reach[after]
    return reach
