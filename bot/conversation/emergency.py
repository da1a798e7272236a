"""Emergency: help before any scoring, for a person who is held, threatened or about to be taken away."""

from __future__ import annotations

from bot.checking.contacts import emergency_contacts
from bot.conversation.wording import Wording
from bot.messages import Button, Reply

COUNTRIES_OFFERED = ("KH", "MM", "MY", "TH", "LA", "PH", "SA", "AE", "TW", "HK", "SG")
"""Countries on buttons, by how often Indonesians ask for help there (facts, 2020–2026)."""
HOME = "ID"


def emergency_answer(countries: tuple[str, ...], contacts: tuple[str, ...], wording: Wording) -> str:
    """Whom to call first, what to do and what not to do, how to write discreetly."""
    lines = [wording.say("emergency.title"), *_call_lines(countries, contacts, wording)]
    lines += [wording.say("emergency.do"), wording.say("emergency.discreet")]
    if not countries:
        lines.append(wording.say("emergency.where"))
    return "\n".join(lines)


def country_answer(country: str, wording: Wording) -> str:
    """Whom to call in the country the person named."""
    policy = wording.knowledge.policy
    countries = () if country == HOME else (country,)
    contacts = tuple(emergency_contacts(wording.knowledge, policy, countries))
    if country == HOME:
        contacts = (policy.emergency_contact_home, policy.women_children_contact, policy.default_contact)
    return "\n".join([wording.say("emergency.call", place=country_name(country, wording)),
                      *_call_lines(countries, contacts, wording), wording.say("emergency.after_call")])  # fmt: skip


def country_name(code: str, wording: Wording) -> str:
    """A country's name in the person's language; the code itself if it is unknown."""
    for country in wording.knowledge.places.countries:
        if country.code == code:
            return country.name_en if wording.language == "en" else country.name
    return code


def country_buttons(wording: Wording, stamp: str) -> tuple[Button, ...]:
    """One tap for the country where help is needed."""
    buttons = [Button(country_name(code, wording), f"country:{stamp}:{code}") for code in COUNTRIES_OFFERED]
    return (Button(wording.say("button.home"), f"country:{stamp}:{HOME}"), *buttons)


def _call_lines(countries: tuple[str, ...], contacts: tuple[str, ...], wording: Wording) -> list[str]:
    known = [wording.knowledge.contacts[name] for name in contacts[:3] if name in wording.knowledge.contacts]
    return [wording.contact_line(contact, abroad=bool(countries)) for contact in known]


def ask_country(wording: Wording, stamp: str) -> Reply:
    """The question where help is needed, with one button a country."""
    return Reply(wording.say("emergency.ask_country"), country_buttons(wording, stamp))
