"""The lessons room: /salah says that a rule found something harmless; /pelajaran works through such messages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from bot.messages import Button, Reply
from bot.officers.choices import menu, offered
from bot.officers.desk import DeskTurn, Handled, Remember
from bot.officers.drafting import variants, with_additions
from bot.officers.interview import State, heard
from bot.officers.lessons import Lesson, add_lesson, learn_from_cases, open_lessons, settle_lesson
from bot.officers.officer import Officer
from bot.officers.phrasing import NotMarked, numbered, numbers_of, phrasings
from bot.officers.proposing import Propose
from bot.officers.publishing import Publishing
from bot.officers.rule_quotes import Probe, without_numbers
from bot.storage.inbox import Deed

ROOM = "pelajaran"
_WAITS = 6 * 3600.0
_PROOF_FOR_UNLESS = 4


@dataclass(frozen=True, slots=True)
class LessonsRoom:
    """What was wrong becomes examples of the rules."""

    publishing: Publishing
    """Tries out what becomes of a lesson."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is no lesson."""
        officer = turn.officer
        if officer is None:
            return None
        command, rest = turn.command
        if command == "/salah":
            return self._wrong(turn, officer, rest)
        if command == "/pelajaran":
            # Written at once, because the list is shown from it; a second time it finds nothing new.
            database = self.publishing.storage.database
            fresh = await database.write(lambda connection: learn_from_cases(connection, turn.now))
            return await self._next(turn, officer, 0, f"{fresh} pelajaran baru dari kasus.\n\n" if fresh else "")
        said = heard(turn.incoming, officer.memory, ROOM, turn.now, _WAITS)
        if command or said.state is None:
            return None
        if said.act:
            return await self._pressed(turn, officer, said.state, said.act)
        return await self._answered(turn, officer, said.state, said.words) if said.words else None

    def _wrong(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/salah ID message: the rule should not have found anything in that message."""
        rule, _, said = rest.partition(" ")
        said = said.strip() or turn.incoming.about
        if rule not in turn.compiled.knowledge.red_flags or not said:
            return Handled((Reply("Tulis: /salah NAMA_ATURAN lalu pesannya, atau balas pesan itu dengan /salah NAMA_ATURAN."),))
        kept = _Keep(officer, rule, without_numbers(said, turn.compiled))
        return Handled((Reply("Dicatat. Kerjakan kapan saja lewat /pelajaran."),), (kept,))

    async def _next(self, turn: DeskTurn, officer: Officer, after: int, head: str = "", *deeds: Deed) -> Handled:
        """The lesson behind that number; or the end."""
        waiting = await self._waiting(turn)
        left = [lesson for lesson in waiting if lesson.id > after] if after else list(waiting)
        if not left:
            return Handled((Reply(f"{head}Tidak ada pelajaran yang menunggu."),), (Remember(officer, ROOM, None), *deeds))
        lesson = left[0]
        flag = turn.compiled.knowledge.red_flags.get(lesson.rule)
        about = f"Aturan “{flag.title}” ({lesson.rule}) seharusnya diam" if flag else "Pesan ini seharusnya ketahuan"
        origin = (
            f"kasus {lesson.case_number}" if lesson.case_number
            else "warga yang menekan Salah" if lesson.from_person else "catatan petugas"
        )  # fmt: skip
        text = f"{head}Pelajaran {lesson.id} ({len(left)} menunggu), dari {origin}.\n{about}:\n“{lesson.text}”"
        reply = offered(text, ("Pakai", "pelajaran:use"), ("Tolak", "pelajaran:refuse"), ("Lewati", "pelajaran:skip"))
        state = {"lesson": lesson.id, "menu": menu(reply), "at": turn.now}
        return Handled((reply,), (Remember(officer, ROOM, state), *deeds))

    async def _pressed(self, turn: DeskTurn, officer: Officer, state: State, act: str) -> Handled | None:
        number = int(state["lesson"])
        if act == "skip":
            return await self._next(turn, officer, number)
        if act == "refuse":
            return await self._next(turn, officer, number, "Ditolak.\n\n", _Settle(officer, number, "refused"))
        if act == "stop":
            return Handled((Reply("Baik. Lanjutkan kapan saja lewat /pelajaran."),), (Remember(officer, ROOM, None),))
        if act != "use":
            return None
        lesson = await self._lesson(turn, number)
        if lesson is None:
            return await self._next(turn, officer, number, "Pelajaran itu sudah dikerjakan orang lain.\n\n")
        if not lesson.rule:
            told = "Tempel pesan ini sesudah /usul, lalu tandai kata-kata yang menunjukkan bahayanya."
            return Handled((Reply(told),), (Remember(officer, ROOM, None), _Settle(officer, number, "used")))
        _, text = await self.publishing.texts_of(f"red_flags/{lesson.rule}.yaml")
        if text is None:
            return await self._next(turn, officer, number, "Aturan itu sudah tidak ada; tidak ada yang diubah.\n\n")
        quote = (await asyncio.to_thread(Probe.of, text, turn.compiled)).quote(lesson.text)
        if not quote:
            return _ask(officer, {**state, "step": "why", "at": turn.now}, "Aturan ini sudah diam di situ. Kenapa pesan ini"
                        " tidak berbahaya? Satu kalimat; disimpan sebagai contoh.")  # fmt: skip
        first, last, end = numbers_of(lesson.text, quote, turn.compiled)
        example = f"{first}-{min(last + 2, end)}" if last < end else f"{max(first - 2, 1)}-{last}"
        question = (
            f"Aturan ini menemukan “{quote}” (kata {first}-{last}).\n\n{numbered(lesson.text, turn.compiled)}\n\nKata mana"
            " yang membuatnya tidak berbahaya? Tandai bersama kata yang ditemukan tadi dan semua kata di antaranya,"
            f" misalnya {example}. Makin banyak kata ikut ditandai, makin sempit pengecualiannya."
        )
        return _ask(officer, {**state, "step": "marks", "at": turn.now}, question)

    async def _answered(self, turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
        lesson = await self._lesson(turn, int(state["lesson"]))
        if lesson is None:
            return await self._next(turn, officer, int(state["lesson"]), "Pelajaran itu sudah dikerjakan orang lain.\n\n")
        if state["step"] == "marks":
            try:
                found = await asyncio.to_thread(phrasings, lesson.text, text, turn.compiled)
            except NotMarked as wrong:
                return Handled((Reply(f"{wrong} Coba sekali lagi."),))
            told = "\n".join(f"• {one.plain}" for one in found)
            state = {**state, "unless": [one.phrase for one in found], "step": "why", "at": turn.now}
            return _ask(officer, state, f"Aturan akan diam bila ada:\n{told}\n\nKenapa itu tidak berbahaya? Satu kalimat.")
        path = f"red_flags/{lesson.rule}.yaml"
        base, before = await self.publishing.texts_of(path)
        if before is None:
            return await self._next(turn, officer, lesson.id, "Aturan itu sudah tidak ada; tidak ada yang diubah.\n\n")
        why = " ".join(text.split())[:400]
        unless = state.get("unless", [])
        after = with_additions(
            before, must_match=await asyncio.to_thread(_more_proof, turn, lesson.rule, before) if unless else (),
            must_not_match=((without_numbers(lesson.text, turn.compiled), why),), unless=unless,
        )  # fmt: skip
        self.publishing.wake()
        change = Propose(officer, base, path, before, after, f"Pelajaran {lesson.id}: {why}")
        told = "Disimpan sebagai usulan. Sekarang dicoba ke semua contoh, pesan biasa dan kasus lama …"
        return Handled((Reply(told),), (Remember(officer, ROOM, None), _Settle(officer, lesson.id, "used"), change))

    async def _lesson(self, turn: DeskTurn, number: int) -> Lesson | None:
        return next((lesson for lesson in await self._waiting(turn) if lesson.id == number), None)

    async def _waiting(self, turn: DeskTurn) -> tuple[Lesson, ...]:
        return await self.publishing.storage.database.read(lambda connection: open_lessons(connection, turn.now))


def _more_proof(turn: DeskTurn, rule: str, text: str) -> list[tuple[str, str]]:
    """A further example where the rule has fewer than one with exceptions needs."""
    flag = turn.compiled.knowledge.red_flags[rule]
    short = _PROOF_FOR_UNLESS - len(flag.examples.must_match)
    others = [said for example in flag.examples.must_match for said in variants(example.text, turn.compiled)]
    probe = Probe.of(text, turn.compiled)
    found = [(said, quote) for said in others if (quote := probe.quote(said))]
    return found[: max(short, 0)]


@dataclass(frozen=True, slots=True)
class _Keep:
    officer: Officer
    rule: str
    text: str

    def __call__(self, connection: Connection, now: float) -> None:
        add_lesson(connection, now, "must_not_match", self.rule, self.text, self.officer.id)


@dataclass(frozen=True, slots=True)
class _Settle:
    officer: Officer
    number: int
    state: Literal["used", "refused"]

    def __call__(self, connection: Connection, now: float) -> None:
        settle_lesson(connection, now, self.officer.id, self.number, self.state)


def _ask(officer: Officer, state: State, text: str) -> Handled:
    reply = Reply(text, (Button("Berhenti", "pelajaran:stop"),))
    return Handled((reply,), (Remember(officer, ROOM, {**state, "ask": True, "menu": []}),))
