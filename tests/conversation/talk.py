"""Talk: a person's conversation, message by message, with memory going through JSON as it does in the storage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.checking import Compiled
from bot.conversation.dialogue import Answer, answer
from bot.conversation.memory import Memory
from bot.messages import Button, Incoming, IncomingKind, Reply

DAY = date(2026, 11, 24)

DANGEROUS = (
    "Kak ada kerja di Kamboja jadi admin slot, gaji 15 juta. Paspornya nanti dipegang bos, jangan bilang ortu ya, "
    "berangkat besok pakai visa turis"
)
"""An invented offer with several critical signs."""


@dataclass
class Talk:
    """One person talking to the bot."""

    compiled: Compiled
    memory: Memory = field(default_factory=Memory)
    today: date = DAY
    count: int = 0
    last: Answer | None = None

    def says(self, text: str, kind: IncomingKind = "text", **rest: str) -> tuple[Reply, ...]:
        """Replies to a text."""
        self.count += 1
        return self._did(Incoming(id=str(self.count), kind=kind, text=text, **rest))  # type: ignore[arg-type]

    def presses(self, button: Button) -> tuple[Reply, ...]:
        """Replies to a pressed button."""
        self.count += 1
        return self._did(Incoming(id=str(self.count), kind="button", action=button.action))

    def _did(self, incoming: Incoming) -> tuple[Reply, ...]:
        self.last = answer(incoming, self.memory, self.compiled, self.today)
        self.memory = Memory.from_json(self.last.memory.to_json())
        assert self.memory == self.last.memory
        return self.last.replies


def button(replies: tuple[Reply, ...], label: str) -> Button:
    """The button whose label holds the words."""
    return next(found for reply in replies for found in reply.buttons if label in found.label)
