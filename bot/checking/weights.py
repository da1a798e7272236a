"""Weights: what training leaves behind, and the file that it is kept in.

The file is a numpy archive without pickles: letters and words weigh in steps of 1/127 of the heaviest of their column.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.checking.features import FEATURE_VERSION, PLACES
from bot.checking.grams import BUCKETS
from bot.checking.opinion import OUTCOMES

Floats = NDArray[np.float32]
Steps = NDArray[np.int8]

STEPS = 127
"""Steps between nothing and the heaviest weight of a column."""


class WeightsError(ValueError):
    """The file holds no weights that this code can use; the sentence is for the officer."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """A linear score for each column: the weights of the grams times their values, plus signs and bias."""

    grams: Steps
    """[PLACES or BUCKETS, columns]: weight of each gram, in steps."""
    scale: Floats
    """[columns]: what a step weighs."""
    signs: Floats
    """[signs, columns]: weight of each sign."""
    bias: Floats
    """[columns]."""

    def scores(self, rows: NDArray[np.int64], values: NDArray[np.float64], signs: NDArray[np.int64]) -> Floats:
        """[columns]; ``rows`` and ``values`` of grams (``features.row_values``), ``signs`` as numbers of rows."""
        total = self.bias + self.signs[signs].sum(axis=0) + values @ self.grams[rows] * self.scale
        return np.asarray(total, dtype=np.float32)

    def has_shape(self, rows: int, signs: int, columns: int) -> bool:
        """True when it is for so many rows of grams, signs and columns."""
        shapes = (self.grams.shape, self.scale.shape, self.signs.shape, self.bias.shape)
        return shapes == ((rows, columns), (columns,), (signs, columns), (columns,))


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that training found out."""

    trained_on: str
    """Names the knowledge that was learnt from (``training.trained_on``)."""
    signs: Mapping[str, int]
    """Row of each sign."""
    rules: tuple[str, ...]
    """Red flags that can be suggested, by column of ``flags``."""
    outcomes: Scorer
    """One column an outcome, in the order of ``OUTCOMES``; softmax gives calibrated probabilities."""
    flags: Scorer
    """One column a red flag; the logistic function gives calibrated probabilities."""

    def to_bytes(self) -> bytes:
        """The file; the same weights give the same bytes."""
        about = {"features": FEATURE_VERSION, "trained_on": self.trained_on, "signs": list(self.signs),
                 "rules": list(self.rules), "outcomes": list(OUTCOMES)}  # fmt: skip
        arrays = {
            "about": packed(about),
            **scorer_arrays("outcomes", self.outcomes),
            **scorer_arrays("flags", self.flags),
        }
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Weights:
        """The weights in a file; raises WeightsError when it is damaged or was trained for other features."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                about = json.loads(arrays["about"].tobytes())
                known = about["features"] == FEATURE_VERSION and about["outcomes"] == list(OUTCOMES)
                signs = {name: row for row, name in enumerate(about["signs"])}
                scorers = scorer_of(arrays, "outcomes"), scorer_of(arrays, "flags")
                weights = cls(about["trained_on"], signs, tuple(about["rules"]), *scorers)
        except (EOFError, OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise WeightsError("berkas bobot pembaca contoh rusak") from error
        if not known:
            raise WeightsError("bobot pembaca contoh dibuat untuk versi bot yang lain")
        weights._check_shapes()
        return weights

    def _check_shapes(self) -> None:
        for scorer, rows, columns in ((self.outcomes, PLACES, len(OUTCOMES)), (self.flags, BUCKETS, len(self.rules))):
            if not scorer.has_shape(rows, len(self.signs), columns):
                raise WeightsError("ukuran bobot pembaca contoh tidak cocok")


def packed(about: Mapping[str, object]) -> NDArray[np.uint8]:
    """What JSON can say, as an array of the file."""
    return np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)


def scorer_arrays(name: str, scorer: Scorer) -> dict[str, NDArray[Any]]:
    """A scorer as arrays of the file."""
    floats = {f"{name}_{field}": getattr(scorer, field).astype(np.float32) for field in ("scale", "signs", "bias")}
    return {f"{name}_grams": scorer.grams, **floats}


def scorer_of(arrays: Mapping[str, NDArray[Any]], name: str) -> Scorer:
    """The scorer that ``scorer_arrays`` made arrays of; raises KeyError."""
    return Scorer(*(arrays[f"{name}_{field}"] for field in ("grams", "scale", "signs", "bias")))


def softmax(scores: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Scores of outcomes as probabilities."""
    powers: NDArray[np.float64] = np.exp(scores.astype(np.float64) - scores.max())
    powers /= powers.sum()
    return powers
