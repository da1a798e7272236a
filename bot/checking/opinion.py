"""Opinion: what a reader trained on example messages holds of a message; a better reader may give a better one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.knowledge.schema import Kind

Outcome = Literal["offer:danger", "offer:caution", "offer:no_signs", "emergency", "question", "warning", "other"]
"""A kind, and for offers the level with it."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""All outcomes, in the order of the trained weights."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A red flag that no phrase found but that the message resembles: shown as "mirip …"."""

    rule: str
    """Id of the red flag."""
    probability: float
    """0–1, calibrated on hands that the reader had not read."""
    start: int
    """Offset in the original message of the stretch that weighed most."""
    end: int
    """Offset past its last character."""
    quote: str
    """``original[start:end]``: the person's own words; empty for a message without words."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What made a reader hold its opinion."""

    suggestions: tuple[Suggestion, ...] = ()
    """Red flags that no phrase found, most probable first; may be empty."""
    start: int = 0
    """Offset in the original of the stretch that weighed most: that of the first suggestion, or without one that for
    the most probable outcome."""
    end: int = 0
    """Offset past its last character; equal to ``start`` when there is none."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """Calibrated probabilities, and on request what they rest on."""

    probabilities: Mapping[Outcome, float]
    """Per outcome 0–1; they add up to 1."""
    explain: Callable[[], Explanation] = Explanation
    """Why; worked out only when it is asked for, since most answers do not show it."""

    def of_kind(self, kind: Kind) -> float:
        """Probability of a kind: for offers that of all their levels together."""
        if kind != "offer":
            return self.probabilities[kind]
        return sum(self.probabilities[outcome] for outcome in OUTCOMES if outcome.startswith("offer:"))

    @property
    def risky(self) -> float:
        """Probability that this is an offer that wants care: danger or caution."""
        return self.probabilities["offer:danger"] + self.probabilities["offer:caution"]
