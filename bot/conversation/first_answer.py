"""First answer: the level, at most three reasons in the person's own words, one thing to do, one contact."""

from __future__ import annotations

from bot.conversation.memory import Checked, Found, shorten
from bot.conversation.shown import shown_quote
from bot.conversation.wording import Wording

QUOTE_LENGTHS = (70, 48, 32, 20)
"""Longest quote tried in turn until the answer keeps its byte budget."""


def first_answer(checked: Checked, wording: Wording, truncated: bool = False, unread: bool = False) -> str:
    """The answer to a checked offer, within ``policy.first_answer_bytes`` bytes of UTF-8.

    ``truncated``: only the beginning of the text was read; ``unread``: pictures came with it that were not.
    """
    notes = tuple(f"answer.{note}" for note, holds in (("truncated", truncated), ("unread", unread)) if holds)
    policy = wording.knowledge.policy
    shown = _reasons_of_groups(checked, wording)[: policy.reasons_shown]
    while True:
        for longest in QUOTE_LENGTHS:
            text = _compose(checked, shown, wording, longest, notes)
            if len(text.encode("utf-8", "surrogatepass")) <= policy.first_answer_bytes:
                return text
        if not shown:
            return text
        shown = shown[:-1]


def _reasons_of_groups(checked: Checked, wording: Wording) -> tuple[Found, ...]:
    """The heaviest sign of each group; the others of a group say the same and wait in the details."""
    flags = wording.knowledge.red_flags
    heaviest: dict[str, Found] = {}
    for found in checked.reasons:
        if found.rule in flags:
            heaviest.setdefault(flags[found.rule].group, found)
    return tuple(heaviest.values())


def _compose(checked: Checked, shown: tuple[Found, ...], wording: Wording, longest: int, notes: tuple[str, ...]) -> str:
    flags = wording.knowledge.red_flags
    reasons = [
        wording.say(
            "answer.reason",
            title=wording.rule(flags[found.rule]).title,
            quote=shown_quote(shorten(found.quote, longest)),
        )
        for found in shown
    ]
    if not shown and checked.level != "no_signs":
        reasons += _resemblance(checked, wording, longest)
    if checked.unproven:
        reasons.append(wording.say("answer.unproven"))
    if checked.level == "no_signs":
        reasons.append(wording.say("answer.no_signs"))
    lines = [wording.say(f"level.{checked.level}"), *reasons]
    lines.append(wording.say("answer.now", advice=_advice(checked, shown, wording)))
    lines.append(wording.contact_line(wording.knowledge.contacts[checked.contacts[0]], abroad=False))
    lines += map(wording.say, notes)
    return "\n".join(lines)


def _resemblance(checked: Checked, wording: Wording, longest: int) -> list[str]:
    """Where no phrase tells why: the sign that such messages have, or at least the words that weighed most."""
    flags = wording.knowledge.red_flags
    for found in checked.similar:
        if found.rule in flags:
            title = wording.rule(flags[found.rule]).title
            return [wording.say("answer.similar", title=title, quote=shown_quote(shorten(found.quote, longest)))]
    if checked.resembles:
        return [wording.say("answer.resembles", quote=shown_quote(shorten(checked.resembles, longest)))]
    return []


def _advice(checked: Checked, shown: tuple[Found, ...], wording: Wording) -> str:
    """The one thing to do now: what the heaviest sign advises, else to check the offer first."""
    for found in shown:
        flag = wording.knowledge.red_flags[found.rule]
        if advice := flag.english.advice if wording.language == "en" else flag.advice:
            return advice[0].rstrip(".")
    return wording.say(f"answer.do_{checked.level}")
