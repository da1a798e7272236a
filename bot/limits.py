"""Limits: how much is answered in a minute, of one person and of all together, and what people are told beyond it.

What counts stands in the database, so it holds for any number of processes: a person's own pace in their memory, and
the rush of all in the replies that were sent and wait. Nobody is met with silence, and neither a cry for help nor the
wish to have one's data erased is held up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from bot.conversation.pace import WINDOW, Pace
from bot.storage import Outbox

Verdict = Literal["free", "doubtful", "over"]
"""free: within the limit. doubtful: beyond it, but still read in case it is urgent. over: not read."""

COUNT_SECONDS = 1.0
"""Seconds for which a process believes its last count of all replies."""
RUSH_PAUSE = (5.0, 15.0)
"""Seconds, between these two, for which a message waits in a rush before it is looked at again."""
LONGEST_RUSH = 300.0
"""Seconds after which a message is answered, whatever the rush."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is answered; 0: any amount."""

    per_person: int = 0
    """Messages and pressed buttons of one person in a minute."""
    everyone: int = 0
    """Replies to all people in a minute."""
    _count: _Count = field(default_factory=lambda: _Count())

    def verdict(self, pace: Pace) -> Verdict:
        """What is done with a person's message that came at this pace."""
        if not self.per_person or pace.count <= self.per_person:
            return "free"
        return "doubtful" if pace.count <= 2 * self.per_person else "over"

    async def rush(self, outbox: Outbox, now: float, came_at: float) -> bool:
        """True when too many replies are sent or wait for a message that came then to be answered now."""
        if not self.everyone or now - came_at >= LONGEST_RUSH:
            return False
        if not 0 <= now - self._count.at < COUNT_SECONDS:
            self._count.at, self._count.replies = now, await outbox.rush(WINDOW)
        return self._count.replies >= self.everyone

    def pause(self) -> float:
        """Seconds until a message is looked at again in a rush."""
        return random.uniform(*RUSH_PAUSE)


@dataclass(slots=True)
class _Count:
    """The last count of all replies."""

    at: float = float("-inf")
    replies: int = 0
