"""Memory: the little that is kept of a conversation, so that buttons and numbers can answer.

Quotes of the last checked message are kept for ``policy.memory_hours`` at most; the storage erases them then.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, cast

from bot.checking.assessment import Assessment
from bot.checking.evidence import Evidence
from bot.conversation.pace import Pace
from bot.conversation.shown import plain
from bot.knowledge.schema import Kind, Level, Part

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that was found, and the person's words."""

    rule: str
    """Id of the rule."""
    quote: str
    """The words, shortened for showing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is remembered of the last checked message."""

    kind: Kind
    """Kind of the message."""
    level: Level | None
    """Its level; None when it was no offer."""
    reasons: tuple[Found, ...]
    """Red flags told or to be told in the details, heaviest first."""
    markers: tuple[Found, ...]
    """Markers of a lawful path."""
    evidence: dict[Part, Evidence]
    """State of the seven parts."""
    missing: tuple[str, ...]
    """Ids of what a lawful offer would have stated."""
    contacts: tuple[str, ...]
    """Contact ids, first to show in front."""
    countries: tuple[str, ...]
    """Countries named, without Indonesia."""
    similar: tuple[Found, ...] = ()
    """Red flags that no phrase found but that such messages often have, with the words that weighed most."""
    resembles: str = ""
    """The words for which the example reader raised the level; empty when it did not."""
    unproven: bool = False
    """True when the level rests on the lack of a checkable lawful path."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it would be kept as a case, until the person says yes or no; personal numbers are masked."""

    text: str
    """The message, shortened if it was very long."""
    quotes: tuple[Found, ...]
    """Red flags with the words, heaviest first."""
    kind: Kind
    """Kind of the message."""
    level: Level | None
    """Its level; None if it has none."""
    countries: tuple[str, ...]
    """Countries named."""
    forwarded: bool
    """True when it was forwarded, so that the contacts in it are the recruiter's."""
    minor: bool = False
    """True when the person said that they are under 18."""
    accounts: tuple[str, ...] = ()
    """Digits of the bank accounts in a forward, of which a case keeps a keyed hash."""
    teaches: tuple[str, ...] = ()
    """Rules that should not have found anything in it: it becomes a lesson. Empty: it becomes a case."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a person between two messages."""

    language: Language | None = None
    """Language the person chose or wrote last; None before the first message."""
    chosen: bool = False
    """True when the person chose the language with /bahasa."""
    payload: str = ""
    """Deep-link payload of the first /start, e.g. the village or school poster it came from."""
    stamp: str = ""
    """Stamp of the newest answer with buttons; buttons with another stamp are old."""
    menu: tuple[str, ...] = ()
    """Actions of the newest buttons, in the order of their numbers."""
    checked: Checked | None = None
    """The last checked message, until it is forgotten."""
    asked_country: bool = False
    """True after an emergency answer that asked where the person is."""
    draft: Draft | None = None
    """What was shown to the person as a report, until they answer or do anything else."""
    asked_report: bool = False
    """True after the person was asked to send the message that they want to report."""
    pace: Pace = field(default_factory=Pace)
    """How much the person sent lately."""

    def to_json(self) -> str:
        """The memory as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, source: str | None) -> Memory:
        """The memory written by ``to_json``; an empty one for None."""
        if source is None:
            return cls()
        values = cast(dict[str, Any], json.loads(source))
        checked, draft = values.pop("checked"), values.pop("draft", None)
        memory = cls(**{**values, "menu": tuple(values["menu"]), "pace": Pace(**values.get("pace", {}))})
        if draft is not None:
            memory = replace(memory, draft=_draft(draft))
        return memory if checked is None else replace(memory, checked=_checked(checked))


def _draft(values: dict[str, Any]) -> Draft:
    quotes = tuple(Found(**item) for item in values["quotes"])
    return Draft(**{**values, "quotes": quotes, "countries": tuple(values["countries"]),
                    "accounts": tuple(values.get("accounts", ())),
                    "teaches": tuple(values.get("teaches", ()))})  # fmt: skip


def _checked(values: dict[str, Any]) -> Checked:
    return Checked(
        kind=values["kind"],
        level=values["level"],
        reasons=tuple(Found(**item) for item in values["reasons"]),
        markers=tuple(Found(**item) for item in values["markers"]),
        evidence=values["evidence"],
        missing=tuple(values["missing"]),
        contacts=tuple(values["contacts"]),
        countries=tuple(values["countries"]),
        similar=tuple(Found(**item) for item in values["similar"]),
        resembles=values["resembles"],
        unproven=values["unproven"],
    )


def remember(assessment: Assessment, longest_quote: int = 90) -> Checked:
    """What to keep of an assessment: ids and shortened quotes, never the whole message."""
    flags = [match for reason in assessment.reasons for match in (reason.match, *reason.merged)]
    return Checked(
        kind=assessment.kind,
        level=assessment.level,
        reasons=tuple(Found(match.rule, shorten(match.quote, longest_quote)) for match in flags),
        markers=tuple(Found(match.rule, shorten(match.quote, longest_quote)) for match in assessment.markers),
        evidence=assessment.evidence,
        missing=assessment.missing,
        contacts=assessment.contacts,
        countries=assessment.countries,
        similar=tuple(Found(item.rule, shorten(item.quote, longest_quote)) for item in assessment.suggestions),
        resembles=shorten(assessment.resembles.quote, longest_quote) if assessment.resembles else "",
        unproven=assessment.unproven,
    )


def shorten(quote: str, longest: int) -> str:
    """The quote on one line, at most ``longest`` characters, "…" in its middle when cut."""
    line = " ".join(plain(quote).split())
    if len(line) <= longest:
        return line
    head = (longest - 1) * 2 // 3
    return f"{line[:head].rstrip()}…{line[-(longest - 1 - head) :].lstrip()}"
