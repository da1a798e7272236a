"""The sentence reader's weights: the fit of the example reader with embeddings beside what it sees."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bot.checking.sentences import Embed, Floats, SentenceWeights
from bot.checking.weights import WeightsError
from bot.knowledge.loading import Knowledge
from bot.training.freshness import trained_on
from bot.training.lessons import lesson_texts, read_lessons
from bot.training.matrix import learnt_signs
from bot.training.outcomes import Scores, fit_outcomes

EMBEDDING_SHARE = 0.15
"""Weight of the embedding beside ``features.LETTERS_SHARE`` and ``frames.FRAME_SHARES``; 0.1 to 0.3 were equal on hands
held out."""
DIGITS = 4
"""Digits after the point that are kept; differences in the last digits between two machines vanish."""


def train_sentences(knowledge: Knowledge, embed: Embed, progress: Callable[[float], None], at_once: int = 1) -> bytes:
    """The bytes of ``knowledge/reader/sentences.npz``; raises WeightsError when one hand wrote all examples.

    ``progress`` is called with the part done, 0–1; embedding, by so many threads ``at_once``, takes most of the time.
    """
    lessons = read_lessons(knowledge, lambda part: progress(part / 20))
    chosen = [number for number, lesson in enumerate(lessons) if lesson.outcome is not None]
    known = [lessons[number] for number in chosen]
    if len({lesson.hand for lesson in known}) < 2:
        raise WeightsError("untuk pembaca kalimat perlu contoh dari sedikitnya dua penulis")
    texts = list(lesson_texts(knowledge))
    embeddings = []
    with ThreadPoolExecutor(at_once) as threads:
        for embedding in threads.map(embed, [texts[number].text for number in chosen]):
            embeddings.append(embedding)
            progress(0.05 + 0.8 * len(embeddings) / len(chosen))
    mean = _kept(np.mean(embeddings, axis=0, dtype=np.float64))
    apart = np.array(embeddings, dtype=np.float64) - mean
    size = np.sqrt(EMBEDDING_SHARE / (apart**2).sum(axis=1).mean())
    signs = learnt_signs(lessons)
    found = fit_outcomes(known, signs, size * apart)
    turn = _kept(size**2 * apart.T @ found.weights)
    progress(1.0)
    return SentenceWeights(trained_on(knowledge), signs, found.scorer(len(signs)), mean, turn).to_bytes()


def _kept(values: Scores) -> Floats:
    return np.round(values, DIGITS).astype(np.float32)
