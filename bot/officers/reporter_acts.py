"""What a person does with their case: names a place, adds a line, answers an officer, ends the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection

from bot.conversation.shown import shown_lines
from bot.conversation.wording import Wording
from bot.knowledge.loading import Knowledge
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers.case_acts import TALK_SECONDS
from bot.officers.case_card import buttons
from bot.officers.case_opening import ASKED_SECONDS, announce
from bot.officers.cases import Case, add_words, ask_next, change_case, find_case, told_of, who_hears
from bot.officers.groups import tell_groups
from bot.officers.officer import Officer, all_officers
from bot.storage import Recipient
from bot.storage.outbox import tell


@dataclass(frozen=True, slots=True)
class Turn:
    """One act in its transaction."""

    connection: Connection
    """Where it is done."""
    now: float
    """UTC seconds."""
    case: Case
    """The person's case as it is now; nobody else changes it meanwhile."""
    wording: Wording
    """Sentences in their language."""
    hours: OfficeHours
    """For what officers are shown."""

    def say(self, key: str, **values: object) -> tuple[Reply, ...]:
        """A sentence about this case."""
        return (Reply(self.wording.say(key, number=self.case.number, **values)),)


Act: TypeAlias = Callable[[Turn], tuple[Reply, ...]]


@dataclass(frozen=True, slots=True)
class Did:
    """A deed: a person acts on their own case."""

    sender: Recipient
    """Who, and how they are answered."""
    number: str
    """On which case."""
    act: Act
    """What; gives what is said to them."""
    knowledge: Knowledge
    """For what is said."""
    hours: OfficeHours
    """For what officers are shown."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``."""
        case = find_case(connection, self.number, change=True)
        if case is None or case.to.person != self.sender.person:
            return
        turn = Turn(connection, now, case, case.wording(self.knowledge, now), self.hours)
        tell(connection, self.sender, self.act(turn), now)


def set_area(area: str, words: str) -> Act:
    """Note the area; what is none that an officer looks after is kept, sealed, as ``words``."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        if turn.case.asks != "area":
            return turn.say("case.known_already")
        change_case(turn.connection, turn.case, area=area)
        if words:
            add_words(turn.connection, turn.case, "area", words, turn.now)
        return _ask_for_line(turn)

    return act


def skip(turn: Turn) -> tuple[Reply, ...]:
    """Go past the question about the area, or the one for a line."""
    if turn.case.asks == "area":
        return _ask_for_line(turn)
    return _done(turn) if turn.case.asks == "words" else turn.say("case.known_already")


def add_line(words: str, urgent: bool) -> Act:
    """Keep the person's line, masked before; then officers hear of the case, and of a cry for help those on duty too."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        if turn.case.asks != "words":
            return turn.say("case.known_already")
        add_words(turn.connection, turn.case, "words", words, turn.now)
        told = _done(turn)
        if urgent:
            _cry(turn, words, who_hears(all_officers(turn.connection), "emergency", ""))
        return told

    return act


def begin_reply(turn: Turn) -> tuple[Reply, ...]:
    """From now on the person's plain texts go to the officer; they hear that the bot keeps quiet."""
    if turn.case.state == "closed":
        return turn.say("case.closed_already")
    ask_next(turn.connection, turn.case, "passing", turn.now + TALK_SECONDS)
    return turn.say("case.write_now")


def stop(turn: Turn) -> tuple[Reply, ...]:
    """The bot answers again as ever."""
    if turn.case.asks in ("area", "words"):
        return _done(turn)
    ask_next(turn.connection, turn.case, "", 0.0)
    return turn.say("case.listens_again")


def pass_on(words: str, urgent: bool) -> Act:
    """Give the officer what the person wrote, masked before; a cry for help also to those on duty."""

    def act(turn: Turn) -> tuple[Reply, ...]:
        case = turn.case
        if case.state == "closed" or case.asks not in ("reply", "passing"):
            return turn.say("case.closed_already")
        add_words(turn.connection, case, "reply", words, turn.now)
        hearing = told_of(turn.connection, case)
        if urgent:
            on_duty = who_hears(all_officers(turn.connection), "emergency", "")
            hearing = tuple({officer.id: officer for officer in (*hearing, *on_duty)}.values())
            _cry(turn, words, hearing)
        else:
            _pass(turn, f"✉️ Kasus {case.number}, pelapor menulis:", words, hearing)
        ask_next(turn.connection, case, "passing", turn.now + TALK_SECONDS)
        return turn.say("case.passed_on") if case.asks == "reply" or urgent else ()

    return act


def _cry(turn: Turn, words: str, hearing: Iterable[Officer]) -> None:
    head = f"🆘 Kasus {turn.case.number}: pelapornya minta tolong!"
    _pass(turn, head, words, hearing)
    tell_groups(turn.connection, turn.case.area, _passed(turn, head, words), turn.now)


def _pass(turn: Turn, head: str, words: str, hearing: Iterable[Officer]) -> None:
    for officer in hearing:
        tell(turn.connection, officer.recipient, [_passed(turn, head, words)], turn.now)


def _passed(turn: Turn, head: str, words: str) -> Reply:
    return Reply(f"{head}\n{shown_lines(words)}", buttons(turn.case))


def _ask_for_line(turn: Turn) -> tuple[Reply, ...]:
    ask_next(turn.connection, turn.case, "words", turn.now + ASKED_SECONDS)
    past = Button(turn.wording.say("button.case_skip"), f"case:skip:{turn.case.number}")
    return (Reply(turn.wording.say("case.ask_words"), (past,)),)


def _done(turn: Turn) -> tuple[Reply, ...]:
    ask_next(turn.connection, turn.case, "", 0.0)
    announce(turn.connection, turn.case.number, turn.wording.knowledge, turn.hours, turn.now)
    return turn.say("case.sent")
