"""Assessment (step 4): a level with its reasons, the evidence map, what is missing, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass

from bot.checking.compiled import Compiled
from bot.checking.contacts import choose_contacts
from bot.checking.evidence import Evidence, evidence_map, missing_statements
from bot.checking.facts import Fact
from bot.checking.kinds import decide_kind
from bot.checking.opinion import Opinion
from bot.checking.reading import Match, Reading
from bot.checking.scope import Scope, work_scope
from bot.knowledge.schema import Kind, Level, Part, Policy


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


def assess(reading: Reading, compiled: Compiled, opinion: Opinion | None = None, kind: Kind | None = None) -> Assessment:
    """The assessment of what was read; pure. ``kind`` is what the person says it is, if they said so."""
    policy = compiled.knowledge.policy
    kind = kind or decide_kind(reading, compiled, opinion)
    scope = work_scope(reading)
    reasons = weigh(reading, compiled)
    level, unproven = _level(kind, reasons, reading, compiled, scope)
    countries = tuple(dict.fromkeys(fact.country for fact in reading.facts
                                    if fact.type == "place" and fact.country not in ("", "ID")))  # fmt: skip
    told = reasons if level in ("danger", "caution", "emergency") else ()
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
        unproven=unproven,
        truncated=reading.text.truncated,
    )


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


def _level(kind: Kind, reasons: tuple[Reason, ...], reading: Reading, compiled: Compiled,
           scope: Scope) -> tuple[Level | None, bool]:  # fmt: skip
    policy = compiled.knowledge.policy
    if kind == "emergency":
        return "emergency", False
    if kind != "offer":
        return None, False
    points = _points(reasons, reading, compiled, policy)
    if points >= policy.danger_from:
        return "danger", False
    if points >= policy.caution_from:
        return "caution", False
    strong = any(compiled.knowledge.markers[match.rule].strength == "strong" for match in reading.markers)
    if scope == "abroad" and not strong:
        return policy.unproven_offer_level, True
    return "no_signs", False


def _points(reasons: tuple[Reason, ...], reading: Reading, compiled: Compiled, policy: Policy) -> int:
    """What the signs weigh after relief by markers; critical signs are never relieved."""
    knowledge = compiled.knowledge
    relief = sum(
        policy.relief_per_strong_marker
        if knowledge.markers[match.rule].strength == "strong"
        else policy.relief_per_weak_marker
        for match in reading.markers
    )
    critical = sum(reason.points for reason in reasons if knowledge.red_flags[reason.match.rule].severity == "critical")
    others = sum(reason.points for reason in reasons) - critical
    return critical + max(0, others - min(relief, policy.relief_at_most))
