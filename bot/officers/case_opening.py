"""Opening a case: it is kept with its marks, the person hears what is promised, and officers hear of it.

Of an emergency at once; of any other case when the person has named their area and added a line, or has not within ten
minutes (`bot.officers.case_clock`). Where there is no officer yet, the case waits and nothing is promised.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.conversation.wording import Wording
from bot.keeping import NewCase
from bot.knowledge.loading import Knowledge
from bot.messages import Button, Reply
from bot.office import OfficeHours
from bot.officers.audit import write_down
from bot.officers.case_card import card
from bot.officers.case_marks import Mark, keep_marks, similar_cases
from bot.officers.cases import Case, ask_next, change_case, find_case, officer_names, who_hears, words_of
from bot.officers.groups import offered_areas, tell_groups
from bot.officers.officer import all_officers
from bot.officers.promise import said
from bot.storage import Recipient
from bot.storage.cases import keep_case
from bot.storage.outbox import tell
from bot.storage.tables import cases

ASKED_SECONDS = 600.0
"""So long an announcement waits for the person's area and line."""
_MOST_AREAS = 8


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A deed: the person agreed, and their case is opened."""

    case: NewCase
    """What they agreed to."""
    sender: Recipient
    """Whose it is."""
    seconds: float
    """How long it is kept."""
    marks: tuple[Mark, ...]
    """By which like cases are found."""
    knowledge: Knowledge
    """For what is said."""
    hours: OfficeHours
    """For what is promised."""
    said: tuple[Reply, ...] = ()
    """What the person is told in any case; the last one takes the promise along."""

    def __call__(self, connection: Connection, now: float) -> None:
        """Part of a change for ``Database.write``; handled again, it opens nothing and only says that it is kept."""
        said = list(self.said)
        if keep_case(connection, self.case, self.sender, now, now + self.seconds):
            if (promised := self._opened(connection, now)) is not None:
                kept = f"{said.pop().text}\n" if said else ""
                said.append(replace(promised, text=kept + promised.text))
        tell(connection, self.sender, said, now)

    def _opened(self, connection: Connection, now: float) -> Reply | None:
        """What is promised and asked; None where there is no officer."""
        case = find_case(connection, self.case.number, change=True)
        assert case is not None
        keep_marks(connection, case.id, self.marks)
        write_down(connection, now, None, "case.open", case.number, after={"level": case.level, "kind": case.kind})
        if not all_officers(connection):
            return None
        wording, due = case.wording(self.knowledge, now), self.hours.due(now, case.level)
        promise = said(self.hours, due, now, case.level, wording)
        change_case(connection, case, due_at=due)
        if case.level == "emergency":
            announce(connection, case.number, self.knowledge, self.hours, now)
            again = (Button(wording.say("button.case_add"), f"case:reply:{case.number}"),)
            return Reply(wording.say("case.urgent", promise=promise), again)
        ask_next(connection, case, "area", now + ASKED_SECONDS)
        asked = wording.say("case.promised", promise=promise)
        return Reply(asked, area_buttons(case.number, offered_areas(connection), wording))


def announce(connection: Connection, number: str, knowledge: Knowledge, hours: OfficeHours, now: float) -> bool:
    """Tell the officers whom it concerns of a new case, once; False when they know, or there is no officer.

    Where a group covers the case it is posted there and not told to each officer; an emergency is both."""
    case, present = find_case(connection, number, change=True), all_officers(connection)
    if case is None or not present:
        return False
    due = case.due_at or hours.due(now, case.level)
    if not change_case(connection, case, cases.c.announced_at.is_(None), announced_at=now, due_at=due):
        return False
    case = find_case(connection, number) or case
    title = "🆘 Kasus darurat, tolong sekarang" if case.level == "emergency" else "🆕 Kasus baru"
    posted = tell_groups(connection, case.area, card_of(connection, case, knowledge, hours, title, in_group=True), now)
    hearing = who_hears(present, case.level, case.area) if case.level == "emergency" or not posted else ()
    shown = card_of(connection, case, knowledge, hours, title)
    for officer in hearing:
        tell(connection, officer.recipient, [shown], now)
    told = {"to": [officer.id for officer in hearing]} | ({"groups": [group.id for group in posted]} if posted else {})
    write_down(connection, now, None, "case.announce", number, after=told)
    return True


def card_of(
    connection: Connection,
    case: Case,
    knowledge: Knowledge,
    hours: OfficeHours,
    title: str = "",
    in_group: bool = False,
) -> Reply:
    """The card with everything looked up."""
    names = officer_names(all_officers(connection))
    added, similar = words_of(connection, case), similar_cases(connection, case.id)
    return card(case, added, similar, names, knowledge, hours, title, in_group)


def area_buttons(number: str, areas: Sequence[str], wording: Wording) -> tuple[Button, ...]:
    """The areas that officers look after, and a way past the question."""
    known = [Button(area[:24], f"case:area:{number}:{area_code(area)}") for area in areas[:_MOST_AREAS]]
    return (*known, Button(wording.say("button.case_skip"), f"case:skip:{number}"))


def area_code(area: str) -> str:
    """Eight characters for a button, whatever letters the area has."""
    return hashlib.blake2b(area.encode("utf-8", "backslashreplace"), digest_size=4).hexdigest()
