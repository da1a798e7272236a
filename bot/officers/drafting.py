"""Drafting (pure): an officer's answers → the YAML of a new red flag, or additions to one that there is."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.checking.compiled import Compiled
from bot.checking.mutations import mutate
from bot.knowledge.schema import Severity, Status
from bot.officers.yaml_edits import quoted, with_entry, with_texts, with_value


@dataclass(frozen=True, slots=True)
class About:
    """What a sign is about, as an officer chooses it, and what a rule says for it."""

    label: str
    """On the button."""
    part: str
    """Part of an offer."""
    group: str
    """Group of red flags."""
    element: str
    """Element of trafficking."""
    indicator: str
    """Indicator of the ILO."""


ABOUT: Mapping[str, About] = {
    "money": About("Uang, biaya, utang", "payment", "fees_debt", "means", "Debt bondage"),
    "papers": About("Paspor, surat, KTP", "contract", "retention", "means", "Retention of identity documents"),
    "route": About("Visa, jalur berangkat", "visa_route", "route", "act", "Deception"),
    "job": About("Pekerjaan, gaji", "vacancy", "job", "means", "Deception"),
    "pressure": About("Didesak, dirahasiakan", "pressure", "pressure", "means", "Abuse of vulnerability"),
    "recruiter": About("Perekrut, perusahaan", "contact", "recruiter", "act", "Deception"),
    "control": About("Dikurung, diancam", "contract", "control", "purpose", "Restriction of movement"),
    "minors": About("Anak di bawah umur", "vacancy", "minors", "act", "Abuse of vulnerability"),
}
"""By the word that stands for it."""

_UNTRANSLATED = "# Belum diterjemahkan: sementara kalimat Indonesia."

SEVERITIES: Mapping[Severity, str] = {
    "critical": "Satu tanda ini saja sudah BAHAYA",
    "high": "Satu saja WASPADA, dua BAHAYA",
    "medium": "Satu belum apa-apa, dua WASPADA",
    "low": "Hanya memperkuat tanda lain",
}
"""Severities as what comes of them, the gravest first."""


@dataclass(frozen=True, slots=True)
class NewSign:
    """All that an officer has said of a new sign."""

    id: str
    """Name of the rule."""
    title: str
    """What people read as the reason."""
    about: str
    """Key of ``ABOUT``."""
    severity: Severity
    """How grave."""
    danger: str
    """Why it is dangerous."""
    advice: tuple[str, ...]
    """What to do."""
    phrases: tuple[str, ...]
    """What finds it."""
    found_in: tuple[tuple[str, str], ...]
    """(message, quote) in which it must be found."""
    harmless: tuple[tuple[str, str], ...]
    """(message, why) in which it must not."""
    source: str
    """Where it is known from."""
    day: date
    """Day on which it is written."""
    status: Status = "active"
    """What the rule begins as."""


def identifier(title: str, taken: Collection[str]) -> str:
    """A name for a rule from its title, one that no other has."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    base = "_".join(word for word in words if word not in ("yang", "atau", "dan", "di", "ke", "dari"))[:40].strip("_")
    base = base if re.match(r"[a-z].{2}", base) else f"tanda_{base}".strip("_")
    names = (base, *(f"{base}_{number}" for number in range(2, 1_000)))
    return next(name for name in names if name not in taken)


def new_rule(sign: NewSign) -> str:
    """The file of the sign, in the order and with the words of the other rules."""
    about = ABOUT[sign.about]
    lines = [
        "# yaml-language-server: $schema=../schema/red_flag.json",
        f"id: {sign.id}", f"title: {quoted(sign.title)}", f"status: {sign.status}", f"severity: {sign.severity}",
        f"part: {about.part}", f"group: {about.group}", f"element: {about.element}", f"indicator: {about.indicator}",
        f"explanation: {quoted(sign.danger)}",
        "advice:", *(f"  - {quoted(line)}" for line in sign.advice),
        "sources:", f"  - title: {quoted(sign.source)}", f"    checked_on: {sign.day.isoformat()}",
        _UNTRANSLATED,
        "english:", f"  title: {quoted(sign.title)}", f"  explanation: {quoted(sign.danger)}",
        "  advice:", *(f"    - {quoted(line)}" for line in sign.advice),
        "phrases:", *(f"  - {quoted(phrase)}" for phrase in sign.phrases),
        "examples:",
        *_examples("must_match", "quote", sign.found_in),
        *_examples("must_not_match", "why", sign.harmless),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _examples(key: str, second: str, given: Sequence[tuple[str, str]]) -> Iterable[str]:
    if not given:
        return (f"  {key}: []",)
    return (f"  {key}:", *(f"    - text: {quoted(text)}\n      {second}: {quoted(other)}" for text, other in given))


def with_additions(
    text: str,
    phrases: Iterable[str] = (),
    must_match: Iterable[tuple[str, str]] = (),
    must_not_match: Iterable[tuple[str, str]] = (),
    unless: Iterable[str] = (),
) -> str:
    """The file of a rule with these at the end of its lists; raises NoSuchPart when it is no rule."""
    for phrase in phrases:
        text = with_entry(text, ("phrases",), phrase)
    for phrase in unless:
        text = with_entry(text, ("unless",), phrase)
    for said, quote in must_match:
        text = with_entry(text, ("examples", "must_match"), {"text": said, "quote": quote})
    for said, why in must_not_match:
        text = with_entry(text, ("examples", "must_not_match"), {"text": said, "why": why})
    return text


def with_status(text: str, status: Status) -> str:
    """The file of a rule as draft, active or retired; raises NoSuchPart."""
    return with_value(text, ("status",), status)


def with_english(text: str, title: str, explanation: str, advice: Sequence[str]) -> str:
    """The file of a red flag with its sentences in English; raises NoSuchPart."""
    text = with_value(text, ("english", "title"), quoted(title))
    text = with_value(text, ("english", "explanation"), quoted(explanation))
    return with_texts(text, ("english", "advice"), advice).replace(f"{_UNTRANSLATED}\n", "")


def with_check(text: str, day: date) -> str:
    """The file of a contact as checked on that day; raises NoSuchPart."""
    return with_value(text, ("checked_on",), day.isoformat())


def variants(message: str, compiled: Compiled) -> tuple[str, str]:
    """The message as others may type it: in chat spelling, and with slips."""
    chat = _in_chat_spelling(message, compiled)
    slipped = mutate(chat, "dropped vowels")
    return chat, slipped if slipped != chat else mutate(message.lower(), "typos")


def _in_chat_spelling(message: str, compiled: Compiled) -> str:
    spellings = compiled.knowledge.words.spellings
    choose = random.Random(message)  # the same message gives the same example

    def spell(match: re.Match[str]) -> str:
        known = [way for way in spellings.get(match.group(), ()) if " " not in way and len(way) <= len(match.group())]
        return choose.choice(known[:2]) if known else match.group()

    said = re.sub(r"[a-z]+", spell, message.lower().rstrip(".!"))
    return said if said != message else f"halo kak, {said}"
