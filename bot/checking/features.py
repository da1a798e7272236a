"""Features: what the example reader sees of a message: its grams, its frames, and named signs from rules, facts and layout.

A sign is a short name that holds or does not: ``flag:document_retention``, ``place:KH``, ``fact:visa:tourist``,
``length:3``. Names are kept with the trained weights, so rules may come and go without retraining breaking anything.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.checking.fact import Fact
from bot.checking.frames import FRAME_SHARES, read_frames
from bot.checking.grams import BUCKETS, Grams, read_grams
from bot.checking.kinds import kind_scores
from bot.checking.scope import work_scope
from bot.checking.text import Text

if TYPE_CHECKING:
    from bot.checking.reading import Reading
    from bot.knowledge.loading import Knowledge

FEATURE_VERSION: Final = 3
"""Raised whenever a message gives other features than before, so that an artifact trained on the old ones is stale."""

PLACES: Final = 2 * BUCKETS
"""Rows of weights for letters, then for frames."""
LETTERS_SHARE: Final = 0.3
"""Weight of the letters beside ``FRAME_SHARES``."""

_LENGTHS = (15, 40, 80, 150, 300, 600, 1200)
_LINES = (1, 4, 9)
_SYMBOLS = re.compile("[^\u0000-\u2190]")
_BULLETS = re.compile(r"(?m)^\s*(?:[-•●▪✅✔➡👉📌*▶🔸🔹]|\d{1,2}[.)])")
_QUOTED = re.compile(r"[\"“”«»].{12,}?[\"“”«»]", re.DOTALL)
_FORWARDED = re.compile(r"(?im)\b(?:forwarded|diteruskan|terusan|fwd|dari grup|copas)\b|^\s*\[\d{1,2}[:.]\d{2}")


class Placed(NamedTuple):
    """A sign that stands on certain words."""

    sign: str
    """Its name."""
    first: int
    """Index in ``Text.tokens`` of its first word."""
    last: int
    """Index of its last word."""


class View(NamedTuple):
    """One way of looking at the words of a message."""

    grams: Grams
    """What it sees."""
    row: int
    """Row of weights of its first bucket."""
    share: float
    """Its weight beside the other views."""

    def size(self) -> float:
        """Value of each of its distinct grams: together they have the length √share."""
        return float(np.sqrt(self.share / max(len(self.grams.distinct()), 1)))


@dataclass(frozen=True, slots=True)
class Features:
    """A message as the example reader sees it."""

    grams: Grams
    """Letters and words, hashed."""
    signs: tuple[str, ...]
    """Names of the signs that hold, each once; never empty."""
    frames: tuple[Grams, ...] = ()
    """The views of ``FRAME_SHARES``."""
    placed: tuple[Placed, ...] = ()
    """Where facts, flags, markers and cues among them stand; may be empty."""

    def letters(self) -> tuple[View, ...]:
        """The letters alone, by which flags are told: ``BUCKETS`` rows."""
        return (View(self.grams, 0, 1.0),)

    def views(self) -> tuple[View, ...]:
        """Letters and frames, by which outcomes are told: ``PLACES`` rows."""
        frames = zip(self.frames, FRAME_SHARES, strict=True)
        return (View(self.grams, 0, LETTERS_SHARE), *(View(grams, BUCKETS, share) for grams, share in frames))


def row_values(views: Iterable[View]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of weights that a message speaks to, and how loud; a row may come more than once, its values add up."""
    rows, values = [], []
    for view in views:
        distinct = view.grams.distinct()
        rows.append(distinct + view.row)
        values.append(np.full(len(distinct), np.sqrt(view.share / max(len(distinct), 1))))
    return np.concatenate(rows), np.concatenate(values)


def read_features(reading: Reading, knowledge: Knowledge) -> Features:
    """The features of what was read; pure, at most 0.35 ms for a message of 400 characters."""
    placed = (*_placed_matches(reading), *_placed_facts(reading))
    signs = dict.fromkeys(_rule_signs(reading, knowledge))
    signs.update(dict.fromkeys(place.sign for place in placed))
    signs.update(dict.fromkeys(f"list:{name}" for name in sorted(reading.lists)))
    signs[f"scope:{work_scope(reading)}"] = None
    signs.update(dict.fromkeys(_layout_signs(reading.text)))
    frames = read_frames(reading.text, reading.standard)
    return Features(read_grams(reading.text), tuple(signs), frames, placed)


def _placed_matches(reading: Reading) -> Iterator[Placed]:
    origin, tokens = reading.text.origin, reading.text.tokens
    starts = [origin[token.start] for token in tokens]
    for family, matches in (("flag", reading.flags), ("marker", reading.markers), ("cue", reading.cues)):
        for match in matches:
            first = max(bisect_right(starts, match.start) - 1, 0)
            yield Placed(f"{family}:{match.rule}", first, max(bisect_left(starts, match.end) - 1, first))


def _placed_facts(reading: Reading) -> Iterator[Placed]:
    for fact in reading.facts:
        for sign in _fact_signs(fact):
            yield Placed(sign, fact.first, max(fact.last - 1, fact.first))


def _rule_signs(reading: Reading, knowledge: Knowledge) -> Iterator[str]:
    flags, markers, cues = knowledge.red_flags, knowledge.markers, knowledge.kind_cues
    severities = [flags[match.rule].severity for match in reading.flags]
    for match in reading.flags:
        yield f"group:{flags[match.rule].group}"
    for severity in sorted(set(severities)):
        yield f"severity:{severity}"
        if severities.count(severity) > 1:
            yield f"severity:{severity}:2"
    yield f"flags:{min(len(severities), 4)}"
    for match in reading.markers:
        yield f"strength:{markers[match.rule].strength}"
    yield f"markers:{min(len(reading.markers), 4)}"
    for match in reading.cues:
        yield f"cues:{cues[match.rule].kind}"
    for kind, score in kind_scores(reading, knowledge).items():
        if score >= 30:
            yield f"score:{kind}:{min(score // 30, 3)}"


def _fact_signs(fact: Fact) -> Iterator[str]:
    yield f"fact:{fact.type}"
    if fact.label:
        yield f"fact:{fact.type}:{fact.label}"
    if fact.country:
        yield f"{fact.type}:{fact.country}"
        yield f"{fact.type}:{'home' if fact.country == 'ID' else 'foreign'}"
    if fact.status:
        yield f"status:{fact.status}"
    if fact.currency and fact.currency != "IDR":
        yield f"{fact.type}:foreign_currency"
    if fact.type == "age" and fact.value is not None:
        yield "age:child" if fact.value < 18 else "age:adult"
    if fact.type == "wage" and fact.rupiah_month is not None:
        yield f"wage:{min(int(fact.rupiah_month // 4_000_000), 6)}"


def _layout_signs(text: Text) -> Iterator[str]:
    original = text.original
    length = len(original)
    yield f"length:{sum(length > limit for limit in _LENGTHS)}"
    yield f"lines:{sum(original.count(chr(10)) >= limit for limit in _LINES)}"
    questions = original.count("?")
    if questions:
        yield f"questions:{min(questions, 3)}"
    if original.rstrip().endswith("?"):
        yield "ends_with_question"
    if original.count("!") > 1:
        yield "exclamations"
    if len(_BULLETS.findall(original)) > 1:
        yield "bullets"
    if _QUOTED.search(original):
        yield "quoted"
    if _FORWARDED.search(original):
        yield "forwarded"
    if len(_SYMBOLS.findall(original)) > 2:
        yield "symbols"
    if sum(map(str.isupper, original)) * 3 > length > 20:
        yield "capitals"
