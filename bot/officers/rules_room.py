"""The rules room: what is in force (/aturan), what was published (/revisi), and the way back (/batalkan)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.checking import Compiled
from bot.knowledge.layout import TRAINED
from bot.knowledge.schema import RedFlag, Rule, Status
from bot.messages import Reply
from bot.officers import revisions
from bot.officers.desk import DeskTurn, Handled, saying
from bot.officers.drafting import SEVERITIES, with_status
from bot.officers.officer import Officer
from bot.officers.proposing import Propose
from bot.officers.publishing import Publishing
from bot.officers.rule_figures import NONE, Figures, counted_since, figures
from bot.officers.rule_menus import SHOWN, names_of_officers, offer, pressed, written_day
from bot.storage.outbox import tell

_LONGEST_DIFFERENCE = 3_000
"""Characters of a difference that are shown in the chat."""
_MISFIRES_FROM = 2
"""Rejections in 30 days from which a rule is listed."""

_STATES: Mapping[str, str] = {"draft": "draf, dihitung diam-diam", "active": "aktif", "retired": "pensiun"}
_MOVES: Mapping[str, tuple[tuple[str, Status], ...]] = {
    "draft": (("Aktifkan", "active"), ("Pensiunkan", "retired")),
    "active": (("Pensiunkan", "retired"), ("Jadikan draf", "draft")),
    "retired": (("Aktifkan", "active"), ("Jadikan draf", "draft")),
}
_SECTIONS = ("red_flags", "markers", "kinds")


@dataclass(frozen=True, slots=True)
class RulesRoom:
    """Lists and shows rules, changes their state, and takes back."""

    publishing: Publishing
    """Tries out changes, and knows what is live."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody who is no officer, and for what is not about rules."""
        officer = turn.officer
        if officer is None:
            return None
        command, rest = turn.command
        if command in _COMMANDS:
            return await _COMMANDS[command](self, turn, officer, rest)
        name, _, rest = pressed(turn, officer).partition(":")
        return await self._pressed(turn, officer, rest) if name == "aturan" else None

    async def rules(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/aturan: how many there are; with a word those that speak of it; with an id that one."""
        known = _rules(turn.compiled)
        wanted = rest.lower()
        counted = await turn.storage.database.read(lambda connection: figures(connection, turn.now))
        if wanted in known:
            return await self._show(turn, officer, *known[wanted], counted.get(wanted, NONE))
        if wanted == "sepi":
            silent = [rule for _, rule in known.values() if rule.status != "retired" and not counted.get(rule.id, NONE).hits]
            first = await turn.storage.database.read(counted_since)
            since = f" (dihitung sejak {written_day(first)})" if first else " (belum ada yang dihitung)"
            return saying(_listed(f"{len(silent)} aturan tidak pernah kena dalam 30 hari{since}:", silent, counted))
        if wanted == "meleset":
            wrong = [rule for _, rule in known.values() if counted.get(rule.id, NONE).rejected >= _MISFIRES_FROM]
            if not wrong:
                return saying("Belum ada aturan yang sering disebut salah dalam 30 hari.")
            wrong.sort(key=lambda rule: -counted[rule.id].wrong)
            return saying(_listed(f"{len(wrong)} aturan sering disebut salah dalam 30 hari:", wrong, counted))
        found = [rule for _, rule in known.values() if wanted and wanted in f"{rule.id} {rule.title} {' '.join(rule.phrases)}".lower()]
        if wanted and not found:
            return saying(f"Tidak ada aturan tentang “{rest}”. Usulkan yang baru: /usul")
        if found:
            return saying(_listed(f"{len(found)} aturan tentang “{rest}”:", found, counted))
        states = [rule.status for _, rule in known.values()]
        busiest = sorted((rule for _, rule in known.values() if rule.id in counted), key=lambda rule: -counted[rule.id].hits)
        head = (
            f"{states.count('active')} aturan aktif, {states.count('draft')} draf, {states.count('retired')} pensiun."
            " Cari: /aturan paspor · Buka: /aturan NAMA · Tidak pernah kena: /aturan sepi · Sering salah: /aturan meleset"
        )
        return saying(_listed(f"{head}\n\nPaling sering kena dalam 30 hari:" if busiest else head, busiest, counted))

    async def _show(self, turn: DeskTurn, officer: Officer, section: str, rule: Rule, counted: Figures) -> Handled:
        path = f"{section}/{rule.id}.yaml"
        past = await turn.storage.database.read(lambda connection: revisions.history(connection, path))
        names = await turn.storage.database.read(names_of_officers)
        lines = [f"{rule.title} ({rule.id})", f"Keadaan: {_STATES[rule.status]}"]
        if isinstance(rule, RedFlag):
            lines.append(f"Berat: {SEVERITIES[rule.severity].lower()}")
        last = f", terakhir {written_day(counted.last_at)}" if counted.last_at else ""
        lines.append(f"30 hari ini kena {counted.hits} kali{last}; dibenarkan {counted.confirmed}, disebut salah {counted.rejected}.")
        lines += ["Mencari:", *(f"• {phrase}" for phrase in rule.phrases[:5])]
        if len(rule.phrases) > 5:
            lines.append(f"… dan {len(rule.phrases) - 5} frasa lain.")
        if past:
            lines += ["Riwayat:", *(f"• revisi {one.number}, {written_day(one.at)}, {names.get(one.officer or 0, 'operator')}: {one.why or '-'}"
                                    for one in past[-5:])]  # fmt: skip
        choices = [(label, f"aturan:{status}:{rule.id}") for label, status in _MOVES[rule.status]]
        return offer(turn, officer, "\n".join(lines), *(choices if officer.may("penyunting") else ()))

    async def _pressed(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled | None:
        act, _, name = rest.partition(":")
        if not officer.may("penyunting"):
            return saying("Yang mengubah keadaan aturan adalah penyunting.")
        if act == "back" and name.isdecimal():
            return Handled(deeds=(_Back(self.publishing, officer, int(name)),))
        status: Status | None = next((move for _, move in (*_MOVES["draft"], *_MOVES["active"]) if move == act), None)
        if status is None:
            return None
        live, texts = await self.publishing.live()
        path = next((path for section in _SECTIONS if (path := f"{section}/{name}.yaml") in texts), "")
        if not path:
            return saying("Aturan itu sudah tidak ada; tidak ada yang diubah.")
        after = with_status(texts[path], status)
        if after == texts[path]:
            return saying(f"Aturan {name} sudah {_STATES[status]}.")
        self.publishing.wake()
        change = Propose(officer, live, path, texts[path], after, f"{name} menjadi {_STATES[status]}", status)
        return Handled((Reply(f"Dicoba dulu ke semua contoh; bila tidak ada yang rusak, {name} langsung {_STATES[status]}."),), (change,))

    async def back(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/batalkan: ask whether the newest revision is to be taken back."""
        if not officer.may("penyunting"):
            return saying("Yang membatalkan terbitan adalah penyunting.")
        live = await turn.storage.database.read(revisions.current_number)
        if live == 0:
            return saying("Belum ada yang diterbitkan, jadi tidak ada yang dibatalkan.")
        number = await turn.storage.database.read(_last_of_officers)
        now = await turn.storage.database.read(lambda connection: revisions.revision(connection, number))
        names = await turn.storage.database.read(names_of_officers)
        who = names.get(now.officer or 0, "operator")
        learnt = f"\nSesudah itu pembaca contoh belajar (revisi {live})." if number != live else ""
        told = f"Revisi {number}, {written_day(now.at)}, oleh {who}: {now.why or '-'}{learnt}\nKembalikan ke keadaan sebelum itu?"
        choices = [(f"Ya, batalkan {number}", f"aturan:back:{number}")]
        if learnt:
            choices.append(("Hanya yang dipelajari", f"aturan:back:{live}"))
        return offer(turn, officer, told, *choices)

    async def past(self, turn: DeskTurn, officer: Officer, rest: str) -> Handled:
        """/revisi: the newest ones; with a number what that one changed; with two the difference between them."""
        numbers = [int(number) for number in rest.split()[:2] if number.isdecimal()]
        if not numbers:
            names = await turn.storage.database.read(names_of_officers)
            told = (await turn.storage.database.read(revisions.history))[-SHOWN:]
            lines = [f"{one.number}. {written_day(one.at)}, {names.get(one.officer or 0, 'operator')}: {one.why or '-'}" for one in told]
            return saying("\n".join(["Revisi terakhir (bedanya: /revisi 3 atau /revisi 1 3):", *lines]) if lines
                         else "Belum ada yang diterbitkan.")  # fmt: skip
        before, after = (numbers[0] - 1, numbers[0]) if len(numbers) == 1 else numbers
        try:
            other = await turn.storage.database.read(lambda connection: revisions.revision(connection, after))
            one = await turn.storage.database.read(lambda connection: revisions.revision(connection, max(before, 0)))
        except revisions.NoRevision as error:
            return saying(str(error))
        told_difference = revisions.difference(one, other, self.publishing.package.texts())
        cut = " … (selengkapnya: rules diff di komputer)" if len(told_difference) > _LONGEST_DIFFERENCE else ""
        return saying((told_difference[:_LONGEST_DIFFERENCE] + cut) or "Tidak ada bedanya.")


_COMMANDS = {"/aturan": RulesRoom.rules, "/batalkan": RulesRoom.back, "/revisi": RulesRoom.past}


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
             + ("" if rule.status == "active" else f" · {_STATES[rule.status]}") for rule in rules[:SHOWN]]  # fmt: skip
    rest = [f"… dan {len(rules) - SHOWN} lagi."] if len(rules) > SHOWN else []
    return "\n".join([head, *lines, *rest])
