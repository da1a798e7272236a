"""Freshness: the name of exactly what is learnt from, and whether the committed weights bear it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from bot.checking.compiled import Compiled
from bot.checking.features import FEATURE_VERSION
from bot.knowledge.layout import RETRAIN, TRAINED
from bot.knowledge.loading import Knowledge
from bot.knowledge.problems import KnowledgeProblem

_OF_RULES = {"id", "status", "words", "phrases", "unless", "severity", "group", "strength", "kind", "weight"}


def trained_on(knowledge: Knowledge) -> str:
    """16 hexadecimal digits that change with every example, rule or word that training could learn from.

    Titles, advice, sources and messages of role test do not count.
    """
    digest = hashlib.sha256(f"features {FEATURE_VERSION}\n".encode())
    for part in _learnt_from(knowledge):
        digest.update(json.dumps(part, ensure_ascii=True, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def _learnt_from(knowledge: Knowledge) -> Iterator[object]:
    for rules in (knowledge.red_flags, knowledge.markers, knowledge.kind_cues):
        for rule in rules.values():
            yield rule.model_dump(include=_OF_RULES)
    for flag in knowledge.red_flags.values():
        yield [example.text for example in flag.examples.must_match]
    for part in (knowledge.words, knowledge.places, knowledge.wages):
        yield part.model_dump(mode="json")
    yield sorted(knowledge.ordinary_words)
    for path, file in knowledge.examples:
        if file.role != "test" and file.messages:
            yield [path, [message.model_dump(include={"text", "kind", "level", "flags"}) for message in file.messages]]
        if file.ordinary_kind is not None:
            yield [path, file.ordinary_kind, file.ordinary]


def stale_weights(compiled: Compiled) -> KnowledgeProblem | None:
    """The problem with the weights kept beside this knowledge; None when they are fresh."""
    if compiled.reader is None:
        wrong = "pembaca contoh belum dilatih"
    elif compiled.reader.weights.trained_on != trained_on(compiled.knowledge):
        wrong = "pembaca contoh dilatih dari pengetahuan yang lain"
    else:
        return None
    return KnowledgeProblem(TRAINED, 1, 1, "berkas", wrong, RETRAIN)
