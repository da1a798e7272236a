"""What an officer does with a case: take, answer, ask, hand on, give back, close; each writes its audit line.

An act looks everything up again inside the transaction: the officer may have been removed and the case taken, closed
or erased since they pressed the button. What it gives are sentences for the officer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sqlalchemy import Connection

from bot.conversation.shown import plain
from bot.knowledge.loading import Knowledge
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers.audit import write_down
from bot.officers.case_card import OUTCOMES, sign_button
from bot.officers.case_opening import card_of
from bot.officers.cases import Case, add_words, ask_next, change_case, claim, find_case, officer_names, select_cases
from bot.officers.groups import forget_told, groups_for, tell_groups
from bot.officers.officer import Officer, all_officers, officer_of, remember
from bot.officers.rule_judgements import count_judged
from bot.storage import Recipient
from bot.storage.outbox import tell
from bot.storage.tables import cases

TALK_SECONDS = 86_400.0
"""So long after an officer's last word the person's plain texts go to the officer."""
LONGEST_ANSWER = 3_000
"""Characters of an officer's answer."""
_JUDGED = ("confirmed", "not_confirmed")
GONE = "Kasus itu sudah tidak ada: waktunya habis, atau pelapornya menghapusnya."
CLOSED = "Kasus {number} sudah ditutup ({outcome})."
TAKEN = "Kasus {number} sudah ditangani {name}. Hubungi dia, atau minta diteruskan ke Anda."


@dataclass(frozen=True, slots=True)
class Turn:
    """One act in its transaction."""

    connection: Connection
    """Where it is done."""
    now: float
    """UTC seconds."""
    officer: Officer
    """Who acts, as they are now."""
    case: Case
    """The case as it is now; nobody else changes it meanwhile."""
    knowledge: Knowledge
    """For what is said."""
    hours: OfficeHours
    """For what is shown."""
    under: Recipient | None = None
    """The card in an officers' group whose button was pressed; None in a private chat."""

    def note(self, action: str, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
        """Add a line to the audit trail."""
        write_down(self.connection, self.now, self.officer.id, f"case.{action}", self.case.number, before, after)

    def tell_groups(self, words: str, *buttons: Button) -> None:
        """Let the groups that have the card know how it stands, without a sound."""
        if self.case.announced_at is not None:
            told = Reply(words, buttons, quiet=True)
            tell_groups(self.connection, self.case.area, told, self.now, self.under)

    def tell_person(self, key: str, *buttons: Button, **values: object) -> None:
        """Say something to the person; which officer says it is told to nobody."""
        said = self.case.wording(self.knowledge, self.now).say(key, number=self.case.number, **values)
        tell(self.connection, self.case.to, [Reply(said, buttons)], self.now)


Act: TypeAlias = Callable[[Turn], tuple[Reply, ...]]


@dataclass(frozen=True, slots=True)
class Do:
    """A deed: an officer acts on a case."""

    officer: Officer
    """Who."""
    number: str
    """On which case."""
    act: Act
    """What."""
    knowledge: Knowledge
    """For what is said."""
    hours: OfficeHours
    """For what is shown."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``; tells the officer what came of it."""
        present = officer_of(connection, self.officer.recipient.person)
        if present is None:
            return
        case = find_case(connection, self.number, change=True)
        # As they write now: the address of this message is the newest.
        to = self.officer.recipient
        if case is None:
            tell(connection, to, [Reply(GONE)], now)
            return
        turn = Turn(connection, now, replace(present, recipient=to), case, self.knowledge, self.hours)
        tell(connection, to, self.act(turn), now)


def show(turn: Turn) -> tuple[Reply, ...]:
    """The card; looking at it is written down too."""
    turn.note("show")
    return (card_of(turn.connection, turn.case, turn.knowledge, turn.hours),)


def refused(turn: Turn) -> str:
    """Why the officer can do nothing with the case, in one sentence; empty when they can. Nothing is changed."""
    if turn.case.state == "closed":
        return _closed(turn.case)[0].text
    names = officer_names(all_officers(turn.connection))
    others = turn.case.claimed_by != turn.officer.id and turn.case.claimed_by in names
    return _taken(turn)[0].text if others else ""


def claim_only(turn: Turn) -> tuple[Reply, ...]:
    """As `take`, with nothing to say when it went well."""
    return _not_mine(turn)


def take(turn: Turn) -> tuple[Reply, ...]:
    """The officer has the case from now on; or hears who has it."""
    if turn.case.claimed_by == turn.officer.id and turn.case.state != "closed":
        return (Reply(f"Kasus {turn.case.number} sudah Anda tangani.", _talk_buttons(turn.case)),)
    if refusal := _not_mine(turn):
        return refusal
    return (Reply(f"✅ Kasus {turn.case.number} sekarang Anda tangani.", _talk_buttons(turn.case)),)


def give_back(turn: Turn) -> tuple[Reply, ...]:
    """Nobody has the case any more; another officer may take it."""
    mine = cases.c.claimed_by == turn.officer.id
    if turn.case.state == "closed" or not change_case(
        turn.connection, turn.case, mine, claimed_by=None, claimed_at=None, state="open"
    ):
        return (Reply(f"Kasus {turn.case.number} bukan kasus Anda yang berjalan."),)
    turn.note("give_back", {"claimed_by": turn.officer.id}, {"claimed_by": None})
    again = Button("Ambil", f"kasus:take:{turn.case.number}")
    turn.tell_groups(f"Laporan {turn.case.number} dilepas {turn.officer.name}; belum ada yang menangani.", again)
    return (Reply(f"Kasus {turn.case.number} dilepas. Petugas lain bisa mengambilnya."),)


def write_to_person(words: str, question: bool) -> Act:
    """An answer, or a question; a case that nobody has is taken by it."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        if refusal := _not_mine(turn):
            return refusal
        said = plain(words).strip()[:LONGEST_ANSWER]
        kind = "question" if question else "answer"
        add_words(turn.connection, turn.case, kind, said, turn.now, turn.officer.id)
        if turn.case.answered_at is None:
            change_case(turn.connection, turn.case, answered_at=turn.now)
        wording = turn.case.wording(turn.knowledge, turn.now)
        reply = Button(wording.say("button.case_reply"), f"case:reply:{turn.case.number}")
        stop = Button(wording.say("button.case_stop"), f"case:stop:{turn.case.number}")
        turn.tell_person(f"case.{kind}", reply, stop, text=said)
        # Whoever was already told that the bot keeps quiet is not told again.
        told = turn.case.asks == "passing" and turn.case.asks_until > turn.now
        ask_next(turn.connection, turn.case, "passing" if told else "reply", turn.now + TALK_SECONDS)
        turn.note(kind, after={"characters": len(said)})
        return (Reply(f"✅ Terkirim ke pelapor {turn.case.number}, tanpa nama Anda. Balasannya datang ke sini."),)

    return act


def begin_writing(question: bool, room: str, until: float) -> Act:
    """The officer's next plain text goes to the person, until then (UTC seconds); remembered under the room's name.

    The case is taken by it, so that no two officers write an answer at the same time.
    """

    def act(turn: Turn) -> tuple[Reply, ...]:
        if refusal := _not_mine(turn):
            return refusal
        state = {"number": turn.case.number, "doing": "ask" if question else "answer", "until": until, "ask": True}
        others = {name: kept for name, kept in turn.officer.memory.items() if name != room}
        remember(turn.connection, turn.officer, {**others, room: state})  # last: what was asked last is answered next
        what = "pertanyaan" if question else "jawaban"
        return (
            Reply(
                f"✍️ Tulis {what} untuk pelapor {turn.case.number}. Yang Anda tulis berikutnya dikirim kepadanya tanpa nama"
                " Anda. Batal: ketik batal"
            ),
        )

    return act


def hand_on(to: int) -> Act:
    """Another officer has the case from now on, and gets its card."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        if turn.case.state == "closed":
            return _closed(turn.case)
        others = turn.case.claimed_by not in (None, turn.officer.id)
        if others and not turn.officer.may("penyunting"):
            return _taken(turn)
        new = next((one for one in all_officers(turn.connection) if one.id == to), None)
        if new is None or new.id == turn.case.claimed_by:
            return (Reply("Petugas itu tidak ada, atau sudah menanganinya. Ketuk Teruskan sekali lagi."),)
        change_case(turn.connection, turn.case, claimed_by=new.id, claimed_at=turn.now, state="taken")
        turn.note("hand_on", {"claimed_by": turn.case.claimed_by}, {"claimed_by": new.id})
        turn.tell_groups(f"↪️ Laporan {turn.case.number} sekarang ditangani {new.name}.")
        case = find_case(turn.connection, turn.case.number) or turn.case
        if new.id != turn.officer.id:
            title = f"↪️ Diteruskan {turn.officer.name} ke Anda"
            tell(
                turn.connection,
                new.recipient,
                [card_of(turn.connection, case, turn.knowledge, turn.hours, title)],
                turn.now,
            )
        return (Reply(f"↪️ Kasus {turn.case.number} sekarang ditangani {new.name}."),)

    return act


def offer_hand_on(turn: Turn) -> tuple[Reply, ...]:
    """To whom the case may be handed."""
    others = [one for one in all_officers(turn.connection) if one.id != turn.case.claimed_by]
    if turn.case.state == "closed":
        return _closed(turn.case)
    if not others:
        return (Reply("Belum ada petugas lain."),)
    buttons = tuple(Button(one.name[:24], f"kasus:pass:{turn.case.number}:{one.id}") for one in others[:20])
    lines = [f"{one.id}. {one.name}, {one.office}" for one in others[:20]]
    told = f"Teruskan {turn.case.number} ke siapa? Ketuk, atau ketik /teruskan {turn.case.number} nomor"
    return (Reply("\n".join([told, *lines]), buttons),)


def close(outcome: str) -> Act:
    """The case is closed with this outcome, and the person hears it."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        if refusal := _not_mine(turn):
            return refusal
        values = {"state": "closed", "outcome": outcome, "closed_at": turn.now}
        if turn.case.answered_at is None:
            values["answered_at"] = turn.now
        change_case(turn.connection, turn.case, **values)
        ask_next(turn.connection, turn.case, "", 0.0)
        talked = turn.case.asks in ("reply", "passing") and turn.case.asks_until > turn.now
        turn.tell_person(f"case.closed_{outcome}")
        if talked:
            turn.tell_person("case.listens_again")
        if outcome in _JUDGED:
            count_judged(turn.connection, {rule for rule, _ in turn.case.quotes}, outcome == "confirmed", turn.now)
        turn.note("close", {"state": turn.case.state}, {"state": "closed", "outcome": outcome})
        return (Reply(f"✅ Kasus {turn.case.number} ditutup: {OUTCOMES[outcome]}. Pelapor sudah diberi tahu."),)

    return act


def tell_of_erasing(connection: Connection, person: str, now: float) -> None:
    """Tell the officers who have a case of somebody who is about to be erased, and the groups that have its card, with
    its number and nothing else. What of their cases still waits to be sent to officers is never sent."""
    having = {officer.id: officer for officer in all_officers(connection)}
    theirs = select_cases(connection, cases.c.person == person)
    unsent = forget_told(connection, [case.number for case in theirs], now)
    for case in theirs:
        if case.state == "closed":
            continue
        said = [Reply(f"🗑️ Pelapor menghapus kasus {case.number}. Tidak perlu dilanjutkan.")]
        if officer := having.get(case.claimed_by or 0):
            tell(connection, officer.recipient, said, now)
        for group in groups_for(connection, case.area) if case.announced_at is not None else ():
            if (group.recipient.person, case.number) not in unsent:
                tell(connection, group.recipient, said, now)
        write_down(connection, now, None, "case.erase", case.number)


def _not_mine(turn: Turn) -> tuple[Reply, ...]:
    """Why the officer may not act; empty when they have the case, which they take if nobody has it."""
    case, officer = turn.case, turn.officer
    if case.state == "closed":
        return _closed(case)
    if case.claimed_by == officer.id:
        return ()
    present = {one.id for one in all_officers(turn.connection)}
    if case.claimed_by is not None and case.claimed_by not in present:  # who had it is no officer any more
        had = cases.c.claimed_by == case.claimed_by
        change_case(turn.connection, case, had, claimed_by=None, claimed_at=None, state="open")
    if not claim(turn.connection, case, officer, turn.now):
        return _taken(turn)
    turn.note("take", {"claimed_by": case.claimed_by}, {"claimed_by": officer.id})
    turn.tell_groups(f"✋ Laporan {case.number} diambil {officer.name}.")
    return ()


def _closed(case: Case) -> tuple[Reply, ...]:
    return (Reply(CLOSED.format(number=case.number, outcome=OUTCOMES.get(case.outcome, case.outcome))),)


def _taken(turn: Turn) -> tuple[Reply, ...]:
    names = officer_names(all_officers(turn.connection))
    has = find_case(turn.connection, turn.case.number) or turn.case
    name = names.get(has.claimed_by or 0, "petugas lain")
    return (Reply(TAKEN.format(number=turn.case.number, name=name)),)


def _talk_buttons(case: Case) -> tuple[Button, ...]:
    offered = (
        ("Jawab", "answer"),
        ("Minta keterangan", "ask"),
        ("Teruskan", "pass"),
        ("Lepas", "drop"),
        ("Tutup", "close"),
    )
    return (*(Button(label, f"kasus:{name}:{case.number}") for label, name in offered), sign_button(case.number))
