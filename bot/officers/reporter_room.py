"""The room of the people who reported: their area and a line, their answers to an officer, and the list of their cases.

While an officer talks with somebody, the bot passes their plain texts on and keeps quiet, and says so; what they
forward, ask by command or press is answered as ever. A cry for help is answered as an emergency first, and passed on.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.checking import Assessment, check
from bot.checking.masking import masked
from bot.conversation.dialogue import stands_alone
from bot.conversation.emergency import country_buttons, emergency_answer
from bot.conversation.memory import Language, Memory
from bot.conversation.own_data import concerns_own_data
from bot.conversation.shown import plain
from bot.conversation.wording import Wording
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers import reporter_acts
from bot.officers.case_opening import area_code
from bot.officers.cases import Case, case_number, find_case, named_area, select_cases
from bot.officers.desk import DeskTurn, Handled
from bot.officers.groups import offered_areas
from bot.officers.promise import day_of, said
from bot.storage.tables import cases

_MINE = ("/laporan_saya", "/my_reports")
_MINE_TYPED = frozenset({"laporan saya", "my reports"})
_STOP = ("/selesai", "/done")
_SKIP = frozenset({"lewati", "skip", "tidak", "tidak ada", "no", "-"})
_LONGEST_AREA = 60
_LONGEST_WORDS = 3_000
_LONG_OFFER = 200
"""Characters from which an offer is another message to be checked rather than a line about the reported one."""


@dataclass(frozen=True, slots=True)
class ReporterRoom:
    """Serves whoever has a case."""

    hours: OfficeHours
    """For what is said of promises."""

    async def handle(self, turn: DeskTurn) -> Handled | None:
        """None for everybody without a case that waits for something, and for what is not said to it."""
        incoming = turn.incoming
        if incoming.kind == "button":
            return await self._pressed(turn, incoming.action)
        command, rest = turn.command
        if command in _MINE or (command in ("/laporan", "/reports") and rest.lower() in ("", "saya", "mine")):
            return await turn.storage.database.read(lambda connection: self._mine(connection, turn))
        if incoming.kind == "text" and not incoming.forwarded_from and incoming.text.strip().lower() in _MINE_TYPED:
            return await turn.storage.database.read(lambda connection: self._mine(connection, turn))
        if command in _STOP:
            return await self._stop(turn)
        if (
            incoming.kind != "text"
            or command
            or incoming.forwarded_from
            or incoming.own_words
            or not incoming.text.strip()
        ):
            return None
        return await self._typed(turn)

    async def _typed(self, turn: DeskTurn) -> Handled | None:
        text = plain(turn.incoming.text).strip()
        if stands_alone(turn.incoming) and not text.rstrip(".)").isdecimal():
            return None  # a word that is a command
        case = turn.asking
        if case is None or concerns_own_data(turn.incoming, ()) or await _is_reporting(turn):
            return None
        seen = check(text, turn.compiled)
        urgent = seen.level == "emergency"
        if case.asks in ("reply", "passing"):
            act = reporter_acts.pass_on(_without_numbers(text, seen, case), urgent)
        elif case.asks == "area":
            told = seen.level not in (None, "no_signs") and text.lower() not in _SKIP
            return None if told else await self._area(turn, case, text)  # what is to be checked; the question waits
        elif seen.kind == "offer" and len(text) > _LONG_OFFER:
            return None
        elif text.lower() in _SKIP or text == "1":
            act = reporter_acts.skip
        else:
            act = reporter_acts.add_line(_without_numbers(text, seen, case), urgent)
        return self._do(turn, case, act, self._help(turn, case, seen) if urgent else ())

    async def _area(self, turn: DeskTurn, case: Case, text: str) -> Handled | None:
        areas = await turn.storage.database.read(offered_areas)
        number = int(text.rstrip(".)")) if text.rstrip(".)").isdecimal() and len(text) <= 2 else 0
        if text.lower() in _SKIP or number == min(len(areas), 8) + 1:
            return self._do(turn, case, reporter_acts.skip)
        if 1 <= number <= len(areas):
            return self._do(turn, case, reporter_acts.set_area(areas[number - 1], ""))
        if len(text) > _LONGEST_AREA:
            return None
        area = named_area(text, areas)
        words = _without_numbers(text, check(text, turn.compiled), case)
        return self._do(turn, case, reporter_acts.set_area(area, "" if area else words))

    def _help(self, turn: DeskTurn, case: Case, seen: Assessment) -> tuple[Reply, ...]:
        """Whom to call now."""
        wording = case.wording(turn.compiled.knowledge, turn.now)
        told = emergency_answer(seen.countries, seen.contacts, wording)
        return (Reply(told, () if seen.countries else country_buttons(wording, "case")),)

    async def _pressed(self, turn: DeskTurn, action: str) -> Handled | None:
        name, _, rest = action.partition(":")
        verb, _, rest = rest.partition(":")
        written, _, value = rest.partition(":")
        if name != "case" or not (number := case_number(written)):
            return None
        case = await turn.storage.database.read(lambda connection: find_case(connection, number))
        if case is None or case.to.person != turn.sender.person:
            return Handled((Reply(_wording(turn).say("case.none")),))
        if verb == "area":
            areas = await turn.storage.database.read(offered_areas)
            area = next((area for area in areas if area_code(area) == value), "")
            return self._do(turn, case, reporter_acts.set_area(area, ""))
        acts = {"skip": reporter_acts.skip, "reply": reporter_acts.begin_reply, "stop": reporter_acts.stop}
        return self._do(turn, case, acts[verb]) if verb in acts else None

    async def _stop(self, turn: DeskTurn) -> Handled:
        case = turn.asking
        if case is None:
            return Handled((Reply(_wording(turn).say("case.nothing_to_stop")),))
        return self._do(turn, case, reporter_acts.stop)

    def _mine(self, connection: Connection, turn: DeskTurn) -> Handled:
        theirs = (cases.c.person == turn.sender.person, cases.c.expires_at > turn.now)
        found = select_cases(connection, *theirs, newest_first=True)
        if not found:
            return Handled((Reply(_wording(turn).say("case.no_reports")),))
        wording = found[0].wording(turn.compiled.knowledge, turn.now)
        lines = [wording.say("case.reports_title"), *(self._standing(case, wording, turn.now) for case in found[:20])]
        talking = [case for case in found if case.state != "closed" and case.answered_at]
        buttons = tuple(
            Button(wording.say("button.case_reply_to", number=case.number), f"case:reply:{case.number}")
            for case in talking[:5]
        )
        return Handled((Reply("\n".join(lines), buttons),))

    def _standing(self, case: Case, wording: Wording, now: float) -> str:
        if case.state == "closed":
            state = wording.say(f"case.state_{case.outcome or 'unclear'}")
        elif case.answered_at is not None:
            state = wording.say("case.state_answered")
        elif case.due_at is None:
            state = wording.say("case.state_waiting")
        else:
            late = case.due_at <= now
            promise = "" if late else said(self.hours, case.due_at, now, case.level, wording)
            state = wording.say("case.state_late" if late else "case.state_promised", promise=promise)
        return wording.say(
            "case.report_line", number=case.number, day=wording.day(day_of(case.created_at)), state=state
        )

    def _do(self, turn: DeskTurn, case: Case, act: reporter_acts.Act, said: tuple[Reply, ...] = ()) -> Handled:
        did = reporter_acts.Did(turn.sender, case.number, act, turn.compiled.knowledge, self.hours)
        return Handled(said, (did,))


def _without_numbers(text: str, seen: Assessment, case: Case) -> str:
    """What the person adds, masked like what they reported."""
    return masked(text, seen.facts, contacts=not case.minor).text[:_LONGEST_WORDS]


def _wording(turn: DeskTurn) -> Wording:
    language: Language = "en" if turn.incoming.language.lower().startswith("en") else "id"
    return Wording(turn.compiled.knowledge, language, day_of(turn.now))


async def _is_reporting(turn: DeskTurn) -> bool:
    """Whether the person is in the middle of handing over another message, where a "ya" is for the bot."""
    stored = await turn.storage.people.load(turn.sender.person)
    try:
        memory = Memory.from_json(stored.memory.text or None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return memory.draft is not None or memory.asked_report
