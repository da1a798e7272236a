"""Lattice: for every symbol, where in a message it stands.

A cell is a word, or half of a word when two were written as one. An occurrence ``(start, end)`` of a symbol covers the
cells from ``start`` to ``end`` (exclusive).
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

from bot.checking.lexicon import GroupNode, Lexicon, Reading
from bot.checking.text import Text, Token

Occurrence = tuple[int, int]
Where = dict[int, list[Occurrence]]


@dataclass(frozen=True, slots=True)
class Lattice:
    """A message as cells, and its symbols."""

    cells: Sequence[Token]
    """Words, in order; a word that is two words written as one makes two cells."""
    where: Where
    """Symbol → its occurrences, in order."""
    cell_of_token: Sequence[int]
    """First cell of each token; one entry more for the end."""

    def add(self, first_token: int, last_token: int, symbol: int) -> None:
        """Let ``symbol`` stand on the tokens ``[first_token, last_token)``."""
        start, end = self.cell_of_token[first_token], self.cell_of_token[last_token]
        if end > start:
            insort(self.where.setdefault(symbol, []), (start, end))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in ``Text.norm`` of the cells ``[start, end)``; at least one cell."""
        return self.cells[start].start, self.cells[end - 1].end


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
    lattice = Lattice(cells, _occurrences(words, lexicon), cell_of_token)
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


def _occurrences(words: Sequence[tuple[int, ...]], lexicon: Lexicon) -> Where:
    alone, groups = lexicon.alone, lexicon.groups
    where: Where = {}
    for index, ids in enumerate(words):
        here = (index, index + 1)
        for word in ids:
            for symbol in alone[word]:
                if symbol in where:
                    where[symbol].append(here)
                else:
                    where[symbol] = [here]
            if (node := groups.get(word)) is not None:
                _walk_group(node, words, index, index + 1, where)
    return where


def _walk_group(node: GroupNode, words: Sequence[tuple[int, ...]], start: int, index: int, where: Where) -> None:
    for symbol in node.symbols:
        where.setdefault(symbol, []).append((start, index))
    if node.children and index < len(words):
        for word in words[index]:
            if (child := node.children.get(word)) is not None:
                _walk_group(child, words, start, index + 1, where)


def _add_joined(tokens: Sequence[Token], lattice: Lattice, lexicon: Lexicon) -> None:
    """Two written words that are one known word: "di pegang", "pas por"."""
    exact, alone = lexicon.exact, lexicon.alone
    for index, (before, after) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if ids := exact(before.word + after.word):
            if len(before.word) + len(after.word) < 5 or after.start - before.end > 2:
                continue
            for symbol in {symbol for found in ids for symbol in alone[found]}:
                lattice.add(index, index + 2, symbol)
