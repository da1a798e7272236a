"""Engines to compare: ours, the naive one (one ``partial_ratio`` a phrase) and an exact Aho-Corasick pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rapidfuzz import fuzz

from bot.checking.index import IndexBuilder
from bot.checking.text import read_text

NAIVE_SCORE = 85
"""Lowest ``partial_ratio`` (0–100) at which the naive engine calls a phrase found."""

Engine = Callable[[str], set[int]]
"""Message → numbers of the phrases found in it."""


def our_engine(phrases: Sequence[str]) -> Engine:
    """Fuzzy lexicon and phrase tree, from the raw message on."""
    builder = IndexBuilder({}, {"negasi": ["tidak"]})
    for number, phrase in enumerate(phrases):
        builder.add(number, phrase, {})
    index = builder.build()

    def find(message: str) -> set[int]:
        return {found.rule for found in index.found(index.lattice(read_text(message)))}

    return find


def naive_engine(phrases: Sequence[str]) -> Engine:
    """One ``partial_ratio`` a phrase: the oracle for recall."""

    def find(message: str) -> set[int]:
        ratio = fuzz.partial_ratio
        return {n for n, phrase in enumerate(phrases) if ratio(phrase, message, score_cutoff=NAIVE_SCORE)}

    return find


def exact_engine(phrases: Sequence[str]) -> Engine:
    """Aho-Corasick over the same text: the floor for time; finds exact phrases only."""
    from ahocorasick_rs import AhoCorasick

    automaton = AhoCorasick(list(phrases))

    def find(message: str) -> set[int]:
        return {match[0] for match in automaton.find_matches_as_indexes(message, overlapping=True)}

    return find
