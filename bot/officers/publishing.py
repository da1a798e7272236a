"""Publishing: trying a proposal out beside the conversation, telling what it would do, and making it live."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from bot.failures import Failure, fault
from bot.knowledge.schema import Status
from bot.messages import Reply
from bot.officers import proposals, revisions
from bot.officers.choices import offered
from bot.officers.drafting import with_status
from bot.officers.officer import Officer, all_officers
from bot.officers.package import Package
from bot.officers.preview import Preview
from bot.officers.previewing import previewed
from bot.officers.proposals import Proposal
from bot.officers.revisions import overlaid
from bot.officers.shown_change import shown_change
from bot.officers.shown_preview import shown_preview
from bot.storage import Storage, StorageUnavailable
from bot.storage.outbox import tell
from bot.storage.tables import cases

log = logging.getLogger(__name__)

MOST_CASES = 10_000
"""Past cases over which a change is tried, the newest first."""
LOOKS = (0.1, 0.3, 1.0, 3.0)
"""Pauses, in seconds, before each look for proposals that are to be tried out."""
LONGEST_TRY = 120.0
"""Seconds after which another process tries a proposal out that one began with."""
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
    _running: set[asyncio.Task[None]] = field(default_factory=set)

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
        if not self._running:
            task = asyncio.create_task(self._look())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def settled(self) -> None:
        """Return when nothing is being tried out any more."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _look(self) -> None:
        for pause in self.looks:
            await asyncio.sleep(pause)
            try:
                while (one := await self._claimed()) is not None:
                    await self._tried(one)
            except StorageUnavailable as error:
                log.warning("proposals: not tried out: %s", error)

    async def _claimed(self) -> Proposal | None:
        now = self.storage.database.clock()
        return await self.storage.database.write(
            lambda connection: proposals.claim_wanted(connection, now, LONGEST_TRY)
        )

    async def _tried(self, one: Proposal) -> None:
        assert one.wanted is not None
        wanted = one.wanted
        officer = await self.storage.database.read(lambda connection: _by_number(connection, wanted.officer))
        if officer is None:  # removed meanwhile
            return
        try:
            await self._try(one, officer, wanted.publish_as)
        except Failure as failure:
            await self._say(officer, Reply(str(failure)))
        except StorageUnavailable:
            raise
        except Exception as error:  # told, because nobody awaits this task
            log.error("proposal %d: not tried out: %s", one.id, fault(error))
            await self._say(officer, Reply(f"Usulan {one.id} tidak bisa dicoba. Coba lagi lewat /usulan."))

    async def _try(self, one: Proposal, officer: Officer, publish_as: Status | None) -> None:
        live, texts = await self.live()
        past = await self.storage.database.read(past_cases)
        found = await previewed(texts, one.texts, past, self._teller(officer))
        seen = proposals.seen_now(one, live, found)

        def change(connection: Connection) -> None:
            now = self.storage.database.clock()
            fresh = proposals.proposal(connection, one.id)
            if fresh is None or fresh.state != "open" or fresh.texts != one.texts:
                return
            proposals.keep_seen(connection, one.id, seen)
            harmless = found.may_be_published and not found.wants_reason
            if publish_as and harmless and officer.may("penyunting") and not self.by_second:
                told = Reply(self.publish(connection, now, fresh, officer, publish_as, ""))
            else:
                told = self.shown(fresh, officer, found)
            tell(connection, officer.recipient, (told,), now)

        await self._written(change)

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
        choices += [("Simpan draf", f"usulan:keep:{one.id}"), ("Batal", f"usulan:drop:{one.id}")]
        end = "" if officer.may("penyunting") else "\n\nPenyunting yang menerbitkan; usulan ini terlihat di /usulan."
        end = "\n\nDi sini petugas kedua yang menerbitkan." if theirs and officer.may("penyunting") else end
        return offered(f"{head}\n\n{shown_preview(found)}{end}", *choices)

    def publish(
        self, connection: Connection, now: float, one: Proposal, officer: Officer, status: Status | None, why: str
    ) -> str:
        """Publish it with that status; what came of it. Part of a change for ``Database.write``."""
        text = one.text
        if status is not None and text is not None and one.path.startswith(("red_flags/", "markers/", "kinds/")):
            text = with_status(text, status)
        return proposals.publish_proposal(
            connection, now, officer.id, one.id, why, self.package.name, self.by_second, text
        )

    def _teller(self, officer: Officer) -> Callable[[float], None]:
        """Says now and then how far it is."""
        last = self.storage.database.clock()

        def progress(part: float) -> None:
            nonlocal last
            now = self.storage.database.clock()
            if now - last >= TOLD_EVERY:
                last = now
                task = asyncio.create_task(self._say(officer, Reply(f"Masih dicoba, {part:.0%} …", quiet=True)))
                self._running.add(task)
                task.add_done_callback(self._running.discard)

        return progress

    async def _say(self, officer: Officer, reply: Reply) -> None:
        try:
            await self._written(
                lambda connection: tell(connection, officer.recipient, (reply,), self.storage.database.clock())
            )
        except StorageUnavailable as error:
            log.warning("an officer was not told: %s", error)

    async def _written(self, change: Callable[[Connection], None]) -> None:
        await self.storage.database.write(change, wakes="outbox")
        self.storage.outbox.changed.ring()


def _by_number(connection: Connection, number: int) -> Officer | None:
    return next((officer for officer in all_officers(connection) if officer.id == number), None)


def past_cases(connection: Connection) -> list[tuple[str, str]]:
    """(number, text) of the cases, the newest first."""
    query = select(cases.c.number, cases.c.text).order_by(cases.c.id.desc()).limit(MOST_CASES)
    return [(row.number, row.text) for row in connection.execute(query)]
