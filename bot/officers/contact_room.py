"""The contact room: /kontak cek walks an officer through contacts that nobody checked for long, and notes the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from bot.knowledge.content import Knowledge
from bot.knowledge.schema import Contact
from bot.messages import Reply
from bot.officers import proposals, revisions
from bot.officers.audit import write_down
from bot.officers.choices import menu, offered
from bot.officers.desk import DeskTurn, Handled, Remember
from bot.officers.drafting import with_check
from bot.officers.interview import State, heard
from bot.officers.officer import Officer, all_officers
from bot.officers.publishing import Publishing
from bot.storage.inbox import Deed
from bot.storage.outbox import tell

ROOM = "kontak"
MONTH_DAYS = 31
"""Days of a month of the checking interval, as answers count them."""
_WAITS = 24 * 3600.0
"""Seconds for which a walk can be gone on with."""
_ASK = "Hubungi nomornya atau buka situsnya. Masih benar?"


def due(knowledge: Knowledge, today: date) -> tuple[Contact, ...]:
    """Contacts older than their checking interval, the oldest first."""
    oldest = sorted(knowledge.contacts.values(), key=lambda contact: (contact.checked_on, contact.id))
    limit = MONTH_DAYS * knowledge.policy.contact_check_months
    return tuple(contact for contact in oldest if (today - contact.checked_on).days > limit)


@dataclass(frozen=True, slots=True)
class ContactRoom:
    """Contacts are checked here, one after the other."""

    publishing: Publishing
    """Over what the change is made, and whether a second officer publishes."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for /kontak without "cek"."""
        officer = turn.officer
        if officer is None:
            return None
        command, rest = turn.command
        if command == "/kontak" and rest.lower().split()[:1] == ["cek"]:
            return self._begin(turn, officer, everything=rest.lower().split()[1:] == ["semua"])
        said = heard(turn.incoming, officer.memory, ROOM, turn.now, _WAITS)
        if command or said.state is None:
            return None
        if said.state.get("wrong") and said.words:
            return self._wrong(turn, officer, said.state, " ".join(said.words.split())[:500])
        return await self._answered(turn, officer, said.state, said.act) if said.act else None

    def _begin(self, turn: DeskTurn, officer: Officer, everything: bool) -> Handled:
        knowledge, today = turn.compiled.knowledge, _today(turn)
        old = due(knowledge, today)
        if everything:
            old = tuple(sorted(knowledge.contacts.values(), key=lambda contact: (contact.checked_on, contact.id)))
        if not old:
            oldest = min(knowledge.contacts.values(), key=lambda contact: contact.checked_on)
            told = f"Semua kontak masih segar; yang paling lama {oldest.short_name}, dicek {_day(oldest.checked_on)}."
            return Handled((Reply(f"{told} Cek semua sekarang: /kontak cek semua"),))
        return self._next(turn, officer, {"left": [contact.id for contact in old], "all": len(old)})

    def _next(self, turn: DeskTurn, officer: Officer, state: State, *deeds: Deed) -> Handled:
        """The next contact that is still there; or the end."""
        contacts = turn.compiled.knowledge.contacts
        left = [name for name in state["left"] if name in contacts]
        if not left:
            return Handled((Reply("Selesai. Terima kasih, semua kontak di daftar ini sudah dilewati."),),
                           (Remember(officer, ROOM, None), *deeds))  # fmt: skip
        contact = contacts[left[0]]
        text = "\n".join(_shown(contact, 1 + state["all"] - len(left), state["all"]))
        reply = offered(
            text, ("Masih benar", "kontak:right"), ("Ada yang berubah", "kontak:wrong"), ("Lewati", "kontak:skip"),
            ("Berhenti", "kontak:stop"),
        )  # fmt: skip
        kept = {"left": left, "all": state["all"], "menu": menu(reply), "at": turn.now}
        return Handled((reply,), (Remember(officer, ROOM, kept), *deeds))

    async def _answered(self, turn: DeskTurn, officer: Officer, state: State, act: str) -> Handled | None:
        name, *rest = state["left"]
        following = {"left": rest, "all": state["all"]}
        match act:
            case "right":
                path = f"contacts/{name}.yaml"
                base, text = await self.publishing.texts_of(path)
                if text is None:
                    return self._next(turn, officer, following)
                checked = _Checked(self.publishing, officer, base, path, text, with_check(text, _today(turn)))
                return self._next(turn, officer, following, checked)
            case "skip":
                return self._next(turn, officer, following)
            case "stop":
                return Handled((Reply("Baik. Lanjutkan kapan saja dengan /kontak cek."),), (Remember(officer, ROOM, None),))
            case "wrong":
                kept = {**state, "wrong": True, "ask": True, "menu": [], "at": turn.now}
                return Handled((Reply("Apa yang berubah? Tulis satu kalimat; penyunting diberi tahu."),), (Remember(officer, ROOM, kept),))
        return None

    def _wrong(self, turn: DeskTurn, officer: Officer, state: State, words: str) -> Handled:
        name, *rest = state["left"]
        return self._next(turn, officer, {"left": rest, "all": state["all"]}, _Wrong(officer, name, words))


@dataclass(frozen=True, slots=True)
class _Checked:
    """A deed: the contact was checked today; published, or proposed where that is another's to do."""

    publishing: Publishing
    officer: Officer
    base: int
    path: str
    before: str
    after: str

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        if self.before == self.after:
            return
        why = f"Dicek: {self.path.rpartition('/')[2].removesuffix('.yaml')}"
        if not self.officer.may("penyunting") or self.publishing.by_second:
            wanted = proposals.Wanted(self.officer.id)
            proposals.propose(
                connection, now, self.officer.id, self.base, self.path, self.before, self.after, why, wanted
            )
            return
        try:
            name = self.publishing.package.name
            revisions.publish(connection, now, self.officer.id, self.base, {self.path: self.after}, why, name)
        except revisions.Stale:
            told = Reply(f"{self.path} baru saja diubah orang lain; harinya tidak dicatat. Ulangi dengan /kontak cek.")
            tell(connection, self.officer.recipient, (told,), now)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """A deed: something of a contact has changed; who publishes is told."""

    officer: Officer
    contact: str
    words: str

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        write_down(connection, now, self.officer.id, "contacts.wrong", self.contact, after={"characters": len(self.words)})
        told = Reply(f"📇 Kontak {self.contact} perlu diperbaiki, kata {self.officer.name}: {self.words}")
        for other in all_officers(connection):
            if other.may("penyunting"):
                tell(connection, other.recipient, (told,), now)


def _shown(contact: Contact, number: int, total: int) -> Iterator[str]:
    yield f"{number} dari {total}: {contact.name}"
    yield from (
        f"• {channel.dialled or channel.value}" + (f" ({channel.label})" if channel.label else "")
        for channel in contact.channels
    )
    yield f"Terakhir dicek {_day(contact.checked_on)}, menurut {contact.evidence[0].url}"
    yield _ASK


def _day(day: date) -> str:
    return day.strftime("%d-%m-%Y")


def _today(turn: DeskTurn) -> date:
    return datetime.fromtimestamp(turn.now, UTC).date()
