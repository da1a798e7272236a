"""Index: the phrases of all rules, compiled once into a lexicon and one tree; immutable, a new one is built beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.checking.lattice import Lattice, read_lattice
from bot.checking.lexicon import Lexicon, LexiconBuilder, words_of
from bot.checking.matching import PhraseTree, Span, find_spans
from bot.checking.phrases import Element, Path, PhraseError, is_fact, parse_phrase
from bot.checking.text import Text

NEGATORS = "{negasi}"
"""The word list whose entries no gap may skip."""


@dataclass(frozen=True, slots=True)
class Index:
    """What matching needs to know of the phrases."""

    lexicon: Lexicon
    """Written words → symbols."""
    tree: PhraseTree
    """Symbols → rules."""
    negator: int
    """Symbol of the negators."""
    facts: Mapping[str, int]
    """"wage>=10jt" → its symbol, for every fact that stands in a phrase."""
    watched: Mapping[int, int]
    """Symbol → number given to ``IndexBuilder.watch``."""

    def lattice(self, text: Text) -> Lattice:
        """Cells and edges of a message, without facts."""
        return read_lattice(text, self.lexicon)

    def spans(self, lattice: Lattice) -> list[Span]:
        """Phrases found, in no particular order."""
        return find_spans(lattice, self.tree, self.negator)


class IndexBuilder:
    """Adds phrases and watched names one by one, then builds the Index."""

    def __init__(self, spellings: Mapping[str, Iterable[str]], lists: Mapping[str, Sequence[str]],
                 ordinary: Iterable[str] = (), check_fact: Callable[[str], object] = str) -> None:  # fmt: skip
        """``check_fact`` is called with "wage>=10jt" and raises ValueError with a sentence if it means nothing."""
        self._check_fact = check_fact
        self._lexicon = LexiconBuilder(spellings, ordinary)
        self._lists = lists
        self._symbols: dict[str, int] = {}
        self._tree = PhraseTree()
        self._facts: dict[str, int] = {}
        self._watched: dict[int, int] = {}
        self._negator = self._symbol(NEGATORS, {})

    def add(self, rule: int, phrase: str, words: Mapping[str, Sequence[str]], unless: bool = False) -> None:
        """Add a phrase of a rule; ``words`` are the rule's own lists.

        Raises ValueError (PhraseError) with a sentence for the officer; nothing of the phrase is found then.
        """
        paths = [self._standard(path) for path in parse_phrase(phrase)]
        for path in paths:
            self._refuse_vague(path)
        numbered = [(path, [self._symbol(element.symbol, words) for element in path]) for path in paths]
        for path, symbols in numbered:
            self._tree.add(path, symbols, (rule, unless))

    def watch(self, name: str, number: int) -> None:
        """Report ``name`` (a place, say) wherever it stands, as ``number``."""
        symbol = len(self._symbols)
        self._symbols[f"@{number}:{name}"] = symbol
        self._watched[symbol] = number
        self._lexicon.add(name, symbol)

    def build(self) -> Index:
        """The finished index; the builder must not be used afterwards."""
        return Index(self._lexicon.build(), self._tree, self._negator, self._facts, self._watched)

    def _standard(self, path: Path) -> Path:
        """Plain words by their standard spelling, words that belong together ("luar negeri") as one element."""
        elements: list[Element] = []
        index = 0
        while index < len(path):
            stop = index + 1
            if _is_word(path[index]):
                while stop < len(path) and _is_word(path[stop]) and not path[stop].after_gap:
                    stop += 1
                words = tuple(word for element in path[index:stop] for word in words_of(element.symbol))
                for number, unit in enumerate(self._lexicon.standard(words)):
                    elements.append(Element(" ".join(unit), path[index].after_gap and number == 0))
            else:
                elements.append(path[index])
            index = stop
        if not elements:
            raise PhraseError("Frasa ini tidak berisi kata. Tulis sedikitnya satu kata.")
        return tuple(elements)

    def _refuse_vague(self, path: Path) -> None:
        if len(path) == 1 and _is_word(path[0]) and len(path[0].symbol) < 4:
            raise PhraseError(f"Satu kata pendek '{path[0].symbol}' terlalu umum. Tambahkan kata lain.")

    def _symbol(self, source: str, words: Mapping[str, Sequence[str]]) -> int:
        """Number of a symbol; its words are added to the lexicon the first time."""
        if is_fact(source):
            self._check_fact(source[1:-1])
        entries = None if is_fact(source) else tuple(self._entries(source, words))
        name = source if entries is None or source[0] not in "{(" else "|".join(sorted(entries))
        found = self._symbols.get(name)
        if found is None:
            found = self._symbols[name] = len(self._symbols)
            if entries is None:
                self._facts[source[1:-1]] = found
            else:
                for entry in entries:
                    self._lexicon.add(entry, found)
        return found

    def _entries(self, source: str, words: Mapping[str, Sequence[str]]) -> list[str]:
        """Every word or group of words that a symbol stands for."""
        if source.startswith("("):
            return [entry for option in source[1:-1].split("|") for entry in self._entries(option, words)]
        if not source.startswith("{"):
            return [source]
        name = source[1:-1]
        found = words.get(name, self._lists.get(name))
        if found is None:
            raise PhraseError(f"Daftar kata {{{name}}} tidak ada. Tulis di 'words' aturan ini atau di words.yaml.")
        return [entry.lower() for entry in found]


def _is_word(element: Element) -> bool:
    return element.symbol[0] not in "{(=" and element.symbol[-1] != "~"
