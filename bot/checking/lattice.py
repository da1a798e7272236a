"""Lattice: for every place in a message, which symbols stand there and where each of them ends.

A cell is a word, or half of a word when two were written as one. An edge ``(symbol, end)`` at cell ``i`` says that the
symbol covers cells ``i`` to ``end`` (exclusive).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.checking.lexicon import GroupNode, Lexicon, Reading
from bot.checking.text import Text, Token

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lattice:
    """A message as cells and edges."""

    cells: Sequence[Token]
    """Words, in order; a word that is two words written as one makes two cells."""
    edges: list[list[Edge]]
    """Edges that begin at each cell."""
    cell_of_token: Sequence[int]
    """First cell of each token; one entry more for the end."""

    def add(self, first_token: int, last_token: int, symbol: int) -> None:
        """Let ``symbol`` stand on the tokens ``[first_token, last_token)``."""
        start, end = self.cell_of_token[first_token], self.cell_of_token[last_token]
        if end > start:
            self.edges[start].append((symbol, end))

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
    edges = _edges(words, lexicon)
    _add_joined(tokens, cell_of_token, edges, lexicon)
    return Lattice(cells, edges, cell_of_token)


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


def _edges(words: Sequence[tuple[int, ...]], lexicon: Lexicon) -> list[list[Edge]]:
    alone, groups = lexicon.alone, lexicon.groups
    edges: list[list[Edge]] = []
    for index, ids in enumerate(words):
        here: list[Edge] = []
        after = index + 1
        for word in ids:
            for symbol in alone[word]:
                here.append((symbol, after))
            if (node := groups.get(word)) is not None:
                _walk_group(node, words, after, here)
        edges.append(here)
    return edges


def _walk_group(node: GroupNode, words: Sequence[tuple[int, ...]], index: int, found: list[Edge]) -> None:
    for symbol in node.symbols:
        found.append((symbol, index))
    if node.children and index < len(words):
        for word in words[index]:
            if (child := node.children.get(word)) is not None:
                _walk_group(child, words, index + 1, found)


def _add_joined(tokens: Sequence[Token], cell_of_token: Sequence[int], edges: list[list[Edge]], lexicon: Lexicon) -> None:
    """Two written words that are one known word: "di pegang", "pas por"."""
    exact, alone = lexicon.exact, lexicon.alone
    for index, (before, after) in enumerate(zip(tokens, tokens[1:], strict=False)):
        if ids := exact(before.word + after.word):
            if len(before.word) + len(after.word) < 5 or after.start - before.end > 2:
                continue
            end = cell_of_token[index + 2]
            edges[cell_of_token[index]].extend((symbol, end) for found in ids for symbol in alone[found])
