"""Training: knowledge → the bytes of the weights; the same knowledge gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from bot.checking.weights import Weights
from bot.knowledge.loading import Knowledge
from bot.training import flags, outcomes
from bot.training.freshness import trained_on
from bot.training.lessons import read_lessons
from bot.training.matrix import learnt_signs

READING_PART = 0.2
"""Part of the time that reading the messages takes."""


class TooFewExamples(ValueError):
    """There are not two outcomes to tell apart."""


def train(knowledge: Knowledge, progress: Callable[[float], None] = lambda part: None) -> bytes:
    """The content of ``reader/weights.npz`` for this knowledge; two minutes for 20,000 messages on two cores.

    ``progress`` is called with the part done, 0–1. Raises TooFewExamples.
    """
    lessons = read_lessons(knowledge, lambda part: progress(part * READING_PART))
    if len({lesson.outcome for lesson in lessons} - {None}) < 2:
        raise TooFewExamples("Pesan contoh terlalu sedikit: paling sedikit dua jenis atau tingkat yang berbeda.")
    fits = 0

    def done() -> None:
        nonlocal fits
        fits += 1
        progress(READING_PART + (1 - READING_PART) * fits / all_fits)

    all_fits = 2
    signs = learnt_signs(lessons)
    rules = flags.learnt_flags(lessons)
    by_outcome = outcomes.learn_outcomes(lessons, signs, done)
    by_flag = flags.learn_flags(lessons, signs, rules, done)
    return Weights(trained_on(knowledge), signs, rules, by_outcome, by_flag).to_bytes()
