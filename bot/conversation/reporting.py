"""Reporting: a person hands a message to officers, after seeing exactly what is kept, who sees it and how long.

What is shown is a *draft*: the message with personal numbers masked. It is remembered until the person agrees or not,
or does anything else; only their yes makes a case of it. Under 18 it takes a parent or guardian, and no number of
the child's is kept.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import replace
from typing import Literal

from bot.checking import Assessment, check
from bot.checking.compiled import Compiled
from bot.checking.masking import masked
from bot.conversation.memory import Draft, Found, shorten
from bot.conversation.shown import plain, shown_lines
from bot.conversation.wording import Wording
from bot.keeping import Kept, NewCase
from bot.messages import Button, Reply

LONGEST_DRAFT = 3_000
"""Characters of a message that are shown and kept."""
_YES = frozenset({"setuju", "ya", "ya setuju", "saya setuju", "iya", "yes", "i agree", "agree"})
_NO = frozenset({"tidak", "tidak jadi", "batal", "jangan", "no", "cancel"})
_MAJORITY = 18
_MOST_QUOTES = 12


def draft(text: str, forwarded: bool, compiled: Compiled) -> Draft | None:
    """What would be kept of a message; None when nothing of it can be seen."""
    return _draft(text, check(text, compiled), forwarded)


def _draft(text: str, assessment: Assessment, forwarded: bool) -> Draft | None:
    young = not forwarded and any(
        fact.type == "age" and (fact.upper or fact.value or _MAJORITY) < _MAJORITY for fact in assessment.facts
    )
    told = masked(text, assessment.facts, forwarded, contacts=not young)
    seen = plain(told.text).strip()
    if not seen:
        return None
    matches = [match for reason in assessment.reasons for match in (reason.match, *reason.merged)]
    quotes = tuple(Found(match.rule, shorten(told.part(match.start, match.end), 200)) for match in matches)
    return Draft(
        text=f"{seen[:LONGEST_DRAFT]}…" if len(seen) > LONGEST_DRAFT else seen,
        quotes=quotes[:_MOST_QUOTES],
        kind=assessment.kind,
        level=assessment.level,
        countries=assessment.countries,
        forwarded=forwarded,
        accounts=told.accounts if forwarded else (),
    )


def lesson_draft(text: str, rules: tuple[str, ...], compiled: Compiled) -> Draft | None:
    """What would be shown to officers of a message in which these rules found something harmless; None when nothing is
    left of it. Examples of rules are read by many: no number of anybody stays, whosever it is."""
    assessment = check(text, compiled)
    seen = plain(masked(text, assessment.facts, contacts=False).text).strip()
    if not seen or not rules:
        return None
    young = any(fact.type == "age" and (fact.upper or fact.value or _MAJORITY) < _MAJORITY for fact in assessment.facts)
    return Draft(seen[:LONGEST_DRAFT], (), assessment.kind, assessment.level, (), False, young, teaches=rules)


def under_age(agreed: Draft, compiled: Compiled) -> Draft:
    """The draft as it is kept for somebody under 18: of their own words no phone is left, whosever it is."""

    def strictly(words: str) -> str:
        return words if agreed.forwarded else masked(words, check(words, compiled).facts, contacts=False).text

    quotes = tuple(Found(found.rule, strictly(found.quote)) for found in agreed.quotes)
    return replace(agreed, text=strictly(agreed.text), quotes=quotes, minor=True)


def typed_choice(text: str) -> Literal["yes", "no", ""]:
    """What somebody typed in answer to the question; empty for anything else."""
    words = text.strip().lower().rstrip(".!)")
    return "yes" if words in _YES else "no" if words in _NO else ""


def question(shown: Draft, kept: Kept, stamp: str, wording: Wording) -> tuple[Reply, ...]:
    """What would be kept, word by word; then who sees it and how long, and whether they agree."""
    told = Reply(wording.say("report.shown", text=shown_lines(shown.text)))
    asked = wording.say(_question_key(shown), days=kept.lesson_days if shown.teaches else kept.case_days)
    choices = ("guardian", "no") if shown.minor else ("yes", "minor", "no")
    buttons = tuple(Button(wording.say(f"button.report_{name}"), f"consent:{stamp}:{name}") for name in choices)
    return told, Reply(asked, buttons)


def new_case(agreed: Draft, message_id: str, kept: Kept, wording: Wording) -> NewCase:
    """The case of somebody who just agreed with the message of this id."""
    return NewCase(
        number=_number(message_id, agreed.text),
        text=agreed.text,
        quotes=tuple((found.rule, found.quote) for found in agreed.quotes),
        kind=agreed.kind,
        level=agreed.level or "",
        countries=agreed.countries,
        minor=agreed.minor,
        consent=consent_wording(agreed, kept, wording),
        accounts=agreed.accounts,
    )


def consent_wording(agreed: Draft, kept: Kept, wording: Wording) -> str:
    """Which sentences they agreed to: the language and a fingerprint, so that a changed wording can be told."""
    sentences = wording.say(_question_key(agreed), days=kept.case_days)
    return f"{wording.language}-{hashlib.blake2b(sentences.encode(), digest_size=6).hexdigest()}"


def _question_key(shown: Draft) -> str:
    if shown.teaches:
        return "teach.ask_guardian" if shown.minor else "teach.ask"
    return "report.ask_guardian" if shown.minor else "report.ask"


def _number(message_id: str, text: str) -> str:
    """Nine letters and digits that are easy to read out; the same whenever the same consent is handled again."""
    name = f"{message_id}\0{text}".encode("utf-8", "backslashreplace")
    letters = b32encode(hashlib.blake2b(name, digest_size=10).digest()).decode()
    # I and O, which look like 1 and 0 on paper, are spoken of as 8 and 9, which base32 does not use.
    signs = letters.translate(str.maketrans("IO", "89"))[:9]
    return f"{signs[:3]}-{signs[3:6]}-{signs[6:]}"
