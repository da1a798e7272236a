"""What people may never read: a promise that something is *aman*, a number or site under do_not_use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.knowledge.content import Draft
from bot.knowledge.pathways import Pathway, pathway_texts
from bot.knowledge.problems import KnowledgeProblem
from bot.knowledge.rule_checks import rule_texts
from bot.knowledge.schema import DoNotUse, Marker, RedFlag
from bot.knowledge.yaml_nodes import Steps

_SENTENCE = re.compile(r"[^.!?\n]+")
_SAFE = re.compile(r"\baman\b(?![\"”’'])", re.IGNORECASE)
"""The word itself; in quotes it is what a recruiter says: Pesan ini berkata "aman", tanpa nomor izin."""
_DENIED = re.compile(r"\b(tidak|bukan|belum|jangan\s+(anggap|menganggap))\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[\d ().-]*\d)?")
_SITE = re.compile(r"(?<![a-z0-9.-])(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:/[^\s,;)]*)?)")
_SEVERAL = re.compile(r"[,;\d]")
_LONG_NUMBER = 7
"""Digits from which a number in running text is a telephone number; "154 orang" is none."""


def claims_safety(text: str) -> bool:
    """True when a sentence says *aman* without a "tidak", "bukan", "belum" or "jangan anggap" before it."""
    for sentence in _SENTENCE.findall(text):
        for said in _SAFE.finditer(sentence):
            if not _DENIED.search(sentence[: said.start()]):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Banned:
    """The do_not_use entries, ready to be found in texts."""

    numbers: dict[str, DoNotUse]
    """By digits with country code."""
    sites: dict[str, DoNotUse]
    """By host, or host and path, without www."""
    texts: dict[str, DoNotUse]
    """Everything else, lower case, found wherever it stands: e-mail addresses, account names, names of offices."""

    def in_number(self, value: str) -> DoNotUse | None:
        """The entry that is exactly this number, also a short one like 154."""
        return self.numbers.get(_digits(value))

    def in_text(self, text: str) -> DoNotUse | None:
        """The first entry that stands anywhere in `text`; short numbers are not looked for."""
        lowered = text.lower()
        for found in _NUMBER.findall(lowered):
            digits = _digits(found)
            if len(digits) >= _LONG_NUMBER and digits in self.numbers:
                return self.numbers[digits]
        found_sites = (self._site(site) for site in _SITE.findall(lowered))
        named = (entry for text, entry in self.texts.items() if text in lowered)
        return next(named, None) or next((entry for entry in found_sites if entry), None)

    def _site(self, found: str) -> DoNotUse | None:
        for site, entry in self.sites.items():
            host = found.partition("/")[0]
            if found == site or found.startswith((site + "/", site + "?")) or host.endswith("." + site):
                return entry
        return None


def banned_in(entries: tuple[DoNotUse, ...]) -> Banned:
    """`entries` sorted by what they are; an entry that lists several things is in none."""
    banned = Banned({}, {}, {})
    for entry in entries:
        value = entry.value.lower()
        site = _SITE.fullmatch(value)
        if _NUMBER.fullmatch(value):
            banned.numbers[_digits(value)] = entry
        elif site:
            banned.sites[site[1].rstrip("/")] = entry
        elif ("@" in value and " " not in value) or not _SEVERAL.search(value):
            banned.texts[value] = entry
    return banned


def check_shown(draft: Draft) -> Iterator[KnowledgeProblem]:
    """Problems of the sentences, contacts and sources that people can see."""
    banned = banned_in(draft.do_not_use)
    yield from _unusable_entries(draft, banned)
    yield from _contact_channels(draft, banned)
    yield from _sources(draft, banned)
    for place, text in _shown_texts(draft):
        if claims_safety(text):
            advice = 'Bot tidak pernah menyatakan aman: tulis "belum terbukti resmi", atau "tempat terlindung".'
            yield draft.locations.problem(place, 'kata "aman" terbaca sebagai janji', advice)
        if entry := banned.in_text(text):
            yield draft.locations.problem(place, *_ban(entry))


def _ban(entry: DoNotUse) -> tuple[str, str]:
    return f'"{entry.value}" ada di do_not_use: {entry.why.rstrip(".")}', "Hapus, atau ganti dengan yang sudah dicek."


def _unusable_entries(draft: Draft, banned: Banned) -> Iterator[KnowledgeProblem]:
    kept = {id(entry) for group in (banned.numbers, banned.sites, banned.texts) for entry in group.values()}
    for index, entry in enumerate(draft.do_not_use):
        repeated = any(entry.value == other.value for other in draft.do_not_use[index + 1 :])
        if id(entry) not in kept and not repeated:
            message = f'"{entry.value}" tidak bisa dicocokkan'
            advice = "Tulis tepat satu nomor, situs, surel atau nama akun per entri; sisanya di why."
            yield draft.locations.problem(("do_not_use", "do_not_use", index, "value"), message, advice)


def _contact_channels(draft: Draft, banned: Banned) -> Iterator[KnowledgeProblem]:
    for contact in draft.contacts.values():
        for index, channel in enumerate(contact.channels):
            for key, text in (("value", channel.value), ("dialled", channel.dialled), ("label", channel.label)):
                entry = text and (banned.in_text(text) or (key != "label" and banned.in_number(text)))
                if entry:
                    place: Steps = ("contacts", contact.id, "channels", index, key)
                    yield draft.locations.problem(place, *_ban(entry))


def _sources(draft: Draft, banned: Banned) -> Iterator[KnowledgeProblem]:
    sourced: list[tuple[str, RedFlag | Marker | Pathway]] = [
        (section, rule) for section, rule in draft.rules() if isinstance(rule, RedFlag | Marker)
    ]
    sourced += [("pathways", pathway) for pathway in draft.pathways.values()]
    for section, item in sourced:
        for index, source in enumerate(item.sources):
            if source.url and (entry := banned.in_text(source.url)):
                yield draft.locations.problem((section, item.id, "sources", index, "url"), *_ban(entry))


def _shown_texts(draft: Draft) -> Iterator[tuple[Steps, str]]:
    for section, rule in draft.rules():
        for steps, text in rule_texts(rule):
            yield (section, rule.id, *steps), text
    for pathway in draft.pathways.values():
        for steps, text in pathway_texts(pathway):
            yield ("pathways", pathway.id, *steps), text
    for language, replies in draft.replies.items():
        for key, text in replies.items():
            yield ("replies", language, "replies", key), text


def _digits(number: str) -> str:
    """Digits with country code: "0812-1545…" and "+62 812 1545…" are the same number."""
    digits = re.sub(r"\D", "", number)
    local = digits.startswith("0") and len(digits) >= _LONG_NUMBER and not digits.startswith("0800")
    return "62" + digits[1:] if local else digits
