"""Question grams: how much a question is like the example questions and the texts of each pathway.

Words are brought to their standard spelling, then cut into stretches of three and four letters, so that slang, dialect
and typos still share most of a word. Grams that stand in many pathways weigh little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from bot.checking.text import Text, read_text

WIDEST = 0.6
"""Share of the pathways from which a gram tells nothing any more."""
_LETTERS = (3, 4)
_WORD = "="
"""Marks a whole word, so that it never equals a stretch of letters."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a question shares with one pathway."""

    example: float
    """How like the two nearest example questions it is, by cosine, the nearest counting twice; 0–1."""
    body: float
    """Share of the question's weight that stands in the pathway's own texts, 0–1."""


@dataclass(frozen=True, slots=True)
class QuestionGrams:
    """Example questions and texts of all pathways as weighted grams."""

    standard: Mapping[str, str]
    """Chat or dialect word → its standard spelling."""
    weight: Mapping[str, float]
    """Gram → how telling it is; a gram that is not here was never seen."""
    examples: Mapping[str, Sequence[tuple[int, float]]]
    """Gram → (example, weight in it)."""
    owner: Sequence[int]
    """Pathway number of each example."""
    bodies: Mapping[str, Sequence[int]]
    """Gram → pathways whose texts hold it."""

    def likeness(self, text: Text, without: int = -1) -> dict[int, Likeness]:
        """What the question shares with each pathway that it shares anything with; example ``without`` is passed over."""
        grams = Counter(_grams(text, self.standard))
        unseen = max(self.weight.values(), default=1.0)
        weighed = {gram: (1 + log(count)) * self.weight.get(gram, unseen) for gram, count in grams.items()}
        weighed = {gram: weight for gram, weight in weighed.items() if weight}
        length = sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        total = sum(weighed.values()) or 1.0
        cosines: dict[int, float] = defaultdict(float)
        shares: dict[int, float] = defaultdict(float)
        for gram, weight in weighed.items():
            for example, stored in self.examples.get(gram, ()):
                cosines[example] += weight * stored
            for pathway in self.bodies.get(gram, ()):
                shares[pathway] += weight
        nearest: dict[int, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        for example, cosine in cosines.items():
            first, second = nearest[self.owner[example]]
            if example != without and cosine > second:
                nearest[self.owner[example]] = (max(first, cosine), min(first, cosine))
        return {
            pathway: Likeness((2 * nearest[pathway][0] + nearest[pathway][1]) / (3 * length), shares[pathway] / total)
            for pathway in {*nearest, *shares}
        }


def question_grams(spellings: Mapping[str, Iterable[str]], examples: Sequence[Sequence[str]],
                   bodies: Sequence[str]) -> QuestionGrams:  # fmt: skip
    """Grams of the example questions and of the texts, one entry a pathway; deterministic."""
    standard = _standard_words(spellings)
    owner = [number for number, questions in enumerate(examples) for _ in questions]
    counted = [Counter(_grams(read_text(question), standard)) for questions in examples for question in questions]
    of_body = [set(_grams(read_text(body), standard)) for body in bodies]
    spread = Counter(gram for number, grams in enumerate(of_body) for gram in grams | _all(counted, owner, number))
    weight = {gram: log(1 + len(bodies) / count) if count < WIDEST * len(bodies) else 0.0 for gram, count in spread.items()}
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for example, grams in enumerate(counted):
        weighed = {gram: (1 + log(count)) * weight[gram] for gram, count in grams.items() if weight[gram]}
        length = sqrt(sum(value * value for value in weighed.values())) or 1.0
        for gram, value in weighed.items():
            postings[gram].append((example, value / length))
    holding: dict[str, list[int]] = defaultdict(list)
    for number, held in enumerate(of_body):
        for gram in sorted(held):
            holding[gram].append(number)
    return QuestionGrams(standard, weight, dict(postings), owner, dict(holding))


def _all(counted: Sequence[Counter[str]], owner: Sequence[int], number: int) -> set[str]:
    return {gram for grams, own in zip(counted, owner, strict=True) if own == number for gram in grams}


def _standard_words(spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Variant → standard word, single words only; a variant of several words keeps the first."""
    found: dict[str, str] = {}
    for word, variants in spellings.items():
        for variant in variants:
            if " " not in variant and variant not in spellings:
                found.setdefault(variant.lower(), word)
    return found


def _grams(text: Text, standard: Mapping[str, str]) -> Iterator[str]:
    before = ""
    for token in text.tokens:
        word = standard.get(token.word, token.word)
        yield _WORD + word
        if before:
            yield f"{_WORD}{before} {word}"
        before = word
        framed = f"<{word}>"
        for length in _LETTERS:
            for start in range(len(framed) - length + 1):
                yield framed[start : start + length]
