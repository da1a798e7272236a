"""Matrix: lessons as rows of numbers, weighed as ``weights.Scorer`` weighs a message, and how much they are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from bot.checking.features import PLACES, row_values
from bot.checking.grams import BUCKETS
from bot.checking.weights import STEPS, Floats, Scorer
from bot.training.lessons import Lesson

RAREST_SIGN = 3
"""A sign is learnt when at least so many lessons show it."""
OFTEN = 0.03
"""Share of the lessons from which a column counts as one that many have: those are multiplied as full rows, which is
several times faster."""
AT_ONCE = 2000
"""Lessons that are compared with all others in one go."""


def learnt_signs(lessons: Sequence[Lesson], without: tuple[str, ...] = ()) -> dict[str, int]:
    """Row of each sign that enough lessons show, in alphabetical order; none that begins like one of ``without``."""
    counts = Counter(sign for lesson in lessons for sign in lesson.features.signs if not sign.startswith(without))
    return {sign: row for row, sign in enumerate(sorted(name for name, n in counts.items() if n >= RAREST_SIGN))}


def matrix(lessons: Sequence[Lesson], signs: Mapping[str, int], sign_size: float, frames: bool) -> Any:
    """[lessons, rows + signs], sparse: grams as ``features.row_values`` has them, signs ``sign_size``.

    ``frames``: ``PLACES`` rows for letters and frames instead of ``BUCKETS`` for letters alone.
    """
    first_sign = PLACES if frames else BUCKETS
    places: list[NDArray[np.int64]] = []
    values: list[NDArray[np.float64]] = []
    for lesson in lessons:
        features = lesson.features
        grams, sizes = row_values(features.views() if frames else features.letters())
        rows = sorted(signs[name] for name in features.signs if name in signs)
        places.append(np.concatenate([grams, np.array(rows, dtype=np.int64) + first_sign]))
        values.append(np.concatenate([sizes, np.full(len(rows), sign_size)]))
    starts = np.concatenate([[0], np.cumsum([len(row) for row in places])])
    shape = (len(lessons), first_sign + len(signs))
    return scipy.sparse.csr_matrix((np.concatenate(values), np.concatenate(places), starts), shape=shape)


def likeness(rows: Any) -> Floats:
    """[lessons, lessons]: how much the ``rows`` of a ``matrix`` are alike, ``rows @ rows.T``."""
    by_column = rows.astype(np.float32).tocsc()
    by_column.sum_duplicates()
    often = np.diff(by_column.indptr) > OFTEN * rows.shape[0]
    full, rest = by_column[:, often].toarray(), by_column[:, ~often].tocsr()
    alike: Floats = np.empty((len(full), len(full)), dtype=np.float32)
    for first in range(0, len(full), AT_ONCE):  # half of the products are the other half turned over
        these = slice(first, first + AT_ONCE)
        alike[these, first:] = full[these] @ full[first:].T
        alike[these, first:] += (rest[these] @ rest[first:].T).toarray()
        alike[first:, these] = alike[these, first:].T
    return alike


def add_likeness(alike: Floats, more: NDArray[np.float64]) -> None:
    """Add ``more @ more.T`` to ``alike`` in place, part by part: a whole product of this kind crashes from 20,000 rows on
    in the linear algebra that numpy brings along."""
    rows = more.astype(np.float32)
    for first in range(0, len(rows), AT_ONCE):
        these = slice(first, first + AT_ONCE)
        alike[these] += rows[these] @ rows.T


def scorer(weights: NDArray[np.float64], bias: NDArray[np.float64], signs: int, sign_size: float) -> Scorer:
    """``weights`` [rows + signs, columns] and ``bias`` [columns] in their compact form; the last ``signs`` are those.

    Rounded, so that differences in the last digits between two runs vanish.
    """
    grams = weights[: len(weights) - signs]
    scale = np.maximum(np.abs(grams).max(axis=0), 1e-9) / STEPS
    steps = np.rint(grams / scale).astype(np.int8)
    return Scorer(steps, _rounded(scale), _rounded(weights[len(grams) :] * sign_size), _rounded(bias))


def _rounded(values: NDArray[np.float64]) -> Floats:
    """Three significant digits are more than the data knows."""
    size = 10.0 ** (2 - np.floor(np.log10(np.maximum(np.abs(values), 1e-12))))
    return np.asarray(np.rint(values * size) / size, dtype=np.float32)
