"""Publishing: trying a proposal out beside the conversation, telling what it would do, and making it live."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bot.failures import Failure, fault
from bot.knowledge.layout import TRAINED
from bot.knowledge.schema import Status
from bot.messages import Reply
from bot.officers import proposals, revisions
from bot.officers.choices import offered
from bot.officers.drafting import with_status
from bot.officers.holding import LeaseLost, held
from bot.officers.learnt import difference
from bot.officers.officer import Officer, all_officers
from bot.officers.package import Package
from bot.officers.plain_words import ENGLISH, wished
from bot.officers.preview import Preview
from bot.officers.previewing import previewed
from bot.officers.proposals import Proposal
from bot.officers.revisions import overlaid
from bot.officers.shown_change import shown_change
from bot.officers.shown_preview import shown_preview
from bot.officers.trainings import ask_training
from bot.storage import Storage, StorageUnavailable
from bot.storage.outbox import tell
from bot.storage.tables import cases

log = logging.getLogger(__name__)

MOST_CASES = 10_000
"""Past cases over which a change is tried, the newest first."""
LOOKS = (0.1, 0.3, 1.0, 3.0)
"""Pauses, in seconds, before each look for proposals that are to be tried out."""
LEASE = 30.0
"""Seconds after which another process tries a proposal out where one was killed; renewed while it goes on."""
TAKE_UP_SECONDS = 5.0
"""Pause between two looks for proposals that nobody is at."""
TOLD_EVERY = 10.0
"""Seconds between two words about how far it is."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """Tries proposals out one after the other, and publishes them."""

    storage: Storage
    """Where proposals, revisions and cases are."""
    package: Package
    """What the officers' changes are laid over."""
    by_second: bool = False
    """True: nobody publishes what they proposed."""
    looks: tuple[float, ...] = LOOKS
    """Pauses before each look for proposals to try out."""
    lease: float = LEASE
    """Seconds for which a proposal that is tried out is this process's; renewed while it goes on."""
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _taking_up: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def live(self) -> tuple[int, dict[str, str]]:
        """Number of the live revision, and the live texts by path."""
        now = await self.storage.database.read(revisions.current)
        return now.number, overlaid(await asyncio.to_thread(self.package.texts), now.files)

    async def texts_of(self, path: str) -> tuple[int, str | None]:
        """Number of the live revision, and the live text of one file; None when there is none."""
        number, texts = await self.live()
        return number, texts.get(path)

    def wake(self) -> None:
        """Look in a moment, once what is being written now is written, for proposals to try out."""
        _begin(self._running, self._look(self.looks))

    def take_up(self) -> None:
        """Look once for what nobody is at, as a process leaves it that is killed; call it at the start and every few
        seconds."""
        _begin(self._taking_up, self._look((0.0,)))

    async def keep_up(self, stop: asyncio.Event) -> None:
        """Take up, again and again, until the stop; then what is being tried out is left to others."""
        while not stop.is_set():
            self.take_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(TAKE_UP_SECONDS):
                    await stop.wait()
        for task in (*self._running, *self._taking_up):
            task.cancel()
        await self.settled()

    async def settled(self) -> None:
        """Return when nothing is being tried out any more."""
        while running := (*self._running, *self._taking_up):
            await asyncio.gather(*running, return_exceptions=True)

    async def _look(self, looks: tuple[float, ...]) -> None:
        for pause in looks:
            await asyncio.sleep(pause)
            try:
                async with self._turn:
                    while (one := await self._claimed()) is not None:
                        await self._tried(one)
            except StorageUnavailable as error:
                log.warning("proposals: not tried out: %s", error)

    async def _claimed(self) -> Proposal | None:
        now = self.storage.database.clock()
        return await self.storage.database.write(
            lambda connection: proposals.claim_wanted(connection, now, self.lease)
        )

    async def _tried(self, one: Proposal) -> None:
        assert one.wanted is not None
        wanted = one.wanted
        officer = await self.storage.database.read(lambda connection: _by_number(connection, wanted.officer))
        if officer is None:  # removed meanwhile
            await self.storage.database.write(lambda connection: proposals.want(connection, one.id, None))
            return
        trial = _Trial(self, one, officer)
        try:
            await trial.run()
        except LeaseLost:
            log.info("proposal %d: asked for anew, or settled, while it was tried out", one.id)
        except StorageUnavailable:
            raise
        except Failure as failure:
            await trial.give_up(str(failure))
        except Exception as error:  # told, because nobody awaits this task
            log.error("proposal %d: not tried out: %s", one.id, fault(error))
            await trial.give_up(f"Usulan {one.id} tidak bisa dicoba. Coba lagi lewat /usulan.")

    def shown(self, one: Proposal, officer: Officer, found: Preview | None) -> Reply:
        """A proposal with what it would do and what may be done with it now."""
        about = shown_change(one.before, one.text) or one.why
        head = "\n".join(filter(None, (f"Usulan {one.id}: {', '.join(one.texts)}", about)))
        if found is None:
            text = f"{head}\nDampaknya belum dihitung untuk keadaan sekarang."
            return offered(text, ("Lihat dampak", f"usulan:try:{one.id}"), ("Batal", f"usulan:drop:{one.id}"))
        choices = []
        theirs = self.by_second and officer.id == one.officer
        if found.may_be_published and officer.may("penyunting") and theirs:
            choices.append(("Minta diterbitkan", f"usulan:ask:{one.id}"))
        elif found.may_be_published and officer.may("penyunting"):
            choices.append(("Terbitkan", f"usulan:publish:{one.id}"))
            if one.path.startswith("red_flags/"):
                choices.append(("Hitung diam-diam", f"usulan:draft:{one.id}"))
        wishes = wished(one.path, one.text) if not found.problems else ()
        choices += [("Simpan draf", f"usulan:keep:{one.id}"), ("Batal", f"usulan:drop:{one.id}")]
        if ENGLISH in wishes:
            choices.append(("Tulis bahasa Inggris", f"usulan:english:{one.id}"))
        better = f"\n💡 Boleh menyusul: {'; '.join(wishes)}." if wishes else ""
        end = "" if officer.may("penyunting") else "\n\nPenyunting yang menerbitkan; usulan ini terlihat di /usulan."
        end = "\n\nDi sini petugas kedua yang menerbitkan." if theirs and officer.may("penyunting") else end
        return offered(f"{head}\n\n{shown_preview(found)}{better}{end}", *choices)

    def publish(
        self, connection: Connection, now: float, one: Proposal, officer: Officer, status: Status | None, why: str
    ) -> str:
        """Publish it with that status; what came of it. Part of a change for ``Database.write``.

        What is proposed as retired is published so.
        """
        text = one.text
        if status is not None and text is not None and one.path.startswith(("red_flags/", "markers/", "kinds/")):
            text = text if text == with_status(text, "retired") else with_status(text, status)
        done = proposals.publish_proposal(
            connection, now, officer.id, one.id, why, self.package.name, self.by_second, text
        )
        if done.revision is None or TRAINED not in self.package.hashes:  # without a reader nothing learns
            return done.told
        to_learn = difference(one.path, one.before, text)
        if not to_learn:
            return done.told
        ask_training(connection, now, officer.id, done.revision, to_learn.more)
        return f"{done.told}\nPembaca contoh belajar menyusul; Anda dikabari."

    async def say(self, officer: Officer, reply: Reply) -> None:
        """Write to an officer; a database that is away is only logged."""
        try:
            await self.written(
                lambda connection: tell(connection, officer.recipient, (reply,), self.storage.database.clock())
            )
        except StorageUnavailable as error:
            log.warning("an officer was not told: %s", error)

    async def written(self, change: Callable[[Connection], None]) -> None:
        """Carry out a change that writes to people; raises StorageUnavailable."""
        await self.storage.database.write(change, wakes="outbox")
        self.storage.outbox.changed.ring()


class _Trial:
    """One proposal while it is tried out, under a lease."""

    def __init__(self, publishing: Publishing, one: Proposal, officer: Officer) -> None:
        self._publishing, self._one, self._officer = publishing, one, officer
        self._database = publishing.storage.database
        self._told = self._database.clock()
        self._saying: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Try it, tell the officer, and publish it where that was asked for. Raises LeaseLost."""
        live, texts = await self._publishing.live()
        past = await self._database.read(past_cases)
        work = previewed(texts, self._one.texts, past, self._progress)
        found = await held(work, self._renewed, self._publishing.lease / 3)
        await asyncio.gather(*self._saying)
        await self._publishing.written(lambda connection: self._keep(connection, live, found))

    async def give_up(self, why: str) -> None:
        """Tell the officer that nothing came of it, once: nobody tries it again by itself."""

        def change(connection: Connection) -> None:
            if proposals.hold_wanted(connection, self._one, 0.0) is None:
                return
            proposals.want(connection, self._one.id, None)
            tell(connection, self._officer.recipient, (Reply(why),), self._database.clock())

        await self._publishing.written(change)

    async def _renewed(self) -> bool:
        until = self._database.clock() + self._publishing.lease
        kept = await self._database.write(lambda connection: proposals.hold_wanted(connection, self._one, until))
        self._one = kept or self._one
        return kept is not None

    def _keep(self, connection: Connection, live: int, found: Preview) -> None:
        fresh = proposals.hold_wanted(connection, self._one, 0.0)
        if fresh is None or fresh.wanted is None:
            return
        now, officer = self._database.clock(), self._officer
        proposals.keep_seen(connection, fresh.id, proposals.seen_now(fresh, live, found))
        publish_as, harmless = fresh.wanted.publish_as, found.may_be_published and not found.wants_reason
        if publish_as and harmless and officer.may("penyunting") and not self._publishing.by_second:
            done = self._publishing.publish(connection, now, fresh, officer, publish_as, "")
            told = Reply(f"{shown_preview(found)}\n\n{done}" if found.named else done)
        else:
            told = self._publishing.shown(fresh, officer, found)
        tell(connection, officer.recipient, (told,), now)

    def _progress(self, part: float) -> None:
        """Say now and then how far it is."""
        now = self._database.clock()
        if now - self._told >= TOLD_EVERY:
            self._told = now
            reply = Reply(f"Masih dicoba, {part:.0%} …", quiet=True)
            task = asyncio.create_task(self._publishing.say(self._officer, reply))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)


def _begin(running: set[asyncio.Task[None]], look: Coroutine[Any, Any, None]) -> None:
    """Begin a look, unless one is going on."""
    if running:
        look.close()
        return
    task = asyncio.create_task(look)
    running.add(task)
    task.add_done_callback(running.discard)


def _by_number(connection: Connection, number: int) -> Officer | None:
    return next((officer for officer in all_officers(connection) if officer.id == number), None)


def past_cases(connection: Connection) -> list[tuple[str, str]]:
    """(number, text) of the cases, the newest first."""
    query = select(cases.c.number, cases.c.text).order_by(cases.c.id.desc()).limit(MOST_CASES)
    return [(row.number, row.text) for row in connection.execute(query)]
