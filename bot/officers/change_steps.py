"""Change steps (pure): what one kind of knowledge is to the interview that changes it, and what a step may come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.knowledge.content import Knowledge
from bot.officers.interview import State

Choice = tuple[str, str]
"""(label, what the step that is next reads when it is chosen)."""
Texts = Mapping[str, str]
"""Live knowledge files by path."""


class Gone(Exception):
    """What is being changed is not there any more as it was shown; nothing is changed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, with all that a step needs."""

    state: State
    """What was answered so far."""
    text: str
    """The words, or what the chosen button stands for; never empty."""
    pressed: bool
    """True when it was chosen, false when it was written."""
    knowledge: Knowledge
    """What is live in this process."""
    today: date
    """Day of the answer."""

    @property
    def line(self) -> str:
        """The words on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Ask:
    """The next question."""

    step: str
    """The step that reads its answer."""
    text: str
    """What is asked."""
    choices: tuple[Choice, ...] = ()
    """Buttons under it."""
    learnt: State = field(default_factory=dict)
    """What the state holds from now on."""


@dataclass(frozen=True, slots=True)
class Again:
    """The answer does not fit; the same question stays."""

    text: str
    """Why, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Over:
    """The interview ends, and nothing is changed."""

    text: str
    """Why."""


@dataclass(frozen=True, slots=True)
class Write:
    """All is known: the files as they should be."""

    files: Callable[[Texts], dict[str, str | None]]
    """From the live texts the changed ones, the main one first; None: taken away. Raises Gone or NoSuchPart."""
    head: str
    """What is changed, for the officer to read once more."""
    why: str
    """The same in a line, for the history."""


Next = Ask | Again | Over | Write
Step = Callable[[Answer], Next]


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of knowledge."""

    name: str
    """As it is typed behind /ubah, one word."""
    label: str
    """On the button, at most 21 characters."""
    ask: str
    """How an entry is looked for."""
    find: Callable[[Knowledge, str], list[Choice]]
    """(label, key) of the entries of which the words speak, the best first."""
    show: Callable[[Answer, str], Next]
    """The entry with this key in plain words, and what may be changed; raises Gone."""
    steps: Mapping[str, Step]
    """By name; each raises Gone when the entry is not there any more."""
    new: Choice | None = None
    """The button for a new entry, and the step that it is read by."""
    direct: Callable[[Answer], Next | None] = lambda answer: None
    """What is so clear in itself that nothing is looked for; None mostly."""


def matching(words: str, entries: Mapping[str, tuple[str, str]]) -> list[Choice]:
    """(label, key) of entries, given as key → (label, all their words), in which every word stands; by label first."""
    wanted = words.lower().split()
    found = [(label, key) for key, (label, text) in entries.items() if all(word in text.lower() for word in wanted)]
    asked = " ".join(wanted)
    return sorted(found, key=lambda one: (one[0].lower() != asked, not one[0].lower().startswith(asked)))
