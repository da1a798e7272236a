"""Reliability: whether what the readers of examples call 80 % probable is true eight times in ten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.quality.evaluation import Judged

BINS = 10
"""Equally wide bins of probability, 0–1."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Messages whose most probable outcome was given about the same probability."""

    probability: float
    """Mean of what was given, 0–1."""
    share: float
    """Part of them in which that outcome was the label, 0–1."""
    count: int
    """How many; at least 1."""


def reliability(judged: Iterable[Judged]) -> list[Bin]:
    """Bins that hold a message, least probable first; empty without a reader of examples."""
    gathered: dict[int, list[tuple[float, bool]]] = {}
    for one in judged:
        if one.chances:
            outcome = max(one.chances, key=lambda name: one.chances[name])
            chance = one.chances[outcome]
            gathered.setdefault(min(int(chance * BINS), BINS - 1), []).append((chance, outcome == one.label.outcome))
    return [
        Bin(sum(chance for chance, _ in found) / len(found), sum(right for _, right in found) / len(found), len(found))
        for _, found in sorted(gathered.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: how far probability and share are apart, over all messages; 0 is honest."""
    total = sum(one.count for one in bins)
    return sum(abs(one.probability - one.share) * one.count for one in bins) / total if total else 0.0


def reliability_table(bins: Sequence[Bin]) -> list[str]:
    """Markdown rows: probability given, share that was right, count; then the calibration error."""
    if not bins:
        return ["No reader of examples, so no probabilities."]
    rows = [f"| {one.probability:.2f} | {one.share:.2f} | {one.count} |" for one in bins]
    return [
        "| probability given | share right | of |", "|---:|---:|---:|", *rows, "",
        f"Expected calibration error of the most probable outcome: {calibration_error(bins):.3f}",
    ]  # fmt: skip
