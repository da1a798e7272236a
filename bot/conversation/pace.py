"""Pace: how much one person has sent lately, and what they were told about it; kept in their memory.

Messages are counted in windows of a minute, by the time at which they came, so that many processes count alike and a
bot that was away does not take a day's messages for a flood.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WINDOW = 60.0
"""Seconds in which messages are counted together."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What one person sent in the newest window."""

    since: float = 0.0
    """When its first message came; UTC seconds."""
    count: int = 0
    """Messages and pressed buttons in it."""
    told: bool = False
    """True once the person was told that it was too much."""
    rush_told_at: float = 0.0
    """When the person was last told that too many people write; UTC seconds."""

    @property
    def until(self) -> float:
        """When the window ends; UTC seconds."""
        return self.since + WINDOW

    def after(self, messages: int, came_at: float) -> Pace:
        """The pace once these messages, of which the first came then, are counted."""
        if came_at >= self.until:
            return Pace(came_at, messages, rush_told_at=self.rush_told_at)
        return replace(self, count=self.count + messages)
