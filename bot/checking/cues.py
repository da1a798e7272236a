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
        "work", "leaving", "age", "birth", "person", "duration", "hours", "haste", "going", "visa", "entry", "phone", "account",
        "visa_tourist", "visa_pilgrimage", "visa_student", "visa_training", "visa_work", "visa_holiday", "visa_free",
        "kind_tourist", "kind_pilgrimage", "kind_student", "kind_training", "kind_work", "kind_holiday",
    }
)  # fmt: skip
"""Kinds that may overlap each other and the roles."""

_SUFFIXES = ("nya", "ny", "ne", "e", "na", "ku", "mu", "x")
_DIGIT_LETTERS = str.maketrans("0134578", "oieastb")
_LONGEST_CUE = 5
_VOWELS = frozenset("aiueo")


class Cue(NamedTuple):
    """Cue words found in a message."""

    first: int
    """Index of the first word."""
    last: int
    """Index past the last word."""
    kind: str
    """A list of the knowledge without its ``fact_``: "wage", "age", "visa_tourist" …"""


Entries = tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class FactWords:
    """What the fact readers know about words and the world; built once from the knowledge."""

    table: Mapping[str, Entries]
    """First word → what may start there, longest first."""
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
    roles: list[Cue] = field(default_factory=list)
    """Cues of amounts, in order, none overlapping."""
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
        """Cues of a kind that end at most ``before`` words ahead of [first, last) or start at most ``after`` words behind
        it, in order; overlapping ones count."""
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
    words = tuple(token.word for token in text.tokens)
    scan = Scan(text, text.norm, words, [token.start for token in text.tokens], knowledge)
    table = knowledge.table
    for index, word in enumerate(words):
        entries = table.get(word)
        if entries is None and not word.isalpha() and word[0].isalpha():
            entries = table.get(word.translate(_DIGIT_LETTERS))
        if entries is not None:
            _note(scan, index, entries)
    return scan


def _note(scan: Scan, index: int, entries: Entries) -> None:
    words, role_at = scan.words, scan.role_at
    for wanted, kind in entries:
        last = index + len(wanted)
        if last > index + 1 and not _continues(words, wanted, index):
            continue
        cue = Cue(index, last, kind)
        if kind not in ROLE_KINDS:
            scan.marks.setdefault(kind, []).append(cue)
        elif index not in role_at:
            scan.roles.append(cue)
            for covered in range(index, last):
                role_at[covered] = cue


def _continues(words: tuple[str, ...], wanted: tuple[str, ...], index: int) -> bool:
    return words[index + 1 : index + len(wanted)] == wanted[1:]


def _first(cue: Cue) -> int:
    return cue.first


def _build(lists: Mapping[str, Sequence[str]]) -> dict[str, Entries]:
    """The lookup table: entries as written, then with clitics, then as people misspell long single words."""
    table: dict[str, dict[tuple[tuple[str, ...], str], None]] = {}
    phrases = [(tuple(entry.lower().split()), kind) for kind, entries in lists.items() for entry in entries]
    written = {words for words, _ in phrases}
    for words, kind in phrases:
        table.setdefault(words[0], {})[words, kind] = None
        for variant in _variants(words):
            if variant not in written:
                table.setdefault(variant[0], {})[variant, kind] = None
    return {
        first: tuple(sorted(entries, key=lambda entry: (-len(entry[0]), entry[1]))) for first, entries in table.items()
    }


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
