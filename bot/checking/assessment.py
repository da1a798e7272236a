"""Assessment (step 4): a level with its reasons, the evidence map, what is missing, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from bot.checking.compiled import Compiled
from bot.checking.contacts import choose_contacts
from bot.checking.evidence import Evidence, evidence_map, missing_statements
from bot.checking.facts import Fact
from bot.checking.kinds import decide_kind
from bot.checking.levels import offer_level
from bot.checking.opinion import Explanation, Opinion, Suggestion
from bot.checking.reading import Match, Reading
from bot.checking.scope import Scope, work_scope
from bot.knowledge.schema import Kind, Level, Part

_TOLD: tuple[Level | None, ...] = ("danger", "caution", "emergency")
"""Levels that are given reasons."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A red flag as it is told to the person."""

    match: Match
    """The sign and the person's words."""
    points: int
    """What it weighs, 0–100, higher is worse."""
    merged: tuple[Match, ...] = ()
    """Other signs of the same group, told only in the details."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result of steps 3 and 4."""

    kind: Kind
    """What sort of message it is."""
    level: Level | None
    """emergency, danger, caution or no_signs; None when the message is no offer and no emergency."""
    reasons: tuple[Reason, ...]
    """Heaviest first; empty when nothing was found or the signs are muted."""
    matches: tuple[Match, ...]
    """Red flags in order of appearance, muted ones included."""
    markers: tuple[Match, ...]
    """Markers of a lawful path in order of appearance."""
    facts: tuple[Fact, ...]
    """Facts in order of appearance."""
    evidence: dict[Part, Evidence]
    """State of each of the seven parts of an offer."""
    missing: tuple[str, ...]
    """Ids of what a lawful offer abroad would have stated and this one does not; empty for other kinds."""
    contacts: tuple[str, ...]
    """Contact ids, the one to show first in front."""
    countries: tuple[str, ...]
    """Countries named, ISO codes in order of appearance, without Indonesia."""
    scope: Scope
    """Where the work would be."""
    unproven: bool
    """True when the level rests only on the lack of a checkable lawful path."""
    truncated: bool
    """True when only the beginning of a very long message was read."""
    suggestions: tuple[Suggestion, ...] = ()
    """Red flags that no phrase found but that the message resembles ("mirip …"), most probable first; none
    where no reasons are told."""
    resembles: Match | None = None
    """When the example reader raised the level: the stretch that weighed most; its rule is that of the first
    suggestion, or empty."""


def assess(
    reading: Reading, compiled: Compiled, opinion: Opinion | None = None, kind: Kind | None = None
) -> Assessment:
    """The assessment of what was read; pure.

    ``opinion``: the example reader's or another's; None: rules alone. ``kind``: what the person says the message is, if
    they said so.
    """
    policy = compiled.knowledge.policy
    kind = kind or decide_kind(reading, compiled, opinion)
    scope = work_scope(reading)
    reasons = weigh(reading, compiled)
    verdict = offer_level(reasons, reading, compiled, opinion) if kind == "offer" else None
    level: Level | None = verdict.level if verdict else "emergency" if kind == "emergency" else None
    kind = "emergency" if level == "emergency" else kind
    countries = tuple(dict.fromkeys(fact.country for fact in reading.facts
                                    if fact.type == "place" and fact.country not in ("", "ID")))  # fmt: skip
    told = reasons if level in _TOLD else ()
    explanation = opinion.explain() if opinion is not None and level in _TOLD else Explanation()
    return Assessment(
        kind=kind,
        level=level,
        reasons=told,
        matches=reading.flags,
        markers=reading.markers,
        facts=reading.facts,
        evidence=evidence_map(reading, compiled),
        missing=missing_statements(reading, compiled) if kind == "offer" and scope != "home" else (),
        contacts=choose_contacts(level, told, countries, reading, compiled.knowledge, policy),
        countries=countries,
        scope=scope,
        unproven=verdict is not None and verdict.unproven,
        truncated=reading.text.truncated,
        suggestions=explanation.suggestions,
        resembles=resembling(reading, explanation) if verdict and verdict.resembles else None,
    )


def resembling(reading: Reading, explanation: Explanation) -> Match:
    """The person's words that weighed most, under the first suggested rule or under none."""
    if explanation.suggestions:
        first = explanation.suggestions[0]
        return Match(first.rule, first.start, first.end, first.quote)
    start, end = explanation.start, explanation.end
    return Match("", start, end, reading.text.original[start:end])


def weigh(reading: Reading, compiled: Compiled) -> tuple[Reason, ...]:
    """Reasons, heaviest first; signs of one group are merged under the heaviest of them."""
    policy, flags = compiled.knowledge.policy, compiled.knowledge.red_flags
    groups: dict[str, list[Match]] = {}
    for match in reading.flags:
        groups.setdefault(flags[match.rule].group, []).append(match)
    reasons = []
    for matches in groups.values():
        matches.sort(key=lambda match: -policy.severities[flags[match.rule].severity].points)
        points = [policy.severities[flags[match.rule].severity].points for match in matches]
        reasons.append(Reason(matches[0], points[0] + sum(points[1:]) // 2, tuple(matches[1:])))
    reasons.sort(key=lambda reason: (-reason.points, reason.match.start))
    return tuple(reasons)
