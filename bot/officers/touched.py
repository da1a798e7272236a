"""Touched (pure): which texts a change of rules can reach at all, so that only these are checked with both knowledges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.checking.compiled import Compiled, compile_knowledge
from bot.checking.reading import read_message
from bot.checking.text import read_text
from bot.knowledge.content import Knowledge
from bot.knowledge.schema import KindCue, Marker, RedFlag, Rule

Touches = Callable[[str], bool]
"""True for a text whose reading may differ; never False for one whose reading does."""


def touches(before: Compiled, after: Compiled) -> Touches:
    """Which texts may be read differently with the one and with the other.

    These are the texts in which a changed rule, as it was or as it is, finds something, or a word of which is read as
    another word; all, when more than rules changed.
    """
    old, new = before.knowledge, after.knowledge
    if _beside_rules(old) != _beside_rules(new):
        return lambda text: True
    changed = changed_rules(old, new)
    if not changed:
        return lambda text: False
    alone = _alone(new, changed)
    known: dict[str, bool] = {}
    one, other = before.index.lexicon, after.index.lexicon

    def differs(word: str) -> bool:
        found = known.get(word)
        if found is None:
            found = known[word] = one.meaning(word) != other.meaning(word)
        return found

    def touched(text: str) -> bool:
        if any(differs(token.word) for token in read_text(text, new.policy.longest_message).tokens):
            return True
        reading = read_message(text, alone, new.policy.longest_message)
        return bool(reading.flags or reading.markers or reading.cues or reading.drafts)

    return touched


def changed_rules(old: Knowledge, new: Knowledge) -> Mapping[str, tuple[Rule | None, Rule | None]]:
    """By id, as it was and as it is: every rule that is not the same in both."""
    was, now = _rules(old), _rules(new)
    pairs = {name: (was.get(name), now.get(name)) for name in was.keys() | now.keys()}
    return {name: pair for name, pair in sorted(pairs.items()) if pair[0] != pair[1]}


def _rules(knowledge: Knowledge) -> dict[str, Rule]:
    return {**knowledge.red_flags, **knowledge.markers, **knowledge.kind_cues}


def _alone(new: Knowledge, changed: Mapping[str, tuple[Rule | None, Rule | None]]) -> Compiled:
    """Both versions of the changed rules, and no other rule."""
    versions = [
        (f"{name}:{number}", rule.model_copy(update={"status": "active"}))
        for name, pair in changed.items()
        for number, rule in enumerate(pair)
        if rule is not None
    ]
    return compile_knowledge(
        replace(
            new,
            red_flags={name: rule for name, rule in versions if isinstance(rule, RedFlag)},
            markers={name: rule for name, rule in versions if isinstance(rule, Marker)},
            kind_cues={name: rule for name, rule in versions if isinstance(rule, KindCue)},
            pathways={},
            reader=b"",
        )
    )


def _beside_rules(knowledge: Knowledge) -> tuple[object, ...]:
    """What else readings and levels depend on."""
    return knowledge.words, knowledge.ordinary_words, knowledge.places, knowledge.wages, knowledge.policy
