"""Evidence map: for each of the seven parts of an offer, what the message shows of it."""

from __future__ import annotations

from typing import Literal

from bot.checking.compiled import Compiled
from bot.checking.reading import Reading
from bot.knowledge.schema import Part

Evidence = Literal["found", "contradicted", "not_stated", "unchecked"]

PARTS: tuple[Part, ...] = ("company", "contact", "vacancy", "contract", "visa_route", "payment", "pressure")

_STATED_BY: dict[str, Part] = {
    "phone": "contact", "link": "contact", "handle": "contact", "wage": "vacancy", "place": "vacancy",
    "visa": "visa_route", "fee": "payment", "deduction": "payment", "payout": "payment",
}  # fmt: skip
"""Facts that state a part without proving it."""


def evidence_map(reading: Reading, compiled: Compiled) -> dict[Part, Evidence]:
    """State of every part: *contradicted* by a red flag, *found* as a marker, *unchecked* when only stated."""
    states: dict[Part, Evidence] = dict.fromkeys(PARTS, "not_stated")
    for fact in reading.facts:
        if part := _STATED_BY.get(fact.type):
            states[part] = "unchecked"
    for match in reading.markers:
        states[compiled.knowledge.markers[match.rule].part] = "found"
    for match in reading.flags:
        flag = compiled.knowledge.red_flags[match.rule]
        if flag.severity != "low":
            states[flag.part] = "contradicted"
    return states


def missing_statements(reading: Reading, compiled: Compiled) -> tuple[str, ...]:
    """Ids of ``policy.lawful_offer_states`` that no marker of the message fulfils, in the policy's order."""
    found = {match.rule for match in reading.markers}
    return tuple(
        statement.id
        for statement in compiled.knowledge.policy.lawful_offer_states
        if found.isdisjoint(statement.shown_by)
    )
