"""Wording: the bot's sentences in the person's language, filled in; every text a person reads comes from knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.conversation.memory import Language
from bot.knowledge.loading import Knowledge
from bot.knowledge.schema import Channel, Contact, EnglishRule, Marker, RedFlag, Source

_TAPPED = ("phone", "whatsapp", "sms")


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences in one language."""

    knowledge: Knowledge
    """Where the sentences, rules and contacts stand."""
    language: Language
    """"id" or "en"."""
    today: date
    """Day on which the answer is given; a contact checked too long ago says so."""

    def say(self, key: str, **values: object) -> str:
        """The sentence ``key`` of replies/<language>.yaml, filled in; {hotline} and {police} come from the contacts."""
        sentence = self.knowledge.replies[self.language][key].strip()
        for name, contact in (("hotline", "default_contact"), ("police", "emergency_contact_home")):
            if "{" + name + "}" in sentence:
                values[name] = self._mention(self.knowledge.contacts[getattr(self.knowledge.policy, contact)])
        return sentence.format(**values)

    def _mention(self, contact: Contact) -> str:
        """A contact inside a sentence: "KP2MI 0800 1000 (dicek 24-11-2026)"."""
        channel = best_channel(contact, abroad=False)
        return f"{contact.short_name} {self.channel_value(channel)} ({self.checked(contact, channel)})"

    def rule(self, rule: RedFlag | Marker) -> RedFlag | Marker | EnglishRule:
        """Title and texts of a rule in the language."""
        return rule.english if self.language == "en" else rule

    def day(self, day: date) -> str:
        """A day as people write it: 24-11-2026."""
        return day.strftime("%d-%m-%Y")

    def source(self, source: Source) -> str:
        """A source with the day it was checked."""
        return self.say("source", title=source.title, day=self.day(source.checked_on))

    def contact_line(self, contact: Contact, abroad: bool) -> str:
        """One line: name, the best number to tap, and the day it was checked."""
        channel = best_channel(contact, abroad)
        return self.say(
            "contact.line",
            name=contact.short_name,
            value=self.channel_value(channel),
            checked=self.checked(contact, channel),
        )

    def contact_block(self, contact: Contact, abroad: bool) -> str:
        """Several lines: name, every channel that helps, hours, day checked and who said so."""
        lines = [contact.short_name]
        channels = [channel for channel in contact.channels if not (abroad and channel.only_in_indonesia)]
        for channel in channels or contact.channels:
            label = (channel.label_en if self.language == "en" else channel.label) or ""
            doubt = "" if channel.confidence == "high" else self.say("contact.unconfirmed")
            lines.append(
                " ".join(
                    part for part in (f"• {self.channel_value(channel)}", f"({label})" if label else "", doubt) if part
                )
            )
        lines.append(
            self.say("contact.checked", day=self.day(contact.checked_on), source=contact.evidence[0].url.split("/")[2])
        )
        if self._is_old(contact):
            lines.append(self.say("contact.old"))
        return "\n".join(lines)

    def channel_value(self, channel: Channel) -> str:
        """What to dial or open, e.g. "WA +62 …" or the local way to dial."""
        value = channel.dialled or channel.value
        if channel.type == "whatsapp":
            return f"WA {channel.value}"
        return channel.value if channel.type == "phone" and channel.value.startswith("+") else value

    def checked(self, contact: Contact, channel: Channel) -> str:
        """ "dicek 24-11-2026", and that it is unconfirmed or old where it is."""
        if self._is_old(contact):
            return self.say("contact.old_short", day=self.day(contact.checked_on))
        if channel.confidence == "medium":
            return self.say("contact.unconfirmed")
        return self.say("contact.checked_short", day=self.day(contact.checked_on))

    def _is_old(self, contact: Contact) -> bool:
        return (self.today - contact.checked_on).days > 31 * self.knowledge.policy.contact_check_months


def best_channel(contact: Contact, abroad: bool) -> Channel:
    """The channel to show first: confirmed, one that can be tapped, and one that works from where the person is."""
    return min(
        contact.channels,
        key=lambda channel: (
            abroad and channel.only_in_indonesia,
            channel.confidence != "high",
            channel.type not in _TAPPED,
            contact.channels.index(channel),
        ),
    )
