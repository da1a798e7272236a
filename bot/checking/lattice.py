"""Lattice: for every symbol, where in a message it stands.

A cell is a word, or half of a word when two were written as one. Sets of cells are whole numbers, bit ``i`` for cell
``i``: one operation then follows a phrase from all its places at once, however long the message is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.checking.lexicon import GroupNode, Lexicon, Reading
from bot.checking.text import Text, Token

Occurrence = tuple[int, int]
"""Cells from the first to the one past the last."""
Cells = int
"""A set of cells, bit ``i`` for cell ``i``."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """A message as cells, and its symbols."""

    cells: Sequence[Token]
    """Words, in order; a word that is two words written as one makes two cells."""
    where: dict[int, Cells]
    """Every symbol of the message → the cells that are the symbol by themselves; 0 when only groups are."""
    wide: dict[int, list[Occurrence]]
    """Symbol → where it stands on two cells or more, in no order."""
    cell_of_token: Sequence[int]
    """First cell of each token; one entry more for the end."""

    def add(self, first_token: int, last_token: int, symbol: int) -> None:
        """Let ``symbol`` stand on the tokens ``[first_token, last_token)``."""
        start, end = self.cell_of_token[first_token], self.cell_of_token[last_token]
        if end == start + 1:
            self.where[symbol] = self.where.get(symbol, 0) | 1 << start
        elif end > start:
            _add_wide(self.where, self.wide, symbol, (start, end))

    def occurrences(self, symbol: int) -> list[Occurrence]:
        """Where a symbol stands, in order; empty when it is not in the message."""
        alone = [(cell, cell + 1) for cell in cells_in(self.where.get(symbol, 0))]
        return sorted(alone + self.wide[symbol]) if symbol in self.wide else alone

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``Text.norm`` of the cells ``[start, end)``; at least one cell."""
        return self.cells[start].start, self.cells[end - 1].end


def cells_in(cells: Cells) -> Iterator[int]:
    """The cells of a set, in order."""
    while cells:
        lowest = cells & -cells
        yield lowest.bit_length() - 1
        cells ^= lowest


def read_lattice(text: Text, lexicon: Lexicon) -> Lattice:
    """The lattice of a message; time is linear in its length."""
    read = lexicon.read
    tokens = text.tokens
    readings = [read(token.word) for token in tokens]
    cells: Sequence[Token] = tokens
    cell_of_token: Sequence[int] = range(len(tokens) + 1)
    words = [reading.words for reading in readings]
    if any([reading.split for reading in readings]):
        cells, words, cell_of_token = _split_cells(tokens, readings)
    lattice = Lattice(cells, _alone(words, lexicon), {}, cell_of_token)
    _add_groups(words, lattice, lexicon)
    _add_joined(tokens, lattice, lexicon)
    return lattice


def _split_cells(
    tokens: Sequence[Token], readings: Sequence[Reading]
) -> tuple[list[Token], list[tuple[int, ...]], list[int]]:
    cells: list[Token] = []
    words: list[tuple[int, ...]] = []
    cell_of_token: list[int] = []
    for token, reading in zip(tokens, readings, strict=True):
        cell_of_token.append(len(cells))
        word, start, end, sentence = token
        if reading.split and end - start == len(word):
            middle = start + reading.split
            cells.append(Token(word[: reading.split], start, middle, sentence))
            cells.append(Token(word[reading.split :], middle, end, sentence))
            words += (reading.words, reading.rest)
        else:
            cells.append(token)
            words.append(reading.words)
    cell_of_token.append(len(cells))
    return cells, words, cell_of_token


def _alone(words: Sequence[tuple[int, ...]], lexicon: Lexicon) -> dict[int, Cells]:
    """The symbols that words show by themselves; a word that comes again is looked up once."""
    cells_of: dict[int, Cells] = {}
    bit = 1
    for ids in words:
        for word in ids:
            cells_of[word] = cells_of.get(word, 0) | bit
        bit <<= 1
    alone = lexicon.alone
    where: dict[int, Cells] = {}
    before = where.get
    for word, cells in cells_of.items():
        for symbol in alone[word]:
            where[symbol] = before(symbol, 0) | cells
    return where


def _add_groups(words: Sequence[tuple[int, ...]], lattice: Lattice, lexicon: Lexicon) -> None:
    groups = lexicon.groups
    for index, ids in enumerate(words):
        for word in ids:
            if (node := groups.get(word)) is not None:
                _walk_group(node, words, index, index + 1, lattice)


def _walk_group(node: GroupNode, words: Sequence[tuple[int, ...]], start: int, index: int, lattice: Lattice) -> None:
    for symbol in node.symbols:
        _add_wide(lattice.where, lattice.wide, symbol, (start, index))
    if node.children and index < len(words):
        for word in words[index]:
            if (child := node.children.get(word)) is not None:
                _walk_group(child, words, start, index + 1, lattice)


def _add_wide(where: dict[int, Cells], wide: dict[int, list[Occurrence]], symbol: int, place: Occurrence) -> None:
    where.setdefault(symbol, 0)
    wide.setdefault(symbol, []).append(place)


def _add_joined(tokens: Sequence[Token], lattice: Lattice, lexicon: Lexicon) -> None:
    """Two written words that are one known word: "di pegang", "pas por"."""
    exact, alone = lexicon.exact, lexicon.alone
    before = None
    for index, after in enumerate(tokens, -1):
        if before is not None and (ids := exact(before.word + after.word)):
            if len(before.word) + len(after.word) >= 5 and after.start - before.end <= 2:
                for symbol in {symbol for found in ids for symbol in alone[found]}:
                    lattice.add(index, index + 2, symbol)
        before = after
