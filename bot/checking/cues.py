"""Cues: the words around a number that say what it means ("gaji", "biaya", "umur", "kabur").

The word lists come from the knowledge (``fact_*`` in words.yaml); ``Scan`` is a message with its cues found once, which
all fact readers share.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from bot.checking.text import Text

ROLE_KINDS = frozenset(
    {"wage", "fee", "debt", "deduction", "payout", "penalty", "bounty", "price", "pays", "gets", "repays"}
)
"""Kinds that say what an amount is for; of these the longest at a place counts alone."""

OTHER_KINDS = frozenset(
    {
        "work", "leaving", "age", "birth", "person", "duration", "hours", "haste", "going", "visa", "entry", "phone",
        "account",
        "visa_tourist", "visa_pilgrimage", "visa_student", "visa_training", "visa_work", "visa_holiday", "visa_free",
        "kind_tourist", "kind_pilgrimage", "kind_student", "kind_training", "kind_work", "kind_holiday",
    }
)  # fmt: skip
"""Kinds that may overlap each other and the roles."""

_SUFFIXES = ("nya", "ny", "ne", "e", "na", "ku", "mu", "x")
_DIGIT_LETTERS = str.maketrans("0134578", "oieastb")
_LONGEST_CUE = 5
MOST_CUES = 200
"""Cues of one kind noted in a message; no honest message has as many."""
MOST_FACTS = 100
"""Things of one kind read in a message; what comes after them is not read."""
_VOWELS = frozenset("aiueo")


def word_set(words: str) -> frozenset[str]:
    """The words of a text, for grammar that is listed in code."""
    return frozenset(words.split())


class Cue(NamedTuple):
    """Cue words found in a message."""

    first: int
    """Index of the first word."""
    last: int
    """Index past the last word."""
    kind: str
    """A list of the knowledge without its ``fact_``: "wage", "age", "visa_tourist" …"""


class Head(NamedTuple):
    """What may begin at one word."""

    alone: tuple[str, ...]
    """Kinds that the word alone is a cue of; the one that says what an amount is for comes first."""
    longer: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Second word → (all words, kind), longest first."""


@dataclass(frozen=True, slots=True)
class FactWords:
    """What the fact readers know about words and the world; built once from the knowledge."""

    table: Mapping[str, Head]
    """First word → what may begin there."""
    rupiah_per: Mapping[str, float]
    """Rupiah for one unit of a currency; a currency that is not here is not converted."""
    status_of: Mapping[str, str]
    """Country → status for sending workers; used for flags."""

    @classmethod
    def from_lists(
        cls,
        lists: Mapping[str, Sequence[str]],
        rupiah_per: Mapping[str, float] = MappingProxyType({}),
        status_of: Mapping[str, str] = MappingProxyType({}),
    ) -> FactWords:
        """The bundle from ``words.yaml`` lists, ``wages.yaml`` rates and the statuses of ``places.yaml``.

        Raises ValueError with an Indonesian sentence when a list is missing. Lists not named ``fact_…`` are ignored.
        """
        missing = sorted(f"fact_{kind}" for kind in ROLE_KINDS | OTHER_KINDS if f"fact_{kind}" not in lists)
        if missing:
            raise ValueError(f"Daftar kata ini belum ada: {', '.join(missing)}. Tambahkan di bagian lists.")
        table = _build({kind: lists[f"fact_{kind}"] for kind in sorted(ROLE_KINDS | OTHER_KINDS)})
        return cls(table, {"IDR": 1.0, **rupiah_per}, dict(status_of))


@dataclass(frozen=True, slots=True)
class Scan:
    """A message with its words and cues at hand."""

    text: Text
    """The message."""
    norm: str
    """``text.norm``."""
    words: tuple[str, ...]
    """Words of the tokens."""
    starts: list[int]
    """Offsets in ``norm`` at which the words start."""
    knowledge: FactWords
    """The word lists used."""
    role_at: dict[int, Cue] = field(default_factory=dict)
    """Word index → role cue that covers it."""
    marks: dict[str, list[Cue]] = field(default_factory=dict)
    """Kind → cues of the other kinds, in order."""

    def tokens_of(self, start: int, end: int) -> tuple[int, int]:
        """Indices [first, last) of the words that the stretch ``norm[start:end]`` touches."""
        first = bisect_right(self.starts, start) - 1
        if first < 0 or self.text.tokens[first].end <= start:
            first += 1
        return first, max(first, bisect_left(self.starts, end))

    def all_near(self, kind: str, first: int, last: int, before: int, after: int) -> Iterator[Cue]:
        """Cues of a kind, in order, that end at most ``before`` words ahead of [first, last) or start at most ``after``
        words behind it; overlapping ones count."""
        cues = self.marks.get(kind)
        if cues:
            for index in range(bisect_left(cues, first - before - _LONGEST_CUE, key=_first), len(cues)):
                if cues[index].first > last + after:
                    return
                if cues[index].last >= first - before:
                    yield cues[index]

    def near(self, kind: str, first: int, last: int, before: int, after: int) -> Cue | None:
        """The first cue that ``all_near`` finds; None if there is none."""
        return next(self.all_near(kind, first, last, before, after), None)

    def same_sentence(self, one: int, other: int) -> bool:
        """True when the words of both indices stand in one sentence."""
        tokens = self.text.tokens
        return tokens[one].sentence == tokens[other].sentence

    def gap(self, left: int, right: int) -> str:
        """Characters between the end of word ``left`` and the start of word ``right``."""
        return self.norm[self.text.tokens[left].end : self.text.tokens[right].start]


def scan_text(text: Text, knowledge: FactWords) -> Scan:
    """The message with all cues found in one pass over its words."""
    words: tuple[str, ...] = ()
    starts: tuple[int, ...] = ()
    if text.tokens:
        words, starts, _, _ = zip(*text.tokens, strict=True)
    scan = Scan(text, text.norm, words, list(starts), knowledge)
    table = knowledge.table
    for index, word in enumerate(words):
        head = table.get(word)
        if head is None:
            if word.isalpha() or word[0].isdigit():
                continue
            head = table.get(word.translate(_DIGIT_LETTERS))
            if head is None:
                continue
        if head.longer and index + 1 < len(words) and (entries := head.longer.get(words[index + 1])):
            _note_longer(scan, index, entries)
        for kind in head.alone:
            _note(scan, Cue(index, index + 1, kind))
    return scan


def _note_longer(scan: Scan, index: int, entries: tuple[tuple[tuple[str, ...], str], ...]) -> None:
    for words, kind in entries:
        last = index + len(words)
        if scan.words[index:last] == words and _is_one_phrase(scan, index, last):
            _note(scan, Cue(index, last, kind))


def _note(scan: Scan, cue: Cue) -> None:
    if cue.kind in ROLE_KINDS:
        if cue.first not in scan.role_at:
            for covered in range(cue.first, cue.last):
                scan.role_at[covered] = cue
        return
    marks = scan.marks.setdefault(cue.kind, [])
    if len(marks) < MOST_CUES:
        marks.append(cue)


def _is_one_phrase(scan: Scan, first: int, last: int) -> bool:
    """False for "dua hari, ini syaratnya": words that follow each other by chance."""
    stretch = scan.norm[scan.starts[first] : scan.starts[last - 1]]
    return "," not in stretch and ";" not in stretch and scan.same_sentence(first, last - 1)


def _first(cue: Cue) -> int:
    return cue.first


def _build(lists: Mapping[str, Sequence[str]]) -> dict[str, Head]:
    """The lookup table: entries as written, then with clitics, then as people misspell long single words."""
    phrases = [(tuple(entry.lower().split()), kind) for kind, entries in lists.items() for entry in entries]
    written = {words for words, _ in phrases}
    found: dict[str, dict[tuple[tuple[str, ...], str], None]] = {}
    for words, kind in phrases:
        for variant in (words, *(variant for variant in _variants(words) if variant not in written)):
            found.setdefault(variant[0], {})[variant, kind] = None
    return {first: _head(list(entries)) for first, entries in found.items()}


def _head(entries: list[tuple[tuple[str, ...], str]]) -> Head:
    kinds = (kind for words, kind in entries if len(words) == 1)
    alone = sorted(kinds, key=lambda kind: (kind not in ROLE_KINDS, kind))
    longer: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for words, kind in sorted(entries, key=lambda entry: (-len(entry[0]), entry)):
        if len(words) > 1:
            longer.setdefault(words[1], []).append((words, kind))
    return Head(tuple(alone), {second: tuple(found) for second, found in longer.items()})


def _variants(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    *front, last = words
    if len(last) < 3 or not last.isalpha():
        return []
    variants = [(*front, last + suffix) for suffix in _SUFFIXES]
    if not front and len(last) >= 6:
        variants += [(spelling,) for spelling in _misspellings(last)]
    return variants


def _misspellings(word: str) -> list[str]:
    """A vowel left out, or two neighbouring letters swapped; the ends stay: "ptongan", "ptoongan".

    Only of words of six letters and more: of shorter ones too many are other words ("minta" and "minat").
    """
    dropped = [word[:at] + word[at + 1 :] for at in range(1, len(word) - 1) if word[at] in _VOWELS]
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 2)]
    return dropped + swapped
