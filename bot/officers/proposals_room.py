"""The proposals room: what waits to be published (/usulan), opened, tried out, translated, published or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.knowledge.schema import Status
from bot.messages import Button, Reply
from bot.officers import proposals, revisions
from bot.officers.choices import asks
from bot.officers.desk import DeskTurn, Handled, Remember, saying
from bot.officers.drafting import with_english
from bot.officers.officer import Officer, all_officers
from bot.officers.publishing import Publishing
from bot.officers.rule_menus import ROOM, SHOWN, names_of_officers, offer, offer_reply, pressed, written_day
from bot.officers.shown_change import title_of
from bot.storage.outbox import tell

_ASK_ENGLISH = (
    "Tulis kalimat bahasa Inggrisnya dalam satu pesan: baris pertama judul (4–60 huruf), baris kedua kenapa berbahaya"
    " (10–900 huruf), lalu satu baris satu saran."
)


@dataclass(frozen=True, slots=True)
class ProposalsRoom:
    """Lists, shows, publishes and drops proposals."""

    publishing: Publishing
    """Tries out and publishes."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is not about proposals."""
        officer = turn.officer
        if officer is None:
            return None
        self.publishing.wake()  # what another process, or this one before a crash, was asked to try out
        command, rest = turn.command
        if command == "/usulan":
            return await self._listed(turn, officer, rest)
        state = officer.memory.get(ROOM) or {}
        if not command and turn.incoming.kind == "text" and asks(turn.incoming, officer.memory, ROOM):
            if state.get("reason") and (why := " ".join(turn.incoming.text.split())[:400]):
                publish = _Publish(self.publishing, officer, state["reason"], state["status"], why)
                return Handled(deeds=(Remember(officer, ROOM, None), publish))
            if state.get("english"):
                return self._translated(officer, state["english"], turn.incoming.text)
        name, _, rest = pressed(turn, officer).partition(":")
        return await self._pressed(turn, officer, rest) if name == "usulan" else None

    async def _listed(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/usulan: the list, or with a number that proposal."""
        if rest.lstrip("#").isdecimal():
            return await self._show(turn, officer, int(rest.lstrip("#")))
        waiting = await turn.storage.database.read(proposals.open_proposals)
        if not waiting:
            return saying("Tidak ada usulan yang menunggu. Yang baru: /usul")
        names = await turn.storage.database.read(names_of_officers)
        lines = [f"#{one.id} {title_of(one.text) or one.path} · {names.get(one.officer or 0, 'operator')}, {written_day(one.updated_at)}"
                 for one in waiting[-SHOWN:]]  # fmt: skip
        choices = [(f"Buka #{one.id}", f"usulan:show:{one.id}") for one in waiting[-SHOWN:]]
        return offer(turn, officer, "Usulan yang menunggu:\n" + "\n".join(lines), *choices)

    async def _show(self, turn: DeskTurn, officer: Officer, number: int) -> Handled:
        one = await turn.storage.database.read(lambda connection: proposals.proposal(connection, number))
        if one is None or one.state != "open":
            return saying(f"Usulan {number} tidak ada atau sudah selesai. Yang menunggu: /usulan")
        live = await turn.storage.database.read(revisions.current_number)
        return offer_reply(turn, officer, self.publishing.shown(one, officer, one.seen_upon(live)))

    async def _pressed(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled | None:
        act, _, value = rest.partition(":")
        if not value.isdecimal():
            return None
        number = int(value)
        match act:
            case "show":
                return await self._show(turn, officer, number)
            case "keep":
                return Handled((Reply(f"Disimpan. Lanjutkan kapan saja lewat /usulan {number}."),), (_TellEditors(officer, number),))
            case "ask":
                told = "Sudah diminta. Anda diberi tahu begitu diterbitkan."
                return Handled((Reply(told),), (_TellEditors(officer, number, second=True),))
            case "drop":
                return Handled(deeds=(_Drop(officer, number),))
            case "try":
                self.publishing.wake()
                return Handled((Reply("Sedang dicoba ke semua contoh, pesan biasa dan kasus lama …"),), (_Want(officer, number),))
            case "english":
                state = {"english": number, "ask": True, "at": turn.now}
                return Handled((Reply(_ASK_ENGLISH),), (Remember(officer, ROOM, state),))
            case "publish" | "draft":
                return await self._publish(turn, officer, number, "draft" if act == "draft" else "active")
        return None

    def _translated(self, officer: Officer, number: int, text: str) -> Handled:
        title, explanation, *advice = (*(line.strip(" -•") for line in text.splitlines() if line.strip(" -•")), "", "")[:6]
        advice = [line[:400] for line in advice if line]
        if not (4 <= len(title) <= 60 and 10 <= len(explanation) <= 900 and advice):
            return saying(f"Belum pas. {_ASK_ENGLISH}")
        self.publishing.wake()
        return Handled((Reply("Disimpan. Dicoba lagi …"),),
                       (Remember(officer, ROOM, None), _Translate(officer, number, title, explanation, advice)))  # fmt: skip

    async def _publish(self, turn: DeskTurn, officer: Officer, number: int, status: Status) -> Handled:
        if not officer.may("penyunting"):
            return saying("Yang menerbitkan aturan adalah penyunting. Usulan Anda sudah terlihat di /usulan.")
        one = await turn.storage.database.read(lambda connection: proposals.proposal(connection, number))
        live = await turn.storage.database.read(revisions.current_number)
        if one is None or one.state != "open":
            return saying(f"Usulan {number} tidak ada atau sudah selesai; tidak ada yang diubah.")
        found = one.seen_upon(live)
        if found is None:
            self.publishing.wake()
            told = "Aturan sudah berubah sejak usulan ini dicoba. Dicoba lagi dulu …"
            return Handled((Reply(told),), (_Want(officer, number),))
        if found.may_be_published and found.wants_reason and not proposals.refusal(one, live, officer.id, "-", self.publishing.by_second):
            state = {"reason": number, "status": status, "ask": True, "at": turn.now}
            told = f"Usulan ini kena di {found.ordinary_count} pesan biasa. Kenapa tetap perlu? Tulis satu kalimat; itu dicatat."
            return Handled((Reply(told),), (Remember(officer, ROOM, state),))
        return Handled(deeds=(_Publish(self.publishing, officer, number, status, ""),))


@dataclass(frozen=True, slots=True)
class _Publish:
    """A deed: publish a proposal, and tell what came of it."""

    publishing: Publishing
    officer: Officer
    number: int
    status: Status
    why: str

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        one = proposals.proposal(connection, self.number)
        if one is None:
            told = f"Usulan {self.number} tidak ada."
        else:
            told = self.publishing.publish(connection, now, one, self.officer, self.status, self.why)
            self._tell_proposer(connection, now, one)
        tell(connection, self.officer.recipient, (Reply(told),), now)

    def _tell_proposer(self, connection: Connection, now: float, one: proposals.Proposal) -> None:
        done = proposals.proposal(connection, one.id)
        if done is None or done.state == one.state or one.officer == self.officer.id:
            return
        for other in all_officers(connection):
            if other.id == one.officer:
                live = revisions.current_number(connection)
                told = f"✅ Usulan {one.id} Anda diterbitkan {self.officer.name} sebagai revisi {live}."
                tell(connection, other.recipient, (Reply(told),), now)


@dataclass(frozen=True, slots=True)
class _Want:
    officer: Officer
    number: int

    def __call__(self, connection: Connection, now: float) -> None:
        proposals.want(connection, self.number, proposals.Wanted(self.officer.id))


@dataclass(frozen=True, slots=True)
class _Translate:
    """A deed: an open proposal gets its English sentences, and is tried out again."""

    officer: Officer
    number: int
    title: str
    explanation: str
    advice: Sequence[str]

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        one = proposals.proposal(connection, self.number)
        if one is None or one.state != "open" or one.text is None:
            told = f"Usulan {self.number} sudah tidak terbuka; tidak ada yang diubah."
            tell(connection, self.officer.recipient, (Reply(told),), now)
            return
        text = with_english(one.text, self.title, self.explanation, self.advice)
        proposals.rewrite(connection, now, self.officer.id, self.number, text)
        proposals.want(connection, self.number, proposals.Wanted(self.officer.id))


@dataclass(frozen=True, slots=True)
class _Drop:
    officer: Officer
    number: int

    def __call__(self, connection: Connection, now: float) -> None:
        done = proposals.withdraw(connection, now, self.officer.id, self.number)
        told = f"Usulan {self.number} dibuang." if done else f"Usulan {self.number} sudah tidak terbuka; tidak ada yang diubah."
        tell(connection, self.officer.recipient, (Reply(told),), now)


@dataclass(frozen=True, slots=True)
class _TellEditors:
    officer: Officer
    number: int
    second: bool = False
    """True: an editor asks for another editor, who publishes here."""

    def __call__(self, connection: Connection, now: float) -> None:
        one = proposals.proposal(connection, self.number)
        if one is None or one.state != "open" or (self.officer.may("penyunting") and not self.second):
            return
        about = f" “{title}”" if (title := title_of(one.text)) else ""
        told = f"📝 Usulan {self.number}{about} dari {self.officer.name} menunggu penyunting. Lihat dulu, lalu terbitkan."
        button = Button("Lihat", f"usulan:show:{self.number}")
        for other in all_officers(connection):
            if other.may("penyunting") and other.id != self.officer.id:
                tell(connection, other.recipient, (Reply(told, (button,)),), now)
