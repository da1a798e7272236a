"""Contacts: which official places to name for a level, a country and an area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.checking.reading import Reading
from bot.knowledge.loading import Knowledge
from bot.knowledge.schema import Contact, Level, Policy

if TYPE_CHECKING:
    from bot.checking.assessment import Reason

_WOMEN_CHILDREN_GROUPS = {"minors"}


def choose_contacts(level: Level | None, reasons: Iterable[Reason], countries: tuple[str, ...], reading: Reading,
                    knowledge: Knowledge, policy: Policy) -> tuple[str, ...]:  # fmt: skip
    """Contact ids in the order to show; never empty.

    Emergency: missions in the country named, then the ministry's hotline for citizens abroad; at home the police.
    Otherwise what the heaviest reasons name, then the default and the places of the area.
    """
    chosen: list[str] = []
    groups = {knowledge.red_flags[match.rule].group for match in reading.flags}
    if level == "emergency":
        chosen += emergency_contacts(knowledge, policy, countries)
        if groups & _WOMEN_CHILDREN_GROUPS or _concerns_child(reading):
            chosen.insert(1, policy.women_children_contact)
    for reason in reasons:
        chosen += knowledge.red_flags[reason.match.rule].contacts
    chosen.append(policy.default_contact)
    chosen += policy.area_contacts
    return tuple(dict.fromkeys(chosen))


def emergency_contacts(knowledge: Knowledge, policy: Policy, countries: Iterable[str]) -> list[str]:
    """Contacts for someone in danger: by country abroad, else the police; never empty."""
    abroad = list(countries)
    if not abroad:
        return [policy.emergency_contact_home, policy.emergency_contact_abroad]
    missions = [contact.id for country in abroad for contact in missions_in(knowledge, country)]
    return [*missions, policy.emergency_contact_abroad, policy.default_contact, policy.emergency_contact_home]


def missions_in(knowledge: Knowledge, country: str) -> list[Contact]:
    """Indonesian missions in a country, those with a confirmed channel first."""
    found = [contact for contact in knowledge.contacts.values() if contact.area == country]
    return sorted(
        found, key=lambda contact: (contact.confidence != "high", not contact.id.startswith("kbri"), contact.id)
    )


def _concerns_child(reading: Reading) -> bool:
    return any(fact.type == "age" and fact.value is not None and fact.value < 18 for fact in reading.facts)
