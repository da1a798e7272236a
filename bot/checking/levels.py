"""Level: how dangerous an offer is: the weight of its signs, relief by markers, the example reader's opinion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.checking.scope import work_scope
from bot.knowledge.schema import Level, Policy

if TYPE_CHECKING:
    from bot.checking.assessment import Reason
    from bot.checking.compiled import Compiled
    from bot.checking.opinion import Opinion
    from bot.checking.reading import Reading


@dataclass(frozen=True, slots=True)
class Verdict:
    """The level of an offer, and on what it rests."""

    level: Level
    """danger, caution or no_signs; emergency when an opinion finds one considerable and nothing else is wrong."""
    unproven: bool = False
    """True when it rests only on the lack of a checkable lawful path."""
    resembles: bool = False
    """True when the example reader raised it above what the signs weigh."""


def offer_level(reasons: tuple[Reason, ...], reading: Reading, compiled: Compiled, opinion: Opinion | None) -> Verdict:
    """The level of an offer.

    The example reader raises to danger when it is sure of it, or sooner beside a clear fact, never lowers a critical sign, and unless it is sure
    of one, a lawful path abroad has to be shown by a strong marker.
    """
    policy = compiled.knowledge.policy
    by_rules = _level_by_rules(signs_weigh(reasons, reading, compiled), policy)
    level = by_rules if opinion is None else _with_opinion(by_rules, reading, compiled, opinion)
    if level == "no_signs" and _unproven(reading, compiled, opinion):
        return Verdict(policy.unproven_offer_level, unproven=True)
    return Verdict(level, resembles=_HEIGHT[level] > _HEIGHT[by_rules])


_HEIGHT: dict[Level, int] = {"no_signs": 0, "caution": 1, "danger": 2, "emergency": 3}


def _with_opinion(level: Level, reading: Reading, compiled: Compiled, opinion: Opinion) -> Level:
    """The level by rules, raised or spared; probabilities are those among offers, for an offer it is."""
    knowledge = compiled.knowledge
    trust = knowledge.policy.example_reader
    offer = max(opinion.of_kind("offer"), 1e-9)
    critical = any(knowledge.red_flags[match.rule].severity == "critical" for match in reading.flags)
    lawful = opinion.probabilities["offer:no_signs"] / offer
    if level == "danger" and reading.markers and not critical and lawful >= trust.spare_from:
        level = "caution"
    danger = opinion.probabilities["offer:danger"]
    if danger >= trust.danger_alone_from or (danger / offer >= trust.danger_from and _clear(reading)):
        return "danger"
    if level == "no_signs" and opinion.risky / offer >= trust.caution_from:
        return "caution"
    if level == "no_signs" and opinion.of_kind("emergency") >= trust.emergency_considerable:
        return "emergency"
    return level


def signs_weigh(reasons: Iterable[Reason], reading: Reading, compiled: Compiled) -> int:
    """Points of the signs after relief by markers; critical signs are never relieved."""
    knowledge = compiled.knowledge
    policy = knowledge.policy
    relief = sum(
        policy.relief_per_strong_marker
        if knowledge.markers[match.rule].strength == "strong"
        else policy.relief_per_weak_marker
        for match in reading.markers
    )
    critical = others = 0
    for reason in reasons:
        if knowledge.red_flags[reason.match.rule].severity == "critical":
            critical += reason.points
        else:
            others += reason.points
    return critical + max(0, others - min(relief, policy.relief_at_most))


def _level_by_rules(points: int, policy: Policy) -> Level:
    if points >= policy.danger_from:
        return "danger"
    return "caution" if points >= policy.caution_from else "no_signs"


def _clear(reading: Reading) -> bool:
    """A sign found by rules, work abroad or a child: something plain beside mere resemblance."""
    child = any(fact.type == "age" and fact.value is not None and fact.value < 18 for fact in reading.facts)
    return bool(reading.flags) or child or work_scope(reading) == "abroad"


def _unproven(reading: Reading, compiled: Compiled, opinion: Opinion | None) -> bool:
    """An offer abroad that shows no lawful path that can be checked."""
    knowledge = compiled.knowledge
    if work_scope(reading) != "abroad":
        return False
    if any(knowledge.markers[match.rule].strength == "strong" for match in reading.markers):
        return False
    if opinion is None:
        return True
    lawful = opinion.probabilities["offer:no_signs"] / max(opinion.of_kind("offer"), 1e-9)
    return lawful < knowledge.policy.example_reader.proven_from
