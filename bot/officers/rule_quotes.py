"""Rule quotes (pure): what a rule that is only a text yet would find in a message."""

from __future__ import annotations

from dataclasses import replace

import yaml

from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.masking import PHONE, masked
from bot.checking.reading import read_message
from bot.knowledge.problems import KnowledgeError


def quote_in(rule: str, message: str, compiled: Compiled) -> str:
    """The words of the message that the red flag in this file would quote; empty if it finds nothing or cannot be read.

    Only its phrases, words and exceptions are looked at: it may be incomplete, as while it is being written.
    """
    content = yaml.safe_load(rule)
    flags = compiled.knowledge.red_flags
    if not isinstance(content, dict) or not flags:
        return ""
    given = {"words": content.get("words") or {}, "phrases": content.get("phrases") or [], "unless": content.get("unless") or []}
    trial = next(iter(flags.values())).model_copy(update={"id": "tanda_dicoba", "status": "active", **given})
    alone = replace(
        compiled.knowledge, red_flags={trial.id: trial}, markers={}, kind_cues={}, pathways={}, reader=b""
    )
    try:
        found = read_message(message, compile_knowledge(alone)).flags
    except KnowledgeError:
        return ""
    return found[0].quote if found else ""


def proof_of(message: str, rule: str, compiled: Compiled) -> str:
    """As much of a message as proves the rule: the sentences around its quote, without anybody's numbers.

    The files of rules are read by many: what nobody needs as proof stays out of them.
    """
    quote = quote_in(rule, message, compiled)
    if not quote:
        return without_numbers(message, compiled)
    start = message.index(quote)
    before = max(message.rfind(sign, 0, start) + len(sign) - 1 for sign in _ENDS)
    after = [at for sign in _ENDS if (at := message.find(sign, start + len(quote) - 1)) >= 0]
    sentence = message[max(before, 0) : min(after, default=len(message)) + 1].strip()
    alone = without_numbers(sentence, compiled)
    return alone if quote_in(rule, alone, compiled) else without_numbers(message, compiled)


def without_numbers(message: str, compiled: Compiled) -> str:
    """The message with an invented phone for every phone, and no other number that leads to a person."""
    facts = read_message(message, compiled).facts
    return masked(message, facts, contacts=False).text.replace(PHONE, _INVENTED)


_ENDS = (". ", "! ", "? ", "\n")
_INVENTED = "0811-0000-0000"
