"""Question grams: which pathway a question sounds like, learned from the example questions and first answers.

Words are brought to their standard spelling, then cut into letters and words as the example reader does. A gram speaks
for a pathway by the logarithm of how much more often it stands there than elsewhere (multinomial naive Bayes over TF-IDF).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.checking.grams import BUCKETS, read_grams
from bot.checking.text import Text, read_text

FEW_GRAMS = 100.0
"""Weight of grams (some twenty) that is added to every question's, so that "pp" is not certain of anything."""
SMOOTHING = 0.03
"""Weight that every gram has in every pathway, so that an unseen one does not rule it out."""

Values: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """One example question or line of a first answer, as weighted grams of length 1."""

    pathway: int
    """Number of its pathway."""
    buckets: NDArray[np.uint16]
    """Its grams, each once."""
    values: Values
    """Their weights."""


@dataclass(frozen=True, slots=True)
class QuestionGrams:
    """What grams say for pathways."""

    standard: Mapping[str, str]
    """Chat or dialect word → its standard spelling."""
    weight: Values
    """By bucket: how telling a gram is; that of an unseen gram is the greatest."""
    evidence: NDArray[np.float16]
    """By bucket and pathway: what a gram says for it, 0 when it says nothing; half precision, for it is most of the size."""
    background: Values
    """By bucket: mean over the pathways, which ``evidence`` is measured against."""
    samples: tuple[Sample, ...]
    """What it was learned from, so that one can be left out."""

    def likeness(self, text: Text, without: int | None = None) -> Values:
        """Evidence for each pathway, a mean over the question's grams: about 0 for strangers, 0.3 and more for its own.

        ``without`` is the number of a sample that is to be left out, as if it had not been learned.
        """
        buckets, counts = np.unique(_buckets(text, self.standard), return_counts=True)
        values = (1 + np.log(counts)) * self.weight[buckets]
        total = float(values.sum()) + FEW_GRAMS
        found: Values = values @ self.evidence[buckets].astype(np.float32) / np.float32(total)
        if without is not None:
            pathway = self.samples[without].pathway
            own = _spoken([sample for number, sample in enumerate(self.samples) if number != without], pathway)
            seen = self.background != 0
            column = np.where(seen, _log_share(own, int(seen.sum())) - self.background, 0)
            found[pathway] = values @ column[buckets] / total
        return found


def question_grams(spellings: Mapping[str, Iterable[str]], questions: Sequence[Sequence[str]],
                   answers: Sequence[Sequence[str]]) -> QuestionGrams:  # fmt: skip
    """Learned from example questions and lines of answers, one entry a pathway; deterministic.

    Samples are numbered through all questions first, in order.
    """
    standard = _standard_words(spellings)
    texts = [(number, line) for lists in (questions, answers) for number, lines in enumerate(lists) for line in lines]
    counted = [(number, *np.unique(_buckets(read_text(line), standard), return_counts=True)) for number, line in texts]
    spread = np.zeros(BUCKETS)
    for _, buckets, _ in counted:
        spread[buckets] += 1
    weight = (np.log((1 + len(counted)) / (1 + spread)) + 1).astype(np.float32)
    samples = []
    for number, buckets, counts in counted:
        values = (1 + np.log(counts)) * weight[buckets]
        samples.append(
            Sample(number, buckets.astype(np.uint16), (values / (np.sqrt((values**2).sum()) or 1)).astype(np.float32))
        )
    seen = spread > 0
    evidence = np.zeros((BUCKETS, len(questions)), dtype=np.float32)
    for number in range(len(questions)):
        evidence[:, number] = np.where(seen, _log_share(_spoken(samples, number), int(seen.sum())), 0)
    background: Values = evidence.sum(axis=1) / np.float32(max(len(questions), 1))
    evidence -= background[:, None]
    return QuestionGrams(standard, weight, evidence.astype(np.float16), background, tuple(samples))


def _spoken(samples: Iterable[Sample], pathway: int) -> Values:
    """By bucket how much the samples of a pathway hold of it."""
    spoken = np.zeros(BUCKETS, dtype=np.float32)
    for sample in samples:
        if sample.pathway == pathway:
            spoken[sample.buckets] += sample.values
    return spoken


def _log_share(spoken: Values, seen: int) -> Values:
    shares: Values = np.log(spoken + SMOOTHING) - np.log(spoken.sum() + SMOOTHING * seen)
    return shares


def _standard_words(spellings: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Variant → standard word, single words only; a variant of several words keeps the first."""
    found: dict[str, str] = {}
    for word, variants in spellings.items():
        for variant in variants:
            if " " not in variant and variant not in spellings:
                found.setdefault(variant.lower(), word)
    return found


def _buckets(text: Text, standard: Mapping[str, str]) -> NDArray[np.int32]:
    words = " ".join(standard.get(token.word, token.word) for token in text.tokens)
    return read_grams(read_text(words)).buckets
