"""Outcomes: one ridge regression for all, calibrated on hands held out.

It is solved by how much lessons are alike, which takes seconds where a logistic regression takes minutes and reads hands
held out a little better. Lessons are learnt as if rules had found half of what they find in them: in messages that
nobody has seen they find about half of what they find in the examples (flags named: 0.48 of 0.92).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from sklearn.linear_model import LogisticRegression

from bot.checking.opinion import OUTCOMES
from bot.checking.weights import Scorer
from bot.training.lessons import Lesson, folds
from bot.training.matrix import matrix, scorer

Scores = NDArray[np.float64]

PULL = 0.4
"""Pull towards zero; 0.3 to 0.7 were about equal on hands held out."""
SIGN_SIZE = 0.1
"""Size of a sign beside a whole row of grams of length 1; 0.08 to 0.15 were equal on hands held out, 0.4 was worse."""
RULES_FIND = 0.5
"""Share of what rules found in a lesson that is left in it."""
OUTCOME_BALANCE, HAND_BALANCE = 0.6, 0.2
"""How far outcomes, and within them hands, weigh alike: 0 as they come, 1 all the same."""
SHARPNESS = 8.0
"""What scores are multiplied with before they are calibrated; alone it is about right."""
TRUST = 1.0
"""Inverse of the pull of the calibration (C)."""
UNSEEN = -8.0
"""Score of an outcome that no lesson has."""


def learn_outcomes(lessons: Sequence[Lesson], signs: Mapping[str, int], done: Callable[[], None]) -> Scorer:
    """The calibrated scorer of outcomes; ``done`` is called after each of ``steps(lessons)`` fits."""
    known = [lesson.with_rules(RULES_FIND) for lesson in lessons if lesson.outcome is not None]
    rows = matrix(known, signs, SIGN_SIZE, frames=True)
    alike = (rows @ rows.T).toarray()
    turn, shift = _calibration(held_out_scores(known, alike, done), known)
    weights, bias = _fit(known, alike)
    done()
    return scorer(rows.T @ (weights @ turn), bias @ turn + shift, len(signs), SIGN_SIZE)


def steps(lessons: Sequence[Lesson]) -> int:
    """How many times ``learn_outcomes`` calls ``done``."""
    return len(folds(lessons)) + 1


def held_out_scores(known: Sequence[Lesson], alike: Scores, done: Callable[[], None]) -> Scores:
    """[lessons, outcomes]: what each lesson is given by hands other than its own; nan where none is held out."""
    scores = np.full((len(known), len(OUTCOMES)), np.nan)
    for held in folds(known):
        numbers = np.array(held)
        rest = np.setdiff1d(np.arange(len(known)), numbers)
        weights, bias = _fit([known[number] for number in rest], alike[np.ix_(rest, rest)])
        scores[numbers] = alike[np.ix_(numbers, rest)] @ weights + bias
        done()
    return scores


def held_out_probabilities(lessons: Sequence[Lesson], signs: Mapping[str, int]) -> Scores:
    """[lessons, outcomes]: the calibrated probabilities given by hands other than each lesson's; nan where there are none.

    Every lesson has an outcome.
    """
    known = [lesson.with_rules(RULES_FIND) for lesson in lessons]
    rows = matrix(known, signs, SIGN_SIZE, frames=True)
    scores = held_out_scores(known, (rows @ rows.T).toarray(), lambda: None)
    turn, shift = _calibration(scores, known)
    powers = np.exp(scores @ turn + shift)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _fit(known: Sequence[Lesson], alike: Scores) -> tuple[Scores, Scores]:
    """Weights of the lessons [lessons, outcomes] and bias [outcomes], from how much lessons are alike."""
    truth = np.array([[float(lesson.outcome == column) for column in range(len(OUTCOMES))] for lesson in known])
    outcomes = Counter(lesson.outcome for lesson in known)
    cells = Counter((lesson.outcome, lesson.hand) for lesson in known)
    counts = np.array([
        outcomes[lesson.outcome] ** OUTCOME_BALANCE * cells[lesson.outcome, lesson.hand] ** HAND_BALANCE
        for lesson in known
    ])  # fmt: skip
    importance = 1 / counts / np.mean(1 / counts)
    mean = importance @ truth / len(known)
    return solve(alike + np.diag(PULL / importance), truth - mean, assume_a="pos"), mean


def _calibration(scores: Scores, known: Sequence[Lesson]) -> tuple[Scores, Scores]:
    """How scores are turned and shifted into logarithms of probabilities, by the scores of lessons held out."""
    turn, shift = SHARPNESS * np.eye(len(OUTCOMES)), np.zeros(len(OUTCOMES))
    truth = np.array([lesson.outcome for lesson in known])
    seen = np.unique(truth)
    shift[np.setdiff1d(np.arange(len(OUTCOMES)), seen)] = UNSEEN
    counted = ~np.isnan(scores).any(axis=1)
    if len(np.unique(truth[counted])) > 2:
        model = LogisticRegression(C=TRUST, max_iter=1000).fit(SHARPNESS * scores[counted], truth[counted])
        turn[:, model.classes_] = SHARPNESS * model.coef_.T
        shift[model.classes_] = model.intercept_
    return turn, shift
