"""Learning: after a publish the example reader learns from the new texts, beside the conversation, and its weights are
published as a revision of their own. The rule is live long before; this follows about a minute and a half later.

The sentence reader stays as it was trained: it is asked only where the example reader is unsure, knows nothing of single
rules, and takes minutes of work and a model that few servers have. `python -m bot train --sentences` brings it up to date.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import TypeVar

from sqlalchemy import Connection

from bot.failures import Failure, fault
from bot.knowledge.layout import TRAINED
from bot.knowledge.problems import KnowledgeProblem
from bot.messages import Reply
from bot.office import OfficeHours
from bot.officers import learnt, revisions, trainings
from bot.officers.holding import LeaseLost, held
from bot.officers.officer import Officer, all_officers
from bot.officers.package import Package
from bot.officers.plain_words import problem_line
from bot.officers.proving import checked
from bot.officers.retraining import retrained
from bot.officers.trainings import Training
from bot.storage import Storage, StorageUnavailable
from bot.storage.outbox import tell

_Result = TypeVar("_Result")

log = logging.getLogger(__name__)

QUIET = 20.0
"""Seconds without another publish before learning begins, so that several are learnt from at once."""
LEASE = 60.0
"""Seconds after which another process begins anew where one was killed."""
MOST_ATTEMPTS = 3
"""Times that it is begun before it is given up."""
AGAIN_AFTER = 60.0
"""Seconds after an attempt that failed."""
LOOK_SECONDS = 5.0
"""Pause between two looks for something to learn from."""
_SHOWN = 3

Train = Callable[[Mapping[str, str]], Awaitable[dict[str, str | None]]]
"""Live texts by path → the change that holds the weights (`retraining.retrained`)."""
Prove = Callable[[Mapping[str, str]], Awaitable[list[KnowledgeProblem]]]
"""Live texts by path → what is wrong with them (`proving.checked`)."""

_NOT_HERE = (
    "Aturannya sudah berlaku. Hanya pembaca contoh belum bisa belajar dari pesan yang baru: paket pelatihannya belum"
    ' dipasang di server ini. Minta operator menjalankan: pip install "cekdulu[train]", lalu menyalakan ulang bot.'
    " Sesudah itu ia belajar sendiri dan Anda dikabari."
)


def can_train() -> bool:
    """True where the packages that training needs are installed."""
    return find_spec("sklearn") is not None


class _Broken(Failure):
    """Examples would no longer hold with the new weights; the message lists some."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Does the trainings that wait; any process may, and one does."""

    storage: Storage
    """Where they wait."""
    package: Package
    """What the officers' changes are laid over."""
    hours: OfficeHours
    """For the time of day that officers read."""
    owner: str
    """Names this process in leases."""
    quiet: float = QUIET
    """Seconds without another publish before it begins."""
    lease: float = LEASE
    """Seconds for which it is this process's, renewed while it lasts."""
    train: Train = retrained
    """What learns."""
    prove: Prove = checked
    """What checks the weights on all examples before they go live."""
    able: Callable[[], bool] = can_train
    """Whether it can be done here."""

    async def look(self) -> bool:
        """Learn from what waits, if it is time; True when there was something. Raises StorageUnavailable.

        Call it at the start and every few seconds. Given up by its caller, it gives back what it took.
        """
        if not await self.storage.database.read(trainings.waiting):
            return False
        if not self.able():
            return await self._told_not_here()
        database = self.storage.database
        taken = await database.write(
            lambda connection: trainings.claim_trainings(
                connection, database.clock(), self.owner, self.quiet, self.lease
            )
        )
        if not taken:
            return False
        try:
            await self._learn(taken)
        except asyncio.CancelledError:
            with suppress(StorageUnavailable):
                await database.write(lambda connection: trainings.release_trainings(connection, self.owner))
            raise
        return True

    async def keep_up(self, stop: asyncio.Event) -> None:
        """Look again and again until the stop; whatever goes wrong, it goes on."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                looking = asyncio.create_task(self.look())
                await asyncio.wait({looking, stopping}, return_when=asyncio.FIRST_COMPLETED)
                looking.cancel()
                (found,) = await asyncio.gather(looking, return_exceptions=True)
                if isinstance(found, Exception):
                    log.error("training: not looked for: %s", found if isinstance(found, Failure) else fault(found))
                await asyncio.wait({stopping}, timeout=LOOK_SECONDS)
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    async def _learn(self, taken: Sequence[Training]) -> None:
        try:
            base, texts, weights = await held(self._trained(), self._renewed, self.lease / 4)
        except LeaseLost:
            log.info("training: given up, what it learnt from was taken back")
            return
        except _Broken as broken:
            await self._given_up(str(broken))
            return
        except StorageUnavailable:
            raise
        except Exception as error:  # told, because nobody else sees it
            log.error("training: failed: %s", fault(error))
            await self._tried_in_vain(taken)
            return
        await self._written(lambda connection: self._publish(connection, base, weights, weights == texts.get(TRAINED)))

    async def _trained(self) -> tuple[int, dict[str, str], str | None]:
        """The revision trained on, its texts, and the weights learnt from them."""
        now = await self.storage.database.read(revisions.current)
        texts = revisions.overlaid(await asyncio.to_thread(self.package.texts), now.files)
        weights = (await self.train(texts))[TRAINED]
        after = revisions.overlaid(texts, {TRAINED: weights})
        if wrong := await self.prove(after):
            # What was wrong before, with the weights in use, is nothing that training did.
            before = await self.prove(texts)
            if new := [problem for problem in wrong if problem not in before]:
                raise _Broken(_broken(new))
        return now.number, texts, weights

    async def _renewed(self) -> bool:
        database = self.storage.database
        return await database.write(
            lambda connection: trainings.renew_trainings(connection, database.clock(), self.owner, self.lease)
        )

    def _publish(self, connection: Connection, base: int, weights: str | None, same: bool) -> None:
        """Part of a change: the weights go live, if what they learnt from still is what is live."""
        live = revisions.alone(connection)
        mine = trainings.held_trainings(connection, self.owner)
        if not mine:
            log.info("training: thrown away, what it learnt from was taken back")
            return
        if any(learnt.matters(path) or path == TRAINED for path in revisions.changed_paths(connection, base, live)):
            log.info("training: thrown away, the rules changed meanwhile; it begins anew")
            trainings.release_trainings(connection, self.owner)
            return
        now = self.storage.database.clock()
        officer, number = mine[-1].officer, live
        if not same:
            why = f"Pembaca contoh belajar {_from(mine)}"
            number = revisions.publish(connection, now, officer, live, {TRAINED: weights}, why, self.package.name).number
        trainings.end_trainings(connection, mine)
        clock = datetime.fromtimestamp(now, self.hours.offset)
        for one, theirs in _by_officer(connection, mine):
            told = (
                f"🎓 Pembaca contoh sudah belajar {_from(theirs)}; berlaku sejak {clock:%H.%M} {self.hours.zone}"
                f" (revisi {number})."
            )
            tell(connection, one.recipient, (Reply(told, quiet=True),), now)
        log.info("training: revision %d", number, extra={"texts": sum(one.texts for one in mine)})

    async def _given_up(self, why: str) -> None:
        def change(connection: Connection) -> None:
            now = self.storage.database.clock()
            ended = trainings.held_trainings(connection, self.owner)
            trainings.end_trainings(connection, ended)
            for officer, theirs in _by_officer(connection, ended):
                told = f"Pembaca contoh tidak jadi belajar {_from(theirs)}. Aturannya tetap berlaku. {why}"
                tell(connection, officer.recipient, (Reply(told),), now)

        await self._written(change)

    async def _tried_in_vain(self, taken: Sequence[Training]) -> None:
        if max(one.attempts for one in taken) >= MOST_ATTEMPTS:
            await self._given_up(
                f"Pekerjaannya {MOST_ATTEMPTS} kali terhenti; ia memakai yang sudah dipelajari sebelumnya. Minta operator"
                " menjalankan: python -m bot rules train",
            )
            return
        again = self.storage.database.clock() + AGAIN_AFTER
        await self.storage.database.write(lambda connection: trainings.expire_trainings(connection, self.owner, again))

    async def _told_not_here(self) -> bool:
        """Each officer hears once that nothing can be learnt here; what waits goes on waiting for another day."""

        def change(connection: Connection) -> bool:
            now = self.storage.database.clock()
            all_ = trainings.waiting(connection)
            heard = {one.officer for one in all_ if one.told}
            new = [one for one in all_ if not one.told]
            trainings.mark_told(connection, now, new)
            for officer, _ in _by_officer(connection, [one for one in new if one.officer not in heard]):
                tell(connection, officer.recipient, (Reply(_NOT_HERE),), now)
            return bool(new)

        if all(one.told for one in await self.storage.database.read(trainings.waiting)):
            return False
        return await self._written(change)

    async def _written(self, change: Callable[[Connection], _Result]) -> _Result:
        done = await self.storage.database.write(change, wakes="outbox")
        self.storage.outbox.changed.ring()
        return done


def _by_officer(connection: Connection, some: Sequence[Training]) -> list[tuple[Officer, list[Training]]]:
    """Officers who are still there, with what each of them published."""
    found = ((officer, [one for one in some if one.officer == officer.id]) for officer in all_officers(connection))
    return [(officer, theirs) for officer, theirs in found if theirs]


def _from(some: Sequence[Training]) -> str:
    texts = sum(one.texts for one in some)
    return f"dari {texts} pesan baru" if texts else "ulang tanpa contoh yang tidak dipakai lagi"


def _broken(new: Sequence[KnowledgeProblem]) -> str:
    lines = [problem_line(problem) for problem in new[:_SHOWN]]
    return "\n".join([
        f"Dengan yang baru dipelajari, {len(new)} contoh tidak lagi benar, jadi ia memakai yang sebelumnya:", *lines,
        "Periksa jenis dan tingkat di contoh yang baru. Sesudah perbaikannya terbit, ia mencoba lagi.",
    ])  # fmt: skip
