"""Phrases: what officers write, parsed into paths of elements that the matcher can walk.

``(a|b c)`` one of · ``[x]`` may stand there · ``{list}`` or ``{fact}`` · ``...`` a gap inside a sentence ·
``word~`` every verb form · ``=word`` exactly this word.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

MOST_PATHS = 300
"""Paths one phrase may stand for; more wants word lists instead."""

FACT_NAMES = (
    "wage", "fee", "deduction", "payout", "penalty", "bounty", "money", "place", "phone", "link", "handle", "age",
    "visa", "date", "haste", "hours",
)  # fmt: skip
"""Names in braces that the fact reader answers for; every other name is a word list."""

_FACT_NAME = re.compile(rf"(?:{'|'.join(FACT_NAMES)})(?![a-z_])")
_PIECE = re.compile(r"\s*(?:(\.\.\.|…)|([()\[\]|])|\{([^{}]*)\}|(=?[^\s()\[\]|{}~]+~?))")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message is an Indonesian sentence that says what to write instead."""


@dataclass(frozen=True, slots=True)
class Element:
    """One step of a path."""

    symbol: str
    """"paspor", "pegang~", "=kps", "{dokumen}", "{wage>=10jt}" or, for a choice of plain words, "(a|b c)"."""
    after_gap: bool = False
    """True when up to ``GAP`` other words may stand before it."""


Path = tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``( | )`` and ``[ ]``: one of several sequences; an empty sequence stands for "nothing"."""

    options: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """``...``"""


Node = str | Choice | Gap


def parse_phrase(source: str) -> tuple[Path, ...]:
    """Every path the phrase stands for, without doubles.

    Raises PhraseError with a sentence for the officer.
    """
    pieces = _split(source)
    nodes, _ = _sequence(pieces, 0, closing="")
    if nodes and isinstance(nodes[0], Gap):
        raise PhraseError("Frasa tidak boleh mulai dengan '...'. Mulai dengan kata.")
    if nodes and isinstance(nodes[-1], Gap):
        raise PhraseError("Frasa tidak boleh berakhir dengan '...'. Akhiri dengan kata.")
    paths = dict.fromkeys(_close(path) for path in _expand(nodes))
    paths.pop((), None)
    if not paths:
        raise PhraseError("Frasa ini kosong. Tulis sedikitnya satu kata.")
    return tuple(paths)


def _split(source: str) -> list[str]:
    pieces: list[str] = []
    position = 0
    source = source.lower().rstrip()
    while position < len(source):
        match = _PIECE.match(source, position)
        if match is None:
            raise PhraseError(
                f"Tanda '{source[position:].strip()[:1]}' tidak pada tempatnya. Periksa kurung di frasa ini."
            )
        gap, sign, braces, word = match.groups()
        if braces is not None:
            pieces.append("{" + braces.strip().replace(" ", "") + "}")
        else:
            pieces.append("..." if gap else sign or word)
        position = match.end()
    return pieces


def _sequence(pieces: list[str], index: int, closing: str) -> tuple[tuple[Node, ...], int]:
    """Nodes up to ``closing``, ``|`` or the end, and the index of what stopped it."""
    nodes: list[Node] = []
    while index < len(pieces) and pieces[index] not in ("|", closing):
        piece = pieces[index]
        if piece in ("(", "["):
            choice, index = _choice(pieces, index + 1, ")" if piece == "(" else "]")
            nodes.append(choice)
        elif piece in (")", "]"):
            raise PhraseError(f"Ada '{piece}' tanpa pembukanya. Hapus, atau tambahkan pembukanya.")
        else:
            nodes.append(Gap() if piece == "..." else piece)
        index += 1
    if index < len(pieces) and pieces[index] == "|" and not closing:
        raise PhraseError("Tanda '|' hanya boleh di dalam kurung. Tulis (a|b).")
    return tuple(nodes), index


def _choice(pieces: list[str], index: int, closing: str) -> tuple[Choice, int]:
    options: list[tuple[Node, ...]] = []
    while True:
        nodes, index = _sequence(pieces, index, closing)
        options.append(nodes)
        if index >= len(pieces):
            raise PhraseError(f"Kurung belum ditutup. Tambahkan '{closing}'.")
        if pieces[index] == closing:
            break
        index += 1
    if any(not option for option in options):
        raise PhraseError("Ada pilihan kosong di dalam kurung. Isi, atau pakai [..] untuk kata yang boleh tidak ada.")
    if closing == "]":
        options.append(())
    return Choice(tuple(options)), index


def _expand(nodes: tuple[Node, ...]) -> list[tuple[str, ...]]:
    """All sequences of symbols, ``...`` for a gap; a choice of plain words stays one symbol."""
    parts: list[list[tuple[str, ...]]] = []
    count = 1
    for node in nodes:
        options = _options(node)
        count *= len(options)
        if count > MOST_PATHS:
            raise PhraseError(
                f"Frasa ini berarti lebih dari {MOST_PATHS} susunan. Pindahkan pilihan kata ke daftar {{nama}}."
            )
        parts.append(options)
    return [tuple(itertools.chain.from_iterable(combination)) for combination in itertools.product(*parts)]


def _options(node: Node) -> list[tuple[str, ...]]:
    if isinstance(node, Gap):
        return [("...",)]
    if isinstance(node, str):
        return [(node,)]
    words = [option for option in node.options if option and _is_plain(option)]
    others = [option for option in node.options if option and not _is_plain(option)]
    options: list[tuple[str, ...]] = []
    if len(words) == 1:
        options.append(tuple(str(word) for word in words[0]))
    elif words:
        options.append(("(" + "|".join(" ".join(map(str, option)) for option in words) + ")",))
    for option in others:
        options.extend(_expand(option))
    if () in node.options:
        options.append(())
    return options


def _is_plain(option: tuple[Node, ...]) -> bool:
    """True for what fits into one symbol: words in a row, or a single word form, exact word or list."""
    if len(option) == 1:
        return isinstance(option[0], str) and (option[0][0] != "{" or not is_fact(option[0]))
    return all(isinstance(node, str) and node[0] not in "{=" and node[-1] != "~" for node in option)


def is_fact(symbol: str) -> bool:
    """True for "{wage>=10jt}", "{place:abroad}"; False for "{dokumen}" and words."""
    return symbol[0] == "{" and _FACT_NAME.match(symbol[1:-1]) is not None


def _close(sequence: tuple[str, ...]) -> Path:
    """Symbols and gaps as elements; a gap at either end, left over from something optional, is dropped."""
    elements: list[Element] = []
    gap = False
    for symbol in sequence:
        if symbol == "...":
            gap = bool(elements)
        else:
            elements.append(Element(symbol, gap))
            gap = False
    return tuple(elements)
