"""Matching: finds the rules whose phrases stand in a message, with the person's own words as quote.

Every phrase waits under the two of its symbols that are met least often, so that a message looks only at phrases whose
rarest words it holds, and cost hardly grows with their number. Few of those have all their words in the message, and
only these are followed word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.checking.lattice import Cells, Lattice, Occurrence, cells_in
from bot.checking.phrases import Path

GAP = 6
"""Words that ``...`` may skip inside a sentence."""
FILLER = 1
"""Words that may stand between two neighbouring words of a phrase, never a negator."""

MOST_ALIKE = 100
"""Places at which one and the same phrase is reported; a message that repeats it more often says nothing more."""

Ending = int
"""Number of a complete phrase, or of one of the parts of a phrase that stand anywhere in the message."""

Spans = dict[Ending, list[Occurrence]]
"""Ending → the cells ``[start, end)`` on which it was found; at least one each."""


@dataclass(frozen=True, slots=True)
class Sequel:
    """Words that follow each other, and what is complete when they do."""

    steps: tuple[tuple[int, int], ...]
    """Symbol, and how many words may be skipped before it."""
    needs: frozenset[int]
    """Its symbols other than the two under which it waits."""
    endings: tuple[Ending, ...]
    """What is complete."""


@dataclass(frozen=True, slots=True)
class Sequels:
    """The sequels of all phrases."""

    by_rarest: dict[int, dict[int, tuple[Sequel, ...]]]
    """Rarest symbol → second rarest, which is the same when there is no other → the sequels that wait there."""
    rarest: frozenset[int]
    """The symbols under which some wait."""


class SequelsBuilder:
    """Collects paths, then files each under its rarest symbol."""

    def __init__(self) -> None:
        self._endings: dict[tuple[tuple[int, int], ...], list[Ending]] = {}

    def add(self, path: Path, symbols: Sequence[int], ending: Ending) -> None:
        """Add one path; ``symbols`` are its elements' numbers in order."""
        gaps = [GAP if element.after_gap else FILLER for element in path]
        endings = self._endings.setdefault(tuple(zip(symbols, gaps, strict=True)), [])
        if ending not in endings:
            endings.append(ending)

    def build(self, commonness: Callable[[int], float]) -> Sequels:
        """All sequels; ``commonness`` guesses how often a symbol is met, the higher the oftener."""
        by_rarest: dict[int, dict[int, tuple[Sequel, ...]]] = {}
        for steps, endings in self._endings.items():
            first, *others = sorted({symbol for symbol, _ in steps}, key=lambda symbol: (commonness(symbol), symbol))
            waiting = by_rarest.setdefault(first, {})
            second = others[0] if others else first
            sequel = Sequel(steps, frozenset(others[1:]), tuple(endings))
            waiting[second] = (*waiting.get(second, ()), sequel)
        return Sequels(by_rarest, frozenset(by_rarest))


def find_spans(lattice: Lattice, sequels: Sequels, negator: int) -> Spans:
    """Every place where a phrase stands; per phrase end the leftmost beginning.

    ``negator`` is the symbol of words such as *tidak*, which no gap skips. A sequel is followed once for all its
    places in the message.
    """
    trail = _Trail(lattice, negator)
    here = frozenset(lattice.where)
    by_rarest, follow = sequels.by_rarest, trail.follow
    found: Spans = {}
    for symbol in sequels.rarest & here:
        waiting = by_rarest[symbol]
        for second in waiting:
            if second not in here:
                continue
            for sequel in waiting[second]:
                if here >= sequel.needs and (ends := follow(sequel)):
                    if len(sequel.steps) == 1:
                        places = lattice.occurrences(symbol)[:MOST_ALIKE]
                    else:
                        places = [(trail.start(sequel, end), end) for end in islice(cells_in(ends), MOST_ALIKE)]
                    for ending in sequel.endings:
                        found[ending] = found[ending] + places if ending in found else places
    return found


class _Trail:
    """The way of one sequel after the other through a message."""

    def __init__(self, lattice: Lattice, negator: int) -> None:
        self._where, self._wide = lattice.where, lattice.wide
        self._all = (1 << len(lattice.cells)) - 1
        self._goes_on = _goes_on(lattice)
        negators = sum({1 << start for start, _ in lattice.occurrences(negator)})
        self._skipped = self._all & ~negators
        self._ends: list[Cells] = []

    def follow(self, sequel: Sequel) -> Cells:
        """The cells before which it ends; 0 where it is not in the message.

        The next word begins in the same sentence as the last one ended, and no negator is skipped.
        """
        where, wide, goes_on, skipped = self._where, self._wide, self._goes_on, self._skipped
        trail = self._ends = []
        begins = self._all
        for symbol, gap in sequel.steps:
            if trail:
                step = begins = trail[-1] & goes_on
                while gap and step:
                    step = (step & skipped) << 1 & goes_on
                    begins |= step
                    gap -= 1
            ends = (begins & where[symbol]) << 1
            if symbol in wide:
                for first, last in wide[symbol]:
                    if begins >> first & 1:
                        ends |= 1 << last
            if not ends:
                return 0
            trail.append(ends)
        return ends

    def start(self, sequel: Sequel, end: int) -> int:
        """The leftmost cell on which the sequel just followed may begin when it ends before cell ``end``."""
        goes_on, skipped, trail = self._goes_on, self._skipped, self._ends
        goals: Cells = 1 << end
        for level in range(len(trail) - 1, -1, -1):
            symbol, gap = sequel.steps[level]
            begins = goals >> 1 & self._where[symbol]
            for first, last in self._wide.get(symbol, ()):
                if goals >> last & 1:
                    begins |= 1 << first
            if not level:
                break
            step = goals = begins & goes_on
            while gap and step:
                step = step >> 1 & skipped & goes_on
                goals |= step
                gap -= 1
            goals &= trail[level - 1]
        return (begins & -begins).bit_length() - 1


def _goes_on(lattice: Lattice) -> Cells:
    """Cells that stand in the same sentence as the cell before them."""
    cells, bit, before = 0, 1, -1
    for cell in lattice.cells:
        if cell.sentence == before:
            cells |= bit
        before = cell.sentence
        bit <<= 1
    return cells
