"""Matching: finds the rules whose phrases stand in a message, with the person's own words as quote.

All phrases of all rules share one tree over symbols, so that cost hardly grows with their number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

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


Spans = dict[Ending, list[Occurrence]]
"""Ending → the cells ``[start, end)`` on which it was found, leftmost first; at least one each."""

Live = list[tuple[int, list[Occurrence]]]
"""Nodes that the message can go on to, each with the occurrences of its symbol."""


def find_spans(lattice: Lattice, tree: PhraseTree, negator: int) -> Spans:
    """Every place where a phrase of the tree stands; per phrase end the leftmost beginning.

    ``negator`` is the symbol of words such as *tidak*, which no gap skips. Each pair of node and cell is entered once,
    so time grows linearly with the message; what the message lacks is never entered at all.
    """
    walk = _Walk(lattice, tree, negator)
    for node, occurrences in walk.live(tree.children[0]):
        if tree.children[node] or tree.after_gap[node]:
            walk.follow(node, occurrences)
        else:
            walk.note(node, occurrences[:MOST_ALIKE])
    return walk.found


class _Walk:
    """One pass over a message."""

    def __init__(self, lattice: Lattice, tree: PhraseTree, negator: int) -> None:
        self.found: Spans = {}
        self._where = lattice.where
        self._tree = tree
        self._width = len(lattice.cells) + 1
        self._seen: set[int] = set()
        self._behind: dict[int, tuple[Live, Live]] = {}
        self._reach = _reach([cell.sentence for cell in lattice.cells], lattice.where.get(negator, ()))

    def live(self, children: dict[int, int]) -> Live:
        """Of the nodes behind a node, those that the message can reach and leave again."""
        where = self._where
        endings, near, far = self._tree.endings, self._tree.children, self._tree.after_gap
        here = where.keys()
        found: Live = []
        for symbol in children.keys() & here if len(children) > _FEW else [one for one in children if one in where]:
            node = children[symbol]
            if endings[node] or not near[node].keys().isdisjoint(here) or not far[node].keys().isdisjoint(here):
                found.append((node, where[symbol]))
        return found

    def note(self, node: int, occurrences: list[Occurrence]) -> None:
        """Everything that ends at a node was found there."""
        for ending in self._tree.endings[node]:
            self.found[ending] = self.found[ending] + occurrences if ending in self.found else occurrences

    def follow(self, root: int, occurrences: list[Occurrence]) -> None:
        """Follow the tree from a node behind the root, from each of its occurrences in turn."""
        tree, reach, seen, width, behind = self._tree, self._reach, self._seen, self._width, self._behind
        for start, end in occurrences:
            stack = [(root, end)]
            while stack:
                node, position = stack.pop()
                key = node * width + position
                if key in seen:
                    continue
                seen.add(key)
                if tree.endings[node]:
                    self.note(node, [(start, position)])
                both = behind.get(node)
                if both is None:
                    near, far = tree.children[node], tree.after_gap[node]
                    both = behind[node] = (self.live(near) if near else _NOTHING, self.live(far) if far else _NOTHING)
                last = reach[position - 1]
                if both[0]:
                    _step(both[0], position, min(position + FILLER, last), stack)
                if both[1]:
                    _step(both[1], position, min(position + GAP, last), stack)


_NOTHING: Live = []
_FEW = 8


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
