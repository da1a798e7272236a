"""Flags: which red flags a message resembles, one ridge regression for all, calibrated on hands held out.

What the rules found is hidden from it, so that it can suggest a sign where no phrase fired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.checking.grams import BUCKETS
from bot.checking.weights import Scorer
from bot.training.lessons import RULE_SIGNS, Lesson, folds
from bot.training.matrix import learnt_signs, matrix, scorer

Scores = NDArray[np.float64]

PULL = 0.5
"""Pull towards zero; 0.3 to 1 were about equal on hands held out."""
SIGN_SIZE = 0.1
"""Size of a sign beside a whole row of grams of length 1."""
RAREST_FLAG = 5
"""A flag can be suggested when at least so many lessons name it."""
SMALLEST = 3
"""Steps below which a weight is dropped, so that the file stays small."""


def learnt_flags(lessons: Sequence[Lesson]) -> tuple[str, ...]:
    """Flags that enough lessons name, in alphabetical order."""
    counts = Counter(flag for lesson in lessons for flag in lesson.flags)
    return tuple(sorted(flag for flag, count in counts.items() if count >= RAREST_FLAG))


def learn_flags(lessons: Sequence[Lesson], signs: Mapping[str, int], flags: Sequence[str],
                done: Callable[[], None]) -> Scorer:  # fmt: skip
    """The calibrated scorer of ``flags``; ``done`` is called after each of ``steps(lessons)`` fits."""
    truth = np.array([[flag in lesson.flags for flag in flags] for lesson in lessons], dtype=np.float64)
    truth = truth.reshape(len(lessons), len(flags))
    seen = learnt_signs(lessons, RULE_SIGNS)
    rows = matrix(lessons, seen, SIGN_SIZE)
    alike = (rows @ rows.T).toarray()
    slope, offset = 1.0, 0.0
    if (held_out := folds(lessons)) and flags:
        slope, offset = _calibration(alike, truth, held_out, done)
    weights, bias = _fit(alike, truth)
    done()
    by_feature = rows.T @ weights
    placed = np.zeros((BUCKETS + len(signs), len(flags)))
    placed[:BUCKETS] = by_feature[:BUCKETS]
    for name, row in seen.items():
        placed[BUCKETS + signs[name]] = by_feature[BUCKETS + row]
    found = scorer(placed * slope, bias * slope + offset, SIGN_SIZE)
    return Scorer(np.where(np.abs(found.grams) < SMALLEST, 0, found.grams).astype(np.int8), found.scale, found.signs,
                  found.bias)  # fmt: skip


def steps(lessons: Sequence[Lesson]) -> int:
    """How many times ``learn_flags`` calls ``done``."""
    return len(folds(lessons)) + 1


def _fit(alike: Scores, truth: Scores) -> tuple[Scores, Scores]:
    """Weights of the lessons [lessons, flags] and bias [flags], from how much lessons are alike."""
    mean = truth.mean(axis=0)
    pulled = alike + PULL * np.eye(len(alike))
    weights = scipy.linalg.solve(pulled, truth - mean, assume_a="pos", overwrite_a=True, overwrite_b=True)
    return np.asarray(weights), mean


def _calibration(alike: Scores, truth: Scores, held_out: Sequence[Sequence[int]],
                 done: Callable[[], None]) -> tuple[float, float]:  # fmt: skip
    """Slope and offset that turn scores into log odds, from the scores of hands held out, all flags together."""
    scores: list[Scores] = []
    truths: list[Scores] = []
    for held in held_out:
        numbers = np.array(held)
        rest = np.setdiff1d(np.arange(len(alike)), numbers)
        weights, bias = _fit(alike[np.ix_(rest, rest)], truth[rest])
        scores.append((alike[np.ix_(numbers, rest)] @ weights + bias).ravel())
        truths.append(truth[numbers].ravel())
        done()
    every = np.concatenate(truths)
    if every.min() == every.max():
        return 1.0, 0.0
    model = LogisticRegression(C=1e4).fit(np.concatenate(scores).reshape(-1, 1), every)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
