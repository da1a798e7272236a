"""Kind: what sort of message this is, from kind cues, red flags, facts and the opinion of the example reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.knowledge.schema import Kind

if TYPE_CHECKING:
    from bot.checking.compiled import Compiled
    from bot.checking.opinion import Opinion
    from bot.checking.reading import Reading
    from bot.knowledge.loading import Knowledge

KINDS: tuple[Kind, ...] = ("emergency", "warning", "question", "offer", "other")

NO_OFFER: tuple[Kind, ...] = ("warning", "question", "other")
"""Kinds without a level."""

_FACT_WEIGHT = {"wage": 15, "fee": 10, "phone": 10, "payout": 10, "deduction": 10, "penalty": 10, "visa": 5, "age": 5}
"""What facts say for an offer; each type counts once."""
_FLAG_WEIGHT = {"critical": 30, "high": 20, "medium": 10, "low": 5}
"""What red flags say for an offer; together at most ``_FLAGS_AT_MOST``."""
_FLAGS_AT_MOST = 60


def kind_scores(reading: Reading, knowledge: Knowledge) -> dict[Kind, int]:
    """Weight of the rules' evidence for each kind, 0 and more; cues of one kind add up."""
    scores: dict[Kind, int] = dict.fromkeys(KINDS, 0)
    for match in reading.cues:
        cue = knowledge.kind_cues[match.rule]
        scores[cue.kind] += cue.weight
    flags = sum(_FLAG_WEIGHT[knowledge.red_flags[match.rule].severity] for match in reading.flags)
    scores["offer"] += min(flags, _FLAGS_AT_MOST)
    scores["offer"] += sum(_FACT_WEIGHT.get(kind, 0) for kind in {fact.type for fact in reading.facts})
    return scores


def decide_kind(reading: Reading, compiled: Compiled, opinion: Opinion | None = None) -> Kind:
    """The kind of the message.

    Emergency wins over everything, when rules or a confident example reader say so, and in a message of a few words
    no reader doubts the rules; what cries loud enough, or in more than a few words may well be a risky offer, is never
    taken for chat; a warning or a question mutes quoted signs only when its cues outweigh the offer's, or when the
    example reader is confident.
    """
    scores = kind_scores(reading, compiled.knowledge)
    trust = compiled.knowledge.policy.example_reader
    if len(reading.text.tokens) <= trust.short_words and scores["emergency"] >= trust.short_emergency_from:
        return "emergency"
    by_rules = _kind_by_rules(scores, compiled)
    return by_rules if opinion is None else _kind_with_opinion(by_rules, scores["emergency"], reading, compiled, opinion)


def _kind_with_opinion(by_rules: Kind, cry: int, reading: Reading, compiled: Compiled, opinion: Opinion) -> Kind:
    """The kind; ``cry``: weight of the cues of an emergency."""
    knowledge = compiled.knowledge
    trust = knowledge.policy.example_reader
    emergency = opinion.of_kind("emergency")
    if emergency >= trust.emergency_from or (by_rules == "emergency" and emergency >= trust.emergency_doubted):
        return "emergency"
    best = max(KINDS, key=opinion.of_kind)
    if best not in NO_OFFER:
        return best
    if emergency >= trust.emergency_considerable:
        return "emergency"
    if best == "other" and cry >= trust.cry_from and emergency >= trust.cry_doubted:
        return "emergency"
    few = len(reading.text.tokens) <= trust.short_words
    if best == "other" and opinion.risky >= trust.risky_considerable and not few:
        return "offer"
    signs = any(knowledge.red_flags[match.rule].severity != "low" for match in reading.flags)
    return "offer" if by_rules == "offer" and signs and opinion.of_kind(best) < trust.mute_from else best


def _kind_by_rules(scores: dict[Kind, int], compiled: Compiled) -> Kind:
    least = compiled.knowledge.policy.kind_from
    if scores["emergency"] >= least["emergency"] and scores["emergency"] >= scores["warning"]:
        return "emergency"
    for kind in NO_OFFER:
        if scores[kind] >= least[kind] and scores[kind] > scores["offer"]:
            return kind
    if scores["offer"] >= least["offer"]:
        return "offer"
    best = max(NO_OFFER, key=lambda kind: scores[kind])
    return best if scores[best] else "other"
