"""Matching: the sets of cells find exactly what looking word by word finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.checking.lattice import Lattice, Occurrence
from bot.checking.matching import FILLER, GAP, SequelsBuilder, find_spans
from bot.checking.phrases import Element
from bot.checking.text import Token

NEGATOR = 0
Steps = tuple[tuple[int, bool], ...]

SYMBOLS = st.integers(0, 5)
SEQUELS = st.lists(
    st.lists(st.tuples(SYMBOLS, st.booleans()), min_size=1, max_size=4).map(tuple), min_size=1, max_size=6
)
CELLS = st.lists(st.tuples(st.frozensets(SYMBOLS, max_size=3), st.booleans()), max_size=24)
GROUPS = st.lists(st.tuples(SYMBOLS, st.integers(0, 23), st.integers(2, 3)), max_size=4)


def _lattice(cells: list[tuple[frozenset[int], bool]], groups: list[tuple[int, int, int]]) -> Lattice:
    """Cells with their symbols; True begins a new sentence. Groups are (symbol, first cell, cells)."""
    tokens, sentence = [], 0
    for number, (_, begins) in enumerate(cells):
        sentence += begins
        tokens.append(Token("x", number, number + 1, sentence))
    lattice = Lattice(tokens, {}, {}, range(len(cells) + 1))
    for number, (symbols, _) in enumerate(cells):
        for symbol in symbols:
            lattice.add(number, number + 1, symbol)
    for symbol, first, length in groups:
        if first + length <= len(cells):
            lattice.add(first, first + length, symbol)
    return lattice


def _slowly(lattice: Lattice, steps: Steps) -> set[Occurrence]:
    """Per end the leftmost beginning, word by word."""
    negators = {start for start, _ in lattice.occurrences(NEGATOR)}
    sentences = [cell.sentence for cell in lattice.cells]

    def follows(end: int, start: int, gap: int) -> bool:
        skipped = range(end, start)
        return (
            0 <= start - end <= gap
            and not negators.intersection(skipped)
            and len(set(sentences[end - 1 : start + 1])) == 1
        )

    ways = set(lattice.occurrences(steps[0][0]))
    for symbol, far in steps[1:]:
        nexts = lattice.occurrences(symbol)
        ways = {
            (begin, last) for begin, end in ways for first, last in nexts if follows(end, first, GAP if far else FILLER)
        }
    if len(steps) == 1:
        return ways
    return {(min(begin for begin, last in ways if last == end), end) for _, end in ways}


@given(cells=CELLS, groups=GROUPS, sequels=SEQUELS)
def test_same_as_word_by_word(
    cells: list[tuple[frozenset[int], bool]], groups: list[tuple[int, int, int]], sequels: list[Steps]
) -> None:
    """Whatever the message and the phrases, and however rare their words are."""
    builder = SequelsBuilder()
    for ending, steps in enumerate(sequels):
        path = tuple(Element(str(symbol), far and number > 0) for number, (symbol, far) in enumerate(steps))
        builder.add(path, [symbol for symbol, _ in steps], ending)
    lattice = _lattice(cells, groups)
    found = find_spans(lattice, builder.build(lambda symbol: symbol * 7 % 5), NEGATOR)
    expected = {ending: _slowly(lattice, steps) for ending, steps in enumerate(sequels)}
    assert {ending: set(places) for ending, places in found.items()} == {e: s for e, s in expected.items() if s}
