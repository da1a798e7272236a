"""Rule quotes (pure): what a rule that is only a text yet would find in a message."""

from __future__ import annotations

from dataclasses import dataclass, replace

import yaml

from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.masking import PHONE, masked
from bot.checking.reading import read_message
from bot.knowledge.problems import KnowledgeError


@dataclass(frozen=True, slots=True)
class Probe:
    """A red flag that is only a text yet, ready to look for it; made in about 0.2 seconds, once for all messages."""

    compiled: Compiled
    """What is live."""
    alone: Compiled | None
    """Only this rule; None when it cannot be read."""

    @classmethod
    def of(cls, rule: str, compiled: Compiled) -> Probe:
        """The probe of a file. Only phrases, words and exceptions are looked at: it may be incomplete otherwise."""
        content = yaml.safe_load(rule)
        flags = compiled.knowledge.red_flags
        if not isinstance(content, dict) or not flags:
            return cls(compiled, None)
        given = {key: content[key] for key in ("words", "phrases", "unless") if content.get(key)}
        trial = next(iter(flags.values())).model_copy(update={**_EMPTY, **given})
        alone = replace(
            compiled.knowledge, red_flags={trial.id: trial}, markers={}, kind_cues={}, pathways={}, reader=b""
        )
        try:
            return cls(compiled, compile_knowledge(alone))
        except KnowledgeError:
            return cls(compiled, None)

    def quote(self, message: str) -> str:
        """The words of the message that the rule would quote; empty if it finds nothing."""
        found = read_message(message, self.alone).flags if self.alone is not None else ()
        return found[0].quote if found else ""

    def proof(self, message: str) -> str:
        """As much of a message as proves the rule: the sentences around its quote, without anybody's numbers.

        The files of rules are read by many: what nobody needs as proof stays out of them.
        """
        quote = self.quote(message)
        if not quote:
            return without_numbers(message, self.compiled)
        start = message.index(quote)
        before = max(message.rfind(sign, 0, start) + len(sign) - 1 for sign in _ENDS)
        after = [at for sign in _ENDS if (at := message.find(sign, start + len(quote) - 1)) >= 0]
        sentence = message[max(before, 0) : min(after, default=len(message)) + 1].strip()
        alone = without_numbers(sentence, self.compiled)
        return alone if self.quote(alone) else without_numbers(message, self.compiled)


def without_numbers(message: str, compiled: Compiled) -> str:
    """The message with an invented phone for every phone, and no other number that leads to a person."""
    facts = read_message(message, compiled).facts
    return masked(message, facts, contacts=False).text.replace(PHONE, _INVENTED)


_ENDS = (". ", "! ", "? ", "\n")
_INVENTED = "0811-0000-0000"
_EMPTY = {"id": "tanda_dicoba", "status": "active", "words": {}, "phrases": [], "unless": []}
