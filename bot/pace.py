"""Pace: how fast a platform lets us send; known by the channel, kept by the storage for all processes together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """One message each so many seconds, some at once after a rest."""

    seconds: float
    """Between two messages, in the long run."""
    burst: int = 1
    """How many may go at once when none went for long; in any span of time t at most burst + t / seconds."""

    @property
    def slack(self) -> float:
        """Seconds by which a message may be ahead of an even pace."""
        return (self.burst - 1) * self.seconds


@dataclass(frozen=True, slots=True)
class ChatPace:
    """The pace of one chat, a person's or a group's."""

    chat: str
    """The chat's id on the platform, or a name made of it; never logged."""
    pace: Pace
    """How fast messages may go there."""

    @property
    def pause(self) -> float:
        """Seconds that must pass after each message; 0 where some may go at once."""
        return self.pace.seconds if self.pace.burst == 1 else 0.0
