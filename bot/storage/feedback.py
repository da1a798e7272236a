"""What people thought of an answer: their verdict and what they had been told, not who they are or what they wrote."""

from __future__ import annotations

import json
from typing import Protocol

from sqlalchemy import Connection

from bot.storage.tables import feedback


class Verdict(Protocol):
    """A person's judgement of the last answer, as the conversation gives it."""

    @property
    def verdict(self) -> str:
        """What they said: "not_offer", "worse", "milder" …"""

    @property
    def kind(self) -> str:
        """The kind of message that was answered."""

    @property
    def level(self) -> str:
        """The level that was answered; empty if none."""

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the red flags that were told; may be empty."""


def note(connection: Connection, given: Verdict, now: float) -> None:
    """Keep the verdict, with nothing that leads back to the person; part of a change for ``Database.write``."""
    rules = json.dumps(given.rules)
    row = {"verdict": given.verdict, "kind": given.kind, "level": given.level, "rules": rules, "created_at": now}
    connection.execute(feedback.insert(), row)
