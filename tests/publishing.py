"""Publishing by hand: ``python -m tests.publishing``: 1,000 new rules published at once over the shipped knowledge.

Shown: the seconds from the publish until this process answers with them, and how long a check takes meanwhile, as
people's messages are checked (on the event loop, one after the other): before, while the rules are compiled beside it, and
while the example reader learns in its own process.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Coroutine
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from bot.checking import check
from bot.knowledge import load_knowledge, packaged_folder
from bot.officers import live as live_module
from bot.officers.drafting import NewSign, new_rule
from bot.officers.live import ForAnswers, LiveKnowledge
from bot.officers.package import Package
from bot.officers.retraining import retrained
from bot.officers.revisions import publish
from tests.storage.samples import open_sealed

EVERY = 0.02
"""Seconds between two messages."""
_SYLLABLES = ("ka", "mu", "ri", "to", "ble", "sa", "ngo", "pi", "du", "wen")


def rules(count: int) -> dict[str, str]:
    """So many red flags by path, each with phrases of its own."""
    return {f"red_flags/{one.id}.yaml": new_rule(one) for one in map(_sign, range(count))}


def _sign(number: int) -> NewSign:
    word = "".join(_SYLLABLES[int(digit)] for digit in f"{number:04}")
    said = tuple(f"{when} {word} wajib disetor ke mandor." for when in ("Besok", "Nanti", "Lusa"))
    sold = tuple((f"{where} menjual {word}.", "Jualan.") for where in ("Toko itu", "Warung ini"))
    return NewSign(
        f"tanda_{word}", f"Diminta menyetor {word}", "papers", "medium", f"Barang {word} dipakai menipu orang.",
        ("Simpan sendiri.",), (f"{word} wajib disetor", f"serahkan {word}", f"titip {word} & mandor"),
        tuple((text, f"{word} wajib disetor") for text in said), sold, "Uji", date(2026, 11, 1),
    )  # fmt: skip


class Answers:
    """Messages that are checked again and again with what is live."""

    def __init__(self, live: LiveKnowledge) -> None:
        self._live = live
        messages = [message.text for _, file in load_knowledge(packaged_folder()).examples for message in file.messages]
        self._texts = messages[:: max(1, len(messages) // 300)]
        self._next = 0

    async def during(self, work: Coroutine[Any, Any, Any]) -> list[float]:
        """Milliseconds of each check from when it was due until it was done, while the work goes on."""
        task, taken = asyncio.create_task(work), []
        while not task.done():
            due = time.perf_counter() + EVERY
            await asyncio.sleep(EVERY)
            check(self._texts[self._next % len(self._texts)], self._live.compiled)
            self._next += 1
            taken.append(1000 * (time.perf_counter() - due))
        await task
        return taken


def told(name: str, taken: list[float]) -> None:
    """One line."""
    parts = statistics.quantiles(taken, n=100)
    sys.stdout.write(f"{name:<42}{len(taken):>6} checks  p50 {parts[49]:6.1f} ms  p99 {parts[98]:6.1f} ms  most {max(taken):6.1f} ms\n")


async def measure(count: int, train: bool) -> None:
    """Publish and tell."""
    with TemporaryDirectory(prefix="cekdulu-") as folder:
        storage = await open_sealed(f"sqlite:///{Path(folder) / 'cekdulu.db'}")
        package, stop = Package.read(packaged_folder()), asyncio.Event()
        live = LiveKnowledge(storage.database, package, ForAnswers())
        await live.start()
        watching, answers = asyncio.create_task(live.watch(stop)), Answers(live)
        told("nothing else goes on", await answers.during(asyncio.sleep(15)))
        new, live_after = rules(count), 0.0

        async def publish_all() -> None:
            nonlocal live_after
            begun = time.perf_counter()

            def change(connection: Connection) -> int:
                return publish(connection, time.time(), 1, 0, new, "uji", package.name).number

            number = await storage.database.write(change)
            while live.number != number:
                assert not live.notes(), live.notes()
                await asyncio.sleep(0.01)
            live_after = time.perf_counter() - begun

        told(f"while {count} rules are published", await answers.during(publish_all()))
        sys.stdout.write(f"live after {live_after:.1f} s\n")
        told("afterwards", await answers.during(asyncio.sleep(10)))
        if train:
            told("while the example reader learns", await answers.during(retrained(package.texts())))
        stop.set()
        await watching
        await storage.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=1_000)
    parser.add_argument("--as-it-comes", action="store_true", help="compile without giving way, to compare")
    parser.add_argument("--train", action="store_true", help="measure also while the example reader learns (minutes)")
    given = parser.parse_args()
    if given.as_it_comes:
        setattr(live_module, "giving_way", nullcontext)  # noqa: B010
    asyncio.run(measure(given.rules, given.train))
