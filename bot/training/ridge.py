"""Ridge: one regularised linear fit for all columns, and what each lesson would be given by other hands than its own.

Both come from the inverse of how much lessons are alike: a hand is left out exactly, for the price of a small system of
its own, so that no hand has to be fitted without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

Scores = NDArray[np.float64]
Likeness = NDArray[np.floating[Any]]
"""[lessons, lessons]: how much they are alike; in eight-byte numbers it is worked out in those."""


@dataclass(frozen=True, slots=True)
class Ridge:
    """A fit."""

    weights: Scores
    """[lessons, columns]: weight of each lesson; the score of a message is how much it is like each, times these."""
    bias: Scores
    """[columns]: what is added to it."""
    held_out: Scores
    """[lessons, columns]: score of each lesson when its hand is left out; nan for lessons of no hand, and for all when
    there is one hand only."""


def solve_ridge(alike: Likeness, truth: Scores, pull: float) -> tuple[Scores, Scores]:
    """Weights and bias of ``Ridge`` when all lessons count alike and none is held out: a third of the work.

    ``alike`` is overwritten.
    """
    bias = truth.mean(axis=0)
    alike[np.diag_indices_from(alike)] += alike.dtype.type(pull)
    wanted = (truth - bias).astype(alike.dtype)
    factor = scipy.linalg.cho_factor(alike.T, lower=True, overwrite_a=True)
    return np.asarray(scipy.linalg.cho_solve(factor, wanted), dtype=np.float64), bias


def fit_ridge(alike: Likeness, truth: Scores, pull: float, importance: Scores, hands: Sequence[str]) -> Ridge:
    """The fit of ``truth`` [lessons, columns]; ``alike`` [lessons, lessons] is overwritten.

    ``likeness`` gives four-byte numbers: half the time and memory, and on all lessons the same to five digits.
    ``importance`` [lessons] has mean 1; ``hands``: who wrote each lesson, "" for nobody.
    """
    bias = importance @ truth / len(truth)
    wanted = truth - bias
    alike[np.diag_indices_from(alike)] += (pull / importance).astype(alike.dtype)
    half = _half_inverse(alike)
    weights = (half.T @ (half @ wanted.astype(alike.dtype))).astype(np.float64)
    held_out = np.full(truth.shape, np.nan)
    named = np.array(hands)
    different = sorted({hand for hand in hands if hand})
    for hand in different if len(different) > 1 else ():
        theirs = np.flatnonzero(named == hand)
        theirs_alone = half[:, theirs].T @ half[:, theirs]
        missed = scipy.linalg.solve(theirs_alone, weights[theirs], assume_a="pos")
        held_out[theirs] = truth[theirs] - missed
    return Ridge(weights, bias, held_out)


def _half_inverse(alike: Likeness) -> Likeness:
    """A lower triangle H with HᵀH the inverse of ``alike``, which is overwritten; two thirds of the work of the inverse."""
    potrf, trtri = scipy.linalg.get_lapack_funcs(("potrf", "trtri"), (alike,))
    factor, failed = potrf(alike.T, lower=True, clean=True, overwrite_a=True)
    half, failed_too = trtri(factor, lower=True, overwrite_c=True)
    if failed or failed_too:
        raise np.linalg.LinAlgError("lessons are not as they should be: their likeness has no inverse")
    return np.asarray(half)
