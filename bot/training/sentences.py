"""The sentence reader's weights: one logistic regression over embeddings and the first opinions of lessons held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.checking.opinion import OUTCOMES
from bot.checking.sentences import Embed, SentenceWeights, sentence_rows
from bot.checking.weights import WeightsError
from bot.knowledge.loading import Knowledge
from bot.training.freshness import trained_on
from bot.training.lessons import lesson_texts, read_lessons
from bot.training.matrix import learnt_signs
from bot.training.outcomes import OUTCOME_BALANCE, held_out_probabilities

TRUST = 0.1
"""Inverse of the pull towards zero (C); 0.03 and 0.1 were equal on hands held out, 1 was worse."""
DIGITS = 4
"""Digits after the point that are kept; differences in the last digits between two machines vanish."""


def train_sentences(knowledge: Knowledge, embed: Embed, progress: Callable[[float], None]) -> bytes:
    """The bytes of ``knowledge/reader/sentences.npz``; raises WeightsError when one hand wrote all examples.

    ``progress`` is called with the part done, 0–1; embedding takes most of the time.
    """
    lessons = read_lessons(knowledge, lambda part: progress(part / 10))
    texts = list(lesson_texts(knowledge))
    chosen = [number for number, lesson in enumerate(lessons) if lesson.outcome is not None]
    first = held_out_probabilities([lessons[number] for number in chosen], learnt_signs(lessons))
    counted = np.flatnonzero(~np.isnan(first).any(axis=1))
    if not len(counted):
        raise WeightsError("untuk pembaca kalimat perlu contoh dari sedikitnya dua penulis")
    embeddings = []
    for done, row in enumerate(counted, 1):
        embeddings.append(embed(texts[chosen[row]].text))
        progress(0.2 + 0.75 * done / len(counted))
    truth = [lessons[chosen[row]].outcome for row in counted]
    return _fit(np.array(embeddings), first[counted], truth, trained_on(knowledge)).to_bytes()


def _fit(
    embeddings: NDArray[np.float32], first: NDArray[np.float64], truth: Sequence[int | None], name: str
) -> SentenceWeights:
    mean, spread = embeddings.mean(axis=0), float(embeddings.std())
    rows = sentence_rows((embeddings - mean) / np.float32(spread), first)
    counts = Counter(truth)
    importance = np.array([1 / counts[outcome] ** OUTCOME_BALANCE for outcome in truth])
    model = LogisticRegression(C=TRUST, max_iter=2_000).fit(rows, np.array(truth), importance / importance.mean())
    turn = np.zeros((rows.shape[1], len(OUTCOMES)))
    bias = np.full(len(OUTCOMES), -8.0)
    turn[:, model.classes_], bias[model.classes_] = model.coef_.T, model.intercept_
    return SentenceWeights(name, _kept(mean), round(spread, DIGITS), _kept(turn), _kept(bias))


def _kept(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.round(values, DIGITS).astype(np.float32)
