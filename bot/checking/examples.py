"""The example reader: judges a message by the example messages of the knowledge, and shows which words weighed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.checking.features import Features, View, read_features, row_values
from bot.checking.grams import BUCKETS
from bot.checking.opinion import OUTCOMES, Explanation, Opinion, Suggestion
from bot.checking.text import Text
from bot.checking.weights import Scorer, Weights, softmax

if TYPE_CHECKING:
    from bot.checking.reading import Reading
    from bot.knowledge.loading import Knowledge

LONGEST_STRETCH = 10
"""Words quoted at most."""
SUGGESTED_AT_MOST = 3
"""Flags suggested at most for one message."""


@dataclass(frozen=True, slots=True)
class ExampleReader:
    """Reads with trained weights; pure, immutable, shared by all threads."""

    weights: Weights
    """What training found out."""

    @classmethod
    def from_bytes(cls, content: bytes) -> ExampleReader:
        """The reader kept in a file; raises WeightsError when the file cannot be used."""
        return cls(Weights.from_bytes(content))

    def read(self, reading: Reading, knowledge: Knowledge) -> Opinion:
        """The opinion of a message that was read with ``knowledge``, which may be newer than what was trained on."""
        features = read_features(reading, knowledge)
        rows = self.weights.signs
        signs = np.array([rows[name] for name in features.signs if name in rows], dtype=np.int64)
        chances = softmax(self.weights.outcomes.scores(*row_values(features.views()), signs))

        def explain() -> Explanation:
            suggestions = tuple(self._suggestions(features, signs, reading, knowledge))
            if suggestions:
                return Explanation(suggestions, suggestions[0].start, suggestions[0].end)
            column = int(chances.argmax())
            views = features.views()
            return Explanation((), *_stretch(features, views, reading.text, rows, self.weights.outcomes, column))

        return Opinion(dict(zip(OUTCOMES, chances.tolist(), strict=True)), explain)

    def _suggestions(
        self, features: Features, signs: NDArray[np.int64], reading: Reading, knowledge: Knowledge
    ) -> Iterator[Suggestion]:
        """Red flags in use that no phrase found, at least as probable as the policy asks, most probable first."""
        views, rows = features.letters(), self.weights.signs
        chances = 1 / (1 + np.exp(-self.weights.flags.scores(*row_values(views), signs).astype(np.float64)))
        likely = np.flatnonzero(chances >= knowledge.policy.example_reader.suggest_from)
        found = {match.rule for match in reading.flags}
        left = SUGGESTED_AT_MOST
        for column in likely[np.argsort(-chances[likely], kind="stable")].tolist():
            flag = knowledge.red_flags.get(self.weights.rules[column])
            if left and flag is not None and flag.status == "active" and flag.id not in found:
                left -= 1
                start, end = _stretch(features, views, reading.text, rows, self.weights.flags, column)
                yield Suggestion(flag.id, float(chances[column]), start, end, reading.text.original[start:end])


def _stretch(features: Features, views: Iterable[View], text: Text, signs: Mapping[str, int], scorer: Scorer,
             column: int) -> tuple[int, int]:  # fmt: skip
    """Offsets in the original of the words of one sentence that spoke most for a column; (0, 0) without words."""
    if not text.tokens:
        return 0, 0
    word_weights = np.zeros(len(text.tokens))
    for view in views:
        # Each gram gives half of its weight to the first and half to the last word it touches; one that comes again
        # counts once, so each place has its part of that.
        buckets = view.grams.buckets
        step = scorer.scale[column] * view.size() / 2
        halves = scorer.grams[buckets + view.row, column] * step / np.bincount(buckets, minlength=BUCKETS)[buckets]
        np.add.at(word_weights, view.grams.first, halves)
        np.add.at(word_weights, view.grams.last, halves)
    for sign, first, last in features.placed:
        if sign in signs and last < len(word_weights):
            word_weights[first : last + 1] += scorer.signs[signs[sign], column] / (last + 1 - first)
    first, last = _heaviest_run(word_weights, text)
    return text.span(text.tokens[first].start, text.tokens[last].end)


def _heaviest_run(word_weights: NDArray[np.float64], text: Text) -> tuple[int, int]:
    """First and last word of the run of at most ``LONGEST_STRETCH`` words of one sentence that weighs most."""
    count = len(word_weights)
    sentences = np.fromiter((token.sentence for token in text.tokens[:count]), dtype=np.int64, count=count)
    sums = np.concatenate(([0.0], np.cumsum(word_weights)))
    first = np.arange(count)[:, None]
    last = np.minimum(first + np.arange(LONGEST_STRETCH), count - 1)
    runs = np.where(sentences[last] == sentences[first], sums[last + 1] - sums[first], -np.inf)
    row, column = divmod(int(runs.argmax()), LONGEST_STRETCH)
    return row, min(row + column, count - 1)
