"""What the storage tests share: a clock that moves by hand, and invented messages."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from functools import partial

from bot.conversation.gathering import gathers
from bot.messages import Incoming
from bot.storage import Arrival, Memory, Storage, Vault, open_storage
from bot.storage.database import Clock
from bot.storage.people import remember


class MovedClock:
    """A clock that stands until it is moved; UTC seconds."""

    def __init__(self, now: float = 1_795_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += seconds


def arrival(number: int | str, person: str = "siti", text: str = "lowongan kerja") -> Arrival:
    """An update that was understood."""
    return Arrival(
        channel="telegram",
        update_id=str(number),
        raw=json.dumps({"update_id": number, "text": text}),
        person=person,
        address=json.dumps({"chat": person}),
        incoming=Incoming(id=f"m{number}", kind="text", text=text),
    )


def waiting(update: Arrival, quiet: float) -> Arrival:
    """The update as the app stores it when what is sent in one go waits for that many seconds."""
    waits = update.incoming is not None and gathers(update.incoming)
    return replace(update, quiet=quiet if waits else 0.0, ends_quiet=quiet > 0 and not waits)


SECRET = "kunci-untuk-uji-coba-saja-bukan-rahasia"
"""The PERSON_SECRET of a command that looks into what a test has stored."""
VAULT = Vault(SECRET.encode())
"""Seals the texts of every storage test, on both kinds of database and in every process."""


async def open_sealed(url: str, clock: Clock = time.time, busy_seconds: float = 5.0) -> Storage:
    """The storage at this address."""
    return await open_storage(url, VAULT, clock, busy_seconds)


async def meet(storage: Storage, *people: str) -> None:
    """Have these people answered once before."""
    for person in people:
        known = partial(remember, memories=[(person, Memory())], now=storage.database.clock())
        await storage.database.write(known)
