"""Outcomes: a multinomial logistic regression, its strength and its calibration chosen on hands held out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.checking.opinion import OUTCOMES
from bot.checking.weights import Scorer
from bot.training.lessons import Lesson, folds
from bot.training.matrix import learnt_signs, matrix, scorer

Scores = NDArray[np.float64]

STRENGTHS = (2.0, 6.0)
"""Inverse of the pull towards zero (C); the one with the least surprise on hands held out is taken."""
SIGN_SIZE = 0.1
"""Size of a sign beside a whole row of grams of length 1; 0.08 to 0.15 were equal on hands held out, 0.4 was worse."""
RULES_FIND = (0.5, 0.0)
"""Each lesson is learnt once with this share of what rules found in it: in messages that nobody has seen they find
about half of what they find in the examples (flags named: 0.48 of 0.92)."""
TEMPERATURES = np.geomspace(0.5, 4.0, 61)
"""Candidates for the softening of scores that makes probabilities true."""
UNSEEN = -8.0
"""Score of an outcome that no lesson has."""


def learn_outcomes(lessons: Sequence[Lesson], signs: Mapping[str, int], done: Callable[[], None]) -> Scorer:
    """The calibrated scorer of outcomes; ``done`` is called after each of ``steps(lessons)`` fits."""
    known = [lesson for lesson in lessons if lesson.outcome is not None]
    truth = np.array([lesson.outcome for lesson in known])
    strength, temperature = STRENGTHS[0], 1.0
    held_out = folds(known)
    if held_out:
        least = float("inf")
        for candidate, scores in _held_out_scores(known, held_out, done).items():
            surprises = [_surprise(scores / softer, truth) for softer in TEMPERATURES]
            if min(surprises) < least:
                least, strength = min(surprises), candidate
                temperature = float(TEMPERATURES[int(np.argmin(surprises))])
    weights, bias = _fit(known, signs, (strength,))[strength]
    done()
    return scorer(weights / temperature, bias / temperature, SIGN_SIZE)


def steps(lessons: Sequence[Lesson]) -> int:
    """How many times ``learn_outcomes`` calls ``done``."""
    return len(folds(lessons)) + 1


def _held_out_scores(known: Sequence[Lesson], held_out: Sequence[Sequence[int]],
                     done: Callable[[], None]) -> dict[float, Scores]:  # fmt: skip
    """By strength, the scores [lessons, outcomes] that each lesson gets from the other hands."""
    scores = {strength: np.full((len(known), len(OUTCOMES)), UNSEEN) for strength in STRENGTHS}
    for numbers in held_out:
        hidden = set(numbers)
        rest = [lesson for number, lesson in enumerate(known) if number not in hidden]
        signs = learnt_signs(rest)
        rows = matrix([known[number] for number in numbers], signs, SIGN_SIZE)
        for strength, (weights, bias) in _fit(rest, signs, STRENGTHS).items():
            scores[strength][numbers] = rows @ weights + bias
        done()
    return scores


def _fit(known: Sequence[Lesson], signs: Mapping[str, int],
         strengths: Sequence[float]) -> dict[float, tuple[Scores, Scores]]:  # fmt: skip
    """By strength, weights [features, outcomes] and bias; every lesson counts twice, once as if no rule knew it."""
    rows = matrix([lesson.with_rules(share) for share in RULES_FIND for lesson in known], signs, SIGN_SIZE)
    truth = [lesson.outcome for lesson in known] * len(RULES_FIND)
    counts = Counter(truth)
    # Rare outcomes weigh more, by the root: between as they come and all alike.
    balance = {outcome: (len(truth) / len(counts) / count) ** 0.5 for outcome, count in counts.items()}
    model = LogisticRegression(class_weight=balance, max_iter=400, tol=1e-3, warm_start=True)
    found: dict[float, tuple[Scores, Scores]] = {}
    for strength in strengths:
        model.set_params(C=strength)
        model.fit(rows, truth)
        found[strength] = _all_outcomes(model.classes_, model.coef_, model.intercept_)
    return found


def _all_outcomes(classes: NDArray[np.int64], coefficients: Scores, intercepts: Scores) -> tuple[Scores, Scores]:
    """Weights and bias with a column for every outcome, also those that no lesson has."""
    if len(classes) == 2:  # one column for the second class: share it between both
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercepts = np.concatenate([-intercepts, intercepts]) / 2
    weights = np.zeros((coefficients.shape[1], len(OUTCOMES)))
    bias = np.full(len(OUTCOMES), UNSEEN)
    weights[:, classes] = coefficients.T
    bias[classes] = intercepts
    return weights, bias


def _surprise(scores: Scores, truth: NDArray[np.int64]) -> float:
    """Mean negative logarithm of the probability given to what was true."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(truth)), truth].mean())
