"""Rule quotes (pure): what a rule that is only a text yet would find in a message."""

from __future__ import annotations

from dataclasses import replace

import yaml

from bot.checking.compiled import Compiled, compile_knowledge
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
