"""Flags: which red flags a message resembles, one ridge regression for all, calibrated on hands that it had not learnt.

What the rules found is hidden from it, so that it can suggest a sign where no phrase fired.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.checking.grams import BUCKETS
from bot.checking.weights import Floats, Scorer
from bot.training.lessons import RULE_SIGNS, Lesson
from bot.training.matrix import learnt_signs, likeness, matrix, scorer
from bot.training.ridge import solve_ridge

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
    """The calibrated scorer of ``flags``; ``done`` is called when it is there."""
    truth = np.array([[flag in lesson.flags for flag in flags] for lesson in lessons], dtype=np.float64)
    truth = truth.reshape(len(lessons), len(flags))
    seen = learnt_signs(lessons, RULE_SIGNS)
    rows = matrix(lessons, seen, SIGN_SIZE, frames=False)
    alike = likeness(rows)
    slope, offset = _calibration(alike, truth, [lesson.hand for lesson in lessons])
    weights, bias = solve_ridge(alike, truth, PULL)
    by_feature = rows.T @ weights
    placed = np.zeros((BUCKETS + len(signs), len(flags)))
    placed[:BUCKETS] = by_feature[:BUCKETS]
    for name, row in seen.items():
        placed[BUCKETS + signs[name]] = by_feature[BUCKETS + row]
    small = scorer(placed * slope, bias * slope + offset, len(signs), SIGN_SIZE)
    done()
    return Scorer(np.where(np.abs(small.grams) < SMALLEST, 0, small.grams).astype(np.int8), small.scale, small.signs,
                  small.bias)  # fmt: skip


def _calibration(alike: Floats, truth: Scores, hands: Sequence[str]) -> tuple[float, float]:
    """Slope and offset that turn scores into log odds, all flags together: from the scores that the lessons of every other
    hand give those of the hands between."""
    different = sorted({hand for hand in hands if hand})
    numbers = np.array([different.index(hand) if hand else 0 for hand in hands])
    learnt = np.flatnonzero(numbers % 2 == 0)
    others = np.flatnonzero(numbers % 2)
    every = truth[others].ravel()
    if not len(every) or every.min() == every.max():
        return 1.0, 0.0
    weights, bias = solve_ridge(alike[np.ix_(learnt, learnt)], truth[learnt], PULL)
    scores = alike[np.ix_(others, learnt)] @ weights + bias
    model = LogisticRegression(C=1e4).fit(scores.reshape(-1, 1), every)
    return float(model.coef_[0, 0]), float(model.intercept_[0])
