"""Proposing: from a recruiter's message to a new sign, one question after the other, in the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import yaml
from sqlalchemy import Connection

from bot.checking import Compiled, check
from bot.knowledge.schema import Status
from bot.messages import Button, Reply
from bot.officers import proposals
from bot.officers.case_acts import GONE
from bot.officers.case_card import MAKE_SIGN
from bot.officers.cases import find_case
from bot.officers.choices import menu, offered
from bot.officers.desk import DeskTurn, Handled, Remember, saying
from bot.officers.drafting import ABOUT, SEVERITIES, NewSign, identifier, new_rule, variants, with_additions
from bot.officers.interview import INTERVIEWS, State, heard
from bot.officers.officer import Officer
from bot.officers.phrasing import NotMarked, numbered, phrasings
from bot.officers.plain_words import missing
from bot.officers.publishing import Publishing
from bot.officers.rule_quotes import Probe, without_numbers

ROOM = "usul"
LONGEST_MESSAGE = 3_000
"""Characters of a message that a sign is made from."""
FORGOTTEN_AFTER = 6 * 3600.0
"""Seconds after which a conversation that nobody went on with is over."""

_LEVELS = {"emergency": "DARURAT", "danger": "BAHAYA", "caution": "WASPADA", "no_signs": "BELUM ADA TANDA"}
_KINDS = {"offer": "tawaran", "question": "pertanyaan", "warning": "peringatan", "other": "obrolan", "emergency": "darurat"}
_CANCEL = ("Batal", "usul:cancel")
_LABELS = {"critical": "Sendirian: BAHAYA", "high": "Sendirian: WASPADA", "medium": "Dua baru WASPADA",
           "low": "Hanya penguat"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposing:
    """The room in which signs are proposed."""

    publishing: Publishing
    """Tries out what was proposed."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is no part of a proposal."""
        officer = turn.officer
        if officer is None:
            return None
        command, rest = turn.command
        if command == "/usul":
            return await self._begin(turn, officer, rest)
        if turn.incoming.kind == "button" and turn.incoming.action.startswith(MAKE_SIGN):
            return await self._from_case(turn, officer, turn.incoming.action.removeprefix(MAKE_SIGN))
        said = heard(turn.incoming, officer.memory, ROOM, turn.now, FORGOTTEN_AFTER)
        if said.state is None:
            return saying("Usulan ini sudah selesai atau terlalu lama. Mulai lagi dengan /usul.") if said.is_late else None
        if command == "/batal" or said.act == "cancel":
            return saying("Usulan dibatalkan. Tidak ada yang disimpan.", Remember(officer, ROOM, None))
        if command or not (said.act or said.answers):
            return None
        if not (text := said.act or said.words):
            return saying("Tulis jawabannya sebagai teks, ya. Atau /batal.")
        return await self._answered(turn, officer, said.state, text, bool(said.act))

    async def _begin(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        state: State = {"step": "message", "at": turn.now}
        other = heard(turn.incoming, officer.memory, INTERVIEWS[1], turn.now, FORGOTTEN_AFTER).state
        head = "Perubahan yang tadi belum selesai, jadi ditutup.\n\n" if other else ""
        if rest in turn.compiled.knowledge.red_flags:
            state["rule"], rest = rest, ""
        message = rest or turn.incoming.about
        if message:
            return await asyncio.to_thread(_marked_next, turn.compiled, officer, state, message)
        about = f" Kata-katanya ditambahkan ke aturan {state['rule']}." if "rule" in state else ""
        return _ask(officer, state, f"{head}Teruskan atau tempel pesan perekrutnya.{about}")

    async def _from_case(self, turn: DeskTurn, officer: Officer, number: str) -> Handled:
        """The message of a case, so that nobody has to copy it."""
        case = await self.publishing.storage.database.read(lambda connection: find_case(connection, number))
        if case is None:
            return saying(GONE)
        state: State = {"step": "message", "at": turn.now}
        return await asyncio.to_thread(_marked_next, turn.compiled, officer, state, case.text)

    async def _answered(
        self, turn: DeskTurn, officer: Officer, state: State, text: str, pressed: bool
    ) -> Handled:
        state = {**state, "at": turn.now}
        step = state["step"]
        if pressed and step not in ("about", "severity", "examples"):
            return saying("Tombol itu untuk langkah sebelumnya. Jawab pertanyaan terakhir, atau /batal.")
        if step == "message":
            return await asyncio.to_thread(_marked_next, turn.compiled, officer, state, text)
        if step == "marks":
            return await self._marks(turn, officer, state, text)
        if step == "harmless" or step == "why":
            return await self._harmless(turn, officer, state, text)
        return await asyncio.to_thread(_STEPS[step], turn, officer, state, text)  # trying a rule takes a moment

    async def _marks(self, turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
        try:
            found = await asyncio.to_thread(phrasings, state["message"], text, turn.compiled)
        except NotMarked as wrong:
            return saying(f"{wrong} Coba sekali lagi, atau /batal.")
        state["phrases"] = [one.phrase for one in found]
        told = "\n".join(f"• {one.plain}" for one in found)
        if "rule" in state:
            return await self._add_to_rule(turn, officer, state, told)
        state["step"] = "title"
        return _ask(officer, state, f"Bot akan mencari:\n{told}\n\nApa judulnya? Inilah alasan yang dibaca warga,"
                                    " paling banyak 60 huruf. Misalnya: Diminta menyetor kartu SIM")  # fmt: skip

    async def _add_to_rule(self, turn: DeskTurn, officer: Officer, state: State, told: str) -> Handled:
        path = f"red_flags/{state['rule']}.yaml"
        base, before = await self.publishing.texts_of(path)
        if before is None:
            return saying("Aturan itu sudah tidak ada; tidak ada yang diubah.", Remember(officer, ROOM, None))
        with_phrases = with_additions(before, state["phrases"])
        probe = await asyncio.to_thread(Probe.of, with_phrases, turn.compiled)
        said = probe.proof(state["message"])
        quote = probe.quote(said)
        example = ((said, quote),) if quote else ()
        after = with_additions(before, state["phrases"], example)
        head = f"Ditambahkan ke {state['rule']}:\n{told}"
        return self._propose(turn, officer, path, base, before, after, head, f"Frasa baru untuk {state['rule']}")

    async def _harmless(self, turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
        """The last answers; then the file is written."""
        if state["step"] == "why":
            state["harmless"] = [[said, why or text] for said, why in state["harmless"]]
        else:
            pairs = [tuple(map(str.strip, line.partition("=")[::2])) for line in text.splitlines() if line.strip()]
            state["harmless"] = state.get("harmless", []) + [list(pair) for pair in pairs]
            if len(state["harmless"]) < 2:
                return _ask(officer, state, "Satu lagi pesan yang mirip tetapi tidak berbahaya.")
        if any(not why for _, why in state["harmless"]):
            state["step"] = "why"
            return _ask(officer, state, "Kenapa pesan-pesan itu tidak berbahaya? Satu kalimat saja.")
        sign = await asyncio.to_thread(_sign, state, turn)
        path = f"red_flags/{sign.id}.yaml"
        base, before = await self.publishing.texts_of(path)
        return self._propose(turn, officer, path, base, before, new_rule(sign), f"📝 {sign.title}", sign.title)

    def _propose(
        self, turn: DeskTurn, officer: Officer, path: str, base: int, before: str | None, after: str, head: str, why: str
    ) -> Handled:
        told = f"{head}\n{_contents(after)}\nDisimpan sebagai usulan. Sekarang dicoba ke semua contoh, pesan biasa dan kasus lama …"
        kept = Propose(officer, base, path, before, after, why)
        self.publishing.wake()
        return Handled((Reply(told),), (Remember(officer, ROOM, None), kept))


@dataclass(frozen=True, slots=True)
class Propose:
    """A deed: keep a proposal that is to be tried out."""

    officer: Officer
    """Who proposes it, and is told what it would do."""
    base: int
    """Revision upon which it was written."""
    path: str
    """File inside the knowledge folder."""
    before: str | None
    """The file as it is."""
    after: str | None
    """The file as it should be."""
    why: str
    """Why, in a few words."""
    publish_as: Status | None = None
    """Publish it with this status if it does no harm."""
    others: Mapping[str, str | None] = field(default_factory=dict)
    """Further files as they should be, published together with it."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        wanted = proposals.Wanted(self.officer.id, self.publish_as)
        proposals.propose(
            connection, now, self.officer.id, self.base, self.path, self.before, self.after, self.why, wanted,
            self.others,
        )  # fmt: skip


def _contents(after: str) -> str:
    """The examples that a rule would keep, for the officer to see, and what it lacks."""
    content = yaml.safe_load(after)
    examples = [example["text"] for example in content["examples"]["must_match"]][-3:]
    lines = ["Contoh yang disimpan (ada nama orang? tekan Batal, lalu tempel lagi tanpa nama):",
             *(f"• {said}" for said in examples)]  # fmt: skip
    if lacks := missing(content):
        lines.append(f"Masih kurang: {'; '.join(lacks)}.")
    return "\n".join(lines) + "\n"


def _marked_next(compiled: Compiled, officer: Officer, state: State, message: str) -> Handled:
    """What the bot finds in the message today, and the words to mark."""
    message = message[:LONGEST_MESSAGE]
    state = {**state, "message": message, "step": "marks"}
    today = check(message, compiled)
    flags = compiled.knowledge.red_flags
    found = [f"• {flags[match.rule].title}: “{match.quote}” ({match.rule})" for match in today.matches]
    level = _LEVELS[today.level] if today.level else f"{_KINDS[today.kind]}, tanpa tingkat"
    lines = [f"Hari ini bot menjawab: {level}", *(found or ["Tidak ada tanda yang ditemukan."]), "",
             numbered(message, compiled), "",
             "Kata mana yang menjadi tanda? Salin kata-katanya, atau tulis nomornya: 3-6. Beberapa tanda: pisahkan dengan"
             " koma."]  # fmt: skip
    return _ask(officer, state, "\n".join(lines))


def _title(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    title = " ".join(text.split())
    if not 4 <= len(title) <= 60:
        return saying(f"Judulnya {len(title)} huruf; harus 4 sampai 60. Tulis lebih {'pendek' if len(title) > 60 else 'jelas'}.")
    state |= {"title": title, "step": "about"}
    choices = [(about.label, f"usul:{name}") for name, about in ABOUT.items()]
    return _ask(officer, state, "Tanda ini soal apa?", *choices)


def _about(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    if text not in ABOUT:
        return saying("Pilih salah satu tombolnya, ya.")
    state |= {"about": text, "step": "severity"}
    lines = [f"{number}. {consequence}." for number, consequence in enumerate(SEVERITIES.values(), 1)]
    choices = [(_LABELS[name], f"usul:{name}") for name in SEVERITIES]
    return _ask(officer, state, "Bila ada di sebuah tawaran, apa akibatnya?\n" + "\n".join(lines), *choices)


def _severity(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    if text not in SEVERITIES:
        return saying("Pilih salah satu tombolnya, ya.")
    state |= {"severity": text, "step": "danger"}
    return _ask(officer, state, "Kenapa berbahaya? Satu sampai tiga kalimat pendek, seperti kepada tetangga.")


def _danger(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    text = " ".join(text.split())
    if not 10 <= len(text) <= 900:
        return saying(f"Penjelasannya {len(text)} huruf; harus 10 sampai 900.")
    state |= {"danger": text, "step": "advice"}
    return _ask(officer, state, "Apa yang harus dilakukan warga sekarang? Satu baris satu saran, paling banyak empat.")


def _advice(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    lines = [line.strip(" -•")[:400] for line in text.splitlines() if line.strip(" -•")]
    if not 1 <= len(lines) <= 4:
        return saying(f"Ada {len(lines)} baris; tulis satu sampai empat saran.")
    state |= {"advice": lines, "step": "examples"}
    return _ask(officer, state, "Bagaimana orang lain menulisnya? Dua contoh lagi, satu baris satu contoh, sebaiknya satu"
                                " dengan bahasa obrolan atau daerah. Atau biar bot yang membuatkan.",
                ("Buatkan contoh", "usul:make"))  # fmt: skip


def _examples(turn: DeskTurn, officer: Officer, state: State, text: str) -> Handled:
    probe = _probe(state, turn)
    if text == "make":
        given = list(variants(probe.proof(state["message"]), turn.compiled))
    else:
        given = state.get("examples", []) + [line.strip() for line in text.splitlines() if line.strip()]
    silent = [said for said in given if not probe.quote(said)]
    if silent and text != "make":
        return saying(f"Di contoh ini tandanya tidak ketahuan: “{silent[0]}”. Tulis dengan kata-kata yang ditandai, atau"
                     " tekan Buatkan contoh.")  # fmt: skip
    state["examples"] = [said for said in given if said not in silent]
    if len(state["examples"]) < 2 and text != "make":
        return _ask(officer, state, "Satu contoh lagi.", ("Buatkan contoh", "usul:make"))
    state["step"] = "harmless"
    made = "\n".join(f"• {said}" for said in state["examples"]) if text == "make" else ""
    return _ask(officer, state, (f"Contoh yang dibuat:\n{made}\n\n" if made else "")
                + "Terakhir: dua pesan yang mirip tetapi tidak berbahaya, satu baris satu pesan, dengan alasannya:\n"
                "Kartu SIM baru dijual di konter = hanya jualan")  # fmt: skip


_STEPS: Mapping[str, Callable[[DeskTurn, Officer, State, str], Handled]] = {
    "title": _title, "about": _about, "severity": _severity, "danger": _danger, "advice": _advice, "examples": _examples,
}  # fmt: skip


def _probe(state: State, turn: DeskTurn) -> Probe:
    """The rule as far as it is known, to see what it finds."""
    so_far = NewSign("tanda_dicoba", "Tanda", "job", "low", "Penjelasan.", ("Saran.",), tuple(state["phrases"]), (), (),
                     "Sumber", datetime.fromtimestamp(turn.now, UTC).date())  # fmt: skip
    return Probe.of(new_rule(so_far), turn.compiled)


def _sign(state: State, turn: DeskTurn) -> NewSign:
    """All answers as a sign; examples in which it finds nothing are left out, and told as missing."""
    probe = _probe(state, turn)
    knowledge = turn.compiled.knowledge
    taken = knowledge.red_flags.keys() | knowledge.markers.keys() | knowledge.kind_cues.keys()
    own = probe.proof(state["message"])
    texts = dict.fromkeys([own, *(without_numbers(said, turn.compiled) for said in state["examples"])])
    texts |= dict.fromkeys(variants(own, turn.compiled)) if len(texts) < 3 else {}
    found = tuple((said, quote) for said in texts if (quote := probe.quote(said)))
    day = datetime.fromtimestamp(turn.now, UTC).date()
    return NewSign(
        identifier(state["title"], taken), state["title"], state["about"], state["severity"], state["danger"],
        tuple(state["advice"]), tuple(state["phrases"]), found,
        tuple((without_numbers(said, turn.compiled), why) for said, why in state["harmless"]),
        "Pesan perekrut yang diterima petugas", day,
    )  # fmt: skip


def _ask(officer: Officer, state: State, text: str, *choices: tuple[str, str]) -> Handled:
    reply = offered(text, *choices, _CANCEL) if choices else Reply(text, (Button(*_CANCEL),))
    kept = {**state, "ask": True, "menu": menu(reply) if choices else []}
    return Handled((reply,), (Remember(officer, ROOM, kept, INTERVIEWS),))
