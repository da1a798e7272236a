"""The room of the cases for officers: list, card, and every act, by button and by command; nobody else finds it.

After "Jawab" or "Minta keterangan" the officer's next plain text goes to the person; a command, a button and a forward
are never taken for it, and after half an hour nothing is any more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers import case_acts
from bot.officers.case_acts import Act, Do
from bot.officers.case_card import OUTCOMES, line, outcome_buttons
from bot.officers.case_chart import chart_of
from bot.officers.case_figures import figures_of, told_figures
from bot.officers.cases import case_number, looks_after, officer_names, select_cases
from bot.officers.choices import asks
from bot.officers.desk import DeskTurn, Handled, Remember
from bot.officers.officer import Officer, all_officers
from bot.storage.tables import cases

ROOM = "cases"
_TYPING_SECONDS = 1_800.0
_MOST_LISTED = 25
_HELP = """📁 Kasus
/kasus daftar yang berjalan · /kasus NOMOR isinya
/ambil NOMOR · /lepas NOMOR
/jawab NOMOR teks · /tanya NOMOR teks
/teruskan NOMOR
/tutup NOMOR terbukti, tidak terbukti, atau tidak pasti
/statistik angka-angka dan gambarnya"""
_WHICH = "Sebut nomor kasusnya, misalnya {command} ABC-DEF-GHJ. Daftarnya: /kasus"
_DOING: Mapping[str, str] = {"/jawab": "answer", "/tanya": "ask"}
_ENDINGS: Mapping[str, str] = {
    **{words: outcome for outcome, words in OUTCOMES.items()}, "tidak pasti": "unclear", "belum pasti": "unclear",
    "tidak dapat dipastikan": "unclear",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseRoom:
    """Serves officers."""

    hours: OfficeHours
    """For what is shown of promises."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody but officers, and for what is no matter of cases."""
        if turn.officer is None:
            return None
        visit = _Visit(turn, replace(turn.officer, recipient=turn.sender), self.hours)
        if turn.incoming.kind == "button":
            return visit.pressed(turn.incoming.action)
        command, rest = turn.command
        if command in ("/kasus", "/statistik"):
            return await visit.looked(command, rest)
        if command:
            return visit.commanded(command, rest)
        return visit.typed()


@dataclass(frozen=True, slots=True)
class _Visit:
    turn: DeskTurn
    officer: Officer
    hours: OfficeHours

    def pressed(self, action: str) -> Handled | None:
        name, _, rest = action.partition(":")
        verb, _, rest = rest.partition(":")
        written, _, value = rest.partition(":")
        if name != "kasus" or not (number := case_number(written)):
            return None
        if verb in _DOING.values():
            return self._begin(verb, number)
        if verb == "close" and value not in OUTCOMES:
            return Handled((Reply(f"Bagaimana akhirnya kasus {number}?", outcome_buttons(number)),))
        act = self._act(verb, value)
        return None if act is None else self._do(number, act)

    def commanded(self, command: str, rest: str) -> Handled | None:
        if command == "/bantuan_kasus":
            return Handled((Reply(_HELP),))
        if command not in ("/ambil", "/lepas", "/jawab", "/tanya", "/teruskan", "/tutup"):
            return None
        written, value = _split_number(rest)
        if not written:
            return Handled((Reply(_WHICH.format(command=command)),))
        if command in _DOING:
            doing = _DOING[command]
            return self._write(written, doing, value) if value else self._begin(doing, written)
        if command == "/tutup":
            outcome = _ENDINGS.get(value.lower().rstrip("."), "")
            if not outcome:
                return Handled((Reply(f"Bagaimana akhirnya kasus {written}?", outcome_buttons(written)),))
            return self._do(written, case_acts.close(outcome))
        verbs = {"/ambil": "take", "/lepas": "drop", "/teruskan": "pass"}
        act = self._act(verbs[command], value)
        return None if act is None else self._do(written, act)

    async def looked(self, command: str, rest: str) -> Handled:
        if command == "/kasus" and rest:
            written, _ = _split_number(rest)
            if not written:
                return Handled((Reply(_WHICH.format(command="/kasus")),))
            return self._do(written, case_acts.show)
        if command == "/statistik":
            found = await self.turn.storage.database.read(figures_of)
            picture = chart_of(found, self.hours.day(self.turn.now))
            return Handled((Reply(told_figures(found), picture=picture),))
        return Handled((await self.turn.storage.database.read(self._list),))

    def typed(self) -> Handled | None:
        """The text that was asked for after a button; None for any other."""
        incoming, kept = self.turn.incoming, self.officer.memory.get(ROOM)
        text = incoming.text.strip()
        if not isinstance(kept, Mapping) or incoming.kind != "text" or incoming.forwarded_from or not text:
            return None
        if not asks(incoming, self.officer.memory, ROOM):
            return None  # it answers what another room asked since; a person must never get that
        if float(kept["until"]) < self.turn.now:
            return None
        forget = Remember(self.officer, ROOM, None)
        if text.lower().rstrip(".!") == "batal":
            return Handled((Reply("Baik, tidak ada yang dikirim."),), (forget,))
        sent = self._write(str(kept["number"]), str(kept["doing"]), text)
        return Handled(sent.replies, (forget, *sent.deeds))

    def _list(self, connection: Connection) -> Reply:
        names = officer_names(all_officers(connection))
        found = select_cases(connection, cases.c.state != "closed", cases.c.expires_at > self.turn.now)
        mine = [
            case
            for case in found
            if case.claimed_by == self.officer.id or case.level == "emergency" or looks_after(self.officer, case.area)
        ]
        mine.sort(
            key=lambda case: (
                case.level != "emergency",
                case.claimed_by not in (None, self.officer.id),
                case.created_at,
            )
        )
        if not mine:
            return Reply("Tidak ada kasus yang berjalan.")
        shown = mine[:_MOST_LISTED]
        more = [f"… dan {len(mine) - len(shown)} lagi"] if len(mine) > len(shown) else []
        buttons = tuple(Button(case.number, f"kasus:show:{case.number}") for case in shown[:10])
        return Reply(
            "\n".join(["📁 Kasus yang berjalan", *(line(case, names, self.hours) for case in shown), *more]), buttons
        )

    def _act(self, verb: str, value: str) -> Act | None:
        if verb == "pass":
            return case_acts.hand_on(int(value)) if value.isdecimal() and len(value) < 10 else case_acts.offer_hand_on
        if verb == "close":
            return case_acts.close(value)
        return _ACTS.get(verb)

    def _do(self, number: str, act: Act) -> Handled:
        return Handled((), (Do(self.officer, number, act, self.turn.compiled.knowledge, self.hours),))

    def _begin(self, doing: str, number: str) -> Handled:
        return self._do(number, writing(doing, self.turn.now))

    def _write(self, number: str, doing: str, words: str) -> Handled:
        if len(words) > case_acts.LONGEST_ANSWER:
            return Handled(
                (Reply(f"Terlalu panjang. Paling banyak {case_acts.LONGEST_ANSWER} huruf; belum ada yang dikirim."),)
            )
        return self._do(number, case_acts.write_to_person(words, question=doing == "ask"))


_ACTS: Mapping[str, Callable[[case_acts.Turn], tuple[Reply, ...]]] = {
    "show": case_acts.show, "take": case_acts.take, "drop": case_acts.give_back,
}  # fmt: skip


def writing(doing: str, now: float) -> Act:
    """What has the officer's next plain text in private sent to the person: as an "answer", or when they "ask"."""
    return case_acts.begin_writing(doing == "ask", ROOM, now + _TYPING_SECONDS)


def _split_number(rest: str) -> tuple[str, str]:
    """("ABC-DEF-GHJ", the rest) from "abc-def-ghj teks"; two empty texts when it does not begin with a number."""
    words = rest.split(maxsplit=1)
    if words and (number := case_number(words[0])):
        return number, words[1].strip() if len(words) > 1 else ""
    return "", ""
