"""What people injected, what came back to them, and the verdict over both.

A message must end *answered* or *set aside* with a reason. A second answer is *explained* where the program could not
know that the first one had arrived: it was killed between sending and marking, or the platform took the call and
never said so.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.peers.telegram_call import Call

Place = tuple[int, int]
"""chat and message_id of a person's message."""

UNHEARD_AFTER = 5.5
"""Seconds after which an answer of the platform comes too late to be heard (a little under the program's own limit)."""


@dataclass(eq=False)
class Said:
    """One message that somebody wrote."""

    place: Place
    """Where it stands; answers point to it."""
    update_ids: list[str]
    """The updates by which it travels: the first one and each edit."""
    marks: str
    """Words that its answer has, and no other kind of message's answer."""
    at: float
    """When it was injected last (monotonic seconds)."""
    ordered: bool = True
    """Whether it arrived in the order in which its person wrote."""
    answers: list[tuple[float, str]] = field(default_factory=list)
    """When each answer arrived, and its words."""
    excuses: int = 0
    """How many further answers the program cannot be blamed for."""

    @property
    def most(self) -> int:
        """Answers it may have without any fault: one, and one for each edit."""
        return len(self.update_ids)


@dataclass(eq=False)
class Junk:
    """An update that cannot be read; it must be set aside with a reason, once."""

    key: str
    """By which the program knows it."""


@dataclass
class Verdict:
    """What became of everything that was injected."""

    messages: int = 0
    """How many messages and unreadable updates there were."""
    lost: int = 0
    """Neither answered nor set aside with a reason."""
    aside: int = 0
    """Set aside with a reason."""
    double: int = 0
    """Answers more than there should be."""
    unexplained: int = 0
    """Those of them for which nothing but the program is to blame."""
    wrong: int = 0
    """Answered with what belongs to another message."""
    unordered: int = 0
    """Answered before what the same person had written earlier."""
    worst: float = 0.0
    """Longest wait for an answer, in seconds."""

    def add(self, other: Verdict) -> None:
        """Takes in what another round showed."""
        for name in ("messages", "lost", "aside", "double", "unexplained", "wrong", "unordered"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.worst = max(self.worst, other.worst)

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.unexplained or self.wrong or self.unordered)


class Ledger:
    """The account of one round."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.said: dict[Place, Said] = {}
        self.junk: list[Junk] = []
        self.strange = 0
        """Messages of the bot that answer nothing that was injected here."""

    def say(self, place: Place, update_id: int, marks: str, ordered: bool = True) -> Said:
        """Somebody wrote a message."""
        said = self.said[place] = Said(place, [str(update_id)], marks, self._clock(), ordered)
        return said

    def edit(self, said: Said, update_id: int, marks: str) -> None:
        """The same message says something else now; its answer to that is what counts."""
        said.update_ids.append(str(update_id))
        said.marks, said.at = marks, self._clock()

    def hear(self, call: Call) -> None:
        """Takes note of a call of the program; what is no message that arrived does not count."""
        if call.method != "sendMessage" or call.status != 200:
            return
        message = call.answer["result"]
        target = message.get("reply_to_message")
        said = self.said.get((message["chat"]["id"], target["message_id"])) if target else None
        if said is None:
            self.strange += 1
            return
        said.answers.append((self._clock(), message["text"]))
        said.excuses += call.fault.drop or call.fault.delay >= UNHEARD_AFTER

    def excuse(self, update_ids: Iterable[str]) -> None:
        """The process that was sending the answers to these updates was killed."""
        killed = set(update_ids)
        for said in self.said.values():
            said.excuses += len(killed.intersection(said.update_ids))

    @property
    def unanswered(self) -> list[Said]:
        """What waits for its answer."""
        return [said for said in self.said.values() if not _answered_right(said)]

    def verdict(self, set_aside: Mapping[str, str]) -> Verdict:
        """The judgement; `set_aside`: update_id → reason of what the program gave up."""
        found = Verdict(messages=len(self.said) + len(self.junk))
        for said in self.said.values():
            _judge(said, set_aside, found)
        for junk in self.junk:
            kept = bool(set_aside.get(junk.key))
            found.aside += kept
            found.lost += not kept
        found.unordered = self._unordered()
        return found

    def _unordered(self) -> int:
        persons: dict[int, list[Said]] = defaultdict(list)
        for said in self.said.values():
            if said.ordered and said.most == 1 and said.answers:
                persons[said.place[0]].append(said)
        found = 0
        for all_said in persons.values():
            all_said.sort(key=lambda said: said.place)
            moments = [said.answers[0][0] for said in all_said]
            found += sum(later < earlier for earlier, later in zip(moments, moments[1:], strict=False))
        return found


def _answered_right(said: Said) -> bool:
    return bool(said.answers) and said.marks in said.answers[-1][1]


def _judge(said: Said, set_aside: Mapping[str, str], found: Verdict) -> None:
    aside = any(set_aside.get(update_id) for update_id in said.update_ids)
    if said.answers:
        extra = max(0, len(said.answers) - said.most)
        found.double += extra
        found.unexplained += max(0, extra - said.excuses)
        found.worst = max(found.worst, said.answers[0 if said.most == 1 else -1][0] - said.at)
        single_wrong = said.most == 1 and any(said.marks not in words for _, words in said.answers)
        found.wrong += (single_wrong or not _answered_right(said)) and not aside
    found.aside += aside
    found.lost += not said.answers and not aside
