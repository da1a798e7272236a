"""Changing (/ubah): contacts, words, places, sentences and pathways, one question after the other, in the chat.

What is asked of each kind stands in the ``change_…`` modules; here an interview begins, goes on, and ends in a proposal that
is tried out and published as one of a rule.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.messages import Button, Reply
from bot.officers.change_contacts import CONTACTS
from bot.officers.change_pathways import PATHWAYS
from bot.officers.change_places import PLACES
from bot.officers.change_replies import REPLIES
from bot.officers.change_steps import Again, Answer, Ask, Gone, Next, Over, Subject, Write
from bot.officers.change_words import WORDS
from bot.officers.choices import menu, offered
from bot.officers.desk import DeskTurn, Handled, Remember, saying
from bot.officers.interview import INTERVIEWS, Heard, State, heard
from bot.officers.officer import Officer
from bot.officers.plain_words import wrong_and_missing
from bot.officers.proposing import FORGOTTEN_AFTER, Propose
from bot.officers.publishing import Publishing
from bot.officers.yaml_edits import NoSuchPart

ROOM = "ubah"
SUBJECTS = {subject.name: subject for subject in (CONTACTS, WORDS, PLACES, REPLIES, PATHWAYS)}
"""By the word behind /ubah, in the order of the menu."""
_FOUND = 8
"""Entries offered at once."""
_CANCEL = ("Batal", f"{ROOM}:cancel")
_GONE = "Bagian itu sudah diubah atau dihapus orang lain sementara itu. Tidak ada yang diubah. Lihat lagi dengan /ubah."


@dataclass(frozen=True, slots=True)
class Changing:
    """The room in which everything but rules is changed."""

    publishing: Publishing
    """Tries out what was changed."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is no part of a change."""
        officer = turn.officer
        if officer is None:
            return None
        command, rest = turn.command
        if command == "/ubah":
            return await self._begin(turn, officer, rest)
        said = heard(turn.incoming, officer.memory, ROOM, turn.now, FORGOTTEN_AFTER)
        if said.state is None:
            return saying("Perubahan ini sudah selesai atau terlalu lama. Mulai lagi dengan /ubah.") if said.is_late else None
        if command == "/batal" or said.act == "cancel":
            return _over(officer, "Dibatalkan. Tidak ada yang diubah.")
        if command or not (said.act or said.answers):
            return None
        return await self._answered(turn, officer, said.state, said)

    async def _begin(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        name, _, words = rest.partition(" ")
        other = heard(turn.incoming, officer.memory, INTERVIEWS[0], turn.now, FORGOTTEN_AFTER).state
        head = "Usulan tanda yang tadi belum selesai, jadi ditutup.\n\n" if other else ""
        state: State = {"step": "subject", "number": 0}
        subject = SUBJECTS.get(name.lower())
        if subject is None:
            ask = Ask("subject", f"{head}Apa yang mau diubah? (Tanda bahaya: /usul dan /aturan.)", tuple((one.label, one.name) for one in SUBJECTS.values()))
            return _asked(turn, officer, state, ask)
        state["subject"] = subject.name
        if not words.strip():
            return _asked(turn, officer, state, _look(subject, head))
        answer = Answer(state, words.strip(), False, turn.compiled.knowledge, _today(turn))
        found = await asyncio.to_thread(_found, subject, answer)
        if isinstance(found, Again):
            found = _look(subject, f"{head}{found.text}\n\n")
        return await self._next(turn, officer, state, found)

    async def _answered(self, turn: DeskTurn, officer: Officer, state: State, said: Heard) -> Handled:
        number, _, act = said.act.partition(":")
        if said.act and number != str(state["number"]):
            return saying("Tombol itu untuk langkah sebelumnya. Jawab pertanyaan terakhir, atau /batal.")
        text = act or said.words
        if not text:
            return saying("Tulis jawabannya sebagai teks, ya. Atau /batal.")
        answer = Answer(state, text, bool(act), turn.compiled.knowledge, _today(turn))
        try:
            found = await asyncio.to_thread(_step, answer)
        except Gone:
            return _over(officer, _GONE)
        return await self._next(turn, officer, state, found)

    async def _next(self, turn: DeskTurn, officer: Officer, state: State, found: Next) -> Handled:
        match found:
            case Ask():
                return _asked(turn, officer, state, found)
            case Again():
                return saying(f"{found.text}\nTulis lagi, atau /batal.")
            case Over():
                return _over(officer, found.text)
        return await self._written(officer, found)

    async def _written(self, officer: Officer, change: Write) -> Handled:
        base, live = await self.publishing.live()
        try:
            files = change.files(live)
        except (Gone, NoSuchPart):
            return _over(officer, _GONE)
        files = {path: text for path, text in files.items() if live.get(path) != text}
        if not files:
            return _over(officer, "Itu sama persis dengan yang berlaku; tidak ada yang perlu diubah.")
        wrong, missing = await asyncio.to_thread(wrong_and_missing, files)
        if wrong:
            return saying("\n".join(["Belum bisa disimpan:", *wrong, "Jawab lagi pertanyaan terakhir, atau /batal."]))
        path, *others = files
        told = [change.head, *([f"Masih kurang: {'; '.join(missing)}. Boleh menyusul."] if missing else []),
                "Disimpan sebagai usulan. Sekarang dicoba ke semua contoh, pesan biasa dan kasus lama …"]  # fmt: skip
        kept = Propose(officer, base, path, live.get(path), files[path], change.why[:400],
                       others={other: files[other] for other in others})  # fmt: skip
        self.publishing.wake()
        return Handled((Reply("\n\n".join(told)),), (Remember(officer, ROOM, None), kept))


def _step(answer: Answer) -> Next:
    """What the step that is next makes of the answer."""
    step = answer.state["step"]
    if step == "subject":
        subject = SUBJECTS.get(answer.text.lower())
        return Again("Pilih salah satu tombolnya, ya.") if subject is None else _look(subject, "")
    subject = SUBJECTS[answer.state["subject"]]
    return _found(subject, answer) if step == "find" else subject.steps[step](answer)


def _look(subject: Subject, head: str) -> Ask:
    choices = ((subject.new[0], "new"),) if subject.new else ()
    return Ask("find", head + subject.ask, choices, {"subject": subject.name})


def _found(subject: Subject, answer: Answer) -> Next:
    """The entry that was meant, or those that may be."""
    if answer.pressed and answer.text == "new" and subject.new:
        return subject.steps[subject.new[1]](answer)
    if answer.pressed:
        return subject.show(answer, answer.state["found"][int(answer.text)])
    if (direct := subject.direct(answer)) is not None:
        return direct
    found = subject.find(answer.knowledge, answer.text)
    if not found:
        more = f" Yang belum ada: tekan {subject.new[0]}." if subject.new else ""
        return Again(f"Tidak ada yang cocok dengan “{answer.line[:60]}”. Coba sebagian katanya saja.{more}")
    if len(found) == 1:
        return subject.show(replace(answer, pressed=True), found[0][1])
    shown = found[:_FOUND]
    lines = [f"{number}. {label}" for number, (label, _) in enumerate(shown, 1)]
    rest = len(found) - len(shown)
    end = f"\n… dan {rest} lagi. Tidak ada di sini? Ketik lagi dengan kata yang lebih khas." if rest else "\nBukan ini? Ketik lagi."
    new = ((subject.new[0], "new"),) if subject.new else ()
    choices = tuple((label, str(number)) for number, (label, _) in enumerate(shown)) + new
    return Ask("find", "Yang mana?\n" + "\n".join(lines) + end, choices, {"found": [key for _, key in shown]})


def _asked(turn: DeskTurn, officer: Officer, state: State, ask: Ask) -> Handled:
    number = state["number"] + 1
    choices = [(label, f"{ROOM}:{number}:{value}") for label, value in ask.choices]
    reply = offered(ask.text, *choices, _CANCEL) if choices else Reply(ask.text, (Button(*_CANCEL),))
    kept = {**state, **ask.learnt, "step": ask.step, "number": number, "at": turn.now, "ask": True,
            "menu": menu(reply) if choices else []}  # fmt: skip
    return Handled((reply,), (Remember(officer, ROOM, kept, INTERVIEWS),))


def _today(turn: DeskTurn) -> date:
    return datetime.fromtimestamp(turn.now, UTC).date()


def _over(officer: Officer, text: str) -> Handled:
    return Handled((Reply(text),), (Remember(officer, ROOM, None),))
