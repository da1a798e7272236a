"""Live: the knowledge that this process answers with, kept up with what officers publish in any process.

A message in flight finishes on the knowledge it took; a revision that cannot be used never replaces one that works.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import itertools
import logging
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.sentences import SentenceReader
from bot.failures import fault
from bot.knowledge.content import Knowledge, Locations
from bot.knowledge.loading import Known, load_files
from bot.knowledge.problems import KnowledgeError
from bot.officers.package import Package
from bot.officers.revisions import (
    NOTHING,
    PUBLISHED,
    Revision,
    conflicts,
    current,
    current_mark,
    overlaid,
    register_package,
    revision,
)
from bot.storage.database import Database
from bot.storage.engines import StorageUnavailable

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""So often it is looked for a new revision where none is announced."""
_ROUNDS = 3
_SETTLED_EVERY = 20
"""After so many revisions all memory is looked through, which stops everything for 0.15 s."""
_TURN_SECONDS = 0.001
"""So long the thread that compiles goes on while somebody waits to answer."""

Compile = Callable[[Mapping[str, str], Compiled | None], Compiled]
"""Texts by path, and what is in use → ready for checking; raises KnowledgeError."""
Afterwards = Callable[[Compiled, Compiled, int], Awaitable[object]]
"""Done when a revision of this number has gone live: the knowledge before, and now."""


class LiveKnowledge:
    """The knowledge in use; ``compiled`` is swapped whole."""

    def __init__(self, database: Database, package: Package, compile_texts: Compile | None = None) -> None:
        self._database = database
        self._package = package
        self._compile = compile_texts or ForAnswers()
        self._compiled: Compiled | None = None
        self._seen: tuple[int, float] | None = None
        self._published = NOTHING
        self._trouble = ""
        self._left_out: tuple[str, ...] = ()
        self._taken = 0
        self.afterwards: Afterwards | None = None
        """What follows when a revision went live while ``watch`` runs."""

    @property
    def compiled(self) -> Compiled:
        """What to answer with; a new one may stand here a moment later."""
        assert self._compiled is not None, "not started"
        return self._compiled

    @property
    def package(self) -> Package:
        """What the officers' changes are laid over."""
        return self._package

    @property
    def number(self) -> int:
        """The revision in use; 0: the packaged files alone."""
        return self._published.number

    def notes(self) -> list[str]:
        """What somebody should look after, in short English sentences for /readyz; without anybody's words."""
        notes = [self._trouble] if self._trouble else []
        if self._left_out:
            notes.append(f"knowledge: left out of revision {self.number}, does not fit: {', '.join(self._left_out)}")
        met = conflicts(self._published, self._package.hashes)
        if met:
            notes.append(f"knowledge: changed by officers and by the release (see: rules status): {', '.join(met)}")
        return notes

    async def start(self) -> None:
        """Take what is published now; of a revision that does not fit this release, what does.

        Raises KnowledgeError when not even the packaged files can be used, and StorageUnavailable.
        """
        now, package = self._database.clock(), self._package
        await self._database.write(lambda connection: register_package(connection, now, package.name, package.hashes))
        self._seen = await self._database.read(current_mark)
        try:
            published = await self._database.read(current)
        except StorageUnavailable:
            raise
        except Exception as error:
            self._refuse(self._seen[0], fault(error))
            published = NOTHING
        self._compiled, self._left_out = await asyncio.to_thread(self._fitting, published)
        settle()
        self._published = published
        if self._left_out:
            log.error("knowledge: %d files of revision %d do not fit", len(self._left_out), published.number)

    async def watch(self, stop: asyncio.Event) -> None:
        """Keep up until the stop; whatever goes wrong, the knowledge in use stays."""
        published = self._database.signal(PUBLISHED)
        told = ""
        done: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            trouble = ""
            try:
                before = self.compiled
                if await self.look() and self.afterwards is not None:
                    # Beside the watching, which must not wait for it.
                    done.add(task := asyncio.create_task(self._follow_up(self.afterwards, before)))
                    task.add_done_callback(done.discard)
                del before
            except StorageUnavailable as error:
                trouble = str(error)
            except Exception as error:  # of whatever kind, it must not end the watching
                trouble = fault(error)
            if trouble and trouble != told:  # once, not every second
                log.error("knowledge: not known whether there is a new revision: %s", trouble)
            told = trouble
            await _first(stop.wait(), published.wait(LOOK_SECONDS))
        for task in done:
            task.cancel()
        await asyncio.gather(*done, return_exceptions=True)

    async def _follow_up(self, afterwards: Afterwards, before: Compiled) -> None:
        try:
            await afterwards(before, self.compiled, self.number)
        except Exception as error:  # the knowledge is live all the same
            log.error("knowledge: what follows revision %d was not done: %s", self.number, fault(error))

    async def look(self) -> bool:
        """True when another revision was taken into use; raises StorageUnavailable."""
        mark = await self._database.read(current_mark)
        if mark == self._seen:
            return False
        begun = time.perf_counter()
        number = mark[0]
        try:
            published = await self._database.read(lambda connection: revision(connection, number))
            with giving_way():
                compiled = await asyncio.to_thread(self._ready, published)
        except StorageUnavailable:
            raise
        except KnowledgeError as error:
            places = [f"{problem.path}:{problem.line}:{problem.column}" for problem in error.problems[:3]]
            self._refuse(number, f"{len(error.problems)} problems, {', '.join(places)}")
        except Exception as error:  # a fault of the program, or of the database's content
            self._refuse(number, fault(error))
        else:
            self._compiled, self._published, self._trouble, self._left_out = compiled, published, "", ()
            del compiled
            self._taken += 1
            await asyncio.to_thread(settle if self._taken % _SETTLED_EVERY == 0 else keep)
            log.info("knowledge: revision %d is live", number, extra={"seconds": round(time.perf_counter() - begun, 2)})
        self._seen = mark
        return not self._trouble

    def _refuse(self, number: int, why: str) -> None:
        self._trouble = f"knowledge: revision {number} cannot be used, the one before stays: {why}"
        log.error("%s", self._trouble)

    def _ready(self, published: Revision) -> Compiled:
        return self._compile(overlaid(self._package.texts(), published.files), self._compiled)

    def _fitting(self, published: Revision) -> tuple[Compiled, tuple[str, ...]]:
        """Compiled, and the changed files that had to be left out; raises KnowledgeError for packaged files alone."""
        texts, files = self._package.texts(), dict(published.files)
        for rounds in itertools.count():
            try:
                compiled = self._compile(overlaid(texts, files), None)
            except KnowledgeError as error:
                if not files:
                    raise
                out = self._guilty(error, replace(published, files=files)) if rounds < _ROUNDS else files.keys()
            else:
                return compiled, tuple(sorted(published.files.keys() - files.keys()))
            files = {path: text for path, text in files.items() if path not in out}
        raise AssertionError

    def _guilty(self, error: KnowledgeError, published: Revision) -> Collection[str]:
        """Changed files that the problems name; else those that the release changed too; else all. At least one."""
        places = {f"/{problem.path}" for problem in error.problems}
        named = {path for path in published.files if any(place.endswith(f"/{path}") for place in places)}
        return named or conflicts(published, self._package.hashes) or published.files.keys()


class ForAnswers:
    """Compiles without what only officers need, and reads no file again that did not change."""

    def __init__(self, shown_as: str = "knowledge", sentences: SentenceReader | None = None) -> None:
        """``shown_as`` is put before each path in problems; ``sentences``: the reader that is asked too, whatever
        officers change."""
        self._shown_as = shown_as
        self._known: Known = {}
        self._sentences = sentences

    def __call__(self, texts: Mapping[str, str], before: Compiled | None) -> Compiled:
        """These texts, compiled; raises KnowledgeError."""
        return replace(slim(compile_knowledge(self.load(texts), before)), sentences=self._sentences)

    def load(self, texts: Mapping[str, str]) -> Knowledge:
        """These texts, checked but not compiled; raises KnowledgeError."""
        return load_files(texts, self._shown_as, examples=False, known=self._known)


def slim(compiled: Compiled) -> Compiled:
    """The same without the files' texts and the packed weights: what is compiled has no problems to point at."""
    return replace(compiled, knowledge=replace(compiled.knowledge, locations=Locations(), reader=b""))


@contextmanager
def giving_way() -> Iterator[None]:
    """While a thread compiles, whoever answers waits a fifth as long for their turn, and nobody looks for garbage: of the
    new knowledge none of it is any, and each look stopped all for 90 ms."""
    seconds, looked = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_TURN_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        sys.setswitchinterval(seconds)
        if looked:
            gc.enable()


def settle() -> None:
    """Erase what was replaced, and look through the knowledge in use for garbage no more: again and again that paused
    checks by 60–90 ms. What loading needed goes back to the system, where its C library can do that."""
    gc.unfreeze()
    gc.collect()
    keep()


def keep() -> None:
    """As `settle`, but what is in circles stays until then: what was compiled is in none, and is gone already."""
    gc.freeze()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Return when the first of them does; the others are given up."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
