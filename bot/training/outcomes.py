"""Outcomes: one ridge regression for all, calibrated on hands held out.

It is solved by how much lessons are alike, which takes seconds where a logistic regression takes minutes and reads hands
held out a little better. Lessons are learnt as if rules had found as much in them as in messages that nobody has seen
(``lessons.RULES_FIND``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.checking.opinion import OUTCOMES
from bot.checking.weights import Scorer
from bot.training.lessons import ORDINARY_HAND, Lesson
from bot.training.matrix import add_likeness, likeness, matrix, scorer
from bot.training.ridge import Ridge, fit_ridge

Scores = NDArray[np.float64]

PULL = 0.6
"""Pull towards zero; 0.4 to 0.8 were about equal on hands held out."""
SIGN_SIZE = 0.055
"""Size of a sign beside a whole row of grams of length 1; 0.03 and 0.1 were worse on hands held out."""
OUTCOME_BALANCE, HAND_BALANCE = 0.6, 0.35
"""How far outcomes, and within them hands, weigh alike: 0 as they come, 1 all the same."""
SHARPNESS = 8.0
"""What scores are multiplied with before they are calibrated; alone it is about right."""
TRUST = 1.0
"""Inverse of the pull of the calibration (C)."""
ORDINARY_TIMES = 2.0
"""How often an ordinary line counts: with 1 a third more of those held out were answered as danger, care or emergency."""
UNSEEN = -8.0
"""Score of an outcome that no lesson has."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Calibrated scores of outcomes, as weights of the lessons they were learnt from."""

    rows: Any
    """[lessons, rows + signs], sparse: the lessons."""
    weights: Scores
    """[lessons, outcomes]."""
    bias: Scores
    """[outcomes]."""

    def scorer(self, signs: int) -> Scorer:
        """The part that grams, frames and so many ``signs`` say."""
        return scorer(self.rows.T @ self.weights, self.bias, signs, SIGN_SIZE)


def learn_outcomes(lessons: Sequence[Lesson], signs: Mapping[str, int], done: Callable[[], None]) -> Scorer:
    """The calibrated scorer of outcomes; ``done`` is called when it is there."""
    found = fit_outcomes([lesson for lesson in lessons if lesson.outcome is not None], signs)
    done()
    return found.scorer(len(signs))


def fit_outcomes(known: Sequence[Lesson], signs: Mapping[str, int], more: Scores | None = None) -> Fitted:
    """The calibrated fit of lessons that have an outcome; ``more`` [lessons, n] are more numbers about each."""
    rows = matrix(known, signs, SIGN_SIZE, frames=True)
    alike = likeness(rows)
    if more is not None:
        add_likeness(alike, more)
    truth = np.array([[float(lesson.outcome == column) for column in range(len(OUTCOMES))] for lesson in known])
    found = fit_ridge(alike, truth, PULL, _importance(known), [lesson.hand for lesson in known])
    turn, shift = _calibration(found, known)
    return Fitted(rows, found.weights @ turn, found.bias @ turn + shift)


def _importance(known: Sequence[Lesson]) -> Scores:
    """[lessons], mean 1; files of ordinary lines count as one hand."""
    cells = [(lesson.outcome, lesson.hand.partition(" ")[0]) for lesson in known]
    times = [ORDINARY_TIMES if hand == ORDINARY_HAND else 1.0 for _, hand in cells]
    outcomes, alike = Counter(outcome for outcome, _ in cells), Counter(cells)
    counts = [outcomes[cell[0]] ** OUTCOME_BALANCE * alike[cell] ** HAND_BALANCE for cell in cells]
    importance = np.array(times) / np.array(counts)
    return np.asarray(importance / importance.mean())


def _calibration(found: Ridge, known: Sequence[Lesson]) -> tuple[Scores, Scores]:
    """How scores are turned and shifted into logarithms of probabilities, by the scores of lessons held out."""
    turn, shift = SHARPNESS * np.eye(len(OUTCOMES)), np.zeros(len(OUTCOMES))
    truth = np.array([lesson.outcome for lesson in known])
    shift[np.setdiff1d(np.arange(len(OUTCOMES)), truth)] = UNSEEN
    counted = ~np.isnan(found.held_out).any(axis=1)
    if len(np.unique(truth[counted])) > 2:
        scores = SHARPNESS * found.held_out[counted]
        model = LogisticRegression(C=TRUST, max_iter=1000).fit(scores, truth[counted])
        turn[:, model.classes_] = SHARPNESS * model.coef_.T
        shift[model.classes_] = model.intercept_
    return turn, shift
