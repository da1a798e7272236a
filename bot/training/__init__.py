"""Training: the example messages of the knowledge become the weights of the example reader (needs the extra ``train``).

``train(knowledge)`` gives the bytes of ``knowledge/reader/weights.npz``; ``stale_weights`` says whether they are due.
"""

from __future__ import annotations

from bot.training.freshness import stale_sentences, stale_weights, trained_on

__all__ = ["stale_sentences", "stale_weights", "trained_on"]
