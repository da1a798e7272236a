"""Learnt (pure): how much of a changed file the example reader has to learn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pydantic import ValidationError

from bot.knowledge.layout import type_of
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.schema import ExamplesFile, RedFlag
from bot.knowledge.yaml_nodes import read_document
from bot.training.lessons import LessonText, texts_of_flag, texts_of_messages, texts_of_ordinary

_BESIDE = ("replies/", "contacts/", "pathways/", "policy.yaml")
"""What no lesson depends on."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What there is to learn."""

    more: int
    """Texts that are new, or that something else is said of."""
    less: int
    """Texts that are gone, or that something else was said of."""

    def __bool__(self) -> bool:
        return bool(self.more or self.less)


def difference(path: str, before: str | None, after: str | None) -> Difference:
    """Between the lessons of one file as it was and as it is; None: there was or is no such file."""
    was, now = _lessons(path, before), _lessons(path, after)
    return Difference((now - was).total(), (was - now).total())


def matters(path: str) -> bool:
    """True for a file by which lessons are read: rules, words, places, wages and the examples themselves."""
    return type_of(path) is not None and not path.startswith(_BESIDE)


def _lessons(path: str, text: str | None) -> Counter[LessonText]:
    kind = type_of(path)
    if text is None or kind is None or kind.model not in (RedFlag, ExamplesFile):
        return Counter()
    try:
        item = kind.model.model_validate(read_document(path, text).content)
    except (KnowledgeError, ValidationError):  # it teaches nothing
        return Counter()
    if isinstance(item, ExamplesFile):
        return Counter([*texts_of_messages(path, item), *texts_of_ordinary(path, item)])
    assert isinstance(item, RedFlag)
    return Counter(texts_of_flag(item))
