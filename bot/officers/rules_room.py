"""The rules room: what is proposed (/usulan), what is in force (/aturan), and the way back (/batalkan)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.checking import Compiled
from bot.knowledge.layout import TRAINED
from bot.knowledge.schema import RedFlag, Rule, Status
from bot.messages import Button, Reply
from bot.officers import proposals, revisions
from bot.officers.choices import asks, menu, offered, picked
from bot.officers.desk import DeskTurn, Handled, Remember
from bot.officers.drafting import SEVERITIES, with_english, with_status
from bot.officers.officer import Officer, all_officers
from bot.officers.proposing import Propose
from bot.officers.publishing import Publishing
from bot.officers.rule_figures import NONE, Figures, counted_since, figures
from bot.officers.shown_change import title_of
from bot.storage.outbox import tell

_Result = TypeVar("_Result")

ROOM = "aturan"
_SHOWN = 10
"""Rules or proposals in one message."""
_LONGEST_DIFFERENCE = 3_000
"""Characters of a difference that are shown in the chat."""
_NUMBERS_MEAN = 3600.0
"""Seconds for which a typed number stands for a button."""
_MISFIRES_FROM = 2
"""Rejections in 30 days from which a rule is listed."""

_STATES: Mapping[str, str] = {"draft": "draf, dihitung diam-diam", "active": "aktif", "retired": "pensiun"}
_MOVES: Mapping[str, tuple[tuple[str, Status], ...]] = {
    "draft": (("Aktifkan", "active"), ("Pensiunkan", "retired")),
    "active": (("Pensiunkan", "retired"), ("Jadikan draf", "draft")),
    "retired": (("Aktifkan", "active"), ("Jadikan draf", "draft")),
}
_SECTIONS = ("red_flags", "markers", "kinds")
_ASK_ENGLISH = (
    "Tulis kalimat bahasa Inggrisnya dalam satu pesan: baris pertama judul (4–60 huruf), baris kedua kenapa berbahaya"
    " (10–900 huruf), lalu satu baris satu saran."
)


@dataclass(frozen=True, slots=True)
class RulesRoom:
    """Lists, shows, publishes and takes back."""

    publishing: Publishing
    """Tries out and publishes."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is not about rules."""
        officer = turn.officer
        if officer is None:
            return None
        self.publishing.wake()  # what another process, or this one before a crash, was asked to try out
        command, rest = turn.command
        if command in _COMMANDS:
            return await _COMMANDS[command](self, turn, officer, rest)
        state = officer.memory.get(ROOM) or {}
        if state.get("reason") and asks(turn.incoming, officer.memory, ROOM) and not command and turn.incoming.kind == "text" and turn.incoming.text.strip():
            why = " ".join(turn.incoming.text.split())[:400]
            publish = _Publish(self.publishing, officer, state["reason"], state["status"], why)
            return Handled(deeds=(Remember(officer, ROOM, None), publish))
        if state.get("english") and asks(turn.incoming, officer.memory, ROOM) and not command and turn.incoming.kind == "text":
            return self._translated(officer, state["english"], turn.incoming.text)
        fresh = turn.incoming.kind == "button" or turn.now - state.get("at", 0.0) < _NUMBERS_MEAN
        action = picked(turn.incoming, officer.memory, ROOM) if fresh else ""
        name, _, rest = action.partition(":")
        if name == "usulan":
            return await self._pressed_proposal(turn, officer, rest)
        if name == "aturan":
            return await self._pressed_rule(turn, officer, rest)
        return None

    # What is proposed

    async def proposed(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/usulan: the list, or with a number that proposal."""
        if rest.lstrip("#").isdecimal():
            return await self._show_proposal(turn, officer, int(rest.lstrip("#")))
        waiting = await self._read(proposals.open_proposals)
        if not waiting:
            return _said("Tidak ada usulan yang menunggu. Yang baru: /usul")
        names = await self._read(_names)
        lines = [f"#{one.id} {title_of(one.text) or one.path} · {names.get(one.officer or 0, 'operator')}, {_day(one.updated_at)}"
                 for one in waiting[-_SHOWN:]]  # fmt: skip
        choices = [(f"Buka #{one.id}", f"usulan:show:{one.id}") for one in waiting[-_SHOWN:]]
        return _offer(turn, officer, "Usulan yang menunggu:\n" + "\n".join(lines), *choices)

    async def _show_proposal(self, turn: DeskTurn, officer: Officer, number: int) -> Handled:
        one = await self._read(lambda connection: proposals.proposal(connection, number))
        if one is None or one.state != "open":
            return _said(f"Usulan {number} tidak ada atau sudah selesai. Yang menunggu: /usulan")
        live = await self._read(revisions.current_number)
        return _offered(turn, officer, self.publishing.shown(one, officer, one.seen_upon(live)))

    async def _pressed_proposal(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled | None:
        act, _, value = rest.partition(":")
        if not value.isdecimal():
            return None
        number = int(value)
        match act:
            case "show":
                return await self._show_proposal(turn, officer, number)
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
            return _said(f"Belum pas. {_ASK_ENGLISH}")
        self.publishing.wake()
        return Handled((Reply("Disimpan. Dicoba lagi …"),),
                       (Remember(officer, ROOM, None), _Translate(officer, number, title, explanation, advice)))  # fmt: skip

    async def _publish(self, turn: DeskTurn, officer: Officer, number: int, status: Status) -> Handled:
        if not officer.may("penyunting"):
            return _said("Yang menerbitkan aturan adalah penyunting. Usulan Anda sudah terlihat di /usulan.")
        one = await self._read(lambda connection: proposals.proposal(connection, number))
        live = await self._read(revisions.current_number)
        if one is None or one.state != "open":
            return _said(f"Usulan {number} tidak ada atau sudah selesai; tidak ada yang diubah.")
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

    # What is in force

    async def rules(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/aturan: how many there are; with a word those that speak of it; with an id that one."""
        known = _rules(turn.compiled)
        wanted = rest.lower()
        counted = await self._read(lambda connection: figures(connection, turn.now))
        if wanted in known:
            return await self._show_rule(turn, officer, *known[wanted], counted.get(wanted, NONE))
        if wanted == "sepi":
            silent = [rule for _, rule in known.values() if rule.status != "retired" and not counted.get(rule.id, NONE).hits]
            first = await self._read(counted_since)
            since = f" (dihitung sejak {_day(first)})" if first else " (belum ada yang dihitung)"
            return _said(_listed(f"{len(silent)} aturan tidak pernah kena dalam 30 hari{since}:", silent, counted))
        if wanted == "meleset":
            wrong = [rule for _, rule in known.values() if counted.get(rule.id, NONE).rejected >= _MISFIRES_FROM]
            if not wrong:
                return _said("Belum ada aturan yang sering disebut salah dalam 30 hari.")
            wrong.sort(key=lambda rule: -counted[rule.id].wrong)
            return _said(_listed(f"{len(wrong)} aturan sering disebut salah dalam 30 hari:", wrong, counted))
        found = [rule for _, rule in known.values() if wanted and wanted in f"{rule.id} {rule.title} {' '.join(rule.phrases)}".lower()]
        if wanted and not found:
            return _said(f"Tidak ada aturan tentang “{rest}”. Usulkan yang baru: /usul")
        if found:
            return _said(_listed(f"{len(found)} aturan tentang “{rest}”:", found, counted))
        states = [rule.status for _, rule in known.values()]
        busiest = sorted((rule for _, rule in known.values() if rule.id in counted), key=lambda rule: -counted[rule.id].hits)
        head = (
            f"{states.count('active')} aturan aktif, {states.count('draft')} draf, {states.count('retired')} pensiun."
            " Cari: /aturan paspor · Buka: /aturan NAMA · Tidak pernah kena: /aturan sepi · Sering salah: /aturan meleset"
        )
        return _said(_listed(f"{head}\n\nPaling sering kena dalam 30 hari:" if busiest else head, busiest, counted))

    async def _show_rule(
        self, turn: DeskTurn, officer: Officer, section: str, rule: Rule, counted: Figures
    ) -> Handled:
        path = f"{section}/{rule.id}.yaml"
        past = await self._read(lambda connection: revisions.history(connection, path))
        names = await self._read(_names)
        lines = [f"{rule.title} ({rule.id})", f"Keadaan: {_STATES[rule.status]}"]
        if isinstance(rule, RedFlag):
            lines.append(f"Berat: {SEVERITIES[rule.severity].lower()}")
        last = f", terakhir {_day(counted.last_at)}" if counted.last_at else ""
        lines.append(f"30 hari ini kena {counted.hits} kali{last}; dibenarkan {counted.confirmed}, disebut salah {counted.rejected}.")
        lines += ["Mencari:", *(f"• {phrase}" for phrase in rule.phrases[:5])]
        if len(rule.phrases) > 5:
            lines.append(f"… dan {len(rule.phrases) - 5} frasa lain.")
        if past:
            lines += ["Riwayat:", *(f"• revisi {one.number}, {_day(one.at)}, {names.get(one.officer or 0, 'operator')}: {one.why or '-'}"
                                    for one in past[-5:])]  # fmt: skip
        choices = [(label, f"aturan:{status}:{rule.id}") for label, status in _MOVES[rule.status]]
        return _offer(turn, officer, "\n".join(lines), *(choices if officer.may("penyunting") else ()))

    async def _pressed_rule(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled | None:
        act, _, name = rest.partition(":")
        if not officer.may("penyunting"):
            return _said("Yang mengubah keadaan aturan adalah penyunting.")
        if act == "back" and name.isdecimal():
            return Handled(deeds=(_Back(self.publishing, officer, int(name)),))
        status: Status | None = next((move for _, move in (*_MOVES["draft"], *_MOVES["active"]) if move == act), None)
        if status is None:
            return None
        live, texts = await self.publishing.live()
        path = next((path for section in _SECTIONS if (path := f"{section}/{name}.yaml") in texts), "")
        if not path:
            return _said("Aturan itu sudah tidak ada; tidak ada yang diubah.")
        after = with_status(texts[path], status)
        if after == texts[path]:
            return _said(f"Aturan {name} sudah {_STATES[status]}.")
        self.publishing.wake()
        change = Propose(officer, live, path, texts[path], after, f"{name} menjadi {_STATES[status]}", status)
        return Handled((Reply(f"Dicoba dulu ke semua contoh; bila tidak ada yang rusak, {name} langsung {_STATES[status]}."),), (change,))

    async def back(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/batalkan: ask whether the newest revision is to be taken back."""
        if not officer.may("penyunting"):
            return _said("Yang membatalkan terbitan adalah penyunting.")
        live = await self._read(revisions.current_number)
        if live == 0:
            return _said("Belum ada yang diterbitkan, jadi tidak ada yang dibatalkan.")
        number = await self._read(_last_of_officers)
        now = await self._read(lambda connection: revisions.revision(connection, number))
        names = await self._read(_names)
        who = names.get(now.officer or 0, "operator")
        learnt = f"\nSesudah itu pembaca contoh belajar (revisi {live})." if number != live else ""
        told = f"Revisi {number}, {_day(now.at)}, oleh {who}: {now.why or '-'}{learnt}\nKembalikan ke keadaan sebelum itu?"
        choices = [(f"Ya, batalkan {number}", f"aturan:back:{number}")]
        if learnt:
            choices.append(("Hanya yang dipelajari", f"aturan:back:{live}"))
        return _offer(turn, officer, told, *choices)

    async def past(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/revisi: the newest ones; with a number what that one changed; with two the difference between them."""
        numbers = [int(number) for number in rest.split()[:2] if number.isdecimal()]
        if not numbers:
            names, told = await self._read(_names), (await self._read(revisions.history))[-_SHOWN:]
            lines = [f"{one.number}. {_day(one.at)}, {names.get(one.officer or 0, 'operator')}: {one.why or '-'}" for one in told]
            return _said("\n".join(["Revisi terakhir (bedanya: /revisi 3 atau /revisi 1 3):", *lines]) if lines
                         else "Belum ada yang diterbitkan.")  # fmt: skip
        before, after = (numbers[0] - 1, numbers[0]) if len(numbers) == 1 else numbers
        try:
            other = await self._read(lambda connection: revisions.revision(connection, after))
            one = await self._read(lambda connection: revisions.revision(connection, max(before, 0)))
        except revisions.NoRevision as error:
            return _said(str(error))
        told_difference = revisions.difference(one, other, self.publishing.package.texts())
        cut = " … (selengkapnya: rules diff di komputer)" if len(told_difference) > _LONGEST_DIFFERENCE else ""
        return _said((told_difference[:_LONGEST_DIFFERENCE] + cut) or "Tidak ada bedanya.")

    async def _read(self, question: Callable[[Connection], _Result]) -> _Result:
        return await self.publishing.storage.database.read(question)


_COMMANDS = {"/usulan": RulesRoom.proposed, "/aturan": RulesRoom.rules, "/batalkan": RulesRoom.back,
             "/revisi": RulesRoom.past}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class _Back:
    publishing: Publishing
    officer: Officer
    number: int

    def __call__(self, connection: Connection, now: float) -> None:
        live = revisions.current_number(connection)
        if live != self.number and not _followed_by_learning(connection, self.number, live):
            told = f"Revisi {self.number} bukan yang terbaru lagi (sekarang {live}); tidak ada yang diubah. Lihat /batalkan."
        else:
            why = f"Membatalkan revisi {self.number}"
            new = revisions.roll_back(
                connection, now, self.officer.id, self.number - 1, why, self.publishing.package.name
            )
            told = f"↩️ Revisi {self.number} dibatalkan; sekarang berlaku lagi keadaan sebelumnya (revisi {new.number})."
        tell(connection, self.officer.recipient, (Reply(told),), now)


def _last_of_officers(connection: Connection) -> int:
    """The newest revision but for those in which the example reader only learnt; the newest when all are such."""
    live = revisions.current_number(connection)
    for number in range(live, 0, -1):
        if revisions.changed_paths(connection, number - 1, number) != {TRAINED}:
            return number
    return live


def _followed_by_learning(connection: Connection, number: int, live: int) -> bool:
    """True when since that revision, which changed more, the example reader only learnt."""
    learnt = {TRAINED}
    return (
        revisions.changed_paths(connection, number, live) == learnt
        and revisions.changed_paths(connection, number - 1, number) != learnt
    )


def _rules(compiled: Compiled) -> dict[str, tuple[str, Rule]]:
    """By id: the folder and the rule, red flags first."""
    knowledge = compiled.knowledge
    found: dict[str, tuple[str, Rule]] = {}
    for section, rules in (("red_flags", knowledge.red_flags), ("markers", knowledge.markers), ("kinds", knowledge.kind_cues)):
        found |= {name: (section, rule) for name, rule in rules.items()}
    return found


def _listed(head: str, rules: list[Rule], counted: Mapping[str, Figures]) -> str:
    lines = [f"• {rule.title} ({rule.id}) · kena {counted.get(rule.id, NONE).hits}, salah {counted.get(rule.id, NONE).rejected}"
             + ("" if rule.status == "active" else f" · {_STATES[rule.status]}") for rule in rules[:_SHOWN]]  # fmt: skip
    rest = [f"… dan {len(rules) - _SHOWN} lagi."] if len(rules) > _SHOWN else []
    return "\n".join([head, *lines, *rest])


def _names(connection: Connection) -> dict[int, str]:
    return {officer.id: officer.name for officer in all_officers(connection)}


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%d-%m-%Y")


def _offer(turn: DeskTurn, officer: Officer, text: str, *choices: tuple[str, str]) -> Handled:
    return _offered(turn, officer, offered(text, *choices))


def _offered(turn: DeskTurn, officer: Officer, reply: Reply) -> Handled:
    return Handled((reply,), (Remember(officer, ROOM, {"menu": menu(reply), "at": turn.now}),))


def _said(text: str) -> Handled:
    return Handled((Reply(text),))
