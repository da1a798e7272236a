"""Freshness: the name of exactly what is learnt from, and whether the committed weights bear it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from bot.checking.features import FEATURE_VERSION
from bot.checking.weights import RETRAIN, Weights, WeightsError
from bot.knowledge.layout import TRAINED
from bot.knowledge.loading import Knowledge
from bot.knowledge.problems import KnowledgeProblem


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
            yield rule.model_dump(
                include={"id", "status", "words", "phrases", "unless", "severity", "group", "strength", "kind", "weight"}
            )
    for flag in knowledge.red_flags.values():
        yield [example.text for example in flag.examples.must_match]
    for part in (knowledge.words, knowledge.places, knowledge.wages):
        yield part.model_dump(mode="json")
    yield sorted(knowledge.ordinary_words)
    for path, file in knowledge.examples:
        if file.role != "test" and file.messages:
            yield [path, [message.model_dump(include={"text", "kind", "level", "flags"}) for message in file.messages]]


def stale_weights(knowledge: Knowledge, folder: Path) -> KnowledgeProblem | None:
    """The problem with the weights kept beside this knowledge; None when they are fresh."""
    path = f"{folder.name}/{TRAINED}"
    if not knowledge.reader:
        return KnowledgeProblem(path, 1, 1, "berkas", "pembaca contoh belum dilatih", RETRAIN)
    try:
        found = Weights.from_bytes(knowledge.reader).trained_on
    except WeightsError as error:
        return KnowledgeProblem(path, 1, 1, "berkas", str(error), RETRAIN)
    if found == trained_on(knowledge):
        return None
    return KnowledgeProblem(path, 1, 1, "berkas", "pembaca contoh dilatih dari pengetahuan yang lain", RETRAIN)
